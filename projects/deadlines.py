"""The clocks of a site.  They run on calendar days; a breach is a fact for the desk and the month (decision 9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung
from staff import posts

_DAY = timedelta(days=1)


def _rungs(before: int, *after: tuple[str, ...]) -> tuple[Rung, ...]:
    """The owner is told some days before; then at the due moment and after three days the people above."""
    first = (Rung(1, -before * _DAY, ("owner",)),) if before else ()
    return (*first, *(Rung(len(first) + i + 1, i * 3 * _DAY, told) for i, told in enumerate(after)))


CONTRACT_SIGNING = Clock(
    "projects.contract_signing", says=_("Have the contract signed by both sides"), source="S4", within=Days(3), owner="customer_manager",
    starts=_("the contract was made"), stops=_("both sides have signed"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
CONTRACT_HAND_IN = Clock(
    "projects.contract_hand_in", says=_("Hand the signed contract in to engineering"), source="G6 S4", within=Days(2), owner="customer_manager",
    starts=_("both sides have signed"), stops=_("the contract was handed in, complete"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
CONTRACT_FILING = Clock(
    "projects.contract_filing", says=_("File the contract"), source="S4 P09", within=Days(2), owner="engineering_assistant",
    starts=_("the contract was handed in"), stops=_("the contract was filed"), ladder=_rungs(0, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
STAFFING = Clock(
    "projects.staffing", says=_("Assign project manager, supervisor, inspector and foreman"), source="S5", within=Days(2), owner="engineering_manager",
    starts=_("the contract was filed"), stops=_("all four are assigned"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
WORKS_START = Clock(
    "projects.works_start", says=_("Start the works"), source="S5 P20", within=Days(7), owner="project_manager",
    starts=_("the contract was filed; due on the contract's start date"), stops=_("the site is under construction"),
    ladder=_rungs(3, ("owner", posts.ENGINEERING_MANAGER), (posts.STORE_MANAGER,)),
)  # fmt: skip
COMPLETION = Clock(
    "projects.completion", says=_("Complete the works"), source="P07", within=Days(90), owner="project_manager",
    starts=_("the works started; due on the contract's end date, moved by signed changes"), stops=_("the site is completed"),
    ladder=_rungs(7, ("owner", posts.ENGINEERING_MANAGER), (posts.STORE_MANAGER, posts.GENERAL_MANAGER)),
)  # fmt: skip
PERMIT_EXPIRY = Clock(
    "projects.permit_expiry", says=_("Extend the permit or finish before it ends"), source="R082 R083 LR-28", within=Days(90), owner="project_manager",
    starts=_("the permit is valid; due on its last day"), stops=_("an extension is approved or the site is accepted"),
    ladder=_rungs(7, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
PASS_RETURN = Clock(
    "projects.pass_return", says=_("Return the worker passes and take the deposit back"), source="R065", within=Days(7), owner="project_manager",
    starts=_("the site was accepted"), stops=_("all passes are returned"), ladder=_rungs(2, ("owner", posts.ENGINEERING_ASSISTANT)),
)  # fmt: skip


def _due_days(instalment: Any) -> Days:
    """the days of its line in the payment table"""
    return Days(instalment.due_days)


INSTALMENT_DUE = Clock(
    "projects.instalment_due", says=_("Collect the instalment"), source="R061 R062 LR-56", within=_due_days, owner="supervisor",
    starts=_("its checks have passed and its settlement is signed"), stops=_("the instalment is paid in full"),
    ladder=_rungs(1, ("owner", posts.CUSTOMER_MANAGER), (posts.ACCOUNTANT, posts.STORE_MANAGER)),
)  # fmt: skip
CHANGE_PRICING = Clock(
    "projects.change_pricing", says=_("Price the change and have it signed"), source="R061 G14", within=Days(3), owner="project_manager",
    starts=_("the customer handed in the evidence"), stops=_("the change is signed or withdrawn"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
MIDTERM_SETTLEMENT = Clock(
    "projects.midterm_settlement", says=_("Settle mid-term and changes together"), source="R049 R061 G16", within=Days(3), owner="project_manager",
    starts=_("the carpentry was accepted"), stops=_("both settlements are signed"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
FINAL_SETTLEMENT = Clock(
    "projects.final_settlement", says=_("Make the final settlement"), source="R062 G17", within=Days(3), owner="project_manager",
    starts=_("the completion was accepted"), stops=_("the final settlement is signed"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
PAPERS_HANDED_OVER = Clock(
    "projects.papers_handed_over", says=_("Hand the papers and instructions over to the customer"), source="P34", within=Days(7),
    owner="project_manager", starts=_("check 8 has passed"), stops=_("papers and instructions were handed over"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
SUPPLEMENT = Clock(
    "projects.supplement", says=_("Have the supplement signed by both sides"), source="P07 LR-23", within=Days(3), owner="customer_manager",
    starts=_("the supplement was written"), stops=_("both sides have signed, or it is withdrawn"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
CREDIT_REFUND = Clock(
    "projects.credit_refund", says=_("Decide on giving credit back"), source="LR-57", within=Days(3), owner="accountant",
    starts=_("somebody asked that credit is given back"), stops=_("it was paid out or refused"),
    ladder=_rungs(1, ("owner", posts.FINANCE_SUPERVISOR)),
)  # fmt: skip
STOCK_COUNT = Clock(
    "projects.stock_count", says=_("Count the blank contracts"), source="P08", within=Days(28), owner="customer_manager",
    starts=_("a month begins; due on its last day"), stops=_("the blanks of the month were counted"),
    ladder=_rungs(3, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
