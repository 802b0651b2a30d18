"""The first minute at the front desk: a call that becomes an appointment, a walk-in whose mother is already a customer."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leads import services
from leads.models import Appointment, Customer, HomePerson, Lead, PhoneCall
from tests import road
from tests.journeys.people import Company, Seat, log

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NUMBER, SON = "13916208844", "13916205566"


@pytest.fixture
def company(live_site, live_cast, browser, tmp_path):
    with Company(browser, live_site.url, live_cast, tmp_path).watched() as house:
        yield house


def box(desk: Seat, typed: str) -> Any:
    """Typed into the one box; the answers below it."""
    desk.page.keyboard.press("/")
    desk.page.get_by_role("search").get_by_role("combobox").press_sequentially(typed, delay=10)
    return desk.page.get_by_role("listbox").get_by_role("option")


def open_hit(desk: Seat, hit: Any) -> None:
    with desk.page.expect_navigation():
        hit.click()
    desk.look()


def tomorrow_at_ten() -> str:
    at: datetime = timezone.localtime() + timedelta(days=1)
    return at.replace(hour=10, minute=0).strftime("%Y-%m-%dT%H:%M")


def test_from_a_phone_call_to_an_appointment_in_under_a_minute(company):
    desk = company.front_desk
    desk.go("/")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    began = time.monotonic()

    found = box(desk, NUMBER)
    expect(found.filter(has_text="登记新客户")).to_be_visible()
    open_hit(desk, found.filter(has_text="记来电"))
    expect(desk.page.get_by_label("电话", exact=True)).to_have_value(NUMBER)
    desk.fill("谁", "王建国").fill("说了什么", "云栖府三居，想先量房").press("记下并登记客户")

    expect(desk.page.get_by_label("手机", exact=True)).to_have_value(NUMBER)
    expect(desk.page.get_by_label("客户", exact=True)).to_have_value("王建国")
    desk.fill("楼盘", "云栖府").fill("幢", "5").fill("门牌", "301").fill("建筑面积", "119")
    with desk.page.expect_navigation():
        desk.page.get_by_label("建筑面积", exact=True).press("Enter")
    desk.is_told("王建国 已登记").sees("云栖府 5 幢 301", "云栖府三居，想先量房", "电话咨询")

    desk.follow("预约").mark("事项", "量房").fill("开始时间", tomorrow_at_ten()).choose("接待人", "林晓舟").press("约好")
    seconds = time.monotonic() - began
    log.info("%6.1f s  from the call to the appointment", seconds)

    lead, call, met = Lead.objects.get(), PhoneCall.objects.get(), Appointment.objects.get()
    assert (call.number, call.lead, call.customer, call.by) == (NUMBER, lead, lead.customer, company.cast.front_desk)
    assert (lead.customer.name, lead.source.code, lead.origin) == ("王建国", "phone", "phone")
    assert (met.lead, met.person) == (lead, company.cast.designer)
    assert not [url for url in asked if NUMBER in url], "a number stands in an address"
    assert seconds < 60

    found = box(desk, NUMBER)  # the next time he calls, the box knows him
    expect(found.first).to_contain_text("王建国")
    expect(found.first).to_contain_text(re.compile(r"量房 .*10:00"))


def test_a_walk_in_whose_mother_is_already_a_customer(company):
    lead = road.assigned_lead(company.cast)
    desk = company.front_desk
    desk.go("/leads/new/").fill("手机", SON).fill("客户", "陈一鸣")
    for label, words in (("楼盘", "澄湖里"), ("幢", "3"), ("单元", "2"), ("门牌", "1102")):
        desk.page.get_by_label(label, exact=True).press_sequentially(words)
    known = desk.page.get_by_role("status").filter(has_text="这套房登记过，号码不同")
    expect(known).to_contain_text("陈静兰 · 澄湖里 3 幢 2 单元 1102")

    desk.press("登记为子女").is_told("陈一鸣 已登记为 澄湖里 3 幢 2 单元 1102 的相关人").sees("陈静兰", "陈一鸣", "**** 5566")

    person = HomePerson.objects.get()
    assert (person.home, person.number, person.role) == (lead.home, SON, "child")
    assert (Lead.objects.count(), Customer.objects.count()) == (1, 1)
    hit = box(desk, SON).first  # from now on his number finds her file
    expect(hit).to_contain_text("陈静兰")
    expect(hit).to_contain_text("陈一鸣 · 子女")
    open_hit(desk, hit)
    assert desk.page.url.endswith(lead.get_absolute_url())

    manager = company.store_manager  # the same lady registered once more, under her office's number
    twin = road.assigned_lead(company.cast, name="陈静蓝", phones=["13700001122"], home=road.home(room_no="2201"))
    manager.go(lead.get_absolute_url()).follow("合并重复客户").fill("另一位：档案编号或电话", twin.ref)
    manager.fill("怎么确认是同一人", "本人在场说明").press("对照两位").sees("陈静蓝", "澄湖里 3 幢 2 单元 2201")
    manager.press("合并").is_told("已合并为 陈静兰 一位客户").sees("澄湖里 3 幢 2 单元 2201")
    assert services.duplicates(store=company.cast.store, numbers=["13700001122"])[0].customer_id == lead.customer_id
    manager.follow("拆开").fill("为什么是两个人", "是姐妹两人").press("拆开").is_told("重新拆成两位客户")
    twin.refresh_from_db()
    assert twin.customer.name == "陈静蓝" and twin.customer_id != lead.customer_id
