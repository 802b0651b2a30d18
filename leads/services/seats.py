"""People's time: seats are taken in one order, a taken one is named, a freed one ends its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Dossier
from core.refusals import Refused
from leads import deadlines
from leads.choices_appointments import AppointmentState
from leads.models import Appointment, AppointmentSeat, Lead
from leads.naming import surname
from staff.models import User

EVENING = time(20, 0)
LONGEST = timedelta(hours=12)


def dossier_of(appointment: Appointment) -> Dossier:
    """The file that an appointment belongs to: its enquiry's, else the store's."""
    found: Any = appointment.lead.dossier if appointment.lead is not None else appointment.store.dossier
    return found


def key(appointment: Appointment) -> str:
    return f"appointment:{appointment.pk}"


def take(appointment: Appointment, people: Sequence[User]) -> None:
    """Seat these people; their rows are locked first, in one order, so that two bookings of a person wait for each other."""
    ordered = sorted({person.pk: person for person in people}.values(), key=lambda person: person.pk)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk for person in ordered]).order_by("pk").values_list("pk"))
    for person in ordered:
        refuse_taken(person, appointment.start_at, appointment.end_at)
        try:
            with transaction.atomic():
                AppointmentSeat.objects.create(
                    appointment=appointment, person=person, start_at=appointment.start_at, end_at=appointment.end_at
                )
        except IntegrityError as error:  # the wall behind the question above
            if "leads_seat_no_double_booking" not in str(error):
                raise
            raise Refused(_("{name} is not free then.").format(name=person)) from error


def refuse_taken(person: User, start_at: datetime, end_at: datetime) -> None:
    """No double booking: the sentence names the other appointment."""
    other = taken(person, start_at, end_at)
    if other is not None:
        raise Refused(_("{name} is not free then: {when} {what}.").format(name=person, when=hours(other), what=about(other)))


def taken(person: User, start_at: datetime, end_at: datetime) -> Appointment | None:
    """The first planned appointment in which this person sits at that time."""
    seat = (
        AppointmentSeat.objects.filter(person=person, planned=True, start_at__lt=end_at, end_at__gt=start_at)
        .select_related("appointment__lead__customer", "appointment__lead__home__estate")
        .order_by("start_at")
        .first()
    )
    return seat.appointment if seat else None


def hours(appointment: Appointment) -> str:
    """11-25 14:00–15:00"""
    start, end = timezone.localtime(appointment.start_at), timezone.localtime(appointment.end_at)
    return f"{start:%m-%d %H:%M}–{end:%H:%M}" if start.date() == end.date() else f"{start:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def about(appointment: Appointment) -> str:
    """What is met for, without saying who lives where: kind, surname, estate."""
    words = [str(appointment.get_kind_display())]
    if appointment.lead is not None:
        words.append(surname(appointment.lead.customer.name))
        words.append(str(appointment.lead.home.estate or ""))
    return " ".join(word for word in words if word)


def watch(appointment: Appointment, *, at: datetime) -> None:
    """Without a word by the evening of its day it stands on the person's desk; the line is kept, so it is in the house's language."""
    with translation.override(settings.LANGUAGE_CODE):
        line = f"{hours(appointment)} {about(appointment)}"
    clocks.start(
        deadlines.APPOINTMENT, dossier=dossier_of(appointment), key=key(appointment), owner=appointment.person, at=at,
        due_at=evening(appointment), line=line, link=appointment.get_absolute_url(),
    )  # fmt: skip


def evening(appointment: Appointment) -> datetime:
    """Eight in the evening of its day; an hour after its end, when it ends later."""
    end = timezone.localtime(appointment.end_at)
    return max(datetime.combine(end.date(), EVENING, end.tzinfo), end + timedelta(hours=1))


def close(appointment: Appointment, *, state: str, told: str, by: Any, at: datetime, kept: bool) -> None:
    """The appointment ends: the database frees the seats; its clock is kept or no longer applies."""
    appointment.state, appointment.told, appointment.told_at, appointment.told_by = state, told.strip(), at, by
    appointment.save(update_fields=["state", "told", "told_at", "told_by"])
    if kept:
        clocks.stop(deadlines.APPOINTMENT, key(appointment), at=at, by=by)
    else:
        clocks.cancel(deadlines.APPOINTMENT, key(appointment), at=at, by=by)


def call_off_all(lead: Lead, *, reason: str, by: Any, at: datetime) -> int:
    """Every planned appointment of an enquiry is called off (it is lost); the enquiry's row is locked."""
    rows = list(lead.appointments.planned().select_related("lead__dossier", "person", "store").order_by("pk"))
    for row in rows:
        close(row, state=AppointmentState.CANCELLED, told=reason, by=by, at=at, kept=False)
        audit.record(lead.dossier, "leads.appointment_cancelled", by=by, at=at, when=hours(row), what=str(row.kind), reason=reason)
    return len(rows)


def watch_again(lead: Lead, *, at: datetime) -> None:
    """The clocks of a file were ended together; what is still planned keeps its own."""
    for row in lead.appointments.planned().select_related("lead__dossier", "lead__customer", "lead__home__estate", "person", "store"):
        watch(row, at=at)
