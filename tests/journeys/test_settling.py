"""From the acceptance to the foreman's money, walked through the browser: cleaning, hand-over signed on the phone, a charge, three people (P45, P33, P38)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.models import Deadline, Paper
from leads.models import CashEntry
from projects.models import ForemanSettlement
from tests.factories import settling
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.signing import draw, open_to_sign, read
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_home_is_cleaned_handed_over_and_the_foreman_is_paid(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    site = settling.accepted(live_cast)
    company = Company(browser, live_site.url, live_cast, tmp_path)
    page = f"/projects/{site.ref}"
    with press.running(), company.watched():
        phone = company.phone("site_supervisor")
        phone.go(f"{page}/hand-over/").fill("水表底数", "12.3").press("开交接单").is_refused("还不能交接", "先保洁")

        assistant = company.engineering_assistant
        assistant.go(page + "/").follow("保洁").fill("保洁单位", "净居保洁").fill("费用", "680").press("委托保洁").is_told("已写好")
        assistant.go(f"{page}/cleaning/").follow("验收保洁").fill("查看情况", "玻璃、地漏都看过").press("验收保洁").is_told("可以交接")

        phone.go(f"{page}/hand-over/").fill("水表底数", "12.3").fill("电表底数", "86").press("开交接单").sees("竣工交接单")
        hand_over = Paper.objects.get(dossier=site.dossier, kind="P33").ref
        for line in ("业主签收", "工程监理"):
            open_to_sign(phone, hand_over, line, patient=True)
            read(phone)
            draw(phone)
            phone.press("确认签字")

        manager = company.project_manager
        manager.go(f"{page}/foreman/deductions/").fill("金额", "600").fill("什么事，承揽协议怎么约定", "卫生间墙砖空鼓返工").press("登记扣款").is_told("600.00")
        assistant.go(f"{page}/foreman/").sees("50,000.00", "600.00", "49,400.00").follow("做结算单").press("做结算单").is_told("等工程部经理审批")
        company.engineering_manager.go(f"{page}/foreman/").follow("审批").press("审批").is_told("由财务付款")
        company.accountant.go(f"{page}/foreman/").follow("付款").press("付款").is_told("49,400.00").sees("已付")
        company.accountant.go("/projects/foremen/").sees("鲁全胜", "49,400.00")

    made = ForemanSettlement.objects.get(project=site)
    assert (made.deducted, made.amount, made.state) == (600, 49400, "paid")
    assert CashEntry.objects.get(paper=made.paper).amount == Decimal(-49400)
    assert Deadline.objects.get(dossier=site.dossier, clock="projects.hand_over").stopped_at
