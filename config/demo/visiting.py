"""Return-visit rounds and surveys of the demo company: one round finished, one running, a dozen answers, all by the verbs of the people who do them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from aftersales import services
from aftersales.models import RoundTarget, Survey, SurveyAnswer, VisitRound
from aftersales.round_terms import questions_of
from aftersales.services.drawing import Criteria
from config.demo.world import Story, World, dice
from core.models import Paper
from core.refusals import Refused
from projects.choices import AFTER_ACCEPTANCE, WORKING
from staff import posts
from staff.models import User

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TOLD = (
    ("satisfied", "", "希望售后电话更好打"),
    ("satisfied", "", "师傅守时，收尾干净"),
    ("satisfied", "", ""),
    ("so_so", "阳台推拉门有点涩", "交付前多试几次五金"),
    ("satisfied", "", "可以出一份家电使用的小册子"),
)
BAD = ("dissatisfied", "主卫地漏返味，报过一次没有下文", "报修以后请主动回个电话")
SCORES = ("5", "4", "5", "5", "3", "4")


def rounds(world: World, code: str) -> Story:
    """Seven weeks ago a survey and a round of the homes in the warranty; a round of the running sites is being called today."""
    fall, boss = dice(world.seed, "visiting", code), world.who(code, posts.CS_SUPERVISOR)
    officers = dict.fromkeys(world.people.get((code, posts.CS_OFFICER), [])[:2], 100) or {boss: 100}
    yield (at := _on(world, 18, time(9, 30)))
    done = _drawn(world, code, at, boss, officers, "入冬回访", "了解采暖前的用水用电情况", Criteria(stages=tuple(AFTER_ACCEPTANCE)), "in_warranty")
    survey = _sent(world, code, at + 20 * MINUTE, boss)
    if done is not None:
        yield (at := at + 3 * MINUTE)
        _call(world, done, at, fall, whole=True)
        for days in (17, 16):  # who was not reached is tried twice more
            yield (at := _on(world, days, time(10, 30)))
            _again(done, at)
    if survey is not None:
        yield (at := _on(world, 15, time(14, 10)))
        _answer(world, survey, at, fall)
    if done is not None:
        yield (at := _on(world, 14, time(16, 0)))
        _close(world, done, at, boss)
    if survey is not None and survey.invites.filter(state="answered").exists():
        yield (at := _on(world, 6, time(10, 0)))
        services.analyse_survey(
            survey, analysis="工地整洁得分最低，集中在收尾两周；施工质量和答复及时得分高。", measures="收尾阶段每日收工前拍照，工长互检。",
            responsible=world.who(code, posts.ENGINEERING_MANAGER), check_on=(at + 30 * DAY).date(), by=boss, at=at,
        )  # fmt: skip
    yield (at := _on(world, 1, time(9, 20)))
    running = _drawn(world, code, at, boss, officers, "在施工地回访", "问工程质量、进度和现场整洁", Criteria(stages=tuple(WORKING)), "in_works")
    if running is not None:
        _call(world, running, at + 10 * MINUTE, fall, whole=False)


def _on(world: World, days: int, hour: time) -> datetime:
    from config.demo.desk import on

    return on(world, days, hour)


def _drawn(
    world: World, code: str, at: datetime, boss: User, officers: dict[User, int], name: str, purpose: str, wanted: Criteria, script: str
) -> VisitRound | None:  # fmt: skip
    """A list drawn and handed out; a store without such customers has none."""
    try:
        made = services.draw_round(
            world.stores[code], name=name, purpose=purpose, script=script, from_on=at.date(), until_on=(at + 3 * DAY).date(), criteria=wanted,
            officers=officers, by=boss, at=at,
        )  # fmt: skip
    except Refused:
        return None
    return services.start_round(made, by=boss, at=at + 2 * MINUTE)


def _call(world: World, made: VisitRound, at: datetime, fall: Random, *, whole: bool) -> None:
    """One after the other; one customer is not reached, of a whole round one is not content."""
    rows: Any = made.targets.select_related("project__customer", "officer", "round").order_by("seq")
    for n, row in enumerate(rows if whole else rows[: max(len(rows) // 2, 1)]):
        at += 4 * MINUTE
        if at.hour >= 12:  # the customers' rest: the others are called after it
            at = at.replace(hour=14, minute=5) if at.hour < 14 else at
        if n % 5 == 3:
            services.record_round_call(row, channel="phone", reached=False, note="没有接通", by=row.officer, at=at)
            continue
        content, what, wish = BAD if whole and n == 1 else fall.choice(TOLD)
        call = services.record_round_call(
            row, channel="phone", reached=True, satisfaction=content, with_what=what, suggestion=wish, by=row.officer, at=at
        )
        _sign(world, call.paper, row.officer, at)


def _again(made: VisitRound, at: datetime) -> None:
    for row in RoundTarget.objects.filter(round=made, state="open").select_related("project", "officer", "round").order_by("seq"):
        services.record_round_call(row, channel="phone", reached=False, note="没有接通", by=row.officer, at=at)


def _close(world: World, made: VisitRound, at: datetime, boss: User) -> None:
    closed = services.close_round(
        made, analysis="多数客户满意；不满意集中在地漏返味和报修后没有回电。", measures="维修班逐户检查地漏水封；报修两小时内回电，客服当日抽查。", by=boss, at=at
    )
    _sign(world, closed.report, boss, at)


def _sent(world: World, code: str, at: datetime, boss: User) -> Survey | None:
    try:
        return services.send_survey(
            world.stores[code], name="竣工满意度调查", from_on=at.date(), until_on=(at + 10 * DAY).date(),
            criteria=Criteria(stages=tuple(AFTER_ACCEPTANCE)), codes=("Q05", "Q06", "Q09", "Q10", "Q11", "Q12", "Q15"), by=boss, at=at,
        )  # fmt: skip
    except Refused:
        return None


def _answer(world: World, survey: Survey, at: datetime, fall: Random) -> None:
    """The customers answer on the device or on the phone; one is not content with the tidiness of the site."""
    for n, invite in enumerate(survey.invites.select_related("project__customer", "project__dossier", "survey").order_by("seq")[:12]):
        at += 6 * MINUTE
        officer: User = world.who(survey.store.code, posts.CS_OFFICER)
        usual = {"scale": fall.choice(SCORES), "yes_no": "no", "nps": fall.choice(("8", "9", "10", "7")), "text": fall.choice(("", "师傅都很客气", "进度比说的快"))}
        given = {question.code: usual[question.kind] for question in questions_of(survey.questions)}
        if n == 2:
            given |= {"Q05": "2", "Q15": "收尾那几天垃圾堆在楼道"}
        if n == 5:
            services.decline_survey(invite, reason="说没有时间", by=officer, at=at)
            continue
        phone = n % 3 == 1
        made: SurveyAnswer = services.take_answers(
            invite, way="phone" if phone else "device", told_by=invite.project.customer_name if phone else "", answers=given, by=officer, at=at
        )
        world.sign_all(made.paper, {"customer": invite.project.customer_name, "cs_officer": officer}, at=at + MINUTE, by=officer)


def _sign(world: World, paper: Paper | None, person: User, at: datetime) -> None:
    if paper is not None:
        world.sign_all(paper, {"cs_officer": person, "cs_supervisor": person}, at=at + MINUTE, by=person)


__all__ = ["rounds"]
