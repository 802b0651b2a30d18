"""Foreman's statement (P38), hand-over (P33), documents (P34), site cost (P40), cleaning order (P45): titles, signers, frozen content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable
from projects.papers import APP, Place

P33 = PaperKind(
    "P33", "竣工交接单", "Hand-over of the home", APP,
    signers=(
        Signer("customer", "业主签收", "已到场逐项查看，钥匙、表底数和交接内容属实，本人接收房屋。"),
        Signer("supervisor", "工程监理", "现场已清洁，交接内容属实。"),
    ),
)  # fmt: skip
P34 = PaperKind(
    "P34", "竣工资料移交单", "Hand-over of documents", APP,
    signers=(
        Signer("customer", "业主签收", "打勾的资料已收到；未移交的，原因已说明。"),
        Signer("project_manager", "移交人", "以上资料真实、完整，由本人移交。"),
    ),
)  # fmt: skip
P38 = PaperKind(
    "P38", "工长结算单", "Foreman's statement", APP, signers=(Signer("foreman", "工长", "以上结算内容本人已核对，无异议。"),),
    voidable=Voidable.NEVER,
)
P40 = PaperKind("P40", "工地材料、费用成本表", "Site material and cost statement", APP, voidable=Voidable.NEVER)
P45 = PaperKind(
    "P45", "保洁委托单", "Cleaning order", APP, signers=(Signer("contractor", "保洁单位", "按委托的范围、日期和价格完成，损坏物品负责赔偿。"),),
    voidable=Voidable.NEVER,
)  # fmt: skip
# Registers that are rows here.
P32 = PaperKind("P32", "完工工程统计", "Statistics of finished sites", APP, printable=False)
P35 = PaperKind("P35", "工程资料档案", "Archive of a site", APP, printable=False)
P36 = PaperKind("P36", "文件发放、借阅、传阅登记", "Log of issued and lent documents", APP, printable=False)
P39 = PaperKind("P39", "工程监理提成统计", "Commissions of site supervisors", APP, printable=False)
P41 = PaperKind("P41", "降低成本措施及审核", "Cost-saving proposals and their review", APP, printable=False)


@dataclass(frozen=True)
class PartLine:
    name: str
    percent: Decimal
    amount: Decimal
    earned_on: date | None


@dataclass(frozen=True)
class MoneyLine:
    """A line with its reason: a change's labour, a deduction, an earlier payment."""

    name: str
    ref: str
    on: date
    amount: Decimal


@dataclass(frozen=True)
class StatementContent:
    place: Place
    foreman: str
    seq: int
    advance: bool
    reason: str
    price: Decimal
    parts: list[PartLine]
    labour: list[MoneyLine]
    deductions: list[MoneyLine]
    payments: list[MoneyLine]
    earned: Decimal
    extra: Decimal
    deducted: Decimal
    paid: Decimal
    open: Decimal
    amount: Decimal
    carried: Decimal
    written_by: str


@dataclass(frozen=True)
class CleaningContent:
    place: Place
    contractor: str
    phone: str
    scope: list[str]
    amount: Decimal
    clean_on: date
    contact: str


@dataclass(frozen=True)
class HandOverContent:
    place: Place
    contract: str
    on: date
    accepted_on: date | None
    cleaned_on: date
    cleaned_by: str
    keys: int
    water: Decimal | None
    power: Decimal | None
    gas: Decimal | None
    items: list[str]
    left_open: list[str]
    warranty_from: date | None


@dataclass(frozen=True)
class DocumentLine:
    name: str
    ref: str
    given: bool
    why: str


@dataclass(frozen=True)
class DocumentsContent:
    place: Place
    on: date
    lines: list[DocumentLine]
    given: int
    missing: int


@dataclass(frozen=True)
class CostLine:
    """One site in a period: material that came, foreman paid, expenses, cleaning; what the budget holds in all."""

    project: str
    customer: str
    address: str
    material: Decimal
    labour: Decimal
    expense: Decimal
    total: Decimal
    so_far: Decimal
    budget: Decimal


@dataclass(frozen=True)
class CostContent:
    period: str
    from_on: date
    until_on: date
    as_of: date
    closed: bool
    lines: list[CostLine]
    material: Decimal
    labour: Decimal
    expense: Decimal
    total: Decimal
