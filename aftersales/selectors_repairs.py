"""Questions about repairs: the list, one repair with its history, what repairs cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import policies
from aftersales.choices_repairs import OPEN, Cover, Level, RepairState, Trade
from aftersales.models import (
    Diagnosis,
    PartAway,
    RepairCall,
    RepairCost,
    RepairOrder,
    RepairPayment,
    RepairPhoto,
    RepairRequest,
    RepairReversal,
    Sorting,
    Warranty,
)
from aftersales.repair_terms import categories, exclusions
from aftersales.services import Proposal
from core import search
from core.clocks import CLOCKS
from core.lists import Page, keyset
from core.models import Deadline
from core.money import ZERO
from core.policies import narrow

SHOWS = ("reported", "sorted", "waiting", "ordered", "done", "called", "late", "unpaid", "closed")


@dataclass(frozen=True)
class RepairFilter:
    show: str = ""
    cover: str = ""
    who: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Any) -> RepairFilter:
        show, cover = query.get("show", ""), query.get("cover", "")
        return cls(
            show=show if show in SHOWS else "", cover=cover if cover in Cover.values else "", who="mine" if query.get("who") == "mine" else "",
            q=query.get("q", "").strip()[:60],
        )  # fmt: skip


@dataclass(frozen=True)
class RepairRow:
    """One line of the list."""

    url: str
    ref: str
    where: str
    category: str
    customer: str
    address: str
    state: tuple[str, str]
    cover: tuple[str, str]
    clock: dict[str, Any] | None
    act: str
    technician: str
    told_at: datetime
    charge: Decimal
    late: bool
    urgent: bool


_MINE = ("aftersales.repair_call_back", "aftersales.repair_on_site", "aftersales.repair_mended", "aftersales.repair_call", "aftersales.repair_paid")


def listed(user: Any, wanted: RepairFilter, now: datetime) -> QuerySet[Any]:
    urgent = Deadline.objects.filter(clock__in=_MINE, key=OuterRef("ref"), stopped_at__isnull=True, paused_at__isnull=True).order_by("due_at")
    paid = RepairPayment.objects.filter(repair=OuterRef("pk"), reversal__isnull=True).order_by().values("repair").annotate(n=Sum("amount")).values("n")
    rows = (
        RepairRequest.objects.visible_to(user)
        .select_related("project", "technician")
        .annotate(
            next_due=Subquery(urgent.values("due_at")[:1]), paid=Subquery(paid),
            clocks=ArraySubquery(urgent.values(row=JSONObject(clock="clock", started_at="started_at", due_at="due_at"))[:1]),
        )
    )  # fmt: skip
    match wanted.show:
        case "":
            rows = rows.filter(state__in=OPEN)
        case "late":
            rows = rows.filter(next_due__lt=now)
        case "unpaid":
            rows = rows.filter(Q(paid__isnull=True) | Q(paid__lt=F("charge")), charge__gt=0)
        case "closed":
            rows = rows.filter(state__in=(RepairState.ARCHIVED, RepairState.WITHDRAWN))
        case state:
            rows = rows.filter(state=state)
    if wanted.cover:
        rows = rows.filter(cover=wanted.cover)
    if wanted.who == "mine":
        rows = rows.filter(Q(technician=user) | Q(by=user))
    if wanted.q:
        rows = rows.filter(project__dossier__search__contains=search.query(wanted.q))
    return rows


def page_of(user: Any, wanted: RepairFilter, now: datetime, *, after: str = "") -> Page[Any]:
    """Fifty repairs, the newest first."""
    return keyset(listed(user, wanted, now), order=("-id",), after=after, size=50)


def counts(user: Any) -> dict[str, int]:
    rows = RepairRequest.objects.visible_to(user).filter(state__in=OPEN)
    found: dict[str, int] = rows.aggregate(all=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in OPEN})
    return found


def row_of(repair: Any, now: datetime) -> RepairRow:
    site, kind = repair.project, categories().get(repair.category)
    clock = _clock(repair.clocks[0]) if repair.clocks else None
    return RepairRow(
        url=repair.get_absolute_url(), ref=repair.ref, where=repair.where, category=kind.title if kind else repair.category, customer=site.customer_name,
        address=site.address, state=state_words(repair), cover=cover_words(repair.cover), clock=clock, act=clock["act"] if clock else "",
        technician=str(repair.technician or ""), told_at=repair.at, charge=repair.charge, late=bool(clock and clock["due_at"] < now),
        urgent=repair.level == Level.EMERGENCY,
    )  # fmt: skip


def state_words(repair: RepairRequest) -> tuple[str, str]:
    state = RepairState(repair.state)
    return str(state.label), state.tone


def cover_words(cover: str) -> tuple[str, str]:
    return (str(Cover(cover).label), Cover(cover).tone) if cover else (_("not said yet"), "plain")


def _clock(row: Any) -> dict[str, Any]:
    known = CLOCKS.get(row["clock"])
    return {
        "act": str(known.says) if known else row["clock"], "started_at": datetime.fromisoformat(row["started_at"]),
        "due_at": datetime.fromisoformat(row["due_at"]), "paused_at": None, "stopped_at": None,
    }  # fmt: skip


# --- one repair ----------------------------------------------------------------------------------------------------------


def repairs_for(user: Any, permission: Any = None) -> QuerySet[Any]:
    """The repairs that this person may open, with what their pages show in the head."""
    return RepairRequest.objects.visible_to(user, permission).select_related(
        "project__dossier", "project__store", "project__home", "project__contract__paper", "project__customer", "project__lead", "warranty__paper", "term",
        "store", "signal__earlier", "signal__looked_by",
    )  # fmt: skip


def with_history(rows: QuerySet[Any]) -> QuerySet[Any]:
    """… and everything that happened: the same number of questions however much it is."""
    return rows.prefetch_related(
        "warranty__terms",
        Prefetch("sortings", Sorting.objects.select_related("term", "by", "earlier", "confirms")),
        Prefetch("talks", Diagnosis.objects.select_related("by")),
        Prefetch("orders", RepairOrder.objects.select_related("technician", "appointment", "paper", "feedback").prefetch_related("paper__signatures")),
        Prefetch("photos", RepairPhoto.objects.select_related("attachment")),
        Prefetch("calls", RepairCall.objects.select_related("by")),
        Prefetch("payments", RepairPayment.objects.select_related("receipt", "by")),
        Prefetch("reversals", RepairReversal.objects.select_related("by")),
        Prefetch("parts_away", PartAway.objects.select_related("by")),
        Prefetch("costs", RepairCost.objects.select_related("person", "by")),
    )  # fmt: skip


def photos_of(photos: Sequence[RepairPhoto], when: str = "", order: int | None = None) -> list[dict[str, Any]]:
    return [
        {
            "thumb": reverse("file-thumb", args=[p.attachment.public_id]), "url": reverse("file", args=[p.attachment.public_id]),
            "caption": p.attachment.caption,
        }
        for p in photos
        if (not when or p.when == when) and (order is None or p.order_id == order)
    ]  # fmt: skip


def clocks_of(repair: RepairRequest) -> list[Deadline]:
    rows = Deadline.objects.filter(key=repair.ref, clock__startswith="aftersales.repair_", stopped_at__isnull=True)
    return list(rows.select_related("owner").order_by("due_at"))


def why(found: Proposal) -> list[str]:
    """The reason in words: which part, from when until when, by which paper, which cause, and that open money is no reason."""
    told = {"part": found.term.part, "first": f"{found.starts_on:%Y-%m-%d}", "last": f"{found.until:%Y-%m-%d}", "told": f"{found.told_on:%Y-%m-%d}"}
    lines = [_("%(part)s: covered from %(first)s until %(last)s, told on %(told)s.") % told]
    if found.earlier is not None:
        lines.append(_("The same part was mended under %(ref)s; from that repair it is covered anew.") % {"ref": found.earlier.ref})
    if found.exclusion:
        lines.append(_("Cause left out by the warranty paper: %(cause)s.") % {"cause": exclusions()[found.exclusion].title})
    elif not found.running:
        lines.append(_("The term has run out: the repair is offered at a price."))
    elif found.cover == Cover.STATUTORY and found.floor_until is not None:
        lines.append(_("Within the term that the law asks (until %(day)s): free of charge.") % {"day": f"{found.floor_until:%Y-%m-%d}"})
    else:
        lines.append(_("Within the company's own promise: free of charge."))
    if found.hold:
        lines.append(_("The final payment is open. That is a commercial hold and no reason to charge or to wait."))
    if found.proof_ours:
        lines.append(_("Until %(day)s the company has to show that a defect is not its own.") % {"day": f"{found.proof_until:%Y-%m-%d}"})
    return lines


def why_sorted(row: Sorting) -> list[str]:
    """The same of a sorting that was confirmed."""
    told = {"part": row.term.part, "last": f"{row.until:%Y-%m-%d}"}
    lines = [_("%(part)s: covered until %(last)s.") % told]
    if row.earlier is not None:
        lines.append(_("The same part was mended under %(ref)s; from that repair it is covered anew.") % {"ref": row.earlier.ref})
    if row.exclusion:
        lines.append(_("Cause left out by the warranty paper: %(cause)s.") % {"cause": exclusions()[row.exclusion].title})
        lines.append(_("Shown by: %(evidence)s") % {"evidence": row.evidence})
    if row.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": row.reason})
    if row.hold:
        lines.append(_("The final payment is open. That is a commercial hold and no reason to charge or to wait."))
    return lines


# --- homes to take a fault up for ----------------------------------------------------------------------------------------------


def homes(user: Any, q: str) -> list[Any]:
    """Homes under warranty that the words fit; nothing without words."""
    if not q.strip():
        return []
    rows = Warranty.objects.visible_to(user).in_force().filter(project__dossier__search__contains=search.query(q))
    return list(rows.select_related("project", "paper").order_by("-starts_on", "-id")[:12])


# --- what repairs cost -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CostFilter:
    """The month and what it is opened by."""

    month: date
    trade: str = ""
    crew: str = ""
    person: str = ""
    year: bool = False

    @classmethod
    def read(cls, query: Any, today: date) -> CostFilter:
        if (text := query.get("year", "")).isdigit() and 2000 <= int(text) <= 2200:
            wanted = cls.read({name: query.get(name, "") for name in ("trade", "crew", "person")}, today)
            return replace(wanted, month=date(int(text), 1, 1), year=True)
        try:
            first = datetime.strptime(query.get("month", ""), "%Y-%m").date()
        except ValueError:
            first = today.replace(day=1)
        trade = query.get("trade", "")
        return cls(
            month=first if 2000 <= first.year <= 2200 else today.replace(day=1), trade=trade if trade in Trade.values else "",
            crew=query.get("crew", "").strip()[:80], person=query.get("person", "").strip()[:40],
        )  # fmt: skip

    @property
    def next_month(self) -> date:
        """Where the next month begins, or the next year."""
        return date(self.month.year + 1, 1, 1) if self.year else (self.month + timedelta(days=32)).replace(day=1)

    @property
    def last_month(self) -> date:
        return date(self.month.year - 1, 1, 1) if self.year else (self.month - timedelta(days=1)).replace(day=1)

    @property
    def address(self) -> str:
        """What stands behind the question mark for this month or year."""
        return f"year={self.month.year}" if self.year else f"month={self.month:%Y-%m}"

    @property
    def says(self) -> str:
        return f"{self.month.year}" if self.year else f"{self.month:%Y-%m}"


@dataclass(frozen=True)
class CostSum:
    """One line of a summary: what it is by, how many repairs, material, labour; its address opens the rows."""

    says: str
    value: str
    repairs: int
    material: Decimal
    labour: Decimal

    @property
    def total(self) -> Decimal:
        return self.material + self.labour


def costs_seen(user: Any) -> QuerySet[Any]:
    return narrow(RepairCost.objects.all(), user, policies.SEE_REPAIR_COST)


def costs_listed(user: Any, wanted: CostFilter) -> QuerySet[Any]:
    """The rows of a month that the filters choose."""
    rows = costs_of_month(user, wanted)
    if wanted.trade:
        rows = rows.filter(trade=wanted.trade)
    if wanted.crew:
        rows = rows.filter(crew=wanted.crew)
    if wanted.person:
        rows = rows.filter(person__username=wanted.person)
    return rows.select_related("repair__project", "person", "store").order_by("-pk")


def costs_of_month(user: Any, wanted: CostFilter) -> QuerySet[Any]:
    zone = timezone.get_current_timezone()
    first, after = (datetime.combine(day, datetime.min.time(), zone) for day in (wanted.month, wanted.next_month))
    return costs_seen(user).filter(at__gte=first, at__lt=after)


def cost_sums(rows: QuerySet[Any]) -> dict[str, list[CostSum]]:
    """The month by trade, by crew, by person and by store: facts, one question each."""
    found: dict[str, list[CostSum]] = {}
    for name, fields in (("trade", ("trade",)), ("crew", ("crew",)), ("person", ("person__full_name", "person__username")), ("store", ("store__name",))):
        grouped = rows.order_by().values(*fields).annotate(n=Count("repair", distinct=True), m=Sum("material"), w=Sum("labour")).order_by(*fields)
        found[name] = [_sum(name, row, fields) for row in grouped if row[fields[-1]]]
    return found


def _sum(name: str, row: Any, fields: Sequence[str]) -> CostSum:
    says = str(Trade(row["trade"]).label) if name == "trade" else str(row[fields[0]])
    return CostSum(says, str(row[fields[-1]]), row["n"], row["m"] or ZERO, row["w"] or ZERO)
