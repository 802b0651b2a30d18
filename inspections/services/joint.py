"""Verbs of the engineering department: joint inspections, the open rating of crews, the month's meeting, the published month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers, snapshots
from core.calendar import begins, next_month
from core.models import Deadline
from core.refusals import Refused
from inspections import deadlines_supervision as deadlines
from inspections import figures, supervision
from inspections import papers_supervision as more
from inspections.models import Bulletin, CrewRating, JointInspection, JointVisit, SiteMeeting
from inspections.services.defects import PATROLLED, Seen
from inspections.services.visits import raise_seen
from projects.models import Crew, Project
from projects.services.site import under_lock
from staff import posts
from staff.models import Store
from staff.selectors import holders


def _locked_store(store: Any) -> Store:
    return Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)


# --- joint inspections -------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold_joint_inspection(*, store: Store, crews: Sequence[str], held_on: date, by: Any, at: datetime, note: str = "") -> JointInspection:
    """The engineering manager and the crews go round together (I16); the sites follow one by one."""
    there = [name.strip()[:40] for name in crews if name.strip()]
    if not there:
        raise Refused(_("Say which crews go along."))
    if held_on > timezone.localtime(at).date():
        raise Refused(_("A joint inspection is noted when it is held."))
    here = _locked_store(store)
    last = JointInspection.objects.filter(store=here).aggregate(last=Max("number"))["last"] or 0
    made = JointInspection.objects.create(store=here, number=last + 1, held_on=held_on, crews=there, note=note.strip()[:1000], by=by, at=at)
    audit.record(here.file, "inspections.joint_held", by=by, at=at, number=made.number, held_on=held_on, crews=there)
    return made


@transaction.atomic
def visit_jointly(*, inspection: JointInspection, project: Project, note: str, by: Any, at: datetime, seen: Sequence[Seen] = ()) -> JointVisit:
    """One site of the round: what was seen, and each fault with a person and a day (I14)."""
    site = under_lock(project)
    if site.store_id != inspection.store_id:
        raise Refused(_("This site belongs to another store."))
    if site.stage not in PATROLLED:
        raise Refused(_("Nobody works on this site now."))
    if not note.strip():
        raise Refused(_("Say what was seen."))
    if inspection.visits.filter(project=site).exists():
        raise Refused(_("This site is noted already."))
    made = JointVisit.objects.create(inspection=inspection, project=site, store=site.store, note=note.strip()[:500], by=by, at=at)
    faults = raise_seen(site, seen, source=f"联检 {inspection.held_on.isoformat()}", by=by, at=at, joint_visit=made)
    audit.record(site.dossier, "inspections.joint_visit", by=by, at=at, note=made.note, faults=faults)
    return made


# --- crews -----------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def rate_crew(*, crew: Crew, month: date, scores: Mapping[str, int], by: Any, at: datetime, note: str = "") -> CrewRating:
    """Points of a crew by the criteria that everybody knows (I18, Q60); a second rating of the month corrects the first and says why."""
    _locked_store(crew.store)  # the month is not published meanwhile
    here = Crew.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=crew.pk)
    first = month.replace(day=1)
    if first > timezone.localtime(at).date():
        raise Refused(_("This month has not begun."))
    asked = supervision.criteria()
    if set(scores) != set(asked):
        raise Refused(_("Each criterion gets points."))
    for code, points in scores.items():
        if not 0 <= points <= asked[code].points:
            raise Refused(_("{criterion}: from 0 to {most} points.").format(criterion=asked[code].title, most=asked[code].points))
    if Bulletin.objects.filter(store=here.store, month=first).exists():
        raise Refused(_("The figures of this month are published; they do not change any more."))
    seq = CrewRating.objects.filter(crew=here, month=first).count() + 1
    if seq > 1 and not note.strip():
        raise Refused(_("A correction says why."))
    made = CrewRating.objects.create(
        store=here.store, crew=here, month=first, seq=seq, scores=dict(scores), total=sum(scores.values()), note=note.strip()[:500], by=by, at=at
    )
    audit.record(here.store.file, "inspections.crew_rated", by=by, at=at, crew=here.name, month=f"{first:%Y-%m}", total=made.total, seq=seq)
    return made


# --- the month's meeting -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold_meeting(*, store: Store, place: str, present: str, topics: str, by: Any, at: datetime, decisions: str = "") -> SiteMeeting:
    """The whole department meets on a site once a month (R047); more often is no fault."""
    if not place.strip() or not present.strip() or not topics.strip():
        raise Refused(_("Say where it was, who was there and what was spoken of."))
    month = timezone.localtime(at).date().replace(day=1)
    made = SiteMeeting.objects.create(
        store=store, month=month, place=place.strip()[:120], present=present.strip()[:400], topics=topics.strip()[:1000],
        decisions=decisions.strip()[:1000], by=by, at=at,
    )  # fmt: skip
    clocks.stop(deadlines.SITE_MEETING, _meeting_key(store, month), at=at, by=by)
    audit.record(store.file, "inspections.meeting_held", by=by, at=at, month=f"{month:%Y-%m}", present=made.present, topics=made.topics[:200])
    return made


def _meeting_key(store: Store, month: date) -> str:
    return f"meeting:{store.pk}:{month:%Y-%m}"


def watch_meetings(*, at: datetime) -> int:
    """Each month every store with sites under construction owes one meeting; any number of sweeps start one clock a month (R047)."""
    month = timezone.localtime(at).date().replace(day=1)
    since, ends = begins(month), begins(next_month(month)) - timedelta(seconds=1)
    building = Project.objects.filter(store=OuterRef("pk"), stage__in=PATROLLED)
    held = SiteMeeting.objects.filter(store=OuterRef("pk"), month=month)
    told = Deadline.objects.filter(clock=deadlines.SITE_MEETING.id, store=OuterRef("pk"), started_at__gte=since)
    due = Store.objects.filter(Exists(building), ~Exists(held), ~Exists(told), closed_on__isnull=True, dossier__isnull=False)
    started = 0
    for store in due.select_related("dossier").order_by("pk"):
        manager = next(iter(holders(posts.ENGINEERING_MANAGER, store)), None)
        clocks.start(
            deadlines.SITE_MEETING, dossier=store.file, key=_meeting_key(store, month), owner=manager, at=since, due_at=ends, line=store.name,
            link=reverse("inspections:meetings"),
        )  # fmt: skip
        started += 1
    return started


# --- the published month ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_bulletin(*, store: Store, month: date, by: Any, at: datetime) -> Bulletin:
    """Freeze and publish the figures of a month that is over (I17): patrols, joint inspections, findings; opened down to their rows.

    Sites stand there by their number: no customer is named.
    """
    here = _locked_store(store)
    first = month.replace(day=1)
    if at < begins(next_month(first)):
        raise Refused(_("The month is not over yet."))
    if Bulletin.objects.filter(store=here, month=first).exists():
        raise Refused(_("The figures of this month are published; they do not change any more."))
    told = figures.of_month(here, first, at=at)
    frozen = snapshots.freeze("inspections.bulletin", f"{first:%Y-%m}", told, store=here, by=by, at=at)
    paper = papers.issue(more.I17, dossier=here.file, store=here, content=figures.sheet(told, first), by=by, at=at)
    made = Bulletin.objects.create(store=here, month=first, snapshot=frozen, paper=paper, by=by, at=at)
    audit.record(here.file, "inspections.month_published", by=by, at=at, paper=paper, month=f"{first:%Y-%m}", sha256=frozen.sha256)
    return made
