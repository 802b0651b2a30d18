"""The money of a site: the payment table to the cent, deposit, payments, credit, reversal, settlements, paid in full."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Paper
from core.money import share
from core.refusals import Refused
from core.render import html_of
from projects import services, terms
from projects.choices import Fact, Stage
from projects.models import Payment
from tests.factories import projects as road
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

CENT = Decimal("0.01")
standing = sites(signed=road.signed_project, working=road.working_project, midterm=road.midterm_project, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def signed(standing, db):
    return site(standing, "signed")


@pytest.fixture
def working(standing, db):
    return site(standing, "working")


@pytest.fixture
def midterm(standing, db):
    return site(standing, "midterm")


@pytest.fixture
def accepted(standing, db):
    return site(standing, "accepted")


def account(project):
    project.forget()
    return project.money


def concealed(project, cast, at=None):
    """Checks 3 and 4 have passed: the second instalment is open."""
    road.cleared(project, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=at or cast.at)
    return account(project)


def carpentry(project, cast):
    road.cleared(project, Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED, by=cast.quality_inspector, at=cast.at)
    return account(project)


# --- the payment table ----------------------------------------------------------------------------------------------------


@given(st.integers(1_000, 10**11))
def test_thirty_thirty_thirty_ten_makes_up_the_total_to_the_cent(cents):
    total = Decimal(cents) / 100

    parts = share(total, [node.percent for node in terms.default_plan().nodes])

    third = (total * Decimal("0.3")).quantize(CENT, rounding=ROUND_DOWN)
    assert parts[:3] == [third] * 3 and sum(parts) == total
    assert 0 <= parts[3] - total / 10 < Decimal("0.04")


@pytest.mark.parametrize("plan", sorted(terms.payment_plans()))
@given(st.integers(1_000, 10**11))
def test_every_plan_makes_up_the_total_to_the_cent(plan, cents):
    parts = share(Decimal(cents) / 100, [node.percent for node in terms.payment_plans()[plan].nodes])

    assert sum(parts) == Decimal(cents) / 100 and min(parts) > 0


def test_the_table_of_a_contract_is_thirty_thirty_thirty_ten(signed):
    assert signed.contract.total == Decimal("87769.26")
    assert [(i.name, i.percent, i.amount) for i in signed.contract.instalments.all()] == [
        ("开工款", 30, Decimal("26330.77")), ("水电防水款", 30, Decimal("26330.77")), ("中期款（木工收口）", 30, Decimal("26330.77")),
        ("尾款", 10, Decimal("8776.95")),
    ]  # fmt: skip


@pytest.mark.parametrize("plan", sorted(terms.payment_plans()))
def test_a_contract_may_have_another_plan(plan, cast, db):
    project = road.opened_project(cast, contract={"plan": plan}, phones=["13858003399"])

    rows = list(project.contract.instalments.all())
    assert [r.name for r in rows] == [node.name for node in terms.payment_plans()[plan].nodes]
    assert sum(r.amount for r in rows) == project.contract.total


def test_the_percentages_may_be_edited_and_total_100(cast, db):
    lead = road.accepted_lead(cast, phones=["13858003399"])
    facts = road.contract_facts(cast, lead)
    for wrong in ([30, 30, 30], [30, 30, 30, 11], [60, 40, 0, 0], [110, -10, 0, 0], ["33.333", "33.333", "33.333", "0.001"]):
        with pytest.raises(Refused, match="must total 100"):
            services.open_project(lead, **facts, percents=[Decimal(p) for p in wrong])
    with pytest.raises(Refused, match="no such payment plan"):
        services.open_project(lead, **facts, plan="PP9")

    project = services.open_project(lead, **facts, percents=[Decimal(p) for p in ("12.5", "37.5", "45", "5")])

    assert [i.percent for i in project.contract.instalments.all()] == [Decimal(p) for p in ("12.5", "37.5", "45", "5")]


# --- the deposit ----------------------------------------------------------------------------------------------------------


def test_the_deposit_is_credited_to_the_first_instalment_with_the_receipt_that_was_given(signed):
    payment = signed.payments.get()

    assert (payment.kind, payment.amount, payment.receipt) == ("deposit", Decimal(10000), signed.lead.deposits.get().receipt)
    assert [(a.instalment.seq, a.amount) for a in payment.allocations.all()] == [(1, Decimal(10000))]
    first = account(signed).instalment(1)
    assert (first.paid, first.rest) == (Decimal(10000), Decimal("16330.77"))


def test_a_deposit_of_a_fifth_is_credited_and_one_cent_more_is_refused(cast, db):
    most = (Decimal("87769.26") * Decimal("0.2")).quantize(CENT, rounding=ROUND_DOWN)
    project = road.opened_project(cast, deposit=most, phones=["13858003398"])
    assert project.payments.get().amount == most == Decimal("17553.85")

    lead = road.accepted_lead(cast, deposit=most + CENT, phones=["13858003399"])
    with pytest.raises(Refused, match="cannot be made yet: 1 missing") as refusal:
        services.open_project(lead, **road.contract_facts(cast, lead))

    assert [(m.gate, m.says) for m in refusal.value.missing] == [("LR-55", "The earnest money 17553.86 is more than 20 % of the contract.")]
    lead.refresh_from_db()
    assert lead.stage == "quoted" and not hasattr(lead, "project")


def test_a_deposit_above_the_first_instalment_is_credit_for_the_next(cast, db):
    project = road.opened_project(cast, deposit=Decimal(15000), contract={"plan": "PP5"}, phones=["13858003399"])
    sign_all(project.contract.paper, by=cast.customer_manager, at=cast.at)
    services.follow(project.dossier, at=cast.at)
    before = account(project)
    assert (before.instalment(1).is_paid, before.credit) == (True, Decimal("6223.08"))

    road.cleared(project, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=cast.at)
    services.follow(project.dossier, at=cast.at)

    after = account(project)
    assert (after.credit, after.instalment(2).paid) == (0, Decimal("6223.08"))


def test_the_deposit_is_never_reversed_here(cast, signed):
    with pytest.raises(Refused, match="Only a payment that was booked here"):
        services.reverse_payment(signed.payments.get(), reason="退定金", by=cast.accountant, at=cast.at)


# --- payments -------------------------------------------------------------------------------------------------------------


def test_a_payment_pays_the_open_instalment_and_has_its_receipt(cast, signed):
    payment = road.pay(signed, "16330.77", people=cast, at=cast.days(1))

    row = account(signed).instalment(1)
    assert (row.is_paid, account(signed).credit, account(signed).received) == (True, 0, Decimal("26330.77"))
    assert (payment.receipt.kind, payment.receipt.body["amount"], payment.receipt.body["purpose"]) == ("L23", "16330.77", "开工款")
    assert payment.receipt.body["basis"] == f"施工合同 {signed.contract.paper.ref}"


def test_one_payment_covers_several_instalments_with_one_receipt(cast, working):
    due = concealed(working, cast).due_now
    assert due == Decimal("42661.54")

    payment = road.pay(working, due, people=cast, at=cast.at)

    assert [(a.instalment.seq, a.amount) for a in payment.allocations.order_by("id")] == [(1, Decimal("16330.77")), (2, Decimal("26330.77"))]
    assert payment.receipt.body["purpose"] == "开工款 16,330.77 元、水电防水款 26,330.77 元"
    assert account(working).due_now == 0


def test_a_part_is_taken_on_the_first_open_instalment(cast, working):
    concealed(working, cast)

    road.pay(working, 20000, people=cast, at=cast.at)

    assert [row.paid for row in account(working).instalments] == [Decimal("26330.77"), Decimal("3669.23"), 0, 0]


def test_the_cashier_may_say_which_instalments_are_paid(cast, working):
    concealed(working, cast)

    payment = road.pay(working, 3000, people=cast, at=cast.at, allocations={2: Decimal(2000), 1: Decimal(1000)})

    assert [(a.instalment.seq, a.amount) for a in payment.allocations.order_by("instalment__seq")] == [(1, 1000), (2, 2000)]


def test_an_instalment_takes_money_only_when_its_checks_have_passed(cast, signed):
    with pytest.raises(Refused, match="“水电防水款” is not due yet") as refusal:
        road.pay(signed, 1000, people=cast, at=cast.at, allocations={2: Decimal(1000)})
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("LR-56", "Not yet: Check 3 passed."), ("LR-56", "Not yet: Check 4 passed.")]

    with pytest.raises(Refused, match=r"asks for ¥16,330\.77"):
        road.pay(signed, 20000, people=cast, at=cast.at, allocations={1: Decimal(20000)})
    with pytest.raises(Refused, match="parts are more than the payment"):
        road.pay(signed, 500, people=cast, at=cast.at, allocations={1: Decimal(1000)})
    with pytest.raises(Refused, match="has no line 9"):
        road.pay(signed, 500, people=cast, at=cast.at, allocations={9: Decimal(500)})


def test_nothing_is_open_before_both_sides_have_signed(cast, db):
    project = road.opened_project(cast, phones=["13858003399"])

    with pytest.raises(Refused, match="more than what is open today") as refusal:
        road.pay(project, 1000, people=cast, at=cast.at)

    assert [(m.gate, m.says) for m in refusal.value.missing] == [("G6", "The contract is not signed.")]


def test_money_above_what_is_open_is_credit_only_when_said_so(cast, signed):
    with pytest.raises(Refused, match=r"¥3,669\.23 is more than what is open today; keep it as credit, or take less"):
        road.pay(signed, 20000, people=cast, at=cast.at)

    payment = road.pay(signed, 20000, people=cast, at=cast.at, credit=Decimal("3669.23"))

    assert (account(signed).credit, account(signed).due_now) == (Decimal("3669.23"), 0)
    assert payment.receipt.body["purpose"].endswith("预收余额 3,669.23 元")


def test_credit_pays_the_instalment_that_opens_next(cast, working):
    road.pay(working, 20000, people=cast, at=cast.at, credit=Decimal("3669.23"))
    assert services.use_credit(working, by=cast.cashier, at=cast.at) == 0

    concealed(working, cast)
    assert account(working).due_now == Decimal("26330.77") - Decimal("3669.23")
    used = services.use_credit(working, by=cast.cashier, at=cast.at)

    assert (used, account(working).credit, account(working).instalment(2).paid) == (Decimal("3669.23"), 0, Decimal("3669.23"))
    assert working.dossier.entries.filter(kind="projects.credit_used").count() == 1


def test_more_than_contract_and_signed_changes_is_never_taken(cast, signed):
    with pytest.raises(Refused, match=r"cannot be taken: ¥77,769\.26 is left to pay"):
        road.pay(signed, "77769.27", people=cast, at=cast.at, credit=Decimal("61438.50"))

    road.pay(signed, "77769.26", people=cast, at=cast.at, credit=Decimal("61438.49"))
    assert account(signed).balance == 0
    with pytest.raises(Refused, match=r"cannot be taken: ¥0\.00 is left"):
        road.pay(signed, CENT, people=cast, at=cast.at)


@pytest.mark.parametrize(
    ("amount", "payer", "says"),
    [(0, "陈静兰", "more than nothing"), ("-5", "陈静兰", "more than nothing"), ("0.004", "陈静兰", "more than nothing"), (5, " ", "Say who paid")],
)
def test_a_payment_is_whole(amount, payer, says, cast, signed):
    with pytest.raises(Refused, match=says):
        road.pay(signed, amount, people=cast, at=cast.at, payer=payer)


def test_a_form_that_is_sent_twice_pays_once(cast, signed):
    key = uuid4()
    first = road.pay(signed, 500, people=cast, at=cast.at, key=key)

    assert road.pay(signed, 500, people=cast, at=cast.at, key=key) == first
    with pytest.raises(Refused, match="used for another payment"):
        road.pay(signed, 600, people=cast, at=cast.at, key=key)
    assert signed.payments.filter(kind="in").count() == 1


def test_receipts_have_no_gaps_whatever_was_refused_or_reversed(cast, signed, working):
    start = Paper.objects.filter(kind="L23", store=cast.store).order_by("-number").first().number

    for n, project in enumerate((signed, working, signed, working, signed)):
        with pytest.raises(Refused):
            road.pay(project, 10**7, people=cast, at=cast.at)
        payment = road.pay(project, 100 + n, people=cast, at=cast.at)
        if n == 2:
            services.reverse_payment(payment, reason="记错项目", by=cast.accountant, at=cast.at)

    numbers = Paper.objects.filter(kind="L23", store=cast.store, number__gt=start).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == list(range(start + 1, start + 6))
    assert list(numbers.values_list("state", flat=True)) == ["issued", "issued", "void", "issued", "issued"]


# --- reversal -------------------------------------------------------------------------------------------------------------


def test_a_payment_is_reversed_by_a_second_person_once_with_a_reason(cast, signed):
    payment = road.pay(signed, "16330.77", people=cast, at=cast.at)
    with pytest.raises(Refused, match="reversed by a second person") as refusal:
        services.reverse_payment(payment, reason="记错", by=cast.cashier, at=cast.at)
    assert refusal.value.missing[0].who == "accountant,finance_supervisor"
    with pytest.raises(Refused, match="Say the reason"):
        services.reverse_payment(payment, reason=" ", by=cast.accountant, at=cast.at)

    made = services.reverse_payment(payment, reason="客户退票", by=cast.accountant, at=cast.days(1))

    payment.receipt.refresh_from_db()
    assert (made.amount, made.reverses, payment.receipt.state) == (Decimal("-16330.77"), payment, "void")
    assert (account(signed).received, account(signed).instalment(1).paid, account(signed).due_now) == (Decimal(10000), Decimal(10000), Decimal("16330.77"))
    with pytest.raises(Refused, match="reversed already"):
        services.reverse_payment(payment, reason="再来", by=cast.finance_supervisor, at=cast.days(1))
    with pytest.raises(Refused, match="Only a payment that was booked here"):
        services.reverse_payment(made, reason="再来", by=cast.finance_supervisor, at=cast.days(1))
    road.pay(signed, "16330.77", people=cast, at=cast.days(2))
    assert account(signed).instalment(1).is_paid


def test_a_reversal_takes_back_every_part_credit_included(cast, working):
    payment = road.pay(working, 20000, people=cast, at=cast.at, credit=Decimal("3669.23"))
    concealed(working, cast)
    services.use_credit(working, by=cast.cashier, at=cast.at)

    services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.at)

    assert [row.paid for row in account(working).instalments] == [Decimal(10000), 0, 0, 0]
    assert account(working).credit == 0


def test_what_is_settled_is_reopened_before_money_is_taken_back(cast, accepted):
    road.settled(accepted, "final", people=cast, at=cast.at)
    payment = road.pay(accepted, account(accepted).due_now, people=cast, at=cast.at)
    services.follow(accepted.dossier, at=cast.at)

    with pytest.raises(Refused, match="settled; reopen it first"):
        services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.at)
    services.reopen(road.refreshed(accepted), reason="退票", by=cast.engineering_manager, at=cast.days(1))
    services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.days(1))

    assert not account(accepted).is_paid_in_full


# --- mid-term and changes ---------------------------------------------------------------------------------------------------


def test_the_mid_term_settles_the_signed_changes_too(cast, working):
    road.pay_open(working, people=cast, at=cast.at)
    change = road.signed_change(working, people=cast, at=cast.at)
    concealed(working, cast)
    road.pay_open(working, people=cast, at=cast.at)
    carpentry(working, cast)
    assert account(working).instalment(3).missing[0].says == "The customer has not signed the settlement."

    services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)

    first, second = working.settlements.select_related("paper").order_by("id")
    change.refresh_from_db()
    assert (first.kind, second.kind, first.paper.kind, second.paper.kind) == ("midterm", "change", "P29", "P30")
    assert change.settled_in.seq == 3
    assert [(s.contract_due, s.changes, s.paid, s.balance) for s in (first, second)] == [
        (Decimal("78992.31"), Decimal("515.50"), Decimal("52661.54"), Decimal("26846.27"))
    ] * 2
    assert (first.paper.body["companion"], first.paper.body["balance"]) == (second.paper.ref, "26846.27")
    assert [line["ref"] for line in second.paper.body["changes"]] == [change.paper.ref]
    assert account(working).instalment(3).missing and account(working).due_now == 0

    for row in (first, second):
        sign_all(row.paper, by=cast.project_manager, at=cast.at)
    assert account(working).due_now == Decimal("26846.27")


def test_a_change_is_called_settled_when_its_settlement_is_signed(cast, working):
    change = road.signed_change(working, people=cast, at=cast.at)
    carpentry(working, cast)
    services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    page = cast.client(cast.project_manager)

    def says() -> list[str]:
        read = "".join(page.get(f"/projects/{working.ref}/{name}/").content.decode() for name in ("changes", f"changes/{change.seq}", "settlements"))
        return [word for word in ("已签已结算", "已签，结算单待签") for _each in range(read.count(word))]

    assert says() == ["已签，结算单待签"] * 3
    for row, said in zip(working.settlements.select_related("paper").order_by("id"), ("已签，结算单待签", "已签已结算"), strict=True):  # both together
        sign_all(row.paper, by=cast.project_manager, at=cast.at)
        assert says() == [said] * 3


def test_what_fell_due_before_the_settlement_keeps_its_day(cast, working):
    road.pay_open(working, people=cast, at=cast.at)
    concealed(working, cast)
    carpentry(working, cast)

    services.settle(working, kind="midterm", by=cast.project_manager, at=cast.days(9))

    paper, second = working.settlements.get(kind="midterm").paper, account(working).instalment(2)
    assert paper.body["kept"] == [{"name": second.name, "amount": str(second.rest), "due_on": second.due_on.isoformat()}]
    assert f"{second.name} ¥{second.rest:,.2f} 应于 {second.due_on} 前付清，期限不变" in html_of(paper, mode="presented")


def test_what_keeps_its_day_is_never_more_than_what_is_owed(cast, working):
    road.pay_open(working, people=cast, at=cast.at)
    concealed(working, cast)
    for _each in range(2):
        sign_all(road.issued_change(working, people=cast, at=cast.at, quantities=("-400",), days=0).paper, by=cast.project_manager, at=cast.at)
    carpentry(working, cast)

    body = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.days(9)).paper.body

    assert 0 < Decimal(body["balance"]) < account(working).instalment(2).amount
    assert [line["amount"] for line in body["kept"]] == [body["balance"]]


def test_an_unsigned_change_is_never_counted(cast, working):
    owed = account(working).owed
    change = road.issued_change(working, people=cast, at=cast.at)
    assert (account(working).owed, account(working).changes_total) == (owed, 0)
    carpentry(working, cast)
    with pytest.raises(Refused) as refusal:
        services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("G14", "Change 1 waits for the customer's signature; sign it or withdraw it.")]

    services.withdraw_change(change, reason="不做了", by=cast.project_manager, at=cast.at)
    made = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)

    assert (made.changes, made.lines) == (0, [])
    assert account(working).owed == owed


def test_an_unsigned_settlement_is_replaced_and_a_signed_one_stays(cast, working):
    carpentry(working, cast)
    first = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    road.signed_change(working, people=cast, at=cast.at)

    second = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.days(1))

    first.paper.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by, second.changes) == ("superseded", second.paper, Decimal("515.50"))
    for row in working.settlements.filter(at=cast.days(1)):
        sign_all(row.paper, by=cast.project_manager, at=cast.days(1))
    with pytest.raises(Refused, match="This settlement is signed"):
        services.settle(working, kind="midterm", by=cast.project_manager, at=cast.days(2))


def test_a_settlement_made_anew_lists_the_changes_of_the_one_that_it_replaces(cast, working):
    one = road.signed_change(working, people=cast, at=cast.at)
    carpentry(working, cast)
    first = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    two = road.signed_change(working, people=cast, at=cast.at, quantities=("3", "1"))

    second = services.settle(working, kind="midterm", by=cast.project_manager, at=cast.days(1))

    paper = working.settlements.get(kind="change", at=cast.days(1)).paper
    assert [line["ref"] for line in paper.body["changes"]] == [one.paper.ref, two.paper.ref]
    assert (paper.body["changes_before"], paper.body["changes_total"]) == ("0.00", str(one.amount + two.amount))
    assert (second.contract_due, second.changes, second.balance) == (first.contract_due, one.amount + two.amount, first.balance + two.amount)


def test_a_change_after_the_mid_term_is_settled_at_the_end(cast, midterm):
    change = road.signed_change(midterm, people=cast, at=cast.at, quantities=("3", "1"))
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(midterm, to=Stage.COMPLETED, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="final settlement cannot be made yet") as refusal:
        services.settle(midterm, kind="final", by=cast.project_manager, at=cast.at)
    assert [m.gate for m in refusal.value.missing] == ["G17", "G17"]
    road.cleared(midterm, Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(midterm, to=Stage.ACCEPTED, by=cast.project_manager, at=cast.at)

    made = road.settled(midterm, "final", people=cast, at=cast.at)

    change.refresh_from_db()
    assert (change.settled_in.seq, made.changes, made.balance) == (4, change.amount, Decimal("8776.95") + change.amount)
    assert [p["amount"] for p in made.paper.body["payments"]] == ["10000.00", "16330.77", "26330.77", "26846.27"]
    assert account(midterm).due_now == made.balance


def test_a_deduction_above_the_mid_term_instalment_is_borne_by_the_last(cast, working):
    """30 000 less than agreed: the mid-term asks for nothing, the end for what is left; the sum is right to the cent."""
    road.pay_open(working, people=cast, at=cast.at)
    item = road.items(working, 1)[0]
    change = road.asked_change(working, people=cast, at=cast.at, wish="不做墙面")
    quantity = -(Decimal(30000) / item.price).quantize(CENT)
    made = services.issue_change(change, lines=[services.Line(item, quantity)], days=0, by=cast.project_manager, at=cast.at)
    sign_all(made.paper, by=cast.project_manager, at=cast.at)
    concealed(working, cast)
    road.pay_open(working, people=cast, at=cast.at)
    carpentry(working, cast)

    road.settled(working, "midterm", people=cast, at=cast.at)

    rest = Decimal("26330.77") + Decimal("8776.95") + made.amount
    now = account(working)
    assert (now.paid_through_midterm, now.instalment(3).due, now.instalment(4).due, now.balance) == (True, 0, rest, rest)
    road.cleared(working, Fact.CHECK_8_PASSED, Fact.COMPLETION_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    assert account(working).is_paid_in_full is False
    road.pay(working, rest, people=cast, at=cast.at, credit=rest)
    assert account(working).balance == 0


def test_a_deduction_above_what_is_still_to_be_paid_is_refused(cast, midterm):
    change = road.asked_change(midterm, people=cast, at=cast.at)
    item = road.items(midterm, 1)[0]

    with pytest.raises(Refused, match="agree on a refund first"):
        services.issue_change(change, lines=[services.Line(item, -(Decimal(9000) / item.price).quantize(CENT))], days=0, by=cast.project_manager, at=cast.at)


# --- the end ----------------------------------------------------------------------------------------------------------------


def test_the_final_payment_opens_the_warranty_card(cast, accepted):
    made = road.settled(accepted, "final", people=cast, at=cast.at)
    assert (made.balance, made.paper.body["balance"]) == (Decimal("8776.95"), "8776.95")
    assert not account(accepted).is_paid_in_full

    road.pay(accepted, "8776.94", people=cast, at=cast.at)
    assert services.follow(accepted.dossier, at=cast.at) == 0
    assert road.refreshed(accepted).stage == "accepted" and not accepted.money.is_paid_in_full
    road.pay(accepted, CENT, people=cast, at=cast.at)
    services.follow(accepted.dossier, at=cast.at)

    road.refreshed(accepted)
    assert (accepted.money.is_paid_in_full, accepted.money.balance, accepted.stage) == (True, 0, "settled")
    assert sum(p.amount for p in Payment.objects.filter(project=accepted)) == accepted.contract.total + Decimal("515.50")


def test_only_known_settlements_exist(cast, working):
    with pytest.raises(Refused, match="no such settlement"):
        services.settle(working, kind="weekly", by=cast.project_manager, at=cast.at)


def test_nothing_is_settled_on_a_cancelled_site(cast, working):
    carpentry(working, cast)
    services.cancel(working, reason="不做了", by=cast.store_manager, at=cast.at)

    for kind in ("midterm", "change", "final"):
        with pytest.raises(Refused, match="not done while the site is at “Cancelled”"):
            services.settle(working, kind=kind, by=cast.project_manager, at=cast.at)


# --- reminders --------------------------------------------------------------------------------------------------------------


def test_a_reminder_is_of_an_open_and_unpaid_instalment_alone(cast, working):
    with pytest.raises(Refused, match="“水电防水款” is not due yet") as refusal:
        services.issue_reminder(working, seq=2, by=cast.site_supervisor, at=cast.at)
    assert len(refusal.value.missing) == 2

    first = services.issue_reminder(working, seq=1, by=cast.site_supervisor, at=cast.days(4))
    assert (first.amount, first.due_on, first.paper.body["asked"]) == (Decimal("16330.77"), cast.days(3).date(), "16330.77")
    second = services.issue_reminder(working, seq=1, by=cast.site_supervisor, at=cast.days(8))
    first.paper.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by) == ("superseded", second.paper)

    road.pay_open(working, people=cast, at=cast.days(9))
    with pytest.raises(Refused, match="is paid"):
        services.issue_reminder(working, seq=1, by=cast.site_supervisor, at=cast.days(9))
