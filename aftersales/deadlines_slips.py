"""The clocks of slips between departments (S25), of quality tracking (P50), of the Saturday summary (R031)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Hours, Rung
from staff import posts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SLIP_ANSWER = Clock(
    id="aftersales.slip_answer",
    says=_("Answer the other department"),
    source="S25",
    starts=_("a slip was written; its moment is named there"),
    within=Days(2),
    owner="head of the asked department",
    stops=_("it is answered, or the slip is withdrawn"),
    ladder=(
        Rung(1, -4 * HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER)), Rung(3, DAY, (posts.GENERAL_MANAGER,)),
    ),
)  # fmt: skip
SLIP_READY = Clock(
    id="aftersales.slip_ready",
    says=_("Keep what was promised to the other department"),
    source="S25",
    starts=_("a slip was answered with a day"),
    within=Days(3),
    owner="who answered",
    stops=_("who asked says that it is done"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER))),
)
SLIP_CLOSING = Clock(
    id="aftersales.slip_closing",
    says=_("Say whether the other department's answer settles it"),
    source="S25",
    starts=_("a slip was answered without a day"),
    within=Days(3),
    owner="who asked",
    stops=_("who asked says that it is done"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner",)), Rung(3, 4 * DAY, (posts.STORE_MANAGER,))),
)
TRACK_AGAIN = Clock(
    id="aftersales.track_again",
    says=_("Look again how the quality of a home holds"),
    source="P50",
    starts=_("a record named the day"),
    within=Days(30),
    owner="cs_officer",
    stops=_("the next record of this home is written"),
    ladder=(Rung(1, -3 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR)), Rung(3, 7 * DAY, (posts.CS_MANAGER,))),
)
SATURDAY = Clock(
    id="aftersales.week_summary",
    says=_("Tell the direct leader of the week's complaints and work"),
    source="R031",
    starts=_("it is Saturday"),
    within=Hours(18),
    owner="cs_supervisor",
    stops=_("the summary of the week is written"),
    ladder=(Rung(1, -6 * HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_MANAGER)), Rung(3, 2 * DAY, (posts.STORE_MANAGER,))),
)
SATURDAY_READ = Clock(
    id="aftersales.week_summary_read",
    says=_("Read the summary of the week"),
    source="R031",
    starts=_("the summary of the week is written"),
    within=Days(2),
    owner="direct leader of the writer",
    stops=_("the leader has read it"),
    ladder=(Rung(1, timedelta(0), ("owner",)),),
)
