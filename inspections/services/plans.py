"""Verbs of the patrol plan: propose, plan, announce what will be otherwise; and how each line came out (I01, IN-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, papers
from core.calendar import begins, is_working_day, span_of
from core.models import Deadline
from core.refusals import Missing, Refused
from inspections import deadlines, supervision
from inspections import papers as sheets
from inspections import papers_supervision as more
from inspections.choices_supervision import EntryState, PlanSpan
from inspections.models import Patrol, PatrolPlan, PlanDeviation, PlanEntry
from inspections.services.defects import PATROLLED
from projects.choices import Stage
from projects.models import Project, ProjectStageChange
from projects.services.rests import rests_of
from projects.services.site import under_lock
from staff import posts
from staff.models import User

INTERVAL = 5  # R040
WEEK, MONTH = 7, 31


@dataclass(frozen=True)
class Proposed:
    """A patrol that the system proposes: where, on which day, and when it is due at the latest."""

    project: Project
    on: date
    due_on: date


def propose(inspector: Any, *, starts_on: date, ends_on: date, at: datetime) -> list[Proposed]:
    """Each site of the inspector on the last working day that is not later than its due day, then every five days (R040).

    What is late already comes first; a site that rests is not planned; a day that is full gives way to an earlier one.
    """
    rows = Deadline.objects.filter(clock=deadlines.PATROL.id, owner=inspector, stopped_at__isnull=True, paused_at__isnull=True)
    due = {row.dossier_id: timezone.localtime(row.due_at).date() for row in rows}
    sites = Project.objects.filter(dossier__in=due, inspector=inspector, stage__in=PATROLLED).select_related("store").order_by("pk")
    first = max(starts_on, timezone.localtime(at).date())
    load: dict[date, int] = defaultdict(int)
    found: list[Proposed] = []
    for site in sorted(sites, key=lambda site: (due[site.dossier_id], site.pk)):
        latest = max(due[site.dossier_id], first)
        while latest <= ends_on:
            day = _day(latest, first, load)
            load[day] += 1
            found.append(Proposed(site, day, latest))
            latest = day + timedelta(days=INTERVAL)
    return sorted(found, key=lambda row: (row.on, row.project.pk))


def _day(latest: date, first: date, load: dict[date, int]) -> date:
    """The last working day up to `latest` that is not full; else `latest` itself."""
    earliest = max(first, latest - timedelta(days=INTERVAL - 1))
    days = [latest - timedelta(days=n) for n in range((latest - earliest).days + 1)]
    free = [day for day in days if is_working_day(day)]
    return next((day for day in free if load[day] < supervision.rules().proposal), free[0] if free else latest)


@transaction.atomic
def make_plan(*, inspector: Any, span: str, starts_on: date, lines: Sequence[tuple[Project, date]], by: Any, at: datetime) -> PatrolPlan:
    """The inspector's plan of a week or a month, frozen as I01; what is otherwise later is announced line by line (Q56).

    One person has one plan for a day: the database holds that, too.
    """
    here = User.objects.select_for_update(no_key=True, of=("self",)).select_related("home_store__dossier").get(pk=inspector.pk)
    if by.pk != here.pk:
        raise Refused(_("{name} plans these patrols.").format(name=here), [Missing(_("The plan is missing."), posts.QUALITY_INSPECTOR)])
    first, last = span_of(span, starts_on)
    if first != starts_on:
        raise Refused(_("A plan begins with its week or month: on {day}.").format(day=first.isoformat()))
    if timezone.localtime(at).date() > last:
        raise Refused(_("This time is over; a plan is made ahead."))
    if PatrolPlan.objects.filter(inspector=here, starts_on__lte=last, ends_on__gte=first).exists():
        raise Refused(_("There is a plan for these days already; announce what will be otherwise."))
    if not lines:
        raise Refused(_("The plan has no patrol yet."))
    _lines_fit(here, lines, first, last)
    order = sorted(set(lines), key=lambda line: (line[1], line[0].pk))
    due = {row.dossier_id: timezone.localtime(row.due_at).date() for row in Deadline.objects.filter(
        clock=deadlines.PATROL.id, dossier__in=[site.dossier_id for site, _on in order], stopped_at__isnull=True)}  # fmt: skip
    store = here.home_store
    paper = papers.issue(
        more.I01, dossier=store.dossier, store=store, by=by, at=at,
        content=more.PlanSheet(
            str(here), sheets.in_chinese(PlanSpan(span).label), first, last,
            [more.PlanLine(on, site.ref, site.address, _stage(site), due.get(site.dossier_id)) for site, on in order],
        ),
    )  # fmt: skip
    made = PatrolPlan.objects.create(store=store, inspector=here, span=span, starts_on=first, ends_on=last, paper=paper, by=by, at=at)
    PlanEntry.objects.bulk_create(
        [PlanEntry(plan=made, project=site, store_id=site.store_id, on=on, stage=_stage(site), by=by, at=at) for site, on in order]
    )
    audit.record(store.dossier, "inspections.patrols_planned", by=by, at=at, paper=paper, inspector=str(here), count=len(order))
    return made


def _stage(site: Project) -> str:
    return sheets.in_chinese(Stage(site.stage).label)


def _lines_fit(inspector: Any, lines: Sequence[tuple[Project, date]], first: date, last: date) -> None:
    for site, on in lines:
        if site.inspector_id != inspector.pk:
            raise Refused(_("{ref} is not a site of {name}.").format(ref=site.ref, name=inspector))
        if not first <= on <= last:
            raise Refused(_("{day} is not within this plan.").format(day=on.isoformat()))


@transaction.atomic
def announce_deviation(*, entry: PlanEntry, reason: str, by: Any, at: datetime, new_on: date | None = None) -> PlanDeviation:
    """Another day, or none, with the reason: beforehand it changes the plan, afterwards it only explains (I01, Q56, IN-6).

    Beforehand is before the day begins.  What was patrolled already needs no word.
    """
    site = under_lock(entry.project)
    here = PlanEntry.objects.select_related("plan__inspector").get(pk=entry.pk)
    if by.pk != here.plan.inspector_id:
        raise Refused(_("{name} plans these patrols.").format(name=here.plan.inspector))
    if not reason.strip():
        raise Refused(_("Say why it is otherwise."))
    said = list(here.deviations.all())
    if said and said[-1].new_on is None:
        raise Refused(_("This was said already."))
    was_on = said[-1].new_on if said and said[-1].new_on else here.on
    today = timezone.localtime(at).date()
    beforehand = today < was_on
    if _patrolled(site, was_on):
        raise Refused(_("The site was patrolled on that day."))
    if new_on is not None:
        if not beforehand:
            raise Refused(_("The day has begun: this only explains it. Leave the new day empty; the patrol itself is recorded when it is made."))
        if new_on == was_on or new_on < today:
            raise Refused(_("The new day is another day, from today on."))
    made = PlanDeviation.objects.create(
        entry=here, project=site, store_id=site.store_id, seq=len(said) + 1, was_on=was_on, new_on=new_on, reason=reason.strip()[:300],
        beforehand=beforehand, by=by, at=at,
    )  # fmt: skip
    kind = "inspections.deviation_announced" if beforehand else "inspections.deviation_explained"
    audit.record(site.dossier, kind, by=by, at=at, was_on=was_on, new_on=new_on, reason=made.reason)
    return made


def _patrolled(site: Project, on: date) -> bool:
    start = begins(on)
    return Patrol.objects.filter(project=site, at__gte=start, at__lt=start + timedelta(days=1)).exists()


# --- how the lines came out ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a plan as it stands at a moment: the day that counts, the state, and what was said."""

    entry: PlanEntry
    on: date
    state: str
    said: PlanDeviation | None
    done_at: datetime | None
    instead_at: datetime | None

    @property
    def is_kept(self) -> bool:
        return self.state == EntryState.DONE

    @property
    def says(self) -> str:
        return str(EntryState(self.state).label)

    @property
    def tone(self) -> str:
        return {"done": "done", "not_kept": "late", "planned": "info"}.get(self.state, "plain")


