"""After the last check: the statutory warranty at once, card and evaluation when the money is in, and the site under warranty."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.journeys.contract import advance, today
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.story import Story


def hand_over_the_statutory_paper(company: Company, story: Story) -> None:
    """S50 is there as soon as everybody signed the acceptance, whatever is paid; the card is not."""
    service = company.cs_officer
    service.go(story.warranty)
    ref = story.take("S50", facts=["防水", "5 年", f"{years_on(today(), 5):%Y-%m-%d}"])
    service.sees(ref, "保修单和评价单还要等", "尾款还没到齐。")
    sign(company.phone("project_manager"), ref, "业主签收")


def hand_over_the_card(company: Company, story: Story) -> None:
    """S01: made out by customer service when all is paid, signed by project manager and customer."""
    service = company.cs_officer
    service.go(story.warranty).press("开工程保修单")
    ref = story.take("S01", facts=["防水", "5 年"])
    sign(company.phone("project_manager"), ref, "项目经理")
    sign(company.phone("cs_officer"), ref, "客户签收")


def let_the_customer_speak(company: Company, story: Story) -> None:
    """S02: an answer left out is asked for; the customer answers on the phone and signs."""
    phone = company.phone("cs_officer")
    phone.go(f"{story.warranty}evaluations/").fill("您还有什么想告诉我们的", "扶手装得很稳，老人放心。")
    phone.press("去签字").sees("您还有什么想告诉我们的")
    expect(phone.page.get_by_label("您还有什么想告诉我们的")).to_have_value("扶手装得很稳，老人放心。")
    for question in phone.page.locator(".question fieldset").all():
        asked = question.inner_text()
        answer = "没有" if "索要" in asked else "9" if "0–10" in asked else "5"
        phone._tap(question.get_by_role("radio", name=answer, exact=True))
    phone.press("去签字")
    ref = story.take("S02", facts=["扶手装得很稳，老人放心。", "设计师是否听懂了您的需求"])
    sign(phone, ref, "客户")


def go_under_warranty(company: Company, story: Story) -> None:
    """The last stage of the road; the file shows the whole way."""
    advance(company.project_manager, story, to="保修")
    desk = company.customer_manager
    desk.go(story.works).sees(story.customer)
    assert desk.page.get_by_role("group", name="阶段").locator("[aria-current=step]").inner_text() == "保修"


def years_on(day: date, years: int) -> date:
    return day.replace(year=day.year + years) if (day.month, day.day) != (2, 29) else date(day.year + years, 2, 28)
