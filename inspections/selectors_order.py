"""Questions about site order: what lies behind a wall, days without a page, whose slips wait, which instruments still count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from core.lists import Page, keyset
from core.policies import narrow
from inspections.choices import DONE, CheckState, Verdict
from inspections.choices_order import FINE_LIVING, FineState, StepKind
from inspections.models import (
    Calibration,
    CheckResult,
    Delivery,
    DeliveryLine,
    DiaryDay,
    Incident,
    IncidentStep,
    Photo,
    SafetyBriefing,
    SiteFine,
    SiteNote,
    SiteOrderCheck,
    SitePhoto,
    Tool,
)
from inspections.order_data import order_rules
from inspections.policies_order import SEE_DIARY, SEE_FINES, SEE_INCIDENTS
from leads.models import Room
from projects.choices import WORKING
from projects.models import Project
from projects.models.base import mine

CONCEALED = ("C3", "C4")  # what is covered afterwards: pipes and wires, waterproofing
DIARY_SHOWN = 45


def shown(photo: Any, caption: str = "") -> dict[str, str]:
    ident = photo.attachment.public_id
    return {
        "thumb": reverse("file-thumb", args=[ident]),
        "url": reverse("file", args=[ident]),
        "caption": caption or photo.attachment.caption,
    }


def rooms_of(project: Project) -> list[Any]:
    """The rooms of the survey, in their order."""
    return list(Room.objects.filter(home=project.home_id, removed_at__isnull=True))


# --- what lies behind this wall ------------------------------------------------------------------------------------------


@dataclass
class Behind:
    """One item of a concealed check as it was seen in a room: what, how it came out, when, by whom, the pictures."""

    code: str
    title: str
    check: str
    attempt: int
    passed: bool
    verdict: str
    good: bool
    measured: str
    note: str
    at: datetime
    by: str
    tool: str
    url: str
    photos: list[dict[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass
class RoomBehind:
    """A room with what was covered in it; `key` is the room's number, 0 for what was seen without a room."""

    key: int
    name: str
    items: list[Behind] = field(default_factory=list)

    @property
    def photos(self) -> int:
        return sum(len(item.photos) for item in self.items)


def behind_the_walls(project: Project, codes: Iterable[str] = CONCEALED) -> list[RoomBehind]:
    """Everything covered, by room: four queries whatever the number of photos.  An item seen without a room stands under the whole home."""
    photos = (
        Photo.objects.filter(
            result__project=project,
            result__quality_check__code__in=tuple(codes),
            result__quality_check__state__in=(CheckState.PASSED, CheckState.FAILED),
        )
        .select_related("attachment", "room")
        .order_by("result__quality_check__code", "result__quality_check__attempt", "result__item__seq", "pk")
    )
    results = {
        row.pk: row
        for row in CheckResult.objects.filter(
            project=project, quality_check__code__in=tuple(codes), verdict__in=DONE
        ).select_related("item", "quality_check", "by", "tool")
    }
    rooms = {room.pk: RoomBehind(room.pk, room.name) for room in rooms_of(project)}
    whole = RoomBehind(0, "")
    seen: dict[tuple[int, int], Behind] = {}
    latest: dict[int, int] = {}  # a picture that a later attempt carries on is shown once, with the later attempt
    rows = [photo for photo in photos if photo.result_id in results]
    for photo in rows:
        latest[photo.attachment_id] = photo.result_id or 0
    for photo in rows:
        if latest[photo.attachment_id] != photo.result_id:
            continue
        room = rooms.setdefault(photo.room.pk, RoomBehind(photo.room.pk, photo.room.name)) if photo.room else whole
        key = (room.key, photo.result_id or 0)
        if key not in seen:
            seen[key] = _behind(results[photo.result_id or 0], project)
            room.items.append(seen[key])
        seen[key].photos.append(shown(photo, photo.place))
        if photo.place and photo.place not in seen[key].places:
            seen[key].places.append(photo.place)
    found = [room for room in rooms.values() if room.items] + ([whole] if whole.items else [])
    return found + [room for room in rooms.values() if not room.items]


def _behind(row: CheckResult, project: Project) -> Behind:
    check = row.quality_check
    return Behind(
        row.item.code, row.item.title, check.code, check.attempt, check.state == CheckState.PASSED, str(row.get_verdict_display()),
        row.verdict in (Verdict.PASS, Verdict.RECORDED), row.measured, row.note, row.at, str(row.by), str(row.tool or ""),
        reverse("inspections:check", args=[project.ref, check.code, check.attempt]),
    )  # fmt: skip


