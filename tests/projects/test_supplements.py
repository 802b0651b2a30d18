"""Supplements to a signed contract, corrections of an unsigned one: dates, terms, what is not due yet; never silently the sum."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from projects import services
from projects.choices import Fact, KeyTerm
from projects.models import Instalment, Supplement
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(opened=road.opened_project, signed=road.signed_project, contracted=road.contracted_project, working=road.working_project)
Share = services.Share


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def signed(standing, db):
    return site(standing, "signed")


@pytest.fixture
def working(standing, db):
    return site(standing, "working")


def supplement(project, cast, **more):
    told = {"reason": "业主资金安排", "by": cast.customer_manager, "at": cast.at} | more
    return services.issue_supplement(project, **told)


def in_force(made, cast, at=None):
    at = at or cast.at
    sign_all(made.paper, by=cast.customer_manager, at=at)
    services.follow(made.paper.dossier, at=at)
    made.refresh_from_db()
    return made


def table(project):
    return [(i.seq, i.percent, i.amount, i.due_days) for i in Instalment.objects.filter(contract=project.contract).order_by("seq")]


def test_a_supplement_counts_when_both_sides_have_signed(signed, cast):
    """LR-23: a paper of its own, numbered, signed by both."""
    end = signed.due_on + timedelta(days=20)
    made = supplement(signed, cast, due_on=end, terms="空调由业主自购。")
    assert made.paper.ref.startswith("P51-CX-2026-") and Deadline.objects.get(clock="projects.supplement").owner == cast.customer_manager
    sign(made.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)
    services.follow(signed.dossier, at=cast.at)
    assert road.refreshed(signed).due_on != end

    in_force(made, cast)

    assert road.refreshed(signed).due_on == end and made.applied_at == cast.at
    assert services.follow(signed.dossier, at=cast.at) == 0
    assert Deadline.objects.get(clock="projects.supplement").stopped_at == cast.at


def test_changes_signed_afterwards_move_the_new_day(working, cast):
    end = working.due_on + timedelta(days=10)
    in_force(supplement(working, cast, due_on=end), cast)

    road.signed_change(working, people=cast, at=cast.days(1), days=3)

    assert road.refreshed(working).due_on == end + timedelta(days=3)
    clock = Deadline.objects.get(clock="projects.completion", stopped_at=None)
    assert clock.due_at.astimezone(cast.at.tzinfo).date() == end + timedelta(days=3)


def test_the_start_moves_with_its_clock_until_the_works_have_started(standing, cast):
    project = site(standing, "contracted")
    start = project.starts_on + timedelta(days=7)

    in_force(supplement(project, cast, starts_on=start), cast)

    assert road.refreshed(project).starts_on == start
    assert Deadline.objects.get(clock="projects.works_start", stopped_at=None).due_at.astimezone(cast.at.tzinfo).date() == start
    with pytest.raises(Refused, match="have started already"):
        supplement(site(standing, "working"), cast, starts_on=start)


def test_what_is_not_due_yet_is_shared_out_anew_and_the_sum_stays(working, cast):
    before = table(working)

    in_force(supplement(working, cast, plan=[Share(3, Decimal(20), 5, "中期款"), Share(4, Decimal(20), 10)]), cast)

    after = table(working)
    assert after[:2] == before[:2] and [(p, d) for _s, p, _a, d in after[2:]] == [(20, 5), (20, 10)]
    assert sum(a for _s, _p, a, _d in after) == working.contract.total and after[2][2] == Decimal("17553.85")
    assert Instalment.objects.get(contract=working.contract, seq=3).name == "中期款"


def test_what_is_due_or_paid_stays(working, cast):
    road.pay_open(working, people=cast, at=cast.at)
    for plan, says in (
        ([Share(1, Decimal(20), 3), Share(3, Decimal(40), 3)], "Line 1 is due or paid"),
        ([Share(3, Decimal(31), 3), Share(4, Decimal(10), 3)], "40 % together"),
        ([Share(3, Decimal(30), 3), Share(3, Decimal(10), 3)], "together"), ([Share(3, Decimal(40), 3), Share(4, Decimal(0), 3)], "more than nothing"),
        ([Share(9, Decimal(10), 3)], "Line 9"), ([Share(3, Decimal("30.005"), 3), Share(4, Decimal("9.995"), 3)], "more than nothing"),
        ([Share(3, Decimal(30), 3), Share(4, Decimal(10), 7)], "changes something"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            supplement(working, cast, plan=plan)


def test_a_line_on_which_money_came_meanwhile_is_not_changed(working, cast):
    """The supplement waits for its signatures; what it names is paid in the meantime: the database refuses to follow."""
    made = supplement(working, cast, plan=[Share(2, Decimal(20), 3), Share(3, Decimal(40), 3)])
    road.cleared(working, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=cast.at)
    road.pay_open(working, people=cast, at=cast.at)

    sign_all(made.paper, by=cast.customer_manager, at=cast.at)
    with pytest.raises(DatabaseError, match="make a change order"), transaction.atomic():
        services.follow(working.dossier, at=cast.at)


def test_one_waits_at_a_time_and_an_unsigned_one_is_withdrawn_with_a_reason(signed, cast):
    made = supplement(signed, cast, terms="x")
    with pytest.raises(Refused, match="waits for its signatures"):
        supplement(signed, cast, terms="y")
    with pytest.raises(Refused, match="Say the reason"):
        services.withdraw_supplement(made, reason=" ", by=cast.customer_manager, at=cast.at)
    services.withdraw_supplement(made, reason="业主不改了", by=cast.customer_manager, at=cast.at)

    made.paper.refresh_from_db()
    assert made.paper.state == "void"
    again = in_force(supplement(road.refreshed(signed), cast, terms="y"), cast)
    assert again.seq == 2
    with pytest.raises(Refused, match="is not withdrawn"):
        services.withdraw_supplement(again, reason="x", by=cast.customer_manager, at=cast.at)


def test_an_unsigned_contract_is_corrected_not_supplemented(standing, cast):
    with pytest.raises(Refused, match="is corrected, not supplemented"):
        supplement(site(standing, "opened"), cast, terms="x")


def test_a_supplement_needs_a_reason_and_something_to_change(signed, cast):
    for told, says in (
        ({"reason": " ", "terms": "x"}, "Say the reason"), ({}, "changes something"), ({"due_on": signed.due_on}, "changes something"),
        ({"due_on": signed.starts_on}, "end after they start"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            supplement(signed, cast, **told)


# --- corrections before the first signature -------------------------------------------------------------------------------


def corrected(project, cast, **more):
    told = {"reason": "业主要求五段付款", "key_terms": list(KeyTerm.values), "by": cast.customer_manager, "at": cast.days(1)} | more
    return services.correct_contract(project, **told)


def test_before_signing_another_signer_or_another_number_is_noted(standing, cast):
    project = site(standing, "opened")
    for typed, number in (("139 0000 1111", "13900001111"), ("13900002222", "13900002222")):
        corrected(project, cast, signer="王建军", signer_phone=typed)
        contract = project.contract
        contract.refresh_from_db()
        assert (contract.sign_agreement["signer"], contract.sign_agreement["phone"], contract.paper.body["signer_phone"]) == ("王建军", number, number)
    with pytest.raises(Refused, match="telephone number is missing"):
        corrected(project, cast, signer="李娜")


@pytest.mark.parametrize(("plan", "lines"), [("PP3", 3), ("PP4", 4), ("PP5", 5)])
def test_before_signing_the_plan_may_change_and_a_new_paper_replaces_the_old(plan, lines, standing, cast):
    project = site(standing, "opened")
    old, total = project.contract.paper, project.contract.total
    if plan == "PP5":  # 10 % is less than the deposit
        with pytest.raises(Refused, match=r"at least the deposit ¥10,000\.00"):
            corrected(project, cast, plan=plan)
    percents = [Decimal(p) for p in ("15", "20", "35", "25", "5")] if plan == "PP5" else None

    project = corrected(project, cast, plan=plan, percents=percents)

    rows = table(project)
    assert len(rows) == lines and sum(a for _s, _p, a, _d in rows) == total and sum(p for _s, p, _a, _d in rows) == 100
    old.refresh_from_db()
    assert (old.state, old.superseded_by) == ("superseded", project.contract.paper)
    assert len(project.contract.paper.body["instalments"]) == lines
    sign_all(project.contract.paper, by=cast.customer_manager, at=cast.days(1))
    assert services.follow(project.dossier, at=cast.days(1)) and road.refreshed(project).contract.signed_on == cast.days(1).date()


def test_a_correction_confirms_every_key_term_anew_and_stops_with_the_first_signature(standing, cast):
    """LR-20."""
    project = site(standing, "opened")
    with pytest.raises(Refused, match="2 missing"):
        corrected(project, cast, key_terms=list(KeyTerm.values)[2:])
    with pytest.raises(Refused, match="end after they start"):
        corrected(project, cast, due_on=project.starts_on)
    sign(project.contract.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused, match="amended by a supplement"):
        corrected(project, cast, plan="PP3")


# --- the database ---------------------------------------------------------------------------------------------------------

ATTACKS = {
    "a line changed without a supplement": ("UPDATE projects_instalment SET due_days = 90 WHERE contract_id = {contract} AND seq = 4", "make a change order"),
    "another sum than the supplement says": (
        "UPDATE projects_instalment SET amount = amount + 1, percent = 20, due_days = 10 WHERE contract_id = {contract} AND seq = 4", "make a change order"
    ),
    "a line taken away": ("DELETE FROM projects_instalment WHERE contract_id = {contract} AND seq = 4", "make a change order"),
    "an unsigned supplement in force": ("UPDATE projects_supplement SET applied_at = now() WHERE id = {waiting}", "Not everybody has signed"),
    "a signed one withdrawn": ("UPDATE projects_supplement SET withdrawn_at = now(), withdrawn_because = 'x' WHERE id = {done}", "is not withdrawn|frozen"),
    "other terms": ("UPDATE projects_supplement SET terms = 'x' WHERE id = {waiting}", "frozen|permission denied"),
    "a supplement forgotten": ("DELETE FROM projects_supplement", "never changed|permission denied"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, working, cast):
    done = in_force(supplement(working, cast, terms="x"), cast)
    waiting = supplement(road.refreshed(working), cast, plan=[Share(3, Decimal(20), 5), Share(4, Decimal(20), 10)])
    sql, because = ATTACKS[attack]

    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(contract=working.contract.pk, waiting=waiting.pk, done=done.pk))

    assert Supplement.objects.filter(project=working).count() == 2


@pytest.mark.parametrize("signs", [False, True])
def test_a_supplement_is_withdrawn_and_never_voided_by_the_page_of_its_paper(working, cast, signs):
    """A void one would leave a site whose end and payments nobody agreed to, and that takes no other supplement."""
    made = supplement(working, cast, due_on=working.due_on + timedelta(days=20))
    if signs:
        in_force(made, cast)

    for person in (cast.customer_manager, cast.store_manager):
        assert cast.client(person).post(f"/papers/{made.paper.ref}/voiding/", {"void-reason": "写错了"}).status_code == 404
    made.paper.refresh_from_db()
    assert made.paper.state == ("signed" if signs else "issued")
