"""Appointments: nobody is booked twice, what became of one is noted, and one in the past without a word is on a desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config import reach
from config.sentences import say
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import services as leads
from leads.models import Appointment, AppointmentSeat
from tests import road
from tests.threads import ROUNDS, at_once, deadlocks

HOUR = timedelta(hours=1)


def meet(cast, *, on=1, hour=14, **more):
    """Measuring with the designer, tomorrow at two."""
    start = timezone.localtime(cast.days(on)).replace(hour=hour, minute=0)
    told = {"kind": "measuring", "person": cast.designer, "start_at": start, "by": cast.customer_manager, "at": cast.at}
    return leads.make_appointment(**{**told, **more})


def evening(appointment):
    return timezone.localtime(appointment.start_at).replace(hour=20, minute=0)


def clock_of(appointment):
    return Deadline.objects.filter(clock="leads.appointment", key=f"appointment:{appointment.pk}").get()


# --- made ---------------------------------------------------------------------------------------------------------------


def test_measuring_is_at_the_home_and_a_meeting_in_the_store(cast):
    lead = road.assigned_lead(cast)

    assert meet(cast, lead=lead).place == "澄湖里 3 幢 2 单元 1102"
    assert meet(cast, lead=lead, kind="store", hour=16).place == "城西店 西湖区文二西路 18 号"
    assert meet(cast, lead=lead, kind="visit", hour=18, place="样板间").place == "样板间"


def test_an_appointment_lasts_an_hour_unless_said_otherwise(cast):
    made = meet(cast, lead=road.assigned_lead(cast))

    assert made.end_at - made.start_at == HOUR


def test_an_appointment_needs_no_enquiry_but_then_a_store_and_a_place(cast):
    with pytest.raises(Refused, match="for which store"):
        meet(cast, kind="meeting")
    with pytest.raises(Refused, match="Say where you meet"):
        meet(cast, store=cast.store)
    assert meet(cast, store=cast.store, kind="meeting").lead is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "party"}, "Say what is met for."),
        ({"kind": "other", "place": "店里"}, "“Other business” needs a few words."),
        ({"end_at": "start"}, "ends after it begins"),
        ({"end_at": "late"}, "ends after it begins"),
        ({"person": "other.designer"}, "严之桃 does not work in this store."),
    ],
)
def test_what_cannot_be_agreed_is_refused_with_a_sentence(cast, more, sentence):
    lead = road.assigned_lead(cast)
    start = timezone.localtime(cast.days(1)).replace(hour=14, minute=0)
    ends = {"start": start, "late": start + timedelta(hours=12, minutes=1)}
    more = more | ({"end_at": ends[more["end_at"]]} if "end_at" in more else {})
    more = more | ({"person": cast.other.designer} if "person" in more else {})

    with pytest.raises(Refused, match=sentence):
        meet(cast, lead=lead, **more)
    assert not Appointment.objects.exists()


def test_an_appointment_is_agreed_on_within_a_year_to_the_minute(cast):
    lead, year = road.assigned_lead(cast), timedelta(days=366)

    assert meet(cast, lead=lead, start_at=cast.at + year).start_at == cast.at + year
    with pytest.raises(Refused, match="within a year"):
        meet(cast, lead=lead, start_at=cast.at + year + timedelta(minutes=1), person=cast.chief_designer)


def test_a_lost_enquiry_takes_no_appointment_and_its_planned_ones_are_called_off(cast):
    lead = road.assigned_lead(cast)
    planned = meet(cast, lead=lead)
    leads.lose(lead, reason="price", by=cast.designer, at=cast.at)

    planned.refresh_from_db()
    assert (planned.state, planned.told) == ("cancelled", "The enquiry was closed.")
    assert not AppointmentSeat.objects.filter(planned=True).exists()
    with pytest.raises(Refused, match="open it again first"):
        meet(cast, lead=lead)


def test_an_appointment_stands_in_the_timeline_in_words(cast):
    lead = road.assigned_lead(cast)
    meet(cast, lead=lead)

    entry = lead.dossier.entries.order_by("-seq").first()
    assert entry.kind == "leads.appointment_made"
    assert say(entry).title == "Appointment: 11-25 14:00–15:00"
    assert say(entry).text == "Measuring · 林晓舟 · 澄湖里 3 幢 2 单元 1102"


# --- no double booking --------------------------------------------------------------------------------------------------


def test_a_person_is_not_booked_twice_and_the_sentence_names_the_other_appointment(cast):
    meet(cast, lead=road.assigned_lead(cast))

    with pytest.raises(Refused) as refused:
        meet(cast, store=cast.store, kind="meeting", hour=14)
    assert str(refused.value) == "林晓舟 is not free then: 11-25 14:00–15:00 Measuring 陈 澄湖里."


def test_who_comes_along_is_taken_too(cast):
    meet(cast, store=cast.store, kind="meeting", others=[cast.chief_designer])

    with pytest.raises(Refused, match="方砚秋 is not free then"):
        meet(cast, store=cast.store, kind="meeting", person=cast.chief_designer)
    with pytest.raises(Refused, match="方砚秋 is not free then"):
        meet(cast, store=cast.store, kind="meeting", person=cast.store_manager, others=[cast.chief_designer])


@pytest.mark.parametrize("minutes", [-60, 60])
def test_one_may_follow_directly_upon_the_other(cast, minutes):
    first = meet(cast, store=cast.store, kind="meeting")
    second = meet(cast, store=cast.store, kind="meeting", start_at=first.start_at + timedelta(minutes=minutes))

    assert second.state == "planned"


@pytest.mark.parametrize("minutes", [-59, -1, 1, 59])
def test_a_minute_of_overlap_is_too_much(cast, minutes):
    first = meet(cast, store=cast.store, kind="meeting")

    with pytest.raises(Refused, match="is not free then"):
        meet(cast, store=cast.store, kind="meeting", start_at=first.start_at + timedelta(minutes=minutes))


def test_a_cancelled_moved_or_missed_time_is_free_again(cast):
    first = meet(cast, store=cast.store, kind="meeting")
    leads.cancel_appointment(first, reason="客户出差", by=cast.designer, at=cast.at)
    second = meet(cast, store=cast.store, kind="meeting")
    moved = leads.move_appointment(second, start_at=second.start_at + 3 * HOUR, reason="客户要晚点到", by=cast.designer, at=cast.at)

    assert meet(cast, store=cast.store, kind="meeting").state == "planned"
    assert list(AppointmentSeat.objects.order_by("pk").values_list("planned", flat=True)) == [False, False, True, True]
    assert moved.moved_from == second


def test_two_desks_booking_one_person_at_the_same_moment_one_wins(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    start = timezone.localtime(cast.days(1)).replace(hour=9, minute=0)

    for n in range(ROUNDS):
        told = {"kind": "meeting", "store": cast.store, "start_at": start + n * HOUR, "by": cast.front_desk, "at": cast.at}
        people = [(cast.designer, cast.chief_designer), (cast.chief_designer, cast.designer)]  # in both orders
        answers = at_once(
            *[lambda a=a, b=b, told=told: leads.make_appointment(person=a, others=[b], **told) for a, b in people],
            lambda told=told: leads.make_appointment(person=cast.designer, **told),
        )
        made = [answer for answer in answers if isinstance(answer, Appointment)]
        assert len(made) == 1, answers
        assert all("is not free then: " in str(a) for a in answers if isinstance(a, Refused)), answers
        assert sum(isinstance(a, Refused) for a in answers) == 2, answers

    assert deadlocks(server_log) == before
    assert Appointment.objects.count() == ROUNDS


# --- kept, missed, moved, called off ------------------------------------------------------------------------------------


def test_kept_and_missed_are_noted_after_the_beginning(cast):
    made = meet(cast, store=cast.store, kind="meeting")

    for act in (
        lambda at: leads.keep_appointment(made, by=cast.designer, at=at),
        lambda at: leads.miss_appointment(made, whose="customer", by=cast.designer, at=at),
    ):
        with pytest.raises(Refused, match="has not begun yet"):
            act(made.start_at - timedelta(minutes=1))
    assert leads.keep_appointment(made, by=cast.designer, at=made.start_at).state == "kept"


def test_what_was_noted_is_not_noted_again(cast):
    made = meet(cast, store=cast.store, kind="meeting")
    leads.keep_appointment(made, by=cast.designer, at=made.end_at)

    for act in (
        lambda: leads.keep_appointment(made, by=cast.designer, at=made.end_at),
        lambda: leads.miss_appointment(made, whose="us", reason="堵车", by=cast.designer, at=made.end_at),
        lambda: leads.cancel_appointment(made, reason="不来了", by=cast.designer, at=made.end_at),
        lambda: leads.move_appointment(made, start_at=made.start_at + HOUR, reason="改期", by=cast.designer, at=cast.at),
    ):
        with pytest.raises(Refused, match="has already been noted: Kept"):
            act()


def test_our_own_miss_a_move_and_a_cancellation_need_a_reason(cast):
    made = meet(cast, store=cast.store, kind="meeting")

    for act in (
        lambda: leads.miss_appointment(made, whose="us", reason=" ", by=cast.designer, at=made.end_at),
        lambda: leads.move_appointment(made, start_at=made.start_at + HOUR, reason=" ", by=cast.designer, at=cast.at),
        lambda: leads.cancel_appointment(made, reason=" ", by=cast.designer, at=cast.at),
    ):
        with pytest.raises(Refused, match="Say why"):
            act()
    assert leads.miss_appointment(made, whose="customer", by=cast.designer, at=made.end_at).state == "missed_customer"


def test_a_move_keeps_the_company_and_links_both_rows(cast):
    lead = road.assigned_lead(cast)
    old = meet(cast, lead=lead, others=[cast.chief_designer], pick_up=True, note="带户型图")
    new = leads.move_appointment(old, start_at=old.start_at + timedelta(days=1), reason="业主加班", by=cast.designer, at=cast.at)

    old.refresh_from_db()
    assert (old.state, old.told, old.moved_to) == ("moved", "业主加班", new)
    assert (new.kind, new.place, new.pick_up, new.note, new.lead) == (old.kind, old.place, True, "带户型图", lead)
    assert {seat.person for seat in new.seats.all()} == {cast.designer, cast.chief_designer}


def test_a_move_into_a_taken_hour_leaves_everything_as_it_was(cast):
    meet(cast, store=cast.store, kind="meeting", hour=16)
    made = meet(cast, store=cast.store, kind="meeting", hour=14)

    with pytest.raises(Refused, match="is not free then"):
        leads.move_appointment(made, start_at=made.start_at + 2 * HOUR, reason="改期", by=cast.designer, at=cast.at)
    made.refresh_from_db()
    assert made.state == "planned" and made.seats.get().planned


def test_what_is_over_is_not_moved_any_more(cast):
    made = meet(cast, store=cast.store, kind="meeting")

    with pytest.raises(Refused, match="note how it went"):
        leads.move_appointment(made, start_at=made.start_at + 9 * HOUR, reason="改期", by=cast.designer, at=made.end_at + timedelta(minutes=1))


# --- its evening has a clock --------------------------------------------------------------------------------------------


def test_without_a_word_it_stands_on_the_persons_desk_the_same_evening(cast):
    made = meet(cast, lead=road.assigned_lead(cast))
    row = clock_of(made)
    assert (row.due_at, row.owner) == (evening(made), cast.designer)

    clocks.sweep(at=evening(made) - timedelta(minutes=1), audience=reach.audience)
    assert not Notice.objects.filter(kind="leads.appointment").exists()
    clocks.sweep(at=evening(made), audience=reach.audience)
    assert [notice.user for notice in Notice.objects.filter(kind="leads.appointment")] == [cast.designer]
    clocks.sweep(at=evening(made) + timedelta(days=1), audience=reach.audience)
    assert cast.store_manager in [notice.user for notice in Notice.objects.filter(kind="leads.appointment", level=2)]


def test_one_that_ends_late_is_asked_for_an_hour_after_its_end(cast):
    made = meet(cast, store=cast.store, kind="meeting", hour=20)

    assert clock_of(made).due_at == made.end_at + HOUR


def test_a_word_in_time_keeps_the_clock_and_a_late_one_breaks_it(cast):
    first, second = meet(cast, store=cast.store, kind="meeting"), meet(cast, store=cast.store, kind="meeting", hour=17)
    leads.keep_appointment(first, by=cast.designer, at=evening(first))
    leads.keep_appointment(second, by=cast.designer, at=evening(second) + timedelta(seconds=1))

    assert clock_of(first).stopped_at and clock_of(first).breached_at is None
    assert clock_of(second).breached_at == evening(second)


def test_a_moved_one_takes_its_clock_along(cast):
    made = meet(cast, store=cast.store, kind="meeting")
    new = leads.move_appointment(made, start_at=made.start_at + timedelta(days=2), reason="改期", by=cast.designer, at=cast.at)

    assert clock_of(made).cancelled
    assert clock_of(new).due_at == evening(new) and clock_of(new).stopped_at is None


# --- from the records that agree on a meeting ---------------------------------------------------------------------------


def test_the_next_meeting_of_a_consultation_record_is_not_typed_twice(cast):
    lead = road.assigned_lead(cast)
    when = timezone.localtime(cast.days(3)).replace(hour=15, minute=0)
    leads.record_consultation(lead, demands="主卫干湿分区", next_meeting_at=when, book=True, by=cast.designer, at=cast.at)

    made = lead.appointments.get()
    assert (made.kind, made.person, made.start_at, made.place) == ("meeting", cast.designer, when, "城西店 西湖区文二西路 18 号")
    lead.refresh_from_db()
    leads.record_consultation(lead, demands="再看一遍", next_meeting_at=when, book=True, by=cast.designer, at=cast.at)
    assert lead.appointments.count() == 1


def test_a_next_meeting_in_a_taken_hour_keeps_the_record_unwritten(cast):
    lead = road.assigned_lead(cast)
    taken = meet(cast, store=cast.store, kind="meeting")

    with pytest.raises(Refused, match="is not free then"):
        leads.record_consultation(lead, demands="主卫", next_meeting_at=taken.start_at, book=True, by=cast.designer, at=cast.at)
    assert not lead.consultations.exists()


def test_the_scheme_meeting_goes_into_the_calendar_from_its_form(cast):
    lead = road.deposit_lead(cast)
    when = (timezone.localtime() + timedelta(days=4)).replace(hour=10, minute=0, second=0, microsecond=0)
    answer = cast.client(cast.designer).post(f"/leads/{lead.ref}/schemes/", {"summary": "平面两版、效果图六张", "meeting_at": f"{when:%Y-%m-%dT%H:%M}"})

    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert lead.appointments.get().start_at == when


# --- pages --------------------------------------------------------------------------------------------------------------


def soon(hour=14, days=2):
    return (timezone.localtime() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def typed(cast, **more):
    told = {"kind": "measuring", "person": cast.designer.pk, "start_at": f"{soon():%Y-%m-%dT%H:%M}", "minutes": "90", "where": "", "place": "", "note": ""}
    return told | more


def test_the_form_makes_an_appointment_for_the_customer_of_its_address(cast):
    lead = road.assigned_lead(cast)
    client = cast.client(cast.customer_manager)
    page = client.get(f"/leads/calendar/appointments/new/?lead={lead.ref}&start=2026-12-01T15:00").content.decode()
    assert "陈静兰" in page and 'value="2026-12-01T15:00"' in page

    answer = client.post(f"/leads/calendar/appointments/new/?lead={lead.ref}", typed(cast))
    made = Appointment.objects.get()
    assert answer["Location"] == f"/leads/calendar/appointments/{made.pk}/"
    assert (made.lead, made.start_at, made.end_at - made.start_at) == (lead, soon(), timedelta(minutes=90))


@pytest.mark.parametrize("words", ["陈静兰", "cjl", "3371", "K-CX-2026-0001"])
def test_from_a_free_slot_the_customer_is_found_by_a_few_words(cast, words):
    lead = road.assigned_lead(cast)
    answer = cast.client(cast.front_desk).post(f"/leads/calendar/appointments/new/?person={cast.designer.username}", typed(cast, customer=words))

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert Appointment.objects.get().lead == lead


def test_several_customers_of_these_words_are_offered_and_nothing_typed_is_lost(cast):
    first = road.assigned_lead(cast)
    road.assigned_lead(cast, phones=["13858003372"], home=road.home(room_no="1201"))
    client = cast.client(cast.front_desk)
    answer = client.post("/leads/calendar/appointments/new/", typed(cast, customer="陈静兰", note="带钥匙"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "带钥匙" in page and "K-CX-2026-0001" in page and "K-CX-2026-0002" in page

    assert client.post("/leads/calendar/appointments/new/", typed(cast, customer="陈静兰", lead=first.ref)).status_code == 302
    assert Appointment.objects.get().lead == first


def test_unknown_words_are_said_to_be_unknown(cast):
    answer = cast.client(cast.front_desk).post("/leads/calendar/appointments/new/", typed(cast, customer="王老五"))

    assert answer.status_code == 422 and not Appointment.objects.exists()


def test_a_taken_hour_comes_back_with_the_other_appointment_in_words(cast):
    lead = road.assigned_lead(cast)
    meet(cast, lead=lead, start_at=soon())
    answer = cast.client(cast.customer_manager).post(f"/leads/calendar/appointments/new/?lead={lead.ref}", typed(cast, note="顺便看主材"))

    page = answer.content.decode()
    assert answer.status_code == 422 and "顺便看主材" in page
    assert "林晓舟" in page and f"{soon():%m-%d} 14:00–15:00 量房 陈 澄湖里" in page


def test_the_outcome_is_noted_from_its_page_and_leads_to_the_file(cast):
    lead = road.assigned_lead(cast)
    made = meet(cast, lead=lead)
    client = cast.client(cast.designer)
    assert "量房" in client.get(f"/leads/calendar/appointments/{made.pk}/").content.decode()

    missing = client.post(f"/leads/calendar/appointments/{made.pk}/outcomes/", {"outcome": "missed_us", "told": ""})
    assert missing.status_code == 422
    answer = client.post(f"/leads/calendar/appointments/{made.pk}/outcomes/", {"outcome": "kept", "told": "量完了"})
    assert answer["Location"] == f"/leads/{lead.ref}/"
    made.refresh_from_db()
    assert (made.state, made.told) == ("kept", "量完了")


def test_before_it_begins_it_can_only_be_called_off(cast):
    made = meet(cast, store=cast.store, kind="meeting", start_at=soon())
    answer = cast.client(cast.designer).post(f"/leads/calendar/appointments/{made.pk}/outcomes/", {"outcome": "kept", "told": ""})

    assert answer.status_code == 422
    assert cast.client(cast.designer).post(f"/leads/calendar/appointments/{made.pk}/outcomes/", {"outcome": "cancelled", "told": "客户出差"}).status_code == 302


def test_the_move_from_its_page_asks_a_time_to_come(cast):
    made = meet(cast, store=cast.store, kind="meeting", start_at=soon())
    client = cast.client(cast.designer)
    told = {"start_at": "2026-11-01T10:00", "minutes": "60", "person": cast.designer.pk, "reason": "客户要求"}
    for start in ("2026-11-01T10:00", "9999-12-31T23:59"):
        assert client.post(f"/leads/calendar/appointments/{made.pk}/moves/", told | {"start_at": start}).status_code == 422

    answer = client.post(f"/leads/calendar/appointments/{made.pk}/moves/", told | {"start_at": f"{soon(16):%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 302
    assert Appointment.objects.get(moved_from=made).start_at == soon(16)


def test_another_store_and_a_colleague_without_a_part_in_it_see_none(cast):
    made = meet(cast, lead=road.assigned_lead(cast))
    stranger = cast.hire("designer", name="旁观者", username="stranger")

    for person in (cast.other.store_manager, cast.other.designer, stranger):
        assert cast.client(person).get(f"/leads/calendar/appointments/{made.pk}/").status_code == 404
        assert cast.client(person).post(f"/leads/calendar/appointments/{made.pk}/outcomes/", {"outcome": "kept"}).status_code == 404
    assert cast.client(cast.estimator).get("/leads/calendar/appointments/new/").status_code == 403


# --- what the database refuses ------------------------------------------------------------------------------------------

NEW = (
    "INSERT INTO leads_appointment (store_id, kind, person_id, start_at, end_at, place, place_ref, pick_up, note, by_id, at, state, told) "
    "VALUES ({store}, 'meeting', {person}, now(), now() + interval '1 hour', '店里', '', false, '', {person}, now(), '{state}', '{told}')"
)
SEAT = (
    "INSERT INTO leads_appointmentseat (appointment_id, person_id, start_at, end_at, planned) "
    "SELECT id, {other}, start_at, end_at, true FROM leads_appointment WHERE id = {appointment}"
)
ATTACKS = {
    "change the time of an appointment": "UPDATE leads_appointment SET start_at = start_at - interval '1 hour' WHERE id = {appointment}",
    "give it to somebody else": "UPDATE leads_appointment SET person_id = {other} WHERE id = {appointment}",
    "take back an outcome": "UPDATE leads_appointment SET state = 'planned', told_at = NULL, told_by_id = NULL WHERE id = {kept}",
    "an outcome without a witness": "UPDATE leads_appointment SET state = 'kept' WHERE id = {appointment}",
    "miss without a reason": "UPDATE leads_appointment SET state = 'missed_us', told_at = now(), told_by_id = {person} WHERE id = {appointment}",
    "delete an appointment": "DELETE FROM leads_appointment WHERE id = {appointment}",
    "born kept": NEW.format(store="{store}", person="{person}", state="kept", told="x"),
    "without anybody's time": NEW.format(store="{store}", person="{person}", state="planned", told=""),
    "moved without a new time": "UPDATE leads_appointment SET state = 'moved', told = 'x', told_at = now(), told_by_id = {person} WHERE id = {appointment}",
    "a double booking": (
        "INSERT INTO leads_appointmentseat (appointment_id, person_id, start_at, end_at, planned) "
        "SELECT {second}, {person}, start_at, end_at, true FROM leads_appointment WHERE id = {second}"
    ),
    "a seat at another time": SEAT.replace("start_at, end_at, true", "start_at + interval '5 hours', end_at + interval '5 hours', true"),
    "a seat that is free already": SEAT.replace("true", "false"),
    "free a seat by hand": "UPDATE leads_appointmentseat SET planned = false WHERE appointment_id = {appointment}",
    "take a seat away": "DELETE FROM leads_appointmentseat WHERE appointment_id = {appointment}",
    "a feed that opens again": "UPDATE leads_calendarfeed SET digest = repeat('a', 64)",
    "an appointment in another store than its enquiry's": (
        "INSERT INTO leads_appointment (store_id, lead_id, kind, person_id, start_at, end_at, place, place_ref, pick_up, note, by_id, at, state, told) "
        "VALUES ({other_store}, {lead}, 'meeting', {person}, now(), now() + interval '1 hour', '店里', '', false, '', {person}, now(), 'planned', '')"
    ),
}


@pytest.fixture
def standing(cast):
    lead = road.assigned_lead(cast)
    made = meet(cast, lead=lead, hour=10)
    kept = leads.keep_appointment(meet(cast, store=cast.store, kind="meeting", on=-1), by=cast.designer, at=cast.at)
    second = meet(cast, store=cast.store, kind="meeting", hour=10, person=cast.chief_designer)
    leads.open_feed(cast.designer, at=cast.at)
    return {
        "appointment": made.pk, "kept": kept.pk, "second": second.pk, "person": cast.designer.pk, "other": cast.store_manager.pk, "store": cast.store.pk,
        "other_store": cast.other.store.pk, "lead": lead.pk,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to(standing, attack):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**standing))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_same_words_are_taken_where_nothing_stands_against_them(standing):
    """The seat of the attacks is a good one otherwise: they fail for their own reason."""
    with connection.cursor() as cursor:
        cursor.execute(SEAT.format(**standing))
    assert AppointmentSeat.objects.filter(appointment=standing["appointment"]).count() == 2


def test_lead_rows_are_loaded_through_the_wall(cast):
    lead = road.assigned_lead(cast)
    meet(cast, lead=lead)

    assert Appointment.objects.visible_to(cast.designer).count() == 1
    assert Appointment.objects.visible_to(cast.customer_manager).count() == 1
    assert Appointment.objects.visible_to(cast.chief_designer).count() == 0
    assert Appointment.objects.visible_to(cast.general_manager).count() == 1
