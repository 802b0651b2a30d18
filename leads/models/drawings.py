"""Drawings as versions: what was put in, what the chief designer said to it, what the customer confirmed (L09, P02–P04)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Attachment, Recorded
from leads.choices import Channel, DrawingKind, DrawingSource
from leads.models.lead import Lead


class Drawing(Recorded):
    """One version of a kind of drawing; a newer one stands beside it and takes nothing back.

    `reason` is asked for once a version of this kind has been confirmed.  `files_count` freezes the files: the database lets
    in exactly as many, in the same transaction.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="drawings")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DrawingKind)
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=8, choices=DrawingSource, default=DrawingSource.DRAWN)
    title = models.CharField(max_length=80)
    changes = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    files_count = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("kind", "version")
        constraints = [
            models.UniqueConstraint(fields=["lead", "kind", "version"], name="leads_drawing_one"),
            models.CheckConstraint(condition=Q(kind__in=DrawingKind.values), name="leads_drawing_kind"),
            models.CheckConstraint(condition=Q(source__in=DrawingSource.values), name="leads_drawing_source"),
            models.CheckConstraint(condition=Q(source="drawn") | Q(kind="floor_plan"), name="leads_drawing_only_plans_are_given"),
            models.CheckConstraint(condition=~Q(title=""), name="leads_drawing_has_title"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(changes=""), name="leads_drawing_says_what_changed"),
            models.CheckConstraint(condition=Q(files_count__gte=1, files_count__lte=30), name="leads_drawing_has_files"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"


class DrawingFile(models.Model):
    """One file of a version: a picture, a PDF, a DWG."""

    drawing = models.ForeignKey(Drawing, models.PROTECT, related_name="files")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["drawing", "position"], name="leads_drawingfile_one"),
            models.CheckConstraint(condition=Q(position__gte=1), name="leads_drawingfile_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.drawing_id} {self.position}"


class DrawingReview(Recorded):
    """The chief designer looked at a version: passed, or sent back with points (R004, 000:L136)."""

    drawing = models.OneToOneField(Drawing, models.PROTECT, related_name="review")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    passed = models.BooleanField()
    points = models.CharField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(passed=True) | ~Q(points=""), name="leads_drawingreview_says_what"),
        ]

    def __str__(self) -> str:
        return "passed" if self.passed else "sent back"


class DrawingConfirmation(Recorded):
    """The customer confirmed this version: who, how, when, before whom, and what shows it; from now on it is *the* one.

    Shown by a file (the message, the signed print) or by a hand drawn on the company's device.
    """

    drawing = models.OneToOneField(Drawing, models.PROTECT, related_name="confirmation")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel)
    note = models.CharField(max_length=400, blank=True)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    strokes = models.TextField(blank=True)
    files_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="leads_drawingconfirmation_who"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="leads_drawingconfirmation_how"),
            models.CheckConstraint(
                condition=Q(evidence__isnull=False) | ~Q(strokes=""), name="leads_drawingconfirmation_evidence"
            ),
            models.CheckConstraint(condition=Q(files_sha256__regex=r"^[0-9a-f]{64}$"), name="leads_drawingconfirmation_sha256"),
        ]

    def __str__(self) -> str:
        return self.name
