"""One site from contract to warranty against a simple model: stages, checks, changes, days, settlements, money, warranty, voids.

A history is forty steps on a site that stands already at one of four places (contract unsigned, crew on site, carpentry closed, accepted); each is
rolled back to it.  Before every verb the model, which knows nothing of the verbs, says whether it must succeed or be refused.  After every
step, as at a commit: the invariants of `site_invariants` answer with nothing, asked in SQL and not through a verb; the papers that were
seen are as they were; stage, facts, sums and the end of the works are the model's (proof.md 2, I1–I13; gates G6–G18; R041–R048, LR-23, LR-53, LR-65).
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from aftersales import services as aftersales
from aftersales.models import Warranty, WarrantyCard
from core import clocks, papers
from core.models import Paper
from core.refusals import Refused
from inspections import services as inspections
from inspections.checks import checks
from inspections.models import QualityCheck, Rectification
from inspections.services import checks as check_verbs
from inspections.services import following as check_following
from projects import services
from projects.choices import AFTER_ACCEPTANCE, LINE, UNFINISHED, WORKING, Stage
from projects.models import (
    ChangeOrder,
    LostDay,
    Payment,
    Permit,
    Project,
    ScheduleExtension,
    Settlement,
    SettlementDispute,
    StopWork,
    UnsignedWork,
)
from projects.services import money
from tests import road as customers
from tests.cast import Cast
from tests.factories import aftersales as late
from tests.factories import inspections as checking
from tests.factories import projects as road
from tests.hand import STROKES, sign_all
from tests.proof import site_invariants

pytestmark = pytest.mark.slow
HISTORIES = int(os.environ.get("HISTORIES", "4"))
STEPS, FOUND_WITHIN = 40, 12
ZERO = Decimal(0)
PLACES = ("opened", "working", "covered", "accepted")
CODES = tuple(checks())
BACK = {
    "midterm_accepted": "under_construction", "completed_pending_acceptance": "midterm_accepted", "accepted": "completed_pending_acceptance",
    "settled": "accepted",
}  # fmt: skip
LINES = [str(stage) for stage in LINE]
VOIDABLE = ("P25", "I05", "I06", "I10", "I11", "I12", "I13")  # while they wait for signatures
STATES = {"issued": {"issued", "signed", "void", "superseded"}, "signed": {"signed", "void", "superseded"}, "void": {"void"}, "superseded": {"superseded"}}


class Attempt:
    """One attempt at a check: how it came out, and whether its paper was signed and followed."""

    def __init__(self, passed: bool, paper: int | None) -> None:
        self.passed, self.paper, self.signed, self.told = passed, paper, False, False


class Model:
    """What is so, in plain words."""

    def __init__(self, place: str, total: Decimal) -> None:
        self.stage, self.left, self.total, self.received = "contracted", "", total, ZERO
        self.have: set[str] = set()  # signed, handed_in, filed, staffed, permit, reviewed, disclosed, crew, card
        self.waived: set[str] = set()
        self.tries: dict[str, list[Attempt]] = {code: [] for code in CODES}
        self.unflooded = 0  # first checks that passed with the flood test of the old wet areas left open
        self.faults: dict[str, int] = dict.fromkeys(CODES, 0)  # rectifications without an answer
        self.changes: list[dict[str, Any]] = []
        self.settlements: list[dict[str, Any]] = []
        self.disputes: list[dict[str, Any]] = []
        self.extensions: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []
        if place != "opened":
            self.have |= {"signed", "handed_in", "filed", "staffed", "permit", "reviewed", "disclosed", "crew"}
            self.stage = "under_construction"
        for code in {"opened": (), "working": CODES[:1], "covered": CODES[:6], "accepted": CODES}[place]:
            self.tries[code].append(Attempt(True, None))
            self.tries[code][0].signed = self.tries[code][0].told = True
        self.unflooded = int(place == "working")
        if place == "accepted":
            self.stage = place
            self.settlements = [{"kind": kind, "paper": None, "state": "signed", "version": 1, "disputed": False} for kind in ("midterm", "change")]

    def overtaken(self, paper: int) -> bool:
        """The paper of an attempt that a later one of the same check has followed: nobody signs it any more."""
        return any(each.paper == paper for code, attempts in self.tries.items() if code != "C2" for each in attempts[:-1])

    def holds(self, code: str) -> bool:
        """A check's fact: an attempt has passed, was signed and followed, and none failed after it (another delivery is another matter)."""
        told = [n for n, attempt in enumerate(self.tries[code]) if attempt.told]
        return bool(told) and (code == "C2" or all(a.passed for a in self.tries[code][told[-1] :]))

    @property
    def owed(self) -> Decimal:
        return self.total + sum((change["amount"] for change in self.changes if change["state"] == "signed"), ZERO)

    @property
    def waiting(self) -> bool:
        return any(change["state"] in ("asked", "issued") for change in self.changes)

    def settlement(self, kind: str) -> dict[str, Any] | None:
        return next((row for row in reversed(self.settlements) if row["kind"] == kind and row["state"] in ("issued", "signed")), None)

    def settled(self, kind: str) -> bool:
        row = self.settlement(kind)
        return row is not None and row["state"] == "signed"

    def disputed(self, kind: str, version: int) -> bool:
        twins = ("midterm", "change") if kind != "final" else ("final",)
        return any(row["disputed"] for row in self.settlements if row["kind"] in twins and row["version"] == version)


