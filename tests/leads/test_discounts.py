"""Discounts beyond one's authority: asked for, approved or refused by a post that may give them (R069, Q37)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from config import reach
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import services as leads
from leads.deadlines import DISCOUNT_APPROVAL
from leads.models import DiscountRequest, Quotation
from leads.services import Change
from tests.leads import quoting
from tests.leads import standing as all_tests
from tests.leads.standing import fresh

WORKS = Decimal("6445.44")


standing = all_tests.standing(draft=quoting.drafted)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


def asked(cast: Any, percent: Any, *, by: Any = None, quotation: Quotation | None = None) -> Quotation:
    """The draft that stands (or the one told), for which so many percent of the works were asked for."""
    quotation = quotation or Quotation.objects.get()
    amount = (fresh(quotation).subtotal * Decimal(percent) / 100).quantize(Decimal("0.01"))
    leads.ask_discount(quotation, amount=amount, reason="三个房间同时签", by=by or cast.designer, at=cast.at)
    return fresh(quotation)


def row(quotation: Quotation) -> DiscountRequest:
    return quotation.discount_requests.order_by("-id")[0]


def more(quotation: Quotation, code: str, quantity: Any, *, by: Any, at: Any) -> None:
    line = quotation.lines.filter(item__code=code).order_by("id")[0]
    leads.revise_lines(quotation, changes=[Change(line.pk, Decimal(quantity), "业主要求")], by=by, at=at)


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "post"), [("2.1", "design_manager"), (5, "design_manager"), ("5.1", "store_manager"), (8, "store_manager"),
                                               ("8.1", "general_manager"), (20, "general_manager")])  # fmt: skip
def test_r069_a_discount_is_asked_of_the_post_with_the_smallest_sufficient_authority(cast, percent, post):
    quotation = asked(cast, percent)

    assert row(quotation).post == post
    clock = Deadline.objects.get(clock=DISCOUNT_APPROVAL.id)
    assert (clock.owner, clock.stopped_at) == (getattr(cast, post), None)
    assert fresh(quotation).discount == 0


def test_r069_beyond_twenty_percent_nobody_may(cast):
    with pytest.raises(Refused):
        asked(cast, "20.1")


def test_r069_within_ones_own_authority_nothing_is_asked(cast):
    with pytest.raises(Refused):
        asked(cast, 2)


def test_one_request_at_a_time_and_none_without_a_reason(cast):
    quotation = asked(cast, 4)

    with pytest.raises(Refused):
        asked(cast, 6, quotation=quotation)
    leads.withdraw_discount(quotation, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.ask_discount(quotation, amount=Decimal(400), reason=" ", by=cast.designer, at=cast.at)
    assert not clocks.is_open(DISCOUNT_APPROVAL, f"discount:{row(quotation).pk}")


def test_a_design_manager_who_asks_is_answered_by_the_store_manager(cast):
    quotation = asked(cast, 6, by=cast.design_manager)

    assert Deadline.objects.get(clock=DISCOUNT_APPROVAL.id).owner == cast.store_manager
    with pytest.raises(Refused):
        leads.approve_discount(quotation, by=cast.design_manager, at=cast.at)


# --- deciding --------------------------------------------------------------------------------------------------------


def test_an_approved_discount_stands_and_the_quotation_is_issued(cast):
    quotation = asked(cast, 6)

    leads.approve_discount(quotation, answer="老客户介绍，同意", by=cast.store_manager, at=cast.at)

    found = fresh(quotation)
    assert (found.discount, found.discount_by, found.discount_reason) == (Decimal("386.73"), cast.store_manager, "三个房间同时签")
    assert found.total == found.subtotal - found.discount
    assert not clocks.is_open(DISCOUNT_APPROVAL, f"discount:{row(quotation).pk}")
    assert leads.issue_quotation(quotation, by=cast.designer, at=cast.at).state == "issued"
    assert came_in(cast.designer, quotation) == ["leads.discount_approved"]


def test_who_took_the_enquiry_over_hears_what_became_of_the_discount(cast):
    quotation = asked(cast, 6)
    told = leads.Told(standing="报价等折扣")
    leads.reassign_designer(quotation.lead, designer=cast.chief_designer, reason="客户要求", told=told, by=cast.store_manager, at=cast.at)

    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)

    assert (came_in(cast.chief_designer, quotation), came_in(cast.designer, quotation)) == (["leads.discount_approved"], [])


def came_in(person, quotation):
    """What whoever asked finds on the desk, with its way to the version."""
    rows = Notice.objects.filter(user=person, dossier=quotation.lead.dossier, kind__startswith="leads.discount_")
    assert {row.link for row in rows} <= {f"/leads/{quotation.lead.ref}/quotations/{quotation.version}/"}
    return [row.kind for row in rows]


def test_r069_whoever_has_less_authority_does_not_approve(cast):
    quotation = asked(cast, 6)

    with pytest.raises(Refused) as refused:
        leads.approve_discount(quotation, by=cast.design_manager, at=cast.at)

    assert refused.value.missing[0].who == "store_manager"
    assert row(quotation).state == "asked"


def test_a_refusal_needs_a_word_and_leaves_the_draft_as_it_is(cast):
    quotation = asked(cast, 6)

    with pytest.raises(Refused):
        leads.refuse_discount(quotation, answer=" ", by=cast.store_manager, at=cast.at)
    leads.refuse_discount(quotation, answer="主材已是活动价", by=cast.store_manager, at=cast.at)

    assert (row(quotation).state, row(quotation).answer, fresh(quotation).discount) == ("refused", "主材已是活动价", 0)
    assert came_in(cast.designer, quotation) == ["leads.discount_refused"]
    assert leads.issue_quotation(quotation, by=cast.designer, at=cast.at).state == "issued"


def test_a_quotation_is_not_issued_while_a_discount_waits_and_the_gate_names_who(cast):
    quotation = asked(cast, 6)

    with pytest.raises(Refused) as refused:
        leads.issue_quotation(quotation, by=cast.designer, at=cast.at)

    assert [(gap.who, cast.designer.full_name in gap.says) for gap in refused.value.missing] == [("store_manager", True)]


# --- lines that change -----------------------------------------------------------------------------------------------


def test_an_approval_dies_when_the_works_shrink_and_the_discount_is_no_longer_covered(cast):
    quotation = asked(cast, 6)
    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)

    more(quotation, "T-01", 20, by=cast.designer, at=cast.at)

    assert (row(quotation).state, fresh(quotation).discount_by) == ("lapsed", cast.designer)
    with pytest.raises(Refused) as refused:
        leads.issue_quotation(quotation, by=cast.designer, at=cast.at)
    assert refused.value.missing[0].who == "store_manager"


def test_an_approval_lives_when_the_works_grow(cast):
    quotation = asked(cast, 6)
    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)

    more(quotation, "T-01", 60, by=cast.designer, at=cast.at)

    assert (row(quotation).state, fresh(quotation).discount) == ("approved", Decimal("386.73"))
    assert leads.issue_quotation(quotation, by=cast.designer, at=cast.at).state == "issued"


def test_a_request_lapses_too_when_the_works_shrink_and_can_no_longer_be_approved(cast):
    quotation = asked(cast, 6)

    more(quotation, "T-01", 20, by=cast.designer, at=cast.at)

    assert row(quotation).state == "lapsed"
    with pytest.raises(Refused):
        leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)


def test_another_discount_within_authority_takes_the_place_of_the_approved_one(cast):
    quotation = asked(cast, 6)
    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)

    leads.set_terms(
        quotation, discount=Decimal(100), discount_reason="老客户", management_percent=Decimal(0), tax_percent=Decimal(0), by=cast.designer, at=cast.at
    )

    assert (row(quotation).state, fresh(quotation).discount, fresh(quotation).discount_by) == ("lapsed", Decimal(100), cast.designer)


def test_other_terms_leave_an_approved_discount_alone(cast):
    quotation = asked(cast, 6)
    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)
    found = fresh(quotation)

    leads.set_terms(
        quotation, discount=found.discount, discount_reason=found.discount_reason, management_percent=Decimal(8), tax_percent=Decimal(0),
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    assert (row(quotation).state, fresh(quotation).discount_by) == ("approved", cast.store_manager)


def test_an_approval_is_for_its_version_alone(cast):
    quotation = asked(cast, 6)
    leads.approve_discount(quotation, by=cast.store_manager, at=cast.at)
    issued = leads.issue_quotation(quotation, by=cast.designer, at=cast.at)

    following = leads.draft_quotation(issued.lead, by=cast.designer, at=cast.at)

    assert (following.discount, following.discount_requests.count()) == (0, 0)


def test_whoever_begins_the_next_version_is_told_that_the_discount_stays_behind(cast):
    """Else the customer is quoted more than last week, and nobody knows why."""
    quotation = asked(cast, 5)
    leads.approve_discount(quotation, by=cast.design_manager, at=cast.at)
    leads.issue_quotation(fresh(quotation), by=cast.designer, at=cast.at)

    page = cast.client(cast.designer).post(f"/leads/{quotation.lead.ref}/quotations/", {}, follow=True).content.decode()

    assert "第 1 版的折扣只对那一版有效" in page


# --- the clock -------------------------------------------------------------------------------------------------------


def test_r069_a_request_that_waits_more_than_a_working_day_is_told_to_the_store_manager(cast):
    asked(cast, 4)
    clock = Deadline.objects.get(clock=DISCOUNT_APPROVAL.id)

    assert timezone.localtime(clock.due_at).date() == cast.days(1).date()
    clocks.sweep(at=cast.days(2), audience=reach.audience)
    clock.refresh_from_db()
    assert clock.breached_at == clock.due_at
    assert Notice.objects.filter(deadline=clock, user=cast.store_manager).exists()
