"""Attacks of the web role in plain SQL on supervision; each is refused by the database itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from inspections import services
from inspections.models import SupervisionFact
from inspections.services import plans
from tests.factories import inspections as site

NOT_MEANT = ("42601", "42703", "42P01", "23502")  # a slip in the statement itself

ATTACKS = {
    "rewrite a plan": "UPDATE inspections_patrolplan SET ends_on = ends_on + 1",
    "delete a planned patrol": "DELETE FROM inspections_planentry",
    "a second plan for the same days": (
        "INSERT INTO inspections_patrolplan (at, store_id, inspector_id, span, starts_on, ends_on, paper_id, by_id) "
        "SELECT at, store_id, inspector_id, 'month', starts_on + 2, ends_on + 20, {other}, by_id FROM inspections_patrolplan"
    ),
    "a line outside its plan": (
        'INSERT INTO inspections_planentry (at, plan_id, project_id, store_id, "on", stage, by_id) '
        'SELECT at, plan_id, project_id, store_id, "on" + 30, stage, by_id FROM inspections_planentry'
    ),
    "say afterwards that it was announced beforehand": (
        "INSERT INTO inspections_plandeviation (at, entry_id, project_id, store_id, seq, was_on, reason, beforehand, by_id) "
        "SELECT now() + interval '90 days', id, project_id, store_id, 1, \"on\", 'x', true, by_id FROM inspections_planentry"
    ),
    "move a day that is over": (
        "INSERT INTO inspections_plandeviation (at, entry_id, project_id, store_id, seq, was_on, new_on, reason, beforehand, by_id) "
        "SELECT now() + interval '90 days', id, project_id, store_id, 1, \"on\", \"on\" + 1, 'x', false, by_id FROM inspections_planentry"
    ),
    "count two exchanges of one day": (
        'INSERT INTO inspections_clientexchange (at, project_id, store_id, number, "on", channel, content, customer_says, counts, by_id) '
        'SELECT at, project_id, store_id, 9, "on", channel, content, customer_says, true, by_id FROM inspections_clientexchange'
    ),
    "note an exchange of tomorrow": (
        'INSERT INTO inspections_clientexchange (at, project_id, store_id, number, "on", channel, content, customer_says, counts, by_id) '
        "SELECT at, project_id, store_id, 9, \"on\" + 3, channel, content, customer_says, true, by_id FROM inspections_clientexchange"
    ),
    "rewrite an exchange": "UPDATE inspections_clientexchange SET content = 'x'",
    "a must-visit where no acceptance began": (
        "INSERT INTO inspections_mandatoryvisit (at, project_id, store_id, code, quality_check_id, content, customer_says, by_id) "
        "SELECT at, project_id, store_id, 'C8', id, 'x', '', by_id FROM inspections_qualitycheck WHERE code = 'C2' LIMIT 1"
    ),
    "two must-visits of one acceptance": (
        "INSERT INTO inspections_mandatoryvisit (at, project_id, store_id, code, quality_check_id, content, customer_says, by_id) "
        "SELECT at, project_id, store_id, code, quality_check_id, content, customer_says, by_id FROM inspections_mandatoryvisit"
    ),
    "accept a trade without a paper": (
        "INSERT INTO inspections_tradeacceptance (at, project_id, store_id, trade, attempt, passed, crew, note, by_id) "
        "SELECT at, project_id, store_id, '拆改', 1, true, '', '', by_id FROM inspections_clientexchange"
    ),
    "accept a trade as who builds": (
        "INSERT INTO inspections_tradeacceptance (at, project_id, store_id, trade, attempt, passed, crew, note, paper_id, by_id) "
        "SELECT e.at, e.project_id, e.store_id, '拆改', 1, true, '', '', {other}, p.foreman_id FROM inspections_clientexchange e "
        "JOIN projects_project p ON p.id = e.project_id"
    ),
    "consent to the own call": (
        'INSERT INTO inspections_dailycheckin (at, store_id, person_id, "on", way, text, granted, by_id) '
        "SELECT at, store_id, person_id, \"on\" - 1, 'phone', 'x', true, person_id FROM inspections_dailycheckin"
    ),
    "report back for somebody else": (
        'INSERT INTO inspections_dailycheckin (at, store_id, person_id, "on", way, text, granted, by_id) '
        "SELECT at, store_id, person_id, \"on\" - 1, 'report', 'x', true, {somebody} FROM inspections_dailycheckin"
    ),
    "take a fact away": "DELETE FROM inspections_supervisionfact",
    "give a fact to somebody else": "UPDATE inspections_supervisionfact SET person_id = {somebody}",
    "rule on the own reason": (
        "UPDATE inspections_supervisionfact SET reason = 'x', reason_at = now(), holds = true, ruling = 'x', ruled_at = now(), ruled_by_id = person_id"
    ),
    "rule without a reason": "UPDATE inspections_supervisionfact SET holds = true, ruling = 'x', ruled_at = now(), ruled_by_id = {somebody}",
    "more than a hundred points": (
        "INSERT INTO inspections_crewrating (at, store_id, crew_id, month, seq, scores, total, note, by_id) "
        "SELECT at, store_id, crew_id, month, 2, scores, 101, 'x', by_id FROM inspections_crewrating"
    ),
    "correct points without a word": (
        "INSERT INTO inspections_crewrating (at, store_id, crew_id, month, seq, scores, total, note, by_id) "
        "SELECT at, store_id, crew_id, month, 2, scores, 100, '', by_id FROM inspections_crewrating"
    ),
    "publish a month twice": (
        "INSERT INTO inspections_bulletin (at, store_id, month, snapshot_id, paper_id, by_id) "
        "SELECT at, store_id, month, snapshot_id, {other}, by_id FROM inspections_bulletin"
    ),
    "change what was published": "UPDATE inspections_bulletin SET month = month - 31",
    "date a must-visit at the recording": "UPDATE inspections_mandatoryvisit SET recorded_at = at",
    "a fault of no occasion": "INSERT INTO inspections_finding (at, project_id, store_id, severity, text, should, measured, item_code, by_id) "
    "SELECT at, project_id, store_id, 'main', 'x', '', '', '', by_id FROM inspections_clientexchange",
}


@pytest.fixture
def attacked(working: Any, cast: Any) -> dict[str, int]:
    """A plan, an exchange, a must-visit, a check-in, a fact, points and a published month."""
    from projects import services as building

    inspector, at = cast.quality_inspector, cast.at
    services.follow(working.dossier, at=at)
    monday = at.date().replace(day=30)
    plan = services.make_plan(inspector=inspector, span="week", starts_on=monday, lines=[(working, monday)], by=inspector, at=at)
    services.record_exchange(project=working, channel="phone", content="谈过", by=inspector, at=at)
    site.opened(working, "C2", people=cast, at=at)
    services.record_must_visit(project=working, code="C2", content="到场", by=inspector, at=at)
    services.check_in(text="巡检", by=inspector, at=at)
    services.follow(working.dossier, at=cast.days(6))
    crew = building.add_crew(cast.store, name="钱大勇班", leader="钱大勇", trades=["水电"], by=cast.engineering_assistant, at=at)
    points = {"quality": 30, "progress": 15, "order": 10, "safety": 10, "service": 8}
    services.rate_crew(crew=crew, month=at.date(), scores=points, by=cast.engineering_manager, at=at)
    services.publish_bulletin(store=cast.store, month=at.date().replace(month=10, day=1), by=cast.engineering_assistant, at=at)
    assert SupervisionFact.objects.filter(project=working).count() == 1
    other = site.patrolled(working, people=cast, at=cast.days(6)).paper_id
    assert plans.lines_of(plan.entries.all(), at=at)
    return {"other": other, "somebody": cast.site_supervisor.pk}


def test_the_database_refuses_each_attack_by_itself(attacked: dict[str, int]) -> None:
    """R042–R045, R048, I01, I17, I18: one state for them all, each taken back."""
    let_through = []
    for says, statement in ATTACKS.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**attacked))
                let_through.append(f"{says}: {cursor.rowcount} rows")
                transaction.set_rollback(True)
        except DatabaseError as refused:
            if getattr(refused.__cause__, "pgcode", "") in NOT_MEANT:
                let_through.append(f"{says}: {refused}")
    assert let_through == []
