"""Packages (套餐) under a quotation: one price, content listed and costed, what goes beyond at the prices of the list (P05, P06, G5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.refusals import Refused
from leads import services as leads
from leads.models import Package, Quotation
from leads.services.packages import PackageContent, PackageRow, shipped
from leads.services.quotation import as_paper
from tests import road
from tests.leads import quoting
from tests.leads import standing as all_tests

PER_M2 = PackageRow(
    "K-1", "基础整装", [PackageContent("living bedroom", "T-01", Decimal(40)), PackageContent("kitchen bathroom", "T-02"), PackageContent("whole", "T-04")],
    per_m2=Decimal(100), least_area=Decimal(80),
)  # fmt: skip


standing = all_tests.standing(draft=quoting.drafted)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


def drafted() -> Quotation:
    """The draft that stands for all tests."""
    return Quotation.objects.get()


def published(cast: Any, *rows: PackageRow) -> Package:
    """A package of the list in force."""
    return leads.publish_packages(drafted().price_list, packages=rows or (PER_M2,), by=cast.estimator, at=cast.at)[0]


def applied(cast: Any, *rows: PackageRow) -> Quotation:
    """A draft with the package under it."""
    package = published(cast, *rows)
    return fresh(leads.apply_package(drafted(), package=package, by=cast.designer, at=cast.at))


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


def shown(quotation: Quotation) -> list[tuple[str, str, str, str]]:
    lines = quotation.lines.select_related("room", "item").order_by("room__position", "item__code", "part")
    return [(line.room.name if line.room else "", line.item.code, str(line.quantity), line.part) for line in lines]


def test_a_package_is_one_price_its_content_is_listed_and_what_goes_beyond_is_a_line(cast):
    quotation = applied(cast)

    assert shown(quotation) == [
        ("客厅", "T-01", "4.66", "beyond"), ("客厅", "T-01", "40.00", "package"), ("主卧", "T-01", "39.58", "package"), ("主卧", "T-05", "1.00", "works"),
        ("厨房", "T-02", "7.16", "package"), ("卫生间", "T-02", "5.19", "package"), ("", "T-04", "118.60", "package"),
    ]  # fmt: skip
    assert quotation.package_amount == Decimal("11860.00")
    assert quotation.subtotal == Decimal("11860.00") + Decimal("4.66") * 26 + Decimal(2180)
    assert quotation.cost == sum((line.cost for line in quotation.lines.all()), Decimal(0))


def test_a_small_home_pays_for_the_least_area(cast):
    package = published(cast)

    assert package.price(Decimal("79.99")) == package.price(Decimal(80)) == Decimal(8000)
    assert package.price(Decimal("80.01")) == Decimal(8001)


def test_a_fixed_price_does_not_follow_the_home(cast):
    row = PackageRow("K-2", "卫浴焕新", [PackageContent("bathroom", "T-02")], fixed=Decimal(26800))

    quotation = applied(cast, row)

    assert (quotation.package_amount, quotation.subtotal) == (Decimal(26800), Decimal(26800) + Decimal("6445.44") - Decimal("373.68"))


def test_content_that_is_left_out_keeps_the_price_and_saves_the_cost(cast):
    quotation = applied(cast)
    kitchen = quotation.lines.get(room__name="厨房")

    leads.remove_lines(quotation, lines=[kitchen.pk], by=cast.designer, at=cast.at)

    after = fresh(quotation)
    assert (after.subtotal, after.cost) == (quotation.subtotal, quotation.cost - kitchen.cost)


def test_a_package_goes_out_as_it_came_in(cast):
    quotation = drafted()
    before = (fresh(quotation).subtotal, sorted(shown(quotation)))
    package = leads.publish_packages(quotation.price_list, packages=[PER_M2], by=cast.estimator, at=cast.at)[0]

    leads.apply_package(quotation, package=package, by=cast.designer, at=cast.at)
    leads.leave_package(quotation, by=cast.designer, at=cast.at)

    after = fresh(quotation)
    assert (after.subtotal, sorted(shown(after))) == before
    assert (after.package, after.package_area, after.package_amount) == (None, None, 0)


def test_g5_when_the_home_turns_out_larger_the_package_takes_its_price_of_today_first(cast):
    quotation = applied(cast)
    leads.correct_home(quotation.lead, area_m2=Decimal(125), reason="房本面积", by=cast.designer, at=cast.at)

    with pytest.raises(Refused) as refused:
        leads.issue_quotation(quotation, by=cast.designer, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G5"]
    leads.take_new_prices(quotation, by=cast.designer, at=cast.at)

    assert leads.issue_quotation(quotation, by=cast.designer, at=cast.at).package_amount == Decimal(12500)


def test_a_second_package_is_refused_and_so_is_one_of_another_list(cast):
    quotation = applied(cast)
    other = quoting.price_list(cast, valid_from=date(2027, 1, 1))

    with pytest.raises(Refused):
        leads.apply_package(quotation, package=quotation.package, by=cast.designer, at=cast.at)
    leads.leave_package(quotation, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.apply_package(quotation, package=other.packages.get(), by=cast.designer, at=cast.at)


def test_the_paper_lists_the_content_at_nought_and_names_the_package_and_its_price(cast):
    quotation = applied(cast)

    body = as_paper(quotation, by=cast.designer, at=cast.at).body

    assert (body["package"]["name"], body["package"]["amount"], body["package"]["area"]) == ("基础整装", "11860.00", "118.60")
    living = body["rooms"][0]
    assert ([line["part"] for line in living["lines"]], living["amount"]) == (["package", "beyond"], "121.16")
    assert sum(Decimal(room["amount"]) for room in body["rooms"]) + Decimal("11860.00") == quotation.subtotal
    assert sum(Decimal(trade["amount"]) for trade in body["trades"]) + Decimal("11860.00") == quotation.subtotal


def test_a_quotation_with_a_package_is_issued_and_its_next_version_keeps_it(cast):
    issued = leads.issue_quotation(applied(cast), by=cast.designer, at=cast.at)

    following = fresh(leads.draft_quotation(issued.lead, by=cast.designer, at=cast.at))

    assert (following.package, following.package_amount, following.subtotal) == (issued.package, issued.package_amount, issued.subtotal)
    assert shown(following) == shown(issued)


def test_a_new_price_list_carries_the_packages_on_and_a_draft_takes_the_new_ones_over(cast):
    quotation = applied(cast)
    dearer = [quoting.price_row(labour=Decimal(22)), *quoting.SMALL[1:]]

    quoting.price_list(cast, dearer, valid_from=date(2026, 11, 24))
    leads.take_new_prices(quotation, by=cast.designer, at=cast.at)

    after = fresh(quotation)
    assert after.package.price_list_id == after.price_list_id != quotation.price_list_id
    assert after.package_amount == Decimal("11860.00")
    assert after.lines.get(part="beyond").unit_price == Decimal(36)
    assert leads.issue_quotation(after, by=cast.designer, at=cast.at).state == "issued"


def test_a_package_that_lost_an_item_is_not_sold_on_with_less_in_it(cast):
    quotation = applied(cast)
    made = quoting.price_list(cast, [row for row in quoting.SMALL if row.code != "T-04"], valid_from=date(2026, 11, 24))

    assert made.packages.count() == 0
    leads.take_new_prices(quotation, by=cast.designer, at=cast.at)

    after = fresh(quotation)
    assert (after.package, {line.part for line in after.lines.all()}) == (None, {"works"})
    assert [each[:3] for each in shown(after)][:2] == [("客厅", "T-01", "44.66"), ("主卧", "T-01", "39.58")]
    assert leads.issue_quotation(after, by=cast.designer, at=cast.at).state == "issued"


@pytest.mark.parametrize(
    "row",
    [
        PackageRow("", "无编码", [PackageContent("living", "T-01")], per_m2=Decimal(1)),
        PackageRow("X", "两种价", [PackageContent("living", "T-01")], per_m2=Decimal(1), fixed=Decimal(1)),
        PackageRow("X", "没有价", [PackageContent("living", "T-01")]),
        PackageRow("X", "空的", [], per_m2=Decimal(1)),
        PackageRow("X", "没有这项", [PackageContent("living", "T-99")], per_m2=Decimal(1)),
        PackageRow("X", "没有这种房间", [PackageContent("cellar", "T-01")], per_m2=Decimal(1)),
        PackageRow("X", "不适用", [PackageContent("kitchen", "T-01")], per_m2=Decimal(1)),
        PackageRow("X", "全屋项目进房间", [PackageContent("living", "T-04")], per_m2=Decimal(1)),
        PackageRow("X", "包含零", [PackageContent("living", "T-01", Decimal(0))], per_m2=Decimal(1)),
        PackageRow("K-1", "同编码", [PackageContent("living", "T-01")], per_m2=Decimal(1)),
    ],
    ids=lambda row: row.name,
)
def test_a_package_that_cannot_be_is_refused_with_a_sentence(cast, row):
    package = published(cast)

    with pytest.raises(Refused):
        leads.publish_packages(package.price_list, packages=[row], by=cast.estimator, at=cast.at)
    assert Package.objects.count() == 1


def test_the_packages_that_ship_fit_the_list_that_ships_and_give_believable_quotations(cast):
    whole = quoting.price_list(cast, quoting.shipped(), valid_from=date(2026, 11, 24))
    made = leads.publish_packages(whole, packages=shipped(), by=cast.estimator, at=cast.at)
    lead = road.surveyed_lead(cast, phones=["13700000001"])

    found: dict[str, Decimal] = {}
    for package in made:
        draft = leads.draft_quotation(lead, by=cast.designer, at=cast.at)
        leads.apply_package(draft, package=package, by=cast.designer, at=cast.at)
        draft = fresh(draft)
        inside = sum((line.cost for line in draft.lines.filter(part="package")), Decimal(0))
        found[package.code] = 1 - inside / draft.package_amount
        leads.leave_package(draft, by=cast.designer, at=cast.at)

    assert all(Decimal("0.15") < margin < Decimal("0.70") for margin in found.values()), found
