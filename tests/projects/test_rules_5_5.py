"""The rules of the property office (domain 5.5) at their limits: R080–R086, with R064–R066 of its money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clocks
from core.refusals import Refused
from projects import deadlines, services
from projects.models import PassRegisterLine
from projects.services.property import follow_property, needs_pass
from tests.factories import projects as road
from tests.factories import property as office
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(working=road.working_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "working").seen_at(cast.at)


def says(refused) -> set[str]:
    return {gap.gate for gap in refused.value.missing}


@pytest.mark.parametrize(("days", "needed"), [(0, False), (1, False), (2, True), (3, True)])
def test_r080_who_works_more_than_one_day_needs_a_pass(days, needed):
    assert needs_pass(days) is needed


def test_r080_one_day_is_a_visitor_and_the_second_needs_a_pass(cast, project):
    told = {"worker": "贺师傅", "trade": "玻璃", "by": cast.foreman, "at": cast.at}
    day = cast.at.date()
    first = services.note_day_worker(project, on=day, **told)
    assert services.note_day_worker(project, on=day, **told).pk == first.pk  # twice on one day is one day

    with pytest.raises(Refused) as refused:
        services.note_day_worker(project, on=day + timedelta(days=1), **told)
    assert says(refused) == {"R080"}


def collected(cast, row, **more):
    told = {"number": "0117", "photos": 1, "id_copy": True, "signed_for": "郭建军", "collected_on": cast.at.date()}
    return services.collect_pass(row, **{**told, **more}, by=cast.engineering_assistant, at=cast.at)


def deposit(cast, project, people=2):
    asked = services.ask_fee(project, kind="pass_deposit", amount=Decimal(100) * people, people=people, by=cast.engineering_assistant, at=cast.at)
    return office.paid(asked, people=cast, at=cast.at)


@pytest.mark.parametrize(("photos", "id_copy", "passes"), [(0, True, False), (1, False, False), (1, True, True), (2, True, True), (4, True, True)])
def test_r081_a_pass_needs_a_photo_and_the_copy_of_the_id(cast, project, photos, id_copy, passes):
    deposit(cast, project)
    row = project.passes.first()
    if passes:
        assert collected(cast, row, photos=photos, id_copy=id_copy).photos == photos
        return
    with pytest.raises(Refused) as refused:
        collected(cast, row, photos=photos, id_copy=id_copy)
    assert says(refused) == {"R081"}
    assert not PassRegisterLine.objects.exists()


def test_r065_a_card_is_collected_when_the_deposit_of_that_person_is_paid(cast, project):
    first, second = project.passes.order_by("id")
    with pytest.raises(Refused) as refused:
        collected(cast, first)
    assert says(refused) == {"R065"}

    deposit(cast, project, people=1)
    collected(cast, first)
    with pytest.raises(Refused) as refused:
        collected(cast, second, number="0118")
    assert says(refused) == {"R065"}


def test_r065_the_pass_deposit_comes_back_with_the_last_card(cast, project):
    fee = deposit(cast, project)
    told = {"returned_on": cast.at.date(), "amount": fee.amount, "to": road.CUSTOMER, "by": cast.engineering_assistant, "at": cast.at}
    with pytest.raises(Refused) as refused:
        services.return_fee(fee, **told)
    assert says(refused) == {"R065"}

    services.return_passes(project, passes=list(project.passes.all()), on=cast.at.date(), by=cast.engineering_assistant, at=cast.at)
    assert services.return_fee(fee, **told).returned_amount == fee.amount


@pytest.mark.parametrize("kind", ["rubbish", "pass_cost"])
def test_r064_r066_rubbish_fee_and_pass_cost_do_not_come_back(cast, project, kind):
    asked = services.ask_fee(project, kind=kind, amount=Decimal("300"), people=2, by=cast.engineering_assistant, at=cast.at)
    fee = office.paid(asked, people=cast, at=cast.at)
    with pytest.raises(Refused, match="Only a deposit comes back"):
        services.return_fee(fee, returned_on=cast.at.date(), amount=fee.amount, to="x", by=cast.engineering_assistant, at=cast.at)


@pytest.mark.parametrize(
    ("amount", "because", "fits"),
    [("2000", "", True), ("1999.99", "", False), ("1999.99", "电梯门划伤", True), ("2000.01", "", False), ("0", "违规", True)],
)
def test_a_deposit_comes_back_in_full_or_with_the_reason(cast, project, amount, because, fits):
    fee = office.paid(project.fees.get(kind="deposit"), people=cast, at=cast.at)
    told = {"returned_on": cast.at.date(), "amount": Decimal(amount), "to": road.CUSTOMER, "withheld_because": because}
    if fits:
        assert services.return_fee(fee, **told, by=cast.project_manager, at=cast.at).returned_amount == Decimal(amount)
        return
    with pytest.raises(Refused):
        services.return_fee(fee, **told, by=cast.project_manager, at=cast.at)


@pytest.mark.parametrize(("more", "extends"), [(0, False), (1, True)])
def test_r082_an_extension_ends_later_than_the_permit(cast, project, more, extends):
    until = project.permit_in_force.valid_until + timedelta(days=more)
    told = {"until_on": until, "because": "工期推后", "by": cast.project_manager, "at": cast.at}
    if not extends:
        with pytest.raises(Refused, match="ends later"):
            services.ask_extension(project, **told)
        return
    made = services.ask_extension(project, **told)
    assert (made.application.kind, made.until_on, made.extension.because) == ("A06", until, "工期推后")


def test_r082_the_agreed_completion_beyond_the_permit_asks_for_an_extension(cast, project):
    permit = project.permit_in_force
    project.due_on = permit.valid_until + timedelta(days=1)
    project.contract.due_on = project.due_on
    project.save(update_fields=["due_on"])
    running: set[tuple[str, str]] = set()

    assert follow_property(project, running, cast.at) == 1
    assert clocks.is_open(deadlines.PERMIT_EXTENSION, project.ref)
    running.add((deadlines.PERMIT_EXTENSION.id, project.ref))
    assert follow_property(project, running, cast.at) == 0  # a second run writes nothing

    services.ask_extension(project, until_on=permit.valid_until + timedelta(days=30), because="工期推后", by=cast.project_manager, at=cast.at)
    assert not clocks.is_open(deadlines.PERMIT_EXTENSION, project.ref)


def test_r083_an_extension_issues_every_pass_again_and_alters_no_date(cast, project):
    old = {row.pk: (row.valid_from, row.valid_until) for row in project.passes.all()}
    made = office.extended(office.extension(project, people=cast, at=cast.at), people=cast, at=cast.at)

    fresh = list(made.passes.order_by("id"))
    assert [row.replaces_id for row in fresh] == sorted(old)
    assert {row.valid_until for row in fresh} == {made.valid_until}
    assert {row.pk: (row.valid_from, row.valid_until) for row in project.passes.filter(pk__in=old)} == old
    assert all(row.returned_on for row in project.passes.filter(pk__in=old))
    assert clocks.is_open(deadlines.PASS_COLLECTION, project.ref)

    collected(cast, fresh[0], number="0201")
    assert clocks.is_open(deadlines.PASS_COLLECTION, project.ref)
    collected(cast, fresh[1], number="0202")
    assert not clocks.is_open(deadlines.PASS_COLLECTION, project.ref)


def test_r084_the_extension_fee_is_paid_before_the_permit_is_recorded(cast, project):
    waiting = office.extension(project, people=cast, at=cast.at)
    fee = services.ask_fee(project, kind="extension", amount=Decimal(500), permit=waiting, by=cast.engineering_assistant, at=cast.at)
    with pytest.raises(Refused) as refused:
        office.extended(waiting, people=cast, at=cast.at)
    assert says(refused) == {"R084"}

    office.paid(fee, people=cast, at=cast.at)
    assert office.extended(waiting, people=cast, at=cast.at).approved_on == cast.at.date()


@pytest.mark.parametrize(
    "missing", [{"certificate": ""}, {"certificate_scan": None}, {"id_copy": False}, {"operator": ""}, {"watcher": ""}, {"watcher": "钱大勇"}]
)
def test_r085_hot_work_needs_the_certificate_its_copy_the_id_and_a_watch(cast, project, missing):
    with pytest.raises(Refused) as refused:
        office.hot_work(project, people=cast, at=cast.at, **missing)
    assert says(refused) == {"G19"}


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (2, True)])
def test_r085_the_certificate_is_valid_on_the_day_of_the_work(cast, project, days, fits):
    until = (cast.at + timedelta(days=days)).date()
    if fits:
        assert office.hot_work(project, people=cast, at=cast.at, certificate_until=until).certificate_until == until
        return
    with pytest.raises(Refused) as refused:
        office.hot_work(project, people=cast, at=cast.at, certificate_until=until)
    assert says(refused) == {"G19"}


@pytest.mark.parametrize("make", [office.hot_work, office.added_item])
def test_r086_the_original_is_with_the_applicant_and_a_copy_with_the_office(cast, project, make):
    row = make(project, people=cast, at=cast.at)
    with pytest.raises(Refused) as refused:
        office.approved(row, people=cast, at=cast.at, original_kept=False)
    assert says(refused) == {"R086"}
    assert office.approved(row, people=cast, at=cast.at).original_kept
