"""The clocks of the sites: patrol, rectification, re-check, signatures, and what may stay open when a check passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung, WorkingDays
from inspections.checks import rules
from staff import posts

DAY = timedelta(days=1)

PATROL = Clock(
    id="inspections.patrol",
    says=_("Patrol the site"),
    source="R040 LR-25",
    starts=_("construction has started, or the last patrol"),
    within=Days(5),
    owner="quality_inspector",
    stops=_("the patrol is recorded"),
    ladder=(
        Rung(1, -DAY, ("owner",)),
        Rung(2, timedelta(0), ("owner", posts.ENGINEERING_MANAGER)),
        Rung(3, DAY, ("owner", posts.ENGINEERING_MANAGER, posts.GENERAL_MANAGER)),
    ),
)


def rework(rectification: Any) -> Days:
    """3 days for a main item, 5 days for a general one."""
    return Days(rules().rework_days(rectification.finding.severity))


RECTIFICATION = Clock(
    id="inspections.rectification",
    says=_("Put the fault right"),
    source="I14 Q58",
    starts=_("the rectification is raised, or the re-check was not satisfied"),
    within=rework,
    owner="foreman",
    stops=_("the rectification is answered with a photo after"),
    ladder=(
        Rung(1, -DAY, ("owner",)),
        Rung(2, timedelta(0), ("owner", posts.PROJECT_MANAGER, posts.QUALITY_INSPECTOR)),
        Rung(3, 2 * DAY, (posts.ENGINEERING_MANAGER,)),
    ),
)

RECHECK = Clock(
    id="inspections.recheck",
    says=_("Look at the rectification again"),
    source="I14 Q58",
    starts=_("the rectification is answered"),
    within=Days(rules().recheck_days),
    owner="quality_inspector",
    stops=_("the re-check is recorded"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.ENGINEERING_MANAGER))),
)

SIGNATURES = Clock(
    id="inspections.signatures",
    says=_("Have the check paper signed"),
    source="LR-22 R048",
    starts=_("the check has passed"),
    within=WorkingDays(3),
    owner="quality_inspector",
    stops=_("everybody has signed; silence is never acceptance"),
    ladder=(
        Rung(1, -DAY, ("owner", posts.PROJECT_MANAGER)),
        Rung(2, timedelta(0), ("owner", posts.SITE_SUPERVISOR, posts.ENGINEERING_MANAGER)),
    ),
)


def deferred(item: Any) -> Days:
    """14 days for the flood test of the old wet areas, 30 days for the air tests."""
    return Days(item.defer_days)


DEFERRED_ITEM = Clock(
    id="inspections.deferred_item",
    says=_("Record the item that was left open"),
    source="LR-35 C1-10 C8-14",
    starts=_("the check has passed with the item open"),
    within=deferred,
    owner="quality_inspector",
    stops=_("the item is recorded"),
    ladder=(
        Rung(1, -2 * DAY, ("owner",)),
        Rung(2, timedelta(0), ("owner", posts.PROJECT_MANAGER, posts.ENGINEERING_MANAGER)),
    ),
)
