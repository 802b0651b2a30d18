"""The clocks after acceptance: the warranty paper, the card, the return visits."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from aftersales.deadlines_complaints import (  # noqa: F401
    ANSWER,
    APPROVE,
    CALL,
    CHECK_ITEM,
    HANDLE,
    HANDOVER,
    INVESTIGATE,
    JUDGE,
    MONTH,
    REPLY,
    SUM_UP,
    WEEK,
)
from aftersales.deadlines_repairs import CALL_BACK, LEGAL, MENDED, ON_SITE, PAID, PATROL, SAME_DAY  # noqa: F401  (registered with the others)
from aftersales.deadlines_rounds import (  # noqa: F401
    LOW_CALL,
    PART_BACK,
    REPEAT,
    ROUND_CALL,
    ROUND_REPORT,
    SURVEY_ANALYSIS,
    SURVEY_EFFECT,
)
from aftersales.terms import texts
from core.clocks import Clock, Days, Hours, Rung, WorkingDays
from staff import posts

DAY = timedelta(days=1)
FIRST, SECOND = texts().return_visits

RECEIPT = Clock(
    id="aftersales.warranty_receipt",
    says=_("Have the warranty paper received by the owner"),
    source="LR-32 S50",
    starts=_("the works were accepted"),
    within=WorkingDays(5),
    owner="project_manager",
    stops=_("the owner has signed for the warranty paper"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.ENGINEERING_MANAGER))),
)
CARD = Clock(
    id="aftersales.warranty_card",
    says=_("Hand over the warranty card"),
    source="G18 S01",
    starts=_("the site is settled"),
    within=Days(3),
    owner="cs_officer",
    stops=_("the customer has signed for the warranty card"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.PROJECT_MANAGER, posts.CS_SUPERVISOR))),
)
EVALUATION = Clock(
    id="aftersales.evaluation",
    says=_("Have the evaluation filled in by the customer"),
    source="G18 S02",
    starts=_("the site is settled"),
    within=Days(7),
    owner="cs_officer",
    stops=_("the customer has signed the evaluation"),
    ladder=(Rung(1, -2 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
FIRST_VISIT = Clock(
    id="aftersales.return_visit",
    says=_("Make the return visit after acceptance"),
    source="R020 R021 R023 S04",
    starts=_("the works were accepted"),
    within=Days(FIRST),
    owner="cs_officer",
    stops=_("the return visit is recorded, or three attempts were made"),
    ladder=(
        Rung(1, -DAY, ("owner",)),
        Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR)),
        Rung(3, 2 * DAY, (posts.STORE_MANAGER,)),
    ),
)
MONTH_VISIT = Clock(
    id="aftersales.month_visit",
    says=_("Make the return visit after the first month"),
    source="R020 S04",
    starts=_("the works were accepted"),
    within=Days(SECOND),
    owner="cs_officer",
    stops=_("the return visit is recorded, or three attempts were made"),
    ladder=(Rung(1, -3 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
LOW_SCORE = Clock(
    id="aftersales.low_score",
    says=_("Call the customer about the bad answer"),
    source="S02 S18",
    starts=_("the customer signed an evaluation with a bad answer"),
    within=Hours(12),
    owner="cs_supervisor",
    stops=_("the call is recorded"),
    ladder=(Rung(1, timedelta(0), ("owner", posts.STORE_MANAGER)), Rung(2, DAY, (posts.GENERAL_MANAGER,))),
)
VISITS = {"acceptance": FIRST_VISIT, "month": MONTH_VISIT, "low_score": LOW_SCORE}
