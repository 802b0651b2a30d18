"""Stopped work and lost days: every day has one owner and evidence, none is counted twice, the company's never move the completion.

While work is declared stopped the clocks of the phases stand still (and those of patrols and faults, by inspections: `rests`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.calendar import evening
from core.models import Attachment, Deadline
from core.refusals import Missing, Refused
from projects import deadlines, deadlines_days
from projects.choices import BEFORE_WORK, WORKING, Stage
from projects.choices_days import MOVES, OWNER_OF, DayOwner, DelayReason
from projects.models import LostDay, Project, StopWork
from projects.services.rests import Rest, follow_rests, rests_of
from projects.services.site import copy_back, kept, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts

STAGES = (*BEFORE_WORK, *WORKING, Stage.COMPLETED, Stage.PAUSED)
LONGEST = timedelta(days=90)  # a planned end further away is a slip of the pen: the clocks would stand still for it
HELD = (deadlines.PHASE_END.id,)  # the phases; money, papers and the property office's days run on


@transaction.atomic
def declare_stop(
    project: Project, *, from_on: date, reason: str, says: str, evidence: Any, by: Any, at: datetime, owner: str = "", until_on: date | None = None
) -> StopWork:  # fmt: skip
    """Nobody works from a day on, until a day or until it is ended; the clocks of the phases stand still with the reason."""
    site = locked(project, at)
    refuse_unless(site, STAGES)
    whose = _owner(reason, owner)
    _say(says)
    clash = site.stops.filter(Q(until_on__isnull=True) | Q(until_on__gte=from_on)).order_by("from_on").first()
    if clash is not None and (until_on is None or clash.from_on <= until_on):
        raise Refused(_("Work stands still already from {day}: end that first.").format(day=f"{clash.from_on:%Y-%m-%d}"))
    if until_on is not None and until_on < from_on:
        raise Refused(_("A stop ends after it begins."))
    if max(from_on, until_on or from_on) > timezone.localdate(at) + LONGEST:
        raise Refused(_("A stop is declared for at most {days} days ahead; leave its end empty while nobody knows it.").format(days=LONGEST.days))
    kept_evidence = _evidence(evidence, site, by=by, at=at)
    made = StopWork.objects.create(
        project=site, store=site.store, from_on=from_on, until_on=until_on, owner=whose, reason=reason, says=says.strip(), evidence=kept_evidence,
        ended_at=at if until_on else None, ended_by=by if until_on else None, by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.work_stopped", by=by, at=at, attachment=kept_evidence, from_on=from_on, reason=made.says, owner=whose)
    follow_stops(site, at=at)
    copy_back(site, project)
    return made


@transaction.atomic
def end_stop(stop: StopWork, *, until_on: date, by: Any, at: datetime) -> StopWork:
    """Work goes on after `until_on`, the last day without work; its days are counted, the clocks run on moved by them.

    A stop that was declared until a day to come ends earlier in the same way; never later: that is another stop.
    """
    site = locked(stop.project, at)
    row = StopWork.objects.select_for_update(no_key=True, of=("self",)).get(pk=stop.pk)
    row.project = site
    if row.until_on is not None and row.until_on <= timezone.localdate(at):
        raise Refused(_("This stop has ended already."))
    if until_on < row.from_on:
        raise Refused(_("A stop ends after it begins."))
    if until_on > timezone.localtime(at).date():
        raise Refused(_("This day lies in the future."))
    if row.days.filter(struck_at__isnull=True, on__gt=until_on).exists():
        raise Refused(_("Days after {day} are counted already; strike them first.").format(day=f"{until_on:%Y-%m-%d}"))
    row.until_on, row.ended_at, row.ended_by = until_on, at, by
    row.save(update_fields=["until_on", "ended_at", "ended_by"])
    audit.record(site.dossier, "projects.work_resumed", by=by, at=at, until_on=until_on, from_on=row.from_on)
    follow_stops(site, at=at)
    copy_back(site, stop.project)
    return row


@transaction.atomic
def note_lost_day(
    project: Project, *, on: date, reason: str, says: str, evidence: Any, by: Any, at: datetime, owner: str = ""
) -> LostDay:  # fmt: skip
    """A single day was lost: whose it is follows from the reason; it is counted once."""
    site = locked(project, at)
    refuse_unless(site, STAGES)
    whose = _owner(reason, owner)
    _say(says)
    if on > timezone.localtime(at).date():
        raise Refused(_("This day lies in the future."))
    if (on < site.starts_on and site.started_on is None) or (site.started_on is not None and on < site.started_on):
        raise Refused(_("No day is lost before the works begin."))
    known = site.lost_days.filter(on=on, struck_at__isnull=True).first()
    if known is not None:
        raise Refused(_("This day is counted already; it is the day of: {owner}.").format(owner=DayOwner(known.owner).label))
    kept_evidence = _evidence(evidence, site, by=by, at=at)
    made = LostDay.objects.create(
        project=site, store=site.store, on=on, owner=whose, reason=reason, says=says.strip(), evidence=kept_evidence, by=by, at=at
    )
    audit.record(site.dossier, "projects.day_lost", by=by, at=at, attachment=kept_evidence, on=on, owner=whose, reason=made.says)
    follow_days(site, at=at)
    copy_back(site, project)
    return made


@transaction.atomic
def strike_lost_day(day: LostDay, *, reason: str, by: Any, at: datetime) -> LostDay:
    """A day was counted wrongly: it is struck with the reason, by a second person, and may be counted anew; the row stays.

    Of a stop of work that day was none: the clocks do not stand still for it.
    """
    site = locked(day.project, at)
    row = LostDay.objects.select_for_update(no_key=True, of=("self",)).select_related("extension").get(pk=day.pk)
    row.project = site
    if row.struck_at is not None:
        raise Refused(_("This day is struck already."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.extension_id is not None:
        raise Refused(_("This day stands in an extension; withdraw the extension first."))
    if row.by_id == by.pk:
        who = f"{posts.ENGINEERING_MANAGER},{posts.SITE_SUPERVISOR}"
        raise Refused(_("A day is struck by a second person."), [Missing(_("Somebody who did not count it strikes it."), who, "P26")])
    row.struck_at, row.struck_by, row.struck_because = at, by, reason.strip()
    row.save(update_fields=["struck_at", "struck_by", "struck_because"])
    audit.record(site.dossier, "projects.day_struck", by=by, at=at, on=row.on, reason=row.struck_because)
    if row.stop_id is not None:
        _hold(site, at)
    follow_days(site, at=at)
    return row


def follow_stops(site: Project, *, at: datetime) -> int:
    """The days of stops that have passed are counted, the phases' clocks stand still or run on; a second run writes nothing."""
    today, made = timezone.localtime(at).date(), 0
    stops = list(site.stops.order_by("from_on"))
    if stops:
        made += _count_days(site, stops, today, at) + _hold(site, at)
    return made + follow_days(site, at=at)


