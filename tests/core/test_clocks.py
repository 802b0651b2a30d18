"""Clocks: started once, warned once per level, stopped, breached, paused; working days by the Chinese calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clocks
from core.calendar import add_working_days, evening, fill_year, is_working_day
from core.clocks import Clock, Days, Hours, Rung, WorkingDays
from core.models import Deadline, Dossier, Notice
from core.refusals import Refused

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TRIAL = Clock(
    "core.trial", says="Try", source="R000", within=Days(7), owner="designer", stops="tried",
    ladder=(
        Rung(1, timedelta(days=-2), ("owner",)), Rung(2, timedelta(0), ("owner", "design_manager")),
        Rung(3, timedelta(days=3), ("general_manager",)),
    ),
)  # fmt: skip
OFFICE = Clock(
    "core.office",
    says="Answer",
    source="R000",
    within=WorkingDays(5),
    owner="x",
    stops="answered",
    ladder=(Rung(1, timedelta(days=-1), ("owner",)),),
)


@pytest.fixture(autouse=True)
def _unregister():
    yield
    clocks.CLOCKS.setdefault(TRIAL.id, TRIAL)


def started(clock, *, key, **more):
    """The row of the clock that runs for `key` after it was started."""
    clocks.start(clock, key=key, **more)
    return Deadline.objects.select_related("dossier", "owner").get(clock=clock.id, key=key, stopped_at=None)


@pytest.fixture
def running(cast):
    dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=cast.at)
    return started(TRIAL, dossier=dossier, key="lead:1", owner=cast.designer, at=cast.at, line="交付预案")


def told(cast):
    """Whom a rung reaches in this test: the design manager and the general manager of the cast."""
    by_post = {"design_manager": cast.design_manager, "general_manager": cast.general_manager}
    return lambda deadline, posts: [by_post[p] for p in posts]


def test_a_clock_starts_once(cast, running):
    again = started(
        TRIAL, dossier=running.dossier, key="lead:1", owner=cast.designer, at=cast.at + timedelta(days=1)
    )

    assert again == running
    assert again.due_at == running.due_at == cast.at + timedelta(days=7)


@pytest.mark.parametrize(
    ("day", "levels"),
    [(4.9, []), (5, [1]), (6.9, [1]), (7, [1, 2, 2]), (9.9, [1, 2, 2]), (10, [1, 2, 2, 3]), (30, [1, 2, 2, 3])],
)
def test_the_ladder_warns_level_by_level(cast, running, day, levels):
    clocks.sweep(at=cast.at + timedelta(days=day), audience=told(cast))
    clocks.sweep(at=cast.at + timedelta(days=day), audience=told(cast))

    assert sorted(Notice.objects.values_list("level", flat=True)) == levels


def test_a_clock_stopped_in_time_is_kept(cast, running):
    stopped = clocks.stop(TRIAL, "lead:1", at=cast.at + timedelta(days=7), by=cast.designer)

    assert stopped.breached_at is None
    assert clocks.sweep(at=cast.at + timedelta(days=40), audience=told(cast)) == 0


def test_a_clock_stopped_too_late_is_breached_even_if_nobody_swept(cast, running):
    stopped = clocks.stop(TRIAL, "lead:1", at=cast.at + timedelta(days=7, seconds=1), by=cast.designer)

    assert stopped.breached_at == running.due_at


def test_the_sweep_records_the_breach_as_a_fact(cast, running):
    clocks.sweep(at=cast.at + timedelta(days=8), audience=told(cast))

    assert Deadline.objects.get().breached_at == running.due_at


def test_what_was_done_in_time_and_noted_after_the_sweep_is_no_breach(cast, running):
    clocks.sweep(at=cast.at + timedelta(days=8), audience=told(cast))

    stopped = clocks.stop(TRIAL, "lead:1", at=cast.at + timedelta(days=6), by=cast.designer)

    assert stopped.breached_at is None
    assert Deadline.objects.get().breached_at is None


def test_a_pause_needs_a_reason_holds_the_clock_and_moves_its_end(cast, running):
    with pytest.raises(Refused):
        clocks.pause(TRIAL, "lead:1", at=cast.at, reason=" ", by=cast.designer)
    clocks.pause(TRIAL, "lead:1", at=cast.at + timedelta(days=3), reason="等业主出差回来", by=cast.designer)

    assert clocks.sweep(at=cast.at + timedelta(days=30), audience=told(cast)) == 0
    with pytest.raises(Refused):
        clocks.pause(TRIAL, "lead:1", at=cast.at, reason="again", by=cast.designer)
    resumed = clocks.resume(TRIAL, "lead:1", at=cast.at + timedelta(days=13), by=cast.designer)
    assert resumed.due_at == cast.at + timedelta(days=17)


def test_an_agreed_date_replaces_the_computed_one(cast, running):
    clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=12), by=cast.designer, at=cast.at)

    assert clocks.sweep(at=cast.at + timedelta(days=9), audience=told(cast)) == 0
    assert Deadline.objects.get().agreed


def test_a_date_agreed_after_the_breach_is_promised_and_warned_of_anew_and_the_breach_stays(cast, running):
    """R007: what was missed before is a fact of its own row; whoever agrees on another date erases nothing."""
    clocks.sweep(at=cast.at + timedelta(days=8), audience=told(cast))
    Notice.objects.update(read_at=cast.at + timedelta(days=8))
    clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=20), by=cast.designer, at=cast.at + timedelta(days=9))
    missed = Deadline.objects.get(pk=running.pk)
    assert (missed.breached_at, missed.stopped_at, missed.cancelled) == (missed.due_at, cast.at + timedelta(days=9), False)

    clocks.sweep(at=cast.at + timedelta(days=18), audience=told(cast))

    again = Notice.objects.filter(read_at__isnull=True)
    assert [(row.level, row.at) for row in again] == [(1, cast.at + timedelta(days=18))]
    kept = clocks.stop(TRIAL, "lead:1", at=cast.at + timedelta(days=19))
    assert kept is not None and (kept.pk != missed.pk, kept.agreed, kept.breached_at) == (True, True, None)


def test_unswept_or_swept_a_breach_is_no_less_a_fact_for_an_agreement(cast, running):
    clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=20), by=cast.designer, at=running.due_at + timedelta(minutes=1))
    assert Deadline.objects.get(pk=running.pk).breached_at == running.due_at


def test_no_promise_reaches_further_than_ten_years(cast, running):
    with pytest.raises(Refused, match="too far ahead"):
        clocks.agree(TRIAL, "lead:1", due_at=cast.at + clocks.FURTHEST + timedelta(seconds=1), by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="too far ahead"):
        clocks.start(
            TRIAL, dossier=running.dossier, key="lead:2", owner=None, at=cast.at, due_at=cast.at + clocks.FURTHEST + timedelta(seconds=1)
        )
    clocks.not_too_far(date(2027, 1, 1), at=datetime(2026, 1, 1, 0, 0, tzinfo=SHANGHAI), most=timedelta(days=365))
    with pytest.raises(Refused, match="too far ahead"):
        clocks.not_too_far(date(2027, 1, 2), at=datetime(2026, 1, 1, 23, 59, tzinfo=SHANGHAI), most=timedelta(days=365))


def test_a_date_that_has_passed_when_it_is_agreed_on_mends_nothing(cast, running):
    made = clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=8), by=cast.designer, at=cast.at + timedelta(days=9))
    assert (made.pk, made.breached_at, made.stopped_at, Deadline.objects.count()) == (running.pk, running.due_at, None, 1)


def test_agreed_in_time_and_noted_after_the_sweep_nothing_was_missed(cast, running):
    clocks.sweep(at=cast.at + timedelta(days=8), audience=told(cast))
    made = clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=20), by=cast.designer, at=cast.at + timedelta(days=1))
    assert (made.pk, made.breached_at, Deadline.objects.count()) == (running.pk, None, 1)


def test_a_held_clock_that_was_broken_before_stays_held_under_its_new_date(cast, running):
    clocks.pause(TRIAL, "lead:1", at=running.due_at + timedelta(days=1), reason="停工", by=cast.designer)
    made = clocks.agree(TRIAL, "lead:1", due_at=cast.at + timedelta(days=30), by=cast.designer, at=cast.at + timedelta(days=10))
    resumed = clocks.resume(TRIAL, "lead:1", at=cast.at + timedelta(days=12), by=cast.designer)
    assert (resumed.pk, resumed.due_at) == (made.pk, cast.at + timedelta(days=32))
    assert Deadline.objects.get(pk=running.pk).breached_at == running.due_at


def test_what_is_settled_or_begun_anew_while_its_file_rests_is_not_left(cast, running):
    for key in ("lead:2", "lead:3", "lead:4"):
        clocks.start(TRIAL, dossier=running.dossier, key=key, owner=cast.designer, at=cast.at)
    clocks.cancel_all(running.dossier, at=cast.at + timedelta(days=1))

    for _again in range(2):
        assert clocks.stop(TRIAL, "lead:1", at=cast.at + timedelta(days=2)) is None
        assert clocks.cancel(TRIAL, "lead:2", at=cast.at + timedelta(days=3)) is None
    clocks.start(TRIAL, dossier=running.dossier, key="lead:3", owner=cast.designer, at=cast.at + timedelta(days=4))

    assert [row.key for row in clocks.left(running.dossier, at=cast.at + timedelta(days=1))] == ["lead:4"]
    assert Deadline.objects.count() == 4 + 2 + 1


def test_a_poisoned_row_does_not_stop_the_sweep(cast, running):
    other = started(TRIAL, dossier=running.dossier, key="lead:2", owner=cast.designer, at=cast.at)
    Deadline.objects.filter(pk=running.pk).update(clock="core.unknown")

    assert clocks.sweep(at=cast.at + timedelta(days=8), audience=told(cast)) == 1
    other.refresh_from_db()
    assert other.level == 2


def test_working_days_skip_the_spring_festival_and_count_days_in_lieu():
    fill_year(2026)
    friday = datetime(2026, 2, 13, 10, tzinfo=SHANGHAI)

    assert is_working_day(datetime(2026, 2, 14).date())  # 调休, a Saturday
    assert not is_working_day(datetime(2026, 2, 17).date())  # 春节
    assert add_working_days(friday, 2) == datetime(2026, 2, 24, 10, tzinfo=SHANGHAI)


def test_a_working_day_clock_over_the_spring_festival(cast):
    fill_year(2026)
    dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=cast.at)
    start = datetime(2026, 2, 12, 15, tzinfo=SHANGHAI)

    row = started(OFFICE, dossier=dossier, key="x:1", owner=cast.designer, at=start)

    assert row.due_at == datetime(2026, 2, 26, 15, tzinfo=SHANGHAI)


def test_spans():
    moment = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)

    assert Hours(24).after(moment) == Days(1).after(moment)


SHANGHAI_DAY = {"hour": 9, "minute": 40, "tzinfo": SHANGHAI}


def holiday_clock(cast, due):
    """A clock whose reminder falls two days before `due`."""
    fill_year(2026)
    dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=cast.at)
    return started(TRIAL, dossier=dossier, key="lead:1", owner=cast.designer, at=datetime(2026, 2, 10, **SHANGHAI_DAY), due_at=due)


def test_a_reminder_that_falls_into_the_spring_festival_is_given_on_the_last_working_day_before(cast):
    """14 February 2026 is a Saturday worked in lieu; 15 to 23 February are days off."""
    row = holiday_clock(cast, datetime(2026, 2, 20, **SHANGHAI_DAY))

    assert clocks.sweep(at=datetime(2026, 2, 13, 18, 0, tzinfo=SHANGHAI), audience=told(cast)) == 0
    assert clocks.sweep(at=datetime(2026, 2, 14, 8, 0, tzinfo=SHANGHAI), audience=told(cast)) == 1
    assert clocks.sweep(at=datetime(2026, 2, 14, 9, 0, tzinfo=SHANGHAI), audience=told(cast)) == 0
    notice = Notice.objects.get()
    assert (notice.level, notice.user, notice.at) == (1, cast.designer, datetime(2026, 2, 14, 8, 0, tzinfo=SHANGHAI))

    row.refresh_from_db()
    assert (row.level, row.breached_at) == (1, None)
    clocks.sweep(at=datetime(2026, 2, 20, 9, 41, tzinfo=SHANGHAI), audience=told(cast))
    assert sorted(Notice.objects.values_list("level", flat=True)) == [1, 2, 2]


def test_what_is_due_in_the_holiday_is_due_there_and_not_before(cast):
    """Only reminders move; the promise runs on calendar days (decision 9)."""
    row = holiday_clock(cast, datetime(2026, 2, 15, **SHANGHAI_DAY))
    clocks.sweep(at=datetime(2026, 2, 13, 9, 41, tzinfo=SHANGHAI), audience=told(cast))

    assert clocks.sweep(at=datetime(2026, 2, 14, 20, 0, tzinfo=SHANGHAI), audience=told(cast)) == 0
    row.refresh_from_db()
    assert row.breached_at is None
    assert clocks.sweep(at=datetime(2026, 2, 15, 9, 40, tzinfo=SHANGHAI), audience=told(cast)) == 1


def test_a_reminder_on_a_working_day_keeps_its_moment(cast):
    holiday_clock(cast, datetime(2026, 2, 14, **SHANGHAI_DAY))

    assert clocks.sweep(at=datetime(2026, 2, 12, 9, 39, tzinfo=SHANGHAI), audience=told(cast)) == 0
    assert clocks.sweep(at=datetime(2026, 2, 12, 9, 40, tzinfo=SHANGHAI), audience=told(cast)) == 1


def test_an_evening_is_the_houses_whoever_asks_from_wherever():
    assert evening(date(2026, 11, 26)) == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert evening(date(2026, 11, 26), 20) == datetime(2026, 11, 26, 12, tzinfo=UTC)
