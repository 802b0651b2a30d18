"""The clocks of lost days, extensions, prices outside the list, unsigned work and disputes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days
from projects.deadlines import _rungs
from staff import posts

DAYS_TOLD = Clock(
    "projects.days_told", says=_("Tell the customer of the lost days in writing"), source="P26 G15 P07", within=Days(3), owner="project_manager",
    starts=_("the first day was lost that moves the completion"), stops=_("an extension is written for it, or the day is struck"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
EXTENSION_SIGNING = Clock(
    "projects.extension_signing", says=_("Have the extension signed by both sides"), source="P26 G15", within=Days(3), owner="project_manager",
    starts=_("the extension was written"), stops=_("both sides have signed, or it is withdrawn"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
OFF_LIST = Clock(
    "projects.off_list", says=_("Decide on a price outside the list"), source="LR-23 000:L31", within=Days(2), owner="engineering_manager",
    starts=_("the project manager asked for it"), stops=_("the price is approved or refused"), ladder=_rungs(1, ("owner", posts.STORE_MANAGER)),
)  # fmt: skip
UNSIGNED_WORK = Clock(
    "projects.unsigned_work", says=_("Settle what becomes of work that nobody signed"), source="G14 LR-23", within=Days(3), owner="project_manager",
    starts=_("work was done before its change was signed"), stops=_("it is signed, put back or left free of charge"),
    ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
DISPUTE = Clock(
    "projects.dispute", says=_("Answer the customer's dispute of the settlement"), source="P29 P30 P31 LR-24", within=Days(3), owner="project_manager",
    starts=_("the customer disputed a line"), stops=_("it is answered"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER), (posts.STORE_MANAGER,)),
)  # fmt: skip
SECOND_VERSION = Clock(
    "projects.second_version", says=_("Make the next version of the disputed settlement"), source="P29 P30 P31", within=Days(2), owner="project_manager",
    starts=_("the last dispute was answered"), stops=_("the next version is made"), ladder=_rungs(1, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip
PAYMENT_REMINDER = Clock(
    "projects.payment_reminder", says=_("Write the payment reminder"), source="P27 Q32", within=Days(1), owner="site_supervisor",
    starts=_("an instalment is late; again a week after each reminder"), stops=_("the reminder is written, or the instalment is paid"),
    ladder=_rungs(0, ("owner", posts.ENGINEERING_MANAGER)),
)  # fmt: skip

__all__ = ["DAYS_TOLD", "DISPUTE", "EXTENSION_SIGNING", "OFF_LIST", "PAYMENT_REMINDER", "SECOND_VERSION", "UNSIGNED_WORK"]
