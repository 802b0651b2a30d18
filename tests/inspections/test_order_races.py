"""Two people at the same slip at the same moment: one decides, the other gets a sentence; it is taken off once."""

from __future__ import annotations

from typing import Any

from core import audit
from core.refusals import Refused
from inspections.services import fines
from projects.models import ForemanDeduction
from tests.factories import site_order as life
from tests.threads import ROUNDS, at_once, deadlocks

TURNS = max(ROUNDS // 8, 2)


def test_an_appeal_that_is_decided_and_voided_at_once_ends_one_way_and_is_taken_off_at_most_once(live_standing: Any, server_log: Any) -> None:
    cast, project = live_standing.cast, live_standing.working
    boss, at, before = cast.engineering_manager, cast.at, deadlocks(server_log)
    firm = 0
    for _round in range(TURNS):
        slip = life.not_signed(life.fined(project, people=cast, at=at), people=cast, at=at)
        fines.appeal_fine(slip, words="不对", by=cast.foreman, at=at)

        answers = at_once(
            lambda slip=slip: fines.decide_appeal(slip, decision="upheld", words="查过", by=boss, at=at),
            lambda slip=slip: fines.decide_appeal(slip, decision="upheld", words="查过", by=boss, at=at),
            lambda slip=slip: fines.void_fine(slip, reason="开错", by=cast.project_manager, at=at),
        )

        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Refused", "SiteFine"], answers
        assert all("another state" in str(answer) for answer in answers if isinstance(answer, Refused))
        slip.refresh_from_db()
        firm += slip.state == "firm"
    assert ForemanDeduction.objects.filter(project=project).count() == firm
    assert list(audit.faults(project.dossier)) == []
    assert deadlocks(server_log) == before
