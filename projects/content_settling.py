"""The frozen content of the foreman's statement, the cleaning order, the hand-over and the list of documents.  Papers are Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation

from core.models import Attachment, Paper
from core.papers import quiet_kinds
from projects.choices_settling import StatementKind
from projects.content import place_of
from projects.foreman_accounts import ForemanAccount
from projects.papers_settling import (
    CleaningContent,
    DocumentLine,
    DocumentsContent,
    HandOverContent,
    MoneyLine,
    PartLine,
    StatementContent,
)

ITEMS = (
    "室内已清洁，无建筑垃圾和剩余材料。", "墙面、地面、门窗、五金、洁具、灯具、开关插座已逐项试用。", "给排水、地漏已通水试验，无渗漏、无堵塞。",
    "配电箱回路标识齐全，漏电保护已试跳。", "临时用水、用电和施工人员出入证已清退。",
)  # fmt: skip


def _day(moment: Any) -> date:
    return timezone.localtime(moment).date()


def statement_content(site: Any, account: ForemanAccount, *, seq: int, kind: str, amount: Decimal, reason: str, by: Any) -> StatementContent:
    """P38: how the amount comes about, line by line."""
    with translation.override("zh-hans"):
        return StatementContent(
            place=place_of(site), foreman=str(account.foreman), seq=seq, advance=kind == StatementKind.ADVANCE, reason=reason, price=account.price,
            parts=[PartLine(part.says, part.percent, part.amount, _day(part.earned_at) if part.earned_at else None) for part in account.parts],
            labour=[MoneyLine(f"增减项第 {row.change.seq} 号人工", row.change.paper.ref, _day(row.at), row.amount) for row in account.labour],
            deductions=[
                MoneyLine(f"{row.get_kind_display()}：{row.reason}", row.paper.ref if row.paper else "", _day(row.at), row.amount) for row in account.deductions
            ],
            payments=[
                MoneyLine("已付" if row.amount > 0 else "冲回", row.settlement.paper.ref, row.paid_on, row.amount) for row in account.payments
            ],
            earned=account.earned, extra=account.extra, deducted=account.deducted, paid=account.paid, open=account.balance, amount=amount,
            carried=account.balance - amount, written_by=str(by),
        )  # fmt: skip


def cleaning_content(site: Any, *, contractor: str, phone: str, scope: str, amount: Decimal, clean_on: date, by: Any) -> CleaningContent:
    return CleaningContent(
        place=place_of(site), contractor=contractor, phone=phone, scope=[line.strip() for line in scope.splitlines() if line.strip()], amount=amount,
        clean_on=clean_on, contact=str(site.supervisor or site.project_manager or by),
    )  # fmt: skip


def hand_over_content(
    site: Any, clean: Any, *, on: date, keys: int, water: Decimal | None, power: Decimal | None, gas: Decimal | None, left_open: list[str]
) -> HandOverContent:
    return HandOverContent(
        place=place_of(site), contract=site.contract.paper.ref, on=on, accepted_on=site.accepted_on, cleaned_on=clean.done_on, cleaned_by=clean.contractor,
        keys=keys, water=water, power=power, gas=gas, items=list(ITEMS), left_open=left_open, warranty_from=site.accepted_on,
    )  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One document that the customer gets: what it is, its number where the house made it, whether it is always given."""

    code: str
    name: str
    ref: str = ""
    always: bool = False
    there: bool = False


def filed_papers(site: Any) -> Any:
    """The papers that lie in the file of a site; a quiet one lies with those whom it is told."""
    return Paper.objects.filter(dossier=site.dossier_id).exclude(kind__in=quiet_kinds())


def documents_of(site: Any) -> list[Document]:
    """What the customer gets, from the site's own papers and files (two questions)."""
    kinds = ("P07", "P25", "P31", "I11", "I13", "S50")
    found: dict[str, list[str]] = {}
    rows = Paper.objects.filter(dossier=site.dossier_id, kind__in=kinds).exclude(state__in=[Paper.State.VOID, Paper.State.SUPERSEDED])
    for kind, ref in rows.order_by("id").values_list("kind", "ref"):
        found.setdefault(kind, []).append(ref)
    photos = Attachment.objects.filter(dossier=site.dossier_id, kind=Attachment.Kind.PHOTO).count()

    def paper(kind: str, name: str, *, always: bool = False) -> Document:
        refs = found.get(kind, [])
        return Document(kind, name, "、".join(refs[:4]) + (f" 等 {len(refs)} 份" if len(refs) > 4 else ""), always, bool(refs))

    return [
        Document("pipes", "水电竣工图（隐蔽管线走向图）", "", True, False),
        Document("photos", "隐蔽工程影像", f"照片 {photos} 张" if photos else "", False, bool(photos)),
        paper("I11", "隐蔽工程验收记录"),
        paper("I13", "工程验收单"),
        paper("S50", "住宅装修质量保修书", always=True),
        Document("manuals", "设备、材料说明书和保修单"),
        Document("environment", "材料环保说明"),
        paper("P25", "工程变更（增减项）单"),
        paper("P07", "施工合同"),
    ]


def documents_content(site: Any, lines: Sequence[Mapping[str, Any]], *, on: date) -> DocumentsContent:
    told = [DocumentLine(line["name"], line["ref"], line["given"], line["why"]) for line in lines]
    return DocumentsContent(place=place_of(site), on=on, lines=told, given=sum(line.given for line in told), missing=sum(not line.given for line in told))


__all__ = ["Document", "cleaning_content", "documents_content", "documents_of", "filed_papers", "hand_over_content", "statement_content"]
