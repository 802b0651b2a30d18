"""The clocks of an enquiry, row by row of `leads/deadlines.py`: started, warned, stopped, breached, held; and where their limits lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import deadlines, services
from leads.models import Lead
from staff.selectors import audience
from tests import road

OWN, OTHER = "13858003371", "13858003372"


def contacted(cast: Any, lead: Lead, at: Any) -> None:
    services.note_contact(lead, channel="phone", note="约了周六来店", by=cast.designer, at=at)


def presented(cast: Any, lead: Lead, at: Any) -> None:
    road.preview(lead, by=cast.designer, at=at)


def called(cast: Any, lead: Lead, at: Any) -> None:
    services.record_proposal_call(lead, satisfaction="satisfied", by=cast.customer_manager, at=at)


def ready(cast: Any, lead: Lead, at: Any) -> None:
    services.report_scheme(lead, summary="厨房开放，主卫干湿分区", meeting_at=at + timedelta(days=1), by=cast.designer, at=at)


@dataclass(frozen=True)
class Promise:
    """A clock as the handbook tells it: what starts it, how many days it has, who hears of it on which day, what stops it."""

    clock: clocks.Clock
    started: Callable[..., Lead]
    days: int
    large: int
    owner: str
    ladder: tuple[tuple[int, tuple[str, ...]], ...]
    stopped: Callable[[Any, Lead, Any], None]


DESK = ("customer_manager", "design_manager", "designer")
PROMISES = [
    Promise(
        deadlines.FIRST_CONTACT, road.assigned_lead, 7, 7, "designer",
        ((1, ("designer",)), (7, DESK), (8, ("store_manager",)), (10, ("general_manager",))), contacted,
    ),
    Promise(
        deadlines.PREVIEW, road.consulted_lead, 7, 10, "designer",
        ((5, ("designer",)), (7, ("design_manager", "designer")), (8, ("store_manager",)), (10, ("general_manager",))), presented,
    ),
    Promise(
        deadlines.HOTLINE, road.consulted_lead, 10, 10, "designer",
        ((7, ("designer",)), (11, ("cs_officer", "cs_supervisor", "design_manager", "store_manager")), (13, ("general_manager",))), contacted,
    ),
    Promise(
        deadlines.PROPOSAL_CALL, road.proposed_lead, 3, 3, "customer_manager",
        ((2, ("customer_manager",)), (3, ("customer_manager", "store_manager")), (5, ("general_manager",))), called,
    ),
    Promise(
        deadlines.SCHEME, road.deposit_lead, 7, 14, "designer",
        ((5, ("designer",)), (7, ("design_manager", "designer")), (8, ("store_manager",)), (10, ("general_manager",))), ready,
    ),
]  # fmt: skip
every = pytest.mark.parametrize("promise", PROMISES, ids=[promise.clock.id for promise in PROMISES])


def running(lead: Lead, clock: clocks.Clock) -> Deadline:
    return Deadline.objects.get(clock=clock.id, key=deadlines.key(lead), stopped_at=None)


def last(lead: Lead, clock: clocks.Clock) -> Deadline:
    """The one that ended last; the hotline's begins anew each time."""
    return Deadline.objects.filter(clock=clock.id, key=deadlines.key(lead), stopped_at__isnull=False).latest("id")


def heard(cast: Any, row: Deadline, level: int) -> tuple[str, ...]:
    """The posts of the people of the store whom a rung told."""
    told = set(Notice.objects.filter(deadline=row, level=level).values_list("user_id", flat=True))
    return tuple(sorted(post for post, person in cast.everybody().items() if person.pk in told))


def test_every_clock_of_the_table_is_proven_here_or_by_the_test_of_its_part():
    said = "".join(path.read_text() for path in Path(__file__).parent.glob("*.py"))
    names = [name.partition(".")[2] for name in clocks.CLOCKS if name.startswith("leads.")]

    assert [name for name in names if name.upper() not in said and f'"leads.{name}"' not in said] == []


@every
def test_it_starts_with_its_fact_for_its_owner_and_the_home_stands_in_its_line(cast, promise):
    row = running(promise.started(cast), promise.clock)

    assert (row.started_at, row.due_at) == (cast.at, cast.days(promise.days))
    assert (row.owner, row.store_id) == (getattr(cast, promise.owner), cast.store.pk)
    assert row.line == "陈静兰 澄湖里 3 幢 2 单元 1102"
    assert row.link.startswith("/leads/K-CX-2026-")


