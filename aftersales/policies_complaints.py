"""Who may, on complaints.  Nobody sees or handles a complaint about himself, whatever the post (models.complaints, the database)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

SERVICE = (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.CS_MANAGER, posts.AFTERSALES_HEAD)
JUDGES = (posts.CS_SUPERVISOR, posts.CS_MANAGER, posts.STORE_MANAGER, posts.GENERAL_MANAGER)
_HEADS = (posts.STORE_MANAGER, posts.DESIGN_MANAGER, posts.ENGINEERING_MANAGER, posts.SUPERVISION_MANAGER)
_OTHERS = (posts.MARKETING_MANAGER, posts.MARKETING_TEAM_LEADER, posts.CHIEF_DESIGNER, posts.FINANCE_SUPERVISOR, posts.HR)
_SITE = (posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.DESIGNER, posts.QUALITY_INSPECTOR)

SEE_COMPLAINTS = Permission(
    "aftersales.see_complaints", _("See complaints, never one about oneself"),
    own=(*_OTHERS, *_SITE), store=(*SERVICE, *_HEADS), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
TAKE_COMPLAINTS = Permission(
    "aftersales.take_complaints", _("Register a complaint"),
    own=(posts.PROJECT_MANAGER, posts.CUSTOMER_MANAGER, posts.DESIGNER),
    store=(*SERVICE, posts.TECHNICIAN, posts.FRONT_DESK, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
HANDLE_COMPLAINTS = Permission(
    "aftersales.handle_complaints", _("Talk to the complainant and carry the solution out"), store=(*SERVICE, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER,),
)
JUDGE_COMPLAINTS = Permission(
    "aftersales.judge_complaints", _("Judge a complaint, class it, sum it up"),
    store=(posts.CS_SUPERVISOR, posts.CS_MANAGER, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
INVESTIGATE_COMPLAINTS = Permission(
    "aftersales.investigate_complaints", _("Investigate a complaint and propose solutions"),
    own=(*_OTHERS, *_SITE), store=(*SERVICE, *_HEADS), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
APPROVE_SOLUTIONS = Permission(
    "aftersales.approve_solutions", _("Approve a solution as the leader in charge"),
    own=_OTHERS, store=(*_HEADS, posts.CS_MANAGER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
DECIDE_CHECK_ITEMS = Permission(
    "aftersales.decide_check_items", _("Decide about a proposed check item"), store=(posts.ENGINEERING_MANAGER,)
)
SEE_COMPLAINT_REPORTS = Permission(
    "aftersales.see_complaint_reports", _("See the statistics of complaints and the shift hand-overs"),
    store=(*SERVICE, *_HEADS), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
WRITE_COMPLAINT_REPORTS = Permission(
    "aftersales.write_complaint_reports", _("Write the report of the week and the notice of the month"), store=(posts.CS_SUPERVISOR, posts.CS_MANAGER)
)
HAND_OVER_SHIFT = Permission(
    "aftersales.hand_over_shift", _("Hand the shift of customer service over"), store=(posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD)
)
