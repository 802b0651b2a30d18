"""Payments, reversals, reminders and settlements.  The site is locked first; sums are checked again by the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.money import ZERO, tail, yuan
from core.papers import KINDS
from core.refusals import Missing, Refused
from leads.choices_money import EntryKind
from leads.models import CashAccount
from leads.papers import receipt_content
from leads.services import till
from projects import content, deadlines, deadlines_days
from projects.accounts import Account, InstalmentState, account_of
from projects.choices import AFTER_ACCEPTANCE, UNFINISHED, Fact, Method, Milestone, MoneyKind, SettlementKind, Stage
from projects.models import Allocation, ChangeOrder, Payment, PaymentReminder, Project, Settlement
from projects.papers import P27, P29, P30, P31
from projects.services import disputes
from projects.services.contracts import note_signature
from projects.services.site import copy_back, locked, refuse_unless
from staff import posts


@transaction.atomic
def record_payment(
    project: Project,
    *,
    amount: Decimal,
    method: str,
    payer: str,
    key: UUID,
    by: Any,
    at: datetime,
    received_on: date | None = None,
    allocations: Mapping[int, Decimal] | None = None,
    credit: Decimal = ZERO,
    payer_account: str = "",
    cash_account: CashAccount | None = None,
    slip: Any = None,
) -> Payment:
    """Take a payment on the open instalments and write its receipt (L23): one payment, one receipt (LR-53).

    It may cover several instalments; a rest is the customer's credit and is said so (decision 11).  An instalment takes money
    only when its checks have passed and were signed (LR-56).  The same `key` again returns the payment that was made.
    """
    site = locked(project, at, named=True)
    note_signature(site)
    if (done := Payment.objects.filter(key=key).first()) is not None:
        return _same(done, site, amount)
    refuse_unless(site, (*UNFINISHED, Stage.PAUSED, *AFTER_ACCEPTANCE))
    amount, account = yuan(amount), site.money
    if amount <= 0:
        raise Refused(_("A payment is more than nothing."))
    if not payer.strip():
        raise Refused(_("Say who paid."))
    if account.received + amount > account.owed:
        raise Refused(
            _("More than the contract and its signed changes cannot be taken: {rest} is left to pay.").format(rest=f"¥{account.balance:,.2f}")
        )
    parts = _parts(account, amount, allocations, yuan(credit))
    where = till.account_for(site.store, method, at=at, account=cash_account)
    receipt = papers.issue(
        KINDS["L23"], dossier=site.dossier, store=site.store, by=by, at=at,
        content=receipt_content(
            payer=payer.strip(), amount=amount, purpose=_purpose(parts, amount), basis=f"施工合同 {site.contract.paper.ref}", method=method,
            customer=site.customer_name, address=site.address, file=site.ref, by=by, at=at,
        ),
    )  # fmt: skip
    till.book(where, kind=EntryKind.PAYMENT, amount=amount, party=payer.strip(), paper=receipt, by=by, at=at, slip=slip, dossier=site.dossier)
    payment = Payment.objects.create(
        project=site, store=site.store, kind=MoneyKind.IN, amount=amount, method=Method(method), payer=payer.strip(), payer_account=tail(payer_account),
        received_on=received_on or timezone.localtime(at).date(), receipt=receipt, key=key, by=by, at=at,
    )  # fmt: skip
    Allocation.objects.bulk_create(Allocation(payment=payment, instalment_id=row.id, amount=part, at=at) for row, part in parts)
    _stop_paid(site, parts, at=at, by=by)
    audit.record(site.dossier, "projects.payment_received", by=by, at=at, paper=receipt, amount=amount, method=method, payer=payer.strip())
    copy_back(site, project)
    return payment


@transaction.atomic
def reverse_payment(payment: Payment, *, reason: str, by: Any, at: datetime) -> Payment:
    """Take a wrongly booked payment back: a linked row with the negative amount, once, by a second person; its receipt is void."""
    site = locked(payment.project, at, named=True)
    row = Payment.objects.select_related("receipt__dossier").get(pk=payment.pk)
    if row.kind != MoneyKind.IN:
        raise Refused(_("Only a payment that was booked here is reversed."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.by_id == by.pk:
        finance = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"
        raise Refused(_("A payment is reversed by a second person."), [Missing(_("Somebody else of finance books the reversal."), finance, "LR-57")])
    if Payment.objects.filter(reverses=row).exists():
        raise Refused(_("This payment has been reversed already."))
    if site.stage == Stage.SETTLED:
        raise Refused(_("The site is settled; reopen it first."))
    if site.stage in (Stage.UNDER_WARRANTY, Stage.CLOSED):  # nothing leads back from there
        raise Refused(_("The warranty runs already; money that did not come is entered among the old debts."))
    back = -sum((a.amount for a in row.allocations.all()), ZERO)
    if site.money.credit - row.amount - back < 0:
        raise Refused(_("Part of what was paid too much with it has been used or given back already; nothing is left to reverse."))
    till.book_back(row.receipt, by=by, at=at, note=reason.strip())
    papers.void(row.receipt, reason=reason, by=by, at=at)
    made = Payment.objects.create(
        project=site, store=site.store, kind=MoneyKind.REVERSAL, amount=-row.amount, method=row.method, payer=row.payer, payer_account=row.payer_account,
        received_on=timezone.localtime(at).date(), receipt=row.receipt, reverses=row, reason=reason.strip(), key=uuid4(), by=by, at=at,
    )  # fmt: skip
    Allocation.objects.bulk_create(
        Allocation(payment=made, instalment_id=a.instalment_id, amount=-a.amount, at=at) for a in row.allocations.order_by("id")
    )
    audit.record(site.dossier, "projects.payment_reversed", by=by, at=at, paper=row.receipt, amount=made.amount, reason=made.reason)
    return made


@transaction.atomic
def issue_reminder(project: Project, *, seq: int, by: Any, at: datetime) -> PaymentReminder:
    """Remind of an open, unpaid instalment (P27); never of one whose checks have not passed."""
    site = locked(project, at, named=True)
    note_signature(site)
    account = site.money
    row = _instalment(account, seq)
    if row.missing:
        raise Refused(_("“{name}” is not due yet.").format(name=row.name), row.missing)
    if row.rest <= account.credit:
        raise Refused(_("“{name}” is paid.").format(name=row.name))
    if row.is_held(site.on):
        raise Refused(_("“{name}” is retention money: it is due on {day}.").format(name=row.name, day=f"{row.due_on:%Y-%m-%d}"))
    assert row.due_on is not None  # it is open
    last = site.reminders.select_related("paper").filter(instalment_id=row.id, paper__state="issued").order_by("-id").first()
    paper = papers.issue(
        P27, dossier=site.dossier, store=site.store, by=by, at=at, content=content.reminder_content(site, row, account), replaces=last.paper if last else None
    )
    made = PaymentReminder.objects.create(
        project=site, store=site.store, instalment_id=row.id, paper=paper, amount=row.rest - account.credit, due_on=row.due_on, by=by, at=at
    )
    clocks.stop(deadlines_days.PAYMENT_REMINDER, f"{site.ref}/{row.seq}/reminder", at=at, by=by)
    audit.record(site.dossier, "projects.payment_reminded", by=by, at=at, paper=paper, instalment=row.name, amount=made.amount)
    return made


@transaction.atomic
def settle(project: Project, *, kind: str, by: Any, at: datetime) -> Settlement:
    """Make a settlement: at the carpentry acceptance mid-term and changes together (P29 + P30, G16), at the end P31 (G17).

    The signed changes that no settlement has taken yet are settled with it; an unsigned one keeps it closed (G14, LR-23).
    """
    site = locked(project, at, named=True)
    note_signature(site)
    match kind:
        case SettlementKind.MIDTERM | SettlementKind.CHANGE:
            made = _settle_midterm(site, by=by, at=at)
        case SettlementKind.FINAL:
            made = _settle_finally(site, by=by, at=at)
        case _:
            raise Refused(_("There is no such settlement."))
    copy_back(site, project)
    return made


@transaction.atomic
def use_credit(project: Project, *, by: Any, at: datetime) -> Decimal:
    """Let the customer's credit pay instalments that have opened since; returns how much."""
    site = locked(project, at)
    note_signature(site)
    used = _use_credit(site, at=at)
    if used:
        audit.record(site.dossier, "projects.credit_used", by=by, at=at, amount=used)
    copy_back(site, project)
    return used


