"""The clock of the engineering department: its month's meeting."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung
from staff import posts

DAY = timedelta(days=1)

SITE_MEETING = Clock(
    id="inspections.site_meeting",
    says=_("Hold the month's site meeting"),
    source="R047",
    starts=_("the first of the month, in a store with sites under construction"),
    within=Days(31),
    owner=posts.ENGINEERING_MANAGER,
    stops=_("the meeting is noted"),
    ladder=(Rung(1, -3 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.GENERAL_MANAGER))),
)
