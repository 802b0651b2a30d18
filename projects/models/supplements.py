"""What is added to a contract afterwards, what is counted in the drawer, and credit that goes back."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from core.models import Paper, Recorded
from core.policies import narrow
from leads.models.money import Refund
from projects import policies
from projects.choices import StockState
from projects.models.base import MoneyQuerySet, OfProject
from projects.models.contract import ContractStock


class Supplement(OfProject):
    """补充协议: a numbered paper of both sides that amends dates, terms or the instalments not yet due; never the sum (LR-23).

    It counts from the moment both sides have signed; `applied_at` says when the site followed it.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="supplements")
    seq = models.PositiveSmallIntegerField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    terms = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    plan = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)  # the lines as they shall be
    applied_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("applied_at", "withdrawn_at", "withdrawn_by", "withdrawn_because")

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["project", "seq"], name="projects_supplement_seq"),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_supplement_reason"),
            models.CheckConstraint(
                condition=~Q(terms="") | Q(starts_on__isnull=False) | Q(due_on__isnull=False) | ~Q(plan=[]), name="projects_supplement_says_something"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because="") & Q(applied_at__isnull=True), name="projects_supplement_withdrawn"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.project_id}: {self.seq}"

    @property
    def is_signed(self) -> bool:
        return self.paper.is_signed and self.withdrawn_at is None

    @property
    def is_waiting(self) -> bool:
        return self.withdrawn_at is None and not self.paper.is_signed


class CreditRefund(Refund):
    """Money of a site that the customer has paid too much: asked for by one person, paid out by another (LR-57)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="credit_refunds")
    payment = models.OneToOneField("projects.Payment", models.PROTECT, null=True, related_name="+")

    updatable = (*Refund.updatable, "payment")

    objects = MoneyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="projects_creditrefund_amount"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, paid_by__isnull=True, voucher__isnull=True, payment__isnull=True)
                | Q(paid_at__isnull=False, paid_by__isnull=False, voucher__isnull=False, payment__isnull=False, refused_at__isnull=True),
                name="projects_creditrefund_paid_whole",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | Q(refused_by__isnull=False) & ~Q(refused_because=""), name="projects_creditrefund_refused"
            ),
            models.CheckConstraint(condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("by")), name="projects_creditrefund_two_people"),
            models.UniqueConstraint(fields=["project"], condition=Q(refused_at__isnull=True, paid_at__isnull=True), name="projects_creditrefund_one_waits"),
        ]  # fmt: skip


class StockCountQuerySet(models.QuerySet["StockCount"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.CONTRACT_STOCK)  # type: ignore[return-value]


class StockCount(Recorded):
    """The monthly counting of the blank contracts of a store: what should be there, what was found, what is missing (Q41)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    month = models.DateField()
    expected = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    surplus = models.JSONField(default=list, blank=True)  # serials that lay there and should not, each with its word
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = StockCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expected=F("found") + F("missing")), name="projects_stockcount_sums"),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_stockcount_month"),
        ]
        indexes = [models.Index(fields=["store", "-month", "-id"], name="projects_stockcount_list")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.month:%Y-%m}"

    @property
    def month_key(self) -> str:
        return f"{self.month:%Y-%m}"


class StockCountLine(models.Model):
    """One blank that should be there: found, or missing with a word."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="lines")
    blank = models.ForeignKey(ContractStock, models.PROTECT, related_name="counted")
    state = models.CharField(max_length=12, choices=StockState)
    found = models.BooleanField()
    word = models.CharField(max_length=300, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "blank"], name="projects_stockcountline_once"),
            models.CheckConstraint(condition=Q(found=True) | ~Q(word=""), name="projects_stockcountline_word"),
        ]

    def __str__(self) -> str:
        return f"{self.count_id} {self.blank_id}"


__all__ = ["CreditRefund", "StockCount", "StockCountLine", "Supplement"]
