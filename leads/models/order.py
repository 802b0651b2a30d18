"""Order agreement, deposit and site survey."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Paper, Recorded
from leads.choices import DepositNature, Method
from leads.models.lead import Lead


class OrderAgreement(Recorded):
    """L22: what the deposit is in law, how much, and what becomes of it (G3, LR-55)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="agreements")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    nature = models.CharField(max_length=10, choices=DepositNature)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    estimate = models.DecimalField(max_digits=12, decimal_places=2)
    terms = models.CharField(max_length=1000, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="leads_agreement_amount_positive"),
            models.CheckConstraint(
                condition=Q(amount__lte=models.F("estimate") / 5), name="leads_agreement_at_most_a_fifth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.amount}"


class DepositQuerySet(models.QuerySet["Deposit"]):
    def in_force(self) -> DepositQuerySet:
        """Neither reversed nor given back: one at most per enquiry."""
        return self.filter(reversal__isnull=True).exclude(refunds__paid_at__isnull=False)


class Deposit(Recorded):
    """The deposit as received, with its receipt (L23): one payment, one receipt; one in force per enquiry."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="deposits")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(OrderAgreement, models.PROTECT, related_name="deposits")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=10, choices=Method)
    payer = models.CharField(max_length=60)
    receipt = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = DepositQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="leads_deposit_amount_positive")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.amount}"


class Scheme(Recorded):
    """The full scheme after the deposit: ready, and a meeting agreed; stops the scheme clock (R005, R006)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="schemes")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    summary = models.CharField(max_length=1000)
    meeting_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_scheme_one"),
            models.CheckConstraint(condition=~Q(summary=""), name="leads_scheme_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}"


class SiteSurvey(Recorded):
    """P01: measured on site after the deposit (G4); a corrected survey is another row that supersedes the paper."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="surveys")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    demands = models.CharField(max_length=2000)
    findings = models.CharField(max_length=2000, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_survey_one"),
            models.CheckConstraint(condition=Q(seq=1) | ~Q(reason=""), name="leads_survey_correction_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}"
