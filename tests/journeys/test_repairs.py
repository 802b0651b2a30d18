"""Two repairs walked through the browser: one in the warranty, one that the owner pays (issue 4, 4); desk and phone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from aftersales.choices_repairs import RepairState
from aftersales.models import RepairRequest
from core.models import Paper
from leads.models import CashEntry
from tests.factories import aftersales as after
from tests.factories.inspections import picture
from tests.journeys import press
from tests.journeys.people import Company, Seat
from tests.journeys.signing import sign
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def photo(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(picture().read())
    return path


def test_a_repair_in_the_warranty_and_one_that_the_owner_pays(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    site = after.accepted_project(live_cast)
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with press.running(), company.watched():
        free = take_up(company, site.customer_name, room="卫生间", kind="防水渗漏", fault="楼下天花板有水印，淋浴后加重", folder=tmp_path)
        company.cs_officer.go(free).sees("法定保修", "在法定保修期内", "尾款未付清").follow("定责").press("确认定责").is_told("已定责：法定保修")
        go_there(company, free, tmp_path)
        mend(company, free, tmp_path)
        after_work(company, free)
        company.aftersales_head.go(free).press("归档").sees("已归档")
        company.phone("technician").go(free).follow("看当时谁做的、哪次验收、照片").sees("C4 防水与闭水验收", "鲁全胜班组", "贺鸣", "防水材料型号")

        paid = take_up(company, site.customer_name, room="厨房", kind="洁具、龙头", fault="龙头出水忽大忽小", folder=tmp_path)
        refuse(company, paid)
        go_there(company, paid, tmp_path, price="45.50")
        mend(company, paid, tmp_path, refused=True)
        after_work(company, paid)
        head = company.aftersales_head
        head.go(paid)
        expect(head.page.locator(".title-block")).to_contain_text("收款")
        pay(company, paid, site.customer_name)
        head.go(paid).press("归档").sees("已归档")
        head.follow("记成本").fill("人工", "240").press("记成本").is_told("成本已记下")
        head.go("/aftersales/repairs/costs/").sees("240.00", "鲁全胜")

    states = dict(RepairRequest.objects.values_list("cover", "state"))
    assert states == {"statutory": RepairState.ARCHIVED, "paid": RepairState.ARCHIVED}
    assert CashEntry.objects.get(paper__dossier=site.dossier, note="", amount=Decimal("165.50")).paper.kind == "L23"
    assert not Paper.objects.filter(kind__in=("S20", "S22")).exclude(state__in=Paper.SIGNED_STATES).exists()


def take_up(company: Company, customer: str, *, room: str, kind: str, fault: str, folder: Path) -> str:
    """The front desk finds the home and notes the owner's words; the page says at once who bears it."""
    desk = company.front_desk
    desk.go("/aftersales/repairs/").follow("登记报修").fill("姓名、小区、房号或手机尾号", customer).press("查找")
    desk.page.locator(".home-rows a").first.click()
    desk.page.wait_for_url("**/repairs/")
    desk.fill("房间", room).choose("故障类别", kind).fill("业主描述", fault)
    desk.page.get_by_label("照片", exact=True).set_input_files(photo(folder, "fault.jpg"))
    desk.press("登记报修").is_told("已登记")
    return "/" + desk.page.url.split("/", 3)[-1]


def refuse(company: Company, repair: str) -> None:
    """LR-33: a cause is left out only with what shows it, and by a second person."""
    officer = company.cs_officer
    officer.go(repair).follow("定责").choose("保修书约定不保的情形", "甲方自行改动或另请他人施工")
    officer.press("确认定责").is_refused("还不能这样定责", "改动的部位、照片")
    officer.fill("依据", "业主自行更换过龙头，照片一张").press("确认定责").is_told("等第二人复核")
    officer.press("复核不保").sees("不保的判定须由第二人复核")
    company.aftersales_head.go(repair).press("复核不保").is_told("不保已复核").sees("有偿维修")


def go_there(company: Company, repair: str, folder: Path, *, price: str = "") -> None:
    """Talked through, sent, at the door, noted before the work and signed by the owner on the phone."""
    phone: Seat = company.phone("technician")
    phone.go(repair).follow("电话诊断").mark("是否接通", "联系上了").mark("处理方式", "上门维修").fill("说了什么", "关了角阀还渗，需上门看").press("记下通话")
    company.front_desk.go(repair).follow("派单").choose("维修人员", "冯立").tick("业主同意这个时间").press("派单").is_told("已派 冯立")
    phone.go(repair).press("出发").is_told("已出发")
    phone.press("到场").follow("填写维修单").fill("现场情况", "墙角防水层开裂").fill("维修做法", "剔开重做并闭水")
    if price:
        phone.page.get_by_label("配件或材料", exact=True).first.fill("陶瓷阀芯")
        phone.page.get_by_label("单价", exact=True).first.fill(price)
        phone.fill("人工", "120")
    phone.page.get_by_label("动工前照片", exact=True).set_input_files(photo(folder, "before.jpg"))
    phone.press("开维修单").is_told("等签字")


def mend(company: Company, repair: str, folder: Path, *, refused: bool = False) -> None:
    """Work that the owner pays is not noted before the owner has signed; then S20 and S22 are signed on the spot."""
    phone = company.phone("technician")
    if refused:
        phone.go(f"{repair}orders/1/done/").fill("维修内容", "换阀芯")
        phone.page.get_by_label("完工照片", exact=True).set_input_files(photo(folder, "after.jpg"))
        phone.press("记完工").is_refused("业主还没有就收费签字")
    order = latest("S20")
    for line in ("维修人员", "业主"):
        sign(phone, order, line)
    phone.go(repair).follow("记完工").fill("维修内容", "已修好，试用正常")
    phone.page.get_by_label("完工照片", exact=True).set_input_files(photo(folder, "after.jpg"))
    phone.press("记完工").is_told("等签字")
    feedback = latest("S22")
    for line in ("维修人员", "业主"):
        sign(phone, feedback, line)


def after_work(company: Company, repair: str) -> None:
    """R089: called about on the same day by somebody else; the feedback handed in."""
    officer = company.cs_officer
    officer.go(repair).follow("当日回访").mark("是否接通", "联系上了").mark("业主评价", "已修好，满意").tick("客户约定").press("记下通话").is_told("通话已记下")
    company.phone("technician").go(repair).follow("交回反馈单").fill("与售后沟通的内容", "阴角未做圆弧，列入培训").press("交回反馈单").is_told("反馈单已交回")


def pay(company: Company, repair: str, customer: str) -> None:
    """L23: one payment, one receipt."""
    till = company.cashier
    till.go(repair).follow("收款").sees("165.50").mark("付款方式", "微信支付").press("开收据").is_told("已写收据")


def latest(kind: str) -> str:
    ref: str = Paper.objects.filter(kind=kind).latest("pk").ref
    return ref


