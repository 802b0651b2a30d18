"""Verbs that issue papers keep a literal count of statements, read by a person; it does not grow with what they handle."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects import services
from projects.choices import Fact
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

OPEN_PROJECT = 34  # lead, quotation, refund that waits, blank, company, deposit; two numbers; project, contract, table, deposit's payment; clock and chain
ISSUE_CHANGE = 18  # the supplements, the extensions and the prices off the list among them
SETTLE_MIDTERM = 26  # two papers; what the owner disputed, the version before, late days
SETTLE_FINALLY = 18
RECORD_PAYMENT = 18  # with the account: found under lock, its open day, its row, the evening's clock
ISSUE_REMINDER = 15
REVERSE_PAYMENT = 21
CONTACT_PAGE = 13
ADVANCE = 10  # the gates of a step ask each question once

standing = sites(working=road.working_project, accepted=road.accepted_project, signed=road.signed_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


def count(act: Callable[[], Any]) -> int:
    """How many statements an act takes, savepoints aside."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)


def lines(project, many: int):
    items = list(project.contract.price_list.items.order_by("position"))
    return [services.Line(items[n % len(items)], Decimal(1)) for n in range(many)]


@pytest.mark.parametrize(("rooms", "plan"), [(1, "PP3"), (2, "PP4"), (4, "PP5")])
def test_open_project(rooms, plan, cast):
    """The same for the quotation of one room and of a whole home, and for three, four and five instalments."""
    lead = road.accepted_lead(cast, phones=["13858003399"], deposit=Decimal(1000), rooms=road.road.ROOMS[-rooms:])
    facts = road.contract_facts(cast, lead)

    assert count(lambda: services.open_project(lead, **facts, plan=plan)) == OPEN_PROJECT


@pytest.mark.parametrize("many", [1, 3, 50])
def test_issue_change(many, cast, standing):
    project = site(standing, "working")
    change = road.asked_change(project, people=cast, at=cast.at)
    wanted = lines(project, many)

    assert count(lambda: services.issue_change(change, lines=wanted, days=1, by=cast.project_manager, at=cast.at)) == ISSUE_CHANGE


@pytest.mark.parametrize("many", [0, 1, 12])
def test_settle_mid_term(many, cast, standing):
    """The same without a change, with one and with a dozen – but for their lines and their mark, which are one statement each."""
    project = site(standing, "working")
    for _ in range(many):
        road.signed_change(project, people=cast, at=cast.at, quantities=("1",), days=0)
    services.clear(project, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at)

    assert count(lambda: services.settle(project, kind="midterm", by=cast.project_manager, at=cast.at)) == SETTLE_MIDTERM + (2 if many else 0)


@pytest.mark.parametrize("many", [0, 3, 12])
def test_settle_finally(many, cast, standing):
    """The same after many payments."""
    project = site(standing, "accepted")
    for _ in range(many):
        road.pay(project, 10, people=cast, at=cast.at, allocations={}, credit=Decimal(10))

    assert count(lambda: services.settle(project, kind="final", by=cast.project_manager, at=cast.at)) == SETTLE_FINALLY


@pytest.mark.parametrize("many", [1, 2])
def test_record_payment(many, cast, standing):
    """The same for one instalment and for several, for the first payment and the thirtieth; each paid instalment stops its clock."""
    project = site(standing, "working")
    if many > 1:
        road.cleared(project, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=cast.at)
    for _ in range(30 * (many - 1)):
        road.pay(project, 10, people=cast, at=cast.at)
    open_now = list(road.refreshed(project).money.open_now)
    part = [{row.seq: Decimal(10)} for row in open_now]
    wanted = {seq: value for each in part for seq, value in each.items()}

    assert count(lambda: road.pay(project, 10 * many, people=cast, at=cast.at, allocations=wanted)) == RECORD_PAYMENT


def test_the_small_papers(cast, standing):
    project = site(standing, "working")

    assert count(lambda: services.issue_reminder(project, seq=1, by=cast.site_supervisor, at=cast.at)) == ISSUE_REMINDER
    payment = road.pay_open(project, people=cast, at=cast.at)
    assert count(lambda: services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.at)) == REVERSE_PAYMENT
    assert count(lambda: services.issue_contact_page(project, by=cast.customer_manager, at=cast.at)) == CONTACT_PAGE


def test_a_step_along_the_procedure(cast, standing):
    """All gates of a step together, and the move."""
    project = site(standing, "working")
    road.cleared(
        project, Fact.MATERIALS_ACCEPTED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CHECK_4_PASSED, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at
    )
    road.settled(project, "midterm", people=cast, at=cast.at)

    assert count(lambda: services.advance(project, to="midterm_accepted", by=cast.project_manager, at=cast.at)) == ADVANCE
