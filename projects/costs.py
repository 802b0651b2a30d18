"""What sites cost in a month or a year, and against their budget (P40, P41).

Material counts when it has arrived, the foreman when he is paid, an expense on the day of its receipt, cleaning when it was taken over.
The budget is the cost column of the quotation with that of the signed changes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.models import Paper
from core.money import ZERO
from core.policies import narrow
from projects import policies_settling as policies
from projects.choices_preparation import Buyer
from projects.models import ChangeLine, ChangeOrder, CleaningOrder, ForemanPayment, Project, SiteExpense, SiteMaterial
from projects.papers_settling import CostContent, CostLine
from projects.performance import Period

_MONEY = DecimalField(max_digits=14, decimal_places=2)
SNAPSHOT = "projects.site_cost"
PARTS = ("material", "labour", "expense", "cleaning")


def _sum(rows: Any, name: str = "project", value: Any = "amount") -> Any:
    total = rows.order_by().values(name).annotate(n=Sum(value)).values("n")
    return Coalesce(Subquery(total, output_field=_MONEY), Value(ZERO), output_field=_MONEY)


def _between(field: str, period: Period | None) -> Q:
    return Q(**{f"{field}__gte": period.start, f"{field}__lt": period.until}) if period is not None else Q(**{f"{field}__isnull": False})


def materials(period: Period | None = None) -> QuerySet[Any]:
    """What we ordered and what has come."""
    return SiteMaterial.objects.filter(_between("arrived_on", period), buyer=Buyer.COMPANY, dropped_at__isnull=True)


def payments(period: Period | None = None) -> QuerySet[Any]:
    return ForemanPayment.objects.filter(_between("paid_on", period))


def expenses(period: Period | None = None) -> QuerySet[Any]:
    return SiteExpense.objects.filter(_between("spent_on", period), withdrawn_at__isnull=True)


def cleanings(period: Period | None = None) -> QuerySet[Any]:
    return CleaningOrder.objects.filter(_between("done_on", period), withdrawn_at__isnull=True)


def _of(period: Period | None, prefix: str) -> dict[str, Any]:
    here = {"project": OuterRef("pk")}
    return {
        f"{prefix}material": _sum(materials(period).filter(**here)), f"{prefix}labour": _sum(payments(period).filter(**here)),
        f"{prefix}expense": _sum(expenses(period).filter(**here)), f"{prefix}cleaning": _sum(cleanings(period).filter(**here)),
    }  # fmt: skip


def with_costs(rows: QuerySet[Any], period: Period) -> QuerySet[Any]:
    """Each site with what it cost in the period, what it cost so far, its budget and its price; one query."""
    cost = ExpressionWrapper(F("item__cost") * F("quantity"), output_field=_MONEY)
    signed = {"withdrawn_at__isnull": True, "paper__state__in": Paper.SIGNED_STATES}
    lines = ChangeLine.objects.filter(
        change__project=OuterRef("pk"), **{f"change__{k}": v for k, v in signed.items()}
    )
    changes = ChangeOrder.objects.filter(project=OuterRef("pk"), **signed)
    return rows.annotate(
        **_of(period, ""), **_of(None, "all_"), changed=_sum(changes), changed_cost=_sum(lines, "change__project", cost)
    ).annotate(
        total=sum((F(name) for name in PARTS[1:]), F("material")), so_far=sum((F(f"all_{name}") for name in PARTS[1:]), F("all_material")),
        budget=F("contract__quotation__cost") + F("changed_cost"), price=F("contract__total") + F("changed"),
    )  # fmt: skip


def sites_of(user: Any, period: Period, store: int | None = None) -> QuerySet[Any]:
    """The sites that cost something in the period, within what a person may see (None: all)."""
    rows: Any = Project.objects.all() if user is None else narrow(Project.objects.all(), user, policies.SEE_SITE_COST)
    if store is not None:
        rows = rows.filter(store=store)
    touched = Q()
    for part in (materials, payments, expenses, cleanings):
        touched |= Q(pk__in=part(period).values("project"))
    return with_costs(rows.filter(touched).select_related("store", "contract"), period)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Totals:
    material: Decimal
    labour: Decimal
    expense: Decimal

    @property
    def total(self) -> Decimal:
        return self.material + self.labour + self.expense


def totals(rows: QuerySet[Any]) -> Totals:
    """The sums of the sites of a list: one query."""
    found = rows.aggregate(m=Sum("material"), la=Sum("labour"), e=Sum("expense"), c=Sum("cleaning"))
    return Totals(found["m"] or ZERO, found["la"] or ZERO, (found["e"] or ZERO) + (found["c"] or ZERO))


def cost_line(row: Any) -> CostLine:
    return CostLine(
        row.ref, row.customer_name, row.address, row.material, row.labour, row.expense + row.cleaning, row.total, row.so_far, row.budget
    )


def cost_content(period: Period, rows: list[Any], *, as_of: date, closed: bool) -> CostContent:
    lines = [cost_line(row) for row in rows]
    sums = {name: sum((getattr(line, name) for line in lines), ZERO) for name in ("material", "labour", "expense", "total")}
    return CostContent(period=period.key, from_on=period.start, until_on=period.last, as_of=as_of, closed=closed, lines=lines, **sums)


def plain(content: CostContent) -> dict[str, Any]:
    return asdict(content)


# --- one site --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One row behind the figures of a site."""

    part: str
    on: date
    what: str
    who: str
    amount: Decimal
    ref: str = ""
    file: Any = None
    pk: int = 0
    by: str = ""


