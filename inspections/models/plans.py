"""The patrol plan of an inspector: what was planned, what was announced to be otherwise."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from core.models import Paper, Recorded
from core.policies import narrow
from inspections import policies_supervision as policies
from inspections.choices_supervision import PlanSpan
from inspections.models.base import OfSite


class PatrolPlanQuerySet(models.QuerySet["PatrolPlan"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_PLANS, own=Q(inspector=user))  # type: ignore[return-value]


class PatrolPlan(Recorded):
    """The patrols that an inspector plans for a week or a month (I01, Q56); two plans of a person never overlap."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    span = models.CharField(max_length=8, choices=PlanSpan)
    starts_on = models.DateField()
    ends_on = models.DateField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = PatrolPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="inspections_plan_days"),
            ExclusionConstraint(
                name="inspections_plan_no_overlap",
                expressions=[
                    (Func(F("inspector"), F("inspector"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["store", "-starts_on", "-id"], name="inspections_plan_list")]

    def __str__(self) -> str:
        return f"{self.inspector_id} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:plan", args=[self.pk])


class PlanEntry(OfSite):
    """One planned patrol of one site on one day."""

    plan = models.ForeignKey(PatrolPlan, models.PROTECT, related_name="entries")
    on = models.DateField()
    stage = models.CharField(max_length=40, blank=True)

    append_only = True

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "project", "on"], name="inspections_planentry_once")]
        indexes = [models.Index(fields=["project", "on"], name="inspections_planentry_site")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.on}"


class PlanDeviation(OfSite):
    """Why a planned patrol is on another day, or not at all.  `beforehand` = told before the day began (I01, IN-6); the database knows."""

    entry = models.ForeignKey(PlanEntry, models.PROTECT, related_name="deviations")
    seq = models.PositiveSmallIntegerField()
    was_on = models.DateField()
    new_on = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    beforehand = models.BooleanField()

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "seq"], name="inspections_deviation_seq"),
            models.CheckConstraint(condition=~Q(reason=""), name="inspections_deviation_reason"),
            models.CheckConstraint(
                condition=Q(new_on__isnull=True) | Q(beforehand=True) & ~Q(new_on=F("was_on")), name="inspections_deviation_day"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
