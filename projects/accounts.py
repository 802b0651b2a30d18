"""The account between a customer and the company: what is owed, what has come, what is open, and why the rest is not yet.

An instalment opens when its checks have passed and were signed – and, where it settles the changes, when that settlement
was signed (LR-56, G16, G17).  Unsigned changes never count (LR-23).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Max, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Paper
from core.money import ZERO
from core.refusals import Missing
from projects.choices import Fact, Milestone, SettlementKind
from projects.models import Allocation, ChangeOrder, Instalment, Payment
from staff import posts

_MONEY = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class InstalmentState:
    """One line of the payment table as it stands."""

    id: int
    seq: int
    name: str
    milestone: str
    percent: Decimal
    amount: Decimal
    changes: Decimal
    paid: Decimal
    due_days: int
    missing: tuple[Missing, ...]
    opened_at: datetime | None

    @property
    def due(self) -> Decimal:
        return self.amount + self.changes

    @property
    def rest(self) -> Decimal:
        return max(self.due - self.paid, ZERO)

    @property
    def is_open(self) -> bool:
        return not self.missing

    @property
    def is_paid(self) -> bool:
        return self.paid >= self.due

    @property
    def due_on(self) -> date | None:
        return timezone.localtime(self.opened_at).date() + timedelta(days=self.due_days) if self.opened_at else None

    @property
    def is_retention(self) -> bool:
        """Agreed in the contract's payment table: held back by the customer, due so many days after the acceptance (质保金)."""
        return self.milestone == Milestone.RETENTION

    def is_held(self, day: date) -> bool:
        """Retention money before its day: it may be paid, but nobody asks for it."""
        return self.is_retention and (self.due_on is None or self.due_on > day)

    def is_late(self, day: date) -> bool:
        return self.is_open and not self.is_paid and self.due_on is not None and day > self.due_on


@dataclass(frozen=True)
class Account:
    """All money of one site."""

    contract_total: Decimal
    changes_total: Decimal
    received: Decimal
    instalments: tuple[InstalmentState, ...]
    day: date = date.max

    @property
    def owed(self) -> Decimal:
        return self.contract_total + self.changes_total

    @property
    def balance(self) -> Decimal:
        """What the customer still has to pay until the end."""
        return self.owed - self.received

    @property
    def allocated(self) -> Decimal:
        return sum((row.paid for row in self.instalments), ZERO)

    @property
    def credit(self) -> Decimal:
        """Received, but not yet for any instalment."""
        return self.received - self.allocated

    @property
    def open_now(self) -> tuple[InstalmentState, ...]:
        """What is asked for today; retention money not before its day."""
        return tuple(row for row in self.instalments if row.is_open and row.rest > 0 and not row.is_held(self.day))

    @property
    def held(self) -> Decimal:
        """Retention money that is not paid yet."""
        return sum((row.rest for row in self.instalments if row.is_retention), ZERO)

    @property
    def due_now(self) -> Decimal:
        """What may be asked for today: the open instalments less the credit."""
        return max(sum((row.rest for row in self.open_now), ZERO) - self.credit, ZERO)

    @property
    def next(self) -> InstalmentState | None:
        return next((row for row in self.instalments if not row.is_paid), None)

    @property
    def is_paid_in_full(self) -> bool:
        """All but the retention money, which has its own day (8.5 asks for the final payment and the changes)."""
        return self.received >= self.owed - self.held and all(row.is_paid for row in self.instalments if not row.is_retention)

    @property
    def paid_through_midterm(self) -> bool:
        """Every instalment up to the mid-term is open and paid, changes included (G16); or nothing at all is owed any more."""
        last = max((row.seq for row in self.instalments if row.milestone == Milestone.MIDTERM), default=0)
        done = self.received >= self.owed
        return last > 0 and all(row.is_open and (row.is_paid or done) for row in self.instalments if row.seq <= last)

    def instalment(self, seq: int) -> InstalmentState | None:
        return next((row for row in self.instalments if row.seq == seq), None)


def account_of(project: Any, *, unsettled: int | None = None) -> Account:
    """The account of a site as its rows stand; an instalment that is settled anew (`unsettled`) carries no changes yet."""
    contract = project.contract
    rows = instalment_rows(contract.pk)
    facts, settlements = project.facts, {kind: project.settlement(kind) for kind in SettlementKind.values}
    signed_at = contract_signed_at(contract)
    changes = sum((c.amount for c in project.change_list if c.is_signed), ZERO)
    received = Payment.objects.filter(project_id=project.pk).aggregate(n=Coalesce(Sum("amount"), Value(ZERO), output_field=_MONEY))["n"]
    over = ZERO
    for row in rows:  # a deduction that an instalment cannot bear is borne by the next
        row.extra = over if row.pk == unsettled else row.extra + over
        over = min(row.amount + row.extra - row.paid, ZERO)
        row.extra -= over
    for row in reversed(rows):  # and what no later one can bear, by those that are paid already: it goes back to the customer
        part = max(over, -(row.amount + row.extra))
        row.extra, over = row.extra + part, over - part
    return Account(contract.total, changes, received, tuple(_state(row, facts, settlements, signed_at) for row in rows), project.on)


def instalment_rows(contract_id: int) -> list[Any]:
    """The payment table with what each line was paid and which signed changes it carries; one query."""
    paid = Allocation.objects.filter(instalment=OuterRef("pk")).order_by().values("instalment").annotate(n=Sum("amount")).values("n")
    extra = (
        ChangeOrder.objects.filter(settled_in=OuterRef("pk"), paper__state__in=Paper.SIGNED_STATES)
        .order_by()
        .values("settled_in")
        .annotate(n=Sum("amount"))
        .values("n")
    )
    return list(
        Instalment.objects.filter(contract_id=contract_id)
        .annotate(
            paid=Coalesce(Subquery(paid), Value(ZERO), output_field=_MONEY),
            extra=Coalesce(Subquery(extra), Value(ZERO), output_field=_MONEY),
        )
        .order_by("seq")
    )


def contract_signed_at(contract: Any) -> datetime | None:
    """When the last of both sides signed; None before."""
    if contract.signed_at is not None:
        return contract.signed_at  # type: ignore[no-any-return]
    if not contract.paper.is_signed:
        return None
    return contract.paper.signatures.aggregate(n=Max("at"))["n"]  # type: ignore[no-any-return]


def _state(row: Any, facts: dict[str, Any], settlements: dict[str, Any], signed_at: datetime | None) -> InstalmentState:
    missing: list[Missing] = []
    moments: list[datetime] = []
    if signed_at is None:
        missing.append(Missing(_("The contract is not signed."), posts.CUSTOMER_MANAGER, "G6"))
    else:
        moments.append(signed_at)
    for fact in row.requires:
        if fact in facts:
            moments.append(facts[fact].at)
        else:
            missing.append(Missing(_("Not yet: {fact}.").format(fact=Fact(fact).label), posts.QUALITY_INSPECTOR, "LR-56"))
    if row.settles_changes:
        kind = SettlementKind.FINAL if row.milestone == Milestone.FINAL else SettlementKind.MIDTERM
        settlement = settlements[kind]
        if settlement is not None and settlement.paper.is_signed:
            moments.append(settlement.signed_at)
        else:
            missing.append(Missing(_("The customer has not signed the settlement."), posts.PROJECT_MANAGER, "G17" if kind == "final" else "G16"))
    opened = max(moments) if not missing else None
    return InstalmentState(
        row.pk, row.seq, row.name, row.milestone, row.percent, row.amount, row.extra, row.paid, row.due_days, tuple(missing), opened
    )
