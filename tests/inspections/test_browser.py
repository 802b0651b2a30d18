"""A check on a phone in a real browser: one form an item, sent when it changes; what arrived is shown; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inspections.models import CheckResult, QualityCheck
from tests.cast import PASSWORD
from tests.factories import inspections as site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def live_db(live_standing: Any) -> None:
    """The site is served from where the sites stand."""


@pytest.fixture
def check(live_standing: Any, live_site: Any, settings: Any) -> QualityCheck:
    settings.AXES_ENABLED = False
    cast = live_standing.cast
    return site.opened(live_standing.working, "C2", people=cast, at=cast.at)


def page_of(check: QualityCheck, live_site: Any, browser: Any, *, script: bool = True) -> Page:
    """The inspector's phone, signed in, with the check open in Chinese."""
    context = browser.new_context(viewport=PHONE, has_touch=True, java_script_enabled=script)
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": live_site.url}])
    page = context.new_page()
    page.goto(f"{live_site.url}/login/")
    page.fill("[name=username]", "cx.quality_inspector")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.is-primary")
    page.goto(live_site.url + check.get_absolute_url())
    return page


def verdict(check: QualityCheck, code: str) -> str:
    return CheckResult.objects.get(quality_check=check, item__code=code).verdict


def test_an_item_is_sent_when_it_changes_and_the_page_says_what_arrived(check: Any, live_site: Any, browser: Any, tmp_path: Any) -> None:
    page = page_of(check, live_site, browser)
    outbox = page.locator("[data-outbox]")

    page.locator("#C2-02 .tap-pass input").check()
    expect(outbox).to_contain_text("已到 1/1")
    expect(page.locator("#C2-02 [data-item-lacks]")).to_have_text("缺照片")
    expect(page.locator(".site-head .check-progress")).to_contain_text("0／")
    picture = tmp_path / "site.jpg"
    picture.write_bytes(site.picture().read())
    page.locator("#C2-02 [data-photo-field]").set_input_files(str(picture))
    expect(page.locator("#C2-02 [data-item-lacks]")).to_be_hidden()
    expect(page.locator(".site-head .check-progress")).to_contain_text("1／")
    field = page.locator("#C2-04 [name=value_0]")
    field.fill("5")
    expect(page.locator("#C2-04 [data-measure-gap]")).to_contain_text("差 2 个月，不合格。")
    field.blur()
    expect(outbox).to_contain_text("已到 2/2")
    expect(page.locator(".site-head .check-progress")).to_contain_text("1 项不合格")
    expect(page.locator("#C2-04")).to_have_class("check-item is-open")

    page.locator("#C2-04 [data-photo-field]").set_input_files(str(picture))
    expect(page.locator("#C2-04 [data-item-photos] img")).to_have_count(1)
    expect(page.locator("#C2-04 [data-photo-taken] img")).to_have_count(0)

    assert (verdict(check, "C2-02"), verdict(check, "C2-04")) == ("pass", "fail")
    assert CheckResult.objects.get(quality_check=check, item__code="C2-04").photos.count() == 1


def test_without_network_it_waits_in_the_page_and_the_last_word_arrives(check: Any, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)
    outbox = page.locator("[data-outbox]")

    page.context.set_offline(True)
    field = page.locator("#C2-04 [name=value_0]")
    for value in ("5", "2"):
        field.fill(value)
        field.blur()
    expect(outbox).to_contain_text("1")
    expect(outbox).to_have_class("outbox is-soon")
    assert not CheckResult.objects.filter(quality_check=check).exists()

    page.context.set_offline(False)
    page.locator("[data-outbox-send]").click()
    expect(outbox).to_have_class("outbox is-done")

    assert CheckResult.objects.get(quality_check=check).values == [["2"]]


def test_what_is_sent_back_says_why_at_its_item(check: Any, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)

    page.locator("#C2-04 [name=value_0]").fill("三个月")
    page.locator("#C2-04 [name=value_0]").blur()

    expect(page.locator("#C2-04 [data-item-said]")).to_have_text("“三个月”不是数字。")
    expect(page.locator("[data-outbox]")).to_have_class("outbox is-late")


def test_who_was_signed_out_loses_nothing(check: Any, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")

    page.locator("#C2-02 .tap-pass input").check()
    expect(page.locator("[data-signed-out]")).to_be_visible()
    expect(page.locator("[data-outbox]")).to_have_class("outbox is-soon")
    page.context.add_cookies(kept)
    page.locator("[data-outbox-send]").click()
    expect(page.locator("[data-outbox]")).to_have_class("outbox is-done")

    assert verdict(check, "C2-02") == "pass"


def test_next_and_previous_open_one_item_after_the_other(check: Any, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)
    expect(page.locator(".check-item.is-open")).to_have_id("C2-01")

    page.get_by_role("button", name="下一项").click()
    page.get_by_role("button", name="下一项").click()
    expect(page.locator(".check-item.is-open")).to_have_id("C2-04")
    page.get_by_role("button", name="上一项").click()

    expect(page.locator(".check-item.is-open")).to_have_id("C2-02")
    assert page.url.endswith("?item=C2-02")


def test_everything_works_without_a_script(check: Any, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser, script=False)

    page.locator("#C2-01 .tap-pass input").check(force=True)
    page.locator("#C2-01 .check-form button").click()
    expect(page.locator(".check-item.is-open")).to_have_id("C2-02")
    page.goto(page.url.split("?")[0] + "?item=C2-09")
    page.locator("#C2-09 summary").click()
    page.locator("#C2-09 .item-leave textarea").fill("本户无防水材料进场")
    page.get_by_role("button", name="记为不适用").click()

    expect(page.locator("#C2-09")).to_contain_text("等第二人复核。")
    assert (verdict(check, "C2-01"), verdict(check, "C2-09")) == ("pass", "not_applicable")


def test_what_was_typed_at_a_refused_conclusion_is_there_after_the_missing_was_looked_at(check: QualityCheck, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)
    conclusion = f"{live_site.url}{check.get_absolute_url()}conclusions/"
    page.goto(conclusion)
    page.wait_for_load_state("networkidle")
    page.get_by_label("备注", exact=True).fill("客户代表迟到二十分钟")
    page.locator("[name=tools]").first.check()
    page.locator("[name^=there_]:enabled").first.check()
    page.locator(".site-foot button").click()  # at once: nothing was kept while it was typed
    page.locator("[data-refusal] a").first.click()
    page.wait_for_url(lambda url: "conclusions" not in url)

    page.goto(conclusion)

    expect(page.get_by_label("备注", exact=True)).to_have_value("客户代表迟到二十分钟")
    expect(page.locator("[name=tools]").first).to_be_checked()
    expect(page.locator("[name^=there_]:enabled").first).to_be_checked()


def test_a_field_that_is_gone_to_stands_with_its_label_below_the_head_of_the_phone(check: QualityCheck, live_site: Any, browser: Any) -> None:
    page = page_of(check, live_site, browser)
    page.goto(f"{live_site.url}{check.get_absolute_url()}conclusions/")
    page.set_viewport_size({"width": 390, "height": 600})

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("location.hash = 'id_customer'")

    label, head = page.locator("label[for=id_customer]").bounding_box(), page.locator(".site-head").bounding_box()
    assert label and head and label["y"] >= head["y"] + head["height"]
