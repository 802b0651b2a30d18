"""The frozen content of the papers of the property office's desk and of preparation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import translation

from projects import plans
from projects.choices_preparation import ApplicationKind, Rhythm
from projects.content import place_of
from projects.papers import Party
from projects.papers_preparation import (
    ExtensionContent,
    MaterialLine,
    MaterialListContent,
    NoticeContent,
    PassLine,
    PassSheetContent,
    PhaseLine,
    PropertyContent,
    ScheduleContent,
)

UNDERTAKINGS = {
    ApplicationKind.ADDED_ITEM: ("只做批准的项目，不动承重结构、外立面、燃气和供暖设施。", "按允许的时间施工，施工后恢复原状、清走垃圾。"),
    ApplicationKind.HOT_WORK: (
        "只在批准的地点和时段动火，到时即停；再次动火另行申请。", "动火前清走周围可燃物，现场备足灭火器；监护人不离场。",
        "作业后看守三十分钟，确认无火种再离开。",
    ),
    ApplicationKind.GOODS_RELEASE: ("放行物品与本条所列一致，当次有效。",),
    ApplicationKind.STAIRS: ("按批准的时段和路线搬运，轿厢和墙角先做保护。", "散料装袋，不在楼道停放；搬完当即清扫。", "损坏公共设施的，负责修复或赔偿。"),
}  # fmt: skip
PROPERTY_ATTACHMENTS = {
    ApplicationKind.ADDED_ITEM: ("图纸或说明",),
    ApplicationKind.HOT_WORK: ("动火人焊工证（特种作业操作证）复印件", "动火人身份证复印件", "灭火器和监护人名单"),
    ApplicationKind.GOODS_RELEASE: ("搬出物品清单", "运出人身份证件"),
    ApplicationKind.STAIRS: ("防护措施说明",),
}
NOTICE_POINTS = (
    "进场前核对《装修许可证》在有效期内，施工一天以上的人员持证进出。", "先做成品保护，再进料；现场挂施工牌、图纸、工期表和质检表。",
    "隐蔽工程先验收、后封闭；增减项先签字、后施工。", "动火、打孔、打墙、搬运大件和散料，先取得物业批准再动手。",
)  # fmt: skip
NOTICE_ATTACHMENTS = ("施工图一套", "工期安排", "技术交底记录", "材料进场计划")


def in_charge(site: Any) -> Party:
    return Party(str(site.project_manager or ""), site.project_manager.mobile if site.project_manager else "")


def pass_sheet_content(site: Any, permit: Any, rows: Sequence[Any], *, photos: int) -> PassSheetContent:
    return PassSheetContent(
        place=place_of(site), manager=in_charge(site), permit=permit.number, valid_from=permit.valid_from, valid_until=permit.valid_until,
        passes=[
            PassLine(row.worker, row.trade, row.id_masked, row.valid_until, _number_of(row.replaces) if row.replaces_id else "") for row in rows
        ],
        photos=photos, deposit=sum((row.deposit for row in rows if not row.replaces_id), start=rows[0].deposit * 0), cost=sum(row.fee for row in rows),
        reissued=any(row.replaces_id for row in rows),
    )  # fmt: skip


def _number_of(row: Any) -> str:
    line = getattr(row, "register_line", None)
    return str(line.number if line else row.number) or "旧证"


def extension_content(site: Any, permit: Any, *, until_on: date, because: str, schedule_ref: str, workers: int) -> ExtensionContent:
    return ExtensionContent(
        place=place_of(site), building=site.address, manager=in_charge(site), permit=permit.number, valid_until=permit.valid_until, until_on=until_on,
        days=(until_on - permit.valid_until).days, because=because, schedule_ref=schedule_ref, works=permit.works, workers=workers,
        passes=[f"{row.worker}（{row.trade or '工种未填'}）" for row in permit.passes.filter(returned_on__isnull=True).order_by("id")],
    )  # fmt: skip


def property_content(site: Any, row: Any, permit: Any) -> PropertyContent:
    """A07, A08, A10, A11; their words are Chinese whatever language the page has."""
    with translation.override("zh-hans"):
        known = plans.works()
        return PropertyContent(
            place=place_of(site), manager=in_charge(site), permit=permit.number if permit else "", items=[str(known[code]) for code in row.items],
            choices=[str(work) for work in known.values() if work.kind == row.kind], what=row.what, where=row.place, from_at=row.from_at,
            until_at=row.until_at, operator=row.operator, certificate=row.certificate, certificate_until=row.certificate_until, watcher=row.watcher,
            id_masked=row.id_masked, undertakings=list(UNDERTAKINGS[row.kind]), attachments=list(PROPERTY_ATTACHMENTS[row.kind]),
        )  # fmt: skip


def notice_content(site: Any, crews: Sequence[Any]) -> NoticeContent:
    return NoticeContent(
        place=place_of(site), contract=site.contract.paper.ref, starts_on=site.starts_on, due_on=site.due_on, manager=str(site.project_manager),
        supervisor=str(site.supervisor), inspector=str(site.inspector), foreman=str(site.foreman),
        crews=[f"{row.crew.name}（班长 {row.crew.leader}）：{'、'.join(row.trades)}" for row in crews], points=list(NOTICE_POINTS),
        attachments=list(NOTICE_ATTACHMENTS),
    )  # fmt: skip


def phase_line(row: Any) -> PhaseLine:
    return PhaseLine(row.name, row.trade, row.planned_start, row.planned_end, row.days, row.check_code, row.key_date)


def schedule_content(site: Any, schedule: Any, phases: Sequence[Any]) -> ScheduleContent:
    lines = [phase_line(row) for row in phases]
    return ScheduleContent(
        place=place_of(site), contract=site.contract.paper.ref, starts_on=min(line.first for line in lines), ends_on=max(line.last for line in lines),
        due_on=site.due_on, rhythm="法定节假日休息，其余每天施工" if schedule.rhythm == Rhythm.DAILY else "按工作日施工，休息日和法定节假日停工",
        foreman=str(site.foreman or ""), phases=lines, key_dates=[line for line in lines if line.key],
    )  # fmt: skip


def material_list_content(site: Any, rows: Sequence[Any]) -> MaterialListContent:
    return MaterialListContent(
        place=place_of(site), contract=site.contract.paper.ref, foreman=str(site.foreman or ""),
        lines=[
            MaterialLine(row.name, row.spec, row.quantity, row.order_by, row.needed_on, row.phase.name if row.phase_id else "") for row in rows
        ],
    )  # fmt: skip


