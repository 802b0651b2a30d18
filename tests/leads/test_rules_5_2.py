"""Every rule of domain 5.2 before the contract (R020–R025): care by class, members and key customers, complete visits, rest, updates."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import clocks
from core.models import Deadline
from core.refusals import Refused
from leads import care, deadlines, services
from leads import selectors_follow_up as selectors
from leads.models import Customer, FollowUp, HotlineCase, Lead
from tests import road

JUDGED = {"willingness": "high", "ability": "low"}


def running(lead: Lead) -> Deadline | None:
    return Deadline.objects.filter(clock=deadlines.CARE.id, key=deadlines.key(lead), stopped_at=None).first()


def contact(cast: Any, lead: Lead, at: Any, **more: Any) -> None:
    services.note_contact(lead, channel="phone", note="聊了户型", by=cast.customer_manager, at=at, **more)


def visit(cast: Any, lead: Lead, at: Any, **more: Any) -> Any:
    told = {"channel": "phone", "reached": True, "satisfaction": "satisfied", "note": "还在等交房", "by": cast.customer_manager}
    return services.record_care_call(lead, at=at, **{**told, **more})


def marked(lead: Lead, **flags: bool) -> Lead:
    Customer.objects.filter(pk=lead.customer_id).update(**flags)
    lead.refresh_from_db()
    return lead


# --- the clock of care ------------------------------------------------------------------------------------------------------


def test_r020_of_the_call_after_something_was_done_the_promise_is_three_days(cast):
    """Before the contract that is the call after the first preview (Q18); after the service the aftersales' own visit."""
    lead = road.proposed_lead(cast)

    assert Deadline.objects.get(clock=deadlines.PROPOSAL_CALL.id, key=deadlines.key(lead)).due_at == cast.days(3)


def test_each_contact_starts_the_care_clock_anew_and_the_old_one_was_kept(cast):
    lead = road.assigned_lead(cast, **JUDGED)
    contact(cast, lead, cast.at)

    visit(cast, lead, cast.days(3))

    ended = Deadline.objects.get(clock=deadlines.CARE.id, stopped_at__isnull=False)
    assert (ended.breached_at, ended.stopped_at) == (None, cast.days(3))
    assert (running(lead).started_at, running(lead).due_at, running(lead).owner) == (cast.days(3), cast.days(6), cast.customer_manager)


def test_a_contact_too_late_is_a_breach_of_the_care_clock(cast):
    lead = road.assigned_lead(cast, **JUDGED)
    contact(cast, lead, cast.at)

    contact(cast, lead, cast.days(3.01))

    assert Deadline.objects.get(clock=deadlines.CARE.id, stopped_at__isnull=False).breached_at == cast.days(3)


def test_the_agreed_next_contact_is_the_due_moment_whatever_the_class(cast):
    plain, judged = road.assigned_lead(cast), road.assigned_lead(cast, phones=["13858003372"], **JUDGED)

    for lead in (plain, judged):
        contact(cast, lead, cast.at, next_at=cast.days(20))

    assert running(plain).due_at == running(judged).due_at == cast.days(20)


def test_who_was_not_reached_is_called_at_the_moment_that_was_set_for_it(cast):
    lead = road.assigned_lead(cast, **JUDGED)
    contact(cast, lead, cast.at)

    contact(cast, lead, cast.days(3), reached=False, next_at=cast.days(4))

    assert (running(lead).due_at, running(lead).started_at) == (cast.days(4), cast.days(3))


def test_a_customer_of_no_class_has_no_rhythm(cast):
    lead = road.assigned_lead(cast)

    contact(cast, lead, cast.at)

    assert running(lead) is None


def test_who_is_judged_anew_is_visited_by_the_new_class_from_the_last_contact(cast):
    lead = road.assigned_lead(cast, **JUDGED)
    contact(cast, lead, cast.at)
    told = {"willingness": "low", "ability": "high", "is_key": False, "is_member": False}

    services.judge_customer(lead.customer, reason="签单推到明年", by=cast.customer_manager, at=cast.days(1), **told)

    assert (running(lead).started_at, running(lead).due_at) == (cast.at, cast.days(7))


def test_after_the_loss_nobody_is_visited_except_who_always_is(cast):
    plain, key = road.assigned_lead(cast, **JUDGED), marked(road.assigned_lead(cast, phones=["13858003372"]), is_key=True)
    for lead in (plain, key):
        contact(cast, lead, cast.at)
        services.lose(lead, reason="postponed", by=cast.designer, at=cast.days(1))

    assert running(plain) is None
    assert running(key).due_at == cast.days(8)


# --- members and key customers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flag", "days", "rule"), [("is_member", 30, "R021"), ("is_key", 7, "R022")])
def test_r021_r022_every_member_and_key_customer_has_a_running_care_clock(cast, flag, days, rule):
    leads = [marked(road.registered_lead(cast), **{flag: True}), marked(road.consulted_lead(cast, phones=["13858003372"]), **{flag: True})]
    leads.append(marked(road.content_lead(cast, phones=["13858003373"]), **{flag: True}))

    services.follow(at=cast.days(0.1))
    services.follow(at=cast.days(0.2))

    assert [running(lead).due_at for lead in leads] == [cast.days(days)] * 3, rule
    unvisited = Customer.objects.filter(**{flag: True}).exclude(
        leads__dossier__deadlines__in=Deadline.objects.filter(clock=deadlines.CARE.id, stopped_at=None)
    )
    assert not unvisited.exists()


def test_r022_a_key_customer_of_a_quick_class_is_visited_by_the_class(cast):
    lead = marked(road.assigned_lead(cast, **JUDGED), is_key=True)

    contact(cast, lead, cast.at)

    assert running(lead).due_at == cast.days(3)


