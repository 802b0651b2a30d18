"""A shop's customer list on its way in: upload, preview, correction, confirmation, withdrawal (issue 6, LR-42, decision 37).

The list is read once and its rows are kept; nothing becomes a customer before somebody confirms, and then all of it does,
in one transaction.  Imported enquiries stand at “registered” and start no clock before somebody is assigned.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, sheets
from core.refusals import Missing, Refused
from leads.choices import Basis, BatchState, Origin, RowState, Stage, Title
from leads.customer_list import CustomerList, Entry, Finding, read_entry, read_list
from leads.customer_list_cells import Number
from leads.import_words import LIKELY
from leads.models import Customer, CustomerPhone, Home, ImportBatch, ImportRow, Lead, LeadSource
from leads.services.registration import NewHome, NewPhone, register_lead
from staff import posts
from staff.models import User

MAX_BYTES = 5 * 1024 * 1024
MAX_ENTRIES = 5000
NO_ADDRESS = "（名单未写地址）"
OPENING = time(9, 0)
TITLES = {"先生": Title.MR, "女士": Title.MS, "小姐": Title.MS, "太太": Title.MS, "夫人": Title.MS}


# --- reading -----------------------------------------------------------------------------------------------------------


def read_customers(data: bytes, *, name: str, today: date) -> CustomerList:
    """The rows of an uploaded list.  Refused, in a sentence: no .xlsx, too large, unreadable, or no customer list in it."""
    if not name.lower().endswith(".xlsx"):
        raise Refused(_("Only Excel workbooks (.xlsx) are read. Save the list as .xlsx and try again."))
    if not data:
        raise Refused(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise Refused(_("The list is larger than 5 MB."))
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(data)
        held.flush()
        book = sheets.read(Path(held.name))
    found = read_list(book.sheets, filename=Path(name).stem, today=today)
    if not found.entries:
        raise Refused(_("No sheet has a heading row with the customer's name and telephone, or there is no row below it."))
    if len(found.entries) > MAX_ENTRIES:
        raise Refused(_("More than {count} rows: split the list.").format(count=MAX_ENTRIES))
    return found


@dataclass(frozen=True)
class Verdict:
    """What a row becomes, and the earlier row or enquiry of the same customer."""

    state: str
    earlier: str = ""
    known_ref: str = ""
    error: str = ""


def judge(entries: Sequence[Entry], *, store: Any, label: Any = None, skipped: Iterable[int] = ()) -> list[Verdict]:
    """For every row: a new customer, another home of a known one, already there, or not to be read.

    Known are the customers of this store and those of earlier rows; a row left out owns no number.
    """
    label = label or (lambda entry: str(entry.row))
    known = _Known.among(entries, store)
    out = frozenset(skipped)
    owner: dict[str, Entry] = {}
    homes: dict[tuple[Any, str], str] = {}
    made: list[Verdict] = []
    for index, entry in enumerate(entries):
        if entry.problems:
            made.append(Verdict(RowState.BAD))
            continue
        if index in out:
            made.append(Verdict(RowState.SKIPPED))
            continue
        numbers = [each.number for each in entry.phones]
        customers = {known.customers[n] for n in numbers if n in known.customers}
        firsts = {owner[n].key: owner[n] for n in numbers if n in owner}
        if len(customers) > 1 or (not customers and len(firsts) > 1):
            made.append(Verdict(RowState.BAD, error="two_customers"))
            continue
        customer = next(iter(customers), None)
        first = next(iter(firsts.values()), None)
        who: Any = customer or (first or entry).key
        place = new_home(entry).key
        again = known.leads.get((customer, place)) if customer and place else known.entries.get((customer, entry.day, new_home(entry).line))
        if again:
            made.append(Verdict(RowState.KNOWN, again, again))
        elif place and (who, place) in homes:
            made.append(Verdict(RowState.KNOWN, homes[who, place]))
        elif customer:
            ref = known.latest.get(customer, "")
            made.append(Verdict(RowState.SECOND_HOME, ref, ref))
        elif first:
            made.append(Verdict(RowState.SECOND_HOME, str(label(first))))
        else:
            made.append(Verdict(RowState.GOOD))
        if place:
            homes.setdefault((who, place), str(label(entry)))
        for number in numbers:
            owner.setdefault(number, first or entry)
    return made


@dataclass(frozen=True)
class _Known:
    """What the store already knows of the people of a list; three questions to the database, however long the list."""

    customers: dict[str, int]
    latest: dict[int, str]
    leads: dict[tuple[int, str], str]
    entries: dict[tuple[int | None, date | None, str], str]

    @classmethod
    def among(cls, entries: Sequence[Entry], store: Any) -> _Known:
        numbers = {each.number for entry in entries for each in entry.phones}
        if store is None or not numbers:
            return cls({}, {}, {}, {})
        held = CustomerPhone.objects.filter(store=store, number__in=numbers, withdrawn_at__isnull=True)
        customers = dict(held.values_list("number", "customer_id"))
        rows = Lead.objects.alive().filter(customer_id__in=set(customers.values())).select_related("home").order_by("registered_at", "id")
        latest: dict[int, str] = {}
        leads: dict[tuple[int, str], str] = {}
        same: dict[tuple[int | None, date | None, str], str] = {}
        for lead in rows:
            latest[lead.customer_id] = lead.ref
            if lead.home.place_key and lead.stage != Stage.LOST:
                leads[lead.customer_id, lead.home.place_key] = lead.ref
            same[lead.customer_id, timezone.localdate(lead.registered_at), lead.home.address] = lead.ref
        return cls(customers, latest, leads, same)


def new_home(entry: Entry) -> NewHome:
    """The home that a row names."""
    plain = {"estate": entry.estate, "building": entry.building, "unit": entry.unit, "room_no": entry.room[:20]}
    long = len(entry.room) > 20
    named = entry.estate or entry.building or entry.room
    address = f"{entry.estate} {entry.address}".strip() if long else "" if named else (entry.address or NO_ADDRESS)
    return NewHome(
        **plain, address=address[:160], area_m2=entry.area, area_text=entry.area_text, dwelling=entry.dwelling, layout=entry.layout
    )


# --- upload and preview ------------------------------------------------------------------------------------------------


def upload_list(
    *, store: Any, name: str, data: bytes, origin: str, origin_note: str, consent_basis: str, responsible: Any, by: Any, at: datetime
) -> ImportBatch:
    """Read a list and keep its rows for the preview; nothing is imported yet.

    The same file again leads to the batch that holds it, as long as that is not withdrawn.  Refused without lawful origin,
    ground and responsible person (LR-42), and for files that are no customer list.
    """
    _require_ground(origin, origin_note, consent_basis, responsible)
    digest = hashlib.sha256(data).hexdigest()
    same = ImportBatch.objects.filter(store=store, file_sha256=digest, state__in=(BatchState.PREVIEWED, BatchState.CONFIRMED))
    if (found := same.order_by("-state", "id").first()) is not None:
        return found
    listed = read_customers(data, name=name, today=timezone.localdate(at))
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            store=store, file_name=Path(name).name[-200:], file_sha256=digest, origin=origin, origin_note=origin_note.strip(),
            consent_basis=consent_basis, responsible=responsible, title=listed.title[:120], by=by, at=at,
            asides=[[each.sheet, each.row, each.why, each.text] for each in listed.asides],
            mapping={"sheets": list(listed.sheets), "columns": list(listed.unknown_columns)},
        )  # fmt: skip
        ImportRow.objects.bulk_create(_kept(batch, entry) for entry in listed.entries)
        _remember_words(batch, listed.entries)
        _judge_again(batch)
        if store.dossier_id:
            audit.record(
                store.dossier, "leads.list_uploaded", by=by, at=at, batch=batch.pk, file=batch.file_name, sha256=digest,
                rows=len(listed.entries), origin=origin, origin_note=batch.origin_note, consent_basis=consent_basis,
                responsible=str(responsible),
            )  # fmt: skip
    return batch


def _require_ground(origin: str, note: str, basis: str, responsible: Any) -> None:
    missing = []
    if origin not in Origin.values or not note.strip():
        missing.append(Missing(str(_("Say where the list comes from."))))
    if basis not in Basis.values:
        missing.append(Missing(str(_("Say on which ground the data are kept."))))
    if responsible is None:
        missing.append(Missing(str(_("Say who answers for this list."))))
    if missing:
        raise Refused(_("A list is not imported without its lawful origin, its ground and a responsible person."), missing)


def _kept(batch: ImportBatch, entry: Entry) -> ImportRow:
    return ImportRow(
        batch=batch, sheet=entry.sheet[:60], row=entry.row, cells={"texts": dict(entry.texts), "columns": dict(entry.columns)},
        state=RowState.GOOD, **_understood(entry),
    )  # fmt: skip


def _understood(entry: Entry) -> dict[str, Any]:
    def plain(found: Sequence[Any]) -> list[list[str]]:
        return [[each.field, each.column, each.code, each.text] for each in found]

    return {"understood": entry.as_json(), "errors": plain(entry.problems), "warnings": plain(entry.doubts)}


def entry_of(row: ImportRow) -> Entry:
    """A kept row as it was understood, with its errors."""
    said = dict(row.understood)
    return Entry(
        sheet=row.sheet, row=row.row, texts=row.cells.get("texts", {}), columns=row.cells.get("columns", {}), name=said["name"],
        title=said["title"], phones=tuple(_number(each) for each in said["phones"]), day=date.fromisoformat(said["day"]) if said["day"] else None,
        estate=said["estate"], building=said["building"], unit=said["unit"], room=said["room"], address=said["address"],
        area=Decimal(said["area"]) if said["area"] else None, area_text=said["area_text"], layout=said["layout"], dwelling=said["dwelling"],
        source=said["source"], intent=said["intent"], manager=said["manager"], designer=said["designer"],
        budget=Decimal(said["budget"]) if said["budget"] else None, budget_text=said["budget_text"], note=said["note"],
        problems=tuple(Finding(*each) for each in row.errors if each[2] != "two_customers"),
        doubts=tuple(Finding(*each) for each in row.warnings),
    )  # fmt: skip


def _number(pair: Sequence[str]) -> Number:
    return Number(pair[0], pair[1])


def _remember_words(batch: ImportBatch, entries: Sequence[Entry]) -> None:
    """Sources and people that the list names: those of the house by name, the rest as mapped last time or likely."""
    earlier = ImportBatch.objects.filter(store=batch.store, state=BatchState.CONFIRMED).order_by("-confirmed_at").first()
    before = earlier.mapping if earlier else {}
    sources = {source.name: source for source in LeadSource.objects.filter(retired=False)}
    by_code = {source.code: source for source in sources.values()}
    likely = {word: code for code, words in LIKELY.items() for word in words}
    words: dict[str, Any] = {}
    for word in sorted({entry.source for entry in entries}):
        known = sources.get(word)
        guess = known or by_code.get(likely.get(word, ""))
        chosen = known.pk if known else before.get("sources", {}).get(word, {}).get("id") or (guess.pk if guess else None)
        words[word] = {"id": chosen, "known": known is not None, "count": sum(entry.source == word for entry in entries)}
    people = {user.full_name: user for user in staff_of(batch.store)}
    named: dict[str, Any] = {}
    for word in sorted({name for entry in entries for name in (entry.manager, entry.designer) if name}):
        user = people.get(word)
        chosen = user.pk if user else before.get("people", {}).get(word, {}).get("id")
        count = sum(word in (entry.manager, entry.designer) for entry in entries)
        named[word] = {"id": chosen, "known": user is not None, "count": count}
    batch.mapping = {**batch.mapping, "sources": words, "people": named}
    batch.save(update_fields=["mapping"])


def staff_of(store: Any) -> list[Any]:
    """Who works in a store today, by name."""
    people = User.objects.here().filter(holdings__store=store, holdings__until__isnull=True)
    return list(people.distinct().order_by("pinyin", "id"))


def _judge_again(batch: ImportBatch) -> None:
    """Judge every row of a preview anew and keep the figures; after each correction, since rows hang together by numbers."""
    rows = list(batch.rows.order_by("id"))
    entries = [entry_of(row) for row in rows]
    one = len(batch.mapping.get("sheets", [])) <= 1
    verdicts = judge(
        entries, store=batch.store, label=lambda e: str(e.row) if one else f"{e.sheet}!{e.row}",
        skipped=[index for index, row in enumerate(rows) if row.skipped],
    )  # fmt: skip
    before = [(row.state, row.earlier, list(row.errors)) for row in rows]
    for row, verdict in zip(rows, verdicts, strict=True):
        row.state, row.earlier = (RowState.SKIPPED if row.skipped else verdict.state), verdict.earlier[:60]
        row.errors = [each for each in row.errors if each[2] != "two_customers"]
        if verdict.error:
            row.errors.append(["phone", row.cells.get("columns", {}).get("phone", ""), verdict.error, ""])
    changed = [row for row, was in zip(rows, before, strict=True) if (row.state, row.earlier, row.errors) != was]
    ImportRow.objects.bulk_update(changed, ["state", "earlier", "errors"], batch_size=500)
    batch.figures = _figures(rows)
    batch.save(update_fields=["figures"])


def _figures(rows: Sequence[ImportRow]) -> dict[str, int]:
    count = {state.value: sum(row.state == state for row in rows) for state in RowState}
    taken = [row for row in rows if row.state in (RowState.GOOD, RowState.SECOND_HOME)]
    return {
        "rows": len(rows), **count, "taken": len(taken), "doubts": sum(bool(row.warnings) for row in taken),
        "two_phones": sum(any(w[2] == "two_phones" for w in row.warnings) for row in taken),
    }  # fmt: skip


# --- mapping, correcting, skipping -------------------------------------------------------------------------------------


def map_words(
    batch: ImportBatch, *, sources: Mapping[str, LeadSource | None], people: Mapping[str, Any], by: Any, at: datetime
) -> ImportBatch:
    """Say once what the list's words for sources and people mean; kept for the next list of this store."""
    with transaction.atomic():
        found = _in_preview(batch)
        words, named = dict(found.mapping["sources"]), dict(found.mapping["people"])
        for word, source in sources.items():
            if word in words:
                words[word] = {**words[word], "id": source.pk if source else None}
        for word, user in people.items():
            if word in named:
                named[word] = {**named[word], "id": user.pk if user else None}
        found.mapping = {**found.mapping, "sources": words, "people": named, "mapped": True}
        found.save(update_fields=["mapping"])
        _note(found, "leads.list_mapped", by=by, at=at)
    return found


