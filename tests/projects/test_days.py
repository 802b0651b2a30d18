"""Lost days and stopped work: one owner a day, counted once, the company's never move the completion (P26, G15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core import clocks
from core.models import Deadline
from core.refusals import Refused
from projects import deadlines, deadlines_days, services
from projects.choices_days import MOVES, OWNER_OF, DayOwner, DelayReason
from projects.models import LostDay, StopWork
from tests.factories import days as told
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(working=road.working_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def working(standing, cast):
    return site(standing, "working")


@pytest.mark.parametrize("reason", DelayReason.values)
def test_a_lost_day_has_exactly_the_owner_of_its_reason(cast, working, reason):
    owners = OWNER_OF[reason]
    for owner in DayOwner:
        with transaction.atomic():
            if owner in owners:
                assert told.lost(working, 1, people=cast, at=cast.days(3), reason=reason, owner=owner).owner == owner
            else:
                with pytest.raises(Refused, match="Say whose day it is"):
                    told.lost(working, 1, people=cast, at=cast.days(3), reason=reason, owner=owner)
            transaction.set_rollback(True)


def test_a_day_is_counted_once_and_never_before_the_works_or_in_the_future(cast, working):
    told.lost(working, 1, people=cast, at=cast.days(3), reason="weather")
    with pytest.raises(Refused, match="This day is counted already; it is the day of: Weather"):
        told.lost(working, 1, people=cast, at=cast.days(3), reason="company_crew")
    with pytest.raises(Refused, match="No day is lost before the works begin"):
        told.lost(working, -1, people=cast, at=cast.days(3), reason="weather")
    with pytest.raises(Refused, match="lies in the future"):
        told.lost(working, 4, people=cast, at=cast.days(3), reason="weather")
    with pytest.raises(Refused, match="has its evidence"):
        services.note_lost_day(
            working, on=cast.days(2).date(), reason="weather", says="大雨", evidence=None, by=cast.project_manager, at=cast.days(3)
        )


def test_a_wrong_day_is_struck_by_a_second_person_and_counted_anew(cast, working):
    day = told.lost(working, 1, people=cast, at=cast.days(2), reason="weather")
    with pytest.raises(Refused, match="struck by a second person"):
        services.strike_lost_day(day, reason="当天照常施工", by=cast.project_manager, at=cast.days(2))
    services.strike_lost_day(day, reason="材料没到，不是下雨", by=cast.engineering_manager, at=cast.days(2))

    again = told.lost(working, 1, people=cast, at=cast.days(3), reason="company_material")
    assert [(d.owner, d.struck_at is None) for d in working.lost_days.order_by("id")] == [("weather", False), ("company", True)]
    assert again.moves is False
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        LostDay.objects.filter(pk=day.pk).update(struck_because="别的理由")


def test_three_days_of_rain_are_three_days_and_hold_the_phases_but_not_the_completion(cast, working):
    told.phase_running(working, people=cast, at=cast.days(1))
    due, phase = working.due_on, Deadline.objects.get(clock=deadlines.PHASE_END.id, dossier=working.dossier, stopped_at=None)
    completion = Deadline.objects.get(clock=deadlines.COMPLETION.id, key=working.ref, stopped_at=None).due_at

    stop = services.declare_stop(
        working, from_on=cast.days(2).date(), reason="weather", says="连续大雨，外墙和阳台无法施工",
        evidence=told.photo(working, by=cast.project_manager, at=cast.days(2)), by=cast.project_manager, at=cast.days(2),
    )  # fmt: skip
    phase.refresh_from_db()
    assert (phase.paused_at is not None, phase.pause_reason) == (True, "连续大雨，外墙和阳台无法施工")
    services.follow(working.dossier, at=cast.days(4))
    assert list(stop.days.values_list("on", flat=True)) == [cast.days(2).date(), cast.days(3).date()]
    assert services.follow(working.dossier, at=cast.days(4)) == 0

    services.end_stop(stop, until_on=cast.days(4).date(), by=cast.project_manager, at=cast.days(4))
    services.follow(working.dossier, at=cast.days(5))
    road.refreshed(working)
    moved, before = Deadline.objects.get(pk=phase.pk), phase.due_at
    assert (stop.days.count(), working.due_on) == (3, due)
    assert (moved.paused_at, moved.due_at - before) == (None, timedelta(days=3))
    assert Deadline.objects.get(clock=deadlines.COMPLETION.id, key=working.ref, stopped_at=None).due_at == completion


def test_a_stop_that_is_told_when_it_is_over_moves_the_phases_by_its_days_once(cast, working):
    told.phase_running(working, people=cast, at=cast.days(1))
    phase = Deadline.objects.get(clock=deadlines.PHASE_END.id, dossier=working.dossier, stopped_at=None)
    told.stopped(working, 2, 4, people=cast, at=cast.days(6))
    services.follow(working.dossier, at=cast.days(7))
    moved = Deadline.objects.get(pk=phase.pk)
    assert (moved.due_at - phase.due_at, moved.paused_at, moved.pauses.count()) == (timedelta(days=3), None, 1)


def test_a_stop_that_outlasts_a_pause_of_the_site_holds_the_phases_once(cast, working):
    told.phase_running(working, people=cast, at=cast.days(1))
    due = Deadline.objects.get(clock=deadlines.PHASE_END.id, dossier=working.dossier, stopped_at=None).due_at
    stop = told.stopped(working, 2, None, people=cast, at=cast.days(2))
    services.pause(working, reason="业主出差", by=cast.engineering_manager, at=cast.days(3))
    services.resume(working, by=cast.engineering_manager, at=cast.days(5))
    services.follow(working.dossier, at=cast.days(5))
    services.end_stop(stop, until_on=cast.days(6).date(), by=cast.project_manager, at=cast.days(6))
    services.follow(working.dossier, at=cast.days(7))
    row = Deadline.objects.get(clock=deadlines.PHASE_END.id, dossier=working.dossier, stopped_at=None)
    assert (row.due_at - due, row.paused_at) == (timedelta(days=5), None)


def test_a_phase_that_was_late_when_the_site_was_paused_is_not_set_running_by_a_stop(cast, working):
    told.phase_running(working, people=cast, at=cast.days(1))
    row = Deadline.objects.get(clock=deadlines.PHASE_END.id, dossier=working.dossier, stopped_at=None)
    late = (row.due_at - cast.at).days + 2
    services.pause(working, reason="业主要求停工", by=cast.engineering_manager, at=cast.days(late))
    told.stopped(working, late, late + 1, people=cast, at=cast.days(late + 1))
    services.follow(working.dossier, at=cast.days(late + 2))
    row.refresh_from_db()
    assert row.paused_at == cast.days(late)


def test_stops_do_not_overlap_and_an_ended_one_is_frozen(cast, working):
    stop = told.stopped(working, 1, 3, people=cast, at=cast.days(4))
    for first, last in ((3, 5), (1, 1), (2, None)):
        with pytest.raises(Refused, match="Work stands still already"):
            told.stopped(working, first, last, people=cast, at=cast.days(5))
    told.stopped(working, 4, None, people=cast, at=cast.days(5))
    with pytest.raises(Refused, match="has ended already"):
        services.end_stop(stop, until_on=cast.days(3).date(), by=cast.project_manager, at=cast.days(5))
    with pytest.raises(DatabaseError, match="projects_stopwork_no_overlap"), transaction.atomic():
        values = {f.attname: getattr(stop, f.attname) for f in StopWork._meta.concrete_fields if f.attname not in ("id", "recorded_at")}
        StopWork.objects.create(**values | {"from_on": cast.days(3).date(), "until_on": cast.days(3).date()})
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        StopWork.objects.filter(pk=stop.pk).update(until_on=cast.days(9).date())


def test_a_stop_with_a_planned_end_goes_on_earlier_and_never_later(cast, working):
    with pytest.raises(Refused, match="at most 90 days ahead"):
        told.stopped(working, 1, 730, people=cast, at=cast.days(1))
    stop = told.stopped(working, 1, 20, people=cast, at=cast.days(1))
    services.follow(working.dossier, at=cast.days(3))
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        StopWork.objects.filter(pk=stop.pk).update(until_on=cast.days(30).date())

    ended = services.end_stop(stop, until_on=cast.days(3).date(), by=cast.project_manager, at=cast.days(3))
    services.follow(working.dossier, at=cast.days(6))
    assert (ended.until_on, ended.ended_at, stop.days.count()) == (cast.days(3).date(), cast.days(3), 3)
    with pytest.raises(Refused, match="has ended already"):
        services.end_stop(stop, until_on=cast.days(2).date(), by=cast.project_manager, at=cast.days(6))


def test_only_days_that_move_the_completion_start_the_clock_of_three_days(cast, working):
    assert MOVES == (DayOwner.CUSTOMER, DayOwner.WEATHER, DayOwner.PROPERTY_OFFICE)
    told.lost(working, 1, people=cast, at=cast.days(1), reason="company_crew")
    told.lost(working, 2, people=cast, at=cast.days(2), reason="supplier")
    assert not clocks.is_open(deadlines_days.DAYS_TOLD, working.ref)
    day = told.lost(working, 3, people=cast, at=cast.days(3), reason="weather")
    row = Deadline.objects.get(clock=deadlines_days.DAYS_TOLD.id, key=working.ref)
    assert (row.due_at, row.owner) == (cast.days(6), cast.project_manager)
    services.strike_lost_day(day, reason="雨停得早，照常施工", by=cast.engineering_manager, at=cast.days(4))
    assert not clocks.is_open(deadlines_days.DAYS_TOLD, working.ref)


def test_the_database_knows_one_owner_a_day_whatever_is_written(cast, working):
    day = told.lost(working, 1, people=cast, at=cast.days(2), reason="weather")
    values = {f.attname: getattr(day, f.attname) for f in LostDay._meta.concrete_fields if f.attname not in ("id", "recorded_at")}
    with pytest.raises(DatabaseError, match="projects_lostday_one_owner"), transaction.atomic():
        LostDay.objects.create(**values | {"owner": "company", "reason": "rework"})
    with pytest.raises(DatabaseError, match="projects_lostday_reason"), transaction.atomic():
        LostDay.objects.create(**values | {"on": cast.days(2).date(), "owner": "company"})
    with pytest.raises(DatabaseError, match="in its period"), transaction.atomic():
        stop = told.stopped(working, 3, 4, people=cast, at=cast.days(5))
        LostDay.objects.create(**values | {"on": cast.days(9).date(), "stop_id": stop.pk})
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        LostDay.objects.filter(pk=day.pk).update(owner="company", reason="rework")
