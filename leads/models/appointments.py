"""Who meets whom, when and where; nobody is in two places at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from core.models import Recorded
from core.policies import narrow
from leads import policies
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.models.lead import Lead, own
from leads.models.show_homes import ShowHome


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: Any, permission: Any = None) -> AppointmentQuerySet:
        """One's own (asked, or of one's own enquiry), those of the store, or all."""
        mine = Q(pk__in=AppointmentSeat.objects.filter(person=user).values("appointment")) | Q(by=user) | own(user, "lead__")
        rows: Any = narrow(self, user, permission or policies.SEE_CALENDAR, own=mine)
        return rows

    def planned(self) -> AppointmentQuerySet:
        return self.filter(state=AppointmentState.PLANNED)


class Appointment(Recorded):
    """An agreed meeting of a person of the company with a customer, of an enquiry or without one.

    Moved means: this row ends and a new one, linked to it, begins.  `place_ref` names the visitable site it goes to.
    """

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="appointments")
    kind = models.CharField(max_length=10, choices=AppointmentKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    show_home = models.ForeignKey(ShowHome, models.PROTECT, null=True, related_name="appointments")
    place_ref = models.CharField(max_length=40, blank=True)
    pick_up = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)
    moved_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_to")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=AppointmentState, default=AppointmentState.PLANNED)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    told = models.CharField(max_length=400, blank=True)

    updatable = ("state", "told_at", "told_by", "told")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("start_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AppointmentKind.values), name="leads_appointment_kind"),
            models.CheckConstraint(condition=Q(state__in=AppointmentState.values), name="leads_appointment_state"),
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="leads_appointment_lasts"),
            models.CheckConstraint(
                condition=Q(state="planned", told_at__isnull=True, told_by__isnull=True)
                | (~Q(state="planned") & Q(told_at__isnull=False, told_by__isnull=False)),
                name="leads_appointment_outcome_noted",
            ),
            models.CheckConstraint(condition=~Q(state__in=("missed_us", "moved", "cancelled")) | ~Q(told=""), name="leads_appointment_reason"),
            models.CheckConstraint(condition=~Q(kind="other") | ~Q(note=""), name="leads_appointment_other_says_what"),
        ]
        indexes = [
            models.Index(fields=["store", "start_at"], name="leads_appointment_store"),
            models.Index(fields=["lead", "start_at"], name="leads_appointment_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("leads:appointment", args=[self.pk])

    @property
    def tone(self) -> str:
        return AppointmentState(self.state).tone


class AppointmentSeat(models.Model):
    """One person's time in an appointment: the person's own, or that of somebody who comes along.

    While the appointment is planned, no two seats of a person overlap: the database refuses the second (no double booking).
    """

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    planned = models.BooleanField(default=True)

    updatable = ()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="leads_seat_no_double_booking",
                expressions=[
                    (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("start_at"), F("end_at"), Value("[)"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(planned=True),
            ),
            models.UniqueConstraint(fields=["appointment", "person"], name="leads_seat_once"),
        ]
        indexes = [models.Index(fields=["person", "start_at"], name="leads_seat_person")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.person_id}"


class CalendarFeed(models.Model):
    """A person's secret address for the calendar on the phone; only its hash is kept, and one is open at a time."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    updatable = ("ended_at",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="leads_feed_one_open"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="leads_feed_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at:%Y-%m-%d}"
