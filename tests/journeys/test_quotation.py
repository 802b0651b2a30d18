"""Three versions of a quotation to a contract, with a discount above the designer's authority (R069, Q37, P05, G5)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from core.models import Deadline
from leads import services as leads
from leads.deadlines import DISCOUNT_APPROVAL
from leads.models import Quotation
from leads.price_sheets import shipped as price_rows
from leads.services.packages import shipped as package_rows
from tests import road
from tests.journeys import contract, design, press
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STICKS_OUT = """() => [...document.querySelectorAll('.quote-choices > li')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"""
DOOR, TILE = "厨房三联动玻璃移门", "铺贴大规格地砖 750×1500 mm"


def first_version(company: Company, story: Story) -> None:
    """The usual items of every room, issued as they are."""
    designer = company.designer
    designer.go(f"{story.file}quotations/").press("做报价").follow("看纸件，开出报价").press("开出报价")
    story.take("P05", facts=["第 1 版"])


def second_version(company: Company, story: Story) -> None:
    """The customer wants the store's package, and the sliding door only as an option."""
    designer = company.designer
    designer.go(f"{story.file}quotations/").press("另做新版本").follow("套餐")
    card = designer.page.locator("section.card").filter(has_text="安居 798 基础整装")
    designer.press("套用", inside=card).is_told("安居 798 基础整装")
    kitchen = designer.page.locator("[data-quote-room]", has=designer.page.locator("h2", has_text=re.compile(r"^\s*厨房")))
    designer.follow("加项目", inside=kitchen).fill(f"数量：{DOOR}", "4.2").press("加进报价").is_told("1 项")
    row = designer.page.get_by_role("row").filter(has_text=DOOR)
    designer.follow("替换／可选", inside=row).press("设为可选").is_told("可选项")
    designer.follow("看纸件，开出报价").press("开出报价")
    story.take("P05", facts=["安居 798 基础整装", DOOR])


def third_version(company: Company, story: Story) -> None:
    """He takes the door and asks for six percent: the designer may give two, so the store manager is asked; until then nothing is issued."""
    designer = company.designer
    designer.go(f"{story.file}quotations/").press("另做新版本").follow("选可选项和替换方案")
    assert designer.page.evaluate(STICKS_OUT) == []
    designer.tick("选用").press("记下选择").is_told("总价随之更新")
    designer.follow("申请折扣").fill("或占工程直接费的百分比", "6").fill("优惠原因", "老客户介绍，当天签约").press("申请折扣").is_told("店面经理批")
    designer.follow("看纸件，开出报价").press("开出报价").is_refused("6% 折扣在等 何志远 批复")


def decide(company: Company, story: Story) -> None:
    """The design manager's authority does not reach; the store manager finds it on the desk and approves it."""
    company.design_manager.go(f"{story.file}quotations/3/discount-decisions/").sees("这份申请不归您批")
    head = company.store_manager
    head.go("/").sees("批折扣")
    head.go(Deadline.objects.get(clock=DISCOUNT_APPROVAL.id).link).sees("老客户介绍，当天签约", "批后毛利")
    head.fill("批语", "同意，限本周签约").press("批准").is_told("折扣已批准")
    company.designer.go(f"{story.file}quotations/3/").follow("看纸件，开出报价").press("开出报价")
    story.take("P05", facts=["老客户介绍，当天签约"])


def compare(company: Company, story: Story) -> None:
    """All three side by side, on the desk and on the phone."""
    manager = company.customer_manager
    manager.go(f"{story.file}quotations/").follow("版本对比")
    for box in manager.page.get_by_role("checkbox", name=re.compile(r"^第 \d 版")).all():
        box.check()
    manager.press("对比").sees("第 1 版", "第 2 版", "第 3 版", DOOR, "优惠")
    phone = company.phone("customer_manager")
    phone.go(manager.page.url).sees("第 3 版")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def send_and_accept(company: Company, story: Story) -> None:
    """The third version is sent, signed and accepted with the choice that it says."""
    manager = company.customer_manager
    manager.go(f"{story.file}quotations/3/").follow("记录发送")
    manager.press("记录发送").is_told("已记下发送").sees("微信")
    sign(company.phone("designer"), story.latest("P05"), "客户签字")
    manager.go(f"{story.file}quotations/3/acceptances/").sees(DOOR).press("记下客户接受").is_told("可以做合同了")


def test_three_versions_to_a_contract_with_a_discount_above_authority(live_site, live_cast, browser, tmp_path):
    made = leads.publish_price_list(name="素行装饰报价单", valid_from=date(2026, 1, 1), rows=price_rows(), by=live_cast.estimator, at=live_cast.at)
    leads.publish_packages(made, packages=package_rows(), by=live_cast.estimator, at=live_cast.at)
    lead = road.surveyed_lead(live_cast)
    story, company = Story(customer=lead.customer.name, lead=lead.ref), Company(browser, live_site.url, live_cast, tmp_path)

    with press.running(), company.watched():
        steps: tuple[Any, ...] = (
            first_version, second_version, third_version, decide, compare, send_and_accept, design.draw, contract.take_a_blank, contract.make_the_contract,
        )  # fmt: skip
        for step in steps:
            step(company, story)

    accepted = Quotation.objects.get(lead=lead, state="accepted")
    assert (accepted.version, accepted.discount_by, accepted.package.code) == (3, live_cast.store_manager, "TC-A")
    assert accepted.discount == (accepted.subtotal * 6 / 100).quantize(accepted.discount)
    lead.refresh_from_db()
    assert lead.stage == "contracted"
