"""Two at the same moment on supervision: one plan for a week, one counted exchange a day, one published month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core import audit
from inspections import services
from inspections.models import ClientExchange, PatrolPlan
from tests.threads import ROUNDS, at_once, deadlocks

TURNS = max(ROUNDS // 20, 2)
MONDAY = date(2026, 11, 30)


def kinds(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_plans_exchanges_and_the_month_are_made_once(live_standing: Any, server_log: Any) -> None:
    """I01: one plan for a day; R042, Q51: one exchange a day counts; I17: a month is published once."""
    cast, site = live_standing.cast, live_standing.working
    inspector = cast.quality_inspector
    before = deadlocks(server_log)

    for turn in range(TURNS):
        first = MONDAY + timedelta(days=7 * turn)
        told = {"inspector": inspector, "span": "week", "starts_on": first, "lines": [(site, first)], "by": inspector, "at": cast.at}
        answers = at_once(*[lambda told=told: services.make_plan(**told)] * 2)
        assert kinds(answers) == ["PatrolPlan", "Refused"], answers

        said = {"project": site, "channel": "phone", "content": "谈进度", "by": inspector, "at": cast.days(turn)}
        answers = at_once(*[lambda said=said: services.record_exchange(**said)] * 2)
        assert sorted(answer.counts for answer in answers) == [False, True], answers

    published = {"store": cast.store, "month": date(2026, 10, 1), "by": cast.engineering_assistant, "at": cast.at}
    answers = at_once(*[lambda: services.publish_bulletin(**published)] * 2)
    assert kinds(answers) == ["Bulletin", "Refused"], answers

    assert PatrolPlan.objects.count() == TURNS
    numbers = ClientExchange.objects.filter(project=site).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 2 * TURNS + 1))
    assert list(audit.faults(site.dossier)) == []
    assert deadlocks(server_log) == before
