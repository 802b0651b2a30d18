"""Estates (L14) with the days on which their homes are handed over, and the sources that enquiries come from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit, phones, pinyin
from core.models import Dossier
from core.refusals import Refused
from leads.choices import SalesState
from leads.models import Estate, EstatePhase, LeadSource

FIRST_DAY, LAST_IN = date(1980, 1, 1), timedelta(days=3660)  # a hand-over that somebody can still have a home from, or look forward to

ESTATE_FIELDS = ("name", "address", "area_text", "layouts", "sales", "property_office", "property_phone", "works_deposit", "needs", "note")


@transaction.atomic
def keep_estate(*, store: Any, told: Mapping[str, str], by: Any, at: datetime, estate: Estate | None = None) -> Estate:
    """Write down what is known of an estate, or correct it; one name once a store."""
    told = {name: told.get(name, "").strip() for name in ESTATE_FIELDS}
    if not told["name"]:
        raise Refused(_("Say the name of the estate."))
    if told["sales"] not in SalesState.values:
        raise Refused(_("Say how far the homes are sold."))
    if told["property_phone"] and phones.normal(told["property_phone"]) is None:
        raise Refused(_("“{number}” is no telephone number.").format(number=told["property_phone"]))
    type(store).objects.select_for_update(no_key=True).values_list("pk").get(pk=store.pk)
    same = Estate.objects.filter(store=store, name=told["name"]).exclude(pk=estate.pk if estate else 0).first()
    if same is not None:
        raise Refused(_("“{name}” stands in the list already.").format(name=same.name))
    if estate is None:
        row, before = Estate(store=store), {}
    else:
        row = Estate.objects.select_for_update(no_key=True).get(pk=estate.pk)
        before = {name: getattr(row, name) for name in ESTATE_FIELDS}
    changed = {name: [before.get(name, ""), value] for name, value in told.items() if before.get(name, "") != value}
    if not changed:
        raise Refused(_("Nothing was changed."))
    for name, value in told.items():
        setattr(row, name, value)
    row.pinyin, row.changed_at, row.changed_by = pinyin.key(row.name), at, by
    row.save()
    audit.record(store.dossier, "leads.estate_kept", by=by, at=at, estate=row.pk, name=row.name, changed=changed)
    return row


@transaction.atomic
def add_phase(estate: Estate, *, name: str, handover_on: date, by: Any, at: datetime, homes: int | None = None, note: str = "") -> EstatePhase:
    """The day on which a phase or some buildings are handed over (交房)."""
    estate = Estate.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=estate.pk)
    if not name.strip():
        raise Refused(_("Say which phase or which buildings."))
    if not FIRST_DAY <= handover_on <= timezone.localdate(at) + LAST_IN:
        raise Refused(_("{day} cannot be right: homes are handed over from 1980 on and within ten years.").format(day=handover_on))
    if estate.phases.filter(name=name.strip(), withdrawn_at__isnull=True).exists():
        raise Refused(_("“{name}” stands in the list already.").format(name=name.strip()))
    made = EstatePhase.objects.create(
        estate=estate, store_id=estate.store_id, name=name.strip(), handover_on=handover_on, homes=homes, note=note.strip(), by=by, at=at
    )
    _touched(estate, by=by, at=at)
    audit.record(_store_file(estate), "leads.phase_added", by=by, at=at, estate=estate.pk, name=made.name, handover_on=handover_on)
    return made


@transaction.atomic
def withdraw_phase(phase: EstatePhase, *, by: Any, at: datetime) -> EstatePhase:
    """A hand-over that was told wrongly leaves the list; its record stays."""
    estate = Estate.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=phase.estate_id)
    phase = EstatePhase.objects.select_for_update(no_key=True).get(pk=phase.pk)
    if phase.withdrawn_at is not None:
        raise Refused(_("This was taken out already."))
    phase.withdrawn_at, phase.withdrawn_by = at, by
    phase.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _touched(estate, by=by, at=at)
    audit.record(_store_file(estate), "leads.phase_withdrawn", by=by, at=at, estate=estate.pk, name=phase.name)
    return phase


def _store_file(estate: Estate) -> Any:
    return estate.store.dossier


def _touched(estate: Estate, *, by: Any, at: datetime) -> None:
    estate.changed_at, estate.changed_by = at, by
    estate.save(update_fields=["changed_at", "changed_by"])


@transaction.atomic
def keep_source(
    *, name: str, position: int, by: Any, at: datetime, name_en: str = "", retired: bool = False, source: LeadSource | None = None
) -> LeadSource:
    """Add, rename, order or retire a source; none is deleted, old enquiries keep theirs."""
    name, name_en = name.strip(), name_en.strip()
    if not name:
        raise Refused(_("Say the name of the source."))
    rows = list(LeadSource.objects.select_for_update().order_by("pk"))
    if any(row.name == name and (source is None or row.pk != source.pk) for row in rows):
        raise Refused(_("“{name}” stands in the list already.").format(name=name))
    if retired and not any(not row.retired for row in rows if source is None or row.pk != source.pk):
        raise Refused(_("One source at least stays in use."))
    if source is None:
        codes = {row.code for row in rows}
        base = slugify(name_en)[:30].replace("-", "_") or "source"
        code = next(c for n in range(1, 1000) if (c := base if n == 1 else f"{base}_{n}") not in codes)
        row = LeadSource(code=code)
    else:
        row = next(row for row in rows if row.pk == source.pk)
    before = {"name": row.name, "name_en": row.name_en, "position": row.position, "retired": row.retired} if row.pk else {}
    row.name, row.name_en, row.position, row.retired = name, name_en, position, retired
    row.save()
    company = Dossier.objects.get(kind=Dossier.Kind.COMPANY)
    after = {"name": name, "name_en": name_en, "position": position, "retired": retired}
    audit.record(company, "leads.source_kept", by=by, at=at, code=row.code, before=before, after=after)
    return row
