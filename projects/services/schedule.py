"""The schedule of a site: drawn from the template of its size, moved with what depends on it, begun and finished (P19, P20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.calendar import evening
from core.models import Paper
from core.refusals import Missing, Refused
from projects import content_preparation as content
from projects import deadlines, plans
from projects.choices import BEFORE_WORK, UNFINISHED, WORKING
from projects.choices_preparation import Buyer, Rhythm
from projects.models import PhaseMove, Project, Schedule, SchedulePhase, SiteMaterial
from projects.papers_preparation import P20
from projects.services.fees import row_key
from projects.services.site import locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts


def _link(site: Project) -> str:
    return f"/projects/{site.ref}/schedule/"


@transaction.atomic
def draw_schedule(
    project: Project, *, starts_on: date | None = None, rhythm: str = Rhythm.DAILY, band: str = "", by: Any, at: datetime
) -> Schedule:
    """Lay the phases out from the template of the home's size, with the main materials and the day by which each is ordered (P19)."""
    site = locked(project, at)
    refuse_unless(site, (*BEFORE_WORK, *WORKING))
    if Schedule.objects.filter(project=site).exists():
        raise Refused(_("The schedule is drawn already; move its phases."))
    size = next((row for row in plans.bands() if row.code == band), None) or plans.band_of(site.area_m2)
    column = plans.bands().index(size)
    start = starts_on or site.started_on or site.starts_on
    days = plans.SiteDays(rhythm, start)
    rows = [(phase.code, phase.days[column], phase.after) for phase in plans.phases().values()]
    laid = plans.lay_out(days, rows, start)
    schedule = Schedule.objects.create(project=site, store=site.store, band=size.code, rhythm=Rhythm(rhythm), by=by, at=at)
    phases = SchedulePhase.objects.bulk_create(
        SchedulePhase(
            project=site, store=site.store, schedule=schedule, code=phase.code, seq=seq, name=phase.name, trade=phase.trade, days=phase.days[column],
            after=list(phase.after), check_code=phase.check, key_date=phase.key, planned_start=laid[phase.code][0], planned_end=laid[phase.code][1],
            first_start=laid[phase.code][0], first_end=laid[phase.code][1], by=by, at=at,
        )
        for seq, phase in enumerate(plans.phases().values(), start=1)
    )  # fmt: skip
    _plan_materials(site, {row.code: row for row in phases}, by, at)
    audit.record(site.dossier, "projects.schedule_drawn", by=by, at=at, starts_on=phases[0].planned_start, ends_on=phases[-1].planned_end)
    return schedule


def _plan_materials(site: Project, phases: dict[str, SchedulePhase], by: Any, at: datetime) -> None:
    """The materials of the template, each needed the day before its phase and ordered so many days earlier."""
    for row in plans.materials():
        phase = phases[row.needed_by]
        needed = phase.planned_start - timedelta(days=1)
        made = SiteMaterial.objects.create(
            project=site, store=site.store, buyer=row.buyer, name=row.name, phase=phase, needed_on=needed, order_by=needed - timedelta(days=row.days),
            by=by, at=at,
        )  # fmt: skip
        start_material_clock(site, made, at)


def start_material_clock(site: Project, row: SiteMaterial, at: datetime) -> None:
    """The clock of what has to happen next with a material; the rest of its life is in services.materials."""
    key, link = row_key(site, row), f"/projects/{site.ref}/materials/"
    if row.buyer == Buyer.CLIENT:
        due = row.needed_on - timedelta(days=1)  # on site not the day before, told in time (000:L11)
        start_clock(deadlines.CLIENT_MATERIAL, site, key=key, at=at, owner=site.foreman or site.project_manager, due_on=due, link=link, about=row.name)
    elif row.ordered_on is None:
        start_clock(deadlines.MATERIAL_ORDER, site, key=key, at=at, owner=site.project_manager, due_on=row.order_by, link=link, about=row.name)
    else:
        start_clock(deadlines.MATERIAL_ARRIVAL, site, key=key, at=at, owner=site.project_manager, due_on=row.promised_on, link=link, about=row.name)


def _phases(site: Project) -> list[SchedulePhase]:
    return list(SchedulePhase.objects.select_for_update(no_key=True, of=("self",)).filter(schedule__project=site).order_by("seq"))