class Site(RuleBasedStateMachine):
    """One history; `world` holds the sites that stand."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.cast: Any = self.world.cast
        self.now: datetime = self.cast.at
        self.seen: dict[int, tuple[str, str, int]] = {}
        self.rests = False
        self.busy, self.pace, self.steps = False, 0, 0

    @initialize(place=st.sampled_from([*PLACES, *PLACES[1:3]]), ahead=st.integers(0, 7), pace=st.sampled_from([2, 3, 5]))
    def stand(self, place: str, ahead: int, pace: int) -> None:
        """Somewhere on the road; from here the company goes on by itself after every few steps, or waits."""
        self.site = Project.objects.at_hand().get(pk=self.world.sites[place])
        self.evidence = self.world.evidence[place]
        self.model = Model(place, self.site.contract.total)
        self.model.received = self._number("SELECT coalesce(sum(amount), 0) FROM projects_payment WHERE project_id = %s", self.site.pk)
        self._ahead(ahead // 2 if place == "accepted" else ahead)
        self.pace = pace

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    # --- trying ------------------------------------------------------------------------------------------------------

    def tries(self, fits: bool | None, act: Callable[[], Any], what: str) -> Any:
        """Do it; the model says whether it must succeed (True), must be refused (False), or does not say (None)."""
        self.now += timedelta(minutes=7)
        self.rests = False
        try:
            with transaction.atomic():
                made = act()
                self._commit()
        except (Refused, IntegrityError) as refusal:
            assert not fits, f"{what} was refused: {refusal} {[gap.says for gap in getattr(refusal, 'missing', ())]}"
            self._look()
            return None
        assert fits is not False, f"{what} should have been refused"
        self._look()
        return made if made is not None else True

    def _commit(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def _look(self) -> None:
        self.site = Project.objects.at_hand().get(pk=self.site.pk)
        self.site.seen_at(self.now)

    def _number(self, sql: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0]

    def by(self, post: str) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": getattr(self.cast, post), "at": self.now}

    @property
    def day(self) -> date:
        return timezone.localtime(self.now).date()

    # --- the road ----------------------------------------------------------------------------------------------------

    @rule(steps=st.integers(1, 6))
    def go_on(self, steps: int) -> None:
        """What a good company does next, several things one after the other."""
        self._ahead(steps)

    def _ahead(self, steps: int) -> None:
        self.busy = True
        for _n in range(steps):
            self._next()
        self.busy = False
        if not self.rests:
            self.follow()
        self.agree()

    def _next(self) -> None:
        model = self.model
        todo: dict[str, tuple[tuple[bool, Callable[[], Any]], ...]] = {
            "contracted": tuple((name in model.have, getattr(self, f"_{name}")) for name in ("signed", "handed_in", "filed", "staffed")),
            "permit_filing": (
                *((name in model.have, getattr(self, f"_{name}")) for name in ("reviewed", "disclosed")), self._passing("C1"),
            ),
            "disclosed": (*((name in model.have, getattr(self, f"_{name}")) for name in ("permit", "crew")), self._passing("C1")),
            "under_construction": (
                (False, self._pay_due) if self.site.money.due_now > 0 else (True, self._pay_due), *(self._passing(code) for code in ("C2", "C3")),
                (model.unflooded == 0, self._flood), *(self._passing(code) for code in ("C4", "C5", "C6")), self._settled("midterm"), self._settled("change"),
            ),
            "midterm_accepted": ((self.site.money.due_now <= 0, self._pay_due), self._passing("C5"), self._passing("C7")),
            "completed_pending_acceptance": (*(self._passing(code) for code in CODES),),
            "accepted": (self._settled("final"), (self.site.money.due_now <= 0, self._pay_due)),
            "settled": (("card" in model.have, self._card),),
            "under_warranty": (),
        }  # fmt: skip
        if model.stage == "paused":
            return self.resume_it()
        if model.stage == "cancelled":
            return self.reopen()
        if model.stage == "closed":
            return None
        waits = [change for change in model.changes if change["state"] in ("asked", "issued")]
        if waits and model.stage in ("under_construction", "midterm_accepted", "completed_pending_acceptance", "accepted"):
            return self._sign(waits[0]["paper"], at_once=True) if waits[0]["state"] == "issued" else self.withdraw_change(model.changes.index(waits[0]))
        for there, act in todo[model.stage]:
            if not there:
                return act()  # type: ignore[no-any-return]
        return self._advance(LINES[LINES.index(model.stage) + 1]) if model.stage != "under_warranty" else None

    def _passing(self, code: str) -> tuple[bool, Callable[[], Any]]:
        """A check passes, its unsigned paper is signed, its faults are answered before."""

        def go() -> None:
            last = self.model.tries[code][-1] if self.model.tries[code] else None
            if last is not None and last.passed and last.paper is not None and not last.signed:
                paper = Paper.objects.get(pk=last.paper)
                if paper.state == Paper.State.VOID:
                    return self.make_paper_again(code)
                return self._sign(last.paper, at_once=True)
            if self.model.faults[code]:
                return self.mend(code)
            return self._check(code, "passes")

        return self.model.holds(code), go

    def _settled(self, kind: str) -> tuple[bool, Callable[[], Any]]:
        def go() -> None:
            row = self.model.settlement(kind)
            if any(not dispute["answered"] for dispute in self.model.disputes):
                return self.answer()
            if row is None or self.model.disputed(kind, row["version"]):
                return self.settle(kind)
            return self._sign(row["paper"], at_once=True)

        return self.model.settled(kind), go

    def _signed(self) -> None:
        for signer in papers.unsigned_roles(self.site.contract.paper):
            papers.sign(self.site.contract.paper, role=signer.role, name="陈静兰", strokes=STROKES, **self.by("customer_manager"))
        self.model.have.add("signed")

    def _handed_in(self) -> None:
        fits = self.model.have >= {"signed"}
        if self.tries(fits, lambda: services.hand_in_contract(
            self.site, checked=services.contracts.CHECKLIST, **self.by("customer_manager")), "handing in"):  # fmt: skip
            self.model.have.add("handed_in")

    def _filed(self) -> None:
        if self.tries("handed_in" in self.model.have, lambda: services.archive_contract(self.site, **self.by("engineering_assistant")), "filing"):
            self.model.have.add("filed")

    def _staffed(self) -> None:
        cast = self.cast
        self.tries(True, lambda: services.staff_project(
            self.site, project_manager=cast.project_manager, supervisor=cast.site_supervisor, inspector=cast.quality_inspector, foreman=cast.foreman,
            by=cast.engineering_manager, at=self.now), "staffing")  # fmt: skip
        self.model.have.add("staffed")

    def _permit(self) -> None:
        self.tries(True, lambda: road.permitted_project(cast=self.cast, at=self.now, project=self.site), "the permit")
        self.model.have.add("permit")

    def _reviewed(self) -> None:
        self.tries(True, lambda: services.record_review(self.site, **self.by("project_manager")), "the review")
        self.model.have.add("reviewed")

    def _disclosed(self) -> None:
        self.tries(True, lambda: road.disclosure(self.site, people=self.cast, at=self.now), "the disclosure")
        self.model.have.add("disclosed")

    def _crew(self) -> None:
        self.tries(True, lambda: services.record_arrival(self.site, crew="鲁全胜班组", workers=4, cleared=True, **self.by("project_manager")), "the crew")
        self.model.have.add("crew")

    def _flood(self) -> None:
        """The flood test that the first check left open."""
        first = QualityCheck.objects.filter(project=self.site, code="C1", state="passed").exclude(results__item__code="C1-10").first()
        self.tries(True, lambda: inspections.record_deferred(
            check=first, item="C1-10", values=inspections.spread([20, 24, 0]), photos=[self.evidence], **self.by("quality_inspector"),
        ), "the flood test")  # fmt: skip
        self.model.unflooded -= 1

    def _card(self) -> None:
        warranty = Warranty.objects.in_force().get(project=self.site)
        card = WarrantyCard.objects.select_related("paper").filter(warranty=warranty).first()
        if card is None or card.paper.state == Paper.State.VOID:
            self.make_card()
        else:
            self._sign(card.paper_id, at_once=True)

    def _pay_due(self) -> None:
        self.pay("due")

    # --- stages ------------------------------------------------------------------------------------------------------

    @rule(to=st.sampled_from(LINES[1:9]))
    def jump(self, to: str) -> None:
        """Any stage is tried from any stage."""
        self._advance(to)
        self.agree()

    @rule()
    def step(self) -> None:
        """The next stage is tried, whatever is missing."""
        if self.model.stage in LINES[:8]:
            self._advance(LINES[LINES.index(self.model.stage) + 1])
        self.agree()

    def _advance(self, to: str) -> None:
        model = self.model
        fits = model.stage in LINES and to == LINES[LINES.index(model.stage) + 1] and self._open(to)
        if self.tries(fits, lambda: services.advance(self.site, to=to, **self.by("project_manager")), f"{model.stage} → {to}"):
            model.stage = to

    def _open(self, to: str) -> bool:
        """Whether the gates before a stage are open; the model's own reading of domain 3.3."""
        model, have, holds = self.model, self.model.have, self.model.holds
        match to:
            case "permit_filing":
                return {"filed", "staffed"} <= have
            case "disclosed":
                return ("reviewed" in have or "G7" in model.waived) and "disclosed" in have and holds("C1")
            case "under_construction":
                return self._permitted() and holds("C1") and ("crew" in have or "G10" in model.waived)
            case "midterm_accepted":
                return all(map(holds, ("C2", "C3", "C4", "C6"))) and not model.waiting and model.settled("midterm") and model.settled("change")
            case "completed_pending_acceptance":
                return bool(self.site.money.paid_through_midterm) and holds("C5") and holds("C7") and not model.waiting
            case "accepted":
                return holds("C8")
            case "settled":
                return model.settled("final") and model.received >= model.owed and bool(self.site.money.is_paid_in_full)
            case _:
                return "card" in have

    def _permitted(self) -> bool:
        found = Permit.objects.filter(project=self.site, approved_on__isnull=False, replaced_by__isnull=True).order_by("-id").first()
        return found is not None and found.valid_from <= self.day <= found.valid_until and "permit" in self.model.have

    @rule(gate=st.sampled_from(["G7", "G10", "G9", "G11", "G16", "G18", "G24"]), by=st.sampled_from(["engineering_manager", "project_manager"]))
    def waive(self, gate: str, by: str) -> None:
        """Only the engineering manager, only G7 and G10 (decision 8)."""
        fits = gate in ("G7", "G10") and by == "engineering_manager"
        if self.tries(fits, lambda: services.waive(self.site, gate=gate, reason="老客户二次装修，图纸未变", **self.by(by)), f"waiving {gate}"):
            self.model.waived.add(gate)
        self.agree()

    @rule(sure=st.sampled_from([False, False, True]))
    def pause(self, sure: bool) -> None:
        model = self.model
        if sure and self.tries(model.stage in UNFINISHED, lambda: services.pause(self.site, reason="业主出差", **self.by("engineering_manager")), "pausing"):
            model.left, model.stage = model.stage, "paused"
        self.agree()

    @precondition(lambda self: self.model.stage == "paused")
    @rule()
    def resume_it(self) -> None:
        self.tries(True, lambda: services.resume(self.site, **self.by("engineering_manager")), "resuming")
        self.model.stage = self.model.left
        self.agree()

    @precondition(lambda self: self.model.stage in UNFINISHED)
    @rule(sure=st.sampled_from([False, False, True]))
    def cancel(self, sure: bool) -> None:
        if sure:
            self.tries(True, lambda: services.cancel(self.site, reason="协议解除", **self.by("engineering_manager")), "cancelling")
            self.model.left, self.model.stage = self.model.stage, "cancelled"
        self.agree()

    @precondition(lambda self: self.model.stage in (*BACK, "cancelled", "under_warranty"))
    @rule()
    def reopen(self) -> None:
        model = self.model
        to = model.left if model.stage == "cancelled" else BACK.get(model.stage)
        if self.tries(to is not None, lambda: services.reopen(self.site, reason="复核", **self.by("engineering_manager")), "reopening"):
            model.stage = str(to)
        self.agree()

    # --- checks ------------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 23), how=st.sampled_from(["passes", "passes", "fails", "fails", "by the builder", "nobody came", "left out alone"]))
    def check(self, which: int, how: str) -> None:
        """Mostly one that is checked in this stage."""
        here = [code for code in CODES if self.model.stage in checks()[code].stages]
        self._check(here[which % len(here)] if here and which > 7 else CODES[which % 8], how)
        self.agree()

    @precondition(lambda self: self._openable())
    @rule(which=st.integers(0, 7))
    def fail(self, which: int) -> None:
        """A check fails that can be opened, one that had passed among them."""
        codes = self._openable()
        self._check(codes[which % len(codes)], "fails")
        self.agree()

    @precondition(lambda self: any(attempts and not attempts[-1].passed for attempts in self.model.tries.values()))
    @rule()
    def check_again(self) -> None:
        """What failed is put right and checked again; its paper waits for signatures."""
        code = next(code for code, attempts in self.model.tries.items() if attempts and not attempts[-1].passed)
        self.mend(code)
        self._check(code, "passes")
        self.agree()

    def _openable(self) -> list[str]:
        model = self.model
        return [code for code in CODES if model.stage in checks()[code].stages and model.tries[code] and not model.faults[code] and "staffed" in model.have]

    def _check(self, code: str, how: str) -> None:
        """One attempt from opening to conclusion: all items good, a main item bad, or one of three ways that never pass."""
        model, row = self.model, checks()[code]
        opens = (
            "staffed" in model.have and model.stage in row.stages and not model.faults[code]
            and all(any(a.passed for a in model.tries[before]) for before in row.after)
        )  # fmt: skip
        fits = opens and how in ("passes", "fails") and not (code == "C4" and how == "passes" and model.unflooded)
        made = self.tries(fits, lambda: self._attempt(code, how), f"{code} {how}")
        if made is None:
            return
        passed = how == "passes"
        if not passed:
            if code != "C2":
                for attempt in model.tries[code]:
                    attempt.told = False
            model.faults[code] = self._open_faults(code).count()
            assert model.faults[code], "a check that failed has faults that wait"
        elif code == "C1":
            model.unflooded += 1
        model.tries[code].append(Attempt(passed, made.paper_id))

    def _attempt(self, code: str, how: str) -> Any:
        cast, now = self.cast, self.now
        who = cast.project_manager if how == "by the builder" else cast.quality_inspector
        check = inspections.open_check(project=self.site, code=code, by=who, at=now, reason="复查")
        items = checking.asked(check)
        bad = next(item.code for item in items if item.severity == "main") if how == "fails" else ""
        rows = [checking.bad(i, photos=[self.evidence]) if i.code == bad else checking.good(i, photos=[self.evidence] if i.photo else []) for i in items]
        if how == "left out alone":
            main = next(n for n, item in enumerate(items) if item.severity == "main" and not item.alternative_group)
            rows[main] = {"item": items[main].code, "verdict": "not_applicable", "note": "本户没有"}
        inspections.record_results(check=check, results=rows, by=cast.quality_inspector, at=now)
        without = ("customer",) if how == "nobody came" else ()
        return checking.concluded(check, people=cast, at=now, present=checking.present(check, people=cast, without=without))

    @precondition(lambda self: any(self.model.faults.values()))
    @rule(which=st.integers(0, 7), by=st.sampled_from(["foreman", "foreman", "cashier"]))
    def answer_faults(self, which: int, by: str) -> None:
        codes = [code for code, count in self.model.faults.items() if count]
        self.mend(codes[which % len(codes)], by)
        self.agree()

    def mend(self, code: str, by: str = "foreman") -> None:
        """The foreman answers every fault of a check with a photo; a cashier does not, and nobody while the site is cancelled."""
        for row in self._open_faults(code).select_related("project"):
            if self.tries(by == "foreman" and self.model.stage != "cancelled", lambda row=row: inspections.answer_rectification(
                rectification=row, text="已返工", photos=[self.evidence], **self.by(by)), "an answer"):  # fmt: skip
                self.model.faults[code] -= 1

    def _open_faults(self, code: str) -> Any:
        return Rectification.objects.filter(finding__quality_check__project=self.site, finding__quality_check__code=code, state="open")

    def make_paper_again(self, code: str) -> None:
        last = self.model.tries[code][-1]
        check = QualityCheck.objects.get(paper=last.paper)
        made = self.tries(True, lambda: inspections.reissue_paper(check=check, **self.by("quality_inspector")), "a new paper")
        last.paper = made.pk

    # --- papers ------------------------------------------------------------------------------------------------------

    def _waiting(self) -> list[Paper]:
        rows = Paper.objects.filter(dossier=self.site.dossier_id, state="issued").exclude(required_roles=[])
        return list(rows.exclude(kind__in=("L23", "P07", "I07", "I14", "P27")).order_by("pk"))

    @rule(which=st.integers(0, 9), roles=st.sampled_from([1, 9, 9]), at_once=st.booleans())
    def sign(self, which: int, roles: int, at_once: bool) -> None:
        """Some paper that waits is signed by the next person or by everybody; it is followed now or in a later minute."""
        if waiting := self._waiting():
            self._sign(waiting[which % len(waiting)].pk, roles=roles, at_once=at_once)
        self.agree()

    def _sign(self, pk: int, *, roles: int = 9, at_once: bool) -> None:
        model, paper = self.model, Paper.objects.get(pk=pk)
        row = next((row for row in model.settlements if row["paper"] == pk), None)
        for signer in [s for s in papers.unsigned_roles(paper) if s.required][:roles]:
            told = {"name": "陈静兰", "strokes": STROKES, "by": self.cast.project_manager, "at": self.now}
            fits = (row is None or not model.disputed(row["kind"], row["version"])) and not model.overtaken(pk)
            done = self.tries(fits, lambda role=signer.role, told=told: papers.sign(paper, role=role, **told), f"{signer.role} signs {paper.kind}")
            if done is None:
                break
            if row is not None and signer.role == "customer":
                row["customer"] = True
        paper.refresh_from_db()
        if paper.state == "signed":
            self._note_signed(pk)
            if at_once:
                self.follow()

    def _note_signed(self, pk: int) -> None:
        for rows in (self.model.changes, self.model.settlements, self.model.extensions):
            for row in rows:
                if row["paper"] == pk:
                    row["state"] = "signed"
        for attempts in self.model.tries.values():
            for attempt in attempts:
                attempt.signed |= attempt.paper == pk and attempt.passed

    @rule(which=st.integers(0, 9))
    def void(self, which: int) -> None:
        """A paper that waits for signatures is declared void."""
        if waiting := [paper for paper in self._waiting() if paper.kind in VOIDABLE]:
            paper = waiting[which % len(waiting)]
            self.tries(True, lambda: papers.void(paper, reason="写错", **self.by("engineering_manager")), f"voiding {paper.kind}")
            for row in (*self.model.settlements, *self.model.extensions, *self.model.changes):
                if row["paper"] == paper.pk:
                    row["state"] = "asked" if paper.kind == "P25" else "void"  # a wish is withdrawn, or asked for again
        self.agree()

    # --- changes -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.model.changes) < 4 and "signed" in self.model.have)
    @rule(quantity=st.sampled_from(["12.5", "3", "-2", "-40", "-900"]), days=st.sampled_from([0, 2, -1]), issue=st.sampled_from([True, True, False]))
    def change(self, quantity: str, days: int, issue: bool) -> None:
        """A wish with its evidence; answered, priced and issued, or left as it is."""
        model, now = self.model, self.now
        stages = {str(stage) for stage in UNFINISHED} | ({"accepted"} if model.disputes else set())
        made = self.tries(model.stage in stages, lambda: services.request_change(
            self.site, reason="customer_add", wish="增减项", evidence=self.evidence, by=self.cast.site_supervisor, at=now), "a wish")  # fmt: skip
        if made is not None:
            told = {"seq": made.seq, "state": "asked", "amount": ZERO, "paper": None, "days": days}
            model.changes.append(told)
            if issue:
                services.answer_change(made, answer="不影响", **self.by("designer"))
                amount = (self.world.item.price * Decimal(quantity)).quantize(Decimal("0.01"))
                issued = self.tries(model.owed + amount >= model.received, lambda: services.issue_change(
                    made, lines=[services.Line(self.world.item, Decimal(quantity))], days=days, **self.by("project_manager")), "a change")  # fmt: skip
                if issued is not None:
                    told |= {"state": "issued", "amount": amount, "paper": issued.paper_id}
        self.agree()

    @precondition(lambda self: self.model.changes)
    @rule(which=st.integers(0, 3))
    def withdraw_change(self, which: int) -> None:
        told = self.model.changes[which % len(self.model.changes)]
        row = ChangeOrder.objects.select_related("project", "paper").get(project=self.site, seq=told["seq"])
        if self.tries(told["state"] in ("asked", "issued"), lambda: services.withdraw_change(
            row, reason="业主改主意", **self.by("project_manager")), "withdrawing a change"):  # fmt: skip
            told["state"] = "withdrawn"
        self.agree()

    @precondition(lambda self: self.model.stage in WORKING)
    @rule(outcome=st.sampled_from(["", "signed", "free", "restored"]))
    def unsigned_work(self, outcome: str) -> None:
        """Work that nobody signed is a fact; it ends signed only by a signed change."""
        made = self.tries(True, lambda: services.note_unsigned_work(
            self.site, done_on=self.day, what="多开线槽", let_by=self.cast.foreman, evidence=self.evidence, **self.by("site_supervisor"),
        ), "unsigned work")  # fmt: skip
        chosen = ChangeOrder.objects.filter(project=self.site).order_by("-seq").first() if outcome == "signed" else None
        if outcome:
            last = next((c for c in self.model.changes if chosen is not None and c["seq"] == chosen.seq), None)
            self.tries(outcome != "signed" or (last is not None and last["state"] == "signed"), lambda: services.end_unsigned_work(
                UnsignedWork.objects.get(pk=made.pk), outcome=outcome, says="已说明", **self.by("project_manager"), change=chosen), "its end")  # fmt: skip
        self.agree()

    # --- days --------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.stage in (*WORKING, "completed_pending_acceptance", "paused"))
    @rule(back=st.sampled_from([0, 0, 1, 3]), reason=st.sampled_from(["weather", "weather", "rework", "supplier", "customer_decision", "property_hours"]))
    def lose_day(self, back: int, reason: str) -> None:
        day = self.day - timedelta(days=back)
        known = LostDay.objects.filter(project=self.site, on=day, struck_at__isnull=True).exists()
        fits = day >= (self.site.started_on or self.site.starts_on) and not known
        self.tries(fits, lambda: services.note_lost_day(
            self.site, on=day, reason=reason, says="当天停工", evidence=self.evidence, **self.by("project_manager")), f"losing {day}")  # fmt: skip
        self.agree()

    @precondition(lambda self: LostDay.objects.filter(project=self.site, struck_at__isnull=True).exists())
    @rule(by=st.sampled_from(["project_manager", "site_supervisor"]))
    def strike(self, by: str) -> None:
        """By a second person, and not while it stands in an extension."""
        row = LostDay.objects.filter(project=self.site, struck_at__isnull=True).select_related("project").order_by("-on").first()
        fits = row.extension_id is None and by != "project_manager"
        self.tries(fits, lambda: services.strike_lost_day(row, reason="记错", **self.by(by)), "striking a day")
        self.agree()

    @precondition(lambda self: self.model.stage in WORKING)
    @rule(ahead=st.integers(0, 2), length=st.sampled_from([0, 1, 3]))
    def stop_work(self, ahead: int, length: int) -> None:
        first = self.day + timedelta(days=ahead)
        last = first + timedelta(days=length) if length else None
        clash = any((s.until_on is None or s.until_on >= first) and (last is None or s.from_on <= last) for s in StopWork.objects.filter(project=self.site))
        self.tries(not clash, lambda: services.declare_stop(
            self.site, from_on=first, until_on=last, reason="weather", says="连续大雨", evidence=self.evidence, **self.by("project_manager"),
        ), "stopping")  # fmt: skip
        self.agree()

    @precondition(lambda self: StopWork.objects.filter(project=self.site, until_on__isnull=True).exists())
    @rule()
    def work_again(self) -> None:
        row = StopWork.objects.select_related("project").get(project=self.site, until_on__isnull=True)
        self.tries(row.from_on <= self.day, lambda: services.end_stop(row, until_on=self.day, **self.by("project_manager")), "ending a stop")
        self.agree()

    @precondition(lambda self: LostDay.objects.filter(project=self.site).exists())
    @rule(more=st.sampled_from([False, False, True]))
    def extend(self, more: bool) -> None:
        """For the free days that move the end; never more than were lost, one extension at a time."""
        unstruck = LostDay.objects.filter(project=self.site, struck_at__isnull=True, extension__isnull=True)
        free = list(unstruck.filter(owner__in=["weather", "customer", "property_office"]))
        waits = any(row["state"] in ("issued", "void") for row in self.model.extensions)
        fits = bool(free) and not waits and not more and self.model.stage in (*UNFINISHED, "paused")
        made = self.tries(fits, lambda: services.issue_extension(
            self.site, days=free, agreed=len(free) + more, situation="连续大雨", told_on=self.day, talks="业主同意顺延", **self.by("project_manager"),
        ), "an extension")  # fmt: skip
        if made is not None:
            self.model.extensions.append({"seq": made.seq, "paper": made.paper_id, "state": "issued", "days": made.days})
        self.agree()

    @precondition(lambda self: self.model.extensions)
    @rule()
    def withdraw_extension(self) -> None:
        told = self.model.extensions[-1]
        row = ScheduleExtension.objects.select_related("project").get(project=self.site, seq=told["seq"])
        if self.tries(told["state"] in ("issued", "void"), lambda: services.withdraw_extension(
            row, reason="天数有误", **self.by("project_manager")), "withdrawing an extension"):  # fmt: skip
            told["state"] = "withdrawn"
        self.agree()

    # --- settlements and money ---------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(["midterm", "final"]))
    def try_to_settle(self, kind: str) -> None:
        self.settle(kind)
        self.agree()

    def settle(self, kind: str) -> None:
        """Mid-term and changes together, the final one after acceptance; nothing is settled over what waits or is disputed without an answer."""
        model = self.model
        kinds = ("final",) if kind == "final" else ("midterm", "change")
        kept = [row for each in kinds if (row := model.settlement(each)) and row["state"] == "signed" and not model.disputed(each, row["version"])]
        stage, fact = (AFTER_ACCEPTANCE, "C8") if kind == "final" else (UNFINISHED, "C6")
        fits = (
            model.stage in stage and model.holds(fact) and not model.waiting and not kept and model.owed >= model.received
            and not any(not dispute["answered"] for dispute in model.disputes if dispute["kind"] in kinds)
        )  # fmt: skip
        made = self.tries(fits, lambda: services.settle(self.site, kind=kinds[0], **self.by("project_manager")), f"settling {kind}")
        if made is None:
            return
        for each in kinds:
            if (old := model.settlement(each)) is not None:
                old["state"] = "superseded"
            row = Settlement.objects.filter(project=self.site, kind=each).order_by("-version").first()
            model.settlements.append({"kind": each, "paper": row.paper_id, "state": "issued", "version": row.version, "disputed": False, "customer": False})

    @precondition(lambda self: any(row["state"] == "issued" for row in self.model.settlements))
    @rule(which=st.integers(0, 2))
    def dispute(self, which: int) -> None:
        """The customer does not agree; whoever has signed does not dispute any more."""
        rows = [row for row in self.model.settlements if row["state"] == "issued"]
        told = rows[which % len(rows)]
        settlement = Settlement.objects.select_related("project").get(paper=told["paper"])
        made = self.tries(not told["customer"], lambda: services.dispute_settlement(
            settlement, line="other", words="总价不对", **self.by("project_manager")), "a dispute")  # fmt: skip
        if made is not None:
            told["disputed"] = True
            self.model.disputes.append({"pk": made.pk, "kind": told["kind"], "answered": False})
        self.agree()

    @precondition(lambda self: any(not dispute["answered"] for dispute in self.model.disputes))
    @rule()
    def answer(self) -> None:
        told = next(dispute for dispute in self.model.disputes if not dispute["answered"])
        row = SettlementDispute.objects.select_related("settlement__project").get(pk=told["pk"])
        self.tries(True, lambda: services.answer_dispute(row, outcome="accepted", answer="按复尺更正", **self.by("project_manager")), "an answer")
        told["answered"] = True
        self.agree()

    @precondition(lambda self: "signed" in self.model.have)
    @rule(how=st.sampled_from(["due", "half", "ahead", "a cent too much"]))
    def pay(self, how: str) -> None:
        """What is due, half of it, or money kept as credit; never more than is owed."""
        model = self.model
        self.site.forget()
        due = self.site.money.due_now
        too_much = model.owed - model.received + Decimal("0.01")
        amount = {"due": due, "half": (due / 2).quantize(Decimal("0.01")), "ahead": due + 1000, "a cent too much": too_much}[how]
        opened = sum((row.rest for row in self.site.money.open_now), ZERO)
        fits = 0 < amount <= model.owed - model.received and model.stage != "cancelled"
        made = self.tries(fits, lambda: road.pay(self.site, amount, people=self.cast, at=self.now, credit=max(amount - opened, ZERO)), f"paying {how}")
        if made is not None:
            model.received += amount
            model.payments.append({"pk": made.pk, "amount": amount, "back": False})
        self.agree()

    @precondition(lambda self: self.model.payments)
    @rule(which=st.integers(0, 9), by=st.sampled_from(["accountant", "accountant", "cashier"]))
    def reverse(self, which: int, by: str) -> None:
        """Once, by a second person, before the site is settled; what has become of its credit is the money model's matter."""
        told = self.model.payments[which % len(self.model.payments)]
        row = Payment.objects.select_related("project").get(pk=told["pk"])
        never = told["back"] or by == "cashier" or self.model.stage in ("settled", "under_warranty", "closed")
        if self.tries(False if never else None, lambda: services.reverse_payment(row, reason="记错", **self.by(by)), "a reversal"):
            told["back"] = True
            self.model.received -= told["amount"]
        self.agree()

    # --- warranty, time ----------------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.stage in AFTER_ACCEPTANCE and Warranty.objects.in_force().filter(project=self.site).exists())
    @rule()
    def try_the_card(self) -> None:
        self.make_card()
        self.agree()

    def make_card(self) -> None:
        """Only when the works are accepted, settled and paid in full (G18)."""
        warranty = Warranty.objects.in_force().select_related("project").get(project=self.site)
        known = WarrantyCard.objects.filter(warranty=warranty).exclude(paper__state="void").exists()
        model = self.model
        fits = model.holds("C8") and model.settled("final") and model.received >= model.owed and model.stage in ("settled", "under_warranty") and not known
        self.tries(fits, lambda: aftersales.issue_card(warranty=warranty, **self.by("cs_officer")), "the card")

    @rule(days=st.sampled_from([0.2, 1, 2, 5, 9]))
    def wait(self, days: float) -> None:
        """Time passes, clocks are swept, the worker follows."""
        self.now += timedelta(days=days)
        clocks.sweep(at=self.now, audience=lambda _row, _posts: ())
        late = self._number(
            "SELECT count(*) FROM core_deadline WHERE dossier_id = %s AND stopped_at IS NULL AND paused_at IS NULL AND due_at <= %s AND breached_at IS NULL",
            self.site.dossier_id, self.now,
        )  # fmt: skip
        assert late == 0, "a clock that is late was swept and is not marked"
        self.follow()
        again = sum(follow(self.site.dossier, at=self.now) or 0 for follow in (inspections.follow, services.follow, aftersales.follow))
        assert again == 0, "a second following writes nothing"
        self.agree()

    @rule()
    def minute(self) -> None:
        """The worker's minute."""
        self.follow()
        self.agree()

    def follow(self) -> None:
        """What follows from what was signed; a site that rests follows later."""
        model = self.model
        for code, attempts in model.tries.items():
            for n, attempt in enumerate(attempts):
                if attempt.signed and (code == "C2" or all(later.passed for later in attempts[n:])):
                    attempt.told = True
        for follow in (inspections.follow, services.follow, aftersales.follow):
            follow(self.site.dossier, at=self.now)
        self._look()
        if model.stage == "accepted" and model.settled("final") and model.received >= model.owed and self.site.money.is_paid_in_full:
            model.stage = "settled"
        cards = WarrantyCard.objects.filter(warranty__project=self.site, warranty__withdrawn_at__isnull=True, paper__state__in=("signed", "sealed"))
        model.have = model.have | {"card"} if cards.exists() else model.have - {"card"}
        self.rests = True

    # --- what must hold ----------------------------------------------------------------------------------------------

    def agree(self) -> None:
        """After every step; then, at its pace, the company does the next thing."""
        if self.busy:
            return
        self._agree()
        self.steps += 1
        if self.pace and self.steps % self.pace == 0:
            self.busy = True
            self._next()
            self.busy = False
            self._agree()

    def _agree(self) -> None:
        """As at a commit: the database's own guards, the invariants in SQL, what was seen of the papers, and the model."""
        model = self.model
        self._commit()
        assert site_invariants.broken("always", self.site) == []
        if self.rests:
            assert site_invariants.broken("at_rest", self.site) == []
        self._papers()
        with connection.cursor() as cursor:
            cursor.execute(STANDS, [self.site.pk])
            stage, facts, received, owed = cursor.fetchone()
        assert stage == model.stage
        assert (received, owed) == (model.received, model.owed)
        if self.rests and model.stage not in ("under_warranty", "closed"):
            assert sorted(facts) == [f"check_{code[1]}_passed" for code in CODES if model.holds(code)]

    def _papers(self) -> None:
        """A paper's content never changes, its signatures only grow and end with the last, its state goes one way."""
        with connection.cursor() as cursor:
            cursor.execute(PAPERS, [self.site.dossier_id])
            now = {pk: (content, state, signatures) for pk, content, state, signatures in cursor.fetchall()}
        for pk, (content, state, signatures) in self.seen.items():
            there = now.get(pk)
            assert there is not None and there[0] == content, f"paper {pk} is not what it was"
            assert there[1] in STATES[state], f"paper {pk} went from {state} to {there[1]}"
            assert there[2] == signatures if state != "issued" else there[2] >= signatures, f"the signatures of paper {pk} changed"
        self.seen = now


