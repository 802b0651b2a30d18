"""The contract: a numbered blank, key terms one by one, both signatures, handed in, filed; then the people of the site."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils import timezone

from tests.journeys.people import Company, Seat
from tests.journeys.signing import sign
from tests.journeys.story import Story

BLANK = "HT-2026-0317"


def today() -> date:
    return timezone.localdate()


def take_a_blank(company: Company, story: Story) -> None:
    """G6: no contract without a numbered blank; the assistant keeps the stock, the customer manager takes one out."""
    manager = company.customer_manager
    manager.go(f"/projects/contracts/{story.lead}/").sees("还没有领用空白合同。")
    company.engineering_assistant.go("/projects/blank-contracts/").fill("序号，一行一个", f"{BLANK}\nHT-2026-0318")
    company.engineering_assistant.press("入库").sees(BLANK)
    row = manager.go("/projects/blank-contracts/").page.get_by_role("row").filter(has_text=BLANK)
    manager.press("领用", inside=row).sees("沈亦安")


def make_the_contract(company: Company, story: Story) -> None:
    """P07: the facts, then each key term ticked by itself; one left out is refused."""
    manager = company.customer_manager
    manager.go("/projects/contracts/").follow(story.customer)
    manager.choose("有序号的空白合同", BLANK).choose("公司方签字人", "何志远")
    manager.fill("开工日期", today().isoformat()).fill("竣工日期", (today() + timedelta(days=75)).isoformat())
    manager.press("去确认重点条款")
    ticks = manager.page.locator(".key-terms").get_by_role("checkbox")
    for number in range(1, ticks.count()):
        ticks.nth(number).check()
    manager.press("都确认了，做合同").is_refused()
    ticks.first.check()
    manager.press("再查一次，齐了就开")
    story.site = manager.page.url.rstrip("/").split("/")[-2]
    manager.sees(story.customer, BLANK)
    story.take("P07", facts=[BLANK, "万科城市花园", f"{today():%Y}", "何志远", "173"])


def sign_the_contract(company: Company, story: Story) -> None:
    """Both sides; nothing is handed in or filed before."""
    manager, clerk = company.customer_manager, company.engineering_assistant
    ref = story.latest("P07")
    manager.go(f"{story.works}hand-ins/")
    for label in ("双方每一处都已签字。", "报价单已附。", "图纸已附。"):
        manager.tick(label)
    manager.tick("付款表已附。").tick("保修表已附。")
    manager.press("交合同").is_refused("合同还没双方签字。")
    sign(company.phone("customer_manager"), ref, "甲方（业主）")
    sign(company.store_manager, ref, "乙方（公司代表）")

    clerk.go(f"{story.works}filings/").sees("把签好的合同交齐。")
    manager.go(f"{story.works}hand-ins/")
    for box in manager.page.locator("main").get_by_role("checkbox").all():
        box.check()
    manager.press("交合同")
    clerk.go(f"{story.works}filings/").press("归档").is_told("合同已归档，可以派工了。")


def pay_the_first_instalment(company: Company, story: Story) -> None:
    """The deposit is credited to it; the rest is paid and gets its receipt."""
    pay(company, story)


def pay(company: Company, story: Story) -> None:
    """What is open today, by transfer; one payment, one receipt."""
    cashier = company.cashier
    cashier.go(f"{story.works}payments/")
    amount = cashier.page.get_by_label("金额", exact=True).input_value()
    cashier.fill("付款账户后四位", "6688").press("收款，开收据")
    story.take("L23", facts=[f"{float(amount):,.2f}"])


def staff_the_site(company: Company, story: Story) -> None:
    """派工 by the engineering manager; the stage does not move before."""
    chief = company.engineering_manager
    advance(chief, story, refused="工地还没派齐项目经理、监理、质检员和工长。")
    chief.go(f"{story.works}people/").choose("项目经理", "郭建军")
    chief.choose("监理", "马知行").choose("工长", "鲁全胜").choose("质检员", "贺鸣")
    chief.press("派工").is_told("郭建军")
    advance(chief, story, to="报建")


def advance(seat: Seat, story: Story, *, to: str = "", refused: str = "") -> None:
    """Press the button of the next stage: the site stands there, or the page says what is missing."""
    seat.go(f"{story.works}stage-changes/")
    seat.press(re.compile("^进到「.*」$"))
    if refused:
        seat.is_refused(refused)
    else:
        seat.is_told(to)
