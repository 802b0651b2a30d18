"""Consultation and preview: every contact has its own record with its own signature (G1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Paper, Recorded
from leads.choices import Channel, Satisfaction
from leads.models.lead import Lead


class Consultation(Recorded):
    """L03: one contact of customer and designer; a correction is another revision with its own paper."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="consultations")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.VISIT)
    demands = models.CharField(max_length=2000)
    style_advice = models.CharField(max_length=2000, blank=True)
    material_advice = models.CharField(max_length=2000, blank=True)
    rough_estimate = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    next_meeting_at = models.DateTimeField(null=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq", "revision")
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq", "revision"], name="leads_consultation_one"),
            models.CheckConstraint(condition=~Q(demands=""), name="leads_consultation_has_demands"),
            models.CheckConstraint(
                condition=Q(rough_estimate__isnull=True) | Q(rough_estimate__gt=0), name="leads_consultation_estimate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}.{self.revision}"


class ConsultationRefusal(Recorded):
    """The customer would not sign; a witness saw it.  It blocks like an unsigned record (decision 24)."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="refusal")
    reason = models.CharField(max_length=400)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="leads_refusal_has_reason"),
            models.CheckConstraint(condition=~Q(witness=models.F("by")), name="leads_refusal_other_witness"),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class Proposal(Recorded):
    """L10: the free design preview, presented to the customer."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="proposals")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    style = models.CharField(max_length=200)
    overall_plan = models.CharField(max_length=2000)
    materials = models.CharField(max_length=2000, blank=True)
    estimate = models.DecimalField(max_digits=12, decimal_places=2)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_proposal_one"),
            models.CheckConstraint(condition=Q(estimate__gt=0), name="leads_proposal_estimate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}"


class ProposalDecision(Recorded):
    """What the customer said to a preview: content (opens G2), or what is to be changed."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    accepted = models.BooleanField()
    channel = models.CharField(max_length=10, choices=Channel)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(accepted=True) | ~Q(note=""), name="leads_decision_change_says_what")]

    def __str__(self) -> str:
        return "accepted" if self.accepted else "changes"


class ProposalCall(Recorded):
    """L11: the customer manager's call after the first preview meeting (R008)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="proposal_calls")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    satisfaction = models.CharField(max_length=14, choices=Satisfaction)
    problems = models.CharField(max_length=1000, blank=True)
    resolution = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(satisfaction="dissatisfied") | ~Q(problems=""), name="leads_proposalcall_says_what"
            )
        ]

    def __str__(self) -> str:
        return self.satisfaction
