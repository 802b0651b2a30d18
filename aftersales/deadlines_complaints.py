"""The clocks of a complaint's six steps (R026, Q100), of the law (LR-24), of week and month (R029, R030), of the shift hand-over."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from aftersales.complaint_terms import spans
from core.clocks import Clock, Days, Hours, Rung
from staff import posts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

REPLY = Clock(
    id="aftersales.complaint_reply", quiet=True,
    says=_("Give the complainant a first answer"),
    source="R026 S15",
    starts=_("the complaint was registered; a moment promised to the customer moves it"),
    within=Hours(4),
    owner="cs_officer",
    stops=_("the customer was reached and answered"),
    ladder=(Rung(1, -HOUR / 2, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
JUDGE = Clock(
    id="aftersales.complaint_judge", quiet=True,
    says=_("Judge the complaint"),
    source="R026 Q100",
    starts=_("the complaint was registered, or opened again"),
    within=Days(spans().judge_days),
    owner="cs_supervisor",
    stops=_("it is judged: upheld or not, with the reason"),
    ladder=(Rung(1, -4 * HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_MANAGER, posts.STORE_MANAGER))),
)
ANSWER = Clock(
    id="aftersales.complaint_answer", quiet=True,
    says=_("Tell the customer why the complaint is not upheld"),
    source="R026",
    starts=_("it was judged not upheld"),
    within=Days(1),
    owner="cs_officer",
    stops=_("the customer was told"),
    ladder=(Rung(1, -4 * HOUR, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
INVESTIGATE = Clock(
    id="aftersales.complaint_investigate", quiet=True,
    says=_("Investigate the complaint"),
    source="R026 S08 Q100",
    starts=_("it was judged upheld; counted from the registration"),
    within=Days(spans().investigate_days),
    owner="head of the responsible department",
    stops=_("cause and responsible person are noted"),
    ladder=(Rung(1, -DAY / 2, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
APPROVE = Clock(
    id="aftersales.complaint_approve", quiet=True,
    says=_("Propose solutions and have one approved"),
    source="R026 S09 G23 Q100",
    starts=_("the complaint was investigated; counted from the registration"),
    within=Days(spans().approve_days),
    owner="leader in charge",
    stops=_("the leader in charge has approved one"),
    ladder=(Rung(1, -DAY / 2, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR, posts.GENERAL_MANAGER))),
)
HANDLE = Clock(
    id="aftersales.complaint_handle", quiet=True,
    says=_("Have the solution signed and carry it out"),
    source="R026 S09 G23 Q100",
    starts=_("a solution was approved; counted from the registration"),
    within=Days(spans().handle_days),
    owner="cs_officer",
    stops=_("the solution is carried out, with the customer's feedback"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
CALL = Clock(
    id="aftersales.complaint_call", quiet=True,
    says=_("Make the return call after the handling"),
    source="R026 R020 Q100",
    starts=_("the solution was carried out"),
    within=Days(spans().call_days),
    owner="cs_officer",
    stops=_("the call is noted, or three attempts were made"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_SUPERVISOR))),
)
SUM_UP = Clock(
    id="aftersales.complaint_sum_up", quiet=True,
    says=_("Sum the complaint up"),
    source="R026 S10",
    starts=_("the return call was made"),
    within=Days(spans().summary_days),
    owner="cs_supervisor",
    stops=_("summary, rating and improvement are written"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_MANAGER))),
)
LEGAL = Clock(
    id="aftersales.complaint_legal", quiet=True,
    says=_("A complaint must not wait for fifteen days"),
    source="LR-24",
    starts=_("the complaint was registered"),
    within=Days(spans().legal_days),
    owner="cs_supervisor",
    stops=_("the solution is carried out, or the customer was told why not"),
    ladder=(
        Rung(1, -spans().legal_warn_days * DAY, ("owner", posts.STORE_MANAGER, posts.GENERAL_MANAGER)),
        Rung(2, timedelta(0), ("owner", posts.GENERAL_MANAGER)),
    ),
)
CHECK_ITEM = Clock(
    id="aftersales.check_item",
    says=_("Decide about the proposed check item"),
    source="S10",
    starts=_("a check item was proposed"),
    within=Days(7),
    owner="engineering_manager",
    stops=_("it is adopted or declined"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner",))),
)
WEEK = Clock(
    id="aftersales.complaint_week", quiet=True,
    says=_("Report the complaints of the week"),
    source="R029 S12 S17",
    starts=_("a week is over"),
    within=Days(2),
    owner="cs_supervisor",
    stops=_("the report of the week is written"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_MANAGER))),
)
MONTH = Clock(
    id="aftersales.complaint_month", quiet=True,
    says=_("Tell the departments of the month's complaints"),
    source="R030 S13",
    starts=_("a month is over"),
    within=Days(5),
    owner="cs_supervisor",
    stops=_("the notice of the month is written"),
    ladder=(Rung(1, -2 * DAY, ("owner",)), Rung(2, timedelta(0), ("owner", posts.CS_MANAGER))),
)
HANDOVER = Clock(
    id="aftersales.shift_handover",
    says=_("Have the shift hand-over signed by both"),
    source="S16",
    starts=_("the hand-over was listed"),
    within=Hours(1),
    owner="cs_officer",
    stops=_("both have signed"),
    ladder=(Rung(1, timedelta(0), ("owner", posts.CS_SUPERVISOR)),),
)
STEPS = (JUDGE, ANSWER, INVESTIGATE, APPROVE, HANDLE, CALL, SUM_UP)