# --- lists of one site -----------------------------------------------------------------------------------------------


def walks_of(project: Project, most: int = 30) -> list[SiteOrderCheck]:
    rows = (
        SiteOrderCheck.objects.filter(project=project)
        .select_related("by")
        .annotate(faults=Count("findings"))
        .order_by("-number")
    )
    return [_of_project(row, project) for row in rows[:most]]


def _of_project(row: Any, project: Project) -> Any:
    row.project = project
    return row


def deliveries_of(project: Project, most: int = 30) -> list[dict[str, Any]]:
    """The deliveries with their lines and pictures; three queries."""
    rows = list(
        Delivery.objects.filter(project=project)
        .select_related("by", "paper", "quality_check")
        .order_by("-number")[:most]
    )
    lines: dict[int, list[DeliveryLine]] = {}
    for line in DeliveryLine.objects.filter(delivery__in=rows).select_related("removed_by", "certificate_scan"):
        lines.setdefault(line.delivery_id, []).append(line)
    pictures = photos_by("line", SitePhoto.objects.filter(line__delivery__in=rows))
    return [
        {"row": row, "lines": [{"line": line, "photos": pictures.get(line.pk, [])} for line in lines.get(row.pk, [])]}
        for row in rows
    ]


def photos_by(name: str, rows: QuerySet[SitePhoto]) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = {}
    for photo in rows.select_related("attachment"):
        found.setdefault(getattr(photo, f"{name}_id"), []).append(shown(photo))
    return found


@dataclass(frozen=True)
class DiaryPage:
    """A day of the diary, written or missing."""

    day: date
    row: DiaryDay | None
    photos: list[dict[str, str]]


def diary_of(project: Project, today: date) -> tuple[list[DiaryPage], int]:
    """(the days backwards from today, missing ones in their place; how many are missing of those shown).

    A day is asked for from the day the crew came in until the works were done, rests of the site left out.
    """
    rows = {
        row.day: row
        for row in DiaryDay.objects.filter(project=project).select_related("by", "looked_by")[: DIARY_SHOWN + 15]
    }
    pictures = photos_by("diary", SitePhoto.objects.filter(diary__in=list(rows.values())))
    asked = asked_days(project, today)
    days = sorted({*rows, *asked}, reverse=True)[:DIARY_SHOWN]
    pages = [DiaryPage(day, rows.get(day), pictures.get(rows[day].pk, []) if day in rows else []) for day in days]
    return pages, sum(page.row is None for page in pages)


def asked_days(project: Project, today: date) -> list[date]:
    """The days on which works went on, without today (its evening has not come) and without pauses and declared stops; two queries."""
    spans, began = [], None
    for change in project.stage_changes.order_by("seq"):
        on = timezone.localtime(change.at).date()
        if change.to_stage in WORKING and began is None:
            began = on
        elif change.to_stage not in WORKING and began is not None:
            spans.append((began, on))
            began = None
    if began is not None:
        spans.append((began, today))
    earliest = today - timedelta(days=DIARY_SHOWN)
    days = [first + timedelta(days=n) for first, last in spans for n in range((last - first).days)]
    stops = list(project.stops.values_list("from_on", "until_on"))
    return [day for day in days if day >= earliest and not any(first <= day <= (last or today) for first, last in stops)]


def notes_of(project: Project, most: int = 30) -> list[dict[str, Any]]:
    rows = list(
        SiteNote.objects.filter(project=project)
        .select_related("told_to", "answered_by", "room", "paper", "by")
        .order_by("-number")[:most]
    )
    pictures = photos_by("note", SitePhoto.objects.filter(note__in=rows))
    return [{"row": row, "photos": pictures.get(row.pk, [])} for row in rows]


def briefings_of(project: Project, most: int = 30) -> list[SafetyBriefing]:
    return list(SafetyBriefing.objects.filter(project=project).select_related("by", "paper").order_by("-number")[:most])


def unbriefed(project: Project, briefings: Iterable[SafetyBriefing]) -> list[str]:
    """Crews that came in and were not briefed, by their name; no gate, a fact that is shown."""
    told = {row.crew for row in briefings}
    return [
        crew
        for crew in dict.fromkeys(project.arrivals.order_by("pk").values_list("crew", flat=True))
        if not any(name in crew or crew in name for name in told)
    ]


def fines_of(project: Project) -> tuple[list[SiteFine], Decimal]:
    """(the slips, what stands of them)."""
    rows = [
        _of_project(row, project)
        for row in SiteFine.objects.filter(project=project)
        .select_related("foreman", "by", "paper")
        .order_by("-number")[:50]
    ]
    return rows, SiteFine.objects.filter(project=project).aggregate(sum=Sum("final_amount"))["sum"] or Decimal(0)


