"""The extension of the schedule that both sides sign (P26): its signers and its frozen content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.papers import PaperKind, Signer, Voidable
from projects.papers import APP, Place

P26 = PaperKind(
    "P26", "工期延长手续", "Extension of the schedule", APP,
    signers=(
        Signer("customer", "甲方（业主）", "延期的原因和天数已向本人说明并协商一致，同意竣工日期按此顺延。"),
        Signer("project_manager", "乙方（项目经理）", "以上情况属实，已主动向业主说明，按新的竣工日期完成。"),
    ), voidable=Voidable.NEVER,
)  # fmt: skip


@dataclass(frozen=True)
class DayLine:
    """One day that was lost."""

    on: date
    owner: str
    reason: str
    says: str
    evidence_sha256: str


@dataclass(frozen=True)
class MovedBy:
    """What had moved the completion before: a change, a supplement, an extension."""

    what: str
    ref: str
    signed_on: date
    days: int


@dataclass(frozen=True)
class ScheduleExtensionContent:
    place: Place
    contract: str
    contract_due_on: date
    seq: int
    situation: str
    told_on: date
    talks: str
    lines: list[DayLine]
    before: list[MovedBy]
    lost: int
    days: int
    old_due_on: date
    new_due_on: date
    permit: str
    permit_until: date | None
    beyond_permit: int
    photos: list[dict[str, str]]
