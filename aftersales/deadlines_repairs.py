"""The clocks of repairs: called back, on the spot, mended, called on the same day, paid; and the yearly look at a finished home."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from aftersales.repair_terms import spans
from core.clocks import Clock, Days, Hours, Rung
from staff import posts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CALL_BACK = Clock(
    id="aftersales.repair_call_back",
    says=_("Call the owner back about the fault"),
    source="R087 S19",
    starts=_("the fault was told"),
    within=Hours(2),
    owner="technician",
    stops=_("the talk with the owner is noted, or the repair is withdrawn"),
    ladder=(Rung(1, -HOUR / 4, ("owner",)), Rung(2, timedelta(0), ("owner", posts.AFTERSALES_HEAD)), Rung(3, 4 * HOUR, (posts.STORE_MANAGER,))),
)
ON_SITE = Clock(
    id="aftersales.repair_on_site",
    says=_("Be at the owner's door"),
    source="R088 Q111",
    starts=_("the fault was told"),
    within=Hours(48),
    owner="technician",
    stops=_("the technician has arrived, or it was solved on the phone"),
    ladder=(Rung(1, timedelta(0), ("owner", posts.AFTERSALES_HEAD)), Rung(2, 4 * HOUR, (posts.STORE_MANAGER,))),
)
MENDED = Clock(
    id="aftersales.repair_mended",
    says=_("Mend the fault"),
    source="S20",
    starts=_("the fault was told; the day promised to the owner moves it"),
    within=Days(7),
    owner="technician",
    stops=_("the work is noted as done"),
    ladder=(Rung(1, -4 * HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.AFTERSALES_HEAD)), Rung(3, DAY, (posts.STORE_MANAGER,))),
)
LEGAL = Clock(
    id="aftersales.repair_legal",
    says=_("A fault must not wait for fifteen days"),
    source="LR-33",
    starts=_("the fault was told"),
    within=Days(spans().legal_days),
    owner="aftersales_head",
    stops=_("the work is noted as done"),
    ladder=(
        Rung(1, -spans().legal_warn_days * DAY, ("owner", posts.STORE_MANAGER)),
        Rung(2, timedelta(0), (posts.STORE_MANAGER, posts.GENERAL_MANAGER)),
    ),
)
SAME_DAY = Clock(
    id="aftersales.repair_call",
    says=_("Call the owner on the day of the repair"),
    source="R089 S21",
    starts=_("the work is noted as done"),
    within=Hours(8),
    owner="cs_officer",
    stops=_("the call is noted, or three attempts were made"),
    ladder=(Rung(1, -HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.AFTERSALES_HEAD)), Rung(3, DAY, (posts.STORE_MANAGER,))),
)
PAID = Clock(
    id="aftersales.repair_paid",
    says=_("Take the money of the repair"),
    source="S28 L23",
    starts=_("a repair that the owner pays is done"),
    within=Days(spans().pay_days),
    owner="cashier",
    stops=_("the charge is paid"),
    ladder=(Rung(1, timedelta(0), ("owner", posts.AFTERSALES_HEAD)),),
)
PATROL = Clock(
    id="aftersales.repair_patrol",
    says=_("Look at the finished home"),
    source="S26 Q113",
    starts=_("a year after the acceptance or the last look is near"),
    within=Days(30),
    owner="aftersales_head",
    stops=_("the look is noted"),
    ladder=(Rung(1, -7 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER))),
)
RUNNING = (CALL_BACK, ON_SITE, MENDED, LEGAL, SAME_DAY)
