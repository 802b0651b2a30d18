"""Questions about sites under construction: whose patrol is due, which check is next, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import Page, keyset
from core.models import Deadline
from core.policies import Permission, narrow
from inspections import deadlines
from inspections.checks import Check, checks
from inspections.choices import CHECKS, CheckState, RectificationState
from inspections.models import Patrol, QualityCheck, Rectification
from inspections.policies import SEE_CHECKS
from projects.choices import BEFORE_WORK, WORKING, Stage
from projects.models import Project
from projects.models.base import mine

INSPECTED = (Stage.PERMIT_FILING, Stage.DISCLOSED, *WORKING, Stage.COMPLETED, Stage.PAUSED)
FAR = datetime(9999, 1, 1, tzinfo=timezone.get_default_timezone())


def sites(user: Any, permission: Permission = SEE_CHECKS) -> QuerySet[Project]:
    """The sites on which this person may look at checks, or do what the permission says."""
    return narrow(Project.objects.all(), user, permission, own=mine(user))


@dataclass(frozen=True)
class SiteRow:
    """One site of today's list."""

    ref: str
    customer: str
    address: str
    stage: str
    stage_says: str
    inspector: str
    clock: dict[str, Any] | None
    next_code: str
    next_says: str
    open_code: str
    open_attempt: int
    faults: int
    passed: int


def site_list(user: Any, *, after: str = "", late: bool = False, at: datetime) -> Page[SiteRow]:
    """Sites in works, the patrol that is due first on top; one query and the count."""
    patrol = Deadline.objects.filter(dossier=OuterRef("dossier"), clock=deadlines.PATROL.id, stopped_at__isnull=True)
    faults = (
        Rectification.objects.filter(project=OuterRef("pk"))
        .exclude(state=RectificationState.ACCEPTED)
        .order_by()
        .values("project")
        .annotate(n=Count("pk"))
        .values("n")
    )
    every = QualityCheck.objects.filter(project=OuterRef("pk")).order_by("code", "attempt")
    rows = (
        sites(user)
        .filter(stage__in=INSPECTED)
        .select_related("inspector")
        .annotate(
            due=Coalesce(Subquery(patrol.values("due_at")[:1]), Value(FAR)),
            started=Subquery(patrol.values("started_at")[:1]),
            paused=Subquery(patrol.values("paused_at")[:1]),
            fault_count=Coalesce(Subquery(faults), 0),
            check_rows=ArraySubquery(
                every.values(row=JSONObject(code="code", attempt="attempt", state="state", cleared="cleared_at"))
            ),
        )
    )
    if late:
        rows = rows.filter(due__lt=at, paused__isnull=True)
    page = keyset(rows, order=("due", "id"), after=after)
    return Page(
        rows=[_site_row(row) for row in page.rows],
        next=page.next,
        count=page.count,
        capped=page.capped,
        first=page.first,
    )


def _site_row(row: Any) -> SiteRow:
    state = _states(row.check_rows)
    running = next(
        ((code, s["attempt"]) for code, s in state.items() if s["state"] in (CheckState.ANNOUNCED, CheckState.OPEN)),
        ("", 0),
    )
    coming = next_check(row.stage, {code: s["state"] for code, s in state.items()})
    clock = (
        {"started_at": row.started, "due_at": row.due, "paused_at": row.paused, "stopped_at": None}
        if row.started
        else None
    )
    return SiteRow(
        ref=row.ref, customer=row.customer_name, address=row.address, stage=row.stage, stage_says=str(Stage(row.stage).label),
        inspector=str(row.inspector or ""), clock=clock, next_code=coming, next_says=title_of(coming) if coming else "",
        open_code=running[0], open_attempt=running[1], faults=row.fault_count,
        passed=sum(s["state"] == CheckState.PASSED for s in state.values()),
    )  # fmt: skip


