"""The book of the accounts and the day's closing: every receipt on one account, a closed day takes no more, two people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from leads import selectors_money, services
from leads.models import CashAccount, CashEntry, Lead
from leads.services import till
from tests import road
from tests.leads import standing as all_tests
from tests.leads.standing import fresh


def account(cast, kind="bank"):
    return CashAccount.objects.get(store=cast.store, kind=kind)


# three enquiries that have signed their agreement and paid nothing yet
standing = all_tests.standing(**{
    f"agreed_{n}": lambda cast, n=n: road.agreed_lead(cast, phones=[f"1385800500{n}"], home=road.home(room_no=f"130{n}")) for n in (1, 2, 3)
})  # fmt: skip


@pytest.fixture
def cast(standing, db):
    return standing.cast


def received(cast, *, method="transfer", at=None, **more):
    """The next of those that stand pays."""
    lead = Lead.objects.filter(deposits=None).order_by("pk")[0]
    return services.receive_deposit(lead, method=method, by=cast.cashier, at=at or cast.at, **more)


# --- accounts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "kind"),
    [("cash", "till"), ("transfer", "bank"), ("wechat", "wechat"), ("alipay", "alipay"), ("card", "pos")],
)
def test_every_way_of_paying_goes_to_the_account_that_fits_it(method, kind, cast):
    deposit = received(cast, method=method)

    entry = CashEntry.objects.get()
    assert (entry.account.kind, entry.account.store, entry.amount, entry.paper, entry.kind) == (
        kind,
        cast.store,
        Decimal(10000),
        deposit.receipt,
        "deposit",
    )


def test_an_account_that_does_not_fit_is_refused(standing, cast):
    """LR-56: money goes to company accounts, each by its way of paying."""
    lead = fresh(standing.agreed_1)
    mine = services.open_account(
        store=cast.store, kind="bank", name="建行基本户", number="1234", by=cast.accountant, at=cast.at
    )
    other = services.open_account(
        store=cast.other.store, kind="till", name="柜台", by=cast.other.accountant, at=cast.at
    )

    for wrong in (mine, other):
        with pytest.raises(Refused, match="does not take this way of paying"):
            services.receive_deposit(lead, method="cash", account=wrong, by=cast.cashier, at=cast.at)
    services.receive_deposit(lead, method="transfer", account=mine, by=cast.cashier, at=cast.at)

    assert till.balance(mine) == Decimal(10000)


def test_a_store_may_have_several_accounts_and_gives_one_up_when_it_is_empty(cast):
    received(cast)
    first = account(cast)
    second = services.open_account(
        store=cast.store, kind="bank", name="招行一般户", opening=Decimal(500), by=cast.accountant, at=cast.at
    )
    with pytest.raises(Refused, match="of this name already"):
        services.open_account(store=cast.store, kind="bank", name="招行一般户", by=cast.accountant, at=cast.at)
    with pytest.raises(Refused, match="last four digits"):
        services.open_account(store=cast.store, kind="bank", name="工行一般户", number="12", by=cast.accountant, at=cast.at)
    with pytest.raises(Refused, match="last four digits"):
        services.change_account(second, name="招行一般户", number="12", by=cast.accountant, at=cast.at)
    with pytest.raises(Refused, match="not all closed"):
        services.close_account(first, by=cast.accountant, at=cast.at)
    services.move_money(first, second, amount=Decimal(10000), note="归集", by=cast.cashier, at=cast.at)
    for each, held in ((first, 0), (second, 10500)):
        services.close_day(each, day=cast.at.date(), counted=Decimal(held), by=cast.cashier, at=cast.at)
    with pytest.raises(Refused, match="There is money on this account"):
        services.close_account(second, by=cast.accountant, at=cast.at)

    services.close_account(first, by=cast.accountant, at=cast.at)

    later = received(cast, at=cast.days(1))
    assert CashEntry.objects.get(paper=later.receipt).account == second
    with pytest.raises(Refused, match="This account is closed"):
        services.close_account(first, by=cast.accountant, at=cast.at)


def test_an_account_whose_number_is_from_before_is_renamed_and_given_up(cast, monkeypatch):
    """Numbers were noted in any length; as long as nobody touches one, it stands in nobody's way."""
    told = {"store": cast.store, "kind": "bank", "number": "3305 0161 7053", "by": cast.accountant, "at": cast.at}
    with monkeypatch.context() as before:
        before.setattr(till, "tail", str)
        old, full = services.open_account(name="建行老户", **told), services.open_account(name="建行专户", opening=Decimal(100), **told)
    url, client = f"/leads/till/accounts/{old.pk}/", cast.client(cast.accountant)

    assert client.post(url, {"name": "建行旧户", "number": "3305 0161"}).status_code == 422
    assert client.post(url, {"name": "建行旧户", "number": "3305 0161 7053"}).status_code == 302
    refused = client.post(f"/leads/till/accounts/{full.pk}/closures/")
    assert refused.status_code == 422 and "后四位数字" not in refused.text
    assert client.post(f"{url}closures/").status_code == 302
    old.refresh_from_db()
    assert (old.name, old.number, old.is_open) == ("建行旧户", "3305 0161 7053", False)


