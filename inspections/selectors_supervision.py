"""Questions about supervision: what a site has and lacks, which sites lack something, plans, facts, check-ins, crews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.lists import Page, keyset
from core.models import Deadline
from core.policies import narrow
from inspections import deadlines, policies_supervision, supervision
from inspections.choices import CheckState
from inspections.models import (
    Attendance,
    Bulletin,
    ClientExchange,
    CrewRating,
    DailyCheckIn,
    JointInspection,
    MandatoryVisit,
    Patrol,
    PatrolPlan,
    PlanEntry,
    ProgressReport,
    QualityCheck,
    ServiceBook,
    SiteMeeting,
    SupervisionFact,
    TradeAcceptance,
)
from inspections.models.joint import reports_there
from inspections.selectors import FAR, sites
from inspections.services import plans, visits
from inspections.services.defects import PATROLLED
from projects.choices import Stage
from projects.models import Crew, Disclosure, Project
from staff import posts
from staff.models import Holding, User

# --- one site -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Must:
    """One of the five must-visits, or one of the manager's three acceptances, on a site."""

    code: str
    title: str
    done: bool
    at: datetime | None
    missed: bool  # the acceptance has passed, and nobody wrote down to have been there


@dataclass(frozen=True)
class TradeLine:
    """A trade of the site: not yet, refused, accepted and waiting for signatures, accepted and signed."""

    trade: str
    title: str
    check: str
    state: str
    paper: str


@dataclass(frozen=True)
class Board:
    """What is counted on a site, each by itself."""

    patrols: int
    patrol: Deadline | None
    next_planned: date | None
    exchanges: int
    exchanges_asked: int
    must_visits: list[Must]
    manager: list[Must]
    trades: list[TradeLine]
    facts: list[SupervisionFact]
    book: ServiceBook | None

    @property
    def exchanges_short(self) -> int:
        return max(self.exchanges_asked - self.exchanges, 0)

    @property
    def visited(self) -> int:
        return sum(row.done for row in self.must_visits)

    @property
    def managed(self) -> int:
        return sum(row.done for row in self.manager)

    @property
    def accepted(self) -> int:
        return sum(row.state in ("signed", "waits") for row in self.trades)


def board_of(project: Project, *, at: datetime) -> Board:
    """The counts of a site; a fixed number of queries."""
    checks = list(QualityCheck.objects.filter(project=project).select_related("paper").order_by("attempt"))
    passed = {check.code: check for check in checks if check.state == CheckState.PASSED}
    made = {row.code: row.at for row in MandatoryVisit.objects.filter(project=project)}
    there = set(
        Attendance.objects.filter(quality_check__project=project, quality_check__state=CheckState.PASSED, party="engineering_manager").values_list(
            "quality_check__code", flat=True
        )
    )
    today = timezone.localtime(at).date()
    coming = [line.on for line in plans.lines_of(_entries_of(project, today), at=at) if line.state in ("planned", "moved") and line.on >= today]
    must = supervision.must_visits()
    names = {code: row.title for code, row in must.items()}
    return Board(
        patrols=Patrol.objects.filter(project=project).count(),
        patrol=Deadline.objects.filter(clock=deadlines.PATROL.id, dossier=project.dossier_id, stopped_at__isnull=True).first(),
        next_planned=min(coming, default=None),
        exchanges=ClientExchange.objects.filter(project=project, counts=True).count(), exchanges_asked=supervision.rules().least_exchanges,
        must_visits=[Must(code, row.title, code in made, made.get(code), code in passed and code not in made) for code, row in must.items()],
        manager=[
            Must(code, names.get(code, code), code in there, passed[code].concluded_at if code in there else None, code in passed and code not in there)
            for code in supervision.rules().manager
        ],
        trades=_trades(project, passed),
        facts=list(SupervisionFact.objects.filter(project=project).select_related("person").order_by("-on", "-pk")[:20]),
        book=ServiceBook.objects.filter(project=project).select_related("paper").order_by("-number").first(),
    )  # fmt: skip


def _entries_of(project: Project, today: date) -> QuerySet[PlanEntry]:
    return PlanEntry.objects.filter(Q(on__gte=today) | Q(deviations__new_on__gte=today), project=project).distinct()


def _trades(project: Project, passed: dict[str, QualityCheck]) -> list[TradeLine]:
    last: dict[str, TradeAcceptance] = {}
    for row in TradeAcceptance.objects.filter(project=project).select_related("paper").order_by("attempt"):
        last[row.trade] = row
    found = []
    for trade in visits.trades_of(project):
        check, own = passed.get(trade.check), last.get(trade.trade)
        if trade.check:
            state = "not_yet" if check is None else "signed" if check.cleared_at else "waits"
            paper = check.paper.ref if check is not None and check.paper else ""
        else:
            state = "not_yet" if own is None else "refused" if not own.passed else "signed" if own.paper and own.paper.is_signed else "waits"
            paper = own.paper.ref if own is not None and own.paper else ""
        found.append(TradeLine(trade.trade, trade.title, trade.check, state, paper))
    return found


