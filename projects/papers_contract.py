"""Supplement (P51), contract performance overview (P10) and its statistics (P11): titles, signers, frozen content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable
from projects.papers import APP, Place

P51 = PaperKind(
    "P51", "施工合同补充协议", "Supplement to the contract", APP,
    signers=(
        Signer("customer", "甲方（业主）", "本补充协议内容本人已看过并同意；未列明的，仍按原合同执行。"),
        Signer("company", "乙方（公司代表）", "本公司同意本补充协议，并按约履行。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip
P10 = PaperKind("P10", "合同履行一览表", "Contract performance overview", APP)
P11 = PaperKind("P11", "合同履行情况统计表", "Contract performance statistics", APP)


@dataclass(frozen=True)
class PlanLine:
    """A line of the payment table, before and after."""

    seq: int
    name: str
    old_amount: Decimal
    new_name: str
    new_amount: Decimal
    percent: Decimal
    due_days: int
    when: str
    changed: bool


@dataclass(frozen=True)
class SupplementContent:
    place: Place
    contract: str
    signed_on: date
    seq: int
    reason: str
    starts_on: date | None
    old_starts_on: date
    due_on: date | None
    old_due_on: date
    terms: str
    total: Decimal
    lines: list[PlanLine]


@dataclass(frozen=True)
class PaymentLine:
    """An instalment as it stands: due, paid, late."""

    seq: int
    name: str
    due: Decimal
    paid: Decimal
    rest: Decimal
    due_on: date | None
    says: str


@dataclass(frozen=True)
class ChangeLineSaid:
    seq: int
    ref: str
    wish: str
    signed_on: date | None
    days: int
    amount: Decimal


@dataclass(frozen=True)
class PerformanceContent:
    place: Place
    contract: str
    serial: str
    as_of: date
    signed_on: date | None
    handed_in_on: date | None
    archived_on: date | None
    starts_on: date
    started_on: date | None
    due_on: date
    first_due_on: date
    completed_on: date | None
    accepted_on: date | None
    settled_on: date | None
    stage: str
    people: list[tuple[str, str]]
    total: Decimal
    changes: Decimal
    owed: Decimal
    received: Decimal
    balance: Decimal
    credit: Decimal
    instalments: list[PaymentLine]
    change_lines: list[ChangeLineSaid]
    supplements: list[tuple[str, str, str]]
    late: list[str]


@dataclass(frozen=True)
class StatLine:
    """One store or one designer in a period."""

    name: str
    count: int
    signed: Decimal
    changes: Decimal
    received: Decimal
    outstanding: Decimal
    completed: int


@dataclass(frozen=True)
class StatisticsContent:
    period: str
    from_on: date
    until_on: date
    as_of: date
    closed: bool
    total: StatLine
    stores: list[StatLine]
    designers: list[StatLine]
    contracts: list[list[str]]
