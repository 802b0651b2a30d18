"""Two people at one site in the same moment: one wins, the other gets a sentence, nothing is lost, nothing deadlocks."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from core import audit
from core.models import Paper
from core.refusals import Refused
from projects import services
from projects.choices import Fact, Stage
from projects.models import Allocation, ChangeOrder, Clearance, ContractStock, Payment, Project
from tests.factories import projects as road
from tests.hand import sign
from tests.threads import ROUNDS, at_once, deadlocks

pytestmark = pytest.mark.slow


def again(project: Project) -> Project:
    """The site as another person's page has it."""
    return Project.objects.at_hand().get(pk=project.pk)


def outcome(answers: list) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def refusals(answers: list) -> list[str]:
    return [answer.message for answer in answers if isinstance(answer, Refused)]


@pytest.fixture
def calm(live_db, server_log):
    """Nothing deadlocks while the test runs."""
    before = deadlocks(server_log)
    yield
    assert deadlocks(server_log) == before


def test_two_people_advance_the_same_site(live_cast, calm):
    project = road.midterm_project(live_cast)
    managers = (live_cast.project_manager, live_cast.engineering_manager)

    for n in range(ROUNDS):
        services.reopen(again(project), reason="返工", by=live_cast.engineering_manager, at=live_cast.at)
        pages = [again(project), again(project)]
        answers = at_once(
            *[lambda p=p, by=by: services.advance(p, to=Stage.MIDTERM_ACCEPTED, by=by, at=live_cast.at) for p, by in zip(pages, managers, strict=True)]
        )
        assert outcome(answers) == ["ProjectStageChange", "Refused"], answers
        assert refusals(answers) == ["The stage has changed meanwhile. Open the page again and look."], n

    moves = list(project.stage_changes.order_by("seq").values_list("seq", "from_stage", "to_stage"))
    assert [seq for seq, _source, _target in moves] == list(range(1, len(moves) + 1)) and len(moves) == 4 + 2 * ROUNDS
    assert all(before[2] == after[1] for before, after in pairwise(moves))
    assert list(audit.faults(project.dossier)) == []


