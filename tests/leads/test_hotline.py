"""Hotline cases (R003, L10, Q19): opened by the clock or by a word, taken, heard, decided by the store manager, closed by the customer's word."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline, Notice
from core.refusals import Refused
from leads import deadlines, services
from leads.models import HotlineCase, Lead
from leads.services.hotline import key, link_of
from tests import road
from tests.factories import projects as jobs
from tests.threads import ROUNDS, at_once, deadlocks


def opened(cast: Any, lead: Lead | None = None, **more: Any) -> HotlineCase:
    lead = lead or road.consulted_lead(cast)
    return services.open_case(lead, **{"cause": "designer", "words": "设计师没听懂", "by": cast.front_desk, "at": cast.at, **more})


def taken(cast: Any, **more: Any) -> HotlineCase:
    return services.take_case(opened(cast, **more), by=cast.cs_officer, at=cast.days(0.1))


def asked(cast: Any, proposed: str = "designer") -> HotlineCase:
    return services.ask_decision(taken(cast), wish="想换一位设计师", proposed=proposed, by=cast.cs_officer, at=cast.days(0.2))


def decided(cast: Any, case: HotlineCase, **more: Any) -> HotlineCase:
    return services.decide_case(case, **{"remedy": "talk", "decision": "设计部经理陪同再谈一次", "by": cast.store_manager, "at": cast.days(0.5), **more})


def clock(case: HotlineCase, which: Any = deadlines.HOTLINE_CASE) -> Deadline:
    return Deadline.objects.filter(clock=which.id, key=key(case)).latest("id")


# --- how it opens -----------------------------------------------------------------------------------------------------------


def test_silence_opens_one_case_of_its_day_however_often_and_late_it_is_looked_at(cast):
    lead = road.consulted_lead(cast)

    made = [services.follow(at=cast.days(day)) for day in (10.9, 13, 13, 20)]

    case = HotlineCase.objects.get()
    assert made == [0, 1, 0, 0]
    assert (case.lead, case.at, case.cause, case.by, case.designer) == (lead, cast.days(11), "silence", None, cast.designer)
    assert (clock(case).started_at, clock(case).due_at, clock(case).owner) == (cast.days(11), cast.days(14), cast.cs_officer)
    assert {notice.user for notice in Notice.objects.filter(kind="leads.hotline_opened", user__home_store=cast.store)} == {
        cast.cs_officer, cast.cs_supervisor, cast.store_manager,
    }  # fmt: skip


def test_after_the_case_the_designer_who_is_silent_again_has_another_one(cast):
    lead = road.consulted_lead(cast)
    services.follow(at=cast.days(11))
    case = HotlineCase.objects.get()
    services.note_contact(lead, channel="phone", note="道歉，周三给方案", by=cast.designer, at=cast.days(12))
    for verb, told in ((services.take_case, {}), (services.ask_decision, {"wish": "快一点", "proposed": "talk"})):
        case = verb(case, by=cast.cs_officer, at=cast.days(12), **told)
    case = decided(cast, case, at=cast.days(12))
    services.close_case(case, last_words="可以，再等等", satisfaction="neutral", by=cast.cs_officer, at=cast.days(13))

    services.follow(at=cast.days(22.9))
    assert HotlineCase.objects.count() == 1
    services.follow(at=cast.days(23))

    assert [case.seq for case in HotlineCase.objects.order_by("seq")] == [1, 2]


def test_a_held_clock_and_a_lost_enquiry_open_none(cast):
    held, lost = road.consulted_lead(cast), road.consulted_lead(cast, phones=["13858003372"])
    services.hold_clock(held, clock=deadlines.HOTLINE, reason="业主出国", by=cast.store_manager, at=cast.days(1))
    services.lose(lost, reason="price", by=cast.designer, at=cast.days(2))

    services.follow(at=cast.days(30))

    assert not HotlineCase.objects.exists()


@pytest.mark.parametrize("post", ["front_desk", "cs_officer", "customer_manager", "design_manager"])
def test_whoever_hears_of_it_opens_a_case(cast, post):
    case = opened(cast, by=getattr(cast, post))

    assert (case.state, case.seq, case.by) == ("open", 1, getattr(cast, post))


@pytest.mark.parametrize(
    ("told", "sentence"), [({"words": " "}, "what the customer says"), ({"cause": "silence"}, "not content with"), ({"cause": ""}, "not content with")]
)
def test_a_case_needs_its_cause_and_its_words(cast, told, sentence):
    with pytest.raises(Refused, match=sentence):
        opened(cast, **told)


def test_one_open_case_a_customer_and_none_before_there_is_a_designer(cast):
    lead = road.consulted_lead(cast)
    opened(cast, lead)

    with pytest.raises(Refused, match="open hotline case for this customer already"):
        opened(cast, lead)
    with pytest.raises(Refused, match="who have a designer"):
        opened(cast, road.registered_lead(cast, phones=["13858003372"]))


# --- how it is settled ---------------------------------------------------------------------------------------------------------


def test_it_goes_from_hand_to_hand_and_each_finds_it_on_the_desk(cast):
    case = taken(cast)
    assert (case.state, clock(case).owner) == ("taken", cast.cs_officer)
    case = services.ask_decision(case, wish="想换人", proposed="talk", by=cast.cs_officer, at=cast.days(0.2))
    decision = clock(case, deadlines.HOTLINE_DECISION)
    assert (case.state, decision.owner, decision.due_at) == ("asked", cast.store_manager, cast.days(1.2))
    case = decided(cast, case)
    assert (case.state, clock(case, deadlines.HOTLINE_DECISION).stopped_at) == ("decided", cast.days(0.5))
    assert Notice.objects.filter(kind="leads.hotline_talk", user=cast.designer).exists()
    case = services.close_case(case, last_words="谈过了，满意", satisfaction="satisfied", by=cast.cs_officer, at=cast.days(2))

    assert (case.state, clock(case).stopped_at, clock(case).breached_at) == ("closed", cast.days(2), None)
    assert not Deadline.objects.filter(key=key(case), stopped_at=None).exists()


def test_no_step_is_left_out(cast):
    case = opened(cast)

    with pytest.raises(Refused, match="Take the case first"):
        services.ask_decision(case, wish="x", proposed="talk", by=cast.cs_officer, at=cast.days(0.1))
    with pytest.raises(Refused, match="hears the customer first"):
        decided(cast, case)
    with pytest.raises(Refused, match="after the store manager has decided"):
        services.close_case(case, last_words="好", satisfaction="satisfied", by=cast.cs_officer, at=cast.days(1))
    services.take_case(case, by=cast.cs_officer, at=cast.days(0.1))
    with pytest.raises(Refused, match=f"{cast.cs_officer} has this case already"):
        services.take_case(case, by=cast.cs_supervisor, at=cast.days(0.2))


def test_another_designer_never_follows_by_itself(cast):
    """Q19: proposed is not decided."""
    case = asked(cast)

    case.lead.refresh_from_db()
    assert case.lead.designer == cast.designer


def test_the_store_manager_changes_the_designer_in_the_same_act_with_a_hand_over(cast):
    case = asked(cast)
    told = services.Told(standing="方案看过一次，厨房不满意", promised="周三前改好")
    services.note_contact(case.lead, channel="phone", note="看过", by=cast.designer, at=cast.days(0.3))

    with pytest.raises(Refused, match="who the new designer is"):
        decided(cast, case, remedy="designer")
    with pytest.raises(Refused, match="says how things stand"):
        decided(cast, case, remedy="designer", designer=cast.chief_designer)
    decided(cast, case, remedy="designer", designer=cast.chief_designer, told=told)

    case.lead.refresh_from_db()
    assert case.lead.designer == cast.chief_designer
    assert case.lead.hand_overs.get().standing == "方案看过一次，厨房不满意"


def test_another_day_of_the_preview_is_agreed_in_the_same_act(cast):
    case = asked(cast, "new_date")

    with pytest.raises(Refused, match="on which day"):
        decided(cast, case, remedy="new_date")
    decided(cast, case, remedy="new_date", due_at=cast.days(12))

    assert Deadline.objects.get(clock=deadlines.PREVIEW.id, stopped_at=None).due_at == cast.days(12)


def test_a_refused_decision_leaves_nothing_behind(cast):
    case = asked(cast)

    with pytest.raises(Refused):
        decided(cast, case, remedy="designer", designer=cast.other.designer, told=services.Told(standing="x"))

    case.refresh_from_db()
    assert (case.state, case.lead.hand_overs.count()) == ("asked", 0)


def remedies(answer: Any) -> list[str]:
    """What the page of a case lets be chosen."""
    return re.findall(r'<input type="radio" name="(?:remedy|proposed)" value="(\w+)"', answer.text)


def test_a_decision_offers_what_can_be_done_and_refuses_the_rest_in_words(cast):
    """No other day for a preview that was presented, no other designer for a customer who has a contract."""
    waiting = asked(cast)
    quoted = jobs.accepted_lead(cast, phones=["13858003372"])
    case = services.take_case(opened(cast, quoted), by=cast.cs_officer, at=cast.at)
    officer, manager = cast.client(cast.cs_officer), cast.client(cast.store_manager)
    assert remedies(manager.get(link_of(waiting))) == ["talk", "new_date", "designer", "nothing"]
    assert remedies(officer.get(link_of(case))) == ["talk", "designer", "nothing"]
    services.ask_decision(case, wish="想换一位设计师", proposed="designer", by=cast.cs_officer, at=cast.at)

    services.win(quoted, quotation=quoted.quotations.latest("version"), by=cast.customer_manager, at=cast.at)

    assert remedies(manager.get(link_of(case))) == ["talk", "nothing"]
    page = manager.get(link_of(case)).text
    assert 'name="due_at"' not in page and 'name="designer"' not in page
    for told in ({"remedy": "designer", "designer": cast.chief_designer.pk}, {"remedy": "new_date", "due_at": "2099-01-01T10:00"}):
        answer = manager.post(f"{link_of(case)}decisions/", {"decision": "客户要求", **told})
        assert answer.status_code == 422 and "data-refusal" in answer.text, told
        assert remedies(answer) == ["talk", "nothing"]
    assert manager.post(f"{link_of(case)}decisions/", {"decision": "陪同再谈", "remedy": "talk"}).status_code == 302


def test_a_manager_whom_the_case_is_about_only_gives_the_customer_to_somebody_else(cast):
    both, lead = cast.hire("store_manager", "designer"), jobs.accepted_lead(cast)
    services.reassign_designer(lead, designer=both, reason="休假", told=services.Told(standing="量过房"), by=cast.store_manager, at=cast.at)
    case = services.take_case(opened(cast, lead), by=cast.cs_officer, at=cast.at)
    services.ask_decision(case, wish="想换一位设计师", proposed="designer", by=cast.cs_officer, at=cast.at)

    client = cast.client(both)
    assert remedies(client.get(link_of(case))) == ["designer"]

    services.win(lead, quotation=lead.quotations.latest("version"), by=cast.customer_manager, at=cast.at)  # nobody gets another designer any more
    url = f"{link_of(case)}decisions/"
    for answer in (client.get(link_of(case)), client.post(url, {"decision": "陪同再谈", "remedy": "talk"})):
        assert f'action="{url}"' not in answer.text and "这条热线与您本人有关" in answer.text and f"可由{cast.store_manager}处理" in answer.text
    assert f'action="{url}"' in cast.client(cast.store_manager).get(link_of(case)).text


def test_who_a_case_is_about_is_not_asked_to_take_it_and_reads_who_may(cast):
    both, lead = cast.hire("cs_officer", "designer"), road.consulted_lead(cast)
    services.reassign_designer(lead, designer=both, reason="休假", told=services.Told(standing="量过房"), by=cast.store_manager, at=cast.at)
    case, url = opened(cast, lead), "takings/"

    page = cast.client(both).get(link_of(case)).text
    assert url not in page and f"可由{cast.cs_officer}、{cast.cs_supervisor}处理" in page
    assert url in cast.client(cast.cs_officer).get(link_of(case)).text


def test_a_customer_who_goes_ends_the_case(cast):
    case = opened(cast)

    services.lose(case.lead, reason="design", note="不等了", by=cast.designer, at=cast.days(1))

    case.refresh_from_db()
    assert (case.state, case.last_words) == ("closed", "不等了")
    with pytest.raises(Refused, match="closed"):
        services.take_case(case, by=cast.cs_officer, at=cast.days(2))


# --- the database, and two at once --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_hotlinecase SET words = '都好'",
        "UPDATE leads_hotlinecase SET cause = 'other'",
        "UPDATE leads_hotlinecase SET decided_at = now(), decided_by_id = {person}, remedy = 'talk', decision = 'x', asked_at = NULL",
        "UPDATE leads_hotlinecase SET closed_at = now(), closed_by_id = {person}",
        "UPDATE leads_hotlinecase SET taken_by_id = NULL",
        "UPDATE leads_hotlinecase SET recorded_at = recorded_at - interval '1 day'",
        "DELETE FROM leads_hotlinecase",
        "INSERT INTO leads_hotlinecase (lead_id, store_id, seq, cause, words, wish, proposed, remedy, decision, last_words, satisfaction, at) "
        "SELECT lead_id, store_id, 2, cause, words, '', '', '', '', '', '', at FROM leads_hotlinecase",
    ],
)
def test_the_database_refuses(cast, attack):
    taken(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(person=cast.designer.pk))


def test_a_closed_case_stays_as_it_was(cast):
    case = decided(cast, asked(cast, "talk"))
    services.close_case(case, last_words="好了", satisfaction="satisfied", by=cast.cs_officer, at=cast.days(2))

    with pytest.raises(DatabaseError, match="over"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_hotlinecase SET last_words = '不好'")


def test_two_who_take_the_same_case_and_two_who_open_one_at_once(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for n in range(max(ROUNDS // 8, 2)):
        lead = road.consulted_lead(cast, phones=[f"1394{n:07d}"])
        answers = at_once(*[lambda lead=lead: opened(cast, lead)] * 3, lambda: services.follow(at=cast.days(11)))
        assert lead.hotline_cases.count() == 1, answers
        case = lead.hotline_cases.get()
        answers = at_once(*[lambda case=case, who=who: services.take_case(case, by=who, at=cast.days(12)) for who in (cast.cs_officer, cast.cs_supervisor)])
        assert sorted(type(answer).__name__ for answer in answers) == ["HotlineCase", "Refused"], answers

    assert deadlocks(server_log) == before


def test_what_is_proposed_to_the_manager_can_be_done(cast):
    case = services.take_case(opened(cast, jobs.accepted_lead(cast, phones=["13858003372"])), by=cast.cs_officer, at=cast.at)

    answer = cast.client(cast.cs_officer).post(f"{link_of(case)}hearings/", {"wish": "换个日子", "proposed": "new_date"})  # nobody waits for a preview

    case.refresh_from_db()
    assert answer.status_code == 422 and "请另提" in answer.content.decode() and case.asked_at is None

# --- where there is none ----------------------------------------------------------------------------------------------------


def test_a_customer_with_a_contract_complains_instead_and_the_page_says_so_at_once(cast):
    lead = jobs.accepted_lead(cast)
    url, register = f"{lead.get_absolute_url()}hotline-cases/", f"/complaints/of/{lead.ref}/"
    before = cast.client(cast.cs_officer).get(url).text
    assert 'name="cause"' in before and register not in before
    services.win(lead, quotation=lead.quotations.latest("version"), by=cast.customer_manager, at=cast.at)

    told = {"cause": "designer", "words": "设计师没听懂"}
    for answer in (cast.client(cast.cs_officer).get(url), cast.client(cast.cs_officer).post(url, told)):
        assert "热线单用于签约前的客户" in answer.text and 'name="cause"' not in answer.text and register in answer.text
    page = cast.client(cast.design_manager).get(url).text  # who does not register complaints
    assert "热线单用于签约前的客户" in page and register not in page


def test_a_lost_customer_and_one_with_an_open_case_keep_their_own_sentence(cast):
    lead, lost = road.consulted_lead(cast), road.consulted_lead(cast, phones=["13858003372"])
    opened(cast, lead)
    services.lose(lost, reason="price", by=cast.designer, at=cast.days(2))

    client = cast.client(cast.front_desk)
    for which, sentence in ((lead, "已有一张未结的热线单"), (lost, "这户已经关闭")):
        page = client.get(f"{which.get_absolute_url()}hotline-cases/").text
        assert sentence in page and 'name="cause"' not in page and "/complaints/of/" not in page
