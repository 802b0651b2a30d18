"""Customers, homes and enquiries, up to the accepted quotation."""

from leads.models.customer import Customer, CustomerPhone, Estate, Home, LeadSource, Room
from leads.models.design import Consultation, ConsultationRefusal, Proposal, ProposalCall, ProposalDecision
from leads.models.imports import ImportBatch, ImportRow
from leads.models.lead import Assignment, FollowUp, Lead, LeadStageChange, PhoneReveal
from leads.models.order import Deposit, OrderAgreement, Scheme, SiteSurvey
from leads.models.prices import PriceItem, PriceList
from leads.models.quotation import Quotation, QuotationLine

__all__ = [
    "Assignment", "Consultation", "ConsultationRefusal", "Customer", "CustomerPhone", "Deposit", "Estate", "FollowUp", "Home",
    "ImportBatch", "ImportRow", "Lead", "LeadSource", "LeadStageChange", "OrderAgreement", "PhoneReveal", "PriceItem", "PriceList",
    "Proposal", "ProposalCall", "ProposalDecision", "Quotation", "QuotationLine", "Room", "Scheme", "SiteSurvey",
]  # fmt: skip
