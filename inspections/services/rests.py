"""When a site rests: the stage “paused”, and declared periods of stopped work; the patrol clock stands still for either (Q50).

Both are the records of `projects`; here they are only read, and the clocks follow them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from projects.choices import Stage
from projects.models import ProjectStageChange, StopWork


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


def begins(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def rests_of(sites: Iterable[int], *, stopped: bool = True) -> dict[int, list[Rest]]:
    """Every rest of these sites in the order of their beginnings; without the declared stops of work only the pauses.  Two queries."""
    found: dict[int, list[Rest]] = defaultdict(list)
    wanted = list(sites)
    for stop in StopWork.objects.filter(project__in=wanted if stopped else []).select_related("by", "ended_by"):
        until = begins(stop.until_on + timedelta(days=1)) if stop.until_on else None
        found[stop.project_id].append(Rest(begins(stop.from_on), until, stop.says, stop.by, stop.ended_by))
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
