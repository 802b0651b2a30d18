"""The clocks of an enquiry (domain 3.6, 5.1).  Calendar days (decision 9); none has a clause: a breach is a fact for the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clocks import Clock, Days, Rung
from staff import posts

OWNER = "owner"


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
    within=Days(7),
    owner="designer",
    starts=_("the enquiry is assigned"),
    stops=_("a contact is noted"),
    ladder=(
        Rung(1, timedelta(days=-6), (OWNER,)),
        Rung(2, timedelta(0), (OWNER, posts.CUSTOMER_MANAGER, posts.STORE_MANAGER)),
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
        Rung(1, timedelta(days=-2), (OWNER,)),
        Rung(2, timedelta(0), (OWNER, posts.DESIGN_MANAGER)),
    ),
)
HOTLINE = Clock(
    "leads.hotline",
    says=_("Get in touch with the customer after the consultation"),
    source="R003",
    within=Days(10),
    owner="designer",
    starts=_("the first consultation"),
    stops=_("the designer contacts the customer, or the preview is presented"),
    ladder=(
        Rung(1, timedelta(days=-3), (OWNER,)),
        Rung(2, timedelta(days=1), (posts.CS_SUPERVISOR, posts.CS_OFFICER, posts.DESIGN_MANAGER, posts.STORE_MANAGER)),
    ),
)
PROPOSAL_CALL = Clock(
    "leads.proposal_call",
    says=_("Call after the first preview"),
    source="R008",
    within=Days(3),
    owner="customer manager",
    starts=_("the first preview is presented"),
    stops=_("the call is noted"),
    ladder=(Rung(1, timedelta(days=-1), (OWNER,)), Rung(2, timedelta(0), (OWNER, posts.STORE_MANAGER))),
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
        Rung(1, timedelta(days=-2), (OWNER,)),
        Rung(2, timedelta(0), (OWNER, posts.DESIGN_MANAGER)),
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
OF_DESIGNER = (FIRST_CONTACT, PREVIEW, HOTLINE, SCHEME)


def key(lead: Any) -> str:
    """One running clock of a kind per enquiry."""
    return f"lead:{lead.pk}"
