"""Who may, on the pages that stand across the apps.  Whose rows is answered by `config.reach`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_ALL = posts.all_codes() - {posts.ADMINISTRATOR}
_MANAGERS = (
    posts.STORE_MANAGER,
    posts.DESIGN_MANAGER,
    posts.ENGINEERING_MANAGER,
    posts.FINANCE_SUPERVISOR,
    posts.AFTERSALES_HEAD,
)

_ISSUERS = (
    *_MANAGERS, posts.DESIGNER, posts.CHIEF_DESIGNER, posts.CUSTOMER_MANAGER, posts.PROJECT_MANAGER, posts.ESTIMATOR,
    posts.QUALITY_INSPECTOR, posts.CS_OFFICER,
)  # fmt: skip
_CALLERS = (
    posts.DESIGNER, posts.CHIEF_DESIGNER, posts.CUSTOMER_MANAGER, posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.QUALITY_INSPECTOR,
    posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD, posts.FRONT_DESK, posts.STORE_MANAGER, posts.DESIGN_MANAGER,
    posts.ENGINEERING_MANAGER, posts.ACCOUNTANT, posts.GENERAL_MANAGER,
)  # fmt: skip

SEE_PAPERS = Permission(
    "config.see_papers", _("Read, print and have signed the papers of one's customers and sites"), own=_ALL
)
VOID_PAPER = Permission(
    "config.void_paper", _("Declare an unsigned paper of one's own void, with a reason"), own=_ISSUERS
)
VOID_SIGNED = Permission(
    "config.void_signed_paper",
    _("Declare a signed paper void, with a reason"),
    store=_MANAGERS,
    company=(posts.GENERAL_MANAGER,),
)
REMIND = Permission(
    "config.remind", _("Remind a person of a clock"),
    store=(*_MANAGERS, posts.CS_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.SUPERVISION_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
TEAM_LOAD = Permission(
    "config.team_load", _("See how much a team has in hand"),
    store=(*_MANAGERS, posts.CS_SUPERVISOR, posts.SUPERVISION_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
STORE_LATE = Permission("config.store_late", _("See everything that is late in the store"), store=(posts.STORE_MANAGER,))
REVEAL = Permission(
    "config.reveal_phone", _("Open a customer's telephone number in full, one at a time, with a reason"), own=_CALLERS
)
