"""I15: fine slips of the project manager to the foreman; heard, appealed, decided, told to the foreman's settlement (Q44, Q45)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.models import Deadline
from core.refusals import Refused
from inspections import deadlines_order as deadlines
from inspections.choices_order import FineState
from inspections.models import SiteFine
from inspections.order_data import order_rules
from inspections.selectors_order import fines_of, sums_by_foreman
from inspections.services import fines, order
from projects.models import ForemanDeduction
from tests.factories import site_order as life

LIMITS = order_rules()
CENT = Decimal("0.01")


def fresh(fine: SiteFine) -> SiteFine:
    return SiteFine.objects.get(pk=fine.pk)


@pytest.mark.parametrize("amount", [LIMITS.fine_least, LIMITS.fine_confirm_above, LIMITS.fine_most])
def test_a_slip_lies_within_the_limits_of_the_table(working: Any, cast: Any, amount: Decimal) -> None:
    made = life.fined(working, people=cast, at=cast.at, amount=amount)
    assert made.state == (FineState.PENDING if amount > LIMITS.fine_confirm_above else FineState.ISSUED)
    assert (made.paper is None) == (made.state == FineState.PENDING)


@pytest.mark.parametrize("amount", [LIMITS.fine_least - CENT, LIMITS.fine_most + CENT])
def test_a_slip_beyond_the_limits_is_refused(working: Any, cast: Any, amount: Decimal) -> None:
    with pytest.raises(Refused) as refusal:
        life.fined(working, people=cast, at=cast.at, amount=amount)
    assert "A slip is between" in refusal.value.missing[0].says


def test_a_high_fine_is_confirmed_by_the_engineering_manager_before_it_is_issued(working: Any, cast: Any) -> None:
    """Q45: a cent above the set limit."""
    made = life.fined(working, people=cast, at=cast.at, amount=LIMITS.fine_confirm_above + CENT)
    assert Deadline.objects.get(clock=deadlines.FINE_CONFIRM.id).owner == cast.engineering_manager
    with pytest.raises(Refused, match="second person"):
        fines.confirm_fine(made, by=cast.project_manager, at=cast.at)
    made = fines.confirm_fine(made, by=cast.engineering_manager, at=cast.at)
    assert (made.state, made.paper.kind, made.paper.body["confirmed_by"]) == (FineState.ISSUED, "I15", "顾长河")
    assert Deadline.objects.get(clock=deadlines.FINE_HEARING.id).owner == cast.project_manager


def test_what_the_foreman_signs_stands_after_the_days_of_appeal_and_is_taken_off_once(working: Any, cast: Any) -> None:
    """Q44: shown on the foreman's settlement; dates come from the fact, however often the sweep looks."""
    from tests.hand import sign_all

    made = life.fined(working, people=cast, at=cast.at, amount=Decimal(200))
    sign_all(made.paper, by=cast.project_manager, at=cast.days(1))
    assert order.follow(working.dossier, at=cast.days(1)) == 1
    assert (fresh(made).state, fresh(made).heard_at) == (FineState.SIGNED, cast.days(1))
    last = cast.days(1 + LIMITS.fine_appeal_days)
    assert order.follow(working.dossier, at=last) == 0
    assert order.follow(working.dossier, at=last + timedelta(seconds=1)) == 1
    assert order.follow(working.dossier, at=cast.days(60)) == 0
    made = fresh(made)
    assert (made.state, made.final_amount, made.firm_at) == (FineState.FIRM, Decimal(200), last)
    taken = ForemanDeduction.objects.get(project=working)
    assert (taken.amount, taken.foreman, taken.paper, taken.at) == (Decimal(200), cast.foreman, made.paper, last)
    assert fines_of(working)[1] == Decimal(200)
    assert [(row["name"], row["stands"]) for row in sums_by_foreman(cast.engineering_manager)] == [
        ("鲁全胜", Decimal(200))
    ]


