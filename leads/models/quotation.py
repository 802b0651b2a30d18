"""A quotation by room and trade from the price list (P05, P06; G5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Round

from core.models import Paper, Recorded
from leads.choices import LinePart, QuantityFrom, QuotationState, Trade
from leads.models.customer import Room
from leads.models.lead import Lead
from leads.models.order import SiteSurvey
from leads.models.packages import Package
from leads.models.prices import PriceItem, PriceList


class Quotation(Recorded):
    """One version; a draft may be edited, an issued one is frozen with its paper; stale when its survey was corrected.

    works (`subtotal`) = the package's price, if there is one, + the lines that are charged (`CHARGED`);
    total = works + management fee − discount + tax; the tax line is off (0 %) unless somebody adds it.
    An issued version can be accepted until the end of `valid_until`.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="quotations")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    survey = models.ForeignKey(SiteSurvey, models.PROTECT, related_name="quotations")
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="quotations")
    state = models.CharField(max_length=10, choices=QuotationState, default=QuotationState.DRAFT)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    package = models.ForeignKey(Package, models.PROTECT, null=True, related_name="+")
    package_area = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    package_amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    subtotal = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    management_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    management_fee = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    tax_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    tax = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    discount_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    discount_reason = models.CharField(max_length=300, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    cost = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True)
    stale_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("version",)
        constraints = [
            models.UniqueConstraint(fields=["lead", "version"], name="leads_quotation_version"),
            models.UniqueConstraint(fields=["lead"], condition=Q(state="draft"), name="leads_quotation_one_draft"),
            models.UniqueConstraint(fields=["lead"], condition=Q(state="accepted"), name="leads_quotation_one_accepted"),
            models.CheckConstraint(condition=Q(state="draft") | Q(paper__isnull=False), name="leads_quotation_issued_has_paper"),
            models.CheckConstraint(
                condition=Q(subtotal__gte=0, management_fee__gte=0, tax__gte=0, discount__gte=0, total__gte=0),
                name="leads_quotation_amounts",
            ),
            models.CheckConstraint(
                condition=Q(total=models.F("subtotal") + models.F("management_fee") - models.F("discount") + models.F("tax")),
                name="leads_quotation_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(management_percent__gte=0, management_percent__lte=20, tax_percent__gte=0, tax_percent__lte=20),
                name="leads_quotation_percents",
            ),
            models.CheckConstraint(
                condition=Q(discount=0) | ~Q(discount_reason="") & Q(discount_by__isnull=False), name="leads_quotation_discount_reason"
            ),
            models.CheckConstraint(
                condition=Q(package__isnull=True, package_area__isnull=True, package_amount=0)
                | Q(package__isnull=False, package_area__isnull=False, package_amount__gt=0),
                name="leads_quotation_package",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} v{self.version}"

    @property
    def is_stale(self) -> bool:
        return self.stale_at is not None

    def has_expired(self, on: date) -> bool:
        """Its last day has passed without an acceptance."""
        return self.state == QuotationState.ISSUED and self.valid_until is not None and self.valid_until < on


CHARGED = Q(taken=True) & ~Q(part=LinePart.PACKAGE)  # the lines whose amount is part of the works


class QuotationLine(models.Model):
    """One item in one room, or in the home as such (no room); prices are copied from the list in force (G5).

    `computed` is the quantity that follows from the room's sizes; another quantity needs a reason.  `amount` and `cost` are
    those of the whole line.

    `part`: a line of its own, inside the package (listed and costed, paid with the package) or what goes beyond the package.
    `optional` lines count when `taken`; of a line and its alternatives (`alternative_to`) exactly one is taken.
    """

    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="lines")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    trade = models.CharField(max_length=14, choices=Trade)
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=10)
    quantity_from = models.CharField(max_length=16, choices=QuantityFrom, default=QuantityFrom.FIXED)
    computed = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    reason = models.CharField(max_length=120, blank=True)
    labour = models.DecimalField(max_digits=10, decimal_places=2)
    material = models.DecimalField(max_digits=10, decimal_places=2)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    cost = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    part = models.CharField(max_length=8, choices=LinePart, default=LinePart.WORKS)
    optional = models.BooleanField(default=False)
    alternative_to = models.ForeignKey("self", models.CASCADE, null=True, related_name="alternatives")
    taken = models.BooleanField(default=True)

    deletable = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="leads_quotationline_quantity"),
            models.CheckConstraint(condition=Q(unit_price=models.F("labour") + models.F("material")), name="leads_quotationline_price"),
            models.CheckConstraint(
                condition=Q(amount=Round(models.F("quantity") * models.F("unit_price"), 2)), name="leads_quotationline_amount"
            ),
            models.CheckConstraint(
                condition=Q(computed__isnull=True) | Q(computed=models.F("quantity")) | ~Q(reason=""), name="leads_quotationline_correction_reason"
            ),
            models.CheckConstraint(condition=Q(optional=False) | Q(alternative_to__isnull=True), name="leads_quotationline_optional_or_alternative"),
            models.CheckConstraint(
                condition=~Q(part="package") | Q(optional=False, alternative_to__isnull=True, taken=True), name="leads_quotationline_in_package"
            ),
            models.UniqueConstraint(
                Coalesce("alternative_to", "id"), condition=Q(taken=True), name="leads_quotationline_one_taken"
            ),
            models.UniqueConstraint(fields=["quotation", "room", "item", "part"], name="leads_quotationline_once", nulls_distinct=False),
        ]
        indexes = [models.Index(fields=["quotation", "position"], name="leads_quotationline_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_charged(self) -> bool:
        """Its amount is part of the works."""
        return self.taken and self.part != LinePart.PACKAGE
