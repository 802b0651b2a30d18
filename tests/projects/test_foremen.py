"""P38: what a foreman has earned, what is taken off, three people behind a payment, nothing beyond what is earned; P39 beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from leads.models import CashAccount, CashEntry
from leads.services import till
from projects import services
from projects.choices import Fact
from projects.foreman_accounts import account_of, accounts_of
from projects.models import ForemanDeduction, Project
from tests.factories import projects as road
from tests.factories import settling
from tests.factories import site_order as life
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites


def busy(cast: Any, **more: Any) -> Project:
    """Under construction, a price of 50 000 in five parts agreed: the first 10 000 are earned."""
    project = road.working_project(cast, **more)
    settling.priced(project, people=cast, at=cast.at)
    return project


def wound_up(cast: Any, **more: Any) -> Project:
    return road.settled_project(cast, **more)


standing = sites(busy=busy, settled=wound_up)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "busy")


def account(project, cast):
    return account_of(project, cast.foreman)


def clock_of(name, key):
    return Deadline.objects.get(clock=f"projects.{name}", key__startswith=key, stopped_at__isnull=True)


# --- earned ----------------------------------------------------------------------------------------------------------


PASSED = [
    ((), 10000), ((Fact.CONCEALED_WORKS_ACCEPTED,), 25000), ((Fact.CONCEALED_WORKS_ACCEPTED, Fact.CARPENTRY_ACCEPTED), 37500),
    ((Fact.CHECK_7_PASSED,), 20000),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "earned"), PASSED)
def test_P38_an_instalment_is_earned_when_its_work_has_passed(project, cast, facts, earned):
    if facts:
        road.cleared(project, *facts, by=cast.quality_inspector, at=cast.at)
    assert (account(project, cast).earned, account(project, cast).to_come) == (earned, 50000 - earned)


def test_P38_what_is_taken_back_is_not_earned_any_more(project, cast):
    road.cleared(project, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    services.revoke(project, Fact.CARPENTRY_ACCEPTED, reason="复检不合格", by=cast.quality_inspector, at=cast.at)
    assert account(project, cast).earned == 10000


def test_P38_a_statement_is_at_most_what_is_earned_and_open(project, cast):
    with pytest.raises(Refused, match=r"10,000.00 is earned and open"):
        settling.written(project, people=cast, at=cast.at, amount=Decimal("10000.01"))
    made = settling.written(project, people=cast, at=cast.at, amount=Decimal(10000))
    assert (made.earned, made.amount, made.paper.kind) == (10000, 10000, "P38")
    with pytest.raises(Refused, match="A statement waits already"):
        settling.written(project, people=cast, at=cast.at)


def test_P38_nothing_is_written_without_a_price_or_beyond_what_is_paid(project, cast):
    settling.paid(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match=r"Nothing is open: ¥10,000.00 is earned, ¥10,000.00 is paid"):
        settling.written(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match="No price is agreed") as refusal:
        settling.written(project, people=cast, at=cast.at, foreman=cast.other.foreman)
    assert refusal.value.missing[0].gate == "P38"


# --- three people ----------------------------------------------------------------------------------------------------


def test_P38_who_writes_does_not_approve_and_who_approves_does_not_pay(project, cast):
    both = cast.hire("engineering_assistant", "engineering_manager", "accountant", name="一人三职")
    made = services.write_statement(project, by=both, at=cast.at)
    with pytest.raises(Refused, match="approved by a second person"):
        services.approve_statement(made, by=both, at=cast.at)
    with pytest.raises(Refused, match="not approved yet"):
        services.pay_statement(made, by=cast.accountant, at=cast.at)
    services.approve_statement(made, by=cast.engineering_manager, at=cast.at)
    for person in (both, cast.engineering_manager, cast.foreman):
        with pytest.raises(Refused, match="does not pay it"):
            services.pay_statement(made, by=person, at=cast.at)
    with pytest.raises(Refused, match="last four digits"):
        services.pay_statement(made, payee_account="04", by=cast.accountant, at=cast.at)
    paid = services.pay_statement(made, by=cast.accountant, at=cast.at)
    entry = CashEntry.objects.get(paper=made.paper)
    assert (paid.amount, entry.amount, entry.kind, entry.party) == (10000, -10000, "foreman", str(cast.foreman))


def test_P38_a_foreman_neither_writes_nor_takes_off_his_own(project, cast):
    for act in (
        lambda: services.write_statement(project, by=cast.foreman, at=cast.at),
        lambda: services.record_deduction(project, amount=Decimal(1), reason="x", by=cast.foreman, at=cast.at),
    ):
        with pytest.raises(Refused, match="his own"):
            act()


def test_P38_a_refused_statement_is_void_and_another_may_be_written(project, cast):
    made = settling.approved(project, people=cast, at=cast.at)
    services.refuse_statement(made, reason="罚款还没列上", by=cast.engineering_manager, at=cast.at)
    made.paper.refresh_from_db()
    assert made.paper.state == "void"
    with pytest.raises(Refused, match="was refused"):
        services.pay_statement(made, by=cast.accountant, at=cast.at)
    assert settling.written(project, people=cast, at=cast.at).seq == 2


def test_P38_a_till_without_the_cash_pays_nobody(project, cast):
    made = settling.approved(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match="“柜台现金” holds"):
        services.pay_statement(made, method="cash", by=cast.accountant, at=cast.at)
    assert not CashEntry.objects.filter(kind="foreman").exists()


# --- deductions, labour, advances ------------------------------------------------------------------------------------


def test_Q44_a_fine_is_taken_off_the_next_statement_and_more_than_is_open_is_carried_over(project, cast):
    fine = services.record_deduction(project, foreman=cast.foreman, amount=Decimal(300), reason="安全帽未戴", paper=None, by=cast.project_manager, at=cast.at)
    assert (account(project, cast).payable, fine.kind) == (9700, "fine")
    services.record_deduction(project, amount=Decimal(9800), reason="返工", kind="rework", by=cast.project_manager, at=cast.at)
    assert (account(project, cast).payable, account(project, cast).carried) == (0, -100)
    with pytest.raises(Refused, match=r"Nothing is open; ¥-100.00 is carried over"):
        settling.written(project, people=cast, at=cast.at)
    road.cleared(project, Fact.CONCEALED_WORKS_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    assert account(project, cast).payable == 14900
    services.withdraw_deduction(fine, reason="查明不是他的人", by=cast.engineering_manager, at=cast.at)
    assert account(project, cast).payable == 15200
    with pytest.raises(Refused, match="withdrawn already"):
        services.withdraw_deduction(fine, reason="x", by=cast.engineering_manager, at=cast.at)


@pytest.mark.parametrize("kind", ["rework", "material", "other", "fine"])
def test_LR_8_no_more_is_taken_off_than_the_price_still_leaves_unpaid(project, cast, kind):
    """To the cent; a fine by its slip has limits of its own (Q44)."""
    most = account(project, cast).most_ahead
    told = {"reason": "返工", "kind": kind, "by": cast.project_manager, "at": cast.at}
    with pytest.raises(Refused, match=rf"leaves ¥{most:,.2f} unpaid"):
        services.record_deduction(project, amount=most + Decimal("0.01"), **told)
    with pytest.raises(DatabaseError, match="leaves less unpaid"), transaction.atomic():
        ForemanDeduction.objects.create(project=project, store=project.store, foreman=cast.foreman, amount=most + Decimal("0.01"), **told)
    services.record_deduction(project, amount=most, **told)
    assert account(project, cast).most_ahead == 0


def test_Q44_a_fine_after_the_approval_stops_the_payment(project, cast):
    made = settling.approved(project, people=cast, at=cast.at)
    services.record_deduction(project, amount=Decimal("0.01"), reason="罚款", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match=r"Only ¥9,999.99 is open by now"):
        services.pay_statement(made, by=cast.accountant, at=cast.at)


def test_Q44_one_slip_is_taken_off_once(project, cast):
    slip = life.fined(project, people=cast, at=cast.at).paper
    services.record_deduction(project, amount=Decimal(50), reason="罚款单", paper=slip, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="taken off already"):
        services.record_deduction(project, amount=Decimal(50), reason="罚款单", paper=slip, by=cast.project_manager, at=cast.at)


def test_LR_8_no_other_paper_than_the_slip_lifts_the_limit(project, cast):
    """The statement, the contract, whatever lies in the file: with it no more is taken off than the price leaves unpaid."""
    other, more = settling.written(project, people=cast, at=cast.at).paper, account(project, cast).most_ahead + 1
    slip = life.fined(project, people=cast, at=cast.at).paper
    for paper, kind in ((other, "fine"), (slip, "rework")):
        told = {"amount": more, "reason": "罚款单", "paper": paper, "kind": kind, "by": cast.project_manager, "at": cast.at}
        with pytest.raises(Refused, match="fine is taken off by a slip"):
            services.record_deduction(project, **told)
        with pytest.raises(DatabaseError, match="fine is taken off by a slip"), transaction.atomic():
            ForemanDeduction.objects.create(project=project, store=project.store, foreman=cast.foreman, **told)


def test_G14_the_labour_of_a_change_counts_when_the_customer_has_signed(project, cast):
    change = road.issued_change(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match="counts when the customer has signed"):
        services.agree_labour(change, amount=Decimal(400), by=cast.engineering_manager, at=cast.at)
    sign_all(change.paper, by=cast.project_manager, at=cast.at)
    made = services.agree_labour(change, amount=Decimal(-400), by=cast.engineering_manager, at=cast.at)
    assert account(project, cast).payable == 9600
    with pytest.raises(Refused, match="agreed already"):
        services.agree_labour(change, amount=Decimal(1), by=cast.engineering_manager, at=cast.at)
    services.withdraw_labour(made, reason="算错", by=cast.engineering_manager, at=cast.at)
    services.agree_labour(change, amount=Decimal(400), by=cast.engineering_manager, at=cast.at)
    assert account(project, cast).payable == 10400


def test_P38_an_advance_is_never_more_than_the_price_holds_and_is_worked_off(project, cast):
    def ahead(amount: str, reason: str = "工人回家过年"):
        return settling.written(project, people=cast, at=cast.at, kind="advance", amount=Decimal(amount), reason=reason)

    with pytest.raises(Refused, match="Say the reason"):
        ahead("100", reason=" ")
    with pytest.raises(Refused, match=r"still holds ¥50,000.00"):
        ahead("50000.01")
    made = services.approve_statement(ahead("30000"), by=cast.engineering_manager, at=cast.at)
    services.pay_statement(made, by=cast.accountant, at=cast.at)
    assert (account(project, cast).carried, made.carried) == (-20000, -20000)
    road.cleared(project, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    assert account(project, cast).payable == 7500


def test_P38_a_payment_is_taken_back_once_by_a_second_person_and_is_open_again(project, cast):
    paid = settling.paid(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match="reversed by a second person"):
        services.reverse_foreman_payment(paid, reason="打错账户", by=cast.accountant, at=cast.at)
    back = services.reverse_foreman_payment(paid, reason="打错账户", by=cast.finance_supervisor, at=cast.at)
    with pytest.raises(Refused, match="reversed already"):
        services.reverse_foreman_payment(paid, reason="x", by=cast.finance_supervisor, at=cast.at)
    assert (back.amount, account(project, cast).payable) == (-10000, 10000)
    assert sum(CashEntry.objects.filter(paper=paid.settlement.paper).values_list("amount", flat=True)) == 0
    assert settling.paid(project, people=cast, at=cast.at).amount == 10000


def test_P38_each_foreman_has_an_account_of_his_own(project, cast):
    """Who leaves keeps what passed while he was there; who comes has what is agreed with him."""
    second = cast.hire("foreman", name="接手工长")
    services.staff_project(project, foreman=second, by=cast.engineering_manager, at=cast.days(1))
    settling.priced(project, people=cast, at=cast.days(1), total=20000, shares={"midterm": 60, "final": 40})
    road.cleared(project, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.days(2))
    first, later = accounts_of([project.pk], cast.foreman)[0], accounts_of([project.pk], second)[0]
    assert (first.earned, first.in_force) == (10000, False)
    assert (later.earned, later.in_force) == (12000, True)


# --- clocks ----------------------------------------------------------------------------------------------------------


def test_P38_what_is_earned_is_written_in_a_week_approved_in_three_days_paid_in_three(project, cast):
    services.follow(project.dossier, at=cast.at)
    due = clock_of("foreman_due", project.ref)
    assert (due.owner, due.due_at) == (cast.engineering_assistant, cast.days(7))
    made = settling.written(project, people=cast, at=cast.days(1))
    approval = clock_of("foreman_approval", project.ref)
    assert (approval.owner, approval.due_at) == (cast.engineering_manager, cast.days(4))
    services.approve_statement(made, by=cast.engineering_manager, at=cast.days(2))
    pay = clock_of("foreman_payment", project.ref)
    assert (pay.owner, pay.due_at) == (cast.accountant, cast.days(5))
    services.pay_statement(made, by=cast.accountant, at=cast.days(3))
    services.follow(project.dossier, at=cast.days(3))
    assert not Deadline.objects.filter(clock__startswith="projects.foreman", stopped_at__isnull=True, dossier=project.dossier).exists()
    road.cleared(project, Fact.CONCEALED_WORKS_ACCEPTED, by=cast.quality_inspector, at=cast.days(4))
    services.follow(project.dossier, at=cast.days(6))
    assert clock_of("foreman_due", project.ref).due_at == cast.days(11)  # from the fact, not from the look


# --- commission ------------------------------------------------------------------------------------------------------


def test_P39_a_commission_on_the_settled_sum_is_registered_once_and_approved_by_another(standing, project, cast):
    settled = site(standing, "settled")
    with pytest.raises(Refused, match="belongs to a settled site"):
        services.register_commission(project, percent=Decimal(1), by=cast.engineering_assistant, at=cast.at)
    for wrong in (Decimal(0), Decimal("100.01")):
        with pytest.raises(Refused, match="between nought and a hundred"):
            services.register_commission(settled, percent=wrong, by=cast.engineering_assistant, at=cast.at)
    made = services.register_commission(settled, percent=Decimal("1.5"), by=cast.engineering_assistant, at=cast.at)
    assert (made.base, made.amount) == (settled.money.owed, (settled.money.owed * Decimal("0.015")).quantize(Decimal("0.01")))
    with pytest.raises(Refused, match="registered already"):
        services.register_commission(settled, percent=Decimal(1), by=cast.engineering_assistant, at=cast.at)
    with pytest.raises(Refused, match="approved by a second person"):
        services.approve_commission(made, by=cast.engineering_assistant, at=cast.at)
    services.approve_commission(made, by=cast.engineering_manager, at=cast.at)
    services.withdraw_commission(made, reason="比例定错", by=cast.engineering_manager, at=cast.at)
    assert services.register_commission(settled, percent=Decimal(1), by=cast.engineering_assistant, at=cast.at).percent == 1


# --- the database by itself ------------------------------------------------------------------------------------------

ROW = {"project_id": "{project}", "store_id": "{store}", "foreman_id": "{foreman}", "by_id": "{accountant}", "at": "now()"}
PAYMENT = ROW | {
    "settlement_id": "{approved}", "amount": "10000", "method": "'transfer'", "payee_account": "''", "paid_on": "'2026-11-24'", "reason": "''",
}  # fmt: skip
STATEMENT = ROW | {
    "seq": "9", "kind": "'instalment'", "paper_id": "{paper}", "price": "50000", "earned": "10000", "labour": "0", "deducted": "0", "paid_before": "0",
    "amount": "10000", "reason": "''", "refused_because": "''",
}  # fmt: skip
DEDUCTION = ROW | {"kind": "'rework'", "amount": "10", "reason": "'x'", "withdrawn_because": "''"}
COMMISSION = {k: v for k, v in ROW.items() if k != "foreman_id"} | {
    "supervisor_id": "{supervisor}", "month": "'2026-11-01'", "base": "1000", "percent": "1", "amount": "10", "note": "''", "withdrawn_because": "''",
}  # fmt: skip
DENIED = "permission denied"


def row(table: str, honest: dict[str, str], **more: str) -> str:
    values = honest | more
    return f"INSERT INTO projects_{table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


ATTACKS = {
    "pay a statement that stands on no account": (row("foremanpayment", PAYMENT), "must stand on an account"),
    "pay another amount": (row("foremanpayment", PAYMENT, amount="9999"), "what an approved statement says"),
    "pay another foreman": (row("foremanpayment", PAYMENT, foreman_id="{other}"), "what an approved statement says"),
    "pay what one approved": (row("foremanpayment", PAYMENT, by_id="{approver}"), "does not pay it"),
    "pay oneself": (row("foremanpayment", PAYMENT, by_id="{foreman}"), "two_people"),
    "pay nothing": (row("foremanpayment", PAYMENT, amount="0"), "projects_foremanpayment_amount"),
    "take back what was never paid": (row("foremanpayment", PAYMENT, amount="-10000", reason="'x'"), "projects_foremanpayment_amount"),
    "write a statement beyond what is earned": (row("foremansettlement", STATEMENT, amount="10000.01"), "projects_foremansettlement_earned"),
    "write a second statement": (row("foremansettlement", STATEMENT), "projects_foremansettlement_one_waits|paper_id"),
    "write an approved statement": (
        row("foremansettlement", STATEMENT, approved_at="now()", approved_by_id="{approver}"), "approved by a second person"
    ),
    "an advance without a reason": (row("foremansettlement", STATEMENT, kind="'advance'"), "projects_foremansettlement_earned"),
    "approve one's own": (
        "UPDATE projects_foremansettlement SET approved_at = now(), approved_by_id = by_id WHERE id = {approved}", "frozen|two_people"
    ),
    "say that a statement is paid": ("UPDATE projects_foremansettlement SET paid_at = now() WHERE id = {approved}", "must stand on an account"),
    "raise a statement": ("UPDATE projects_foremansettlement SET amount = 20000 WHERE id = {approved}", f"{DENIED}|frozen"),
    "take off less than nothing": (row("foremandeduction", DEDUCTION, amount="-1"), "projects_foremandeduction_amount"),
    "take off without a reason": (row("foremandeduction", DEDUCTION, reason="''"), "projects_foremandeduction_amount"),
    "take off by the foreman himself": (row("foremandeduction", DEDUCTION, by_id="{foreman}"), "two_people"),
    "take off by a slip of another file": (row("foremandeduction", DEDUCTION, paper_id="{elsewhere}"), "another file"),
    "lower a deduction": ("UPDATE projects_foremandeduction SET amount = 1", f"{DENIED}|frozen"),
    "forget a payment": ("DELETE FROM projects_foremanpayment", f"{DENIED}|evidence"),
    "a commission on a site that is not settled": (row("supervisorcommission", COMMISSION), "belongs to a settled site"),
    "a commission of more than the sum": (row("supervisorcommission", COMMISSION, project_id="{settled}", amount="1000.01"), "projects_commission_amount"),
    "a commission approved at once": (
        row("supervisorcommission", COMMISSION, project_id="{settled}", approved_at="now()", approved_by_id="{approver}"), "approved by a second person"
    ),
}  # fmt: skip


@pytest.fixture
def ids(standing, project, cast):
    """A statement that is approved and waits for its payment; a deduction beside it."""
    made, settled = settling.approved(project, people=cast, at=cast.at), site(standing, "settled")
    ForemanDeduction.objects.create(
        project=project, store=project.store, foreman=cast.foreman, kind="rework", amount=Decimal(5), reason="x", by=cast.project_manager, at=cast.at
    )
    return {
        "project": project.pk, "store": project.store_id, "foreman": cast.foreman.pk, "accountant": cast.accountant.pk, "approved": made.pk,
        "paper": made.paper_id, "approver": cast.engineering_manager.pk, "other": cast.other.foreman.pk, "supervisor": cast.site_supervisor.pk,
        "settled": settled.pk, "elsewhere": settled.contract.paper_id,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, ids):
    sql, because = ATTACKS[attack]
    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**ids))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_pays_no_more_than_is_earned_even_from_an_account(project, cast):
    """P38: the statement was right when it was approved; since then the work was refused."""
    made = settling.approved(project, people=cast, at=cast.at)
    services.revoke(project, Fact.CREW_ON_SITE, reason="退场", by=cast.engineering_manager, at=cast.at)
    where = till.account_for(project.store, "transfer", at=cast.at)
    with pytest.raises(DatabaseError, match="not paid more than he has earned"), transaction.atomic(), connection.cursor() as cursor:
        till.book(where, kind="foreman", amount=-made.amount, party="x", paper=made.paper, by=cast.accountant, at=cast.at)
        cursor.execute(row("foremanpayment", PAYMENT).format(
            project=project.pk, store=project.store_id, foreman=cast.foreman.pk, accountant=cast.accountant.pk, approved=made.pk
        ))  # fmt: skip
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_money_for_a_foreman_leaves_on_a_statement_alone(project, cast):
    receipt = project.payments.order_by("id").first().receipt
    where = CashAccount.objects.filter(store=project.store, kind="bank").first()
    with pytest.raises(DatabaseError, match="another file"), transaction.atomic():
        till.book(where, kind="foreman", amount=Decimal(-5), party="x", paper=receipt, by=cast.accountant, at=cast.at)
    made = settling.written(project, people=cast, at=cast.at)
    with pytest.raises(DatabaseError, match="leads_cashentry_kind"), transaction.atomic():
        till.book(where, kind="foreman", amount=Decimal(5), party="x", paper=made.paper, by=cast.accountant, at=cast.at)
    with pytest.raises(DatabaseError, match="what an approved statement says"), transaction.atomic(), connection.cursor() as cursor:
        till.book(where, kind="foreman", amount=Decimal(-5), party="x", paper=made.paper, by=cast.accountant, at=cast.at)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_many_sites_are_asked_few_questions(standing, project, cast, django_assert_num_queries):
    settling.paid(project, people=cast, at=cast.at)
    with django_assert_num_queries(8):  # the list of sites, their facts, prices with parts, labour, deductions, payments, statements
        assert len(accounts_of(Project.objects.values_list("pk", flat=True))) == 1
