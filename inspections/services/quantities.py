"""Quantities measured on site by two (I26), and the report of quality and material use (I24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, Max, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import audit, clocks, papers, snapshots
from core.calendar import begins, next_month
from core.models import Deadline, Dossier
from core.refusals import Missing, Refused
from inspections import deadlines_quantities as deadlines
from inspections import material_figures
from inspections import papers_quantities as more
from inspections.choices_quantities import Purpose
from inspections.models import MaterialReport, MeasuredLine, QuantityMeasurement
from inspections.papers import SEVERITIES
from leads.models import QuotationLine
from projects.choices import UNFINISHED, ChangeReason
from projects.models import ChangeOrder, Project
from projects.services.site import under_lock
from staff import posts
from staff.models import Store

MOST_LINES = 30


@dataclass(frozen=True)
class Measured:
    """One item as it was measured."""

    item: Any
    quantity: Decimal
    room: Any = None
    note: str = ""


@transaction.atomic
def measure(
    project: Project, *, purpose: str, measured_on: date, lines: Sequence[Measured], by: Any, at: datetime, change: ChangeOrder | None = None, note: str = ""
) -> QuantityMeasurement:
    """Write down what engineering and the supervisor measured together (I26); beside each item what the quotation says of it there."""
    site = under_lock(project)
    purpose = Purpose(purpose)
    if site.stage not in UNFINISHED:
        raise Refused(_("Nothing is measured on this site any more."))
    if site.supervisor_id is None:
        raise Refused(_("This site has no supervisor yet."), [Missing(_("The people of the site are assigned."), posts.ENGINEERING_MANAGER)])
    if not lines or len(lines) > MOST_LINES:
        raise Refused(_("Measure one to {most} items.").format(most=MOST_LINES))
    if measured_on > timezone.localtime(at).date():
        raise Refused(_("A measurement is written down when it was made."))
    if (purpose == Purpose.CHANGE) != (change is not None):
        raise Refused(_("Say for which change it is measured."))
    if change is not None and (change.project_id != site.pk or change.paper_id is not None or change.withdrawn_at is not None):
        raise Refused(_("This change waits for no price any more."))
    listed, rooms = site.contract.price_list_id, set(site.home.rooms.values_list("pk", flat=True))
    seen = set()
    for line in lines:
        key = (line.item.pk, line.room.pk if line.room else None)
        if line.item.price_list_id != listed or (line.room is not None and line.room.pk not in rooms):
            raise Refused(_("“{item}” is not in the contract's price list, or not in this home.").format(item=line.item.name))
        if key in seen:
            raise Refused(_("“{item}” is measured twice in one place.").format(item=line.item.name))
        if line.quantity < 0:
            raise Refused(_("A quantity is nothing or more."))
        seen.add(key)
    number = (QuantityMeasurement.objects.filter(project=site).aggregate(last=Max("number"))["last"] or 0) + 1
    made = QuantityMeasurement.objects.create(
        project=site, store=site.store, number=number, purpose=purpose, change=change, measured_on=measured_on, note=note.strip()[:300], by=by, at=at
    )
    said = quoted_of(site)
    MeasuredLine.objects.bulk_create(
        MeasuredLine(
            measurement=made, seq=seq, item=line.item, room=line.room, quantity=line.quantity, note=line.note.strip()[:120],
            quoted=said.get((line.item.code, line.room.pk if line.room else None)),
        )
        for seq, line in enumerate(lines, start=1)
    )  # fmt: skip
    clocks.start(
        deadlines.MEASURED, dossier=site.dossier, key=_key(made), owner=_second(site, made), at=at, line=f"{site.customer_name} · {site.address}",
        link=_link(site),
    )  # fmt: skip
    audit.record(site.dossier, "inspections.measured", by=by, at=at, number=number, purpose=purpose.value, items=len(lines))
    return made


def quoted_of(site: Project) -> dict[tuple[str, int | None], Decimal]:
    """What the quotation of the contract has of each item in each room and in all of them, by the item's code."""
    rows = QuotationLine.objects.filter(quotation=site.contract.quotation_id, taken=True).order_by()
    found: dict[tuple[str, int | None], Decimal] = {}
    for code, room, quantity in rows.values_list("item__code", "room").annotate(n=Sum("quantity")):
        if room is not None:
            found[code, room] = quantity
        found[code, None] = found.get((code, None), Decimal(0)) + quantity
    return found


@transaction.atomic
def confirm_measurement(measurement: QuantityMeasurement, *, by: Any, at: datetime) -> QuantityMeasurement:
    """The second of the two confirms: one of them is the site's supervisor, and nobody confirms what he wrote himself (I26)."""
    site, here = _locked(measurement)
    if here.confirmed_at is not None:
        raise Refused(_("This measurement is confirmed."))
    if by.pk == here.by_id or site.supervisor_id not in (by.pk, here.by_id):
        raise Refused(_("One of the two who measure is the site's supervisor."), [Missing(_("The other of the two confirms."), posts.SITE_SUPERVISOR)])
    here.confirmed_at, here.confirmed_by = at, by
    here.save(update_fields=["confirmed_at", "confirmed_by"])
    clocks.stop(deadlines.MEASURED, _key(here), at=at, by=by)
    audit.record(site.dossier, "inspections.measurement_confirmed", by=by, at=at, number=here.number)
    return here


@transaction.atomic
def withdraw_measurement(measurement: QuantityMeasurement, *, reason: str, by: Any, at: datetime) -> QuantityMeasurement:
    """A wrong measurement is withdrawn with its reason; the next one is made anew."""
    site, here = _locked(measurement)
    if not reason.strip():
        raise Refused(_("Say what is wrong with it."))
    here.withdrawn_at, here.withdrawn_by, here.withdrawn_because = at, by, reason.strip()[:200]
    here.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    clocks.cancel(deadlines.MEASURED, _key(here), at=at, by=by)
    audit.record(site.dossier, "inspections.measurement_withdrawn", by=by, at=at, number=here.number, reason=here.withdrawn_because)
    return here


