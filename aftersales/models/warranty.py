"""The warranty of a site: its terms, card, evaluation, return visits."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from aftersales import policies
from aftersales.choices import Channel, Satisfaction, VisitKind
from core.models import Paper, Recorded
from core.policies import narrow
from projects.models.base import mine


class WarrantyQuerySet(models.QuerySet["Warranty"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_WARRANTIES, own=mine(user, "project__"))  # type: ignore[return-value]

    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Warranty(Recorded):
    """The statutory warranty of one site (S50, LR-31, LR-32): from the day of acceptance, whatever is paid.

    `at` is the moment of acceptance; it is withdrawn only when that acceptance was taken back.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    acceptance = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    last_on = models.DateField()
    terms_version = models.CharField(max_length=20)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    updatable = ("withdrawn_at", "reason")

    objects = WarrantyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(withdrawn_at__isnull=True), name="aftersales_warranty_one"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(reason=""), name="aftersales_warranty_reason"
            ),
            models.CheckConstraint(condition=Q(last_on__gt=models.F("starts_on")), name="aftersales_warranty_lasts"),
        ]
        indexes = [
            models.Index(
                fields=["store", "-starts_on", "-id"],
                condition=Q(withdrawn_at__isnull=True),
                name="aftersales_warranty_list",
            ),
        ]

    def __str__(self) -> str:
        return self.paper.ref

    def get_absolute_url(self) -> str:
        return reverse("aftersales:warranty", args=[self.project.ref])


class WarrantyTerm(models.Model):
    """One part of the works and the last day of its warranty, frozen from the contract; never below the statutory floor."""

    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="terms")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    part = models.CharField(max_length=120)
    months = models.PositiveSmallIntegerField()
    floor = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=160, blank=True)
    until = models.DateField(null=True)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["warranty", "code"], name="aftersales_term_once"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(months__gte=models.F("floor")), name="aftersales_term_floor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.part}"

    def covers(self, day: date) -> bool:
        return self.until is None or day <= self.until


class OfWarranty(Recorded):
    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="%(class)ss")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class WarrantyCard(OfWarranty):
    """The company's warranty card, made out when the final payment is in (S01, G18)."""

    warranty = models.OneToOneField(Warranty, models.PROTECT, related_name="card")
    handed_over_at = models.DateTimeField(null=True)

    updatable = ("handed_over_at", "paper")

    def __str__(self) -> str:
        return self.paper.ref


class Evaluation(OfWarranty):
    """What the customer says about the project, filled in by the customer after the final payment (S02, G18)."""

    answers = models.JSONField()
    bad = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True)

    updatable = ("signed_at",)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.paper.ref


class ReturnVisit(Recorded):
    """One attempt of a return visit; reached or not, each is kept (S04, R020, R023)."""

    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="visits")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=VisitKind)
    attempt = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    reached = models.BooleanField()
    time_agreed = models.BooleanField(default=False)
    satisfaction = models.CharField(max_length=16, choices=Satisfaction, blank=True)
    with_what = models.CharField(max_length=500, blank=True)
    suggestion = models.CharField(max_length=500, blank=True)
    view = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=False, paper__isnull=True)
                | Q(reached=True, paper__isnull=False) & ~Q(satisfaction=""),
                name="aftersales_visit_complete",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__in=["", "satisfied"]) | ~Q(with_what=""), name="aftersales_visit_with_what"
            ),
            models.UniqueConstraint(fields=["warranty", "kind", "attempt"], name="aftersales_visit_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.warranty_id} {self.kind} {self.attempt}"
