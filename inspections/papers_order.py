"""The papers of site order: receipts, fine slips, notes of the owner, safety briefings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable
from inspections.papers import Picture, Place

_SITE_SIDE = "site_side"

I08 = PaperKind(
    "I08",
    "主材签收单",
    "Receipt of main materials",
    "inspections",
    signers=(
        Signer("customer", "客户", "表中主材已点数、看过外观和证书，收下的予以签收，拒收的已注明。"),
        Signer(_SITE_SIDE, "现场经办", "到货情况与单上一致。"),
    ),
    voidable=Voidable.ALWAYS,
)
I09 = PaperKind(
    "I09",
    "进场成品验收单",
    "Acceptance of finished goods",
    "inspections",
    signers=(
        Signer(_SITE_SIDE, "验收人", "本人逐件看过，数量、外观、证书与单上一致。"),
        Signer("foreman", "安装工长", "已核对，可以安装的予以安装。", required=False),
    ),
    voidable=Voidable.ALWAYS,
)
_PM = Signer("project_manager", "项目经理", "以上情况属实，由本人开单。")
I15 = PaperKind(
    "I15", "现场罚款单", "Site fine slip", "inspections",
    signers=(_PM, Signer("foreman", "工长", "已看过本单。签收不等于同意，可按单上期限申诉。")), voidable=Voidable.NEVER,
)  # fmt: skip
I15_REFUSED = PaperKind(
    "I15R", "现场罚款单（拒签）", "Site fine slip, not signed", "inspections", series="I15", template="papers/I15.html",
    signers=(_PM, Signer("witness", "见证人", "本人在场，工长看过本单后没有签字。")), voidable=Voidable.NEVER,
)  # fmt: skip
P44 = PaperKind(
    "P44", "现场问题记录（落字为据）", "Written note of a problem on site", "inspections",
    signers=(Signer("customer", "客户", "问题由本人提出，以本单所记为准。"), Signer(_SITE_SIDE, "质检员／工长", "已收到，按期答复。")),
    voidable=Voidable.ALWAYS,
)  # fmt: skip
P47 = PaperKind(
    "P47", "岗前安全教育记录", "Safety briefing before work", "inspections",
    signers=(Signer(_SITE_SIDE, "交底人", "已逐条讲解并示范。"), Signer("crew", "班组代表", "已听懂，班组照此执行。")),
    voidable=Voidable.ALWAYS,
)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """A line of a delivery, as it is printed."""

    name: str
    what: str
    batch: str
    quantity: str
    certificate: str
    refused: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Receipt:
    """I08, I09: what came, what is kept, what goes back."""

    place: Place
    kind: str
    delivered_on: date
    supplier: str
    lines: list[Came]
    refused: int
    note: str
    photos: list[Picture]
    photo_count: int


@dataclass(frozen=True)
class FineSlip:
    """I15: why, how much, until when it may be appealed; and what the foreman said who did not sign."""

    place: Place
    foreman: str
    rule: str
    rule_words: str
    reason: str
    happened_on: date
    amount: Decimal
    appeal_days: int
    photos: list[Picture]
    photo_count: int
    confirmed_by: str = ""
    refusal: str = ""
    witness: str = ""
    first_ref: str = ""


@dataclass(frozen=True)
class NoteSheet:
    """P44: the problem in the owner's words, whom it was told to, until when it is answered."""

    place: Place
    number: int
    problem: str
    room: str
    told_to: str
    told_as: str
    until: datetime
    photos: list[Picture]
    photo_count: int


@dataclass(frozen=True)
class BriefingSheet:
    """P47: what was explained, to whom."""

    place: Place
    number: int
    crew: str
    topics: list[str]
    workers: list[str]
    photos: list[Picture] = field(default_factory=list)
    photo_count: int = 0
