"""Papers: numbered without gaps, frozen when issued, signed, sealed; only voided or superseded, never edited.

A *kind* is a row: code of the specification (L03), titles, number series, signers, template.  `issue` freezes the content
as canonical JSON and numbers it in the caller's transaction; a worker renders the presented PDF from it.  `sign` binds a
person, a role, a moment and the strokes to the content's hash (and the presented PDF's).  When the last required person
has signed, a worker renders the one sealed PDF (decision 12).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit, numbers
from core.models import CompanyProfile, Dossier, Paper, Signature
from core.refusals import Refused

KINDS: dict[str, PaperKind] = {}


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature line: the role, its label on the paper, and the sentence that binds."""

    role: str
    label: str
    says: str = "以上内容本人已看过，确认无误。"
    required: bool = True

    @property
    def shown(self) -> str:
        """Its label for whoever reads a page; on the paper it is Chinese."""
        return LABELS_EN[self.label] if (get_language() or "").startswith("en") else self.label


LABELS_EN = {
    "业主": "Home owner", "业主签收": "Received by the home owner", "业主（办证人）": "Home owner (holder of the pass)",
    "业主（申请人）": "Home owner (applicant)",
    "客户": "Customer", "客户确认": "Confirmed by the customer", "客户签字": "Customer", "客户签收": "Received by the customer",
    "收款人签收": "Received by the payee", "甲方（业主）": "Party A (home owner)", "乙方（公司代表）": "Party B (for the company)",
    "乙方（项目经理）": "Party B (project manager)", "公司经办人签字": "For the company", "见证人": "Witness",
    "设计师": "Designer", "设计师签字": "Designer", "量房设计师签字": "Designer who surveyed",
    "工程部": "Engineering department", "工程部经理": "Engineering manager", "项目经理": "Project manager", "装修负责人": "In charge of the works",
    "项目负责人": "In charge of the site", "工程监理": "Site supervisor", "监理签收": "Received by the site supervisor", "质检员": "Quality inspector",
    "工长": "Foreman", "工长签收": "Received by the foreman", "安装工长": "Foreman of the fitting", "整改负责人": "In charge of the rectification",
    "班长": "Crew leader", "班组代表": "For the crew", "质检员／工长": "Quality inspector or foreman", "交底人": "Who briefed", "现场经办": "On site",
    "验收人": "Who accepted", "移交人": "Who hands over", "保洁单位": "Cleaning company", "动火人": "Who works with fire", "监护人": "Fire watch",
    "维修人员": "Technician", "受理人": "Who took it in", "回访人": "Who called back", "记录人": "Who wrote it down", "客服主管": "Customer-service supervisor",
    "交班人": "Hands the shift over", "接班人": "Takes the shift over",
}  # fmt: skip


class Voidable(StrEnum):
    """Until when a kind of paper may be declared void by itself."""

    NEVER = "never"  # a verb of its own corrects it (a reversal, a withdrawal, the next version): void alone it would leave its row where no verb goes on
    UNSIGNED = "unsigned"  # once signed, facts or money stand on it: a later paper supersedes it (decision 13) or an act takes it back
    ALWAYS = "always"  # whatever asks for it asks again when it is void, or no later paper could take its place


@dataclass(frozen=True)
class PaperKind:
    """A row of the table of papers; `series` is the head of its numbers; a `quiet` one is in no list that everybody of a file reads."""

    id: str
    title: str
    title_en: str
    app: str
    series: str = ""
    signers: tuple[Signer, ...] = ()
    template: str = ""
    printable: bool = True
    version: int = 1
    quiet: bool = False
    voidable: Voidable = Voidable.UNSIGNED

    def __post_init__(self) -> None:
        if self.id in KINDS:
            raise ValueError(f"paper {self.id} is declared twice")
        object.__setattr__(self, "series", self.series or self.id)
        object.__setattr__(self, "template", self.template or f"papers/{self.id}.html")
        KINDS[self.id] = self

    @property
    def required_roles(self) -> list[str]:
        return [s.role for s in self.signers if s.required]

    def may_be_void(self, paper: Paper) -> bool:
        """Whether this one may be declared void as it stands."""
        if paper.is_gone or self.voidable is Voidable.NEVER:
            return False
        return self.voidable is Voidable.ALWAYS or not paper.is_signed

    def signer(self, role: str) -> Signer:
        for signer in self.signers:
            if signer.role == role:
                return signer
        raise Refused(_("Nobody signs this paper as “{role}”.").format(role=role))


def quiet_kinds() -> list[str]:
    return [kind.id for kind in KINDS.values() if kind.quiet]


def kind_of(paper: Paper) -> PaperKind:
    return KINDS[paper.kind]


