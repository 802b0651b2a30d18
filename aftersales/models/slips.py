"""Slips between departments (S25), quality tracking after delivery (P50), the summary of a week's work (R031)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from aftersales import policies_slips as policies
from aftersales.choices_repairs import Trade
from aftersales.choices_slips import Seen, SlipState, TrackWay
from aftersales.models.warranty import Warranty
from core.models import Recorded
from core.policies import narrow
from projects.models.base import mine
from staff import posts

USER = settings.AUTH_USER_MODEL


def of_departments(user: Any, *ends: str) -> Q:
    """Slips that one's own departments have written ("from") or are asked by ("to"): in the store of the post, everywhere where it is for all."""
    found = Q(pk__in=[])
    for row in posts.posts():
        if row.code in user.posts:
            here = Q() if row.code in posts.company_wide() else Q(store__in=user.stores_of([row.code]))
            for end in ends or ("from", "to"):
                found |= here & Q(**{f"{end}_department": row.department})
    return found


class SlipQuerySet(models.QuerySet["CoordinationSlip"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_SLIPS, own=of_departments(user) | Q(by=user))  # type: ignore[return-value]


class CoordinationSlip(Recorded):
    """One department asks another for something until a moment (S25): it answers once, says by which day, and who asked closes it."""

    ref = models.CharField(max_length=40, unique=True)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, related_name="+")
    from_department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+")
    to_department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    text = models.CharField(max_length=1000)
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=12, choices=SlipState, default=SlipState.WAITING)
    answer = models.CharField(max_length=1000, blank=True)
    ready_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closing = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    updatable = ("state", "answer", "ready_on", "answered_at", "answered_by", "closing", "closed_at", "closed_by")

    objects = SlipQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="aftersales_slip_says"),
            models.CheckConstraint(condition=~Q(from_department=F("to_department")), name="aftersales_slip_another_department"),
            models.CheckConstraint(condition=Q(answer_by__gt=F("at")), name="aftersales_slip_time"),
            models.CheckConstraint(condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("by")), name="aftersales_slip_two_people"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True, closed_at__isnull=True)
                | Q(state="withdrawn", answered_at__isnull=True, closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing="")
                | Q(state="answered", answered_at__isnull=False, answered_by__isnull=False, closed_at__isnull=True) & ~Q(answer="")
                | Q(state="done", answered_at__isnull=False, answered_by__isnull=False, closed_at__isnull=False, closed_by__isnull=False) & ~Q(answer=""),
                name="aftersales_slip_state",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="aftersales_slip_list"),
            models.Index(fields=["lead", "-id"], condition=Q(lead__isnull=False), name="aftersales_slip_file"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def tone(self) -> str:
        return SlipState(self.state).tone

    def get_absolute_url(self) -> str:
        return reverse("aftersales:slip", args=[self.ref])


class TrackQuerySet(models.QuerySet["QualityTrack"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_TRACKS, own=mine(user, "warranty__project__"))  # type: ignore[return-value]


class QualityTrack(Recorded):
    """Customer service asks after a delivered home (P50): what holds, what is to be watched, when it is looked at again."""

    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="tracks")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8, choices=TrackWay)
    says = models.CharField(max_length=600)
    again_on = models.DateField(null=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["warranty", "seq"], name="aftersales_track_seq"),
            models.CheckConstraint(condition=~Q(says=""), name="aftersales_track_says"),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_track_list")]

    def __str__(self) -> str:
        return f"{self.warranty_id}/{self.seq}"


class TrackPoint(models.Model):
    """One trade's work in a record: it holds, is to be watched, or is at fault; what is not well says how."""

    track = models.ForeignKey(QualityTrack, models.PROTECT, related_name="points")
    trade = models.CharField(max_length=12, choices=Trade)
    seen = models.CharField(max_length=8, choices=Seen)
    note = models.CharField(max_length=200, blank=True)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["track", "trade"], name="aftersales_trackpoint_once"),
            models.CheckConstraint(condition=Q(seen="good") | ~Q(note=""), name="aftersales_trackpoint_says"),
            models.CheckConstraint(condition=Q(seen__in=Seen.values), name="aftersales_trackpoint_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} {self.trade}"

    @property
    def tone(self) -> str:
        return Seen(self.seen).tone


class SummaryQuerySet(models.QuerySet["WeekSummary"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_SUMMARIES, own=Q(leader=user))  # type: ignore[return-value]


class WeekSummary(Recorded):
    """Every Saturday the head of the service tells the direct leader of the week's complaints and work (R031); the leader reads it."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    leader = models.ForeignKey(USER, models.PROTECT, related_name="+")
    figures = models.JSONField(encoder=DjangoJSONEncoder)
    complaints = models.CharField(max_length=1000)
    work = models.CharField(max_length=1000)
    plan = models.CharField(max_length=600)
    read_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    updatable = ("read_at", "word")

    objects = SummaryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["store", "starts_on"], name="aftersales_summary_week"),
            models.CheckConstraint(condition=Q(starts_on__iso_week_day=1), name="aftersales_summary_monday"),
            models.CheckConstraint(condition=~Q(complaints="") & ~Q(work="") & ~Q(plan=""), name="aftersales_summary_says"),
            models.CheckConstraint(condition=~Q(leader=F("by")), name="aftersales_summary_two_people"),
            models.CheckConstraint(condition=Q(read_at__isnull=False) | Q(word=""), name="aftersales_summary_read"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("aftersales:week-summary", args=[self.pk])