def _settle_midterm(site: Project, *, by: Any, at: datetime) -> Settlement:
    refuse_unless(site, UNFINISHED)
    row = next(i for i in site.money.instalments if i.milestone == Milestone.MIDTERM)
    gaps = _gaps(site, Fact.CARPENTRY_ACCEPTED, _("The carpentry has not been accepted (check 6)."), "G16") + disputes.gaps_of(site, "midterm")
    _refuse_if(gaps, _("The mid-term settlement cannot be made yet."))
    accepted = site.facts[Fact.CARPENTRY_ACCEPTED]
    changes, extra = _to_settle(site, row)
    old = {kind: _replaceable(site, kind) for kind in (SettlementKind.MIDTERM, SettlementKind.CHANGE)}
    account = _before(site, row, changes)
    facts: dict[str, Any] = {
        "milestone": "木工收口（中期）", "upto": row.seq, "accepted": accepted, "changes": changes, "extra": extra, "due_days": row.due_days
    }
    second = papers.issue(
        P30, dossier=site.dossier, store=site.store, by=by, at=at, replaces=old[SettlementKind.CHANGE],
        content=disputes.next_version(site, SettlementKind.CHANGE, content.settlement_content(site, account, **facts)),
    )  # fmt: skip
    first = papers.issue(
        P29, dossier=site.dossier, store=site.store, by=by, at=at, replaces=old[SettlementKind.MIDTERM],
        content=disputes.next_version(site, SettlementKind.MIDTERM, content.settlement_content(site, account, **facts, companion=second.ref)),
    )  # fmt: skip
    _mark_settled(changes, row)
    made = _settlement(site, SettlementKind.MIDTERM, first, row, account, changes, extra, by=by, at=at)
    _settlement(site, SettlementKind.CHANGE, second, row, account, changes, extra, by=by, at=at)
    disputes.stop_version_clock(site, SettlementKind.MIDTERM, at=at, by=by)
    audit.record(site.dossier, "projects.midterm_settled", by=by, at=at, paper=first, changes=extra, second=second.ref)
    return made


