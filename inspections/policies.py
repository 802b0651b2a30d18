"""Who may, on checks.  Own = the sites a person is assigned to; store = those of the person's stores; company = all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_SITE = (
    posts.PROJECT_MANAGER,
    posts.SITE_SUPERVISOR,
    posts.QUALITY_INSPECTOR,
    posts.FOREMAN,
    posts.DESIGNER,
    posts.CUSTOMER_MANAGER,
)
_OFFICE = (
    posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.SUPERVISION_MANAGER, posts.STORE_MANAGER, posts.CS_OFFICER,
    posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD,
)  # fmt: skip

SEE_CHECKS = Permission(
    "inspections.see_checks", _("See checks and patrols"), own=_SITE, store=_OFFICE, company=(posts.GENERAL_MANAGER,)
)
ANNOUNCE_CHECK = Permission(
    "inspections.announce_check", _("Announce a check to the customer"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.QUALITY_INSPECTOR),
)  # fmt: skip
INSPECT = Permission(
    "inspections.inspect", _("Make checks and patrols, and pass or fail them"), own=(posts.QUALITY_INSPECTOR,)
)
SECOND = Permission(
    "inspections.second", _("Confirm as the second person that a main item does not apply"),
    store=(posts.ENGINEERING_MANAGER, posts.SUPERVISION_MANAGER),
)  # fmt: skip
WAIVE_ITEM = Permission(
    "inspections.waive_item", _("Let a check pass without a general item"), store=(posts.ENGINEERING_MANAGER,)
)
RECTIFY = Permission("inspections.rectify", _("Answer a rectification"), own=(posts.FOREMAN, posts.PROJECT_MANAGER))


from inspections import policies_order, policies_quantities, policies_supervision  # noqa: E402, F401  (registered with these)
