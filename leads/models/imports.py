"""A customer list as a shop keeps it, on its way in (issue 6, LR-42, decision 37)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Attachment, Recorded
from leads.choices import Basis, BatchState, Origin, RowState


class ImportBatch(Recorded):
    """One uploaded list: its lawful origin, who answers for it, and what became of it."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.OWN_LIST)
    origin_note = models.CharField(max_length=200)
    consent_basis = models.CharField(max_length=12, choices=Basis)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREVIEWED)
    title = models.CharField(max_length=120, blank=True)
    asides = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "file_sha256"], condition=Q(state="confirmed"), name="leads_importbatch_once"
            ),
            models.CheckConstraint(condition=~Q(origin_note=""), name="leads_importbatch_has_origin"),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""), name="leads_importbatch_withdrawn_reason"),
        ]
        indexes = [models.Index(fields=["store", "-at", "-id"], name="leads_importbatch_new")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the list as it was read, what was understood of it, and what it became."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=60)
    row = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    understood = models.JSONField(default=dict)
    corrected = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=RowState)
    skipped = models.BooleanField(default=False)
    earlier = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "row"], name="leads_importrow_one")]
        indexes = [models.Index(fields=["batch", "state"], name="leads_importrow_state")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"
