"""Who may, on the foreman's money, the cost of a site and the papers of its completion."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

PREPARE_FOREMAN = Permission("projects.prepare_foreman", _("Write a foreman's statement"), store=(posts.ENGINEERING_ASSISTANT,))
APPROVE_FOREMAN = Permission("projects.approve_foreman", _("Approve a foreman's statement"), store=(posts.ENGINEERING_MANAGER,))
DEDUCT_FOREMAN = Permission(
    "projects.deduct_foreman", _("Take something off a foreman's settlement"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,)
)
PAY_FOREMAN = Permission(
    "projects.pay_foreman", _("Pay a foreman on an approved statement"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
SEE_FOREMEN = Permission(
    "projects.see_foremen", _("See the settlements of all foremen"),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
SEE_COMMISSIONS = Permission(
    "projects.see_commissions", _("See the commissions of site supervisors"), own=(posts.SITE_SUPERVISOR,),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
REGISTER_COMMISSION = Permission("projects.register_commission", _("Register a supervisor's commission"), store=(posts.ENGINEERING_ASSISTANT,))
APPROVE_COMMISSION = Permission("projects.approve_commission", _("Approve a supervisor's commission"), store=(posts.ENGINEERING_MANAGER,))
SEE_SITE_COST = Permission(
    "projects.see_site_cost", _("See what a site costs against its budget"),
    store=(posts.ENGINEERING_MANAGER, posts.STORE_MANAGER, posts.MATERIAL_ACCOUNTANT, posts.ACCOUNTANT),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
SEE_MARGIN = Permission(
    "projects.see_margin", _("See the margin of a site"), store=(posts.STORE_MANAGER,), company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR)
)
KEEP_EXPENSES = Permission(
    "projects.keep_expenses", _("Note what a site has cost, with the receipt"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR),
    store=(posts.ENGINEERING_ASSISTANT, posts.MATERIAL_ACCOUNTANT, posts.ACCOUNTANT),
)  # fmt: skip
CLOSE_COSTS = Permission(
    "projects.close_costs", _("Close the month of the site costs"), store=(posts.MATERIAL_ACCOUNTANT, posts.ACCOUNTANT), company=(posts.FINANCE_SUPERVISOR,)
)
PROPOSE_SAVING = Permission(
    "projects.propose_saving", _("Propose how a site gets cheaper"), own=(posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER)
)
REVIEW_SAVING = Permission("projects.review_saving", _("Review a proposal about cost"), store=(posts.ENGINEERING_MANAGER,))
SEE_COMPLETIONS = Permission(
    "projects.see_completions", _("See the finished sites of a month"),
    store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER, posts.STORE_MANAGER, posts.ACCOUNTANT, posts.CASHIER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
TELL_COMPLETIONS = Permission("projects.tell_completions", _("Tell finance which sites are finished"), store=(posts.ENGINEERING_ASSISTANT,))
ORDER_CLEANING = Permission(
    "projects.order_cleaning", _("Order the cleaning of a finished site"), store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER)
)
HAND_OVER = Permission("projects.hand_over", _("Hand the home over to its owner"), own=(posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER))
HAND_OVER_PAPERS = Permission(
    "projects.hand_over_papers", _("Hand papers and drawings over to the customer"), own=(posts.PROJECT_MANAGER,),
    store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER),
)  # fmt: skip
SEE_ARCHIVE = Permission(
    "projects.see_archive", _("Read the archive of a site"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR),
    store=(posts.DOCUMENT_CLERK, posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
KEEP_ARCHIVE = Permission("projects.keep_archive", _("Keep the archive: file, lend, take back"), store=(posts.DOCUMENT_CLERK, posts.ENGINEERING_ASSISTANT))
