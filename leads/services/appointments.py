"""Appointments: made without double booking, kept, missed, moved or called off – and never forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.choices import Stage
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.models import Appointment, Lead, ShowHome
from leads.models.lead import NEXT_WITHIN
from leads.services import seats
from leads.services.stages import locked
from staff.models import User

USUAL = timedelta(hours=1)
MISSED = {"customer": AppointmentState.MISSED_CUSTOMER, "us": AppointmentState.MISSED_US}


@transaction.atomic
def make_appointment(
    *,
    kind: str,
    person: User,
    start_at: datetime,
    end_at: datetime | None = None,
    by: Any,
    at: datetime,
    lead: Lead | None = None,
    store: Any = None,
    others: Sequence[User] = (),
    place: str = "",
    show_home: ShowHome | None = None,
    place_ref: str = "",
    pick_up: bool = False,
    note: str = "",
) -> Appointment:
    """Agree on a meeting of a person of the company with a customer; nobody is booked twice.

    Without `end_at` it lasts an hour; without a place it is where its kind says.  Its evening has a clock.
    """
    lead = _living(lead)
    store = lead.store if lead is not None else store
    if store is None:
        raise Refused(_("Say for which store, or for which customer."))
    return _book(
        store=store, lead=lead, kind=kind, person=person, start_at=start_at, end_at=end_at or start_at + USUAL, others=others, place=place,
        show_home=show_home, place_ref=place_ref, pick_up=pick_up, note=note, moved_from=None, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def move_appointment(
    appointment: Appointment,
    *,
    start_at: datetime,
    end_at: datetime | None = None,
    reason: str,
    by: Any,
    at: datetime,
    person: User | None = None,
) -> Appointment:
    """Another time (or person): the old row ends as moved, with the reason, and the new one is linked to it."""
    old = _planned(appointment)
    if not reason.strip():
        raise Refused(_("Say why the appointment is moved."))
    if at > old.end_at:
        raise Refused(_("This appointment is over: note how it went."))
    end_at = end_at or start_at + (old.end_at - old.start_at)
    if (start_at, end_at) == (old.start_at, old.end_at) and (person is None or person.pk == old.person_id):
        raise Refused(_("This is the time that was agreed already."))
    whose = person or old.person
    others = [seat.person for seat in old.seats.select_related("person") if seat.person_id not in (old.person_id, whose.pk)]
    seats.close(old, state=AppointmentState.MOVED, told=reason, by=by, at=at, kept=False)
    return _book(
        store=old.store, lead=old.lead, kind=old.kind, person=whose, start_at=start_at, end_at=end_at, others=others,
        place=old.place, show_home=old.show_home, place_ref=old.place_ref, pick_up=old.pick_up, note=old.note, moved_from=old, by=by, at=at,
        reason=reason.strip(),
    )  # fmt: skip


def go_along(lead: Lead, *, before: Any, after: Any, reason: str, by: Any, at: datetime) -> None:
    """What the former person had agreed with the customer is the next one's; where that one is not free then, it stays as agreed."""
    coming = Appointment.objects.filter(lead=lead, person=before, state=AppointmentState.PLANNED, start_at__gt=at)
    for row in coming.order_by("start_at", "pk"):
        with suppress(Refused), transaction.atomic():
            move_appointment(row, start_at=row.start_at, end_at=row.end_at, reason=reason, person=after, by=by, at=at)


@transaction.atomic
def keep_appointment(appointment: Appointment, *, by: Any, at: datetime, note: str = "") -> Appointment:
    """They met."""
    return _settled(appointment, state=AppointmentState.KEPT, told=note, by=by, at=at)


@transaction.atomic
def miss_appointment(appointment: Appointment, *, whose: str, by: Any, at: datetime, reason: str = "") -> Appointment:
    """They did not meet: the customer did not come, or we did not (then with the reason)."""
    if whose not in MISSED:
        raise Refused(_("Say who did not come."))
    if whose == "us" and not reason.strip():
        raise Refused(_("Say why we did not come."))
    return _settled(appointment, state=MISSED[whose], told=reason, by=by, at=at)


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, reason: str, by: Any, at: datetime) -> Appointment:
    """Called off, with the reason."""
    row = _planned(appointment)
    if not reason.strip():
        raise Refused(_("Say why the appointment is called off."))
    seats.close(row, state=AppointmentState.CANCELLED, told=reason, by=by, at=at, kept=False)
    _record(row, "leads.appointment_cancelled", by=by, at=at, reason=row.told)
    return row


