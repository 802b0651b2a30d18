"""Packages (套餐): a named bundle of items of one version of the price list, at a price of its own."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Recorded
from leads.choices import RoomKind
from leads.models.prices import WHOLE_HOME, PriceItem, PriceList

CENT = Decimal("0.01")


class Package(Recorded):
    """A bundle at a price per square metre of building area (at least `least_area`), or at a fixed price.

    It belongs to one version of the price list and is dated with it; nothing of it is changed afterwards: the next version
    of the list carries it on, or a new one takes its place.
    """

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="packages")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    per_m2 = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fixed = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    least_area = models.DecimalField(max_digits=7, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=["price_list", "code"], name="leads_package_one_code"),
            models.CheckConstraint(
                condition=Q(per_m2__gt=0, fixed__isnull=True) | Q(per_m2__isnull=True, fixed__gt=0), name="leads_package_one_price"
            ),
            models.CheckConstraint(condition=Q(least_area__gte=0), name="leads_package_least_area"),
        ]

    def __str__(self) -> str:
        return self.name

    def charged(self, area: Decimal) -> Decimal:
        """The square metres that are paid for."""
        return max(area, self.least_area)

    def price(self, area: Decimal) -> Decimal:
        """The package's price for a home of so many square metres, rounded once."""
        if self.fixed is not None:
            return self.fixed
        assert self.per_m2 is not None
        return (self.per_m2 * self.charged(area)).quantize(CENT, ROUND_HALF_UP)


class PackageItem(models.Model):
    """An item that is in the package in every room of a kind (`whole`: once in the home); `most` = how much a room includes."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="items")
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+")
    room_kind = models.CharField(max_length=12, choices=[*RoomKind.choices, (WHOLE_HOME, WHOLE_HOME)])
    most = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    position = models.PositiveSmallIntegerField(default=0)

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["package", "item", "room_kind"], name="leads_packageitem_once"),
            models.CheckConstraint(condition=Q(most__isnull=True) | Q(most__gt=0), name="leads_packageitem_most"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} {self.item_id} {self.room_kind}"