def issue(
    kind: PaperKind,
    *,
    dossier: Dossier,
    store: Any,
    content: Any,
    by: Any,
    at: datetime,
    replaces: Paper | None = None,
    reason: str = "",
) -> Paper:
    """Number and freeze a paper.  Call inside the verb's transaction, after the locks of your own rows.

    With `replaces`, the earlier paper is superseded by this one (a correction after signing is a new paper); one that is void by now stays void.
    """
    taken = numbers.take(kind.series, store=store, at=at)
    text = audit.canonical(
        {"c": _facts(content), "head": _head(kind, taken.ref, dossier, store, by, at), "template": [kind.id, kind.version]}
    )
    paper = Paper.objects.create(
        dossier=dossier, kind=kind.id, store=store, series=kind.series, year=taken.year, number=taken.number, ref=taken.ref,
        token=secrets.token_urlsafe(18), content=text, content_sha256=hashlib.sha256(text.encode()).hexdigest(),
        template_version=kind.version, required_roles=kind.required_roles, by=by, at=at,
    )  # fmt: skip
    if replaces is not None:
        replaces.refresh_from_db(fields=["state", "state_reason", "superseded_by"], from_queryset=Paper.objects.select_for_update(no_key=True))
        if replaces.state != Paper.State.VOID:
            _leave(replaces, Paper.State.SUPERSEDED, reason=reason or _("Replaced by {ref}").format(ref=paper.ref), successor=paper)
    audit.record(dossier, "core.paper_issued", by=by, at=at, paper=paper, ref=paper.ref, sha256=paper.content_sha256)
    _render_later(paper)
    return paper


def unissued(kind: PaperKind, *, dossier: Dossier, store: Any, content: Any, by: Any, at: datetime) -> Paper:
    """The paper as it would be, without number and record: for a look before it is issued."""
    text = audit.canonical({"c": _facts(content), "head": _head(kind, "草稿", dossier, store, by, at), "template": [kind.id, kind.version]})
    return Paper(
        dossier=dossier, kind=kind.id, store=store, ref="draft", token="draft", content=text, template_version=kind.version,  # noqa: S106
        content_sha256=hashlib.sha256(text.encode()).hexdigest(), required_roles=kind.required_roles, by=by, at=at,
    )  # fmt: skip


def says_the_same(paper: Paper, content: Any) -> bool:
    """Whether an issued paper would be written with the same facts now, whatever its number and moment; what papers of before did not know
    counts once something stands there.
    """
    now, before = json.loads(audit.canonical(_facts(content))), paper.body
    return all(now.get(name) == before.get(name) or not (now.get(name) or before.get(name)) for name in now.keys() | before.keys())


def sign(
    paper: Paper,
    *,
    role: str,
    name: str,
    strokes: str,
    at: datetime,
    by: Any,
    user: Any = None,
    way: str = Signature.Way.DEVICE,
    present: Any = None,
    scan: Any = None,
    confirmed_by: Any = None,
    comment: str = "",
    read: bool = True,
    agreed: bool = True,
    device: str = "",
    address: str | None = None,
    agreement: str = "",
) -> Signature:
    """Put one person's signature under a paper.

    `by` operates the device; `user` is the signer when the signer works here; `present` witnesses (named on the paper);
    `agreement` is added to the sentence that binds (the agreement on signing this way, LR-38).
    Refused: a blank or hasty signature, a paper that is void, superseded or already complete, one that no longer fits (an
    original that was signed on paper before is still filed), a role that has signed, the paper not read to its end,
    no agreement, a staff member signing for a customer (LR-36, LR-38).
    """
    with transaction.atomic():
        locked = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=paper.pk)
        kind = kind_of(locked)
        signer = kind.signer(role)
        if locked.state != Paper.State.ISSUED:
            raise Refused(
                _("This paper is not waiting for signatures: {state}.").format(state=locked.get_state_display())
            )
        if locked.stale_at is not None and way != Signature.Way.SCAN:
            raise Refused(_("This paper no longer fits and is not signed any more. {reason}").format(reason=locked.stale_reason).strip())
        if not name.strip():
            raise Refused(_("Say who signs."))
        if not read:
            raise Refused(_("Read the paper to its end first."))
        if not agreed:
            raise Refused(_("Without agreement there is no signature."))
        if way != Signature.Way.SCAN and not drawn(strokes):
            raise Refused(_("The signature is blank. Please sign in the box."))
        if way == Signature.Way.SCAN and (scan is None or confirmed_by is None or present is None):
            raise Refused(_("A scanned original needs the scan and a second person who confirms it."))
        if (
            way == Signature.Way.SCAN
            and present is not None
            and confirmed_by is not None
            and confirmed_by.pk == present.pk
        ):
            raise Refused(_("A scanned original is confirmed by a second person."))
        signed = set(locked.signatures.values_list("role", flat=True))
        if role in signed:
            raise Refused(_("“{label}” has already signed.").format(label=signer.label))
        shown = locked.renditions.filter(kind="presented").first()
        made = Signature.objects.create(
            paper=locked, role=role, name=name.strip(), user=user, present=present or by, way=way, strokes=strokes, scan=scan,
            confirmed_by=confirmed_by, content_sha256=locked.content_sha256, presented_sha256=shown.sha256 if shown else "",
            says=(signer.says + agreement)[:400], comment=comment.strip()[:1000], device=device[:300], address=address, at=at,
        )  # fmt: skip
        complete = bool(locked.required_roles) and signed | {role} >= set(locked.required_roles)  # a paper that nobody must sign stays issued
        if complete:
            locked.state = Paper.State.SIGNED
            locked.save(update_fields=["state"])
        audit.record(
            locked.dossier, "core.paper_signed", by=by, at=at, paper=locked, ref=locked.ref, role=role, name=made.name, way=way,
            sha256=locked.content_sha256, strokes=hashlib.sha256(strokes.encode()).hexdigest(), complete=complete,
        )  # fmt: skip
        if complete:
            _render_later(locked)
        paper.state = locked.state
        return made


