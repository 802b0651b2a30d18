"""Fine slips of the project manager to the foreman (I15): heard, appealed, decided; what stands is taken off his settlement (P38, Q44).

A slip is no staff discipline: foremen are bound by their contract (Q96), and nothing here is written by code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Deadline, Dossier, Paper
from core.money import yuan
from core.refusals import Missing, Refused
from inspections import deadlines_order as deadlines
from inspections import papers_order as sheets
from inspections.choices_order import FINE_HEARD, Decision, FineState
from inspections.models import SiteFine, SitePhoto
from inspections.order_data import conduct, order_rules
from inspections.papers import Place
from inspections.services import evidence
from inspections.services.sites import line_of
from projects.choices import Role
from projects.models import Project
from projects.services import foremen
from projects.services.site import under_lock
from staff import posts
from staff.selectors import holder


def _locked(fine: SiteFine) -> tuple[Project, SiteFine]:
    site = under_lock(fine.project)
    row = (
        SiteFine.objects.select_for_update(no_key=True, of=("self",))
        .select_related("paper", "foreman", "by", "project", "confirmed_by")
        .get(pk=fine.pk)
    )
    return site, row


def _key(site: Project, fine: SiteFine) -> str:
    return f"{site.ref}/{fine.number}"


def _clock(clock: clocks.Clock, site: Project, fine: SiteFine, owner: Any, at: datetime) -> None:
    clocks.start(
        clock, dossier=site.dossier, key=_key(site, fine), owner=owner, at=at, line=f"¥{fine.amount:,.2f} · {fine.reason[:60]} · {line_of(site)}",
        link=fine.get_absolute_url(),
    )  # fmt: skip


def _refuse(state: str) -> Refused:
    return Refused(_("This slip is in another state: {state}.").format(state=FineState(state).label))


@transaction.atomic
def write_fine(
    project: Project,
    *,
    reason: str,
    amount: Decimal,
    happened_on: date,
    by: Any,
    at: datetime,
    rule: str = "",
    photos: Sequence[Any] = (),
) -> SiteFine:
    """The project manager fines the foreman of the site, within the limits of the table; a high fine waits for the engineering manager (Q45)."""
    site, limits = under_lock(project), order_rules()
    amount = yuan(amount)
    missing = []
    if site.foreman is None:
        missing.append(Missing(_("The site has no foreman yet."), posts.ENGINEERING_MANAGER))
    elif site.foreman_id == by.pk:
        missing.append(Missing(_("Nobody writes a slip to himself."), posts.ENGINEERING_MANAGER))
    if not reason.strip():
        missing.append(Missing(_("Say what happened."), posts.PROJECT_MANAGER))
    if rule and rule not in conduct():
        missing.append(Missing(_("This rule does not stand in the table."), posts.PROJECT_MANAGER))
    if not limits.fine_least <= amount <= limits.fine_most:
        missing.append(
            Missing(
                _("A slip is between ¥{least} and ¥{most}.").format(least=limits.fine_least, most=limits.fine_most),
                posts.PROJECT_MANAGER,
            )
        )
    if happened_on > timezone.localtime(at).date():
        missing.append(Missing(_("It happened today at the latest."), posts.PROJECT_MANAGER))
    if site.foreman is not None and not _was_there(site, happened_on):
        missing.append(Missing(_("{name} was not the foreman of this site on that day.").format(name=site.foreman), posts.PROJECT_MANAGER))
    if missing:
        raise Refused(_("The slip cannot be written yet: {count} missing.").format(count=len(missing)), missing)
    waits = amount > limits.fine_confirm_above
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=reason.strip()[:60])
    made = SiteFine(
        project=site, store=site.store, number=evidence.next_number(SiteFine, site), foreman=site.foreman, rule=rule, reason=reason.strip()[:300],
        happened_on=happened_on, amount=amount, state=FineState.PENDING if waits else FineState.ISSUED, by=by, at=at,
    )  # fmt: skip
    if not waits:
        made.paper = _slip(site, made, kept, by=by, at=at)
    made.save()
    evidence.keep(kept, by=by, at=at, fine=made)
    if waits:
        _clock(deadlines.FINE_CONFIRM, site, made, holder(posts.ENGINEERING_MANAGER, site.store_id), at)
    else:
        _clock(deadlines.FINE_HEARING, site, made, by, at)
    audit.record(
        site.dossier,
        "inspections.fine_written",
        by=by,
        at=at,
        paper=made.paper,
        number=made.number,
        amount=amount,
        reason=made.reason,
        waits=waits,
    )
    return made


def _was_there(site: Project, day: date) -> bool:
    """The foreman of today was put on the site on that day or before it: nobody pays for what happened under another."""
    turns = site.assignments.filter(role=Role.FOREMAN).order_by("-id").values_list("person_id", "at")
    since = [at for _person, at in takewhile(lambda turn: turn[0] == site.foreman_id, turns)]
    return not since or timezone.localtime(since[-1]).date() <= day


def _slip(
    site: Project,
    fine: SiteFine,
    kept: list[Any],
    *,
    by: Any,
    at: datetime,
    kind: Any = sheets.I15,
    replaces: Paper | None = None,
) -> Paper:
    item = conduct().get(fine.rule)
    return papers.issue(
        kind, dossier=site.dossier, store=site.store, by=by, at=at, replaces=replaces,
        content=sheets.FineSlip(
            Place.of(site), str(fine.foreman), fine.rule, item.zh if item else "", fine.reason, fine.happened_on, fine.amount, order_rules().fine_appeal_days,
            evidence.printed(kept), len(kept), str(fine.confirmed_by or ""), fine.refusal, fine.witness, replaces.ref if replaces else "",
        ),
    )  # fmt: skip


def _pictures(fine: SiteFine) -> list[Any]:
    return [photo.attachment for photo in SitePhoto.objects.filter(fine=fine).select_related("attachment")]


@transaction.atomic
def confirm_fine(fine: SiteFine, *, by: Any, at: datetime) -> SiteFine:
    """The engineering manager confirms a high fine; only now the slip is issued."""
    site, row = _locked(fine)
    if row.state != FineState.PENDING:
        raise _refuse(row.state)
    if by.pk in (row.by_id, row.foreman_id):
        raise Refused(_("A second person confirms it."))
    row.state, row.confirmed_at, row.confirmed_by = FineState.ISSUED, at, by
    row.paper = _slip(site, row, _pictures(row), by=row.by, at=at)
    row.save(update_fields=row.updatable)
    clocks.stop(deadlines.FINE_CONFIRM, _key(site, row), at=at, by=by)
    _clock(deadlines.FINE_HEARING, site, row, row.by, at)
    audit.record(
        site.dossier, "inspections.fine_confirmed", by=by, at=at, paper=row.paper, number=row.number, amount=row.amount
    )
    return row


@transaction.atomic
def note_refusal(fine: SiteFine, *, words: str, witness: str, by: Any, at: datetime) -> SiteFine:
    """The foreman did not sign: what he said, before which witness; a new slip says so and is signed by the witness.

    The clock of the hearing runs on until the witness has signed: before that the slip never stands.
    """
    site, row = _locked(fine)
    if row.state != FineState.ISSUED or row.paper is None:
        raise _refuse(row.state)
    if row.paper.signatures.filter(role="foreman").exists():
        raise Refused(_("The foreman has signed."))
    if not words.strip() or not witness.strip():
        raise Refused(_("Say what the foreman said, and who was there."))
    if witness.strip() in (str(row.foreman), str(by)):
        raise Refused(_("The witness is somebody else."))
    row.state, row.heard_at, row.witness, row.refusal = FineState.REFUSED, at, witness.strip()[:40], words.strip()[:300]
    row.paper = _slip(site, row, _pictures(row), by=by, at=at, kind=sheets.I15_REFUSED, replaces=row.paper)
    row.save(update_fields=row.updatable)
    audit.record(
        site.dossier,
        "inspections.fine_not_signed",
        by=by,
        at=at,
        paper=row.paper,
        number=row.number,
        words=row.refusal,
        witness=row.witness,
    )
    return row


def appeal_until(fine: SiteFine) -> datetime | None:
    """The last moment of an appeal; none before the foreman was heard and, if he did not sign, the witness has signed."""
    if fine.heard_at is None or fine.paper is None:
        return None
    hands = [fine.heard_at, *(hand.at for hand in fine.paper.signatures.all())]
    return max(hands) + timedelta(days=order_rules().fine_appeal_days) if fine.paper.is_signed else None


@transaction.atomic
def appeal_fine(fine: SiteFine, *, words: str, by: Any, at: datetime) -> SiteFine:
    """The foreman appeals to the engineering manager within the days of the table, signed or not."""
    site, row = _locked(fine)
    if row.state not in FINE_HEARD:
        raise _refuse(row.state)
    if by.pk != row.foreman_id:
        raise Refused(_("{name} may appeal.").format(name=row.foreman))
    if not words.strip():
        raise Refused(_("Say why."))
    until = appeal_until(row)
    if until is not None and at > until:
        raise Refused(
            _("The days for an appeal are over since {when}.").format(when=timezone.localtime(until).strftime("%Y-%m-%d %H:%M"))
        )
    row.state, row.appeal, row.appealed_at = FineState.APPEALED, words.strip()[:500], at
    row.save(update_fields=row.updatable)
    clocks.stop(deadlines.FINE_HEARING, _key(site, row), at=at, by=by)
    _clock(deadlines.FINE_APPEAL, site, row, holder(posts.ENGINEERING_MANAGER, site.store_id), at)
    audit.record(site.dossier, "inspections.fine_appealed", by=by, at=at, number=row.number, words=row.appeal)
    return row


@transaction.atomic
def decide_appeal(
    fine: SiteFine, *, decision: str, words: str, by: Any, at: datetime, amount: Decimal | None = None
) -> SiteFine:
    """The engineering manager decides: it stands, is lowered to an amount, or is lifted (then the slip is void)."""
    site, row = _locked(fine)
    if row.state != FineState.APPEALED:
        raise _refuse(row.state)
    if by.pk in (row.by_id, row.foreman_id):
        raise Refused(_("A third person decides the appeal."))
    if decision not in Decision.values:
        raise Refused(_("Say how it is decided."))
    if not words.strip():
        raise Refused(_("Say why."))
    if decision == Decision.LOWERED and (amount is None or not 0 < yuan(amount) < row.amount):
        raise Refused(_("Lowered means less than ¥{amount}.").format(amount=row.amount))
    row.decision, row.decision_words, row.decided_at, row.decided_by = Decision(decision), words.strip()[:500], at, by
    clocks.stop(deadlines.FINE_APPEAL, _key(site, row), at=at, by=by)
    if decision == Decision.LIFTED:
        _void(row, reason=words, by=by, at=at)
    else:
        _stand(site, row, yuan(amount) if decision == Decision.LOWERED and amount is not None else row.amount, at)
    audit.record(
        site.dossier,
        "inspections.fine_decided",
        by=by,
        at=at,
        number=row.number,
        decision=decision,
        words=row.decision_words,
        amount=row.final_amount,
    )
    return row


@transaction.atomic
def void_fine(fine: SiteFine, *, reason: str, by: Any, at: datetime) -> SiteFine:
    """The slip was wrong: void with its reason, by who wrote it or by the engineering manager; never after it was taken off."""
    site, row = _locked(fine)
    if row.state in (FineState.FIRM, FineState.VOID):
        raise _refuse(row.state)
    if by.pk == row.foreman_id:
        raise Refused(_("The foreman appeals instead."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    _void(row, reason=reason, by=by, at=at)
    for clock in (deadlines.FINE_CONFIRM, deadlines.FINE_HEARING, deadlines.FINE_APPEAL):
        clocks.cancel(clock, _key(site, row), at=at, by=by)
    audit.record(site.dossier, "inspections.fine_voided", by=by, at=at, number=row.number, reason=row.void_reason)
    return row


def _void(row: SiteFine, *, reason: str, by: Any, at: datetime) -> None:
    row.state, row.void_reason, row.voided_at, row.voided_by = FineState.VOID, reason.strip()[:300], at, by
    row.save(update_fields=row.updatable)
    if row.paper is not None and row.paper.state not in (Paper.State.VOID, Paper.State.SUPERSEDED):
        papers.void(row.paper, reason=reason, by=by, at=at)


def _stand(site: Project, row: SiteFine, amount: Decimal, at: datetime) -> None:
    """From now on it counts: it is told to the foreman's settlement, once."""
    row.state, row.final_amount, row.firm_at, row.told_at = FineState.FIRM, amount, at, at
    row.save(update_fields=row.updatable)
    reason = f"罚款单 {row.paper.ref if row.paper else ''} {row.reason}".strip()
    foremen.record_deduction(
        site, foreman=row.foreman, amount=amount, reason=reason[:300], paper=row.paper, by=row.by, at=at
    )


