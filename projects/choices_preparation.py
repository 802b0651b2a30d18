"""The words of the property office, of crews, of the schedule and of materials."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationKind(models.TextChoices):
    """What is asked of the property office beside the registration (A07, A08, A10, A11), and approvals of others that are recorded only."""

    ADDED_ITEM = "added_item", _("Added works")
    HOT_WORK = "hot_work", _("Hot work")
    GOODS_RELEASE = "goods_release", _("Goods release")
    STAIRS = "stairs", _("Stairs or lift")
    SHUT_OFF = "shut_off", _("Water or power shut off")
    AUTHORITY = "authority", _("Approval of an authority")


WITH_PAPER = (ApplicationKind.ADDED_ITEM, ApplicationKind.HOT_WORK, ApplicationKind.GOODS_RELEASE, ApplicationKind.STAIRS)
TIMED = (ApplicationKind.HOT_WORK, ApplicationKind.GOODS_RELEASE, ApplicationKind.STAIRS, ApplicationKind.SHUT_OFF)  # good for its hours only
CERTIFIED = (ApplicationKind.ADDED_ITEM, ApplicationKind.HOT_WORK)  # one copy filed, the original to the applicant (R086)


class FeeKind(models.TextChoices):
    """What the property office takes (A05, A13, A14)."""

    DEPOSIT = "deposit", _("Renovation deposit")
    RUBBISH = "rubbish", _("Rubbish fee")
    PASS_DEPOSIT = "pass_deposit", _("Pass deposit")
    PASS_COST = "pass_cost", _("Pass cost")
    EXTENSION = "extension", _("Extension fee")
    OTHER = "other", pgettext_lazy("fee", "Other")


REFUNDABLE = (FeeKind.DEPOSIT, FeeKind.PASS_DEPOSIT)


class Payer(models.TextChoices):
    """Who pays the property office (Q76): the owner, unless the contract says otherwise; never the worker (LR-14)."""

    OWNER = "owner", _("the owner")
    COMPANY = "company", _("the company")


class DoubtAbout(models.TextChoices):
    DRAWING = "drawing", _("Drawing")
    BUDGET = "budget", _("Budget")
    HOUSE = "house", _("The house itself")


class Rhythm(models.TextChoices):
    """On which days a site works."""

    DAILY = "daily", _("every day but public holidays")
    WORKDAYS = "workdays", _("working days only")


class Buyer(models.TextChoices):
    """Who buys a material."""

    CLIENT = "client", _("the customer")
    COMPANY = "company", _("ordered by us")
