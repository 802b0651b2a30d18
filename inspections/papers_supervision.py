"""The papers of supervision: the patrol plan, the customer service booklet, the published month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.papers import PaperKind, Signer, Voidable
from inspections.papers import INSPECTOR, Place

I01 = PaperKind("I01", "巡查计划表", "Patrol plan", "inspections", voidable=Voidable.NEVER)
P13 = PaperKind(
    "P13", "客户服务手册", "Customer service booklet", "inspections",
    signers=(
        Signer("customer", "客户", "手册所记到场和交流与实际相符。"),
        Signer("inspector", INSPECTOR.label, "到场和交流均由本人进行，逐次如实登记。"),
    ),
)  # fmt: skip
I17 = PaperKind("I17", "巡检、联检情况公布", "Patrols and joint inspections of the month", "inspections", voidable=Voidable.NEVER)


@dataclass(frozen=True)
class PlanLine:
    on: date
    project: str
    address: str
    stage: str
    due_on: date | None


@dataclass(frozen=True)
class PlanSheet:
    """I01: who goes where on which day."""

    inspector: str
    span: str
    starts_on: date
    ends_on: date
    lines: list[PlanLine]


@dataclass(frozen=True)
class VisitLine:
    title: str
    at: datetime | None
    content: str
    customer_says: str
    inspector: str


@dataclass(frozen=True)
class ExchangeLine:
    number: int
    on: date
    channel: str
    content: str
    customer_says: str
    inspector: str
    counts: bool


@dataclass(frozen=True)
class BookSheet:
    """P13: the five must-visits and every exchange of a site; what is missing is said."""

    place: Place
    inspector: str
    visits: list[VisitLine]
    exchanges: list[ExchangeLine]
    visited: int
    visits_asked: int
    exchanged: int
    exchanges_asked: int
    closed: bool


@dataclass(frozen=True)
class FigureLine:
    title: str
    count: int
    note: str


@dataclass(frozen=True)
class CrewLine:
    name: str
    total: int
    scores: list[int]


@dataclass(frozen=True)
class BulletinSheet:
    """I17: the month's figures; sites by number, never by customer."""

    month: date
    until_on: date
    figures: list[FigureLine]
    severities: list[list[str]]
    criteria: list[str]
    crews: list[CrewLine]
