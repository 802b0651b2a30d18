"""The worker looks only where something is new, and misses nothing (decision 28)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core import clocks
from core.models import Deadline
from projects import deadlines, deadlines_days, services
from projects.models import Followed
from tests.factories import days as of_days
from tests.factories import projects as road
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(contracted=road.contracted_project, working=road.working_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


def test_what_is_recorded_between_two_minutes_is_followed_by_the_second(standing, cast):
    project, at = site(standing, "working"), cast.days(1)
    change = road.issued_change(project, people=cast, at=at)
    services.follow(at=at)
    assert clocks.is_open(deadlines.CHANGE_PRICING, f"{project.ref}/{change.seq}") and services.follow(at=at) == 0

    sign_all(change.paper, by=cast.project_manager, at=at)
    services.follow(at=at + timedelta(minutes=1))

    assert not clocks.is_open(deadlines.CHANGE_PRICING, f"{project.ref}/{change.seq}")


def test_a_new_day_is_looked_at_though_nothing_was_recorded(standing, cast):
    project = site(standing, "working")
    of_days.stopped(project, 1, None, people=cast, at=cast.days(1))
    services.follow(at=cast.days(2))
    known = project.lost_days.count()
    assert services.follow(at=cast.days(2)) == 0

    services.follow(at=cast.days(3))

    assert project.lost_days.count() == known + 1


def test_a_reminder_comes_back_in_its_hour_within_the_day(standing, cast):
    """P27: a week after the last reminder, to the minute, not at the next midnight."""
    project, day = site(standing, "contracted"), cast.days(60)
    services.follow(at=day)
    row = next(row for row in project.money.instalments if row.is_late(project.seen_at(day).on))
    services.issue_reminder(project, seq=row.seq, by=cast.site_supervisor, at=day)
    services.follow(at=day + timedelta(minutes=1))
    key = f"{project.ref}/{row.seq}/reminder"
    week = day + timedelta(days=7)
    services.follow(at=week - timedelta(minutes=2))
    assert not Deadline.objects.filter(clock=deadlines_days.PAYMENT_REMINDER.id, key=key, stopped_at__isnull=True).exists()

    services.follow(at=week)

    assert Deadline.objects.get(clock=deadlines_days.PAYMENT_REMINDER.id, key=key, stopped_at__isnull=True).started_at == week


def test_nobody_says_that_a_site_was_looked_at_further_than_was_recorded(standing, cast):
    project = site(standing, "working")
    services.follow(at=cast.days(1))
    with pytest.raises(DatabaseError, match="not further"), transaction.atomic():
        Followed.objects.filter(project=project).update(seq=10**6)
