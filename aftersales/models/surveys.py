"""Satisfaction surveys (S18): questions in versions, whom they are sent to, the answers with what was asked, measures and their effect."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from aftersales import policies_rounds as policies
from aftersales.choices_rounds import InviteState, SurveyState, Way
from core.models import Paper, Recorded
from core.policies import narrow


class QuestionSet(Recorded):
    """The questions of a store as they were worded last; each change is a new version, what was asked stays with the answer."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    questions = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["store", "version"], name="aftersales_questions_version")]

    def __str__(self) -> str:
        return f"{self.store_id} v{self.version}"


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: Any) -> Self:
        """The store's; a customer manager those in which customers of his own are asked."""
        mine = SurveyInvite.objects.filter(project__customer_manager=user).values("survey")
        return narrow(self, user, policies.SEE_SURVEYS, own=Q(pk__in=mine))  # type: ignore[return-value]


class Survey(Recorded):
    """One survey: whom it asks, with which questions, until when; then its analysis, measures and the check of their effect."""

    ref = models.CharField(max_length=40, unique=True)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    questions = models.JSONField()
    criteria = models.JSONField(default=dict)
    from_on = models.DateField()
    until_on = models.DateField()
    state = models.CharField(max_length=12, choices=SurveyState, default=SurveyState.ASKING)
    analysis = models.CharField(max_length=1500, blank=True)
    measures = models.CharField(max_length=1500, blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    analysed_at = models.DateTimeField(null=True)
    check_on = models.DateField(null=True)
    effect = models.CharField(max_length=1500, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("state", "analysis", "measures", "responsible", "analysed_at", "check_on", "effect", "checked_at", "checked_by")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")) & ~Q(name=""), name="aftersales_survey_period"),
            models.CheckConstraint(
                condition=Q(state="asking")
                | (Q(analysed_at__isnull=False, check_on__isnull=False, responsible__isnull=False) & ~Q(analysis="") & ~Q(measures="")),
                name="aftersales_survey_analysed",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked") | (Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(effect="")), name="aftersales_survey_checked"
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_survey_list")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("aftersales:survey", args=[self.ref])


class OfSurveyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """A customer manager sees his own customers alone."""
        return narrow(self, user, policies.SEE_SURVEYS, own=Q(project__customer_manager=user))  # type: ignore[return-value]


class SurveyInvite(Recorded):
    """One customer who is asked."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invites")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=InviteState, default=InviteState.OPEN)
    reason = models.CharField(max_length=200, blank=True)

    updatable = ("state", "reason")

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "project"], name="aftersales_invite_once"),
            models.UniqueConstraint(fields=["survey", "seq"], name="aftersales_invite_seq"),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="aftersales_invite_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.seq}"


class SurveyAnswer(Recorded):
    """What one customer answered, on a paper (S18): it counts when it is signed – by the customer, or by who took it down on the phone."""

    invite = models.ForeignKey(SurveyInvite, models.PROTECT, related_name="given")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8, choices=Way)
    told_by = models.CharField(max_length=40, blank=True)
    answers = models.JSONField()
    low = models.BooleanField(default=False)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("signed_at",)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["invite", "seq"], name="aftersales_answer_seq"),
            models.UniqueConstraint(fields=["invite"], condition=Q(signed_at__isnull=False), name="aftersales_answer_one_counts"),
            models.CheckConstraint(condition=~Q(way="phone") | ~Q(told_by=""), name="aftersales_answer_who_told"),
        ]

    def __str__(self) -> str:
        return f"{self.invite_id}/{self.seq}"


class SurveyScore(models.Model):
    """One answer to one question, with the words of the question and whom it rates: rows that results are counted from."""

    answer = models.ForeignKey(SurveyAnswer, models.PROTECT, related_name="scores")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    question = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=1000, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    low = models.BooleanField(default=False)
    role = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    append_only = True

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "code"], name="aftersales_score_once"),
            models.CheckConstraint(
                condition=Q(kind="scale", score__gte=1, score__lte=5)
                | Q(kind="nps", score__gte=0, score__lte=10)
                | Q(kind__in=["yes_no", "text"], score__isnull=True),
                name="aftersales_score_scale",
            ),
        ]
        indexes = [models.Index(fields=["store", "code"], name="aftersales_score_code")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.code} {self.value}"
