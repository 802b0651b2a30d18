"""Two people pay one statement, and two write one, at the same moment: one wins, the other gets a sentence (P38)."""

from decimal import Decimal

from projects import services
from projects.foreman_accounts import account_of
from projects.models import ForemanPayment, ForemanSettlement, Project
from tests.factories import projects as road
from tests.factories import settling
from tests.threads import ROUNDS, at_once, deadlocks


def test_two_people_pay_one_statement_at_once(live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    project = road.working_project(cast)
    settling.priced(project, people=cast, at=cast.at)
    rounds = min(ROUNDS, 20)
    for n in range(rounds):
        made = settling.approved(project, people=cast, at=cast.at, amount=Decimal(100))
        pages = [ForemanSettlement.objects.select_related("project").get(pk=made.pk) for _ in range(2)]
        answers = at_once(
            *[lambda page=page, by=by: services.pay_statement(page, by=by, at=cast.at)
              for page, by in zip(pages, (cast.accountant, cast.finance_supervisor), strict=True)]
        )  # fmt: skip
        assert sorted(type(answer).__name__ for answer in answers) == ["ForemanPayment", "Refused"], (n, answers)
    assert account_of(project, cast.foreman).paid == 100 * rounds == sum(ForemanPayment.objects.values_list("amount", flat=True))
    pages = [Project.objects.at_hand().get(pk=project.pk) for _ in range(2)]
    answers = at_once(*[lambda page=page: services.write_statement(page, by=cast.engineering_assistant, at=cast.at) for page in pages])
    assert sorted(type(answer).__name__ for answer in answers) == ["ForemanSettlement", "Refused"]
    assert deadlocks(server_log) == before
