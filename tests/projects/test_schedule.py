"""The schedule: drawn from the template by size, moved with what depends on it, begun and finished; P20."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import clocks
from core.models import CalendarDay
from core.refusals import Refused
from projects import deadlines, plans, services
from projects.choices_preparation import Rhythm
from projects.models import SchedulePhase
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(working=road.working_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "working").seen_at(cast.at)


def drawn(cast, project, **more):
    return services.draw_schedule(project, **more, by=cast.project_manager, at=cast.at)


def phases(schedule) -> dict[str, SchedulePhase]:
    return {row.code: row for row in schedule.phases.all()}


def moved(cast, phase, **more):
    told = {"start": phase.planned_start, "reason": "瓷砖晚到"} | more
    return services.move_phase(phase, **told, by=cast.project_manager, at=cast.at)


@pytest.mark.parametrize(
    ("area", "band"),
    [("60", "S"), ("60.01", "M"), ("90", "M"), ("90.01", "L"), ("120", "L"), ("160", "XL"), ("200", "XXL"), ("200.01", "V"), (None, "L")],
)
def test_the_template_is_chosen_by_size(area, band):
    assert plans.band_of(Decimal(area) if area else None).code == band


def test_p19_every_phase_begins_after_what_it_depends_on(cast, project):
    rows = phases(drawn(cast, project))
    assert list(rows) == list(plans.phases())
    for row in rows.values():
        assert all(rows[code].planned_end < row.planned_start for code in row.after)
        assert (row.first_start, row.first_end) == (row.planned_start, row.planned_end)
    assert {row.key_date for row in rows.values()} - {""} == {"水电路改造", "木器封口", "瓷砖粘贴", "吊顶龙骨制作"}  # 000:L12


@pytest.mark.parametrize(("rhythm", "end"), [(Rhythm.DAILY, date(2026, 3, 6)), (Rhythm.WORKDAYS, date(2026, 3, 9))])
def test_public_holidays_are_no_days_of_work_and_week_ends_only_where_agreed(db, rhythm, end):
    """Five days from Monday 2 March 2026; the Thursday is a holiday … and the Saturday and Sunday count as agreed."""
    CalendarDay.objects.update_or_create(day=date(2026, 3, 5), defaults={"working": False, "name": "试"})
    days = plans.SiteDays(rhythm, date(2026, 3, 1))
    start = date(2026, 3, 2)
    assert days.end(start, 4) == date(2026, 3, 6)
    assert days.end(start, 5) == (date(2026, 3, 7) if rhythm == Rhythm.DAILY else end)


def test_moving_a_phase_moves_what_depends_on_it_and_says_why(cast, project):
    before = phases(drawn(cast, project))
    tiles = before["PH-11"]
    moves = moved(cast, tiles, days=tiles.days + 5)

    after = phases(project.schedule)
    assert {move.phase.code for move in moves} == {"PH-11", "PH-12", "PH-13", "PH-14", "PH-15", "PH-16", "PH-17"}
    assert after["PH-10"].planned_end == before["PH-10"].planned_end  # what came before stays
    assert after["PH-12"].planned_start > before["PH-12"].planned_start
    assert after["PH-12"].first_start == before["PH-12"].planned_start  # the first plan is kept
    assert next(move for move in moves if move.phase.code == "PH-12").because_of.code == "PH-11"
    assert all(after[code].planned_end < row.planned_start for row in after.values() for code in row.after)


def test_a_phase_is_not_planned_before_what_it_depends_on(cast, project):
    rows = phases(drawn(cast, project))
    with pytest.raises(Refused, match="depends on"):
        moved(cast, rows["PH-11"], start=rows["PH-10"].planned_end)


@pytest.mark.parametrize("days", [0, 201])
def test_a_phase_takes_one_to_two_hundred_days(cast, project, days):
    rows = phases(drawn(cast, project))
    if days == 0:
        assert moved(cast, rows["PH-17"], days=1, start=rows["PH-17"].planned_start + timedelta(days=3))  # one is enough
        return
    with pytest.raises(Refused, match="1 to 200"):
        moved(cast, rows["PH-17"], days=days)


def started(cast, phase, days=0):
    return services.start_phase(phase, on=(cast.at + timedelta(days=days)).date(), by=cast.foreman, at=cast.at + timedelta(days=days))


def finished(cast, phase, days=0):
    return services.finish_phase(phase, on=(cast.at + timedelta(days=days)).date(), by=cast.foreman, at=cast.at + timedelta(days=days))


def test_a_phase_begins_when_what_it_depends_on_is_finished(cast, project):
    rows = phases(drawn(cast, project, starts_on=cast.at.date()))
    with pytest.raises(Refused) as refused:
        started(cast, rows["PH-06"])
    assert len(refused.value.missing) == 1
    finished(cast, started(cast, rows["PH-05"]))
    assert started(cast, rows["PH-06"], days=1).started_on


def test_a_phase_that_ends_late_pushes_the_next_and_stops_its_clock(cast, project):
    before = phases(drawn(cast, project, starts_on=cast.at.date()))
    row = started(cast, before["PH-05"])
    key = f"{project.ref}/{row.pk}"
    assert clocks.is_open(deadlines.PHASE_END, key)
    finished(cast, row, days=4)

    after = phases(project.schedule)
    assert after["PH-06"].planned_start > before["PH-06"].planned_start
    assert after["PH-05"].planned_end == (cast.at + timedelta(days=4)).date()
    assert not clocks.is_open(deadlines.PHASE_END, key)


def test_a_phase_that_has_begun_keeps_its_first_day(cast, project):
    row = started(cast, phases(drawn(cast, project, starts_on=cast.at.date()))["PH-05"])
    with pytest.raises(Refused, match="only its length"):
        moved(cast, row, start=row.planned_start + timedelta(days=1))
    assert moved(cast, row, days=3)


def test_the_schedule_is_drawn_once(cast, project):
    drawn(cast, project)
    with pytest.raises(Refused, match="drawn already"):
        drawn(cast, project)


def test_p20_the_customer_gets_the_key_dates_and_a_later_one_replaces_the_earlier(cast, project):
    drawn(cast, project)
    first = services.issue_schedule(project, by=cast.project_manager, at=cast.at)
    told = json.loads(first.content)["c"]
    assert [line["key"] for line in told["key_dates"]] == ["水电路改造", "瓷砖粘贴", "吊顶龙骨制作", "木器封口"]
    second = services.issue_schedule(project, by=cast.project_manager, at=cast.at)
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "issued")


def test_the_database_itself_keeps_the_order_of_the_phases(cast, project):
    rows = phases(drawn(cast, project))
    early, late = rows["PH-06"], rows["PH-07"]
    for sql in (
        f"UPDATE projects_schedulephase SET started_on = '2026-11-24' WHERE id = {late.pk}",
        f"UPDATE projects_schedulephase SET planned_start = '{early.planned_end}', planned_end = '{early.planned_end}' WHERE id = {late.pk}",
        f"UPDATE projects_schedulephase SET first_start = '2020-01-01' WHERE id = {late.pk}",
        f"UPDATE projects_schedulephase SET finished_on = '2026-11-24' WHERE id = {late.pk}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_bars_show_planned_and_real_on_one_measure_with_the_same_queries(cast, project, django_assert_max_num_queries):
    rows = phases(drawn(cast, project, starts_on=cast.at.date()))
    started(cast, rows["PH-05"])
    client = cast.client(cast.foreman)
    client.get(f"/projects/{project.ref}/schedule/")
    with django_assert_max_num_queries(16):
        page = client.get(f"/projects/{project.ref}/schedule/").content.decode()
    assert page.count('class="gantt-bar"') == 13
    assert "style=" not in page.split("<main", 1)[1]
