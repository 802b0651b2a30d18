"""When a site rests: the stage “paused”, and declared periods of stopped work; clocks of work on site stand still for either (Q50).

A clock stands still for each hour of its rests once, whether these were told in time or when they were over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from core import clocks
from core.calendar import begins
from core.models import Deadline
from projects.choices import Stage
from projects.models import LostDay, ProjectStageChange, StopWork


@dataclass(frozen=True)
class Rest:
    """From a moment to a moment, or still going on; why, and who said so."""

    since: datetime
    until: datetime | None
    reason: str
    by: Any
    ended_by: Any = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def covers(self, day: date) -> bool:
        """The whole day, or some of it: on a day on which work stopped nobody is blamed for not being there."""
        last = timezone.localtime(self.until - timedelta(microseconds=1)).date() if self.until else day
        return timezone.localtime(self.since).date() <= day <= last


def rests_of(sites: Iterable[int], *, stopped: bool = True) -> dict[int, list[Rest]]:
    """Every rest of these sites in the order of their beginnings; without the declared stops of work only the pauses.  Three queries at most."""
    found: dict[int, list[Rest]] = defaultdict(list)
    wanted = list(sites)
    stops = list(StopWork.objects.filter(project__in=wanted if stopped else []).select_related("by", "ended_by"))
    worked = _worked(stops)
    for stop in stops:
        found[stop.project_id] += _of_stop(stop, worked[stop.pk])
    open_change: dict[int, ProjectStageChange] = {}
    for change in ProjectStageChange.objects.filter(project__in=wanted).select_related("by").order_by("project", "seq"):
        if change.to_stage == Stage.PAUSED:
            open_change[change.project_id] = change
        elif change.from_stage == Stage.PAUSED and change.project_id in open_change:
            begun = open_change.pop(change.project_id)
            found[change.project_id].append(Rest(begun.at, change.at, begun.reason, begun.by, change.by))
    for site, change in open_change.items():
        found[site].append(Rest(change.at, None, change.reason, change.by))
    return {site: sorted(rests, key=lambda rest: rest.since) for site, rests in found.items()}


def _worked(stops: list[StopWork]) -> dict[int, list[date]]:
    """The days of each stop that were struck and not counted anew: there was work after all, and no clock stands still for them."""
    struck: dict[int, list[date]] = defaultdict(list)
    if not stops:
        return struck
    rows = list(LostDay.objects.filter(project__in={stop.project_id for stop in stops}).values_list("project", "on", "stop", "struck_at"))
    lost = {(project, on) for project, on, _stop, at in rows if at is None}
    for project, on, stop, at in rows:
        if stop is not None and at is not None and (project, on) not in lost:
            struck[stop].append(on)
    return struck


def _of_stop(stop: StopWork, worked: Iterable[date]) -> Iterable[Rest]:
    """The stop without the days on which somebody worked."""
    since, until = begins(stop.from_on), begins(stop.until_on + timedelta(days=1)) if stop.until_on else None
    for day in sorted(set(worked)):
        if since < begins(day):
            yield Rest(since, begins(day), stop.says, stop.by, stop.ended_by)
        since = begins(day + timedelta(days=1))
    if until is None or since < until:
        yield Rest(since, until, stop.says, stop.by, stop.ended_by)


def joined(rests: Iterable[Rest]) -> list[Rest]:
    """Rests that touch or overlap as one: the clock stands still from the first beginning to the last end, each hour once."""
    made: list[Rest] = []
    for rest in sorted(rests, key=lambda rest: rest.since):
        last = made[-1] if made else None
        if last is not None and (last.until is None or rest.since <= last.until):
            until = None if last.until is None or rest.until is None else max(last.until, rest.until)
            made[-1] = Rest(last.since, until, last.reason, last.by, rest.ended_by or last.ended_by)
        else:
            made.append(rest)
    return made


def to_do(row: Deadline, rests: Iterable[Rest], *, at: datetime) -> tuple[Rest | None, list[Rest]]:
    """The rest that the clock stands in and that is over, and what it has not stood still for yet, the earliest first."""
    known = joined(rest for rest in rests if rest.since <= at)
    held: list[tuple[datetime, datetime]] = []
    over = None
    for pause in sorted(row.pauses.all(), key=lambda pause: pause.from_at):
        until = pause.until_at
        if until is None:
            over = next((rest for rest in known if rest.since <= pause.from_at and rest.until is not None and pause.from_at <= rest.until <= at), None)
            if over is None and not any(rest.holds(pause.from_at) for rest in known):
                over = Rest(pause.from_at, pause.from_at, pause.reason, None)  # the stop for which it was held was struck: it was held for nothing
            if over is None or over.until is None:
                return None, []
            until = over.until
        held.append((pause.from_at, until))
    return over, [part for rest in known for part in _without(rest, row.started_at, held, at)]


def _without(rest: Rest, started: datetime, held: Iterable[tuple[datetime, datetime]], at: datetime) -> Iterable[Rest]:
    """The parts of a rest after the clock's start that lie in none of the times for which it was held."""
    since, until = max(rest.since, started), rest.until if rest.until is not None and rest.until <= at else None
    for from_at, until_at in held:
        if until_at <= since or (until is not None and from_at >= until):
            continue
        if from_at > since:
            yield replace(rest, since=since, until=from_at)
        since = until_at
    if until is None or since < until:
        yield replace(rest, since=since, until=until)


def follow_rests(row: Deadline, rests: Iterable[Rest], *, at: datetime) -> int:
    """Hold the clock for what it has not stood still for, and let it run on; the dates are those of the rests, never that of following."""
    over, parts = to_do(row, rests, at=at)
    clock = clocks.CLOCKS[row.clock]
    made = int(over is not None)
    if over is not None and over.until is not None:
        clocks.resume(clock, row.key, at=over.until, by=over.ended_by or over.by)
    for part in parts:
        clocks.pause(clock, row.key, at=part.since, reason=part.reason, by=part.by)
        made += 1
        if part.until is not None:
            clocks.resume(clock, row.key, at=part.until, by=part.ended_by or part.by)
            made += 1
    return made


__all__ = ["Rest", "follow_rests", "joined", "rests_of", "to_do"]
