"""Doubts in drawings and budget, crews and their contracts, the foreman's price, the works notice (P14–P18, P38, G7)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import clocks
from core.models import Notice
from core.refusals import Refused
from projects import deadlines, services
from projects.choices import Fact
from projects.procedure import drawings_reviewed
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(filing=road.permitted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "filing").seen_at(cast.at)


def raised(cast, project, **more):
    told = {"about": "drawing", "where": "厨房 S-03", "text": "烟道与吊柜冲突"} | more
    return services.raise_doubt(project, **told, by=cast.project_manager, at=cast.at)


def answered(cast, doubt, by=None):
    return services.answer_doubt(doubt, answer="吊柜缩短 12 cm", by=by or cast.designer, at=cast.at)


def closed(cast, doubt, by=None):
    return services.close_doubt(doubt, by=by or cast.project_manager, at=cast.at)


def reviewed(cast, project):
    return services.record_review(project, by=cast.site_supervisor, at=cast.at)


def test_g7_asks_that_every_doubt_is_closed(cast, project):
    first, second = raised(cast, project), raised(cast, project, about="budget", text="次卫防水面积少 3 m²")
    for doubt in (first, second):
        with pytest.raises(Refused) as refused:
            reviewed(cast, project)
        assert {gap.gate for gap in refused.value.missing} == {"G7"}
        closed(cast, answered(cast, doubt))
    reviewed(cast, project)
    assert drawings_reviewed.missing(project) is None


def test_g7_a_new_doubt_closes_the_gate_again(cast, project):
    reviewed(cast, project)
    doubt = raised(cast, project)
    assert drawings_reviewed.missing(project) is not None
    closed(cast, answered(cast, doubt))
    assert drawings_reviewed.missing(project) is not None  # the review is held again
    reviewed(cast, project)
    assert project.holds(Fact.DRAWINGS_REVIEWED)


def test_p14_a_doubt_is_answered_by_somebody_else_and_closed_by_somebody_else_again(cast, project):
    doubt = raised(cast, project)
    with pytest.raises(Refused, match="somebody else"):
        answered(cast, doubt, by=cast.project_manager)
    with pytest.raises(Refused, match="when it has been answered"):
        closed(cast, doubt)
    answered(cast, doubt, by=cast.estimator)
    with pytest.raises(Refused, match="Who answered"):
        closed(cast, doubt, by=cast.estimator)
    assert closed(cast, doubt).closed_by == cast.project_manager


def test_p14_a_doubt_has_a_clock_until_it_is_answered_and_one_until_it_is_closed(cast, project):
    doubt = raised(cast, project)
    key = f"{project.ref}/{doubt.pk}"
    assert clocks.is_open(deadlines.DOUBT_ANSWER, key)
    answered(cast, doubt)
    assert (clocks.is_open(deadlines.DOUBT_ANSWER, key), clocks.is_open(deadlines.DOUBT_CLOSING, key)) == (False, True)
    closed(cast, doubt)
    assert not clocks.is_open(deadlines.DOUBT_CLOSING, key)


def test_the_database_itself_refuses_a_review_over_an_open_doubt_and_a_doubt_closed_unanswered(cast, project):
    doubt = raised(cast, project)
    for sql in (
        "INSERT INTO projects_clearance (project_id, store_id, fact, by_id, at, recorded_at) "
        f"VALUES ({project.pk}, {project.store_id}, 'drawings_reviewed', {cast.site_supervisor.pk}, now(), clock_timestamp())",
        f"UPDATE projects_reviewdoubt SET closed_at = now(), closed_by_id = {cast.project_manager.pk} WHERE id = {doubt.pk}",
        f"UPDATE projects_reviewdoubt SET text = 'x' WHERE id = {doubt.pk}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_p15_the_house_is_compared_before_the_works(cast, project):
    told = {"surveyed_on": cast.at.date(), "present": "监理、设计师、陈静兰", "by": cast.site_supervisor, "at": cast.at}
    assert services.record_pre_survey(project, comparison="北卧外墙有渗水，预算未含", **told).present
    with pytest.raises(Refused):
        services.record_pre_survey(project, comparison=" ", **told)


def crew(cast, **more):
    told = {"name": "钱大勇班", "leader": "钱大勇", "trades": ["水电", "泥瓦"]} | more
    return services.add_crew(cast.store, **told, by=cast.engineering_assistant, at=cast.at)


def sent(cast, project, row, trades=("水电",)):
    return services.assign_crew(project, crew=row, trades=list(trades), from_on=cast.at.date(), by=cast.engineering_assistant, at=cast.at)


def contracted(cast, row, until):
    return services.file_labour_contract(
        row, number=f"LW-{until}", signed_on=(cast.at - timedelta(days=300)).date(), until_on=(cast.at + timedelta(days=until)).date(),
        by=cast.engineering_assistant, at=cast.at,
    )  # fmt: skip


@pytest.mark.parametrize(("until", "goes"), [(-1, False), (0, True), (30, True)])
def test_p18_a_crew_works_under_a_labour_contract_in_force(cast, project, until, goes):
    row = crew(cast)
    contracted(cast, row, until)
    if goes:
        assert sent(cast, project, row).told_on == cast.at.date()
        return
    with pytest.raises(Refused) as refused:
        sent(cast, project, row)
    assert {gap.gate for gap in refused.value.missing} == {"P18"}


def test_p17_customer_service_is_told_of_the_crew_and_a_crew_does_its_own_trades(cast, project):
    row = crew(cast)
    contracted(cast, row, 30)
    with pytest.raises(Refused) as refused:
        sent(cast, project, row, trades=("木工",))
    assert {gap.gate for gap in refused.value.missing} == {"P17"}
    sent(cast, project, row)
    assert Notice.objects.filter(user=cast.cs_officer, kind="projects.crew_assigned").count() == 1
    with pytest.raises(Refused, match="already"):
        sent(cast, project, row)


PARTS = [services.Part("start", Decimal(30)), services.Part("midterm", Decimal("33.33")), services.Part("final", Decimal("36.67"))]


def agreed(cast, project, total="86000.01", parts=PARTS):
    return services.agree_foreman_price(project, total=Decimal(total), parts=parts, by=cast.engineering_manager, at=cast.at)


def test_p38_the_instalments_are_the_price_to_the_cent(cast, project):
    price = agreed(cast, project)
    assert sum(row.amount for row in price.instalments.all()) == Decimal("86000.01")


@pytest.mark.parametrize("rest", ["69.99", "70.01"])
def test_p38_the_shares_total_a_hundred(cast, project, rest):
    with pytest.raises(Refused, match="100"):
        agreed(cast, project, parts=[services.Part("start", Decimal(30)), services.Part("final", Decimal(rest))])


def test_p38_a_new_agreement_replaces_the_old(cast, project):
    old, new = agreed(cast, project), agreed(cast, project, total="90000")
    old.refresh_from_db()
    assert old.replaced_at == cast.at
    assert project.foreman_prices.get(replaced_at__isnull=True) == new


def test_p38_the_database_itself_refuses_instalments_that_are_not_the_price(cast, project):
    price = agreed(cast, project)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO projects_foremaninstalment (price_id, seq, milestone, percent, amount) VALUES ({price.pk}, 9, 'concealed', 1, 1)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_p16_the_works_notice_names_the_people_and_a_later_one_replaces_it(cast, project):
    first = services.issue_works_notice(project, by=cast.engineering_assistant, at=cast.at)
    assert str(cast.foreman) in first.content
    services.issue_works_notice(project, by=cast.engineering_assistant, at=cast.at)
    first.refresh_from_db()
    assert first.state == "superseded"
