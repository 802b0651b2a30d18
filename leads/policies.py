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
DRAW = Permission("leads.draw", _("Put drawings in, version by version"), own=DESIGNERS, store=(posts.DESIGN_MANAGER,))
CHECK_DRAWINGS = Permission(
    "leads.check_drawings", _("Check the construction drawings of large homes"), store=(posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER)
)
CONFIRM_DRAWING = Permission(
    "leads.confirm_drawing",
    _("Take the customer's confirmation of a drawing"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=HEADS,
)
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
SEE_CALENDAR = Permission(
    "leads.see_calendar",
    _("See the calendar: one's own, the store's, or all"),
    own=posts.all_codes(),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, *HEADS),
    company=(posts.GENERAL_MANAGER,),
)
APPOINT = Permission(
    "leads.appoint",
    _("Make, move and settle appointments"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, *HEADS),
)
SEE_SHOW_HOMES = Permission(
    "leads.see_show_homes",
    _("See the show homes of the week"),
    store=(
        *DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP, posts.FRONT_DESK, *HEADS, posts.CS_OFFICER, posts.CS_SUPERVISOR,
        posts.ENGINEERING_ASSISTANT,
    ),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)  # fmt: skip
KEEP_SHOW_HOMES = Permission(
    "leads.keep_show_homes", _("Keep the show homes and publish their weekly notice"), store=(posts.STORE_MANAGER,)
)
SEE_ROSTER = Permission(
    "leads.see_roster",
    _("See the roster of the front desk"),
    store=(posts.CUSTOMER_MANAGER, posts.FRONT_DESK, *HEADS, posts.CS_SUPERVISOR),
    company=(posts.GENERAL_MANAGER,),
)
PLAN_ROSTER = Permission(
    "leads.plan_roster", _("Plan the shifts of the front desk"), store=(posts.STORE_MANAGER, posts.CUSTOMER_MANAGER)
)
SET_HOURS = Permission("leads.set_hours", _("Set the opening hours and shifts of a store"), store=(posts.STORE_MANAGER,))
EDIT_TEXTS = Permission(
    "leads.edit_texts", _("Word the messages to customers"), store=(posts.STORE_MANAGER, posts.CS_SUPERVISOR)
)

# --- people, logs, estates, sources ----------------------------------------------------------------------------------
_DESK = (posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.STORE_MANAGER)
SEE_LOGS = Permission(
    "leads.see_logs",
    _("Read the visitor log and the phone log"),
    own=(*DESIGNERS, posts.MARKET_REP, posts.PROJECT_MANAGER, posts.ACCOUNTANT, posts.AFTERSALES_HEAD, posts.ENGINEERING_ASSISTANT),
    store=(*_DESK, posts.DESIGN_MANAGER),
    company=(posts.GENERAL_MANAGER,),
)
KEEP_LOGS = Permission(
    "leads.keep_logs", _("Note a visit or a call"), store=(*_DESK, posts.MARKET_REP, posts.ENGINEERING_ASSISTANT, posts.AFTERSALES_HEAD)
)
HANDLE_LOG = Permission(
    "leads.handle_log",
    _("Settle a visit or a call, pass it on, say whose it is"),
    own=(*DESIGNERS, posts.MARKET_REP, posts.PROJECT_MANAGER, posts.ACCOUNTANT, posts.AFTERSALES_HEAD, posts.ENGINEERING_ASSISTANT),
    store=(*_DESK, posts.DESIGN_MANAGER),
)
EXPORT_LOGS = Permission(
    "leads.export_logs", _("Take the visitor log and the phone log out as a list"), store=(posts.STORE_MANAGER, posts.CS_SUPERVISOR),
    company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
PEOPLE_OF_HOME = Permission(
    "leads.people_of_home",
    _("Add a person to a home, or take one off"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.STORE_MANAGER),
)
MERGE = Permission(
    "leads.merge",
    _("Merge two customers who are one, or part them again"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(posts.STORE_MANAGER, posts.CS_SUPERVISOR),
)
SEE_PROFILE = Permission(
    "leads.see_profile",
    _("Read the profile of a customer"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(posts.FRONT_DESK, *HEADS, posts.CS_OFFICER, posts.CS_SUPERVISOR),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)
KEEP_PROFILE = Permission(
    "leads.keep_profile",
    _("Bring the profile of a customer up to date"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.STORE_MANAGER),
)
JUDGE = Permission(
    "leads.judge",
    _("Judge the class of a customer, key and member customers"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.STORE_MANAGER),
)
BAN_CONTACT = Permission(
    "leads.ban_contact",
    _("Note that a customer does not want to be contacted, or that it is taken back"),
    own=(posts.CUSTOMER_MANAGER, *DESIGNERS),
    store=(posts.FRONT_DESK, posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.STORE_MANAGER),
)
SEE_ESTATES = Permission(
    "leads.see_estates",
    _("Read the estates"),
    store=(
        *DESIGNERS, posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.MARKET_REP, *HEADS, posts.CS_OFFICER, posts.CS_SUPERVISOR,
    ),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)  # fmt: skip
KEEP_ESTATES = Permission(
    "leads.keep_estates",
    _("Keep the data of estates"),
    store=(posts.MARKET_REP, posts.CUSTOMER_MANAGER, posts.STORE_MANAGER, posts.FRONT_DESK),
    company=(posts.MARKETING_MANAGER,),
)
KEEP_SOURCES = Permission(
    "leads.keep_sources", _("Maintain the sources of enquiries"), company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER)
)
APPROVE_DISCOUNT = Permission(
    "leads.approve_discount",
    _("Decide on a discount that was asked for, within the authority of the post"),
    store=HEADS,
    company=(posts.GENERAL_MANAGER,),
)
SEND_QUOTATION = Permission(
    "leads.send_quotation",
    _("Note that a quotation was sent to the customer"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.ESTIMATOR, *HEADS),
)
