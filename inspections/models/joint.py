"""What the engineering department does together: joint inspections, the open rating of crews, the month's meeting and its figures."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.models import Paper, Recorded, Snapshot
from core.policies import Scope, narrow
from inspections import policies_supervision as policies
from inspections.models.base import OfSite


def reports_there(user: Any) -> Q:
    """Whoever reports back in a store reads what its department did together; a post of another kind there is not enough."""
    return Q(store__in=user.stores_of(policies.SEE_PLANS.posts[Scope.OWN]))


class JointInspectionQuerySet(models.QuerySet["JointInspection"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_PLANS, own=reports_there(user))  # type: ignore[return-value]


class JointInspection(Recorded):
    """The engineering manager goes round the sites together with the crews (I16)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    crews = ArrayField(models.CharField(max_length=40))
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = JointInspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="inspections_joint_number"),
            models.CheckConstraint(condition=Q(crews__len__gte=1), name="inspections_joint_crews"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:joint", args=[self.pk])


class JointVisit(OfSite):
    """One site of a joint inspection; what was wrong there is a finding with a rectification."""

    inspection = models.ForeignKey(JointInspection, models.PROTECT, related_name="visits")
    note = models.CharField(max_length=500)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "project"], name="inspections_jointvisit_once"),
            models.CheckConstraint(condition=~Q(note=""), name="inspections_jointvisit_says"),
        ]

    def __str__(self) -> str:
        return self.note


class CrewRating(Recorded):
    """Points of a crew in a month by criteria that everybody knows; open to all (I18, Q60).  A correction is a new row with its reason."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    crew = models.ForeignKey("projects.Crew", models.PROTECT, related_name="+")
    month = models.DateField()
    seq = models.PositiveSmallIntegerField()
    scores = models.JSONField(encoder=DjangoJSONEncoder)
    total = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["crew", "month", "seq"], name="inspections_rating_seq"),
            models.CheckConstraint(condition=Q(total__lte=100), name="inspections_rating_total"),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_rating_month"),
            models.CheckConstraint(condition=Q(seq=1) | Q(seq__gt=1) & ~Q(note=""), name="inspections_rating_correction"),
        ]
        indexes = [models.Index(fields=["month", "store", "-total"], name="inspections_rating_list")]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.month:%Y-%m}: {self.total}"


class SiteMeeting(Recorded):
    """The month's meeting of the whole engineering department (R047)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    month = models.DateField()
    place = models.CharField(max_length=120)
    present = models.CharField(max_length=400)
    topics = models.CharField(max_length=1000)
    decisions = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(present="") & ~Q(topics="") & ~Q(place=""), name="inspections_meeting_says"),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_meeting_month"),
        ]
        indexes = [models.Index(fields=["store", "-at"], name="inspections_meeting_list")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.month:%Y-%m}"


class Bulletin(Recorded):
    """Patrols and joint inspections of a month in figures, frozen and published (I17): nobody's customer is named."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    month = models.DateField()
    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "month"], name="inspections_bulletin_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_bulletin_first"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:bulletin", args=[self.pk])
