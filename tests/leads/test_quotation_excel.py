"""A quotation out as Excel and back in: nothing is applied before “take over”, and every fault is a sentence at its row (P05)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from core import sheets
from core.refusals import Refused
from leads import services as leads
from leads.models import Quotation
from leads.quotation_sheets import SheetChanges, read, workbook
from leads.services import Change
from leads.services.packages import PackageContent, PackageRow
from tests.leads import quoting
from tests.leads import standing as all_tests

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = list[dict[str, Any]]


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.select_related("lead", "lead__home", "price_list").get(pk=quotation.pk)


def exported(quotation: Quotation, *, with_cost: bool = False) -> Rows:
    """The sheet as a person sees it: one mapping a row."""
    rows = sheets.read_bytes(workbook(quotation, with_cost=with_cost)).sheets[0].rows
    heads = [cell.text for cell in rows[0]]
    return [{head: row[x].text if x < len(row) else "" for x, head in enumerate(heads)} for row in rows[1:]]


def sheet(rows: Rows, *, formulas: tuple[str, ...] = ()) -> bytes:
    """A workbook of these rows; columns named in `formulas` are written as formulas."""
    heads = list(rows[0]) if rows else ["房间", "编码", "数量"]
    if not formulas:
        return sheets.write([sheets.Column(head, lambda row, head=head: row.get(head, "")) for head in heads], rows)
    import io

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for x, head in enumerate(heads):
        page.write_string(0, x, head)
        for y, row in enumerate(rows, start=1):
            (page.write_formula if head in formulas else page.write_string)(y, x, f"=1+{y}" if head in formulas else str(row.get(head, "")))
    book.close()
    return out.getvalue()


def reading(quotation: Quotation, rows: Rows, **more: Any) -> SheetChanges:
    found = fresh(quotation)
    return read(sheets.read_bytes(sheet(rows, **more)), found, found.lead)


def at(rows: Rows, room: str, code: str) -> dict[str, Any]:
    return next(row for row in rows if (row["房间"], row["编码"]) == (room, code))


def faults(found: SheetChanges) -> list[tuple[int, str]]:
    return [(fault.row, fault.code) for fault in found.faults]


standing = all_tests.standing(draft=quoting.drafted, rows=lambda cast: exported(Quotation.objects.get()))


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def draft(standing: Any, db: None) -> Quotation:
    """The draft that stands for all tests, by the small list."""
    return all_tests.fresh(standing.draft)


@pytest.fixture
def rows(standing: Any) -> Rows:
    """Its sheet, untouched."""
    return deepcopy(standing.rows)


# --- what an edited sheet changes ------------------------------------------------------------------------------------


def test_an_untouched_sheet_changes_nothing(cast, draft, rows):
    found = reading(draft, rows)

    assert (found.is_empty, found.unchanged, found.faults) == (True, 6, [])
    with pytest.raises(Refused):
        leads.take_over_sheet(draft, found=found, by=cast.designer, at=cast.at)


def test_changed_removed_added_and_unchanged_rows_are_told_and_taken_over_in_one_act(cast, draft, rows):
    at(rows, "客厅", "T-01").update({"数量": "40", "调整原因": "电视墙另做"})
    rows.remove(at(rows, "卫生间", "T-02"))
    rows.append({"房间": "客厅", "编码": "T-03", "数量": "3.2", "说明": "拆门垛"})
    before = fresh(draft).subtotal

    found = reading(draft, rows)

    assert [(each.line.item.code, each.quantity, each.reason) for each in found.changed] == [("T-01", Decimal(40), "电视墙另做")]
    assert [(each.item.code, each.room.name, each.amount) for each in found.added] == [("T-03", "客厅", Decimal("83.20"))]
    assert [line.item.code for line in found.removed] == ["T-02"]
    assert (found.unchanged, fresh(draft).subtotal) == (4, before)

    leads.take_over_sheet(draft, found=found, by=cast.designer, at=cast.at)

    after = fresh(draft)
    assert after.subtotal == before - Decimal("121.16") - Decimal("373.68") + Decimal("83.20")
    assert after.lines.get(item__code="T-03").note == "拆门垛"


def test_a_new_row_without_a_quantity_takes_the_computed_one(cast, draft):
    leads.remove_lines(draft, lines=[draft.lines.get(room__name="厨房").pk], by=cast.designer, at=cast.at)
    rows = [*exported(draft), {"房间": "厨房", "编码": "T-02"}]

    assert [each.quantity for each in reading(draft, rows).added] == [Decimal("7.16")]


def test_an_emptied_quantity_goes_back_to_the_computed_one(cast, draft):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    leads.revise_lines(draft, changes=[Change(wall.pk, Decimal(40), "电视墙另做")], by=cast.designer, at=cast.at)
    rows = exported(draft)
    at(rows, "客厅", "T-01").update({"数量": "", "调整原因": ""})

    assert [(each.quantity, each.reason) for each in reading(draft, rows).changed] == [(Decimal("44.66"), "")]


# --- what is wrong with a sheet --------------------------------------------------------------------------------------


def _set(**cells: str) -> Callable[[Rows], None]:
    return lambda rows: at(rows, "客厅", "T-01").update(cells)


def _add(**cells: str) -> Callable[[Rows], None]:
    return lambda rows: rows.append(cells)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_add(房间="客厅", 编码="Z-99", 数量="1"), "unknown_code"),
        (_add(房间="地窖", 编码="T-03", 数量="1"), "unknown_room"),
        (_add(房间="客厅", 编码="T-02", 数量="1"), "not_suited"),
        (_add(房间="客厅", 编码="T-04", 数量="1"), "not_suited"),
        (_add(房间="客厅", 编码="T-01", 数量="1"), "there_already"),
        (_add(房间="客厅", 编码="T-03"), "quantity_missing"),
        (_add(房间="客厅", 编码="T-03", 数量="1", 单价="1"), "price_changed"),
        (_set(单价="1"), "price_changed"),
        (_set(数量="很多"), "no_number"),
        (_set(数量="0"), "out_of_range"),
        (_set(数量="-3"), "out_of_range"),
        (_set(数量="100000"), "out_of_range"),
        (_set(数量="1.234"), "out_of_range"),
        (_set(数量="40"), "reason_missing"),
        (_set(编码="T-03"), "code_changed"),
        (_set(房间="主卧"), "code_changed"),
        (_set(**{"标识（勿改）": "abc"}), "mark"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_cannot_be_taken_says_why(draft, rows, edit, code):
    edit(rows)

    assert [each for _row, each in faults(reading(draft, rows))] == [code]


def test_a_row_that_stands_twice_is_named(draft, rows):
    assert faults(reading(draft, [*rows, rows[0]])) == [(8, "twice")]


def test_formulas_are_not_read(draft, rows):
    found = reading(draft, rows, formulas=("数量",))

    assert faults(found) == [(row, "formula") for row in range(2, 8)]


def test_the_sheet_of_another_quotation_is_refused(cast, rows):
    quotation = quoting.drafted(cast, phones=["13700000001"])

    assert {code for _row, code in faults(reading(quotation, rows))} == {"other_quotation"}


def test_a_sheet_of_an_older_state_of_the_draft_is_refused_with_one_sentence(cast, draft, rows):
    leads.remove_lines(draft, lines=[draft.lines.get(item__code="T-05").pk], by=cast.designer, at=cast.at)

    assert faults(reading(draft, rows)) == [(2, "older")]


def test_a_draft_that_changed_between_look_and_word_is_not_overwritten(cast, draft, rows):
    rows.remove(at(rows, "厨房", "T-02"))
    found = reading(draft, rows)
    leads.remove_lines(draft, lines=[draft.lines.get(item__code="T-05").pk], by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        leads.take_over_sheet(draft, found=found, by=cast.designer, at=cast.at)
    assert draft.lines.filter(room__name="厨房").exists()


def test_a_sheet_with_nothing_or_no_headings_says_so(draft):
    assert faults(reading(draft, [])) == [(1, "empty")]
    assert faults(reading(draft, [{"甲": "1", "乙": "2"}])) == [(0, "no_heading")]


def test_a_line_that_went_while_its_alternative_stays_is_named(cast, draft):
    base = draft.lines.get(room__name="厨房")
    wall = leads.Wanted(quoting.item(draft, "T-03"), None, Decimal(2))
    leads.offer_alternatives(draft, line=base.pk, wanted=[wall], by=cast.designer, at=cast.at)
    rows = exported(draft)
    rows.remove(at(rows, "厨房", "T-02"))

    assert faults(reading(draft, rows)) == [(0, "has_alternatives")]


def test_the_package_gives_no_more_than_it_includes(cast, draft):
    row = PackageRow("K-1", "厨房包", [PackageContent("kitchen", "T-02")], fixed=Decimal(5000))
    package = leads.publish_packages(draft.price_list, packages=[row], by=cast.estimator, at=cast.at)[0]
    leads.apply_package(draft, package=package, by=cast.designer, at=cast.at)
    rows = exported(draft)
    at(rows, "厨房", "T-02").update({"数量": "9", "调整原因": "多铺"})

    assert [code for _row, code in faults(reading(draft, rows))] == ["package_most"]
    with pytest.raises(Refused):
        leads.revise_lines(
            draft, changes=[Change(draft.lines.get(part="package").pk, Decimal(9), "多铺")], by=cast.designer, at=cast.at
        )


# --- through the pages -----------------------------------------------------------------------------------------------


def test_the_designer_brings_a_sheet_in_looks_and_takes_it_over(cast, draft, rows):
    client = cast.client(cast.designer)
    address = f"/leads/{draft.lead.ref}/quotations/1/"
    rows.remove(at(rows, "主卧", "T-05"))

    assert client.get(f"{address}sheets/").status_code == 200
    answer = client.post(f"{address}sheets/", {"file": SimpleUploadedFile("报价.xlsx", sheet(rows), content_type=XLSX)})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}sheets/preview/")
    assert "室内门" in client.get(f"{address}sheets/preview/").content.decode()
    assert draft.lines.filter(item__code="T-05").exists()
    assert client.post(f"{address}sheets/preview/").status_code == 302

    assert not draft.lines.filter(item__code="T-05").exists()
    assert client.get(f"{address}sheets/preview/").status_code == 302


def test_a_wrong_sheet_comes_back_with_its_faults_and_nothing_is_kept(cast, draft, rows):
    client = cast.client(cast.designer)
    address = f"/leads/{draft.lead.ref}/quotations/1/sheets/"
    at(rows, "客厅", "T-01").update({"单价": "1"})

    answer = client.post(address, {"file": SimpleUploadedFile("x.xlsx", sheet(rows), content_type=XLSX)})
    assert (answer.status_code, "单价以统一报价单为准" in answer.content.decode()) == (422, True)
    assert client.post(address, {"file": SimpleUploadedFile("x.xlsx", b"nonsense")}).status_code == 422
    assert client.get(f"{address}preview/").status_code == 302


def test_an_issued_version_is_exported_for_reading_and_takes_no_sheet(cast, draft):
    quotation = quoting.issued(cast, draft)
    client = cast.client(cast.customer_manager)

    assert client.get(f"/leads/{quotation.lead.ref}/quotations/1/export/")["Content-Type"] == XLSX
    assert cast.client(cast.designer).get(f"/leads/{quotation.lead.ref}/quotations/1/sheets/").status_code == 302
