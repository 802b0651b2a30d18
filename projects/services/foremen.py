"""A foreman's money: deductions, the labour of changes, statements, their approval and payment (P38).

The site is locked first.  Three people stand behind a payment: who writes the statement, who approves it, who pays; never the foreman.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.money import ZERO, tail, yuan
from core.refusals import Missing, Refused
from leads.choices_money import EntryKind
from leads.models import CashAccount, CashEntry
from leads.services import till
from projects import content_settling as content
from projects.choices import Method
from projects.choices_settling import DeductionKind, StatementKind
from projects.deadlines_settling import FOREMAN_APPROVAL, FOREMAN_DUE, FOREMAN_PAYMENT
from projects.foreman_accounts import ForemanAccount, account_of
from projects.models import ChangeOrder, ForemanDeduction, ForemanLabour, ForemanPayment, ForemanSettlement, Project
from projects.papers_settling import P38
from projects.services.site import kept, locked, need_reason
from projects.services.stages import start_clock
from staff import posts
from staff.selectors import holder

SLIPS = ("I15", "I15R")  # the fine slip, and the one that was not signed; their limits are their own (Q44)
FINANCE = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"


def _money(amount: Decimal) -> str:
    return f"¥{amount:,.2f}"


# --- what is taken off, what comes on top ----------------------------------------------------------------------------


@transaction.atomic
def record_deduction(
    project: Project, *, foreman: Any = None, amount: Decimal, reason: str, paper: Paper | None = None, by: Any, at: datetime, kind: str = DeductionKind.FINE
) -> ForemanDeduction:  # fmt: skip
    """Take something off a foreman's settlement: a fine by its slip, re-work, material overdrawn (Q44, LR-8: on his settlement only)."""
    site = locked(project, at)
    who = foreman or site.foreman
    if who is None:
        raise Refused(_("The site has no foreman yet."), [Missing(_("Not assigned: {role}.").format(role=_("Foreman")), posts.ENGINEERING_MANAGER, "S5")])
    if who.pk == by.pk:
        raise Refused(_("Nobody takes something off his own settlement."))
    amount = yuan(amount)
    if amount <= 0:
        raise Refused(_("Say how much."))
    need_reason(reason)
    if paper is not None and paper.dossier_id != site.dossier_id:
        raise Refused(_("This paper belongs to another file."))
    if paper is not None and ForemanDeduction.objects.filter(paper=paper, withdrawn_at__isnull=True).exists():
        raise Refused(_("This slip is taken off already."))
    if paper is not None and (paper.kind not in SLIPS or kind != DeductionKind.FINE):
        raise Refused(_("Only a fine is taken off by a slip."))
    if paper is None and amount > (most := account_of(site, who).most_ahead):
        says = _("The price of this foreman leaves {most} unpaid; more is not taken off. What goes beyond is claimed from him in writing.")
        raise Refused(says.format(most=_money(most)))
    made = ForemanDeduction.objects.create(
        project=site, store=site.store, foreman=who, kind=DeductionKind(kind), amount=amount, reason=reason.strip()[:300], paper=paper, by=by, at=at
    )
    audit.record(site.dossier, "projects.foreman_deducted", by=by, at=at, paper=paper, amount=amount, foreman=str(who), reason=made.reason)
    return made


@transaction.atomic
def withdraw_deduction(deduction: ForemanDeduction, *, reason: str, by: Any, at: datetime) -> ForemanDeduction:
    """It was wrong, or was answered otherwise: it counts no more, and stays to be read."""
    site = locked(deduction.project, at)
    row = ForemanDeduction.objects.select_for_update(no_key=True, of=("self",)).select_related("foreman").get(pk=deduction.pk)
    _withdraw(row, reason, by, at)
    audit.record(site.dossier, "projects.foreman_deduction_withdrawn", by=by, at=at, amount=row.amount, foreman=str(row.foreman), reason=row.withdrawn_because)
    return row


@transaction.atomic
def agree_labour(change: ChangeOrder, *, amount: Decimal, note: str = "", by: Any, at: datetime) -> ForemanLabour:
    """Agree with the foreman what the labour of a signed change order is worth; less work is a negative amount."""
    site = locked(change.project, at)
    row = ChangeOrder.objects.select_related("paper").get(pk=change.pk)
    if site.foreman is None:
        raise Refused(_("The site has no foreman yet."))
    if site.foreman_id == by.pk:
        raise Refused(_("Nobody agrees a price with himself."))
    if not row.is_signed:
        raise Refused(
            _("A change counts when the customer has signed it."), [Missing(_("Have the change order signed."), posts.PROJECT_MANAGER, "G14")]
        )
    if yuan(amount) == 0:
        raise Refused(_("Say how much."))
    if row.labour.filter(withdrawn_at__isnull=True).exists():
        raise Refused(_("The labour of this change is agreed already; withdraw it first."))
    made = ForemanLabour.objects.create(
        project=site, store=site.store, foreman=site.foreman, change=row, amount=yuan(amount), note=note.strip(), by=by, at=at
    )
    audit.record(site.dossier, "projects.foreman_labour_agreed", by=by, at=at, seq=row.seq, foreman=str(site.foreman))
    return made


