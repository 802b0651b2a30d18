"""Working days of the Chinese calendar; what differs from the weekday stands in `CalendarDay` and can be edited."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.utils import timezone

from core.models import CalendarDay


def begins(day: date) -> datetime:
    """The first moment of a day in the house's time."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def evening(day: date, hour: int = 18) -> datetime:
    """The evening of a day in the house's time: when what was due that day is late."""
    return datetime.combine(day, time(hour), timezone.get_default_timezone())


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def span_of(span: str, day: date) -> tuple[date, date]:
    """First and last day of the week (Monday to Sunday), month or quarter that a day lies in."""
    match span:
        case "week":
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        case "month":
            return day.replace(day=1), next_month(day) - timedelta(days=1)
        case "quarter":
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return first, next_month(first + timedelta(days=62)) - timedelta(days=1)
    raise ValueError(f"no span is called {span}")


def is_working_day(day: date) -> bool:
    """Monday to Friday, unless a row says otherwise (holiday, or a working day in lieu)."""
    row = CalendarDay.objects.filter(day=day).values_list("working", flat=True).first()
    return row if row is not None else day.weekday() < 5


def next_working_day(day: date) -> date:
    """The first working day after this one."""
    known = dict(CalendarDay.objects.filter(day__gt=day, day__lte=day + timedelta(days=30)).values_list("day", "working"))
    following = (day + timedelta(days=n) for n in range(1, 30))
    return next((each for each in following if known.get(each, each.weekday() < 5)), day + timedelta(days=1))


def add_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day, so many working days later; the day of the start does not count."""
    if days <= 0:
        return moment
    local = timezone.localtime(moment)
    exceptions = dict(
        CalendarDay.objects.filter(
            day__gt=local.date(), day__lte=local.date() + timedelta(days=days * 2 + 30)
        ).values_list("day", "working")
    )
    left, day = days, local.date()
    while left:
        day += timedelta(days=1)
        if exceptions.get(day, day.weekday() < 5):
            left -= 1
    return local.replace(year=day.year, month=day.month, day=day.day)


def fill_year(year: int) -> int:
    """Write the announced holidays and days in lieu of a year; returns how many rows are new.

    Years that are not announced yet add nothing: their weekdays count until somebody edits the table.
    """
    first, rows = date(year, 1, 1), []
    for offset in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=offset)
        try:
            working = chinese_calendar.is_workday(day)
        except NotImplementedError:
            return 0
        if working != (day.weekday() < 5):
            _on_holiday, name = chinese_calendar.get_holiday_detail(day)
            rows.append(CalendarDay(day=day, working=working, name=str(name or "")))
    before = CalendarDay.objects.filter(day__year=year).count()
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarDay.objects.filter(day__year=year).count() - before
