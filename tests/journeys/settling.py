"""From the acceptance to the foreman's money: cleaning, hand-over signed on the phone, a charge, three people (P45, P33, P38)."""

from __future__ import annotations

from decimal import Decimal

from core.models import Deadline
from leads.models import CashEntry
from projects.models import ForemanSettlement
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.story import Story


def clean(company: Company, story: Story) -> None:
    """Nothing is handed over before the home is clean."""
    phone, assistant = company.phone("site_supervisor"), company.engineering_assistant
    phone.go(f"{story.works}hand-over/").fill("水表底数", "12.3").press("开交接单").is_refused("还不能交接", "先保洁")
    assistant.go(story.works).follow("保洁").fill("保洁单位", "净居保洁").fill("费用", "680").press("委托保洁").is_told("已写好")
    assistant.go(f"{story.works}cleaning/").follow("验收保洁").fill("查看情况", "玻璃、地漏都看过").press("验收保洁").is_told("可以交接")


def hand_over(company: Company, story: Story) -> None:
    """P33: meters and keys, signed by owner and supervisor on the phone."""
    phone = company.phone("site_supervisor")
    phone.go(f"{story.works}hand-over/").fill("水表底数", "12.3").fill("电表底数", "86").press("开交接单").sees("竣工交接单")
    ref = story.take("P33")
    for line in ("业主签收", "工程监理"):
        sign(phone, ref, line)
    assert Deadline.objects.get(dossier=story.project.dossier, clock="projects.hand_over").stopped_at


def pay_the_foreman(company: Company, story: Story) -> None:
    """P38: a charge with its reason; one writes the statement, one approves it, one pays."""
    page, assistant, accountant = f"{story.works}foreman/", company.engineering_assistant, company.accountant
    manager = company.project_manager
    manager.go(f"{page}deductions/").fill("金额", "600").fill("什么事，承揽协议怎么约定", "卫生间墙砖空鼓返工").press("登记扣款").is_told("600.00")
    assistant.go(page).sees("50,000.00", "600.00", "49,400.00").follow("做结算单").press("做结算单").is_told("等工程部经理审批")
    company.engineering_manager.go(page).follow("审批").press("审批").is_told("由财务付款")
    accountant.go(page).follow("付款").press("付款").is_told("49,400.00").sees("已付")
    accountant.go("/projects/foremen/").sees("鲁全胜", "49,400.00")
    made = ForemanSettlement.objects.get(project=story.project)
    assert (made.deducted, made.amount, made.state) == (600, 49400, "paid")
    assert CashEntry.objects.get(paper=made.paper).amount == Decimal(-49400)
