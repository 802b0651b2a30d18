"""Work without a signature, prices outside the list, and what the contract itself promises for a late completion.

Unsigned work is a fact with its date and who let it happen; it is signed after all, put back, or left free of charge – never charged (G14, LR-23).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.money import yuan
from core.refusals import Missing, Refused
from projects import deadlines_days
from projects.choices import UNFINISHED, ChangeReason, Stage
from projects.choices_days import UnsignedOutcome
from projects.models import ChangeOrder, OffListPrice, Project, UnsignedWork
from projects.services.changes import _locked_change, _still_open, request_change
from projects.services.site import copy_back, kept, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts


@transaction.atomic
def note_unsigned_work(
    project: Project, *, done_on: date, what: str, let_by: Any, evidence: Any, by: Any, at: datetime, change: ChangeOrder | None = None
) -> UnsignedWork:  # fmt: skip
    """Work was done before its change was signed: when, what, and who let it happen.  A fact for later, never a line of a settlement."""
    site = locked(project, at)
    refuse_unless(site, (*UNFINISHED, Stage.PAUSED, Stage.ACCEPTED))
    if not what.strip():
        raise Refused(_("Say which work it was."))
    if done_on > timezone.localtime(at).date():
        raise Refused(_("This day lies in the future."))
    if evidence is None:
        raise Refused(_("A photo of the work is missing."))
    if change is not None and (change.project_id != site.pk or change.is_signed):
        raise Refused(_("This change is signed already, or of another site."))
    photo = kept(evidence, site, by=by, at=at, caption=_("Work without a signature"))
    made = UnsignedWork.objects.create(
        project=site, store=site.store, change=change, done_on=done_on, what=what.strip(), let_by=let_by, evidence=photo, by=by, at=at
    )
    start_clock(
        deadlines_days.UNSIGNED_WORK, site, key=f"{site.ref}/unsigned/{made.pk}", at=at, owner=site.project_manager,
        link=f"/projects/{site.ref}/unsigned-works/", about=made.what[:30],
    )  # fmt: skip
    audit.record(site.dossier, "projects.unsigned_work", by=by, at=at, attachment=photo, what=made.what[:200], who=str(let_by), on=done_on)
    copy_back(site, project)
    return made


@transaction.atomic
def end_unsigned_work(work: UnsignedWork, *, outcome: str, says: str, by: Any, at: datetime, change: ChangeOrder | None = None) -> UnsignedWork:
    """Signed after all by a change of its own, put back, or left free of charge; that it happened stays."""
    site = locked(work.project, at)
    row = UnsignedWork.objects.select_for_update(no_key=True, of=("self",)).get(pk=work.pk)
    row.project = site
    if row.outcome:
        raise Refused(_("What becomes of it is settled already."))
    if outcome not in UnsignedOutcome.values or not says.strip():
        raise Refused(_("Say what becomes of it."))
    if outcome == UnsignedOutcome.SIGNED:
        chosen = change or row.change
        found = next((c for c in site.change_list if chosen is not None and c.pk == chosen.pk), None)
        if found is None or not found.is_signed:
            raise Refused(
                _("The customer has not signed a change for it."),
                [Missing(_("Issue the change order and have it signed."), f"{posts.PROJECT_MANAGER},customer", "G14", f"/projects/{site.ref}/changes/")],
            )
        row.change = found
    row.outcome, row.outcome_says, row.outcome_at, row.outcome_by = outcome, says.strip(), at, by
    row.save(update_fields=["change", "outcome", "outcome_says", "outcome_at", "outcome_by"])
    clocks.stop(deadlines_days.UNSIGNED_WORK, f"{site.ref}/unsigned/{row.pk}", at=at, by=by)
    audit.record(site.dossier, "projects.unsigned_work_ended", by=by, at=at, what=row.what[:200], outcome=outcome, says=row.outcome_says)
    return row


@transaction.atomic
def ask_off_list(
    change: ChangeOrder, *, name: str, unit: str, quantity: Decimal, unit_price: Decimal, because: str, by: Any, at: datetime
) -> OffListPrice:  # fmt: skip
    """A line that the contract's price list does not have: with its reason, for the engineering manager to approve (000:L31)."""
    site, row = _locked_change(change, at)
    _still_open(row)
    if row.paper_id is not None:
        raise Refused(_("This change has been issued; withdraw it and ask again to change its lines."))
    if not name.strip() or not unit.strip():
        raise Refused(_("Say what it is and how it is measured."))
    if not because.strip():
        raise Refused(_("Say why the price list has no line for it."))
    if quantity == 0 or unit_price <= 0:
        raise Refused(_("A line has a quantity and a price."))
    made = OffListPrice.objects.create(
        project=site, store=site.store, change=row, name=name.strip(), unit=unit.strip(), quantity=quantity, unit_price=yuan(unit_price),
        amount=yuan(quantity * yuan(unit_price)), because=because.strip(), by=by, at=at,
    )  # fmt: skip
    start_clock(
        deadlines_days.OFF_LIST, site, key=f"{site.ref}/off-list/{made.pk}", at=at, owner=None, about=made.name[:30],
        link=f"/projects/{site.ref}/off-list/{made.pk}/decisions/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.off_list_asked", by=by, at=at, seq=row.seq, name=made.name, amount=made.amount, reason=made.because)
    return made


