"""Plan, payments, credit, refunds, reversals, changes, settlements and the till against a simple model of sums.

A history is forty steps on one site that stands already; each is rolled back to it.  The model knows nothing of the verbs: it keeps
lists of numbers and says what must come out.  After every step, as at a commit: the sums of the site, of every instalment and of every
account agree, receipts and vouchers run without gaps, no instalment is over-allocated, credit is never negative (R061, R062, LR-53).
"""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from core import papers
from core.refusals import Refused
from leads.models import CashAccount
from leads.services import till
from projects import services
from projects.choices import Fact
from projects.models import Payment, Project
from projects.services import following, money
from tests.cast import Cast
from tests.factories import projects as road
from tests.hand import STROKES

HISTORIES = int(os.environ.get("HISTORIES", "20"))
STEPS, FOUND_WITHIN = 40, 20
ZERO, CENT = Decimal(0), Decimal("0.01")
ACCOUNTS = {"cash": "till", "transfer": "bank"}
UNFINISHED = ["under_construction", "midterm_accepted", "completed_pending_acceptance"]
CHECKS = {
    "concealed": (Fact.MATERIALS_ACCEPTED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED),
    "carpentry": (Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED),
    "completion": (Fact.CHECK_5_PASSED, Fact.CHECK_7_PASSED, Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED),
}

SUMS = """
SELECT (SELECT coalesce(sum(amount), 0) FROM projects_payment WHERE project_id = %(site)s),
       (SELECT coalesce(jsonb_object_agg(i.seq, (SELECT coalesce(sum(a.amount), 0) FROM projects_allocation a WHERE a.instalment_id = i.id)), '{}')
          FROM projects_instalment i WHERE i.contract_id = %(contract)s),
       (SELECT array[count(*), max(number)] FROM core_paper WHERE series = 'L23' AND store_id = %(store)s),
       (SELECT array[count(*), coalesce(max(number), 0)] FROM core_paper WHERE series = 'L28' AND store_id = %(store)s),
       (SELECT coalesce(jsonb_object_agg(k.kind, (SELECT coalesce(sum(e.amount), 0) FROM leads_cashentry e WHERE e.account_id = k.id)), '{}')
          FROM leads_cashaccount k WHERE k.store_id = %(store)s),
       (SELECT max(seq) FROM core_auditentry WHERE dossier_id = %(dossier)s)
"""


class Model:
    """What must come out, in plain numbers."""

    def __init__(self, amounts: list[Decimal], deposit: Decimal) -> None:
        self.amounts = amounts
        self.paid = [deposit, *([ZERO] * (len(amounts) - 1))]
        self.changes: list[list[Any]] = []  # [amount, the line that settled it]
        self.received = deposit
        self.payments: list[dict[str, Any]] = [{"id": None, "amount": deposit, "parts": [deposit, ZERO, ZERO, ZERO], "kind": "deposit", "back": False}]
        self.accounts = {"till": ZERO, "bank": deposit}
        self.receipts = self.vouchers = self.supplements = 0
        self.facts: set[str] = set()
        self.settled: set[str] = set()

    @property
    def owed(self) -> Decimal:
        return sum(self.amounts, ZERO) + sum((amount for amount, _line in self.changes), ZERO)

    @property
    def credit(self) -> Decimal:
        return self.received - sum(self.paid, ZERO)

    @property
    def spare(self) -> Decimal:
        return max(self.credit, self.received - self.owed, ZERO)

    @property
    def asked(self) -> Decimal:
        """What may be asked for today."""
        due = self.due()
        return max(sum((max(due[n] - self.paid[n], ZERO) for n in self.open_lines()), ZERO) - self.credit, ZERO)

    def due(self) -> list[Decimal]:
        """Each line with the changes that were settled with it; what a line cannot bear goes on, and at the end back."""
        due = [amount + sum((a for a, line in self.changes if line == n), ZERO) for n, amount in enumerate(self.amounts)]
        for n, paid in enumerate(self.paid):
            if due[n] < paid and n + 1 < len(due):
                due[n + 1] -= paid - due[n]
                due[n] = paid
        if (short := self.paid[-1] - due[-1]) > 0:
            due[-1] = self.paid[-1]
            for n in reversed(range(len(due))):
                part = min(short, due[n])
                due[n] -= part
                short -= part
        return due

    def open_lines(self) -> list[int]:
        needs = [set(), {"concealed"}, {"carpentry", "midterm"}, {"completion", "final"}]
        return [n for n, need in enumerate(needs) if need <= self.facts | self.settled]

    def fill(self, money: Decimal) -> list[Decimal]:
        """Money on the open lines, the first first."""
        due, parts = self.due(), [ZERO] * len(self.amounts)
        for n in self.open_lines():
            parts[n] = min(money, max(due[n] - self.paid[n], ZERO))
            money -= parts[n]
        return parts

    def take(self, parts: list[Decimal]) -> None:
        self.paid = [paid + part for paid, part in zip(self.paid, parts, strict=True)]


