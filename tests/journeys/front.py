"""The front of the house: from the shop's own Excel list to the deposit."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.people import Company
from tests.journeys.signing import sign, sign_blank_first
from tests.journeys.story import Story

SAMPLE = Path(__file__).parent.parent / "samples" / "customer_list_2026.xlsx"


def import_the_list(company: Company, story: Story) -> None:
    """The front desk brings in the list, says what its words mean, leaves out what cannot be read, confirms."""
    desk = company.front_desk
    desk.go("/leads/").follow("导入名单").follow("导入一份名单")
    desk.page.get_by_label("客户名单", exact=True).set_input_files(SAMPLE)
    desk.fill("名单出处", "店里 2026 年上半年的登记本")
    desk.choose("谁对名单负责", "何志远")
    desk.press("读取名单")
    desk.sees("160", "155", "自然进店")
    desk.choose("工地参观", "其他").choose("韩雪", "沈亦安").press("记下这些词")

    table = desk.page.get_by_role("table", name="名单各行")
    expect(table.get_by_role("row")).to_have_count(6)
    expect(table).to_contain_text("2026年13月2日")
    confirm = re.compile("155")
    desk.press(confirm).is_refused("5")
    desk.tick("读不出的 5 行不要")
    desk.press(confirm).is_told("155")


def find_the_customer(company: Company, story: Story) -> None:
    """One row of the list, found by the initials of the name's pinyin."""
    desk = company.front_desk
    box = desk.page.get_by_role("search").get_by_role("combobox")
    box.press_sequentially("tmj", delay=20)
    found = desk.page.get_by_role("option").filter(has_text=story.customer).first
    expect(found).to_contain_text("万科城市花园 8 幢 1 单元 601")
    with desk.page.expect_navigation():
        found.click()
    story.lead = desk.page.url.rstrip("/").rsplit("/", 1)[-1]
    desk.look()
    desk.sees(story.customer, "**** 5327", "老人房要扶手", "派单")


def assign(company: Company, story: Story) -> None:
    """L08: the front desk gives the enquiry to a designer."""
    desk = company.front_desk
    desk.go(story.file).follow("派单").choose("设计师", "林晓舟").press("派单").is_told("已派给 林晓舟")


def contact(company: Company, story: Story) -> None:
    """The designer finds the customer on the desk and notes the first call."""
    desk = company.designer
    desk.go(story.file).follow("记联系").fill("说了什么", "约了周六来店看户型，先把老人房扶手的做法带上")
    desk.press("记下联系").is_told("联系已记下")


def consult(company: Company, story: Story) -> None:
    """L03: no preview without a consultation; the record is signed by the customer on the phone."""
    desk = company.designer
    desk.go(f"{story.file}proposals/").sees("有咨询记录客户还没签字。")
    desk.go(f"{story.file}consultations/")
    desk.fill("客户提出的要求", "老人房要扶手，卫生间做适老化\n客厅不要主灯").fill("材料的意见", "柜体板材 ENF 级").fill(
        "粗略估价", "95000"
    )
    desk.press("写好，请客户签字")
    ref = story.take("L03", facts=["老人房要扶手", "客厅不要主灯", "¥95,000.00"])
    desk.is_told(ref)

    phone = company.phone("designer")
    sign_blank_first(phone, ref, "客户签字")
    phone.is_told("都签了")


def present(company: Company, story: Story) -> None:
    """L10: the preview is presented, the customer is content, the customer manager calls."""
    desk = company.designer
    desk.go(f"{story.file}order-agreements/").sees("客户还没认可设计预案。")
    desk.go(f"{story.file}proposals/")
    desk.fill("风格", "现代原木").fill("总体方案", "厨房与餐厅之间做三联动玻璃移门").fill("材料", "柜体板材 ENF 级")
    desk.fill("估价", "98000").press("交付预案")
    story.take("L10", facts=["现代原木", "三联动玻璃移门", "98,000.00"])
    desk.go(f"{story.file}proposal-decisions/").mark("客户意见", "对预案满意").press("记下")
    manager = company.customer_manager
    manager.go(f"{story.file}proposal-calls/").mark("客户满意吗", "满意").press("记回访")


def take_the_deposit(company: Company, story: Story) -> None:
    """L22 and L23: no money before the agreement is signed; the cashier writes the receipt."""
    manager, cashier = company.customer_manager, company.cashier
    manager.go(f"{story.file}order-agreements/").mark("款项性质", "定金").fill("金额", "10000")
    manager.press("出协议")
    ref = story.take("L22", facts=["10,000.00", "壹万元整"])

    cashier.go(f"{story.file}deposits/").mark("付款方式", "银行转账").press("开收据").is_refused("订单协议客户还没签字。")
    sign(manager, ref, "公司经办人签字")
    sign(company.phone("customer_manager"), ref, "客户签字")
    cashier.go(f"{story.file}deposits/").mark("付款方式", "银行转账").press("开收据").is_told("10,000.00")
    story.take("L23", facts=["10,000.00", "壹万元整", ref])