def test_money_is_moved_within_a_store_and_no_more_than_there_is(cast):
    received(cast, method="cash")
    received(cast)
    cash, bank = account(cast, "till"), account(cast)
    abroad = services.open_account(
        store=cast.other.store, kind="bank", name="对公", by=cast.other.accountant, at=cast.at
    )
    for target, amount, note, says in (
        (bank, "10000.01", "存行", "holds ¥10,000.00"), (bank, "0", "存行", "more than nought"), (bank, "1", " ", "what it is for"),
        (abroad, "1", "存行", "two accounts of one store"), (cash, "1", "存行", "two accounts of one store"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            services.move_money(cash, target, amount=Decimal(amount), note=note, by=cast.cashier, at=cast.at)

    services.move_money(cash, bank, amount=Decimal(8000), note="存行", by=cast.cashier, at=cast.at)

    assert (till.balance(cash), till.balance(bank)) == (Decimal(2000), Decimal(18000))


# --- the day's closing ----------------------------------------------------------------------------------------------------


def test_a_day_is_opening_plus_received_less_paid_out_and_the_next_begins_with_what_was_counted(cast):
    first = received(cast, method="cash")
    services.reverse_deposit(first, reason="记错客户", by=cast.accountant, at=cast.at)
    received(cast, method="cash")
    cash = account(cast, "till")

    made = services.close_day(
        cash,
        day=cast.at.date(),
        counted=Decimal(9995),
        notes={"100": 99, "50": 1, "20": 2, "5": 1},
        reason="找零差五元",
        by=cast.cashier,
        at=cast.at,
    )

    assert (made.opening, made.received, made.paid, made.expected, made.difference) == (0, 20000, 10000, 10000, -5)
    received(cast, method="cash", at=cast.days(1))
    assert till.figures(cash, cast.days(1).date()) == till.Figures(Decimal(9995), Decimal(10000), Decimal(0))


def test_a_difference_needs_its_reason_and_banknotes_must_make_it_up(cast):
    received(cast, method="cash")
    cash, day = account(cast, "till"), cast.at.date()
    for told, says in (
        ({"counted": Decimal("9999.99")}, "differs from the book by −¥0.01"), ({"counted": Decimal("10000.01"), "reason": " "}, r"by \+¥0.01"),
        ({"counted": Decimal(10000), "notes": {"100": 99}}, "do not make up"), ({"counted": Decimal(10000), "notes": {"7": 1}}, "pieces of each"),
        ({"counted": Decimal(10000), "notes": {"100": -1}}, "pieces of each"), ({"counted": Decimal(10000), "day": cast.days(1).date()}, "when it is over"),
        ({"counted": Decimal(10000), "day": cast.days(-1).date()}, "Nothing moved"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            services.close_day(cash, **{"day": day, **told}, by=cast.cashier, at=cast.at)

    assert (
        services.close_day(
            cash, day=day, counted=Decimal(10000), notes={"100": 100}, by=cast.cashier, at=cast.at
        ).difference
        == 0
    )
    with pytest.raises(Refused, match="closed already"):
        services.close_day(cash, day=day, counted=Decimal(10000), by=cast.cashier, at=cast.at)


def test_days_are_closed_in_their_order(cast):
    received(cast)
    received(cast, at=cast.days(1))
    bank, at = account(cast), cast.days(1)

    with pytest.raises(Refused, match="Close 2026-11-24 first"):
        services.close_day(bank, day=at.date(), counted=Decimal(20000), by=cast.cashier, at=at)
    for day, held in ((cast.at.date(), 10000), (at.date(), 20000)):
        services.close_day(bank, day=day, counted=Decimal(held), by=cast.cashier, at=at)

    assert till.open_days(bank) == []


def test_what_comes_after_the_closing_stands_on_the_next_day(cast):
    deposit = received(cast)
    bank, today = account(cast), cast.at.date()
    services.close_day(bank, day=today, counted=Decimal(10000), by=cast.cashier, at=cast.at)

    services.reverse_deposit(deposit, reason="记错客户", by=cast.accountant, at=cast.at + timedelta(minutes=5))

    assert list(CashEntry.objects.order_by("id").values_list("day", "amount")) == [
        (today, Decimal(10000)), (today + timedelta(days=1), Decimal(-10000)),
    ]  # fmt: skip


def test_the_till_page_waits_for_days_that_can_be_closed_and_cash_is_counted_not_confirmed(cast):
    received(cast, method="cash")
    received(cast)
    bank, cash, today = account(cast), account(cast, "till"), cast.at.date()
    services.close_day(bank, day=today, counted=Decimal(10000), by=cast.cashier, at=cast.at)
    received(cast)  # after the closing: tomorrow's

    assert [(day.account, day.day) for day in selectors_money.open_days(cast.cashier, today)] == [(cash.pk, today)]
    assert {day.account for day in selectors_money.open_days(cast.cashier, cast.days(1).date())} == {cash.pk, bank.pk}
    pages = [cast.client(cast.cashier).get(f"/leads/till/accounts/{row.pk}/days/{day}/").content.decode()
             for row, day in ((cash, today), (bank, cast.days(1).date()))]  # fmt: skip
    assert [("name=\"counted\"" in page, "value=\"10000" in page, "value=\"20000" in page) for page in pages] == [(True, False, False), (True, False, True)]


def test_a_second_person_checks_and_a_difference_needs_a_word(cast):
    received(cast)
    made = services.close_day(
        account(cast), day=cast.at.date(), counted=Decimal(9000), reason="少一千，查", by=cast.cashier, at=cast.at
    )
    assert Deadline.objects.get(clock="leads.till_check").owner == cast.accountant

    with pytest.raises(Refused, match="by a second person"):
        services.check_day(made, note="查过", by=cast.cashier, at=cast.at)
    with pytest.raises(Refused, match="needs a word"):
        services.check_day(made, by=cast.accountant, at=cast.at)
    services.check_day(made, note="次日补到账", by=cast.accountant, at=cast.at)
    with pytest.raises(Refused, match="checked already"):
        services.check_day(made, note="再查", by=cast.store_manager, at=cast.at)

    assert Deadline.objects.get(clock="leads.till_check").stopped_by == cast.accountant


def test_the_evening_s_clock_stands_on_the_cashier_s_desk_until_the_last_account_is_closed(cast):
    received(cast)
    received(cast, method="cash")
    clock = Deadline.objects.get(clock="leads.till")
    assert clock.owner == cast.cashier and clock.due_at.astimezone(cast.at.tzinfo).strftime("%d %H:%M") == "24 20:00"

    services.close_day(account(cast), day=cast.at.date(), counted=Decimal(10000), by=cast.cashier, at=cast.at)
    clock.refresh_from_db()
    assert clock.stopped_at is None
    services.close_day(account(cast, "till"), day=cast.at.date(), counted=Decimal(10000), by=cast.cashier, at=cast.at)

    clock.refresh_from_db()
    assert clock.stopped_at == cast.at and not clock.cancelled


# --- the database ---------------------------------------------------------------------------------------------------------

ENTRY = (
    "INSERT INTO leads_cashentry (store_id, account_id, day, kind, amount, party, note, by_id, at, paper_id) "
    "SELECT store_id, {account}, {day}, {kind}, {amount}, 'x', {note}, by_id, at, {paper} FROM leads_cashentry ORDER BY id LIMIT 1"
)
SAID = {"account": "account_id", "day": "day", "kind": "'moved'", "amount": "1", "note": "'x'", "paper": "NULL"}
CLOSING = (
    "INSERT INTO leads_tillclosing (store_id, account_id, day, opening, received, paid, expected, counted, notes, reason, check_note, by_id, at) "
    "SELECT store_id, account_id, day + 1, counted, {received}, 0, counted + {received}, counted + {counted}, '{{}}', '', '', by_id, at FROM leads_tillclosing"
)
ATTACKS = {
    "a receipt on a closed day": (ENTRY.format(**SAID), "it takes no more"),
    "money out of nowhere": (ENTRY.format(**SAID | {"day": "day + 1"}), "arrives on another"),
    "a move without a word": (ENTRY.format(**SAID | {"day": "day + 1", "note": "''"}), "leads_cashentry_kind"),
    "a payment without its receipt": (ENTRY.format(**SAID | {"day": "day + 1", "kind": "'payment'"}), "leads_cashentry_kind"),
    "a reversal of nothing": (ENTRY.format(**SAID | {"day": "day + 1", "kind": "'reversal'", "amount": "-5", "paper": "paper_id"}), "exactly the payment"),
    "a refund without a voucher": (ENTRY.format(**SAID | {"day": "day + 1", "kind": "'deposit_refund'", "amount": "-5", "paper": "paper_id"}), "another file"),
    "a receipt twice": (ENTRY.format(**SAID | {"day": "day + 1", "kind": "'deposit'", "amount": "10000", "paper": "paper_id"}), "leads_cashentry_once"),
    "another sum": ("UPDATE leads_cashentry SET amount = 1", "never changed|permission denied"),
    "a movement forgotten": ("DELETE FROM leads_cashentry", "never changed|permission denied"),
    "a closing of what did not move": (CLOSING.format(received=5, counted=5), "stands in the book"),
    "a difference without a reason": (CLOSING.format(received=0, counted=-1), "leads_tillclosing_reason"),
    "a day closed twice": (CLOSING.replace("day + 1", "day").format(received=0, counted=0), "it takes no more|leads_tillclosing_once"),
    "a count corrected afterwards": ("UPDATE leads_tillclosing SET counted = 1", "frozen|permission denied"),
    "checked by who closed it": ("UPDATE leads_tillclosing SET checked_by_id = by_id, checked_at = now()", "leads_tillclosing_two_people"),
    "an account of another store": ("UPDATE leads_cashaccount SET store_id = store_id + 1", "frozen|permission denied"),
    "another opening": ("UPDATE leads_cashaccount SET opening = 5", "frozen|permission denied"),
    "an account deleted": ("DELETE FROM leads_cashaccount", "never changed|permission denied"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, cast):
    received(cast)
    services.close_day(account(cast), day=cast.at.date(), counted=Decimal(10000), by=cast.cashier, at=cast.at)
    sql, because = ATTACKS[attack]

    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("amount", ["-10000.01", "-25000"])
def test_no_till_gives_out_what_does_not_lie_in_it(amount, cast):
    """To the cent, in whatever way it goes out; a bank may lend."""
    received(cast, method="cash")
    sql = ENTRY.format(**SAID | {"amount": amount, "kind": "'foreman'", "paper": "paper_id"})
    with pytest.raises(DatabaseError, match="no less than nothing"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    received(cast)
    bank = ENTRY.format(**SAID | {"amount": amount, "account": str(account(cast).pk)})
    with pytest.raises(DatabaseError, match="arrives on another"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{bank}; SET CONSTRAINTS ALL IMMEDIATE")
