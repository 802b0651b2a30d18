"""The clocks of bonds and insurances (P42) and of old debts (P43)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung
from staff import posts

NOW, DAY = timedelta(0), timedelta(days=1)

BOND_DUE = Clock(
    "projects.bond_due", says=_("File the bond or insurance that the contract asks for"), source="P42", within=Days(14), owner="engineering_assistant",
    starts=_("the contract asks for it; the day is named there"), stops=_("it is filed with its validity, or no longer asked for"),
    ladder=(
        Rung(1, -7 * DAY, ("owner", posts.SITE_SUPERVISOR)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER)), Rung(3, 3 * DAY, (posts.STORE_MANAGER,)),
    ),
)  # fmt: skip
BOND_ENDS = Clock(
    "projects.bond_ends", says=_("Renew the bond or insurance before it ends"), source="P42", within=Days(365), owner="engineering_assistant",
    starts=_("a bond was filed; it ends on its last day"), stops=_("the next one is filed, or it is given back"),
    ladder=(
        Rung(1, -30 * DAY, ("owner",)), Rung(2, -7 * DAY, ("owner", posts.ENGINEERING_MANAGER)), Rung(3, NOW, ("owner", posts.STORE_MANAGER)),
    ),
)  # fmt: skip
OLD_DEBT = Clock(
    "projects.old_debt", says=_("Collect the old debt"), source="P43 R067", within=Days(30), owner="collector",
    starts=_("the debt was registered; each attempt names the day of the next"), stops=_("it is paid, or given up with a reason"),
    ladder=(
        Rung(1, -3 * DAY, ("owner",)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER)), Rung(3, 30 * DAY, (posts.FINANCE_SUPERVISOR,)),
    ),
)  # fmt: skip
