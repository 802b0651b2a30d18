"""Quantities measured on site (I26), and the report of quality and material use that is frozen from what exists (I24)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Paper, Recorded, Snapshot
from core.policies import narrow
from inspections import policies_quantities as policies
from inspections.choices_quantities import Purpose
from inspections.models.base import OfSite
from projects.models.base import mine

USER = settings.AUTH_USER_MODEL


class MeasurementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_QUANTITIES, own=mine(user, "project__"))  # type: ignore[return-value]


class QuantityMeasurement(OfSite):
    """Engineering and the site's supervisor measure together (I26): one writes, the other confirms; then it feeds a price or a comparison."""

    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=12, choices=Purpose)
    change = models.ForeignKey("projects.ChangeOrder", models.PROTECT, null=True, related_name="+")
    measured_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=200, blank=True)

    updatable = ("confirmed_at", "confirmed_by", "withdrawn_at", "withdrawn_by", "withdrawn_because")

    objects = MeasurementQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_measurement_number"),
            models.CheckConstraint(
                condition=Q(purpose="change", change__isnull=False) | Q(purpose__in=["quotation", "settlement"], change__isnull=True),
                name="inspections_measurement_purpose",
            ),
            models.CheckConstraint(condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")), name="inspections_measurement_two_people"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True) | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="inspections_measurement_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="inspections_measurement_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class MeasuredLine(models.Model):
    """One item of the contract's price list as it was measured, beside what the quotation says of it there (none: it is not in it)."""

    measurement = models.ForeignKey(QuantityMeasurement, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    item = models.ForeignKey("leads.PriceItem", models.PROTECT, related_name="+")
    room = models.ForeignKey("leads.Room", models.PROTECT, null=True, related_name="+")
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    quoted = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    note = models.CharField(max_length=120, blank=True)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "seq"], name="inspections_measuredline_seq"),
            models.UniqueConstraint(fields=["measurement", "item", "room"], nulls_distinct=False, name="inspections_measuredline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0) & (Q(quoted__isnull=True) | Q(quoted__gte=0)), name="inspections_measuredline_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity}"

    @property
    def more(self) -> Any:
        """What was measured beyond the quotation; a minus where it is less."""
        return self.quantity - (self.quoted or 0)


class ReportQuerySet(models.QuerySet["MaterialReport"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_MATERIAL_REPORTS, own=Q(project__isnull=False) & mine(user, "project__"))  # type: ignore[return-value]


class MaterialReport(Recorded):
    """Quality and use of material of a store's month or of one site until a day, composed of what exists and frozen as a paper (I24)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    analysis = models.CharField(max_length=1500)
    measures = models.CharField(max_length=1500)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["store", "starts_on"], condition=Q(project__isnull=True), name="inspections_materialreport_month"),
            models.UniqueConstraint(fields=["project", "ends_on"], condition=Q(project__isnull=False), name="inspections_materialreport_site"),
            models.CheckConstraint(condition=~Q(analysis="") & ~Q(measures=""), name="inspections_materialreport_says"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & (Q(project__isnull=False) | Q(starts_on__day=1)), name="inspections_materialreport_span"
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="inspections_materialreport_lis")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:material-report", args=[self.pk])
