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
