"""Materials: the customer's list in time (P21, 000:L11) and main materials ordered for the customer, followed to their place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import clocks
from core.refusals import Refused
from projects import deadlines, services
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


def added(cast, project, days=10, **more):
    told = {"buyer": "client", "name": "浴霸", "needed_on": (cast.at + timedelta(days=days)).date()} | more
    return services.add_material(project, **told, by=cast.foreman, at=cast.at)


def ordered(cast, row, **more):
    day = cast.at.date()
    told = {"supplier": "诺贝尔城西店", "amount": Decimal(18600), "deposit": Decimal(5000), "ordered_on": day, "promised_on": day + timedelta(days=12)}
    return services.order_material(row, **{**told, **more}, by=cast.engineering_assistant, at=cast.at)


def key(project, row) -> str:
    return f"{project.ref}/{row.pk}"


@pytest.mark.parametrize(("days", "in_time"), [(0, False), (1, False), (2, True), (3, True)])
def test_000_l11_the_customer_is_told_in_time_and_not_the_day_before(cast, project, days, in_time):
    if in_time:
        assert added(cast, project, days).needed_on
        return
    with pytest.raises(Refused, match="not the day before"):
        added(cast, project, days)


@pytest.mark.parametrize(("passed", "issued"), [(7, True), (8, True), (9, False)])
def test_p21_the_list_is_issued_while_there_is_time_to_buy(cast, project, passed, issued):
    services.draw_schedule(project, starts_on=cast.at.date() + timedelta(days=60), by=cast.project_manager, at=cast.at)
    added(cast, project, 10)
    at = cast.at + timedelta(days=passed)
    if issued:
        assert "浴霸" in services.issue_material_list(project, by=cast.foreman, at=at).content
        return
    with pytest.raises(Refused) as refused:
        services.issue_material_list(project, by=cast.foreman, at=at)
    assert {gap.gate for gap in refused.value.missing} == {"P21"}


def test_what_the_customer_buys_is_reminded_of_until_it_is_on_site(cast, project):
    row = added(cast, project)
    clock = clocks.Deadline.objects.get(clock=deadlines.CLIENT_MATERIAL.id, key=key(project, row))
    assert clock.due_at.date() == row.needed_on - timedelta(days=1)
    services.receive_material(row, on=cast.at.date(), by=cast.foreman, at=cast.at)
    assert not clocks.is_open(deadlines.CLIENT_MATERIAL, key(project, row))


def test_a_main_material_goes_from_its_order_to_its_place(cast, project):
    row = added(cast, project, buyer="company", name="木门", order_by=cast.at.date())
    assert clocks.is_open(deadlines.MATERIAL_ORDER, key(project, row))
    with pytest.raises(Refused, match="not ordered"):
        services.receive_material(row, on=cast.at.date(), by=cast.foreman, at=cast.at)
    row = ordered(cast, row)
    assert (clocks.is_open(deadlines.MATERIAL_ORDER, key(project, row)), clocks.is_open(deadlines.MATERIAL_ARRIVAL, key(project, row))) == (False, True)
    with pytest.raises(Refused, match="not arrived"):
        services.install_material(row, on=cast.at.date(), by=cast.foreman, at=cast.at)
    row = services.receive_material(row, on=cast.at.date(), by=cast.foreman, at=cast.at)
    assert not clocks.is_open(deadlines.MATERIAL_ARRIVAL, key(project, row))
    assert services.install_material(row, on=cast.at.date(), by=cast.foreman, at=cast.at).state == "installed"


def test_a_supplier_who_is_late_is_a_breach_of_the_promised_day(cast, project):
    row = ordered(cast, added(cast, project, 30, buyer="company"), promised_on=cast.at.date() + timedelta(days=2))
    late = cast.at + timedelta(days=5)
    services.receive_material(row, on=late.date(), by=cast.foreman, at=late)
    assert clocks.Deadline.objects.get(clock=deadlines.MATERIAL_ARRIVAL.id, key=key(project, row)).breached_at is not None


def test_what_is_refused_goes_back_and_gets_a_new_day(cast, project):
    row = services.receive_material(ordered(cast, added(cast, project, 30, buyer="company")), on=cast.at.date(), by=cast.foreman, at=cast.at)
    row = services.refuse_material(
        row, on=cast.at.date(), reason="色差明显", promised_on=cast.at.date() + timedelta(days=9), by=cast.foreman, at=cast.at
    )
    assert (row.state, row.arrived_on) == ("refused", None)
    clock = clocks.Deadline.objects.get(clock=deadlines.MATERIAL_ARRIVAL.id, key=key(project, row), stopped_at__isnull=True)
    assert clock.due_at.date() == cast.at.date() + timedelta(days=9)


@pytest.mark.parametrize(("deposit", "fits"), [("0", True), ("18600", True), ("18600.01", False)])
def test_the_deposit_is_a_part_of_the_price(cast, project, deposit, fits):
    row = added(cast, project, 30, buyer="company")
    if fits:
        assert ordered(cast, row, deposit=Decimal(deposit)).deposit == Decimal(deposit)
        return
    with pytest.raises(Refused, match="part of the price"):
        ordered(cast, row, deposit=Decimal(deposit))


def test_what_is_not_ordered_moves_with_its_phase(cast, project):
    schedule = services.draw_schedule(project, by=cast.project_manager, at=cast.at)
    phase = schedule.phases.get(code="PH-15")
    doors = project.materials.get(name="木门")
    before, lead = doors.needed_on, doors.needed_on - doors.order_by
    services.move_phase(phase, start=phase.planned_start + timedelta(days=9), reason="油漆返工", by=cast.project_manager, at=cast.at)
    doors.refresh_from_db()
    assert doors.needed_on > before
    assert (doors.needed_on - doors.order_by, lead) == (lead, timedelta(days=30))


def test_the_database_itself_refuses_what_was_never_ordered_or_never_came(cast, project):
    row = added(cast, project, 30, buyer="company")
    for sql in (
        f"UPDATE projects_sitematerial SET arrived_on = now() WHERE id = {row.pk}",
        f"UPDATE projects_sitematerial SET installed_on = now() WHERE id = {row.pk}",
        f"UPDATE projects_sitematerial SET ordered_on = now() WHERE id = {row.pk}",
        f"UPDATE projects_sitematerial SET name = 'x' WHERE id = {row.pk}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("many", [1, 3, 50])
def test_the_list_of_all_sites_asks_the_same_questions_for_many_rows(cast, project, many, django_assert_max_num_queries):
    for n in range(many):
        added(cast, project, days=n + 2)
    client = cast.client(cast.engineering_assistant)
    client.get("/projects/materials/")
    with django_assert_max_num_queries(12):
        assert client.get("/projects/materials/").content.decode().count("data-row ") >= min(many, 50)
