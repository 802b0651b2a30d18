"""A return-visit round walked through the browser: drawn at the desk, called on the phone, a low score opens a case, closed with its report."""

from __future__ import annotations

import pytest
from django.utils import timezone

from aftersales.models import Complaint, LowScore, RoundCall, VisitRound
from tests.factories import aftersales as after
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AGREED = "客户约定了这个时间，或主动要求联系"  # the journey runs at any hour of the day


def test_a_round_on_the_phone_with_a_low_score_that_opens_a_case(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    site = after.accepted_project(live_cast, at=timezone.now())
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with press.running(), company.watched():
        boss, phone = company.cs_supervisor, company.phone("cs_officer")
        boss.go("/aftersales/rounds/").follow("抽取名单").fill("回访名称", "入冬回访").fill("目的", "问采暖前的用水用电")
        boss.choose("孙可", "不参加").choose("赵敏之", "一份").press("抽取名单").is_told("名单已抽好")
        boss.press("下发名单").is_told("名单已下发")

        phone.go("/aftersales/rounds/mine/").sees(site.customer_name)
        phone.page.locator(".call-row a").first.click()
        phone.page.wait_for_url("**/calls/")
        phone.press("显示电话").sees("1385800")
        phone.mark("联系上了吗", "联系上了").mark("客户评价", "不满意").tick(AGREED).press("记下这次回访").sees("请记下客户对什么不满意")
        phone.fill("对什么不满意，怎样改进", "主卫地漏返味，报过一次没有下文").press("记下这次回访").is_told("S04-")
        call = RoundCall.objects.select_related("paper").get()
        sign(phone, call.paper, "回访人")

        low = LowScore.objects.get(paper=call.paper)
        boss.go("/aftersales/low-scores/").sees("主卫地漏返味", low.case, "当日回电")
        boss.go(f"/aftersales/low-scores/{call.paper.ref}/").mark("联系上了吗", "联系上了").tick(AGREED)
        boss.fill("客户怎么说、约定了什么", "已道歉，约明天上午上门").press("记下通话").sees("已就此差评回电客户")
        round = VisitRound.objects.get()
        boss.go(f"/aftersales/rounds/{round.ref}/").follow("结束回访").fill("分析", "地漏返味要查水封。").press("写报告").sees("回访总结报告", "入冬回访")

    round.refresh_from_db()
    assert (round.state, round.report.kind, Complaint.objects.get().ref) == ("closed", "S05", low.case)
