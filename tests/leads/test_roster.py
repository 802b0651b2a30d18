"""The front desk's roster: a customer manager in opening hours (R012), the late shift told one day ahead (R013)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import reach
from config.tick import tick
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import services as leads
from leads.models import DeskHours, Shift
from leads.services import roster as desk
from tests.threads import at_once

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FRIDAY = date(2026, 11, 27)  # cast.at is Tuesday, 11-24 09:40


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_current_timezone())


def hours(cast, **more):
    told = {"opens": time(9), "closes": time(18), "early": (time(9), time(14)), "late": (time(13), time(18)), "by": cast.store_manager, "at": cast.at}
    return leads.set_desk_hours(more.pop("store", cast.store), **{**told, **more})


def shift(cast, day=FRIDAY, kind="early", person=None, **more):
    told = {"person": person or cast.customer_manager, "by": cast.store_manager, "at": cast.at}
    return leads.plan_shift(cast.store, day=day, kind=kind, **{**told, **more})


def gaps(cast, day=FRIDAY):
    standing = desk.hours_of(cast.store)
    return desk.words(desk.gaps(day, standing, Shift.objects.filter(store=cast.store), desk.customer_managers(cast.store)))


def notices(cast, kind="leads.late_shift"):
    return [(notice.user, notice.at) for notice in Notice.objects.filter(kind=kind).order_by("pk")]


# --- R012: a customer manager in opening hours --------------------------------------------------------------------------


def test_r012_a_day_without_a_customer_manager_is_a_gap_and_the_front_desk_does_not_fill_it(cast):
    hours(cast)
    assert gaps(cast) == "09:00–18:00"
    shift(cast, person=cast.front_desk)
    shift(cast, person=cast.front_desk, kind="late")
    assert gaps(cast) == "09:00–18:00"

    shift(cast)
    assert gaps(cast) == "14:00–18:00"
    shift(cast, kind="late")
    assert gaps(cast) == ""


@pytest.mark.parametrize(
    ("early", "late", "found"),
    [
        ((time(9), time(13)), (time(13), time(18)), ""),
        ((time(9), time(12, 59)), (time(13), time(18)), "12:59–13:00"),
        ((time(9, 1), time(13)), (time(13), time(18)), "09:00–09:01"),
        ((time(9), time(13)), (time(13), time(17, 59)), "17:59–18:00"),
        ((time(8), time(13)), (time(12), time(20)), ""),
    ],
)
def test_r012_a_minute_of_opening_hours_without_one_is_a_gap(cast, early, late, found):
    hours(cast, early=early, late=late)
    shift(cast)
    shift(cast, kind="late")

    assert gaps(cast) == found


def test_r012_a_day_on_which_the_store_is_closed_has_no_gap(cast):
    hours(cast, open_days="123467")

    assert gaps(cast) == ""
    with pytest.raises(Refused, match="closed on that day"):
        shift(cast)


def test_r012_a_gap_within_three_days_is_the_store_managers_clock_and_filling_it_stops_it(cast):
    hours(cast)
    now = at(FRIDAY - 3 * DAY, 23, 59)
    desk.watch_desk(at=now)
    days = set(Deadline.objects.filter(clock="leads.desk_gap").values_list("key", flat=True))
    assert f"desk:{cast.store.pk}:{FRIDAY}" not in days

    desk.watch_desk(at=now + timedelta(minutes=1))
    row = Deadline.objects.get(clock="leads.desk_gap", key=f"desk:{cast.store.pk}:{FRIDAY}")
    assert (row.owner, row.due_at) == (cast.store_manager, at(FRIDAY, 9))
    assert row.line == "城西店 11-27 09:00–18:00"

    shift(cast)
    shift(cast, kind="late", at=now, day=FRIDAY)
    desk.watch_desk(at=now + timedelta(hours=1))
    row.refresh_from_db()
    assert row.stopped_at and row.breached_at is None


def test_r012_any_number_of_sweeps_warn_once_and_a_filled_day_that_opens_again_warns_again(cast):
    hours(cast)
    made = [shift(cast), shift(cast, kind="late")]
    now = at(FRIDAY - DAY, 8)
    for _n in range(3):
        tick(now)
    key = f"desk:{cast.store.pk}:{FRIDAY}"
    assert not Deadline.objects.filter(key=key).exists()

    leads.end_shift(made[0], reason="病假", by=cast.store_manager, at=now)
    for _n in range(3):
        tick(now + timedelta(minutes=1))
    assert Deadline.objects.filter(key=key, stopped_at=None).count() == 1
    shift(cast, person=cast.hire("customer_manager", name="替班", username="stand.in"), at=now)
    tick(now + timedelta(minutes=2))
    assert not Deadline.objects.filter(key=key, stopped_at=None).exists()


def test_r012_the_warning_comes_the_day_before_and_a_day_gone_by_is_a_breach(cast):
    hours(cast)
    desk.watch_desk(at=at(FRIDAY - 2 * DAY, 10))
    clocks.sweep(at=at(FRIDAY - DAY, 9) - SECOND, audience=reach.audience)
    key = f"desk:{cast.store.pk}:{FRIDAY}"
    assert not Notice.objects.filter(deadline__key=key).exists()
    clocks.sweep(at=at(FRIDAY - DAY, 9), audience=reach.audience)
    assert [n.user for n in Notice.objects.filter(deadline__key=key)] == [cast.store_manager]

    desk.watch_desk(at=at(FRIDAY + DAY, 0))
    row = Deadline.objects.get(key=key)
    assert row.stopped_at and row.breached_at == at(FRIDAY, 9)


def test_a_store_without_hours_is_left_in_peace(cast):
    tick(cast.at)

    assert not Deadline.objects.filter(clock="leads.desk_gap").exists()
    with pytest.raises(Refused, match="hours first"):
        shift(cast)


# --- R013: the late shift is told one day ahead -------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "reason_needed"), [(DAY + SECOND, False), (DAY, False), (DAY - SECOND, True)])
def test_r013_a_late_shift_less_than_a_day_ahead_needs_a_reason(cast, ahead, reason_needed):
    hours(cast)
    now = at(FRIDAY, 13) - ahead
    if reason_needed:
        with pytest.raises(Refused, match="told one day ahead"):
            shift(cast, kind="late", at=now)
    else:
        assert shift(cast, kind="late", at=now).reason == ""
    assert shift(cast, kind="late", person=cast.front_desk, reason="同事病假", at=now).reason == "同事病假"


def test_r013_an_early_shift_needs_none(cast):
    hours(cast)

    assert shift(cast, at=at(FRIDAY, 8)).reason == ""


def test_r013_planned_in_time_the_person_is_told_the_day_before_once(cast):
    hours(cast)
    made = shift(cast, kind="late")
    for moment in (cast.at, at(FRIDAY - DAY, 0) - SECOND):
        leads.tell_late_shifts(at=moment)
    assert notices(cast) == []

    told = at(FRIDAY - DAY, 0)
    for _n in range(3):
        leads.tell_late_shifts(at=told)
    assert notices(cast) == [(cast.customer_manager, told)]
    made.refresh_from_db()
    assert made.told_at == told and made.start_at - made.told_at >= DAY


def test_r013_planned_or_changed_late_the_person_is_told_at_once(cast):
    hours(cast)
    now = at(FRIDAY - DAY, 20)
    made = shift(cast, kind="late", reason="同事病假", at=now)
    assert notices(cast) == [(cast.customer_manager, now)]

    with pytest.raises(Refused, match="told one day ahead"):
        leads.change_shift(made, person=cast.front_desk, by=cast.store_manager, at=now + SECOND)
    leads.change_shift(made, person=cast.front_desk, reason="又换人", by=cast.store_manager, at=now + SECOND)
    assert notices(cast)[1:] == [(cast.front_desk, now + SECOND)]
    assert notices(cast, "leads.late_shift_off") == [(cast.customer_manager, now + SECOND)]


@pytest.mark.parametrize(("ahead", "reason_needed"), [(DAY, False), (DAY - SECOND, True)])
def test_r013_taking_somebody_off_a_late_shift_has_the_same_limit(cast, ahead, reason_needed):
    hours(cast)
    made = shift(cast, kind="late")
    now = at(FRIDAY, 13) - ahead

    if reason_needed:
        with pytest.raises(Refused, match="told one day ahead"):
            leads.end_shift(made, by=cast.store_manager, at=now)
    else:
        assert leads.end_shift(made, by=cast.store_manager, at=now).ended_at == now


def test_r013_whoever_was_never_told_is_not_told_of_the_end(cast):
    hours(cast)
    leads.end_shift(shift(cast, kind="late"), by=cast.store_manager, at=cast.at)
    leads.tell_late_shifts(at=at(FRIDAY - DAY, 8))

    assert not Notice.objects.filter(kind__startswith="leads.late_shift").exists()


def test_r013_the_notice_stands_on_the_desk_in_words(cast):
    hours(cast)
    shift(cast, kind="late", reason="同事病假", at=at(FRIDAY, 8))

    page = cast.client(cast.customer_manager).get("/").content.decode()
    assert "您有晚班" in page and "城西店 · 11-27 13:00–18:00 · 同事病假" in page


# --- the plan -----------------------------------------------------------------------------------------------------------


def test_the_same_shift_is_not_given_twice_and_only_the_desks_people_stand_there(cast):
    hours(cast)
    shift(cast)
    with pytest.raises(Refused, match="has this shift already"):
        shift(cast)
    with pytest.raises(Refused, match="does not stand at the front desk"):
        shift(cast, person=cast.designer)
    with pytest.raises(Refused, match="does not stand at the front desk"):
        shift(cast, person=cast.other.customer_manager)
    with pytest.raises(Refused, match="is over"):
        shift(cast, day=FRIDAY, at=at(FRIDAY, 14))
    with pytest.raises(Refused, match="within a year"):
        shift(cast, day=FRIDAY + timedelta(days=371))


def test_two_desks_planning_the_same_shift_at_once_make_one(live_db, live_cast):
    hours(live_cast)
    answers = at_once(*[lambda: shift(live_cast)] * 6)

    assert sum(isinstance(answer, Shift) for answer in answers) == 1, answers
    assert sum(isinstance(answer, Refused) for answer in answers) == 5, answers


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"closes": time(9)}, "ends after it begins"),
        ({"early": (time(9), time(9))}, "ends after it begins"),
        ({"late": (time(9), time(18))}, "begins after the early one"),
        ({"open_days": ""}, "Choose the days"),
        ({"open_days": "8"}, "Choose the days"),
    ],
)
def test_hours_that_do_not_fit_are_refused(cast, more, sentence):
    with pytest.raises(Refused, match=sentence):
        hours(cast, **more)


def test_new_hours_are_a_new_version_and_leave_planned_shifts_as_they_are(cast):
    hours(cast)
    made = shift(cast)
    hours(cast, early=(time(10), time(14)))

    made.refresh_from_db()
    assert made.start_at == at(FRIDAY, 9) and DeskHours.objects.count() == 2
    assert desk.hours_of(cast.store).early_from == time(10)


# --- pages --------------------------------------------------------------------------------------------------------------


def test_the_manager_sets_hours_plans_and_changes_on_the_page(cast):
    client, day = cast.client(cast.store_manager), timezone.localdate() + timedelta(days=3)
    assert "还没有设营业时间" in client.get("/leads/roster/").content.decode()
    told = {
        "opens": "09:00", "closes": "18:00", "early_from": "09:00", "early_until": "14:00", "late_from": "13:00", "late_until": "18:00",
        "open_days": list("1234567"),
    }  # fmt: skip
    assert client.post("/leads/roster/hours/", told).status_code == 302
    assert client.post("/leads/roster/shifts/", {"day": f"{day}", "kind": "late", "person": cast.customer_manager.pk}).status_code == 302

    week = f"/leads/roster/?week={day}"
    page = client.get(week).content.decode()
    assert "沈亦安" in page and "09:00–13:00" in page and "尚未通知" in page
    made = Shift.objects.get()
    assert client.post(f"/leads/roster/shifts/{made.pk}/", {"person": cast.front_desk.pk}).status_code == 302
    assert "唐慧" in client.get(week).content.decode()


def test_a_late_shift_without_its_reason_comes_back_with_everything_typed(cast):
    hours(cast, late=(time(13), time(23, 59)), closes=time(23, 59))
    day = timezone.localdate()
    told = {"day": f"{day}", "kind": "late", "person": cast.front_desk.pk, "reason": ""}
    answer = cast.client(cast.customer_manager).post("/leads/roster/shifts/", told)

    assert answer.status_code == 422 and "晚班须提前一天通知" in answer.content.decode()
    assert f'value="{day}"' in answer.content.decode()


def test_who_plans_who_reads_and_who_does_not_come_in(cast):
    made = (hours(cast), shift(cast))[1]

    assert cast.client(cast.front_desk).get("/leads/roster/").status_code == 200
    assert cast.client(cast.front_desk).get("/leads/roster/shifts/").status_code == 403
    assert cast.client(cast.designer).get("/leads/roster/").status_code == 403
    assert cast.client(cast.customer_manager).get("/leads/roster/hours/").status_code == 403
    assert cast.client(cast.other.store_manager).get(f"/leads/roster/shifts/{made.pk}/").status_code == 404


def test_the_roster_asks_as_often_with_one_shift_as_with_fourteen(cast):
    hours(cast)
    counts = []
    for wanted in (1, 3, 14):
        for n in range(Shift.objects.count(), wanted):
            shift(cast, day=FRIDAY + timedelta(days=n % 7), kind=("early", "late")[n // 7])
        client = cast.client(cast.store_manager)
        client.get("/leads/roster/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/leads/roster/", {"week": f"{FRIDAY}"})
        counts.append(len(caught))

    assert len(set(counts)) == 1 and counts[0] <= 12, counts


# --- what the database refuses ------------------------------------------------------------------------------------------

ATTACKS = {
    "write a late shift of tomorrow morning without a reason": (
        "INSERT INTO leads_shift (store_id, day, kind, person_id, start_at, end_at, reason, by_id, at, ended_reason) "
        "VALUES ({store}, '2026-11-27', 'late', {other}, now() + interval '23 hours', now() + interval '26 hours', '', {person}, now(), '')"
    ),
    "end a late shift at the last minute without a reason": "UPDATE leads_shift SET ended_at = start_at, ended_by_id = {person} WHERE kind = 'late'",
    "give a shift to somebody else": "UPDATE leads_shift SET person_id = {other}",
    "move a shift": "UPDATE leads_shift SET end_at = end_at + interval '1 hour'",
    "delete a shift": "DELETE FROM leads_shift",
    "end it without saying who": "UPDATE leads_shift SET ended_at = at WHERE kind = 'early'",
    "say it was told earlier": "UPDATE leads_shift SET told_at = told_at - interval '1 day' WHERE told_at IS NOT NULL",
    "change hours in force": "UPDATE leads_deskhours SET opens = '08:00'",
    "hours that end before they begin": (
        "INSERT INTO leads_deskhours (store_id, seq, opens, closes, early_from, early_until, late_from, late_until, open_days, by_id, at) "
        "VALUES ({store}, 9, '09:00', '08:00', '09:00', '14:00', '13:00', '18:00', '1', {person}, now())"
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to(cast, attack):
    hours(cast)
    shift(cast)
    shift(cast, kind="late")
    leads.tell_late_shifts(at=at(FRIDAY - DAY, 8))
    names = {"store": cast.store.pk, "person": cast.store_manager.pk, "other": cast.front_desk.pk}

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**names))


def test_the_database_knows_one_shift_of_a_kind_a_person_and_day(cast):
    hours(cast)
    made = shift(cast)
    with pytest.raises(IntegrityError):
        Shift.objects.create(
            store=cast.store, day=made.day, kind="early", person=made.person, start_at=made.start_at, end_at=made.end_at, by=made.by, at=made.at
        )
