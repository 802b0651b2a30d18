"""Credit: used for the next instalment, given back by two people, never below nothing; deductions above what is left go back too."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from core.render import html_of
from leads.models import CashEntry
from projects import services
from projects.models import CreditRefund
from projects.services.credits import spare
from tests.factories import projects as road
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(signed=road.signed_project, midterm=road.midterm_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def signed(standing, db):
    return site(standing, "signed")


def credit(project, amount, cast, **more):
    return road.pay(project, amount, people=cast, at=cast.at, allocations={}, credit=amount, **more)


def asked(project, amount, cast, **more):
    told = {"reason": "客户多转", "by": cast.cashier, "at": cast.at} | more
    return services.ask_credit_refund(project, amount=Decimal(amount), **told)


def test_credit_goes_back_by_two_people_with_a_voucher(signed, cast):
    """LR-57."""
    credit(signed, 500, cast, payer_account="8810")
    for amount, says in (("500.01", "At most ¥500.00"), ("0", "more than nothing")):
        with pytest.raises(Refused, match=says):
            asked(signed, amount, cast)
    with pytest.raises(Refused, match="last four digits"):
        asked(signed, 300, cast, payee_account="6217001504270427")
    made = asked(signed, 300, cast, by=cast.accountant)
    assert (made.payee, made.payee_account) == (road.CUSTOMER, "8810")  # to the account that it came from
    with pytest.raises(Refused, match="waits already"):
        asked(signed, 100, cast)
    with pytest.raises(Refused, match="needs two people"):
        services.pay_credit_refund(made, by=cast.accountant, at=cast.at)

    done = services.pay_credit_refund(made, by=cast.finance_supervisor, at=cast.at)

    account = road.refreshed(signed).money
    assert (account.credit, account.received) == (Decimal(200), Decimal(10200)) and done.voucher.body["amount_upper"] == "叁佰元整"
    assert "尾号 8810" in html_of(done.voucher, mode="presented")
    assert [e.amount for e in CashEntry.objects.filter(kind="credit_refund")] == [Decimal(-300)]
    assert Deadline.objects.get(clock="projects.credit_refund").stopped_at == cast.at
    with pytest.raises(Refused, match="decided already"):
        services.pay_credit_refund(made, by=cast.finance_supervisor, at=cast.at)


def test_of_an_account_noted_in_full_before_the_last_four_digits_go_on_the_refund(signed, cast, monkeypatch):
    monkeypatch.setattr("projects.services.money.tail", str)  # as payments were written before
    credit(signed, 500, cast, payer_account="6217 0015 **** 8810")

    assert asked(signed, 300, cast).payee_account == "8810"


def test_the_form_takes_the_last_four_digits_of_the_account_and_the_page_says_so(signed, cast):
    credit(signed, 500, cast)
    url, client = f"/projects/{signed.ref}/credit-refunds/", cast.client(cast.cashier)
    told = {"amount": "300", "reason": "多转", "payee": road.CUSTOMER, "method": "transfer"}

    assert client.post(url, told | {"payee_account": "6217001504270427"}).status_code == 422
    assert client.post(url, told | {"payee_account": "8810"}).status_code == 302
    assert f"{road.CUSTOMER} 尾号 8810" in client.get(url).text
    assert f"{road.CUSTOMER} 尾号 8810" in cast.client(cast.accountant).get(f"/projects/{signed.ref}/credit-payments/").text


def test_what_was_used_meanwhile_does_not_go_back(signed, cast):
    credit(signed, 500, cast)
    made = asked(signed, 500, cast)
    services.use_credit(signed, by=cast.cashier, at=cast.at)

    with pytest.raises(Refused, match=r"At most ¥0\.00"):
        services.pay_credit_refund(made, by=cast.accountant, at=cast.at)
    services.refuse_credit_refund(made, reason="已抵开工款", by=cast.accountant, at=cast.at)
    assert not CreditRefund.objects.get().is_waiting


def test_what_opens_later_is_paid_from_what_is_left_of_the_credit_and_no_more(signed, cast):
    """Part of what was paid too much went back: the rest alone pays the line that opens, however large the payment was."""
    credit(signed, 500, cast)
    services.pay_credit_refund(asked(signed, 300, cast), by=cast.accountant, at=cast.at)

    assert services.use_credit(signed, by=cast.cashier, at=cast.at) == Decimal(200)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert road.refreshed(signed).money.credit == 0
    assert services.use_credit(signed, by=cast.cashier, at=cast.at) == 0


def test_credit_that_pays_by_itself_stands_in_the_file(signed, cast):
    """Nobody pressed a button: the entry names no one, and a second look writes nothing."""
    credit(signed, 500, cast)
    for _ in range(2):
        services.follow(signed.dossier, at=cast.at)

    told = signed.dossier.entries.filter(kind="projects.credit_used").get()
    assert told.by is None and '"500.00"' in told.payload


def test_a_payment_whose_credit_went_back_is_not_reversed(signed, cast):
    payment = credit(signed, 500, cast)
    services.pay_credit_refund(asked(signed, 500, cast), by=cast.accountant, at=cast.at)

    with pytest.raises(Refused, match="nothing is left to reverse"):
        services.reverse_payment(payment, reason="记错", by=cast.accountant, at=cast.at)


def test_deductions_above_what_is_left_go_back_and_then_the_site_is_settled(standing, cast):
    """A deduction of more than the tail, after everything up to mid-term was paid: the difference goes back, the last lines bear it."""
    project = site(standing, "midterm")
    both = [road.issued_change(project, people=cast, at=cast.at, quantities=("-90",), days=0) for _ in range(2)]
    for change in both:
        sign_all(change.paper, by=cast.project_manager, at=cast.at)
    account = road.refreshed(project).money
    over = account.received - account.owed
    assert over > 0 == account.credit and spare(account) == over
    with pytest.raises(Refused, match="At most"):
        asked(project, over + Decimal("0.01"), cast)

    services.pay_credit_refund(asked(project, over, cast), by=cast.accountant, at=cast.at)

    account = road.refreshed(project).money
    assert account.received == account.owed and account.credit == 0
    road.cleared(project, road.Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(project, to="completed_pending_acceptance", by=cast.project_manager, at=cast.at)
    road.cleared(project, road.Fact.COMPLETION_ACCEPTED, road.Fact.CHECK_8_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(project, to="accepted", by=cast.project_manager, at=cast.at)
    road.settled(project, "final", people=cast, at=cast.at)
    assert all(row.is_paid for row in road.refreshed(project).money.instalments)
    assert road.refreshed(project).stage == "settled"


ATTACKS = {
    "more than the credit": (
        "INSERT INTO projects_payment (project_id, store_id, kind, amount, method, payer, payer_account, received_on, receipt_id, reason, key, by_id, at) "
        "SELECT project_id, store_id, 'refund', -501, method, payer, '', received_on, receipt_id, 'x', gen_random_uuid(), by_id, at FROM projects_payment "
        "WHERE kind = 'in'", "another file|credit",
    ),
    "paid without the money leaving": ("UPDATE projects_creditrefund SET paid_at = now(), paid_by_id = {accountant}", "stand on an account|paid_whole"),
    "another amount": ("UPDATE projects_creditrefund SET amount = 1", "frozen|permission denied"),
    "forgotten": ("DELETE FROM projects_creditrefund", "never changed|permission denied"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, signed, cast):
    credit(signed, 500, cast)
    asked(signed, 500, cast)
    sql, because = ATTACKS[attack]
    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(accountant=cast.accountant.pk))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
