"""Complaints of the demo company, one in each step as it stands today, by the verbs of the people who do them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aftersales import services
from aftersales.models import Approval, Complaint, ShiftHandover
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site
    from config.demo.world import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# (days before today, how far it has come, what it is about); one after the other for the homes that were accepted
TOLD: tuple[tuple[float, str, dict[str, Any]], ...] = (
    (21, "closed", {"category": "quality", "text": "卫生间墙砖敲着发空，报过一次没有人来看。", "wish": "重新铺贴", "emotion": "angry"}),
    (0.25, "told", {"category": "attitude", "text": "约好上午来，下午才到，也没有打电话。", "wish": "以后提前说一声", "emotion": "anxious", "kind": "venting"}),
    (2, "proposed", {"category": "after_sale", "text": "门下沉报修一周，来过一次没有修好。", "wish": "尽快修好", "emotion": "angry"}),
    (9, "answered", {"category": "schedule", "text": "觉得工期比邻居家长。", "wish": "说明原因", "emotion": "calm", "kind": "inquiry"}),
    (1.2, "judged", {"category": "environment", "text": "入住后主卧有味道，孩子咳嗽。", "wish": "检测并处理", "emotion": "anxious"}),
    (3.5, "signed", {"category": "price", "text": "结算单里开关面板的数量多算了两个。", "wish": "退回差价", "emotion": "calm"}),
)
DEPARTMENT = {"after_sale": "aftersales_dept", "attitude": "customer_service_dept", "price": "engineering_dept"}
FURTHER = ("told", "judged", "proposed", "signed", "closed")


def complaint(s: Site, accepted_at: datetime) -> Story:
    """The first homes that were accepted complain, each of them about another thing; what waits today waits for somebody."""
    place = s.world.complaints
    if place >= len(TOLD):
        return
    s.world.complaints += 1
    days, until, told = TOLD[place]
    at = max(s.world.until - days * DAY, accepted_at + DAY)
    yield at
    officer, boss = s.crew[posts.CS_OFFICER], s.world.who(s.case.store, posts.CS_SUPERVISOR)
    made = services.open_complaint(
        s.project.dossier, project=s.project, complainant=s.case.name, phone="", source="phone", by=officer, at=at, **told
    )
    s.world.sign(made.paper, "cs_officer", officer, at=at + timedelta(minutes=5), by=officer)
    services.record_talk(made, kind="reply", reached=True, says="已记下，今天给答复。", by=officer, at=at + timedelta(minutes=30))
    if until == "told":
        _shift(s, officer, boss, at + HOUR)
        return
    at += 3 * HOUR
    yield at
    upheld = until != "answered"
    services.judge_complaint(
        made, reason_sufficient=upheld, demand_reasonable=True, why="现场核实属实。" if upheld else "工期在合同约定之内，已逐项核对。", identity_checked=True,
        payment_looked=True, kind=told.get("kind", "valid"), department=DEPARTMENT.get(told["category"], "engineering_dept"), by=boss, at=at,
    )  # fmt: skip
    if not upheld:
        services.record_talk(made, kind="answer", reached=True, says="把合同工期和停工天数讲给客户听，客户表示理解。", by=officer, at=at + HOUR)
        return
    if FURTHER.index(until) >= FURTHER.index("proposed"):
        yield from _solved(s, made, until, at)


def _solved(s: Site, made: Complaint, until: str, at: datetime) -> Story:
    officer, boss = s.crew[posts.CS_OFFICER], s.world.who(s.case.store, posts.CS_SUPERVISOR)
    at += 8 * HOUR
    yield at
    here = _fresh(made)
    who = here.investigator or boss
    services.investigate_complaint(
        here, found="到现场看过，与客户所述一致。", cause="交接时没有把客户的话转给班组。", trade="fitting", responsible=s.project.foreman, rule="交接须书面",
        by=who, at=at,
    )  # fmt: skip
    services.propose_solution(_fresh(made), says="三天内上门处理完毕，主管到场。", days=3, by=who, at=at + HOUR)
    services.propose_solution(_fresh(made), says="处理完毕，并赠送一次保洁。", days=3, amends=Decimal("300.00"), by=officer, at=at + 2 * HOUR)
    if until == "proposed":
        return
    at += 10 * HOUR
    yield at
    here = _fresh(made)
    rows = list(here.proposals.all())
    services.approve_solution(rows[1], read=[row.pk for row in rows], instruction="同意第二个方案，三天内完成。", by=here.leader, at=at)
    services.record_talk(_fresh(made), kind="told", reached=True, says="方案讲清楚了，客户同意。", by=officer, at=at + HOUR)
    approval = Approval.objects.select_related("paper").get(complaint=made)
    s.world.sign_all(approval.paper, s.hands(), at=at + 2 * HOUR, by=officer)
    if until == "signed":
        return
    at += 2 * DAY
    yield at
    services.carry_out(_fresh(made), done="已处理完毕，保洁已做。", feedback="客户看过，认可。", by=officer, at=at)
    at += DAY
    yield at
    services.record_talk(
        _fresh(made), kind="after", reached=True, says="客户说处理得不错。", satisfaction="satisfied", by=officer, at=at, time_agreed=True
    )
    services.propose_check_item(_fresh(made), check="C5", text="墙砖逐块敲击并记录空鼓位置", method="空鼓锤逐块敲击", by=who, at=at + HOUR)
    services.sum_up(_fresh(made), summary="报修没有当天转单，后续处理及时。", rating=4, measure="报修当天转到班组，转单要签收。", by=boss, at=at + 2 * HOUR)


def _shift(s: Site, giver: Any, taker: Any, at: datetime) -> None:
    """At midday the shift is handed over, once in a store; each signs for himself."""
    store = s.project.store
    if ShiftHandover.objects.filter(store=store).exists():
        return
    made = services.hand_over_shift(store, giver=giver, taker=taker, none_missed=True, by=giver, at=at)
    for role, person in (("hands_over", giver), ("takes_over", taker)):
        s.world.sign(made.paper, role, person, at=at + timedelta(minutes=5), by=person)


def _fresh(made: Complaint) -> Complaint:
    return Complaint.objects.select_related("project", "dossier", "store", "investigator", "leader").get(pk=made.pk)
