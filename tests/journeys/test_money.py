"""Money that goes back: a deposit refunded by two people; a payment in error reversed and booked anew, and the till closed at night."""

from __future__ import annotations

import pytest

from leads.models import CashEntry, Lead, TillClosing
from tests import road
from tests.journeys.people import Company
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_deposit_refunded(live_site, live_cast, browser, tmp_path):
    """The customer manager asks, the accountant pays out, the voucher waits for the receiver's hand, the enquiry is closed (LR-55, LR-57)."""
    open_the_house(live_cast)
    lead = road.deposit_lead(live_cast)
    with Company(browser, live_site.url, live_cast, tmp_path).watched() as company:
        asks = company.customer_manager.go(f"/leads/{lead.ref}/deposit-refunds/")
        asks.mark("不签约的原因", "双方协商解除").fill("客户的说法", "房子卖掉了，不装修了")
        asks.press("申请退款")
        asks.sees("待财务第二人办理")

        pays = company.accountant.go(f"/leads/{lead.ref}/deposit-refunds/")
        pays.follow("付款")
        pays.press("付款")
        pays.sees("L28-CX-2026-0001")
        assert pays.wrong == asks.wrong == []

    lead.refresh_from_db()
    assert lead.stage == "lost" and [int(e.amount) for e in CashEntry.objects.order_by("id")] == [10000, -10000]


def test_a_payment_in_error_and_the_till_at_night(live_site, live_cast, browser, tmp_path):
    """Booked to the wrong customer, reversed by a second person, booked anew; in the evening the till is counted (LR-53, LR-57)."""
    open_the_house(live_cast)
    wrong = road.agreed_lead(live_cast)
    right = road.agreed_lead(live_cast, phones=["13858003399"], home=road.home(room_no="1103"))
    with Company(browser, live_site.url, live_cast, tmp_path).watched() as company:
        cashier, accountant = company.cashier, company.accountant
        for lead in (wrong, right):
            cashier.go(f"/leads/{lead.ref}/deposits/")
            cashier.mark("付款方式", "现金").press("开收据")
            if lead == wrong:
                accountant.go(f"/leads/{lead.ref}/deposit-reversals/")
                accountant.fill("原因", "记错客户，应为 1103 室")
                accountant.press("冲正")
        cashier.go("/leads/till/").follow("做日结")
        cashier.fill("盘点", "9995")
        cashier.press("做日结")
        cashier.is_refused("盘点与账面相差 −¥5.00，请写明原因。")
        cashier.fill("差额原因", "找零少收五元")
        cashier.press("做日结")

        accountant.go("/leads/till/").follow("柜台现金")
        accountant.fill("说明", "明天补上")
        accountant.press("复核无误")
        assert cashier.wrong == accountant.wrong == []

    assert [Lead.objects.get(pk=lead.pk).stage for lead in (wrong, right)] == ["proposal_presented", "deposit_paid"]
    closing = TillClosing.objects.get()
    assert (int(closing.expected), int(closing.counted), closing.checked_by) == (10000, 9995, live_cast.accountant)
