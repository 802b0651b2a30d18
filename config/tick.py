"""The periodic work: clocks, what follows from facts, the calendar of the year to come, and what need not be kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django.utils import timezone

from aftersales import services as aftersales
from config import drafts, follow, reach
from core import calendar, clocks, tasks
from core.busy import is_held
from inspections import services as inspections
from leads import services as leads

log = logging.getLogger(__name__)


def tick(at: datetime) -> dict[str, int]:
    """Start the week's duties, sweep the clocks, let the upper apps follow, look ahead in the calendar.

    Safe to run at any time, any number of times.  What one part trips over is logged and stops no other: no clock is left
    unswept because of a show home.
    """
    return {name: _safely(name, part, at) for name, part in PARTS.items()}


def _safely(name: str, part: Callable[..., int], at: datetime) -> int:
    try:
        return part(at=at)
    except OperationalError as error:
        if not is_held(error):
            raise  # the database is away: the next minute tries again
        log.warning("The periodic work “%s” waits for the next minute: %s", name, str(error).splitlines()[0])
    except Exception:
        log.exception("The periodic work “%s” stopped", name)
    return 0


WATCHED = (
    leads.watch_show_homes, leads.watch_desk, leads.tell_late_shifts, inspections.watch_meetings, inspections.watch_check_ins,
    aftersales.watch_complaint_reports, aftersales.watch_week_summaries,
)  # fmt: skip


def begin_week(*, at: datetime) -> int:
    """What each week or day owes whether anybody does anything or not."""
    return sum(_safely(verb.__name__, verb, at) for verb in WATCHED)


def sweep_clocks(*, at: datetime) -> int:
    return clocks.sweep(at=at, audience=reach.audience)


def look_ahead(*, at: datetime) -> int:
    """From November on, write the announced holidays of the next year as soon as they are known."""
    today = timezone.localtime(at).date()
    years = (today.year, today.year + 1) if today.month >= 11 else (today.year,)
    return sum(calendar.fill_year(year) for year in years)


PARTS: dict[str, Callable[..., int]] = {
    "week": begin_week,
    "clocks": sweep_clocks,
    "followed": follow.sweep,
    "calendar": look_ahead,
    "drafts": drafts.sweep,
    "jobs": tasks.prune,
}
