"""Who may do what with an enquiry, and how far (domain 10.1, decision 7).  Own = designer, customer manager or registrar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

DESIGNERS = (posts.DESIGNER, posts.CHIEF_DESIGNER)
HEADS = (posts.DESIGN_MANAGER, posts.STORE_MANAGER)

SEE_LEADS = Permission(
    "leads.see",
    _("Read customers and enquiries"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(
        posts.FRONT_DESK, *HEADS, posts.ESTIMATOR, posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.ACCOUNTANT, posts.CASHIER,
    ),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR, posts.MARKETING_MANAGER),
)  # fmt: skip
EXPORT = Permission(
    "leads.export",
    _("Take customers out as a list"),
    store=(*HEADS, posts.CS_SUPERVISOR),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)
REGISTER = Permission(
    "leads.register",
    _("Register a customer"),
    store=(posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.MARKET_REP, posts.CS_OFFICER, posts.STORE_MANAGER),
)
CORRECT_HOME = Permission(
    "leads.correct_home",
    _("Correct what is known of a home, with a reason"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.FRONT_DESK, *HEADS),
)
ASSIGN = Permission(
    "leads.assign", _("Assign an enquiry to a designer"), own=(posts.CUSTOMER_MANAGER,), store=(posts.FRONT_DESK, *HEADS)
)
REASSIGN = Permission("leads.reassign", _("Give an enquiry to another designer"), store=HEADS)
FOLLOW_UP = Permission(
    "leads.follow_up",
    _("Note a contact with the customer"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, *HEADS),
)
CONSULT = Permission("leads.consult", _("Record a consultation"), own=DESIGNERS, store=(posts.DESIGN_MANAGER,))
PRESENT = Permission("leads.present", _("Present a design preview"), own=DESIGNERS, store=(posts.DESIGN_MANAGER,))
DECIDE = Permission(
    "leads.decide",
    _("Note what the customer says to the preview"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.DESIGN_MANAGER,),
)
CALL = Permission(
    "leads.proposal_call", _("Call after the first preview"), own=(posts.CUSTOMER_MANAGER,), store=(posts.STORE_MANAGER,)
)
AGREE_DATE = Permission(
    "leads.agree_date",
    _("Agree with the customer on another date for the preview"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.DESIGN_MANAGER,),
)
HOLD_CLOCK = Permission("leads.hold_clock", _("Hold a clock of an enquiry, with a reason"), store=HEADS)
ORDER = Permission(
    "leads.order", _("Issue an order agreement"), own=(*DESIGNERS, posts.CUSTOMER_MANAGER), store=(posts.STORE_MANAGER,)
)
RECEIVE_DEPOSIT = Permission(
    "leads.receive_deposit",
    _("Receive a deposit and write its receipt"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(posts.ACCOUNTANT, posts.CASHIER),
    company=(posts.FINANCE_SUPERVISOR,),
)
SCHEME = Permission("leads.scheme", _("Report the scheme ready"), own=DESIGNERS, store=(posts.DESIGN_MANAGER,))
SURVEY = Permission("leads.survey", _("Record a site survey"), own=DESIGNERS, store=(posts.DESIGN_MANAGER,))
LOSE = Permission(
    "leads.lose", _("Close an enquiry as lost"), own=(*DESIGNERS, posts.CUSTOMER_MANAGER), store=HEADS
)
REOPEN = Permission("leads.reopen", _("Open a lost enquiry again"), own=(posts.CUSTOMER_MANAGER,), store=HEADS)
QUOTE = Permission(
    "leads.quote", _("Draw up and issue quotations"), own=DESIGNERS, store=(posts.ESTIMATOR, posts.DESIGN_MANAGER)
)
ACCEPT_QUOTATION = Permission(
    "leads.accept_quotation",
    _("Take the customer's acceptance of a quotation"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.ESTIMATOR, *HEADS),
)
SEE_COST = Permission(
    "leads.see_cost",
    _("See costs and margins of a quotation"),
    store=(posts.ESTIMATOR, *HEADS),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)
SEE_PRICES = Permission(
    "leads.see_prices",
    _("Read the price list"),
    store=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.FRONT_DESK, posts.ESTIMATOR, *HEADS),
    company=(posts.GENERAL_MANAGER, posts.FINANCE_SUPERVISOR),
)
MAINTAIN_PRICES = Permission(
    "leads.maintain_prices", _("Bring in a new version of the price list"), store=(posts.ESTIMATOR,), company=(posts.GENERAL_MANAGER,)
)
IMPORT = Permission(
    "leads.import",
    _("Import a customer list"),
    store=(posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.STORE_MANAGER, posts.CS_SUPERVISOR),
)
WITHDRAW_IMPORT = Permission(
    "leads.withdraw_import",
    _("Withdraw an import, with a reason"),
    store=(posts.STORE_MANAGER, posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.CS_SUPERVISOR),
)
DISCOUNT = Permission(
    "leads.discount",
    _("Give a discount on a quotation, within the authority of the post"),
    own=DESIGNERS,
    store=HEADS,
    company=(posts.GENERAL_MANAGER,),
)
