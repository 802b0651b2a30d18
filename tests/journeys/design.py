"""On site with a tape measure, then the quotation, room by room from the price list."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, expect

from tests.journeys.people import Company, Seat
from tests.journeys.pictures import photo
from tests.journeys.signing import draw as hand
from tests.journeys.signing import read, sign
from tests.journeys.story import Story

# room → length, width, height in mm; doors, windows; openings in m² (of the living room they are listed one by one)
ROOMS = {
    "客厅": (4800, 3600, 2800),
    "主卧": (3900, 3300, 2800, 1, 1, "3.60"),
    "厨房": (2900, 2100, 2650, 1, 1, "3.00"),
    "卫生间": (2400, 1800, 2600, 1, 1, "2.20"),
}
OPENINGS = (("门", "900", "2100", "东墙，离北墙角 400"), ("窗", "2140", "1500", "南墙居中"))


def measure(company: Company, story: Story) -> None:
    """P01: rooms and sizes typed on the phone, signed there; no quotation before that."""
    company.estimator.go(f"{story.file}quotations/").press("做报价")
    company.estimator.is_refused("还没有量房记录。")

    phone = company.phone("designer")
    phone.go(f"{story.file}surveys/").fill("客户在现场提出的要求", "客厅不做主灯，卫生间装扶手")
    for room, sizes in ROOMS.items():
        card = phone.page.get_by_role("group", name=room)
        if card.get_attribute("open") is None:
            card.locator("summary").first.tap()
        if len(sizes) > 3:
            card.get_by_text("不列明细，只填合计").tap()
        for label, value in zip(("长 mm", "宽 mm", "高 mm", "门", "窗", "洞口 m²"), sizes, strict=False):
            phone.fill(label, str(value), inside=card)
        if len(sizes) == 3:
            list_openings(phone, card)
    phone.fill("现场情况", "北卧外墙有渗水痕迹").press("写好，请客户签字")
    ref = story.take("P01", facts=["4800", "3600", "2140", "离北墙角", "配电箱", "北卧外墙有渗水痕迹", "客厅不做主灯", *ROOMS])
    sign(phone, ref, "客户签字")


def list_openings(phone: Seat, card: Locator) -> None:
    """One more row, one more photo, and nothing typed is lost; the sum stands in the head of the room."""
    for number, (kind, width, height, place) in enumerate(OPENINGS):
        card.get_by_role("button", name="加一个洞口").tap()
        row = card.locator("[data-opening]").nth(number)
        phone.choose("洞口", kind, inside=row).fill("洞宽", width, inside=row).fill("洞高", height, inside=row).fill("位置", place, inside=row)
    card.get_by_role("button", name="加一项").tap()
    phone.choose("项目", "配电箱", inside=card).fill("数量", "1", inside=card)
    card.locator("input[type=file]").set_input_files(photo("客厅.jpg"))
    expect(card.locator("[data-photo-taken] img")).to_have_count(1)
    expect(card.locator("summary").first).to_contain_text("4800 × 3600 × 2800 · 2 个洞口，5.10 m²")


def report_the_scheme(company: Company, story: Story) -> None:
    """R005: the scheme is ready, the meeting is set."""
    desk = company.designer
    desk.go(f"{story.file}schemes/").fill("方案要点", "厨房做三联动移门，卫生间干湿分区加扶手")
    desk.fill("看方案的时间", f"{timezone.localdate() + timedelta(days=9)}T10:00").press("报完成")


def draw(company: Company, story: Story) -> None:
    """P02, P04: scheme and construction drawings put in; the customer signs for both on the designer's device."""
    desk = company.designer
    for kind, name in (("scheme", "设计方案"), ("construction", "施工图")):
        desk.go(f"{story.file}drawings/{kind}/versions/")
        desk.page.get_by_label("文件：PDF、图片、DWG").set_input_files(photo(f"{name}.jpg"))
        desk.press("上传这一版").is_told("第 1 版")
        desk.go(f"{story.file}drawings/{kind}/1/confirmations/")
        read(desk)
        hand(desk)
        desk.press("签字确认").is_told(story.customer)


def quote(company: Company, story: Story) -> None:
    """P05: the estimator takes the usual items, changes a quantity with its reason, adds an item; the designer issues it."""
    desk = company.estimator
    desk.go(f"{story.file}quotations/").press("做报价").sees(*ROOMS)
    quantity, reason = "数量：铺贴大规格地砖 750×1500 mm", "数量不同的原因：铺贴大规格地砖 750×1500 mm"
    desk.fill(quantity, "18.50").press("保存数量").sees("为什么不是 17.28？")
    expect(desk.page.get_by_label(quantity)).to_have_value("18.50")
    desk.fill(reason, "按排版图多裁一行").press("保存数量")
    desk.follow("加项目", inside=desk.page.locator("[data-quote-room]", has=desk.page.locator("h2", has_text=re.compile(r"^\s*卫生间"))))
    desk.fill("数量：拆除 120 mm 砖墙（含清理）", "3.2").press("加进报价").is_told("1 项")

    designer = company.designer
    designer.go(f"{story.file}quotations/").follow(re.compile("第 1 版")).follow("看纸件，开出报价").press("开出报价")
    ref = story.take("P05", facts=[*ROOMS, "铺贴大规格地砖", "18.50", "拆除 120 mm 砖墙"])
    designer.is_told(ref)


def accept(company: Company, story: Story) -> None:
    """G5: only a signed quotation is accepted; then the contract can be made."""
    manager = company.customer_manager
    manager.go(f"{story.file}quotations/1/acceptances/").press("记下客户接受").is_refused("报价还没有签字。")
    sign(company.phone("designer"), story.latest("P05"), "客户签字")
    manager.press("记下客户接受").is_told("可以做合同了")