def correct_row(row: ImportRow, *, texts: Mapping[str, str], by: Any, at: datetime) -> ImportRow:
    """Read a row anew with corrected cells; what the shop wrote stays beside it."""
    with transaction.atomic():
        batch = _in_preview(row.batch)
        kept = batch.rows.get(pk=row.pk)
        before = kept.cells["texts"]
        changed = {name: text.strip() for name, text in texts.items() if text.strip() != before.get(name, "")}
        entry = read_entry({**before, **changed}, sheet=kept.sheet, row=kept.row, columns=kept.cells["columns"],
                           budget_unit=_unit(kept), years=_years(kept, batch), today=timezone.localdate(at))  # fmt: skip
        kept.corrected, kept.skipped = changed, False
        for name, value in _understood(entry).items():
            setattr(kept, name, value)
        kept.save(update_fields=["corrected", "skipped", "understood", "errors", "warnings"])
        _remember_new(batch, entry)
        _judge_again(batch)
        _note(batch, "leads.list_row_corrected", by=by, at=at, sheet=kept.sheet, row=kept.row, cells=sorted(changed))
    return batch.rows.get(pk=row.pk)


def _unit(row: ImportRow) -> str:
    """万 when the list's own heading said so: then the amount that was understood is the typed one times 10,000."""
    said, typed = row.understood.get("budget"), row.cells["texts"].get("budget", "")
    try:
        return "万" if said and Decimal(said) == Decimal(typed) * 10000 else ""
    except ArithmeticError:
        return ""


