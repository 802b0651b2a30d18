"""What is in force when a contract is made: its text, the payment plans, the warranty terms, the disclosure points.

Each is a data file, checked while loading.  A contract keeps a copy of all of it, so a later version changes nothing (LR-31).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.data import BadData, load, make
from projects.choices import KeyTerm, Milestone, check_passed

DATA = Path(__file__).parent / "data"
# Phrases that take away what the law gives a consumer; a contract text with one of them is refused (LR-21).
UNFAIR = ("最终解释权", "概不退款", "视为验收合格", "只修不赔", "未付尾款不保修", "换人入住即失效", "视为同意")


@dataclass(frozen=True)
class WarrantyTerm:
    """One part of the works and how long it is warranted; never shorter than the statutory floor."""

    code: str
    part: str
    months: int
    basis: str
    floor: int | None = None


@dataclass(frozen=True)
class Exclusion:
    code: str
    says: str


@dataclass(frozen=True)
class WarrantyTerms:
    version: str
    starts: str
    terms: tuple[WarrantyTerm, ...]
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True)
class Node:
    """One line of a payment plan."""

    milestone: str
    name: str
    percent: Decimal
    due_days: int
    checks: tuple[str, ...] = ()
    settles_changes: bool = False

    @property
    def requires(self) -> list[str]:
        """The facts that must hold before the instalment opens (LR-56)."""
        return [check_passed(check).value for check in self.checks]


@dataclass(frozen=True)
class Plan:
    code: str
    name: str
    nodes: tuple[Node, ...]
    default: bool = False


@dataclass(frozen=True)
class Clause:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class KeyTermText:
    code: str
    title: str
    says: str


@dataclass(frozen=True)
class Rules:
    """The numbers of the contract text: shares of the total a day and at most, and days; the text says them in words."""

    late_rate: Decimal
    late_cap: Decimal
    pay_late_rate: Decimal
    stop_days: int
    notice_hours: int
    reply_days: int

    def words(self) -> dict[str, Any]:
        """What stands in the braces of the text: 万分之五 for 0.0005."""
        return {name: share_in_words(value) if isinstance(value, Decimal) else value for name, value in vars(self).items()}

    def frozen(self) -> dict[str, Any]:
        """As they are kept with a contract: the numbers, shares as decimals in writing."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in vars(self).items()}


DIGITS = "零一二三四五六七八九"


def share_in_words(share: Decimal) -> str:
    """A share as a Chinese contract says it, in the largest whole unit: 百分之五, 千分之一, 万分之五; BadData for one that has no such name."""
    for unit, name in ((100, "百分之"), (1000, "千分之"), (10000, "万分之")):
        many = share * unit
        if many == many.to_integral_value() and 0 < many < 100:
            tens, ones = divmod(int(many), 10)
            ten = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
            return f"{name}{ten}{DIGITS[ones] if ones or not tens else ''}"
    raise BadData(f"the share {share} cannot be said in words")


@dataclass(frozen=True)
class ContractText:
    version: str
    key_terms: tuple[KeyTermText, ...]
    rules: Rules
    clauses: tuple[Clause, ...] = field(default=())


@dataclass(frozen=True)
class Point:
    trade: str
    point: str


def _one(name: str, schema: type[Any]) -> Any:
    return make(yaml.safe_load((DATA / name).read_text(encoding="utf-8")), schema, name)


@cache
def warranty_terms() -> WarrantyTerms:
    """The terms in force; a term below its statutory floor cannot be loaded, so it cannot be promised."""
    found: WarrantyTerms = _one("warranty_terms.yaml", WarrantyTerms)
    check_floors(found.terms)
    return found


def check_floors(terms: tuple[WarrantyTerm, ...]) -> None:
    for term in terms:
        if term.floor is not None and term.months < term.floor:
            raise BadData(f"warranty term {term.code}: {term.months} months is below the statutory {term.floor}")


@cache
def payment_plans() -> dict[str, Plan]:
    plans = {plan.code: plan for plan in load(DATA / "payment_plans.yaml", Plan)}
    for plan in plans.values():
        if sum(node.percent for node in plan.nodes) != 100:
            raise BadData(f"payment plan {plan.code} does not total 100")
        for node in plan.nodes:
            Milestone(node.milestone)
    return plans


def default_plan() -> Plan:
    return next(plan for plan in payment_plans().values() if plan.default)


@cache
def contract_text() -> ContractText:
    found: ContractText = _one("contract_text.yaml", ContractText)
    found.rules.words()  # each share has its words
    words = "\n".join([*(p for c in found.clauses for p in c.paragraphs), *(k.says for k in found.key_terms)])
    if unfair := [phrase for phrase in UNFAIR if phrase in words]:
        raise BadData(f"the contract text has unfair terms: {', '.join(unfair)}")
    if [k.code for k in found.key_terms] != KeyTerm.values:
        raise BadData("the contract text must have every key term, in order")
    return found


@cache
def disclosure_points() -> tuple[Point, ...]:
    return tuple(load(DATA / "disclosure_points.yaml", Point))