@every
@pytest.mark.parametrize(
    ("home", "is_large"),
    [
        ({"area_m2": Decimal("199.99")}, False),
        ({"area_m2": Decimal("200")}, True),
        ({"area_m2": Decimal("90"), "dwelling": "duplex"}, True),
        ({"area_m2": Decimal("120"), "dwelling": "villa"}, True),
        ({"area_m2": None, "area_text": "200 左右"}, False),
    ],
    ids=["199.99 m²", "200 m²", "duplex of 90 m²", "villa of 120 m²", "area not known"],
)
def test_a_large_home_has_the_longer_limit(cast, promise, home, is_large):
    row = running(promise.started(cast, home=road.home(**home)), promise.clock)

    assert row.due_at - row.started_at == timedelta(days=promise.large if is_large else promise.days)


@every
def test_each_rung_tells_its_people_on_its_day_once(cast, promise):
    row = running(promise.started(cast), promise.clock)
    moment = timedelta(seconds=1)

    for level, (day, people) in enumerate(promise.ladder, start=1):
        clocks.sweep(at=cast.days(day) - moment, audience=audience)
        assert heard(cast, row, level) == ()
        for _again in range(2):
            clocks.sweep(at=cast.days(day), audience=audience)
        assert heard(cast, row, level) == people

    own = [person.pk for person in cast.everybody().values()]
    assert Notice.objects.filter(deadline=row, user__in=own).count() == sum(len(people) for _day, people in promise.ladder)


@every
def test_of_another_store_only_those_hear_of_it_whose_post_is_for_the_company(cast, promise):
    lead = promise.started(cast)

    clocks.sweep(at=cast.days(40), audience=audience)

    told = set(Notice.objects.filter(deadline=running(lead, promise.clock)).values_list("user_id", flat=True))
    others = {post for post, person in cast.other.everybody().items() if person.pk in told}
    assert told and others == {"general_manager"} | ({"cs_supervisor"} if promise.clock is deadlines.HOTLINE else set())


@every
def test_stopped_on_its_last_day_it_is_kept_and_nobody_is_warned_any_more(cast, promise):
    lead = promise.started(cast)

    promise.stopped(cast, lead, cast.days(promise.days))
    row = last(lead, promise.clock)

    assert (row.stopped_at, row.breached_at, row.cancelled) == (cast.days(promise.days), None, False)
    clocks.sweep(at=cast.days(60), audience=audience)
    assert not Notice.objects.filter(deadline=row).exists()


@every
def test_a_second_too_late_is_a_breach_on_the_due_moment_whether_swept_or_not(cast, promise):
    lead = promise.started(cast)
    late = cast.days(promise.days) + timedelta(seconds=1)

    promise.stopped(cast, lead, late)
    swept = promise.started(cast, phones=[OTHER])
    clocks.sweep(at=late, audience=audience)

    assert last(lead, promise.clock).breached_at == running(swept, promise.clock).breached_at == cast.days(promise.days)


@every
def test_a_breach_is_a_fact_and_no_clause(cast, promise):
    assert promise.clock.clause == ""


@every
def test_held_it_warns_nobody_and_moves_its_end_by_the_pause(cast, promise):
    lead = promise.started(cast)
    with pytest.raises(Refused, match="needs a reason"):
        services.hold_clock(lead, clock=promise.clock, reason=" ", by=cast.store_manager, at=cast.days(1))
    services.hold_clock(lead, clock=promise.clock, reason="业主出差", by=cast.store_manager, at=cast.days(0.5))

    clocks.sweep(at=cast.days(60), audience=audience)
    row = running(lead, promise.clock)
    assert (row.pause_reason, row.breached_at, Notice.objects.filter(deadline=row).count()) == ("业主出差", None, 0)
    services.let_clock_run(lead, clock=promise.clock, by=cast.store_manager, at=cast.days(20.5))

    assert running(lead, promise.clock).due_at == cast.days(promise.days + 20)


# --- the preview: R001, R002, R007 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "kept"), [(7, True), (8, False)])
def test_a_preview_on_the_seventh_day_is_kept_and_on_the_eighth_it_is_not(cast, day, kept):
    lead = road.consulted_lead(cast)

    presented(cast, lead, cast.days(day))

    assert (last(lead, deadlines.PREVIEW).breached_at is None) is kept


@pytest.mark.parametrize(("day", "kept"), [(8, True), (10, True), (11, False)])
def test_for_a_large_home_the_tenth_day_is_kept(cast, day, kept):
    lead = road.consulted_lead(cast, home=road.home(area_m2=Decimal(200)))

    presented(cast, lead, cast.days(day))

    assert (last(lead, deadlines.PREVIEW).breached_at is None) is kept