STANDS = """
SELECT s.stage, (SELECT coalesce(array_agg(c.fact), '{}') FROM projects_clearance c LEFT JOIN projects_clearancerevocation r ON r.clearance_id = c.id
         WHERE c.project_id = s.id AND r.id IS NULL AND c.fact ~ '^check_'),
       (SELECT coalesce(sum(amount), 0) FROM projects_payment WHERE project_id = s.id),
       (SELECT k.total + coalesce((SELECT sum(o.amount) FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id
         WHERE o.project_id = s.id AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed')), 0) FROM projects_contract k WHERE k.project_id = s.id)
FROM projects_project s WHERE s.id = %s
"""
PAPERS = """
SELECT p.id, md5(concat_ws('|', p.content, p.content_sha256, p.kind, p.ref, p.at, p.recorded_at, p.by_id)), p.state,
       (SELECT count(*) FROM core_signature s WHERE s.paper_id = p.id) FROM core_paper p WHERE p.dossier_id = %s
"""


def _begun(site: Any, cast: Any, *, upto: int) -> None:
    """From the unsigned contract to a crew on site, with its first checks passed and what is due paid."""
    at, by = cast.at, cast.project_manager
    sign_all(site.contract.paper, by=by, at=at)
    services.follow(site.dossier, at=at)
    services.hand_in_contract(site, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=at)
    services.archive_contract(site, by=cast.engineering_assistant, at=at)
    people = {"project_manager": by, "supervisor": cast.site_supervisor, "inspector": cast.quality_inspector, "foreman": cast.foreman}
    services.staff_project(site, **people, by=cast.engineering_manager, at=at)
    road.permitted_project(cast, project=site)
    services.record_review(site, by=by, at=at)
    road.disclosure(site, people=cast, at=at)
    for code in CODES[:upto]:
        checking.passed(site, code, people=cast, at=at)
        if code == "C1":
            services.advance(site, to=Stage.DISCLOSED, by=by, at=at)
            services.record_arrival(site, crew="鲁全胜班组", workers=4, cleared=True, by=by, at=at)
            services.advance(site, to=Stage.UNDER_CONSTRUCTION, by=by, at=at)
        if code == "C3":
            first = QualityCheck.objects.get(project=site, code="C1")
            flooded = inspections.spread([20, 24, 0])
            inspections.record_deferred(check=first, item="C1-10", values=flooded, photos=[checking.picture()], by=cast.quality_inspector, at=at)
            road.pay_open(site, people=cast, at=at)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """Four sites, committed in a database of its own: a history is one transaction, so what it leaves behind does not slow the next."""
    with django_db_blocker.unblock(), databases.fresh("site"), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("site-media")):
        cast, sites, evidence = Cast(), {}, {}
        for n, place in enumerate(PLACES):
            told = {"phones": [f"1385800337{n}"], "home": customers.home(room_no=f"110{n}")}
            with transaction.atomic():
                site = late.accepted_project(cast, **told) if place == "accepted" else road.opened_project(cast, **told)
                if place in ("working", "covered"):
                    _begun(site, cast, upto=1 if place == "working" else 6)
                evidence[place] = road.scan(site, by=cast.site_supervisor, at=cast.at, caption="现场")
            sites[place] = site.pk
        site_invariants.prepare()
        yield SimpleNamespace(cast=cast, sites=sites, evidence=evidence, item=road.items(site, 1)[0])


