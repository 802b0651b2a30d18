"""Who may, on bonds and insurances of sites (P42) and on old debts (P43); money that comes is taken at the till alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_BUILD = (posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR)
_ENGINEERING = (posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT)
_ABOVE = (posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR)

SEE_BONDS = Permission(
    "projects.see_bonds", _("See the bonds and insurances of sites"),
    own=_BUILD, store=(*_ENGINEERING, posts.STORE_MANAGER, posts.ACCOUNTANT), company=_ABOVE,
)  # fmt: skip
KEEP_BONDS = Permission("projects.keep_bonds", _("Keep the bonds and insurances of a site"), own=(posts.SITE_SUPERVISOR,), store=_ENGINEERING)
SEE_OLD_DEBTS = Permission(
    "projects.see_old_debts", _("See old debts"),
    own=(*_BUILD, posts.CUSTOMER_MANAGER), store=(*_ENGINEERING, posts.STORE_MANAGER, posts.ACCOUNTANT, posts.CASHIER), company=_ABOVE,
)  # fmt: skip
KEEP_OLD_DEBTS = Permission("projects.keep_old_debts", _("Register old debts and say who collects them"), store=(*_ENGINEERING, posts.ACCOUNTANT))
COLLECT_OLD_DEBTS = Permission(
    "projects.collect_old_debts", _("Note what was tried to collect an old debt"),
    own=(*_BUILD, posts.CUSTOMER_MANAGER), store=(*_ENGINEERING, posts.ACCOUNTANT),
)  # fmt: skip
TAKE_OLD_DEBT = Permission("projects.take_old_debt", _("Take the money of an old debt"), store=(posts.CASHIER, posts.ACCOUNTANT))
GIVE_UP_OLD_DEBT = Permission("projects.give_up_old_debt", _("Give an old debt up"), company=_ABOVE)