def _states(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last attempt of each check."""
    return {row["code"]: row for row in rows}


def next_check(stage: str, state: dict[str, str]) -> str:
    """The first check that has not passed and whose stage and predecessors allow it; empty when none does."""
    for code in CHECKS:
        row = checks()[code]
        if (
            state.get(code) != CheckState.PASSED
            and stage in row.stages
            and all(state.get(b) == CheckState.PASSED for b in row.after)
        ):
            return code
    return ""


def title_of(code: str) -> str:
    return checks()[code].title


@dataclass(frozen=True)
class CheckLine:
    """One of the eight on the page of a site."""

    row: Check
    title: str
    check: QualityCheck | None
    can_open: bool
    again: bool
    waits: str


def check_lines(project: Project) -> list[CheckLine]:
    """The eight checks of a site with their last attempt; one query."""
    last: dict[str, QualityCheck] = {}
    for check in QualityCheck.objects.filter(project=project).select_related("paper", "inspector").order_by("attempt"):
        check.project = project
        last[check.code] = check
    passed = {code for code, check in last.items() if check.state == CheckState.PASSED}
    return [_line(checks()[code], last.get(code), project, passed) for code in CHECKS]


def _line(row: Check, check: QualityCheck | None, project: Project, passed: set[str]) -> CheckLine:
    before = [code for code in row.after if code not in passed]
    in_time = project.stage in row.stages and not before
    over = check is not None and check.state == CheckState.PASSED and not row.repeatable
    busy = check is not None and check.is_open
    waits = _("after {codes}").format(codes=_(", ").join(before)) if before else "" if in_time else stages_words(row)
    return CheckLine(row, title_of(row.code), check, in_time and not busy and not over, in_time and over, waits)


def stages_words(row: Check) -> str:
    return _("in the stage “{stage}”").format(
        stage=Stage(row.stages[-1] if row.stages[0] in BEFORE_WORK else row.stages[0]).label
    )


def clocks_of(project: Project) -> list[Deadline]:
    """The open clocks of this app on a site, the first due first."""
    return list(
        Deadline.objects.filter(dossier=project.dossier_id, clock__startswith="inspections.", stopped_at__isnull=True)
        .select_related("owner")
        .order_by("due_at", "pk")
    )


def papers_of(check: QualityCheck) -> list[str]:
    """The numbers of the papers that the conclusion of a check made: its own, and the notice of the faults that are new."""
    notices = Rectification.objects.filter(finding__quality_check=check).order_by("pk").values_list("paper__ref", flat=True)
    return [check.paper.ref, *dict.fromkeys(notices)] if check.paper is not None else []


def clocks_of_check(check: QualityCheck) -> list[Deadline]:
    """The open clocks of one check itself: its signatures, and the items that it left open."""
    site = check.project
    signatures = Q(clock=deadlines.SIGNATURES.id, key=f"{site.ref}/{check.code}/{check.attempt}")
    left_open = Q(clock=deadlines.DEFERRED_ITEM.id, key__startswith=f"{site.ref}/{check.code}-")
    rows = Deadline.objects.filter(signatures | left_open, dossier=site.dossier_id, stopped_at__isnull=True)
    return list(rows.select_related("owner").order_by("due_at", "pk"))


@dataclass(frozen=True)
class FaultRow:
    """One rectification in the list."""

    ref: str
    number: int
    customer: str
    address: str
    text: str
    item_code: str
    severity: str
    severity_says: str
    responsible: str
    state: str
    state_says: str
    clock: dict[str, Any]
    url: str


def rectification_list(user: Any, *, at: datetime, after: str = "", show: str = "") -> Page[FaultRow]:
    """Faults that are not put right yet, the first due first; those whose day is over; or all of them."""
    rows = Rectification.objects.visible_to(user).select_related("project", "finding", "responsible")
    if show == "answered":
        rows = rows.filter(state=RectificationState.ANSWERED)
    elif show == "late":
        rows = rows.filter(state=RectificationState.OPEN, due_at__lt=at)
    elif show == "mine":
        rows = rows.filter(responsible=user, state=RectificationState.OPEN)
    elif show != "all":
        rows = rows.unfinished()
    page = keyset(rows, order=("due_at", "id"), after=after)
    return Page(
        rows=[_fault_row(row) for row in page.rows],
        next=page.next,
        count=page.count,
        capped=page.capped,
        first=page.first,
    )


def _fault_row(row: Rectification) -> FaultRow:
    return FaultRow(
        ref=row.project.ref, number=row.number, customer=row.project.customer_name, address=row.project.address, text=row.finding.text,
        item_code=row.finding.item_code, severity=row.finding.severity, severity_says=row.finding.get_severity_display(),
        responsible=str(row.responsible), state=row.state, state_says=row.get_state_display(), clock=clock_of(row), url=row.get_absolute_url(),
    )  # fmt: skip


def clock_of(row: Rectification) -> dict[str, Any]:
    """The fault's own clock, as the row carries it."""
    stopped = None if row.state == RectificationState.OPEN else row.answered_at
    return {"started_at": row.at, "due_at": row.due_at, "paused_at": None, "stopped_at": stopped}


def faults_of(project: Project) -> list[Rectification]:
    return list(
        Rectification.objects.filter(project=project)
        .unfinished()
        .select_related("finding", "responsible", "project")
        .order_by("due_at")
    )


def patrols_of(project: Project, most: int = 30) -> list[Patrol]:
    return list(
        Patrol.objects.filter(project=project)
        .select_related("by", "paper")
        .annotate(faults=Count("findings", distinct=True))
        .order_by("-number")[:most]
    )


__all__ = [
    "CheckLine", "FaultRow", "SiteRow", "check_lines", "clock_of", "clocks_of", "clocks_of_check", "faults_of", "next_check", "papers_of", "patrols_of",
    "rectification_list", "site_list", "sites", "title_of",
]  # fmt: skip
