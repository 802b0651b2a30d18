"""Days of a site: work that stood still, days that were lost, the extension that both sides sign (P26)."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.models import Attachment, Paper
from projects.choices_days import MOVES, OWNER_OF, DayOwner, DelayReason
from projects.models.base import OfProject


def _owner_fits() -> Q:
    found = Q()
    for reason, owners in OWNER_OF.items():
        found |= Q(reason=str(reason), owner__in=[owner.value for owner in owners])
    return found


class StopWork(OfProject):
    """A declared period in which nobody works: from a day to a day, or open; its clocks stand still, its days are lost days of one owner.

    `until_on` is the last day without work.  The site's stage does not move; that is `pause`.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="stops")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    owner = models.CharField(max_length=16, choices=DayOwner)
    reason = models.CharField(max_length=20, choices=DelayReason)
    says = models.CharField(max_length=300)
    evidence = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("until_on", "ended_at", "ended_by")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="projects_stopwork_no_overlap",
                expressions=[
                    (Func(F("project"), F("project"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("from_on"), F("until_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(says="") & _owner_fits(), name="projects_stopwork_one_owner"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(until_on__gte=F("from_on"), ended_at__isnull=False, ended_by__isnull=False),
                name="projects_stopwork_ended_whole",
            ),
        ]
        indexes = [models.Index(fields=["project", "-from_on"], name="projects_stopwork_list")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.from_on} – {self.until_on or ''}"

    @property
    def is_open(self) -> bool:
        return self.until_on is None

    def days_until(self, day: date) -> list[date]:
        """Its days up to and including `day`."""
        last = min(self.until_on or day, day)
        return [self.from_on + timedelta(days=n) for n in range((last - self.from_on).days + 1)]


class ScheduleExtension(OfProject):
    """工期延长手续 (P26): the company told and explained, both sides agreed on days, both sign; then the completion moves (G15).

    Its days are lost days of the customer, the weather or the property office; at most as many as were chosen.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="extensions")
    seq = models.PositiveSmallIntegerField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    situation = models.CharField(max_length=400)
    told_on = models.DateField()  # the project manager told the customer of his own accord (000:L183)
    talks = models.TextField()  # what both sides said and agreed
    days = models.PositiveSmallIntegerField()
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("withdrawn_at", "withdrawn_by", "withdrawn_because")

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["project", "seq"], name="projects_extension_seq"),
            models.CheckConstraint(condition=Q(days__gte=1) & ~Q(situation="") & ~Q(talks=""), name="projects_extension_negotiated"),
            models.CheckConstraint(condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""), name="projects_extension_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.seq}"

    @property
    def is_signed(self) -> bool:
        return self.paper.is_signed and self.withdrawn_at is None

    @property
    def is_waiting(self) -> bool:
        return self.withdrawn_at is None and not self.paper.is_signed


class LostDay(OfProject):
    """One day of a site on which nothing moved on, with its one owner and its evidence; no day is counted twice."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="lost_days")
    on = models.DateField()
    owner = models.CharField(max_length=16, choices=DayOwner)
    reason = models.CharField(max_length=20, choices=DelayReason)
    says = models.CharField(max_length=300)
    evidence = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    stop = models.ForeignKey(StopWork, models.PROTECT, null=True, related_name="days")
    extension = models.ForeignKey(ScheduleExtension, models.PROTECT, null=True, related_name="lost_days")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    struck_because = models.CharField(max_length=300, blank=True)

    updatable = ("extension", "struck_at", "struck_by", "struck_because")

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on"], condition=Q(struck_at__isnull=True), name="projects_lostday_one_owner"),
            models.CheckConstraint(condition=~Q(says="") & _owner_fits(), name="projects_lostday_reason"),
            models.CheckConstraint(
                condition=Q(extension__isnull=True) | Q(owner__in=[owner.value for owner in MOVES], struck_at__isnull=True),
                name="projects_lostday_moves",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | Q(struck_by__isnull=False) & ~Q(struck_because=""), name="projects_lostday_struck"
            ),
        ]
        indexes = [models.Index(fields=["project", "on"], name="projects_lostday_list")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.on} {self.owner}"

    @property
    def moves(self) -> bool:
        return self.owner in MOVES


__all__ = ["LostDay", "ScheduleExtension", "StopWork"]
