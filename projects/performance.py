"""How contracts are kept: the register (P09), what is late, and the figures of a month, a quarter, a year (P10, P11).

A figure is the sum of rows that the page opens: what was signed in the period, what changed, what came, what is still to come from the
contracts signed in it, what was completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from core import search
from core.lists import Page, keyset
from core.models import Paper
from core.money import ZERO
from core.money import plain as money
from core.policies import narrow
from projects import policies
from projects.choices import AFTER_ACCEPTANCE, Stage
from projects.models import ChangeOrder, Payment, Project
from projects.models.base import mine
from projects.papers_contract import StatisticsContent, StatLine

_MONEY = DecimalField(max_digits=14, decimal_places=2)
_KEY = re.compile(r"(\d{4})(?:-(\d{2})|-Q([1-4]))?")


@dataclass(frozen=True)
class Period:
    """A month 2026-11, a quarter 2026-Q4, a year 2026; `until` is the first day after it."""

    key: str
    start: date
    until: date

    @classmethod
    def month(cls, day: date) -> Period:
        start = day.replace(day=1)
        return cls(f"{start:%Y-%m}", start, _after(start, 1))

    @classmethod
    def read(cls, text: str, today: date) -> Period:
        """From the address; anything else is this month."""
        found = _KEY.fullmatch(text)
        if not found or not 2000 <= int(found[1]) <= 2100 or (found[2] and not 1 <= int(found[2]) <= 12):
            return cls.month(today)
        year = int(found[1])
        if found[2]:
            return cls.month(date(year, int(found[2]), 1))
        if found[3]:
            start = date(year, 3 * int(found[3]) - 2, 1)
            return cls(text, start, _after(start, 3))
        return cls(text, date(year, 1, 1), date(year + 1, 1, 1))

    @property
    def kind(self) -> str:
        return "quarter" if "Q" in self.key else ("month" if "-" in self.key else "year")

    @property
    def last(self) -> date:
        return date.fromordinal(self.until.toordinal() - 1)

    @property
    def before(self) -> str:
        return self._other(-1)

    @property
    def after(self) -> str:
        return self._other(1)

    def _other(self, step: int) -> str:
        if self.kind == "year":
            return str(self.start.year + step)
        if self.kind == "month":
            return f"{_after(self.start, step):%Y-%m}"
        start = _after(self.start, 3 * step)
        return f"{start.year}-Q{(start.month + 2) // 3}"

    def siblings(self) -> dict[str, str]:
        """The month, quarter and year in which this period begins."""
        return {
            "month": f"{self.start:%Y-%m}", "quarter": f"{self.start.year}-Q{(self.start.month + 2) // 3}", "year": str(self.start.year),
        }  # fmt: skip


def _after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


# --- contracts and their money ---------------------------------------------------------------------------------------


def contracts_of(user: Any) -> QuerySet[Any]:
    """The signed or unsigned contracts that a person may see (None: all), each with its money; one query."""
    rows: Any = Project.objects.all() if user is None else narrow(Project.objects.all(), user, policies.SEE_CONTRACTS, own=mine(user))
    changes = ChangeOrder.objects.filter(project=OuterRef("pk"), withdrawn_at__isnull=True, paper__state__in=Paper.SIGNED_STATES)
    return rows.select_related("contract__paper", "store", "designer", "customer_manager").annotate(
        changed=_sum(changes), received=_sum(Payment.objects.filter(project=OuterRef("pk")))
    )  # type: ignore[no-any-return]


def _sum(rows: Any, name: str = "project") -> Any:
    total = rows.order_by().values(name).annotate(n=Sum("amount")).values("n")
    return Coalesce(Subquery(total, output_field=_MONEY), Value(ZERO), output_field=_MONEY)


@dataclass
class Line:
    """One store, one designer, or all, in a period."""

    key: str
    name: str
    count: int = 0
    signed: Decimal = ZERO
    changes: Decimal = ZERO
    received: Decimal = ZERO
    outstanding: Decimal = ZERO
    completed: int = 0


@dataclass
class Figures:
    total: Line
    stores: list[Line] = field(default_factory=list)
    designers: list[Line] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)


def figures(period: Period, rows: QuerySet[Any]) -> Figures:
    """The figures of a period: five questions, however many contracts there are.

    signed: contracts of the period; changes: additions and deductions signed in it; received: money that came in it (reversals and
    refunds taken off); outstanding: what the period's own contracts still owe today; completed: sites accepted in it.
    """
    inside = {"gte": period.start, "lt": period.until}
    signed = list(rows.filter(contract__signed_on__gte=period.start, contract__signed_on__lt=period.until).order_by("contract__signed_on", "pk"))
    ids = rows.order_by().values("pk")
    people = "project__store", "project__store__name", "project__designer", "project__designer__full_name"
    changed = (
        ChangeOrder.objects.filter(project__in=ids, withdrawn_at__isnull=True, paper__state__in=Paper.SIGNED_STATES)
        .annotate(on=TruncDate(Max("paper__signatures__at")))
        .filter(**{f"on__{k}": v for k, v in inside.items()})
        .values_list(*people, "amount")
    )
    came = (
        Payment.objects.filter(project__in=ids, **{f"received_on__{k}": v for k, v in inside.items()}).order_by().values_list(*people).annotate(n=Sum("amount"))
    )
    done = rows.filter(accepted_on__gte=period.start, accepted_on__lt=period.until).values_list("store", "store__name", "designer", "designer__full_name")
    found = Figures(Line("", _("All")))
    stores: dict[Any, Line] = {}
    designers: dict[Any, Line] = {}

    def lines(store: Any, store_name: str, designer: Any, designer_name: str | None) -> Iterable[Line]:
        yield found.total
        yield stores.setdefault(store, Line(str(store), store_name))
        yield designers.setdefault(designer, Line(str(designer or ""), designer_name or _("Nobody")))

    for row in signed:
        for line in lines(row.store_id, row.store.name, row.designer_id, row.designer.full_name if row.designer else None):
            line.count += 1
            line.signed += row.contract.total
            line.outstanding += owed_still(row)
    for *who, amount in changed:
        for line in lines(*who):
            line.changes += amount
    for *who, amount in came:
        for line in lines(*who):
            line.received += amount
    for who in done:
        for line in lines(*who):
            line.completed += 1
    found.stores = sorted(stores.values(), key=lambda line: line.name)
    found.designers = sorted(designers.values(), key=lambda line: (-line.signed, line.name))
    found.contracts = signed
    return found


def owed_still(row: Any) -> Decimal:
    """Contract and signed changes less what came; nothing for a cancelled site."""
    return ZERO if row.stage == Stage.CANCELLED else max(row.contract.total + row.changed - row.received, ZERO)


def plain(found: Figures) -> dict[str, Any]:
    """For freezing: every figure, and every contract behind it."""
    return {
        "total": asdict(found.total), "stores": [asdict(line) for line in found.stores], "designers": [asdict(line) for line in found.designers],
        "contracts": [[row.ref, row.contract.paper.ref, money(row.contract.total)] for row in found.contracts],
    }  # fmt: skip


def thawed(data: dict[str, Any]) -> Figures:
    """Frozen figures as the page shows them."""

    def line(told: dict[str, Any]) -> Line:
        sums = {name: Decimal(told[name]) for name in ("signed", "changes", "received", "outstanding")}
        return Line(**(told | sums))

    return Figures(line(data["total"]), [line(x) for x in data["stores"]], [line(x) for x in data["designers"]])


def statistics_content(period: Period, found: Figures, *, as_of: date, closed: bool) -> StatisticsContent:
    def line(told: Line) -> StatLine:
        return StatLine(told.name, told.count, told.signed, told.changes, told.received, told.outstanding, told.completed)

    return StatisticsContent(
        period=period.key, from_on=period.start, until_on=period.last, as_of=as_of, closed=closed, total=line(found.total),
        stores=[line(x) for x in found.stores], designers=[line(x) for x in found.designers],
        contracts=[
            [
                row.contract.paper.ref, row.customer_name, row.address, str(row.designer or ""), row.contract.signed_on.isoformat(),
                money(row.contract.total), money(owed_still(row)),
            ]
            for row in found.contracts
        ],
    )  # fmt: skip


def late_of(site: Project) -> list[str]:
    """What is late in one contract today, in words."""
    today, found = site.on, []
    for row in site.money.instalments:
        if row.is_late(today):
            found.append(_("{name}: {rest} since {day}").format(name=row.name, rest=f"¥{row.rest:,.2f}", day=row.due_on.isoformat()))
    if site.started_on is None and site.starts_on < today and site.stage not in (Stage.CANCELLED, Stage.PAUSED):
        found.append(_("The works have not started; agreed was {day}").format(day=site.starts_on.isoformat()))
    if site.stage not in (*AFTER_ACCEPTANCE, Stage.CANCELLED) and site.completed_on is None and site.due_on < today:
        found.append(_("The works are not completed; agreed was {day}").format(day=site.due_on.isoformat()))
    return found


# --- the register (P09, P10) -----------------------------------------------------------------------------------------

STATES = ("unsigned", "out", "handed_in", "filed")


@dataclass(frozen=True)
class RegisterFilter:
    """What the register shows, as it stands in the address; `period` with `of` opens a figure of P11."""

    state: str = ""
    q: str = ""
    period: str = ""
    of: str = ""
    store: str = ""
    designer: str = ""

    @classmethod
    def read(cls, query: Any) -> RegisterFilter:
        state, of = query.get("state", ""), query.get("of", "")
        number = {name: (text if (text := query.get(name, "")).isascii() and text.isdigit() and len(text) < 10 else "") for name in ("store", "designer")}
        period = query.get("period", "")
        return cls(
            state=state if state in STATES else "", q=query.get("q", "").strip()[:60], period=period if _KEY.fullmatch(period) else "",
            of=of if of in ("signed", "completed", "received", "changes") else "", **number,
        )


def register(user: Any, wanted: RegisterFilter, today: date) -> QuerySet[Any]:
    """The contracts that the filters choose."""
    rows = contracts_of(user)
    match wanted.state:
        case "unsigned":
            rows = rows.exclude(contract__paper__state__in=Paper.SIGNED_STATES)
        case "out":
            rows = rows.filter(contract__paper__state__in=Paper.SIGNED_STATES, contract__handed_in_at__isnull=True)
        case "handed_in":
            rows = rows.filter(contract__handed_in_at__isnull=False, contract__archived_at__isnull=True)
        case "filed":
            rows = rows.filter(contract__archived_at__isnull=False)
    if wanted.q:
        named = Q(dossier__search__contains=search.query(wanted.q))
        rows = rows.filter(named | Q(contract__blank_serial__iexact=wanted.q) | Q(contract__paper__ref__iexact=wanted.q))
    if wanted.store:
        rows = rows.filter(store=int(wanted.store))
    if wanted.designer:
        rows = rows.filter(designer=int(wanted.designer))
    if wanted.period:
        rows = _of_period(rows, Period.read(wanted.period, today), wanted.of or "signed")
    return rows


def _of_period(rows: QuerySet[Any], period: Period, of: str) -> QuerySet[Any]:
    """The rows behind one figure of the statistics."""
    if of == "completed":
        return rows.filter(accepted_on__gte=period.start, accepted_on__lt=period.until)
    if of == "received":
        return rows.filter(pk__in=Payment.objects.filter(received_on__gte=period.start, received_on__lt=period.until).values("project"))
    if of == "changes":
        signed = (
            ChangeOrder.objects.filter(withdrawn_at__isnull=True, paper__state__in=Paper.SIGNED_STATES)
            .annotate(on=TruncDate(Max("paper__signatures__at"), output_field=DateField()))
            .filter(on__gte=period.start, on__lt=period.until)
        )
        return rows.filter(pk__in=signed.values("project"))
    return rows.filter(contract__signed_on__gte=period.start, contract__signed_on__lt=period.until)


def register_page(user: Any, wanted: RegisterFilter, today: date, *, after: str = "") -> Page[Any]:
    """Fifty contracts, the newest first."""
    return keyset(register(user, wanted, today), order=("-id",), after=after, size=50)


def last_month(today: date) -> date:
    return _after(today.replace(day=1), -1)


