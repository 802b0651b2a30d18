"""Old debts (P43, R067): registered, tried to be collected, paid at the till alone, or given up by somebody above."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, numbers, papers
from core.calendar import evening
from core.models import Paper
from core.money import ZERO, yuan
from core.papers import KINDS
from core.refusals import Missing, Refused
from leads.choices_money import EntryKind
from leads.models import CashAccount
from leads.papers import receipt_content
from leads.services import till
from projects.choices import Method
from projects.choices_bonds import AttemptWay, DebtState
from projects.deadlines_bonds import OLD_DEBT
from projects.models import DebtAttempt, DebtPayment, OldDebt
from projects.services.site import need_reason
from staff import posts
from staff.models import Store

SERIES = "JQ"


@transaction.atomic
def register_debt(
    store: Store, *, debtor: str, about: str, basis: str, arose_on: date, amount: Decimal, collector: Any, by: Any, at: datetime
) -> OldDebt:
    """Enter what somebody owes from before the books of this house, on what paper, and who collects it (P43)."""
    here = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if not debtor.strip() or not about.strip() or not basis.strip():
        raise Refused(_("Say who owes it, for what, and on what paper."))
    if yuan(amount) <= 0:
        raise Refused(_("Say how much."))
    if arose_on >= timezone.localtime(at).date():
        raise Refused(_("An old debt is older than its entry in the register."))
    if not collector.posts_for(here.pk) or collector.left_on is not None:
        raise Refused(_("{name} holds no post in this store.").format(name=collector))
    made = OldDebt.objects.create(
        ref=numbers.take(SERIES, store=here, at=at).ref, store=here, debtor=debtor.strip()[:40], about=about.strip()[:120], basis=basis.strip()[:120],
        arose_on=arose_on, amount=yuan(amount), collector=collector, by=by, at=at,
    )  # fmt: skip
    _start(made, at=at, due_at=OLD_DEBT.span(None).after(at))
    audit.record(here.file, "projects.old_debt_registered", by=by, at=at, ref=made.ref, amount=made.amount)
    return made


@transaction.atomic
def try_debt(debt: OldDebt, *, way: str, says: str, next_on: date, by: Any, at: datetime) -> DebtAttempt:
    """What was tried and said, and the day of the next attempt; the clock runs to it."""
    here = _locked(debt)
    if not says.strip():
        raise Refused(_("Write down what was said."))
    clocks.not_too_far(next_on, at=at, most=clocks.A_YEAR)
    if next_on <= timezone.localtime(at).date():
        raise Refused(_("The next attempt is on a later day."))
    made = DebtAttempt.objects.create(debt=here, way=AttemptWay(way), says=says.strip()[:400], next_on=next_on, by=by, at=at)
    clocks.stop(OLD_DEBT, here.ref, at=at, by=by)
    _start(here, at=at, due_at=evening(next_on))
    audit.record(here.store.file, "projects.old_debt_tried", by=by, at=at, ref=here.ref, says=made.says[:200], next_on=next_on)
    return made


@transaction.atomic
def hand_debt_over(debt: OldDebt, *, to: Any, by: Any, at: datetime) -> OldDebt:
    """Somebody else collects from now on."""
    here = _locked(debt)
    if to.pk == here.collector_id or not to.posts_for(here.store_id) or to.left_on is not None:
        raise Refused(_("Choose somebody else of this store."))
    here.collector = to
    here.save(update_fields=["collector"])
    clocks.hand_over(OLD_DEBT, here.ref, to)
    audit.record(here.store.file, "projects.old_debt_handed", by=by, at=at, ref=here.ref, to=str(to))
    return here


@transaction.atomic
def take_debt_money(
    debt: OldDebt, *, amount: Decimal, method: str, payer: str, key: UUID, by: Any, at: datetime, cash_account: CashAccount | None = None
) -> DebtPayment:
    """Money that comes: one receipt (L23) on an account of the store that fits (LR-53, LR-56), never more than is owed; the last one closes the debt."""
    locked = OldDebt.objects.select_for_update(no_key=True, of=("self",)).get(pk=debt.pk)
    if (done := DebtPayment.objects.filter(key=key).first()) is not None:
        if done.debt_id != locked.pk or done.amount != yuan(amount):
            raise Refused(_("This form was used for another payment; open a new one."))
        return done
    here = _locked(debt)
    amount, rest = yuan(amount), owed(here)
    if amount <= 0:
        raise Refused(_("A payment is more than nothing."))
    if amount > rest:
        raise Refused(_("More than is owed cannot be taken: {rest} is left.").format(rest=f"¥{rest:,.2f}"))
    if not payer.strip():
        raise Refused(_("Say who paid."))
    where = till.account_for(here.store, method, at=at, account=cash_account)
    receipt = papers.issue(
        KINDS["L23"], dossier=here.store.file, store=here.store, by=by, at=at,
        content=receipt_content(
            payer=payer.strip(), amount=amount, purpose="遗留欠款", basis=here.basis, method=method, customer=here.debtor, address=here.about, file=here.ref,
            by=by, at=at,
        ),
    )  # fmt: skip
    till.book(where, kind=EntryKind.PAYMENT, amount=amount, party=payer.strip(), paper=receipt, by=by, at=at)
    made = DebtPayment.objects.create(
        debt=here, amount=amount, method=Method(method), payer=payer.strip()[:60], receipt=receipt, key=key, by=by, at=at
    )
    if amount == rest:
        here.state, here.closed_at, here.closed_by = DebtState.PAID, at, by
        here.save(update_fields=["state", "closed_at", "closed_by"])
        clocks.stop(OLD_DEBT, here.ref, at=at, by=by)
    audit.record(here.store.file, "projects.old_debt_paid", by=by, at=at, paper=receipt, ref=here.ref, amount=amount)
    return made


@transaction.atomic
def reverse_debt_money(debt: OldDebt, *, payment: DebtPayment, reason: str, by: Any, at: datetime) -> OldDebt:
    """Take a wrongly booked receipt back, once, by a second person (LR-57): it becomes void, and a debt that it closed is open again."""
    here = OldDebt.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier", "collector").get(pk=debt.pk)
    row = here.payments.select_related("receipt__dossier").get(pk=payment.pk)
    need_reason(reason)
    if here.state == DebtState.GIVEN_UP:
        raise Refused(_("This debt is closed: {state}.").format(state=DebtState(here.state).label))
    if row.by_id == by.pk:
        finance = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"
        raise Refused(_("A payment is reversed by a second person."), [Missing(_("Somebody else of finance books the reversal."), finance, "LR-57")])
    if row.receipt.state == Paper.State.VOID:
        raise Refused(_("This payment has been reversed already."))
    till.book_back(row.receipt, by=by, at=at, note=reason.strip())
    papers.void(row.receipt, reason=reason.strip(), by=by, at=at)
    if here.state == DebtState.PAID:
        here.state, here.closed_at, here.closed_by = DebtState.OPEN, None, None
        here.save(update_fields=["state", "closed_at", "closed_by"])
        _start(here, at=at, due_at=OLD_DEBT.span(None).after(at))
    audit.record(here.store.file, "projects.old_debt_reversed", by=by, at=at, paper=row.receipt, ref=here.ref, amount=-row.amount, reason=reason.strip())
    return here


@transaction.atomic
def give_debt_up(debt: OldDebt, *, reason: str, by: Any, at: datetime) -> OldDebt:
    """Finance or the general manager gives a debt up, with the reason; never who collects it."""
    here = _locked(debt)
    need_reason(reason)
    if by.pk == here.collector_id:
        raise Refused(_("Who collects a debt does not give it up."))
    here.state, here.closed_at, here.closed_by, here.closed_because = DebtState.GIVEN_UP, at, by, reason.strip()[:300]
    here.save(update_fields=["state", "closed_at", "closed_by", "closed_because"])
    clocks.stop(OLD_DEBT, here.ref, at=at, by=by)
    audit.record(here.store.file, "projects.old_debt_given_up", by=by, at=at, ref=here.ref, amount=owed(here), reason=here.closed_because)
    return here


def owed(debt: OldDebt) -> Decimal:
    """What of a debt has not come, or was taken back."""
    return debt.amount - (debt.payments.exclude(receipt__state=Paper.State.VOID).aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _locked(debt: OldDebt) -> OldDebt:
    here = OldDebt.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier", "collector").get(pk=debt.pk)
    if here.state != DebtState.OPEN:
        raise Refused(_("This debt is closed: {state}.").format(state=DebtState(here.state).label))
    return here


def _start(debt: OldDebt, *, at: datetime, due_at: datetime) -> None:
    clocks.start(
        OLD_DEBT, dossier=debt.store.file, key=debt.ref, owner=debt.collector, at=at, due_at=due_at, line=f"{debt.debtor} · {debt.about}",
        link=debt.get_absolute_url(),
    )  # fmt: skip


__all__ = ["give_debt_up", "hand_debt_over", "owed", "register_debt", "reverse_debt_money", "take_debt_money", "try_debt"]