def _settle_finally(site: Project, *, by: Any, at: datetime) -> Settlement:
    row = [part for part in site.money.instalments if not part.is_retention][-1]
    refuse_unless(site, (*UNFINISHED, *AFTER_ACCEPTANCE))
    gaps = _gaps(site, Fact.COMPLETION_ACCEPTED, _("The acceptance sheet has not been filled and signed by the customer (check 8)."), "G17")
    gaps += disputes.gaps_of(site, "final")
    if site.stage not in AFTER_ACCEPTANCE:
        gaps.append(Missing(_("The site is not accepted yet."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_MANAGER}", "G17"))
    _refuse_if(gaps, _("The final settlement cannot be made yet."))
    accepted = site.facts[Fact.COMPLETION_ACCEPTED]
    changes, extra = _to_settle(site, row)
    account = _before(site, row, changes)
    payments = list(site.payments.select_related("receipt").filter(reversal__isnull=True, reverses__isnull=True).order_by("received_on", "id"))
    paper = papers.issue(
        P31, dossier=site.dossier, store=site.store, by=by, at=at, replaces=_replaceable(site, SettlementKind.FINAL),
        content=disputes.next_version(
            site, SettlementKind.FINAL,
            content.settlement_content(
                site, account, milestone="竣工验收", upto=row.seq, accepted=accepted, changes=changes, extra=extra, due_days=row.due_days, payments=payments
            ),
        ),
    )  # fmt: skip
    _mark_settled(changes, row)
    made = _settlement(site, SettlementKind.FINAL, paper, row, account, changes, extra, by=by, at=at)
    disputes.stop_version_clock(site, SettlementKind.FINAL, at=at, by=by)
    audit.record(site.dossier, "projects.finally_settled", by=by, at=at, paper=paper, balance=made.balance)
    return made


def _to_settle(site: Project, row: InstalmentState) -> tuple[list[ChangeOrder], Decimal]:
    """The signed changes that this settlement takes, those of the unsigned one that it replaces among them, and their sum."""
    changes = [c for c in site.change_list if c.is_signed and c.settled_in_id in (None, row.id)]
    prefetch_related_objects(changes, "lines")
    extra = sum((c.amount for c in changes), ZERO)
    if site.money.owed < site.money.received:
        raise Refused(_("The deductions are more than what is still to be paid; agree on a refund first."))
    return changes, extra


def _before(site: Project, row: InstalmentState, changes: list[ChangeOrder]) -> Account:
    """The account before these changes are settled: a settlement that is made anew says of them what the first one said."""
    return account_of(site, unsettled=row.id) if any(c.settled_in_id for c in changes) else site.money


def _mark_settled(changes: list[ChangeOrder], row: InstalmentState) -> None:
    ChangeOrder.objects.filter(pk__in=[change.pk for change in changes]).update(settled_in=row.id)


def _settlement(
    site: Project, kind: str, paper: Any, row: InstalmentState, account: Account, changes: list[ChangeOrder], extra: Decimal, *, by: Any, at: datetime
) -> Settlement:  # fmt: skip
    rows = [r for r in account.instalments if r.seq <= row.seq]
    before = Settlement.objects.filter(project=site, kind=kind).order_by("-version").first()
    due, paid = sum((r.due for r in rows), ZERO), sum((r.paid for r in rows), ZERO)
    return Settlement.objects.create(
        project=site, store=site.store, kind=kind, paper=paper, instalment_id=row.id, contract_due=due, changes=extra, paid=paid,
        balance=due + extra - paid - account.credit, lines=[{"seq": c.seq, "ref": str(c.paper), "amount": c.amount} for c in changes],
        version=before.version + 1 if before else 1, previous=before, by=by, at=at,
    )  # fmt: skip


def _replaceable(site: Project, kind: str) -> Any:
    """The unsigned settlement that a new one replaces; a signed one stays, unless its companion is disputed."""
    last = site.settlement(kind)
    if last is None:
        return None
    paper = Paper.objects.select_for_update(no_key=True).get(pk=last.paper_id)  # nobody signs it meanwhile
    if paper.is_signed and not disputes.is_disputed(last):
        raise Refused(_("This settlement is signed: {ref}.").format(ref=paper.ref))
    return paper


def _gaps(site: Project, fact: Fact, says: str, gate: str) -> list[Missing]:
    gaps = [] if site.holds(fact) else [Missing(says, posts.QUALITY_INSPECTOR, gate)]
    gaps += [
        Missing(_("Change {seq} waits for the customer's signature; sign it or withdraw it.").format(seq=change.seq), posts.PROJECT_MANAGER, "G14")
        for change in site.change_list
        if change.is_waiting
    ]
    return gaps


def _refuse_if(gaps: list[Missing], message: str) -> None:
    if gaps:
        raise Refused(message, gaps)


def _parts(
    account: Account, amount: Decimal, wanted: Mapping[int, Decimal] | None, credit: Decimal
) -> list[tuple[InstalmentState, Decimal]]:  # fmt: skip
    """Which instalments a payment pays; refused when one is not open, asks for less, or the sums do not meet."""
    parts = _wanted(account, wanted) if wanted is not None else _filled(account, amount)
    rest = amount - sum((part for _row, part in parts), ZERO)
    if rest < 0:
        raise Refused(_("The parts are more than the payment."))
    if rest != credit:
        closed = account.next
        raise Refused(
            _("{rest} is more than what is open today; keep it as credit, or take less.").format(rest=f"¥{rest:,.2f}"),
            closed.missing if closed is not None else (),
        )
    return parts


def _filled(account: Account, amount: Decimal) -> list[tuple[InstalmentState, Decimal]]:
    """The open instalments in their order, each as far as the money goes."""
    parts, left = [], amount
    for row in account.open_now:
        part = min(row.rest, left)
        if part > 0:
            parts.append((row, part))
            left -= part
    return parts


def _wanted(account: Account, wanted: Mapping[int, Decimal]) -> list[tuple[InstalmentState, Decimal]]:
    parts = []
    for seq, value in sorted(wanted.items()):
        row, part = _instalment(account, seq), yuan(value)
        if part == 0:
            continue
        if row.missing:
            raise Refused(_("“{name}” is not due yet.").format(name=row.name), row.missing)
        if part < 0 or part > row.rest:
            raise Refused(_("“{name}” asks for {rest}.").format(name=row.name, rest=f"¥{row.rest:,.2f}"))
        parts.append((row, part))
    return parts


def _instalment(account: Account, seq: int) -> InstalmentState:
    row = account.instalment(seq)
    if row is None:
        raise Refused(_("The payment table has no line {seq}.").format(seq=seq))
    return row


def _same(done: Payment, site: Project, amount: Decimal) -> Payment:
    if done.project_id != site.pk or done.amount != yuan(amount):
        raise Refused(_("This form was used for another payment; open a new one."))
    return done


def _purpose(parts: list[tuple[InstalmentState, Decimal]], amount: Decimal) -> str:
    """What the receipt says: the instalments, and a rest kept as credit."""
    words = [f"{row.name} {part:,.2f} 元" if len(parts) > 1 else row.name for row, part in parts]
    rest = amount - sum((part for _row, part in parts), ZERO)
    if rest > 0:
        words.append(f"预收余额 {rest:,.2f} 元" if parts else "预收工程款")
    return "、".join(words)


def _use_credit(site: Project, *, at: datetime) -> Decimal:
    account = site.money
    left = account.credit
    if left <= 0 or not account.open_now:
        return ZERO
    sources: list[list[Any]] = [
        [payment, payment.amount - sum((a.amount for a in payment.allocations.all()), ZERO)]
        for payment in site.payments.filter(amount__gt=0, reversal__isnull=True).prefetch_related("allocations").order_by("id")
    ]
    made = []
    for row in account.open_now:
        need = row.rest
        for source in sources:
            part = min(need, source[1], left)  # of what was paid too much some may have gone back
            if part > 0:
                made.append(Allocation(payment=source[0], instalment_id=row.id, amount=part, at=at))
                source[1] -= part
                need -= part
                left -= part
    Allocation.objects.bulk_create(made)
    site.forget()
    return sum((a.amount for a in made), ZERO)


def _stop_paid(site: Project, parts: list[tuple[InstalmentState, Decimal]], *, at: datetime, by: Any) -> None:
    for row, part in parts:
        if part == row.rest:
            clocks.stop(deadlines.INSTALMENT_DUE, f"{site.ref}/{row.seq}", at=at, by=by)
            clocks.stop(deadlines_days.PAYMENT_REMINDER, f"{site.ref}/{row.seq}/reminder", at=at, by=by)
