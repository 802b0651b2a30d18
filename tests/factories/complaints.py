"""Complaints at every step, reached by the verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from aftersales import services
from aftersales.models import Approval, Complaint
from config import follow
from tests.hand import sign

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(subject: Any, *, people: Any, at: datetime, category: str = "quality", by: Any = None, **more: Any) -> Complaint:
    """A customer complains on the phone about a site or an enquiry."""
    said = {
        "complainant": "陈静兰", "phone": "13900001234", "source": "phone", "text": "卫生间墙砖空鼓三块，说了两次没有人来看。", "wish": "重新铺贴",
        "emotion": "angry",
    } | more  # fmt: skip
    return services.open_complaint(subject.dossier, category=category, by=by or people.cs_officer, at=at, **said)


def judged(complaint: Complaint, *, people: Any, at: datetime, upheld: bool = True, by: Any = None, **more: Any) -> Complaint:
    """… judged by the supervisor."""
    said = {
        "reason_sufficient": upheld, "demand_reasonable": True, "why": "现场照片显示空鼓属实。" if upheld else "工期在合同约定之内。", "kind": "valid",
        "identity_checked": True, "payment_looked": True, "department": "engineering_dept" if upheld else "",
    } | more  # fmt: skip
    services.judge_complaint(complaint, by=by or people.cs_supervisor, at=at, **said)
    return fresh(complaint)


def investigated(complaint: Complaint, *, people: Any, at: datetime, **more: Any) -> Complaint:
    said = {
        "found": "三块砖空鼓，粘结层不满。", "cause": "铺贴时没有满浆，未做空鼓检查。", "trade": "tiles", "responsible": people.foreman, "rule": "铺贴满浆",
    } | more  # fmt: skip
    services.investigate_complaint(complaint, by=complaint.investigator, at=at, **said)
    return fresh(complaint)


def proposed(complaint: Complaint, *, people: Any, at: datetime) -> Complaint:
    services.propose_solution(complaint, says="三块墙砖拆除重贴，三天内完成。", days=3, by=people.engineering_manager, at=at)
    services.propose_solution(complaint, says="重贴并赠送一次保洁。", days=3, amends=Decimal("500.00"), by=people.cs_officer, at=at)
    return fresh(complaint)


def approved(complaint: Complaint, *, at: datetime, which: int = 2, by: Any = None) -> Complaint:
    rows = list(complaint.proposals.filter(round=complaint.round))
    services.approve_solution(rows[which - 1], read=[row.pk for row in rows], instruction="同意，工程部三天内完成。", by=by or complaint.leader, at=at)
    return fresh(complaint)


def signed(complaint: Complaint, *, people: Any, at: datetime) -> Complaint:
    """… told to the customer, who signs on the screen."""
    services.record_talk(complaint, kind="told", reached=True, says="方案讲给客户听了，客户同意。", by=people.cs_officer, at=at)
    approval = Approval.objects.get(complaint=complaint, round=complaint.round)
    sign(approval.paper, "customer", "陈静兰", by=people.cs_officer, at=at)
    follow.run(complaint.dossier, at=at)
    return fresh(complaint)


def carried(complaint: Complaint, *, people: Any, at: datetime) -> Complaint:
    services.carry_out(complaint, done="三块墙砖已重贴，保洁已做。", feedback="客户看过，认可。", by=people.cs_officer, at=at)
    return fresh(complaint)


def called(complaint: Complaint, *, people: Any, at: datetime, satisfaction: str = "satisfied") -> Complaint:
    services.record_talk(
        complaint, kind="after", reached=True, says="客户说处理得还可以。", satisfaction=satisfaction, by=people.cs_officer, at=at, time_agreed=True
    )
    return fresh(complaint)


def closed(complaint: Complaint, *, people: Any, at: datetime) -> Complaint:
    services.sum_up(complaint, summary="两次报修没有转到工程部。", rating=4, measure="报修当天转单，铺贴后必做空鼓检查。", by=people.cs_supervisor, at=at)
    return fresh(complaint)


STEPS = ("told", "judged", "investigated", "proposed", "approved", "signed", "carried", "called", "closed")


def brought_to(step: str, subject: Any, *, people: Any, at: datetime, **more: Any) -> Complaint:
    """A complaint about a site or an enquiry, an hour between the steps."""
    made = told(subject, people=people, at=at, **more)
    services.record_talk(made, kind="reply", reached=True, says="已记下，今天派人来看。", by=made.officer, at=at + HOUR / 2)
    for number, name in enumerate(STEPS[1 : STEPS.index(step) + 1], start=1):
        moment = at + number * HOUR
        match name:
            case "approved":
                made = approved(made, at=moment)
            case _:
                made = globals()[name](made, people=people, at=moment)
    return made


def for_world(world: Any) -> None:
    """One complaint that is not judged yet, one whose proposals wait for the leader, with a proposed check item; one that was not upheld."""
    people, at, site = world.cast, world.cast.at, world.site["settled"]
    world.thing["told_complaint"] = told(site, people=people, at=at - HOUR, category="attitude", kind="venting")
    made = world.thing["complaint"] = brought_to("proposed", site, people=people, at=at - 5 * HOUR)
    world.thing["check_item"] = services.propose_check_item(
        made, check="C5", text="卫生间墙砖逐块敲击，空鼓记录到块", method="空鼓锤逐块敲击", by=people.engineering_manager, at=at - HOUR
    )
    other = judged(told(world.lead["assigned"], people=people, at=at - DAY, category="schedule"), people=people, at=at - 20 * HOUR, upheld=False)
    services.record_talk(other, kind="answer", reached=True, says="把合同工期讲给客户听了。", by=people.cs_officer, at=at - 18 * HOUR)
    brought_to("closed", site, people=people, at=at - 40 * DAY)
    services.write_report(
        people.store, span="month", day=(at - 40 * DAY).date(), analysis="本月一件，卫生间墙砖空鼓，铺贴未满浆。", measures="铺贴后逐块敲击，报修当天转单。",
        by=people.cs_supervisor, at=at - 20 * DAY,
    )  # fmt: skip
    services.hand_over_shift(people.store, giver=people.cs_officer, taker=people.cs_supervisor, none_missed=True, by=people.cs_officer, at=at - HOUR)


def fresh(complaint: Complaint) -> Complaint:
    rows = Complaint.objects.select_related("project", "lead", "dossier", "store", "officer", "investigator", "leader", "solution", "department")
    return rows.get(pk=complaint.pk)
