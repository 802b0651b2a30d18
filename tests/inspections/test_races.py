"""Two people at the same moment at one site: one wins, the other gets a sentence, nothing deadlocks."""

from __future__ import annotations

from typing import Any

from core import attachments, audit
from core.models import Paper
from core.refusals import Refused
from inspections import services
from inspections.choices import CheckState
from inspections.models import CheckResult, QualityCheck, Rectification
from inspections.services import Seen
from tests.factories import inspections as site
from tests.threads import ROUNDS, at_once, deadlocks

TURNS = max(ROUNDS // 4, 2)  # the five races of the road run in full elsewhere


def kinds(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_two_who_conclude_the_same_check_make_one_paper(live_standing: Any, server_log: Any) -> None:
    cast, project = live_standing.cast, live_standing.working
    inspector = cast.quality_inspector
    kept = attachments.keep(site.picture(), dossier=project.dossier, by=inspector, at=cast.at)
    before = deadlocks(server_log)

    for _round in range(TURNS):
        check = site.opened(project, "C2", people=cast, at=cast.at)
        rows = [site.good(item, **({"photos": [kept]} if item.photo else {})) for item in site.asked(check)]
        services.record_results(check=check, results=rows, by=inspector, at=cast.at)
        told = {"check": check, "present": site.present(check, people=cast), "tools": site.TOOLS, "by": inspector, "at": cast.at}

        answers = at_once(*[lambda told=told: services.conclude_check(**told)] * 2)

        assert kinds(answers) == ["QualityCheck", "Refused"], answers
        assert [str(a) for a in answers if isinstance(a, Refused)] == ["This check is concluded. Open the next attempt."]

    assert QualityCheck.objects.filter(project=project, state=CheckState.PASSED).count() == TURNS
    assert list(Paper.objects.filter(kind="I06").order_by("number").values_list("number", flat=True)) == list(range(1, TURNS + 1))
    assert list(audit.faults(project.dossier)) == []
    assert deadlocks(server_log) == before


def test_two_who_open_the_same_check_open_one(live_standing: Any, server_log: Any) -> None:
    cast, project = live_standing.cast, live_standing.working
    before = deadlocks(server_log)

    answers = at_once(*[lambda: site.opened(project, "C2", people=cast, at=cast.at)] * 4)

    assert kinds(answers) == ["QualityCheck", "Refused", "Refused", "Refused"], answers
    assert QualityCheck.objects.filter(project=project, code="C2").count() == 1
    assert deadlocks(server_log) == before


def test_an_item_that_is_recorded_twice_at_once_is_recorded_once(live_standing: Any, server_log: Any) -> None:
    """A double tap, or the phone's second try: the later one stands, no row is double."""
    cast, project = live_standing.cast, live_standing.working
    check = site.opened(project, "C2", people=cast, at=cast.at)
    before = deadlocks(server_log)

    for n in range(TURNS):
        values = [services.spread([n]), services.spread([n + 1])]
        answers = at_once(
            *[
                lambda v=v: services.record_result(check=check, item="C2-04", values=v, by=cast.quality_inspector, at=cast.at)
                for v in values
            ]
        )
        assert kinds(answers) == ["CheckResult", "CheckResult"], answers

    assert CheckResult.objects.filter(quality_check=check).count() == 1
    assert list(audit.faults(project.dossier)) == []
    assert deadlocks(server_log) == before


def test_an_answer_and_a_second_answer_at_once_leave_one(live_standing: Any, server_log: Any) -> None:
    cast, project = live_standing.cast, live_standing.working
    site.patrolled(project, people=cast, at=cast.at, seen=[Seen(f"问题 {n}") for n in range(min(TURNS, 40))])
    before = deadlocks(server_log)

    for fault in Rectification.objects.filter(project=project).select_related("project"):
        people = (cast.foreman, cast.project_manager)
        answers = at_once(
            *[
                lambda who=who, fault=fault: services.answer_rectification(
                    rectification=fault, text="已改", photos=[site.picture()], by=who, at=cast.days(1)
                )
                for who in people
            ]
        )
        assert kinds(answers) == ["Answer", "Refused"], answers

    assert deadlocks(server_log) == before
