"""Two people at the same credit and at the same phase: one wins, the other gets a sentence, nobody a deadlock."""

from projects import services
from projects.models import CreditRefund, Project, SchedulePhase
from tests.factories import projects as road
from tests.projects.test_credits import asked
from tests.threads import ROUNDS, at_once, deadlocks


def test_two_people_pay_the_same_credit_back(live_cast, server_log):
    before, project = deadlocks(server_log), road.signed_project(live_cast)
    for n in range(min(ROUNDS, 25)):
        road.pay(project, 10, people=live_cast, at=live_cast.at, allocations={}, credit=10)
        made = asked(project, 10, live_cast)
        pages = [CreditRefund.objects.select_related("project").get(pk=made.pk) for _ in range(2)]
        answers = at_once(
            *[lambda p=p, by=by: services.pay_credit_refund(p, by=by, at=live_cast.at)
              for p, by in zip(pages, (live_cast.accountant, live_cast.finance_supervisor), strict=True)]
        )  # fmt: skip
        assert sorted(type(answer).__name__ for answer in answers) == ["CreditRefund", "Refused"], (n, answers)
    assert Project.objects.at_hand().get(pk=project.pk).money.credit == 0 and deadlocks(server_log) == before


def test_two_people_begin_the_same_phase_at_once(live_cast):
    project = road.working_project(live_cast)
    row = services.draw_schedule(project, starts_on=live_cast.at.date(), by=live_cast.project_manager, at=live_cast.at).phases.first()

    def begins(by):
        return lambda: services.start_phase(SchedulePhase.objects.get(pk=row.pk), on=live_cast.at.date(), by=by, at=live_cast.at)

    answers = at_once(begins(live_cast.foreman), begins(live_cast.project_manager))
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "SchedulePhase"]
