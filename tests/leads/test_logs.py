"""The visitor log (L05) and the phone log (L06): noted, passed on with a clock of its own, settled with words, never rewritten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from config import reach, tick
from config.pages import desk
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import services
from leads.models import PhoneCall, Visit
from tests import road
from tests.threads import ROUNDS, at_once, deadlocks

FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
MONDAY = datetime(2026, 11, 30, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def call(cast: Any, **more: Any) -> PhoneCall:
    told = {"store": cast.store, "subject": "progress", "note": "想问方案什么时候能看", "by": cast.front_desk, "at": cast.at}
    return services.note_call(**{**told, **more})


def clock(entry: Any) -> Deadline:
    return Deadline.objects.get(clock="leads.log_answer", key=f"{entry.kind}:{entry.pk}", stopped_at=None)


def test_a_call_is_noted_with_time_caller_number_subject_and_who_took_it(cast):
    """L06."""
    made = call(cast, name="陈女士", phone="138 5800 3371")

    assert (made.at, made.name, made.number, made.subject, made.by) == (cast.at, "陈女士", "13858003371", "progress", cast.front_desk)
    assert made.customer is None and not made.is_open
    assert cast.store.dossier.entries.order_by("-seq")[0].kind == "leads.call_noted"


def test_a_visit_is_noted_with_how_many_came(cast):
    """L05."""
    made = services.note_visit(store=cast.store, subject="enquiry", note="看样板间", people=3, by=cast.front_desk, at=cast.at)

    assert (made.people, Visit.objects.count()) == (3, 1)
    with pytest.raises(Refused, match="how many people"):
        services.note_visit(store=cast.store, subject="enquiry", note="x", people=0, by=cast.front_desk, at=cast.at)


def test_the_number_says_whose_call_it_is_also_through_a_person_of_one_home(cast):
    lead = road.registered_lead(cast)
    services.add_person(lead, name="陈一鸣", role="child", phone="13916208844", by=cast.front_desk, at=cast.at)

    assert call(cast, phone="13858003371").customer == call(cast, phone="13916208844").customer == lead.customer

    other = road.registered_lead(cast, name="陈静芳", phones=["13700001122"], home=road.home(room_no="2301"))
    services.add_person(other, name="陈一鸣", role="other", phone="13916208844", by=cast.front_desk, at=cast.at)
    assert call(cast, phone="13916208844").customer is None  # of two homes: a person says which


@pytest.mark.parametrize(("told", "says"), [
    ({"note": " "}, "Note what was said"), ({"subject": "weather"}, "what it was about"), ({"phone": "1234"}, "no telephone number"),
])  # fmt: skip
def test_what_is_told_wrongly_is_said(cast, told, says):
    with pytest.raises(Refused, match=says):
        call(cast, **told)


def test_a_call_is_settled_on_the_spot_or_passed_on_not_both(cast):
    done = call(cast, handling="已答复，周六看方案")
    assert (done.handled_at, done.handled_by) == (cast.at, cast.front_desk)
    with pytest.raises(Refused, match="Either it is settled, or it is passed on"):
        call(cast, handling="x", passed_to=cast.designer)
    with pytest.raises(Refused, match="does not work in this store"):
        call(cast, passed_to=cast.other.designer)


def test_what_is_kept_of_a_call_and_of_an_appointment_for_other_desks_is_in_the_houses_language(cast):
    """Whoever works in English must not leave English words on everybody's desk."""
    with translation.override("en"):
        entry = call(cast, name="陈女士", subject="complaint", passed_to=cast.designer)
        met = services.make_appointment(
            lead=road.registered_lead(cast), kind="measuring", start_at=cast.days(1), person=cast.designer, by=cast.front_desk, at=cast.at,
        )  # fmt: skip

    assert clock(entry).line == "陈女士 · 投诉 · 想问方案什么时候能看"
    assert " 量房 陈 " in Deadline.objects.get(clock="leads.appointment", key=f"appointment:{met.pk}").line


def test_a_call_passed_on_stands_on_that_desk_until_the_next_working_day(cast):
    """R010: customers are answered in time; the clock is a working day, a weekend does not count."""
    entry = call(cast, passed_to=cast.designer, at=FRIDAY)

    assert (clock(entry).owner, clock(entry).due_at) == (cast.designer, MONDAY)
    rows = desk.clocks_of(cast.designer, FRIDAY)
    assert [(row.url, row.act) for row in rows] == [(entry.get_absolute_url(), "Settle the call or visit that was passed on")]

    tick.tick(MONDAY - timedelta(minutes=1))
    assert not Notice.objects.exists()
    tick.tick(MONDAY)
    assert {notice.user for notice in Notice.objects.all()} == {cast.designer}
    tick.tick(MONDAY + timedelta(days=1))
    assert {notice.user for notice in Notice.objects.all()} == {cast.designer, cast.store_manager}


def test_the_store_manager_hears_of_a_call_that_belongs_to_no_file_yet(cast):
    entry = call(cast, passed_to=cast.designer)

    assert reach.audience(clock(entry), ["store_manager"]) == [cast.store_manager]


def test_passed_on_again_the_clock_is_the_other_persons(cast):
    entry = call(cast, passed_to=cast.designer)
    services.pass_log(entry, to=cast.customer_manager, by=cast.designer, at=cast.days(1))

    assert clock(entry).owner == cast.customer_manager and desk.clocks_of(cast.designer, cast.days(1)) == []
    with pytest.raises(Refused, match="has it already"):
        services.pass_log(entry, to=cast.customer_manager, by=cast.designer, at=cast.days(1))


