from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.base import ClockTimestamp

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Dossier(models.Model):
    """Everything that belongs together: papers, photos, clocks and the chain of what happened (decisions 15, 30).

    `next_due_at` is the due moment of the next running clock of an enquiry, `NEVER` without one; the database keeps it, for lists in that order.
    """

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", _("Enquiry")
        EMPLOYEE = "employee", _("Employee")
        STORE = "store", _("Store")
        COMPANY = "company", _("Company")

    kind = models.CharField(max_length=16, choices=Kind)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    line = models.CharField(max_length=240, blank=True)
    search = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    opened_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)
    next_due_at = models.DateTimeField(db_default=NEVER, editable=False)

    guarded = ("next_due_at",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="company") | models.Q(store__isnull=False), name="core_dossier_has_store"
            )
        ]
        indexes = [
            GinIndex(fields=["search"], name="core_dossier_search"),
            models.Index(fields=["next_due_at", "id"], name="core_dossier_next_due"),
        ]

    def __str__(self) -> str:
        return self.title


class ChainHead(models.Model):
    """The last link of a dossier's chain; written by the database alone."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="chain_head")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    read_only = True

    def __str__(self) -> str:
        return f"{self.dossier_id}:{self.seq}"


class AuditEntry(models.Model):
    """One link: what was done, by whom, when; its hash covers the link before it and is computed by the database."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField(db_default=0, editable=False)
    kind = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    paper = models.ForeignKey("core.Paper", models.PROTECT, null=True, related_name="+")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, related_name="+")
    payload = models.TextField(default="{}")
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    prev_hash = models.CharField(max_length=64, db_default="", editable=False)
    hash = models.CharField(max_length=64, db_default="", editable=False)

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="core_auditentry_one_link")]
        indexes = [models.Index(fields=["dossier", "-at", "-id"], name="core_auditentry_timeline")]

    def __str__(self) -> str:
        return f"{self.dossier_id}:{self.seq} {self.kind}"
