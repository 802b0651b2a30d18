"""Papers on the screen: list, preview, signing on the company's device, PDF, scanned originals, voiding, and the public check."""

from __future__ import annotations

import hmac
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from markupsafe import Markup

from config import follow, reach, scans, signers
from config.policies import SEE_PAPERS, VOID_PAPER, VOID_SIGNED
from core import papers
from core.lists import keyset
from core.models import Paper, Rendition, Signature
from core.once import once
from core.papers import Signer
from core.policies import allowed, open_to_all
from core.refusals import Refused, refusals_on
from core.render import bytes_of, html_of
from core.tasks import hurry, trouble
from leads.models import Lead
from projects.models import Project
from staff import posts


def _papers(request: HttpRequest) -> Any:
    signatures = Prefetch(
        "signatures", queryset=Signature.objects.select_related("user", "present").order_by("at", "id")
    )
    return reach.papers(request.user).select_related("dossier", "store").prefetch_related(signatures)


def _paper(request: HttpRequest, ref: str) -> Paper:
    found: Paper = get_object_or_404(_papers(request), ref=ref)
    return found


# --- the list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperRow:
    """One row of the list."""

    ref: str
    title: str
    customer: str
    line: str
    at: Any
    state: str
    state_says: str
    tone: str
    missing: str
    url: str
    mine: bool


STATES = {
    "waiting": (gettext_lazy("Waiting for signatures"), Q(state="issued", stale_at__isnull=True) & ~Q(required_roles=[])),
    "signed": (gettext_lazy("Signed"), Q(state__in=Paper.SIGNED_STATES)),
    "gone": (gettext_lazy("Void or replaced"), Q(state__in=Paper.GONE_STATES)),
}


@allowed(SEE_PAPERS, methods=("GET",))
def paper_list(request: HttpRequest) -> HttpResponse:
    """Every paper of one's customers and sites, the newest first."""
    rows = _papers(request)
    state = request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    if state in STATES:
        rows = rows.filter(STATES[state][1])
    if kind in papers.KINDS:
        rows = rows.filter(kind=kind)
    page = keyset(rows, order=("-at", "-id"), after=request.GET.get("after", ""))
    context = {
        "page": page, "rows": [row_of(paper, request.user) for paper in page.rows], "state": state, "kind": kind,
        "states": [(code, says) for code, (says, _q) in STATES.items()], "kinds": sorted(papers.KINDS.values(), key=lambda k: k.id),
    }  # fmt: skip
    return render(request, "config/paper_list.html", context)


def row_of(paper: Paper, user: Any) -> PaperRow:
    """A paper as a row: whose it is and which hand is still missing."""
    missing = signers.open_lines(paper)
    return PaperRow(
        ref=paper.ref, title=paper.title, customer=paper.dossier.title, line=paper.dossier.line, at=paper.at, state=paper.state,
        state_says=says_of(paper), tone=tone_of(paper), missing=posts.listed(line.shown for line in missing if line.required),
        url=reverse("paper", args=[paper.ref]), mine=signers.waits_for(paper, user) is not None,
    )  # fmt: skip


def tone_of(paper: Paper) -> str:
    """Amber waits for a hand; a paper that nobody signs waits for none."""
    if paper.is_open and not paper.required_roles:
        return "plain"
    return {"issued": "soon", "signed": "done", "sealed": "done"}.get(paper.state, "plain")


def says_of(paper: Paper) -> str:
    return paper.says


def card_of(paper: Paper) -> dict[str, Any]:
    """A paper as the card of the timeline and of the desk."""
    signed = list(paper.signatures.all())
    missing = [line.shown for line in signers.open_lines(paper) if line.required]
    states: list[tuple[str, str]] = []
    if signed:
        states.append((_("signed by %(n)s") % {"n": len(signed)}, "done"))
    if missing:
        states.append((_("waits for %(who)s") % {"who": posts.listed(missing)}, "soon"))
    if paper.stale_at is not None:
        states.append((_("no longer fits"), "late"))
    if not states:
        states.append((says_of(paper), tone_of(paper)))
    return {
        "ref": paper.ref, "title": paper.title, "url": reverse("paper", args=[paper.ref]), "line": str(paper.body.get("line", ""))[:60],
        "states": states, "state": paper.state, "reason": paper.state_reason,
    }  # fmt: skip


# --- one paper -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineRow:
    """One signature line beside the paper: signed by whom and how, or who can sign it."""

    label: str
    required: bool
    signature: Signature | None
    url: str
    who: tuple[str, ...]


