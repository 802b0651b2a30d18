"""The owner signs while the project manager withdraws; a dispute comes while the owner signs: one wins, the other gets a sentence, nothing deadlocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.models import Paper
from projects import services
from projects.models import Project, ScheduleExtension
from tests.factories import days as told
from tests.factories import projects as road
from tests.hand import sign
from tests.threads import ROUNDS, at_once, deadlocks


def test_the_owner_signs_an_extension_while_it_is_withdrawn(live_cast, server_log):
    before, project = deadlocks(server_log), road.working_project(live_cast)
    evidence, manager = told.photo(project, by=live_cast.project_manager, at=live_cast.at), live_cast.project_manager
    for n in range(min(ROUNDS, 12)):
        at = live_cast.days(n + 1)
        day = services.note_lost_day(project, on=at.date(), reason="weather", says="大雨", evidence=evidence, by=manager, at=at)
        made = told.extension(road.refreshed(project), people=live_cast, at=at, days=[day])
        sign(made.paper, "project_manager", "郭建军", by=manager, at=at)

        def owner(made: Any = made, at: Any = at) -> Any:
            return sign(Paper.objects.get(pk=made.paper_id), "customer", road.CUSTOMER, by=manager, at=at)

        def withdraws(made: Any = made, at: Any = at) -> Any:
            row = ScheduleExtension.objects.select_related("project").get(pk=made.pk)
            return services.withdraw_extension(row, reason="再谈", by=manager, at=at)

        answers = at_once(owner, withdraws)
        row = ScheduleExtension.objects.select_related("paper").get(pk=made.pk)
        assert sum(type(answer).__name__ == "Refused" for answer in answers) == 1, (n, answers)
        assert row.is_signed == (row.withdrawn_at is None) and row.lost_days.count() == (1 if row.is_signed else 0), n
        services.follow(project.dossier, at=at)
    signed = sum(row.days for row in project.extensions.select_related("paper") if row.is_signed)
    found = Project.objects.at_hand().get(pk=project.pk)
    assert found.due_on == found.contract.due_on + timedelta(days=signed) and deadlocks(server_log) == before


def test_a_dispute_comes_while_the_owner_signs(live_cast, server_log):
    before, project = deadlocks(server_log), told.settled_midterm(live_cast, change=False)
    paper = project.settlement("midterm").paper
    answers = at_once(
        lambda: sign(Paper.objects.get(pk=paper.pk), "customer", road.CUSTOMER, by=live_cast.project_manager, at=live_cast.at),
        lambda: told.disputed(Project.objects.at_hand().get(pk=project.pk), people=live_cast, at=live_cast.at),
    )
    signed, disputed = paper.signatures.filter(role="customer").exists(), project.disputes.exists()
    assert signed != disputed, answers
    assert sum(isinstance(answer, Exception) for answer in answers) == 1 and deadlocks(server_log) == before
