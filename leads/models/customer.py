"""Who asks, and for which home.  Every row carries its store."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from core.models import Recorded
from core.policies import narrow
from leads import policies
from leads.choices import Degree, Dwelling, PriceLevel, RoomKind, SalesState, Title

LARGE_FROM = Decimal(200)
HUNDREDTH = Decimal("0.01")


class LeadSource(models.Model):
    """Where enquiries come from (来源): walk-in, phone, estate …  Never deleted, only retired."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: Any) -> CustomerQuerySet:
        """Customers of the enquiries that this person may see."""
        own = (
            Q(leads__designer=user) | Q(leads__customer_manager=user) | Q(leads__registered_by=user) | Q(by=user)
        )
        rows: Any = narrow(self, user, policies.SEE_LEADS, own=own)
        return rows.distinct()


class Customer(Recorded):
    """A person who asks us; one per store and telephone number."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=4, choices=Title, blank=True, default="")
    pinyin = models.CharField(max_length=120)
    willingness = models.CharField(max_length=4, choices=Degree, blank=True, default="")
    ability = models.CharField(max_length=4, choices=Degree, blank=True, default="")
    is_key = models.BooleanField(default=False)
    is_member = models.BooleanField(default=False)
    do_not_contact = models.BooleanField(default=False)
    contact_ways = models.CharField(max_length=200, blank=True, default="")
    price_level = models.CharField(max_length=10, choices=PriceLevel, blank=True, default="")
    settlement = models.CharField(max_length=80, blank=True, default="")
    cs_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_ones")  # written by the database alone

    objects = CustomerQuerySet.as_manager()
    guarded = ("merged_into",)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="leads_customer_has_name")]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="leads_customer_by_name_wide"),
            models.Index(fields=["willingness", "ability"], condition=~Q(willingness=""), name="leads_customer_class"),
            models.Index(fields=["store", "pinyin", "id"], name="leads_customer_by_name"),
            models.Index(fields=["id"], condition=Q(is_key=True) | Q(is_member=True), name="leads_customer_always_visited"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name with its title, in the order of the page's language: 陈静兰 女士, Ms 陈静兰."""
        if not self.title:
            return self.name
        english = (get_language() or "").startswith("en")
        return f"{self.get_title_display()} {self.name}" if english else f"{self.name} {self.get_title_display()}"

    @property
    def quadrant(self) -> str:
        """Willingness × ability to spend (R009); empty until both were judged."""
        return f"{self.willingness}/{self.ability}" if self.willingness and self.ability else ""


class CustomerPhone(models.Model):
    """One number of a customer, in normal form; `sent` is what was typed or stood in the list."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="phones")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    sent = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "number"], condition=Q(withdrawn_at__isnull=True), name="leads_phone_one_customer"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9x]{8,18}$"), name="leads_phone_normal"),
        ]
        indexes = [models.Index(fields=["number"], name="leads_phone_number")]

    def __str__(self) -> str:
        return self.number


class Estate(models.Model):
    """A housing estate (楼盘, L14) of a store's quarter."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120)
    address = models.CharField(max_length=120, blank=True)
    property_office = models.CharField(max_length=80, blank=True)
    property_phone = models.CharField(max_length=40, blank=True, default="")
    area_text = models.CharField(max_length=80, blank=True, default="")
    layouts = models.CharField(max_length=200, blank=True, default="")
    sales = models.CharField(max_length=10, choices=SalesState, blank=True, default="")
    needs = models.CharField(max_length=600, blank=True, default="")
    works_deposit = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="leads_estate_one")]

    def __str__(self) -> str:
        return self.name


class Home(Recorded):
    """A dwelling of a customer: the place of the work."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="homes")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="homes")
    building = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    room_no = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=160)
    place_key = models.CharField(max_length=160, blank=True)
    area_m2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    area_text = models.CharField(max_length=60, blank=True)
    dwelling = models.CharField(max_length=10, choices=Dwelling, default=Dwelling.ORDINARY)
    layout = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0), name="leads_home_area_positive"),
            models.CheckConstraint(condition=~Q(address=""), name="leads_home_has_address"),
        ]
        indexes = [
            models.Index(fields=["store", "place_key"], name="leads_home_place"),
            models.Index(fields=["customer"], name="leads_home_customer"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_large(self) -> bool:
        """R004: 200 m² or more, or a villa, or a duplex whatever its area."""
        return self.dwelling in (Dwelling.VILLA, Dwelling.DUPLEX) or (
            self.area_m2 is not None and self.area_m2 >= LARGE_FROM
        )


class Room(models.Model):
    """A room of a home as last measured; with a trade it is the address of everything physical.

    A room that is not a rectangle carries its measured floor and girth; otherwise they follow from length and width.
    """

    home = models.ForeignKey(Home, models.PROTECT, related_name="rooms")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=RoomKind, default=RoomKind.OTHER)
    length_mm = models.PositiveIntegerField()
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    floor_m2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    girth_m = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    openings_m2 = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    doors = models.PositiveSmallIntegerField(default=0)
    windows = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["home", "name"], condition=Q(removed_at__isnull=True), name="leads_room_one_name"),
            models.CheckConstraint(
                condition=Q(length_mm__gte=200, width_mm__gte=200, height_mm__gte=1000)
                & Q(length_mm__lte=50000, width_mm__lte=50000, height_mm__lte=20000),
                name="leads_room_sizes_possible",
            ),
            models.CheckConstraint(condition=Q(openings_m2__gte=0), name="leads_room_openings_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> Decimal:
        """Floor in m²."""
        if self.floor_m2 is not None:
            return self.floor_m2
        return _two(Decimal(self.length_mm) * self.width_mm / 1_000_000)

    @property
    def perimeter(self) -> Decimal:
        """Girth in m."""
        if self.girth_m is not None:
            return self.girth_m
        return _two(Decimal(2 * (self.length_mm + self.width_mm)) / 1000)

    @property
    def wall_area(self) -> Decimal:
        """Walls without openings in m², never below nought."""
        return max(_two(self.perimeter * self.height_mm / 1000 - self.openings_m2), Decimal(0))


def _two(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


