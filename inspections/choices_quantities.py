"""What quantities are measured for (I26)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    QUOTATION = "quotation", pgettext_lazy("measuring", "To compare with the quotation")
    CHANGE = "change", pgettext_lazy("measuring", "For the price of a change")
    SETTLEMENT = "settlement", pgettext_lazy("measuring", "For the settlement")


__all__ = ["Purpose"]
