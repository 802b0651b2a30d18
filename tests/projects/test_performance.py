"""The register (P09), the overview of one contract (P10) and the statistics of a period (P11), down to their rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core import snapshots
from core.models import Paper, Snapshot
from core.refusals import Refused
from projects import performance as kept
from projects import services
from projects.models import Project
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(opened=road.opened_project, contracted=road.contracted_project, midterm=road.midterm_project, accepted=road.accepted_project)
NOVEMBER = kept.Period.month(date(2026, 11, 1))


@pytest.fixture
def cast(standing, db):
    return standing.cast


def figures(cast, period=NOVEMBER, person=None):
    return kept.figures(period, kept.contracts_of(person or cast.store_manager))


# --- periods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "last", "before", "after"),
    [
        ("2026-11", "2026-11-01", "2026-11-30", "2026-10", "2026-12"), ("2026-01", "2026-01-01", "2026-01-31", "2025-12", "2026-02"),
        ("2026-12", "2026-12-01", "2026-12-31", "2026-11", "2027-01"), ("2028-02", "2028-02-01", "2028-02-29", "2028-01", "2028-03"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2026-Q2"), ("2026-Q4", "2026-10-01", "2026-12-31", "2026-Q3", "2027-Q1"),
        ("2026", "2026-01-01", "2026-12-31", "2025", "2027"), ("2026-13", "2026-11-01", "2026-11-30", "2026-10", "2026-12"),
        ("junk", "2026-11-01", "2026-11-30", "2026-10", "2026-12"), ("9999-01", "2026-11-01", "2026-11-30", "2026-10", "2026-12"),
    ],
)  # fmt: skip
def test_month_quarter_and_year(text, start, last, before, after):
    period = kept.Period.read(text, date(2026, 11, 24))

    assert (period.start.isoformat(), period.last.isoformat(), period.before, period.after) == (start, last, before, after)


# --- figures --------------------------------------------------------------------------------------------------------------


def test_every_figure_is_the_sum_of_the_rows_that_it_opens(cast, standing):
    found, today = figures(cast), cast.at.date()

    def rows(of):
        return kept.register(cast.store_manager, kept.RegisterFilter(period="2026-11", of=of), today)

    signed = list(rows("signed"))
    assert found.total.count == len(signed) == 3  # the unsigned one is none
    assert found.total.signed == sum(r.contract.total for r in signed) and found.total.outstanding == sum(kept.owed_still(r) for r in signed)
    assert found.total.received == sum(r.received for r in rows("received")) > 0
    assert found.total.changes == sum(r.changed for r in rows("changes")) != 0 and rows("changes").count() == 2
    assert found.total.completed == rows("completed").count() == 1
    assert [(line.name, line.count) for line in found.stores] == [(cast.store.name, 3)] and found.designers[0].name == str(cast.designer)
    assert figures(cast, kept.Period.read("2026-Q4", today)).total == found.total == figures(cast, kept.Period.read("2026", today)).total
    assert figures(cast, kept.Period.read("2026-10", today)).total.count == 0


def test_a_refund_and_a_reversal_are_taken_off_what_was_received(cast, standing):
    project, before = site(standing, "contracted"), figures(cast).total.received
    payment = road.pay(project, 100, people=cast, at=cast.at, allocations={}, credit=100)
    road.pay(project, 40, people=cast, at=cast.at, allocations={}, credit=40)
    assert figures(cast).total.received == before + 140
    services.reverse_payment(payment, reason="记错", by=cast.accountant, at=cast.at)
    made = services.ask_credit_refund(project, amount=Decimal(40), reason="多付", by=cast.cashier, at=cast.at)
    services.pay_credit_refund(made, by=cast.accountant, at=cast.at)

    assert figures(cast).total.received == before


def test_the_figures_are_as_many_questions_with_four_contracts_as_with_none(cast, standing, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert figures(cast).total.count == 3
    with django_assert_num_queries(4):
        assert figures(cast, person=cast.other.store_manager).total.count == 0


def test_who_sees_a_store_sees_its_contracts_and_a_customer_manager_the_own(cast, standing):
    seen = {cast.engineering_assistant: 4, cast.customer_manager: 4, cast.general_manager: 4, cast.other.store_manager: 0, cast.designer: 0}
    for person, count in seen.items():
        assert kept.contracts_of(person).count() == count, person


# --- closing a month ------------------------------------------------------------------------------------------------------


def test_a_month_that_is_over_is_frozen_once_and_printed(cast, standing):
    december = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    with pytest.raises(Refused, match="when it is over"):
        services.close_month(store=cast.store, month=date(2026, 11, 1), by=cast.accountant, at=december - timedelta(days=1))

    made = services.close_month(store=cast.store, month=date(2026, 11, 1), by=cast.accountant, at=december)

    data, before = snapshots.read(made), figures(cast)
    assert kept.thawed(data).total.signed == before.total.signed and len(data["contracts"]) == 3
    paper = Paper.objects.get(ref=data["paper"])
    assert (paper.kind, paper.dossier) == ("P11", cast.store.dossier) and Decimal(paper.body["total"]["signed"]) == before.total.signed
    road.pay(site(standing, "contracted"), 100, people=cast, at=cast.at, allocations={}, credit=100)
    assert figures(cast).total.received != kept.thawed(snapshots.read(Snapshot.objects.get(pk=made.pk))).total.received
    with pytest.raises(Refused, match="closed already"):
        services.close_month(store=cast.store, month=date(2026, 11, 1), by=cast.accountant, at=december)


# --- P10 ------------------------------------------------------------------------------------------------------------------


def test_the_overview_says_due_paid_changes_and_what_is_late(cast, standing):
    project = site(standing, "midterm")

    paper = services.issue_overview(project, by=cast.engineering_assistant, at=cast.at)

    body = paper.body
    assert [line["says"] for line in body["instalments"]] == ["已付清", "已付清", "已付清", "未到期"]
    assert Decimal(body["owed"]) == Decimal(body["total"]) + Decimal(body["changes"]) and len(body["change_lines"]) == 1 and body["late"] == []
    again = services.issue_overview(project, by=cast.engineering_assistant, at=cast.at)
    paper.refresh_from_db()
    assert paper.superseded_by == again


def test_late_is_said_on_the_day_after_and_not_on_the_day_itself(cast, standing):
    project = site(standing, "contracted")
    due = project.money.instalment(1).due_on

    def late(day):
        row = Project.objects.at_hand().get(pk=project.pk).seen_at(datetime.combine(day, datetime.min.time(), cast.at.tzinfo).replace(hour=12))
        return kept.late_of(row)

    assert late(due) == [] and late(due + timedelta(days=1)) == [f"开工款: ¥16,330.77 since {due.isoformat()}"]
    assert late(project.starts_on + timedelta(days=1))[1:] == [f"The works have not started; agreed was {project.starts_on.isoformat()}"]
    assert late(project.due_on + timedelta(days=1))[-1] == f"The works are not completed; agreed was {project.due_on.isoformat()}"
