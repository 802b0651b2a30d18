"""What is in force for preparation: the works that need a permission, the schedule by size, the days before which materials are ordered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from django.utils.translation import get_language

from core.data import BadData, load
from core.models import CalendarDay
from projects.choices_preparation import ApplicationKind, Buyer, Rhythm
from projects.terms import DATA

MOST_DAYS = 800  # how far a schedule may reach


def _says(name: str, name_en: str) -> str:
    return name if (get_language() or "zh").startswith("zh") else name_en


@dataclass(frozen=True)
class Work:
    """A work that needs a permission before it begins."""

    code: str
    gate: str
    kind: str
    name: str
    name_en: str
    lead: int
    item: str = ""
    phases: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    blocking: bool = False

    def __str__(self) -> str:
        return _says(self.name, self.name_en)


@dataclass(frozen=True)
class Band:
    code: str
    name: str
    upto: int
    usual: int


@dataclass(frozen=True)
class Phase:
    code: str
    name: str
    name_en: str
    trade: str
    days: tuple[int, ...]
    after: tuple[str, ...] = ()
    check: str = ""
    key: str = ""


@dataclass(frozen=True)
class Material:
    code: str
    name: str
    name_en: str
    days: int
    needed_by: str
    buyer: str


@cache
def works() -> dict[str, Work]:
    """The works by code; every kind and code is known and stands once."""
    rows = load(DATA / "site_permits.yaml", Work)
    for row in rows:
        if row.kind not in ApplicationKind.values:
            raise BadData(f"site_permits.yaml: {row.code}: no such kind")
        if row.blocking and row.kind != ApplicationKind.AUTHORITY:
            raise BadData(f"site_permits.yaml: {row.code}: only an authority's approval blocks")
    found = {row.code: row for row in rows}
    if len(found) != len(rows):
        raise BadData("site_permits.yaml: a code stands twice")
    return found


@cache
def bands() -> tuple[Band, ...]:
    return tuple(load(DATA / "schedule_template.yaml", Band, key="bands"))


@cache
def phases() -> dict[str, Phase]:
    """The phases of the template in their order; each depends on earlier ones alone."""
    found: dict[str, Phase] = {}
    for row in load(DATA / "schedule_template.yaml", Phase, key="phases"):
        if row.code in found or not set(row.after) <= set(found) or len(row.days) != len(bands()) or min(row.days) < 1:
            raise BadData(f"schedule_template.yaml: {row.code} does not fit")
        found[row.code] = row
    return found


@cache
def materials() -> tuple[Material, ...]:
    rows = tuple(load(DATA / "schedule_template.yaml", Material, key="materials"))
    for row in rows:
        if row.needed_by not in phases() or row.buyer not in Buyer.values:
            raise BadData(f"schedule_template.yaml: {row.code} does not fit")
    return rows


def band_of(area: Decimal | None) -> Band:
    """The band of a size; without a size, the middle one."""
    if area is None:
        return bands()[2]
    return next(band for band in bands() if area <= band.upto)


class SiteDays:
    """The days on which a site works: all but public holidays, or the working days of the calendar.  The calendar is read once."""

    def __init__(self, rhythm: str, since: date) -> None:
        rows = CalendarDay.objects.filter(day__gte=since, day__lte=since + timedelta(days=MOST_DAYS)).values_list("day", "working")
        self._rhythm, self._rows = rhythm, dict(rows)

    def works(self, day: date) -> bool:
        known = self._rows.get(day)
        if self._rhythm == Rhythm.WORKDAYS:
            return day.weekday() < 5 if known is None else known
        return known is not False

    def first(self, day: date) -> date:
        """This day, or the next on which the site works."""
        return next(self._from(day))

    def end(self, start: date, days: int) -> date:
        """The last of so many working days that begin on `start`."""
        found = self._from(start)
        for _n in range(days - 1):
            next(found)
        return next(found)

    def _from(self, day: date) -> Iterator[date]:
        while True:
            if self.works(day):
                yield day
            day += timedelta(days=1)


def lay_out(days: SiteDays, rows: Sequence[tuple[str, int, Sequence[str]]], starts_on: date) -> dict[str, tuple[date, date]]:
    """(first, last day) of every (code, days, after) in their order."""
    found: dict[str, tuple[date, date]] = {}
    for code, length, after in rows:
        ready = max((found[other][1] + timedelta(days=1) for other in after), default=starts_on)
        start = days.first(ready)
        found[code] = start, days.end(start, length)
    return found
