from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models.base import Recorded


class NumberSeries(models.Model):
    """The last number taken of a series, per store and year; a locked row, so that there are no gaps."""

    series = models.CharField(max_length=12)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "store", "year"], name="core_numberseries_one")]

    def __str__(self) -> str:
        return f"{self.series} {self.year} {self.last}"


class PostReceipt(models.Model):
    """The first answer to a form post; a repeated post gets the same answer and does nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField()
    body_sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=240)
    location = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_postreceipt_once")]

    def __str__(self) -> str:
        return str(self.key)


class Draft(models.Model):
    """What a person had typed into a form, so that nothing typed is lost.

    Under a key that begins with `OURS` stands what the server itself has read and keeps for the person's word; no browser writes there.
    """

    OURS = "kept:"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    deletable = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_draft_one")]

    def __str__(self) -> str:
        return self.key


class Snapshot(Recorded):
    """Frozen figures (a closed month, terms in force) with their hash."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, null=True, related_name="+")
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "store"], name="core_snapshot_one", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