def _lines(paper: Paper, user: Any) -> list[LineRow]:
    have = {s.role: s for s in paper.signatures.all()}
    rows = []
    for line in papers.kind_of(paper).signers:
        open_here = paper.is_open and paper.stale_at is None and line.role not in have and signers.may_sign(line, user, paper)
        url = f"{reverse('paper-sign', args=[paper.ref])}?role={line.role}" if open_here else ""
        rows.append(LineRow(line.shown, line.required, have.get(line.role), url, signers.posts_of(line.role)))
    return rows


class VoidForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ScanForm(forms.Form):
    """The original that somebody signed on paper."""

    role = forms.ChoiceField(label=gettext_lazy("Whose signature"))
    name = forms.CharField(label=gettext_lazy("Name of the signer"), max_length=60)
    scan = forms.FileField(label=gettext_lazy("Photo or scan of the signed original"))

    def __init__(self, *args: Any, lines: list[Signer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(line.role, line.shown) for line in lines]  # type: ignore[attr-defined]


@allowed(SEE_PAPERS, methods=("GET",))
def paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The paper as it looks in print, who signed, who is missing, and what can be done with it."""
    return _page(request, _paper(request, ref))


def _page(request: HttpRequest, found: Paper, *, status: int = 200, **forms_: Any) -> HttpResponse:
    renditions = {r.kind: r for r in found.renditions.all()}
    open_lines = signers.open_lines(found)
    next_line = signers.next_line(found, request.user)
    context = {
        "paper": found, "kind": papers.kind_of(found), "sheet": Markup(html_of(found, mode="screen")),  # noqa: S704 (our own template)
        "lines": _lines(found, request.user), "state_says": says_of(found), "tone": tone_of(found),
        "next_line": next_line, "next_is_mine": next_line is not None and bool(signers.posts_of(next_line.role)), "file_url": file_url(request.user, found),
        "sealed": renditions.get("sealed"), "presented": renditions.get("presented"), "gone": renditions.get("gone"),
        "scans": scans.waiting(found) if open_lines else [], "may_void": _may_void(request.user, found),
        "void_form": forms_.get("void_form") or VoidForm(prefix="void"),
        "scan_form": forms_.get("scan_form") or (ScanForm(lines=open_lines, prefix="scan", initial={"name": customer_name(found)}) if open_lines else None),
        "successor": found.superseded_by,
    }  # fmt: skip
    return render(request, "config/paper.html", context, status=status)


def file_url(user: Any, found: Paper) -> str:
    """The file of the client or else of the site that this reader may open; empty for papers of the house."""
    if lead := Lead.objects.visible_to(user).filter(dossier=found.dossier_id).values_list("ref", flat=True).first():
        return reverse("leads:file", args=[lead])
    site = Project.objects.visible_to(user).filter(lead__dossier=found.dossier_id).values_list("ref", flat=True).first()
    return reverse("projects:file", args=[site]) if site else ""


def customer_name(found: Paper) -> str:
    """The name of the person from outside who is expected to sign."""
    lead = getattr(found.dossier, "lead", None)
    return lead.customer.name if lead is not None else ""


# --- signing on the company's device ---------------------------------------------------------------------------------


class SignForm(forms.Form):
    """A drawn hand under a paper that was read; the box itself is the component's."""

    role = forms.CharField(widget=forms.HiddenInput, max_length=32)
    name = forms.CharField(max_length=60, label=gettext_lazy("Name of the signer"))
    strokes = forms.CharField(widget=forms.HiddenInput, max_length=400_000, required=False, strip=False)
    read = forms.CharField(required=False, max_length=8)
    agreed = forms.BooleanField(required=False)
    comment = forms.CharField(required=False, max_length=1000, label=gettext_lazy("My opinion"))


@allowed(SEE_PAPERS)
@once
def paper_sign(request: HttpRequest, ref: str) -> HttpResponse:
    """Have the next line signed: one's own, or that of a person from outside in one's presence."""
    found = _paper(request, ref)
    wanted = (request.POST if request.method == "POST" else request.GET).get("role", "")
    line = signers.next_line(found, request.user, wanted)
    if line is None or (wanted and line.role != wanted):
        messages.info(request, _("Nothing is left for you to sign on this paper.") if line is None else _("This line is not yours to sign."))
        return redirect("paper", found.ref)
    if request.method == "GET" and not found.renditions.filter(kind="presented").exists():
        return _waiting(request, found, _("The paper is being printed for signing"))
    own = bool(signers.posts_of(line.role))
    name = request.user.full_name if own else signers.named_in(found, line.role) or customer_name(found)
    form = SignForm(request.POST or None, initial={"role": line.role, "name": name})
    if form.is_valid():
        with refusals_on(form):
            _sign(request, found, line, form.cleaned_data, own=own)
            return _signed(request, found, line)
    return _sign_page(request, found, line, form, own=own, name=name)


def _sign(request: HttpRequest, found: Paper, line: Signer, given: dict[str, Any], *, own: bool) -> None:
    """On this screen a hand goes under a PDF that exists: the signature binds its hash too (decision 12, LR-36)."""
    if not found.renditions.filter(kind="presented").exists():
        raise Refused(_("The paper is still being printed for signing. Wait a few seconds and sign again."))
    at = timezone.now()
    signers.refuse_another(found, line.role, given["name"])
    with follow.following(found.dossier, at=at):
        papers.sign(
            found, role=line.role, name=request.user.full_name if own else given["name"], strokes=given["strokes"], at=at, by=request.user,
            user=request.user if own else None, present=request.user, comment=given["comment"], read=given["read"] == "1",
            agreed=given["agreed"], device=request.META.get("HTTP_USER_AGENT", "")[:300], address=request.META.get("REMOTE_ADDR") or None,
            agreement="" if own or not first_signature(found) else AGREEMENT,
        )  # fmt: skip


def _signed(request: HttpRequest, found: Paper, line: Signer) -> HttpResponse:
    found = _paper(request, found.ref)
    missing = [other.shown for other in signers.open_lines(found) if other.required]
    if missing:
        messages.success(
            request,
            _("“%(label)s” has signed. Still missing: %(who)s.") % {"label": line.shown, "who": posts.listed(missing)},
        )
    elif found.is_signed:
        messages.success(request, _("Everybody has signed. The sealed PDF is being made."))
    else:  # nobody must sign, and nobody is waited for
        messages.success(request, _("“%(label)s” has signed.") % {"label": line.shown})
    return redirect("paper", found.ref)


# The first paper that a customer signs carries the agreement on signing this way (LR-38, decision 13).
AGREEMENT = "本人同意与公司以电子方式签署文件：在公司设备上当面手写签名，与纸质签名具有同等效力。"


def first_signature(found: Paper) -> bool:
    """True while nobody from outside has signed a paper of this dossier."""
    return not Signature.objects.filter(paper__dossier_id=found.dossier_id, user__isnull=True).exists()


def _sign_page(
    request: HttpRequest, found: Paper, line: Signer, form: SignForm, *, own: bool, name: str
) -> HttpResponse:
    context = {
        "paper": found, "kind": papers.kind_of(found), "line": line, "form": form, "own": own, "name": name,
        "sheet": Markup(html_of(found, mode="screen")),  # noqa: S704 (our own template)
        "agree": line.says if own or not first_signature(found) else f"{line.says}{AGREEMENT}",
        "back_url": reverse("paper", args=[found.ref]),
        "others": [(other, signers.may_sign(other, request.user, found)) for other in signers.open_lines(found) if other.role != line.role],
    }  # fmt: skip
    return render(request, "config/paper_sign.html", context, status=422 if form.is_bound else 200)


# --- the PDF ---------------------------------------------------------------------------------------------------------


@allowed(SEE_PAPERS, methods=("GET",))
def paper_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """The PDF as sealed, as presented while signatures are missing, stamped when void or replaced; a page that waits when the worker is not done."""
    found = _paper(request, ref)
    renditions = {r.kind: r for r in found.renditions.select_related("attachment")}
    wanted = "gone" if found.is_gone else "sealed" if found.is_signed else "presented"
    asked = request.GET.get("kind")
    rendition = renditions.get(asked) if asked in renditions else renditions.get(wanted)
    if rendition is None:
        return _waiting(request, found, _("The PDF is being made"), presented=None if found.is_gone else renditions.get("presented"))
    return _pdf(found, rendition, save=bool(request.GET.get("save")))


def _waiting(request: HttpRequest, found: Paper, title: str, *, presented: Rendition | None = None) -> HttpResponse:
    """The worker is not done: this paper goes first now, and the page asks again by itself; it says what was tried in vain.

    Only somebody who asks has it tried again when it was given up, not the page that asks by itself.
    """
    hurry(found, anew="waiting" not in request.GET)
    context = {
        "paper": found, "title": title, "presented": presented, "back_url": reverse("paper", args=[found.ref]),
        "trouble": trouble(found, at=timezone.now()),
    }  # fmt: skip
    return render(request, "config/paper_waiting.html", context, status=202)


def _pdf(found: Paper, rendition: Rendition, *, save: bool) -> HttpResponse:
    answer = HttpResponse(bytes_of(rendition), content_type="application/pdf")
    answer["Content-Disposition"] = f'{"attachment" if save else "inline"}; filename="{found.ref}.pdf"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


# --- originals on paper ----------------------------------------------------------------------------------------------


@allowed(SEE_PAPERS, methods=("POST",))
@once
def paper_scan(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand in the scan of a signed original; a second person looks at it before it counts (decision 13)."""
    found = _paper(request, ref)
    form = ScanForm(request.POST, request.FILES, lines=signers.open_lines(found), prefix="scan")
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            signers.refuse_another(found, given["role"], given["name"])
            scans.offer(
                found, role=given["role"], name=given["name"], file=given["scan"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Kept. It counts as soon as a second person has looked at it."))
            return redirect("paper", found.ref)
    return _page(request, found, status=422, scan_form=form)


@allowed(SEE_PAPERS, methods=("POST",))
@once
def paper_scan_confirm(request: HttpRequest, ref: str, public_id: uuid.UUID) -> HttpResponse:
    """The second person: what was handed in is the signed original of this paper."""
    found = _paper(request, ref)
    form = forms.Form(request.POST)
    scan = next((s for s in scans.waiting(found) if s.attachment.public_id == public_id), None)
    if scan is None:
        raise Http404
    with refusals_on(form):
        at = timezone.now()
        with follow.following(found.dossier, at=at):
            scans.confirm(found, scan, by=request.user, at=at)
        messages.success(request, _("Confirmed: the original of %(name)s counts as signed.") % {"name": scan.name})
        return redirect("paper", found.ref)
    messages.error(request, "；".join(str(e) for e in form.non_field_errors()))
    return redirect("paper", found.ref)


# --- void ------------------------------------------------------------------------------------------------------------


def _may_void(user: Any, found: Paper) -> bool:
    """An unsigned paper by whoever issued it or a manager; a signed one by a manager; what its kind does not allow by nobody."""
    if not papers.kind_of(found).may_be_void(found):
        return False
    held = user.posts_for(found.store_id)
    if any(held & codes for codes in VOID_SIGNED.posts.values()):
        return True
    return not found.is_signed and found.by_id == user.pk and VOID_PAPER.allows(user)


@allowed(VOID_PAPER | VOID_SIGNED, methods=("POST",))
@once
def paper_void(request: HttpRequest, ref: str) -> HttpResponse:
    """Declare the paper void, with a reason; it keeps its number and is kept."""
    found = _paper(request, ref)
    if not _may_void(request.user, found):
        raise Http404
    form = VoidForm(request.POST, prefix="void")
    if form.is_valid():
        with refusals_on(form):
            papers.void(found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now(), alone=True)
            messages.success(request, _("%(ref)s is void; it stays in the file with its number.") % {"ref": found.ref})
            return redirect("paper", found.ref)
    return _page(request, found, status=422, void_form=form)


# --- the public check ------------------------------------------------------------------------------------------------


@open_to_all("whoever holds a printed paper may ask whether it is the one that was sealed; personal data are masked")
@require_safe
def verify(request: HttpRequest, ref: str, token: str) -> HttpResponse:
    """What the QR of a paper opens: its state, who signed when (masked), and whether a typed hash is the paper's."""
    found = Paper.objects.filter(ref=ref).select_related("store").prefetch_related("signatures", "renditions").first()
    if found is None or not hmac.compare_digest(found.token.encode(), token.encode("utf-8", "replace")):
        return render(request, "config/verify_unknown.html", status=404)
    typed = request.GET.get("hash", "")[:200]
    context = {
        "paper": found, "kind": papers.kind_of(found), "head": found.head, "state_says": says_of(found), "tone": tone_of(found),
        "signatures": [(_label(found, s.role), _masked(s.name), s.at, s.get_way_display()) for s in found.signatures.all()],
        "sealed": next((r for r in found.renditions.all() if r.kind == "sealed"), None), "typed": typed, "fits": _fits(found, typed),
        "missing": [line.shown for line in signers.open_lines(found) if line.required],
    }  # fmt: skip
    answer = render(request, "config/verify.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _label(found: Paper, role: str) -> str:
    return next((line.shown for line in papers.kind_of(found).signers if line.role == role), role)


def _masked(name: str) -> str:
    """陈静兰 → 陈**."""
    return name[:1] + "*" * max(1, len(name) - 1)


def _fits(found: Paper, typed: str) -> bool | None:
    """Whether what was typed is the beginning of one of the paper's hashes; None when nothing (or too little) was typed."""
    given = re.sub(r"[^0-9a-f]", "", typed.lower())
    if len(given) < 8:
        return None
    return any(known.startswith(given) for known in (found.content_sha256, *(r.sha256 for r in found.renditions.all())))