def incidents_of(project: Project, most: int = 30) -> list[Incident]:
    return [
        _of_project(row, project)
        for row in _with_state(Incident.objects.filter(project=project)).order_by("-number")[:most]
    ]


def _with_state(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    closed = IncidentStep.objects.filter(incident=OuterRef("pk"), kind=StepKind.CLOSED)
    return rows.select_related("by").annotate(is_closed=Exists(closed), steps_written=Count("steps"))


# --- lists across the sites ------------------------------------------------------------------------------------------


def fine_list(user: Any, *, show: str, after: str) -> Page[SiteFine]:
    rows = narrow(SiteFine.objects.all(), user, SEE_FINES, own=mine(user, "project__")).select_related(
        "project", "foreman", "by"
    )
    if show == "open":
        rows = rows.filter(state__in=(FineState.PENDING, *FINE_LIVING))
    elif show == "appealed":
        rows = rows.filter(state__in=(FineState.PENDING, FineState.APPEALED))
    return keyset(rows, order=("-id",), after=after)


def sums_by_foreman(user: Any) -> list[dict[str, Any]]:
    """What stands against each foreman, and how many slips are open."""
    rows = narrow(SiteFine.objects.all(), user, SEE_FINES, own=mine(user, "project__"))
    return list(
        rows.exclude(state=FineState.VOID)
        .order_by()
        .values(name=F("foreman__full_name"))
        .annotate(stands=Sum("final_amount"), slips=Count("pk"), open=Count("pk", filter=~Q(state=FineState.FIRM)))
        .order_by("-stands", "name")[:30]  # type: ignore[arg-type]
    )


def incident_list(user: Any, *, show: str, after: str) -> Page[Incident]:
    rows = _with_state(narrow(Incident.objects.all(), user, SEE_INCIDENTS, own=mine(user, "project__"))).select_related(
        "project", "by"
    )
    if show == "open":
        rows = rows.filter(is_closed=False)  # type: ignore[misc]
    return keyset(rows, order=("-id",), after=after)


def diary_list(user: Any, *, show: str, after: str, today: date) -> Page[Project]:
    """Sites at work with the last page of their diary and the pages nobody has looked at."""
    pages = DiaryDay.objects.filter(project=OuterRef("pk")).order_by()
    rows = (
        narrow(Project.objects.filter(stage__in=WORKING), user, SEE_DIARY, own=mine(user))
        .select_related("supervisor", "project_manager")
        .annotate(
            last_day=Subquery(pages.values("project").annotate(n=Max("day")).values("n")),
            unlooked=Subquery(
                pages.filter(looked_at__isnull=True).values("project").annotate(n=Count("pk")).values("n")
            ),
        )
    )
    if show == "missing":
        rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__lt=today - timedelta(days=1)))
    elif show == "unlooked":
        rows = rows.filter(unlooked__gt=0)
    return keyset(rows, order=("id",), after=after)


# --- instruments -----------------------------------------------------------------------------------------------------


def tools_for(user: Any, today: date) -> list[Tool]:
    """The instruments of the person's stores with the calibration in force, the first to run out on top."""
    last = Calibration.objects.filter(tool=OuterRef("pk")).order_by("-valid_until", "-pk")
    rows = (
        Tool.objects.visible_to(user)
        .select_related("store")
        .annotate(
            valid_until=Subquery(last.values("valid_until")[:1]),
            certificate=Subquery(last.values("certificate")[:1]),
            calibrated_on=Subquery(last.values("calibrated_on")[:1]),
        )
        .order_by(F("retired_on").desc(nulls_first=True), "valid_until", "number")[:200]
    )
    found = list(rows)
    for row in found:
        until = row.valid_until  # type: ignore[attr-defined]
        soon = today + timedelta(days=order_rules().calibration_warn_days)
        late = until is None or until < today
        row.tone = "info" if row.retired_on else "late" if late else "soon" if until <= soon else "done"  # type: ignore[attr-defined]
    return list(found)


def tools_of_store(store_id: int, today: date) -> list[Tool]:
    """The instruments in use of a store, with whether their calibration is in force; for the item of a check."""
    ok = Calibration.objects.filter(tool=OuterRef("pk"), calibrated_on__lte=today, valid_until__gte=today)
    return list(Tool.objects.filter(store=store_id, retired_on__isnull=True).annotate(counts=Exists(ok)))
