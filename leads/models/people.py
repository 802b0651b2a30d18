"""The people of a home, two customers who are one, and what is judged and known of a customer (L04, L12)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Recorded
from leads.choices import Degree, PersonRole
from leads.models.customer import Customer, Home


class HomePersonQuerySet(models.QuerySet["HomePerson"]):
    def here(self) -> HomePersonQuerySet:
        """Without those who have been taken off."""
        return self.filter(ended_at__isnull=True)


class HomePerson(Recorded):
    """Somebody beside the customer who belongs to a home: spouse, parent, payer …  Ended, never deleted.

    A number is one customer's in a store (`CustomerPhone`), but may stand here at several homes: a son at his own and at his mother's.
    """

    home = models.ForeignKey(Home, models.PROTECT, related_name="people")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=10, choices=PersonRole)
    number = models.CharField(max_length=20, blank=True)
    sent = models.CharField(max_length=60, blank=True)
    pays = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = HomePersonQuerySet.as_manager()
    updatable = ("ended_at", "ended_by", "ended_reason")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="leads_person_has_name"),
            models.CheckConstraint(condition=Q(role__in=PersonRole.values), name="leads_person_has_role"),
            models.CheckConstraint(condition=Q(number="") | Q(number__regex=r"^[0-9x]{8,18}$"), name="leads_person_number_normal"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="leads_person_end_has_reason",
            ),
            models.UniqueConstraint(
                fields=["home", "number"], condition=Q(ended_at__isnull=True) & ~Q(number=""), name="leads_person_number_once_a_home"
            ),
            models.UniqueConstraint(fields=["home"], condition=Q(ended_at__isnull=True, pays=True), name="leads_person_one_pays"),
        ]
        indexes = [models.Index(fields=["store", "number"], condition=Q(ended_at__isnull=True), name="leads_person_number")]

    def __str__(self) -> str:
        return self.name


class CustomerMerge(Recorded):
    """Two customers were found to be one: everything of `merged` went to `kept`; `moved` says what, so that they can be parted again."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="mergings")
    reason = models.CharField(max_length=300)
    moved = models.JSONField()
    before = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    parted_at = models.DateTimeField(null=True)
    parted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    parted_reason = models.CharField(max_length=300, blank=True)

    updatable = ("parted_at", "parted_by", "parted_reason")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="leads_merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="leads_merge_has_reason"),
            models.CheckConstraint(
                condition=Q(parted_at__isnull=True, parted_by__isnull=True) | (Q(parted_at__isnull=False, parted_by__isnull=False) & ~Q(parted_reason="")),
                name="leads_merge_parting_has_reason",
            ),
            models.UniqueConstraint(fields=["merged"], condition=Q(parted_at__isnull=True), name="leads_merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"


class Judgment(Recorded):
    """L12: how a customer is judged, and why; the last one stands on the customer (R009)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="judgments")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    willingness = models.CharField(max_length=4, choices=Degree, blank=True, default="")
    ability = models.CharField(max_length=4, choices=Degree, blank=True, default="")
    is_key = models.BooleanField(default=False)
    is_member = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="leads_judgment_has_reason")]
        indexes = [models.Index(fields=["customer", "-at"], name="leads_judgment_customer")]

    def __str__(self) -> str:
        return f"{self.willingness}/{self.ability}"


class ContactBan(Recorded):
    """The customer does not want to be contacted: said when and to whom, until it is taken back."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="bans")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)

    updatable = ("ended_at", "ended_by", "ended_reason")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="leads_ban_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="leads_ban_end_has_reason",
            ),
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at__isnull=True), name="leads_ban_one"),
        ]

    def __str__(self) -> str:
        return self.reason


class ProfileCheck(Recorded):
    """R025: somebody has brought the profile up to date; what was changed, or that nothing had to be."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="profile_checks")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    changed = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="leads_check_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.at:%Y-%m-%d}"


def own_of_customer(user: Any) -> Q:
    """A customer is one's own through an enquiry."""
    return Q(leads__designer=user) | Q(leads__customer_manager=user) | Q(leads__registered_by=user)
