"""The rest of repairs: money taken back, parts at their maker (S27), the same fault again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aftersales.choices_repairs import Mode
from aftersales.choices_rounds import Outcome
from aftersales.models.repairs import OfRepair, RepairPayment, RepairRequest


class RepairReversal(OfRepair):
    """A wrongly booked payment of a repair is taken back, once, by a second person; its receipt is void."""

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="reversals")
    payment = models.OneToOneField(RepairPayment, models.PROTECT, related_name="reversal")
    reason = models.CharField(max_length=300)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="aftersales_repairreversal_reason")]

    def __str__(self) -> str:
        return f"{self.repair_id} {self.payment_id}"


class PartAway(OfRepair):
    """A part that went to its maker, is replaced or taken back (S27): when it left, when it is expected, how it came back.

    Who bears the transport is free text (Q114).
    """

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="parts_away")
    seq = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=8, choices=Mode)
    part = models.CharField(max_length=80)
    maker = models.CharField(max_length=80)
    transport = models.CharField(max_length=120, blank=True)
    sent_on = models.DateField()
    expected_on = models.DateField()
    back_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    result = models.CharField(max_length=300, blank=True)
    fitting = models.BooleanField(default=False)

    updatable = ("expected_on", "back_on", "outcome", "result", "fitting")

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_partaway_seq"),
            models.UniqueConstraint(fields=["repair"], condition=Q(back_on__isnull=True), name="aftersales_partaway_one_away"),
            models.CheckConstraint(condition=Q(mode__in=["factory", "replace", "return"]), name="aftersales_partaway_mode"),
            models.CheckConstraint(condition=Q(expected_on__gte=F("sent_on")), name="aftersales_partaway_expected"),
            models.CheckConstraint(condition=Q(back_on__isnull=True) | Q(back_on__gte=F("sent_on")), name="aftersales_partaway_back"),
            models.CheckConstraint(
                condition=Q(back_on__isnull=True, outcome="") | (Q(back_on__isnull=False) & ~Q(outcome="") & ~Q(result="")),
                name="aftersales_partaway_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repair_id}/{self.seq} {self.part}"


class RepeatSignal(OfRepair):
    """The same kind of fault in the same home again: a signal about quality that somebody looks into; a fact, no verdict."""

    repair = models.OneToOneField(RepairRequest, models.PROTECT, related_name="signal")
    earlier = models.ForeignKey(RepairRequest, models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=400, blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("cause", "looked_at", "looked_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=2), name="aftersales_signal_again"),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, cause="") | (Q(looked_at__isnull=False, looked_by__isnull=False) & ~Q(cause="")),
                name="aftersales_signal_looked",
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_signal_list")]

    def __str__(self) -> str:
        return f"{self.repair_id} {self.count}"
