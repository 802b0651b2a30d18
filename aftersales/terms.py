"""What the warranty papers say, and what the customer is asked: the default data of this app."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import translation

from core.data import load

DATA = Path(__file__).parent / "data"
SCALE, YES_NO, NPS, TEXT = "scale", "yes_no", "nps", "text"
LOW_SCORE = 2  # this much or less is a call on the same day


@dataclass(frozen=True, slots=True)
class WarrantyTexts:
    from_repair: list[str]
    proof_months: int
    return_visits: list[int]
    claim: list[str]
    law: list[str]


@dataclass(frozen=True)
class Question:
    """One line of 《项目评价及反馈单》."""

    code: str
    zh: str
    en: str
    kind: str
    alarm_on: str = ""

    @property
    def title(self) -> str:
        return self.en if (translation.get_language() or "").startswith("en") else self.zh

    def is_alarm(self, answer: str) -> bool:
        """A low score, or the answer that must not be given."""
        if self.kind == SCALE:
            return int(answer) <= LOW_SCORE
        return bool(self.alarm_on) and answer == self.alarm_on


@cache
def texts() -> WarrantyTexts:
    return load(DATA / "warranty.yaml", WarrantyTexts)[0]


@cache
def questions() -> tuple[Question, ...]:
    return tuple(load(DATA / "questions.yaml", Question))