def _years(row: ImportRow, batch: ImportBatch) -> list[int]:
    """The year of the day that the row, or the list around it, was understood to have."""
    own = row.understood.get("day") or next((each.understood["day"] for each in batch.rows.order_by("-id") if each.understood["day"]), "")
    return [int(own[:4])] if own else []


def _remember_new(batch: ImportBatch, entry: Entry) -> None:
    words, named = batch.mapping["sources"], batch.mapping["people"]
    if entry.source not in words:
        words[entry.source] = {"id": None, "known": False, "count": 1}
    for name in (entry.manager, entry.designer):
        if name and name not in named:
            named[name] = {"id": None, "known": False, "count": 1}
    batch.save(update_fields=["mapping"])


def skip_row(row: ImportRow, *, skipped: bool, by: Any, at: datetime) -> ImportRow:
    """Leave a row out, or take it back in."""
    with transaction.atomic():
        batch = _in_preview(row.batch)
        batch.rows.filter(pk=row.pk).update(skipped=skipped)
        _judge_again(batch)
        _note(batch, "leads.list_row_skipped" if skipped else "leads.list_row_taken", by=by, at=at, sheet=row.sheet, row=row.row)
    return batch.rows.get(pk=row.pk)


def drop_import(batch: ImportBatch, *, by: Any, at: datetime) -> ImportBatch:
    """Throw a preview away; nothing was imported."""
    with transaction.atomic():
        found = _in_preview(batch)
        found.state = BatchState.DROPPED
        found.save(update_fields=["state"])
        _note(found, "leads.list_dropped", by=by, at=at)
    return found


