from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.attachment import Attachment
from core.models.base import Recorded
from core.models.dossier import Dossier


class Paper(Recorded):
    """A numbered paper with frozen content.  It is never edited: it is signed, sealed, voided or superseded."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Waiting for signatures")
        SIGNED = "signed", _("Signed")
        SEALED = "sealed", _("Sealed")
        VOID = "void", _("Void")
        SUPERSEDED = "superseded", _("Superseded")

    SIGNED_STATES = (State.SIGNED, State.SEALED)
    GONE_STATES = (State.VOID, State.SUPERSEDED)

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=8)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    series = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    ref = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=32, unique=True)
    content = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    template_version = models.PositiveSmallIntegerField(default=1)
    required_roles = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ISSUED)
    state_reason = models.CharField(max_length=300, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")
    stale_at = models.DateTimeField(null=True)
    stale_reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("state", "state_reason", "superseded_by", "stale_at", "stale_reason")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "store", "year", "number"], name="core_paper_number"),
            models.CheckConstraint(
                condition=models.Q(content_sha256__regex=r"^[0-9a-f]{64}$"), name="core_paper_sha256"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "-at", "-id"], name="core_paper_dossier"),
            models.Index(fields=["store", "-at", "-id"], name="core_paper_store"),
            models.Index(fields=["store", "kind", "-at"], name="core_paper_kind"),
        ]

    def __str__(self) -> str:
        return self.ref

    @cached_property
    def body(self) -> dict[str, Any]:
        """The facts that were frozen when the paper was issued."""
        return dict(json.loads(self.content)["c"])

    @cached_property
    def head(self) -> dict[str, Any]:
        """Company, store and numbers as they were when the paper was issued."""
        return dict(json.loads(self.content)["head"])

    @property
    def is_signed(self) -> bool:
        return self.state in self.SIGNED_STATES

    @property
    def is_gone(self) -> bool:
        return self.state in self.GONE_STATES

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ISSUED

    @property
    def says(self) -> str:
        """Its state in words; a paper that nobody signs (a receipt) waits for no signature."""
        return str(_("Issued") if self.is_open and not self.required_roles else self.get_state_display())

    @property
    def title(self) -> str:
        return str(self.head["title"])


class Signature(Recorded):
    """One person's hand under one paper, bound to the content's hash and to the presented PDF's (decision 12, LR-36)."""

    class Way(models.TextChoices):
        DEVICE = "device", _("On the company's device, in presence")
        SCAN = "scan", _("Original on paper, scanned")
        LINK = "link", _("By the owner's link")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    present = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=8, choices=Way, default=Way.DEVICE)
    strokes = models.TextField(blank=True)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    content_sha256 = models.CharField(max_length=64)
    presented_sha256 = models.CharField(max_length=64, blank=True)
    says = models.CharField(max_length=400)
    comment = models.CharField(max_length=1000, blank=True)
    device = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "role"], name="core_signature_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(way="scan", scan__isnull=False, confirmed_by__isnull=False)
                    | ~models.Q(way="scan") & ~models.Q(strokes="")
                ),
                name="core_signature_not_blank",
            ),
            models.CheckConstraint(
                condition=~models.Q(way="scan") | ~models.Q(confirmed_by=models.F("present")),
                name="core_signature_scan_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.role}"


class Rendition(models.Model):
    """A PDF that was made of a paper, never made again: as presented for signing, sealed with all signatures, or stamped as void or replaced."""

    class Kind(models.TextChoices):
        PRESENTED = "presented", "presented"
        SEALED = "sealed", "sealed"
        GONE = "gone", "gone"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=10, choices=Kind)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "kind"], name="core_rendition_once"),
            models.CheckConstraint(condition=models.Q(kind__in=("presented", "sealed", "gone")), name="core_rendition_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.kind}"
