from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Paper, Recorded
from core.policies import narrow
from inspections import policies
from inspections.choices import RectificationState, Severity
from inspections.models.base import OfSite
from inspections.models.check import CheckResult, QualityCheck
from projects.models.base import mine


class Patrol(OfSite):
    """The five-day patrol of a site with photos (I04, R040)."""

    number = models.PositiveSmallIntegerField()
    check_code = models.CharField(max_length=2, blank=True)
    progress = models.CharField(max_length=1000)
    order = models.CharField(max_length=500, blank=True)
    safety = models.CharField(max_length=500, blank=True)
    talk = models.CharField(max_length=500, blank=True)
    badge_worn = models.BooleanField(default=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_patrol_number"),
            models.CheckConstraint(condition=~Q(progress=""), name="inspections_patrol_progress"),
        ]
        indexes = [models.Index(fields=["project", "-at"], name="inspections_patrol_site")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


SOURCES = ("quality_check", "patrol", "joint_visit", "trade_acceptance", "order_check")  # where a fault was seen: in exactly one of them


class Finding(OfSite):
    """A fault: an item that failed, or something seen on a patrol, in a joint inspection, at the acceptance of a trade."""

    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, null=True, related_name="findings")
    result = models.OneToOneField(CheckResult, models.PROTECT, null=True, related_name="finding")
    patrol = models.ForeignKey(Patrol, models.PROTECT, null=True, related_name="findings")
    joint_visit = models.ForeignKey("inspections.JointVisit", models.PROTECT, null=True, related_name="findings")
    trade_acceptance = models.ForeignKey("inspections.TradeAcceptance", models.PROTECT, null=True, related_name="findings")
    order_check = models.ForeignKey("inspections.SiteOrderCheck", models.PROTECT, null=True, related_name="findings")
    item_code = models.CharField(max_length=8, blank=True)
    severity = models.CharField(max_length=8, choices=Severity)
    text = models.CharField(max_length=500)
    should = models.CharField(max_length=200, blank=True)
    measured = models.CharField(max_length=200, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="inspections_finding_text"),
            models.CheckConstraint(
                condition=Q(
                    *[Q(*[Q(**{f"{other}__isnull": other != one}) for other in SOURCES]) for one in SOURCES], _connector=Q.OR
                ),
                name="inspections_finding_source",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def visible_to(self, user: Any) -> Self:
        own = Q(responsible=user) | mine(user, "project__")
        return narrow(self, user, policies.SEE_CHECKS, own=own)  # type: ignore[return-value]

    def unfinished(self) -> Self:
        return self.exclude(state=RectificationState.ACCEPTED)


class Rectification(OfSite):
    """A fault put right by somebody until a day, shown before and after, and looked at again by the inspector (I14)."""

    number = models.PositiveSmallIntegerField()
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=RectificationState, default=RectificationState.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("state", "due_at", "answered_at", "answered_by", "accepted_at", "accepted_by")

    objects = RectificationQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_rectification_number"),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("answered_by")),
                name="inspections_rectification_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="open", accepted_at__isnull=True)
                | Q(state="answered", answered_at__isnull=False, accepted_at__isnull=True)
                | Q(state="accepted", accepted_at__isnull=False, accepted_by__isnull=False),
                name="inspections_rectification_moments",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at", "id"], condition=~Q(state="accepted"), name="inspections_rectification_due"
            ),
            models.Index(fields=["project", "number"], name="inspections_rectification_site"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:rectification", args=[self.project.ref, self.number])


class Answer(Recorded):
    """What the responsible person did, with photos after."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="answers")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="inspections_answer_text")]

    def __str__(self) -> str:
        return self.text


class Recheck(Recorded):
    """The inspector looked again."""

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="recheck")
    accepted = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(note=""), name="inspections_recheck_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.accepted}"