def void(paper: Paper, *, reason: str, by: Any, at: datetime, alone: bool = False) -> Paper:
    """Declare a paper void, with a reason; it is kept and keeps its number.

    `alone`: no verb does it that sets right what stands on the paper; refused where its kind does not allow that (`Voidable`).
    """
    with transaction.atomic():
        locked = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=paper.pk)
        if alone and not kind_of(locked).may_be_void(locked):
            raise Refused(_("This paper cannot be declared void as it stands: {state}.").format(state=locked.get_state_display()))
        if not reason.strip():
            raise Refused(_("Voiding a paper needs a reason."))
        _leave(locked, Paper.State.VOID, reason=reason.strip())
        audit.record(
            locked.dossier, "core.paper_voided", by=by, at=at, paper=locked, ref=locked.ref, reason=reason.strip()
        )
        return locked


def mark_stale(paper: Paper, *, reason: str, by: Any, at: datetime) -> None:
    """What this paper was built on has been replaced; the paper stays, and says so."""
    Paper.objects.filter(pk=paper.pk, stale_at__isnull=True).update(stale_at=at, stale_reason=reason[:300])
    audit.record(paper.dossier, "core.paper_stale", by=by, at=at, paper=paper, ref=paper.ref, reason=reason)


def unsigned_roles(paper: Paper) -> list[Signer]:
    """The signature lines that are still empty, in the order of the paper."""
    have = {s.role for s in paper.signatures.all()}
    return [s for s in kind_of(paper).signers if s.role not in have]


def drawn(strokes: str) -> bool:
    """True when the strokes are a drawn hand: enough points, spread over enough of the box; not blank, not a dot.

    Format: a JSON list of strokes, each a list of [x, y, milliseconds] or {"points": [{"x", "y", …}, …]}.
    """
    points = stroke_points(strokes)
    if sum(len(s) for s in points) < 8:
        return False
    xs = [x for s in points for x, _y in s]
    ys = [y for s in points for _x, y in s]
    return (max(xs) - min(xs)) + (max(ys) - min(ys)) >= 30


def stroke_points(strokes: str) -> list[list[tuple[float, float]]]:
    """The strokes as lists of points; empty for anything that is not strokes."""
    if len(strokes) > 400_000:
        return []
    try:
        raw = json.loads(strokes or "[]")
        found = [[_point(p) for p in (s["points"] if isinstance(s, dict) else s)] for s in raw]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
        return []
    flat = [v for s in found for p in s for v in p]
    return found if all(-1e5 < v < 1e5 for v in flat) else []


def _point(point: Any) -> tuple[float, float]:
    return (float(point["x"]), float(point["y"])) if isinstance(point, dict) else (float(point[0]), float(point[1]))


def _leave(paper: Paper, state: str, *, reason: str, successor: Paper | None = None) -> None:
    if paper.is_gone:
        raise Refused(_("This paper is no longer in force: {state}.").format(state=paper.get_state_display()))
    paper.state, paper.state_reason, paper.superseded_by = state, reason[:300], successor
    paper.save(update_fields=["state", "state_reason", "superseded_by"])


def _facts(content: Any) -> dict[str, Any]:
    return asdict(content) if is_dataclass(content) and not isinstance(content, type) else dict(content)


def _head(kind: PaperKind, ref: str, dossier: Dossier, store: Any, by: Any, at: datetime) -> dict[str, Any]:
    company: Any = CompanyProfile.objects.first()
    fields: Sequence[str] = (
        "name",
        "licence",
        "uscc",
        "qualification",
        "address",
        "hotline",
        "bank_name",
        "bank_account",
        "representative",
    )
    return {
        "ref": ref, "title": kind.title, "form": kind.id, "version": kind.version, "at": at, "issued_by": str(by),
        "company": {f: getattr(company, f) for f in fields} if company else {},
        "logo": str(company.logo.public_id) if company and company.logo_id else "",
        "store": {"code": store.code, "name": store.name, "address": store.address, "phone": store.phone},
        "dossier": {"title": dossier.title, "line": dossier.line}, "simulated": dossier.simulated or bool(company and company.simulated),
    }  # fmt: skip


def _render_later(paper: Paper) -> None:
    from core.tasks import render_paper

    transaction.on_commit(lambda: render_paper.enqueue(paper.pk))
