"""The words of lost days, stopped work, unsigned work and disputes."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DayOwner(models.TextChoices):
    """Whose a lost day is: exactly one of five."""

    CUSTOMER = "customer", pgettext_lazy("lost day", "Customer")
    COMPANY = "company", pgettext_lazy("lost day", "Company")
    SUPPLIER = "supplier", pgettext_lazy("lost day", "Supplier")
    WEATHER = "weather", pgettext_lazy("lost day", "Weather, force majeure")
    PROPERTY_OFFICE = "property_office", pgettext_lazy("lost day", "Property office")


# Whose days move the agreed completion once both sides have signed (contract, “工期”); the company's and its suppliers' never do.
MOVES = (DayOwner.CUSTOMER, DayOwner.WEATHER, DayOwner.PROPERTY_OFFICE)


class DelayReason(models.TextChoices):
    """Why a day was lost.  Days of a signed change are none: the change itself moves the date."""

    CUSTOMER_DECISION = "customer_decision", _("Customer has not decided yet")
    CUSTOMER_MATERIAL = "customer_material", _("Customer's material late or not sound")
    CUSTOMER_PAYMENT = "customer_payment", _("Instalment not paid in time")
    CUSTOMER_HOLD = "customer_hold", _("Customer asked to stop")
    HIDDEN_DEFECT = "hidden_defect", _("Old defect of the house treated")
    PROPERTY_HOURS = "property_hours", _("Hours or days of rest ordered by the property office")
    PROPERTY_PERMIT = "property_permit", _("Approval of the property office late")
    UTILITY_OUTAGE = "utility_outage", _("Water or power cut off")
    WEATHER = "weather", _("Rain, frost or damp")
    FORCE_MAJEURE = "force_majeure", _("Force majeure, order of the authorities")
    COMPANY_MATERIAL = "company_material", _("Company's material missing or wrong")
    COMPANY_CREW = "company_crew", _("Too few people, trades not in step")
    REWORK = "rework", _("Work done again")
    DESIGN_LATE = "design_late", _("Drawings late or wrong")
    ACCIDENT = "accident", _("Accident, safety stop")
    SUPPLIER = "supplier", _("Made to order, delivered late")
    NEIGHBOUR = "neighbour", _("Neighbours object")
    FESTIVAL = "festival", _("Festival not planned")
    OTHER = "other_delay", _("Another reason")


OWNER_OF: Mapping[str, tuple[DayOwner, ...]] = {
    DelayReason.CUSTOMER_DECISION: (DayOwner.CUSTOMER,),
    DelayReason.CUSTOMER_MATERIAL: (DayOwner.CUSTOMER,),
    DelayReason.CUSTOMER_PAYMENT: (DayOwner.CUSTOMER,),
    DelayReason.CUSTOMER_HOLD: (DayOwner.CUSTOMER,),
    DelayReason.HIDDEN_DEFECT: (DayOwner.CUSTOMER,),
    DelayReason.PROPERTY_HOURS: (DayOwner.PROPERTY_OFFICE,),
    DelayReason.PROPERTY_PERMIT: (DayOwner.PROPERTY_OFFICE,),
    DelayReason.UTILITY_OUTAGE: (DayOwner.PROPERTY_OFFICE,),
    DelayReason.WEATHER: (DayOwner.WEATHER,),
    DelayReason.FORCE_MAJEURE: (DayOwner.WEATHER,),
    DelayReason.COMPANY_MATERIAL: (DayOwner.COMPANY,),
    DelayReason.COMPANY_CREW: (DayOwner.COMPANY,),
    DelayReason.REWORK: (DayOwner.COMPANY,),
    DelayReason.DESIGN_LATE: (DayOwner.COMPANY,),
    DelayReason.ACCIDENT: (DayOwner.COMPANY,),
    DelayReason.SUPPLIER: (DayOwner.SUPPLIER,),
    DelayReason.NEIGHBOUR: (DayOwner.PROPERTY_OFFICE, DayOwner.COMPANY),  # to be looked into: who broke the rules of the house
    DelayReason.FESTIVAL: (DayOwner.COMPANY, DayOwner.CUSTOMER),
    DelayReason.OTHER: tuple(DayOwner),
}


class UnsignedOutcome(models.TextChoices):
    """How work without a signature ended: signed after all, put back, or left for nothing; never charged as it is (LR-23)."""

    SIGNED = "signed", _("The customer signed a change for it")
    RESTORED = "restored", _("Put back as it was")
    FREE = "free", _("Left as it is, free of charge")


class DisputedLine(models.TextChoices):
    """What of a settlement the customer does not agree with."""

    INSTALMENT = "instalment", _("An instalment")
    CHANGE = "change", _("A change")
    PAID = "paid", _("What was paid")
    OTHER = "other", pgettext_lazy("disputed line", "Something else")


class DisputeOutcome(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("dispute", "The customer is right")
    PARTLY = "partly", pgettext_lazy("dispute", "Partly right")
    STANDS = "stands", pgettext_lazy("dispute", "The line stands")
