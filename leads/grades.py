"""The four classes of customers (R009, L12): willing × able to spend → A to D, how often to follow up and what to offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from core.data import load

FILE = Path(__file__).resolve().parent / "data" / "grades.csv"


@dataclass(frozen=True, slots=True)
class Grade:
    """One class: a customer of it hears from us every so many days."""

    code: str
    willingness: str
    ability: str
    name: str
    name_en: str
    follow_up_days: int
    action: str
    action_en: str

    @property
    def says(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def offers(self) -> str:
        return self.action_en if _english() else self.action


@cache
def grades() -> dict[str, Grade]:
    """The classes by their letter, in the order of the file."""
    return {grade.code: grade for grade in load(FILE, Grade)}


def of(willingness: str, ability: str) -> Grade | None:
    """The class of a customer; None until both were judged."""
    return next((grade for grade in grades().values() if (grade.willingness, grade.ability) == (willingness, ability)), None)


def _english() -> bool:
    return (get_language() or "").startswith("en")
