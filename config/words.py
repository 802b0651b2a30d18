"""Words for time: how long a deadline has left, whose calendar it stands on, and how a day or a moment is written.

Pure functions of a deadline and a moment; nothing here asks what time it is.  The forms are the rules of
docs/design.md (5 Words): never a percentage, never "about to expire", always a quantity and the exact date beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

RUNNING, SOON, LATE, STOPPED, PAUSED = "running", "soon", "late", "stopped", "paused"


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What a person reads off one deadline: the words, the exact date, the tape."""

    state: str
    words: str
    when: str
    gauge: str
    used: float
    ticks: int
    due_at: datetime | None

    @property
    def is_late(self) -> bool:
        return self.state == LATE


def face(deadline: Any, now: datetime) -> ClockFace:
    """Read a deadline (row, mapping or an already read face) at a moment."""
    if isinstance(deadline, ClockFace):
        return deadline
    started, due = _get(deadline, "started_at"), _get(deadline, "due_at")
    paused, stopped = _get(deadline, "paused_at"), _get(deadline, "stopped_at")
    at = stopped or paused or now
    state = _state(started, due, paused, stopped, now)
    whole = max(due - started, MINUTE)
    return ClockFace(
        state=state,
        words=_words(state, deadline, started, due, at),
        when=_when(state, due, now),
        gauge=_gauge(state, started, whole, at),
        used=max(0.0, (at - started) / whole),
        ticks=_ticks(whole),
        due_at=due,
    )


def _get(deadline: Any, name: str) -> Any:
    if isinstance(deadline, Mapping):
        return deadline.get(name)
    return getattr(deadline, name, None)


def _state(started: datetime, due: datetime, paused: datetime | None, stopped: datetime | None, now: datetime) -> str:
    if stopped:
        return STOPPED
    if paused:
        return PAUSED
    if now > due:
        return LATE
    left = due - now
    return SOON if left <= DAY or left <= (due - started) / 10 else RUNNING


def _words(state: str, deadline: Any, started: datetime, due: datetime, at: datetime) -> str:
    if state == STOPPED:
        day = max(1, -(-(at - started) // DAY))
        by = _get(deadline, "stopped_by_words") or ""
        words = _("stopped on day %(day)s") % {"day": day}
        return f"{words} · {by}" if by else words
    if state == PAUSED:
        reason = _get(deadline, "pause_reason") or ""
        words = _("paused")
        return f"{words} · {reason}" if reason else words
    return over(at - due) if state == LATE else left(due - at)


def left(span: timedelta) -> str:
    """还剩 3 天 · 还剩 5 时 20 分 · 还剩 18 分."""
    if span >= DAY:
        days = span // DAY
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    hours, minutes = span // HOUR, (span % HOUR) // MINUTE
    if hours and minutes:
        return _("%(hours)s h %(minutes)s m left") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h left") % {"hours": hours}
    return _("%(minutes)s min left") % {"minutes": max(1, minutes)}


def over(span: timedelta) -> str:
    """超 3 时 · 超 1 天 4 时 · 超 9 天 (no hours from three days up)."""
    days, hours = span // DAY, (span % DAY) // HOUR
    if days and hours and days < 3:
        return ngettext("%(days)s d %(hours)s h over", "%(days)s d %(hours)s h over", days) % {
            "days": days,
            "hours": hours,
        }
    if days:
        return ngettext("%(days)s day over", "%(days)s days over", days) % {"days": days}
    if hours:
        return _("%(hours)s h over") % {"hours": hours}
    return _("%(minutes)s min over") % {"minutes": max(1, span // MINUTE)}


def _when(state: str, due: datetime, now: datetime) -> str:
    """今天 18:00 · 周三 11-25 · 应 11-23 05:20."""
    if state == LATE:
        same = timezone.localtime(due).date() == timezone.localtime(now).date()
        return _("due %(when)s") % {"when": today_or_day(due, now) if same else moment(due, now)}
    return today_or_day(due, now)


def today_or_day(value: datetime, now: datetime) -> str:
    local, today = timezone.localtime(value), timezone.localtime(now).date()
    if local.date() == today:
        return _("today %(time)s") % {"time": local.strftime("%H:%M")}
    if timedelta(0) < local.date() - today < timedelta(days=7):
        return f"{weekday(local.date())} {day(local.date(), today)}"
    return day(local.date(), today)


def _gauge(state: str, started: datetime, whole: timedelta, at: datetime) -> str:
    """7 天 · 第 4 天, 24 时 · 第 23 时, 7 天 · 用完."""
    by_hours = whole <= DAY
    unit = HOUR if by_hours else DAY
    size = max(1, round(whole / unit))
    if by_hours:
        length = ngettext("%(n)s hour", "%(n)s hours", size) % {"n": size}
    else:
        length = ngettext("%(n)s day", "%(n)s days", size) % {"n": size}
    if state == LATE:
        gone = _("used up")
        return f"{length} · {gone}"
    nth = min(size, max(1, (at - started) // unit + 1))
    place = _("hour %(n)s") % {"n": nth} if by_hours else _("day %(n)s") % {"n": nth}
    return f"{length} · {place}"


def _ticks(whole: timedelta) -> int:
    """One part a day (an hour up to 24 hours, a week beyond 40 days)."""
    if whole <= DAY:
        return max(1, round(whole / HOUR))
    days = max(1, round(whole / DAY))
    return days if days <= 40 else -(-days // 7)


def day(value: date | datetime | str, today: date) -> str:
    """11-24 within the year, 2027-01-28 outside it."""
    value = _as_day(value)
    return value.strftime("%m-%d") if value.year == today.year else value.isoformat()


def moment(value: datetime | str, now: datetime) -> str:
    """11-24 15:42 within the year, 2027-01-28 15:42 outside it."""
    local = timezone.localtime(_as_moment(value))
    return f"{day(local.date(), timezone.localtime(now).date())} {local:%H:%M}"


def weekday(value: date | datetime | str) -> str:
    return str(
        [
            pgettext("weekday", "Mon"),
            pgettext("weekday", "Tue"),
            pgettext("weekday", "Wed"),
            pgettext("weekday", "Thu"),
            pgettext("weekday", "Fri"),
            pgettext("weekday", "Sat"),
            pgettext("weekday", "Sun"),
        ][_as_day(value).weekday()]
    )


def _as_day(value: date | datetime | str) -> date:
    """The day here, also of a moment that papers keep in another zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _as_moment(value: datetime | str) -> datetime:
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)


def full_day(value: date | datetime | str) -> str:
    """2026-11-24, as papers carry it."""
    return _as_day(value).isoformat()


def full_moment(value: datetime | str) -> str:
    """2026-11-24 15:42, as papers carry it."""
    return timezone.localtime(_as_moment(value)).strftime("%Y-%m-%d %H:%M")
