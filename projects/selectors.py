"""Questions about sites: typed rows of exactly what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import search
from core.clocks import CLOCKS, running
from core.lists import Page, keyset
from leads.models import Lead, Quotation
from projects import policies
from projects.accounts import Account
from projects.choices import AFTER_ACCEPTANCE, LINE, UNFINISHED, VISITABLE, MoneyKind, Role, Stage
from projects.models import Allocation, ContractStock, Payment, Project


@dataclass(frozen=True)
class MeterPart:
    title: str
    amount: Decimal
    paid: Decimal
    due: date | None
    overdue: bool


@dataclass(frozen=True)
class Meter:
    """The money meter: what is owed, what came, the instalments."""

    total: Decimal
    received: Decimal
    instalments: tuple[MeterPart, ...]


def meter(project: Project) -> Meter:
    """The account as a bar: its parts are the price with all signed changes, those that no instalment carries yet among them."""
    account: Account = project.money
    amounts = [row.due for row in account.instalments]
    loose = account.owed - sum(amounts, Decimal(0))
    for place in reversed(range(len(amounts))):  # what changes have taken away is taken from the last instalments
        less = min(max(-loose, Decimal(0)), amounts[place])
        amounts[place], loose = amounts[place] - less, loose + less
    parts = [
        MeterPart(row.name, amount, min(row.paid, amount), row.due_on, row.paid < amount and row.is_late(project.on))
        for row, amount in zip(account.instalments, amounts, strict=True)
    ]
    if loose > 0:
        parts.append(MeterPart(_("Changes"), loose, min(account.credit, loose), None, False))
    return Meter(account.owed, account.received, tuple(parts))


def in_hand(store: Any) -> Mapping[int, int]:
    """How many unfinished sites each person of a store has; one query."""
    found: dict[int, int] = {}
    rows = Project.objects.filter(store=store, stage__in=UNFINISHED).values_list("project_manager", "supervisor", "inspector", "foreman")
    for people in rows:
        for person in {p for p in people if p}:
            found[person] = found.get(person, 0) + 1
    return found


# --- the list of sites -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SiteFilter:
    """What the list shows, as it stands in the address."""

    stage: str = ""
    who: str = ""
    late: bool = False
    q: str = ""

    @classmethod
    def read(cls, query: Any) -> SiteFilter:
        stage, who = query.get("stage", ""), query.get("who", "")
        return cls(
            stage=stage if stage in Stage.values else "", who=who if who == "mine" else "", late=query.get("late") == "1", q=query.get("q", "").strip()[:60]
        )


@dataclass(frozen=True)
class SiteRow:
    """One line of the list."""

    ref: str
    url: str
    customer: str
    address: str
    stage: str
    stage_says: str
    clock: Any
    act: str
    project_manager: str
    foreman: str
    inspector: str
    designer: str
    due_on: date
    progress: str
    late: bool


def listed(user: Any, wanted: SiteFilter, now: datetime) -> QuerySet[Any]:
    """The sites that the filters choose, each with its most urgent clock."""
    urgent = running(dossier=OuterRef("dossier"), paused_at__isnull=True).order_by("due_at")
    rows = (
        Project.objects.visible_to(user)
        .select_related("project_manager", "foreman", "inspector", "designer", "store")
        .annotate(
            next_due=Subquery(urgent.values("due_at")[:1]),
            clocks=ArraySubquery(urgent.values(row=JSONObject(clock="clock", started_at="started_at", due_at="due_at"))[:1]),
        )
    )
    if wanted.stage:
        rows = rows.filter(stage=wanted.stage)
    elif not wanted.q:
        rows = rows.exclude(stage__in=(Stage.CLOSED, Stage.CANCELLED))
    if wanted.who == "mine":
        mine = Q()
        for role in Role.values:
            mine |= Q(**{role: user})
        rows = rows.filter(mine)
    if wanted.late:
        rows = rows.filter(next_due__lt=now)
    if wanted.q:
        rows = rows.filter(dossier__search__contains=search.query(wanted.q))
    return rows


def page_of(user: Any, wanted: SiteFilter, now: datetime, *, after: str = "") -> Page[Any]:
    """Fifty sites, newest first."""
    return keyset(listed(user, wanted, now), order=("-id",), after=after, size=50)


def row_of(project: Any, now: datetime) -> SiteRow:
    clock = _clock(project.clocks[0]) if project.clocks else None
    today = timezone.localtime(now).date()
    return SiteRow(
        ref=project.ref, url=reverse("projects:file", args=[project.ref]), customer=project.customer_name, address=project.address,
        stage=project.stage, stage_says=str(Stage(project.stage).label), clock=clock, act=clock["act"] if clock else "",
        project_manager=str(project.project_manager or ""), foreman=str(project.foreman or ""), inspector=str(project.inspector or ""),
        designer=str(project.designer or ""), due_on=project.due_on, progress=_progress(project, today), late=bool(clock and clock["due_at"] < now),
    )  # fmt: skip


def stage_counts(user: Any) -> dict[str, int]:
    """How many sites stand at each stage; one query."""
    rows = Project.objects.visible_to(user).order_by().values("stage").annotate(n=Count("pk"))
    found = {row["stage"]: row["n"] for row in rows}
    return {stage: found[stage] for stage in (*[s.value for s in LINE], Stage.PAUSED.value, Stage.CANCELLED.value) if stage in found}


def _progress(project: Any, today: date) -> str:
    """第 23 天／88, as numbers only."""
    if project.started_on is None or project.stage in AFTER_ACCEPTANCE:
        return ""
    return f"{(today - project.started_on).days + 1}/{(project.due_on - project.started_on).days + 1}"


def _clock(row: Mapping[str, Any]) -> dict[str, Any]:
    known = CLOCKS.get(row["clock"])
    return {
        "act": str(known.says) if known else row["clock"], "started_at": datetime.fromisoformat(row["started_at"]),
        "due_at": datetime.fromisoformat(row["due_at"]), "paused_at": None, "stopped_at": None,
    }  # fmt: skip


# --- won enquiries that wait for a contract ---------------------------------------------------------------------------


def waiting_leads(user: Any, permission: Any) -> QuerySet[Lead]:
    """Enquiries whose quotation was accepted and whose contract is not made yet."""
    return Lead.objects.visible_to(user, permission).filter(stage="quoted", quotations__state="accepted", quotations__stale_at__isnull=True).distinct()


def waiting_page(user: Any, permission: Any, *, after: str = "") -> Page[Any]:
    """Fifty of them, the newest first, with their accepted quotation and the deposit."""
    won = Quotation.objects.filter(lead=OuterRef("pk"), state="accepted").values("total")[:1]
    rows = waiting_leads(user, permission).select_related("customer", "home", "designer", "customer_manager").annotate(total=Subquery(won))
    return keyset(rows, order=("-id",), after=after, size=50)


# --- money -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaymentRow:
    """One line of the list of payments."""

    received_on: date
    receipt: str
    receipt_url: str
    customer: str
    address: str
    project: str
    project_url: str
    amount: Decimal
    kind: str
    kind_says: str
    method: str
    by: str
    reversed: bool


def payments_page(user: Any, *, after: str = "", kind: str = "", month: str = "") -> Page[Any]:
    return keyset(payments_of(user, kind=kind, month=month), order=("-received_on", "-id"), after=after, size=50)


def payments_of(user: Any, *, kind: str = "", month: str = "") -> QuerySet[Any]:
    """Payments that this person may see, of a kind and a month (2026-11) if given."""
    rows = Payment.objects.visible_to(user).select_related("project", "receipt", "by").annotate(taken_back=F("reversal__id"))
    if kind in MoneyKind.values:
        rows = rows.filter(kind=kind)
    if month:
        year, number = month.split("-")
        rows = rows.filter(received_on__year=int(year), received_on__month=int(number))
    return rows


def payment_row(payment: Any) -> PaymentRow:
    return PaymentRow(
        received_on=payment.received_on, receipt=payment.receipt.ref, receipt_url=reverse("paper", args=[payment.receipt.ref]),
        customer=payment.project.customer_name, address=payment.project.address, project=payment.project.ref,
        project_url=reverse("projects:payments", args=[payment.project.ref]), amount=payment.amount, kind=payment.kind,
        kind_says=payment.get_kind_display(), method=payment.get_method_display(), by=str(payment.by), reversed=payment.taken_back is not None,
    )  # fmt: skip


def bookings(project: Project, account: Account) -> list[Any]:
    """Every booking of a site, the newest first, each with its `parts`: (name of the instalment, amount)."""
    names = {row.id: row.name for row in account.instalments}
    parts = Allocation.objects.filter(payment=OuterRef("pk")).order_by("id")
    rows: list[Any] = list(
        project.payments.select_related("receipt", "by", "reversal__by", "reverses")
        .annotate(parted=ArraySubquery(parts.values(row=JSONObject(instalment="instalment_id", amount=Cast("amount", CharField())))))
        .order_by("-at", "-id")
    )
    for row in rows:
        row.parts = [(names[part["instalment"]], Decimal(part["amount"])) for part in row.parted]
    return rows


def stock_page(user: Any, *, after: str = "", state: str = "") -> Page[Any]:
    rows = ContractStock.objects.visible_to(user).select_related("store", "taken_by", "handed_in_by")
    if state:
        rows = rows.filter(state=state)
    return keyset(rows, order=("-id",), after=after, size=50)


def stock_counts(user: Any) -> dict[str, int]:
    rows = ContractStock.objects.visible_to(user).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


__all__ = [
    "Meter", "MeterPart", "PaymentRow", "SiteFilter", "SiteRow", "bookings", "in_hand", "listed", "meter", "page_of", "payment_row", "payments_page",
    "row_of", "stage_counts", "stock_counts", "stock_page", "waiting_leads", "waiting_page",
]  # fmt: skip


# --- sites that may be visited (L18) -------------------------------------------------------------------------------------


def visitable(user: Any) -> Any:
    """Sites on the list, as long as there is something to see."""
    rows = Project.objects.visible_to(user, policies.SEE_VISITABLE)
    return rows.filter(open_to_visitors=True, stage__in=VISITABLE).select_related("store", "project_manager", "home")


def could_be_shown(user: Any) -> Any:
    """Sites with something to see that are not on the list."""
    rows = Project.objects.visible_to(user, policies.KEEP_VISITABLE)
    return rows.filter(open_to_visitors=False, stage__in=VISITABLE).order_by("-id")
