"""The clocks of the till and of what was promised."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Hours, Rung
from staff import posts

TILL = Clock(
    "leads.till", says=_("Close the day of the till"), source="P28 LR-53", within=Hours(12), owner="cashier",
    starts=_("something was received or paid out; due at eight in the evening of that day"), stops=_("every account of that day is closed"),
    ladder=(
        Rung(1, timedelta(hours=-2), ("owner",)), Rung(2, timedelta(hours=13), ("owner", posts.ACCOUNTANT)),
        Rung(3, timedelta(days=2), (posts.STORE_MANAGER,)),
    ),
)  # fmt: skip
TILL_CHECK = Clock(
    "leads.till_check", says=_("Check the closed day of the till"), source="LR-57", within=Days(3), owner="accountant",
    starts=_("a day with a difference was closed"), stops=_("a second person has checked it"),
    ladder=(Rung(1, timedelta(days=-1), ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER, posts.FINANCE_SUPERVISOR))),
)  # fmt: skip
REFUND = Clock(
    "leads.refund", says=_("Decide on the refund of the deposit"), source="LR-55 LR-57", within=Days(3), owner="accountant",
    starts=_("somebody asked that the deposit is given back"), stops=_("it was paid out, kept, or refused"),
    ladder=(Rung(1, timedelta(days=-1), ("owner",)), Rung(2, timedelta(0), ("owner", posts.FINANCE_SUPERVISOR, posts.STORE_MANAGER))),
)  # fmt: skip
PROMISE = Clock(
    "leads.promise", says=_("Keep what was promised"), source="L07", within=Days(3), owner="who promised",
    starts=_("something was promised to the customer; due on the day named"), stops=_("kept or broken is said, with a word"),
    ladder=(
        Rung(1, timedelta(days=-1), ("owner",)), Rung(2, timedelta(0), ("owner", posts.CUSTOMER_MANAGER)),
        Rung(3, timedelta(days=3), (posts.STORE_MANAGER,)),
    ),
)  # fmt: skip
