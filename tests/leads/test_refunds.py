"""Deposits that go back: by the nature of the money (LR-55), by two people (LR-57), or because they were booked in error."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from core.render import html_of
from leads import services
from leads.models import CashEntry, Deposit, DepositRefund, Lead
from leads.procedure import Standing
from leads.services.refunds import due_back
from projects import services as building
from tests import road
from tests.factories import projects as jobs
from tests.hand import sign
from tests.leads import standing as all_tests
from tests.leads.standing import fresh

TEN = Decimal(10000)


# two enquiries that are content with the preview
standing = all_tests.standing(**{f"content_{n}": lambda cast, n=n: road.content_lead(cast, phones=[f"1385800510{n}"]) for n in (1, 2)})


@pytest.fixture
def cast(standing, db):
    return standing.cast


def paid(cast, *, nature="earnest"):
    """The next of those that stand signs its agreement and pays."""
    lead = Lead.objects.filter(agreements=None).order_by("pk")[0]
    made = services.issue_order_agreement(lead, nature=nature, amount=TEN, by=cast.customer_manager, at=cast.at)
    sign(made.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)
    return services.receive_deposit(lead, method="transfer", by=cast.cashier, at=cast.at)


def asked(cast, deposit, **more):
    told = {"ground": "mutual", "reason": "房子卖掉了", "by": cast.customer_manager, "at": cast.at} | more
    return services.ask_refund(deposit, **told)


def lead_of(deposit) -> Lead:
    return Lead.objects.get(pk=deposit.lead_id)


# --- what is due back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nature", "ground", "costs", "due"),
    [
        ("earnest", "customer", 0, 0), ("earnest", "company", 0, 20000), ("earnest", "mutual", 0, 10000), ("deposit", "customer", 0, 10000),
        ("deposit", "customer", 3000, 7000), ("deposit", "company", 10000, 0), ("advance", "customer", 0, 10000), ("advance", "company", 0, 10000),
    ],
)  # fmt: skip
def test_what_is_due_follows_from_the_nature_of_the_money(nature, ground, costs, due):
    """LR-55: earnest money kept or twice, a deposit less confirmed costs, an advance whole."""
    assert due_back(nature, ground, TEN, Decimal(costs)) == due


def test_costs_are_taken_off_a_deposit_on_account_alone_and_only_on_paper(cast):
    """LR-55."""
    deposit = paid(cast, nature="deposit")
    for told, says in (
        ({"costs": Decimal(3000)}, "confirmed them in writing"), ({"costs": Decimal("10000.01")}, "between nothing and the deposit"),
        ({"costs": Decimal(-1)}, "between nothing and the deposit"), ({"ground": "whim"}, "on what ground"), ({"reason": " "}, "Say the reason"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            asked(cast, deposit, **told)
    proof = jobs.scan(lead_of(deposit), by=cast.customer_manager, at=cast.at, caption="双方确认的费用")

    made = asked(cast, deposit, costs=Decimal(3000), costs_proof=proof)

    assert (made.amount, made.payee, made.is_waiting) == (Decimal(7000), road.CUSTOMER, True)
    earnest = paid(cast)
    with pytest.raises(Refused, match="taken off a deposit on account alone"):
        asked(cast, earnest, costs=Decimal(1), costs_proof=proof)


# --- two people -----------------------------------------------------------------------------------------------------------


def test_one_asks_another_pays_and_the_receiver_signs_a_voucher_of_its_own_series(cast):
    """LR-57."""
    deposit = paid(cast, nature="advance")
    with pytest.raises(Refused, match="last four digits"):
        asked(cast, deposit, payee_account="6217 0015 **** 3302")
    made = asked(cast, deposit, by=cast.accountant, payee_account="3302")
    with pytest.raises(Refused, match="needs two people"):
        services.pay_refund(made, by=cast.accountant, at=cast.at)

    done = services.pay_refund(made, by=cast.finance_supervisor, at=cast.at)

    assert done.voucher.ref == "L28-CX-2026-0001" and done.voucher.is_open
    body = done.voucher.body
    assert "尾号 3302" in html_of(done.voucher, mode="presented")
    assert (body["amount"], body["amount_upper"], body["asked_by"], body["paid_by"]) == ("10000.00", "壹万元整", "许若谷", "罗静")
    sign(done.voucher, "customer", road.CUSTOMER, by=cast.finance_supervisor, at=cast.at)
    done.voucher.refresh_from_db()
    assert done.voucher.is_signed
    assert [(e.kind, e.amount) for e in CashEntry.objects.order_by("id")] == [("deposit", TEN), ("deposit_refund", -TEN)]
    with pytest.raises(Refused, match="decided already"):
        services.pay_refund(made, by=cast.finance_supervisor, at=cast.at)


def test_the_form_takes_the_last_four_digits_of_the_account_and_the_pages_say_so(cast):
    lead = paid(cast).lead
    url, client = f"/leads/{lead.ref}/deposit-refunds/", cast.client(cast.customer_manager)
    told = {"ground": "mutual", "reason": "房子卖掉了", "payee": road.CUSTOMER, "method": "transfer", "closes": "yes"}

    assert client.post(url, told | {"payee_account": "6217001504270427"}).status_code == 422
    assert client.post(url, told | {"payee_account": "3302"}).status_code == 302
    assert f"{road.CUSTOMER} 尾号 3302" in client.get(url).text
    assert f"{road.CUSTOMER} 尾号 3302" in cast.client(cast.accountant).get(f"/leads/{lead.ref}/refund-payments/").text


def test_earnest_money_of_a_customer_who_goes_is_kept_and_no_voucher_is_written(cast):
    """LR-55: nothing leaves the till, the enquiry is lost, the loss is reviewed."""
    deposit = paid(cast)
    services.pay_refund(asked(cast, deposit, ground="customer"), by=cast.accountant, at=cast.at)

    lead = lead_of(deposit)
    assert lead.stage == "lost" and CashEntry.objects.count() == 1 and lead.loss_reviews.count() == 1
    assert DepositRefund.objects.get().voucher is None


def test_a_company_that_broke_its_word_pays_twice(cast):
    """LR-55."""
    done = services.pay_refund(asked(cast, paid(cast), ground="company"), by=cast.accountant, at=cast.at)

    assert done.amount == 20000 and done.voucher.body["reckoning"][1] == ["加：公司违约，双倍返还", "10000.00"]


def test_a_refund_is_asked_for_once_at_a_time_and_may_be_refused_with_a_word(cast):
    deposit = paid(cast)
    made = asked(cast, deposit)
    assert Deadline.objects.get(clock="leads.refund").owner == cast.accountant
    for act in (lambda: asked(cast, deposit), lambda: services.reverse_deposit(deposit, reason="x", by=cast.accountant, at=cast.at)):
        with pytest.raises(Refused, match="is being given back"):
            act()
    with pytest.raises(Refused, match="Say the reason"):
        services.refuse_refund(made, reason=" ", by=cast.accountant, at=cast.at)

    services.refuse_refund(made, reason="客户改主意，继续装修", by=cast.accountant, at=cast.at)

    assert lead_of(deposit).stage == "deposit_paid" and Deadline.objects.get(clock="leads.refund").stopped_at == cast.at
    assert asked(cast, deposit).is_waiting


def test_the_money_of_a_customer_who_goes_meanwhile_stays_due(cast):
    deposit = paid(cast)
    made = asked(cast, deposit)

    services.lose(lead_of(deposit), reason="price", by=cast.designer, at=cast.at)

    assert made.is_waiting and Deadline.objects.get(clock="leads.refund").stopped_at is None
    services.pay_refund(made, by=cast.accountant, at=cast.at)
    assert Deadline.objects.get(clock="leads.refund").stopped_at == cast.at


# --- where the enquiry stands afterwards ----------------------------------------------------------------------------------


def test_a_refund_lifts_the_gate_and_the_enquiry_needs_a_new_agreement(cast):
    """G3, G4: without a deposit in force the survey waits; the old agreement is fulfilled."""
    deposit = paid(cast)
    services.pay_refund(asked(cast, deposit, closes=False), by=cast.accountant, at=cast.at)

    lead = lead_of(deposit)
    assert lead.stage == "proposal_presented" and Standing(lead).deposit is None and Standing(lead).agreement is None
    with pytest.raises(Refused) as refused:
        road.survey(lead, by=cast.designer, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G4"]
    with pytest.raises(Refused):
        services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)
    road.agreement(lead, by=cast.customer_manager, at=cast.at)
    services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)
    assert lead_of(deposit).stage == "deposit_paid" and lead.deposits.count() == 2


def test_a_lost_enquiry_whose_deposit_went_back_opens_again_before_the_deposit(cast):
    deposit = paid(cast)
    services.pay_refund(asked(cast, deposit), by=cast.accountant, at=cast.at)

    services.reopen(lead_of(deposit), reason="客户又回来了", by=cast.store_manager, at=cast.days(1))

    assert lead_of(deposit).stage == "proposal_presented"


def test_a_deposit_in_a_contract_is_settled_there(cast):
    project = jobs.opened_project(cast, phones=["13858005109"])
    deposit = project.lead.deposits.get()

    for act in (lambda: asked(cast, deposit), lambda: services.reverse_deposit(deposit, reason="x", by=cast.accountant, at=cast.at)):
        with pytest.raises(Refused, match="credited to the contract"):
            act()


def test_no_contract_is_made_while_the_deposit_is_being_given_back(cast):
    lead = jobs.accepted_lead(cast, phones=["13858005108"])
    made = asked(cast, lead.deposits.get(), closes=False)

    with pytest.raises(Refused, match="being given back"):
        building.open_project(lead, **jobs.contract_facts(cast, lead))
    services.refuse_refund(made, reason="客户又要做了", by=cast.accountant, at=cast.at)
    building.open_project(lead, **jobs.contract_facts(cast, lead))

    assert Lead.objects.get(pk=lead.pk).stage == "contracted"


def test_a_deposit_that_is_taken_again_finds_scheme_and_quotation_where_they_stood(cast):
    lead = jobs.accepted_lead(cast, phones=["13858005107"])
    running = Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)
    services.reverse_deposit(lead.deposits.get(), reason="记错客户", by=cast.accountant, at=cast.days(1))
    assert Lead.objects.get(pk=lead.pk).stage == "proposal_presented"

    services.receive_deposit(Lead.objects.get(pk=lead.pk), method="transfer", by=cast.cashier, at=cast.days(2))

    lead = Lead.objects.get(pk=lead.pk)
    assert lead.stage == "quoted" and lead.quotations.get().state == "accepted"
    assert running.filter(clock="leads.scheme").exists() != lead.schemes.exists()
    building.open_project(lead, **jobs.contract_facts(cast, lead))


# --- booked in error ------------------------------------------------------------------------------------------------------


def test_a_deposit_in_error_is_reversed_by_a_second_person_and_booked_anew(standing, cast):
    """LR-53, LR-57: the receipt is void and keeps its number; the wrong customer's gate closes; the right one's opens."""
    wrong, right = paid(cast), fresh(standing.content_2)
    road.agreement(right, by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused, match="by a second person"):
        services.reverse_deposit(wrong, reason="记错客户", by=cast.cashier, at=cast.at)
    with pytest.raises(Refused, match="Say the reason"):
        services.reverse_deposit(wrong, reason=" ", by=cast.accountant, at=cast.at)

    services.reverse_deposit(wrong, reason="记错客户，应为 1102 室", by=cast.accountant, at=cast.at)
    anew = services.receive_deposit(right, method="transfer", by=cast.cashier, at=cast.at)

    wrong.receipt.refresh_from_db()
    assert wrong.receipt.state == "void" and (wrong.receipt.number, anew.receipt.number) == (1, 2)
    lead = lead_of(wrong)
    assert lead.stage == "proposal_presented" and Standing(lead).agreement is not None  # it still stands: the money never came
    assert not Deadline.objects.filter(clock="leads.scheme", dossier=lead.dossier, stopped_at=None).exists()
    with pytest.raises(Refused, match="taken back already"):
        services.reverse_deposit(wrong, reason="再来", by=cast.accountant, at=cast.at)
    services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.days(1))
    assert lead_of(wrong).stage == "deposit_paid" and Deposit.objects.in_force().filter(lead=lead).count() == 1


# --- the database ---------------------------------------------------------------------------------------------------------

REFUND = (
    "INSERT INTO leads_depositrefund (deposit_id, store_id, amount, reason, payee, payee_account, method, by_id, at, refused_because, ground, costs, closes) "
    "SELECT id, store_id, {amount}, 'x', 'x', '', 'cash', by_id, at, '', '{ground}', {costs}, true FROM leads_deposit"
)
ATTACKS = {
    "more than is due": (REFUND.format(amount=10001, ground="mutual", costs=0), "nature of the money"),
    "earnest money of a customer who goes": (REFUND.format(amount=10000, ground="customer", costs=0), "nature of the money"),
    "costs off earnest money": (REFUND.format(amount=9000, ground="mutual", costs=1000), "nature of the money|costs_proof"),
    "paid by nobody": ("UPDATE leads_depositrefund SET paid_at = now()", "leads_depositrefund_paid_whole|stand on an account"),
    "paid by who asked": ("UPDATE leads_depositrefund SET paid_at = now(), paid_by_id = by_id", "stand on an account|two_people|paid_whole"),
    "paid without the money leaving": (
        "UPDATE leads_depositrefund SET paid_at = now(), paid_by_id = {accountant}, voucher_id = {receipt}", "stand on an account"
    ),
    "another amount": ("UPDATE leads_depositrefund SET amount = 1", "frozen|permission denied"),
    "two refunds at once": (REFUND.format(amount=10000, ground="mutual", costs=0), "leads_depositrefund_one"),
    "a refund forgotten": ("DELETE FROM leads_depositrefund", "never changed|permission denied"),
    "a reversal by who booked it": (
        "INSERT INTO leads_depositreversal (deposit_id, store_id, entry_id, reason, by_id, at) SELECT d.id, d.store_id, e.id, 'x', d.by_id, d.at "
        "FROM leads_deposit d, leads_cashentry e", "by a second person"
    ),
    "a reversal without the money leaving": (
        "INSERT INTO leads_depositreversal (deposit_id, store_id, entry_id, reason, by_id, at) SELECT d.id, d.store_id, e.id, 'x', {accountant}, d.at "
        "FROM leads_deposit d, leads_cashentry e", "exactly the payment"
    ),
    "back before the deposit while it is there": (
        "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        "SELECT lead_id, max(seq) + 1, 'deposit_paid', 'proposal_presented', '', 'x', {accountant}, now() FROM leads_leadstagechange "
        "WHERE lead_id = {lead} GROUP BY lead_id",
        "not in the procedure",
    ),
    "a deposit that stands on no account": (
        "DELETE FROM leads_cashentry", "never changed|permission denied",
    ),
}  # fmt: skip


@pytest.fixture
def deposit(cast):
    return paid(cast)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, deposit, cast):
    if "UPDATE leads_depositrefund" in ATTACKS[attack][0] or attack in ("two refunds at once", "a refund forgotten"):
        asked(cast, deposit)
    sql, because = ATTACKS[attack]

    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(accountant=cast.accountant.pk, receipt=deposit.receipt_id, lead=deposit.lead_id))