def live(histories: int, *phases: Phase) -> None:
    """So many histories of forty steps, the same ones every time."""
    run_state_machine_as_test(
        Site, settings=settings(
            max_examples=histories, stateful_step_count=STEPS, deadline=None, database=None, derandomize=True, print_blob=False,
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck), phases=phases,
        ),
    )  # fmt: skip


def test_a_site_keeps_with_the_model_through_every_history(world, django_db_blocker):
    """Two hundred, in five minutes of processor time: HISTORIES=200 ./run test tests/proof/test_site_model.py -k every_history"""
    with django_db_blocker.unblock():
        Site.world = world
        live(HISTORIES, Phase.generate)


FAULTS: dict[str, tuple[ModuleType, str, str, str, str]] = {
    "a check that fails again leaves its fact": (
        check_verbs, "take_back", "if site.holds(fact):", "if site.holds(fact) and not check.attempt:", "the last word of its check",
    ),
    "a reversal leaves its receipt in force": (
        money, "reverse_payment", "papers.void(row.receipt, reason=reason, by=by, at=at)", "pass", "receipts are payments, void ones reversals",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_finds_a_planted_fault(fault, world, django_db_blocker, monkeypatch):
    """What was planted in a copy of the verb, what said so, and in which history of the same forty steps:

    ================================================================  =====================================================  =======
    planted                                                           found by                                               history
    ================================================================  =====================================================  =======
    a check that had passed and fails again leaves its fact standing  SQL: a fact is the last word of its check              7
    a reversal leaves the receipt of the payment in force             SQL: receipts are payments, void ones reversals        4
    ================================================================  =====================================================  =======
    """
    module, name, good, bad, says = FAULTS[fault]
    source = inspect.getsource(inspect.unwrap(getattr(module, name)))
    assert source.count(good) == 1
    planted = dict(vars(module))
    exec("from __future__ import annotations\n" + source.replace(good, bad), planted)
    for place in {module, services, inspections, check_following}:
        if hasattr(place, name):
            monkeypatch.setattr(place, name, planted[name])
    with django_db_blocker.unblock():
        Site.world = world
        with pytest.raises((AssertionError, DatabaseError, Refused), match=re.escape(says)):
            live(FOUND_WITHIN, Phase.generate)


# What somebody with the owner's right could do behind every guard → the invariant that says so.
TAMPERINGS = {
    "I1": "UPDATE projects_payment SET amount = amount * 100 WHERE project_id = {site} AND kind = 'in'",
    "I2": "UPDATE projects_project SET stage = 'settled' WHERE id = {site}",
    "I3": "DELETE FROM core_auditentry WHERE dossier_id = {dossier} AND kind = 'projects.payment_received'",
    "I4": "UPDATE core_auditentry SET payload = '{{}}' WHERE dossier_id = {dossier} AND seq = 5",
    "I5": "UPDATE core_paper SET content = content || ' ' WHERE dossier_id = {dossier} AND kind = 'P07'",
    "I6": "DELETE FROM core_signature s USING core_paper p WHERE p.id = s.paper_id AND p.dossier_id = {dossier} AND p.kind = 'I12' AND s.role = 'customer'",
    "I7": "UPDATE projects_clearance SET at = at + interval '1 day' WHERE project_id = {site} AND fact = 'check_3_passed'",
    "I8": "UPDATE aftersales_warranty SET starts_on = starts_on - 1 WHERE project_id = {site}",
    "I11": "UPDATE core_numberseries SET last = last + 1 WHERE store_id = {store} AND series = 'L23'",
    "I13": "UPDATE projects_clearance SET store_id = {other} WHERE project_id = {site}",
    "G6-G18 no stage is entered without": "DELETE FROM projects_clearance WHERE project_id = {site} AND fact = 'check_4_passed'",
    "G6-G18 no stage is entered before": (
        "DELETE FROM core_signature s USING core_paper p WHERE p.id = s.paper_id AND p.dossier_id = {dossier} AND p.kind = 'P30' AND s.role = 'customer'"
    ),
    "G14": "UPDATE projects_settlement SET lines = '[{{\"seq\": 9, \"amount\": \"5\"}}]' WHERE project_id = {site}",
    "G16": "UPDATE projects_settlement SET changes = changes + 1 WHERE project_id = {site}",
    "G18": "UPDATE projects_projectstagechange SET to_stage = 'settled' WHERE project_id = {site} AND to_stage = 'accepted'",
    "LR-53": "UPDATE core_paper SET state = 'void' WHERE dossier_id = {dossier} AND kind = 'L23'",
    "R041": "DELETE FROM inspections_attendance a USING inspections_qualitycheck c WHERE c.id = a.quality_check_id AND c.project_id = {site} AND c.code = 'C6'",
    "LR-65": "UPDATE projects_clearance SET by_id = {builder} WHERE project_id = {site}",
    "one clock": "UPDATE core_deadline SET stopped_at = due_at + interval '1 day', breached_at = NULL WHERE dossier_id = {dossier} AND stopped_at IS NOT NULL",
    "a fact of a check": "UPDATE core_paper SET state = 'void' WHERE dossier_id = {dossier} AND kind = 'I12'",
    "G15 the end": "UPDATE projects_project SET due_on = due_on + 1 WHERE id = {site}",
    "the patrol's": "UPDATE core_deadline SET stopped_at = NULL WHERE dossier_id = {dossier} AND clock = 'inspections.patrol'",
    "a clock runs": "UPDATE core_deadline SET stopped_at = NULL WHERE dossier_id = {dossier} AND clock = 'inspections.signatures' AND key LIKE '%%C6%%'",
}  # fmt: skip


def test_the_invariants_see_what_the_owner_of_the_database_does_behind_the_guards(world, django_db_blocker):
    """proof.md: a battery that never failed proves nothing.  All guards of the tables are put aside, one row is tampered with, all is rolled back."""
    with django_db_blocker.unblock():
        site = Project.objects.select_related("contract").get(pk=world.sites["accepted"])
        told = {
            "site": site.pk, "dossier": site.dossier_id, "store": site.store_id, "other": world.cast.other.store.pk, "builder": site.project_manager_id,
        }  # fmt: skip
        site_invariants.prepare("owner")
        unseen = []
        for invariant, sql in TAMPERINGS.items():
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                for table in set(re.findall(r"(?:UPDATE|FROM) ([a-z]+_[a-z]+)", sql)):
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(sql.format(**told).replace("%%", "%"))
                assert cursor.rowcount > 0, invariant
                found = [says for name in ("always", "at_rest") for says, _what in site_invariants.broken(name, site, "owner")]
                unseen += [] if any(says.startswith(invariant) for says in found) else [invariant]
                transaction.set_rollback(True, using="owner")
        connections["owner"].close()
    assert unseen == []