@transaction.atomic
def withdraw_labour(labour: ForemanLabour, *, reason: str, by: Any, at: datetime) -> ForemanLabour:
    site = locked(labour.project, at)
    row = ForemanLabour.objects.select_for_update(no_key=True, of=("self",)).select_related("foreman", "change").get(pk=labour.pk)
    _withdraw(row, reason, by, at)
    audit.record(site.dossier, "projects.foreman_labour_withdrawn", by=by, at=at, seq=row.change.seq, foreman=str(row.foreman), reason=row.withdrawn_because)
    return row


def _withdraw(row: Any, reason: str, by: Any, at: datetime) -> None:
    if row.withdrawn_at is not None:
        raise Refused(_("This is withdrawn already."))
    if row.foreman_id == by.pk:
        raise Refused(_("Nobody changes his own settlement."))
    need_reason(reason)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])


# --- statements ------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_statement(
    project: Project, *, foreman: Any = None, kind: str = StatementKind.INSTALMENT, amount: Decimal | None = None, reason: str = "", by: Any, at: datetime
) -> ForemanSettlement:  # fmt: skip
    """Write the statement of a foreman: an instalment is at most what is earned and open, an advance at most what the price still holds."""
    site = locked(project, at)
    who = foreman or site.foreman
    if who is None:
        raise Refused(_("The site has no foreman yet."))
    if who.pk == by.pk:
        raise Refused(_("Nobody writes his own statement."))
    account = account_of(site, who)
    if not account.parts:
        raise Refused(
            _("No price is agreed with the foreman yet."),
            [Missing(_("Agree price and instalments."), posts.ENGINEERING_MANAGER, "P38", f"/projects/{site.ref}/foreman-prices/")],
        )
    if account.waiting is not None:
        raise Refused(_("A statement waits already: {ref}.").format(ref=account.waiting.paper.ref))
    amount = _wanted(account, StatementKind(kind), amount, reason)
    seq = ForemanSettlement.objects.filter(project=site, foreman=who).count() + 1
    paper = papers.issue(
        P38, dossier=site.dossier, store=site.store, by=by, at=at,
        content=content.statement_content(site, account, seq=seq, kind=kind, amount=amount, reason=reason.strip(), by=by),
    )  # fmt: skip
    made = ForemanSettlement.objects.create(
        project=site, store=site.store, foreman=who, seq=seq, kind=StatementKind(kind), paper=paper, price=account.price, earned=account.earned,
        labour=account.extra, deducted=account.deducted, paid_before=account.paid, amount=amount, reason=reason.strip()[:300], by=by, at=at,
    )  # fmt: skip
    clocks.stop(FOREMAN_DUE, due_key(site, who), at=at, by=by)
    start_clock(
        FOREMAN_APPROVAL, site, key=_key(made), at=at, owner=holder(posts.ENGINEERING_MANAGER, site.store, by.pk), about=str(who),
        link=f"/projects/{site.ref}/foreman/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.foreman_statement", by=by, at=at, paper=paper, amount=amount, foreman=str(who))
    return made


def _wanted(account: ForemanAccount, kind: str, amount: Decimal | None, reason: str) -> Decimal:
    """The amount of a statement, within what the account allows."""
    if kind == StatementKind.ADVANCE:
        need_reason(reason)
        if amount is None or yuan(amount) <= 0:
            raise Refused(_("Say how much."))
        if yuan(amount) > account.most_ahead:
            raise Refused(_("The price still holds {most}; an advance is not more.").format(most=_money(account.most_ahead)))
        return yuan(amount)
    if account.payable <= 0:
        if account.carried < 0:
            raise Refused(_("Nothing is open; {carried} is carried over.").format(carried=_money(account.carried)))
        earned, paid = _money(account.earned + account.extra), _money(account.paid)
        raise Refused(_("Nothing is open: {earned} is earned, {paid} is paid.").format(earned=earned, paid=paid))
    chosen = account.payable if amount is None else yuan(amount)
    if chosen <= 0:
        raise Refused(_("Say how much."))
    if chosen > account.payable:
        raise Refused(_("{most} is earned and open; more is not paid.").format(most=_money(account.payable)))
    return chosen


