"""The site's days: the diary, notes of the owner, safety briefings, accidents and hazards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.calendar import evening
from core.models import Deadline, Dossier
from core.refusals import Missing, Refused
from inspections import deadlines_order as deadlines
from inspections import papers_order as sheets
from inspections.choices_order import WRITTEN_STEPS, IncidentKind, StepKind, Told, Weather
from inspections.models import DiaryDay, Incident, IncidentStep, SafetyBriefing, SiteNote
from inspections.order_data import order_rules
from inspections.papers import PARTIES, Place
from inspections.services import evidence
from inspections.services.sites import line_of
from projects.choices import WORKING, Stage
from projects.models import Project
from projects.services.site import under_lock
from staff import posts
from staff.selectors import holder

DIARY_DAYS = 7  # a day is written down within the week


# --- the diary (I19, I20) ------------------------------------------------------------------------------------------------


@transaction.atomic
def write_day(
    project: Project, *, day: date, weather: str, workers: int, works: str, by: Any, at: datetime, crew: str = "", materials: str = "", visitors: str = "",
    problems: str = "", percent: int | None = None, photos: Sequence[Any] = (),
) -> DiaryDay:  # fmt: skip
    """Write one day down: weather, people, works, photos; each day once, on the day or within the week."""
    site = under_lock(project)
    today = timezone.localtime(at).date()
    if site.stage not in (*WORKING, Stage.COMPLETED):
        raise Refused(_("No diary is kept in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    if not today - timedelta(days=DIARY_DAYS) <= day <= today:
        raise Refused(_("A day is written down within the week, none ahead."))
    if DiaryDay.objects.filter(project=site, day=day).exists():
        raise Refused(_("{day} is written down already.").format(day=day.isoformat()))
    missing = []
    if weather not in Weather.values:
        missing.append(Missing(_("The weather has not been said."), posts.SITE_SUPERVISOR))
    if not works.strip():
        missing.append(Missing(_("Say what was done, or why nobody worked."), posts.SITE_SUPERVISOR))
    files = list(photos)
    if workers and not files:
        missing.append(Missing(_("There is no photo."), posts.SITE_SUPERVISOR))
    if missing:
        raise Refused(_("The day cannot be written down yet: {count} missing.").format(count=len(missing)), missing)
    kept = evidence.stored(files, project=site, by=by, at=at, caption=f"施工日志 {day.isoformat()}")
    made = DiaryDay.objects.create(
        project=site, store=site.store, day=day, weather=weather, workers=workers, crew=crew.strip()[:120], works=works.strip()[:1000],
        materials=materials.strip()[:500], visitors=visitors.strip()[:300], problems=problems.strip()[:500], percent=percent, by=by, at=at,
    )  # fmt: skip
    evidence.keep(kept, by=by, at=at, diary=made)
    if day == today or not clocks.is_open(deadlines.DIARY, site.ref):
        clocks.stop(deadlines.DIARY, site.ref, at=at, by=by)
        if site.stage in WORKING:
            clocks.start(
                deadlines.DIARY, dossier=site.dossier, key=site.ref, owner=site.supervisor or site.project_manager, at=at,
                due_at=evening(today + timedelta(days=1), 20), line=line_of(site), link=reverse("inspections:diary", args=[site.ref]),
            )  # fmt: skip
    audit.record(site.dossier, "inspections.day_written", by=by, at=at, day=day, workers=workers, percent=percent)
    return made


@transaction.atomic
def look_at_day(day: DiaryDay, *, by: Any, at: datetime, remark: str = "") -> DiaryDay:
    """The engineering manager has looked at a page of the diary, with what is missing in it (I19)."""
    site = under_lock(day.project)
    row = DiaryDay.objects.select_for_update(no_key=True, of=("self",)).get(pk=day.pk)
    if row.looked_at is not None:
        raise Refused(_("This page was looked at already."))
    if row.by_id == by.pk:
        raise Refused(_("A second person looks at it."))
    row.looked_at, row.looked_by, row.remark = at, by, remark.strip()[:300]
    row.save(update_fields=["looked_at", "looked_by", "remark"])
    audit.record(site.dossier, "inspections.day_looked_at", by=by, at=at, day=row.day, remark=row.remark)
    return row


# --- a problem put down in writing (P44) -----------------------------------------------------------------------------


@transaction.atomic
def write_note(
    project: Project, *, problem: str, told_to: Any, by: Any, at: datetime, room: Any = None, photos: Sequence[Any] = ()
) -> SiteNote:
    """The owner's problem in writing, told to the inspector or the foreman and not to workers (000:L14); both sign."""
    site = under_lock(project)
    if site.stage not in (Stage.DISCLOSED, *WORKING, Stage.COMPLETED, Stage.ACCEPTED):
        raise Refused(_("Nobody works here in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    heard = {site.inspector_id: "inspector", site.foreman_id: "foreman"}
    if not problem.strip():
        raise Refused(_("Say what the problem is."))
    if told_to is None or told_to.pk not in heard:
        raise Refused(_("A problem is told to the site's inspector or foreman, not to workers."))
    if room is not None and room.home_id != site.home_id:
        raise Refused(_("This room belongs to another home."))
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=problem.strip()[:60])
    number, until = evidence.next_number(SiteNote, site), at + timedelta(days=order_rules().note_answer_days)
    paper = papers.issue(
        sheets.P44, dossier=site.dossier, store=site.store, by=by, at=at,
        content=sheets.NoteSheet(
            Place.of(site), number, problem.strip()[:500], room.name if room else "", str(told_to), PARTIES[heard[told_to.pk]], until,
            evidence.printed(kept), len(kept),
        ),
    )  # fmt: skip
    made = SiteNote.objects.create(
        project=site,
        store=site.store,
        number=number,
        problem=problem.strip()[:500],
        told_to=told_to,
        room=room,
        paper=paper,
        by=by,
        at=at,
    )
    evidence.keep(kept, by=by, at=at, note=made)
    clocks.start(
        deadlines.NOTE_ANSWER, dossier=site.dossier, key=f"{site.ref}/{number}", owner=told_to, at=at, line=f"{made.problem[:60]} · {line_of(site)}",
        link=reverse("inspections:notes", args=[site.ref]) + f"#note-{number}",
    )  # fmt: skip
    audit.record(
        site.dossier,
        "inspections.note_written",
        by=by,
        at=at,
        paper=paper,
        number=number,
        problem=made.problem,
        told_to=str(told_to),
    )
    return made


@transaction.atomic
def answer_note(note: SiteNote, *, answer: str, by: Any, at: datetime, photos: Sequence[Any] = ()) -> SiteNote:
    """What is done about it, by whom it was told to or by the project manager."""
    site = under_lock(note.project)
    row = SiteNote.objects.select_for_update(no_key=True, of=("self",)).select_related("told_to").get(pk=note.pk)
    if row.answered_at is not None:
        raise Refused(_("This note is answered."))
    if by.pk not in (row.told_to_id, site.project_manager_id):
        raise Refused(_("{name} answers this note.").format(name=row.told_to))
    if not answer.strip():
        raise Refused(_("Say what is done about it."))
    kept = evidence.stored(photos, project=site, by=by, at=at, caption="答复")
    row.answer, row.answered_at, row.answered_by = answer.strip()[:500], at, by
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    evidence.keep(kept, by=by, at=at, note=row)
    clocks.stop(deadlines.NOTE_ANSWER, f"{site.ref}/{row.number}", at=at, by=by)
    audit.record(site.dossier, "inspections.note_answered", by=by, at=at, number=row.number, answer=row.answer)
    return row


# --- before work (P47) -----------------------------------------------------------------------------------------------


@transaction.atomic
def brief_crew(
    project: Project,
    *,
    crew: str,
    topics: Sequence[str],
    workers: Sequence[str],
    by: Any,
    at: datetime,
    photos: Sequence[Any] = (),
) -> SafetyBriefing:
    """The rules of safety and conduct are explained to a crew before it works; the crew signs (P47).  No gate of the house waits for it."""
    site = under_lock(project)
    if site.stage not in (Stage.PERMIT_FILING, Stage.DISCLOSED, *WORKING, Stage.COMPLETED):
        raise Refused(_("Nobody works here in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    names = list(dict.fromkeys(name.strip()[:40] for name in workers if name.strip()))
    told = [topic.strip()[:120] for topic in topics if topic.strip()]
    missing = []
    if not crew.strip():
        missing.append(Missing(_("Say which crew."), posts.PROJECT_MANAGER))
    if not names:
        missing.append(Missing(_("Name the workers who were there."), posts.PROJECT_MANAGER))
    if not told:
        missing.append(Missing(_("Say what was explained."), posts.PROJECT_MANAGER))
    if missing:
        raise Refused(_("The briefing cannot be recorded yet: {count} missing.").format(count=len(missing)), missing)
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=f"安全教育 {crew.strip()}")
    number = evidence.next_number(SafetyBriefing, site)
    paper = papers.issue(
        sheets.P47, dossier=site.dossier, store=site.store, by=by, at=at,
        content=sheets.BriefingSheet(Place.of(site), number, crew.strip()[:60], told, names, evidence.printed(kept), len(kept)),
    )  # fmt: skip
    made = SafetyBriefing.objects.create(
        project=site,
        store=site.store,
        number=number,
        crew=crew.strip()[:60],
        topics=told,
        workers=names,
        paper=paper,
        by=by,
        at=at,
    )
    evidence.keep(kept, by=by, at=at, briefing=made)
    audit.record(
        site.dossier, "inspections.crew_briefed", by=by, at=at, paper=paper, crew=made.crew, workers=len(names)
    )
    return made


# --- accidents, emergencies, hazards (I23, I29, I33) -----------------------------------------------------------------


def _key(incident: Incident, site: Project) -> str:
    return f"{site.ref}/{incident.number}"


@transaction.atomic
def report_incident(
    project: Project, *, kind: str, happened_at: datetime, place: str, what: str, told: str, told_to: str, by: Any, at: datetime, people: str = "",
    photos: Sequence[Any] = (),
) -> Incident:  # fmt: skip
    """Report it at once, by phone or in writing (I29).  An accident or emergency calls the engineering manager, who takes it over within
    the hour, else the general manager hears of it; cause, handling and measures stand there within a day (Q65).  A hazard is done away with.
    """
    site = under_lock(project)
    missing = []
    if kind not in IncidentKind.values or told not in Told.values:
        missing.append(Missing(_("Say what it is and how it was told."), posts.PROJECT_MANAGER))
    if not place.strip() or not what.strip():
        missing.append(Missing(_("Say where and what happened."), posts.PROJECT_MANAGER))
    if not told_to.strip():
        missing.append(Missing(_("Say who was told."), posts.PROJECT_MANAGER))
    if kind != IncidentKind.HAZARD and not people.strip():
        missing.append(Missing(_("Say who was concerned, or that nobody was."), posts.PROJECT_MANAGER))
    if happened_at > at:
        missing.append(Missing(_("It has not happened yet."), posts.PROJECT_MANAGER))
    if missing:
        raise Refused(_("It cannot be reported yet: {count} missing.").format(count=len(missing)), missing)
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=what.strip()[:60])
    made = Incident.objects.create(
        project=site, store=site.store, number=evidence.next_number(Incident, site), kind=kind, happened_at=happened_at, place=place.strip()[:120],
        people=people.strip()[:300], what=what.strip()[:1000], told=told, told_to=told_to.strip()[:60], by=by, at=at,
    )  # fmt: skip
    evidence.keep(kept, by=by, at=at, incident=made)
    boss = holder(posts.ENGINEERING_MANAGER, site.store_id)
    told_as: dict[str, Any] = {
        "dossier": site.dossier,
        "key": _key(made, site),
        "at": at,
        "line": f"{made.what[:60]} · {line_of(site)}",
        "link": made.get_absolute_url(),
    }
    if kind == IncidentKind.HAZARD:
        clocks.start(deadlines.HAZARD, owner=site.project_manager or boss, **told_as)
    else:
        clocks.start(deadlines.EMERGENCY, owner=boss, **told_as)
        clocks.start(deadlines.INCIDENT_REPORT, owner=site.project_manager or boss, **told_as)
    audit.record(
        site.dossier,
        "inspections.incident_reported",
        by=by,
        at=at,
        number=made.number,
        incident=kind,
        what=made.what,
        told_to=made.told_to,
    )
    return made


@transaction.atomic
def note_step(
    incident: Incident, *, kind: str, text: str, by: Any, at: datetime, photos: Sequence[Any] = ()
) -> IncidentStep:
    """What follows: taken over, cause, what was done, measures, closed; nothing is changed afterwards.

    It is closed when cause, handling and measures stand there (a hazard: when it was dealt with), by somebody other than who reported it.
    """
    site = under_lock(incident.project)
    row = Incident.objects.get(pk=incident.pk)
    done = set(row.steps.values_list("kind", flat=True))
    if StepKind.CLOSED in done:
        raise Refused(_("This incident is closed."))
    if kind not in StepKind.values:
        raise Refused(_("Say what this is."))
    if not text.strip():
        raise Refused(_("Say what was found or done."))
    if kind == StepKind.TAKEN and kind in done:
        raise Refused(_("Somebody has taken it over already."))
    needed = (StepKind.HANDLING,) if row.kind == IncidentKind.HAZARD else WRITTEN_STEPS
    if kind == StepKind.CLOSED:
        gaps = [
            Missing(_("“{step}” is not written down.").format(step=step.label), posts.PROJECT_MANAGER)
            for step in needed
            if step not in done
        ]
        if row.by_id == by.pk:
            gaps.append(Missing(_("Somebody other than who reported it closes it."), posts.ENGINEERING_MANAGER))
        if gaps:
            raise Refused(_("It cannot be closed yet: {count} missing.").format(count=len(gaps)), gaps)
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=text.strip()[:60])
    made = IncidentStep.objects.create(
        project=site, store=site.store, incident=row, kind=kind, text=text.strip()[:1000], by=by, at=at
    )
    evidence.keep(kept, by=by, at=at, incident=row)
    key = _key(row, site)
    clocks.stop(deadlines.EMERGENCY, key, at=at, by=by)  # whoever writes a step has it in hand
    if {*done, kind} >= set(WRITTEN_STEPS):
        clocks.stop(deadlines.INCIDENT_REPORT, key, at=at, by=by)
    if kind == StepKind.CLOSED:
        clocks.stop(deadlines.HAZARD, key, at=at, by=by)
    audit.record(site.dossier, "inspections.incident_step", by=by, at=at, number=row.number, step=kind, text=made.text)
    return made


# --- the diary's clock ends with the works -----------------------------------------------------------------------------


def follow(dossier: Dossier | None, *, at: datetime) -> int:
    """No page is asked for while a site rests or when its works are over; the next page starts the clock again."""
    here = Project.objects.filter(dossier=OuterRef("dossier"), stage__in=WORKING)
    rows = Deadline.objects.filter(~Exists(here), clock=deadlines.DIARY.id, stopped_at__isnull=True)
    if dossier is not None:
        rows = rows.filter(dossier=dossier)
    return sum(_end_diary(row) for row in list(rows))


@transaction.atomic
def _end_diary(row: Deadline) -> int:
    site = under_lock(Project.objects.get(dossier=row.dossier_id))
    change = site.stage_changes.exclude(to_stage__in=WORKING).order_by("-seq").select_related("by").first()
    if site.stage in WORKING or change is None or not clocks.is_open(deadlines.DIARY, row.key):
        return 0
    clocks.cancel(deadlines.DIARY, row.key, at=max(change.at, row.started_at), by=change.by)
    return 1
