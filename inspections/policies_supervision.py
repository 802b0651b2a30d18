"""Who may, on supervision: plans, counts, check-ins, joint inspections and what is published.  Own as in `policies`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_HEADS = (posts.SUPERVISION_MANAGER, posts.ENGINEERING_MANAGER)
_WATCHES = (*_HEADS, posts.SUPERVISION_ASSISTANT, posts.ENGINEERING_ASSISTANT, posts.STORE_MANAGER)
_REPORTS_BACK = (posts.QUALITY_INSPECTOR, posts.SITE_SUPERVISOR)

SEE_PLANS = Permission(
    "inspections.see_plans", _("See patrol plans and joint inspections"), own=_REPORTS_BACK, store=_WATCHES, company=(posts.GENERAL_MANAGER,)
)
PLAN_PATROLS = Permission("inspections.plan_patrols", _("Plan patrols, and announce what will be otherwise"), own=(posts.QUALITY_INSPECTOR,))
SEE_FACTS = Permission(
    "inspections.see_facts", _("See what was missed, with its reasons"), own=_REPORTS_BACK, store=_WATCHES, company=(posts.GENERAL_MANAGER,)
)
GIVE_REASON = Permission("inspections.give_reason", _("Say why something was missed"), own=_REPORTS_BACK)
RULE_REASON = Permission(
    "inspections.rule_reason", _("Say in writing whether the reason for an absence holds"), store=(posts.SUPERVISION_MANAGER,), company=(posts.GENERAL_MANAGER,)
)
CHECK_IN = Permission("inspections.check_in", _("Report back in the evening"), own=_REPORTS_BACK)
TAKE_CALL = Permission(
    "inspections.take_call", _("Note the call of somebody who does not come back to the company"),
    store=(posts.SUPERVISION_MANAGER, posts.SUPERVISION_ASSISTANT),
)  # fmt: skip
SEE_CHECK_INS = Permission(
    "inspections.see_check_ins", _("See evening check-ins"), own=_REPORTS_BACK, store=_WATCHES, company=(posts.GENERAL_MANAGER,)
)
REPORT_PROGRESS = Permission("inspections.report_progress", _("Report the progress of a site"), own=(posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER))
READ_PROGRESS = Permission("inspections.read_progress", _("Read reports of progress"), store=_HEADS)
LEAD_JOINT = Permission("inspections.lead_joint", _("Hold joint inspections and rate crews"), store=(posts.ENGINEERING_MANAGER,))
HOLD_MEETING = Permission(
    "inspections.hold_meeting", _("Note the month's site meeting"), store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT)
)
PUBLISH = Permission(
    "inspections.publish", _("Publish the month's figures of patrols and joint inspections"),
    store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER, posts.SUPERVISION_MANAGER),
)  # fmt: skip
