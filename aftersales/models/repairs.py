"""Repairs: the fault as it was told (S19), its sorting, the talk with the technician, orders (S20), costs, the call of the same day (S21)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from aftersales import policies
from aftersales.choices_repairs import Cover, Level, Mode, OrderState, Outcome, RepairState, Source, Trade
from aftersales.models.warranty import Warranty, WarrantyTerm
from core.models import Attachment, Paper, PersonKey, Recorded
from core.policies import narrow
from projects.models.base import mine


class RepairQuerySet(models.QuerySet["RepairRequest"]):
    def visible_to(self, user: Any, permission: Any = None) -> Self:
        """Those of one's sites, those that one is sent to, those of the store, or all."""
        own = mine(user, "project__") | Q(technician=user)
        return narrow(self, user, permission or policies.SEE_REPAIRS, own=own)  # type: ignore[return-value]


class RepairRequest(Recorded):
    """A fault in a finished home (S19).  What it costs the owner is said by its sorting; `cover` and `term` repeat the last one.

    `at` is when it was told: that day decides which terms still run.  `phone` is given only when it is not the customer's own.
    """

    ref = models.CharField(max_length=40, unique=True)
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="repairs")
    source = models.CharField(max_length=8, choices=Source)
    category = models.CharField(max_length=16)
    room = models.CharField(max_length=40)
    item = models.CharField(max_length=80, blank=True)
    fault = models.CharField(max_length=600)
    immediate = models.BooleanField(default=False)
    level = models.CharField(max_length=12, choices=Level)
    wanted_at = models.DateTimeField(null=True)
    contact = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=12, choices=RepairState, default=RepairState.REPORTED)
    cover = models.CharField(max_length=12, choices=Cover, blank=True)
    term = models.ForeignKey(WarrantyTerm, models.PROTECT, null=True, related_name="+")
    technician = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    promised_on = models.DateField(null=True)
    charge = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    by = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("state", "cover", "term", "technician", "promised_on", "charge", "finished_at", "closed_at", "reason")

    objects = RepairQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RepairState.values), name="aftersales_repair_state"),
            models.CheckConstraint(condition=~Q(fault="") & ~Q(room="") & ~Q(contact=""), name="aftersales_repair_told"),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^[0-9x]{8,18}$"), name="aftersales_repair_phone"),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "withdrawn"]) | (~Q(cover="") & Q(term__isnull=False)), name="aftersales_repair_sorted"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "called", "archived"]) | Q(finished_at__isnull=False), name="aftersales_repair_finished"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["archived", "withdrawn"], closed_at__isnull=False)
                | (~Q(state__in=["archived", "withdrawn"]) & Q(closed_at__isnull=True)),
                name="aftersales_repair_closed",
            ),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(reason=""), name="aftersales_repair_reason"),
            models.CheckConstraint(condition=Q(charge__gte=0), name="aftersales_repair_charge"),
            models.CheckConstraint(condition=Q(charge=0) | Q(cover="paid"), name="aftersales_repair_free_in_warranty"),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="aftersales_repair_list"),
            models.Index(fields=["project", "-id"], name="aftersales_repair_site"),
            models.Index(fields=["technician", "-id"], name="aftersales_repair_mine"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("aftersales:repair", args=[self.ref])

    @property
    def where(self) -> str:
        return " · ".join(part for part in (self.room, self.item) if part)


class OfRepair(Recorded):
    """A record of one repair; its store is the repair's, held equal by the database."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Sorting(OfRepair):
    """Who bears the repair: proposed by the rule, confirmed by a person; another word needs a reason (decision 5, Q110–Q112).

    `until` is the last day on which the part is covered, a repair of the same part counted; `hold` notes that money is open,
    which changes nothing.  A refusal in the term counts when a second person has confirmed it with a row of their own (LR-33).
    """

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="sortings")
    seq = models.PositiveSmallIntegerField()
    term = models.ForeignKey(WarrantyTerm, models.PROTECT, related_name="+")
    until = models.DateField()
    earlier = models.ForeignKey(RepairRequest, models.PROTECT, null=True, related_name="+")
    exclusion = models.CharField(max_length=8, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    proposed = models.CharField(max_length=12, choices=Cover)
    cover = models.CharField(max_length=12, choices=Cover)
    reason = models.CharField(max_length=300, blank=True)
    hold = models.BooleanField(default=False)
    confirms = models.OneToOneField("self", models.PROTECT, null=True, related_name="confirmed")

    append_only = True

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_sorting_seq"),
            models.CheckConstraint(
                condition=(Q(cover=F("proposed")) & Q(seq=1)) | ~Q(reason=""), name="aftersales_sorting_change_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(exclusion="") | ~Q(evidence=""), name="aftersales_sorting_exclusion_is_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.repair_id}/{self.seq} {self.cover}"

    @property
    def waits(self) -> bool:
        """A refusal in the term that no second person has confirmed yet."""
        day = timezone.localtime(self.repair.at).date()
        return bool(self.exclusion) and self.cover == Cover.PAID and day <= self.until and self.confirms_id is None


class Diagnosis(OfRepair):
    """One call of a technician to the owner: reached or not; when reached, what comes of it (domain 8.1, R087)."""

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="talks")
    seq = models.PositiveSmallIntegerField()
    reached = models.BooleanField()
    mode = models.CharField(max_length=8, choices=Mode, blank=True)
    says = models.CharField(max_length=600)

    append_only = True

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_diagnosis_seq"),
            models.CheckConstraint(
                condition=Q(reached=True) & ~Q(mode="") & ~Q(says="") | Q(reached=False, mode=""), name="aftersales_diagnosis_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repair_id}/{self.seq} {self.mode}"


class RepairOrder(OfRepair):
    """A technician is sent (S20, S24): told where to, on the way, on site, done.  Outside the warranty the charge is signed before work.

    The technician's time is a seat of the calendar, so nobody is in two places at once.
    """

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="orders")
    seq = models.PositiveSmallIntegerField()
    technician = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointment = models.OneToOneField("leads.Appointment", models.PROTECT, related_name="+")
    told = models.CharField(max_length=400, blank=True)
    expected_minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PLANNED)
    left_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=600, blank=True)
    plan = models.CharField(max_length=600, blank=True)
    parts = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    labour = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    charge = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=600, blank=True)
    rest = models.CharField(max_length=300, blank=True)
    feedback = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    back_at = models.DateTimeField(null=True)
    discussed = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    updatable = (
        "technician", "appointment", "state", "left_at", "arrived_at", "found", "plan", "parts", "labour", "charge", "paper", "finished_at",
        "work", "rest", "feedback", "back_at", "discussed", "reason",
    )  # fmt: skip

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_order_seq"),
            models.UniqueConstraint(fields=["repair"], condition=Q(state__in=["planned", "on_site"]), name="aftersales_order_one_running"),
            models.CheckConstraint(condition=Q(charge__gte=0) & Q(labour__gte=0), name="aftersales_order_money"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | Q(arrived_at__isnull=False), name="aftersales_order_arrived"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "again"])
                | (Q(finished_at__isnull=False, paper__isnull=False, feedback__isnull=False) & ~Q(work="")),
                name="aftersales_order_finished",
            ),
            models.CheckConstraint(condition=~Q(state="again") | ~Q(rest=""), name="aftersales_order_rest"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(reason=""), name="aftersales_order_reason"),
        ]
        indexes = [models.Index(fields=["technician", "-id"], name="aftersales_order_technician")]

    def __str__(self) -> str:
        return f"{self.repair_id}/{self.seq}"


class RepairPhoto(models.Model):
    """A picture of the fault as it was told, before the work, or after it."""

    class When(models.TextChoices):
        FAULT = "fault", "fault"
        BEFORE = "before", "before"
        AFTER = "after", "after"

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="photos")
    order = models.ForeignKey(RepairOrder, models.PROTECT, null=True, related_name="photos")
    when = models.CharField(max_length=8, choices=When)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(when="fault", order__isnull=True) | Q(when__in=["before", "after"], order__isnull=False),
                name="aftersales_photo_of_what",
            )
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)


class RepairCost(OfRepair):
    """What a repair cost the company, and in whose work the fault lay: a fact for the month, no judgment of anybody."""

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="costs")
    seq = models.PositiveSmallIntegerField()
    trade = models.CharField(max_length=12, choices=Trade)
    crew = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    material = models.DecimalField(max_digits=10, decimal_places=2)
    labour = models.DecimalField(max_digits=10, decimal_places=2)
    note = models.CharField(max_length=300, blank=True)

    append_only = True

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_cost_seq"),
            models.CheckConstraint(condition=Q(material__gte=0) & Q(labour__gte=0), name="aftersales_cost_money"),
            models.CheckConstraint(condition=Q(material__gt=0) | Q(labour__gt=0), name="aftersales_cost_something"),
        ]
        indexes = [models.Index(fields=["store", "at"], name="aftersales_cost_month")]

    def __str__(self) -> str:
        return f"{self.repair_id} {self.trade}"


class RepairCall(OfRepair):
    """The call on the day of the repair (S21, R089); reached or not, each attempt is kept."""

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="calls")
    seq = models.PositiveSmallIntegerField()
    reached = models.BooleanField()
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    says = models.CharField(max_length=500, blank=True)

    append_only = True

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "seq"], name="aftersales_call_seq"),
            models.CheckConstraint(
                condition=Q(reached=True) & ~Q(outcome="") | Q(reached=False, outcome=""), name="aftersales_call_complete"
            ),
            models.CheckConstraint(condition=Q(outcome__in=["", "mended"]) | ~Q(says=""), name="aftersales_call_says"),
        ]

    def __str__(self) -> str:
        return f"{self.repair_id}/{self.seq}"


class RepairPayment(OfRepair):
    """What the owner paid for a repair outside the warranty: one payment, one receipt (L23), on an account of the store."""

    repair = models.ForeignKey(RepairRequest, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    method = models.CharField(max_length=12)
    payer = models.CharField(max_length=60)
    receipt = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="aftersales_repairpayment_amount")]

    def __str__(self) -> str:
        return f"{self.repair_id} {self.amount}"


class HomePatrolQuerySet(models.QuerySet["HomePatrol"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_REPAIRS, own=mine(user, "warranty__project__"))  # type: ignore[return-value]


class HomePatrol(Recorded):
    """A look at a finished home (S26, domain 8.3): what was seen, and the repair that it opened."""

    warranty = models.ForeignKey(Warranty, models.PROTECT, related_name="patrols")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    problem = models.CharField(max_length=600, blank=True)
    correction = models.CharField(max_length=600, blank=True)
    repair = models.OneToOneField(RepairRequest, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = HomePatrolQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="") | ~Q(correction="") | Q(repair__isnull=False), name="aftersales_patrol_problem_is_answered"
            )
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_patrol_list")]

    def __str__(self) -> str:
        return f"{self.warranty_id} {self.at:%Y-%m-%d}"
