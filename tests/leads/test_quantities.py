"""How a quantity follows from a room: every rule, factors, losses and whole pieces."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from leads import quantities
from leads.choices import QuantityFrom
from leads.models import Room


@dataclass
class Rule:
    quantity_from: str
    factor: Decimal = Decimal(1)
    loss: Decimal = Decimal(0)
    unit: str = "㎡"


ROOM = Room(length_mm=4200, width_mm=3600, height_mm=2800, openings_m2=Decimal("4.10"), doors=2, windows=1)


@pytest.mark.parametrize(
    ("rule", "quantity"),
    [
        ("floor", "15.12"), ("ceiling", "15.12"), ("wall", "39.58"), ("wall_ceiling", "54.70"), ("perimeter", "15.60"), ("floor_wall_300", "19.80"),
        ("floor_wall_1800", "43.20"), ("doors", "2.00"), ("windows", "1.00"), ("points", "15.12"), ("room", "1.00"),
    ],
)  # fmt: skip
def test_a_quantity_follows_from_the_room(rule, quantity):
    assert quantities.in_room(Rule(rule), ROOM) == Decimal(quantity)


def test_every_rule_is_either_of_a_room_or_of_the_home_or_typed():
    home = quantities.HomeSizes(Decimal(100))
    for rule in QuantityFrom:
        found = (quantities.in_room(Rule(rule.value), ROOM) is not None, quantities.in_home(Rule(rule.value), home) is not None)
        assert found == {"fixed": (False, False), "once": (False, True), "home": (False, True)}.get(rule.value, (True, False))


def test_factor_and_loss_are_worked_in_and_rounded_once():
    assert quantities.in_room(Rule("floor", Decimal("0.4"), Decimal(5)), ROOM) == Decimal("6.35")


def test_pieces_are_whole_and_rounded_up():
    assert quantities.in_room(Rule("points", Decimal("0.45"), unit="个"), ROOM) == Decimal(7)


def test_a_room_without_a_window_gets_no_window_sill():
    assert quantities.in_room(Rule("windows"), Room(length_mm=2000, width_mm=2000, height_mm=2600, doors=1)) is None


def test_a_home_without_a_building_area_counts_its_rooms():
    assert quantities.HomeSizes.of(None, [ROOM, ROOM]).area == Decimal("30.24")
    assert quantities.HomeSizes.of(Decimal("118.60"), [ROOM]).area == Decimal("118.60")
