"""What is counted for the report of quality and material use (I24): from the rows that exist, nothing typed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.calendar import begins
from core.models import Paper
from inspections.choices import RectificationState, Severity
from inspections.models import Delivery, DeliveryLine, Finding, MeasuredLine, Rectification
from projects.models import ChangeOrder, SiteMaterial

MOST = 60
# code → (words on the paper and the page, what is behind the number)
FIGURES: dict[str, tuple[str, str]] = {
    "deliveries": ("到货次数", "材料、主材、成品"),
    "lines": ("到货品项", "逐项验收"),
    "refused": ("拒收品项", "全部或部分退回"),
    "not_removed": ("拒收未清退", "统计日仍在现场"),
    "findings": ("发现问题", "验收、巡检、联检、分项"),
    "in_time": ("按期整改", "期限内已整改"),
    "late": ("超期整改", "期限后才整改"),
    "open": ("未整改", "统计日仍未整改"),
    "changes": ("签字变更", "客户已签字"),
    "unsigned": ("未签变更", "已提出、未签字、未撤回"),
    "needed": ("清单材料", "按材料清单本期应到"),
    "arrived_late": ("晚到材料", "晚于清单日期到场"),
    "missing": ("未到材料", "统计日仍未到场"),
    "measured": ("量方品项", "双方已确认"),
}


def of_span(store: Any, project: Any, first: date, last: date, *, at: datetime) -> dict[str, Any]:
    """The figures and rows of a store's span, or of one site; as they stand at `at`, so that the same rows give the same report."""
    of: dict[str, Any] = {"project": project} if project is not None else {"store": store}
    since, until = begins(first), begins(date.fromordinal(last.toordinal() + 1))
    within = of | {"at__gte": since, "at__lt": until}
    told: dict[str, Any] = {"figures": dict.fromkeys(FIGURES, 0)}
    figures = told["figures"]
    _deliveries(told, figures, of, first, last)
    _faults(told, figures, within, at)
    _changes(told, figures, of, since, until)
    _needed(figures, SiteMaterial.objects.filter(**of, needed_on__range=(first, last), dropped_at__isnull=True), timezone.localtime(at).date())
    _measured(told, figures, of, first, last)
    return told


def _deliveries(told: dict[str, Any], figures: dict[str, int], of: dict[str, Any], first: date, last: date) -> None:
    figures["deliveries"] = Delivery.objects.filter(**of, delivered_on__range=(first, last)).count()
    rows = DeliveryLine.objects.filter(**{f"delivery__{name}": value for name, value in of.items()}, delivery__delivered_on__range=(first, last))
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    refusals = []
    for row in rows.select_related("delivery__project").order_by("delivery__delivered_on", "pk"):
        figures["lines"] += 1
        total = sums[row.name, row.unit]
        total[0] += row.quantity
        total[1] += row.refused
        if row.refused:
            figures["refused"] += 1
            figures["not_removed"] += row.removed_on is None
            refusals.append([row.delivery.project.ref, row.delivery.delivered_on.isoformat(), row.name, f"{row.refused:.2f} {row.unit}", row.reason])
    told["materials"] = [
        [name, unit, f"{came:.2f}", f"{back:.2f}", f"{came - back:.2f}", f"{back / came:.0%}"] for (name, unit), (came, back) in sorted(sums.items())
    ][:MOST]
    told["refusals"] = refusals[:MOST]


def _faults(told: dict[str, Any], figures: dict[str, int], within: dict[str, Any], at: datetime) -> None:
    """Faults of the span and what became of them, by severity; what is put right after `at` was open then."""
    found = Finding.objects.filter(**within)
    mended = {row.finding_id: row for row in Rectification.objects.filter(finding__in=found)}
    counted: dict[str, dict[str, int]] = {severity: dict.fromkeys(("findings", "in_time", "late", "open"), 0) for severity in Severity.values}
    for pk, severity in found.order_by("pk").values_list("pk", "severity"):
        names = ["findings"]
        if (row := mended.get(pk)) is not None:
            done = row.state == RectificationState.ACCEPTED and row.answered_at is not None and row.accepted_at is not None and row.accepted_at <= at
            names.append("open" if not done else "in_time" if row.answered_at is not None and row.answered_at <= row.due_at else "late")
        for name in names:
            counted[severity][name] += 1
            figures[name] += 1
    told["faults"] = [[severity, *map(str, row.values())] for severity, row in counted.items()]


def _changes(told: dict[str, Any], figures: dict[str, int], of: dict[str, Any], since: datetime, until: datetime) -> None:
    """Changes that were asked for in the span, by reason; a sum stands on their papers alone."""
    rows: QuerySet[Any] = ChangeOrder.objects.filter(**of, at__gte=since, at__lt=until, withdrawn_at__isnull=True)
    signed = Q(paper__state__in=Paper.SIGNED_STATES)
    counted = rows.order_by().values("reason").annotate(n=Count("pk"), signed=Count("pk", filter=signed)).order_by("-n", "reason")
    told["changes"] = []
    for row in counted:
        figures["changes"] += row["signed"]
        figures["unsigned"] += row["n"] - row["signed"]
        told["changes"].append([row["reason"], str(row["n"]), str(row["signed"]), str(row["n"] - row["signed"])])


def _needed(figures: dict[str, int], rows: QuerySet[SiteMaterial], today: date) -> None:
    for needed, arrived in rows.values_list("needed_on", "arrived_on"):
        figures["needed"] += 1
        figures["arrived_late"] += arrived is not None and arrived > needed
        figures["missing"] += arrived is None and needed < today


def _measured(told: dict[str, Any], figures: dict[str, int], of: dict[str, Any], first: date, last: date) -> None:
    """What both have confirmed, beside the quotation (I26)."""
    rows = MeasuredLine.objects.filter(
        **{f"measurement__{name}": value for name, value in of.items()}, measurement__measured_on__range=(first, last),
        measurement__confirmed_at__isnull=False, measurement__withdrawn_at__isnull=True,
    ).select_related("measurement__project", "item", "room")  # fmt: skip
    told["measured"] = []
    for row in rows.order_by("measurement__measured_on", "pk"):
        figures["measured"] += 1
        if len(told["measured"]) < MOST:
            where = row.room.name if row.room is not None else "全屋"
            quoted = "–" if row.quoted is None else f"{row.quoted:.2f}"
            said = [f"{row.item.name} · {where}", row.item.unit, quoted, f"{row.quantity:.2f}", f"{row.more:+.2f}"]
            told["measured"].append([row.measurement.project.ref, *said])


__all__ = ["FIGURES", "of_span"]
