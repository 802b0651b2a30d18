from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from core.models.base import Recorded
from core.models.dossier import Dossier


class Attachment(Recorded):
    """A photo or file, stored by content under a name that never comes from the person who sent it."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "photo"
        PDF = "pdf", "PDF"
        SHEET = "sheet", "sheet"
        SIGNATURE = "signature", "signature"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=12, choices=Kind)
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    content_type = models.CharField(max_length=80)
    sent_name = models.CharField(max_length=200, blank=True)
    caption = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)
    has_thumb = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="core_attachment_sha256")
        ]
        indexes = [
            models.Index(fields=["dossier", "-at"], name="core_attachment_dossier"),
            models.Index(fields=["sha256"], name="core_attachment_content"),
        ]

    def __str__(self) -> str:
        return self.caption or self.sent_name or self.sha256[:12]
