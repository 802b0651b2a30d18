"""The eight checks as shipped: the schema of the data files, and reading them.

A row of c1.yaml … c8.yaml is an `Item`.  A value passes when (low is absent or value ≥ low) and (high is absent or value ≤ high);
deviations are absolute.  `record_only` stores and flags, never fails.  `optional` items are off until somebody records one.
Of the items of one `alternative_group` at least one is done.  `deferrable` items may stay open when the check passes: a clock of
`defer_days` keeps them (not before `earliest_days`), and the check `blocks` does not pass while they are open.  `by_paper` items
are proved by the signatures on the paper itself.  `company` is a promise stricter than the limit: below it the item passes and
the paper says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from core.data import load

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a timed test; the item passes only when every step passes."""

    zh: str
    en: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    company: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a check."""

    code: str
    zh: str
    en: str
    kind: str
    method: str
    severity: str
    basis: str
    confidence: str
    refs: list[str]
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    nominal: Decimal | None = None
    stages: list[Stage] = field(default_factory=list)
    photo: bool = False
    record_only: bool = False
    optional: bool = False
    deferrable: bool = False
    defer_days: int = 0
    earliest_days: int = 0
    blocks: str = ""
    alternative_group: str = ""
    by_paper: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the eight."""

    code: str
    zh: str
    en: str
    paper: str
    releases: str
    present: list[str]
    stages: list[str]
    after: list[str] = field(default_factory=list)
    manager_attends: bool = False
    repeatable: bool = False
    notice_hours: int = 0

    @property
    def title(self) -> str:
        """In the language of the page."""
        return self.en if (get_language() or "").startswith("en") else self.zh

    @property
    def attendance(self) -> tuple[str, ...]:
        """Everybody who must be there for the check to pass (R046)."""
        return (*self.present, *(("engineering_manager",) if self.manager_attends else ()))


@dataclass(frozen=True, slots=True)
class PassRules:
    general_pass_rate: Decimal
    general_overrun: Decimal
    rework_days_main: int
    rework_days_general: int
    recheck_days: int
    tools: list[str]

    def rework_days(self, severity: str) -> int:
        return self.rework_days_main if severity == "main" else self.rework_days_general


@cache
def checks() -> dict[str, Check]:
    return {check.code: check for check in load(DATA / "checks.yaml", Check)}


@cache
def rules() -> PassRules:
    return load(DATA / "pass_rules.yaml", PassRules)[0]


def items(code: str) -> list[Item]:
    return load(DATA / f"{code.lower()}.yaml", Item)


def fingerprint(code: str) -> str:
    """Changes when the items of a check change."""
    return hashlib.sha256((DATA / f"{code.lower()}.yaml").read_bytes()).hexdigest()
