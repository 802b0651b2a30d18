"""Credit that goes back to the customer: asked for by one person, paid out by another, signed for by the receiver (LR-57)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.money import ZERO, tail, tail_within, yuan
from core.refusals import Missing, Refused
from leads.choices_money import EntryKind
from leads.models import CashAccount
from leads.papers_money import L28, voucher_content
from leads.services import till
from projects.accounts import Account
from projects.choices import Method, MoneyKind
from projects.deadlines import CREDIT_REFUND
from projects.models import Allocation, CreditRefund, Payment, Project
from projects.services.site import copy_back, locked
from projects.services.stages import start_clock
from staff import posts
from staff.selectors import holders

FINANCE = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"


def spare(account: Account) -> Decimal:
    """What may go back: the credit, or what signed deductions have left above what is owed."""
    return max(account.credit, account.received - account.owed, ZERO)


@transaction.atomic
def ask_credit_refund(
    project: Project, *, amount: Decimal, reason: str, by: Any, at: datetime, payee: str = "", payee_account: str = "", method: str = "transfer"
) -> CreditRefund:
    """Ask that what was paid too much goes back; one at a time, at most what there is."""
    site = locked(project, at)
    amount, most = yuan(amount), spare(site.money)
    if amount <= 0:
        raise Refused(_("A refund is more than nothing."))
    if amount > most:
        raise Refused(_("At most {most} may be given back.").format(most=f"¥{most:,.2f}"))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if method not in Method.values:
        raise Refused(_("Say how the money was paid."))
    if site.credit_refunds.filter(paid_at__isnull=True, refused_at__isnull=True).exists():
        raise Refused(_("A refund of this site waits already."))
    last = site.payments.filter(amount__gt=0, reversal__isnull=True).order_by("-id").first()
    made = CreditRefund.objects.create(
        project=site, store=site.store, amount=amount, reason=reason.strip(), payee=payee.strip() or site.customer_name,
        payee_account=tail(payee_account) or (tail_within(last.payer_account) if last else ""), method=method, by=by, at=at,
    )  # fmt: skip
    owner = next((person for person in holders(posts.ACCOUNTANT, site.store) if person.pk != by.pk), None)
    start_clock(CREDIT_REFUND, site, key=f"{site.ref}/refund/{made.pk}", at=at, owner=owner, link=f"/projects/{site.ref}/credit-refunds/")
    audit.record(site.dossier, "projects.refund_asked", by=by, at=at, amount=amount, reason=made.reason)
    return made


@transaction.atomic
def pay_credit_refund(refund: CreditRefund, *, by: Any, at: datetime, account: CashAccount | None = None, slip: Any = None) -> CreditRefund:
    """Pay it out: the voucher, the account and the site's sum say the same; the person who asked does not pay (LR-57)."""
    site = locked(refund.project, at)
    row = _waiting(refund)
    if row.by_id == by.pk:
        raise Refused(_("A refund needs two people."), [Missing(_("Somebody else of finance pays it out."), FINANCE, "LR-57")])
    money = site.money
    if row.amount > spare(money):
        raise Refused(_("At most {most} may be given back.").format(most=f"¥{spare(money):,.2f}"))
    where = till.account_for(site.store, row.method, at=at, account=account)
    till.refuse_short(where, row.amount)
    voucher = papers.issue(
        L28, dossier=site.dossier, store=site.store, by=by, at=at,
        content=voucher_content(
            refund=row, purpose="退工程预收余额", ground="多收退还",
            reckoning=[("累计已收", money.received), ("合同及已签增减项", money.owed), ("应退金额", row.amount)],
            basis=f"施工合同 {site.contract.paper.ref}", customer=site.customer_name, address=site.address, file=site.ref, by=by, at=at,
        ),
    )  # fmt: skip
    till.book(
        where, kind=EntryKind.CREDIT_REFUND, amount=-row.amount, party=row.payee, paper=voucher, by=by, at=at, slip=slip, dossier=site.dossier,
        note=row.reason,
    )  # fmt: skip
    payment = Payment.objects.create(
        project=site, store=site.store, kind=MoneyKind.REFUND, amount=-row.amount, method=Method(row.method), payer=row.payee, payer_account=row.payee_account,
        received_on=timezone.localtime(at).date(), receipt=voucher, reason=row.reason, key=uuid4(), by=by, at=at,
    )  # fmt: skip
    _take_off(payment, row.amount - money.credit, money, at)
    row.paid_at, row.paid_by, row.voucher, row.payment = at, by, voucher, payment
    row.save(update_fields=["paid_at", "paid_by", "voucher", "payment"])
    clocks.stop(CREDIT_REFUND, f"{site.ref}/refund/{row.pk}", at=at, by=by)
    audit.record(site.dossier, "projects.credit_refunded", by=by, at=at, paper=voucher, amount=-row.amount, payee=row.payee, reason=row.reason)
    copy_back(site, refund.project)
    return row


@transaction.atomic
def refuse_credit_refund(refund: CreditRefund, *, reason: str, by: Any, at: datetime) -> CreditRefund:
    site = locked(refund.project, at)
    row = _waiting(refund)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.refused_at, row.refused_by, row.refused_because = at, by, reason.strip()
    row.save(update_fields=["refused_at", "refused_by", "refused_because"])
    clocks.stop(CREDIT_REFUND, f"{site.ref}/refund/{row.pk}", at=at, by=by)
    audit.record(site.dossier, "projects.refund_refused", by=by, at=at, amount=row.amount, reason=row.refused_because)
    return row


def _take_off(payment: Payment, rest: Decimal, account: Account, at: datetime) -> None:
    """What is more than the credit was paid on instalments that signed deductions have made smaller: taken off the last ones first."""
    made = []
    for row in reversed(account.instalments):
        part = min(rest, row.paid)
        if part > 0:
            made.append(Allocation(payment=payment, instalment_id=row.id, amount=-part, at=at))
            rest -= part
    Allocation.objects.bulk_create(made)


def _waiting(refund: CreditRefund) -> CreditRefund:
    row = CreditRefund.objects.select_for_update(no_key=True, of=("self",)).select_related("by").get(pk=refund.pk)
    if not row.is_waiting:
        raise Refused(_("This refund has been decided already."))
    return row


__all__ = ["ask_credit_refund", "pay_credit_refund", "refuse_credit_refund", "spare"]