# --- what follows from signatures and from days ----------------------------------------------------------------------


def follow(dossier: Dossier | None, *, at: datetime) -> int:
    """A slip that the foreman has signed is heard; one whose days of appeal are over stands.  Dates come from the fact."""
    of = {"project__dossier": dossier} if dossier is not None else {}
    signed = (
        SiteFine.objects.filter(state=FineState.ISSUED, paper__signatures__role="foreman", **of)
        .select_related("project")
        .order_by("pk")
    )
    running = Deadline.objects.filter(clock=deadlines.FINE_HEARING.id, stopped_at__isnull=True, dossier=OuterRef("project__dossier"))
    told = (
        SiteFine.objects.filter(Exists(running), state=FineState.REFUSED, paper__state__in=Paper.SIGNED_STATES, **of)
        .select_related("project")
        .order_by("pk")
    )
    over = at - timedelta(days=order_rules().fine_appeal_days)
    made = sum(_heard(row) for row in list(signed)) + sum(_witnessed(row) for row in list(told))
    old = (
        SiteFine.objects.filter(state__in=FINE_HEARD, heard_at__lt=over, paper__state__in=Paper.SIGNED_STATES, **of)
        .select_related("project")
        .order_by("pk")
    )
    return made + sum(_grows_firm(row, at) for row in list(old))