def test_settled_the_clock_stops_and_nothing_is_settled_twice(cast):
    entry = call(cast, passed_to=cast.designer)
    services.settle_log(entry, handling="回电说明，周六看方案", by=cast.designer, at=cast.days(0.5))

    assert not Deadline.objects.filter(clock="leads.log_answer", stopped_at=None).exists()
    for act in (
        lambda: services.settle_log(entry, handling="x", by=cast.designer, at=cast.days(1)),
        lambda: services.pass_log(entry, to=cast.customer_manager, by=cast.designer, at=cast.days(1)),
    ):
        with pytest.raises(Refused, match="settled already"):
            act()
    fresh = call(cast)
    with pytest.raises(Refused, match="Say how it was dealt with"):
        services.settle_log(fresh, handling=" ", by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="after it came in"):
        services.settle_log(fresh, handling="x", by=cast.designer, at=cast.days(-1))


def test_a_call_is_put_into_the_file_it_was_about(cast):
    entry, lead = call(cast, phone="13611112222"), road.registered_lead(cast)
    services.link_log(entry, lead, by=cast.front_desk, at=cast.at)

    assert (entry.refresh_from_db(), entry.lead, entry.customer) == (None, lead, lead.customer)
    assert lead.dossier.entries.order_by("-seq")[0].kind == "leads.call_linked"
    with pytest.raises(Refused, match="stands in this file already"):
        services.link_log(entry, lead, by=cast.front_desk, at=cast.at)
    with pytest.raises(Refused, match="different stores"):
        services.link_log(entry, road.registered_lead(cast, people=cast.other), by=cast.front_desk, at=cast.at)


def test_a_designer_sees_only_calls_that_concern_him(cast):
    mine, other = call(cast, passed_to=cast.designer), call(cast)
    lead = road.assigned_lead(cast)
    about = call(cast, lead=lead)

    assert set(PhoneCall.objects.visible_to(cast.designer)) == {mine, about}
    assert set(PhoneCall.objects.visible_to(cast.front_desk)) == {mine, other, about}
    assert not PhoneCall.objects.visible_to(cast.other.front_desk)


def test_two_people_settling_the_same_call_at_once_one_wins(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    for _n in range(max(ROUNDS // 10, 5)):
        entry = call(cast, passed_to=cast.designer)
        answers = at_once(
            lambda entry=entry: services.settle_log(entry, handling="一", by=cast.designer, at=cast.days(1)),
            lambda entry=entry: services.settle_log(entry, handling="二", by=cast.store_manager, at=cast.days(1)),
            lambda entry=entry: services.pass_log(entry, to=cast.customer_manager, by=cast.store_manager, at=cast.days(1)),
        )
        assert sum(isinstance(answer, Refused) for answer in answers) in (1, 2) and not any(
            isinstance(answer, Exception) and not isinstance(answer, Refused) for answer in answers
        ), answers
        entry.refresh_from_db()
        assert entry.handled_at is not None
        assert not Deadline.objects.filter(key=f"calls:{entry.pk}", stopped_at=None).exists()
    assert deadlocks(server_log) == before


ATTACKS = {
    "another number of a call": "UPDATE leads_phonecall SET number = '13900000000'",
    "another word of a call": "UPDATE leads_phonecall SET note = 'x'",
    "another time of a call": "UPDATE leads_phonecall SET at = now()",
    "a call deleted": "DELETE FROM leads_phonecall",
    "a call settled without words": "UPDATE leads_phonecall SET handled_at = now(), handled_by_id = {by} WHERE id = {open}",
    "a settled call settled otherwise": "UPDATE leads_phonecall SET handling = 'x' WHERE id = {settled}",
    "a settled call passed on": "UPDATE leads_phonecall SET passed_to_id = {by}, passed_at = now() WHERE id = {settled}",
    "a call passed on without a time": "UPDATE leads_phonecall SET passed_to_id = {by} WHERE id = {open}",
    "a call of another customer than its file": "UPDATE leads_phonecall SET customer_id = {customer}, lead_id = {lead} WHERE id = {open}",
    "a call in a file of no customer": "UPDATE leads_phonecall SET lead_id = {lead} WHERE id = {open}",
    "a call of another store's customer": "UPDATE leads_phonecall SET customer_id = {far} WHERE id = {open}",
    "a visit of nobody": (
        "INSERT INTO leads_visit (store_id, name, number, subject, note, by_id, at, handling, people) "
        "SELECT store_id, '', '', subject, note, by_id, at, '', 0 FROM leads_phonecall WHERE id = {open}"
    ),
    "a visit about the weather": (
        "INSERT INTO leads_visit (store_id, name, number, subject, note, by_id, at, handling, people) "
        "SELECT store_id, '', '', 'weather', note, by_id, at, '', 1 FROM leads_phonecall WHERE id = {open}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(cast, attack):
    lead, other = road.registered_lead(cast), road.registered_lead(cast, phones=["13700001122"], home=road.home(room_no="2301"))
    far = road.registered_lead(cast, people=cast.other)
    facts = {
        "by": cast.designer.pk, "open": call(cast).pk, "settled": call(cast, handling="已答复").pk, "lead": lead.pk, "customer": other.customer_id,
        "far": far.customer_id,
    }  # fmt: skip

    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**facts))

    assert getattr(refused.value.__cause__, "pgcode", "") in {"23514", "23505", "42501"}, refused.value
