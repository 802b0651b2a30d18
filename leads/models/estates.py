"""When the parts of an estate are handed over to their owners (L14): the moment at which a home can be renovated."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Recorded
from leads.models.customer import Estate


class EstatePhase(Recorded):
    """A phase or some buildings of an estate with the day of their hand-over (交房日期); withdrawn when it was told wrongly."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="phases")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    handover_on = models.DateField()
    homes = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("withdrawn_at", "withdrawn_by")

    class Meta:
        ordering = ("handover_on", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="leads_phase_has_name"),
            models.UniqueConstraint(fields=["estate", "name"], condition=Q(withdrawn_at__isnull=True), name="leads_phase_one"),
        ]
        indexes = [models.Index(fields=["store", "handover_on"], condition=Q(withdrawn_at__isnull=True), name="leads_phase_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.handover_on:%Y-%m-%d}"