def lines_of(entries: Iterable[PlanEntry], *, at: datetime) -> list[Line]:
    """Plan against patrols, whatever the number of lines: five queries."""
    rows = list(entries)
    if not rows:
        return []
    sites = {row.project_id for row in rows}
    said: dict[int, PlanDeviation] = {}
    for told in PlanDeviation.objects.filter(entry__in=rows).order_by("seq"):
        said[told.entry_id] = told
    first = min(row.on for row in rows) - timedelta(days=INTERVAL)
    last = max([row.on for row in rows] + [told.new_on for told in said.values() if told.new_on])
    made: dict[tuple[int, date], datetime] = {}
    around: dict[int, list[datetime]] = defaultdict(list)
    patrols = Patrol.objects.filter(project__in=sites, at__gte=begins(first), at__lt=begins(last + timedelta(days=INTERVAL)))
    for site, moment in patrols.order_by("at").values_list("project", "at"):
        made.setdefault((site, timezone.localtime(moment).date()), moment)
        around[site].append(moment)
    rests = rests_of(sites)
    stages = _stages(sites)
    today = timezone.localtime(at).date()
    found = []
    for row in rows:
        word = said.get(row.pk)
        on = word.new_on if word is not None and word.new_on is not None else row.on
        done = made.get((row.project_id, on))
        if word is not None and word.new_on is None and word.beforehand:
            state = EntryState.DROPPED
        elif done is not None:
            state = EntryState.DONE
        elif any(rest.covers(on) for rest in rests.get(row.project_id, ())) or not _worked(stages.get(row.project_id, []), on):
            state = EntryState.REST
        elif on >= today:
            state = EntryState.MOVED if word is not None else EntryState.PLANNED
        else:
            state = EntryState.NOT_KEPT
        near = next((m for m in around[row.project_id] if abs((timezone.localtime(m).date() - on).days) < INTERVAL), None) if done is None else None
        found.append(Line(row, on, state, word, done, near))
    return sorted(found, key=lambda line: (line.on, line.entry.pk))


def _stages(sites: Iterable[int]) -> dict[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    changes = ProjectStageChange.objects.filter(project__in=sites).order_by("project", "seq")
    for site, moment, stage in changes.values_list("project", "at", "to_stage"):
        found[site].append((timezone.localtime(moment).date(), stage))
    return found


def _worked(changes: list[tuple[date, str]], on: date) -> bool:
    """Workers were there at the beginning of the day or came in its course; the days after the last change are as it left them."""
    before = [stage for day, stage in changes if day < on]
    during = [stage for day, stage in changes if day == on]
    return all(stage in PATROLLED for stage in (before[-1:] or [""]) + during) if before else False


def not_kept(*, at: datetime, days: int = 7) -> list[Line]:
    """The lines of the last days that were not kept and of which nobody spoke beforehand, at sites that are still the planner's."""
    today = timezone.localtime(at).date()
    recent = Q(on__gte=today - timedelta(days=days), on__lt=today)
    moved = Q(deviations__new_on__gte=today - timedelta(days=days), deviations__new_on__lt=today)
    rows = PlanEntry.objects.filter(recent | moved).select_related("plan__inspector", "project").distinct().order_by("pk")
    return [line for line in lines_of(rows, at=at) if line.state == EntryState.NOT_KEPT and line.entry.project.inspector_id == line.entry.plan.inspector_id]