@transaction.atomic
def decide_off_list(price: OffListPrice, *, approved: bool, answer: str, by: Any, at: datetime) -> OffListPrice:
    """The engineering manager approves or refuses it; never who asked for it."""
    site, change = _locked_change(price.change, at)
    row = OffListPrice.objects.select_for_update(no_key=True, of=("self",)).get(pk=price.pk)
    row.project, row.change = site, change
    if row.decided_at is not None:
        raise Refused(_("This price is decided already."))
    _still_open(change)
    if row.by_id == by.pk:
        raise Refused(
            _("A price outside the list needs two people."), [Missing(_("Somebody else approves it."), posts.ENGINEERING_MANAGER, "LR-23")]
        )
    if not approved and not answer.strip():
        raise Refused(_("Say the reason."))
    row.approved, row.answer, row.decided_at, row.decided_by = approved, answer.strip(), at, by
    row.save(update_fields=["approved", "answer", "decided_at", "decided_by"])
    clocks.stop(deadlines_days.OFF_LIST, f"{site.ref}/off-list/{row.pk}", at=at, by=by)
    audit.record(site.dossier, "projects.off_list_decided", by=by, at=at, seq=change.seq, name=row.name, approved=approved, answer=row.answer)
    return row


def late_days(site: Project) -> int:
    """By how many days the works were completed after the agreed completion, which lost days and changes have moved already."""
    return max(0, (site.completed_on - site.due_on).days) if site.completed_on is not None else 0


def late_price(site: Project) -> tuple[Decimal, int]:
    """(what the contract promises for a day, for at most how many days); by the numbers that were kept with it, nothing without them."""
    try:
        rate, cap = (Decimal(site.contract.rules[name]) for name in ("late_rate", "late_cap"))
    except (TypeError, KeyError, InvalidOperation):
        return Decimal(0), 0
    return yuan(site.contract.total * rate), int(cap / rate)


@transaction.atomic
def agree_compensation(project: Project, *, days: int, because: str, evidence: Any, by: Any, at: datetime) -> OffListPrice:
    """A completion that is late by the company's fault: the contract's price a day as a deduction of its own, approved, signed, then settled.

    Not automatic (Q38): somebody writes it, the engineering manager approves it, the customer signs its change order.
    """
    site = locked(project, at)
    refuse_unless(site, (Stage.COMPLETED, Stage.ACCEPTED))
    late, (price, most) = late_days(site), late_price(site)
    if price == 0:
        raise Refused(_("The contract promises nothing for a late completion."))
    if late == 0:
        raise Refused(_("The works were completed in the agreed time."))
    if not 1 <= days <= min(late, most):
        raise Refused(_("At least one day, and at most the {count} that the works were late.").format(count=min(late, most)))
    if not because.strip():
        raise Refused(_("Say the reason."))
    change = request_change(
        site, reason=ChangeReason.LATE_COMPLETION, wish=_("Compensation for late completion, {days} days").format(days=days), evidence=evidence, by=by, at=at
    )
    made = ask_off_list(change, name="逾期竣工违约金", unit="天", quantity=Decimal(-days), unit_price=price, because=because, by=by, at=at)
    copy_back(site, project)
    return made


__all__ = [
    "agree_compensation", "ask_off_list", "decide_off_list", "end_unsigned_work", "late_days", "late_price", "note_unsigned_work",
]  # fmt: skip
