"""The clocks of the foreman's money, of cleaning and hand-over, and of what was lent from the archive.

The handbook gives no days for them; the company's own rhythm is kept: a week for what is earned, three days for each hand after that.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days
from projects.deadlines import _rungs
from staff import posts

FOREMAN_DUE = Clock(
    "projects.foreman_due", says=_("Write the foreman's statement"), source="P38", within=Days(7), owner="engineering_assistant",
    starts=_("the work of an instalment has passed"), stops=_("a statement stands for what is open"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
FOREMAN_APPROVAL = Clock(
    "projects.foreman_approval", says=_("Approve the foreman's statement"), source="P38", within=Days(3), owner="engineering_manager",
    starts=_("the statement was written"), stops=_("it was approved or refused"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
FOREMAN_PAYMENT = Clock(
    "projects.foreman_payment", says=_("Pay the foreman"), source="P38", within=Days(3), owner="accountant",
    starts=_("the statement was approved"), stops=_("it was paid or refused"), ladder=_rungs(1, ("owner", posts.FINANCE_SUPERVISOR)),
)  # fmt: skip
COMMISSION_APPROVAL = Clock(
    "projects.commission_approval", says=_("Approve the supervisor's commission"), source="P39", within=Days(7), owner="engineering_manager",
    starts=_("the commission was registered"), stops=_("it was approved or withdrawn"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
SAVING_REVIEW = Clock(
    "projects.saving_review", says=_("Review the proposal about cost"), source="P41", within=Days(3), owner="engineering_manager",
    starts=_("it was proposed"), stops=_("it was reviewed"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
CLEANING = Clock(
    "projects.cleaning", says=_("Have the home cleaned"), source="P45", within=Days(3), owner="engineering_assistant",
    starts=_("the works are completed; due on the day ordered"), stops=_("the cleaning was taken over"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
HAND_OVER = Clock(
    "projects.hand_over", says=_("Hand the home over to its owner"), source="P33", within=Days(3), owner="site_supervisor",
    starts=_("the site was accepted"), stops=_("owner and supervisor have signed the hand-over"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
LOAN_RETURN = Clock(
    "projects.loan_return", says=_("Fetch the document back"), source="P36", within=Days(7), owner="document_clerk",
    starts=_("a document was lent; due on the day agreed"), stops=_("it came back"), ladder=_rungs(1, ("owner", posts.ENGINEERING_ASSISTANT)),
)  # fmt: skip
