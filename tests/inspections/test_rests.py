"""Declared stops of work and the patrol clock: it stands still while nobody works, told in time or late, and goes on moved by the days (Q50)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.calendar import begins
from core.models import Deadline
from core.refusals import Refused
from inspections import services
from inspections.models import Rectification, SupervisionFact
from inspections.services.order import follow as site_order
from projects import services as projects
from projects.services import rests
from tests.factories import days
from tests.factories import inspections as site
from tests.factories import site_order as life

DAY = timedelta(days=1)


def patrol(project: Any) -> Deadline:
    return Deadline.objects.get(clock="inspections.patrol", dossier=project.dossier, stopped_at__isnull=True)


@pytest.fixture
def clocked(working: Any, cast: Any) -> Any:
    services.follow(working.dossier, at=cast.at)
    return working


def test_r040_an_open_stop_holds_the_patrol_from_its_first_morning(clocked: Any, cast: Any) -> None:
    stop = days.stopped(clocked, 2, None, people=cast, at=cast.days(2))
    services.follow(clocked.dossier, at=cast.days(2))

    row = patrol(clocked)
    assert (row.paused_at, row.pause_reason) == (begins(stop.from_on), "连续大雨")
    services.follow(clocked.dossier, at=cast.days(9))
    assert not SupervisionFact.objects.filter(project=clocked).exists()


@pytest.mark.parametrize("late", [False, True], ids=["told in time", "told when it was over"])
def test_r040_after_the_stop_the_five_days_go_on_moved_by_its_days(clocked: Any, cast: Any, late: bool) -> None:
    if late:
        days.stopped(clocked, 2, 4, people=cast, at=cast.days(6))
    else:
        stop = days.stopped(clocked, 2, None, people=cast, at=cast.days(2))
        services.follow(clocked.dossier, at=cast.days(2))
        projects.end_stop(stop, until_on=cast.days(4).date(), by=cast.project_manager, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(6))
    services.follow(clocked.dossier, at=cast.days(6))

    row = patrol(clocked)
    assert (row.due_at, row.paused_at, row.pauses.count()) == (cast.days(5) + 3 * DAY, None, 1)
    site.patrolled(clocked, people=cast, at=cast.days(8))
    row.refresh_from_db()
    assert row.breached_at is None


def test_r040_a_stop_within_a_pause_counts_its_hours_once(clocked: Any, cast: Any) -> None:
    projects.pause(clocked, reason="业主要求停工", by=cast.engineering_manager, at=cast.days(1))
    services.follow(clocked.dossier, at=cast.days(1))
    projects.resume(clocked, by=cast.engineering_manager, at=cast.days(3))
    services.follow(clocked.dossier, at=cast.days(3))

    assert patrol(clocked).due_at == cast.days(7)
    joined = rests.joined([rests.Rest(cast.days(1), cast.days(3), "a", None), rests.Rest(cast.days(2), cast.days(5), "b", None)])
    assert [(rest.since, rest.until) for rest in joined] == [(cast.days(1), cast.days(5))]


def test_a_stop_before_the_clock_began_moves_nothing(clocked: Any, cast: Any) -> None:
    days.stopped(clocked, 1, 2, people=cast, at=cast.days(2))
    site.patrolled(clocked, people=cast, at=cast.days(4))
    services.follow(clocked.dossier, at=cast.days(5))

    assert patrol(clocked).due_at == cast.days(9)


def diary(project: Any) -> Deadline:
    return Deadline.objects.get(clock="inspections.diary", dossier=project.dossier, stopped_at__isnull=True)


def test_the_diary_stands_still_for_a_declared_stop_and_goes_on_moved_by_its_days(clocked: Any, cast: Any) -> None:
    """I19: nobody is there to write the day down; the page that was due before the stop stays due."""
    life.written(clocked, people=cast, at=cast.days(1))
    due = diary(clocked).due_at
    stop = days.stopped(clocked, 2, None, people=cast, at=cast.days(2))
    services.follow(clocked.dossier, at=cast.days(2))
    assert (diary(clocked).paused_at, diary(clocked).pause_reason) == (begins(stop.from_on), "连续大雨")

    projects.end_stop(stop, until_on=cast.days(4).date(), by=cast.project_manager, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(5))

    assert (diary(clocked).paused_at, diary(clocked).due_at, diary(clocked).pauses.count()) == (None, due + 3 * DAY, 1)


@pytest.mark.parametrize("clock", ["diary", "patrol"])
def test_a_clock_that_begins_within_a_stop_told_ahead_stands_still_too(clocked: Any, cast: Any, clock: str) -> None:
    """Told on day 1 for days 2 to 4: what is written or looked at on day 3 is promised anew, and nobody is there on day 4."""
    days.stopped(clocked, 2, 4, people=cast, at=cast.days(1))
    if clock == "diary":
        life.written(clocked, people=cast, at=cast.days(3))
    else:
        site.patrolled(clocked, people=cast, at=cast.days(3))
    services.follow(clocked.dossier, at=cast.days(3) + timedelta(minutes=5))

    row = {"diary": diary, "patrol": patrol}[clock](clocked)
    assert row.paused_at == row.started_at == cast.days(3)


def test_a_pause_of_the_site_ends_the_diary_without_holding_it_first(clocked: Any, cast: Any) -> None:
    life.written(clocked, people=cast, at=cast.days(1))
    row = diary(clocked)
    projects.pause(clocked, reason="业主要求停工", by=cast.engineering_manager, at=cast.days(1))
    services.follow(clocked.dossier, at=cast.days(1))
    site_order(clocked.dossier, at=cast.days(1))

    row.refresh_from_db()
    assert (row.cancelled, row.pauses.count()) == (True, 0)


def test_q58_the_faults_of_a_cancelled_site_rest_and_their_clocks_run_again_when_it_is_taken_up(working: Any, cast: Any) -> None:
    check = site.failed(working, "C2", people=cast, at=cast.at, failing=("C2-01",))
    fault = Rectification.objects.get(finding__quality_check=check)
    projects.cancel(working, reason="协议解除", by=cast.engineering_manager, at=cast.days(1))

    with pytest.raises(Refused, match="cancelled"):
        site.answered(fault, people=cast, at=cast.days(1))

    projects.reopen(working, reason="继续", by=cast.engineering_manager, at=cast.days(2))
    site.answered(fault, people=cast, at=cast.days(2))
    running = Deadline.objects.filter(dossier=working.dossier, stopped_at__isnull=True, clock__in=("inspections.rectification", "inspections.recheck"))
    assert [row.clock for row in running] == ["inspections.recheck"]


def test_r040_the_patrol_runs_on_through_a_day_of_a_stop_that_was_struck_and_through_a_stop_that_never_was(clocked: Any, cast: Any) -> None:
    """Who declares a stop on which people work all the same does not hold the clock with it."""
    days.stopped(clocked, 2, 4, people=cast, at=cast.days(4))
    services.follow(clocked.dossier, at=cast.days(4))
    assert patrol(clocked).paused_at == begins(cast.days(2).date())

    told = {"reason": "当天有人施工", "by": cast.site_supervisor}
    last = clocked.lost_days.latest("on")
    projects.strike_lost_day(last, **told, at=cast.days(4))
    services.follow(clocked.dossier, at=cast.days(4))
    assert (patrol(clocked).paused_at, patrol(clocked).due_at) == (None, cast.days(5) + 2 * DAY)  # the two days that stand

    days.stopped(clocked, 5, 6, people=cast, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(5))
    for day in clocked.lost_days.filter(on__gte=cast.days(5).date()):
        projects.strike_lost_day(day, **told, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(5))
    services.follow(clocked.dossier, at=cast.days(5))
    assert clocked.lost_days.filter(struck_at__isnull=False).count() == 2
    row = patrol(clocked)
    assert (row.paused_at, row.due_at) == (None, cast.days(5) + 2 * DAY)
