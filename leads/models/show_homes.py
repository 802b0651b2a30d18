"""Show homes (L17): what may be shown, the store manager's own visits, and the weekly notice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Recorded
from core.policies import narrow
from leads import policies
from leads.models.customer import Estate, Home


class ShowHomeQuerySet(models.QuerySet["ShowHome"]):
    def visible_to(self, user: Any, permission: Any = None) -> ShowHomeQuerySet:
        """The show homes of one's stores, or all."""
        rows: Any = narrow(self, user, permission or policies.SEE_SHOW_HOMES)
        return rows


class ShowHome(Recorded):
    """A home that customers may be driven to (L17); a customer's home needs the owner's word, noted."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="show_homes")
    home = models.ForeignKey(Home, models.PROTECT, null=True, related_name="show_homes")
    address = models.CharField(max_length=160)
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    contact = models.CharField(max_length=120, blank=True)
    consent = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_reason = models.CharField(max_length=200, blank=True)

    updatable = ("name", "address", "open_from", "open_until", "keeper", "contact", "consent", "note", "closed_at", "closed_by", "closed_reason")

    objects = ShowHomeQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], condition=Q(closed_at__isnull=True), name="leads_showhome_one_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(address=""), name="leads_showhome_has_address"),
            models.CheckConstraint(
                condition=Q(open_from__isnull=True) | Q(open_until__isnull=True) | Q(open_until__gte=F("open_from")), name="leads_showhome_period"
            ),
            models.CheckConstraint(condition=Q(keeper__isnull=False) | ~Q(contact=""), name="leads_showhome_has_key"),
            models.CheckConstraint(condition=Q(home__isnull=True) | ~Q(consent=""), name="leads_showhome_owner_agreed"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (Q(closed_by__isnull=False) & ~Q(closed_reason="")), name="leads_showhome_closed_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShowHomePhoto(models.Model):
    """A picture of a show home, kept in the store's file."""

    show_home = models.ForeignKey(ShowHome, models.PROTECT, related_name="photos")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.show_home_id} {self.attachment_id}"


class ShowHomeVisit(Recorded):
    """The store manager was there; `at` is when."""

    show_home = models.ForeignKey(ShowHome, models.PROTECT, related_name="visits")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["show_home", "-at"], name="leads_showhomevisit_last")]

    def __str__(self) -> str:
        return f"{self.show_home_id} {self.at:%Y-%m-%d}"


class ShowHomeNotice(Recorded):
    """L17 样板间地址公文: what is open this week, published by the store manager; the newest one of a store counts."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["store", "seq"], name="leads_showhomenotice_one")]
        indexes = [models.Index(fields=["store", "-at"], name="leads_showhomenotice_last")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.seq}"


class ShowHomeNoticeLine(models.Model):
    """One show home of a notice, as it was published; visited within the week before (L17)."""

    notice = models.ForeignKey(ShowHomeNotice, models.PROTECT, related_name="lines")
    show_home = models.ForeignKey(ShowHome, models.PROTECT, related_name="lines")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=160)
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)
    key_with = models.CharField(max_length=160)
    visited_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["notice", "show_home"], name="leads_showhomeline_once")]

    def __str__(self) -> str:
        return self.name
