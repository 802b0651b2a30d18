"""What a foreman has earned, what is taken off, what was paid; and the commission of a site supervisor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper
from core.policies import narrow
from projects import policies, policies_settling
from projects.choices import Method
from projects.choices_settling import DeductionKind, StatementKind
from projects.models.base import OfProject

_UNDONE = Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")


class ForemanQuerySet(models.QuerySet[Any]):
    """A foreman's money, seen by himself and by who answers for it."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_FOREMAN_PRICE, own=Q(foreman=user))  # type: ignore[return-value]


class OfForeman(OfProject):
    """A row of one foreman on one site; a mistake is withdrawn with a reason, never changed."""

    foreman = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("withdrawn_at", "withdrawn_by", "withdrawn_because")

    objects = ForemanQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        abstract = True


class ForemanDeduction(OfForeman):
    """What is taken off a foreman's settlement, with the reason and – for a site fine – its slip (P38, Q44)."""

    kind = models.CharField(max_length=8, choices=DeductionKind)
    reason = models.CharField(max_length=300)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="projects_foremandeduction_amount"),
            models.CheckConstraint(condition=~Q(foreman=F("by")), name="projects_foremandeduction_two_people"),
            models.CheckConstraint(condition=_UNDONE, name="projects_foremandeduction_withdrawn"),
            models.UniqueConstraint(fields=["paper"], condition=Q(withdrawn_at__isnull=True), name="projects_foremandeduction_paper_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.foreman_id}: −{self.amount}"


class ForemanLabour(OfForeman):
    """The labour part of a signed change order, agreed with the foreman; a deduction of the customer's is negative (P38)."""

    change = models.ForeignKey("projects.ChangeOrder", models.PROTECT, related_name="labour")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="projects_foremanlabour_amount"),
            models.CheckConstraint(condition=~Q(foreman=F("by")), name="projects_foremanlabour_two_people"),
            models.CheckConstraint(condition=_UNDONE, name="projects_foremanlabour_withdrawn"),
            models.UniqueConstraint(fields=["change"], condition=Q(withdrawn_at__isnull=True), name="projects_foremanlabour_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.change_id}: {self.amount}"


class ForemanSettlement(OfProject):
    """A statement for a foreman (P38): earned, taken off, paid before, what is to be paid now.

    Written by one person, approved by the engineering manager, paid by finance: three people, and never the foreman.
    """

    foreman = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=StatementKind)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    price = models.DecimalField(max_digits=12, decimal_places=2)
    earned = models.DecimalField(max_digits=12, decimal_places=2)
    labour = models.DecimalField(max_digits=12, decimal_places=2)
    deducted = models.DecimalField(max_digits=12, decimal_places=2)
    paid_before = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)
    paid_at = models.DateTimeField(null=True)

    updatable = ("approved_at", "approved_by", "refused_at", "refused_by", "refused_because", "paid_at")

    objects = ForemanQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["project", "foreman", "seq"], name="projects_foremansettlement_seq"),
            models.UniqueConstraint(
                fields=["project", "foreman"], condition=Q(paid_at__isnull=True, refused_at__isnull=True), name="projects_foremansettlement_one_waits"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="projects_foremansettlement_amount"),
            models.CheckConstraint(
                condition=Q(kind="advance") & ~Q(reason="") | Q(kind="instalment", amount__lte=F("earned") + F("labour") - F("deducted") - F("paid_before")),
                name="projects_foremansettlement_earned",
            ),
            models.CheckConstraint(
                condition=Q(kind="instalment") | Q(amount__lte=F("price") + F("labour") - F("deducted") - F("paid_before")),
                name="projects_foremansettlement_advance",
            ),
            models.CheckConstraint(
                condition=~Q(foreman=F("by")) & (Q(approved_by__isnull=True) | ~Q(approved_by=F("by")) & ~Q(approved_by=F("foreman"))),
                name="projects_foremansettlement_two_people",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True) | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="projects_foremansettlement_approved",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | Q(refused_by__isnull=False, paid_at__isnull=True) & ~Q(refused_because=""),
                name="projects_foremansettlement_refused",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True) | Q(approved_at__isnull=False, refused_at__isnull=True), name="projects_foremansettlement_paid"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "-id"], name="projects_foremansettle_list")]

    def __str__(self) -> str:
        return self.paper.ref

    @property
    def state(self) -> str:
        """Where it stands: written, approved, refused, paid."""
        if self.refused_at:
            return "refused"
        if self.paid_at:
            return "paid"
        return "approved" if self.approved_at else "written"

    @property
    def carried(self) -> Decimal:
        """What an advance leaves to be worked off."""
        return self.earned + self.labour - self.deducted - self.paid_before - self.amount


class ForemanPayment(OfProject):
    """What finance paid a foreman on an approved statement; a mistake is taken back by a second person, once."""

    settlement = models.ForeignKey(ForemanSettlement, models.PROTECT, related_name="payments")
    foreman = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=16, choices=Method)
    payee_account = models.CharField(max_length=40, blank=True)
    paid_on = models.DateField()
    slip = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=300, blank=True)

    append_only = True

    objects = ForemanQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True) | Q(amount__lt=0, reverses__isnull=False) & ~Q(reason=""),
                name="projects_foremanpayment_amount",
            ),
            models.CheckConstraint(condition=~Q(foreman=F("by")), name="projects_foremanpayment_two_people"),
            models.UniqueConstraint(fields=["settlement"], condition=Q(reverses__isnull=True), name="projects_foremanpayment_once"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "-paid_on", "-id"], name="projects_foremanpayment_list")]

    def __str__(self) -> str:
        return f"{self.foreman_id}: {self.amount}"


class CommissionQuerySet(models.QuerySet[Any]):
    """Commissions, seen by the supervisor they belong to and by who answers for them."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies_settling.SEE_COMMISSIONS, own=Q(supervisor=user))  # type: ignore[return-value]


class SupervisorCommission(OfProject):
    """The commission of a site supervisor on a settled site: registered by one person, approved and filed by another (P39)."""

    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    month = models.DateField()
    base = models.DecimalField(max_digits=12, decimal_places=2)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("approved_at", "approved_by", "withdrawn_at", "withdrawn_by", "withdrawn_because")

    objects = CommissionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(base__gt=0, percent__gt=0, percent__lte=100, amount__gt=0, amount__lte=F("base")), name="projects_commission_amount"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_commission_month"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("by")) & ~Q(approved_by=F("supervisor")),
                name="projects_commission_two_people",
            ),
            models.CheckConstraint(condition=_UNDONE, name="projects_commission_withdrawn"),
            models.UniqueConstraint(fields=["project"], condition=Q(withdrawn_at__isnull=True), name="projects_commission_once"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "-month", "-id"], name="projects_commission_list")]

    def __str__(self) -> str:
        return f"{self.supervisor_id}: {self.amount}"


__all__ = ["ForemanDeduction", "ForemanLabour", "ForemanPayment", "ForemanSettlement", "SupervisorCommission"]
