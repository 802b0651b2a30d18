"""Nothing is forgotten: a preview that goes late through every level of its ladder; a customer who is not content with the designer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config import reach
from core import clocks
from core.models import Deadline
from leads import services
from leads.models import HotlineCase
from tests import road
from tests.journeys.people import Company, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PREVIEW = "交付设计预案"


@pytest.fixture
def company(live_site, live_cast, browser, tmp_path):
    with Company(browser, live_site.url, live_cast, tmp_path).watched() as house:
        yield house


def minute(at: datetime) -> None:
    """One minute of the worker."""
    clocks.sweep(at=at, audience=reach.audience)
    services.follow(at=at)


def heard(seat: Seat, words: str) -> bool:
    """Whether the desk says it among what came in."""
    seat.go("/")
    return bool(seat.page.locator("main").get_by_text(re.compile(f"^{re.escape(words)}$")).count())


def test_a_preview_that_goes_late_climbs_from_the_designer_to_the_general_manager(company):
    """R001: soon on day 5, late on day 7; then a day and three days more."""
    cast, began = company.cast, timezone.now()
    lead = road.consulted_lead(cast, at=began)
    soon, late = f"快到了：{PREVIEW}", f"已超时：{PREVIEW}"
    rungs = ((5, "designer", soon), (7, "design_manager", late), (8, "store_manager", late), (10, "general_manager", late))

    for day, post, words in rungs:
        seat = company.seat(post, "desk")
        minute(began + timedelta(days=day, seconds=-1))
        assert not heard(seat, words), post
        minute(began + timedelta(days=day))
        assert heard(seat, words), post

    company.seat("general_manager", "desk").sees("林晓舟")
    designer = company.designer
    designer.go(f"/leads/{lead.ref}/proposals/").fill("风格", "现代原木").fill("总体方案", "厨房与餐厅之间做三联动移门")
    designer.fill("估价", "270000").press("交付预案").is_told("预案")
    assert not Deadline.objects.filter(clock="leads.preview", stopped_at=None).exists()


def test_a_customer_who_is_not_content_gets_another_designer_who_has_read_the_hand_over(company):
    """L10, Q19: the front desk hears it, customer service hears the customer, the store manager decides, the new designer confirms."""
    lead = road.consulted_lead(company.cast, at=timezone.now() - timedelta(hours=3))
    case = f"/leads/{lead.ref}/hotline-cases/1/"

    desk = company.front_desk
    desk.go(f"/leads/{lead.ref}/hotline-cases/").mark("客户不满意什么", "对设计师不满意").fill("客户的说法", "说了三次要收纳，方案里一个柜子都没有")
    desk.press("开单").is_told("热线单已开")

    service = company.cs_officer
    service.go("/leads/hotline/").follow("陈静兰").press("接单").is_told("单子归您了")
    service.fill("客户希望怎样", "换一位懂收纳的设计师").mark("建议怎么办", "换设计师").press("请示店面经理").is_told("工作台")

    manager = company.store_manager
    manager.go("/").sees("有热线单等您定")
    manager.go(case).mark("怎么办", "换设计师").fill("原因和具体安排", "方砚秋做过同户型收纳").choose("新设计师", "方砚秋")
    manager.fill("承诺内容", "周三前出新平面").press("定下来").is_refused("交接里要写进展到哪一步")
    expect(manager.page.get_by_label("承诺内容", exact=True)).to_have_value("周三前出新平面")
    manager.fill("进展到哪一步", "咨询过一次，预案还没出").press("定下来").is_told("已定")

    chief = company.chief_designer
    chief.go("/").sees("有客户转给您，请看交接", "看交接")
    chief.go(f"/leads/{lead.ref}/hand-over/").sees("咨询过一次，预案还没出", "周三前出新平面").press("我看过了").is_told("您已看过交接")
    assert company.designer.sits_down().page.goto(f"/leads/{lead.ref}/").status == 404  # type: ignore[union-attr]

    service.go(case).fill("客户的话", "新设计师很专业").mark("客户满意吗", "满意").press("结单").is_told("热线单已结")
    made: Any = HotlineCase.objects.get()
    assert (made.state, made.remedy, made.satisfaction) == ("closed", "designer", "satisfied")
    lead.refresh_from_db()
    assert lead.designer == company.cast.chief_designer and lead.hand_overs.get().read_at is not None
