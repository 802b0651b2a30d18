"""The reader of customer lists: the sample of a real shop, and lists of the same kind in other hands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core import sheets
from leads import customer_list_cells as cells
from leads.customer_list import CustomerList, read_list
from leads.customer_list_headings import field_of

SAMPLES = Path(__file__).parent.parent / "samples"
HEAD = ["序号", "登记日期", "客户姓名", "联系电话", "小区", "房号", "面积", "备注"]


@dataclass
class Sheet:
    rows: Sequence[Sequence[object]]
    name: str = "客户登记"
    merged: Sequence[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


def listed(*rows: Sequence[object], head: Sequence[object] = HEAD, title: str = "2026年客户登记表", **more: object) -> CustomerList:
    """A list with a title, a heading row and these rows; the first stands in row 3."""
    return read_list([Sheet([[title], list(head), *rows], **more)])  # type: ignore[arg-type]


def days(*values: object, title: str = "2026年客户登记表", today: date | None = None) -> list[date | None]:
    rows = [[i, value, f"客{'甲乙丙丁戊己庚辛'[i]}", f"1380000100{i}"] for i, value in enumerate(values)]
    return [entry.day for entry in read_list([Sheet([[title], HEAD[:4], *rows])], today=today).entries]


# --- the sample ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> CustomerList:
    book = sheets.read(SAMPLES / "customer_list_2026.xlsx")
    return read_list(book.sheets, filename="customer_list_2026.xlsx")


def test_the_sample_is_read_as_expected(sample):
    expected = json.loads((SAMPLES / "customer_list_2026.expected.json").read_text())

    report = sample.report()

    assert {name: report[name] for name in expected} == expected
    assert set(report) == {"rows", "good", "bad", "duplicates", "two_phones", "cell_warnings"}
    assert json.loads(json.dumps(report)) == report


def test_the_sample_has_151_customers_in_155_homes(sample):
    assert len({entry.twin or entry.key for entry in sample.good}) == 151


def test_subtotals_and_the_sheet_of_void_rows_are_no_customers(sample):
    assert [(aside.sheet, aside.row, aside.why) for aside in sample.asides] == [
        ("客户登记", 44, "subtotal"), ("客户登记", 85, "subtotal"), ("客户登记", 126, "subtotal"), ("客户登记", 167, "subtotal"),
        ("作废", 0, "set_aside"),
    ]  # fmt: skip


def test_every_good_row_of_the_sample_has_a_day_in_the_first_half_of_2026_in_the_order_of_the_list(sample):
    found = [entry.day for entry in sample.good]

    assert found == sorted(found)
    assert (found[0], found[-1]) == (date(2026, 1, 6), date(2026, 6, 30))


def test_cells_that_are_not_certain_stay_text_and_carry_a_doubt(sample):
    by_row = {entry.row: entry for entry in sample.entries}

    assert (by_row[5].budget, by_row[5].budget_text) == (None, "十几万")
    assert (by_row[9].area, by_row[9].area_text) == (None, "建面138/套内110")
    assert [(p.number, p.note) for p in by_row[11].phones] == [("16207378836", "老婆的")]
    assert [p.number for p in by_row[8].phones] == ["19162743732", "17751196413"]
    assert by_row[12].note == "已交定金5000"
    assert by_row[7].note == '=HYPERLINK("http://x","点我")'
    codes = {(w[0], w[1], w[2]) for w in sample.report()["cell_warnings"]}
    assert {(5, "M", "budget_text"), (9, "G", "area_both"), (11, "D", "phone_note"), (8, "D", "two_phones"),
            (12, "N", "note_money"), (7, "N", "formula"), (12, "G", "area_about")} <= codes  # fmt: skip


# --- lists of the same kind ----------------------------------------------------------------------------------------


def test_headings_in_another_order_and_other_words():
    found = read_list([Sheet([
        [], ["XX装饰城西店"], [],
        ["业主", "楼盘名称", "楼栋号", "单元", "房间号", "建筑面积(㎡)", "手机号码", "来访时间",
            "信息来源", "业务员", "主案设计师", "装修预算（万元）", "几室几厅", "跟进情况"],
        ["张三丰", "翡翠湾", "8栋", "1单元", "601", "120平方", "138 0013 8000", "2026-3-5", "抖音", "韩雪", "林晓东", 15, "三室两厅", "想看样板间"],
    ])])  # fmt: skip

    (entry,) = found.good
    assert (entry.row, entry.name, entry.phones[0].number, entry.day) == (5, "张三丰", "13800138000", date(2026, 3, 5))
    assert (entry.estate, entry.building, entry.unit, entry.room) == ("翡翠湾", "8", "1", "601")
    assert (entry.area, entry.budget, entry.layout) == (Decimal("120.00"), Decimal("150000.00"), "三室两厅")
    assert (entry.source, entry.manager, entry.designer, entry.note) == ("抖音", "韩雪", "林晓东", "想看样板间")


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("客户姓名", "name"), ("客 户", "name"), ("业主姓名*", "name"), ("客户/业主", "name"), ("称呼", "name"), ("联系方式", "phone"), ("手机", "phone"),
        ("电话（必填）", "phone"), ("手机/电话", "phone"), ("备用电话", "phone2"), ("小区/楼盘",
            "estate"), ("楼栋房号", "room"), ("房号", "room"), ("㎡", "area"),
        ("面积\n(平米)", "area"), ("客户来源", "source"), ("意向\n(A/B/C/D)", "intent"),
            ("接待人", "manager"), ("设计师姓名", "designer"), ("预算(万)", "budget"),
        ("备注", "note"), ("交房时间", ""), ("量房日期", ""), ("意向金", ""), ("身份证号", ""), ("姓名/电话", "name_phone"), ("登记日期", "date"), ("微信", ""),
    ],
)  # fmt: skip
def test_a_heading_means_a_field(heading, meant):
    assert field_of(heading) == meant


def test_a_column_that_means_nothing_known_is_kept_with_the_note():
    (entry,) = listed(["张三丰", "13800138000", "2026年底", "好说话"], head=["姓名", "电话", "交房时间", "备注"]).good

    assert entry.note == "好说话\n交房时间：2026年底"


def test_group_headings_over_two_rows():
    found = read_list([Sheet([
        ["客户信息", None, "房屋信息", None, "备注"],
        ["姓名", "电话", "小区", "面积", None],
        ["张三丰", "13800138000", "翡翠湾", 89, "急"],
    ], merged=[(1, 1, 1, 2), (1, 3, 1, 4), (1, 5, 2, 5)])])  # fmt: skip

    (entry,) = found.good
    assert (entry.row, entry.estate, entry.area, entry.note) == (3, "翡翠湾", Decimal("89.00"), "急")


def test_cells_merged_over_rows_stand_in_each_of_them():
    found = listed(
        [1, "3月5日", "张三丰", "13800138000", "翡翠湾", "3-2-1501", 89],
        [2, None, "李莫愁", "13800138001", None, "3-2-1502", 92],
        merged=[(3, 2, 4, 2), (3, 5, 4, 5)],
    )

    assert [(entry.day, entry.estate) for entry in found.good] == [(date(2026, 3, 5), "翡翠湾")] * 2


def test_sheets_by_month_are_one_list_whose_rows_are_named_with_their_sheet():
    head = ["姓名", "电话", "日期"]
    found = read_list([
        Sheet([["2026年客户"], head, ["张三丰", "13800138000", "5日"], ["李莫愁", None, "6日"]], name="3月"),
        Sheet([["2026年客户"], head, ["周芷若", "13800138000", "7"]], name="4月"),
        Sheet([["统计"], ["来源", "数量"], ["抖音", 3]], name="统计"),
    ])  # fmt: skip

    assert [(entry.key, entry.day) for entry in found.good] == [(("3月", 3), date(2026, 3, 5)), (("4月", 3), date(2026, 4, 7))]
    assert found.report()["bad"] == [["3月!4", "phone_missing"]]
    assert found.report()["duplicates"] == [["4月!3", "3月!3"]]
    assert [(aside.sheet, aside.why) for aside in found.asides] == [("统计", "no_heading")]


def test_a_month_heading_between_the_rows_is_no_customer_and_dates_the_rows_below_it():
    found = listed(["3月"], [1, "5日", "张三丰", "13800138000"], ["4月份"], [2, "6号", "李莫愁", "13800138001"], [None, "合计", "2户"])

    assert [(entry.row, entry.day) for entry in found.good] == [(4, date(2026, 3, 5)), (6, date(2026, 4, 6))]
    assert [(aside.row, aside.why) for aside in found.asides] == [(3, "month_heading"), (5, "month_heading"), (7, "subtotal")]


def test_a_repeated_heading_empty_numbered_rows_and_footers_are_no_customers():
    found = listed([1, "3月5日", "张三丰", "13800138000"], HEAD, [2, "3月6日", "李莫愁",
        "13800138001"], [3], [4], ["制表人：韩雪"], [None, None, "以上为三月份客户名单"])

    assert [entry.row for entry in found.entries] == [3, 5]
    assert [aside.why for aside in found.asides] == ["heading_again", "note", "note"]


def test_a_second_table_with_another_heading_order_is_read_by_its_own_heading():
    found = listed([1, "3月5日", "张三丰", "13800138000", "翡翠湾"], [], ["电话", "姓名", "楼盘", "日期"], ["13800138001", "李莫愁", "阳光100", "3月6日"])

    assert [(entry.name, entry.estate, entry.day) for entry in found.good] == [
        ("张三丰", "翡翠湾", date(2026, 3, 5)), ("李莫愁", "阳光100", date(2026, 3, 6)),
    ]  # fmt: skip


def test_name_and_telephone_in_one_column():
    (entry,) = listed(["张三丰 13800138000", "翡翠湾"], head=["客户姓名/电话", "小区"]).good

    assert (entry.name, entry.phones[0].number, entry.estate) == ("张三丰", "13800138000", "翡翠湾")


def test_a_second_telephone_in_a_column_of_its_own():
    (entry,) = listed(["张三丰", "13800138000", "13900139000"], head=["姓名", "电话", "备用电话"]).good

    assert [each.number for each in entry.phones] == ["13800138000", "13900139000"]


def test_ditto_marks_take_the_cell_above_with_a_doubt():
    found = listed([1, "3月5日", "张三丰", "13800138000", "翡翠湾"], [2, "同上", "李莫愁", "13800138001", "〃"])

    entry = found.good[1]
    assert (entry.day, entry.estate) == (date(2026, 3, 5), "翡翠湾")
    assert {(doubt.field, doubt.code) for doubt in entry.doubts} == {("date", "ditto"), ("estate", "ditto")}


def test_the_same_entry_written_twice_is_a_problem_and_no_second_home():
    row = ["3月5日", "张三丰", "13800138000", "翡翠湾", "3-2-1501"]
    found = listed([1, *row], [2, *row])

    assert [(entry.row, entry.problems[0].code) for entry in found.bad] == [(4, "repeated_row")]


def test_the_same_telephone_with_the_same_home_on_another_day_is_kept_with_a_doubt():
    found = listed([1, "3月5日", "张三丰", "13800138000", "翡翠湾", "3-2-1501"], [2, "4月5日", "张三丰", "138-0013-8000", "翡翠湾", "3-2-1501"])

    assert found.good[1].twin == ("客户登记", 3)
    assert [doubt.code for doubt in found.good[1].doubts] == ["same_home"]


def test_three_homes_of_one_customer_all_name_the_first_row():
    found = listed(*([n, f"3月{n}日", "张三丰", "13800138000", estate] for n, estate in enumerate(["甲", "乙", "丙"], 1)))

    assert found.report()["duplicates"] == [[4, 3], [5, 3]]


def test_a_bad_row_owns_no_telephone():
    found = listed([1, "3月5日", None, "13800138000", "甲园"], [2, "3月6日", "张三丰", "13800138000", "乙园"])

    assert found.report()["duplicates"] == []
    assert found.report()["bad"] == [[3, "name_missing"]]


def test_a_workbook_without_a_list_has_no_rows_and_says_what_it_found():
    found = read_list([Sheet([["来源", "数量"], ["抖音", 3]]), Sheet([["姓名", "电话"], ["张三丰", "13800138000"]], name="旧", hidden=True)])

    assert found.entries == ()
    assert [(aside.sheet, aside.why) for aside in found.asides] == [("客户登记", "no_heading"), ("旧", "hidden_sheet")]


# --- single cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (13800138000, ["13800138000"]), (13800138000.0, ["13800138000"]), ("13800138000.0", ["13800138000"]), ("１３８００１３８０００", ["13800138000"]),
        ("+86 13800138000", ["13800138000"]), ("+86-138-0013-8000", ["13800138000"]),
            ("0086 138 0013 8000", ["13800138000"]), ("138.0013.8000", ["13800138000"]),
        ("138－0013－8000", ["13800138000"]), ("'13800138000", ["13800138000"]), ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("13800138000、13900139000", ["13800138000", "13900139000"]), ("13800138000 13900139000", ["13800138000", "13900139000"]),
        ("13800138000\n13900139000", ["13800138000", "13900139000"]), ("1380013800013900139000", ["13800138000", "13900139000"]),
        ("13800138000或13900139000", ["13800138000", "13900139000"]), ("13800138000/13800138000", ["13800138000"]), ("0571-88001234", ["057188001234"]),
        ("（0571）88001234", ["057188001234"]), ("0571-88001234转801", ["057188001234x801"]), ("0571-88001234-801", ["057188001234x801"]),
        ("电话：13800138000", ["13800138000"]), ("13800138000 尾号8000", ["13800138000"]),
    ],
)  # fmt: skip
def test_telephones_are_read(cell, found):
    read = cells.read_phones(cell)

    assert ([each.number for each in read.numbers], read.problem) == (found, "")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (None, "phone_missing"), ("", "phone_missing"), ("无", "phone_missing"), ("待补", "phone_missing"), ("1315146408", "phone_length"),
        (131514640812, "phone_length"), ("138****8000", "phone_masked"), ("88001234", "phone_length"), ("12345678901", "phone_prefix"),
    ],
)  # fmt: skip
def test_telephones_that_cannot_be_dialled_are_a_problem(cell, problem):
    assert cells.read_phones(cell).problem == problem


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("16207378836（老婆的）", ["老婆的"]), ("13800138000老公 13900139000老婆", ["老公", "老婆"]), ("老公13800138000，老婆13900139000", ["老公", "老婆"]),
        ("手机：13800138000", [""]), ("13800138000 晚上打", ["晚上打"]),
    ],
)  # fmt: skip
def test_words_in_a_telephone_cell_are_its_note(cell, notes):
    assert [each.note for each in cells.read_phones(cell).numbers] == notes


def test_a_second_number_that_cannot_be_dialled_is_a_doubt_not_a_loss():
    read = cells.read_phones("13800138000/1390013900")

    assert ([each.number for each in read.numbers], read.doubts) == (["13800138000"], ("phone_rest",))


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 3, 5), datetime(2026, 3, 5, 14, 30), 46086, 46086.5, "46086",
            "2026-3-5", "2026/03/05", "2026.3.5", "2026年3月5日", "２０２６年３月５日", "26.3.5",
        "26年3月5号", 20260305, "20260305", "2026-03-05 14:30", "2026-03-05T14:30:00", "2026年3月5日 星期四", "2026年三月五日", " 2026-3-5 ", "2026-3-5下午3点",
    ],
)  # fmt: skip
def test_dates_are_read(cell):
    read = cells.read_day(cell)

    assert (read.day, read.problem, read.doubts) == (date(2026, 3, 5), "", ())


@pytest.mark.parametrize("cell", ["2026年13月2日", "2026-02-30", "13月5日", "2月30日", "2026.0.5", date(1900, 1, 5), "20261302", "2026/6/31"])
def test_days_that_cannot_exist_are_a_problem(cell):
    assert cells.read_day(cell).problem == "date_impossible"


@pytest.mark.parametrize("cell", ["3.5", "3月5日", "3-5", "3/5", "03-05", "3月5号", 3.5, "三月五日", "3月5日上午"])
def test_a_date_without_a_year_takes_it_from_the_title(cell):
    assert days(cell) == [date(2026, 3, 5)]


def test_a_date_without_a_year_takes_it_from_its_neighbours_over_new_year():
    found = days("2025-12-28", "12月30日", "1月2日", "2026-01-04", "1月5日", title="客户登记表")

    assert found == [date(2025, 12, 28), date(2025, 12, 30), date(2026, 1, 2), date(2026, 1, 4), date(2026, 1, 5)]


def test_a_year_that_nothing_tells_is_the_last_such_day_with_a_doubt():
    rows = [HEAD[:4], [1, "12月3日", "张三丰", "13800138000"]]
    (entry,) = read_list([Sheet(rows)], today=date(2026, 11, 24)).entries

    assert entry.day == date(2025, 12, 3)
    assert [doubt.code for doubt in entry.doubts] == ["date_year"]


def test_a_year_in_the_name_of_the_file_counts():
    rows = [HEAD[:4], [1, "12月3日", "张三丰", "13800138000"]]

    assert read_list([Sheet(rows)], filename="客户表2024.xlsx").entries[0].day == date(2024, 12, 3)


def test_the_29th_of_february_without_a_year_must_exist_in_the_year_that_is_meant():
    (entry,) = listed([1, "2月29日", "张三丰", "13800138000"]).entries

    assert [problem.code for problem in entry.problems] == ["date_impossible"]


def test_a_date_that_is_no_date_is_kept_with_the_note_and_a_doubt():
    (entry,) = listed([1, "春节前", "张三丰", "13800138000"]).good

    assert (entry.day, entry.note, [d.code for d in entry.doubts if d.field == "date"]) == (None, "日期：春节前", ["date_unread"])


def test_a_day_in_the_future_is_a_doubt():
    (entry,) = read_list([Sheet([HEAD[:4], [1, "2026-12-30", "张三丰", "13800138000"]])], today=date(2026, 11, 24)).good

    assert [doubt.code for doubt in entry.doubts] == ["date_future"]


@pytest.mark.parametrize(
    ("cell", "name", "title"),
    [
        (" 李芳 ", "李芳", ""), ("曹娟先生", "曹娟", "先生"), ("郭女士", "郭女士", ""),
            ("黎总", "黎总", ""), ("张 三", "张三", ""), ("欧阳静（女士）", "欧阳静", "女士"),
        ("王大锤(老客户)", "王大锤", ""), ("ＭＩＫＥ", "MIKE", ""),
    ],
)  # fmt: skip
def test_names_are_read(cell, name, title):
    read = cells.read_name(cell)

    assert (read.name, read.title, read.problem) == (name, title, "")


@pytest.mark.parametrize("cell", [None, "", "  ", "无", "-", "？", 12, "先生"])
def test_a_row_without_a_name_is_a_problem(cell):
    assert cells.read_name(cell).problem == "name_missing"


@pytest.mark.parametrize(
    ("cell", "number", "doubts"),
    [
        (96, "96.00", ()), ("118.5", "118.50", ()), ("89㎡", "89.00", ()), ("89平", "89.00", ()), ("89 m²", "89.00", ()), ("建面120", "120.00", ()),
        ("约199", "199.00", ("area_about",)), ("120左右", "120.00", ("area_about",)),
            ("建面138/套内110", None, ("area_both",)), ("套内110", None, ("area_text",)),
        ("120-130", None, ("area_text",)), ("一百多", None, ("area_text",)), (0, None, ("area_odd",)), (99999, None, ("area_odd",)), (None, None, ()),
    ],
)  # fmt: skip
def test_areas_are_read(cell, number, doubts):
    read = cells.read_area(cell)

    assert (read.number, read.doubts) == (Decimal(number) if number else None, doubts)
    assert read.text == cells.text_of(cell)


@pytest.mark.parametrize(
    ("cell", "unit", "number", "doubts"),
    [
        (20, "万", "200000.00", ()), ("15万", "", "150000.00", ()), ("15W", "", "150000.00",
            ()), (150000, "", "150000.00", ()), ("150,000元", "万", "150000.00", ()),
        (15, "", None, ("budget_unit",)), (150000, "万", None, ("budget_unit",)), ("十几万",
            "万", None, ("budget_text",)), ("待定", "万", None, ("budget_text",)),
        ("10-15万", "万", None, ("budget_text",)), (None, "万", None, ()),
    ],
)  # fmt: skip
def test_budgets_are_read(cell, unit, number, doubts):
    read = cells.read_budget(cell, unit)

    assert (read.number, read.doubts) == (Decimal(number) if number else None, doubts)


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("12栋1单元902", ("12", "1", "902")), ("8#1-601", ("8", "1", "601")), ("3-2-1501", ("3", "2", "1501")), ("A座 2703", ("A", "", "2703")),
        ("8号楼2单元601室", ("8", "2", "601")), ("12-902", ("12", "", "902")), ("联排 6 号",
            ("", "", "联排 6 号")), ("1102", ("", "", "1102")), (None, ("", "", "")),
    ],
)  # fmt: skip
def test_places_are_read(cell, place):
    read = cells.read_place(cell)

    assert (read.building, read.unit, read.room) == place
