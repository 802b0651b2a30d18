"""The clocks of return-visit rounds, surveys, bad answers, and of what repairs still owe."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from aftersales.round_terms import rules, survey_rules
from core.clocks import Clock, Days, Hours, Rung, WorkingDays
from staff import posts

DAY = timedelta(days=1)

ROUND_CALL = Clock(
    id="aftersales.round_call",
    says=_("Call the customer of the return-visit list"),
    source="R020 R021 R022 R023 S04",
    starts=_("the list was handed out"),
    within=Days(rules().within_days),
    owner="cs_officer",
    stops=_("the customer was reached, or tried three times"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR)), Rung(3, 2 * DAY, (posts.STORE_MANAGER,))),
)
ROUND_REPORT = Clock(
    id="aftersales.round_report",
    says=_("Close the return-visit round with its report"),
    source="S05",
    starts=_("the last day of the round"),
    within=Days(rules().report_days),
    owner="cs_supervisor",
    stops=_("the report is written"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER))),
)
LOW_CALL = Clock(
    id="aftersales.complaint_low_call", quiet=True,
    says=_("Call the customer about the bad answer today"),
    source="S04 S18",
    starts=_("the bad answer came in"),
    within=Hours(12),
    owner="cs_supervisor",
    stops=_("the call is recorded, or three attempts were made"),
    ladder=(Rung(1, timedelta(0), ("owner", posts.STORE_MANAGER)), Rung(2, DAY, (posts.GENERAL_MANAGER,))),
)
SURVEY_ANALYSIS = Clock(
    id="aftersales.survey_analysis",
    says=_("Judge the answers of the survey and take measures"),
    source="S18",
    starts=_("the last day of the survey"),
    within=Days(survey_rules().analyse_days),
    owner="cs_supervisor",
    stops=_("analysis and measures are written"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER))),
)
SURVEY_EFFECT = Clock(
    id="aftersales.survey_effect",
    says=_("Look whether the measures of the survey have worked"),
    source="S18",
    starts=_("the measures were taken; the day is named with them"),
    within=Days(30),
    owner="cs_supervisor",
    stops=_("the effect is written"),
    ladder=(Rung(1, -2 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.STORE_MANAGER))),
)
PART_BACK = Clock(
    id="aftersales.repair_part_back",
    says=_("Get the part back from its maker"),
    source="S27",
    starts=_("the part was sent; the day is the one that the maker named"),
    within=Days(14),
    owner="aftersales_head",
    stops=_("the part is back"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR)), Rung(3, 3 * DAY, (posts.STORE_MANAGER,))),
)
REPEAT = Clock(
    id="aftersales.repair_again",
    says=_("Find out why the fault came again"),
    source="S26 S30",
    starts=_("a fault of the same kind was told in the same home"),
    within=WorkingDays(survey_rules().look_days),
    owner="engineering_manager",
    stops=_("the cause is noted, or the repair is withdrawn"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.AFTERSALES_HEAD))),
)
