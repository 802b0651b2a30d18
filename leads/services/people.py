"""Several people per home: spouse, parents, who pays – each with a role and a number under which the file is found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.choices import PersonRole
from leads.models import Home, HomePerson, Lead
from leads.services.finding import read_number, say_anew

MOST_PEOPLE = 20


@transaction.atomic
def add_person(
    lead: Lead, *, name: str, role: str, by: Any, at: datetime, phone: str = "", pays: bool = False, note: str = ""
) -> HomePerson:
    """Add a person to the home of an enquiry; from now on the file is found under the name and the number.

    A number may stand at several homes; at one home it stands once, and never beside the customer's own.  One person pays.
    """
    home = _locked_home(lead)
    name, number = name.strip(), read_number(phone)
    if not name:
        raise Refused(_("Say the person's name."))
    if role not in PersonRole.values:
        raise Refused(_("Say what the person is to this home."))
    here = list(HomePerson.objects.here().filter(home=home))
    if len(here) >= MOST_PEOPLE:
        raise Refused(_("More people than a home has: take somebody off first."))
    if number and home.customer.phones.filter(number=number, withdrawn_at__isnull=True).exists():
        raise Refused(_("This is a number of the customer."))
    for person in here:
        if number and person.number == number:
            raise Refused(_("{name} is already known here with this number.").format(name=person.name))
        if pays and person.pays:
            raise Refused(_("{name} is the one who pays; take that person off first, or leave it at that.").format(name=person.name))
    made = HomePerson.objects.create(
        home=home, store_id=home.store_id, name=name, role=role, number=number, sent=phone.strip()[:60], pays=pays, note=note.strip(), by=by, at=at
    )
    rows = _files(home)
    say_anew(rows)
    for row in rows:
        audit.record(row.dossier, "leads.person_added", by=by, at=at, person=made.pk, name=name, role=role, pays=pays)
    return made


@transaction.atomic
def end_person(person: HomePerson, *, reason: str, by: Any, at: datetime) -> HomePerson:
    """Take a person off a home, with a reason; what was written stays, the number no longer leads here."""
    home = Home.objects.select_for_update(no_key=True).get(pk=person.home_id)
    person = HomePerson.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.ended_at is not None:
        raise Refused(_("{name} was taken off already.").format(name=person.name))
    if not reason.strip():
        raise Refused(_("Say why the person no longer belongs here."))
    person.ended_at, person.ended_by, person.ended_reason = at, by, reason.strip()
    person.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    rows = _files(home)
    say_anew(rows, gone_names=[person.name], gone_numbers=[person.number] if person.number else [])
    for row in rows:
        audit.record(row.dossier, "leads.person_ended", by=by, at=at, person=person.pk, name=person.name, reason=person.ended_reason)
    return person


def _locked_home(lead: Lead) -> Home:
    row = Lead.objects.select_for_update(no_key=True, of=("self",)).get(pk=lead.pk)
    if row.withdrawn_at is not None:
        raise Refused(_("This enquiry was withdrawn with its list."))
    return Home.objects.select_for_update(no_key=True, of=("self",)).select_related("customer").get(pk=row.home_id)


def _files(home: Home) -> list[Lead]:
    """The enquiries about this home, in one order for everybody who locks."""
    return list(Lead.objects.alive().filter(home=home).select_related("dossier").order_by("pk"))
