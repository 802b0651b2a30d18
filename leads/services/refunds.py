"""Deposits that go back: booked in error (reversed by a second person), or given back without a contract (LR-55, LR-57)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.models import Attachment
from core.money import ZERO, tail, yuan
from core.refusals import Missing, Refused
from leads import deadlines
from leads.choices import DepositNature, LostReason, Method, Stage
from leads.choices_money import EntryKind, RefundGround
from leads.deadlines_money import REFUND
from leads.models import CashAccount, Deposit, DepositRefund, DepositReversal, Lead
from leads.papers_money import GROUNDS, L28, voucher_content
from leads.services.losses import lose
from leads.services.stages import locked, step_back
from leads.services.till import account_for, book, book_back, refuse_short
from staff import posts
from staff.selectors import holders

FINANCE = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"
PAPER_NATURES = {DepositNature.EARNEST: "定金", DepositNature.DEPOSIT: "订金", DepositNature.ADVANCE: "预付款"}


def due_back(nature: str, ground: str, amount: Decimal, costs: Decimal = ZERO) -> Decimal:
    """What is given back (LR-55, 民法典 586–587).

    An advance whole; a deposit on account less the costs that both sides have confirmed in writing; earnest money is kept when the
    customer goes, given back twice when the company broke its word, and once when both agree to part.
    """
    if nature == DepositNature.ADVANCE:
        return amount
    if nature == DepositNature.DEPOSIT:
        return amount - costs
    return {RefundGround.CUSTOMER: ZERO, RefundGround.COMPANY: 2 * amount, RefundGround.MUTUAL: amount}[RefundGround(ground)]


@transaction.atomic
def reverse_deposit(deposit: Deposit, *, reason: str, by: Any, at: datetime) -> DepositReversal:
    """Take a wrongly booked deposit back: a second person, once; its receipt is void, the account gives it back, the gate closes again."""
    lead = locked(Lead(pk=deposit.lead_id), closed=True)
    row = Deposit.objects.select_related("receipt__dossier", "agreement").get(pk=deposit.pk)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.by_id == by.pk:
        raise Refused(
            _("A payment is reversed by a second person."), [Missing(_("Somebody else of finance books the reversal."), FINANCE, "LR-57")]
        )
    _refuse_unless_in_force(row, lead)
    if row.refunds.filter(refused_at__isnull=True).exists():
        raise Refused(_("This deposit is being given back, or has been."))
    entry = book_back(row.receipt, by=by, at=at, note=reason.strip())
    papers.void(row.receipt, reason=reason, by=by, at=at)
    made = DepositReversal.objects.create(deposit=row, store_id=row.store_id, entry=entry, reason=reason.strip(), by=by, at=at)
    _step_back(lead, reason=reason.strip(), by=by, at=at)
    audit.record(lead.dossier, "leads.deposit_reversed", by=by, at=at, paper=row.receipt, amount=-row.amount, reason=made.reason)
    return made


@transaction.atomic
def ask_refund(
    deposit: Deposit, *, ground: str, reason: str, by: Any, at: datetime, costs: Decimal = ZERO, costs_proof: Any = None, payee: str = "",
    payee_account: str = "", method: str = "", closes: bool = True,
) -> DepositRefund:  # fmt: skip
    """Ask that a deposit goes back; what is due follows from its nature and the ground (LR-55).  Somebody else decides (LR-57).

    `closes`: the customer goes and the enquiry closes as lost; otherwise it stands again where the preview was accepted.
    """
    lead = locked(Lead(pk=deposit.lead_id), closed=True)
    row = Deposit.objects.select_related("receipt", "agreement").get(pk=deposit.pk)
    _refuse_unless_in_force(row, lead)
    nature, costs = row.agreement.nature, yuan(costs)
    if ground not in RefundGround.values:
        raise Refused(_("Say on what ground it is given back."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if method and method not in Method.values:
        raise Refused(_("Say how the money was paid."))
    if row.refunds.filter(refused_at__isnull=True).exists():
        raise Refused(_("This deposit is being given back, or has been."))
    if costs < 0 or costs > row.amount:
        raise Refused(_("The costs are between nothing and the deposit."))
    if costs and nature != DepositNature.DEPOSIT:
        raise Refused(_("Costs are taken off a deposit on account alone; {nature} has none.").format(nature=DepositNature(nature).label))
    if costs and costs_proof is None:
        raise Refused(_("Costs are taken off only when both sides have confirmed them in writing; attach that paper."))
    if costs_proof is not None and not isinstance(costs_proof, Attachment):
        costs_proof = attachments.keep(costs_proof, dossier=lead.dossier, by=by, at=at, caption=_("Costs confirmed in writing"))
    made = DepositRefund.objects.create(
        deposit=row, store_id=row.store_id, ground=ground, amount=due_back(nature, ground, row.amount, costs), costs=costs, costs_proof=costs_proof,
        reason=reason.strip(), payee=payee.strip() or row.payer, payee_account=tail(payee_account), method=method or row.method, closes=closes, by=by, at=at,
    )  # fmt: skip
    owner = next((person for person in holders(posts.ACCOUNTANT, lead.store) if person.pk != by.pk), None)
    clocks.start(
        REFUND, dossier=lead.dossier, key=f"refund:{made.pk}", owner=owner, at=at, line=f"{lead.customer.name} ¥{made.amount:,.2f}",
        link=f"/leads/{lead.ref}/deposit-refunds/",
    )  # fmt: skip
    audit.record(lead.dossier, "leads.refund_asked", by=by, at=at, amount=made.amount, ground=ground, reason=made.reason)
    return made


@transaction.atomic
def pay_refund(refund: DepositRefund, *, by: Any, at: datetime, account: CashAccount | None = None, slip: Any = None) -> DepositRefund:
    """Pay it out (or keep it, when nothing is due): a second person writes the voucher, which the receiver signs (LR-57)."""
    lead = locked(Lead(pk=refund.deposit.lead_id), closed=True)
    row = _waiting(refund)
    if row.by_id == by.pk:
        raise Refused(_("A refund needs two people."), [Missing(_("Somebody else of finance pays it out."), FINANCE, "LR-57")])
    deposit = row.deposit
    _refuse_unless_in_force(deposit, lead)
    if row.amount > 0:
        where = account_for(lead.store, row.method, at=at, account=account)
        refuse_short(where, row.amount)
        voucher = papers.issue(
            L28, dossier=lead.dossier, store=lead.store, by=by, at=at,
            content=voucher_content(
                refund=row, purpose=f"退设计{PAPER_NATURES[DepositNature(deposit.agreement.nature)]}", ground=GROUNDS[row.ground], reckoning=_reckoning(row),
                basis=f"订单协议 {deposit.agreement.paper.ref}，收据 {deposit.receipt.ref}", customer=lead.customer.name, address=lead.home.address,
                file=lead.ref, by=by, at=at,
            ),
        )  # fmt: skip
        book(
            where, kind=EntryKind.DEPOSIT_REFUND, amount=-row.amount, party=row.payee, paper=voucher, by=by, at=at, slip=slip, dossier=lead.dossier,
            note=row.reason,
        )  # fmt: skip
        row.voucher = voucher
    row.paid_at, row.paid_by = at, by
    row.save(update_fields=["paid_at", "paid_by", "voucher"])
    clocks.stop(REFUND, f"refund:{row.pk}", at=at, by=by)
    if row.closes:
        _close(lead, row, by=by, at=at)
    else:
        _step_back(lead, reason=row.reason, by=by, at=at)
    kind = "leads.deposit_refunded" if row.amount > 0 else "leads.deposit_kept"
    audit.record(lead.dossier, kind, by=by, at=at, paper=row.voucher, amount=-row.amount, payee=row.payee, reason=row.reason)
    return row


@transaction.atomic
def refuse_refund(refund: DepositRefund, *, reason: str, by: Any, at: datetime) -> DepositRefund:
    """The money stays where it is, with a word; the enquiry goes on."""
    lead = locked(Lead(pk=refund.deposit.lead_id), closed=True)
    row = _waiting(refund)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.refused_at, row.refused_by, row.refused_because = at, by, reason.strip()
    row.save(update_fields=["refused_at", "refused_by", "refused_because"])
    clocks.stop(REFUND, f"refund:{row.pk}", at=at, by=by)
    audit.record(lead.dossier, "leads.refund_refused", by=by, at=at, amount=row.amount, reason=row.refused_because)
    return row


def _refuse_unless_in_force(deposit: Deposit, lead: Lead) -> None:
    if not Deposit.objects.in_force().filter(pk=deposit.pk).exists():
        raise Refused(_("This deposit has been taken back already."))
    if lead.stage == Stage.CONTRACTED:
        raise Refused(_("The deposit is credited to the contract; it is settled there."))


def _waiting(refund: DepositRefund) -> DepositRefund:
    rows = DepositRefund.objects.select_for_update(no_key=True, of=("self",)).select_related("deposit__agreement__paper", "deposit__receipt", "by")
    row = rows.get(pk=refund.pk)
    if not row.is_waiting:
        raise Refused(_("This refund has been decided already."))
    return row


def _reckoning(row: DepositRefund) -> list[tuple[str, Decimal]]:
    deposit = row.deposit
    lines = [("原收金额", deposit.amount)]
    if row.costs:
        lines.append(("减：双方书面确认的费用", -row.costs))
    if row.amount > deposit.amount:
        lines.append(("加：公司违约，双倍返还", row.amount - deposit.amount))
    return [*lines, ("应退金额", row.amount)]


def _step_back(lead: Lead, *, reason: str, by: Any, at: datetime) -> None:
    """Without a deposit the enquiry stands where the preview was accepted; the scheme is no longer awaited."""
    step_back(lead, reason=reason, by=by, at=at)
    if clocks.is_open(deadlines.SCHEME, deadlines.key(lead)):
        clocks.cancel(deadlines.SCHEME, deadlines.key(lead), at=at, by=by)


def _close(lead: Lead, row: DepositRefund, *, by: Any, at: datetime) -> None:
    """The customer goes: the enquiry is lost with the reason of the refund, and the loss is reviewed like every other."""
    if lead.is_open:
        why = LostReason.SERVICE if row.ground == RefundGround.COMPANY else LostReason.OTHER
        lose(lead, reason=why, note=row.reason, by=by, at=at, given_back=True)


__all__ = ["ask_refund", "due_back", "pay_refund", "refuse_refund", "reverse_deposit"]
