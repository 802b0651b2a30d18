"""The clocks of an enquiry (domain 3.6, 5.1).  Calendar days (decision 9); none has a clause: a breach is a fact for the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Hours, Rung, WorkingDays
from leads import care, company
from leads.deadlines_money import PROMISE, REFUND, TILL, TILL_CHECK  # noqa: F401  (registered with the others)
from staff import posts

OWNER = "owner"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def first_contact_span(lead: Any) -> Hours:
    """24 hours (R011) or a week (R010), as the company has chosen."""
    return Hours(company.FIRST_CONTACT_HOURS.value)


def unassigned_days(lead: Any) -> Days:
    """As long as an enquiry may lie without anybody."""
    return Days(company.POOL_UNASSIGNED_DAYS.value)


def care_days(lead: Any) -> Days:
    """By the class of the customer (R009, R021, R022)."""
    return Days(care.days_for(lead.customer) or care.OTHERS)


def loss_review_days(lead: Any) -> Days:
    return Days(company.LOSS_REVIEW_DAYS.value)


def preview_days(lead: Any) -> Days:
    """7 days; 10 days for a villa, a duplex or 200 m² and more (R001, R002, R004)."""
    return Days(10) if lead.home.is_large else Days(7)


def scheme_days(lead: Any) -> Days:
    """7 days; 14 days for a villa, a duplex or 200 m² and more (R005, R006, R004)."""
    return Days(14) if lead.home.is_large else Days(7)


FIRST_CONTACT = Clock(
    "leads.first_contact",
    says=_("Contact the customer"),
    source="R010 R011",
    within=first_contact_span,
    owner="designer",
    starts=_("the enquiry is assigned"),
    stops=_("a contact is noted"),
    ladder=(
        Rung(1, -6 * DAY, (OWNER,), of=7 * DAY),
        Rung(1, -12 * HOUR, (OWNER,), of=DAY),
        Rung(2, 0 * DAY, (OWNER, posts.CUSTOMER_MANAGER, posts.DESIGN_MANAGER)),
        Rung(3, DAY, (posts.STORE_MANAGER,)),
        Rung(4, 3 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
PREVIEW = Clock(
    "leads.preview",
    says=_("Present the design preview"),
    source="R001 R002 R004 R007",
    within=preview_days,
    owner="designer",
    starts=_("the first consultation"),
    stops=_("the preview is presented"),
    ladder=(
        Rung(1, -3 * DAY, (OWNER,), of=10 * DAY),
        Rung(1, -2 * DAY, (OWNER,)),
        Rung(2, 0 * DAY, (OWNER, posts.DESIGN_MANAGER)),
        Rung(3, DAY, (posts.STORE_MANAGER,)),
        Rung(4, 3 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
HOTLINE = Clock(
    "leads.hotline",
    says=_("Get in touch with the customer after the consultation"),
    source="R003",
    within=Days(10),
    owner="designer",
    starts=_("the first consultation, and anew each contact of the designer until the preview is presented"),
    stops=_("the designer contacts the customer, or the preview is presented"),
    ladder=(
        Rung(1, -3 * DAY, (OWNER,)),
        Rung(2, DAY, (posts.CS_SUPERVISOR, posts.CS_OFFICER, posts.DESIGN_MANAGER, posts.STORE_MANAGER)),
        Rung(3, 3 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
PROPOSAL_CALL = Clock(
    "leads.proposal_call",
    says=_("Call after the first preview"),
    source="R008",
    within=Days(3),
    owner="customer_manager",
    starts=_("the first preview is presented"),
    stops=_("the call is noted"),
    ladder=(
        Rung(1, -DAY, (OWNER,)),
        Rung(2, 0 * DAY, (OWNER, posts.STORE_MANAGER)),
        Rung(3, 2 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
SCHEME = Clock(
    "leads.scheme",
    says=_("Finish the scheme and agree on the meeting"),
    source="R005 R006 R004",
    within=scheme_days,
    owner="designer",
    starts=_("the deposit is received"),
    stops=_("the scheme is ready and a meeting is agreed"),
    ladder=(
        Rung(1, -2 * DAY, (OWNER,)),
        Rung(2, 0 * DAY, (OWNER, posts.DESIGN_MANAGER)),
        Rung(3, DAY, (posts.STORE_MANAGER,)),
        Rung(4, 3 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
ASSIGNMENT = Clock(
    "leads.assignment",
    says=_("Assign the enquiry to a designer"),
    source="L08",
    within=unassigned_days,
    owner="customer_manager",
    starts=_("a customer is registered"),
    stops=_("a designer has the enquiry, or it falls into the pool"),
    ladder=(
        Rung(1, -DAY, (OWNER, posts.FRONT_DESK)),
        Rung(2, 0 * DAY, (posts.STORE_MANAGER, posts.DESIGN_MANAGER)),
    ),
)
IN_POOL = Clock(
    "leads.in_pool",
    says=_("Have somebody take the enquiry from the pool"),
    source="L08",
    within=Days(3),
    owner="store_manager",
    starts=_("an enquiry falls into the pool"),
    stops=_("somebody has taken it"),
    ladder=(
        Rung(1, 0 * DAY, (OWNER, posts.DESIGN_MANAGER)),
        Rung(2, 7 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
HAND_OVER = Clock(
    "leads.hand_over",
    says=_("Read the hand-over"),
    source="L08",
    within=Days(1),
    owner="the new person",
    starts=_("an enquiry goes to another person"),
    stops=_("the new person has read the hand-over"),
    ladder=(
        Rung(1, 0 * DAY, (OWNER, posts.DESIGN_MANAGER)),
        Rung(2, DAY, (posts.STORE_MANAGER,)),
    ),
)
HOTLINE_CASE = Clock(
    "leads.hotline_case",
    says=_("Settle the hotline case"),
    source="R003 L10",
    within=Days(3),
    owner="customer service",
    starts=_("a hotline case is opened"),
    stops=_("the case is closed with the customer's word"),
    ladder=(
        Rung(1, -2 * DAY, (OWNER, posts.CS_SUPERVISOR)),
        Rung(2, 0 * DAY, (OWNER, posts.CS_SUPERVISOR, posts.STORE_MANAGER)),
        Rung(3, 2 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
HOTLINE_DECISION = Clock(
    "leads.hotline_decision",
    says=_("Decide how the hotline case is settled"),
    source="R003 L10",
    within=Days(1),
    owner="store_manager",
    starts=_("customer service has heard the customer and asks"),
    stops=_("the store manager has decided"),
    ladder=(
        Rung(1, 0 * DAY, (OWNER, posts.STORE_MANAGER)),
        Rung(2, DAY, (posts.GENERAL_MANAGER,)),
    ),
)
LOSS_REVIEW = Clock(
    "leads.loss_review",
    says=_("Review the loss"),
    source="Q21",
    within=loss_review_days,
    owner="store_manager",
    starts=_("an enquiry is closed as lost"),
    stops=_("the loss is confirmed or sent back"),
    ladder=(
        Rung(1, -DAY, (OWNER,)),
        Rung(2, 0 * DAY, (posts.STORE_MANAGER, posts.DESIGN_MANAGER)),
        Rung(3, 3 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
CARE = Clock(
    "leads.care",
    says=_("Make the regular return visit"),
    source="R009 R021 R022 R024",
    within=care_days,
    owner="customer_manager",
    starts=_("each contact with a customer of a class, a member or a key customer"),
    stops=_("the next contact is noted"),
    ladder=(
        Rung(1, 0 * DAY, (OWNER,)),
        Rung(2, 2 * DAY, (posts.CS_SUPERVISOR, posts.STORE_MANAGER)),
        Rung(3, 7 * DAY, (posts.GENERAL_MANAGER,)),
    ),
)
APPOINTMENT = Clock(
    "leads.appointment",
    says=_("Note how the appointment went"),
    source="S0 S1",
    within=Days(1),
    owner="person of the appointment",
    starts=_("the appointment is agreed; due on its evening"),
    stops=_("it is noted that it was kept, missed, moved or called off"),
    ladder=(Rung(1, timedelta(0), (OWNER,)), Rung(2, timedelta(days=1), (OWNER, posts.STORE_MANAGER))),
)
QUOTATION_EXPIRY = Clock(
    "leads.quotation_expiry",
    says=_("Hear from the customer about the quotation, or issue it anew"),
    source="P05 G5",
    within=Days(30),
    owner="designer",
    starts=_("the quotation is issued"),
    stops=_("the quotation is accepted, or a new version takes its place"),
    ladder=(
        Rung(1, timedelta(days=-5), (OWNER,)),
        Rung(2, timedelta(0), (OWNER, posts.DESIGN_MANAGER)),
    ),
)
DISCOUNT_APPROVAL = Clock(
    "leads.discount_approval",
    says=_("Decide on the discount"),
    source="R069 Q37",
    within=WorkingDays(1),
    owner="the post with enough authority",
    starts=_("a discount beyond authority is asked for"),
    stops=_("it is approved or refused"),
    ladder=(
        Rung(1, timedelta(hours=-4), (OWNER,)),
        Rung(2, timedelta(0), (OWNER, posts.STORE_MANAGER)),
    ),
)
# Nobody wrote down how long the check takes; three days leave the designer's second week whole (own choice, domain 3.6 n/s).
DRAWING_REVIEW = Clock(
    "leads.drawing_review",
    says=_("Check the construction drawings of a large home"),
    source="R004",
    within=Days(3),
    owner="chief_designer",
    starts=_("construction drawings of a large home are put in"),
    stops=_("they are passed or sent back"),
    ladder=(Rung(1, timedelta(days=-1), (OWNER,)), Rung(2, timedelta(0), (OWNER, posts.DESIGN_MANAGER))),
)
SHOW_HOMES = Clock(
    "leads.show_homes",
    says=_("Publish the show homes of the week"),
    source="L17",
    within=Days(1),
    owner="store_manager",
    starts=_("every Wednesday, in a store with show homes"),
    stops=_("the notice is published, each home visited within the week before"),
    ladder=(Rung(1, timedelta(hours=-12), (OWNER,)), Rung(2, timedelta(0), (OWNER, posts.STORE_MANAGER, posts.DESIGN_MANAGER))),
)
DESK_GAP = Clock(
    "leads.desk_gap",
    says=_("Put a customer manager at the front desk"),
    source="R012",
    within=Days(1),
    owner="store_manager",
    starts=_("a day within three has opening hours without a customer manager"),
    stops=_("the roster covers the opening hours"),
    ladder=(Rung(1, timedelta(days=-1), (OWNER, posts.STORE_MANAGER)), Rung(2, timedelta(0), (OWNER, posts.STORE_MANAGER))),
)
LOG_ANSWER = Clock(
    "leads.log_answer",
    says=_("Settle the call or visit that was passed on"),
    source="L05 L06 R010",
    within=WorkingDays(1),
    owner="whom it was passed to",
    starts=_("a call or a visit is passed on"),
    stops=_("it is noted how it was dealt with"),
    ladder=(Rung(1, timedelta(0), (OWNER,)), Rung(2, timedelta(days=1), (OWNER, posts.STORE_MANAGER))),
)
OF_DESIGNER = (FIRST_CONTACT, PREVIEW, HOTLINE, SCHEME, QUOTATION_EXPIRY)


def key(lead: Any) -> str:
    """One running clock of a kind per enquiry."""
    return f"lead:{lead.pk}"


def discount_key(request: Any) -> str:
    """One clock per discount that was asked for."""
    return f"discount:{request.pk}"
