"""Who may, after acceptance.  Own = the sites a person is assigned to; store = those of the person's stores; company = all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_SERVICE = (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD)

SEE_WARRANTIES = Permission(
    "aftersales.see_warranties", _("See warranties"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.DESIGNER),
    store=(*_SERVICE, posts.TECHNICIAN, posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.FRONT_DESK), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
EXPORT_WARRANTIES = Permission(
    "aftersales.export_warranties", _("Take warranties out as a list"),
    store=(posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD, posts.STORE_MANAGER, posts.ENGINEERING_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
ISSUE_CARD = Permission(
    "aftersales.issue_card",
    _("Hand over the warranty card"),
    own=(posts.PROJECT_MANAGER,),
    store=(posts.CS_OFFICER, posts.AFTERSALES_HEAD),
)
TAKE_EVALUATION = Permission(
    "aftersales.take_evaluation", _("Let the customer fill in the evaluation"),
    own=(posts.PROJECT_MANAGER, posts.CUSTOMER_MANAGER), store=_SERVICE,
)  # fmt: skip
VISIT = Permission("aftersales.visit", _("Make return visits"), own=(posts.CUSTOMER_MANAGER,), store=_SERVICE)


# --- repairs ---------------------------------------------------------------------------------------------------------

_TECHNIC = (posts.AFTERSALES_HEAD, posts.TECHNICIAN)

SEE_REPAIRS = Permission(
    "aftersales.see_repairs", _("See repairs"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.DESIGNER),
    store=(*_SERVICE, posts.TECHNICIAN, posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.FRONT_DESK, posts.CASHIER, posts.ACCOUNTANT),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
TAKE_REPAIRS = Permission(
    "aftersales.take_repairs", _("Take up a fault"),
    own=(posts.PROJECT_MANAGER, posts.CUSTOMER_MANAGER), store=(*_SERVICE, posts.TECHNICIAN, posts.FRONT_DESK),
)  # fmt: skip
SORT_REPAIRS = Permission("aftersales.sort_repairs", _("Say who bears a repair"), store=_SERVICE)
DIAGNOSE = Permission("aftersales.diagnose", _("Talk a fault through with the owner"), store=_TECHNIC)
SEND_TECHNICIAN = Permission(
    "aftersales.send_technician", _("Send a technician"), store=(*_SERVICE, posts.FRONT_DESK)
)
DO_REPAIRS = Permission("aftersales.do_repairs", _("Go to a repair and note it"), store=_TECHNIC)
CALL_AFTER_REPAIR = Permission(
    "aftersales.call_after_repair", _("Call on the day of the repair"), store=(*_SERVICE, posts.FRONT_DESK)
)
FILE_REPAIRS = Permission("aftersales.file_repairs", _("File or withdraw a repair"), store=(posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD))
NOTE_REPAIR_COST = Permission(
    "aftersales.note_repair_cost", _("Note what a repair cost"), store=(posts.AFTERSALES_HEAD, posts.ENGINEERING_MANAGER)
)
SEE_REPAIR_COST = Permission(
    "aftersales.see_repair_cost", _("See what repairs cost"),
    store=(posts.AFTERSALES_HEAD, posts.ENGINEERING_MANAGER, posts.STORE_MANAGER, posts.ACCOUNTANT),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
TAKE_REPAIR_MONEY = Permission("aftersales.take_repair_money", _("Take the money of a repair"), store=(posts.CASHIER, posts.ACCOUNTANT))
PATROL_HOMES = Permission("aftersales.patrol_homes", _("Look at finished homes"), store=_TECHNIC)

from aftersales import policies_rounds, policies_slips  # noqa: E402, F401  (registered with the others)
