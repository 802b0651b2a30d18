"""Every rule of domain 5.1 (R001–R011) at its limits; what each rung of a ladder says stands in test_clocks.py."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from config import reach
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import company, deadlines, services
from leads.models import HotlineCase, Lead
from staff import services as staff
from tests import road

HOMES = {"199 m²": {"area_m2": Decimal(199)}, "200 m²": {"area_m2": Decimal(200)}, "duplex of 90 m²": {"area_m2": Decimal(90), "dwelling": "duplex"}}
SECOND = timedelta(seconds=1)


def running(lead: Lead, clock: clocks.Clock) -> Deadline:
    return Deadline.objects.get(clock=clock.id, key=deadlines.key(lead), stopped_at=None)


def late(lead: Lead, clock: clocks.Clock) -> bool:
    return Deadline.objects.filter(clock=clock.id, key=deadlines.key(lead)).latest("id").breached_at is not None


def sweep(at: Any) -> None:
    """A minute of the worker: the clocks reach whom they reach in the house, then what follows from time."""
    clocks.sweep(at=at, audience=reach.audience)
    services.follow(at=at)


def told(lead: Lead, person: Any) -> bool:
    return Notice.objects.filter(user=person, dossier=lead.dossier).exclude(kind="leads.assigned").exists()


@pytest.mark.parametrize(("home", "soon", "due"), [("199 m²", 5, 7), ("200 m²", 7, 10), ("duplex of 90 m²", 7, 10)])
def test_r001_r002_r004_the_preview_is_soon_due_from_its_first_day_and_late_after_its_last(cast, home, soon, due):
    """R001 5–7 days, R002 7–10 days for what is large by R004 (Q11)."""
    lead = road.consulted_lead(cast, home=road.home(**HOMES[home]))

    sweep(cast.days(soon) - SECOND)
    assert not told(lead, cast.designer)
    sweep(cast.days(soon))
    assert told(lead, cast.designer) and running(lead, deadlines.PREVIEW).breached_at is None
    sweep(cast.days(due) - SECOND)
    assert not told(lead, cast.design_manager)
    sweep(cast.days(due))

    assert running(lead, deadlines.PREVIEW).due_at == cast.days(due)
    assert told(lead, cast.design_manager)


@pytest.mark.parametrize(
    ("home", "day", "kept"),
    [("199 m²", 7, True), ("199 m²", 8, False), ("200 m²", 8, True), ("duplex of 90 m²", 10, True), ("200 m²", 11, False)],
)
def test_r001_r002_a_preview_presented_on_a_day_is_kept_or_not(cast, home, day, kept):
    lead = road.consulted_lead(cast, home=road.home(**HOMES[home]))

    road.preview(lead, by=cast.designer, at=cast.days(day))

    assert late(lead, deadlines.PREVIEW) is not kept


@pytest.mark.parametrize(("day", "case"), [(10, False), (11, True)])
def test_r003_without_a_contact_the_hotline_has_a_case_on_the_eleventh_day(cast, day, case):
    lead = road.consulted_lead(cast)

    sweep(cast.days(day))

    assert HotlineCase.objects.filter(lead=lead).exists() is case
    assert all(made.at == cast.days(11) and made.cause == "silence" for made in HotlineCase.objects.all())


@pytest.mark.parametrize("day", [10, 11, 14])
def test_r003_with_a_contact_of_the_designer_the_ten_days_begin_anew(cast, day):
    lead = road.consulted_lead(cast)
    services.note_contact(lead, channel="phone", note="方案在画，下周看", by=cast.designer, at=cast.days(4))

    sweep(cast.days(day))
    assert not HotlineCase.objects.exists()
    sweep(cast.days(15))

    assert HotlineCase.objects.get().at == cast.days(15)


@pytest.mark.parametrize("who", ["customer_manager", "store_manager"])
def test_r003_a_contact_of_somebody_else_is_none_of_the_designer(cast, who):
    lead = road.consulted_lead(cast)
    services.note_contact(lead, channel="phone", note="客户问什么时候看方案", by=getattr(cast, who), at=cast.days(9))

    sweep(cast.days(11))

    assert HotlineCase.objects.get().lead == lead


def test_r003_who_was_not_reached_was_not_contacted(cast):
    lead = road.consulted_lead(cast)
    services.note_contact(lead, channel="phone", note="没人接", reached=False, by=cast.designer, at=cast.days(9))

    sweep(cast.days(11))

    assert HotlineCase.objects.get().lead == lead


def test_r003_a_second_consultation_is_a_contact_and_a_preview_ends_it_for_good(cast):
    lead = road.consulted_lead(cast)
    road.consultation(lead, by=cast.designer, at=cast.days(6))
    sweep(cast.days(16))
    road.preview(lead, by=cast.designer, at=cast.days(16))
    services.note_contact(lead, channel="phone", note="想再改改", by=cast.designer, at=cast.days(17))

    sweep(cast.days(60))

    assert not HotlineCase.objects.exists() and not clocks.is_open(deadlines.HOTLINE, deadlines.key(lead))


def test_r007_an_agreed_day_moves_the_preview_and_does_not_lift_the_hotline(cast):
    """R007 with Q11."""
    lead = road.consulted_lead(cast)
    services.agree_preview_date(lead, due_at=cast.days(20), by=cast.designer, at=cast.days(1))

    sweep(cast.days(11))
    assert not told(lead, cast.general_manager) and running(lead, deadlines.PREVIEW).breached_at is None
    assert HotlineCase.objects.get().lead == lead
    road.preview(lead, by=cast.designer, at=cast.days(20))

    assert not late(lead, deadlines.PREVIEW)


@pytest.mark.parametrize(("home", "due"), [("199 m²", 7), ("200 m²", 14), ("duplex of 90 m²", 14)])
def test_r005_r006_the_scheme_is_ready_in_a_week_or_two(cast, home, due):
    lead = road.deposit_lead(cast, home=road.home(**HOMES[home]))
    other = road.deposit_lead(cast, home=road.home(**HOMES[home]), phones=["13858003372"])

    for row, at in ((lead, cast.days(due)), (other, cast.days(due) + SECOND)):
        services.report_scheme(row, summary="厨房开放", meeting_at=at + timedelta(days=1), by=cast.designer, at=at)

    assert (late(lead, deadlines.SCHEME), late(other, deadlines.SCHEME)) == (False, True)


def test_r008_the_first_preview_is_called_about_within_three_days(cast):
    lead = road.proposed_lead(cast)
    assert (running(lead, deadlines.PROPOSAL_CALL).due_at, running(lead, deadlines.PROPOSAL_CALL).owner) == (cast.days(3), cast.customer_manager)

    services.record_proposal_call(lead, satisfaction="neutral", problems="餐厅太暗", by=cast.customer_manager, at=cast.days(3))

    assert not late(lead, deadlines.PROPOSAL_CALL)


def test_r008_discontent_heard_in_that_call_opens_a_case(cast):
    """L10, L11."""
    lead = road.proposed_lead(cast)

    services.record_proposal_call(lead, satisfaction="dissatisfied", problems="和说好的风格不一样", by=cast.customer_manager, at=cast.days(1))

    case = HotlineCase.objects.get()
    assert (case.cause, case.words, case.by) == ("preview", "和说好的风格不一样", cast.customer_manager)


@pytest.mark.parametrize(("willingness", "ability", "days"), [("high", "high", 1), ("high", "low", 3), ("low", "high", 7), ("low", "low", 30)])
def test_r009_each_class_has_its_own_rhythm(cast, willingness, ability, days):
    lead = road.assigned_lead(cast, willingness=willingness, ability=ability)

    services.note_contact(lead, channel="phone", note="聊了户型", by=cast.designer, at=cast.at)

    assert running(lead, deadlines.CARE).due_at == cast.days(days)


@pytest.mark.parametrize(("hours", "rule"), [(company.A_WEEK, "R010"), (company.A_DAY, "R011")])
def test_r010_r011_the_first_contact_is_due_as_the_company_has_chosen(cast, hours, rule):
    staff.choose({company.FIRST_CONTACT_HOURS.code: hours}, by=cast.general_manager, at=cast.at)
    kept, missed = (road.assigned_lead(cast, phones=[number]) for number in ("13858003371", "13858003372"))
    due = cast.at + timedelta(hours=hours)

    services.note_contact(kept, channel="phone", note="周六来店", by=cast.designer, at=due)
    services.note_contact(missed, channel="phone", note="周六来店", by=cast.designer, at=due + SECOND)

    assert (late(kept, deadlines.FIRST_CONTACT), late(missed, deadlines.FIRST_CONTACT)) == (False, True), rule


@pytest.mark.parametrize(("hours", "reminded"), [(company.A_WEEK, 24), (company.A_DAY, 12)])
def test_r010_r011_the_designer_hears_of_it_at_the_assignment_and_once_before_the_end(cast, hours, reminded):
    staff.choose({company.FIRST_CONTACT_HOURS.code: hours}, by=cast.general_manager, at=cast.at)
    lead = road.assigned_lead(cast)
    assert [notice.kind for notice in Notice.objects.filter(user=cast.designer)] == ["leads.assigned"]

    sweep(cast.at + timedelta(hours=reminded) - SECOND)
    assert not told(lead, cast.designer)
    sweep(cast.at + timedelta(hours=reminded))

    assert told(lead, cast.designer)


def test_what_was_chosen_counts_for_what_begins_afterwards(cast):
    before = road.assigned_lead(cast)

    staff.choose({company.FIRST_CONTACT_HOURS.code: company.A_DAY}, by=cast.general_manager, at=cast.at)
    after = road.assigned_lead(cast, phones=["13858003372"])

    assert running(before, deadlines.FIRST_CONTACT).due_at == cast.days(7)
    assert running(after, deadlines.FIRST_CONTACT).due_at == cast.days(1)


@pytest.mark.parametrize(("code", "value"), [("leads.first_contact_hours", 48), ("leads.pool_a_day", 0), ("leads.invented", 1)])
def test_what_the_handbook_does_not_leave_open_cannot_be_chosen(cast, code, value):
    with pytest.raises(Refused, match="cannot be chosen"):
        staff.choose({code: value}, by=cast.general_manager, at=cast.at)


@pytest.mark.parametrize(
    ("clock", "made", "rungs"),
    [
        ("preview", road.consulted_lead, ((5, "designer"), (7, "design_manager"), (8, "store_manager"), (10, "general_manager"))),
        ("first_contact", road.assigned_lead, ((1, "designer"), (7, "design_manager"), (8, "store_manager"), (10, "general_manager"))),
        ("scheme", road.deposit_lead, ((5, "designer"), (7, "design_manager"), (8, "store_manager"), (10, "general_manager"))),
        ("proposal_call", road.proposed_lead, ((2, "customer_manager"), (3, "store_manager"), (5, "general_manager"))),
        ("hotline", road.consulted_lead, ((7, "designer"), (11, "cs_officer"), (13, "general_manager"))),
    ],
)
def test_each_ladder_climbs_to_the_general_manager_and_reaches_only_who_may_open_the_file(cast, clock, made, rungs):
    lead = made(cast)
    kind = f"leads.{clock}"

    for day, post in rungs:
        sweep(cast.days(day) - SECOND)
        assert not Notice.objects.filter(user=getattr(cast, post), kind=kind).exists(), post
        sweep(cast.days(day))
        assert Notice.objects.filter(user=getattr(cast, post), kind=kind).exists(), post

    heard = set(Notice.objects.filter(kind=kind).values_list("user", flat=True))
    others = [post for post, person in cast.other.everybody().items() if person.pk in heard]
    assert set(others) <= {"general_manager"} and lead.dossier.deadlines.get(clock=kind, stopped_at=None).level == len({day for day, _post in rungs})
