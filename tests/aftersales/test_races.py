"""Two at the same moment: the worker and a sweep that look up at once, two people who make out the same card; one wins."""

from __future__ import annotations

from typing import Any

from aftersales import services
from aftersales.models import Evaluation, ReturnVisit, Warranty, WarrantyCard
from core import audit, papers
from core.models import Deadline, Paper
from core.refusals import Refused
from projects import services as projects
from projects.choices import Fact
from tests.factories import aftersales as after
from tests.hand import sign_all
from tests.threads import ROUNDS, at_once, deadlocks

TURNS = max(ROUNDS // 4, 2)  # the five races of the road run in full elsewhere


def names(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_two_that_follow_the_same_acceptance_open_one_warranty(live_standing: Any, server_log: Any) -> None:
    before, cast, project = deadlocks(server_log), live_standing.cast, live_standing.completed
    at, known = cast.at, Warranty.objects.count()
    after.signed_acceptance(project, people=cast, at=at)
    acceptance = project.facts[Fact.COMPLETION_ACCEPTED].paper
    for n in range(TURNS):
        answers = at_once(lambda: services.follow(project.dossier, at=at), lambda: services.follow(at=at))

        assert sorted(answers) == [0, 1], answers
        assert Warranty.objects.in_force().filter(project=project).count() == 1
        projects.revoke(project, Fact.COMPLETION_ACCEPTED, reason=f"第 {n} 次重验", by=cast.quality_inspector, at=at)
        withdrawn = at_once(lambda: services.follow(project.dossier, at=at), lambda: services.follow(at=at))
        assert sorted(withdrawn) == [0, 1], withdrawn
        projects.clear(project, Fact.COMPLETION_ACCEPTED, paper=acceptance, by=cast.quality_inspector, at=at)

    assert Warranty.objects.count() == Paper.objects.filter(kind="S50").count() == known + TURNS
    assert not Deadline.objects.filter(dossier=project.dossier, clock__startswith="aftersales.", stopped_at=None).exists()
    assert list(audit.faults(project.dossier)) == []
    assert deadlocks(server_log) == before


def test_two_people_with_the_same_card_evaluation_and_visit_one_wins(live_standing: Any, server_log: Any) -> None:
    before, people, project = deadlocks(server_log), live_standing.cast, live_standing.settled
    warranty = after.warranty_of(project)
    for _ in range(TURNS):
        answers = at_once(*[lambda by=by: services.issue_card(warranty=warranty, by=by, at=people.at) for by in (people.cs_officer, people.project_manager)])
        assert names(answers) == ["Refused", "WarrantyCard"], answers
        papers.void(WarrantyCard.objects.get().paper, reason="下一轮", by=people.cs_officer, at=people.at)

    filled = at_once(*[lambda: services.record_evaluation(warranty=warranty, answers=after.answers(), by=people.cs_officer, at=people.at)] * 2)
    assert names(filled) == ["Evaluation", "Evaluation"], filled
    assert Paper.objects.filter(kind="S02", state=Paper.State.ISSUED).count() == 1
    last = Evaluation.objects.first()
    assert last is not None
    sign_all(last.paper, by=people.cs_officer, at=people.at)
    assert sorted(at_once(*[lambda: services.follow(at=people.at)] * 2)) == [0, 1]

    visited = at_once(*[lambda: after.visit(project, by=people.cs_officer, at=people.at)] * 2)
    assert names(visited) == ["Refused", "ReturnVisit"], visited
    assert ReturnVisit.objects.count() == Paper.objects.filter(kind="S04").count() == 1
    assert isinstance(next(answer for answer in visited if isinstance(answer, Refused)).message, str)
    assert list(audit.faults(project.dossier)) == []
    assert deadlocks(server_log) == before

