"""Quotations by room and trade from the price list in force (P05, G5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import Paper
from core.refusals import Refused
from leads import services as leads
from leads.choices import QuotationState, Stage
from leads.models import PriceItem, Quotation, QuotationLine
from leads.services import RoomSize, Wanted
from tests import road
from tests.hand import sign_all
from tests.leads import quoting
from tests.leads import standing as all_tests

standing = all_tests.standing(draft=quoting.drafted)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def draft(standing: Any, db: None) -> Quotation:
    """The draft that stands for all tests, by the small list."""
    return all_tests.fresh(standing.draft)


def lines(quotation: Quotation) -> list[tuple[str, str, str, str]]:
    found = quotation.lines.select_related("room", "item").order_by("room__position", "position")
    return [(line.room.name if line.room else "", line.item.code, str(line.quantity), str(line.amount)) for line in found]


def line(quotation: Quotation, code: str, room: str = "") -> QuotationLine:
    return quotation.lines.get(item__code=code, **({"room__name": room} if room else {}))


def revise(row: QuotationLine, quantity: Decimal, reason: str = "", *, by: Any, at: Any) -> QuotationLine:
    leads.revise_lines(row.quotation, changes=[leads.Change(row.pk, quantity, reason)], by=by, at=at)
    row.refresh_from_db()
    return row


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


# --- drawing up ------------------------------------------------------------------------------------------------------


def test_a_new_quotation_is_filled_with_the_usual_items_of_every_room_and_of_the_home(draft):
    assert lines(draft) == [
        ("客厅", "T-01", "44.66", "1161.16"),
        ("主卧", "T-01", "39.58", "1029.08"),
        ("主卧", "T-05", "1.00", "2180.00"),
        ("厨房", "T-02", "7.16", "515.52"),
        ("卫生间", "T-02", "5.19", "373.68"),
        ("", "T-04", "118.60", "1186.00"),
    ]
    draft = fresh(draft)
    assert (draft.version, draft.state, draft.subtotal, draft.total) == (1, "draft", Decimal("6445.44"), Decimal("6445.44"))
    assert (draft.tax_percent, draft.tax, draft.management_fee) == (0, 0, 0)
    assert draft.cost == sum((each.cost for each in draft.lines.all()), Decimal(0))


def test_the_list_that_ships_gives_a_believable_quotation(cast):
    quoting.price_list(cast, quoting.shipped(), valid_from=date(2026, 11, 24))

    quotation = fresh(leads.draft_quotation(road.surveyed_lead(cast, phones=["13700000001"]), by=cast.designer, at=cast.at))

    assert 60 <= quotation.lines.count() <= 130
    assert Decimal(60_000) <= quotation.total <= Decimal(160_000)
    assert Decimal("0.2") < 1 - quotation.cost / quotation.total < Decimal("0.45")


def test_there_is_one_draft_at_a_time(cast, draft):
    assert leads.draft_quotation(draft.lead, by=cast.estimator, at=cast.at) == draft


def test_without_a_survey_there_is_no_quotation(cast):
    with pytest.raises(Refused) as refused:
        leads.draft_quotation(road.deposit_lead(cast, phones=["13700000001"]), by=cast.designer, at=cast.at)

    assert [gap.gate for gap in refused.value.missing] == ["G4"]


def test_without_a_price_list_in_force_there_is_no_quotation(cast):
    """The list of the tests is in force from the first of January."""
    eve = cast.at.replace(year=2025, month=12, day=31)

    with pytest.raises(Refused) as refused:
        leads.draft_quotation(road.surveyed_lead(cast, phones=["13700000001"], at=eve), by=cast.designer, at=eve)

    assert [gap.gate for gap in refused.value.missing] == ["G5"]


# --- editing ---------------------------------------------------------------------------------------------------------


def test_an_item_is_added_with_the_quantity_of_the_room(cast, draft):
    wanted = Wanted(quoting.item(draft, "T-02"), quoting.room(draft.lead, "客厅"))

    leads.add_lines(draft, wanted=[wanted], by=cast.designer, at=cast.at)

    added = line(draft, "T-02", "客厅")
    assert (added.quantity, added.computed, added.amount) == (Decimal("21.29"), Decimal("21.29"), Decimal("1532.88"))
    assert fresh(draft).total == Decimal("6445.44") + Decimal("1532.88")


def test_an_item_whose_quantity_is_typed_needs_one(cast, draft):
    wall = Wanted(quoting.item(draft, "T-03"), quoting.room(draft.lead, "客厅"))

    with pytest.raises(Refused):
        leads.add_lines(draft, wanted=[wall], by=cast.designer, at=cast.at)

    leads.add_lines(draft, wanted=[Wanted(wall.item, wall.room, Decimal("3.2"))], by=cast.designer, at=cast.at)
    assert line(draft, "T-03").amount == Decimal("83.20")


def test_the_same_item_twice_in_a_room_is_refused(cast, draft):
    with pytest.raises(Refused):
        leads.add_lines(draft, wanted=[Wanted(quoting.item(draft, "T-01"), quoting.room(draft.lead, "客厅"))], by=cast.designer, at=cast.at)


def test_a_quantity_is_corrected_only_with_a_reason(cast, draft):
    wall = line(draft, "T-01", "客厅")

    with pytest.raises(Refused):
        revise(wall, Decimal(40), by=cast.designer, at=cast.at)
    changed = revise(wall, Decimal(40), "电视墙另做", by=cast.designer, at=cast.at)

    assert (changed.quantity, changed.computed, changed.reason, changed.amount) == (Decimal(40), Decimal("44.66"), "电视墙另做", Decimal("1040.00"))
    assert fresh(draft).subtotal == Decimal("6445.44") - Decimal("121.16")


def test_a_quantity_set_back_to_the_computed_one_needs_no_reason(cast, draft):
    wall = line(draft, "T-01", "客厅")
    revise(wall, Decimal(40), "电视墙另做", by=cast.designer, at=cast.at)

    changed = revise(wall, Decimal("44.66"), "", by=cast.designer, at=cast.at)

    assert changed.reason == ""


def test_lines_are_taken_out(cast, draft):
    leads.remove_lines(draft, lines=[line(draft, "T-05").pk, 0], by=cast.designer, at=cast.at)

    assert fresh(draft).subtotal == Decimal("4265.44")


def test_management_fee_discount_and_tax_add_up(cast, draft):
    leads.set_terms(
        draft, discount=Decimal(100), discount_reason="老客户", management_percent=Decimal(8), tax_percent=Decimal(3), note="含税",
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    found = fresh(draft)
    assert (found.management_fee, found.tax, found.total) == (Decimal("515.64"), Decimal("205.83"), Decimal("7066.91"))
    assert found.total == found.subtotal + found.management_fee - found.discount + found.tax


@pytest.mark.parametrize(("post", "most"), [("designer", 2), ("design_manager", 5), ("store_manager", 8), ("general_manager", 20), ("estimator", 0)])
def test_a_discount_stays_within_the_authority_of_the_post(cast, draft, post, most):
    limit = (fresh(draft).subtotal * most / 100).quantize(Decimal("0.01"))
    terms: dict[str, Any] = {
        "discount_reason": "老客户", "management_percent": Decimal(0), "tax_percent": Decimal(0), "by": getattr(cast, post), "at": cast.at,
    }  # fmt: skip

    leads.set_terms(draft, discount=limit, **terms)
    with pytest.raises(Refused) as refused:
        leads.set_terms(draft, discount=limit + 1, **terms)

    assert fresh(draft).discount == limit
    assert refused.value.missing[0].who == {
        "designer": "chief_designer", "design_manager": "store_manager", "store_manager": "general_manager", "general_manager": "", "estimator": "designer",
    }[post]  # fmt: skip


def test_a_discount_needs_a_reason(cast, draft):
    with pytest.raises(Refused):
        leads.set_terms(
            draft, discount=Decimal(1), management_percent=Decimal(0), tax_percent=Decimal(0), by=cast.designer, at=cast.at
        )


def test_a_designer_may_change_other_terms_without_taking_the_managers_discount_away(cast, draft):
    terms: dict[str, Any] = {"discount": Decimal(300), "discount_reason": "老客户", "tax_percent": Decimal(0), "at": cast.at}
    leads.set_terms(draft, management_percent=Decimal(0), by=cast.design_manager, **terms)

    leads.set_terms(draft, management_percent=Decimal(5), by=cast.designer, **terms)

    assert (fresh(draft).discount, fresh(draft).discount_by) == (Decimal(300), cast.design_manager)


# --- issuing ---------------------------------------------------------------------------------------------------------


def test_issuing_freezes_the_quotation_as_a_paper_and_brings_the_enquiry_to_quoted(cast, draft):
    quotation = quoting.issued(cast, draft)

    assert (quotation.state, quotation.paper.kind, quotation.paper.ref) == (QuotationState.ISSUED, "P05", "P05-CX-2026-0001")
    assert quotation.lead.__class__.objects.get(pk=quotation.lead_id).stage == Stage.QUOTED
    body = quotation.paper.body
    assert (body["customer"], body["total"], body["total_words"]) == ("陈静兰", "6445.44", "陆仟肆佰肆拾伍元肆角肆分")
    assert [(room["name"], room["amount"]) for room in body["rooms"]] == [
        ("客厅", "1161.16"), ("主卧", "3209.08"), ("厨房", "515.52"), ("卫生间", "373.68"), ("全屋", "1186.00"),
    ]  # fmt: skip
    assert [(trade["name"], trade["amount"]) for trade in body["trades"]] == [
        ("泥瓦", "889.20"), ("油漆", "2190.24"), ("主材", "2180.00"), ("保护保洁", "1186.00"),
    ]  # fmt: skip


def test_costs_never_stand_on_the_paper(cast, draft):
    quotation = quoting.issued(cast, draft)

    assert "cost" not in quotation.paper.content
    assert str(quotation.cost) not in quotation.paper.content
    assert "1560" not in quotation.paper.content


def test_an_unsigned_survey_and_an_empty_quotation_keep_it_back_both_at_once(cast):
    lead = road.deposit_lead(cast, phones=["13700000001"])
    road.survey(lead, by=cast.designer, at=cast.at, signed=False)
    quotation = leads.draft_quotation(lead, by=cast.designer, at=cast.at)
    leads.remove_lines(quotation, lines=quotation.lines.values_list("pk", flat=True), by=cast.designer, at=cast.at)

    with pytest.raises(Refused) as refused:
        leads.issue_quotation(quotation, by=cast.designer, at=cast.at)

    assert [gap.gate for gap in refused.value.missing] == ["G4", ""]


def test_a_draft_by_an_old_price_list_takes_the_new_prices_before_it_is_issued(cast, draft):
    revise(line(draft, "T-01", "客厅"), Decimal(40), "电视墙另做", by=cast.designer, at=cast.at)
    quoting.price_list(cast, [quoting.price_row(labour=Decimal(15))], valid_from=date(2026, 11, 24))

    with pytest.raises(Refused) as refused:
        leads.issue_quotation(draft, by=cast.designer, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G5"]
    leads.take_new_prices(draft, by=cast.designer, at=cast.at)

    assert lines(draft) == [("客厅", "T-01", "40.00", "1160.00"), ("主卧", "T-01", "39.58", "1147.82")]
    assert leads.issue_quotation(draft, by=cast.designer, at=cast.at).state == QuotationState.ISSUED


def test_a_quantity_that_was_typed_gives_way_where_the_new_list_works_it_out(cast, draft):
    item, room = PriceItem.objects.get(code="T-03"), draft.lead.home.rooms.get(name="客厅")
    leads.add_lines(draft, wanted=[leads.Wanted(item, room, Decimal(3))], by=cast.designer, at=cast.at)
    quoting.price_list(
        cast, [quoting.price_row(code="T-03", trade="demolition", name="拆除砖墙", quantity_from="room", unit="项", usual_kinds="")],
        valid_from=date(2026, 11, 24),
    )  # fmt: skip

    leads.take_new_prices(draft, by=cast.designer, at=cast.at)

    assert [each[:3] for each in lines(draft)] == [("客厅", "T-03", "1.00")]


def test_an_issued_quotation_is_edited_by_nobody(cast, draft):
    quotation = quoting.issued(cast, draft)

    with pytest.raises(Refused):
        revise(line(quotation, "T-05"), Decimal(2), "x", by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.remove_lines(quotation, lines=[line(quotation, "T-05").pk], by=cast.designer, at=cast.at)


def test_a_new_version_starts_from_the_one_before_and_replaces_it_when_issued(cast, draft):
    first = quoting.issued(cast, draft)
    second = leads.draft_quotation(first.lead, by=cast.designer, at=cast.at)
    assert lines(second) == lines(first)
    leads.remove_lines(second, lines=[line(second, "T-05").pk], by=cast.designer, at=cast.at)

    second = leads.issue_quotation(second, by=cast.designer, at=cast.at)

    assert (second.version, fresh(first).state, fresh(first).paper.state) == (2, QuotationState.REPLACED, Paper.State.SUPERSEDED)
    assert second.paper.body["replaces"] == first.paper.ref


# --- accepting -------------------------------------------------------------------------------------------------------


def test_only_a_signed_quotation_is_accepted(cast, draft):
    quotation = quoting.issued(cast, draft)

    with pytest.raises(Refused) as refused:
        leads.accept_quotation(quotation, by=cast.designer, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G5"]
    sign_all(quotation.paper, by=cast.designer, at=cast.at)

    assert leads.accept_quotation(quotation, by=cast.designer, at=cast.at).state == QuotationState.ACCEPTED
    assert leads.accept_quotation(quotation, by=cast.designer, at=cast.at).state == QuotationState.ACCEPTED


def test_a_quotation_on_a_corrected_survey_is_stale_and_not_accepted(cast, draft):
    quotation = quoting.signed(cast, draft)
    leads.correct_survey(
        quotation.lead, rooms=[RoomSize("客厅", 5000, 3900, 2800, kind="living", doors=1, windows=1)], demands="同前", reason="量错了",
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    assert fresh(quotation).is_stale
    assert fresh(quotation).paper.stale_at is not None
    with pytest.raises(Refused):
        leads.accept_quotation(quotation, by=cast.designer, at=cast.at)


def test_a_draft_follows_a_corrected_survey_when_it_takes_over_the_new_rooms(cast, draft):
    survey = leads.correct_survey(
        draft.lead, rooms=[RoomSize("客厅", 5000, 3900, 2800, kind="living", doors=1, windows=1)], demands="同前", reason="量错了",
        by=cast.designer, at=cast.at,
    )  # fmt: skip
    sign_all(survey.paper, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.issue_quotation(draft, by=cast.designer, at=cast.at)

    leads.take_new_prices(fresh(draft), by=cast.designer, at=cast.at)

    assert [each[:2] for each in lines(draft)] == [("客厅", "T-01"), ("", "T-04")]
    assert leads.issue_quotation(fresh(draft), by=cast.designer, at=cast.at).state == QuotationState.ISSUED


def test_a_replaced_version_is_not_accepted(cast, draft):
    first = quoting.signed(cast, draft)
    leads.issue_quotation(leads.draft_quotation(first.lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        leads.accept_quotation(first, by=cast.designer, at=cast.at)


# --- what the database itself refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_quotationline SET labour = labour - 1, unit_price = unit_price - 1, amount = round(quantity * (unit_price - 1), 2)",
        "UPDATE leads_quotationline SET amount = 1",
        "UPDATE leads_quotationline SET quantity = 1, amount = unit_price WHERE computed IS NOT NULL",
        "UPDATE leads_quotation SET total = total - 1",
        "UPDATE leads_quotation SET discount = 1, total = total - 1",
        "UPDATE leads_quotation SET state = 'accepted'",
        "DELETE FROM leads_quotation",
    ],
)
def test_a_draft_cannot_be_forged_in_the_database(draft, attack):
    before = lines(draft)

    with pytest.raises(Exception, match=r"violates|Prices come|not in the procedure|permission|issued"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert lines(draft) == before


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_quotation SET note = 'x'",
        "UPDATE leads_quotation SET total = total",
        "UPDATE leads_quotationline SET note = 'x'",
        "DELETE FROM leads_quotationline",
    ],
)
def test_an_issued_quotation_cannot_be_changed_in_the_database(cast, draft, attack):
    quotation = quoting.issued(cast, draft)
    if attack.endswith("= total"):
        attack = "UPDATE leads_quotation SET cost = 1"

    with pytest.raises(IntegrityError, match="issued"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert fresh(quotation).note == ""


# --- size ------------------------------------------------------------------------------------------------------------


def test_issuing_takes_the_same_statements_for_six_lines_and_for_a_hundred(cast, draft):
    small = Quotation.objects.select_related("lead").get(pk=draft.pk)
    with CaptureQueriesContext(connection) as few:
        leads.issue_quotation(small, by=cast.designer, at=cast.at)
    quoting.price_list(cast, quoting.shipped(), valid_from=date(2026, 11, 24))
    large = leads.draft_quotation(
        road.surveyed_lead(cast, phones=["13900000001"], home=road.home(room_no="2201")), by=cast.designer, at=cast.at
    )
    with CaptureQueriesContext(connection) as many:
        leads.issue_quotation(large, by=cast.designer, at=cast.at)

    assert large.lines.count() > 60
    assert len(many) == len(few) == 26