# --- across the sites -----------------------------------------------------------------------------------------------------------

SHOWS = ("late", "exchanges", "visits", "completed")


@dataclass(frozen=True)
class CountRow:
    """One site of the list across sites."""

    ref: str
    customer: str
    address: str
    stage_says: str
    inspector: str
    clock: dict[str, Any] | None
    exchanges: int
    visited: int
    managed: int
    missed: int
    facts: int


def _count(rows: QuerySet[Any], path: str = "project", of: str = "pk") -> Coalesce:
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count(of, distinct=True)).values("n")
    return Coalesce(Subquery(counted), Value(0))


def count_list(user: Any, *, after: str = "", show: str = "", at: datetime) -> Page[CountRow]:
    """Sites under construction with their counts, the patrol that is due first on top; one query and the count.

    late: the patrol; exchanges: completed with fewer than six; visits: a must-visit was missed; completed: waiting for the booklet.
    """
    five = list(supervision.must_visits())
    patrol = Deadline.objects.filter(dossier=OuterRef("dossier"), clock=deadlines.PATROL.id, stopped_at__isnull=True)
    visited = MandatoryVisit.objects.filter(project=OuterRef("project"), code=OuterRef("code"))
    unseen = QualityCheck.objects.filter(~Exists(visited), state=CheckState.PASSED, code__in=five)
    three = supervision.rules().manager
    manager = Attendance.objects.filter(party="engineering_manager", quality_check__state=CheckState.PASSED, quality_check__code__in=three)
    rows = (
        sites(user)
        .filter(stage__in=(*PATROLLED, Stage.PAUSED))
        .select_related("inspector")
        .annotate(
            due=Coalesce(Subquery(patrol.values("due_at")[:1]), Value(FAR)), started=Subquery(patrol.values("started_at")[:1]),
            paused=Subquery(patrol.values("paused_at")[:1]), exchanged=_count(ClientExchange.objects.filter(counts=True)),
            visited=_count(MandatoryVisit.objects.all()), missed=_count(unseen, of="code"),
            managed=_count(manager, "quality_check__project", "quality_check__code"), fact_count=_count(SupervisionFact.objects.all()),
        )
    )  # fmt: skip
    if show == "late":
        rows = rows.filter(due__lt=at, paused__isnull=True)
    elif show == "exchanges":
        rows = rows.filter(exchanged__lt=supervision.rules().least_exchanges, stage=Stage.COMPLETED)
    elif show == "visits":
        rows = rows.filter(missed__gt=0)
    elif show == "completed":
        rows = rows.filter(stage=Stage.COMPLETED)
    page = keyset(rows, order=("due", "id"), after=after)
    return Page([_count_row(row) for row in page.rows], page.next, page.count, page.capped, page.first)


def _count_row(row: Any) -> CountRow:
    clock = {"started_at": row.started, "due_at": row.due, "paused_at": row.paused, "stopped_at": None} if row.started else None
    return CountRow(
        row.ref, row.customer_name, row.address, str(Stage(row.stage).label), str(row.inspector or ""), clock, row.exchanged, row.visited, row.managed,
        row.missed, row.fact_count,
    )  # fmt: skip


def exchanges_of(project: Project) -> list[ClientExchange]:
    return list(ClientExchange.objects.filter(project=project).select_related("by").order_by("-number")[:60])


def visits_of(project: Project) -> dict[str, MandatoryVisit]:
    return {row.code: row for row in MandatoryVisit.objects.filter(project=project).select_related("by")}


# --- plans -------------------------------------------------------------------------------------------------------------------------


def plan_list(user: Any, *, after: str = "") -> Page[PatrolPlan]:
    rows = PatrolPlan.objects.visible_to(user).select_related("inspector", "paper").annotate(count=Count("entries"))
    return keyset(rows, order=("-starts_on", "-id"), after=after)


def lines_of_plan(plan: PatrolPlan, *, at: datetime) -> list[plans.Line]:
    return plans.lines_of(plan.entries.select_related("project"), at=at)


# --- facts, check-ins, reports ---------------------------------------------------------------------------------------------------


def fact_list(user: Any, *, after: str = "", kind: str = "", show: str = "") -> Page[SupervisionFact]:
    rows = SupervisionFact.objects.visible_to(user).select_related("person", "project", "ruled_by")
    if kind:
        rows = rows.filter(kind=kind)
    if show == "mine":
        rows = rows.filter(person=user)
    elif show == "unsaid":
        rows = rows.filter(reason="")
    elif show == "undecided":
        rows = rows.exclude(reason="").filter(holds__isnull=True)
    return keyset(rows, order=("-on", "-id"), after=after)


