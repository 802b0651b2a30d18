"""The editable data of site order: conduct items and the numbers of fines, notes, incidents, briefings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from core.data import load

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class ConductItem:
    """One thing that is looked at on a walk through a site (I21, I22, I30)."""

    code: str
    zh: str
    en: str
    category: str
    method: str
    level: str
    severity: str
    points: int
    sheets: list[str]
    refs: list[str]
    photo: bool = False

    @property
    def title(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Limits and days of site order."""

    fine_least: Decimal
    fine_most: Decimal
    fine_confirm_above: Decimal
    fine_hear_days: int
    fine_appeal_days: int
    fine_decide_days: int
    remove_days: int
    note_answer_days: int
    emergency_hours: int
    report_hours: int
    hazard_hours: int
    calibration_warn_days: int
    topics: list[str]


@cache
def conduct() -> dict[str, ConductItem]:
    return {item.code: item for item in load(DATA / "conduct.yaml", ConductItem)}


@cache
def order_rules() -> OrderRules:
    return load(DATA / "site_order.yaml", OrderRules)[0]


def items_of(kind: str) -> list[ConductItem]:
    """The items that a walk of this kind asks for; the whole norm asks for all."""
    return [item for item in conduct().values() if kind == "norm" or kind in item.sheets]
