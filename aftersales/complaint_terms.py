"""What is complained about, how soon it is answered and who heads a department: the default data of complaints (data/complaints.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.utils import translation

from core.data import BadData, load
from staff.posts import all_codes, departments

DATA = Path(__file__).parent / "data" / "complaints.yaml"


def _english() -> bool:
    return (translation.get_language() or "").startswith("en")


@dataclass(frozen=True, slots=True)
class Spans:
    judge_days: int
    investigate_days: int
    approve_days: int
    handle_days: int
    call_days: int
    summary_days: int
    repeat_days: int
    legal_days: int
    legal_warn_days: int
    reply_promise_days: int


@dataclass(frozen=True)
class Category:
    """A kind of complaint: who usually answers for it, how soon the customer hears, which checks it leads back to."""

    code: str
    zh: str
    en: str
    department: str
    reply_hours: int
    solve_days: int
    urgent: bool = False
    checks: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.en if _english() else self.zh

    def due(self, told_at: datetime, days: int) -> datetime:
        """When a step is due: so many days after the complaint was told (Q100); an urgent one has no longer than its own days."""
        return told_at + timedelta(days=min(days, self.solve_days) if self.urgent else days)


@dataclass(frozen=True)
class Heads:
    department: str
    posts: list[str]


@dataclass(frozen=True)
class Script:
    zh: str
    en: str
    call_zh: str
    call_en: str

    @property
    def listening(self) -> str:
        return self.en if _english() else self.zh

    @property
    def call(self) -> str:
        return self.call_en if _english() else self.call_zh


@cache
def spans() -> Spans:
    return load(DATA, Spans, key="spans")[0]


@cache
def categories() -> Mapping[str, Category]:
    known = {row.code for row in departments()}
    found = {row.code: row for row in load(DATA, Category, key="categories")}
    for row in found.values():
        if row.department not in known:
            raise BadData(f"complaint category {row.code}: the department {row.department} is not known")
    return found


@cache
def heads() -> Mapping[str, tuple[str, ...]]:
    """The posts that head a department, the first that somebody holds; every department of the chart has one."""
    found = {row.department: tuple(row.posts) for row in load(DATA, Heads, key="heads")}
    for row in departments():
        if not set(found.get(row.code, ())) or not set(found[row.code]) <= all_codes():
            raise BadData(f"complaints: nobody heads the department {row.code}")
    return found


@cache
def script() -> Script:
    return load(DATA, Script, key="script")[0]