@dataclass(frozen=True)
class SiteCost:
    """A site's cost as its rows stand, against the budget."""

    entries: list[Entry]
    ordered: list[Any]
    budget: Decimal
    price: Decimal

    def part(self, *names: str) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.part in names), ZERO)

    @property
    def total(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), ZERO)

    @property
    def coming(self) -> Decimal:
        """Ordered and not there yet."""
        return sum((row.amount for row in self.ordered), ZERO)

    @property
    def left(self) -> Decimal:
        return self.budget - self.total - self.coming

    @property
    def margin(self) -> Decimal:
        return self.price - self.total - self.coming

    @property
    def share(self) -> int:
        """How much of the budget is used, in per cent."""
        return int(self.total * 100 / self.budget) if self.budget else 0


def site_cost(project: Any) -> SiteCost:
    """All rows of a site: five questions."""
    here = {"project": project}
    entries = [
        Entry("material", row.arrived_on, row.name, row.supplier, row.amount) for row in materials().filter(**here).order_by("arrived_on", "id")
    ]
    entries += [
        Entry("labour", row.paid_on, row.settlement.get_kind_display(), str(row.foreman), row.amount, row.settlement.paper.ref)
        for row in payments().filter(**here).select_related("settlement__paper", "foreman").order_by("paid_on", "id")
    ]
    entries += [
        Entry("expense", row.spent_on, f"{row.get_kind_display()} · {row.what}", row.payee, row.amount, file=row.receipt, pk=row.pk, by=str(row.by))
        for row in expenses().filter(**here).select_related("receipt", "by").order_by("spent_on", "id")
    ]
    entries += [
        Entry("cleaning", row.done_on, row.scope, row.contractor, row.amount, row.paper.ref)
        for row in cleanings().filter(**here).select_related("paper").order_by("done_on", "id")
    ]
    waiting = SiteMaterial.objects.filter(buyer=Buyer.COMPANY, ordered_on__isnull=False, arrived_on__isnull=True, dropped_at__isnull=True, **here)
    ordered = list(waiting.order_by("promised_on"))
    one = with_costs(Project.objects.filter(pk=project.pk), Period.month(project.on)).get()
    return SiteCost(sorted(entries, key=lambda entry: entry.on), ordered, one.budget, one.price)


__all__ = ["SNAPSHOT", "Entry", "SiteCost", "cost_content", "cost_line", "materials", "plain", "site_cost", "sites_of", "totals", "with_costs"]
