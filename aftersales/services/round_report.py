"""What the summary report of a round says (S05): counted from its rows, nothing typed but analysis and measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from aftersales import papers_rounds as sheets
from aftersales.choices import Satisfaction
from aftersales.choices_rounds import TargetState
from aftersales.models import LowScore, RoundCall, RoundTarget, VisitRound
from aftersales.round_terms import rules
from leads import grades
from projects.choices import Stage

RESULTS = {"satisfied": "满意", "so_so": "一般", "dissatisfied": "不满意"}
OCCASIONS = {"festival": "节日", "anniversary": "纪念日"}


def round_sheet(round: VisitRound, *, by: Any, at: datetime) -> sheets.RoundSheet:
    targets = list(round.targets.select_related("project", "officer"))
    calls = list(RoundCall.objects.filter(target__round=round).select_related("target__project", "paper", "by").order_by("pk"))
    reached = [call for call in calls if call.reached]
    drawn, always = round.drawn, [row for row in targets if row.always]
    return sheets.RoundSheet(
        round=round.ref, name=round.name, purpose=round.purpose,
        occasion=f"{OCCASIONS[round.feature]}：{round.occasion}" if round.feature else "", from_on=round.from_on, until_on=round.until_on,
        whom=_whom_in_chinese(round),
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
    """Who was asked, in the words of whoever reads it; the paper is read in Chinese."""
    wanted = round.criteria
    lines = []
    if wanted.get("stages"):
        lines.append(_("Stage: {names}").format(names=_listed(Stage(stage).label for stage in wanted["stages"])))
    if wanted.get("finished_from") or wanted.get("finished_until"):
        first, last = wanted.get("finished_from") or "…", wanted.get("finished_until") or "…"
        lines.append(_("Completion accepted: {first} to {last}").format(first=first, last=last))
    if wanted.get("covered"):
        lines.append(_("Within the warranty"))
    if wanted.get("grades"):
        lines.append(_("Class of customer: {names}").format(names=_listed(f"{code} {grades.grades()[code].says}" for code in wanted["grades"])))
    if wanted.get("among") == "always":
        lines.append(_("Members and key customers"))
    if wanted.get("sample", 100) < 100:
        lines.append(_("{percent} % of the others; members and key customers all").format(percent=wanted["sample"]))
    return lines or [_("All customers")]


def _listed(names: Iterable[object]) -> str:
    return pgettext("between the names of a list", ", ").join(str(name) for name in names)


def _whom_in_chinese(round: VisitRound) -> list[str]:
    with override("zh-hans"):
        return whom(round)


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
