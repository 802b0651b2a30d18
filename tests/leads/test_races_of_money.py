"""Two people at once at the till, with a refund and with a discount: one comes through, no money lies between two days or goes out twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.refusals import Refused
from leads import services
from leads.models import CashEntry, DiscountRequest, TillClosing
from leads.services import till
from tests import road
from tests.factories import projects as sites
from tests.leads import quoting
from tests.leads.test_discounts import asked as discount_asked
from tests.leads.test_discounts import fresh, more, row
from tests.leads.test_refunds import asked
from tests.leads.test_till import account
from tests.threads import ROUNDS, at_once, deadlocks


def paid(cast, phone):
    lead = road.agreed_lead(cast, phones=[phone])
    return services.receive_deposit(lead, method="transfer", by=cast.cashier, at=cast.at)


# --- the day's closing ----------------------------------------------------------------------------------------------------


def test_two_people_close_the_same_day(live_cast, server_log):
    before, site = deadlocks(server_log), sites.signed_project(live_cast)
    bank = account(live_cast)
    for n in range(min(ROUNDS, 30)):
        at = live_cast.days(n)
        sites.pay(site, 1, people=live_cast, at=at)
        held = till.balance(bank)
        answers = at_once(*[
            lambda by=by, at=at, held=held: services.close_day(bank, day=at.date(), counted=held, by=by, at=at)
            for by in (live_cast.cashier, live_cast.accountant)
        ])  # fmt: skip
        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "TillClosing"], answers
    assert TillClosing.objects.count() == min(ROUNDS, 30) and deadlocks(server_log) == before


def test_a_closing_against_a_receipt_leaves_no_money_between_two_days(live_cast, server_log):
    before, site = deadlocks(server_log), sites.signed_project(live_cast)
    bank = account(live_cast)
    for n in range(min(ROUNDS, 30)):
        at = live_cast.days(2 * n)
        lead = road.agreed_lead(live_cast, at=at, phones=[f"138583{n:05d}"])
        sites.pay(site, 1, people=live_cast, at=at)
        held = till.balance(bank)
        answers = at_once(
            lambda lead=lead, at=at: services.receive_deposit(lead, method="transfer", by=live_cast.cashier, at=at),
            lambda at=at, held=held, bank=bank: services.close_day(
                bank, day=at.date(), counted=held, reason="盘点后又到一笔", by=live_cast.accountant, at=at
            ),
        )
        assert [type(answer).__name__ for answer in answers] == ["Deposit", "TillClosing"], answers
        for day in till.open_days(bank):
            services.close_day(
                bank,
                day=day,
                counted=till.figures(bank, day).expected,
                by=live_cast.cashier,
                at=live_cast.days(2 * n + 1),
            )
    sums = CashEntry.objects.filter(account=bank)
    assert sums.count() == 1 + 2 * min(ROUNDS, 30) and all(  # the site's own deposit before them
        TillClosing.objects.filter(account=bank, day=entry.day).exists() for entry in sums
    )
    assert deadlocks(server_log) == before


# --- refunds --------------------------------------------------------------------------------------------------------------


def test_two_people_pay_the_same_refund(live_cast, server_log):
    before = deadlocks(server_log)
    for n in range(min(ROUNDS, 30)):
        deposit = paid(live_cast, f"138582{n:05d}")
        made = asked(live_cast, deposit)
        answers = at_once(
            *[lambda by=by, made=made: services.pay_refund(made, by=by, at=live_cast.at) for by in (live_cast.accountant, live_cast.finance_supervisor)]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["DepositRefund", "Refused"], answers
    assert CashEntry.objects.filter(kind="deposit_refund").count() == min(ROUNDS, 30) and deadlocks(server_log) == before


def test_a_refund_against_a_reversal_gives_the_money_back_once(live_cast, server_log):
    before = deadlocks(server_log)
    for n in range(min(ROUNDS, 30)):
        deposit = paid(live_cast, f"138583{n:05d}")
        answers = at_once(
            lambda d=deposit: asked(live_cast, d), lambda d=deposit: services.reverse_deposit(d, reason="记错", by=live_cast.accountant, at=live_cast.at)
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    assert deadlocks(server_log) == before


# --- discounts ------------------------------------------------------------------------------------------------------------


def test_an_approval_and_an_edit_at_once_never_leave_an_uncovered_discount(live_db, live_cast, server_log):
    """Whoever comes first: the approval is dead in the end, and what it gave stands on the asker's authority, so that nothing is issued."""
    cast, before = live_cast, deadlocks(server_log)
    quotation = quoting.drafted(cast)
    none = {"discount": Decimal(0), "discount_reason": "", "management_percent": Decimal(0), "tax_percent": Decimal(0)}

    for n in range(max(ROUNDS // 8, 5)):
        services.set_terms(quotation, **none, by=cast.designer, at=cast.at)
        more(quotation, "T-01", 40, by=cast.designer, at=cast.at)
        discount_asked(cast, 6, quotation=quotation)
        answers = at_once(
            lambda: services.approve_discount(quotation, by=cast.store_manager, at=cast.at),
            lambda: more(quotation, "T-01", 20, by=cast.designer, at=cast.at),
        )

        assert all(answer is None or isinstance(answer, (Refused, DiscountRequest)) for answer in answers), answers
        found = fresh(quotation)
        assert quotation.discount_requests.count() == n + 1 and row(quotation).state == "lapsed", answers
        assert (found.discount, found.discount_by) in ((0, None), (row(quotation).amount, cast.designer))
        if found.discount:
            with pytest.raises(Refused):
                services.issue_quotation(quotation, by=cast.designer, at=cast.at)
    assert deadlocks(server_log) == before
