from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models.dossier import Dossier


class Deadline(models.Model):
    """A running promise: which clock, whose, since when, until when; the next moment that the sweep must look at it is stored."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deadlines")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    clock = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=240, blank=True)
    link = models.CharField(max_length=240, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    agreed = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    next_sweep_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "key"], condition=Q(stopped_at__isnull=True), name="core_deadline_one_open"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="core_deadline_due_after_start"),
            models.CheckConstraint(
                condition=Q(next_sweep_at__isnull=True) | Q(stopped_at__isnull=True, paused_at__isnull=True),
                name="core_deadline_sweeps_running_only",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_sweep_at"], condition=Q(next_sweep_at__isnull=False), name="core_deadline_sweep"
            ),
            models.Index(fields=["owner", "due_at"], condition=Q(stopped_at__isnull=True), name="core_deadline_desk"),
            models.Index(fields=["store", "due_at"], condition=Q(stopped_at__isnull=True), name="core_deadline_store"),
            models.Index(fields=["dossier", "-started_at"], name="core_deadline_dossier"),
            models.Index(fields=["clock", "key"], condition=Q(cancelled=True), name="core_deadline_cancelled"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.key}"


class DeadlinePause(models.Model):
    """One pause of a clock, with its reason and who set it."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="pauses")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(until_at__isnull=True), name="core_pause_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="core_pause_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class Notice(models.Model):
    """A line for one person: a warning of a clock, a decision that came back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(default=0)
    line = models.CharField(max_length=300)
    link = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "level", "user"], condition=Q(deadline__isnull=False), name="core_notice_once"
            )
        ]
        indexes = [models.Index(fields=["user", "-at"], condition=Q(read_at__isnull=True), name="core_notice_unread")]

    def __str__(self) -> str:
        return self.line
