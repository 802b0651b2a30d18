"""Rounds and surveys as the tests need them, by the verbs of the right person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from aftersales import services
from aftersales.models import RoundCall, RoundTarget, Survey, SurveyAnswer, SurveyInvite, VisitRound
from aftersales.round_terms import questions_of
from aftersales.services.drawing import Criteria
from tests.factories.projects import CUSTOMER
from tests.hand import sign_all


def drawn(people: Any, *, at: datetime, officers: Mapping[Any, int] | None = None, **more: Any) -> VisitRound:
    """A list drawn by the supervisor, not handed out yet."""
    day = timezone.localtime(at).date()
    told = {
        "name": "入冬回访", "purpose": "了解入住情况和采暖季用水", "script": "in_warranty", "from_on": day, "until_on": day + timedelta(days=3),
        "criteria": Criteria(), "officers": officers or {people.cs_officer: 100},
    }  # fmt: skip
    return services.draw_round(people.store, by=people.cs_supervisor, at=at, **{**told, **more})


def running(people: Any, *, at: datetime, **more: Any) -> VisitRound:
    """… and handed out."""
    return services.start_round(drawn(people, at=at, **more), by=people.cs_supervisor, at=at)


def target(round: VisitRound, project: Any = None) -> RoundTarget:
    rows = round.targets.select_related("project", "round")
    return rows.get(project=project) if project is not None else rows.order_by("seq")[0]


def called(row: RoundTarget, *, by: Any, at: datetime, **more: Any) -> RoundCall:
    """The customer was reached and is content, except where told otherwise."""
    told = {"channel": "phone", "reached": True, "satisfaction": "satisfied", "suggestion": "希望售后电话更好打"}
    return services.record_round_call(row, by=by, at=at, **{**told, **more})


def sent(people: Any, *, at: datetime, **more: Any) -> Survey:
    day = timezone.localtime(at).date()
    told = {
        "name": "竣工满意度调查", "from_on": day, "until_on": day + timedelta(days=7), "criteria": Criteria(),
        "codes": ("Q05", "Q06", "Q09", "Q10", "Q11", "Q12", "Q15"),
    }  # fmt: skip
    return services.send_survey(people.store, by=people.cs_supervisor, at=at, **{**told, **more})


def invite(survey: Survey, project: Any = None) -> SurveyInvite:
    rows = survey.invites.select_related("project", "survey")
    return rows.get(project=project) if project is not None else rows.order_by("seq")[0]


def answers(survey: Survey, **other: str) -> dict[str, str]:
    usual = {"scale": "5", "yes_no": "no", "nps": "9", "text": "师傅守时，收尾干净。"}
    return {question.code: usual[question.kind] for question in questions_of(survey.questions)} | other


def answered(row: SurveyInvite, *, by: Any, at: datetime, way: str = "device", signed: bool = True, told_by: str = "", **other: str) -> SurveyAnswer:
    """Filled in and signed; it counts."""
    made = services.take_answers(row, way=way, answers=answers(row.survey, **other), told_by=told_by or (CUSTOMER if way == "phone" else ""), by=by, at=at)
    if signed:
        sign_all(made.paper, by=by, at=at, customer=row.project.customer_name)
        services.follow(row.project.dossier, at=at)
        made.refresh_from_db()
    return made


__all__ = ["answered", "answers", "called", "drawn", "invite", "running", "sent", "target"]


def for_world(world: Any) -> None:
    """A running round with the settled site on its list, a survey out, one with a bad answer that opened a case, a fault that came again."""
    from tests.factories import repairs as mending

    people, at, site = world.cast, world.cast.at, world.site["settled"]
    only = Criteria(stages=(site.stage,))
    world.thing["round"] = running(people, at=at - timedelta(hours=1), criteria=only)
    world.thing["round_target"] = target(world.thing["round"], site)
    bad = world.thing["answered_survey"] = sent(people, at=at - timedelta(days=2), criteria=only, name="上季满意度调查")
    low = answered(invite(bad, site), by=people.cs_officer, at=at - timedelta(days=1), Q05="2", Q15="收尾那几天垃圾堆在楼道")
    world.thing["low_paper"] = low.paper
    world.thing["survey"] = sent(people, at=at - timedelta(hours=2), criteria=only)
    world.thing["invite"] = invite(world.thing["survey"], site)
    world.thing["again"] = mending.told(site, people=people, at=at - timedelta(minutes=20), fault="同一位置又渗了")
