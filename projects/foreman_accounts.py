"""What a foreman has earned on a site, what is taken off, what was paid, what is open.

An instalment is earned when the work of its milestone has passed; the labour of a change order counts when the customer has signed it
(LR-23).  Less than nothing is carried over to the next statement and shown as such (P38).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from core.models import Paper
from core.money import ZERO
from projects.choices import Milestone
from projects.choices_settling import EARNED_BY
from projects.models import Clearance, ForemanDeduction, ForemanLabour, ForemanPayment, ForemanPrice, ForemanSettlement


@dataclass(frozen=True)
class Part:
    """One instalment of the price: earned on the day on which its work passed, or not yet."""

    seq: int
    milestone: str
    percent: Decimal
    amount: Decimal
    earned_at: datetime | None

    @property
    def says(self) -> str:
        return str(Milestone(self.milestone).label)


@dataclass
class ForemanAccount:
    """All money between the company and one foreman on one site."""

    project_id: int
    foreman: Any
    price: Decimal = ZERO
    in_force: bool = False
    parts: list[Part] = field(default_factory=list)
    labour: list[Any] = field(default_factory=list)
    deductions: list[Any] = field(default_factory=list)
    payments: list[Any] = field(default_factory=list)
    waiting: Any = None

    @property
    def earned(self) -> Decimal:
        return sum((part.amount for part in self.parts if part.earned_at is not None), ZERO)

    @property
    def extra(self) -> Decimal:
        """The labour of signed change orders."""
        return sum((row.amount for row in self.labour), ZERO)

    @property
    def deducted(self) -> Decimal:
        return sum((row.amount for row in self.deductions), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((row.amount for row in self.payments), ZERO)

    @property
    def balance(self) -> Decimal:
        """Earned and not paid; less than nothing is carried over."""
        return self.earned + self.extra - self.deducted - self.paid

    @property
    def payable(self) -> Decimal:
        return max(self.balance, ZERO)

    @property
    def carried(self) -> Decimal:
        return min(self.balance, ZERO)

    @property
    def to_come(self) -> Decimal:
        """What the price still holds for work that has not passed."""
        return self.price - self.earned

    @property
    def most_ahead(self) -> Decimal:
        """The most that may be paid in all, work that has not passed yet included."""
        return max(self.price + self.extra - self.deducted - self.paid, ZERO)

    @property
    def unsettled(self) -> Decimal:
        """What is open and stands on no statement yet."""
        return self.payable - (self.waiting.amount if self.waiting is not None and self.waiting.kind == "instalment" else ZERO)

    @property
    def since(self) -> datetime | None:
        """When the last of what is open was earned."""
        moments = [part.earned_at for part in self.parts if part.earned_at is not None]
        moments += [max(row.at, row.signed_at) for row in self.labour if row.signed_at]
        moments += [row.at for row in self.payments if row.amount < 0]
        return max(moments, default=None)


def accounts_of(projects: Iterable[int], foreman: Any = None) -> list[ForemanAccount]:
    """The accounts of all foremen of these sites, by site; six questions, however many there are."""
    ids = list(projects)
    found: dict[tuple[int, int], ForemanAccount] = {}
    which = Q(project__in=ids) & (Q(foreman=foreman) if foreman is not None else Q())

    def of(row: Any) -> ForemanAccount:
        return found.setdefault((row.project_id, row.foreman_id), ForemanAccount(row.project_id, row.foreman))

    passed = Clearance.objects.filter(project__in=ids, revocation__isnull=True, fact__in=EARNED_BY.values())
    facts = {(project, fact): at for project, fact, at in passed.values_list("project", "fact", "at")}
    for price in ForemanPrice.objects.filter(which).select_related("foreman").prefetch_related("instalments").order_by("id"):
        account = of(price)
        account.price, account.in_force, account.parts = price.total, price.replaced_at is None, []
        for part in price.instalments.all():
            at = facts.get((price.project_id, EARNED_BY[Milestone(part.milestone)].value))
            if at is not None and price.replaced_at is not None and at > price.replaced_at:
                at = None  # it passed when somebody else was there
            account.parts.append(Part(part.seq, part.milestone, part.percent, part.amount, at))
    signed = {"change__withdrawn_at__isnull": True, "change__paper__state__in": Paper.SIGNED_STATES}
    labour = ForemanLabour.objects.filter(which, withdrawn_at__isnull=True, **signed).annotate(signed_at=Max("change__paper__signatures__at"))
    for agreed in labour.select_related("foreman", "change__paper").order_by("id"):
        of(agreed).labour.append(agreed)
    for taken in ForemanDeduction.objects.filter(which, withdrawn_at__isnull=True).select_related("foreman", "paper", "by").order_by("id"):
        of(taken).deductions.append(taken)
    for paid in ForemanPayment.objects.filter(which).select_related("foreman", "settlement__paper", "by").order_by("id"):
        of(paid).payments.append(paid)
    for written in ForemanSettlement.objects.filter(which, paid_at__isnull=True, refused_at__isnull=True).select_related("foreman", "paper"):
        of(written).waiting = written
    return sorted(found.values(), key=lambda account: (account.project_id, not account.in_force, account.foreman.pk))


def account_of(project: Any, foreman: Any) -> ForemanAccount:
    """The account of one foreman on one site; an empty one when nothing was agreed."""
    rows = accounts_of([project.pk], foreman)
    return rows[0] if rows else ForemanAccount(project.pk, foreman)


__all__ = ["ForemanAccount", "Part", "account_of", "accounts_of"]
