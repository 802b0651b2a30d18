"""Bonds and insurances of a site (P42), and the register of old debts (P43, R067)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Attachment, Paper, Recorded
from core.policies import narrow
from projects import policies_bonds as policies
from projects.choices_bonds import AttemptWay, BondKind, DebtState
from projects.models.base import OfProject, mine

USER = settings.AUTH_USER_MODEL


class BondQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_BONDS, own=mine(user, "project__"))  # type: ignore[return-value]


class Bond(OfProject):
    """A bond or insurance that the contract asks for until a day, filed with its validity, renewed by the next one or ended."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="bonds")
    kind = models.CharField(max_length=12, choices=BondKind)
    due_on = models.DateField()
    what = models.CharField(max_length=200, blank=True)
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    issuer = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)

    updatable = (
        "issuer", "number", "amount", "valid_from", "valid_until", "scan", "filed_at", "filed_by", "ended_at", "ended_by", "ended_because",
    )  # fmt: skip

    objects = BondQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_by__isnull=True, number="", valid_until__isnull=True)
                | Q(filed_at__isnull=False, filed_by__isnull=False, valid_from__isnull=False, valid_until__gte=F("valid_from"), scan__isnull=False)
                & ~Q(number="")
                & ~Q(issuer=""),
                name="projects_bond_filed",
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="projects_bond_amount"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_because="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_because=""),
                name="projects_bond_ended",
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="projects_bond_list")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class DebtQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_OLD_DEBTS, own=Q(collector=user))  # type: ignore[return-value]


class OldDebt(Recorded):
    """What somebody owes from before the books of this house (P43): who collects it, what was tried, what came."""

    ref = models.CharField(max_length=40, unique=True)
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    debtor = models.CharField(max_length=40)
    about = models.CharField(max_length=120)
    basis = models.CharField(max_length=120)
    arose_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    collector = models.ForeignKey(USER, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=DebtState, default=DebtState.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_because = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    updatable = ("collector", "state", "closed_at", "closed_by", "closed_because")

    objects = DebtQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(debtor="") & ~Q(about="") & ~Q(basis=""), name="projects_olddebt_says"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="paid", closed_at__isnull=False, closed_by__isnull=False)
                | Q(state="given_up", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_because="") & ~Q(closed_by=F("collector")),
                name="projects_olddebt_closed",
            ),
        ]
        indexes = [models.Index(fields=["store", "state", "-id"], name="projects_olddebt_list")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("projects:old-debt", args=[self.ref])


class DebtAttempt(Recorded):
    """One attempt to collect: how, what was said, when the next one is made."""

    debt = models.ForeignKey(OldDebt, models.PROTECT, related_name="attempts")
    way = models.CharField(max_length=8, choices=AttemptWay)
    says = models.CharField(max_length=400)
    next_on = models.DateField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(says=""), name="projects_debtattempt_says")]

    def __str__(self) -> str:
        return f"{self.debt_id} {self.way}"


class DebtPayment(Recorded):
    """Money that came on an old debt: a receipt (L23) that stands in the till's book, never more than is owed."""

    debt = models.ForeignKey(OldDebt, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=12)
    payer = models.CharField(max_length=60)
    receipt = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(payer=""), name="projects_debtpayment_amount")]

    def __str__(self) -> str:
        return f"{self.debt_id} {self.amount}"
