"""How a site is supervised, as shipped: the five must-visits, the least number of exchanges, trades and their points, criteria of crews."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from core.data import BadData, load

DATA = Path(__file__).parent / "data" / "supervision.yaml"


def _said(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


@dataclass(frozen=True, slots=True)
class MustVisit:
    """One of the five acceptances that an inspector may not miss (R043)."""

    code: str
    zh: str
    en: str

    @property
    def title(self) -> str:
        return _said(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Rules:
    least_exchanges: int
    manager: list[str]
    days_after: int
    proposal: int


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade of a site, accepted by one of the eight checks or by its own points (R048)."""

    trade: str
    en: str
    check: str = ""
    points: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return _said(self.trade, self.en)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a crew gets points for (I18)."""

    code: str
    zh: str
    en: str
    points: int

    @property
    def title(self) -> str:
        return _said(self.zh, self.en)


@cache
def must_visits() -> dict[str, MustVisit]:
    return {row.code: row for row in load(DATA, MustVisit, key="must_visits")}


@cache
def rules() -> Rules:
    return load(DATA, Rules, key="rules")[0]


@cache
def trades() -> dict[str, Trade]:
    found = {row.trade: row for row in load(DATA, Trade, key="trades")}
    for row in found.values():
        if bool(row.check) == bool(row.points):
            raise BadData(f"{DATA.name}: {row.trade} is accepted by a check or by points, not by both or neither")
    return found


@cache
def criteria() -> dict[str, Criterion]:
    found = {row.code: row for row in load(DATA, Criterion, key="criteria")}
    if sum(row.points for row in found.values()) != 100:
        raise BadData(f"{DATA.name}: the criteria make a hundred points")
    return found
