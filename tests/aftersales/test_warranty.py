"""The warranty opens with the signed acceptance, whatever is paid; card and evaluation wait for the money (decisions 5, 28; G18)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aftersales import deadlines, services
from aftersales.models import Evaluation, Warranty, WarrantyCard
from aftersales.services.following import term
from aftersales.terms import questions
from core import audit, papers
from core.models import Deadline, Paper
from core.refusals import Refused
from projects import services as projects
from projects.choices import Fact, Stage
from projects.models import Clearance, Project
from projects.procedure import months_after
from tests.factories import aftersales as after
from tests.factories import inspections as checks
from tests.factories import projects as sites
from tests.hand import sign, sign_all

SHANGHAI = ZoneInfo("Asia/Shanghai")


def running(project: Project) -> dict[str, Deadline]:
    return {row.clock: row for row in Deadline.objects.filter(dossier=project.dossier, clock__startswith="aftersales.", stopped_at=None)}


def refused(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


# --- acceptance opens it -----------------------------------------------------------------------------------------------


def test_the_statutory_warranty_opens_at_the_signed_acceptance_although_the_rest_is_not_paid(cast, completed):
    after.signed_acceptance(completed, people=cast, at=cast.days(3))
    assert completed.money.balance > 0

    assert services.follow(completed.dossier, at=cast.days(9)) == 1

    warranty = after.warranty_of(completed)
    fact = Clearance.objects.get(project=completed, fact=Fact.COMPLETION_ACCEPTED)
    assert (warranty.starts_on, warranty.at, warranty.acceptance) == (cast.days(3).date(), fact.at, fact.paper)
    assert (warranty.paper.kind, warranty.paper.at, warranty.paper.by, warranty.paper.is_open) == ("S50", fact.at, cast.project_manager, True)
    assert {row.started_at for row in running(completed).values()} == {fact.at}


def test_an_acceptance_that_is_not_signed_by_everybody_opens_nothing(cast, completed):
    check = checks.passed(completed, "C8", people=cast, at=cast.days(3), signed=False)
    others = [signer for signer in papers.unsigned_roles(check.paper) if signer.required and signer.role != "customer"]
    for signer in others:
        sign(check.paper, signer.role, signer.label, by=cast.quality_inspector, at=cast.days(3))
    checks.services.follow(completed.dossier, at=cast.days(3))

    assert services.follow(completed.dossier, at=cast.days(4)) == 0
    assert not Warranty.objects.filter(project=completed).exists()


@pytest.mark.parametrize(
    ("signed_at", "first_day"),
    [(datetime(2026, 11, 26, 23, 59, tzinfo=SHANGHAI), date(2026, 11, 26)), (datetime(2026, 11, 27, 0, 1, tzinfo=SHANGHAI), date(2026, 11, 27))],
)
def test_the_first_day_is_the_day_of_the_signature_in_china(cast, completed, signed_at, first_day):
    after.signed_acceptance(completed, people=cast, at=signed_at)
    services.follow(completed.dossier, at=cast.days(9))

    assert after.warranty_of(completed).starts_on == first_day


def test_following_twice_writes_once(cast, completed):
    after.signed_acceptance(completed, people=cast, at=cast.days(3))

    assert services.follow(completed.dossier, at=cast.days(3)) == 1
    before = (Paper.objects.count(), Deadline.objects.count(), completed.dossier.entries.count())
    assert services.follow(completed.dossier, at=cast.days(4)) == 0
    assert services.follow(at=cast.days(5)) == 0
    assert (Paper.objects.count(), Deadline.objects.count(), completed.dossier.entries.count()) == before
    assert list(audit.faults(completed.dossier)) == []


def test_following_one_file_leaves_the_others_alone(cast, completed, accepted):
    after.signed_acceptance(completed, people=cast, at=cast.days(3))

    assert services.follow(accepted.dossier, at=cast.days(4)) == 0
    assert not Warranty.objects.filter(project=completed).exists()


def test_the_owner_signs_for_the_paper_and_the_receipts_clock_stops_at_the_signature(cast, accepted):
    warranty = after.warranty_of(accepted)
    sign_all(warranty.paper, by=cast.project_manager, at=cast.days(1))

    services.follow(accepted.dossier, at=cast.days(6))

    row = Deadline.objects.get(clock=deadlines.RECEIPT.id, key=accepted.ref)
    assert (row.stopped_at, row.breached_at) == (cast.days(1), None)


def test_an_acceptance_that_is_taken_back_withdraws_its_warranty_and_the_next_one_opens_the_next(cast, accepted):
    first = after.warranty_of(accepted)
    projects.reopen(accepted, reason="客厅地砖空鼓，验收有误", by=cast.engineering_manager, at=cast.days(2))
    for fact in (Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED):
        projects.revoke(accepted, fact, reason="客厅地砖空鼓", by=cast.quality_inspector, at=cast.days(2))

    assert services.follow(accepted.dossier, at=cast.days(3)) == 1

    first.refresh_from_db()
    assert (first.withdrawn_at, first.reason, first.paper.state) == (cast.days(2), "客厅地砖空鼓", Paper.State.VOID)
    assert running(accepted) == {}
    again = checks.opened(sites.refreshed(accepted), "C8", people=cast, at=cast.days(5), reason="重铺后复验")
    checks.concluded(checks.recorded(again, people=cast, at=cast.days(5)), people=cast, at=cast.days(5))
    again.refresh_from_db()
    sign_all(again.paper, by=cast.quality_inspector, at=cast.days(5))
    checks.services.follow(accepted.dossier, at=cast.days(5))
    services.follow(accepted.dossier, at=cast.days(6))
    second = after.warranty_of(accepted)
    assert (second.starts_on, second.pk == first.pk) == (cast.days(5).date(), False)
    assert set(running(accepted)) == {deadlines.RECEIPT.id, deadlines.FIRST_VISIT.id, deadlines.MONTH_VISIT.id}


# --- the terms ---------------------------------------------------------------------------------------------------------

TERMS = {  # part → months, statutory floor, last day when accepted on 2026-11-24
    "W01": (60, 60, date(2031, 11, 24)),
    "W02": (24, 24, date(2028, 11, 24)),
    "W03": (24, 24, date(2028, 11, 24)),
    "W04": (60, 24, date(2031, 11, 24)),
    "W05": (24, 24, date(2028, 11, 24)),
    "W06": (12, None, date(2027, 11, 24)),
    "W07": (24, None, date(2028, 11, 24)),
    "W08": (12, None, date(2027, 11, 24)),
    "W09": (3, None, date(2027, 2, 24)),
    "W10": (6, None, None),
}


def test_every_part_has_its_term_its_floor_and_its_last_day(cast, accepted):
    warranty = after.warranty_of(accepted)

    assert {row.code: (row.months, row.floor, row.until) for row in warranty.terms.all()} == TERMS
    assert warranty.last_on == date(2031, 11, 24)
    assert warranty.paper.body["terms"][0]["until"] == "2031-11-24"


@pytest.mark.parametrize("code", [code for code, (_months, floor, _until) in TERMS.items() if floor])
def test_a_promise_below_the_law_is_lifted_to_it_and_one_above_is_kept(code):
    floor = TERMS[code][1]
    start = date(2026, 11, 24)

    assert term({"code": code, "part": "x", "months": floor - 1, "floor": floor}, start).months == floor
    assert term({"code": code, "part": "x", "months": floor + 12, "floor": floor}, start).until == months_after(start, floor + 12)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2027, 11, 30), 3, date(2028, 2, 29)), (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2026, 12, 31), 60, date(2031, 12, 31)),
    ],
)  # fmt: skip
def test_terms_end_on_the_same_day_or_the_last_of_the_month(day, months, last):
    assert term({"code": "W02", "part": "x", "months": months}, day).until == last


def test_a_part_is_covered_up_to_and_on_its_last_day(cast, accepted):
    wet = after.warranty_of(accepted).terms.get(code="W01")
    repaired = after.warranty_of(accepted).terms.get(code="W10")

    assert [wet.covers(day) for day in (date(2026, 11, 24), date(2031, 11, 24), date(2031, 11, 25))] == [True, True, False]
    assert repaired.covers(date(2040, 1, 1))


# --- G18: card and evaluation wait for the money -----------------------------------------------------------------------

AFTER_MONEY = {
    "card": (lambda site, cast: after.card(site, people=cast, at=cast.at, signed=False), "The warranty card cannot be made out yet."),
    "evaluation": (lambda site, cast: after.evaluation(site, people=cast, at=cast.at, signed=False), "The evaluation cannot be filled in yet."),
}
UNSIGNED = ("G17", "The final settlement has not been signed.", "project_manager")
UNPAID = ("G18", "The final payment has not arrived in full.", "cashier,accountant")


@pytest.mark.parametrize("what", AFTER_MONEY)
def test_before_settlement_and_money_both_are_named_at_once(cast, accepted, what):
    act, sentence = AFTER_MONEY[what]

    refusal = refused(lambda: act(accepted, cast))

    assert refusal.message == sentence
    assert [(gap.gate, gap.says, gap.who) for gap in refusal.missing] == [UNSIGNED, UNPAID]


@pytest.mark.parametrize("what", AFTER_MONEY)
def test_a_signed_settlement_and_part_of_the_money_do_not_open_it_and_the_rest_does(cast, accepted, what):
    act, sentence = AFTER_MONEY[what]
    sites.settled(accepted, "final", people=cast, at=cast.at)
    sites.pay(accepted, sites.refreshed(accepted).money.due_now - Decimal("0.01"), people=cast, at=cast.at)
    projects.follow(accepted.dossier, at=cast.at)
    refusal = refused(lambda: act(accepted, cast))
    assert (refusal.message, [(gap.gate, gap.says, gap.who) for gap in refusal.missing]) == (sentence, [UNPAID])

    sites.pay(accepted, Decimal("0.01"), people=cast, at=cast.at)
    projects.follow(accepted.dossier, at=cast.at)

    assert act(accepted, cast).paper.is_open


def test_without_an_acceptance_there_is_no_warranty_to_act_on(cast, completed):
    refusal = refused(lambda: services.in_force(completed))

    assert [(gap.gate, gap.says) for gap in refusal.missing] == [("G17", "The acceptance has not been signed by everybody.")]


def test_the_card_says_what_the_warranty_paper_says(cast, settled):
    card = after.card(settled, people=cast, at=cast.at, signed=False)
    statutory = after.warranty_of(settled).paper

    assert card.paper.kind == "S01"
    assert card.paper.body["terms"] == statutory.body["terms"]
    assert (card.paper.body["warranty"], card.paper.body["starts_on"]) == (statutory.ref, statutory.body["starts_on"])


def test_a_card_that_was_signed_for_lets_the_site_go_under_warranty(cast, settled):
    closed = refused(lambda: projects.advance(settled, to=Stage.UNDER_WARRANTY, by=cast.cs_officer, at=cast.at))
    assert [(gap.gate, gap.says) for gap in closed.missing] == [("G18", "The warranty card has not been handed over.")]

    card = after.card(settled, people=cast, at=cast.days(1))
    projects.advance(sites.refreshed(settled), to=Stage.UNDER_WARRANTY, by=cast.cs_officer, at=cast.days(1))

    assert (card.handed_over_at, settled.stage) == (cast.days(1), Stage.UNDER_WARRANTY)
    fact = Clearance.objects.get(project=settled, fact=Fact.WARRANTY_CARD_ISSUED)
    assert (fact.paper, fact.at, fact.by) == (card.paper, cast.days(1), cast.cs_officer)
    with pytest.raises(Refused, match="entered among the old debts"):
        projects.reverse_payment(settled.payments.last(), reason="退票", by=cast.finance_supervisor, at=cast.days(2))


def test_there_is_one_card_unless_its_paper_was_voided(cast, settled):
    first = after.card(settled, people=cast, at=cast.at, signed=False)
    assert refused(lambda: after.card(settled, people=cast, at=cast.at)).message == f"The warranty card has been made out: {first.paper.ref}."

    papers.void(first.paper, reason="姓名写错", by=cast.cs_officer, at=cast.at)
    second = after.card(settled, people=cast, at=cast.at)

    assert WarrantyCard.objects.get().paper == second.paper != first.paper


@pytest.mark.parametrize("code", [question.code for question in questions() if question.kind != "text"])
@pytest.mark.parametrize("answer", ["", "6", "-1", "11", "x", "NO"])
def test_an_answer_outside_its_scale_is_refused_by_its_question(cast, settled, code, answer):
    question = next(question for question in questions() if question.code == code)
    if question.kind == "nps" and answer == "6":
        assert after.evaluation(settled, people=cast, at=cast.at, signed=False, **{code: answer}).answers[code] == "6"
        return

    refusal = refused(lambda: after.evaluation(settled, people=cast, at=cast.at, **{code: answer}))

    assert refusal.message == f"Not answered: {question.en}"
    assert not Evaluation.objects.exists()


def test_an_evaluation_is_written_anew_until_it_is_signed(cast, settled):
    first = after.evaluation(settled, people=cast, at=cast.at, signed=False)
    second = after.evaluation(settled, people=cast, at=cast.days(1))

    first.paper.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by) == (Paper.State.SUPERSEDED, second.paper)
    assert second.signed_at == cast.days(1)
    assert refused(lambda: after.evaluation(settled, people=cast, at=cast.days(2))).message == f"The customer has signed the evaluation: {second.paper.ref}."


@pytest.mark.parametrize(
    ("answers", "calls"),
    [({}, False), ({"Q05": "3"}, False), ({"Q05": "2"}, True), ({"Q09": "1"}, True), ({"Q11": "yes"}, True), ({"Q12": "0"}, False), ({"Q15": "很差"}, False)],
)  # fmt: skip
def test_a_bad_answer_is_called_about_on_the_same_day(cast, settled, answers, calls):
    made = after.evaluation(settled, people=cast, at=cast.days(1), signed=False, **answers)
    assert (made.bad, deadlines.LOW_SCORE.id in running(settled)) == (calls, False)

    sign_all(made.paper, by=cast.cs_officer, at=cast.days(1))
    services.follow(settled.dossier, at=cast.days(2))

    row = running(settled).get(deadlines.LOW_SCORE.id)
    assert (row is not None) is calls
    if row is not None:
        assert (row.owner, row.started_at, row.link) == (cast.cs_supervisor, cast.days(1), f"/aftersales/{settled.ref}/return-visits/?kind=low_score")


def test_a_settlement_that_is_opened_again_lets_card_and_evaluation_wait_once_more(cast, settled):
    waiting = {deadlines.CARD.id, deadlines.EVALUATION.id}
    assert waiting <= set(running(settled))
    projects.reopen(settled, reason="漏结一项变更", by=cast.engineering_manager, at=cast.days(1))

    services.follow(settled.dossier, at=cast.days(2))

    assert not waiting & set(running(settled))
    assert set(Deadline.objects.filter(clock__in=waiting).values_list("cancelled", "stopped_at")) == {(True, cast.days(1))}
    assert refused(lambda: after.card(settled, people=cast, at=cast.days(2))).message == "The warranty card cannot be made out yet."
    projects.follow(settled.dossier, at=cast.days(3))
    services.follow(settled.dossier, at=cast.days(3))
    assert waiting <= set(running(settled))
