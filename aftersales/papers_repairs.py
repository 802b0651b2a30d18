"""The papers of a repair: the order that the technician fills in on the spot (S20), and the feedback that comes back (S22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.papers import PaperKind, Signer, Voidable

S20 = PaperKind(
    "S20", "维修单", "Repair order", "aftersales",
    signers=(
        Signer("after_sales", "维修人员", "以上情况和做法由本人现场查看后如实填写；收费的，已在动工前告知业主。"),
        Signer("customer", "业主", "以上情况和费用已在动工前告知本人，本人同意按此维修。"),
    ),
)  # fmt: skip
S22 = PaperKind(
    "S22", "售后服务信息反馈单", "After-sales service feedback", "aftersales",
    signers=(
        Signer("after_sales", "维修人员", "以上维修由本人完成，结果如实填写。"),
        Signer("customer", "业主", "维修结果本人已看过，意见如上。签字不影响保修权利。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip


@dataclass(frozen=True)
class RepairPlace:
    project: str
    customer: str
    contact: str
    address: str
    warranty: str
    repair: str
    room: str
    item: str
    category: str
    fault: str
    told_at: datetime


@dataclass(frozen=True)
class Bears:
    """Who bears the repair, with the reason in words."""

    cover: str
    part: str
    until: str
    why: str


@dataclass(frozen=True)
class Part:
    name: str
    quantity: str
    unit: str
    price: str
    amount: str


@dataclass(frozen=True)
class OrderSheet:
    """S20: what was found on the spot, what will be done, what it costs the owner."""

    place: RepairPlace
    bears: Bears
    technician: str
    visit: int
    agreed_at: datetime
    arrived_at: datetime
    found: str
    plan: str
    parts: list[Part]
    labour: str
    charge: str
    photos: list[str]


@dataclass(frozen=True)
class FeedbackSheet:
    """S22: where the technician was sent and what was told before, what was done, what the owner says of it."""

    place: RepairPlace
    bears: Bears
    order: str
    technician: str
    told: str
    expected_minutes: int
    left_at: datetime | None
    arrived_at: datetime
    finished_at: datetime
    work: str
    mended: bool
    rest: str
    charge: str
    covered_until: str
    before: list[str]
    after: list[str]
