"""工期延长手续: told, agreed, signed by both; then the completion moves and the permit is looked at (G15, P26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core import clocks
from core.models import Deadline
from core.refusals import Refused
from projects import deadlines, deadlines_days, services
from projects.models import LostDay, ScheduleExtension
from projects.services.property import extension_gap, follow_property
from tests.factories import days as told
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites


def rained(cast, **more):
    """A site with three days of rain and one day of the company's own."""
    project = road.working_project(cast, **more)
    told.stopped(project, 1, 3, people=cast, at=cast.days(4))
    told.lost(project, 4, people=cast, at=cast.days(4), reason="company_crew")
    return project


standing = sites(rained=rained)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def rained_on(standing, cast):
    return site(standing, "rained")


def test_g15_no_extension_without_negotiation_by_both_sides(cast, rained_on):
    days = list(rained_on.lost_days.filter(owner="weather"))
    with pytest.raises(Refused, match="2 missing") as refusal:
        services.issue_extension(rained_on, days=days, agreed=3, situation="连续大雨", told_on=None, talks=" ", by=cast.project_manager, at=cast.days(5))
    assert {gap.gate for gap in refusal.value.missing} == {"G15"}
    with pytest.raises(DatabaseError, match="projects_extension_negotiated"), transaction.atomic():
        made = told.extension(rained_on, people=cast, at=cast.days(5))
        values = {f.attname: getattr(made, f.attname) for f in ScheduleExtension._meta.concrete_fields if f.attname not in ("id", "recorded_at")}
        ScheduleExtension.objects.create(**values | {"seq": 9, "talks": "", "paper_id": rained_on.contract.paper_id})


def test_the_companys_days_never_move_the_completion(cast, rained_on):
    own = rained_on.lost_days.get(owner="company")
    with pytest.raises(Refused, match="company and its suppliers do not move"):
        told.extension(rained_on, people=cast, at=cast.days(5), days=[own], agreed=1)
    made = told.extension(rained_on, people=cast, at=cast.days(5))
    with pytest.raises(DatabaseError, match="projects_lostday_moves"), transaction.atomic():
        LostDay.objects.filter(pk=own.pk).update(extension=made)


@pytest.mark.parametrize(("agreed", "allowed"), [(0, False), (1, True), (3, True), (4, False)])
def test_at_most_as_many_days_as_were_lost(cast, rained_on, agreed, allowed):
    if allowed:
        assert told.extension(rained_on, people=cast, at=cast.days(5), agreed=agreed).days == agreed
    else:
        with pytest.raises(Refused, match="at most the 3 that were lost"):
            told.extension(rained_on, people=cast, at=cast.days(5), agreed=agreed)


def test_the_completion_moves_when_both_have_signed_and_not_before(cast, rained_on):
    due = rained_on.due_on
    running = Deadline.objects.get(clock=deadlines.COMPLETION.id, key=rained_on.ref, stopped_at=None).due_at
    made = told.extension(rained_on, people=cast, at=cast.days(5))
    assert (made.old_due_on, made.new_due_on) == (due, due + timedelta(days=3))
    assert not clocks.is_open(deadlines_days.DAYS_TOLD, rained_on.ref)
    assert clocks.is_open(deadlines_days.EXTENSION_SIGNING, f"{rained_on.ref}/extension/1")

    sign(made.paper, "customer", road.CUSTOMER, by=cast.project_manager, at=cast.days(5))
    services.follow(rained_on.dossier, at=cast.days(5))
    assert road.refreshed(rained_on).due_on == due
    sign(made.paper, "project_manager", "郭建军", by=cast.project_manager, at=cast.days(6))
    services.follow(rained_on.dossier, at=cast.days(7))

    assert road.refreshed(rained_on).due_on == due + timedelta(days=3)
    assert Deadline.objects.get(clock=deadlines.COMPLETION.id, key=rained_on.ref, stopped_at=None).due_at == running + timedelta(days=3)
    assert not clocks.is_open(deadlines_days.EXTENSION_SIGNING, f"{rained_on.ref}/extension/1")
    assert services.follow(rained_on.dossier, at=cast.days(7)) == 0


