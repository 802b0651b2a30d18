"""What may go wrong while somebody types: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from leads.models import Assignment, FollowUp, Lead
from tests import road
from tests.journeys.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def company(live_site, live_cast, browser, tmp_path):
    with Company(browser, live_site.url, live_cast, tmp_path).watched() as house:
        yield house


def test_a_wrong_number_comes_back_with_all_that_was_typed(company):
    desk = company.front_desk
    typed = {"客户": "徐念", "手机": "1385800337", "楼盘": "澄湖里", "幢": "3", "门牌": "1102", "建筑面积": "118.60", "户型": "三室两厅"}
    desk.go("/leads/new/")
    desk.page.get_by_text("号码怎么来的、房屋类型").click()
    for label, words in typed.items():
        desk.fill(label, words)
    desk.choose("来源", "电话咨询")
    expect(desk.page.get_by_label("号码怎么来的", exact=True)).to_have_value("phone")  # it follows the source until somebody says otherwise
    desk.choose("来源", "自然到店").choose("号码怎么来的", "客户当面提供").choose("依据", "答复客户本人咨询所必需").press("登记")

    desk.sees("手机号是 11 位，这个有 10 位。")
    for label, words in typed.items():
        expect(desk.page.get_by_label(label, exact=True)).to_have_value(words)
    assert Lead.objects.count() == 0

    desk.fill("手机", "13858003371").press("登记").sees("徐念", "澄湖里")
    assert Lead.objects.get().customer.name == "徐念"


def test_a_form_that_comes_back_is_entered_at_the_topmost_field_to_mend(company):
    lead = road.assigned_lead(company.cast)
    desk = company.front_desk
    desk.go(f"/aftersales/complaints/of/{lead.ref}/").fill("投诉人", "").press("登记投诉")

    said = desk.page.get_by_label("投诉内容", exact=True)  # declared behind where it came from, and standing above it
    expect(said).to_be_focused()
    expect(desk.page.get_by_role("link", name="跳到第一处")).to_have_attribute("href", f"#{said.get_attribute('id')}")


# How far the label of the field with the focus stands below the bar that stays at the top, and above the end of the window.
IN_SIGHT = """() => {
  const label = document.activeElement.labels[0].getBoundingClientRect(), bar = document.querySelector('.top, .site-head').getBoundingClientRect();
  return [label.top - bar.bottom, innerHeight - document.activeElement.getBoundingClientRect().bottom].map(Math.floor);
}"""


@pytest.mark.parametrize("size", [(1440, 500), (390, 600)])
def test_the_field_to_mend_stands_with_its_label_below_the_bar_at_the_top(company, size):
    lead = road.assigned_lead(company.cast)
    desk = company.front_desk
    desk.go(f"/aftersales/complaints/of/{lead.ref}/")
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.fill("投诉人", "").press("登记投诉")
    expect(desk.page.get_by_label("投诉内容", exact=True)).to_be_focused()
    assert min(desk.page.evaluate(IN_SIGHT)) >= 0

    desk.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    desk.page.get_by_role("link", name="跳到第一处").click()
    assert min(desk.page.evaluate(IN_SIGHT)) >= 0


def test_two_tabs_assign_once_and_the_second_gets_a_sentence(company):
    lead = road.registered_lead(company.cast)
    first, second = company.front_desk, company.another_tab("front_desk")
    for tab in (first, second):
        tab.go(f"/leads/{lead.ref}/assignments/").choose("设计师", "林晓舟").choose("客户经理", "沈亦安")

    first.press("派单").is_told("已派给 林晓舟")
    second.press("派单").is_refused("这户已经在 林晓舟 手上。")

    assert Assignment.objects.count() == 1


SEND_TWICE = """async () => {
  const form = document.querySelector("form#act");
  const send = () => fetch(form.action, { method: "POST", body: new FormData(form) });
  return (await Promise.all([send(), send()])).map((answer) => `${answer.status} ${new URL(answer.url).pathname}`);
}"""


def test_a_form_that_is_sent_twice_acts_once_and_both_answers_are_the_first(company):
    lead = road.assigned_lead(company.cast)
    desk = company.designer
    desk.go(f"/leads/{lead.ref}/follow-ups/").fill("说了什么", "约了周六看户型")

    assert desk.page.evaluate(SEND_TWICE) == [f"200 /leads/{lead.ref}/"] * 2

    assert FollowUp.objects.count() == 1


def test_a_double_click_acts_once(company):
    lead = road.assigned_lead(company.cast)
    desk = company.designer
    desk.go(f"/leads/{lead.ref}/follow-ups/").fill("说了什么", "约了周六看户型")
    desk.page.get_by_role("button", name="记下联系", exact=True).dblclick()

    desk.is_told("联系已记下")
    assert FollowUp.objects.count() == 1


def test_a_draft_survives_a_reload_and_a_logout(company):
    lead = road.assigned_lead(company.cast)
    desk = company.designer
    desk.go(f"/leads/{lead.ref}/consultations/")
    desk.page.get_by_label("客户提出的要求").press_sequentially("老人房要扶手")
    expect(desk.page.locator("[data-draft-note]").first).to_contain_text("草稿")

    desk.page.reload()
    expect(desk.page.get_by_label("客户提出的要求")).to_have_value("老人房要扶手")

    desk.sign_out()
    elsewhere = company.another_browser("designer")
    elsewhere.go(f"/leads/{lead.ref}/consultations/")
    expect(elsewhere.page.get_by_label("客户提出的要求")).to_have_value("老人房要扶手")


def test_the_form_of_the_next_customer_is_empty_and_a_draft_can_be_cleared(company):
    desk = company.front_desk

    def opened() -> str:
        desk.go("/leads/new/")
        desk.page.wait_for_load_state("networkidle")  # a kept draft would be laid in by now
        return desk.page.get_by_label("手机", exact=True).input_value()

    desk.go("/leads/new/")
    for label, words in {"手机": "13858003371", "客户": "徐念", "楼盘": "澄湖里"}.items():
        desk.page.get_by_label(label, exact=True).press_sequentially(words)
    expect(desk.page.locator("[data-draft-note]").first).to_contain_text("草稿")
    desk.press("登记").is_told("徐念 已登记")
    assert opened() == ""

    desk.page.get_by_label("手机", exact=True).press_sequentially("1385800")
    expect(desk.page.locator("[data-draft-note]").first).to_contain_text("草稿")
    assert opened() == "1385800"  # left half-way: it is there again
    desk.press("清空草稿")
    expect(desk.page.get_by_label("手机", exact=True)).to_have_value("")