def test_who_does_not_sign_is_recorded_before_a_witness_on_a_new_slip(working: Any, cast: Any) -> None:
    made = life.fined(working, people=cast, at=cast.at)
    first = made.paper
    for words, witness, says in (
        ("", "马知行", "Say what"),
        ("不认", "", "who was there"),
        ("不认", "鲁全胜", "somebody else"),
        ("不认", "郭建军", "somebody else"),
    ):
        with pytest.raises(Refused, match=says):
            fines.note_refusal(made, words=words, witness=witness, by=cast.project_manager, at=cast.at)
    made = life.not_signed(made, people=cast, at=cast.at)
    first.refresh_from_db()
    assert (first.state, made.paper.kind, set(made.paper.required_roles)) == (
        "superseded",
        "I15R",
        {"project_manager", "witness"},
    )
    assert (made.state, made.paper.body["first_ref"]) == (FineState.REFUSED, first.ref)


@pytest.mark.parametrize(
    ("decision", "amount", "state", "final"),
    [
        ("upheld", None, "firm", Decimal(200)),
        ("lowered", Decimal("199.99"), "firm", Decimal("199.99")),
        ("lifted", None, "void", None),
    ],
)
def test_the_engineering_manager_decides_the_appeal(
    working: Any, cast: Any, decision: str, amount: Decimal | None, state: str, final: Decimal | None
) -> None:
    made = life.not_signed(life.fined(working, people=cast, at=cast.at), people=cast, at=cast.at)
    fines.appeal_fine(made, words="罩子当天装了", by=cast.foreman, at=cast.days(1))
    assert (
        Deadline.objects.get(clock=deadlines.FINE_APPEAL.id, stopped_at__isnull=True).owner == cast.engineering_manager
    )
    for by in (cast.project_manager, cast.foreman):
        with pytest.raises(Refused, match="third person"):
            fines.decide_appeal(made, decision=decision, amount=amount, words="查过", by=by, at=cast.days(2))
    made = fines.decide_appeal(
        made, decision=decision, amount=amount, words="看过照片", by=cast.engineering_manager, at=cast.days(2)
    )
    assert (made.state, made.final_amount) == (state, final)
    assert list(ForemanDeduction.objects.filter(project=working).values_list("amount", flat=True)) == (
        [final] if final else []
    )
    with pytest.raises(Refused, match="another state"):
        fines.void_fine(made, reason="再想想", by=cast.project_manager, at=cast.days(3))


def test_an_appeal_is_in_time_until_its_last_moment(working: Any, cast: Any) -> None:
    made = life.not_signed(life.fined(working, people=cast, at=cast.at), people=cast, at=cast.at)
    with pytest.raises(Refused, match="may appeal"):
        fines.appeal_fine(made, words="不对", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="are over"):
        fines.appeal_fine(
            made, words="不对", by=cast.foreman, at=cast.days(LIMITS.fine_appeal_days) + timedelta(seconds=1)
        )
    assert (
        fines.appeal_fine(made, words="不对", by=cast.foreman, at=cast.days(LIMITS.fine_appeal_days)).state
        == FineState.APPEALED
    )


@pytest.mark.parametrize("amount", [Decimal(200), Decimal(0), Decimal("200.01"), None])
def test_lowered_means_less(working: Any, cast: Any, amount: Decimal | None) -> None:
    made = life.not_signed(life.fined(working, people=cast, at=cast.at), people=cast, at=cast.at)
    fines.appeal_fine(made, words="不对", by=cast.foreman, at=cast.at)
    with pytest.raises(Refused, match="Lowered means less"):
        fines.decide_appeal(
            made, decision="lowered", amount=amount, words="减", by=cast.engineering_manager, at=cast.at
        )


def test_a_wrong_slip_is_void_with_its_reason_and_its_paper_too(working: Any, cast: Any) -> None:
    made = life.fined(working, people=cast, at=cast.at)
    with pytest.raises(Refused, match="reason"):
        fines.void_fine(made, reason=" ", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="appeals instead"):
        fines.void_fine(made, reason="x", by=cast.foreman, at=cast.at)
    made = fines.void_fine(made, reason="开错人", by=cast.project_manager, at=cast.at)
    made.paper.refresh_from_db()
    assert (made.state, made.paper.state) == (FineState.VOID, "void")
    assert not Deadline.objects.filter(clock=deadlines.FINE_HEARING.id, stopped_at__isnull=True).exists()
    assert sums_by_foreman(cast.engineering_manager) == []


def test_a_slip_is_no_staff_discipline() -> None:
    """6.3, Q96: nothing of a slip goes to staff; only the foreman's settlement hears of it."""
    from pathlib import Path

    source = Path(fines.__file__).read_text(encoding="utf-8")
    assert "from staff import posts" in source
    assert "staff.services" not in source
