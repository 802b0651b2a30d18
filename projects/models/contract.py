from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper
from core.policies import narrow
from projects import policies, terms
from projects.choices import Milestone, StockState
from projects.models.base import OfProject


class StockQuerySet(models.QuerySet["ContractStock"]):
    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.CONTRACT_STOCK)  # type: ignore[return-value]


class ContractStock(models.Model):
    """A numbered blank contract: counted stock with a register of taking and handing in (P08, G6)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    serial = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=StockState, default=StockState.BLANK)
    stocked_at = models.DateTimeField()
    stocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    updatable = ("state", "taken_at", "taken_by", "handed_in_at", "handed_in_by", "reason")

    objects = StockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state="blank") | Q(state="lost") | Q(taken_by__isnull=False), name="projects_stock_taken_by"),
            models.CheckConstraint(condition=~Q(state__in=["void", "lost"]) | ~Q(reason=""), name="projects_stock_reason"),
        ]
        indexes = [models.Index(fields=["store", "state", "serial"], name="projects_stock_list")]

    def __str__(self) -> str:
        return self.serial


class Contract(models.Model):
    """The construction contract with everything that was in force when it was made (P07, LR-20, LR-31).

    It can be corrected until the first signature is under its paper; afterwards only the filing columns change.
    """

    project = models.OneToOneField("projects.Project", models.PROTECT, related_name="contract")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    quotation = models.ForeignKey("leads.Quotation", models.PROTECT, related_name="+")
    price_list = models.ForeignKey("leads.PriceList", models.PROTECT, related_name="+")
    blank = models.OneToOneField(ContractStock, models.PROTECT, related_name="+")
    blank_serial = models.CharField(max_length=32)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    plan = models.CharField(max_length=8, default="PP4")
    starts_on = models.DateField()
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    terms = models.JSONField(encoder=DjangoJSONEncoder)  # warranty terms in force
    rules = models.JSONField(encoder=DjangoJSONEncoder)  # rules in force: texts with their versions
    key_terms = models.JSONField(encoder=DjangoJSONEncoder)  # LR-20: which term, confirmed when
    sign_agreement = models.JSONField(encoder=DjangoJSONEncoder)  # LR-38: who signs what, on which phone number
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    filing = ("signed_on", "signed_at", "handed_in_at", "handed_in_by", "archived_at", "archived_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="projects_contract_total"),
            models.CheckConstraint(condition=Q(due_on__gt=F("starts_on")), name="projects_contract_due"),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(handed_in_at__isnull=False, signed_on__isnull=False),
                name="projects_contract_filing_order",
            ),
            models.CheckConstraint(
                condition=Q(archived_by__isnull=True) | ~Q(archived_by=F("handed_in_by")), name="projects_contract_two_people"
            ),
        ]

    def __str__(self) -> str:
        return self.paper.ref

    @property
    def plan_name(self) -> str:
        """The payment plan as people call it; the code of one that is no longer offered."""
        known = terms.payment_plans().get(self.plan)
        return known.name if known else self.plan


class Instalment(models.Model):
    """One line of the payment table; it opens when its facts hold, never by date alone (LR-56)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="instalments")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    milestone = models.CharField(max_length=12, choices=Milestone)
    name = models.CharField(max_length=60)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    due_days = models.PositiveSmallIntegerField()
    requires = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    settles_changes = models.BooleanField(default=False)

    deletable = True  # until the contract is signed; the database refuses afterwards

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "seq"], name="projects_instalment_seq"),
            models.CheckConstraint(condition=Q(amount__gt=0, percent__gt=0, percent__lte=100), name="projects_instalment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.name}"


class Permit(OfProject):
    """The property office's registration and permit (A01, A02); an extension is a new row that replaces the old."""

    application = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    works = models.CharField(max_length=400)
    from_on = models.DateField()
    until_on = models.DateField()
    number = models.CharField(max_length=40, blank=True)
    approved_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    agreement_signed = models.BooleanField(default=False)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    deposit = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    rubbish_fee = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    rejected_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    extends = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    updatable = (
        "number", "approved_on", "valid_from", "valid_until", "agreement_signed", "scan", "approved_by", "rejected_at", "reason",
        "replaced_by", "deposit", "rubbish_fee",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True)
                | Q(valid_from__isnull=False, valid_until__gt=F("valid_from"), agreement_signed=True, approved_by__isnull=False, scan__isnull=False)
                & ~Q(number=""),
                name="projects_permit_complete",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(replaced_by__isnull=True, rejected_at__isnull=True, approved_on__isnull=False),
                name="projects_permit_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.project_id}"


class WorkerPass(OfProject):
    """A worker's pass of the property office (A03); its dates are never altered, an extension re-issues it (R083).

    The ID number itself is not kept: a masked form for the eye and a keyed hash that finds the same person again (LR-44).
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="passes")
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="passes")
    worker = models.CharField(max_length=40)
    trade = models.CharField(max_length=40, blank=True)
    id_masked = models.CharField(max_length=18)
    id_hash = models.CharField(max_length=64)
    number = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField()
    deposit = models.DecimalField(max_digits=8, decimal_places=2, default=100)
    fee = models.DecimalField(max_digits=8, decimal_places=2, default=5)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    returned_on = models.DateField(null=True)

    updatable = ("returned_on",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["permit", "id_hash"], name="projects_pass_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="projects_pass_period"),
            models.CheckConstraint(condition=Q(id_masked__regex=r"^\d{3}\*{13}[\dX]{2}$"), name="projects_pass_masked"),
            models.CheckConstraint(condition=Q(id_hash__regex=r"^[0-9a-f]{64}$"), name="projects_pass_hash"),
        ]

    def __str__(self) -> str:
        return self.worker


class Disclosure(OfProject):
    """The technical disclosure on site before the crew enters: client, designer, foreman and PM sign (P23, G9)."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    crew_leader = models.CharField(max_length=40, blank=True)
    points = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    problems = models.TextField(blank=True)

    append_only = True

    def __str__(self) -> str:
        return self.paper.ref


class ContactPage(OfProject):
    """The contact page of the VIP handbook, handed over at signing (P12)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="contact_pages")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")

    append_only = True

    def __str__(self) -> str:
        return self.paper.ref