def follow_days(site: Project, *, at: datetime) -> int:
    """Days that move the completion and stand in no extension yet: the customer is told in writing within three days (contract)."""
    waiting = site.lost_days.filter(owner__in=MOVES, struck_at__isnull=True, extension__isnull=True)
    first, running = waiting.order_by("on").first(), clocks.is_open(deadlines_days.DAYS_TOLD, site.ref)
    if first is None:
        return int(running and clocks.stop(deadlines_days.DAYS_TOLD, site.ref, at=at) is not None)
    if running or site.stage not in [str(stage) for stage in STAGES]:
        return 0
    start_clock(
        deadlines_days.DAYS_TOLD, site, key=site.ref, at=first.at, owner=site.project_manager, link=f"/projects/{site.ref}/extensions/"
    )
    return 1


def _count_days(site: Project, stops: list[StopWork], today: date, at: datetime) -> int:
    """Each day of a stop is one lost day; a day that is counted or was struck is left as it is."""
    known = set(site.lost_days.values_list("on", flat=True))
    rows = [
        LostDay(
            project=site, store=site.store, on=day, owner=stop.owner, reason=stop.reason, says=stop.says, evidence_id=stop.evidence_id, stop=stop,
            by_id=stop.by_id, at=min(max(stop.at, evening(day)), at),
        )
        for stop in stops
        for day in stop.days_until(today if stop.until_on is not None else today - timedelta(days=1))
        if day not in known
    ]  # fmt: skip
    for row in rows:
        row.save()
        audit.record(site.dossier, "projects.day_lost", by=row.by, at=row.at, on=row.on, owner=row.owner, reason=row.says)
    return len(rows)


def _hold(site: Project, at: datetime) -> int:
    """The clocks of the phases stand still while the site rests; a promise that was broken before stays broken, and held while it is held."""
    rows = Deadline.objects.filter(dossier=site.dossier, clock__in=HELD, stopped_at__isnull=True).prefetch_related("pauses").order_by("id")
    rests = rests_of([site.pk]).get(site.pk, [])
    return sum(follow_rests(row, [rest for rest in rests if rest.since < row.due_at or _is_held_by(row, rest)], at=at) for row in rows)


def _is_held_by(row: Deadline, rest: Rest) -> bool:
    return any(pause.until_at is None and rest.holds(pause.from_at) for pause in row.pauses.all())


def _owner(reason: str, owner: str) -> str:
    """Whose the day is follows from the reason; only where the reason leaves it open, somebody says."""
    if reason not in DelayReason.values:
        raise Refused(_("Say why nobody worked."))
    owners = OWNER_OF[reason]
    if len(owners) == 1 and owner in ("", owners[0]):
        return owners[0].value
    if owner not in [o.value for o in owners]:
        raise Refused(_("Say whose day it is: {owners}.").format(owners="、".join(str(o.label) for o in owners)))
    return owner


def _say(words: str) -> None:
    if not words.strip():
        raise Refused(_("Say what happened."))


def _evidence(evidence: Any, site: Project, *, by: Any, at: datetime) -> Attachment:
    if evidence is None or (isinstance(evidence, Attachment) and evidence.dossier_id != site.dossier_id):
        raise Refused(
            _("A lost day has its evidence."),
            [Missing(_("A photo, a notice or the message of that day is missing."), f"{posts.PROJECT_MANAGER},{posts.SITE_SUPERVISOR}", "P26")],
        )
    return kept(evidence, site, by=by, at=at, caption=_("Evidence of a lost day"))


__all__ = ["declare_stop", "end_stop", "follow_days", "follow_stops", "note_lost_day", "strike_lost_day"]
