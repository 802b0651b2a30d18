"""The words of the time after acceptance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import Stage

PAID = (Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED)  # settled and paid in full: card and evaluation may be given (G18)
ATTEMPTS = 3  # so often a customer is tried; more would disturb


class VisitKind(models.TextChoices):
    """Which return visit: each is due within its own span of the acceptance, or the same day after a bad answer."""

    ACCEPTANCE = "acceptance", _("After acceptance")
    MONTH = "month", _("After the first month")
    LOW_SCORE = "low_score", _("After a bad answer")


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    MESSAGE = "message", _("Text message")
    MAIL = "mail", _("E-mail")
    DOOR = "door", _("At the door")


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", pgettext_lazy("return visit", "Satisfied")
    SO_SO = "so_so", pgettext_lazy("return visit", "So-so")
    DISSATISFIED = "dissatisfied", pgettext_lazy("return visit", "Dissatisfied")