@transaction.atomic
def approve_statement(settlement: ForemanSettlement, *, by: Any, at: datetime) -> ForemanSettlement:
    """The engineering manager approves what somebody else wrote; it must still be open."""
    site, row = _locked(settlement, at)
    if row.approved_at is not None:
        raise Refused(_("This statement is approved already."))
    if by.pk in (row.by_id, row.foreman_id):
        raise Refused(
            _("A statement is approved by a second person."), [Missing(_("Somebody else of engineering approves it."), posts.ENGINEERING_MANAGER, "P38")]
        )
    _paper_stands(row)
    _still_open(site, row)
    row.approved_at, row.approved_by = at, by
    row.save(update_fields=["approved_at", "approved_by"])
    clocks.stop(FOREMAN_APPROVAL, _key(row), at=at, by=by)
    start_clock(
        FOREMAN_PAYMENT, site, key=_key(row), at=at, owner=holder(posts.ACCOUNTANT, site.store, by.pk, row.by_id), about=str(row.foreman),
        link=f"/projects/{site.ref}/foreman/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.foreman_approved", by=by, at=at, paper=row.paper, amount=row.amount, foreman=str(row.foreman))
    return row


@transaction.atomic
def refuse_statement(settlement: ForemanSettlement, *, reason: str, by: Any, at: datetime) -> ForemanSettlement:
    """Back to who wrote it, with the reason; its paper is void, and another statement may be written."""
    site, row = _locked(settlement, at)
    need_reason(reason)
    if by.pk == row.foreman_id:
        raise Refused(_("Nobody changes his own settlement."))
    if row.paper.state in (Paper.State.ISSUED, Paper.State.SIGNED, Paper.State.SEALED):
        papers.void(row.paper, reason=reason, by=by, at=at)
    row.refused_at, row.refused_by, row.refused_because = at, by, reason.strip()[:300]
    row.save(update_fields=["refused_at", "refused_by", "refused_because"])
    for clock in (FOREMAN_APPROVAL, FOREMAN_PAYMENT):
        clocks.stop(clock, _key(row), at=at, by=by)
    audit.record(site.dossier, "projects.foreman_refused", by=by, at=at, amount=row.amount, foreman=str(row.foreman), reason=row.refused_because)
    follow_foreman(site, account_of(site, row.foreman), at=at)
    return row


@transaction.atomic
def pay_statement(
    settlement: ForemanSettlement, *, method: str = Method.TRANSFER, by: Any, at: datetime, paid_on: date | None = None, payee_account: str = "",
    account: CashAccount | None = None, slip: Any = None,
) -> ForemanPayment:  # fmt: skip
    """Finance pays an approved statement once, from an account that holds it; never more than is open on that day."""
    site, row = _locked(settlement, at)
    if row.approved_at is None:
        raise Refused(_("The statement is not approved yet."), [Missing(_("Have it approved."), posts.ENGINEERING_MANAGER, "P38")])
    if by.pk in (row.by_id, row.approved_by_id, row.foreman_id):
        raise Refused(_("Who writes or approves a statement does not pay it."), [Missing(_("Somebody else of finance pays it."), FINANCE, "P38")])
    _paper_stands(row)
    _still_open(site, row)
    where = till.account_for(site.store, method, at=at, account=account)
    till.refuse_short(where, row.amount)
    proof = kept(slip, site, by=by, at=at, caption=_("Slip of the payment")) if slip is not None else None
    till.book(where, kind=EntryKind.FOREMAN, amount=-row.amount, party=str(row.foreman), paper=row.paper, by=by, at=at, slip=proof, dossier=site.dossier)
    made = ForemanPayment.objects.create(
        project=site, store=site.store, settlement=row, foreman=row.foreman, amount=row.amount, method=Method(method), payee_account=tail(payee_account),
        paid_on=paid_on or timezone.localtime(at).date(), slip=proof, by=by, at=at,
    )  # fmt: skip
    row.paid_at = at
    row.save(update_fields=["paid_at"])
    clocks.stop(FOREMAN_PAYMENT, _key(row), at=at, by=by)
    audit.record(site.dossier, "projects.foreman_paid", by=by, at=at, paper=row.paper, amount=row.amount, foreman=str(row.foreman), method=str(method))
    follow_foreman(site, account_of(site, row.foreman), at=at)
    return made


