"""Money of repairs: what an owner pays on a receipt (L23), and what a repair cost the company, by trade, crew and person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales import deadlines_repairs as deadlines
from aftersales.choices_repairs import RepairState, Trade
from aftersales.models import RepairCost, RepairPayment, RepairRequest
from aftersales.services.repairs import locked_repair, paid_of
from core import audit, clocks, papers
from core.money import ZERO, yuan
from core.papers import KINDS
from core.refusals import Refused
from leads.choices import Method
from leads.choices_money import EntryKind
from leads.models import CashAccount
from leads.papers import receipt_content
from leads.services import till

CHARGED = (RepairState.WAITING, RepairState.ORDERED, RepairState.DONE, RepairState.CALLED)


def open_money(repair: RepairRequest) -> Decimal:
    """What of the charge is not paid yet."""
    return repair.charge - paid_of(repair)


@transaction.atomic
def take_repair_money(
    repair: RepairRequest, *, amount: Decimal, method: str, payer: str, key: UUID, by: Any, at: datetime, cash_account: CashAccount | None = None
) -> RepairPayment:
    """One payment, one receipt, on an account of the store that fits its way of paying (LR-53, LR-56); never more than the charge.

    The same `key` again returns the payment that was made.
    """
    here = locked_repair(repair)
    if (done := RepairPayment.objects.filter(key=key).first()) is not None:
        if done.repair_id != here.pk or done.amount != yuan(amount):
            raise Refused(_("This form was used for another payment; open a new one."))
        return done
    if here.state not in CHARGED:
        raise Refused(_("This repair stands at “{state}”.").format(state=RepairState(here.state).label))
    amount, rest, site = yuan(amount), open_money(here), here.project
    if amount <= 0:
        raise Refused(_("A payment is more than nothing."))
    if amount > rest:
        raise Refused(_("More than the charge cannot be taken: {rest} is left to pay.").format(rest=f"¥{rest:,.2f}"))
    if not payer.strip():
        raise Refused(_("Say who paid."))
    order = here.orders.select_related("paper").filter(charge__gt=0, paper__isnull=False).first()
    basis = f"维修单 {order.paper.ref}" if order is not None and order.paper is not None else f"报修 {here.ref}"
    where = till.account_for(site.store, method, at=at, account=cash_account)
    receipt = papers.issue(
        KINDS["L23"], dossier=site.dossier, store=site.store, by=by, at=at,
        content=receipt_content(
            payer=payer.strip(), amount=amount, purpose=f"维修费（{here.where}）", basis=basis, method=method, customer=site.customer_name,
            address=site.address, file=here.ref, by=by, at=at,
        ),
    )  # fmt: skip
    till.book(where, kind=EntryKind.PAYMENT, amount=amount, party=payer.strip(), paper=receipt, by=by, at=at)
    made = RepairPayment.objects.create(
        repair=here, store=here.store, amount=amount, method=Method(method), payer=payer.strip()[:60], receipt=receipt, key=key, by=by, at=at
    )
    if amount == rest:
        clocks.stop(deadlines.PAID, here.ref, at=at, by=by)
    audit.record(site.dossier, "aftersales.repair_paid", by=by, at=at, paper=receipt, ref=here.ref, amount=amount)
    return made


@transaction.atomic
def note_repair_cost(
    repair: RepairRequest, *, trade: str, by: Any, at: datetime, crew: str = "", person: Any = None, material: Decimal = ZERO, labour: Decimal = ZERO,
    note: str = "",
) -> RepairCost:  # fmt: skip
    """What the repair cost the company, and in whose work the fault lay: a fact for the month; nobody is judged by it."""
    here = locked_repair(repair, RepairState.WAITING, RepairState.ORDERED, RepairState.DONE, RepairState.CALLED, RepairState.ARCHIVED)
    if trade not in Trade.values:
        raise Refused(_("Say which trade it belongs to."))
    material, labour = yuan(material), yuan(labour)
    if material < 0 or labour < 0 or material + labour <= 0:
        raise Refused(_("A cost is more than nothing."))
    last = here.costs.order_by("-seq").first()
    made = RepairCost.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, trade=trade, crew=crew.strip()[:80], person=person, material=material,
        labour=labour, note=note.strip()[:300], by=by, at=at,
    )  # fmt: skip
    audit.record(here.project.dossier, "aftersales.repair_cost", by=by, at=at, ref=here.ref, trade=trade, sum=material + labour)
    return made


__all__ = ["note_repair_cost", "open_money", "take_repair_money"]
