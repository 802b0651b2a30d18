"""The periodic work: clocks, what follows from facts, and the calendar of the year to come."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from config import drafts, follow, reach
from core import calendar, clocks
from leads import services as leads


def tick(at: datetime) -> dict[str, int]:
    """Sweep the clocks, let the upper apps follow, look ahead in the calendar; safe to run at any time, any number of times."""
    week = leads.watch_show_homes(at=at) + leads.watch_desk(at=at) + leads.tell_late_shifts(at=at)
    moved = clocks.sweep(at=at, audience=reach.audience)
    followed = follow.sweep(at=at)
    return {"clocks": moved, "followed": followed, "week": week, "calendar": look_ahead(at), "drafts": drafts.sweep(at=at)}


def look_ahead(at: datetime) -> int:
    """From November on, write the announced holidays of the next year as soon as they are known."""
    today = timezone.localtime(at).date()
    years = (today.year, today.year + 1) if today.month >= 11 else (today.year,)
    return sum(calendar.fill_year(year) for year in years)
