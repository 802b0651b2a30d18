"""What was done without a signature, what is priced outside the list, and what a customer disputes in a settlement."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from core.models import Attachment
from projects.choices_days import DisputedLine, DisputeOutcome, UnsignedOutcome
from projects.models.base import MoneyQuerySet, OfProject


class OffListPrice(OfProject):
    """A line of a change that the contract's price list does not have: with its reason, approved by the engineering manager (000:L31)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="off_list_prices")
    change = models.ForeignKey("projects.ChangeOrder", models.PROTECT, related_name="off_list")
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=12)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    because = models.CharField(max_length=300)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    updatable = ("decided_at", "decided_by", "approved", "answer")

    objects = MoneyQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0) & Q(unit_price__gt=0, amount=Round(F("quantity") * F("unit_price"), precision=2)),
                name="projects_offlist_amount",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(unit="") & ~Q(because=""), name="projects_offlist_because"),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_at__isnull=True, decided_by__isnull=True)
                | Q(approved__isnull=False, decided_at__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("by")),
                name="projects_offlist_two_people",
            ),
            models.CheckConstraint(condition=~Q(approved=False) | ~Q(answer=""), name="projects_offlist_refused"),
        ]

    def __str__(self) -> str:
        return self.name


class UnsignedWork(OfProject):
    """Work that was done before its change was signed: when, and who let it happen.  A fact; it never enters a settlement (G14, LR-23)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="unsigned_works")
    change = models.ForeignKey("projects.ChangeOrder", models.PROTECT, null=True, related_name="unsigned_works")
    done_on = models.DateField()
    what = models.CharField(max_length=400)
    let_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=UnsignedOutcome, blank=True)
    outcome_says = models.CharField(max_length=300, blank=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("outcome", "outcome_says", "outcome_at", "outcome_by", "change")

    class Meta:
        ordering = ["done_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="projects_unsignedwork_what"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True)
                | Q(outcome__in=UnsignedOutcome.values, outcome_at__isnull=False, outcome_by__isnull=False) & ~Q(outcome_says=""),
                name="projects_unsignedwork_outcome",
            ),
            models.CheckConstraint(condition=~Q(outcome="signed") | Q(change__isnull=False), name="projects_unsignedwork_signed"),
        ]

    def __str__(self) -> str:
        return self.what[:40]


class SettlementDispute(OfProject):
    """A line of a settlement that the customer does not agree with, in words and photos; it is answered, and a second version follows."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="disputes")
    settlement = models.ForeignKey("projects.Settlement", models.PROTECT, related_name="disputes")
    line = models.CharField(max_length=12, choices=DisputedLine)
    instalment = models.ForeignKey("projects.Instalment", models.PROTECT, null=True, related_name="+")
    change = models.ForeignKey("projects.ChangeOrder", models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    outcome = models.CharField(max_length=12, choices=DisputeOutcome, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("outcome", "answer", "answered_at", "answered_by")

    objects = MoneyQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="projects_dispute_words"),
            models.CheckConstraint(
                condition=(Q(line="change", change__isnull=False) | ~Q(line="change") & Q(change__isnull=True))
                & (Q(line="instalment", instalment__isnull=False) | ~Q(line="instalment") & Q(instalment__isnull=True)),
                name="projects_dispute_line",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | Q(outcome__in=DisputeOutcome.values, answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="projects_dispute_answered",
            ),
        ]
        indexes = [models.Index(fields=["settlement", "id"], name="projects_dispute_list")]

    def __str__(self) -> str:
        return self.words[:40]


class DisputePhoto(models.Model):
    """A picture that the customer handed in with a dispute."""

    dispute = models.ForeignKey(SettlementDispute, models.PROTECT, related_name="photos")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "attachment"], name="projects_disputephoto_once")]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.attachment_id}"


__all__ = ["DisputePhoto", "OffListPrice", "SettlementDispute", "UnsignedWork"]
