"""Money of the property office: asked, paid with a receipt, and the deposits that come back (A05, A13, A14; R064–R066, R084)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.money import ZERO
from core.refusals import Missing, Refused
from projects import deadlines
from projects.choices import UNFINISHED, Stage
from projects.choices_preparation import REFUNDABLE, FeeKind, Payer
from projects.models import Permit, Project, PropertyFee
from projects.services.site import kept, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts

OPEN_STAGES = (*UNFINISHED, Stage.ACCEPTED)


def row_key(site: Project, row: Any) -> str:
    """The key of a clock about one row of a site."""
    return f"{site.ref}/{row.pk}"



@transaction.atomic
def ask_fee(
    project: Project, *, kind: str, amount: Decimal, people: int | None = None, permit: Permit | None = None, payer: str = Payer.OWNER, by: Any, at: datetime
) -> PropertyFee:
    """The property office asks for money (R064–R066, R084); the receipt has to come into the file."""
    site = locked(project, at)
    refuse_unless(site, OPEN_STAGES)
    made = book_fee(site, kind=kind, amount=amount, people=people, permit=permit, payer=payer, by=by, at=at)
    audit.record(site.dossier, "projects.fee_asked", by=by, at=at, fee=made.kind, amount=amount)
    return made


def book_fee(
    site: Project, *, kind: str, amount: Decimal, by: Any, at: datetime, people: int | None = None, permit: Permit | None = None, payer: str = Payer.OWNER
) -> PropertyFee:
    """The row and its clock; the site is under lock already."""
    kind = FeeKind(kind)
    if amount <= 0:
        raise Refused(_("Say how much."))
    if kind in (FeeKind.PASS_DEPOSIT, FeeKind.PASS_COST) and not people:
        raise Refused(_("Say for how many passes."))
    if kind == FeeKind.EXTENSION and (permit is None or permit.project_id != site.pk or permit.extends_id is None or permit.approved_on is not None):
        raise Refused(_("An extension fee belongs to an application for an extension that waits."))
    made = PropertyFee.objects.create(
        project=site, store=site.store, kind=kind, amount=amount, people=people, permit=permit, payer=Payer(payer), by=by, at=at
    )
    start_clock(
        deadlines.FEE_PAYMENT, site, key=row_key(site, made), at=at, owner=site.project_manager, link=f"/projects/{site.ref}/property-fees/",
        about=str(kind.label),
    )  # fmt: skip
    return made


@transaction.atomic
def pay_fee(
    fee: PropertyFee, *, payer: str, payer_name: str, paid_on: date, receipt_number: str, receipt: Any, by: Any, at: datetime
) -> PropertyFee:
    """Paid, by the owner or by us – never by a worker (LR-14) – with the office's own receipt as a scan (A05, A13, A14)."""
    site = locked(fee.project, at)
    row = PropertyFee.objects.select_for_update(no_key=True, of=("self",)).get(pk=fee.pk)
    if row.paid_on is not None:
        raise Refused(_("This has been paid already."))
    if receipt is None or not receipt_number.strip() or not payer_name.strip():
        raise Refused(_("The receipt of the property office, its number and who paid are needed."))
    row.receipt = kept(receipt, site, by=by, at=at, caption=_("Receipt %(number)s") % {"number": receipt_number.strip()})
    row.payer, row.payer_name, row.paid_on, row.receipt_number, row.paid_by = Payer(payer), payer_name.strip(), paid_on, receipt_number.strip(), by
    row.save(update_fields=["receipt", "payer", "payer_name", "paid_on", "receipt_number", "paid_by"])
    clocks.stop(deadlines.FEE_PAYMENT, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.fee_paid", by=by, at=at, attachment=row.receipt, fee=row.kind, amount=row.amount, payer=row.payer)
    return row


@transaction.atomic
def return_fee(fee: PropertyFee, *, returned_on: date, amount: Decimal, to: str, withheld_because: str = "", by: Any, at: datetime) -> PropertyFee:
    """A deposit is back: how much, to whom; what the office keeps needs its reason (Q70, Q72)."""
    site = locked(fee.project, at)
    row = PropertyFee.objects.select_for_update(no_key=True, of=("self",)).get(pk=fee.pk)
    if row.kind not in REFUNDABLE:
        raise Refused(_("Only a deposit comes back."))
    if row.paid_on is None:
        raise Refused(_("This has not been paid."))
    if row.returned_on is not None:
        raise Refused(_("This came back already."))
    if not ZERO <= amount <= row.amount:
        raise Refused(_("At most what was paid comes back."))
    if amount < row.amount and not withheld_because.strip():
        raise Refused(_("Say why the office keeps a part."))
    if returned_on < row.paid_on:
        raise Refused(_("It came back after it was paid."))
    if row.kind == FeeKind.PASS_DEPOSIT and site.passes.filter(returned_on__isnull=True).exists():
        raise Refused(
            _("The pass deposit comes back when every card is returned."),
            [Missing(_("Worker passes have not been given back."), posts.PROJECT_MANAGER, "R065")],
        )
    row.returned_on, row.returned_amount, row.returned_to, row.withheld_because = returned_on, amount, to.strip(), withheld_because.strip()
    row.save(update_fields=["returned_on", "returned_amount", "returned_to", "withheld_because"])
    clocks.stop(deadlines.FEE_RETURN, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.fee_returned", by=by, at=at, fee=row.kind, amount=amount, kept=row.amount - amount)
    return row
