"""Registration (L01): who asks, for which home, where the data come from and on which ground they are kept (LR-42)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, clocks, numbers, papers, phones, pinyin, search
from core.models import Dossier, Paper
from core.refusals import Missing, Refused
from leads import deadlines
from leads.choices import Basis, Dwelling, Origin, Stage
from leads.models import Customer, CustomerPhone, Estate, Home, HomePerson, Lead, LeadSource
from leads.papers import L01, registration_content
from leads.services.drawings import check_follows_size
from leads.services.finding import say_anew
from leads.services.stages import locked, start
from staff import posts

SERIES = "K"
_UNITS = re.compile(r"[幢栋座号楼单元室层\s\-—–_/、,，.#]+")


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home as it is told: parts of the address, or the address in one line."""

    estate: str = ""
    building: str = ""
    unit: str = ""
    room_no: str = ""
    address: str = ""
    area_m2: Decimal | None = None
    area_text: str = ""
    dwelling: str = Dwelling.ORDINARY
    layout: str = ""

    @property
    def line(self) -> str:
        """澄湖里 3 幢 2 单元 1102"""
        parts = [
            self.estate,
            _with(self.building, "幢"),
            _with(self.unit, "单元"),
            _with(self.room_no),
        ]
        return (self.address.strip() or " ".join(part.strip() for part in parts if part.strip()))[:160]

    @property
    def key(self) -> str:
        """The same place however it is written; empty when too little is known to tell homes apart."""
        if self.estate.strip() and (self.building.strip() or self.room_no.strip()):
            return "|".join(_plain(part) for part in (self.estate, self.building, self.unit, self.room_no))[:160]
        return _plain(self.address)[:160] if self.address.strip() else ""


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A number as it is told, with a note (whose it is)."""

    number: str
    note: str = ""


def _with(number: str, word: str = "") -> str:
    """3, 3幢 and 3 幢 are written the same; 3 栋 keeps its own word, and what is no number is left as it was told."""
    found = re.fullmatch(r"([0-9A-Za-z]+)\s*(幢|栋|座|号楼|单元|室)?", number.strip())
    if found is None:
        return number
    own = "" if found[2] == "室" else found[2] or ""
    return f"{found[1]} {own or word}".strip()


def _plain(text: str) -> str:
    return _UNITS.sub("", unicodedata.normalize("NFKC", text).lower())


@transaction.atomic
def register_lead(
    *,
    store: Any,
    name: str,
    phones: Sequence[NewPhone | str],
    home: NewHome,
    source: LeadSource,
    origin: str,
    consent_basis: str,
    by: Any,
    at: datetime,
    origin_note: str = "",
    title: str = "",
    customer_manager: Any = None,
    needs: str = "",
    background: str = "",
    site_condition: str = "",
    budget: Decimal | None = None,
    budget_text: str = "",
    willingness: str = "",
    ability: str = "",
    note: str = "",
    import_row: Any = None,
    simulated: bool = False,
) -> Lead:
    """Register an enquiry (L01); a known number makes it another home of that customer.

    Refused without source, origin and ground (LR-42), without a readable number, or when the home is already being dealt with.
    """
    _require_ground(source, origin, consent_basis)
    told = _read_phones(phones)
    if not name.strip():
        raise Refused(_("Say the customer's name."))
    if not home.line:
        raise Refused(_("Say where the home is."))
    type(store).objects.select_for_update(no_key=True).values_list("pk").get(pk=store.pk)  # two desks, one number: one after the other
    customer = _known_customer(store, told)
    if customer is None:
        customer = Customer.objects.create(
            store=store, name=name.strip(), title=title, pinyin=pinyin.key(name), willingness=willingness, ability=ability, by=by, at=at
        )
    _add_phones(customer, told)
    dwelling = _place(customer, home, at=at)
    taken = numbers.take(SERIES, store=store, at=at)
    everyone = list(customer.phones.values_list("number", flat=True))
    people = list(HomePerson.objects.here().filter(home=dwelling).values_list("name", "number"))
    dossier = Dossier.objects.create(
        kind=Dossier.Kind.ENQUIRY, store=store, title=customer.name, line=dwelling.address, opened_at=at, simulated=simulated,
        search=search.terms(
            names={customer.name, name.strip(), *(who for who, _number in people)}, phones=[*everyone, *(number for _who, number in people if number)],
            places=[dwelling.address], refs=[taken.ref],
        ),
    )  # fmt: skip
    lead = Lead.objects.create(
        ref=taken.ref, dossier=dossier, store=store, customer=customer, home=dwelling, source=source, origin=origin,
        origin_note=origin_note.strip(), consent_basis=consent_basis, registered_by=by, registered_at=at,
        customer_manager=customer_manager or (by if posts.CUSTOMER_MANAGER in by.posts_for(store.pk) else None),
        needs=needs.strip(), background=background.strip(), site_condition=site_condition.strip(), budget=budget,
        budget_text=budget_text.strip(), note=note.strip(), import_row=import_row,
    )  # fmt: skip
    if import_row is None:
        start(deadlines.ASSIGNMENT, lead, owner=lead.customer_manager, at=at)
    audit.record(
        dossier, "leads.lead_registered", by=by, at=at, ref=lead.ref, customer=customer.pk, home=dwelling.pk, source=source.code,
        origin=origin, origin_note=lead.origin_note, consent_basis=consent_basis, imported=import_row is not None,
    )  # fmt: skip
    return lead


@transaction.atomic
def issue_registration(lead: Lead, *, by: Any, at: datetime) -> Paper:
    """The registration form L01 as it stands now: the one in force where nothing changed, else a new one that supersedes it.

    The customer's signature under it carries the consent (LR-42): a second print does not take it away.
    """
    lead = locked(lead, closed=True)
    earlier = (
        Paper.objects.select_for_update(no_key=True)
        .filter(dossier=lead.dossier, kind=L01.id)
        .exclude(state__in=(Paper.State.VOID, Paper.State.SUPERSEDED))
        .order_by("-id")
        .first()
    )
    content = registration_content(lead)
    if earlier is not None and papers.says_the_same(earlier, content):
        return earlier
    return papers.issue(L01, dossier=lead.dossier, store=lead.store, content=content, by=by, at=at, replaces=earlier)


@transaction.atomic
def correct_home(
    lead: Lead,
    *,
    reason: str,
    by: Any,
    at: datetime,
    area_m2: Decimal | None = None,
    dwelling: str = "",
    layout: str | None = None,
    address: str = "",
) -> Home:
    """Correct area, kind or address of the home, with a reason (domain Q15); clocks that depend on its size follow."""
    lead = locked(lead)
    if not reason.strip():
        raise Refused(_("A correction needs a reason."))
    home = Home.objects.select_for_update(no_key=True).get(pk=lead.home_id)
    before = {"area_m2": home.area_m2, "dwelling": home.dwelling, "layout": home.layout, "address": home.address}
    was_large = home.is_large
    home.area_m2 = area_m2 if area_m2 is not None else home.area_m2
    home.dwelling = dwelling or home.dwelling
    home.layout = home.layout if layout is None else layout
    home.address = address.strip() or home.address
    after = {"area_m2": home.area_m2, "dwelling": home.dwelling, "layout": home.layout, "address": home.address}
    if after == before:
        raise Refused(_("Nothing was changed."))
    home.save(update_fields=["area_m2", "dwelling", "layout", "address"])
    lead.home = home
    if home.address != before["address"]:
        _say_new_address(lead)
    if home.is_large != was_large:
        _set_clocks_anew(lead, by=by, at=at)
        check_follows_size(lead, by=by, at=at)
    audit.record(lead.dossier, "leads.home_corrected", by=by, at=at, reason=reason.strip(), before=before, after=after)
    return home


def duplicates(*, store: Any, numbers: Sequence[str], home: NewHome | None = None) -> list[Lead]:
    """Enquiries of the store whose customer has one of these numbers, or that are about this home or one where somebody has it.

    Newest first, at most five.  Each way has its own index: one question with OR over three tables would read them whole.
    """
    wanted = [n for n in (phones.normal(n) for n in numbers) if n]
    customers: set[int] = set()
    homes: set[int] = set()
    if wanted:
        held = CustomerPhone.objects.filter(store=store, number__in=wanted, withdrawn_at__isnull=True)
        customers = set(held.values_list("customer_id", flat=True))
        people = HomePerson.objects.here().filter(store=store, number__in=wanted)
        homes = set(people.values_list("home_id", flat=True)[:20])
    if home is not None and home.key:
        homes |= set(Home.objects.filter(store=store, place_key=home.key, withdrawn_at__isnull=True).values_list("pk", flat=True)[:20])
    if not customers and not homes:
        return []
    rows = Lead.objects.alive().filter(Q(customer__in=customers) | Q(home__in=homes), store=store)
    return list(rows.select_related("customer", "home", "designer").order_by("-registered_at", "-id")[:5])


def _require_ground(source: LeadSource | None, origin: str, consent_basis: str) -> None:
    """LR-42: nothing is kept without source, origin and ground; all that is missing is named at once."""
    missing = []
    if source is None or source.retired:
        missing.append(Missing(_("Say from which source the enquiry came.")))
    if origin not in Origin.values:
        missing.append(Missing(_("Say how the company came to the customer's data.")))
    if consent_basis not in Basis.values:
        missing.append(Missing(_("Say on which ground the data are kept.")))
    if missing:
        raise Refused(_("A customer is not registered without source, origin and ground."), missing)


def _read_phones(told: Sequence[NewPhone | str]) -> list[tuple[str, NewPhone]]:
    rows = [p if isinstance(p, NewPhone) else NewPhone(p) for p in told]
    read: dict[str, NewPhone] = {}
    for row in rows:
        number = phones.normal(row.number)
        if number is None:
            raise Refused(_("“{number}” is no telephone number.").format(number=row.number))
        read.setdefault(number, row)
    if not read:
        raise Refused(_("A customer has at least one telephone number."))
    return list(read.items())


def _known_customer(store: Any, told: Sequence[tuple[str, NewPhone]]) -> Customer | None:
    """The customer of the store who has one of these numbers; refused when they belong to two people."""
    rows = (
        CustomerPhone.objects.filter(store=store, number__in=[number for number, _row in told], withdrawn_at__isnull=True)
        .select_related("customer")
        .order_by("id")
    )
    found = {row.customer_id: row.customer for row in rows}
    if len(found) > 1:
        names = posts.listed(c.name for c in found.values())
        raise Refused(_("These numbers belong to two customers: {names}. Register one number and look.").format(names=names))
    return next(iter(found.values()), None)


def _add_phones(customer: Customer, told: Sequence[tuple[str, NewPhone]]) -> None:
    known = set(customer.phones.filter(withdrawn_at__isnull=True).values_list("number", flat=True))
    CustomerPhone.objects.bulk_create(
        CustomerPhone(
            customer=customer, store_id=customer.store_id, number=number, sent=row.number[:60], note=row.note[:80], position=len(known) + i
        )
        for i, (number, row) in enumerate(told)
        if number not in known
    )


def _place(customer: Customer, told: NewHome, *, at: datetime) -> Home:
    """The home, made or found again; refused while another enquiry about it is open."""
    if told.key:
        same = Home.objects.filter(customer=customer, place_key=told.key, withdrawn_at__isnull=True).first()
        if same is not None:
            going = Lead.objects.alive().filter(home=same).exclude(stage=Stage.LOST).order_by("-id").first()
            if going is not None:
                raise Refused(
                    _("This home is already registered: {ref}.").format(ref=going.ref),
                    [Missing(_("Open the file and go on there."), link=going.get_absolute_url())],
                )
            return same
    estate = _estate(customer.store_id, told.estate) if told.estate.strip() else None
    return Home.objects.create(
        customer=customer, store_id=customer.store_id, estate=estate, building=told.building.strip(), unit=told.unit.strip(),
        room_no=told.room_no.strip(), address=told.line, place_key=told.key, area_m2=told.area_m2, area_text=told.area_text.strip(),
        dwelling=told.dwelling or Dwelling.ORDINARY, layout=told.layout.strip(), at=at,
    )  # fmt: skip


def _estate(store_id: int, name: str) -> Estate:
    name = name.strip()[:60]
    made, _created = Estate.objects.get_or_create(store_id=store_id, name=name, defaults={"pinyin": pinyin.key(name)})
    return made


def _say_new_address(lead: Lead) -> None:
    say_anew(Lead.objects.alive().filter(home=lead.home))
    lead.dossier.refresh_from_db()


def _set_clocks_anew(lead: Lead, *, by: Any, at: datetime) -> None:
    """A clock that depends on the size of the home runs from its old start to its new end; an agreed date stays."""
    for clock in (deadlines.PREVIEW, deadlines.SCHEME):
        running = lead.dossier.deadlines.filter(clock=clock.id, key=deadlines.key(lead), stopped_at__isnull=True).first()
        if running is not None and not running.agreed and running.paused_at is None:
            clocks.cancel(clock, deadlines.key(lead), at=at, by=by)
            start(clock, lead, owner=running.owner, at=running.started_at)
