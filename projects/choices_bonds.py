"""The words of bonds and insurances (P42) and of old debts (P43)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BondKind(models.TextChoices):
    PERFORMANCE = "performance", _("Performance bond")
    ADVANCE = "advance", _("Advance-payment bond")
    INSURANCE = "insurance", _("Insurance")


class DebtState(models.TextChoices):
    OPEN = "open", pgettext_lazy("debt", "Open")
    PAID = "paid", pgettext_lazy("debt", "Paid")
    GIVEN_UP = "given_up", pgettext_lazy("debt", "Given up")


DEBT_STEPS = (("open", "paid"), ("open", "given_up"), ("paid", "open"))


class AttemptWay(models.TextChoices):
    PHONE = "phone", pgettext_lazy("debt", "By phone")
    VISIT = "visit", pgettext_lazy("debt", "Visit")
    LETTER = "letter", pgettext_lazy("debt", "Letter")


__all__ = ["DEBT_STEPS", "AttemptWay", "BondKind", "DebtState"]
