"""Complaints: six steps with their own people and clocks (R026), nothing before the leader's approval (G23), never about oneself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from aftersales import deadlines_complaints as deadlines
from aftersales import services
from aftersales.choices_complaints import ComplaintStage, Part
from aftersales.complaint_terms import categories, heads
from aftersales.models import Complaint, ComplaintPerson
from config import follow
from core import audit, clocks
from core.models import Deadline, Notice, Paper
from core.refusals import Refused
from leads.models import Lead
from staff.models import User
from tests import road
from tests.cast import Cast
from tests.factories import complaints
from tests.hand import sign

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The cast and one enquiry that has a designer; complaints are taken before the contract too."""
    from django.utils import translation

    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        cast = Cast()
        lead = road.assigned_lead(cast)
        yield SimpleNamespace(cast=cast, lead=lead.pk)
        transaction.set_rollback(True)


@pytest.fixture
def lead(standing: SimpleNamespace, db: None) -> Lead:
    return Lead.objects.select_related("dossier", "store").get(pk=standing.lead)


def clock(name: clocks.Clock, complaint: Complaint) -> Deadline:
    return Deadline.objects.filter(clock=name.id, key=complaint.ref).latest("pk")


def words(refused: Any) -> list[str]:
    return [gap.says for gap in refused.value.missing]


# --- step 1 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", ["leak", "quality", "attitude"])
def test_R026_a_complaint_is_accepted_at_once_with_its_paper_and_clocks(cast: Any, lead: Lead, category: str) -> None:
    """R026, LR-24: first answer by the category, judgement within a day, and never fifteen days."""
    made = complaints.told(lead, people=cast, at=cast.at, category=category)

    kind = categories()[category]
    assert made.ref.startswith("TS-CX-2026-") and made.paper.kind == "S07" and made.stage == ComplaintStage.RECEIVED
    assert made.paper.body["complainant"] == "陈静兰" and made.paper.body["phone"] == "139****1234"
    due = {name: clock(name, made).due_at - cast.at for name in (deadlines.REPLY, deadlines.JUDGE, deadlines.LEGAL)}
    assert list(due.values()) == [kind.reply_hours * HOUR, DAY, 15 * DAY]
    assert clock(deadlines.REPLY, made).owner == cast.cs_officer and clock(deadlines.JUDGE, made).owner == cast.cs_supervisor


