"""The visitor log (L05) and the phone log (L06): noted at once, passed on with a clock, settled with words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, clocks, phones
from core.models import Dossier
from core.refusals import Refused
from leads import deadlines
from leads.choices import LogSubject
from leads.models import Customer, HomePerson, Lead, PhoneCall, Visit
from leads.models.logs import LogEntry
from leads.services.finding import read_number

E = TypeVar("E", bound=LogEntry)


def note_call(*, store: Any, by: Any, at: datetime, **told: Any) -> PhoneCall:
    """A call that came in (L06): who, from which number, about what; passed to somebody, or settled on the spot."""
    return _note(PhoneCall, store=store, by=by, at=at, **told)


def note_visit(*, store: Any, by: Any, at: datetime, people: int = 1, **told: Any) -> Visit:
    """Somebody came in (L05): received, shown around, registered."""
    if people < 1:
        raise Refused(_("Say how many people came."))
    return _note(Visit, store=store, by=by, at=at, people=people, **told)


@transaction.atomic
def _note(
    model: type[E], *, store: Any, subject: str, note: str, by: Any, at: datetime, name: str = "", phone: str = "",
    lead: Lead | None = None, passed_to: Any = None, handling: str = "", **more: Any,
) -> E:  # fmt: skip
    if subject not in LogSubject.values:
        raise Refused(_("Say what it was about."))
    if not note.strip():
        raise Refused(_("Note what was said."))
    number = read_number(phone)
    if passed_to is not None and handling.strip():
        raise Refused(_("Either it is settled, or it is passed on."))
    _require_colleague(store.pk, passed_to)
    lead, customer = _belongs(lead) if lead is not None else (None, _whose(store, number))
    made = model.objects.create(
        store=store, name=name.strip(), number=number, subject=subject, note=note.strip(), customer=customer, lead=lead, by=by, at=at,
        passed_to=passed_to, passed_at=at if passed_to else None, handled_at=at if handling.strip() else None,
        handled_by=by if handling.strip() else None, handling=handling.strip(), **more,
    )  # fmt: skip
    if passed_to is not None:
        _start(made, owner=passed_to, at=at)
    _record(made, "noted", by=by, at=at, subject=subject, note=made.note, passed_to=str(passed_to or ""))
    return made


@transaction.atomic
def pass_log(entry: E, *, to: Any, by: Any, at: datetime) -> E:
    """Pass a call or a visit on to somebody of the store; the clock is theirs from now on."""
    entry = _locked(entry)
    if entry.handled_at is not None:
        raise Refused(_("This is settled already."))
    _require_colleague(entry.store_id, to)
    if entry.passed_to_id == to.pk:
        raise Refused(_("{name} has it already.").format(name=to))
    clocks.cancel(deadlines.LOG_ANSWER, key_of(entry), at=at, by=by)
    entry.passed_to, entry.passed_at = to, at
    entry.save(update_fields=["passed_to", "passed_at"])
    _start(entry, owner=to, at=at)
    _record(entry, "passed", by=by, at=at, passed_to=str(to))
    return entry


@transaction.atomic
def settle_log(entry: E, *, handling: str, by: Any, at: datetime) -> E:
    """How it was dealt with (「及时处理情况」); the clock stops."""
    entry = _locked(entry)
    if entry.handled_at is not None:
        raise Refused(_("This is settled already."))
    if not handling.strip():
        raise Refused(_("Say how it was dealt with."))
    if at < entry.at:
        raise Refused(_("It is settled after it came in."))
    entry.handled_at, entry.handled_by, entry.handling = at, by, handling.strip()
    entry.save(update_fields=["handled_at", "handled_by", "handling"])
    clocks.stop(deadlines.LOG_ANSWER, key_of(entry), at=at, by=by)
    _record(entry, "settled", by=by, at=at, handling=entry.handling)
    return entry


@transaction.atomic
def link_log(entry: E, lead: Lead, *, by: Any, at: datetime) -> E:
    """Say which enquiry it was about; the record stands in that file from now on."""
    entry = _locked(entry)
    lead, customer = _belongs(lead)
    if lead.store_id != entry.store_id:
        raise Refused(_("The two belong to different stores."))
    if entry.lead_id == lead.pk:
        raise Refused(_("It stands in this file already."))
    entry.lead, entry.customer = lead, customer
    entry.save(update_fields=["lead", "customer"])
    _record(entry, "linked", by=by, at=at, subject=entry.subject, note=entry.note)
    return entry


def key_of(entry: LogEntry) -> str:
    """One running clock per call or visit."""
    return f"{entry.kind}:{entry.pk}"


def _locked(entry: E) -> E:
    rows: Any = type(entry).objects.select_for_update(no_key=True, of=("self",))
    found: E = rows.select_related("store__dossier", "lead__dossier", "customer").get(pk=entry.pk)
    return found


def _dossier(entry: LogEntry) -> Dossier:
    """The enquiry's, or the store's while nobody knows whose it is."""
    found: Any = entry.lead.dossier if entry.lead is not None else entry.store.dossier
    return found  # type: ignore[no-any-return]


def _start(entry: LogEntry, *, owner: Any, at: datetime) -> None:
    who = entry.name or phones.mask(entry.number)
    with translation.override(settings.LANGUAGE_CODE):  # the line is kept and read by others
        line = " · ".join(part for part in (who, str(LogSubject(entry.subject).label), entry.note[:80]) if part)
    clocks.start(
        deadlines.LOG_ANSWER, dossier=_dossier(entry), key=key_of(entry), owner=owner, at=at, line=line, link=entry.get_absolute_url(),
    )  # fmt: skip


def _record(entry: LogEntry, what: str, *, by: Any, at: datetime, **facts: Any) -> None:
    kind = "call" if isinstance(entry, PhoneCall) else "visit"
    audit.record(_dossier(entry), f"leads.{kind}_{what}", by=by, at=at, entry=entry.pk, **facts)


def _whose(store: Any, number: str) -> Customer | None:
    """The customer of the store with this number; through a home when it is a person of one home only."""
    if not number:
        return None
    own = Customer.objects.filter(store=store, phones__number=number, phones__withdrawn_at__isnull=True).first()
    if own is not None:
        return _as_it_stands(own)
    people = HomePerson.objects.here().filter(store=store, number=number).select_related("home__customer")
    whose = {person.home.customer_id: person.home.customer for person in people}
    return _as_it_stands(next(iter(whose.values()))) if len(whose) == 1 else None


def _as_it_stands(customer: Customer) -> Customer:
    """The customer, held still; the kept one when the two are merged at this very moment."""
    row = Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=customer.pk)
    return row.merged_into or row


def _belongs(lead: Lead) -> tuple[Lead, Customer]:
    """The enquiry, held still, and whose it is now."""
    row = Lead.objects.alive().select_for_update(no_key=True).get(pk=lead.pk)
    return row, row.customer


def _require_colleague(store_id: int, person: Any) -> None:
    if person is not None and (person.left_on is not None or store_id not in person.stores):
        raise Refused(_("{name} does not work in this store.").format(name=person))


__all__ = ["Visit", "key_of", "link_log", "note_call", "note_visit", "pass_log", "settle_log"]
