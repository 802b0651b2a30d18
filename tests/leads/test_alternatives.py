"""Options and alternatives of a quotation: shown with prices, outside the total; another choice after issue is a new version (P05)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.models import AuditEntry
from core.refusals import Refused
from leads import services as leads
from leads.models import Quotation, QuotationLine
from leads.services import Wanted
from leads.services.alternatives import choices_of
from leads.services.packages import PackageContent, PackageRow
from leads.services.quotation import as_paper
from tests.hand import sign_all
from tests.leads import quoting
from tests.leads import standing as all_tests

ROWS = (
    *quoting.SMALL,
    quoting.price_row(code="T-06", trade="tiling", name="铺贴大规格地砖", labour=Decimal(74), material=Decimal(30), quantity_from="floor", loss=Decimal(5),
                      room_kinds="kitchen bathroom", usual_kinds=""),
    quoting.price_row(code="T-07", trade="tiling", name="铺贴小花砖", labour=Decimal(118), material=Decimal(34), quantity_from="floor", loss=Decimal(5),
                      room_kinds="kitchen bathroom", usual_kinds=""),
)  # fmt: skip
TILES, LARGE, SMALL = Decimal("515.52"), Decimal("744.64"), Decimal("1088.32")  # 7.16 m² of the kitchen at 72, 104 and 152


standing = all_tests.standing(draft=lambda cast: quoting.drafted(cast, rows=ROWS))


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


def drafted() -> Quotation:
    """The draft that stands for all tests."""
    return Quotation.objects.get()


def kitchen(quotation: Quotation, code: str = "T-02") -> QuotationLine:
    return quotation.lines.get(room__name="厨房", item__code=code)


def offered(quotation: Quotation, *codes: str, by: Any, at: Any) -> Quotation:
    wanted = [Wanted(quoting.item(quotation, code)) for code in codes]
    return fresh(leads.offer_alternatives(quotation, line=kitchen(quotation).pk, wanted=wanted, by=by, at=at))


def chosen(quotation: Quotation, code: str, *, by: Any, at: Any) -> Quotation:
    choice = {line.pk: line.item.code == code for line in choices_of(quotation)}
    return fresh(leads.choose(quotation, choice=choice, by=by, at=at))


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


# --- alternatives ----------------------------------------------------------------------------------------------------


def test_an_alternative_stands_beside_its_line_and_outside_the_total(cast):
    quotation = drafted()
    before = fresh(quotation)

    after = offered(quotation, "T-06", "T-07", by=cast.designer, at=cast.at)

    assert (after.subtotal, after.cost) == (before.subtotal, before.cost)
    assert [(line.item.code, line.taken, line.amount) for line in choices_of(after)] == [("T-02", True, TILES), ("T-06", False, LARGE), ("T-07", False, SMALL)]


def test_only_the_chosen_one_counts_in_price_and_cost(cast):
    quotation = offered(drafted(), "T-06", "T-07", by=cast.designer, at=cast.at)

    after = chosen(quotation, "T-07", by=cast.designer, at=cast.at)

    assert after.subtotal == quotation.subtotal - TILES + SMALL
    assert after.cost == quotation.cost - kitchen(after).cost + kitchen(after, "T-07").cost


def test_two_of_a_group_or_none_are_refused(cast):
    quotation = offered(drafted(), "T-06", by=cast.designer, at=cast.at)

    for taken in (True, False):
        with pytest.raises(Refused):
            leads.choose(quotation, choice={line.pk: taken for line in choices_of(quotation)}, by=cast.designer, at=cast.at)
    assert fresh(quotation).subtotal == quotation.subtotal


def test_about_a_plain_line_there_is_no_choice(cast):
    quotation = drafted()

    with pytest.raises(Refused):
        leads.choose(quotation, choice={kitchen(quotation).pk: False}, by=cast.designer, at=cast.at)


def test_an_alternative_that_stands_there_already_or_is_one_itself_is_refused(cast):
    quotation = offered(drafted(), "T-06", by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        offered(quotation, "T-06", by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.offer_alternatives(
            quotation, line=kitchen(quotation, "T-06").pk, wanted=[Wanted(quoting.item(quotation, "T-07"))], by=cast.designer, at=cast.at
        )


def test_where_the_chosen_alternative_goes_the_line_itself_counts_again(cast):
    quotation = chosen(offered(drafted(), "T-06", by=cast.designer, at=cast.at), "T-06", by=cast.designer, at=cast.at)

    leads.remove_lines(quotation, lines=[kitchen(quotation, "T-06").pk], by=cast.designer, at=cast.at)

    assert kitchen(quotation).taken
    assert fresh(quotation).subtotal == quotation.subtotal - LARGE + TILES


def test_with_its_line_the_alternatives_go_too(cast):
    quotation = offered(drafted(), "T-06", by=cast.designer, at=cast.at)

    leads.remove_lines(quotation, lines=[kitchen(quotation).pk], by=cast.designer, at=cast.at)

    assert not quotation.lines.filter(room__name="厨房").exists()
    assert fresh(quotation).subtotal == quotation.subtotal - TILES


# --- options ---------------------------------------------------------------------------------------------------------


def test_an_option_counts_only_when_it_is_taken(cast):
    quotation = drafted()
    door = quotation.lines.get(item__code="T-05")
    whole = fresh(quotation).subtotal

    leads.make_optional(quotation, line=door.pk, optional=True, by=cast.designer, at=cast.at)
    assert fresh(quotation).subtotal == whole - door.amount
    leads.choose(quotation, choice={door.pk: True}, by=cast.designer, at=cast.at)
    assert fresh(quotation).subtotal == whole
    leads.choose(quotation, choice={door.pk: False}, by=cast.designer, at=cast.at)
    leads.make_optional(quotation, line=door.pk, optional=False, by=cast.designer, at=cast.at)
    assert fresh(quotation).subtotal == whole


def test_a_line_with_alternatives_is_no_option(cast):
    quotation = offered(drafted(), "T-06", by=cast.designer, at=cast.at)

    for code in ("T-02", "T-06"):
        with pytest.raises(Refused):
            leads.make_optional(quotation, line=kitchen(quotation, code).pk, optional=True, by=cast.designer, at=cast.at)


def test_what_is_in_the_package_is_neither_option_nor_has_alternatives(cast):
    quotation = drafted()
    row = PackageRow("K-1", "厨房包", [PackageContent("kitchen", "T-02")], fixed=Decimal(5000))
    package = leads.publish_packages(quotation.price_list, packages=[row], by=cast.estimator, at=cast.at)[0]
    leads.apply_package(quotation, package=package, by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        leads.make_optional(quotation, line=kitchen(quotation).pk, optional=True, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        offered(quotation, "T-06", by=cast.designer, at=cast.at)


# --- paper, versions, acceptance -------------------------------------------------------------------------------------


def test_the_paper_shows_choices_with_their_prices_and_counts_only_what_is_taken(cast):
    quotation = chosen(offered(drafted(), "T-06", by=cast.designer, at=cast.at), "T-06", by=cast.designer, at=cast.at)

    body = as_paper(quotation, by=cast.designer, at=cast.at).body

    assert [(each["kind"], each["name"], each["amount"], each["taken"]) for each in body["choices"]] == [
        ("原方案", "铺贴地砖", "515.52", False), ("替换方案", "铺贴大规格地砖", "744.64", True),
    ]  # fmt: skip
    assert [line["name"] for room in body["rooms"] if room["name"] == "厨房" for line in room["lines"]] == ["铺贴大规格地砖"]
    assert sum(Decimal(room["amount"]) for room in body["rooms"]) == quotation.subtotal


def test_a_new_version_keeps_options_alternatives_and_what_was_chosen(cast):
    quotation = chosen(offered(drafted(), "T-06", "T-07", by=cast.designer, at=cast.at), "T-07", by=cast.designer, at=cast.at)
    leads.make_optional(quotation, line=quotation.lines.get(item__code="T-05").pk, optional=True, by=cast.designer, at=cast.at)
    issued = leads.issue_quotation(fresh(quotation), by=cast.designer, at=cast.at)

    following = fresh(leads.draft_quotation(issued.lead, by=cast.designer, at=cast.at))

    def told(version: Quotation) -> list[tuple[str, bool, bool, str]]:
        lines = choices_of(version)
        return sorted((line.item.code, line.optional, line.taken, line.alternative_to.item.code if line.alternative_to else "") for line in lines)

    assert told(following) == told(issued)
    assert following.subtotal == issued.subtotal


def signed(quotation: Quotation, *, by: Any, at: Any) -> Quotation:
    issued = leads.issue_quotation(quotation, by=by, at=at)
    sign_all(issued.paper, by=by, at=at)
    return fresh(issued)


def test_what_the_customer_chose_is_recorded_at_acceptance(cast):
    quotation = signed(
        chosen(offered(drafted(), "T-06", by=cast.designer, at=cast.at), "T-06", by=cast.designer, at=cast.at), by=cast.designer, at=cast.at
    )

    leads.accept_quotation(quotation, chosen=[kitchen(quotation, "T-06").pk], by=cast.designer, at=cast.at)

    assert "厨房 T-06 铺贴大规格地砖" in AuditEntry.objects.get(kind="leads.quotation_accepted").payload


def test_another_choice_at_acceptance_is_a_new_version(cast):
    quotation = signed(offered(drafted(), "T-06", by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        leads.accept_quotation(quotation, chosen=[kitchen(quotation, "T-06").pk], by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        chosen(quotation, "T-06", by=cast.designer, at=cast.at)

    following = leads.draft_quotation(quotation.lead, by=cast.designer, at=cast.at)
    second = signed(chosen(following, "T-06", by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)
    accepted = leads.accept_quotation(second, chosen=[kitchen(second, "T-06").pk], by=cast.designer, at=cast.at)
    assert (accepted.version, accepted.state) == (2, "accepted")
