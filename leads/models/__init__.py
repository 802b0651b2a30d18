"""Customers, homes and enquiries, up to the accepted quotation."""

from leads.models.appointments import Appointment, AppointmentSeat, CalendarFeed
from leads.models.customer import Customer, CustomerPhone, Estate, Home, LeadSource, Room
from leads.models.design import Consultation, ConsultationRefusal, Proposal, ProposalCall, ProposalDecision
from leads.models.drawings import Drawing, DrawingConfirmation, DrawingFile, DrawingReview
from leads.models.estates import EstatePhase
from leads.models.follow_up import CareCall, HandOver, HotlineCase, LossReview, PoolStay
from leads.models.imports import ImportBatch, ImportRow
from leads.models.lead import Assignment, FollowUp, Lead, LeadStageChange, PhoneReveal
from leads.models.logs import PhoneCall, Visit
from leads.models.measuring import MeasureNote, ProposalFile, SurveyFitting, SurveyOpening, SurveyPhoto
from leads.models.money import CashAccount, CashEntry, DepositRefund, DepositReversal, Promise, TillClosing
from leads.models.offers import DiscountRequest, QuotationSending
from leads.models.order import Deposit, OrderAgreement, Scheme, SiteSurvey
from leads.models.packages import Package, PackageItem
from leads.models.people import ContactBan, CustomerMerge, HomePerson, Judgment, ProfileCheck
from leads.models.prices import PriceItem, PriceList
from leads.models.quotation import Quotation, QuotationLine
from leads.models.roster import DeskHours, Shift, TextVersion
from leads.models.show_homes import ShowHome, ShowHomeNotice, ShowHomeNoticeLine, ShowHomePhoto, ShowHomeVisit

__all__ = [
    "Appointment", "AppointmentSeat", "Assignment", "CalendarFeed", "CareCall", "CashAccount", "CashEntry", "Consultation",
    "ConsultationRefusal", "ContactBan", "Customer", "CustomerMerge", "CustomerPhone", "Deposit", "DepositRefund", "DepositReversal",
    "DeskHours", "DiscountRequest", "Drawing", "DrawingConfirmation", "DrawingFile", "DrawingReview", "Estate", "EstatePhase",
    "FollowUp", "HandOver", "Home", "HomePerson", "HotlineCase", "ImportBatch", "ImportRow", "Judgment", "Lead", "LeadSource",
    "LeadStageChange", "LossReview", "MeasureNote", "OrderAgreement", "Package", "PackageItem", "PhoneCall", "PhoneReveal", "PoolStay",
    "PriceItem", "PriceList", "ProfileCheck", "Promise", "Proposal", "ProposalCall", "ProposalDecision", "ProposalFile", "Quotation",
    "QuotationLine", "QuotationSending", "Room", "Scheme", "Shift", "ShowHome", "ShowHomeNotice", "ShowHomeNoticeLine", "ShowHomePhoto",
    "ShowHomeVisit", "SiteSurvey", "SurveyFitting", "SurveyOpening", "SurveyPhoto", "TextVersion", "TillClosing", "Visit",
]  # fmt: skip
