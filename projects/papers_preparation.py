"""The papers of the property office's desk and of preparation.  A02 and A09 are its own: they are recorded, never printed by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable
from projects.papers import APP, MANAGER, Party, Place

OWNER = Signer("customer", "业主（申请人）", "申请内容属实，同意遵守物业装修管理规定。")
IN_CHARGE = Signer("project_manager", "装修负责人", "按批准的内容、时间和地点施工。")

A03 = PaperKind("A03", "施工人员出入证申办表", "Worker passes: application sheet", APP, signers=(IN_CHARGE,))
A06 = PaperKind("A06", "装修延期申请表", "Application for an extension", APP, signers=(OWNER, IN_CHARGE))
A07 = PaperKind("A07", "单元装修增加项目申请表", "Application for added works", APP, signers=(OWNER, IN_CHARGE))
A08 = PaperKind(
    "A08", "动火申请表", "Application for hot work", APP,
    signers=(OWNER, IN_CHARGE, Signer("operator", "动火人", "持有效证件作业，离场前确认无火种。"), Signer("watcher", "监护人", "全程在场监护，灭火器已备好。")),
)  # fmt: skip
A10 = PaperKind("A10", "物品放行条", "Goods release note", APP, signers=(Signer("customer", "业主（办证人）", "同意以上物品运出小区。"), IN_CHARGE))
A11 = PaperKind("A11", "使用楼梯／电梯申请及承诺书", "Stairs and lift: application and undertaking", APP, signers=(OWNER, IN_CHARGE))
P16 = PaperKind(
    "P16", "工程通知单", "Works notice", APP,
    signers=(
        Signer("foreman", "工长签收", "已收到，按此进场。"), Signer("supervisor", "监理签收", "已收到，按此监理。"),
        Signer("engineering_manager", "工程部", "同意开工安排。"),
    ),
    voidable=Voidable.ALWAYS,
)  # fmt: skip
P20 = PaperKind("P20", "工期安排", "Schedule", APP, signers=(Signer("customer", "业主签收", "工期安排已逐项说明，本人知悉。"), MANAGER))
P21 = PaperKind(
    "P21", "建材清单（业主自购）", "Material list of the customer", APP, signers=(Signer("customer", "业主签收", "清单和到场日期已说明，本人知悉。"), MANAGER)
)  # fmt: skip

# Registers that are rows here, and what the property office issues itself.
A04 = PaperKind("A04", "施工人员登记本", "Register of worker passes", APP, printable=False)
A05 = PaperKind("A05", "办证押金及工本费收据", "Receipt for passes (the property office's own)", APP, printable=False)
A09 = PaperKind("A09", "动火许可证", "Hot-work permit (the property office's own)", APP, printable=False)
A13 = PaperKind("A13", "装修押金收据", "Receipt for the deposit (the property office's own)", APP, printable=False)
A14 = PaperKind("A14", "垃圾清运费收据", "Receipt for rubbish (the property office's own)", APP, printable=False)
P15 = PaperKind("P15", "开工前现场勘察", "Survey of the site before the works", APP, printable=False)
P17 = PaperKind("P17", "派工登记", "Register of crews", APP, printable=False)
P18 = PaperKind("P18", "劳务合同", "Labour contract (kept as a scan)", APP, printable=False)
P19 = PaperKind("P19", "施工计划", "Construction plan", APP, printable=False)


@dataclass(frozen=True)
class PassLine:
    worker: str
    trade: str
    id_masked: str
    valid_until: date
    replaces: str = ""


@dataclass(frozen=True)
class PassSheetContent:
    place: Place
    manager: Party
    permit: str
    valid_from: date
    valid_until: date
    passes: list[PassLine]
    photos: int
    deposit: Decimal
    cost: Decimal
    reissued: bool


@dataclass(frozen=True)
class ExtensionContent:
    place: Place
    building: str
    manager: Party
    permit: str
    valid_until: date
    until_on: date
    days: int
    because: str
    schedule_ref: str
    works: str
    workers: int
    passes: list[str]


@dataclass(frozen=True)
class PropertyContent:
    """A07, A08, A10 and A11: what is asked, where, when, and by whom it is done."""

    place: Place
    manager: Party
    permit: str
    items: list[str]
    choices: list[str]
    what: str
    where: str
    from_at: datetime | None
    until_at: datetime | None
    operator: str
    certificate: str
    certificate_until: date | None
    watcher: str
    id_masked: str
    undertakings: list[str]
    attachments: list[str]


@dataclass(frozen=True)
class NoticeContent:
    place: Place
    contract: str
    starts_on: date
    due_on: date
    manager: str
    supervisor: str
    inspector: str
    foreman: str
    crews: list[str]
    points: list[str]
    attachments: list[str]


@dataclass(frozen=True)
class PhaseLine:
    name: str
    trade: str
    first: date
    last: date
    days: int
    check: str
    key: str


@dataclass(frozen=True)
class ScheduleContent:
    place: Place
    contract: str
    starts_on: date
    ends_on: date
    due_on: date
    rhythm: str
    foreman: str
    phases: list[PhaseLine]
    key_dates: list[PhaseLine]


@dataclass(frozen=True)
class MaterialLine:
    name: str
    spec: str
    quantity: str
    order_by: date
    needed_on: date
    phase: str


@dataclass(frozen=True)
class MaterialListContent:
    place: Place
    contract: str
    foreman: str
    lines: list[MaterialLine]
