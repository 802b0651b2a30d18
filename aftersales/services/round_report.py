"""What the summary report of a round says (S05): counted from its rows, nothing typed but analysis and measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aftersales import papers_rounds as sheets
from aftersales.choices import Satisfaction
from aftersales.choices_rounds import TargetState
from aftersales.models import LowScore, RoundCall, RoundTarget, VisitRound
from aftersales.round_terms import rules
from leads import grades

RESULTS = {"satisfied": "满意", "so_so": "一般", "dissatisfied": "不满意"}
OCCASIONS = {"festival": "节日", "anniversary": "纪念日"}
STAGES = {
    "contracted": "签约", "permit_filing": "报建", "disclosed": "交底", "under_construction": "施工", "midterm_accepted": "木工收口",
    "completed_pending_acceptance": "竣工", "accepted": "验收", "settled": "结算", "under_warranty": "保修", "closed": "关闭",
}  # fmt: skip


def round_sheet(round: VisitRound, *, by: Any, at: datetime) -> sheets.RoundSheet:
    targets = list(round.targets.select_related("project", "officer"))
    calls = list(RoundCall.objects.filter(target__round=round).select_related("target__project", "paper", "by").order_by("pk"))
    reached = [call for call in calls if call.reached]
    drawn, always = round.drawn, [row for row in targets if row.always]
    return sheets.RoundSheet(
        round=round.ref, name=round.name, purpose=round.purpose,
        occasion=f"{OCCASIONS[round.feature]}：{round.occasion}" if round.feature else "", from_on=round.from_on, until_on=round.until_on, whom=whom(round),
        figures=[
            sheets.Figure("符合条件", drawn.get("fitted", 0)), sheets.Figure("抽取", len(targets)), sheets.Figure("接通", _count(targets, TargetState.REACHED)),
            sheets.Figure("三次未接通", _count(targets, TargetState.TRIED)), sheets.Figure("未打", _count(targets, TargetState.LEFT_OUT)),
            sheets.Figure("不愿被联系", drawn.get("unwilling", 0)), sheets.Figure("三日内完成", sum(in_time(round, row) for row in targets)),
        ],
        results=[sheets.Figure(says, sum(call.satisfaction == code for call in reached)) for code, says in RESULTS.items()],
        always=len(always), always_done=sum(row.state in (TargetState.REACHED, TargetState.TRIED) for row in always),
        officers=_officers(round, targets, reached),
        with_what=_said(reached, "with_what"), suggestions=_said(reached, "suggestion"), views=_said(reached, "view"),
        cases=list(LowScore.objects.filter(paper__in=[call.paper_id for call in reached]).order_by("pk").values_list("case", flat=True)),
        analysis=round.analysis, measures=round.measures, written_by=str(by), closed_at=at,
    )  # fmt: skip


def whom(round: VisitRound) -> list[str]:
    """Who was asked, in words."""
    wanted = round.criteria
    lines = []
    if wanted.get("stages"):
        lines.append("阶段：" + "、".join(STAGES[stage] for stage in wanted["stages"]))
    if wanted.get("finished_from") or wanted.get("finished_until"):
        lines.append(f"竣工验收：{wanted.get('finished_from') or '开业'} 至 {wanted.get('finished_until') or '今'}")
    if wanted.get("covered"):
        lines.append("在保修期内")
    if wanted.get("grades"):
        lines.append("客户类别：" + "、".join(f"{code}（{grades.grades()[code].name}）" for code in wanted["grades"]))
    if wanted.get("among") == "always":
        lines.append("会员客户和重点客户")
    if wanted.get("sample", 100) < 100:
        lines.append(f"其他客户抽取 {wanted['sample']}%，会员和重点客户全数")
    return lines or ["全部客户"]


def _count(targets: Sequence[RoundTarget], state: str) -> int:
    return sum(row.state == state for row in targets)


def in_time(round: VisitRound, row: RoundTarget) -> bool:
    """Reached or tried three times within three days of the lists being handed out (R020)."""
    if row.done_at is None or round.started_at is None or row.state == TargetState.LEFT_OUT:
        return False
    return row.done_at <= round.started_at + timedelta(days=rules().within_days)


def _officers(round: VisitRound, targets: Sequence[RoundTarget], reached: Sequence[RoundCall]) -> list[sheets.OfOfficer]:
    found = []
    people = {row.officer_id: row.officer for row in targets if row.officer is not None}
    for pk, person in sorted(people.items()):
        mine = [row for row in targets if row.officer_id == pk]
        said = [call.satisfaction for call in reached if call.target.officer_id == pk]
        found.append(
            sheets.OfOfficer(
                name=str(person), asked=len(mine), reached=_count(mine, TargetState.REACHED), tried=_count(mine, TargetState.TRIED),
                satisfied=said.count(Satisfaction.SATISFIED), so_so=said.count(Satisfaction.SO_SO), dissatisfied=said.count(Satisfaction.DISSATISFIED),
                in_time=sum(in_time(round, row) for row in mine),
            )
        )  # fmt: skip
    return found


def _said(calls: Sequence[RoundCall], name: str) -> list[sheets.Said]:
    return [
        sheets.Said(call.paper.ref if call.paper else "", call.target.project.customer_name, RESULTS[call.satisfaction], getattr(call, name))
        for call in calls
        if getattr(call, name)
    ]


__all__ = ["in_time", "round_sheet", "whom"]
