"""The papers of a site: for each kind its titles, its signers, and the typed content that is frozen when it is issued."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable

APP = "projects"
CUSTOMER = Signer("customer", "甲方（业主）", "以上内容本人已逐项看过，确认无误并同意。")
MANAGER = Signer("project_manager", "项目经理", "以上内容属实，本人负责落实。")

P07 = PaperKind(
    "P07", "住宅装饰装修工程施工合同", "Construction contract", APP,
    signers=(
        Signer("customer", "甲方（业主）", "本人已阅读合同全文，重点条款已逐项说明；同意本合同，并同意以电子签名方式签署本合同及履行中的单据。"),
        Signer("company", "乙方（公司代表）", "本公司同意本合同，并按约履行。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip
P12 = PaperKind(
    "P12", "客户服务手册 · 联系页", "VIP handbook: contact page", APP,
    signers=(Signer("customer", "业主签收", "已收到本手册，以上人员的职责已向本人说明。"),),
)  # fmt: skip
P23 = PaperKind(
    "P23", "技术交底记录", "Technical disclosure record", APP,
    signers=(
        Signer("customer", "业主", "以上交底内容已在现场逐项说明，本人知悉并确认。"),
        Signer("designer", "设计师", "图纸和做法已在现场交代清楚。"),
        Signer("foreman", "工长", "以上内容已听明白，按此施工。"),
        MANAGER,
        Signer("crew_leader", "班长", "已参加交底，按此施工。", required=False),
    ),
)  # fmt: skip
P25 = PaperKind(
    "P25", "工程变更（增减项）单", "Change order", APP,
    signers=(
        Signer("customer", "甲方（业主）", "以上增减项目、数量、单价、金额和工期影响本人已看过，同意按此施工和结算。"),
        Signer("designer", "设计师", "设计做法和图纸影响已核对。"),
        Signer("foreman", "工长", "现场做法可行，签字前不施工。"),
        MANAGER,
    ),
)  # fmt: skip
P27 = PaperKind("P27", "催款单", "Payment reminder", APP, signers=(Signer("customer", "业主签收", "已收到本通知。"),))
P29 = PaperKind(
    "P29", "中期款结算单", "Mid-term settlement", APP, signers=(Signer("customer", "甲方（业主）", "以上结算金额本人已核对，确认无误。"), MANAGER),
    voidable=Voidable.NEVER,
)  # fmt: skip
P30 = PaperKind(
    "P30", "增减项款结算单", "Change settlement", APP, signers=(Signer("customer", "甲方（业主）", "以上增减项目及金额本人已核对，确认无误。"), MANAGER),
    voidable=Voidable.NEVER,
)  # fmt: skip
P31 = PaperKind(
    "P31", "工程尾款结算单", "Final settlement", APP, signers=(Signer("customer", "甲方（业主）", "以上结算金额本人已核对，确认无误。"), MANAGER),
    voidable=Voidable.NEVER,
)  # fmt: skip
A01 = PaperKind(
    "A01", "装修申请表", "Renovation application", APP,
    signers=(Signer("customer", "业主", "申请内容属实，同意遵守物业装修管理规定。"), Signer("project_manager", "装修负责人", "按批准的内容和期限施工。")),
)  # fmt: skip

# Registered for the catalogue: documents that others make, or registers that are rows here.
P08 = PaperKind("P08", "合同、协议领用登记", "Register of blank contracts", APP, printable=False)
P09 = PaperKind("P09", "合同存档登记", "Contract archive", APP, printable=False)
P14 = PaperKind("P14", "图纸预算审查记录", "Drawing and budget review", APP, printable=False)
P24 = PaperKind("P24", "增减见证", "Change evidence (the customer's own document)", APP, printable=False)
A02 = PaperKind("A02", "装修许可证", "Renovation permit (the property office's own)", APP, printable=False)


@dataclass(frozen=True)
class Party:
    name: str
    phone: str = ""


@dataclass(frozen=True)
class Place:
    """The head of every paper of a site."""

    project: str
    customer: str
    phone: str
    address: str
    area: str


@dataclass(frozen=True)
class ClauseText:
    title: str
    items: list[str]


@dataclass(frozen=True)
class KeyTermLine:
    title: str
    says: str
    confirmed_at: datetime


@dataclass(frozen=True)
class TradeLine:
    trade: str
    items: int
    amount: Decimal


@dataclass(frozen=True)
class ExtraLine:
    name: str
    amount: Decimal


@dataclass(frozen=True)
class InstalmentLine:
    seq: int
    name: str
    percent: Decimal
    amount: Decimal
    when: str
    due_days: int


@dataclass(frozen=True)
class WarrantyLine:
    part: str
    months: int
    basis: str


@dataclass(frozen=True)
class ContractContent:
    place: Place
    serial: str
    quotation: str
    survey: str
    total: Decimal
    upper: str
    deposit: Decimal
    deposit_ref: str
    starts_on: date
    due_on: date
    days: int
    layout: str
    plan: str
    text_version: str
    key_terms: list[KeyTermLine]
    trades: list[TradeLine]
    extras: list[ExtraLine]
    discount: Decimal
    instalments: list[InstalmentLine]
    warranty: list[WarrantyLine]
    warranty_version: str
    exclusions: list[str]
    clauses: list[ClauseText]
    signer: str
    signer_phone: str
    company_signer: str
    signed_by: str = ""  # in words: the customer in person, or somebody with the customer's written authority


@dataclass(frozen=True)
class Contact:
    role: str
    name: str
    phone: str
    says: str


@dataclass(frozen=True)
class ContactPageContent:
    place: Place
    contract: str
    contacts: list[Contact]
    promises: list[str]


@dataclass(frozen=True)
class DisclosurePoint:
    trade: str
    point: str
    note: str = ""


@dataclass(frozen=True)
class DisclosureContent:
    place: Place
    contract: str
    held_at: datetime
    starts_on: date
    due_on: date
    present: list[Party]
    points: list[DisclosurePoint]
    problems: str


@dataclass(frozen=True)
class ChangeLineContent:
    room: str
    trade: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    note: str


@dataclass(frozen=True)
class ChangeContent:
    place: Place
    contract: str
    seq: int
    reason: str
    wish: str
    asked_on: date
    evidence: str
    evidence_sha256: str
    evidence_is_photo: bool
    answer: str
    lines: list[ChangeLineContent]
    added: Decimal
    deducted: Decimal
    amount: Decimal
    upper: str
    days: int
    due_on: date
    new_due_on: date
    contract_total: Decimal
    changes_before: Decimal
    total_after: Decimal
    price_list: str


@dataclass(frozen=True)
class ReminderContent:
    place: Place
    contract: str
    instalment: str
    amount: Decimal
    upper: str
    opened_on: date
    due_on: date
    because: list[str]
    paid: Decimal
    asked: Decimal


@dataclass(frozen=True)
class SettledInstalment:
    name: str
    amount: Decimal
    changes: Decimal
    paid: Decimal
    rest: Decimal


@dataclass(frozen=True)
class OwedBefore:
    """What fell due before the settlement and keeps its day."""

    name: str
    amount: Decimal
    due_on: date


@dataclass(frozen=True)
class SettledChange:
    seq: int
    ref: str
    signed_on: date
    wish: str
    added: Decimal
    deducted: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Difference:
    """A figure of a settlement, in the version before and in this one."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class DisputeSaid:
    """What the customer disputed in the version before, and what was answered."""

    line: str
    words: str
    outcome: str
    answer: str


@dataclass(frozen=True)
class SettlementContent:
    place: Place
    contract: str
    milestone: str
    accepted_on: date
    accepted_paper: str
    contract_total: Decimal
    instalments: list[SettledInstalment]
    contract_due: Decimal
    changes_before: Decimal
    changes: list[SettledChange]
    changes_total: Decimal
    changes_upper: str
    paid: Decimal
    credit: Decimal
    balance: Decimal
    upper: str
    due_days: int
    companion: str = ""
    payments: list[dict[str, str]] = field(default_factory=list)
    version: int = 1
    previous: str = ""
    differences: list[Difference] = field(default_factory=list)
    disputes: list[DisputeSaid] = field(default_factory=list)
    kept: list[OwedBefore] = field(default_factory=list)
    held: Decimal = Decimal(0)
    held_until: date | None = None


@dataclass(frozen=True)
class ApplicationContent:
    place: Place
    building: str
    manager: Party
    works: str
    from_on: date
    until_on: date
    workers: int
    waterproof: bool
    undertakings: list[str]
    attachments: list[str]
