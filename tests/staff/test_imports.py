"""People from an Excel list: a preview that refuses by row, and hiring all that is shown as good."""

import io
import json
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from core.refusals import Refused
from staff import services, sheets
from staff.models import User

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "手机", "岗位", "门店", "入职日期", "上级", "用户名"]
GOOD = [
    ["单小桐", 13900007788, "设计师", "城西店", datetime(2026, 3, 1), "周静怡", None],
    ["曾一鸣", "139-0000-7789", "报价师、设计师", "CD", "2026年3月2日", "单小桐", "zym"],
    ["查文", " 13900007790 ", "foreman", "城东店", None, None, None],
]
BAD = [
    [None, "13900000001", "设计师", "城西店", None, None, None],
    ["张三", "1390000000", "设计师", "城西店", None, None, None],
    ["李四", None, "设计师", "城西店", None, None, None],
    ["王五", "13900007788", "设计师", "城西店", None, None, None],
    ["赵六", "13800000000", "设计总监", "城西店", None, None, None],
    ["钱七", "13900000005", None, "城北店", None, None, None],
    ["孙八", "13900000006", "设计师", None, "2026-02-30", None, None],
    ["周九", "13900000007", "设计师", "城西店", date(2036, 1, 1), None, None],
    ["吴十", "13900000008", "设计师", "城西店", None, "查无此人", None],
    ["郑甲", "13900000009", "设计师", "城西店", None, None, "cx.designer"],
    ["冯乙", "13900000010", "设计师", "城西店", None, None, "带汉字"],
]


def workbook(rows, head=HEAD):
    book = openpyxl.Workbook()
    book.active.append(["2026 年员工名单"])
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(tmp_path, rows, cast, head=HEAD):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook(rows, head))
    return sheets.read_people(path, sheets.Known.now(today=cast.at.date()))


def test_good_rows_are_understood(cast, tmp_path):
    rows = read(tmp_path, GOOD, cast).good

    assert [(r.full_name, r.mobile, r.posts, r.store, r.hired_on, r.superior, r.username) for r in rows] == [
        ("单小桐", "13900007788", ("designer",), "CX", date(2026, 3, 1), "周静怡", ""),
        ("曾一鸣", "13900007789", ("estimator", "designer"), "CD", date(2026, 3, 2), "单小桐", "zym"),
        ("查文", "13900007790", ("foreman",), "CD", cast.at.date(), "", ""),
    ]


def test_every_bad_row_says_what_is_wrong_and_where(cast, tmp_path):
    found = read(tmp_path, [GOOD[0], *BAD], cast)

    assert [row.full_name for row in found.good] == ["单小桐"]
    assert [(cell.row, cell.column, cell.code) for cell in found.bad] == [
        (4, "姓名", "name_missing"), (5, "手机", "phone_length"), (6, "手机", "phone_missing"), (7, "手机", "phone_twice"),
        (8, "岗位", "post_unknown"), (9, "岗位", "post_missing"), (9, "门店", "store_unknown"), (10, "门店", "store_missing"),
        (10, "入职日期", "date_impossible"), (11, "入职日期", "date_ahead"), (13, "用户名", "username_taken"),
        (14, "用户名", "username_unclear"), (12, "上级", "superior_unclear"),
    ]  # fmt: skip


def test_a_number_that_a_colleague_has_is_named(cast, tmp_path):
    (cell,) = read(tmp_path, [["新人", cast.designer.mobile, "设计师", "城西店", None, None, None]], cast).bad

    assert cell.code == "phone_known"
    assert cast.designer.full_name in cell.says
    assert cast.designer.mobile not in cell.value


def test_a_file_without_the_needed_headers_is_refused_as_a_whole(cast, tmp_path):
    with pytest.raises(Refused, match="姓名"):
        read(tmp_path, GOOD, cast, head=["甲", "乙", "丙"])


def test_everybody_of_the_list_is_hired_with_posts_superiors_and_a_first_password(cast, tmp_path):
    hired = services.import_people(read(tmp_path, GOOD, cast).good, by=cast.hr, at=cast.at)

    assert [row.person.username for row in hired] == ["shanxiaotong", "zym", "zhawen"]
    people = {
        person.full_name: person for person in User.objects.filter(username__in=["shanxiaotong", "zym", "zhawen"])
    }
    assert people["曾一鸣"].superior == people["单小桐"]
    assert people["单小桐"].superior == cast.design_manager
    assert people["曾一鸣"].posts == {"estimator", "designer"}
    assert all(row.person.must_change_password and row.person.check_password(row.password) for row in hired)


def test_one_refused_row_hires_nobody(cast, tmp_path):
    rows = read(tmp_path, GOOD, cast).good
    cast.hire("designer", mobile="13900007790")

    with pytest.raises(Refused, match="5"):
        services.import_people(rows, by=cast.hr, at=cast.at)
    assert not User.objects.filter(full_name="单小桐").exists()


def test_the_page_shows_a_preview_and_hires_only_after_the_confirmation(cast):
    client = cast.client(cast.hr)
    answer = client.post("/people/imports/", {"file": SimpleUploadedFile("people.xlsx", workbook([*GOOD, BAD[0]]))})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "单小桐" in page
    assert "139 **** 7788" in page
    assert "13900007788" not in page
    assert not User.objects.filter(full_name="单小桐").exists()
    plan = page.split('name="plan" value="')[1].split('"')[0]
    done = client.post("/people/imports/confirmations/", {"plan": plan})
    assert done.status_code == 200
    assert User.objects.filter(full_name__in=["单小桐", "曾一鸣", "查文"]).count() == 3
    assert client.post("/people/imports/confirmations/", {"plan": plan}).status_code == 302
    assert User.objects.filter(full_name="单小桐").count() == 1


def test_a_plan_of_somebody_else_or_a_forged_one_hires_nobody(cast):
    page = (
        cast.client(cast.hr)
        .post("/people/imports/", {"file": SimpleUploadedFile("p.xlsx", workbook(GOOD))})
        .content.decode()
    )
    plan = page.split('name="plan" value="')[1].split('"')[0]

    for sent in (plan, plan[:-3] + "xyz", "", "x"):
        assert cast.client(cast.administrator).post("/people/imports/confirmations/", {"plan": sent}).status_code == 302
    assert not User.objects.filter(full_name="单小桐").exists()


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_gets_a_sentence(cast, data):
    answer = cast.client(cast.hr).post("/people/imports/", {"file": SimpleUploadedFile("people.xlsx", data)})

    assert answer.status_code == 422


def test_the_example_can_be_read_back(cast, tmp_path):
    path = tmp_path / "example.xlsx"
    path.write_bytes(cast.client(cast.hr).get("/people/imports/example/").content)
    found = sheets.read_people(path, sheets.Known.now(today=cast.at.date(), stores=[("CX", "城西店")]))

    assert [row.full_name for row in found.good] == ["林晓舟"]


def test_the_command_says_first_and_hires_with_commit(cast, tmp_path, capsys):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook([*GOOD, BAD[1]]))

    call_command("import_people", path, by="cx.hr", json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["good"], said["bad"], said["hired"]) == (4, 3, [[6, "phone_length"]], [])

    call_command("import_people", path, by="cx.hr", json=True, commit=True)
    assert [name for name, _password in json.loads(capsys.readouterr().out)["hired"]] == [
        "shanxiaotong",
        "zym",
        "zhawen",
    ]
