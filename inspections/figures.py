"""The month of patrols and joint inspections in figures, each with the rows it is made of (I17)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.calendar import begins, next_month, span_of
from inspections import papers_supervision as more
from inspections import supervision
from inspections.choices import RectificationState, Severity
from inspections.choices_supervision import EntryState, FactKind
from inspections.models import (
    CrewRating,
    Finding,
    JointInspection,
    JointVisit,
    Patrol,
    PlanEntry,
    Rectification,
    SupervisionFact,
)
from inspections.papers import SEVERITIES
from inspections.services import plans

# code → (words on the paper, what is behind the number)
FIGURES: dict[str, tuple[str, str]] = {
    "planned": ("计划巡检", "计划日在本月"),
    "kept": ("按计划完成", "计划当日已巡检"),
    "dropped": ("事先说明、取消或停工", "不计入未按计划"),
    "not_kept": ("未按计划且未事先说明", "计划日未巡检"),
    "patrols": ("实际巡检", "五天巡检，含计划外"),
    "missed": ("五天巡检超期", "每处每次计一次"),
    "joint": ("联检", "工程部经理带队"),
    "joint_visits": ("联检工地", "每处计一次"),
    "findings": ("发现问题", "验收、巡检、联检、分项"),
    "in_time": ("按期整改", "期限内已整改"),
    "late": ("超期整改", "期限后才整改"),
    "open": ("未整改", "公布时仍未整改"),
}


def of_month(store: Any, month: date, *, at: datetime) -> dict[str, Any]:
    """Every figure as the list of its rows (site number, day, words without anybody's name), the severities, the crews."""
    last, ends = span_of("month", month)[1], begins(next_month(month))
    within = {"store": store, "at__gte": begins(month), "at__lt": ends}
    rows: dict[str, list[dict[str, str]]] = {code: [] for code in FIGURES}
    near = Q(on__range=(month, last)) | Q(deviations__new_on__range=(month, last))
    entries = PlanEntry.objects.filter(near, store=store).select_related("project", "plan").distinct()
    for line in plans.lines_of(entries, at=max(at, ends)):
        if not month <= line.on <= last:
            continue
        row = _row(line.entry.project.ref, line.on)
        if line.state in (EntryState.DROPPED, EntryState.REST):
            rows["dropped"].append(row)
            continue
        rows["planned"].append(row)
        rows["kept" if line.state == EntryState.DONE else "not_kept"].append(row)
    for patrol in Patrol.objects.filter(**within).select_related("project").order_by("at"):
        rows["patrols"].append(_row(patrol.project.ref, _day(patrol.at)))
    facts = SupervisionFact.objects.filter(store=store, kind=FactKind.PATROL_MISSED, on__range=(month, last), project__isnull=False)
    for fact in facts.select_related("project").order_by("on", "pk"):
        rows["missed"].append(_row(fact.project.ref if fact.project else "", fact.on))
    for joint in JointInspection.objects.filter(store=store, held_on__range=(month, last)).order_by("held_on"):
        rows["joint"].append(_row("", joint.held_on, "、".join(joint.crews)))
    visits = JointVisit.objects.filter(store=store, inspection__held_on__range=(month, last)).select_related("project", "inspection")
    for visit in visits.order_by("inspection__held_on", "pk"):
        rows["joint_visits"].append(_row(visit.project.ref, visit.inspection.held_on))
    severities = _findings(rows, within, store)
    return {"month": f"{month:%Y-%m}", "rows": rows, "severities": severities, "crews": _crews(store, month)}


def _findings(rows: dict[str, list[dict[str, str]]], within: dict[str, Any], store: Any) -> dict[str, list[int]]:
    """The findings of the month and what became of them, by severity: found, put right in time, late, open."""
    counted: dict[str, Counter[str]] = {severity: Counter() for severity in Severity.values}
    mended = {r.finding_id: r for r in Rectification.objects.filter(finding__in=Finding.objects.filter(**within))}
    for finding in Finding.objects.filter(**within).select_related("project").order_by("at", "pk"):
        row = _row(finding.project.ref, _day(finding.at), SEVERITIES[Severity(finding.severity)])
        rows["findings"].append(row)
        counted[finding.severity]["findings"] += 1
        rectification = mended.get(finding.pk)
        if rectification is None:
            continue
        end = "open"
        if rectification.state == RectificationState.ACCEPTED and rectification.answered_at is not None:
            end = "in_time" if rectification.answered_at <= rectification.due_at else "late"
        rows[end].append(row)
        counted[finding.severity][end] += 1
    return {severity: [count[name] for name in ("findings", "in_time", "late", "open")] for severity, count in counted.items()}


def _crews(store: Any, month: date) -> list[dict[str, Any]]:
    """The last rating of each crew in the month, the best first."""
    last: dict[int, CrewRating] = {}
    for rating in CrewRating.objects.filter(store=store, month=month).select_related("crew").order_by("seq"):
        last[rating.crew_id] = rating
    found = sorted(last.values(), key=lambda rating: (-rating.total, rating.crew.name))
    return [{"name": rating.crew.name, "total": rating.total, "scores": rating.scores} for rating in found]


def _row(ref: str, on: date, says: str = "") -> dict[str, str]:
    return {"ref": ref, "on": on.isoformat(), "says": says}


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def sheet(told: dict[str, Any], month: date) -> more.BulletinSheet:
    """The paper of the frozen figures."""
    asked = supervision.criteria()
    return more.BulletinSheet(
        month=month, until_on=span_of("month", month)[1],
        figures=[more.FigureLine(zh, len(told["rows"][code]), note) for code, (zh, note) in FIGURES.items()],
        severities=[[SEVERITIES[Severity(severity)], *map(str, counts)] for severity, counts in told["severities"].items()],
        criteria=[f"{row.zh}（{row.points}）" for row in asked.values()],
        crews=[more.CrewLine(crew["name"], crew["total"], [crew["scores"].get(code, 0) for code in asked]) for crew in told["crews"]],
    )  # fmt: skip
