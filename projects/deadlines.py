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
    "projects.instalment_due", says=_("Collect the instalment"), source="R061 R062 LR-56", within=_due_days, owner="site_supervisor",
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
SITE_NEED = Clock(
    "projects.site_need", says=_("Get the permission before the work begins"), source="G19 G20 G21 G22 LR-27", within=Days(3), owner="project_manager",
    starts=_("a work that needs a permission was planned; due some days before it begins"), stops=_("the application is approved or the work is dropped"),
    ladder=_rungs(2, ("owner", posts.ENGINEERING_ASSISTANT), (posts.ENGINEERING_MANAGER,)),
)  # fmt: skip
PERMIT_EXTENSION = Clock(
    "projects.permit_extension", says=_("Ask the property office for an extension"), source="R082 A06 P26", within=Days(3), owner="project_manager",
    starts=_("the agreed completion has moved beyond the end of the permit"),
    stops=_("the application for the extension is written, or the works are accepted"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
FEE_PAYMENT = Clock(
    "projects.fee_payment", says=_("Pay the property office and file the receipt"), source="R064 R065 R066 R084", within=Days(3),
    owner="project_manager", starts=_("the property office asked for the money"), stops=_("the receipt is filed"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_ASSISTANT)),
)  # fmt: skip
FEE_RETURN = Clock(
    "projects.fee_return", says=_("Take the deposit back from the property office"), source="R065 Q72", within=Days(30), owner="project_manager",
    starts=_("the site was accepted"), stops=_("the deposit is back"),
    ladder=_rungs(7, ("owner", posts.ENGINEERING_ASSISTANT), (posts.ENGINEERING_MANAGER,)),
)  # fmt: skip
PASS_COLLECTION = Clock(
    "projects.pass_collection", says=_("Collect the re-issued worker passes"), source="R083 A04", within=Days(3), owner="project_manager",
    starts=_("an extension was approved"), stops=_("every pass is collected and signed for"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_ASSISTANT)),
)  # fmt: skip
DOUBT_ANSWER = Clock(
    "projects.doubt_answer", says=_("Answer the doubt in drawings or budget"), source="P14 G7", within=Days(2), owner="designer",
    starts=_("a doubt was raised"), stops=_("it is answered"), ladder=_rungs(1, ("owner", posts.DESIGN_MANAGER)),
)  # fmt: skip
DOUBT_CLOSING = Clock(
    "projects.doubt_closing", says=_("Close the answered doubt"), source="P14 G7", within=Days(2), owner="project_manager",
    starts=_("a doubt was answered"), stops=_("it is closed"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
PHASE_END = Clock(
    "projects.phase_end", says=_("Finish the phase of the works"), source="P19 P20", within=Days(7), owner="foreman",
    starts=_("the phase began; due on its last planned day"), stops=_("the phase is finished"),
    ladder=_rungs(1, ("owner", posts.PROJECT_MANAGER), (posts.ENGINEERING_MANAGER,)),
)  # fmt: skip
CLIENT_MATERIAL = Clock(
    "projects.client_material", says=_("Remind the customer: the material is needed on site"), source="P21", within=Days(7), owner="foreman",
    starts=_("the material was put on the customer's list; due the day before it is needed"), stops=_("it is on site"),
    ladder=_rungs(5, ("owner", posts.PROJECT_MANAGER)),
)  # fmt: skip
MATERIAL_ORDER = Clock(
    "projects.material_order", says=_("Order the main material"), source="P40", within=Days(7), owner="project_manager",
    starts=_("the material was planned; due before its phase by the supplier's days"), stops=_("it is ordered"),
    ladder=_rungs(3, ("owner", posts.MATERIAL_AGENT), (posts.ENGINEERING_MANAGER,)),
)  # fmt: skip
MATERIAL_ARRIVAL = Clock(
    "projects.material_arrival", says=_("See that the ordered material arrives"), source="P40", within=Days(7), owner="project_manager",
    starts=_("the material was ordered, or refused; due on the day that the supplier promised"), stops=_("it has arrived"),
    ladder=_rungs(2, ("owner", posts.MATERIAL_AGENT), (posts.ENGINEERING_MANAGER,)),
)  # fmt: skip
