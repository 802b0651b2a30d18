from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from core.models import Paper
from projects.choices import Method, MoneyKind, SettlementKind
from projects.models.base import MoneyQuerySet, OfProject


class Payment(OfProject):
    """Money that came, with its receipt; a mistake is corrected by a reversal that a second person books, once."""

    kind = models.CharField(max_length=8, choices=MoneyKind, default=MoneyKind.IN)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=16, choices=Method)
    payer = models.CharField(max_length=60)
    payer_account = models.CharField(max_length=40, blank=True)
    received_on = models.DateField()
    receipt = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    deposit = models.OneToOneField("leads.Deposit", models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=300, blank=True)
    key = models.UUIDField(unique=True)

    append_only = True

    objects = MoneyQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["in", "deposit"], amount__gt=0, reverses__isnull=True)
                | Q(kind="reversal", amount__lt=0, reverses__isnull=False) & ~Q(reason="")
                | Q(kind="refund", amount__lt=0, reverses__isnull=True) & ~Q(reason=""),
                name="projects_payment_kind",
            ),
            models.CheckConstraint(condition=Q(kind="deposit", deposit__isnull=False) | ~Q(kind="deposit"), name="projects_payment_deposit"),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(kind="reversal"), name="projects_payment_receipt_once"),
        ]
        indexes = [
            models.Index(fields=["store", "-received_on", "-id"], name="projects_payment_list"),
            models.Index(fields=["project", "-id"], name="projects_payment_project"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Allocation(models.Model):
    """A part of a payment that pays an instalment; what is not allocated is the customer's credit."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    instalment = models.ForeignKey("projects.Instalment", models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="projects_allocation_amount")]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.instalment_id}: {self.amount}"


class Settlement(OfProject):
    """An account between customer and company at a milestone: mid-term and changes together, final after acceptance."""

    kind = models.CharField(max_length=8, choices=SettlementKind)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    instalment = models.ForeignKey("projects.Instalment", models.PROTECT, related_name="+")
    contract_due = models.DecimalField(max_digits=12, decimal_places=2)
    changes = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(max_digits=12, decimal_places=2)
    balance = models.DecimalField(max_digits=12, decimal_places=2)
    lines = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    version = models.PositiveSmallIntegerField(default=1)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")

    append_only = True

    objects = MoneyQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "version"], name="projects_settlement_version"),
            models.CheckConstraint(
                condition=Q(version=1, previous__isnull=True) | Q(version__gt=1, previous__isnull=False), name="projects_settlement_previous"
            ),
        ]
        indexes = [models.Index(fields=["project", "kind", "-id"], name="projects_settlement_kind")]

    def __str__(self) -> str:
        return self.paper.ref


class PaymentReminder(OfProject):
    """A reminder of an open instalment, sent by the site supervisor (P27)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="reminders")
    instalment = models.ForeignKey("projects.Instalment", models.PROTECT, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    due_on = models.DateField()

    append_only = True

    objects = MoneyQuerySet.as_manager()  # type: ignore[assignment, misc]

    def __str__(self) -> str:
        return self.paper.ref
