"""Who may, on site order: conduct checks, deliveries, fines, diary, notes, briefings, incidents, instruments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_BUILD = (posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR)
_SITE = (*_BUILD, posts.QUALITY_INSPECTOR, posts.FOREMAN)

CHECK_ORDER = Permission(
    "inspections.check_order", _("Walk through order, hygiene and safety of a site"),
    own=(*_BUILD, posts.QUALITY_INSPECTOR), store=(posts.ENGINEERING_MANAGER, posts.SUPERVISION_MANAGER, posts.SAFETY_OFFICER),
)  # fmt: skip
RECEIVE_GOODS = Permission(
    "inspections.receive_goods",
    _("Accept or refuse what is delivered to a site"),
    own=_SITE,
    store=(posts.MATERIAL_AGENT,),
)
PLAN_RECTIFICATION = Permission(
    "inspections.plan_rectification",
    _("Say how a fault is put right and by whom of the crew"),
    own=(posts.PROJECT_MANAGER,),
)
SEE_FINES = Permission(
    "inspections.see_fines",
    _("See the fine slips of a site"),
    own=(posts.PROJECT_MANAGER, posts.FOREMAN),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR, posts.ACCOUNTANT),
)
FINE = Permission("inspections.fine", _("Write a fine slip to the foreman"), own=(posts.PROJECT_MANAGER,))
APPEAL_FINE = Permission("inspections.appeal_fine", _("Appeal against a fine slip"), own=(posts.FOREMAN,))
DECIDE_FINE = Permission(
    "inspections.decide_fine",
    _("Confirm a high fine, decide an appeal, void a slip"),
    store=(posts.ENGINEERING_MANAGER,),
)
SEE_DIARY = Permission(
    "inspections.see_diary", _("See the construction diary"), own=(*_SITE, posts.DESIGNER, posts.CUSTOMER_MANAGER),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.SUPERVISION_MANAGER, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
KEEP_DIARY = Permission("inspections.keep_diary", _("Keep the construction diary"), own=_BUILD)
LOOK_AT_DIARY = Permission(
    "inspections.look_at_diary",
    _("Look at the construction diary and say what is missing"),
    store=(posts.ENGINEERING_MANAGER,),
)
WRITE_NOTE = Permission(
    "inspections.write_note",
    _("Put a problem on site down in writing with the owner"),
    own=(*_SITE, posts.CUSTOMER_MANAGER),
)
BRIEF = Permission(
    "inspections.brief",
    _("Tell a crew the rules of safety before it works"),
    own=_BUILD,
    store=(posts.SAFETY_OFFICER, posts.ENGINEERING_MANAGER),
)
REPORT_INCIDENT = Permission(
    "inspections.report_incident", _("Report an accident, an emergency or a hazard"), own=_SITE,
    store=(posts.SAFETY_OFFICER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.SUPERVISION_MANAGER),
)  # fmt: skip
SEE_INCIDENTS = Permission(
    "inspections.see_incidents", _("See accidents and hazards"), own=_SITE,
    store=(posts.SAFETY_OFFICER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.SUPERVISION_MANAGER, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
HANDLE_INCIDENT = Permission(
    "inspections.handle_incident", _("Take over, analyse and close an accident or hazard"), own=(posts.PROJECT_MANAGER,),
    store=(posts.ENGINEERING_MANAGER, posts.SAFETY_OFFICER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
SEE_TOOLS = Permission(
    "inspections.see_tools", _("See the measuring instruments and their calibration"),
    store=(posts.QUALITY_INSPECTOR, posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER, posts.ENGINEERING_MANAGER, posts.SUPERVISION_MANAGER),
)  # fmt: skip
KEEP_TOOLS = Permission(
    "inspections.keep_tools",
    _("Register instruments and their calibration"),
    store=(posts.SUPERVISION_MANAGER, posts.ENGINEERING_MANAGER),
)
