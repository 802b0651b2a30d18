"""The calendar: a person's week by the hour, a store's week side by side, one day on the phone; one tap books a free hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import CalendarDay
from leads import selectors_calendar as calendars
from leads import services as leads
from leads.models import Appointment
from tests import road
from tests.factories.leads import LeadFactory

MONDAY = date(2026, 11, 30)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_current_timezone())


def meet(cast, day=MONDAY, hour=14, **more):
    told = {"kind": "meeting", "person": cast.designer, "store": cast.store, "start_at": at(day, hour), "by": cast.front_desk, "at": cast.at}
    return leads.make_appointment(**{**told, **more})


def week(cast, person, **query):
    answer = cast.client(person).get("/leads/calendar/", {"week": MONDAY.isoformat(), **query})
    assert answer.status_code == 200
    return answer.content.decode()


def days():
    return calendars.days_of(MONDAY, MONDAY)


def slots(cast, person, now, *, may_book=True):
    found = calendars.entries_of(cast.store_manager, [person.pk], MONDAY, MONDAY + timedelta(days=6))
    rows = calendars.hours_of(person, [entry for _pk, entry in found], days(), now, may_book=may_book)
    return {(row.says, days()[n].day): slot for row in rows for n, slot in enumerate(row.slots)}


# --- whose week ---------------------------------------------------------------------------------------------------------


def test_the_front_desk_sees_all_people_of_the_store_side_by_side(cast):
    meet(cast)
    meet(cast, person=cast.customer_manager, hour=16)
    page = week(cast, cast.front_desk)

    assert "林晓舟" in page and "沈亦安" in page and "方砚秋" in page and "严之桃" not in page
    assert "14:00–15:00" in page and "16:00–17:00" in page


def test_a_designer_sees_the_own_week_whoever_is_asked_for(cast):
    meet(cast)
    meet(cast, person=cast.chief_designer, hour=16)
    page = week(cast, cast.designer, who=cast.chief_designer.username)

    assert "14:00–15:00" in page and "16:00–17:00" not in page and "方砚秋" not in page


def test_the_store_manager_opens_one_persons_week_but_none_of_another_store(cast):
    meet(cast, person=cast.chief_designer, hour=16)

    assert "<h1>方砚秋</h1>" in week(cast, cast.store_manager, who=cast.chief_designer.username)
    assert "严之桃" not in week(cast, cast.store_manager, who=cast.other.designer.username)


def test_the_general_manager_changes_the_store_in_the_address(cast):
    assert "严之桃" in week(cast, cast.general_manager, store="CD")


# --- the week in the address --------------------------------------------------------------------------------------------


def test_the_week_stands_in_the_address_and_any_day_of_it_will_do(cast):
    page = week(cast, cast.designer, week="2026-12-03")

    assert "week=2026-11-23" in page and "week=2026-12-07" in page
    assert "第 49 周" in page


@pytest.mark.parametrize("nonsense", ["2026-13-45", "x", "0001-01-01", "9999-12-31", "%00"])
def test_an_address_that_names_no_day_shows_this_week(cast, nonsense):
    answer = cast.client(cast.designer).get("/leads/calendar/", {"week": nonsense, "day": nonsense, "who": nonsense, "store": nonsense})

    assert answer.status_code == 200
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    assert f"{monday:%m-%d} – " in answer.content.decode()


def test_holidays_and_days_in_lieu_are_marked(cast):
    CalendarDay.objects.update_or_create(day=MONDAY, defaults={"working": False, "name": "店庆"})
    CalendarDay.objects.update_or_create(day=MONDAY + timedelta(days=5), defaults={"working": True, "name": ""})
    found = days()

    assert [day.working for day in found] == [False, True, True, True, True, True, False]
    assert "店庆" in week(cast, cast.designer)


# --- free hours ---------------------------------------------------------------------------------------------------------


def test_one_tap_on_a_free_hour_opens_the_form_with_person_and_time(cast):
    meet(cast)
    found = slots(cast, cast.designer, cast.at)
    free, taken = found["10:00", MONDAY], found["14:00", MONDAY]
    assert free.book == "/leads/calendar/appointments/new/?person=cx.designer&start=2026-11-30T10%3A00"
    assert not taken.book and taken.busy and len(taken.entries) == 1

    form = cast.client(cast.front_desk).get(free.book).content.decode()
    assert 'value="2026-11-30T10:00"' in form and f'<option value="{cast.designer.pk}" selected>林晓舟</option>' in form


def test_an_hour_that_is_touched_by_a_minute_is_not_free(cast):
    meet(cast, start_at=at(MONDAY, 10, 30), end_at=at(MONDAY, 12, 1))
    found = slots(cast, cast.designer, cast.at)

    assert [hour for hour in ("09:00", "10:00", "11:00", "12:00", "13:00") if found[hour, MONDAY].book] == ["09:00", "13:00"]


def test_what_was_called_off_leaves_the_hour_free_and_the_page_empty(cast):
    leads.cancel_appointment(meet(cast), reason="客户出差", by=cast.designer, at=cast.at)

    assert slots(cast, cast.designer, cast.at)["14:00", MONDAY].book
    assert "14:00–15:00" not in week(cast, cast.designer)


def test_an_hour_gone_by_and_a_calendar_without_the_right_book_nothing(cast):
    now = at(MONDAY, 12)

    found = slots(cast, cast.designer, now)
    assert not found["12:00", MONDAY].book and found["13:00", MONDAY].book
    assert not any(slot.book for slot in slots(cast, cast.designer, now, may_book=False).values())
    assert "calendar/appointments/new" not in week(cast, cast.estimator)


def test_early_and_late_appointments_widen_the_hours(cast):
    meet(cast, hour=7)
    meet(cast, hour=21)
    rows = [says for says, day in slots(cast, cast.designer, cast.at) if day == MONDAY]

    assert rows[0] == "07:00" and rows[-1] == "21:00"


def test_the_day_list_of_the_phone_names_the_day_and_its_free_hours(cast):
    meet(cast, lead=road.assigned_lead(cast), store=None)
    found = calendars.entries_of(cast.designer, [cast.designer.pk], MONDAY, MONDAY + timedelta(days=6))
    listed = calendars.day_list(days(), MONDAY, found, person=cast.designer, now=cast.at, may_book=True)

    assert [entry.about for entry in listed.entries] == ["陈静兰 澄湖里"]
    assert [says for says, _url in listed.free] == ["09:00", "10:00", "11:00", "12:00", "13:00", "15:00", "16:00", "17:00", "18:00", "19:00"]


def test_who_comes_along_stands_in_both_weeks_and_once_in_the_stores_day(cast):
    meet(cast, others=[cast.chief_designer])
    found = calendars.entries_of(cast.store_manager, [cast.designer.pk, cast.chief_designer.pk], MONDAY, MONDAY)

    assert [(pk, entry.along) for pk, entry in found] == [(cast.designer.pk, False), (cast.chief_designer.pk, True)]
    assert len(calendars.day_list(days(), MONDAY, found, person=None, now=cast.at, may_book=True).entries) == 1


def test_the_next_appointments_stand_on_the_persons_own_desk(cast):
    soon = timezone.localtime() + timedelta(days=1)
    meet(cast, lead=road.assigned_lead(cast), store=None, start_at=soon, others=[cast.chief_designer])
    meet(cast, start_at=timezone.localtime() + timedelta(days=8))
    found = calendars.upcoming(cast.chief_designer, timezone.now())

    assert [(entry.about, entry.along) for entry in found] == [("陈静兰 澄湖里", True)]
    assert "接下来的预约" in cast.client(cast.designer).get("/").content.decode()
    assert "接下来的预约" not in cast.client(cast.customer_manager).get("/").content.decode()


# --- the same number of queries at any size -----------------------------------------------------------------------------


def test_the_calendar_asks_as_often_with_one_appointment_as_with_fifty(cast):
    counts = []
    for wanted in (1, 3, 50):
        for n in range(Appointment.objects.count(), wanted):
            meet(cast, lead=LeadFactory.create(cast=cast), store=None, day=MONDAY + timedelta(days=n // 10), hour=9 + n % 10)
        for person in (cast.front_desk, cast.designer):
            client = cast.client(person)
            client.get("/leads/calendar/", {"week": MONDAY.isoformat()})
            with CaptureQueriesContext(connection) as caught:
                client.get("/leads/calendar/", {"week": MONDAY.isoformat()})
            counts.append((person.username, len(caught)))

    desk = {n for name, n in counts if name == cast.front_desk.username}
    own = {n for name, n in counts if name == cast.designer.username}
    assert len(desk) == len(own) == 1, counts
    assert max(desk | own) <= 12, counts


def test_one_appointment_is_shown_in_twelve_queries(cast):
    made = meet(cast, lead=road.assigned_lead(cast), store=None, others=[cast.chief_designer, cast.store_manager])
    client = cast.client(cast.designer)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(f"/leads/calendar/appointments/{made.pk}/").status_code == 200

    assert len(caught) <= 12, [q["sql"][:120] for q in caught]
