"""Bonds and insurances with their validity (P42), old debts whose money comes through the till alone (P43, R067); and what the database refuses by itself."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from config import reach
from core import clocks
from core.models import Deadline, Paper
from core.refusals import Refused
from leads.models import CashEntry
from projects import services
from projects.deadlines_bonds import BOND_DUE, BOND_ENDS, OLD_DEBT
from projects.models import Bond, DebtPayment, OldDebt
from staff import services as staff
from tests.factories import bonds
from tests.factories import projects as jobs
from tests.projects.standing import site, standing

DAY = timedelta(days=1)
standing = standing(contracted=jobs.contracted_project)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def project(standing: Any, db: None) -> Any:
    return site(standing, "contracted")


def open_clock(clock: Any, key: str) -> Deadline:
    return Deadline.objects.get(clock=clock.id, key=key, stopped_at__isnull=True)


# --- P42 --------------------------------------------------------------------------------------------------------------------


def test_P42_a_bond_is_filed_in_time_warned_before_it_ends_and_renewed_by_the_next(project: Any, cast: Any) -> None:
    first = bonds.asked(project, people=cast, at=cast.at)
    due = open_clock(BOND_DUE, f"bond:{first.pk}")
    assert (due.owner, timezone.localtime(due.due_at).date()) == (cast.engineering_assistant, first.due_on)
    first = bonds.filed(first, people=cast, at=cast.at, days=60)
    assert not clocks.is_open(BOND_DUE, f"bond:{first.pk}")
    ends = open_clock(BOND_ENDS, f"bond:{first.pk}")
    assert timezone.localtime(ends.due_at).date() == first.valid_until and BOND_ENDS.ladder[0].offset == -30 * DAY

    second = bonds.asked(project, people=cast, at=cast.at, renews=first)
    with pytest.raises(Refused, match="has been renewed"):
        bonds.asked(project, people=cast, at=cast.at, renews=first)
    assert clocks.is_open(BOND_ENDS, f"bond:{first.pk}")  # asking is not renewing
    second = bonds.filed(second, people=cast, at=cast.at + DAY, days=365)
    assert not clocks.is_open(BOND_ENDS, f"bond:{first.pk}") and clocks.is_open(BOND_ENDS, f"bond:{second.pk}")
    services.end_bond(second, reason="工程完工，退保", by=cast.engineering_assistant, at=cast.at + 2 * DAY)
    assert not clocks.is_open(BOND_ENDS, f"bond:{second.pk}")
    with pytest.raises(Refused, match="has ended"):
        services.end_bond(second, reason="再退", by=cast.engineering_assistant, at=cast.at + 2 * DAY)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"number": " "}, "its number"),
        ({"issuer": ""}, "its number"),
        ({"valid_until": date(2026, 11, 23)}, "before it begins"),
        ({"valid_from": date(2026, 1, 1), "valid_until": date(2026, 11, 23)}, "no longer in force"),
        ({"valid_until": date(9999, 12, 31)}, "too far ahead"),
        ({"amount": Decimal(0)}, "how much"),
        ({"scan": None}, "photo or scan"),
    ],
)
def test_P42_what_is_filed_is_whole(project: Any, cast: Any, said: dict[str, Any], sentence: str) -> None:
    bond = bonds.asked(project, people=cast, at=cast.at)
    with pytest.raises(Refused, match=sentence):
        bonds.filed(bond, people=cast, at=cast.at, **said)
    bonds.filed(bond, people=cast, at=cast.at, days=0)  # its last day is today


def test_P42_a_bond_is_asked_for_and_filed_on_its_pages(project: Any, cast: Any) -> None:
    browser, page = cast.client(cast.engineering_assistant), reverse("projects:bonds", args=[project.ref])
    form = {"kind": "performance", "due_on": "", "what": "履约保函 5%"}
    kept = browser.post(page, form)
    assert kept.status_code == 422 and "履约保函 5%" in kept.content.decode()
    assert browser.post(page, form | {"due_on": cast.days(9).date().isoformat()}).status_code == 302
    bond = Bond.objects.get(project=project)
    from tests.factories.inspections import picture

    said = {"issuer": "建设银行", "number": "BH-01", "valid_from": timezone.localdate().isoformat(), "valid_until": (timezone.localdate() + DAY).isoformat()}
    filing = reverse("projects:bond-filings", args=[project.ref, bond.pk])
    assert browser.post(filing, said).status_code == 422
    assert browser.post(filing, said | {"scan": picture()}).status_code == 302
    for show, stands in (("", True), ("ending", True), ("waiting", False), ("over", False)):
        assert ("BH-01" in browser.get(reverse("projects:bond-list") + f"?show={show}").content.decode()) is stands, show
    bond.refresh_from_db()
    after = bonds.asked(project, people=cast, at=timezone.now(), kind="performance", renews=bond)
    assert "BH-01" in browser.get(reverse("projects:bond-list") + "?show=ending").content.decode()  # asking is not renewing
    bonds.filed(after, people=cast, at=timezone.now(), days=365, number="BH-02")
    for show, stands in (("", False), ("ending", False), ("all", True)):
        assert ("BH-01" in browser.get(reverse("projects:bond-list") + f"?show={show}").content.decode()) is stands, show
    assert "已续办" in browser.get(page).content.decode()


def test_P42_the_days_of_bonds_come_however_long_their_site_rests(project: Any, cast: Any) -> None:
    filed = bonds.filed(bonds.asked(project, people=cast, at=cast.at), people=cast, at=cast.at, days=60)
    asked = bonds.asked(project, people=cast, at=cast.at, kind="performance")
    head, keys = cast.engineering_manager, {BOND_ENDS: f"bond:{filed.pk}", BOND_DUE: f"bond:{asked.pk}"}
    named = {clock: open_clock(clock, key).due_at for clock, key in keys.items()}
    services.pause(project, reason="业主出差", by=head, at=cast.at + DAY)
    assert [open_clock(clock, key).paused_at for clock, key in keys.items()] == [None, None]
    services.resume(project, by=head, at=cast.at + 2 * DAY)
    services.cancel(project, reason="业主移居", by=head, at=cast.at + 3 * DAY)
    given_back = bonds.filed(asked, people=cast, at=cast.at + 4 * DAY)
    services.end_bond(given_back, reason="退保", by=head, at=cast.at + 4 * DAY)
    services.reopen(project, reason="业主回来了", by=head, at=cast.at + 5 * DAY)
    assert open_clock(BOND_ENDS, keys[BOND_ENDS]).due_at == named[BOND_ENDS]
    assert not clocks.is_open(BOND_DUE, keys[BOND_DUE]) and not clocks.is_open(BOND_ENDS, keys[BOND_DUE])


# --- P43 --------------------------------------------------------------------------------------------------------------------


def test_P43_R067_an_old_debt_is_tried_until_it_is_paid_and_its_money_stands_in_the_till(cast: Any, project: Any) -> None:
    debt = bonds.owed(people=cast, at=cast.at)
    assert open_clock(OLD_DEBT, debt.ref).due_at == cast.at + 30 * DAY
    attempt = bonds.tried(debt, people=cast, at=cast.at + 30 * DAY)
    clock = open_clock(OLD_DEBT, debt.ref)
    assert (clock.owner, timezone.localtime(clock.due_at).date()) == (cast.engineering_assistant, attempt.next_on)

    first = bonds.paid(debt, people=cast, at=cast.at + 31 * DAY, amount="17999.99")
    entry = CashEntry.objects.get(paper=first.receipt)
    assert (first.receipt.kind, entry.amount, entry.kind, services.owed(debt)) == ("L23", Decimal("17999.99"), "payment", Decimal("0.01"))
    with pytest.raises(Refused, match=r"0\.01 is left"):
        bonds.paid(debt, people=cast, at=cast.at + 31 * DAY, amount="0.02")
    bonds.paid(debt, people=cast, at=cast.at + 32 * DAY, amount="0.01")
    debt.refresh_from_db()
    assert debt.state == "paid" and not clocks.is_open(OLD_DEBT, debt.ref)
    with pytest.raises(Refused, match="is closed"):
        bonds.tried(debt, people=cast, at=cast.at + 33 * DAY)
    for person, reads in ((cast.cashier, True), (cast.finance_supervisor, True), (cast.designer, False), (cast.other.cashier, False)):
        assert reach.papers(person).filter(pk=first.receipt_id).exists() is reads, person


def test_P43_LR57_a_wrong_receipt_is_taken_back_once_by_a_second_person_and_the_debt_is_open_again(cast: Any, project: Any) -> None:
    debt = bonds.owed(people=cast, at=cast.at)
    right, wrong = bonds.paid(debt, people=cast, at=cast.at), bonds.paid(debt, people=cast, at=cast.at, amount=10000)
    assert not clocks.is_open(OLD_DEBT, debt.ref)
    back = {"payment": wrong, "reason": "写错客户", "at": cast.at + DAY}
    with pytest.raises(Refused, match="second person"):
        services.reverse_debt_money(debt, by=cast.cashier, **back)
    with pytest.raises(Refused, match="reason"):
        services.reverse_debt_money(debt, by=cast.accountant, **back | {"reason": " "})
    debt = services.reverse_debt_money(debt, by=cast.accountant, **back)
    assert (debt.state, services.owed(debt), open_clock(OLD_DEBT, debt.ref).due_at) == ("open", 10000, cast.at + 31 * DAY)
    assert [entry.amount for entry in CashEntry.objects.filter(paper=wrong.receipt).order_by("pk")] == [10000, -10000]
    with pytest.raises(Refused, match="already"):
        services.reverse_debt_money(debt, by=cast.accountant, **back)
    bonds.paid(debt, people=cast, at=cast.at + 2 * DAY, amount=10000)
    page = reverse("projects:old-debt-reversals", args=[debt.ref])
    accountant = cast.client(cast.accountant)
    assert accountant.post(page, {"payment": wrong.pk, "reason": "写错客户"}).status_code == 422  # it is void
    assert accountant.post(page, {"payment": right.pk, "reason": "写错客户"}).status_code == 302
    assert "作废" in accountant.get(debt.get_absolute_url()).content.decode()
    assert (OldDebt.objects.get(pk=debt.pk).state, services.owed(debt)) == ("open", 8000)
    assert "8,000.00" in accountant.get(reverse("projects:old-debts")).content.decode()


def test_P43_the_same_form_twice_is_one_payment(cast: Any, project: Any) -> None:
    debt, key = bonds.owed(people=cast, at=cast.at), uuid.uuid4()
    first = bonds.paid(debt, people=cast, at=cast.at, key=key)
    assert bonds.paid(debt, people=cast, at=cast.at, key=key) == first
    with pytest.raises(Refused, match="another payment"):
        bonds.paid(debt, people=cast, at=cast.at, key=key, amount=1)


def test_P43_who_collects_does_not_give_up_and_somebody_else_can_collect(cast: Any, project: Any) -> None:
    debt = bonds.owed(people=cast, at=cast.at, collector=cast.accountant)
    with pytest.raises(Refused, match="later day"):
        bonds.tried(debt, people=cast, at=cast.at, next_on=cast.at.date())
    with pytest.raises(Refused, match="too far ahead"):
        bonds.tried(debt, people=cast, at=cast.at, next_on=date(9999, 12, 31))
    with pytest.raises(Refused, match="too far ahead"):
        bonds.asked(project, people=cast, at=cast.at, due_on=date(9999, 12, 31))
    services.hand_debt_over(debt, to=cast.project_manager, by=cast.engineering_manager, at=cast.at)
    assert open_clock(OLD_DEBT, debt.ref).owner == cast.project_manager
    assert OldDebt.objects.visible_to(cast.project_manager).get() == debt
    assert not OldDebt.objects.visible_to(cast.site_supervisor).exists()
    with pytest.raises(Refused, match="somebody else"):
        services.hand_debt_over(debt, to=cast.project_manager, by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="does not give it up"):
        services.give_debt_up(debt, reason="要不回", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="reason"):
        services.give_debt_up(debt, reason=" ", by=cast.finance_supervisor, at=cast.at)
    services.give_debt_up(debt, reason="债务人已注销，法律意见 2026-11", by=cast.finance_supervisor, at=cast.at)
    assert not clocks.is_open(OLD_DEBT, debt.ref)


def test_P43_R067_only_what_is_older_than_its_entry_is_an_old_debt(cast: Any, project: Any) -> None:
    with pytest.raises(Refused, match="older than its entry"):
        bonds.owed(people=cast, at=cast.at, arose_on=cast.at.date())
    bonds.owed(people=cast, at=cast.at, arose_on=cast.days(-1).date())
    with pytest.raises(Refused, match="on what paper"):
        bonds.owed(people=cast, at=cast.at, basis="")
    with pytest.raises(Refused, match="no post in this store"):
        bonds.owed(people=cast, at=cast.at, collector=cast.other.project_manager)


def test_P43_a_debt_is_entered_tried_and_paid_on_its_pages(cast: Any, project: Any) -> None:
    helps, cashier = cast.client(cast.engineering_assistant), cast.client(cast.cashier)
    form = {
        "debtor": "吕德民", "about": "和睦新村 6 幢", "basis": "欠条", "arose_on": "2012-10-08", "amount": "", "collector": cast.engineering_assistant.pk,
    }  # fmt: skip
    kept = helps.post(reverse("projects:old-debts"), form)
    assert kept.status_code == 422 and "和睦新村" in kept.content.decode()
    assert helps.post(reverse("projects:old-debts"), form | {"amount": "900"}).status_code == 302
    debt = OldDebt.objects.get()
    tomorrow = (timezone.localdate() + DAY).isoformat()
    assert helps.post(reverse("projects:old-debt-attempts", args=[debt.ref]), {"way": "visit", "says": "不在家", "next_on": tomorrow}).status_code == 302
    assert helps.post(reverse("projects:old-debt-payments", args=[debt.ref]), {}).status_code == 403  # money is taken at the till alone
    money = {"amount": "900", "method": "cash", "payer": "吕德民", "key": str(uuid.uuid4())}
    assert cashier.post(reverse("projects:old-debt-payments", args=[debt.ref]), money).status_code == 302
    assert DebtPayment.objects.get().receipt.ref in cashier.get(debt.get_absolute_url()).content.decode()
    assert debt.ref in helps.get(reverse("projects:old-debts") + "?show=paid").content.decode()


def test_P43_a_debt_stands_in_the_register_of_the_store_in_which_the_post_is_held(cast: Any, project: Any) -> None:
    """The designer of the other store is also this store's engineering assistant: her home store's register is not hers."""
    lent = cast.other.designer
    staff.hold_post(lent, post="engineering_assistant", store=cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    form = {"debtor": "吕德民", "about": "和睦新村", "basis": "欠条", "arose_on": "2012-10-08", "amount": "900", "collector": cast.engineering_assistant.pk}
    assert cast.client(type(lent).objects.with_posts().get(pk=lent.pk)).post(reverse("projects:old-debts"), form).status_code == 302
    assert OldDebt.objects.get().store_id == cast.store.pk != lent.home_store_id


# --- the database ------------------------------------------------------------------------------------------------------------

PAY = (
    "INSERT INTO projects_debtpayment (at, debt_id, amount, method, payer, receipt_id, key, by_id) "
    "VALUES (now(), {debt}, {sum}, 'cash', 'x', {paper}, gen_random_uuid(), {person})"
)
ATTACKS = {
    "P42: begin filed": (
        "INSERT INTO projects_bond (at, project_id, store_id, kind, due_on, what, issuer, number, ended_because, valid_from, valid_until, scan_id, filed_at, "
        "filed_by_id, by_id) VALUES (now(), {site}, {store}, 'insurance', '2026-12-01', '', 'x', 'x', '', '2026-12-01', '2026-12-02', {scan}, now(), "
        "{person}, {person})"
    ),
    "P42: file without a paper": "UPDATE projects_bond SET issuer = 'x', number = 'x', valid_from = '2026-12-01', valid_until = '2026-12-02', "
    "filed_at = now(), filed_by_id = {person} WHERE id = {asked}",
    "P42: end before it begins": "UPDATE projects_bond SET issuer = 'x', number = 'x', valid_from = '2026-12-03', valid_until = '2026-12-02', "
    "scan_id = {scan}, filed_at = now(), filed_by_id = {person} WHERE id = {asked}",
    "P42: move the last day": "UPDATE projects_bond SET valid_until = valid_until + 365 WHERE id = {filed}",
    "P42: move the day of filing": "UPDATE projects_bond SET due_on = due_on + 30 WHERE id = {asked}",
    "P42: end without a reason": "UPDATE projects_bond SET ended_at = now(), ended_by_id = {person} WHERE id = {filed}",
    "P42: renew what was never filed": (
        "INSERT INTO projects_bond (at, project_id, store_id, kind, due_on, what, renews_id, issuer, number, ended_because, by_id) "
        "VALUES (now(), {site}, {store}, 'insurance', '2026-12-01', '', {asked}, '', '', '', {person})"
    ),
    "P42: delete a bond": "DELETE FROM projects_bond",
    "P43: take more than is owed": PAY.replace("{sum}", "18000.01"),
    "P43: take money beside the till": PAY.replace("{sum}", "5"),
    "P43: take another sum than stands in the till": PAY.replace("{sum}", "7"),
    "P43: say that it is paid": "UPDATE projects_olddebt SET state = 'paid', closed_at = now(), closed_by_id = {person} WHERE id = {debt}",
    "P43: owe less": "UPDATE projects_olddebt SET amount = 1 WHERE id = {debt}",
    "P43: give up without a reason": "UPDATE projects_olddebt SET state = 'given_up', closed_at = now(), closed_by_id = {above} WHERE id = {debt}",
    "P43: give up what one collects": (
        "UPDATE projects_olddebt SET state = 'given_up', closed_at = now(), closed_because = 'x', closed_by_id = collector_id WHERE id = {debt}"
    ),
    "P43: open what is paid": "UPDATE projects_olddebt SET state = 'open', closed_at = NULL WHERE id = {paid}",
    "P43: open what was given up": "UPDATE projects_olddebt SET state = 'open', closed_at = NULL WHERE id = {gone}",
    "P43: enter a debt of tomorrow": (
        "INSERT INTO projects_olddebt (at, ref, store_id, debtor, about, basis, arose_on, amount, collector_id, state, closed_because, by_id) "
        "VALUES (now(), 'JQ-X', {store}, 'x', 'x', 'x', now()::date + 1, 1, {person}, 'open', '', {person})"
    ),
    "P43: try without a next day": (
        "INSERT INTO projects_debtattempt (at, debt_id, way, says, next_on, by_id) VALUES (now(), {debt}, 'phone', 'x', '2026-01-01', {person})"
    ),
    "P43: try what was given up": (
        "INSERT INTO projects_debtattempt (at, debt_id, way, says, next_on, by_id) VALUES (now(), {gone}, 'phone', 'x', now()::date + 9, {person})"
    ),
    "P43: better an attempt": "UPDATE projects_debtattempt SET says = 'x'",
    "P43: delete a payment": "DELETE FROM projects_debtpayment",
}


def test_the_database_refuses_by_itself_to(project: Any, cast: Any) -> None:
    """Each attack of the web role on one state; every one is taken back."""
    debt = bonds.owed(people=cast, at=cast.at)
    bonds.tried(debt, people=cast, at=cast.at)
    bonds.paid(debt, people=cast, at=cast.at, amount=5)
    gone = services.give_debt_up(bonds.owed(people=cast, at=cast.at), reason="x", by=cast.finance_supervisor, at=cast.at)
    paid = bonds.owed(people=cast, at=cast.at)
    bonds.paid(paid, people=cast, at=cast.at, amount=18000)
    filed = bonds.filed(bonds.asked(project, people=cast, at=cast.at), people=cast, at=cast.at)
    free = Paper.objects.exclude(pk__in=DebtPayment.objects.values("receipt")).filter(kind="L23").values_list("pk", flat=True).first()
    ids = {
        "site": project.pk, "store": project.store_id, "scan": filed.scan_id, "filed": filed.pk, "asked": bonds.asked(project, people=cast, at=cast.at).pk,
        "person": cast.engineering_assistant.pk, "above": cast.finance_supervisor.pk, "debt": debt.pk, "gone": gone.pk, "paid": paid.pk,
        "paper": free or project.contract.paper_id,
    }  # fmt: skip
    for attack, statement in ATTACKS.items():
        with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(**ids))
            assert cursor.rowcount != 0, f"{attack}: found no row, it proves nothing"
        assert caught.value.__cause__.pgcode in ("23505", "23514", "42501"), (attack, caught.value)  # type: ignore[union-attr]
