"""What goes on around one version of a quotation: discounts asked for, and how it was sent (R069, Q37, P05)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Recorded
from leads.choices import RequestState, SentBy
from leads.models.quotation import Quotation


class DiscountRequest(Recorded):
    """A discount beyond the asker's authority: for this version, this amount and at most this percent of the works (R069).

    It lapses when the lines change so that the percent rises, or when another discount is set.
    """

    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="discount_requests")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    subtotal = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300)
    post = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    answer = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    updatable = ("state", "answer", "decided_by", "decided_at")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["quotation"], condition=Q(state="asked"), name="leads_discountrequest_one_asked"),
            models.UniqueConstraint(fields=["quotation"], condition=Q(state="approved"), name="leads_discountrequest_one_approved"),
            models.CheckConstraint(condition=Q(amount__gt=0, percent__gt=0, percent__lte=100) & ~Q(reason=""), name="leads_discountrequest_asked"),
            models.CheckConstraint(condition=~Q(decided_by=F("by")) | Q(state="lapsed"), name="leads_discountrequest_another_person"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="leads_discountrequest_decided",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="leads_discountrequest_refused_with_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.quotation_id} {self.percent} %"


class QuotationSending(Recorded):
    """An issued version went to somebody, by a channel, at a moment."""

    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="sendings")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=SentBy)
    to_whom = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.CheckConstraint(condition=~Q(to_whom=""), name="leads_quotationsending_to_whom")]

    def __str__(self) -> str:
        return f"{self.quotation_id} {self.channel}"