@transaction.atomic
def _heard(fine: SiteFine) -> int:
    site, row = _locked(fine)
    hand = row.paper.signatures.filter(role="foreman").first() if row.paper else None
    if row.state != FineState.ISSUED or hand is None:
        return 0
    row.state, row.heard_at = FineState.SIGNED, hand.at
    row.save(update_fields=row.updatable)
    clocks.stop(deadlines.FINE_HEARING, _key(site, row), at=hand.at, by=row.foreman)
    return 1


@transaction.atomic
def _witnessed(fine: SiteFine) -> int:
    """The witness has signed the slip that the foreman did not sign: the hearing is over."""
    site, row = _locked(fine)
    if row.state != FineState.REFUSED or row.paper is None or not clocks.is_open(deadlines.FINE_HEARING, _key(site, row)):
        return 0
    last = max(hand.at for hand in row.paper.signatures.all())
    clocks.stop(deadlines.FINE_HEARING, _key(site, row), at=last, by=row.by)
    return 1


@transaction.atomic
def _grows_firm(fine: SiteFine, at: datetime) -> int:
    site, row = _locked(fine)
    until = appeal_until(row)
    if row.state not in FINE_HEARD or until is None or until >= at:
        return 0
    _stand(site, row, row.amount, until)
    audit.record(
        site.dossier, "inspections.fine_stands", by=row.by, at=until, number=row.number, amount=row.final_amount
    )
    return 1
