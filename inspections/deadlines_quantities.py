"""The clock of a measurement: the second of the two confirms (I26)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung
from staff import posts

MEASURED = Clock(
    id="inspections.measurement", says=_("Confirm what was measured"), source="I26", starts=_("a measurement was written down"), within=Days(2),
    owner="site_supervisor", stops=_("the second of the two has confirmed it, or it is withdrawn"),
    ladder=(Rung(1, -timedelta(days=1), ("owner",)), Rung(2, timedelta(0), ("owner", posts.ENGINEERING_MANAGER))),
)  # fmt: skip