def _second(site: Project, made: QuantityMeasurement) -> Any:
    """Who confirms: the site's supervisor of today, and what the supervisor wrote the project manager."""
    return site.project_manager if made.by_id == site.supervisor_id else site.supervisor


def follow(dossier: Dossier | None = None) -> int:
    """The clock of a measurement goes to who may confirm it now: people of the site change, and who wrote it may be the supervisor no more."""
    second = Case(When(by=F("project__supervisor"), then=F("project__project_manager")), default=F("project__supervisor"))
    key = Concat(Cast("project_id", CharField()), Value(":measured:"), Cast("number", CharField()))
    theirs = Deadline.objects.filter(clock=deadlines.MEASURED.id, stopped_at__isnull=True, key=OuterRef("key"))
    rows = QuantityMeasurement.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).annotate(key=key, second=second)
    rows = rows.filter(Exists(theirs.filter(~Q(owner=OuterRef("second")) | Q(owner__isnull=True))), second__isnull=False)
    if dossier is not None:
        rows = rows.filter(project__dossier=dossier)
    return sum(_hand_over(row) for row in rows.select_related("project").order_by("pk"))


@transaction.atomic
def _hand_over(made: QuantityMeasurement) -> int:
    return int(clocks.hand_over(deadlines.MEASURED, _key(made), _second(under_lock(made.project), made)) is not None)


def _locked(measurement: QuantityMeasurement) -> tuple[Project, QuantityMeasurement]:
    site = under_lock(measurement.project)
    here = QuantityMeasurement.objects.select_for_update(no_key=True, of=("self",)).get(pk=measurement.pk)
    here.project = site
    if here.withdrawn_at is not None:
        raise Refused(_("This measurement is withdrawn."))
    return site, here


def _key(made: QuantityMeasurement) -> str:
    return f"{made.project_id}:measured:{made.number}"


def _link(site: Project) -> str:
    return reverse("inspections:quantities", args=[site.ref])


# --- the report --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def report_month(store: Store, *, month: date, analysis: str, measures: str, by: Any, at: datetime) -> MaterialReport:
    """Freeze quality and material use of a store's month that is over (I24), with what it shows and what is done about it; once."""
    _said(analysis, measures)
    here = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    first = month.replace(day=1)
    if at < begins(next_month(first)):
        raise Refused(_("The month is not over yet."))
    if MaterialReport.objects.filter(store=here, project__isnull=True, starts_on=first).exists():
        raise Refused(_("This month has been reported."))
    return _freeze(here, None, here.file, first, next_month(first) - timedelta(days=1), analysis, measures, by, at)


@transaction.atomic
def report_site(project: Project, *, analysis: str, measures: str, by: Any, at: datetime) -> MaterialReport:
    """Freeze quality and material use of one site from its contract until today (I24), for the meeting; once a day."""
    _said(analysis, measures)
    site = under_lock(project)
    today = timezone.localtime(at).date()
    if MaterialReport.objects.filter(project=site, ends_on=today).exists():
        raise Refused(_("This site has been reported today."))
    first = min(timezone.localtime(site.contract.made_at).date(), today)
    return _freeze(site.store, site, site.dossier, first, today, analysis, measures, by, at)


def _said(analysis: str, measures: str) -> None:
    if not analysis.strip() or not measures.strip():
        raise Refused(_("Write what the figures show and what is done about it."))


def _freeze(store: Store, site: Project | None, dossier: Any, first: date, last: date, analysis: str, measures: str, by: Any, at: datetime) -> MaterialReport:
    told = material_figures.of_span(store, site, first, last, at=at)
    key = f"{first.isoformat()}:{last.isoformat()}" + (f":{site.ref}" if site is not None else "")
    frozen = snapshots.freeze("inspections.material_report", key, told, store=store, by=by, at=at)
    paper = papers.issue(
        more.I24, dossier=dossier, store=store, content=sheet(told, store, site, first, last, analysis.strip(), measures.strip(), by), by=by, at=at
    )
    made = MaterialReport.objects.create(
        store=store, project=site, starts_on=first, ends_on=last, snapshot=frozen, paper=paper, analysis=analysis.strip()[:1500],
        measures=measures.strip()[:1500], by=by, at=at,
    )  # fmt: skip
    audit.record(dossier, "inspections.material_reported", by=by, at=at, paper=paper, starts_on=first, ends_on=last, sha256=frozen.sha256)
    return made


def sheet(told: dict[str, Any], store: Store, site: Project | None, first: date, last: date, analysis: str, measures: str, by: Any) -> more.ReportSheet:
    """The paper of the frozen figures; a store's month names no customer."""
    with override("zh-hans"):
        reasons = {reason.value: str(reason.label) for reason in ChangeReason}
    return more.ReportSheet(
        scope=f"{site.ref} {site.address}" if site is not None else f"{store.name} 各工地", starts_on=first, ends_on=last,
        figures=[[zh, str(told["figures"][code]), note] for code, (zh, note) in material_figures.FIGURES.items()],
        materials=told["materials"], refusals=told["refusals"], faults=[[SEVERITIES[code], *row] for code, *row in told["faults"]],
        changes=[[reasons[code], *row] for code, *row in told["changes"]], measured=told["measured"], analysis=analysis[:1500], measures=measures[:1500],
        by=by.full_name,
    )  # fmt: skip


__all__ = ["Measured", "confirm_measurement", "follow", "measure", "quoted_of", "report_month", "report_site", "withdraw_measurement"]
