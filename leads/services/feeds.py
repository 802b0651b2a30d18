"""A person's secret calendar address: only its hash is kept; it can be made anew or switched off, and ends when the person leaves."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from icalendar import Calendar, Event

from core import audit
from leads.choices_appointments import AppointmentState
from leads.models import Appointment, AppointmentSeat, CalendarFeed
from leads.services import seats
from staff.models import User

BEFORE, AFTER = timedelta(days=30), timedelta(days=180)
SHOWN = (AppointmentState.PLANNED, AppointmentState.KEPT)


@transaction.atomic
def open_feed(person: User, *, at: datetime) -> str:
    """A new secret for the person's calendar; the one before dies.  It is answered once and kept as a hash only."""
    locked = User.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=person.pk)
    CalendarFeed.objects.filter(person=locked, ended_at__isnull=True).update(ended_at=at)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=locked, digest=digest(secret), made_at=at)
    audit.record(locked.dossier, "leads.feed_opened", by=locked, at=at)
    return secret


@transaction.atomic
def close_feed(person: User, *, at: datetime) -> bool:
    """Switch the address off."""
    locked = User.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=person.pk)
    closed = CalendarFeed.objects.filter(person=locked, ended_at__isnull=True).update(ended_at=at)
    if closed:
        audit.record(locked.dossier, "leads.feed_closed", by=locked, at=at)
    return bool(closed)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def whose(secret: str) -> User | None:
    """The person of an address; nobody when it was switched off, made anew, or the person has left."""
    feed = CalendarFeed.objects.filter(digest=digest(secret), ended_at__isnull=True, person__left_on__isnull=True).select_related("person").first()
    return feed.person if feed else None


def calendar_of(person: User, *, at: datetime) -> bytes:
    """RFC 5545: what the person is expected at; customers by surname, no number, no door."""
    book = Calendar()
    for name, value in (("prodid", "-//jiangcheng//calendar//ZH"), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", f"匠程 {person}")):
        book.add(name, value)
    mine = AppointmentSeat.objects.filter(person=person).values("appointment")
    rows = Appointment.objects.filter(pk__in=mine, state__in=SHOWN, start_at__gte=at - BEFORE, start_at__lte=at + AFTER)
    for row in rows.select_related("lead__customer", "lead__home__estate"):
        book.add_component(_event(row))
    written: Any = book.to_ical()
    return bytes(written)


def _event(row: Appointment) -> Event:
    event = Event()
    event.add("uid", f"appointment-{row.pk}@jiangcheng")
    event.add("dtstamp", row.recorded_at)
    event.add("dtstart", row.start_at)
    event.add("dtend", row.end_at)
    event.add("summary", seats.about(row))
    event.add("status", "CONFIRMED")
    return event