def check_in_list(user: Any, *, after: str = "") -> Page[DailyCheckIn]:
    rows = DailyCheckIn.objects.visible_to(user).select_related("person", "by")
    return keyset(rows, order=("-on", "-id"), after=after)


def reporters(user: Any) -> QuerySet[User]:
    """Whose call this person may note: those who report back, in the stores where the post is held."""
    stores = policies_supervision.TAKE_CALL.stores(user)
    held = Holding.objects.open().filter(user=OuterRef("pk"), post__in=(posts.QUALITY_INSPECTOR, posts.SITE_SUPERVISOR), store__in=stores)
    return User.objects.here().filter(Exists(held)).exclude(pk=user.pk).order_by("pinyin", "pk")


def reported_today(user: Any, *, at: datetime) -> DailyCheckIn | None:
    return DailyCheckIn.objects.filter(person=user, on=timezone.localtime(at).date(), granted=True).first()


def progress_list(user: Any, *, after: str = "", show: str = "") -> Page[ProgressReport]:
    rows = ProgressReport.objects.visible_to(user).select_related("project", "by", "read_by")
    if show == "unread":
        rows = rows.filter(read_at__isnull=True)
    return keyset(rows, order=("-id",), after=after)


# --- the engineering department ------------------------------------------------------------------------------------------------


def joint_list(user: Any, *, after: str = "") -> Page[JointInspection]:
    rows = JointInspection.objects.visible_to(user).select_related("by", "store")
    rows = rows.annotate(sites=Count("visits", distinct=True), faults=Count("visits__findings", distinct=True))
    return keyset(rows, order=("-held_on", "-id"), after=after)


def sites_left(inspection: JointInspection) -> QuerySet[Project]:
    """The sites of the store that are under construction and not in this round yet."""
    return Project.objects.filter(store=inspection.store_id, stage__in=PATROLLED).exclude(pk__in=inspection.visits.values("project")).order_by("ref")


def meeting_list(user: Any, *, after: str = "") -> Page[SiteMeeting]:
    rows = narrow(SiteMeeting.objects.all(), user, policies_supervision.SEE_PLANS, own=reports_there(user)).select_related("by", "store")
    return keyset(rows, order=("-at", "-id"), after=after)


@dataclass(frozen=True)
class CrewRow:
    """A crew in the open rating of a month."""

    crew: Crew
    rating: CrewRating | None
    scores: list[int]
    disclosures: int


def ratings_of(stores: Iterable[int], month: date) -> list[CrewRow]:
    """Every crew of these stores with its last rating of the month, the best first; those without points at the end."""
    last: dict[int, CrewRating] = {}
    for rating in CrewRating.objects.filter(store__in=stores, month=month).select_related("by").order_by("seq"):
        last[rating.crew_id] = rating
    crews = Crew.objects.filter(store__in=stores).filter(Q(ended_on__isnull=True) | Q(pk__in=last)).select_related("store")
    told = Counter[str]()
    for leader, count in _by_leader(stores):
        told[leader] = count
    asked = supervision.criteria()
    rows = [
        CrewRow(crew, last.get(crew.pk), [last[crew.pk].scores.get(code, 0) for code in asked] if crew.pk in last else [], told[crew.leader])
        for crew in crews
    ]
    return sorted(rows, key=lambda row: (-(row.rating.total if row.rating else -1), row.crew.name))


def disclosures_by_leader(store: Any) -> list[tuple[str, int]]:
    """At how many disclosures each crew leader was there (R050)."""
    return _by_leader([store.pk])


def _by_leader(stores: Iterable[int]) -> list[tuple[str, int]]:
    rows = Disclosure.objects.filter(store__in=stores).exclude(crew_leader="")
    return list(rows.values("crew_leader").annotate(n=Count("project", distinct=True)).order_by("-n", "crew_leader").values_list("crew_leader", "n"))


def bulletin_list(stores: Iterable[int], *, after: str = "") -> Page[Bulletin]:
    rows = Bulletin.objects.filter(store__in=stores).select_related("store", "paper", "by")
    return keyset(rows, order=("-month", "-id"), after=after)


__all__ = [
    "SHOWS", "Board", "CountRow", "CrewRow", "Must", "TradeLine", "board_of", "bulletin_list", "check_in_list", "count_list", "disclosures_by_leader",
    "exchanges_of", "fact_list", "joint_list", "lines_of_plan", "meeting_list", "plan_list", "progress_list", "ratings_of", "reported_today", "reporters",
    "sites_left", "visits_of",
]  # fmt: skip