def _in_preview(batch: ImportBatch) -> ImportBatch:
    found = ImportBatch.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "store__dossier").get(pk=batch.pk)
    if found.state == BatchState.CONFIRMED:
        raise Refused(
            _("This list was imported already, by {name} on {day}.").format(name=found.confirmed_by, day=timezone.localdate(found.confirmed_at))
        )
    if found.state != BatchState.PREVIEWED:
        raise Refused(_("This list is no longer in preview: {state}.").format(state=found.get_state_display()))
    return found


def _note(batch: ImportBatch, kind: str, *, by: Any, at: datetime, **facts: Any) -> None:
    """A link in the store's chain; a store without a file of its own keeps no chain."""
    if (dossier := batch.store.dossier) is not None:
        audit.record(dossier, kind, by=by, at=at, batch=batch.pk, file=batch.file_name, **facts)


# --- confirming --------------------------------------------------------------------------------------------------------


def confirm_import(batch: ImportBatch, *, leave_out_bad: bool = True, by: Any, at: datetime) -> ImportBatch:
    """Import every readable row, all or nothing: customers, homes, enquiries at “registered”, no clocks (decision 37).

    Refused: words that nobody mapped, unreadable rows that nobody agreed to leave out, a list that is already in.
    """
    with transaction.atomic():
        found = _in_preview(batch)
        _judge_again(found)
        rows = list(found.rows.order_by("id"))
        _require_settled(found, rows, leave_out_bad)
        _claim(found, by=by, at=at)
        sources = {source.pk: source for source in LeadSource.objects.all()}
        people = {user.pk: user for user in staff_of(found.store)}
        for row in rows:
            if row.state in (RowState.GOOD, RowState.SECOND_HOME):
                _register(found, row, sources, people, by=by, at=at)
        _note(found, "leads.list_imported", by=by, at=at, **found.figures)
    return found


