"""The company's price list: the one that ships, versions by day, Excel in and out."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import IntegrityError, connection, transaction

from core import sheets
from core.models import Paper
from core.refusals import Refused
from leads import price_sheets
from leads.choices import QuantityFrom, RoomKind, Trade
from leads.models import PriceItem, PriceList
from leads.price_selectors import in_force
from leads.price_sheets import PriceRow, shipped
from tests.leads.quoting import SMALL, price_list, price_row


def sheet_of(rows, headings=None) -> price_sheets.PriceSheet:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for y, row in enumerate([headings or ["编码", "工种", "项目名称", "单位", "人工单价", "材料单价", "成本单价", "数量规则", "适用房间"], *rows]):
        for x, value in enumerate(row):
            sheet.write(y, x, value)
    book.close()
    return price_sheets.read_sheet(sheets.read_bytes(out.getvalue()))


# --- the list that ships ---------------------------------------------------------------------------------------------


def test_the_list_that_ships_has_about_120_items_in_every_trade():
    rows = shipped()

    assert 110 <= len(rows) <= 130
    assert {row.trade for row in rows} == {trade.value for trade in Trade} - {"other"}
    assert len({row.code for row in rows}) == len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("row", shipped(), ids=lambda row: row.code)
def test_every_item_that_ships_is_whole(row):
    kinds = {*RoomKind.values, "whole"}
    assert row.labour >= 0 and row.material >= 0
    assert Decimal("0.10") <= (row.price - row.cost) / row.price <= Decimal("0.55")
    assert row.quantity_from in QuantityFrom.values
    assert set(row.room_kinds.split()) <= kinds
    assert set(row.usual_kinds.split()) <= (set(row.room_kinds.split()) or kinds)
    assert len(row.craft) >= 10
    if row.quantity_from in ("home", "once"):
        assert row.room_kinds == "whole"
    if row.quantity_from == "fixed":
        assert row.usual_kinds == ""


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_new_version_takes_the_place_of_the_one_before_on_its_day(cast):
    first = price_list(cast)
    second = price_list(cast, valid_from=date(2026, 12, 1))

    first.refresh_from_db()
    assert (first.version, second.version) == (1, 2)
    assert (first.valid_until, second.valid_until) == (date(2026, 12, 1), None)
    assert in_force(cast.store, date(2026, 11, 30)) == first
    assert in_force(cast.store, date(2026, 12, 1)) == second
    assert in_force(cast.store, date(2025, 12, 31)) is None


def test_a_store_with_a_list_of_its_own_quotes_by_that(cast):
    company = price_list(cast)
    own = price_list(cast, store=cast.store)

    assert in_force(cast.store, date(2026, 11, 24)) == own
    assert in_force(cast.other.store, date(2026, 11, 24)) == company


def test_a_version_cannot_start_on_or_before_the_day_of_the_one_in_force(cast):
    price_list(cast)

    with pytest.raises(Refused):
        price_list(cast, valid_from=date(2026, 1, 1))
    assert PriceList.objects.count() == 1


def test_an_empty_list_and_a_code_twice_are_refused(cast):
    with pytest.raises(Refused):
        price_list(cast, [])
    with pytest.raises(Refused):
        price_list(cast, [price_row(), price_row(name="other")])


def test_publishing_issues_the_paper_of_the_list_without_costs(cast):
    price_list(cast)
    price_list(cast, [price_row(labour=Decimal(13)), *SMALL[2:], price_row(code="T-09", name="新项目")], valid_from=date(2026, 12, 1))

    paper = Paper.objects.order_by("-id")[0]
    assert (paper.kind, paper.ref) == ("P06", "P06-CX-2026-0002")
    assert paper.body["changes"] == "新增 1 项，取消 1 项，调价 1 项"
    assert "17.00" not in paper.content


def test_two_lists_in_force_on_one_day_are_refused_by_the_database(cast):
    price_list(cast)

    with pytest.raises(IntegrityError, match="leads_pricelist_one_in_force"), transaction.atomic():
        PriceList.objects.create(name="x", version=9, valid_from=date(2026, 6, 1), by=cast.estimator, at=cast.at)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_priceitem SET cost = 1",
        "DELETE FROM leads_priceitem",
        "UPDATE leads_pricelist SET valid_from = '2020-01-01'",
        "DELETE FROM leads_pricelist",
    ],
)
def test_a_published_list_is_frozen_by_the_database(cast, attack):
    price_list(cast)

    with pytest.raises(Exception, match=r"evidence|frozen|permission"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert PriceItem.objects.filter(cost=Decimal(17)).exists()


# --- Excel -----------------------------------------------------------------------------------------------------------


def test_the_list_goes_out_to_excel_and_comes_back_the_same():
    rows = shipped()

    found = price_sheets.read_sheet(sheets.read_bytes(price_sheets.workbook(rows, title="报价单", with_cost=True)))

    assert (found.faults, found.rows) == ([], rows)


def test_without_the_right_to_see_costs_the_sheet_has_none():
    book = sheets.read_bytes(price_sheets.workbook(SMALL, title="报价单", with_cost=False))

    assert "成本单价" not in [cell.text for cell in book.sheets[0].rows[0]]


def test_every_fault_of_a_sheet_is_named_by_row_and_column():
    found = sheet_of([
        ["A1", "油漆", "好的", "㎡", 10, 5, 9, "墙面面积", "客厅、卧室"],
        ["A1", "油漆", "重复", "㎡", 10, 5, 9, "", ""],
        ["A2", "风水", "工种不对", "㎡", 10, 5, 9, "", ""],
        ["A3", "油漆", "", "㎡", "十元", 5, 9, "", ""],
        ["A4", "油漆", "没有成本", "㎡", 10, 5, None, "", ""],
        ["A5", "油漆", "每户的", "项", 10, 5, 9, "每户", "客厅"],
        ["A6", "油漆", "房间不对", "㎡", 10, 5, 9, "", "车库"],
        ["A7", "油漆", "没有价", "㎡", 0, 0, 0, "", ""],
    ])  # fmt: skip

    assert [row.code for row in found.rows] == ["A1"]
    assert [(fault.row, fault.column, fault.code) for fault in found.faults] == [
        (3, "编码", "code_twice"), (4, "工种", "unknown_word"), (5, "项目名称", "missing"), (5, "人工单价", "no_number"), (6, "成本单价", "missing"),
        (7, "适用房间", "rule_of_home"), (8, "适用房间", "unknown_word"), (9, "人工单价", "price_missing"),
    ]  # fmt: skip


def test_a_sheet_without_its_headings_says_so():
    assert [fault.code for fault in sheet_of([["x"]], ["甲", "乙"]).faults] == ["no_heading"]
    assert [(f.column, f.code) for f in sheet_of([["A1", "x", "㎡"]], ["编码", "名称", "单位"]).faults] == [
        ("工种", "column_missing"), ("成本单价", "column_missing"),
    ]  # fmt: skip


def test_a_list_with_only_the_whole_price_is_read_and_one_that_does_not_add_up_is_not():
    head = ["编码", "工种", "名称", "单位", "综合单价", "成本"]
    (row,) = sheet_of([["A1", "主材", "门", "樘", "¥2,180.00", 1560]], head).rows
    assert (row.labour, row.material) == (Decimal(0), Decimal("2180.00"))

    found = sheet_of([["A1", "主材", "门", "樘", 100, 1560, 60, 50]], [*head, "人工", "材料"])
    assert [fault.code for fault in found.faults] == ["price_not_sum"]


def test_what_a_new_list_changes_is_named_item_by_item():
    before = [price_row(), price_row(code="B", name="乙"), price_row(code="C", name="丙")]
    after = [price_row(labour=Decimal("13.30")), price_row(code="B", name="乙", cost=Decimal(18)), price_row(code="D", name="丁")]

    found = price_sheets.changes(before, after)

    assert [(each.kind, each.code, each.percent) for each in found] == [
        ("price", "T-01", Decimal("5.0")), ("changed", "B", Decimal(0)), ("added", "D", None), ("removed", "C", None),
    ]  # fmt: skip


def test_a_row_survives_its_way_through_json():
    for row in shipped():
        assert PriceRow.from_json(row.as_json()) == row
