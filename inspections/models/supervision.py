"""What is counted beside checks and patrols, each by itself: must-visits, exchanges, trades, reports, and what is kept as a fact."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Paper, Recorded
from core.policies import narrow
from inspections import policies_supervision as policies
from inspections.choices_supervision import Channel, CheckInWay, FactKind
from inspections.models.base import OfSite
from inspections.models.check import QualityCheck
from projects.models.base import mine


class MandatoryVisit(OfSite):
    """The inspector was there at one of the five acceptances that must not be missed (I28, R043); no check counts for it."""

    code = models.CharField(max_length=2)
    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, related_name="+")
    content = models.CharField(max_length=500)
    customer_says = models.CharField(max_length=500, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="inspections_mustvisit_once"),
            models.CheckConstraint(condition=Q(code__regex="^C[1-8]$"), name="inspections_mustvisit_code"),
            models.CheckConstraint(condition=~Q(content=""), name="inspections_mustvisit_says"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.code}"


class ClientExchange(OfSite):
    """What inspector and customer said to each other (I27, R042): kept as often as it happens, counted once a day (Q51)."""

    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    channel = models.CharField(max_length=8, choices=Channel)
    content = models.CharField(max_length=1000)
    customer_says = models.CharField(max_length=500, blank=True)
    counts = models.BooleanField()

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_exchange_number"),
            models.UniqueConstraint(fields=["project", "on"], condition=Q(counts=True), name="inspections_exchange_one_a_day"),
            models.CheckConstraint(condition=~Q(content=""), name="inspections_exchange_says"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class ServiceBook(OfSite):
    """The customer service booklet as it was closed and signed: every must-visit and exchange of the site (P13)."""

    number = models.PositiveSmallIntegerField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    visits = models.PositiveSmallIntegerField()
    exchanges = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="inspections_book_number")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class TradeAcceptance(OfSite):
    """A trade accepted or not (I10, R048), for the trades that none of the eight checks accepts; a fault goes into rectification."""

    trade = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    crew = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "trade", "attempt"], name="inspections_trade_attempt"),
            models.UniqueConstraint(fields=["project", "trade"], condition=Q(passed=True), name="inspections_trade_passes_once"),
            models.CheckConstraint(
                condition=~Q(trade="") & (Q(passed=True, paper__isnull=False) | Q(passed=False, paper__isnull=True) & ~Q(note="")),
                name="inspections_trade_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.trade}"


class ProgressReport(OfSite):
    """How a site goes on, written by its supervisor for the head of the department, who reads it (I25)."""

    done = models.CharField(max_length=1000)
    coming = models.CharField(max_length=1000, blank=True)
    trouble = models.CharField(max_length=1000, blank=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("read_at", "read_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(done=""), name="inspections_report_says"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False) & ~Q(read_by=F("by")),
                name="inspections_report_read",
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="inspections_report_list")]

    def __str__(self) -> str:
        return self.done


class DailyCheckInQuerySet(models.QuerySet["DailyCheckIn"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_CHECK_INS, own=Q(person=user))  # type: ignore[return-value]


class DailyCheckIn(Recorded):
    """The evening check-in (I02, R045): the person's own report at the company, or a call noted by who took it and consented."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField()
    way = models.CharField(max_length=8, choices=CheckInWay)
    text = models.CharField(max_length=1000)
    granted = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = DailyCheckInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "on"], condition=Q(granted=True), name="inspections_checkin_once"),
            models.CheckConstraint(condition=~Q(text=""), name="inspections_checkin_says"),
            models.CheckConstraint(
                condition=Q(way="report", by=F("person"), granted=True) | Q(way__in=["phone", "trip"]) & ~Q(by=F("person")),
                name="inspections_checkin_consent",
            ),
        ]
        indexes = [models.Index(fields=["store", "-on", "-id"], name="inspections_checkin_list")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on}"


class SupervisionFactQuerySet(models.QuerySet["SupervisionFact"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_FACTS, own=Q(person=user) | mine(user, "project__"))  # type: ignore[return-value]


class SupervisionFact(Recorded):
    """What did not happen, whose it was at the time, and by which rule: a fact with room for a reason, never a verdict (6.3).

    The reason is the person's own; the head of supervision says in writing whether it holds (Q52).
    """

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=FactKind)
    rule = models.CharField(max_length=12)
    on = models.DateField()
    key = models.CharField(max_length=80, unique=True)
    says = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    reason_at = models.DateTimeField(null=True)
    holds = models.BooleanField(null=True)
    ruling = models.CharField(max_length=500, blank=True)
    ruled_at = models.DateTimeField(null=True)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("reason", "reason_at", "holds", "ruling", "ruled_at", "ruled_by")

    objects = SupervisionFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason="", reason_at__isnull=True) | ~Q(reason="") & Q(reason_at__isnull=False), name="inspections_fact_reason"),
            models.CheckConstraint(
                condition=Q(holds__isnull=True, ruled_by__isnull=True, ruled_at__isnull=True, ruling="")
                | Q(holds__isnull=False, ruled_by__isnull=False, ruled_at__isnull=False, reason_at__isnull=False) & ~Q(ruling="") & ~Q(ruled_by=F("person")),
                name="inspections_fact_ruling",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-on", "-id"], name="inspections_fact_list"),
            models.Index(fields=["person", "-on", "-id"], name="inspections_fact_person"),
        ]

    def __str__(self) -> str:
        return self.key