def book_meeting(lead: Lead, *, start_at: datetime, by: Any, at: datetime) -> Appointment | None:
    """The meeting that designer and customer have just agreed on goes into the calendar; one that stands there already is not doubled.

    The enquiry's row is locked.
    """
    if lead.appointments.planned().filter(start_at=start_at).exists():
        return None
    person = lead.designer
    if person is None:
        raise Refused(_("Assign the enquiry to a designer first."))
    return _book(
        store=lead.store, lead=lead, kind=AppointmentKind.MEETING, person=person, start_at=start_at, end_at=start_at + USUAL, others=(), place="",
        show_home=None, place_ref="", pick_up=False, note="", moved_from=None, by=by, at=at,
    )  # fmt: skip


def usual_place(kind: str, *, store: Any, lead: Lead | None, show_home: ShowHome | None = None) -> str:
    """Where such a meeting is held when nobody says anything else."""
    if show_home is not None:
        return show_home.address
    if kind == AppointmentKind.MEASURING and lead is not None:
        return lead.home.address
    if kind in (AppointmentKind.STORE, AppointmentKind.MEETING):
        return " ".join(part for part in (store.name, store.address) if part)
    return ""


def _living(lead: Lead | None) -> Lead | None:
    if lead is None:
        return None
    row = locked(lead, closed=True)
    if row.stage == Stage.LOST:
        raise Refused(_("The enquiry is closed; open it again first."))
    return row


def _book(
    *, store: Any, lead: Lead | None, kind: str, person: User, start_at: datetime, end_at: datetime, others: Sequence[User], place: str,
    show_home: ShowHome | None, moved_from: Appointment | None, by: Any, at: datetime, reason: str = "", **told: Any,
) -> Appointment:  # fmt: skip
    if kind not in AppointmentKind.values:
        raise Refused(_("Say what is met for."))
    if end_at <= start_at or end_at - start_at > seats.LONGEST:
        raise Refused(_("An appointment ends after it begins, within twelve hours."))
    if start_at > at + NEXT_WITHIN:
        raise Refused(_("An appointment is agreed on within a year."))
    for each in (person, *others):
        if each.left_on is not None or not each.posts_for(store.pk):
            raise Refused(_("{name} does not work in this store.").format(name=each))
    if kind == AppointmentKind.OTHER and not told["note"].strip():
        raise Refused(_("“Other business” needs a few words."))
    if show_home is not None and (show_home.closed_at is not None or show_home.store_id != store.pk):
        raise Refused(_("This show home is not shown any more."))
    where = place.strip() or usual_place(kind, store=store, lead=lead, show_home=show_home)
    if not where:
        raise Refused(_("Say where you meet."))
    made = Appointment.objects.create(
        store=store, lead=lead, kind=kind, person=person, start_at=start_at, end_at=end_at, place=where[:160], show_home=show_home,
        place_ref=told["place_ref"], pick_up=told["pick_up"], note=told["note"].strip(), moved_from=moved_from, by=by, at=at,
    )  # fmt: skip
    seats.take(made, (person, *others))
    seats.watch(made, at=at)
    name = "leads.appointment_moved" if moved_from is not None else "leads.appointment_made"
    more = {"reason": reason, "before": seats.hours(moved_from)} if moved_from is not None else {}
    _record(made, name, by=by, at=at, person=str(person), place=where, **more)
    return made


def _planned(appointment: Appointment) -> Appointment:
    """The appointment, its enquiry's row and its own locked; refused when something was noted already."""
    if appointment.lead_id is not None:
        Lead.objects.select_for_update(no_key=True).only("pk").get(pk=appointment.lead_id)
    row = (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("lead__dossier", "lead__customer", "lead__home__estate", "lead__store", "store__dossier", "person", "show_home")
        .get(pk=appointment.pk)
    )
    if row.state != AppointmentState.PLANNED:
        raise Refused(_("What became of this appointment has already been noted: {state}.").format(state=row.get_state_display()))
    return row


def _settled(appointment: Appointment, *, state: str, told: str, by: Any, at: datetime) -> Appointment:
    row = _planned(appointment)
    if at < row.start_at:
        raise Refused(_("This appointment has not begun yet."))
    seats.close(row, state=state, told=told, by=by, at=at, kept=True)
    _record(row, f"leads.appointment_{state}", by=by, at=at, note=row.told)
    return row


def _record(row: Appointment, kind: str, *, by: Any, at: datetime, **more: Any) -> None:
    audit.record(seats.dossier_of(row), kind, by=by, at=at, when=seats.hours(row), what=str(row.kind), **more)
