"""The enquiry, its stages, who works on it, and every contact that is not a consultation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Dossier, Recorded
from core.models.base import ClockTimestamp
from core.policies import Permission, narrow
from leads import policies
from leads.choices import Basis, Channel, LostReason, Origin, Stage
from leads.models.customer import Customer, Home, LeadSource


def own(user: Any, prefix: str = "") -> Q:
    """A person's own enquiries: as designer, customer manager or the one who registered it."""
    return Q(**{f"{prefix}designer": user}) | Q(**{f"{prefix}customer_manager": user}) | Q(**{f"{prefix}registered_by": user})


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: Any, permission: Permission | None = None) -> LeadQuerySet:
        """The only way in which pages load enquiries; without a second word, those that may be read."""
        rows: Any = narrow(self.alive(), user, permission or policies.SEE_LEADS, own=own(user))
        return rows

    def alive(self) -> LeadQuerySet:
        """Without withdrawn imports (decision 37)."""
        return self.filter(withdrawn_at__isnull=True)


class Lead(models.Model):
    """One enquiry about one home (L01); `stage` is written by the database from `LeadStageChange` rows."""

    ref = models.CharField(max_length=40, unique=True)
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="lead")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="leads")
    home = models.ForeignKey(Home, models.PROTECT, related_name="leads")
    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="+")
    origin = models.CharField(max_length=12, choices=Origin)
    origin_note = models.CharField(max_length=200, blank=True)
    consent_basis = models.CharField(max_length=12, choices=Basis)
    stage = models.CharField(max_length=24, choices=Stage, default=Stage.REGISTERED)
    customer_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    designer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    needs = models.CharField(max_length=1000, blank=True)
    background = models.CharField(max_length=400, blank=True)
    site_condition = models.CharField(max_length=400, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    budget_text = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    import_row = models.OneToOneField("leads.ImportRow", models.PROTECT, null=True, related_name="lead")
    withdrawn_at = models.DateTimeField(null=True)

    objects = LeadQuerySet.as_manager()
    guarded = ("stage",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="leads_lead_stage"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="leads_lead_has_origin"),
            models.CheckConstraint(condition=Q(consent_basis__in=Basis.values), name="leads_lead_has_ground"),
            models.CheckConstraint(condition=Q(budget__isnull=True) | Q(budget__gt=0), name="leads_lead_budget_positive"),
        ]
        indexes = [
            models.Index(
                fields=["store", "stage", "-registered_at", "-id"],
                condition=Q(withdrawn_at__isnull=True),
                name="leads_lead_store_stage",
            ),
            models.Index(
                fields=["store", "-registered_at", "-id"], condition=Q(withdrawn_at__isnull=True), name="leads_lead_store_new"
            ),
            models.Index(fields=["designer", "stage", "store"], condition=Q(withdrawn_at__isnull=True), name="leads_lead_designer"),
            models.Index(fields=["customer_manager", "stage", "store"], condition=Q(withdrawn_at__isnull=True), name="leads_lead_manager"),
            models.Index(fields=["registered_by"], name="leads_lead_registrar"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("leads:file", args=[self.ref])

    @property
    def line(self) -> str:
        """Whose home it is about, as it stands on desks and clocks."""
        return f"{self.customer.name} {self.home.address}"

    @property
    def is_open(self) -> bool:
        return self.stage not in (Stage.LOST, Stage.CONTRACTED) and self.withdrawn_at is None


class LeadStageChange(Recorded):
    """One step of an enquiry; the database moves the lead along with it (decision 17)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="stage_changes")
    seq = models.PositiveSmallIntegerField()
    from_stage = models.CharField(max_length=24, choices=Stage)
    to_stage = models.CharField(max_length=24, choices=Stage)
    lost_reason = models.CharField(max_length=12, choices=LostReason, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_stagechange_one"),
            models.CheckConstraint(
                condition=~Q(to_stage="lost") | ~Q(lost_reason=""), name="leads_stagechange_lost_has_reason"
            ),
            models.CheckConstraint(condition=~Q(from_stage="lost") | ~Q(reason=""), name="leads_stagechange_reopen_reason"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], condition=Q(to_stage="lost"), name="leads_stagechange_lost"),
            models.Index(fields=["at"], name="leads_stagechange_day"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class Assignment(Recorded):
    """L08: the enquiry goes to a designer; a change the same day is another row with a reason (decision 7)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="assignments")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    designer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    customer_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "seq"], name="leads_assignment_one"),
            models.CheckConstraint(condition=Q(seq=1) | ~Q(reason=""), name="leads_assignment_change_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq}"


NEXT_WITHIN = timedelta(days=366)  # an agreed contact that is further off is none


class FollowUp(Recorded):
    """L07: a contact with the customer and a detailed note; the first one stops the first-contact clock (R010, R011)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="follow_ups")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    reached = models.BooleanField(default=True)
    note = models.CharField(max_length=1000)
    next_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="leads_followup_has_note"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(next_at__gt=F("at"), next_at__lte=F("at") + NEXT_WITHIN), name="leads_followup_next_within_a_year"
            ),
        ]
        indexes = [models.Index(fields=["lead", "-at"], name="leads_followup_lead")]

    def __str__(self) -> str:
        return self.note[:40]


class PhoneReveal(Recorded):
    """A number that somebody looked at in full, and why (LR-43, decision 22); calls from a due clock do not count.

    It is the customer's, or that of a person of the home.
    """

    phone = models.ForeignKey("leads.CustomerPhone", models.PROTECT, null=True, related_name="reveals")
    person = models.ForeignKey("leads.HomePerson", models.PROTECT, null=True, related_name="reveals")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="reveals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, blank=True)
    for_clock = models.CharField(max_length=60, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=False, person__isnull=True) | Q(phone__isnull=True, person__isnull=False), name="leads_reveal_of_one_number"
            )
        ]
        indexes = [models.Index(fields=["by", "-at"], name="leads_reveal_by")]

    def __str__(self) -> str:
        return f"{self.phone_id or self.person_id} {self.at:%Y-%m-%d}"
