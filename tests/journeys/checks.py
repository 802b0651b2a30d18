"""The eight checks, made on the phone: taps, measured values, photos, who was there; then the signatures of the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import Locator, expect

from inspections import services
from inspections.models import QualityCheck
from tests.factories import inspections as factory
from tests.journeys.people import Company, Seat
from tests.journeys.pictures import photo
from tests.journeys.signing import sign, sign_by_verb
from tests.journeys.story import Story

# check → (its paper, whose hands it takes besides the customer's: line → who signs it)
PROJECT_MANAGER, INSPECTOR, CHIEF = ("项目经理", "project_manager"), ("质检员", "quality_inspector"), ("工程部经理", "engineering_manager")
PAPERS = {
    "C1": ("I05", (PROJECT_MANAGER, INSPECTOR)),
    "C2": ("I06", (("设计师", "designer"), ("项目负责人", "project_manager"), INSPECTOR)),
    "C3": ("I11", (PROJECT_MANAGER, CHIEF, INSPECTOR)),
    "C4": ("I10", (PROJECT_MANAGER, INSPECTOR)),
    "C5": ("I10", (PROJECT_MANAGER, INSPECTOR)),
    "C6": ("I12", (PROJECT_MANAGER, CHIEF, INSPECTOR)),
    "C7": ("I10", (PROJECT_MANAGER, INSPECTOR)),
    "C8": ("I13", (PROJECT_MANAGER, CHIEF, INSPECTOR)),
}
AIR = ("C8-14", "C8-15", "C8-16", "C8-17")
BRIEF, SHOWN = ("C2", "C4", "C5", "C6", "C7"), 6  # of these checks six items are tapped, the others recorded by verb
ALIKE = BRIEF[1:]  # of these the customer signs on the phone, the staff by verb


def check(code: str) -> Callable[[Company, Story], None]:
    """The step of one check, from its first tap to its last signature."""

    def step(company: Company, story: Story) -> None:
        phone = company.phone("quality_inspector")
        start(phone, story, code)
        if code == "C5":
            show_a_fault(phone)
        fill_in(phone, most=SHOWN if code in BRIEF else 0)
        if code in BRIEF:
            record_the_rest(company, story, code)
        if code == "C8":
            measure_the_air_too_early(phone)
        conclude(phone, story, code)
        kind, lines = PAPERS[code]
        ref = story.take(kind, facts=[code, "编号 JL-07", "贺鸣", *(["做工满意，扶手很稳。"] if code == "C8" else [])])
        sign(phone, ref, "客户")
        for line, post in lines:
            if code in ALIKE:
                sign_by_verb(getattr(company.cast, post), ref, line)
            else:
                sign(company.phone(post), ref, line)
        if code not in ALIKE:
            company.phone(lines[-1][1]).is_told("都签了")

    step.__name__ = f"check_{code}"
    return step


def start(phone: Seat, story: Story, code: str) -> None:
    phone.go(story.checks)
    row = phone.page.locator(".check-lines > li").filter(has_text=re.compile(rf"{code}\b")).first
    phone.press("开始检查", inside=row)


def fill_in(phone: Seat, *, most: int = 0) -> None:
    """Every item as it should be (or the first ones): a value inside its limits, or 合格; a photo where one is asked for."""
    page = phone.page
    items = [item for item in page.locator(".check-item:not(.is-sent):has(.check-form)").all() if item.get_attribute("id") not in AIR]
    items = items[: most or len(items)]
    for item in items:
        one(phone, item)
    expect(page.locator("[data-outbox]")).to_have_class(re.compile("is-done"))
    assert page.locator(".check-form[data-arrived]").count() == len(items)


def record_the_rest(company: Company, story: Story, code: str) -> None:
    check = QualityCheck.objects.get(project__ref=story.site, code=code)
    done = set(check.results.values_list("item__code", flat=True))
    rest = [factory.good(item) for item in factory.asked(check) if item.code not in done]
    services.record_results(check=check, results=rest, by=company.cast.quality_inspector, at=timezone.now())


def show_a_fault(phone: Seat) -> None:
    """A value beyond its limit says so at once, with the gap in figures; corrected, it is the corrected one that counts."""
    field = phone.page.locator("[data-measure]:not([data-high=''])").first
    box = field.get_by_role("textbox").first
    box.fill(str(Decimal(field.get_attribute("data-high") or 0) + 3))
    expect(field.locator("[data-measure-gap]")).to_contain_text("差 3")
    box.blur()


def measure_the_air_too_early(phone: Seat) -> None:
    """LR-35: seven days after completion at the earliest; until then the item stays open under its clock."""
    item = phone.page.locator(f"#{AIR[0]}")
    item.get_by_role("textbox").first.fill("0.05")
    item.get_by_role("textbox").first.blur()
    expect(item.get_by_role("alert")).to_contain_text("最早在完工 7 天后测")
    phone.page.reload()


def one(phone: Seat, item: Locator) -> None:
    tap = item.locator(".tap-pass")
    if tap.count():
        phone._tap(tap.first)
    for field in item.locator("[data-measure]").all():
        box = field.get_by_role("textbox").first
        box.fill(str(inside(field)))
        box.blur()
    if "须拍照" in (item.text_content() or ""):
        item.locator("input[type=file]").set_input_files(photo())
    expect(item.locator(".check-form")).to_have_attribute("data-arrived", "1")


def inside(field: Locator) -> Decimal:
    """A value that keeps the limits which stand on the page."""
    low, high = field.get_attribute("data-low") or "", field.get_attribute("data-high") or ""
    if low and high:
        return (Decimal(low) + Decimal(high)) / 2
    return Decimal(low or high)


def conclude(phone: Seat, story: Story, code: str) -> None:
    """Who was there and with which tools; without them nothing is concluded."""
    phone.follow("下结论")
    button = "下结论，出单"
    if code == "C3":
        phone.press(button).is_refused("检具还没写。")
    for box in phone.page.locator(".there").get_by_role("checkbox").all():
        box.check()
    chief = phone.page.get_by_label("工程部经理")
    if chief.count():
        chief.select_option(label="顾长河")
    phone.page.locator(".tick-grid").get_by_role("checkbox").first.check()
    phone.fill("检具编号", "JL-07")
    if code == "C8":
        phone.mark("客户的意见", "已逐项看过，同意验收。").fill("客户写的话", "做工满意，扶手很稳。")
    phone.press(button)