@transaction.atomic
def move_phase(phase: SchedulePhase, *, start: date, days: int | None = None, reason: str, by: Any, at: datetime) -> list[PhaseMove]:
    """Move a phase, or make it longer; everything that depends on it moves as far as it must, each move is a row with its cause.

    A phase that has begun keeps its first day; one that is finished does not move.  Nothing is planned before what it depends on.
    """
    site = locked(phase.project, at)
    refuse_unless(site, UNFINISHED)
    rows = _phases(site)
    row = next(each for each in rows if each.pk == phase.pk)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.finished_on is not None:
        raise Refused(_("This phase is finished."))
    if row.started_on is not None and start != row.planned_start:
        raise Refused(_("This phase has begun; only its length changes."))
    length = days or row.days
    if not 1 <= length <= 200:
        raise Refused(_("A phase takes 1 to 200 days."))
    by_code = {each.code: each for each in rows}
    ready = max((by_code[code].planned_end for code in row.after), default=None)
    if ready is not None and start <= ready:
        names = posts.listed(by_code[code].name for code in row.after if by_code[code].planned_end >= start)
        raise Refused(
            _("A phase begins when what it depends on has ended."),
            [Missing(_("{phase} ends {day} at the earliest.").format(phase=names, day=ready.isoformat()), posts.PROJECT_MANAGER, "P19")],
        )
    if start == row.planned_start and length == row.days:
        raise Refused(_("Nothing would move."))
    rhythm = plans.SiteDays(row.schedule.rhythm, min(start, row.planned_start))
    row.days = length
    return _shift(site, rows, row, rhythm.first(start) if row.started_on is None else start, rhythm, reason.strip(), by, at)


def _shift(
    site: Project, rows: Sequence[SchedulePhase], first: SchedulePhase, start: date, rhythm: plans.SiteDays, reason: str, by: Any, at: datetime,
    end: date | None = None,
) -> list[PhaseMove]:  # fmt: skip
    """Move `first` to its days; then each later phase by as much as what it waits for has moved, earlier or later."""
    before = {row.code: (row.planned_start, row.planned_end) for row in rows}
    by_code, cause = {row.code: row for row in rows}, {}
    first.planned_start, first.planned_end = start, end or rhythm.end(start, first.days)
    changed = {first.code: first}
    for row in rows:
        if row is first or row.finished_on is not None or row.started_on is not None or not set(row.after) & set(changed):
            continue
        was_ready = max(before[code][1] for code in row.after)
        ready = max(by_code[code].planned_end for code in row.after)
        if ready == was_ready:
            continue
        new = rhythm.first(row.planned_start + (ready - was_ready))
        new = max(new, rhythm.first(ready + timedelta(days=1)))
        if new == row.planned_start:
            continue
        row.planned_start, row.planned_end = new, rhythm.end(new, row.days)
        changed[row.code] = row
        cause[row.code] = next(by_code[code] for code in row.after if code in changed)
    SchedulePhase.objects.bulk_update(changed.values(), ["planned_start", "planned_end", "days"])
    moves = PhaseMove.objects.bulk_create(
        PhaseMove(
            project=site, store=site.store, phase=row, from_start=before[code][0], from_end=before[code][1], to_start=row.planned_start,
            to_end=row.planned_end, reason=reason[:200], because_of=cause.get(code), by=by, at=at,
        )
        for code, row in changed.items()
    )  # fmt: skip
    _move_materials(site, changed, by, at)
    for row in changed.values():
        if row.started_on is not None and row.finished_on is None and clocks.is_open(deadlines.PHASE_END, row_key(site, row)):
            clocks.agree(deadlines.PHASE_END, row_key(site, row), due_at=evening(row.planned_end), by=by, at=at)
    audit.record(
        site.dossier, "projects.phase_moved", by=by, at=at, phase=first.name, start=first.planned_start, end=first.planned_end, reason=reason, moved=len(moves)
    )
    return moves


