"""Rules and scripts of return-visit rounds, and the questions of surveys: default data (data/rounds.yaml, data/survey.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.terms import LOW_SCORE, NPS, SCALE, TEXT, YES_NO
from core.data import load, make
from projects.choices import Role

DATA = Path(__file__).parent / "data"
NODES = {
    "any": pgettext_lazy("survey", "Always"), "contract": _("After the contract"), "start": _("After the start"), "mep": _("After the concealed works"),
    "midterm": _("After the carpentry"), "completion": _("After the completion"), "warranty": _("In the warranty"),
    "complaint": _("After a complaint"),
}  # fmt: skip
KINDS = {SCALE: _("1 to 5"), YES_NO: _("Yes or no"), NPS: _("0 to 10"), TEXT: _("Free words")}


def _english() -> bool:
    return (translation.get_language() or "").startswith("en")


@dataclass(frozen=True, slots=True)
class RoundRules:
    within_days: int
    most_per_officer: int
    hours_between: int
    report_days: int


@dataclass(frozen=True, slots=True)
class SurveyRules:
    analyse_days: int
    repeat_months: int
    look_days: int


@dataclass(frozen=True)
class Script:
    """What the officer says: the opening, the question, and what follows from each answer."""

    code: str
    zh: str
    en: str
    greeting: str
    question: str
    satisfied: str
    so_so: str
    dissatisfied: str
    end_satisfied: str
    end_so_so: str
    end_dissatisfied: str

    @property
    def title(self) -> str:
        return self.en if _english() else self.zh

    def said(self, **words: str) -> dict[str, str]:
        """Every sentence with its words filled in."""
        lines = {name: text for name, text in asdict(self).items() if name not in ("code", "zh", "en")}
        for name, text in lines.items():
            for word, value in words.items():
                text = text.replace("{" + word + "}", value)
            lines[name] = text
        return lines


@dataclass(frozen=True)
class SurveyQuestion:
    """One question: when it is asked, how it is answered, whose work it rates, which kind of case a bad answer opens."""

    code: str
    node: str
    zh: str
    kind: str
    en: str = ""
    alarm_on: str = ""
    role: str = ""
    category: str = "other"

    @property
    def title(self) -> str:
        return (self.en or self.zh) if _english() else self.zh

    @property
    def kind_says(self) -> str:
        return str(KINDS[self.kind])

    @property
    def role_says(self) -> str:
        return str(Role(self.role).label) if self.role else ""

    def is_low(self, answer: str) -> bool:
        """A low score, or the answer that must not be given."""
        if not answer:
            return False
        if self.kind == SCALE:
            return int(answer) <= LOW_SCORE
        return bool(self.alarm_on) and answer == self.alarm_on


@cache
def rules() -> RoundRules:
    return load(DATA / "rounds.yaml", RoundRules, key="rules")[0]


@cache
def survey_rules() -> SurveyRules:
    return load(DATA / "survey.yaml", SurveyRules, key="rules")[0]


@cache
def scripts() -> dict[str, Script]:
    return {row.code: row for row in load(DATA / "rounds.yaml", Script, key="scripts")}


@cache
def default_questions() -> tuple[SurveyQuestion, ...]:
    return tuple(load(DATA / "survey.yaml", SurveyQuestion, key="questions"))


def questions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[SurveyQuestion, ...]:
    """Questions as they were kept with a version or a survey."""
    return tuple(make(dict(row), SurveyQuestion, "questions") for row in rows)


def rated(code: str) -> str:
    """Whose work a question of the evaluation (S02) rates, by the same codes."""
    return next((row.role for row in default_questions() if row.code == code), "")