def test_r021_who_does_not_want_to_be_contacted_is_left_in_peace(cast):
    lead = marked(road.assigned_lead(cast), is_member=True)
    contact(cast, lead, cast.at)
    assert running(lead) is not None
    marked(lead, do_not_contact=True)

    services.follow(at=cast.days(1))
    services.follow(at=cast.days(2))

    assert running(lead) is None
    with pytest.raises(Refused, match="does not want to be contacted"):
        visit(cast, lead, cast.days(2))


# --- complete, and not in the rest ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "count"),
    [({"note": " "}, 1), ({"satisfaction": ""}, 1), ({"satisfaction": "", "note": ""}, 2), ({"satisfaction": "dissatisfied"}, 1)],
)
def test_r023_a_visit_that_is_not_complete_is_refused_with_all_that_is_missing(cast, left_out, count):
    lead = road.consulted_lead(cast)

    with pytest.raises(Refused, match="not complete") as refused:
        visit(cast, lead, cast.days(1), **left_out)

    assert len(refused.value.missing) == count
    assert not lead.follow_ups.exists()


def test_r023_who_was_not_reached_has_said_nothing_and_that_is_complete(cast):
    lead = road.consulted_lead(cast)

    made = visit(cast, lead, cast.days(1), reached=False, satisfaction="", note="没人接")

    assert (made.satisfaction, made.follow_up.reached) == ("", False)


def moment(cast: Any, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(cast.days(1).date(), time(hour, minute), cast.at.tzinfo)


@pytest.mark.parametrize(
    ("hour", "minute", "calls"),
    [(8, 59, False), (9, 0, True), (11, 59, True), (12, 0, False), (13, 59, False), (14, 0, True), (19, 59, True), (20, 0, False)],
)
def test_r024_nobody_is_called_in_the_rest(cast, hour, minute, calls):
    lead = road.consulted_lead(cast)

    if calls:
        assert visit(cast, lead, moment(cast, hour, minute)).pk
    else:
        with pytest.raises(Refused, match=r"rest|are called from"):
            visit(cast, lead, moment(cast, hour, minute))


def test_r024_a_time_that_was_agreed_and_a_message_disturb_nobody(cast):
    lead = road.consulted_lead(cast)

    visit(cast, lead, moment(cast, 12, 30), time_agreed=True)
    visit(cast, lead, moment(cast, 21), channel="message")

    assert lead.care_calls.count() == 2


@pytest.mark.parametrize(("hour", "due"), [(7, 9), (9, 9), (12, 14), (13, 14), (19, 19), (22, 33)])
def test_r024_no_care_clock_is_due_in_the_rest(cast, hour, due):
    lead = road.assigned_lead(cast)

    contact(cast, lead, cast.at, next_at=moment(cast, hour) + timedelta(days=1))

    assert running(lead).due_at == moment(cast, 0) + timedelta(days=1, hours=due)
    assert care.rest_at(running(lead).due_at) == ""


def test_discontent_that_a_visit_hears_opens_a_hotline_case(cast):
    lead = road.consulted_lead(cast)

    visit(cast, lead, cast.days(1), satisfaction="dissatisfied", with_what="打了三次电话没人回")

    assert HotlineCase.objects.get().words == "打了三次电话没人回"


def test_the_next_contact_lies_ahead(cast):
    with pytest.raises(Refused, match="lies in the past"):
        visit(cast, road.consulted_lead(cast), cast.days(1), next_at=cast.at)
    lead = road.assigned_lead(cast, phones=["13858004477"], home=road.home(room_no="2201"))
    with pytest.raises(Refused, match="The next contact lies in the past"):
        contact(cast, lead, cast.at, next_at=cast.at)
    with pytest.raises(Refused, match="within a year"):
        contact(cast, lead, cast.at, next_at=cast.days(367))
    for next_at in (cast.at, cast.days(367)):
        with pytest.raises(IntegrityError, match="next_within_a_year"), transaction.atomic():
            FollowUp.objects.create(lead=lead, store_id=lead.store_id, channel="phone", note="x", next_at=next_at, by=cast.designer, at=cast.at)
    contact(cast, lead, cast.at, next_at=cast.days(366))
    with pytest.raises(Refused, match="The next meeting lies in the past"):
        services.record_consultation(lead, demands="主卫干湿分区", next_meeting_at=cast.at, by=cast.designer, at=cast.at)


# --- R025 -------------------------------------------------------------------------------------------------------------------------


def test_r025_whoever_moved_on_today_stands_on_the_list_until_the_profile_was_looked_through(cast):
    moved, other = road.consulted_lead(cast), road.consulted_lead(cast, phones=["13858003372"], at=cast.days(-1))
    listed = lambda at: list(selectors.not_up_to_date(cast.cs_officer, at))  # noqa: E731

    assert listed(cast.days(0.2)) == [moved] and listed(cast.days(-0.9)) == [other]
    services.keep_profile(moved.customer, told={"price_level": "", "settlement": "", "contact_ways": "", "note": ""}, by=cast.cs_officer, at=cast.days(0.1))

    assert listed(cast.days(0.2)) == []
    assert list(selectors.not_up_to_date(cast.other.cs_officer, cast.days(0.2))) == []


def test_the_ladder_of_care_climbs(cast):
    lead = road.assigned_lead(cast, **JUDGED)
    contact(cast, lead, cast.at)
    from config import reach
    from core.models import Notice

    for day, post in ((3, "customer_manager"), (5, "store_manager"), (10, "general_manager")):
        assert not Notice.objects.filter(user=getattr(cast, post), kind="leads.care").exists()
        clocks.sweep(at=cast.days(day), audience=reach.audience)
        assert Notice.objects.filter(user=getattr(cast, post), kind="leads.care").exists(), post
