"""Who may, on sites.  Own = the sites a person is assigned to; store = those of the person's stores; company = all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_SITE = (posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.QUALITY_INSPECTOR, posts.FOREMAN, posts.DESIGNER, posts.CUSTOMER_MANAGER)
_OFFICE = (
    posts.STORE_MANAGER, posts.DESIGN_MANAGER, posts.ESTIMATOR, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.CASHIER,
    posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD, posts.FRONT_DESK, posts.DOCUMENT_CLERK, posts.MATERIAL_ACCOUNTANT,
)  # fmt: skip

SEE_PROJECTS = Permission(
    "projects.see_projects", _("See sites"),
    own=_SITE, store=(*_OFFICE, posts.ENGINEERING_MANAGER), company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
SEE_MONEY = Permission(
    "projects.see_money", _("See the money of sites"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.DESIGNER),
    store=(posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.CASHIER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
EXPORT_PROJECTS = Permission(
    "projects.export_projects", _("Take sites out as a list"),
    store=(posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT), company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
EXPORT_MONEY = Permission(
    "projects.export_money", _("Take payments out as a list"),
    store=(posts.STORE_MANAGER, posts.ACCOUNTANT, posts.CASHIER), company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
CONTRACT_STOCK = Permission(
    "projects.contract_stock", _("Keep the stock of blank contracts"),
    store=(posts.CUSTOMER_MANAGER, posts.STORE_MANAGER, posts.ENGINEERING_ASSISTANT),
)  # fmt: skip
OPEN_PROJECT = Permission(
    "projects.open_project", _("Make the contract of a won enquiry"), own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER,)
)
HAND_IN_CONTRACT = Permission(
    "projects.hand_in_contract", _("Hand in a signed contract"), own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER,)
)
ARCHIVE_CONTRACT = Permission("projects.archive_contract", _("File a contract"), store=(posts.ENGINEERING_ASSISTANT,))
STAFF_PROJECT = Permission("projects.staff_project", _("Assign the people of a site"), store=(posts.ENGINEERING_MANAGER,))
REVIEW_DRAWINGS = Permission(
    "projects.review_drawings", _("Review drawings and budget"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR), store=(posts.ENGINEERING_MANAGER,),
)  # fmt: skip
FILE_PERMIT = Permission(
    "projects.file_permit", _("Prepare permit papers and passes"),
    own=(posts.PROJECT_MANAGER, posts.FOREMAN), store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER),
)  # fmt: skip
HOLD_DISCLOSURE = Permission("projects.hold_disclosure", _("Hold the technical disclosure"), own=(posts.PROJECT_MANAGER,))
REPORT_ARRIVAL = Permission(
    "projects.report_arrival", _("Report the crew on site"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.FOREMAN)
)
ADVANCE = Permission(
    "projects.advance", _("Advance a site along the procedure"),
    own=(posts.PROJECT_MANAGER,),
    store=(posts.ENGINEERING_MANAGER, posts.STORE_MANAGER, posts.CS_OFFICER, posts.AFTERSALES_HEAD, posts.ACCOUNTANT),
    company=(posts.FINANCE_SUPERVISOR,),
)  # fmt: skip
INTERRUPT = Permission(
    "projects.interrupt", _("Pause, resume, cancel or reopen a site"), store=(posts.ENGINEERING_MANAGER, posts.STORE_MANAGER)
)
WAIVE = Permission("projects.waive", _("Waive a gate with a reason"), store=(posts.ENGINEERING_MANAGER,))
REQUEST_CHANGE = Permission(
    "projects.request_change", _("Take a customer's change wish with its evidence"),
    own=(posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER, posts.FOREMAN, posts.CUSTOMER_MANAGER),
)  # fmt: skip
ANSWER_CHANGE = Permission("projects.answer_change", _("Answer a change for design"), own=(posts.DESIGNER,), store=(posts.DESIGN_MANAGER,))
ISSUE_CHANGE = Permission(
    "projects.issue_change", _("Price and issue a change order"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,)
)
TAKE_PAYMENT = Permission(
    "projects.take_payment", _("Take payments"), store=(posts.CASHIER, posts.ACCOUNTANT), company=(posts.FINANCE_SUPERVISOR,)
)
REVERSE_PAYMENT = Permission(
    "projects.reverse_payment", _("Reverse a payment of somebody else"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
REMIND_PAYMENT = Permission(
    "projects.remind_payment", _("Send a payment reminder"), own=(posts.SITE_SUPERVISOR,), store=(posts.ENGINEERING_MANAGER,)
)
SETTLE = Permission("projects.settle", _("Make a settlement"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,))
SUPPLEMENT = Permission(
    "projects.supplement", _("Write a supplement to a contract, or correct an unsigned one"), own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER,)
)
SEE_CONTRACTS = Permission(
    "projects.see_contracts", _("See the register of contracts and how they are kept"),
    own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.CASHIER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
CLOSE_MONTH = Permission(
    "projects.close_month", _("Close the month of the contracts"), store=(posts.STORE_MANAGER, posts.ACCOUNTANT), company=(posts.FINANCE_SUPERVISOR,)
)
ASK_CREDIT_REFUND = Permission(
    "projects.ask_credit_refund", _("Ask that credit is given back"),
    own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER, posts.CASHIER, posts.ACCOUNTANT),
)  # fmt: skip
PAY_CREDIT_REFUND = Permission(
    "projects.pay_credit_refund", _("Give back credit that somebody else asked for"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
USE_CREDIT = Permission(
    "projects.use_credit", _("Let credit pay the next instalment"), store=(posts.CASHIER, posts.ACCOUNTANT), company=(posts.FINANCE_SUPERVISOR,)
)
PROMISE = Permission(
    "projects.promise", _("Note what was promised on a site, and whether it was kept"), own=_SITE,
    store=(posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.CS_OFFICER, posts.CS_SUPERVISOR),
)  # fmt: skip
CONTACT_PAGE = Permission(
    "projects.contact_page", _("Hand over the contact page"), own=(posts.CUSTOMER_MANAGER, posts.PROJECT_MANAGER), store=(posts.ENGINEERING_ASSISTANT,)
)  # fmt: skip
SEE_VISITABLE = Permission(
    "projects.see_visitable", _("See the sites that may be visited"),
    store=(
        posts.DESIGNER, posts.CHIEF_DESIGNER, posts.CUSTOMER_MANAGER, posts.MARKET_REP, posts.FRONT_DESK, posts.STORE_MANAGER, posts.DESIGN_MANAGER,
        posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER,
    ),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)  # fmt: skip
KEEP_VISITABLE = Permission("projects.keep_visitable", _("Keep the list of sites that may be visited"), store=(posts.ENGINEERING_ASSISTANT,))
SEE_CREWS = Permission(
    "projects.see_crews", _("See the crews"),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
KEEP_CREWS = Permission(
    "projects.keep_crews", _("Keep crews, their members and contracts"), store=(posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER)
)
ANSWER_DOUBT = Permission(
    "projects.answer_doubt", _("Answer a doubt in drawings or budget"), own=(posts.DESIGNER,), store=(posts.ESTIMATOR, posts.DESIGN_MANAGER)
)
SEE_FOREMAN_PRICE = Permission(
    "projects.see_foreman_price", _("See what was agreed with the foreman"), own=(posts.FOREMAN,),
    store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.ACCOUNTANT, posts.STORE_MANAGER),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)  # fmt: skip
AGREE_FOREMAN_PRICE = Permission("projects.agree_foreman_price", _("Agree the foreman's price"), store=(posts.ENGINEERING_MANAGER,))
PLAN_SCHEDULE = Permission(
    "projects.plan_schedule", _("Draw and keep the schedule of a site"),
    own=(posts.PROJECT_MANAGER, posts.FOREMAN), store=(posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT),
)  # fmt: skip
START_WORK = Permission(
    "projects.start_work", _("Begin a work that needs a permission"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.FOREMAN)
)
KEEP_MATERIALS = Permission(
    "projects.keep_materials", _("Keep the materials of a site"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.FOREMAN),
    store=(posts.MATERIAL_AGENT, posts.ENGINEERING_ASSISTANT, posts.ENGINEERING_MANAGER),
)  # fmt: skip

from projects import policies_bonds, policies_days  # noqa: E402, F401  (registered with these)