class Money(RuleBasedStateMachine):
    """One history; `world` is the site that stands."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.cast = self.world.cast
        self.site = Project.objects.at_hand().get(pk=self.world.working)
        self.now = self.cast.at
        self.evidence = self.world.evidence
        deposit = self.site.payments.get()
        self.model = Model([row.amount for row in self.site.contract.instalments.order_by("seq")], deposit.amount)
        self.model.payments[0]["id"] = deposit.pk
        self.waits: Any = None
        self.gap: dict[str, Decimal] = {}
        self.counted = dict(self.model.accounts)
        self.where = {"site": self.site.pk, "contract": self.site.contract.pk, "store": self.site.store_id, "dossier": self.site.dossier_id}
        _received, _lines, (self.model.receipts, _last), _vouchers, accounts, self.head = self._sums()
        self.begun = {kind: accounts.get(kind, ZERO) - held for kind, held in self.model.accounts.items()}  # what others paid before
        self.money = self._account()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    # --- what may happen ---------------------------------------------------------------------------------------------

    @rule(share=st.sampled_from([1, 3, 10, 40, 100, 130]), method=st.sampled_from(sorted(ACCOUNTS)), cents=st.integers(0, 99))
    def pay(self, share: int, method: str, cents: int) -> None:
        """Some share of what a line asks for, or more: a rest is credit; more than is owed is refused."""
        model, late = self.model, self.site.stage in ("settled", "under_warranty", "closed")
        amount = (model.amounts[0] * share / 100).quantize(CENT, rounding=ROUND_DOWN) + Decimal(cents) / 100
        parts = model.fill(amount)
        rest, fits = amount - sum(parts, ZERO), model.received + amount <= model.owed and not late
        try:
            made = road.pay(self.site, amount, people=self.cast, at=self.now, method=method, credit=rest)
        except Refused as refusal:
            assert not fits, refusal
        else:
            assert fits
            model.take(parts)
            model.received += amount
            model.receipts += 1
            model.accounts[ACCOUNTS[method]] += amount
            model.payments.append({"id": made.pk, "amount": amount, "parts": parts, "kind": "in", "account": ACCOUNTS[method], "back": False})
        self.agree()

    @precondition(lambda self: 0 < self.model.asked <= self.model.owed - self.model.received and self.site.stage != "settled")
    @rule()
    def pay_what_is_due(self) -> None:
        """What is asked for today, to the cent."""
        asked = self.model.asked
        parts = self.model.fill(asked)
        made = road.pay(self.site, asked, people=self.cast, at=self.now, method="transfer", credit=asked - sum(parts, ZERO))
        self.model.take(parts)
        self.model.received += asked
        self.model.receipts += 1
        self.model.accounts["bank"] += asked
        self.model.payments.append({"id": made.pk, "amount": asked, "parts": parts, "kind": "in", "account": "bank", "back": False})
        self.agree()

    @precondition(lambda self: len(self.model.payments) > 1)
    @rule(which=st.integers(0, 30))
    def reverse(self, which: int) -> None:
        """A payment booked in error, taken back once by a second person, unless its credit is gone."""
        model = self.model
        told = model.payments[which % len(model.payments)]
        back = sum(told["parts"], ZERO)
        fits = told["kind"] == "in" and not told["back"] and model.credit - told["amount"] + back >= 0 and self.site.stage != "settled"
        try:
            services.reverse_payment(Payment.objects.select_related("project").get(pk=told["id"]), reason="记错", by=self.cast.accountant, at=self.now)
        except Refused as refusal:
            assert not fits, refusal
        else:
            assert fits
            told["back"] = True
            model.take([-part for part in told["parts"]])
            model.received -= told["amount"]
            model.accounts[told["account"]] -= told["amount"]
        self.agree()

    @precondition(lambda self: self.model.credit > 0)
    @rule()
    def use_credit(self) -> None:
        parts = self.model.fill(self.model.credit)
        used = services.use_credit(self.site, by=self.cast.cashier, at=self.now)
        assert used == sum(parts, ZERO)
        self._spread(parts)
        self.agree()

    @precondition(lambda self: self.model.spare > 0)
    @rule(share=st.sampled_from([10, 50, 100, 101]))
    def ask_refund(self, share: int) -> None:
        model = self.model
        amount = (model.spare * share / 100).quantize(CENT, rounding=ROUND_DOWN)
        fits = 0 < amount <= model.spare and self.waits is None
        try:
            made = services.ask_credit_refund(self.site, amount=amount, reason="多付", by=self.cast.cashier, at=self.now)
        except Refused as refusal:
            assert not fits, refusal
        else:
            assert fits
            self.waits = made
        self.agree()

    @precondition(lambda self: self.waits is not None)
    @rule()
    def pay_refund(self) -> None:
        """What was credit when it was asked for may be used meanwhile: then it is refused, and taken off the list."""
        model, made = self.model, self.waits
        fits = made.amount <= model.spare
        try:
            services.pay_credit_refund(made, by=self.cast.accountant, at=self.now)
        except Refused as refusal:
            assert not fits, refusal
            services.refuse_credit_refund(made, reason="已抵用", by=self.cast.accountant, at=self.now)
        else:
            assert fits
            rest = max(made.amount - model.credit, ZERO)
            for n in reversed(range(len(model.paid))):
                part = min(rest, model.paid[n])
                model.paid[n] -= part
                rest -= part
            model.received -= made.amount
            model.vouchers += 1
            model.accounts["bank"] -= made.amount
        self.waits = None
        self.agree()

    @precondition(lambda self: len(self.model.changes) < 3 and self.site.stage == "under_construction")
    @rule(quantity=st.sampled_from(["12.5", "3", "-2", "-40", "-160"]))
    def change(self, quantity: str) -> None:
        """An addition or a deduction, signed by everybody."""
        change = services.request_change(self.site, reason="customer_add", wish="增减项", evidence=self.evidence, by=self.cast.site_supervisor, at=self.now)
        services.answer_change(change, answer="不影响", by=self.cast.designer, at=self.now)
        amount = self.world.item.price * Decimal(quantity)
        try:
            made = services.issue_change(change, lines=[services.Line(self.world.item, Decimal(quantity))], days=0, by=self.cast.project_manager, at=self.now)
        except Refused as refusal:
            assert amount < 0 and self.model.owed + amount < self.model.received, refusal
            services.withdraw_change(change, reason="先谈退款", by=self.cast.project_manager, at=self.now)
            self.site.forget()
        else:
            self._sign(made.paper)
            self.model.changes.append([amount, None])
        self.agree()

    @precondition(lambda self: len(self.model.facts) < len(CHECKS))
    @rule(which=st.sampled_from([0, 0, 1, 2]))
    def check_passes(self, which: int) -> None:
        """A check that has not passed yet passes, mostly the next one.  What opens is paid from credit."""
        waiting = [name for name in CHECKS if name not in self.model.facts]
        name = waiting[which % len(waiting)]
        for fact in CHECKS[name]:
            services.clear(self.site, fact, by=self.cast.quality_inspector, at=self.now)
        self.model.facts.add(name)
        self._follow()
        self.agree()

    @precondition(lambda self: self.model.settled and self.site.stage in UNFINISHED)
    @rule()
    def go_on(self) -> None:
        """The next stages, as far as the gates let the site go."""
        line = [*UNFINISHED, "accepted"]
        for stage in line[line.index(self.site.stage) + 1 :]:
            try:
                services.advance(self.site, to=stage, by=self.cast.project_manager, at=self.now)
            except Refused:
                break
        self._follow()
        self.agree()

    @precondition(lambda self: "carpentry" in self.model.facts)
    @rule(kind=st.sampled_from(["midterm", "final"]))
    def settle(self, kind: str) -> None:
        """Mid-term and changes together, the final one after acceptance: the signed changes go to that line."""
        model, line = self.model, 2 if kind == "midterm" else 3
        ready = self.site.stage in (UNFINISHED if kind == "midterm" else ["accepted"])
        fits = kind not in model.settled and ready and model.received <= model.owed
        try:
            services.settle(self.site, kind=kind, by=self.cast.project_manager, at=self.now)
        except Refused as refusal:
            assert not fits, refusal
        else:
            assert fits
            for told in model.changes:
                told[1] = line if told[1] is None else told[1]
            for row in self.site.settlements.select_related("paper").filter(kind__in=(kind, "change") if kind == "midterm" else (kind,), paper__state="issued"):
                self._sign(row.paper)
            model.settled.add(kind)
            self._follow()
        self.agree()

    @precondition(lambda self: self.model.supplements < 3 and self.site.stage not in ("accepted", "settled"))
    @rule(tilt=st.sampled_from([-5, 2, 5]), days=st.integers(3, 10))
    def supplement(self, tilt: int, days: int) -> None:
        """What is not due yet is shared out anew between the last two lines; the sum stays."""
        model = self.model
        free = [n for n in (2, 3) if n not in model.open_lines() and model.paid[n] == 0]
        rows = {row.seq - 1: row for row in self.money.instalments}
        if len(free) < 2 or rows[3].percent + tilt <= 1 or rows[2].percent - tilt <= 1:
            return
        plan = [services.Share(3, rows[2].percent - tilt, days), services.Share(4, rows[3].percent + tilt, days)]
        both = model.amounts[2] + model.amounts[3]
        made = services.issue_supplement(self.site, reason="业主资金安排", plan=plan, by=self.cast.customer_manager, at=self.now)
        self._sign(made.paper)
        self._follow()
        model.amounts[2] = (sum(model.amounts, ZERO) * (rows[2].percent - tilt) / 100).quantize(CENT, rounding=ROUND_DOWN)
        model.amounts[3] = both - model.amounts[2]
        model.supplements += 1
        self.agree()

    @precondition(lambda self: self.counted != self.model.accounts)
    @rule(short=st.sampled_from([0, 0, 0, 5]), sweep=st.sampled_from([True, False, False]))
    def night(self, short: int, sweep: bool) -> None:
        """The day ends: every account is counted; what comes later stands on the next day.  A difference is explained.  The sweep follows."""
        for account in CashAccount.objects.filter(store=self.site.store, kind__in=ACCOUNTS.values()):
            held = till.balance(account) - self.begun[account.kind]
            assert held == self.model.accounts[account.kind] + self.gap.get(account.kind, ZERO), account.kind
            for day in till.open_days(account):
                expected = till.figures(account, day).expected
                counted = max(expected - short, ZERO) if account.kind == "till" else expected - short  # no till holds less than nothing
                till.close_day(account, day=day, counted=counted, reason="找零差" if counted != expected else "", by=self.cast.cashier, at=self.now)
                self.gap[account.kind] = self.gap.get(account.kind, ZERO) + counted - expected
        self.counted = dict(self.model.accounts)
        self.now += timedelta(days=1)
        if sweep:
            self._follow()
        self.agree()

    # --- what must hold ----------------------------------------------------------------------------------------------

    def agree(self) -> None:
        """As at a commit: the database's own guards, then every sum.  The account is read anew when the site's chain has grown."""
        model, head = self.model, self.head
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        received, lines, receipts, vouchers, accounts, self.head = self._sums()
        assert received == model.received
        assert [lines[str(n + 1)] for n in range(len(model.amounts))] == model.paid
        assert receipts == [model.receipts, model.receipts], "a gap among the receipts"
        assert vouchers == [model.vouchers, model.vouchers], "a gap among the vouchers"
        assert {kind: accounts.get(kind, ZERO) - self.begun[kind] for kind in model.accounts} == model.accounts
        if self.head != head:
            self.money = self._account()
        account = self.money
        assert (account.received, account.owed, account.credit, account.due_now) == (model.received, model.owed, model.credit, model.asked)
        assert [row.due for row in account.instalments] == model.due()
        assert account.credit >= 0 and all(row.paid <= max(row.due, row.amount + row.changes) or model.received > model.owed for row in account.instalments)
        assert [row.seq - 1 for row in account.instalments if row.is_open] == model.open_lines()

    def _sums(self) -> tuple[Any, ...]:
        """All sums in one question; those of JSON as exact numbers."""
        with connection.cursor() as cursor:
            cursor.execute(SUMS, self.where)
            row = cursor.fetchone()
        return tuple(json.loads(part, parse_float=Decimal, parse_int=Decimal) if isinstance(part, str) else part for part in row)

    def _account(self) -> Any:
        self.site.forget()
        return self.site.money

    def _follow(self) -> None:
        """What the worker does: opened lines take the credit."""
        parts = self.model.fill(self.model.credit)
        services.follow(self.site.dossier, at=self.now)
        self.site.refresh_from_db()
        self.site.forget()
        self._spread(parts)

    def _spread(self, parts: list[Decimal]) -> None:
        """Credit that pays lines comes from the payments that still have a rest, the oldest first."""
        self.model.take(parts)
        for n, part in enumerate(parts):
            for told in self.model.payments:
                if told["back"] or part <= 0:
                    continue
                some = min(part, told["amount"] - sum(told["parts"], ZERO))
                told["parts"] = [p + some if i == n else p for i, p in enumerate(told["parts"])]
                part -= some

    def _sign(self, paper: Any) -> None:
        for signer in papers.kind_of(paper).signers:
            if signer.required:
                papers.sign(paper, role=signer.role, name="陈静兰", strokes=STROKES, by=self.cast.project_manager, at=self.now)
        self.site.forget()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """The site, committed in a database of its own: a history is one transaction, so what it leaves behind does not slow the next."""
    with django_db_blocker.unblock(), databases.fresh("money"), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("money-media")):
        cast = Cast()
        with transaction.atomic():
            site = road.working_project(cast, phones=["13858003371"])
            evidence = road.scan(site, by=cast.site_supervisor, at=cast.at, caption="业主手写说明")
        yield SimpleNamespace(cast=cast, working=site.pk, evidence=evidence, item=road.items(site, 1)[0])


def live(histories: int, *phases: Phase) -> None:
    """So many histories of forty steps, the same ones every time."""
    run_state_machine_as_test(
        Money, settings=settings(
            max_examples=histories, stateful_step_count=STEPS, deadline=None, database=None, derandomize=True, print_blob=False,
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck), phases=phases,
        ),
    )  # fmt: skip


def test_money_keeps_with_the_model_through_every_history(world, django_db_blocker):
    """R061, R062, LR-53, LR-56, LR-57: twenty histories of forty steps, a second each.

    Two hundred, in three and a half minutes of processor time: HISTORIES=200 ./run test tests/projects/test_money_model.py
    """
    with django_db_blocker.unblock():
        Money.world = world
        live(HISTORIES, Phase.generate, Phase.shrink)


FAULTS = {
    "a cent on the wrong line": ("_filled", "min(row.rest, left)", "min(row.rest - Decimal('0.01'), left)", "¥0.01 is more than what is open today"),
    "cash at the bank": ("record_payment", "till.account_for(site.store, method,", "till.account_for(site.store, 'transfer',", "Differing items"),
    "a credit forgotten": ("reverse_payment", "amount=-row.amount", "amount=back", "takes back exactly the payment"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_finds_a_planted_fault(fault, world, django_db_blocker, monkeypatch):
    """What was planted in a copy of the verb, what said so, and in which history of the same forty steps:

    ======================================================  ========================================================  =======
    planted                                                 found by                                                  history
    ======================================================  ========================================================  =======
    a payment leaves a cent of a line to the next           the verb asks to keep the cent as credit                  1
    cash is booked to the bank account                      the sums of both accounts                                 7
    a reversal takes back only what paid lines              the database: it takes back exactly the payment           7
    a reversal does not ask whether its credit went back    the model: it must have been refused                      9
    credit that went back pays a line once more             the database: more is allocated than was paid             9
    ======================================================  ========================================================  =======
    """
    name, good, bad, says = FAULTS[fault]
    source = inspect.getsource(inspect.unwrap(getattr(money, name)))
    assert source.count(good) == 1
    planted = dict(vars(money))
    exec("from __future__ import annotations\n" + source.replace(good, bad), planted)
    for module in (money, services, following):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, planted[name])
    with django_db_blocker.unblock():
        Money.world = world
        with pytest.raises((AssertionError, DatabaseError, Refused), match=re.escape(says)):
            live(FOUND_WITHIN, Phase.generate)