def _require_settled(batch: ImportBatch, rows: Sequence[ImportRow], leave_out_bad: bool) -> None:
    missing: list[Missing] = []
    taken = [row for row in rows if row.state in (RowState.GOOD, RowState.SECOND_HOME)]
    used = {row.understood["source"] for row in taken}
    unmapped = [word or _("(no source)") for word, said in batch.mapping["sources"].items() if word in used and not said["id"]]
    if unmapped:
        missing.append(Missing(str(_("Say what these sources mean: {words}.").format(words=posts.listed(unmapped)))))
    bad = sum(row.state == RowState.BAD for row in rows)
    if bad and not leave_out_bad:
        missing.append(Missing(str(_("{count} rows cannot be read: correct them, or agree to leave them out.").format(count=bad))))
    if not taken:
        missing.append(Missing(str(_("No row is left to import."))))
    if missing:
        raise Refused(_("The list cannot be imported yet."), missing)


def _claim(batch: ImportBatch, *, by: Any, at: datetime) -> None:
    """Mark the batch as imported first: the database lets one file be imported once per store, whoever is faster."""
    batch.state, batch.confirmed_by, batch.confirmed_at = BatchState.CONFIRMED, by, at
    try:
        with transaction.atomic():
            batch.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        raise Refused(_("The same file was imported already.")) from error


