"""Return-visit rounds: whom a round draws, who calls whom, and every attempt (S04, S05, R020–R024)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from aftersales import policies_rounds as policies
from aftersales.choices import Channel, Satisfaction
from aftersales.choices_rounds import Feature, LowSource, RoundState, TargetState
from core.models import Paper, Recorded
from core.policies import narrow
from projects.models.base import mine


class RoundQuerySet(models.QuerySet["VisitRound"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_ROUNDS)  # type: ignore[return-value]


class VisitRound(Recorded):
    """A round of return visits: name, purpose, period, who is drawn; `figures` and the texts are frozen on its report (S05).

    `criteria` says whom it draws; `drawn` what the drawing found: how many fitted, how many do not want to be contacted.
    """

    ref = models.CharField(max_length=40, unique=True)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    feature = models.CharField(max_length=12, choices=Feature, blank=True)
    occasion = models.CharField(max_length=40, blank=True)
    script = models.CharField(max_length=24)
    from_on = models.DateField()
    until_on = models.DateField()
    criteria = models.JSONField(default=dict)
    drawn = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=RoundState, default=RoundState.PREPARED)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    analysis = models.CharField(max_length=1500, blank=True)
    measures = models.CharField(max_length=1500, blank=True)
    report = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("drawn", "state", "started_at", "closed_at", "analysis", "measures", "report")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="aftersales_round_period"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(purpose=""), name="aftersales_round_named"),
            models.CheckConstraint(condition=Q(feature="") | ~Q(occasion=""), name="aftersales_round_occasion"),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "closed"]) | Q(started_at__isnull=False), name="aftersales_round_started"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False, report__isnull=False) & ~Q(analysis="")), name="aftersales_round_reported"
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_round_list")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("aftersales:round", args=[self.ref])


class RoundOfficer(models.Model):
    """Who calls in a round, and how large a share: customers are divided by number and ability (domain 7.4)."""

    round = models.ForeignKey(VisitRound, models.PROTECT, related_name="officers")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField(default=100)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "officer"], name="aftersales_roundofficer_once"),
            models.CheckConstraint(condition=Q(share__gte=10, share__lte=200), name="aftersales_roundofficer_share"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.officer_id}"


class TargetQuerySet(models.QuerySet["RoundTarget"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_ROUNDS)  # type: ignore[return-value]


class RoundTarget(Recorded):
    """One customer of a round's list.  `always`: a member or key customer, who is visited without exception (R021, R022)."""

    round = models.ForeignKey(VisitRound, models.PROTECT, related_name="targets")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    always = models.BooleanField(default=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=TargetState, default=TargetState.OPEN)
    wanted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    updatable = ("officer", "state", "wanted_at", "done_at", "reason")

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["round", "project"], name="aftersales_target_once"),
            models.UniqueConstraint(fields=["round", "seq"], name="aftersales_target_seq"),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True) | (~Q(state="open") & Q(done_at__isnull=False)), name="aftersales_target_done"
            ),
            models.CheckConstraint(condition=~Q(state="left_out") | ~Q(reason=""), name="aftersales_target_left_out"),
        ]
        indexes = [models.Index(fields=["officer", "state", "seq"], name="aftersales_target_mine")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.seq}"


class RoundCall(Recorded):
    """One attempt to call a customer of a list; reached or not, each is kept (R020, R023); when reached it stands on a paper (S04)."""

    target = models.ForeignKey(RoundTarget, models.PROTECT, related_name="calls")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    reached = models.BooleanField()
    time_agreed = models.BooleanField(default=False)
    satisfaction = models.CharField(max_length=16, choices=Satisfaction, blank=True)
    with_what = models.CharField(max_length=500, blank=True)
    suggestion = models.CharField(max_length=500, blank=True)
    view = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    no_more = models.BooleanField(default=False)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["target", "seq"], name="aftersales_roundcall_seq"),
            models.UniqueConstraint(fields=["target"], condition=Q(reached=True), name="aftersales_roundcall_one_reached"),
            models.CheckConstraint(condition=Q(seq__gte=1, seq__lte=3), name="aftersales_roundcall_three"),
            models.CheckConstraint(
                condition=Q(reached=False, paper__isnull=True) & Q(satisfaction="") | Q(reached=True, paper__isnull=False) & ~Q(satisfaction=""),
                name="aftersales_roundcall_complete",
            ),
            models.CheckConstraint(condition=Q(satisfaction__in=["", "satisfied"]) | ~Q(with_what=""), name="aftersales_roundcall_with_what"),
        ]

    def __str__(self) -> str:
        return f"{self.target_id}/{self.seq}"


class LowScoreQuerySet(models.QuerySet["LowScore"]):
    def visible_to(self, user: Any) -> Self:
        """The store's; those who are named in it neither read nor handle it here."""
        about = LowScoreAbout.objects.filter(person=user).values("low")
        return narrow(self, user, policies.SEE_LOW).exclude(pk__in=about)  # type: ignore[return-value]

    def rating(self, user: Any) -> Self:
        """Those that rate this person; where the answer names nobody, all who serve the customer but its writer."""
        unnamed = ~Exists(LowScoreAbout.objects.filter(low=OuterRef("pk"))) & ~Q(paper__by=user)
        return self.filter(Q(about__person=user) | mine(user, "project__") & unnamed)


class LowScore(Recorded):
    """A bad answer (S02, S04, S18) opened a case, once for its paper; it is called about on the same day by somebody it does not name."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    source = models.CharField(max_length=4, choices=LowSource)
    says = models.CharField(max_length=800)
    case = models.CharField(max_length=40, unique=True)
    called_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("called_at",)

    objects = LowScoreQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(says="") & ~Q(case=""), name="aftersales_low_says")]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_low_list")]

    def __str__(self) -> str:
        return self.case


class LowScoreAbout(models.Model):
    """Whom the bad answer rates; that person neither calls nor handles it."""

    low = models.ForeignKey(LowScore, models.PROTECT, related_name="about")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["low", "person"], name="aftersales_lowabout_once")]

    def __str__(self) -> str:
        return f"{self.low_id} {self.person_id}"


class LowScoreCall(Recorded):
    """The call of the same day about a bad answer; each attempt is kept."""

    low = models.ForeignKey(LowScore, models.PROTECT, related_name="calls")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    reached = models.BooleanField()
    time_agreed = models.BooleanField(default=False)
    says = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["low", "seq"], name="aftersales_lowcall_seq"),
            models.CheckConstraint(condition=Q(seq__gte=1, seq__lte=3), name="aftersales_lowcall_three"),
            models.CheckConstraint(condition=Q(reached=False) | ~Q(says=""), name="aftersales_lowcall_says"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id}/{self.seq}"