def test_S15_an_answer_is_promised_within_seven_days_and_its_clock_moves(cast: Any, lead: Lead) -> None:
    made = complaints.told(lead, people=cast, at=cast.at, owed_at=cast.at + 2 * DAY)
    assert clock(deadlines.REPLY, made).due_at == cast.at + 2 * DAY

    for moment in (cast.at - HOUR, cast.at + 7 * DAY + HOUR):
        with pytest.raises(Refused, match="within the next 7 days"):
            services.promise_reply(made, owed_at=moment, by=cast.cs_officer, at=cast.at)
    services.promise_reply(made, owed_at=cast.at + 7 * DAY, by=cast.cs_officer, at=cast.at)
    assert clock(deadlines.REPLY, made).due_at == cast.at + 7 * DAY

    services.record_talk(made, kind="reply", reached=False, says="", by=cast.cs_officer, at=cast.at + HOUR)
    assert clocks.is_open(deadlines.REPLY, made.ref)
    services.record_talk(made, kind="reply", reached=True, says="收到，正在查。", by=cast.cs_officer, at=cast.at + 2 * HOUR)
    assert not clocks.is_open(deadlines.REPLY, made.ref)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": " "}, "Say who complains"), ({"complainant": ""}, "Say who complains"), ({"category": "weather"}, "what the complaint is about"),
        ({"phone": "12345"}, "not a telephone number"),
    ],
)  # fmt: skip
def test_a_complaint_without_its_words_is_refused(cast: Any, lead: Lead, said: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        complaints.told(lead, people=cast, at=cast.at, **said)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(("days", "told"), [(90, True), (91, False)])
def test_LR63_the_same_about_the_same_home_within_ninety_days_is_told_to_the_store_manager(cast: Any, lead: Lead, days: int, told: bool) -> None:
    complaints.told(lead, people=cast, at=cast.at, category="neighbour")
    complaints.told(lead, people=cast, at=cast.at + days * DAY, category="neighbour")
    complaints.told(lead, people=cast, at=cast.at + days * DAY, category="price")
    assert Notice.objects.filter(user=cast.store_manager, kind="aftersales.complaint_again").count() == int(told)


# --- class and verdict -----------------------------------------------------------------------------------------------------


def test_the_class_changes_with_a_reason_and_its_history_stays(cast: Any, lead: Lead) -> None:
    """7.1: a communication complaint handled badly turns into a valid one; class and upheld are two questions."""
    made = complaints.told(lead, people=cast, at=cast.at, kind="venting")
    with pytest.raises(Refused, match="why the class changes"):
        services.class_complaint(made, kind="valid", reason=" ", by=cast.cs_supervisor, at=cast.at)
    services.class_complaint(made, kind="valid", reason="三天没有人回电话", by=cast.cs_supervisor, at=cast.at)
    with pytest.raises(Refused, match="of this class already"):
        services.class_complaint(made, kind="valid", reason="再改", by=cast.cs_supervisor, at=cast.at)

    made = complaints.fresh(made)
    assert [(row.seq, row.kind) for row in made.classings.all()] == [(2, "valid"), (1, "venting")]
    assert made.kind == "valid" and made.upheld is None


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"kind": ""}, "no class yet"),
        ({"identity_checked": False}, "who is speaking"),
        ({"kind": "inquiry", "payment_looked": False}, "what has been paid"),
        ({"why": ""}, "reason of the judgement"),
        ({"department": ""}, "department that answers"),
    ],
)
def test_R026_a_judgement_names_all_that_is_missing(cast: Any, lead: Lead, more: dict[str, Any], missing: str) -> None:
    made = complaints.told(lead, people=cast, at=cast.at)
    with pytest.raises(Refused) as refused:
        complaints.judged(made, people=cast, at=cast.at + HOUR, **more)
    assert any(missing in line for line in words(refused))


@pytest.mark.parametrize(
    ("reason", "demand", "stage"),
    [(True, True, "investigating"), (True, False, "answering"), (False, True, "answering"), (False, False, "answering")],
)
def test_R026_upheld_is_a_sufficient_reason_and_a_reasonable_demand(cast: Any, lead: Lead, reason: bool, demand: bool, stage: str) -> None:
    made = complaints.judged(complaints.told(lead, people=cast, at=cast.at), people=cast, at=cast.at + HOUR, reason_sufficient=reason,
                             demand_reasonable=demand, department="engineering_dept")  # fmt: skip
    assert (made.upheld, made.stage) == (reason and demand, stage)
    if made.upheld:
        assert (made.investigator, made.leader) == (cast.engineering_manager, cast.general_manager)  # Q101: the superior of the head
        assert clock(deadlines.INVESTIGATE, made).due_at == cast.at + 3 * DAY  # Q100
        assert ComplaintPerson.objects.get(complaint=made, part=Part.HEAD).person == cast.engineering_manager


def test_not_upheld_is_answered_with_the_reason_closed_and_opened_again_with_a_reason(cast: Any, lead: Lead) -> None:
    made = complaints.judged(complaints.told(lead, people=cast, at=cast.at), people=cast, at=cast.at + HOUR, upheld=False)
    services.record_talk(made, kind="answer", reached=False, says="", by=cast.cs_officer, at=cast.at + 2 * HOUR)
    assert complaints.fresh(made).stage == ComplaintStage.ANSWERING
    with pytest.raises(Refused, match="Write down what was said"):
        services.record_talk(made, kind="answer", reached=True, says="", by=cast.cs_officer, at=cast.at + 2 * HOUR)
    services.record_talk(made, kind="answer", reached=True, says="解释了工期。", by=cast.cs_officer, at=cast.at + 3 * HOUR)
    made = complaints.fresh(made)
    assert made.stage == ComplaintStage.CLOSED and made.ended_at == cast.at + 3 * HOUR
    assert not Deadline.objects.filter(key=made.ref, stopped_at__isnull=True).exists()

    with pytest.raises(Refused, match="why it is opened again"):
        services.reopen_complaint(made, reason="", by=cast.cs_supervisor, at=cast.at + DAY)
    services.reopen_complaint(made, reason="客户补了照片", by=cast.cs_supervisor, at=cast.at + DAY)
    made = complaints.fresh(made)
    assert (made.stage, made.upheld, made.round) == (ComplaintStage.RECEIVED, None, 2)
    assert clock(deadlines.JUDGE, made).due_at == cast.at + 2 * DAY
    made = complaints.judged(made, people=cast, at=cast.at + 25 * HOUR)
    assert made.upheld and clock(deadlines.INVESTIGATE, made).due_at == cast.at + 4 * DAY


