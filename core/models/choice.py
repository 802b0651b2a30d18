from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CompanyChoice(models.Model):
    """What the company has chosen where the handbook leaves a choice; without a row the default of `core.choices` counts."""

    code = models.CharField(max_length=60, primary_key=True)
    value = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    updatable = ("value", "by", "at")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(value__lte=100_000), name="core_companychoice_sensible")]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
