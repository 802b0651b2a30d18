"""What a site costs beside material and foreman, and what was proposed to make it cheaper."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Attachment
from core.policies import narrow
from projects import policies_settling
from projects.choices_settling import Effect, ExpenseKind
from projects.models.base import OfProject, mine


class ExpenseQuerySet(models.QuerySet[Any]):
    """Expenses, seen by who keeps them and by who answers for the cost."""

    def visible_to(self, user: Any) -> Self:
        wide = narrow(self, user, policies_settling.SEE_SITE_COST)
        return wide if policies_settling.SEE_SITE_COST.allows(user) else narrow(self, user, policies_settling.KEEP_EXPENSES, own=mine(user, "project__"))  # type: ignore[return-value]


class SiteExpense(OfProject):
    """Money that a site has cost, with its receipt (P40); a mistake is withdrawn with a reason."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="expenses")
    kind = models.CharField(max_length=12, choices=ExpenseKind)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    spent_on = models.DateField()
    payee = models.CharField(max_length=60)
    what = models.CharField(max_length=200)
    receipt = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("withdrawn_at", "withdrawn_by", "withdrawn_because")

    objects = ExpenseQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(what="") & ~Q(payee=""), name="projects_siteexpense_amount"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="projects_siteexpense_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["store", "spent_on"], name="projects_siteexpense_period")]

    def __str__(self) -> str:
        return f"{self.what}: {self.amount}"


class CostProposal(OfProject):
    """A measure that makes a site cheaper, or a change of its cost: proposed on site, reviewed by the engineering manager (P41, 000:L31)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="cost_proposals")
    text = models.CharField(max_length=400)
    effect = models.CharField(max_length=8, choices=Effect)
    saves = models.DecimalField(max_digits=12, decimal_places=2)
    accepted = models.BooleanField(null=True)
    word = models.CharField(max_length=300, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("accepted", "word", "reviewed_at", "reviewed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="projects_costproposal_text"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True, reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(accepted__isnull=False, reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(word="") & ~Q(reviewed_by=F("by")),
                name="projects_costproposal_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return self.text


__all__ = ["CostProposal", "SiteExpense"]
