"""Site order: conduct checks, deliveries with what is refused, instruments with their calibration, the plan of a rectification."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Attachment, Paper, Recorded
from core.policies import narrow
from inspections import policies_order
from inspections.choices import TOOL_WORDS
from inspections.choices_order import Certificate, DeliveryKind, Found, Level, OrderKind
from inspections.models.base import OfSite
from inspections.models.check import QualityCheck
from inspections.models.defects import Rectification


class SiteOrderCheck(OfSite):
    """A walk through the conduct items (I21, I22, I30); the score is a sum of the table's points and judges nobody."""

    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=OrderKind)
    asked = models.PositiveSmallIntegerField()
    kept = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_order_number"),
            models.CheckConstraint(condition=Q(asked__gt=0, kept__lte=F("asked")), name="inspections_order_points"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:order-check", args=[self.project.ref, self.number])

    @property
    def score(self) -> int:
        """Of 100 (Q60): the points of what was in order, of those of all that applies."""
        return int((Decimal(self.kept) * 100 / self.asked).quantize(Decimal(1)))


class SiteOrderResult(models.Model):
    """One item of the walk as it stood in the table that day."""

    order_check = models.ForeignKey(SiteOrderCheck, models.PROTECT, related_name="results")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=160)
    level = models.CharField(max_length=8, choices=Level)
    points = models.PositiveSmallIntegerField()
    seen = models.CharField(max_length=16, choices=Found)
    note = models.CharField(max_length=300, blank=True)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["order_check", "code"], name="inspections_orderresult_once"),
            models.CheckConstraint(condition=Q(seen="ok") | ~Q(note=""), name="inspections_orderresult_says"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.seen}"


class Delivery(OfSite):
    """What came to the site on a day (I06, I08, I09); building material is looked at in check 2 and printed on its paper."""

    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=DeliveryKind)
    delivered_on = models.DateField()
    supplier = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True)
    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, null=True, related_name="deliveries")
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")

    updatable = ("quality_check",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_delivery_number"),
            models.CheckConstraint(
                condition=Q(kind="material") | Q(paper__isnull=False), name="inspections_delivery_paper"
            ),
            models.CheckConstraint(condition=~Q(supplier=""), name="inspections_delivery_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class DeliveryLine(models.Model):
    """One material of a delivery: how much came, under which certificate and batch, and how much is refused and goes back by a day."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    material = models.ForeignKey("projects.SiteMaterial", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    brand = models.CharField(max_length=60, blank=True)
    spec = models.CharField(max_length=120, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=12)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    refused = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    reason = models.CharField(max_length=300, blank=True)
    remove_by = models.DateField(null=True)
    certificate = models.CharField(max_length=12, choices=Certificate)
    certificate_no = models.CharField(max_length=80, blank=True)
    certificate_scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    removed_on = models.DateField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("removed_on", "removed_by")

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "seq"], name="inspections_deliveryline_seq"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(unit="") & Q(quantity__gt=0, refused__gte=0, refused__lte=F("quantity")),
                name="inspections_deliveryline_amounts",
            ),
            models.CheckConstraint(
                condition=Q(refused=0, reason="", remove_by__isnull=True)
                | Q(refused__gt=0, remove_by__isnull=False) & ~Q(reason=""),
                name="inspections_deliveryline_refused",
            ),
            # What is kept has a certificate, by its number or as a photo; without one everything is refused.
            models.CheckConstraint(
                condition=Q(refused=F("quantity"))
                | ~Q(certificate="none") & (~Q(certificate_no="") | Q(certificate_scan__isnull=False)),
                name="inspections_deliveryline_certificate",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removed_by__isnull=True)
                | Q(removed_on__isnull=False, removed_by__isnull=False, refused__gt=0),
                name="inspections_deliveryline_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kept(self) -> Decimal:
        return self.quantity - self.refused

    @property
    def still_here(self) -> bool:
        """Refused and not taken off the site yet."""
        return self.refused > 0 and self.removed_on is None


class ToolQuerySet(models.QuerySet["Tool"]):
    def visible_to(self, user: object) -> ToolQuerySet:
        return narrow(self, user, policies_order.SEE_TOOLS)  # type: ignore[return-value]


class Tool(Recorded):
    """A measuring instrument of a store, by its number."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    retired_on = models.DateField(null=True)
    retired_because = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("retired_on", "retired_because")

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="inspections_tool_number"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(number=""), name="inspections_tool_named"),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | ~Q(retired_because=""), name="inspections_tool_retired"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def says(self) -> str:
        """The kind in the reader's language."""
        return str(TOOL_WORDS.get(self.kind, self.kind))


class Calibration(Recorded):
    """An instrument was verified or calibrated, and until when its readings count."""

    tool = models.ForeignKey(Tool, models.PROTECT, related_name="calibrations")
    calibrated_on = models.DateField()
    valid_until = models.DateField()
    certificate = models.CharField(max_length=80)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("calibrated_on")) & ~Q(certificate=""),
                name="inspections_calibration_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tool_id}: {self.valid_until}"


class RectificationPlan(Recorded):
    """How a fault is put right and who of the crew does it: from the project manager to the crew leader (I14)."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="plans")
    text = models.CharField(max_length=500)
    done_by = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text="") & ~Q(done_by=""), name="inspections_rectplan_says")]

    def __str__(self) -> str:
        return self.text
