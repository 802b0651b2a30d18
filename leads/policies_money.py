"""Who may do what with tills, refunds and promises (domain 10.1; LR-56, LR-57: two people)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from leads.policies import DESIGNERS, HEADS
from staff import posts

SEE_TILL = Permission(
    "leads.see_till", _("See the accounts of a store and what moved on them"),
    store=(posts.CASHIER, posts.ACCOUNTANT, posts.STORE_MANAGER), company=(posts.FINANCE_SUPERVISOR, posts.GENERAL_MANAGER),
)  # fmt: skip
KEEP_ACCOUNTS = Permission(
    "leads.keep_accounts", _("Keep the accounts of a store"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
MOVE_MONEY = Permission(
    "leads.move_money", _("Move money between accounts of a store"), store=(posts.CASHIER, posts.ACCOUNTANT), company=(posts.FINANCE_SUPERVISOR,)
)
CLOSE_TILL = Permission("leads.close_till", _("Close the day of an account"), store=(posts.CASHIER, posts.ACCOUNTANT))
CHECK_TILL = Permission(
    "leads.check_till", _("Check a closed day of somebody else"), store=(posts.ACCOUNTANT, posts.STORE_MANAGER), company=(posts.FINANCE_SUPERVISOR,)
)
ASK_REFUND = Permission(
    "leads.ask_refund", _("Ask that a deposit is given back"),
    own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER, posts.ACCOUNTANT),
)  # fmt: skip
PAY_REFUND = Permission(
    "leads.pay_refund", _("Pay back a deposit that somebody else asked for"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
REVERSE_DEPOSIT = Permission(
    "leads.reverse_deposit", _("Reverse a deposit of somebody else"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
PROMISE = Permission(
    "leads.promise", _("Note what was promised to a customer, and whether it was kept"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP), store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, *HEADS),
)  # fmt: skip