def test_the_agreed_day_takes_the_place_of_the_limit_and_the_hotline_stays(cast):
    lead = road.consulted_lead(cast)
    services.agree_preview_date(lead, due_at=cast.days(20), by=cast.designer, at=cast.days(1))

    clocks.sweep(at=cast.days(17.9), audience=audience)
    row = running(lead, deadlines.PREVIEW)
    assert (row.due_at, row.agreed, heard(cast, row, 1)) == (cast.days(20), True, ())
    assert running(lead, deadlines.HOTLINE).due_at == cast.days(10)
    clocks.sweep(at=cast.days(18), audience=audience)
    assert heard(cast, row, 1) == ("designer",)
    presented(cast, lead, cast.days(20))

    assert last(lead, deadlines.PREVIEW).breached_at is None


def test_an_agreed_day_lies_ahead_within_a_year_and_needs_a_running_clock(cast):
    lead = road.consulted_lead(cast)
    with pytest.raises(Refused, match="lies in the past"):
        services.agree_preview_date(lead, due_at=cast.at, by=cast.designer, at=cast.days(1))
    with pytest.raises(Refused, match="within a year"):
        services.agree_preview_date(lead, due_at=cast.days(367.01), by=cast.designer, at=cast.days(1))
    presented(cast, lead, cast.days(2))

    with pytest.raises(Refused, match="not running"):
        services.agree_preview_date(lead, due_at=cast.days(9), by=cast.designer, at=cast.days(3))


def test_an_agreed_day_survives_a_correction_of_the_area(cast):
    lead = road.consulted_lead(cast)
    services.agree_preview_date(lead, due_at=cast.days(5), by=cast.designer, at=cast.days(1))

    services.correct_home(lead, area_m2=Decimal(220), reason="房产证 220", by=cast.designer, at=cast.days(2))

    assert running(lead, deadlines.PREVIEW).due_at == cast.days(5)


# --- the hotline: R003 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "alarm"), [(10, False), (10.99, False), (11, True)])
def test_more_than_ten_days_of_silence_call_the_service(cast, day, alarm):
    lead = road.consulted_lead(cast)

    clocks.sweep(at=cast.days(day), audience=audience)

    assert bool(heard(cast, running(lead, deadlines.HOTLINE), 2)) is alarm


def test_a_contact_of_the_designer_ends_the_silence_and_one_of_somebody_else_does_not(cast):
    lead = road.consulted_lead(cast)

    services.note_contact(lead, channel="phone", note="回访", by=cast.customer_manager, at=cast.days(5))
    services.note_contact(lead, channel="phone", note="没人接", reached=False, by=cast.designer, at=cast.days(6))
    assert clocks.is_open(deadlines.HOTLINE, deadlines.key(lead))
    contacted(cast, lead, cast.days(9))
    clocks.sweep(at=cast.days(19.9), audience=audience)

    assert heard(cast, last(lead, deadlines.HOTLINE), 2) == heard(cast, running(lead, deadlines.HOTLINE), 2) == ()
    assert running(lead, deadlines.HOTLINE).due_at == cast.days(19)


# --- what else stops and moves them ----------------------------------------------------------------------------------


def test_a_consultation_is_a_contact_and_the_second_one_starts_no_second_preview(cast):
    lead = road.consulted_lead(cast)

    road.consultation(lead, by=cast.designer, at=cast.days(3))

    assert Deadline.objects.filter(clock=deadlines.PREVIEW.id).count() == 1
    assert last(lead, deadlines.FIRST_CONTACT).stopped_at == cast.at
    assert last(lead, deadlines.HOTLINE).stopped_at == running(lead, deadlines.HOTLINE).started_at == cast.days(3)


def test_only_the_first_preview_asks_for_the_call(cast):
    lead = road.proposed_lead(cast)
    called(cast, lead, cast.days(1))

    presented(cast, lead, cast.days(2))

    assert Deadline.objects.filter(clock=deadlines.PROPOSAL_CALL.id).count() == 1


def test_a_lost_enquiry_ends_its_clocks_unkept_and_unbroken(cast):
    lead = road.consulted_lead(cast)

    services.lose(lead, reason="price", by=cast.designer, at=cast.days(30))

    rows = Deadline.objects.filter(dossier=lead.dossier, clock__in=[deadlines.PREVIEW.id, deadlines.HOTLINE.id])
    assert [(row.cancelled, row.breached_at) for row in rows] == [(True, None)] * 2


def test_an_imported_enquiry_has_no_clock_before_it_is_assigned(cast):
    from tests.leads.test_import import imported, workbook

    imported(cast, workbook(["3月5日", "张三丰", "13800138000", "甲园", "1-101", 89, "抖音"]))

    assert Lead.objects.exists() and not Deadline.objects.exists()