def _register(batch: ImportBatch, row: ImportRow, sources: Mapping[int, LeadSource], people: Mapping[int, Any], *, by: Any, at: datetime) -> Lead:
    entry = entry_of(row)
    manager = people.get(batch.mapping["people"].get(entry.manager, {}).get("id") or 0)
    moment = timezone.make_aware(datetime.combine(entry.day, OPENING)) if entry.day else at
    try:
        return register_lead(
            store=batch.store, name=entry.name, title=TITLES.get(entry.title, ""), phones=[NewPhone(p.number, p.note) for p in entry.phones],
            home=new_home(entry), source=sources[batch.mapping["sources"][entry.source]["id"]], origin=batch.origin,
            origin_note=batch.origin_note, consent_basis=batch.consent_basis, customer_manager=manager, budget=entry.budget,
            budget_text=entry.budget_text, note=_whole_note(batch, entry, people), import_row=row, by=by, at=min(moment, at),
        )  # fmt: skip
    except Refused as refused:
        raise Refused(_("Row {row}: {why}").format(row=row.row, why=refused.message), refused.missing) from refused


def _whole_note(batch: ImportBatch, entry: Entry, people: Mapping[int, Any]) -> str:
    """The shop's own note, and what of the row has no field: intent, source in its words, designer, receiver."""
    lines = [entry.note]
    if entry.intent:
        lines.append(f"意向：{entry.intent}")
    said = batch.mapping["sources"].get(entry.source, {})
    if entry.source and not said.get("known"):
        lines.append(f"名单来源：{entry.source}")
    for label, name in (("接待人", entry.manager), ("设计师", entry.designer)):
        if name:
            user = people.get(batch.mapping["people"].get(name, {}).get("id") or 0)
            if label == "设计师" or user is None:
                lines.append(f"名单{label}：{user or name}")
    return "\n".join(line for line in lines if line)[:1000]


# --- withdrawing -------------------------------------------------------------------------------------------------------


