"""The words of the foreman's money, the cost of a site and the papers of its completion."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import Fact, Milestone, Stage


class DeductionKind(models.TextChoices):
    """Why a foreman gets less; by his contract, on his settlement, never on a wage sheet (LR-8)."""

    FINE = "fine", _("Site fine")
    REWORK = "rework", _("Re-work charged")
    MATERIAL = "material", _("Material overdrawn")
    OTHER = "other", pgettext_lazy("deduction", "Other")


class StatementKind(models.TextChoices):
    """What is paid to a foreman: what he has earned, or something ahead of it."""

    INSTALMENT = "instalment", _("What is earned")
    ADVANCE = "advance", _("An advance")


class ExpenseKind(models.TextChoices):
    """What a site costs beside material and the foreman (P40)."""

    TRANSPORT = "transport", _("Transport")
    RUBBISH = "rubbish", _("Rubbish removal")
    LIFTING = "lifting", _("Carrying and lifting")
    PROTECTION = "protection", _("Protection of finished work")
    TOOLS = "tools", _("Tools and small parts")
    CLEANING = "cleaning", pgettext_lazy("expense", "Cleaning")
    TESTING = "testing", _("Tests and measurements")
    PROPERTY = "property", _("Paid to the property office")
    LABOUR = "labour", _("Day labour")
    OTHER = "other", pgettext_lazy("expense", "Other")


class Effect(models.TextChoices):
    """How a saving or a change touches the cost (000:L31)."""

    DIRECT = "direct", _("direct")
    INDIRECT = "indirect", _("indirect")


class LoanKind(models.TextChoices):
    """How a document leaves the archive (P36)."""

    ISSUE = "issue", _("Given out")
    LOAN = "loan", _("Lent")
    ROUND = "round", _("Passed round")


# A foreman's instalment is earned when the work of its milestone has passed (P38).
EARNED_BY = {
    Milestone.START: Fact.CREW_ON_SITE, Milestone.CONCEALED: Fact.CONCEALED_WORKS_ACCEPTED, Milestone.MIDTERM: Fact.CARPENTRY_ACCEPTED,
    Milestone.COMPLETION: Fact.CHECK_7_PASSED, Milestone.FINAL: Fact.COMPLETION_ACCEPTED,
}  # fmt: skip
FINISHED = (Stage.COMPLETED, Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY)  # to be cleaned, handed over, filed
