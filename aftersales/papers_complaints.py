"""The papers of a complaint: register form (S07), approved solution (S09), statistics (S10); the shift hand-over (S16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.papers import PaperKind, Signer, Voidable

S07 = PaperKind(
    "S07", "顾客投诉登记表", "Complaint register form", "aftersales", quiet=True,
    signers=(Signer("cs_officer", "受理人", "本表如实记录投诉人所说，没有遗漏，没有增减。"),), voidable=Voidable.NEVER,
)  # fmt: skip
S09 = PaperKind(
    "S09", "投诉处理方案", "Complaint solution", "aftersales", quiet=True,
    signers=(Signer("customer", "客户确认", "处理方案已向本人说明，本人同意按此处理。签字不影响任何法定权利。"),),
)  # fmt: skip
S10 = PaperKind(
    "S10", "顾客投诉统计表", "Complaint statistics", "aftersales",
    signers=(Signer("cs_supervisor", "客服主管", "以上统计由系统按登记生成，分析和改进措施由本人填写。"),), voidable=Voidable.NEVER,
)  # fmt: skip
S16 = PaperKind(
    "S16", "客服交接班表", "Shift hand-over", "aftersales",
    signers=(
        Signer("hands_over", "交班人", "以上未结事项和说明由本人交出，没有隐瞒。"),
        Signer("takes_over", "接班人", "以上未结事项和说明本人已看过并接手。"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ComplaintPlace:
    complaint: str
    project: str
    customer: str
    address: str
    category: str
    told_at: datetime


@dataclass(frozen=True)
class RegisterSheet:
    """S07: who complained, when, about what; how to reach the person; by when an answer is promised."""

    place: ComplaintPlace
    source: str
    complainant: str
    phone: str
    text: str
    wish: str
    emotion: str
    kind: str
    named: list[str]
    payment: str
    earlier: list[str]
    owed_at: datetime
    officer: str


@dataclass(frozen=True)
class Proposed:
    seq: int
    says: str
    amends: str
    days: int
    by: str
    chosen: bool


@dataclass(frozen=True)
class SolutionSheet:
    """S09: what was found, every proposal, the one chosen with the leader's instruction; the customer signs."""

    place: ComplaintPlace
    complainant: str
    text: str
    cause: str
    department: str
    proposals: list[Proposed]
    leader: str
    instruction: str
    approved_at: datetime


@dataclass(frozen=True)
class Counted:
    name: str
    number: int
    share: str


@dataclass(frozen=True)
class CountedGroup:
    title: str
    rows: list[Counted]


@dataclass(frozen=True)
class StatisticsSheet:
    """S10: the counts of a month or quarter, the analysis and what is improved."""

    store: str
    span: str
    starts_on: date
    ends_on: date
    total: int
    upheld: int
    not_upheld: int
    waiting: int
    ended: int
    days_mean: str
    days_most: str
    content: str
    groups: list[CountedGroup]
    analysis: str
    measures: str
    by: str


@dataclass(frozen=True)
class OpenCase:
    ref: str
    what: str
    whose: str
    stands: str
    due_at: datetime | None


@dataclass(frozen=True)
class HandoverSheet:
    """S16: the open cases at the cut, as the system lists them."""

    store: str
    cut_at: datetime
    giver: str
    taker: str
    giver_id: int
    taker_id: int
    none_missed: bool
    note: str
    complaints: list[OpenCase]
    repairs: list[OpenCase]
    hotline: list[OpenCase]