def _move_materials(site: Project, changed: dict[str, SchedulePhase], by: Any, at: datetime) -> None:
    """What is not ordered yet is needed with its phase; its clocks go with it."""
    rows = SiteMaterial.objects.select_for_update(no_key=True, of=("self",)).filter(
        project=site, phase__code__in=changed, ordered_on__isnull=True, arrived_on__isnull=True, dropped_at__isnull=True
    )
    for row in rows.select_related("phase").order_by("id"):
        assert row.phase is not None  # asked for by the filter
        lead = row.needed_on - row.order_by
        row.needed_on = changed[row.phase.code].planned_start - timedelta(days=1)
        row.order_by = row.needed_on - lead
        row.save(update_fields=["needed_on", "order_by"])
        for clock in (deadlines.MATERIAL_ORDER, deadlines.CLIENT_MATERIAL):
            clocks.cancel(clock, row_key(site, row), at=at, by=by)
        start_material_clock(site, row, at)


@transaction.atomic
def start_phase(phase: SchedulePhase, *, on: date, by: Any, at: datetime) -> SchedulePhase:
    """A phase begins: what it depends on has ended; the site is at work."""
    site = locked(phase.project, at)
    refuse_unless(site, UNFINISHED)
    rows = _phases(site)
    row = next(each for each in rows if each.pk == phase.pk)
    if row.started_on is not None:
        raise Refused(_("This phase has begun already."))
    if on > site.on:
        raise Refused(_("This day lies in the future."))
    open_before = [each for each in rows if each.code in row.after and each.finished_on is None]
    gaps = [Missing(_("{phase} is not finished.").format(phase=each.name), f"{posts.FOREMAN},{posts.PROJECT_MANAGER}", "P19") for each in open_before]
    if site.started_on is None and row.after:
        gaps.append(Missing(_("The site is not under construction yet."), posts.PROJECT_MANAGER, "G24"))
    if gaps:
        raise Refused(_("A phase begins when what it depends on has ended."), gaps)
    row.started_on = on
    row.save(update_fields=["started_on"])
    start_clock(
        deadlines.PHASE_END, site, key=row_key(site, row), at=at, owner=site.foreman or site.project_manager, due_on=max(row.planned_end, on),
        link=_link(site), about=row.name,
    )  # fmt: skip
    audit.record(site.dossier, "projects.phase_begun", by=by, at=at, phase=row.name, on=on)
    return row


@transaction.atomic
def finish_phase(phase: SchedulePhase, *, on: date, by: Any, at: datetime) -> SchedulePhase:
    """A phase is finished: later than planned, and what depends on it moves with it; earlier moves nothing by itself."""
    site = locked(phase.project, at)
    rows = _phases(site)
    row = next(each for each in rows if each.pk == phase.pk)
    if row.started_on is None:
        raise Refused(_("This phase has not begun."))
    if row.finished_on is not None:
        raise Refused(_("This phase is finished."))
    if not row.started_on <= on <= site.on:
        raise Refused(_("A phase is finished after it began, today at the latest."))
    if on > row.planned_end:
        rhythm = plans.SiteDays(row.schedule.rhythm, row.planned_start)
        late = (on - row.planned_end).days
        _shift(site, rows, row, row.planned_start, rhythm, _("{phase} ended {n} days later").format(phase=row.name, n=late), by, at, end=on)
    row.finished_on = on
    row.save(update_fields=["finished_on"])
    clocks.stop(deadlines.PHASE_END, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.phase_finished", by=by, at=at, phase=row.name, on=on)
    return row


@transaction.atomic
def issue_schedule(project: Project, *, by: Any, at: datetime) -> Paper:
    """The schedule for the customer (P20): key dates first; a later one replaces the earlier."""
    site = locked(project, at)
    schedule = Schedule.objects.select_related("paper").filter(project=site).first()
    if schedule is None:
        raise Refused(_("There is no schedule yet."), [Missing(_("Draw the schedule first."), posts.PROJECT_MANAGER, "P19")])
    paper = papers.issue(
        P20, dossier=site.dossier, store=site.store, by=by, at=at, content=content.schedule_content(site, schedule, list(schedule.phases.all())),
        replaces=schedule.paper if schedule.paper and schedule.paper.state in ("issued", "signed", "sealed") else None,
    )  # fmt: skip
    schedule.paper = paper
    schedule.save(update_fields=["paper"])
    audit.record(site.dossier, "projects.schedule_issued", by=by, at=at, paper=paper)
    return paper
