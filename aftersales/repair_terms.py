"""What is repaired, how soon, and until when a part is covered: the default data of repairs (data/repairs.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from django.utils import translation

from core.data import BadData, load
from projects.procedure import months_after

DATA = Path(__file__).parent / "data" / "repairs.yaml"
SEASONS = ("W05",)  # terms that are counted by heating seasons where a city has them


def _english() -> bool:
    return (translation.get_language() or "").startswith("en")


@dataclass(frozen=True, slots=True)
class Spans:
    immediate_minutes: int
    legal_days: int
    legal_warn_days: int
    pay_days: int
    patrol_months: int


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    code: str
    reply_minutes: int
    onsite_hours: int
    finish_hours: int


@dataclass(frozen=True)
class Category:
    """A kind of fault: the part of the warranty that it falls under, how soon, and the checks that it leads back to."""

    code: str
    zh: str
    en: str
    term: str
    level: str
    trade: str
    checks: list[str]
    materials: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.en if _english() else self.zh


@dataclass(frozen=True)
class Excluded:
    """A cause for which the company does not answer, and what must be shown for it."""

    code: str
    zh: str
    en: str
    shown_zh: str
    shown_en: str

    @property
    def title(self) -> str:
        return self.en if _english() else self.zh

    @property
    def shown(self) -> str:
        return self.shown_en if _english() else self.shown_zh


@dataclass(frozen=True)
class Heating:
    """The heating season of a city, as month-day."""

    city: str
    from_day: str
    to_day: str

    def starts(self, year: int) -> date:
        return _day(year, self.from_day)

    def ends(self, year: int) -> date:
        """The last day of the season that began in `year`."""
        return _day(year + 1, self.to_day)


def _day(year: int, text: str) -> date:
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


@cache
def spans() -> Spans:
    return load(DATA, Spans, key="spans")[0]


@cache
def levels() -> Mapping[str, ServiceLevel]:
    return {row.code: row for row in load(DATA, ServiceLevel, key="levels")}


@cache
def categories() -> Mapping[str, Category]:
    found = {row.code: row for row in load(DATA, Category, key="categories")}
    for row in found.values():
        if row.level not in levels():
            raise BadData(f"repair category {row.code}: the level {row.level} is not known")
    return found


@cache
def exclusions() -> Mapping[str, Excluded]:
    return {row.code: row for row in load(DATA, Excluded, key="exclusions")}


@cache
def heating() -> Mapping[str, Heating]:
    return {row.city: row for row in load(DATA, Heating, key="heating")}


def last_day(code: str, months: int, starts_on: date, city: str = "") -> date:
    """The last day on which a part is covered: so many months, and where the city has heating seasons two whole ones if that is later."""
    plain = months_after(starts_on, months)
    season = heating().get(city.strip().removesuffix("市")) if code in SEASONS else None
    return plain if season is None else max(plain, second_season_ends(starts_on, season))


def second_season_ends(starts_on: date, season: Heating) -> date:
    """The end of the second season that began on or after the day of acceptance; one that was already running is not a whole one."""
    first = starts_on.year if season.starts(starts_on.year) >= starts_on else starts_on.year + 1
    return season.ends(first + 1)
