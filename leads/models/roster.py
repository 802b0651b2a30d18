"""Who stands at the front desk (R012, R013), and the company's own words for messages to customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Recorded
from core.policies import narrow
from leads import policies
from leads.choices_appointments import ShiftKind

DAY = timedelta(days=1)


class DeskHours(Recorded):
    """A store's opening hours and its two shifts, in versions; the newest counts.  `open_days` lists weekdays, 1 is Monday."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    early_from = models.TimeField()
    early_until = models.TimeField()
    late_from = models.TimeField()
    late_until = models.TimeField()
    open_days = models.CharField(max_length=7, default="1234567")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-seq",)
        constraints = [
            models.UniqueConstraint(fields=["store", "seq"], name="leads_deskhours_one"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), early_until__gt=F("early_from"), late_until__gt=F("late_from"), late_from__gt=F("early_from")),
                name="leads_deskhours_in_order",
            ),
            models.CheckConstraint(condition=Q(open_days__regex=r"^[1-7]{1,7}$"), name="leads_deskhours_days"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.opens:%H:%M}"


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, user: Any, permission: Any = None) -> ShiftQuerySet:
        """The shifts of one's stores, or all."""
        rows: Any = narrow(self, user, permission or policies.SEE_ROSTER)
        return rows


class Shift(Recorded):
    """T17: one person's shift at the desk of a store on a day; a change ends the row and writes another.

    A late shift written or changed less than a day ahead carries its reason (R013); `told_at` is when the person was told.
    """

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=6, choices=ShiftKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=200, blank=True)

    updatable = ("told_at", "ended_at", "ended_by", "ended_reason")

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ("day", "start_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "kind"], condition=Q(ended_at__isnull=True), name="leads_shift_once"),
            models.CheckConstraint(condition=Q(kind__in=ShiftKind.values), name="leads_shift_kind"),
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="leads_shift_lasts"),
            models.CheckConstraint(
                condition=~Q(kind="late") | Q(at__lte=F("start_at") - DAY) | ~Q(reason=""),
                name="leads_shift_late_reason",
            ),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False), name="leads_shift_ended_by"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(kind="late") | Q(ended_at__lte=F("start_at") - DAY) | ~Q(ended_reason=""),
                name="leads_shift_late_change",
            ),
        ]
        indexes = [models.Index(fields=["store", "day"], condition=Q(ended_at__isnull=True), name="leads_shift_week")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class TextVersion(Recorded):
    """A store's own wording of a message to customers; the newest version counts, an empty one means the house's words again."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("code", "-version")
        constraints = [models.UniqueConstraint(fields=["store", "code", "version"], name="leads_text_one_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