def test_Q100_an_urgent_complaint_has_no_longer_than_its_own_days(cast: Any, lead: Lead) -> None:
    made = complaints.judged(complaints.told(lead, people=cast, at=cast.at, category="leak"), people=cast, at=cast.at + HOUR)
    assert clock(deadlines.INVESTIGATE, made).due_at == cast.at + DAY


def test_Q101_several_departments_are_led_by_the_general_manager(cast: Any, lead: Lead) -> None:
    made = complaints.told(lead, people=cast, at=cast.at)
    made = complaints.judged(made, people=cast, at=cast.at + HOUR, department="store", more=["design_dept"])
    assert made.leader == cast.general_manager and made.more_departments == ["design_dept"]
    heading = ComplaintPerson.objects.filter(complaint=made, part=Part.HEAD).values_list("person", flat=True)
    assert set(heading) == {cast.store_manager.pk, cast.design_manager.pk}


def test_every_department_of_the_chart_has_a_head() -> None:
    assert set(heads()) >= {row.department for row in categories().values()}


# --- G23 ---------------------------------------------------------------------------------------------------------------------


def test_R026_a_complaint_upheld_goes_through_its_six_steps(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("closed", lead, people=cast, at=cast.at)

    assert made.stage == ComplaintStage.CLOSED and made.satisfaction == "satisfied" and made.trade == "tiles"
    assert [move.to_stage for move in made.complaintmoves.all()] == [
        "investigating", "proposing", "approved", "executing", "calling", "summing_up", "closed",
    ]  # fmt: skip
    assert {(row.part, row.person) for row in made.complaintpersons.all()} == {
        (Part.HEAD, cast.engineering_manager), (Part.RESPONSIBLE, cast.foreman)
    }  # fmt: skip
    assert made.solution.is_signed and made.solution.body["proposals"][1]["chosen"] and made.solution.body["leader"] == cast.general_manager.full_name
    assert not Deadline.objects.filter(key=made.ref, stopped_at__isnull=True).exists()
    assert not Deadline.objects.filter(key=made.ref, breached_at__isnull=False).exists()
    assert list(audit.faults(made.dossier)) == []


def test_G23_before_the_approval_nothing_is_carried_out_and_nobody_is_promised_anything(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("proposed", lead, people=cast, at=cast.at)
    with pytest.raises(Refused, match="promised anything") as refused:
        services.record_talk(made, kind="told", reached=True, says="赔你五百", by=cast.cs_officer, at=cast.at + 5 * HOUR)
    assert refused.value.missing[0].gate == "G23"
    with pytest.raises(Refused, match="approved and signed") as refused:
        services.carry_out(made, done="重贴", feedback="好", by=cast.cs_officer, at=cast.at + 5 * HOUR)
    assert refused.value.missing[0].gate == "G23"

    made = complaints.approved(made, at=cast.at + 5 * HOUR)
    with pytest.raises(Refused) as refused:
        services.carry_out(made, done="重贴", feedback="好", by=cast.cs_officer, at=cast.at + 6 * HOUR)
    assert len(words(refused)) == 2  # neither told nor signed


def test_G23_one_of_several_proposals_is_approved_by_the_leader_who_has_read_each(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("investigated", lead, people=cast, at=cast.at)
    services.propose_solution(made, says="重贴", days=3, by=cast.engineering_manager, at=cast.at + 3 * HOUR)
    first = made.proposals.get()
    told = {"instruction": "同意", "at": cast.at + 4 * HOUR}
    with pytest.raises(Refused) as refused:
        services.approve_solution(first, read=[first.pk], by=cast.general_manager, **told)
    assert words(refused) == ["Fewer than two solutions have been proposed."]

    second = services.propose_solution(made, says="补偿", amends=Decimal(300), days=1, by=cast.cs_officer, at=cast.at + 3 * HOUR)
    with pytest.raises(Refused) as refused:
        services.approve_solution(second, read=[second.pk], by=cast.general_manager, instruction=" ", at=cast.at + 4 * HOUR)
    assert words(refused) == ["Proposal 1 has not been read.", "The instruction of the leader in charge."]
    for person in (cast.store_manager, cast.engineering_manager, cast.cs_supervisor):
        with pytest.raises(Refused, match="leader in charge"):
            services.approve_solution(second, read=[first.pk, second.pk], by=person, **told)
    services.approve_solution(second, read=[first.pk, second.pk], by=cast.general_manager, **told)
    with pytest.raises(Refused, match="stands at"):
        services.approve_solution(first, read=[first.pk, second.pk], by=cast.general_manager, **told)


def test_G23_the_leader_proposes_nothing_and_may_send_it_back(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("proposed", lead, people=cast, at=cast.at)
    with pytest.raises(Refused, match="proposes none"):
        services.propose_solution(made, says="x", days=1, by=cast.general_manager, at=cast.at + 4 * HOUR)
    services.look_again(made, reason="没有说明为什么漏检", by=cast.general_manager, at=cast.at + 4 * HOUR)
    made = complaints.fresh(made)
    assert made.stage == ComplaintStage.INVESTIGATING and clocks.is_open(deadlines.INVESTIGATE, made.ref)
    made = complaints.investigated(made, people=cast, at=cast.at + 5 * HOUR)
    assert made.round == 2 and not made.proposals.filter(round=2).exists()


def test_Q102_a_customer_who_does_not_sign_gets_another_solution(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("approved", lead, people=cast, at=cast.at)
    paper = made.solution
    services.note_refusal(made, reason="要求换整面墙", by=cast.cs_officer, at=cast.at + 6 * HOUR)
    made = complaints.fresh(made)
    paper.refresh_from_db()
    assert (made.stage, made.round, made.solution, paper.state) == (ComplaintStage.PROPOSING, 2, None, Paper.State.VOID)
    assert clock(deadlines.APPROVE, made).owner == cast.general_manager
    made = complaints.approved(complaints.proposed(made, people=cast, at=cast.at + 7 * HOUR), at=cast.at + 8 * HOUR)
    assert complaints.signed(made, people=cast, at=cast.at + 9 * HOUR).stage == ComplaintStage.EXECUTING


def test_signed_before_it_was_told_waits_for_the_talk(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("approved", lead, people=cast, at=cast.at)
    sign(made.solution, "customer", "陈静兰", by=cast.cs_officer, at=cast.at + 6 * HOUR)
    follow.run(made.dossier, at=cast.at + 6 * HOUR)
    assert complaints.fresh(made).stage == ComplaintStage.APPROVED
    services.record_talk(made, kind="told", reached=True, says="讲清楚了", by=cast.cs_officer, at=cast.at + 7 * HOUR)
    assert complaints.fresh(made).stage == ComplaintStage.EXECUTING


def test_R026_after_the_handling_the_customer_is_called_within_three_days_at_most_three_times(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("carried", lead, people=cast, at=cast.at)
    done = made.ended_at
    assert clock(deadlines.CALL, made).due_at == done + 3 * DAY
    for number in range(3):
        services.record_talk(made, kind="after", reached=False, says="", by=cast.cs_officer, at=done + 4 * (number + 1) * HOUR, time_agreed=True)
    made = complaints.fresh(made)
    assert made.stage == ComplaintStage.SUMMING_UP and clock(deadlines.SUM_UP, made).owner == cast.cs_supervisor


def test_R026_a_customer_who_is_not_content_at_the_call_gets_another_solution(cast: Any, lead: Lead) -> None:
    made = complaints.called(complaints.brought_to("carried", lead, people=cast, at=cast.at), people=cast, at=cast.at + DAY, satisfaction="dissatisfied")
    assert (made.stage, made.round, made.solution) == (ComplaintStage.PROPOSING, 2, None)
    assert clocks.is_open(deadlines.LEGAL, made.ref)


@pytest.mark.parametrize("rating", [0, 6])
def test_S10_the_handling_is_rated_from_one_to_five(cast: Any, lead: Lead, rating: int) -> None:
    made = complaints.brought_to("called", lead, people=cast, at=cast.at)
    with pytest.raises(Refused, match="from 1 to 5"):
        services.sum_up(made, summary="x", rating=rating, measure="y", by=cast.cs_supervisor, at=cast.at + DAY)


# --- about oneself ---------------------------------------------------------------------------------------------------------


def test_a_complaint_about_oneself_is_seen_and_handled_by_others_only(cast: Any, lead: Lead) -> None:
    """7.2: named, the colleague neither sees it nor has a hand in it, whatever posts he holds; the clocks go to the next above."""
    made = complaints.told(lead, people=cast, at=cast.at, category="attitude", named=[cast.cs_supervisor, cast.cs_officer])
    assert made.officer not in (cast.cs_officer, cast.cs_supervisor) and clock(deadlines.JUDGE, made).owner == cast.store_manager
    for person in (cast.cs_officer, cast.cs_supervisor):
        assert not Complaint.objects.visible_to(person).exists()
        for verb, more in (
            (services.judge_complaint, {"reason_sufficient": False, "demand_reasonable": False, "why": "不成立", "identity_checked": True, "kind": "valid"}),
            (services.record_talk, {"kind": "reply", "reached": True, "says": "不是我的错"}),
            (services.class_complaint, {"kind": "venting", "reason": ""}),
            (services.promise_reply, {"owed_at": cast.at + DAY}),
            (services.show_complainant, {}),
        ):
            with pytest.raises(Refused, match="about you"):
                verb(made, by=person, at=cast.at + HOUR, **more)
    assert Complaint.objects.visible_to(cast.store_manager).exists()


def test_who_is_found_responsible_hands_it_over_first_and_the_leader_has_no_part(cast: Any, lead: Lead) -> None:
    made = complaints.judged(complaints.told(lead, people=cast, at=cast.at), people=cast, at=cast.at + HOUR)
    for person in (cast.engineering_manager, cast.general_manager, cast.cs_officer):
        with pytest.raises(Refused, match="hand it to somebody else first"):
            complaints.investigated(made, people=cast, at=cast.at + 2 * HOUR, responsible=person)
    with pytest.raises(Refused, match="hand it to somebody else first"):
        services.name_person(made, person=cast.engineering_manager, by=cast.cs_supervisor, at=cast.at + HOUR)
    services.hand_complaint(made, to=cast.project_manager, role="investigator", reason="涉及本人", by=cast.cs_supervisor, at=cast.at + HOUR)
    services.name_person(made, person=cast.engineering_manager, by=cast.cs_supervisor, at=cast.at + 2 * HOUR)
    with pytest.raises(Refused, match="the one complained about"):
        services.hand_complaint(made, to=cast.engineering_manager, role="investigator", reason="回来", by=cast.cs_supervisor, at=cast.at + 3 * HOUR)


def test_a_complaint_is_given_to_nobody_who_could_not_open_it(cast: Any, lead: Lead) -> None:
    made = complaints.judged(complaints.told(lead, people=cast, at=cast.at), people=cast, at=cast.at + HOUR)
    for person, role in (
        (cast.other.aftersales_head, "officer"), (cast.technician, "officer"), (cast.other.engineering_manager, "investigator"),
        (cast.cashier, "investigator"),
    ):
        with pytest.raises(Refused, match="does not work on complaints of this store"):
            services.hand_complaint(made, to=person, role=role, reason="x", by=cast.cs_supervisor, at=cast.at + HOUR)
    services.hand_complaint(made, to=cast.aftersales_head, role="officer", reason="休假", by=cast.cs_supervisor, at=cast.at + HOUR)


def test_the_page_offers_those_whom_the_verb_accepts_with_their_posts(cast: Any, lead: Lead) -> None:
    made = complaints.told(lead, people=cast, at=cast.at)
    client, url = cast.client(cast.cs_supervisor), f"{made.get_absolute_url()}hands/"

    def offered(page: str) -> set[tuple[str, int]]:
        return {(role, int(pk)) for role, pk in re.findall(r'<option value="(officer|investigator):(\d+)"', page)}

    page = client.get(url).text
    assert "请选择" in page and f">{cast.aftersales_head} · 售后主管<" in page
    assert ("officer", cast.aftersales_head.pk) in offered(page) and {role for role, _pk in offered(page)} == {"officer"}  # nothing to investigate yet
    assert not offered(page) & {("officer", person.pk) for person in (made.officer, cast.hr, cast.designer, cast.technician, cast.other.aftersales_head)}

    made = complaints.judged(made, people=cast, at=cast.at + HOUR)
    choices = offered(client.get(url).text)
    assert {role for role, _pk in choices} == {"officer", "investigator"} and ("investigator", made.leader_id) not in choices
    for role, pk in choices:  # none of them is refused
        with transaction.atomic():
            services.hand_complaint(made, to=User.objects.get(pk=pk), role=role, reason="休假", by=cast.cs_supervisor, at=cast.at + HOUR)
            transaction.set_rollback(True)

    assert client.post(url, {"to": f"officer:{cast.hr.pk}", "reason": "休假"}).status_code == 422
    assert client.post(url, {"to": f"officer:{cast.aftersales_head.pk}", "reason": "休假"}).status_code == 302
    assert complaints.fresh(made).officer == cast.aftersales_head


def test_a_complaint_that_nobody_can_take_says_so_instead_of_a_form(cast: Any, lead: Lead) -> None:
    other = complaints.told(lead, people=cast, at=cast.at)
    able = [other.officer, *services.takers(other, User.objects.with_posts())["officer"]]
    made = complaints.told(lead, people=cast, at=cast.at, named=[person for person in able if person != cast.cs_supervisor])
    assert made.officer == cast.cs_supervisor

    page = cast.client(cast.cs_supervisor).get(f"{made.get_absolute_url()}hands/").text
    assert "本店没有其他人可以接办投诉" in page and 'name="to"' not in page


def test_the_head_who_is_complained_about_neither_investigates_nor_approves(cast: Any, lead: Lead) -> None:
    made = complaints.told(lead, people=cast, at=cast.at, named=[cast.engineering_manager])
    made = complaints.judged(made, people=cast, at=cast.at + HOUR)
    assert made.investigator not in (cast.engineering_manager, None) and made.leader == cast.general_manager

    about_the_top = complaints.told(lead, people=cast, at=cast.at, named=[cast.general_manager])
    about_the_top = complaints.judged(about_the_top, people=cast, at=cast.at + HOUR)
    assert about_the_top.leader not in (cast.general_manager, about_the_top.investigator)


def test_a_warning_never_reaches_whom_it_is_about(cast: Any, lead: Lead) -> None:
    from config import reach

    made = complaints.told(lead, people=cast, at=cast.at, named=[cast.store_manager])
    told = reach.audience(clock(deadlines.LEGAL, made), ["store_manager", "general_manager"])
    assert cast.store_manager not in told and cast.general_manager in told


# --- a check item ----------------------------------------------------------------------------------------------------------


def test_a_cause_becomes_a_check_item_that_is_decided_once(cast: Any, lead: Lead) -> None:
    made = complaints.brought_to("investigated", lead, people=cast, at=cast.at)
    item = services.propose_check_item(made, check="C5", text="墙砖铺贴满浆，逐块敲击", method="空鼓锤", by=cast.engineering_manager, at=cast.at + 3 * HOUR)
    assert Deadline.objects.get(clock=deadlines.CHECK_ITEM.id, key=str(item.pk)).owner == cast.engineering_manager
    with pytest.raises(Refused, match="why the item is declined"):
        services.decide_check_item(item, adopt=False, by=cast.engineering_manager, at=cast.at + DAY)
    services.decide_check_item(item, adopt=False, reason="C5-03 已包含", by=cast.engineering_manager, at=cast.at + DAY)
    with pytest.raises(Refused, match="has been decided"):
        services.decide_check_item(item, adopt=True, item_code="C5-K1", by=cast.engineering_manager, at=cast.at + DAY)
    assert not clocks.is_open(deadlines.CHECK_ITEM, str(item.pk))


def test_before_the_cause_is_known_no_check_item_is_proposed(cast: Any, lead: Lead) -> None:
    made = complaints.told(lead, people=cast, at=cast.at)
    with pytest.raises(Refused, match="not investigated"):
        services.propose_check_item(made, check="C5", text="x", method="y", by=cast.cs_officer, at=cast.at)
