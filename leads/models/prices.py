"""The company's unified price list in dated versions (G5)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from core.models import Recorded
from leads.choices import QuantityFrom, Trade

WHOLE_HOME = "whole"


class PriceList(Recorded):
    """A version of the price list; in force from `valid_from` until the next one; store empty = the whole company."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("valid_until",)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="leads_pricelist_one_in_force",
                expressions=[
                    (Func(Coalesce(F("store"), Value(0)), Coalesce(F("store"), Value(0)), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("valid_from"), F("valid_until"), Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(fields=["store", "version"], name="leads_pricelist_version", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="leads_pricelist_period"
            ),
        ]
        indexes = [models.Index(fields=["store", "-valid_from"], name="leads_pricelist_in_force")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class PriceItem(models.Model):
    """One row of the list: unit price split in labour and material, our cost, and how a quantity follows from a room.

    `room_kinds` are the kinds of rooms it suits (empty: every room; `whole`: the home as such), `usual_kinds` those for
    which a new quotation proposes it; kinds are parted by spaces.  `loss` is the percentage cut away or broken.
    """

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="items")
    code = models.CharField(max_length=20)
    trade = models.CharField(max_length=14, choices=Trade)
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=10)
    labour = models.DecimalField(max_digits=10, decimal_places=2)
    material = models.DecimalField(max_digits=10, decimal_places=2)
    cost = models.DecimalField(max_digits=10, decimal_places=2)
    quantity_from = models.CharField(max_length=16, choices=QuantityFrom, default=QuantityFrom.FIXED)
    factor = models.DecimalField(max_digits=6, decimal_places=3, default=Decimal(1))
    loss = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    room_kinds = models.CharField(max_length=120, blank=True)
    usual_kinds = models.CharField(max_length=120, blank=True)
    craft = models.CharField(max_length=400, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["price_list", "code"], name="leads_priceitem_one_code"),
            models.CheckConstraint(
                condition=Q(labour__gte=0, material__gte=0, cost__gte=0, factor__gt=0, loss__gte=0, loss__lt=100),
                name="leads_priceitem_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Decimal:
        return self.labour + self.material

    @property
    def for_home(self) -> bool:
        """An item of the whole home, which stands in no room."""
        return self.room_kinds == WHOLE_HOME

    def suits(self, kind: str) -> bool:
        """May it stand in such a room; an item without room kinds suits every room."""
        return not self.room_kinds or kind in self.room_kinds.split()

    def is_usual(self, kind: str) -> bool:
        """Is it put into a new quotation for such a room."""
        return kind in self.usual_kinds.split()
