"""The visitor log (L05) and the phone log (L06): everybody who came or called, and how it was dealt with."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.models import Recorded
from core.policies import Permission, narrow
from leads import policies
from leads.choices import LogSubject
from leads.models.customer import Customer
from leads.models.lead import Lead

OPEN_UNTIL_HANDLED = ("customer", "lead", "passed_to", "passed_at", "handled_at", "handled_by", "handling")


class LogQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any, permission: Permission | None = None) -> Self:
        """Those of the store; for the others what they took down, what was passed to them, and what is about their enquiries."""
        own = (
            Q(by=user) | Q(passed_to=user) | Q(lead__designer=user) | Q(lead__customer_manager=user) | Q(lead__registered_by=user)
        )  # fmt: skip
        rows: Any = narrow(self, user, permission or policies.SEE_LOGS, own=own)
        return rows


class LogEntry(Recorded):
    """Who came or called, about what; taken down by whom, passed to whom, settled when and how."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=12, choices=LogSubject)
    note = models.CharField(max_length=600)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="%(class)ss")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handling = models.CharField(max_length=600, blank=True)

    objects = LogQuerySet.as_manager()
    updatable = OPEN_UNTIL_HANDLED
    kind = ""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="%(app_label)s_%(class)s_has_note"),
            models.CheckConstraint(condition=Q(subject__in=LogSubject.values), name="%(app_label)s_%(class)s_has_subject"),
            models.CheckConstraint(condition=Q(number="") | Q(number__regex=r"^[0-9x]{8,18}$"), name="%(app_label)s_%(class)s_number_normal"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(handling="")),
                name="%(app_label)s_%(class)s_handled_how",
            ),
            models.CheckConstraint(
                condition=Q(passed_to__isnull=True, passed_at__isnull=True) | Q(passed_to__isnull=False, passed_at__isnull=False),
                name="%(app_label)s_%(class)s_passed_when",
            ),
            models.CheckConstraint(condition=Q(lead__isnull=True) | Q(customer__isnull=False), name="%(app_label)s_%(class)s_of_customer"),
        ]
        indexes = [
            models.Index(fields=["store", "-at", "-id"], name="leads_%(class)s_newest"),
            models.Index(fields=["passed_to"], condition=Q(handled_at__isnull=True), name="leads_%(class)s_open"),
            models.Index(fields=["store", "number"], name="leads_%(class)s_number"),
        ]

    def __str__(self) -> str:
        return self.note[:40]

    def get_absolute_url(self) -> str:
        return reverse("leads:log-entry", args=[self.kind, self.pk])

    @property
    def is_open(self) -> bool:
        """Passed on and not settled yet."""
        return self.passed_to_id is not None and self.handled_at is None


class PhoneCall(LogEntry):
    """L06: a call that came in."""

    kind = "calls"

    class Meta(LogEntry.Meta):
        pass


class Visit(LogEntry):
    """L05: somebody came into the store."""

    people = models.PositiveSmallIntegerField(default=1)

    kind = "visits"

    class Meta(LogEntry.Meta):
        constraints = [*LogEntry.Meta.constraints, models.CheckConstraint(condition=Q(people__gte=1), name="leads_visit_has_people")]
