"""How a line's quantity follows from the sizes of a room or of the home.  Pure arithmetic, rounded once at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Protocol

from leads.choices import QuantityFrom

HUNDREDTH = Decimal("0.01")
WHOLE_UNITS = frozenset({"个", "套", "樘", "根", "项", "处", "间", "台", "点", "天", "层", "组", "块", "扇", "位"})
SPLASH, SHOWER = Decimal("0.3"), Decimal("1.8")


class Sizes(Protocol):
    """What is asked of a room: square and running metres without openings, doors and windows."""

    @property
    def area(self) -> Decimal: ...
    @property
    def perimeter(self) -> Decimal: ...
    @property
    def wall_area(self) -> Decimal: ...

    doors: int
    windows: int


class Rule(Protocol):
    """What is asked of a price item."""

    quantity_from: str
    factor: Decimal
    loss: Decimal
    unit: str


@dataclass(frozen=True)
class HomeSizes:
    """The home as such: its building area, or the sum of its rooms when nobody wrote one."""

    area: Decimal

    @classmethod
    def of(cls, building_area: Decimal | None, rooms: Sequence[Sizes]) -> HomeSizes:
        return cls(building_area if building_area else sum((room.area for room in rooms), Decimal(0)))


def in_room(rule: Rule, room: Sizes) -> Decimal | None:
    """The quantity of an item in a room; None when it is typed by a person or the room has nothing to measure."""
    measure = {
        QuantityFrom.FLOOR: lambda: room.area,
        QuantityFrom.CEILING: lambda: room.area,
        QuantityFrom.WALL: lambda: room.wall_area,
        QuantityFrom.WALL_CEILING: lambda: room.wall_area + room.area,
        QuantityFrom.PERIMETER: lambda: room.perimeter,
        QuantityFrom.FLOOR_WALL_300: lambda: room.area + room.perimeter * SPLASH,
        QuantityFrom.FLOOR_WALL_1800: lambda: room.area + room.perimeter * SHOWER,
        QuantityFrom.DOORS: lambda: Decimal(room.doors),
        QuantityFrom.WINDOWS: lambda: Decimal(room.windows),
        QuantityFrom.POINTS: lambda: room.area,
        QuantityFrom.ROOM: lambda: Decimal(1),
    }.get(QuantityFrom(rule.quantity_from))
    return _worked(rule, measure()) if measure else None


def in_home(rule: Rule, home: HomeSizes) -> Decimal | None:
    """The quantity of an item of the whole home."""
    if rule.quantity_from == QuantityFrom.HOME:
        return _worked(rule, home.area)
    if rule.quantity_from == QuantityFrom.ONCE:
        return _worked(rule, Decimal(1))
    return None


def _worked(rule: Rule, measure: Decimal) -> Decimal | None:
    """measure × factor × (1 + loss); whole pieces are rounded up."""
    quantity = measure * rule.factor * (1 + rule.loss / 100)
    if quantity <= 0:
        return None
    if rule.unit in WHOLE_UNITS:
        return quantity.to_integral_value(ROUND_CEILING).quantize(HUNDREDTH)
    return quantity.quantize(HUNDREDTH, ROUND_HALF_UP)
