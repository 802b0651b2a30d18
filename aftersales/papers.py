"""The papers after acceptance: warranty, card, evaluation, return visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aftersales.papers_complaints import S07, S09, S10, S16  # noqa: F401  (registered with the others)
from aftersales.papers_repairs import S20, S22  # noqa: F401  (registered with the others)
from aftersales.papers_rounds import S05, S18, S18_TOLD  # noqa: F401  (registered with the others)
from core.papers import PaperKind, Signer, Voidable

S50 = PaperKind(
    "S50", "住宅装修质量保修书", "Statutory warranty paper", "aftersales",
    signers=(
        Signer("customer", "业主签收", "本人已收到本保修书并看过保修范围、期限和报修方法。签收不影响任何法定权利。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip
S01 = PaperKind(
    "S01", "工程保修单", "Warranty card", "aftersales",
    signers=(
        Signer("project_manager", "项目经理", "本工程已结清，保修单由本人交客户。"),
        Signer("customer", "客户签收", "本人已收到保修单。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip
S02 = PaperKind(
    "S02", "项目评价及反馈单", "Project evaluation and feedback", "aftersales",
    signers=(Signer("customer", "客户", "以上评价和意见由本人填写，是本人真实的看法。"),),
)  # fmt: skip
S04 = PaperKind(
    "S04", "回访记录表", "Return-visit record", "aftersales", signers=(Signer("cs_officer", "回访人", "本表如实记录客户所说，没有遗漏。"),)
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    project: str
    contract: str
    customer: str
    address: str
    area: str

    @classmethod
    def of(cls, project: Any) -> Place:
        return cls(project.ref, project.contract.paper.ref, project.customer_name, project.address, project.area_text)


@dataclass(frozen=True)
class Term:
    code: str
    part: str
    months: int
    floor: int | None
    basis: str
    until: date | None


@dataclass(frozen=True)
class WarrantySheet:
    """S50 and S01: parts, terms, what is excluded, how to claim."""

    place: Place
    acceptance: str
    starts_on: date
    proof_until: date
    terms: list[Term]
    exclusions: list[str]
    claim: list[str]
    law: list[str]
    version: str
    warranty: str = ""
    people: list[str] | None = None
    settled_on: date | None = None


@dataclass(frozen=True)
class Answered:
    code: str
    question: str
    kind: str
    answer: str


@dataclass(frozen=True)
class EvaluationSheet:
    place: Place
    accepted_on: date
    people: list[str]
    answers: list[Answered]


@dataclass(frozen=True)
class VisitSheet:
    place: Place
    kind: str
    accepted_on: date | None
    channel: str
    attempt: int
    visited_at: datetime
    satisfaction: str
    with_what: str
    suggestion: str
    view: str
    note: str
    officer: str
    time_agreed: bool = False
    round: str = ""
    purpose: str = ""
    occasion: str = ""
    case: str = ""
