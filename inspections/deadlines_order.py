"""The clocks of site order: refused goods, fine slips, the diary, notes, incidents, instruments."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Hours, Rung
from inspections.order_data import order_rules
from staff import posts

NOW, DAY, HOUR = timedelta(0), timedelta(days=1), timedelta(hours=1)
_R = order_rules()

GOODS_OUT = Clock(
    id="inspections.goods_out", says=_("Take the refused goods off the site"), source="I06", starts=_("a delivery was refused, whole or in part"),
    within=Days(_R.remove_days), owner=posts.PROJECT_MANAGER, stops=_("it is noted that they are gone"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER))),
)  # fmt: skip
FINE_CONFIRM = Clock(
    id="inspections.fine_confirm", says=_("Confirm the high fine or refuse it"), source="I15 Q45", starts=_("the slip was written"),
    within=Days(2), owner=posts.ENGINEERING_MANAGER, stops=_("the slip is confirmed or void"), ladder=(Rung(1, -DAY, ("owner",)), Rung(2, NOW, ("owner",))),
)  # fmt: skip
FINE_HEARING = Clock(
    id="inspections.fine_hearing", says=_("Have the foreman sign the fine slip"), source="I15", starts=_("the slip was issued"),
    within=Days(_R.fine_hear_days), owner=posts.PROJECT_MANAGER, stops=_("the foreman has signed, or refused before a witness"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER))),
)  # fmt: skip
FINE_APPEAL = Clock(
    id="inspections.fine_appeal", says=_("Decide on the foreman's appeal"), source="I15", starts=_("the foreman has appealed"),
    within=Days(_R.fine_decide_days), owner=posts.ENGINEERING_MANAGER, stops=_("the appeal is decided"),
    ladder=(Rung(1, -2 * DAY, ("owner",)), Rung(2, NOW, ("owner", posts.GENERAL_MANAGER))),
)  # fmt: skip
DIARY = Clock(
    id="inspections.diary", says=_("Write the day into the construction diary"), source="I19", starts=_("the last page of the diary"), within=Days(1),
    owner=posts.SITE_SUPERVISOR, stops=_("the day is written down"),
    ladder=(Rung(1, NOW, ("owner",)), Rung(2, DAY, ("owner", posts.ENGINEERING_MANAGER))),
)  # fmt: skip
NOTE_ANSWER = Clock(
    id="inspections.note_answer", says=_("Answer the owner's note"), source="P44", starts=_("the problem was put down in writing"),
    within=Days(_R.note_answer_days), owner="whom it was told to", stops=_("the answer is written down"),
    ladder=(Rung(1, -DAY, ("owner",)), Rung(2, NOW, ("owner", posts.PROJECT_MANAGER, posts.ENGINEERING_MANAGER))),
)  # fmt: skip
# At once to the engineering manager; who has not taken over within the hour leaves it to the general manager.
EMERGENCY = Clock(
    id="inspections.emergency", says=_("Take on the emergency"), source="I29", starts=_("the emergency was reported"),
    within=Hours(_R.emergency_hours), owner=posts.ENGINEERING_MANAGER, stops=_("somebody has taken it over"),
    ladder=(
        Rung(1, -_R.emergency_hours * HOUR, ("owner", posts.SAFETY_OFFICER, posts.PROJECT_MANAGER)),
        Rung(2, NOW, ("owner", posts.GENERAL_MANAGER)),
    ),
)  # fmt: skip
INCIDENT_REPORT = Clock(
    id="inspections.incident_report", says=_("Write down cause, handling and measures"), source="I23 Q65", starts=_("the incident was reported"),
    within=Hours(_R.report_hours), owner=posts.PROJECT_MANAGER, stops=_("cause, handling and measures stand there"),
    ladder=(
        Rung(1, -6 * HOUR, ("owner",)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER)), Rung(3, DAY, ("owner", posts.GENERAL_MANAGER)),
    ),
)  # fmt: skip
HAZARD = Clock(
    id="inspections.hazard", says=_("Do away with the hazard"), source="I33", starts=_("the hazard was reported"), within=Hours(_R.hazard_hours),
    owner=posts.PROJECT_MANAGER, stops=_("it is closed"),
    ladder=(Rung(1, -_R.hazard_hours * HOUR, ("owner",)), Rung(2, NOW, ("owner", posts.ENGINEERING_MANAGER)), Rung(3, DAY, (posts.GENERAL_MANAGER,))),
)  # fmt: skip
CALIBRATION = Clock(
    id="inspections.calibration", says=_("Have the instrument calibrated"), source="I06", starts=_("it was calibrated last"), within=Days(365),
    owner=posts.SUPERVISION_MANAGER, stops=_("it is calibrated again, or retired"),
    ladder=(Rung(1, -_R.calibration_warn_days * DAY, ("owner",)), Rung(2, NOW, ("owner", posts.QUALITY_INSPECTOR))),
)  # fmt: skip
