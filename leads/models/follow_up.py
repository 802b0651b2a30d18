"""What keeps an enquiry from being forgotten: hand-overs, the public pool, hotline cases, reviews of losses, care calls."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Deadline, Recorded
from core.policies import Permission, narrow
from leads import policies
from leads.choices import Channel, Satisfaction
from leads.choices_follow_up import CaseCause, CaseState, HandOverRole, PoolCause, PoolEnd, Remedy, ReviewOutcome
from leads.models.lead import FollowUp, Lead, LeadStageChange, own


class OfLeadQuerySet(models.QuerySet[Any]):
    """Rows of enquiries, seen as far as their enquiries are."""

    def visible_to(self, user: Any, permission: Permission | None = None) -> Any:
        rows = self.filter(lead__withdrawn_at__isnull=True)
        return narrow(rows, user, permission or policies.SEE_LEADS, own=own(user, "lead__"))


class HandOver(Recorded):
    """What the next person must know of a customer: what was promised, where things stand, what the customer likes.

    `read_at` is the moment at which that person said to have read it.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="hand_overs")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=18, choices=HandOverRole)
    from_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    promised = models.CharField(max_length=1000, blank=True)
    standing = models.CharField(max_length=1000)
    likes = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    objects = OfLeadQuerySet.as_manager()
    updatable = ("read_at",)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(from_person=F("to_person")), name="leads_handover_of_two"),
            models.CheckConstraint(condition=~Q(standing="") & ~Q(reason=""), name="leads_handover_says_how_it_stands"),
            models.CheckConstraint(condition=Q(role__in=HandOverRole.values), name="leads_handover_role"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("at")), name="leads_handover_read_after"
            ),
        ]
        indexes = [models.Index(fields=["lead", "-at"], name="leads_handover_lead")]

    def __str__(self) -> str:
        return f"{self.from_person_id} → {self.to_person_id}"


class PoolStay(Recorded):
    """An enquiry in the store's public pool, from when it fell until somebody took it; one at a time."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="pool_stays")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=12, choices=PoolCause)
    reason = models.CharField(max_length=300, blank=True)
    designer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    customer_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=PoolEnd, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    updatable = ("ended_at", "end", "ended_by", "end_reason")

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at__isnull=True), name="leads_poolstay_one"),
            models.CheckConstraint(condition=Q(cause__in=PoolCause.values), name="leads_poolstay_cause"),
            models.CheckConstraint(
                condition=~Q(cause="by_hand") | (~Q(reason="") & Q(by__isnull=False)),
                name="leads_poolstay_by_hand_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end="")),
                name="leads_poolstay_end",
            ),
            models.CheckConstraint(condition=~Q(end="taken_out") | ~Q(end_reason=""), name="leads_poolstay_out_reason"),
        ]
        indexes = [
            models.Index(fields=["store", "at", "id"], condition=Q(ended_at__isnull=True), name="leads_poolstay_open"),
            models.Index(fields=["ended_by", "-ended_at"], condition=Q(end="taken"), name="leads_poolstay_taker"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.cause}"


class HotlineCase(Recorded):
    """A customer who waits in silence or is not content (R003, L10): taken, asked, decided, closed with the customer's word."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="hotline_cases")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=10, choices=CaseCause)
    words = models.CharField(max_length=1000)
    silence = models.OneToOneField(Deadline, models.PROTECT, null=True, related_name="+")
    designer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    wish = models.CharField(max_length=1000, blank=True)
    proposed = models.CharField(max_length=10, choices=Remedy, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    remedy = models.CharField(max_length=10, choices=Remedy, blank=True)
    decision = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_words = models.CharField(max_length=1000, blank=True)
    satisfaction = models.CharField(max_length=14, choices=Satisfaction, blank=True)

    objects = OfLeadQuerySet.as_manager()
    updatable = (
        "taken_at", "taken_by", "asked_at", "asked_by", "wish", "proposed", "decided_at", "decided_by", "remedy", "decision", "closed_at",
        "closed_by", "last_words", "satisfaction",
    )  # fmt: skip

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_hotlinecase_seq"),
            models.UniqueConstraint(
                fields=["lead"], condition=Q(closed_at__isnull=True), name="leads_hotlinecase_one_open"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=CaseCause.values) & ~Q(words=""), name="leads_hotlinecase_cause"
            ),
            models.CheckConstraint(
                condition=Q(silence__isnull=True) | Q(cause="silence"), name="leads_hotlinecase_silence"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True, asked_at__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="leads_hotlinecase_taken",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True, proposed="", decided_at__isnull=True)
                | (Q(asked_at__isnull=False, asked_by__isnull=False) & ~Q(wish="") & ~Q(proposed="")),
                name="leads_hotlinecase_asked",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, remedy="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(remedy="") & ~Q(decision="")),
                name="leads_hotlinecase_decided",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | (Q(closed_at__isnull=False) & ~Q(last_words="")),
                name="leads_hotlinecase_closed_with_words",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-at", "-id"], name="leads_hotlinecase_store"),
            models.Index(
                fields=["store", "at", "id"], condition=Q(closed_at__isnull=True), name="leads_hotlinecase_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}"

    @property
    def state(self) -> CaseState:
        if self.closed_at is not None:
            return CaseState.CLOSED
        if self.decided_at is not None:
            return CaseState.DECIDED
        if self.asked_at is not None:
            return CaseState.ASKED
        return CaseState.TAKEN if self.taken_at is not None else CaseState.OPEN


class LossReview(Recorded):
    """A loss is looked at by somebody else within three days: confirmed, or sent back with a reason (domain Q21)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="loss_reviews")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    loss = models.OneToOneField(LeadStageChange, models.PROTECT, related_name="review")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=ReviewOutcome, blank=True)
    note = models.CharField(max_length=400, blank=True)

    objects = OfLeadQuerySet.as_manager()
    updatable = ("decided_at", "decided_by", "outcome", "note")

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(decided_at__isnull=True), name="leads_lossreview_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="leads_lossreview_decided",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="sent_back") | ~Q(note=""), name="leads_lossreview_back_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("by")) | Q(outcome="reopened"),
                name="leads_lossreview_other_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.outcome}"


class CareCall(Recorded):
    """A regular return visit before the contract (R009, R021–R024): a contact with everything that a visit must tell."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="care_calls")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="care_call")
    channel = models.CharField(max_length=10, choices=Channel)
    satisfaction = models.CharField(max_length=14, choices=Satisfaction, blank=True)
    with_what = models.CharField(max_length=500, blank=True)
    time_agreed = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__in=["", "satisfied", "neutral"]) | ~Q(with_what=""),
                name="leads_carecall_with_what",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.satisfaction}"