@transaction.atomic
def reverse_foreman_payment(payment: ForemanPayment, *, reason: str, by: Any, at: datetime) -> ForemanPayment:
    """A payment that was booked wrongly comes back to the account, once, by a second person; what it paid is open again."""
    site = locked(payment.project, at)
    row = ForemanPayment.objects.select_related("settlement__paper", "foreman").get(pk=payment.pk)
    need_reason(reason)
    if row.reverses_id is not None:
        raise Refused(_("Only a payment is reversed."))
    if ForemanPayment.objects.filter(reverses=row).exists():
        raise Refused(_("This payment has been reversed already."))
    if by.pk in (row.by_id, row.foreman_id):
        raise Refused(_("A payment is reversed by a second person."), [Missing(_("Somebody else of finance books the reversal."), FINANCE, "P38")])
    first = CashEntry.objects.select_related("account__store").get(paper=row.settlement.paper, kind=EntryKind.FOREMAN)
    where = till.locked_account(first.account)
    if not where.is_open:
        where = till.account_for(site.store, row.method, at=at)
    till.book(where, kind=EntryKind.FOREMAN_BACK, amount=row.amount, party=str(row.foreman), paper=row.settlement.paper, by=by, at=at, note=reason.strip())
    made = ForemanPayment.objects.create(
        project=site, store=site.store, settlement=row.settlement, foreman=row.foreman, amount=-row.amount, method=row.method, payee_account=row.payee_account,
        paid_on=timezone.localtime(at).date(), reverses=row, reason=reason.strip()[:300], by=by, at=at,
    )  # fmt: skip
    audit.record(
        site.dossier, "projects.foreman_payment_reversed", by=by, at=at, paper=row.settlement.paper, amount=-row.amount, foreman=str(row.foreman),
        reason=made.reason,
    )  # fmt: skip
    follow_foreman(site, account_of(site, row.foreman), at=at)
    return made


def _locked(settlement: ForemanSettlement, at: datetime) -> tuple[Project, ForemanSettlement]:
    """Site and statement under lock; a statement that is decided stays as it is."""
    site = locked(settlement.project, at)
    row = ForemanSettlement.objects.select_for_update(no_key=True, of=("self",)).select_related("paper", "foreman").get(pk=settlement.pk)
    if row.refused_at is not None:
        raise Refused(_("This statement was refused."))
    if row.paid_at is not None:
        raise Refused(_("This statement is paid already."))
    return site, row


def _paper_stands(row: ForemanSettlement) -> None:
    """Nothing is approved or paid on a void paper: the statement is refused and written anew."""
    if row.paper.state in (Paper.State.VOID, Paper.State.SUPERSEDED):
        raise Refused(_("The paper of this statement is void; refuse the statement and write another."))


def _still_open(site: Project, row: ForemanSettlement) -> None:
    """What was taken off or paid since the statement was written may have made it too large."""
    account = account_of(site, row.foreman)
    most = account.most_ahead if row.kind == StatementKind.ADVANCE else account.payable
    if row.amount > most:
        raise Refused(
            _("Only {most} is open by now; refuse this statement and write another.").format(most=_money(most)),
            [Missing(_("Write the statement anew."), posts.ENGINEERING_ASSISTANT, "P38")],
        )


def _key(row: ForemanSettlement) -> str:
    return f"{row.project.ref}/foreman/{row.foreman_id}/{row.seq}"


def due_key(site: Any, foreman: Any) -> str:
    return f"{site.ref}/foreman/{foreman.pk}"


def follow_foreman(site: Project, account: ForemanAccount, *, at: datetime, runs: bool | None = None) -> int:
    """What is earned and stands on no statement is to be written within the week; the clock starts when it was earned."""
    key = due_key(site, account.foreman)
    running = clocks.is_open(FOREMAN_DUE, key) if runs is None else runs
    if account.unsettled > ZERO and not running:
        start_clock(
            FOREMAN_DUE, site, key=key, at=account.since or at, owner=holder(posts.ENGINEERING_ASSISTANT, site.store), about=str(account.foreman),
            link=f"/projects/{site.ref}/foreman/",
        )  # fmt: skip
        return 1
    if account.unsettled <= ZERO and running:
        clocks.stop(FOREMAN_DUE, key, at=at)
        return 1
    return 0


__all__ = [
    "agree_labour", "approve_statement", "due_key", "follow_foreman", "pay_statement", "record_deduction", "refuse_statement", "reverse_foreman_payment",
    "withdraw_deduction", "withdraw_labour", "write_statement",
]  # fmt: skip
