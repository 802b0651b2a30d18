"""A customer list on its way in: preview, correction, confirmation, withdrawal; the sample of a real shop throughout."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from core import sheets
from core.refusals import Refused
from leads import services as leads
from leads.choices import BatchState, RowState
from leads.models import Customer, ImportBatch, Lead, LeadSource
from tests import road
from tests.cast import Cast
from tests.threads import ROUNDS, at_once, deadlocks

SAMPLE = Path(__file__).parent.parent / "samples" / "customer_list_2026.xlsx"
EXPECTED = json.loads(SAMPLE.with_name("customer_list_2026.expected.json").read_text())
HEAD = ["登记日期", "客户姓名", "联系电话", "小区", "房号", "面积", "客户来源", "接待人", "备注"]


def workbook(*rows: Any, head: Any = HEAD, title: str = "2026年客户登记表") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    for y, row in enumerate([[title], head, *rows]):
        for x, value in enumerate(row):
            sheet.write(y, x, value)
    book.close()
    return out.getvalue()


def uploaded(cast: Any, data: bytes | None = None, **more: Any) -> ImportBatch:
    given = {
        "store": cast.store, "name": "customer_list_2026.xlsx", "data": SAMPLE.read_bytes() if data is None else data, "origin": "own_list",
        "origin_note": "店里 2026 年上半年的登记本", "consent_basis": "request", "responsible": cast.store_manager, "by": cast.front_desk, "at": cast.at,
    }  # fmt: skip
    return leads.upload_list(**{**given, **more})


def mapped(cast: Any, batch: ImportBatch) -> ImportBatch:
    other = LeadSource.objects.get(code="other")
    words = {word: other for word, said in batch.mapping["sources"].items() if not said["id"]}
    return leads.map_words(batch, sources=words, people={"韩雪": cast.customer_manager}, by=cast.front_desk, at=cast.at)


def imported(cast: Any, data: bytes | None = None, **more: Any) -> ImportBatch:
    return leads.confirm_import(mapped(cast, uploaded(cast, data, **more)), by=cast.front_desk, at=cast.at)


# --- upload and preview ----------------------------------------------------------------------------------------------


def test_the_preview_says_what_will_be_created_and_creates_nothing(cast):
    batch = uploaded(cast)

    assert batch.state == BatchState.PREVIEWED
    assert batch.figures == {
        "rows": 160, "good": 151, "second_home": 4, "known": 0, "bad": 5, "skipped": 0, "taken": 155,
        "doubts": batch.figures["doubts"], "two_phones": 5,
    }  # fmt: skip
    assert (Customer.objects.count(), Lead.objects.count()) == (0, 0)


def test_the_preview_names_bad_rows_by_row_and_column_and_second_homes_by_their_first_row(cast):
    batch = uploaded(cast)

    bad = [(row.row, row.errors[0][1], row.errors[0][2]) for row in batch.rows.filter(state=RowState.BAD)]
    assert bad == [
        (24, "C", "name_missing"), (86, "B", "date_impossible"), (98, "D", "phone_missing"), (104, "B", "date_impossible"), (136, "D", "phone_length"),
    ]  # fmt: skip
    assert [[row.row, int(row.earlier)] for row in batch.rows.filter(state=RowState.SECOND_HOME)] == EXPECTED["duplicates"]


def test_a_list_without_origin_ground_or_responsible_person_is_refused_naming_all_three(cast):
    with pytest.raises(Refused) as refused:
        uploaded(cast, origin_note=" ", consent_basis="", responsible=None)

    assert len(refused.value.missing) == 3
    assert ImportBatch.objects.count() == 0


def test_a_list_cannot_come_from_a_bought_source(cast):
    with pytest.raises(Refused):
        uploaded(cast, origin="bought")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("list.csv", b"name,phone", "Only Excel workbooks"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "Only Excel workbooks"),
        ("list.xlsx", b"", "is empty"),
        ("list.xlsx", b"PK\x03\x04 nonsense", "no Excel workbook"),
        ("list.xlsx", b"<html>hello</html>", "no Excel workbook"),
        ("list.xlsx", b"PK" + b"0" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_a_nasty_file_is_refused_with_a_sentence(cast, settings, name, data, says):
    from django.utils import translation

    with translation.override("en"), pytest.raises(Refused) as refused:
        uploaded(cast, data, name=name)

    assert says in refused.value.message
    assert ImportBatch.objects.count() == 0


def test_a_workbook_without_a_list_is_refused(cast):
    with pytest.raises(Refused):
        uploaded(cast, workbook(["x", "y"], head=["来源", "数量"]))


def test_the_same_file_again_leads_to_the_same_preview(cast):
    assert uploaded(cast).pk == uploaded(cast, name="copy.xlsx").pk


def test_another_store_may_upload_the_same_file(cast):
    assert uploaded(cast).pk != uploaded(cast, store=cast.other.store, by=cast.other.front_desk, responsible=cast.other.store_manager).pk


def test_words_of_the_house_are_known_and_likely_ones_are_proposed(cast):
    batch = uploaded(cast, workbook(["3月5日", "张三丰", "13800138000", "翡翠湾", "3-2-1501", 89, "自然到店", "沈亦安"],
                                    ["3月6日", "李莫愁", "13800138001", "翡翠湾", "3-2-1502", 89, "抖音", "韩雪"]))  # fmt: skip

    walk_in, online = LeadSource.objects.get(code="walk_in"), LeadSource.objects.get(code="online")
    assert batch.mapping["sources"] == {
        "自然到店": {"id": walk_in.pk, "known": True, "count": 1}, "抖音": {"id": online.pk, "known": False, "count": 1},
    }  # fmt: skip
    assert batch.mapping["people"] == {
        "沈亦安": {"id": cast.customer_manager.pk, "known": True, "count": 1}, "韩雪": {"id": None, "known": False, "count": 1},
    }  # fmt: skip


def test_what_was_mapped_once_is_proposed_for_the_next_list(cast):
    imported(cast, workbook(["3月5日", "张三丰", "13800138000", "翡翠湾", "3-2-1501", 89, "工地参观", "韩雪"]))

    later = uploaded(cast, workbook(["4月5日", "李莫愁", "13800138001", "翡翠湾", "3-2-1502", 89, "工地参观", "韩雪"]))

    assert later.mapping["sources"]["工地参观"]["id"] == LeadSource.objects.get(code="other").pk
    assert later.mapping["people"]["韩雪"]["id"] == cast.customer_manager.pk


# --- correcting and skipping -----------------------------------------------------------------------------------------


def test_a_corrected_row_becomes_good_and_keeps_what_the_shop_wrote(cast):
    batch = uploaded(cast)
    row = batch.rows.get(row=136)

    row = leads.correct_row(row, texts={"phone": "13151464080"}, by=cast.front_desk, at=cast.at)

    assert (row.state, row.errors, row.corrected) == (RowState.GOOD, [], {"phone": "13151464080"})
    assert row.cells["texts"]["phone"] == "1315146408"
    batch.refresh_from_db()
    assert (batch.figures["bad"], batch.figures["taken"]) == (4, 156)


def test_a_budget_in_ten_thousands_stays_so_when_another_cell_is_corrected(cast):
    row = leads.correct_row(uploaded(cast).rows.get(row=6), texts={"name": "潘国庆"}, by=cast.front_desk, at=cast.at)

    assert (row.understood["name"], row.understood["budget"]) == ("潘国庆", "200000.00")


def test_a_date_corrected_without_a_year_takes_the_year_of_the_list(cast):
    row = leads.correct_row(uploaded(cast).rows.get(row=86), texts={"date": "4月6日"}, by=cast.front_desk, at=cast.at)

    assert (row.state, row.understood["day"]) == (RowState.GOOD, "2026-04-06")


def test_a_row_corrected_to_the_number_of_another_is_that_customers_second_home(cast):
    batch = uploaded(cast)

    row = leads.correct_row(batch.rows.get(row=98), texts={"phone": "18690060267"}, by=cast.front_desk, at=cast.at)

    assert (row.state, row.earlier) == (RowState.SECOND_HOME, "5")


def test_a_skipped_row_owns_no_number_and_can_be_taken_back(cast):
    batch = uploaded(cast)
    first = batch.rows.get(row=9)

    leads.skip_row(first, skipped=True, by=cast.front_desk, at=cast.at)
    assert batch.rows.get(row=37).state == RowState.GOOD

    leads.skip_row(first, skipped=False, by=cast.front_desk, at=cast.at)
    assert (batch.rows.get(row=9).state, batch.rows.get(row=37).state) == (RowState.GOOD, RowState.SECOND_HOME)


def test_the_numbers_of_two_customers_in_one_cell_are_a_problem_of_that_row(cast):
    batch = uploaded(cast, workbook(
        ["3月5日", "张三丰", "13800138000", "甲园", "1-101"], ["3月6日", "李莫愁", "13800138001", "乙园", "1-102"],
        ["3月7日", "周芷若", "13800138000/13800138001", "丙园", "1-103"],
    ))  # fmt: skip

    row = batch.rows.get(row=5)
    assert (row.state, row.errors[0][2]) == (RowState.BAD, "two_customers")


# --- confirming ------------------------------------------------------------------------------------------------------


def test_unmapped_sources_hold_the_import_back_with_all_of_them_named(cast):
    batch = uploaded(cast, workbook(["3月5日", "张三丰", "13800138000", "甲园", "1-101", 89, "怪来源"], ["3月6日", "李莫愁", "13800138001", "乙园"]))

    with pytest.raises(Refused) as refused:
        leads.confirm_import(batch, by=cast.front_desk, at=cast.at)

    assert "怪来源" in refused.value.missing[0].says
    assert Lead.objects.count() == 0


def test_rows_that_cannot_be_read_are_left_out_only_when_somebody_agrees(cast):
    batch = mapped(cast, uploaded(cast))

    with pytest.raises(Refused):
        leads.confirm_import(batch, leave_out_bad=False, by=cast.front_desk, at=cast.at)

    assert Lead.objects.count() == 0


def test_nothing_is_half_imported(cast, monkeypatch):
    batch = mapped(cast, uploaded(cast))
    from leads.services import imports

    real, calls = imports.register_lead, []

    def fails_at_the_hundredth(**given: Any) -> Lead:
        calls.append(1)
        if len(calls) == 100:
            raise Refused("no")
        return real(**given)

    monkeypatch.setattr(imports, "register_lead", fails_at_the_hundredth)
    with pytest.raises(Refused) as refused:
        leads.confirm_import(batch, by=cast.front_desk, at=cast.at)

    assert refused.value.message.endswith("no")
    batch.refresh_from_db()
    assert (batch.state, Customer.objects.count(), Lead.objects.count()) == (BatchState.PREVIEWED, 0, 0)


def test_a_longer_list_of_the_same_shop_only_brings_what_is_new(cast):
    old = ["3月5日", "张三丰", "13800138000", "甲园", "1-101", 89, "抖音"]
    bare = ["3月6日", "李莫愁", "13800138001", "乙园", None, 89, "抖音"]
    imported(cast, workbook(old, bare))

    later = uploaded(cast, workbook(old, bare, ["4月5日", "周芷若", "13800138002", "甲园", "1-102", 89, "抖音"]))

    assert [row.state for row in later.rows.all()] == [RowState.KNOWN, RowState.KNOWN, RowState.GOOD]
    assert later.rows.first().earlier == "K-CX-2026-0001"


def test_a_customer_of_the_store_who_is_in_the_list_gets_another_home(cast):
    lead = road.registered_lead(cast)
    batch = uploaded(cast, workbook(["3月5日", "陈女士", "13858003371", "甲园", "1-101", 89, "抖音"]))

    assert [(row.state, row.earlier) for row in batch.rows.all()] == [(RowState.SECOND_HOME, lead.ref)]

    leads.confirm_import(batch, by=cast.front_desk, at=cast.at)
    assert Lead.objects.filter(customer=lead.customer).count() == 2


def test_a_customer_of_another_store_stays_unknown(cast):
    road.registered_lead(cast, people=cast.other)

    batch = uploaded(cast, workbook(["3月5日", "陈女士", "13858003371", "甲园", "1-101", 89, "抖音"]))

    assert [(row.state, row.earlier) for row in batch.rows.all()] == [(RowState.GOOD, "")]


def test_the_same_import_confirmed_by_two_people_at_once_has_one_winner(live_db, server_log, monkeypatch):
    """The same list every time, withdrawn in between; its workbook is opened once, since what is raced for is the confirmation."""
    cast, before = Cast(), deadlocks(server_log)
    data = workbook(["3月5日", "张三丰", "13800138000", "甲园", "1-101", 89, "抖音"])
    opened = sheets.read_bytes(data)
    monkeypatch.setattr(sheets, "read", lambda _path: opened)
    for number in range(1, ROUNDS + 1):
        batch = uploaded(cast, data)
        answers = at_once(
            lambda batch=batch: leads.confirm_import(batch, by=cast.front_desk, at=cast.at),
            lambda batch=batch: leads.confirm_import(batch, by=cast.store_manager, at=cast.at),
        )
        assert sorted(type(each).__name__ for each in answers) == ["ImportBatch", "Refused"]
        assert (Lead.objects.count(), Lead.objects.alive().count()) == (number, 1)
        leads.withdraw_import(batch, reason="下一轮", by=cast.store_manager, at=cast.at)
    assert ImportBatch.objects.count() == ROUNDS
    assert deadlocks(server_log) == before


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_a_customer_who_was_there_before_stays(cast):
    lead = road.registered_lead(cast)
    batch = imported(cast, workbook(["3月5日", "陈女士", "13858003371", "甲园", "1-101", 89, "抖音"]))

    leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)

    lead.customer.refresh_from_db()
    assert lead.customer.withdrawn_at is None
    assert [each.ref for each in Lead.objects.alive()] == [lead.ref]


def test_withdrawing_needs_a_reason_and_an_imported_list(cast):
    batch = uploaded(cast)

    with pytest.raises(Refused):
        leads.withdraw_import(batch, reason=" ", by=cast.store_manager, at=cast.at)
    with pytest.raises(Refused):
        leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)


def test_a_dropped_preview_is_gone_and_the_file_can_come_again(cast):
    batch = uploaded(cast)
    leads.drop_import(batch, by=cast.front_desk, at=cast.at)

    assert uploaded(cast).pk != batch.pk


# --- from the command line -------------------------------------------------------------------------------------------


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_customers", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_what_is_in_the_list_and_imports_nothing(cast):
    said, _ = run(str(SAMPLE), "--json")

    report = json.loads(said)
    assert {name: report[name] for name in EXPECTED} == EXPECTED
    assert sorted(report) == ["bad", "cell_warnings", "duplicates", "good", "rows", "two_phones"]
    assert Lead.objects.count() == 0


def test_the_command_imports_when_it_is_told_who_where_and_whence(cast):
    said, _ = run(str(SAMPLE), "--store", "CX", "--by", cast.front_desk.username, "--origin", "店里的登记本", "--commit", "--json")

    assert json.loads(said)["good"] == 155
    assert Lead.objects.count() == 155


def test_the_command_a_second_time_creates_nothing_and_names_the_enquiries(cast):
    args = (str(SAMPLE), "--store", "CX", "--by", cast.front_desk.username, "--origin", "店里的登记本", "--commit", "--json")
    run(*args)

    report = json.loads(run(*args)[0])

    assert Lead.objects.count() == 155
    assert len(report["duplicates"]) == 155
    assert report["duplicates"][0] == [5, "K-CX-2026-0001"]


@pytest.mark.parametrize("args", [(), ("--by", "cx.front_desk"), ("--by", "cx.foreman", "--origin", "x"), ("--by", "nobody", "--origin", "x")])
def test_the_command_imports_nothing_without_person_origin_and_right(cast, args):
    with pytest.raises(CommandError):
        run(str(SAMPLE), "--commit", *args)

    assert Lead.objects.count() == 0


def test_the_command_refuses_a_file_that_is_no_workbook_with_one_sentence(cast, tmp_path):
    nasty = tmp_path / "x.xlsx"
    nasty.write_bytes(b"nonsense")

    with pytest.raises(CommandError) as refused:
        run(str(nasty))

    assert "\n" not in str(refused.value)
