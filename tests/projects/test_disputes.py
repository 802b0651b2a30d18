"""Settlements that are disputed and signed in their second version; what nobody signed, and what is priced outside the list (G14, G16, G17, R061, R062)."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core import clocks
from core.models import Deadline, Paper
from core.refusals import Refused
from projects import deadlines_days, services, terms
from projects.choices import Stage
from projects.models import ChangeLine, OffListPrice, Project, Settlement, UnsignedWork
from projects.selectors_days import site_meter
from projects.services.unsigned import late_days, late_price
from tests.factories import days as told
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(disputed=told.settled_midterm, working=road.working_project, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def midterm(standing, cast):
    return site(standing, "disputed")


@pytest.fixture
def working(standing, cast):
    return site(standing, "working")


def deduct(project, cast, at, quantity="-2.5"):
    """The agreement on a dispute: a change of its own, signed by everybody."""
    change = road.asked_change(project, people=cast, at=at, wish="插座按实际数量减少")
    services.answer_change(change, answer="按现场", by=cast.designer, at=at)
    change = services.issue_change(change, lines=[services.Line(road.items(project)[0], Decimal(quantity))], days=0, by=cast.project_manager, at=at)
    sign_all(change.paper, by=cast.project_manager, at=at)
    services.follow(project.dossier, at=at)
    road.refreshed(project)
    return change


# --- disputes ------------------------------------------------------------------------------------------------------------


def test_g16_a_disputed_settlement_is_signed_in_its_second_version_and_the_first_stays_readable(cast, midterm):
    """R061, R049: mid-term and changes are settled together, again together."""
    first = midterm.settlement("midterm")
    dispute = told.disputed(midterm, people=cast, at=cast.days(1))
    assert clocks.is_open(deadlines_days.DISPUTE, f"{midterm.ref}/dispute/{dispute.pk}")
    for kind in ("midterm", "change"):
        paper = midterm.settlement(kind).paper
        with pytest.raises((Refused, DatabaseError), match="signed in its next version"), transaction.atomic():
            sign(paper, "customer", road.CUSTOMER, by=cast.project_manager, at=cast.days(1))
        assert "signed in its next version" in Paper.objects.get(pk=paper.pk, stale_at__isnull=False).stale_reason  # its page asks for no hand any more
    with pytest.raises(Refused, match="cannot be made yet") as refusal:
        services.settle(midterm, kind="midterm", by=cast.project_manager, at=cast.days(2))
    assert [gap.gate for gap in refusal.value.missing] == ["G16"]

    services.answer_dispute(dispute, outcome="accepted", answer="现场复核为十个，按实际减少", by=cast.project_manager, at=cast.days(2))
    assert clocks.is_open(deadlines_days.SECOND_VERSION, f"{midterm.ref}/version/midterm")
    deduct(midterm, cast, cast.days(2))
    second = services.settle(midterm, kind="midterm", by=cast.project_manager, at=cast.days(3))

    assert (second.version, second.previous, second.changes) == (2, first, first.changes - Decimal("137.50"))
    first.paper.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by, first.paper.body["version"]) == ("superseded", second.paper, 1)
    body = second.paper.body
    assert [(row["outcome"], row["answer"]) for row in body["disputes"]] == [("业主有理", "现场复核为十个，按实际减少")]
    assert {row["what"]: (row["before"], row["after"]) for row in body["differences"]}["本次增减"] == (f"¥{first.changes:,.2f}", f"¥{second.changes:,.2f}")
    assert body["previous"] == first.paper.ref
    assert not clocks.is_open(deadlines_days.SECOND_VERSION, f"{midterm.ref}/version/midterm")
    for kind in ("midterm", "change"):
        assert sign_all(midterm.settlement(kind).paper, by=cast.project_manager, at=cast.days(3)).is_signed
        road.refreshed(midterm)
    services.follow(midterm.dossier, at=cast.days(3))
    assert road.refreshed(midterm).settled("midterm")


def test_a_line_that_stands_is_answered_too_and_no_figure_changes(cast, midterm):
    dispute = told.disputed(midterm, people=cast, at=cast.days(1))
    services.answer_dispute(dispute, outcome="stands", answer="点位表有业主签字", by=cast.project_manager, at=cast.days(1))
    made = services.settle(midterm, kind="midterm", by=cast.project_manager, at=cast.days(1))
    assert (made.paper.body["differences"], len(made.paper.body["disputes"])) == ([], 1)


def test_a_companion_that_was_signed_already_is_replaced_with_the_disputed_one(cast, midterm):
    sign_all(midterm.settlement("change").paper, by=cast.project_manager, at=cast.days(1))
    road.refreshed(midterm)
    dispute = services.dispute_settlement(midterm.settlement("midterm"), line="other", words="已付金额不对", by=cast.project_manager, at=cast.days(1))
    services.answer_dispute(dispute, outcome="stands", answer="收据已核对", by=cast.project_manager, at=cast.days(1))
    services.settle(midterm, kind="midterm", by=cast.project_manager, at=cast.days(2))
    assert [row.version for row in Settlement.objects.filter(project=midterm, paper__state="issued")] == [2, 2]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"words": " "}, "Write down what the customer says"), ({"line": "change"}, "Say which line it is"), ({"line": "sum"}, "Say which line it is"),
        ({"photos": [None] * 7}, "At most 6 photos"),
    ],
)  # fmt: skip
def test_a_dispute_says_which_line_and_why(cast, midterm, how, says):
    given = {"line": "other", "words": "对不上", "by": cast.project_manager, "at": cast.days(1)} | how
    with pytest.raises(Refused, match=says):
        services.dispute_settlement(midterm.settlement("midterm"), **given)


def test_what_the_customer_has_signed_is_disputed_no_more(cast, midterm):
    settlement = midterm.settlement("midterm")
    sign(settlement.paper, "customer", road.CUSTOMER, by=cast.project_manager, at=cast.days(1))
    with pytest.raises(Refused, match="The customer has signed"):
        services.dispute_settlement(settlement, line="other", words="对不上", by=cast.project_manager, at=cast.days(1))


def test_r062_g17_the_final_settlement_is_disputed_and_a_change_after_the_midterm_is_settled_with_it(cast, standing):
    accepted = site(standing, "accepted")
    services.settle(accepted, kind="final", by=cast.project_manager, at=cast.days(1))
    with pytest.raises(Refused, match="not done while the site is at"):
        road.asked_change(accepted, people=cast, at=cast.days(1))
    road.refreshed(accepted)
    dispute = told.disputed(accepted, people=cast, at=cast.days(1), kind="final", words="客厅吊顶少做一道")
    services.answer_dispute(dispute, outcome="partly", answer="少做部分扣减", by=cast.project_manager, at=cast.days(1))
    road.refreshed(accepted)
    changed = deduct(accepted, cast, cast.days(2), "-1")
    second = services.settle(accepted, kind="final", by=cast.project_manager, at=cast.days(2))
    assert (second.version, [line["seq"] for line in second.lines]) == (2, [changed.seq])
    assert {row["what"]: row["after"] for row in second.paper.body["differences"]}["本次增减"] == f"−¥{-second.changes:,.2f}"  # as everywhere on the paper
    sign_all(second.paper, by=cast.project_manager, at=cast.days(2))
    services.follow(accepted.dossier, at=cast.days(2))
    road.pay_open(road.refreshed(accepted), people=cast, at=cast.days(3))
    services.follow(accepted.dossier, at=cast.days(3))
    assert road.refreshed(accepted).stage == Stage.SETTLED  # R063 and G18 wait for nothing else


# --- what nobody signed --------------------------------------------------------------------------------------------------


def test_g14_an_unsigned_change_never_enters_a_settlement_not_even_by_plain_sql(cast, midterm):
    waiting = road.issued_change(midterm, people=cast, at=cast.days(1))
    row = midterm.settlement("change")
    values = {f.attname: getattr(row, f.attname) for f in Settlement._meta.concrete_fields if f.attname not in ("id", "recorded_at")}
    values |= {"version": 2, "previous_id": row.pk, "paper_id": waiting.paper_id}
    line = {"seq": waiting.seq, "ref": waiting.paper.ref, "amount": str(waiting.amount)}
    signed = row.lines[0]
    for lines, amount, says in (
        ([signed, line], row.changes + waiting.amount, "Only changes that the customer has signed"), ([signed, signed], row.changes * 2, "each once"),
        ([signed | {"amount": "1.00"}], Decimal(1), "Only changes that the customer has signed"), ([signed], row.changes + 1, "sum of its lines"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=says), transaction.atomic():
            Settlement.objects.create(**values | {"lines": json.loads(json.dumps(lines)), "changes": amount})


def test_unsigned_work_is_a_fact_with_who_let_it_happen_and_is_never_charged(cast, working):
    owed = working.money.owed
    work = told.unsigned(working, people=cast, at=cast.days(1))
    assert (work.let_by, working.money.owed, site_meter(road.refreshed(working)).unsigned_works) == (cast.foreman, owed, 1)
    assert clocks.is_open(deadlines_days.UNSIGNED_WORK, f"{working.ref}/unsigned/{work.pk}")
    with pytest.raises(Refused, match="has not signed a change for it"):
        services.end_unsigned_work(work, outcome="signed", says="补签", by=cast.project_manager, at=cast.days(2))
    services.end_unsigned_work(work, outcome="restored", says="线槽已补平", by=cast.project_manager, at=cast.days(2))
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        UnsignedWork.objects.filter(pk=work.pk).update(outcome_says="算钱")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        UnsignedWork.objects.filter(pk=work.pk).update(let_by=cast.designer)


def test_unsigned_work_that_is_signed_after_all_counts_through_its_change_alone(cast, working):
    work = told.unsigned(working, people=cast, at=cast.days(1))
    change = road.signed_change(working, people=cast, at=cast.days(2))
    done = services.end_unsigned_work(work, outcome="signed", says="业主补签", change=change, by=cast.project_manager, at=cast.days(2))
    assert (done.change, road.refreshed(working).money.changes_total) == (change, change.amount)


# --- outside the list ----------------------------------------------------------------------------------------------------


def test_a_price_outside_the_list_needs_its_reason_and_the_engineering_manager(cast, working):
    change = road.asked_change(working, people=cast, at=cast.at)
    services.answer_change(change, answer="铜条节点图 S-09", by=cast.designer, at=cast.at)
    price = told.off_list(change, people=cast, at=cast.at)
    with pytest.raises(Refused, match="1 missing") as refusal:
        services.issue_change(change, lines=[services.Line(road.items(working)[0], Decimal(1))], days=1, by=cast.project_manager, at=cast.at)
    assert refusal.value.missing[0].says == "The price outside the list is not decided: 定制铜条收边."
    with pytest.raises(Refused, match="needs two people"):
        services.decide_off_list(price, approved=True, answer="", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="Say the reason"):
        services.decide_off_list(price, approved=False, answer=" ", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(DatabaseError, match="approved first"), transaction.atomic():
        ChangeLine.objects.create(change=change, seq=1, off_list=price, quantity=1, unit_price=680, amount=680)
    with pytest.raises(DatabaseError, match="projects_offlist_two_people"), transaction.atomic():
        OffListPrice.objects.filter(pk=price.pk).update(approved=True, decided_at=cast.at, decided_by=cast.project_manager)

    services.decide_off_list(price, approved=True, answer="", by=cast.engineering_manager, at=cast.at)
    made = services.issue_change(change, lines=[services.Line(road.items(working)[0], Decimal(1))], days=1, by=cast.project_manager, at=cast.at)
    assert (made.amount, made.paper.body["lines"][1]["trade"]) == (Decimal("735.00"), "报价单外")
    assert "报价单没有铜条做法" in made.paper.body["lines"][1]["note"]


def test_a_refused_price_is_left_out(cast, working):
    change = road.asked_change(working, people=cast, at=cast.at)
    price = told.off_list(change, people=cast, at=cast.at)
    services.decide_off_list(price, approved=False, answer="用报价单的收边条", by=cast.engineering_manager, at=cast.at)
    made = services.issue_change(change, lines=[services.Line(road.items(working)[0], Decimal(1))], days=0, by=cast.project_manager, at=cast.at)
    assert (made.amount, made.lines.count()) == (Decimal(55), 1)


# --- late completion -----------------------------------------------------------------------------------------------------


def test_the_compensation_is_the_contracts_own_price_and_never_more(cast, standing):
    accepted = site(standing, "accepted")
    rules = terms.contract_text().rules
    assert (rules.words()["late_rate"], rules.words()["late_cap"]) == ("万分之五", "百分之五")
    assert "每天按合同总价的万分之五支付违约金" in next(term["says"] for term in accepted.contract.paper.body["key_terms"] if "违约金" in term["says"])
    assert late_price(accepted) == ((accepted.contract.total * Decimal("0.0005")).quantize(Decimal("0.01")), 100)
    given = {"because": "工人不足", "by": cast.project_manager, "at": cast.days(1)}
    evidence = told.photo(accepted, by=cast.project_manager, at=cast.days(1))
    with pytest.raises(Refused, match="completed in the agreed time"):
        services.agree_compensation(accepted, days=1, evidence=evidence, **given)

    Project.objects.filter(pk=accepted.pk).update(completed_on=accepted.due_on + timedelta(days=4))
    road.refreshed(accepted)
    assert late_days(accepted) == 4
    for days, allowed in ((0, False), (5, False), (4, True)):
        if not allowed:
            with pytest.raises(Refused, match="at most the 4"):
                services.agree_compensation(accepted, days=days, evidence=evidence, **given)
    price = services.agree_compensation(accepted, days=4, evidence=evidence, **given)
    services.decide_off_list(price, approved=True, answer="按合同第八条", by=cast.engineering_manager, at=cast.days(1))
    services.answer_change(price.change, answer="与设计无关", by=cast.designer, at=cast.days(1))
    made = services.issue_change(price.change, lines=[], days=0, by=cast.project_manager, at=cast.days(1))
    assert (made.amount, made.paper.body["reason"]) == (-4 * late_price(accepted)[0], "逾期竣工违约金")


# --- the meter -----------------------------------------------------------------------------------------------------------


def test_the_meter_says_contract_signed_and_unsigned_changes_days_and_the_date(cast, working):
    signed = road.signed_change(working, people=cast, at=cast.at, days=2)
    waiting = road.issued_change(working, people=cast, at=cast.days(1))
    told.stopped(working, 1, 3, people=cast, at=cast.days(4))
    told.lost(working, 4, people=cast, at=cast.days(4), reason="rework")
    made = told.extension(road.refreshed(working), people=cast, at=cast.days(5))
    sign_all(made.paper, by=cast.project_manager, at=cast.days(5))
    services.follow(working.dossier, at=cast.days(5))
    meter = site_meter(road.refreshed(working))

    assert (meter.contract, meter.total, meter.unsigned) == (working.contract.total, working.contract.total + signed.amount, waiting.amount)
    assert {row.owner: (row.count, row.extended) for row in meter.days if row.count} == {"weather": (3, 3), "company": (1, 0)}
    assert [(move.days, move.ref) for move in meter.moves] == [(2, signed.paper.ref), (3, made.paper.ref)]
    assert meter.due_on == meter.moves[-1].to == working.contract.due_on + timedelta(days=5)


@pytest.mark.parametrize(("share", "tone"), [("4.9", "plain"), ("5", "soon"), ("9.9", "soon"), ("10", "late")])
def test_the_meter_warns_from_five_and_from_ten_per_cent(cast, working, share, tone, monkeypatch):
    amount = (working.contract.total * Decimal(share) / 100).quantize(Decimal("0.01"))
    signed = type("Signed", (), {"is_signed": True, "is_waiting": False, "amount": amount, "days": 0})()
    monkeypatch.setitem(working.__dict__, "change_list", [signed])
    assert site_meter(working).tone == tone




# --- retention money -----------------------------------------------------------------------------------------------------


def test_retention_money_has_its_own_instalment_and_day_and_keeps_nothing_else_waiting(cast, db):
    """R062, R063, G18 (8.5): the site is settled and the card may come without it; asked for is it on its day, not before."""
    accepted = road.accepted_project(cast, contract={"plan": "PP4Q"}, phones=["13858003399"])
    road.settled(accepted, "final", people=cast, at=cast.at)
    held = accepted.money.instalments[-1]
    assert (held.milestone, held.is_open, held.due_on, accepted.money.due_now) == (
        "retention", True, (cast.at + timedelta(days=365)).date(), accepted.money.instalments[-2].rest,
    )  # fmt: skip
    assert accepted.settlement("final").paper.body["held"] == f"{held.rest:.2f}"
    road.pay_open(accepted, people=cast, at=cast.at)
    services.follow(accepted.dossier, at=cast.at)
    assert (road.refreshed(accepted).stage, accepted.money.held, accepted.money.is_paid_in_full) == (Stage.SETTLED, held.rest, True)
    for day, says in ((364, "is retention money"), (365, "")):
        if says:
            with pytest.raises(Refused, match=says):
                services.issue_reminder(accepted, seq=5, by=cast.site_supervisor, at=cast.days(day))
        else:
            assert services.issue_reminder(accepted, seq=5, by=cast.site_supervisor, at=cast.days(day)).amount == held.rest
    clock = Deadline.objects.get(clock="projects.instalment_due", key=f"{accepted.ref}/5")
    assert clock.due_at == cast.days(365)
    road.pay(road.refreshed(accepted), held.rest, people=cast, at=cast.days(366))
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached_at is not None, road.refreshed(accepted).money.held) == (cast.days(366), True, 0)


def test_a_late_instalment_is_reminded_of_on_its_day_and_a_week_after_each_reminder(cast, db):
    """P27, Q32: due three days after the contract was signed; the reminder is somebody's clock, the money stays the customer's."""
    project, key = road.signed_project(cast, phones=["13858003299"]), "/1/reminder"
    for day, runs in ((3, False), (4, True)):
        services.follow(project.dossier, at=cast.days(day))
        assert clocks.is_open(deadlines_days.PAYMENT_REMINDER, project.ref + key) is runs
    services.issue_reminder(project, seq=1, by=cast.site_supervisor, at=cast.days(4))
    for day, runs in ((4, False), (10.9, False), (11, True)):
        services.follow(project.dossier, at=cast.days(day))
        assert clocks.is_open(deadlines_days.PAYMENT_REMINDER, project.ref + key) is runs
    road.pay_open(project, people=cast, at=cast.days(11))
    services.follow(project.dossier, at=cast.days(12))
    assert not clocks.is_open(deadlines_days.PAYMENT_REMINDER, project.ref + key)