def withdraw_import(batch: ImportBatch, *, reason: str, by: Any, at: datetime) -> ImportBatch:
    """Undo an import: its enquiries, homes and customers leave every list, their history stays, the file may come again.

    Refused without a reason, and when somebody already works on one of the enquiries (decision 37).
    """
    if not reason.strip():
        raise Refused(_("Withdrawing an import needs a reason."))
    with transaction.atomic():
        found = ImportBatch.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "store__dossier").get(pk=batch.pk)
        if found.state != BatchState.CONFIRMED:
            raise Refused(_("Only an imported list can be withdrawn: {state}.").format(state=found.get_state_display()))
        leads = list(
            Lead.objects.select_for_update(no_key=True, of=("self",)).filter(import_row__batch=found).select_related("dossier").order_by("id")
        )
        _require_untouched(leads)
        found.state, found.withdrawn_by, found.withdrawn_at, found.withdrawn_reason = BatchState.WITHDRAWN, by, at, reason.strip()[:300]
        found.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
        _take_away(leads, at=at)
        for lead in leads:
            audit.record(lead.dossier, "leads.lead_withdrawn", by=by, at=at, reason=found.withdrawn_reason, batch=found.pk)
        _note(found, "leads.list_withdrawn", by=by, at=at, reason=found.withdrawn_reason, enquiries=len(leads))
    return found


def _require_untouched(leads: Sequence[Lead]) -> None:
    pks = [lead.pk for lead in leads]
    called = set(Lead.objects.filter(pk__in=pks, follow_ups__isnull=False).values_list("pk", flat=True))
    busy = [lead for lead in leads if lead.stage != Stage.REGISTERED or lead.pk in called]
    if busy:
        gaps = [Missing(str(_("{ref} is being worked on.").format(ref=lead.ref)), link=lead.get_absolute_url()) for lead in busy[:10]]
        raise Refused(_("{count} enquiries of this list are already being worked on.").format(count=len(busy)), gaps)


def _take_away(leads: Sequence[Lead], *, at: datetime) -> None:
    """Mark enquiries withdrawn, and homes, numbers and customers that have no other enquiry; searches no longer find them."""
    pks = [lead.pk for lead in leads]
    customers, homes = {lead.customer_id for lead in leads}, {lead.home_id for lead in leads}
    Lead.objects.filter(pk__in=pks).update(withdrawn_at=at)
    customers -= set(Lead.objects.alive().filter(customer_id__in=customers).values_list("customer_id", flat=True))
    homes -= set(Lead.objects.alive().filter(home_id__in=homes).values_list("home_id", flat=True))
    Home.objects.filter(pk__in=homes).update(withdrawn_at=at)
    CustomerPhone.objects.filter(customer_id__in=customers, withdrawn_at__isnull=True).update(withdrawn_at=at)
    Customer.objects.filter(pk__in=customers).update(withdrawn_at=at)
    for lead in leads:
        lead.dossier.search = []
    type(leads[0].dossier).objects.bulk_update([lead.dossier for lead in leads], ["search"], batch_size=500) if leads else None


# --- from the command line ---------------------------------------------------------------------------------------------


def import_customers(
    data: bytes, *, name: str, store: Any, origin_note: str, by: Any, at: datetime,
    origin: str = Origin.OWN_LIST, consent_basis: str = Basis.REQUEST,
) -> ImportBatch:  # fmt: skip
    """Upload and confirm in one go, for lists that need no correction: unknown sources count as “other”, unknown people as nobody."""
    with transaction.atomic():
        batch = upload_list(
            store=store, name=name, data=data, origin=origin, origin_note=origin_note, consent_basis=consent_basis, responsible=by, by=by, at=at
        )
        if batch.state == BatchState.CONFIRMED:
            return batch
        other = LeadSource.objects.filter(retired=False).order_by("-position", "-id").first()
        words = {word: other for word, said in batch.mapping["sources"].items() if not said["id"]}
        batch = map_words(batch, sources=words, people={}, by=by, at=at)
        return confirm_import(batch, leave_out_bad=True, by=by, at=at)
