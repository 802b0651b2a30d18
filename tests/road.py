"""One renovation as the tests need it: every stop of the road is reached by the verbs of the right person alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leads import services as leads
from leads.models import Consultation, Lead, LeadSource, OrderAgreement, Proposal, SiteSurvey
from tests.hand import sign

CUSTOMER = "陈静兰"
ROOMS = (
    leads.RoomSize("客厅", 5200, 3900, 2800, kind="living", openings_m2=Decimal("6.30"), doors=1, windows=1),
    leads.RoomSize("主卧", 4200, 3600, 2800, kind="bedroom", openings_m2=Decimal("4.10"), doors=1, windows=1),
    leads.RoomSize("厨房", 3100, 2200, 2700, kind="kitchen", openings_m2=Decimal("3.00"), doors=1, windows=1),
    leads.RoomSize("卫生间", 2600, 1900, 2650, kind="bathroom", openings_m2=Decimal("2.20"), doors=1, windows=1),
)


def home(**more: Any) -> leads.NewHome:
    told = {"estate": "澄湖里", "building": "3", "unit": "2", "room_no": "1102", "area_m2": Decimal("118.60"), "layout": "三室两厅"}
    return leads.NewHome(**{**told, **more})


def registered_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """Registered at the front desk."""
    people = people or cast
    told = {
        "name": CUSTOMER, "title": "ms", "phones": ["13858003371"], "home": home(), "origin": "self", "consent_basis": "request",
        "needs": "三口之家，次卧要放一米二的床", "budget": Decimal(280000),
    }  # fmt: skip
    source = more.pop("source", None) or LeadSource.objects.get(code="walk_in")
    return leads.register_lead(store=people.store, source=source, by=people.front_desk, at=at or cast.at, **{**told, **more})


def assigned_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… and assigned to the designer."""
    people, at = people or cast, at or cast.at
    lead = registered_lead(cast, at=at, people=people, **more)
    leads.assign_designer(lead, designer=people.designer, customer_manager=people.customer_manager, by=people.front_desk, at=at)
    lead.refresh_from_db()
    return lead


def consultation(lead: Lead, *, by: Any, at: Any, signed: bool = True, **more: Any) -> Consultation:
    """One consultation, signed by the customer unless told otherwise."""
    made = leads.record_consultation(lead, demands=more.pop("demands", "厨房想打开一面；主卫干湿分区"), by=by, at=at, **more)
    if signed:
        sign(made.paper, "customer", CUSTOMER, by=by, at=at)
    return made


def consulted_lead(cast: Any, *, at: Any = None, people: Any = None, signed: bool = True, **more: Any) -> Lead:
    """… and consulted once, the record signed."""
    people, at = people or cast, at or cast.at
    lead = assigned_lead(cast, at=at, people=people, **more)
    consultation(lead, by=people.designer, at=at, signed=signed)
    lead.refresh_from_db()
    return lead


def preview(lead: Lead, *, by: Any, at: Any, estimate: Decimal = Decimal(270000)) -> Proposal:
    return leads.present_proposal(
        lead, style="现代原木", overall_plan="厨房与餐厅之间做三联动玻璃移门", materials="柜体板材 ENF 级", estimate=estimate, by=by, at=at
    )


def proposed_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… and shown the design preview."""
    people, at = people or cast, at or cast.at
    lead = consulted_lead(cast, at=at, people=people, **more)
    preview(lead, by=people.designer, at=at)
    lead.refresh_from_db()
    return lead


def content_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… who is content with it and was called by the customer manager."""
    people, at = people or cast, at or cast.at
    lead = proposed_lead(cast, at=at, people=people, **more)
    leads.accept_proposal(lead.proposals.get(), by=people.designer, at=at)
    leads.record_proposal_call(lead, satisfaction="satisfied", by=people.customer_manager, at=at)
    return lead


def agreement(lead: Lead, *, by: Any, at: Any, amount: Decimal = Decimal(10000), signed: bool = True) -> OrderAgreement:
    made = leads.issue_order_agreement(lead, nature="earnest", amount=amount, by=by, at=at)
    if signed:
        sign(made.paper, "customer", CUSTOMER, by=by, at=at)
    return made


def agreed_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… with the order agreement signed."""
    people, at = people or cast, at or cast.at
    lead = content_lead(cast, at=at, people=people, **more)
    agreement(lead, by=people.customer_manager, at=at)
    return lead


def deposit_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… and the deposit received by the cashier."""
    people, at = people or cast, at or cast.at
    lead = agreed_lead(cast, at=at, people=people, **more)
    leads.receive_deposit(lead, method="transfer", by=people.cashier, at=at)
    lead.refresh_from_db()
    return lead


def survey(lead: Lead, *, by: Any, at: Any, rooms: Any = ROOMS, signed: bool = True) -> SiteSurvey:
    made = leads.record_survey(lead, rooms=rooms, demands="客厅不做主灯，电视墙不要石材", findings="北卧外墙有渗水痕迹", by=by, at=at)
    if signed:
        sign(made.paper, "customer", CUSTOMER, by=by, at=at)
    return made


def surveyed_lead(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Lead:
    """… and measured on site, the record signed."""
    people, at = people or cast, at or cast.at
    lead = deposit_lead(cast, at=at, people=people, **more)
    survey(lead, by=people.designer, at=at)
    lead.refresh_from_db()
    return lead