def test_one_advances_and_another_pauses_the_same_site(live_cast, calm):
    project, won = road.midterm_project(live_cast, change=False), set()

    for _ in range(ROUNDS // 4):
        services.reopen(again(project), reason="返工", by=live_cast.engineering_manager, at=live_cast.at)
        first, second = again(project), again(project)
        answers = at_once(
            lambda p=first: services.advance(p, to=Stage.MIDTERM_ACCEPTED, by=live_cast.project_manager, at=live_cast.at),
            lambda p=second: services.pause(p, reason="等材料", by=live_cast.store_manager, at=live_cast.at),
        )
        stage = again(project).stage
        won.add(stage)
        if stage == "paused":  # the pause came first and the step got the sentence, or it came after the step
            services.resume(again(project), by=live_cast.store_manager, at=live_cast.at)
        if again(project).stage == "under_construction":
            assert refusals(answers) == ["The stage has changed meanwhile. Open the page again and look."]
            services.advance(again(project), to=Stage.MIDTERM_ACCEPTED, by=live_cast.project_manager, at=live_cast.at)
        assert all(isinstance(a, Refused) or type(a).__name__ == "ProjectStageChange" for a in answers), answers

    assert again(project).stage == "midterm_accepted" and "paused" in won
    assert list(audit.faults(project.dossier)) == []


def test_two_people_pay_the_same_instalment_and_two_take_it_back(live_cast, calm):
    project = road.working_project(live_cast)
    due = project.money.due_now

    for n in range(ROUNDS):
        pages = [again(project), again(project)]
        answers = at_once(
            *[
                lambda p=p, by=by: road.pay(p, due, people=live_cast, at=live_cast.at, by=by)
                for p, by in zip(pages, (live_cast.cashier, live_cast.accountant), strict=True)
            ]
        )
        assert outcome(answers) == ["Payment", "Refused"], answers
        assert "is more than what is open today" in refusals(answers)[0], n
        payment = next(a for a in answers if isinstance(a, Payment))
        others = [p for p in (live_cast.cashier, live_cast.accountant, live_cast.finance_supervisor) if p.pk != payment.by_id]
        if n % 4:
            services.reverse_payment(payment, reason="记错", by=others[0], at=live_cast.at)
            continue
        answers = at_once(*[lambda by=by, p=payment: services.reverse_payment(p, reason="记错", by=by, at=live_cast.at) for by in others])
        assert outcome(answers) == ["Payment", "Refused"], answers
        assert refusals(answers) == ["This payment has been reversed already."]

    assert again(project).money.received == Decimal(10000)
    assert sum(a.amount for a in Allocation.objects.filter(payment__project=project)) == Decimal(10000)
    receipts = Paper.objects.filter(kind="L23", store=live_cast.store).order_by("number")
    assert list(receipts.values_list("number", flat=True)) == list(range(1, ROUNDS + 2))
    assert receipts.filter(state="void").count() == ROUNDS
    assert list(audit.faults(project.dossier)) == []


def test_two_cashiers_at_two_sites_of_one_store_take_two_receipt_numbers(live_cast, calm):
    sites = [road.signed_project(live_cast), road.signed_project(live_cast, phones=["13858003372"])]
    cashiers = (live_cast.cashier, live_cast.accountant)

    for _ in range(ROUNDS // 4):
        pages = [again(project) for project in sites]
        answers = at_once(
            *[lambda p=p, by=by: road.pay(p, 1, people=live_cast, at=live_cast.at, by=by) for p, by in zip(pages, cashiers, strict=True)]
        )
        assert outcome(answers) == ["Payment", "Payment"], answers

    numbers = list(Paper.objects.filter(kind="L23", store=live_cast.store).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 2 * (ROUNDS // 4) + 3))  # the two deposits before them
    assert [list(audit.faults(project.dossier)) for project in sites] == [[], []]


def test_the_customer_signs_a_change_while_it_is_withdrawn(live_cast, calm):
    project = road.working_project(live_cast)
    evidence = road.scan(project, by=live_cast.site_supervisor, at=live_cast.at)
    lines = [services.Line(road.items(project)[0], Decimal(1))]
    told = {"by": live_cast.project_manager, "at": live_cast.at}

    for _ in range(ROUNDS // 4):
        change = services.request_change(again(project), reason="customer_add", wish="加插座", evidence=evidence, by=live_cast.site_supervisor, at=live_cast.at)
        change = services.issue_change(change, lines=lines, days=0, **told)
        for role in ("designer", "foreman", "project_manager"):
            sign(change.paper, role, "某人", **told)
        paper, page = Paper.objects.get(pk=change.paper_id), ChangeOrder.objects.get(pk=change.pk)
        answers = at_once(
            lambda p=paper: sign(p, "customer", road.CUSTOMER, **told), lambda c=page: services.withdraw_change(c, reason="不做了", **told)
        )
        assert outcome(answers) in (["ChangeOrder", "Refused"], ["Refused", "Signature"]), answers
        row = ChangeOrder.objects.select_related("paper").get(pk=change.pk)
        if "Signature" in outcome(answers):
            assert refusals(answers) == ["This change is signed; make another one to undo it."]
            assert (row.paper.is_signed, row.withdrawn_at) == (True, None)
        else:
            assert refusals(answers)[0].startswith("This paper is not waiting for signatures")
            assert (row.paper.state, row.withdrawn_at) == ("void", live_cast.at)

    signed = [c for c in again(project).change_list if c.is_signed]
    assert again(project).money.changes_total == sum(c.amount for c in signed)
    assert list(audit.faults(project.dossier)) == []


def test_a_settlement_is_signed_while_it_is_made_anew(live_cast, calm):
    """The signed one stays, or the new one takes the place of the unsigned; a signed settlement is never pushed aside."""
    project = road.working_project(live_cast)
    services.clear(project, Fact.CARPENTRY_ACCEPTED, by=live_cast.quality_inspector, at=live_cast.at)
    told = {"by": live_cast.project_manager, "at": live_cast.at}

    for _ in range(ROUNDS // 4):
        services.settle(again(project), kind="midterm", **told)
        page, paper = again(project), again(project).settlement("change").paper
        sign(paper, "project_manager", "郭建军", **told)
        answers = at_once(
            lambda p=paper: sign(p, "customer", road.CUSTOMER, **told), lambda p=page: services.settle(p, kind="midterm", **told)
        )
        paper.refresh_from_db()
        assert outcome(answers) in (["Refused", "Settlement"], ["Refused", "Signature"]), answers
        assert paper.state == ("superseded" if "Settlement" in outcome(answers) else "signed")
        if paper.is_signed:
            assert refusals(answers) == [f"This settlement is signed: {paper.ref}."]
            break

    assert list(audit.faults(project.dossier)) == []


def test_two_people_establish_the_same_fact_and_it_stands_once(live_cast, calm):
    project = road.signed_project(live_cast)

    for _ in range(ROUNDS // 4):
        pages = [again(project), again(project)]
        answers = at_once(
            *[
                lambda p=p, by=by: services.clear(p, Fact.CHECK_3_PASSED, by=by, at=live_cast.at)
                for p, by in zip(pages, (live_cast.quality_inspector, live_cast.supervision_manager), strict=True)
            ]
        )
        assert outcome(answers) == ["Clearance", "Clearance"] and answers[0] == answers[1], answers
        services.revoke(again(project), Fact.CHECK_3_PASSED, reason="复查", by=live_cast.quality_inspector, at=live_cast.at)

    assert Clearance.objects.filter(project=project).count() == ROUNDS // 4
    assert list(audit.faults(project.dossier)) == []


def test_two_people_take_the_same_blank_contract(live_cast, calm):
    told = {"by": live_cast.engineering_assistant, "at": live_cast.at}
    blanks = services.stock_contracts(store=live_cast.store, serials=[f"CXHT{n:05d}" for n in range(ROUNDS // 2)], **told)

    for blank in blanks:
        answers = at_once(
            *[lambda b=blank, by=by: services.take_blank(b, by=by, at=live_cast.at) for by in (live_cast.customer_manager, live_cast.store_manager)]
        )
        assert outcome(answers) == ["ContractStock", "Refused"], answers
        assert refusals(answers) == ["This blank contract is not in stock: Taken out."]

    assert ContractStock.objects.filter(state="taken").count() == ROUNDS // 2


def test_two_people_make_the_contract_of_the_same_enquiry(live_cast, calm):
    for n in range(max(ROUNDS // 20, 2)):
        lead = road.accepted_lead(live_cast, phones=[f"138580034{n:02d}"])
        facts = [road.contract_facts(live_cast, lead) | {"by": by} for by in (live_cast.customer_manager, live_cast.store_manager)]
        answers = at_once(*[lambda f=f, x=lead: services.open_project(type(x).objects.get(pk=x.pk), **f) for f in facts])
        assert outcome(answers) == ["Project", "Refused"], answers
        assert Project.objects.filter(lead=lead).count() == 1
        assert ContractStock.objects.filter(state="taken").count() == n + 1  # the loser's blank is still in hand

    numbers = list(Paper.objects.filter(kind="P07").order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