def test_a_day_stands_in_one_extension_and_is_free_again_when_it_is_withdrawn(cast, rained_on):
    first = told.extension(rained_on, people=cast, at=cast.days(5))
    with pytest.raises(Refused, match="waits for its signatures"):
        told.extension(rained_on, people=cast, at=cast.days(5))
    day = rained_on.lost_days.filter(extension=first).first()
    with pytest.raises(Refused, match="withdraw the extension first"):
        services.strike_lost_day(day, reason="没有下雨", by=cast.engineering_manager, at=cast.days(5))
    with pytest.raises(DatabaseError, match="withdraw the extension first"), transaction.atomic():
        LostDay.objects.filter(pk=day.pk).update(extension=None)

    services.withdraw_extension(first, reason="业主要再看天气记录", by=cast.project_manager, at=cast.days(6))
    assert first.lost_days.count() == 0
    assert clocks.is_open(deadlines_days.DAYS_TOLD, rained_on.ref)
    second = told.extension(rained_on, people=cast, at=cast.days(6))
    sign_all(second.paper, by=cast.project_manager, at=cast.days(6))
    with pytest.raises(Refused, match="signed extension is not withdrawn"):
        services.withdraw_extension(second, reason="不算了", by=cast.project_manager, at=cast.days(6))
    road.refreshed(rained_on)
    with pytest.raises(Refused, match="stands in another extension already"):
        told.extension(rained_on, people=cast, at=cast.days(7), days=list(second.lost_days.all()))
    with pytest.raises(DatabaseError, match="signed extension is not withdrawn"), transaction.atomic():
        ScheduleExtension.objects.filter(pk=second.pk).update(withdrawn_at=cast.at, withdrawn_because="x")


def test_an_extension_beyond_the_permit_starts_the_clock_of_the_property_office(cast, rained_on):
    """Two extensions, linked (domain 3.5, A06): the permit ends on day 100, the works on day 95."""
    told.stopped(rained_on, 5, 8, people=cast, at=cast.days(9), reason="customer_hold", says="业主出差，要求暂停")
    made = told.extension(rained_on, people=cast, at=cast.days(9), days=list(rained_on.lost_days.exclude(owner="company")), agreed=6)
    assert made.paper.body["beyond_permit"] == 1
    sign_all(made.paper, by=cast.project_manager, at=cast.days(9))
    services.follow(rained_on.dossier, at=cast.days(9))
    assert extension_gap(road.refreshed(rained_on)) == 1
    assert clocks.is_open(deadlines.PERMIT_EXTENSION, rained_on.ref)
    until = (cast.at + timedelta(days=130)).date()
    services.ask_extension(rained_on, until_on=until, because="工期顺延 6 天", schedule_paper=made.paper, by=cast.project_manager, at=cast.days(10))
    assert not clocks.is_open(deadlines.PERMIT_EXTENSION, rained_on.ref)


def test_nobody_asks_to_extend_the_permit_of_accepted_works(cast, rained_on):
    told.stopped(rained_on, 5, 8, people=cast, at=cast.days(9), reason="customer_hold", says="业主出差，要求暂停")
    sign_all(told.extension(rained_on, people=cast, at=cast.days(9), days=list(rained_on.lost_days.exclude(owner="company")), agreed=6).paper,
             by=cast.project_manager, at=cast.days(9))  # fmt: skip
    services.follow(rained_on.dossier, at=cast.days(9))
    assert clocks.is_open(deadlines.PERMIT_EXTENSION, rained_on.ref)

    road.refreshed(rained_on).accepted_on = cast.days(10).date()
    follow_property(rained_on, {(deadlines.PERMIT_EXTENSION.id, rained_on.ref)}, cast.days(10))
    assert (extension_gap(rained_on), clocks.is_open(deadlines.PERMIT_EXTENSION, rained_on.ref)) == (0, False)


def test_more_days_than_were_lost_are_refused_by_the_database_too(cast, rained_on):
    made = told.extension(rained_on, people=cast, at=cast.days(5))
    values = {f.attname: getattr(made, f.attname) for f in ScheduleExtension._meta.concrete_fields if f.attname not in ("id", "recorded_at")}
    with pytest.raises(DatabaseError, match="at most as many days as were lost"), transaction.atomic():
        ScheduleExtension.objects.create(**values | {"seq": 8, "paper_id": rained_on.contract.paper_id})
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
