"""Materials of a site: the customer's list (P21) and what we order for the customer (主材代办)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.money import ZERO, yuan
from core.refusals import Missing, Refused
from projects import content_preparation as content
from projects import deadlines
from projects.choices import UNFINISHED
from projects.choices_preparation import Buyer
from projects.models import Project, Schedule, SchedulePhase, SiteMaterial
from projects.papers_preparation import P21
from projects.services.fees import row_key
from projects.services.schedule import start_material_clock
from projects.services.site import locked, refuse_unless
from staff import posts

_CLOCKS = (deadlines.CLIENT_MATERIAL, deadlines.MATERIAL_ORDER, deadlines.MATERIAL_ARRIVAL)


@transaction.atomic
def add_material(
    project: Project, *, buyer: str, name: str, needed_on: date, order_by: date | None = None, spec: str = "", quantity: str = "",
    phase: SchedulePhase | None = None, by: Any, at: datetime,
) -> SiteMaterial:  # fmt: skip
    """Put a material on the list, with the day on which the site needs it.

    The customer hears of it in time, not the day before (000:L11): what the customer buys is needed the day after tomorrow at the earliest.
    """
    site = locked(project, at)
    refuse_unless(site, UNFINISHED)
    if not name.strip():
        raise Refused(_("Say which material."))
    if buyer == Buyer.CLIENT and needed_on < site.on + timedelta(days=2):
        raise Refused(_("The customer is told in time, not the day before: from {day} on.").format(day=(site.on + timedelta(days=2)).isoformat()))
    if needed_on < site.on:
        raise Refused(_("This day lies behind."))
    if phase is not None and phase.project_id != site.pk:
        raise Refused(_("Choose a phase of this site."))
    row = SiteMaterial.objects.create(
        project=site, store=site.store, buyer=Buyer(buyer), name=name.strip(), spec=spec.strip(), quantity=quantity.strip(), phase=phase,
        needed_on=needed_on, order_by=min(order_by or needed_on, needed_on), by=by, at=at,
    )  # fmt: skip
    start_material_clock(site, row, at)
    audit.record(site.dossier, "projects.material_added", by=by, at=at, name=row.name, needed_on=needed_on)
    return row


def _locked_material(material: SiteMaterial, at: datetime) -> tuple[Project, SiteMaterial]:
    site = locked(material.project, at)
    row = SiteMaterial.objects.select_for_update(no_key=True, of=("self",)).get(pk=material.pk)
    if row.dropped_at is not None:
        raise Refused(_("This material was dropped."))
    return site, row


@transaction.atomic
def order_material(
    material: SiteMaterial, *, supplier: str, amount: Decimal, promised_on: date, ordered_on: date, deposit: Decimal = ZERO, by: Any, at: datetime
) -> SiteMaterial:
    """Ordered: supplier, price, deposit, the day that the supplier promised; late is a clock."""
    site, row = _locked_material(material, at)
    if row.buyer != Buyer.COMPANY:
        raise Refused(_("The customer buys this."))
    if row.ordered_on is not None:
        raise Refused(_("This is ordered already."))
    if not supplier.strip():
        raise Refused(_("Say from whom."))
    if not ZERO <= deposit <= amount or amount <= 0:
        raise Refused(_("The deposit is a part of the price."))
    if promised_on < ordered_on or ordered_on > site.on:
        raise Refused(_("The promised day lies after the order, the order not in the future."))
    row.supplier, row.amount, row.deposit, row.ordered_on, row.promised_on = supplier.strip(), yuan(amount), yuan(deposit), ordered_on, promised_on
    row.save(update_fields=["supplier", "amount", "deposit", "ordered_on", "promised_on"])
    clocks.stop(deadlines.MATERIAL_ORDER, row_key(site, row), at=at, by=by)
    start_material_clock(site, row, at)
    audit.record(site.dossier, "projects.material_ordered", by=by, at=at, name=row.name, supplier=row.supplier, promised_on=promised_on)
    return row


@transaction.atomic
def receive_material(material: SiteMaterial, *, on: date, by: Any, at: datetime) -> SiteMaterial:
    """It is on site."""
    site, row = _locked_material(material, at)
    if row.arrived_on is not None:
        raise Refused(_("This has arrived already."))
    if row.buyer == Buyer.COMPANY and row.ordered_on is None:
        raise Refused(_("This is not ordered yet."), [Missing(_("Note the order first."), f"{posts.PROJECT_MANAGER},{posts.MATERIAL_AGENT}", "P21")])
    if on > site.on or (row.ordered_on is not None and on < row.ordered_on):
        raise Refused(_("It arrived after the order, today at the latest."))
    row.arrived_on = on
    row.save(update_fields=["arrived_on"])
    for clock in _CLOCKS:
        clocks.stop(clock, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.material_arrived", by=by, at=at, name=row.name, on=on)
    return row


@transaction.atomic
def refuse_material(material: SiteMaterial, *, on: date, reason: str, promised_on: date, by: Any, at: datetime) -> SiteMaterial:
    """What came is refused and goes back: why, and the new day that the supplier promised."""
    site, row = _locked_material(material, at)
    if row.installed_on is not None:
        raise Refused(_("This is installed already."))
    if row.buyer == Buyer.COMPANY and row.ordered_on is None:
        raise Refused(_("This is not ordered yet."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if on > site.on or promised_on < on:
        raise Refused(_("The new day lies after the refusal, the refusal not in the future."))
    row.arrived_on, row.refused_on, row.refused_because, row.promised_on = None, on, reason.strip(), promised_on
    row.save(update_fields=["arrived_on", "refused_on", "refused_because", "promised_on"])
    for clock in _CLOCKS:
        clocks.cancel(clock, row_key(site, row), at=at, by=by)
    start_material_clock(site, row, at)
    audit.record(site.dossier, "projects.material_refused", by=by, at=at, name=row.name, reason=row.refused_because, promised_on=promised_on)
    return row


@transaction.atomic
def install_material(material: SiteMaterial, *, on: date, by: Any, at: datetime) -> SiteMaterial:
    site, row = _locked_material(material, at)
    if row.arrived_on is None:
        raise Refused(_("This has not arrived yet."))
    if row.installed_on is not None:
        raise Refused(_("This is installed already."))
    if not row.arrived_on <= on <= site.on:
        raise Refused(_("It is installed after it arrived, today at the latest."))
    row.installed_on = on
    row.save(update_fields=["installed_on"])
    audit.record(site.dossier, "projects.material_installed", by=by, at=at, name=row.name, on=on)
    return row


@transaction.atomic
def drop_material(material: SiteMaterial, *, reason: str, by: Any, at: datetime) -> SiteMaterial:
    """It is not needed, with the reason (the customer buys elsewhere, the room stays as it is)."""
    site, row = _locked_material(material, at)
    if row.arrived_on is not None:
        raise Refused(_("This has arrived already."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.dropped_at, row.dropped_because = at, reason.strip()
    row.save(update_fields=["dropped_at", "dropped_because"])
    for clock in _CLOCKS:
        clocks.cancel(clock, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.material_dropped", by=by, at=at, name=row.name, reason=row.dropped_because)
    return row


@transaction.atomic
def issue_material_list(project: Project, *, by: Any, at: datetime) -> Paper:
    """The customer's list (P21): what to buy, and the day on which the site needs it."""
    site = locked(project, at)
    schedule = Schedule.objects.select_related("list_paper").filter(project=site).first()
    rows = list(
        site.materials.filter(buyer=Buyer.CLIENT, dropped_at__isnull=True, arrived_on__isnull=True).select_related("phase").order_by("needed_on", "id")
    )
    gaps = []
    if schedule is None:
        gaps.append(Missing(_("Draw the schedule first."), posts.PROJECT_MANAGER, "P19"))
    if not rows:
        gaps.append(Missing(_("The customer has nothing to buy."), f"{posts.FOREMAN},{posts.PROJECT_MANAGER}", "P21"))
    late = [row.name for row in rows if row.needed_on < site.on + timedelta(days=2)]
    if late:
        gaps.append(Missing(_("The customer is told in time, not the day before: {names}.").format(names=posts.listed(late)), posts.FOREMAN, "P21"))
    if gaps or schedule is None:
        raise Refused(_("The list cannot be issued yet."), gaps)
    old = schedule.list_paper
    paper = papers.issue(
        P21, dossier=site.dossier, store=site.store, by=by, at=at, content=content.material_list_content(site, rows),
        replaces=old if old and old.state in ("issued", "signed", "sealed") else None,
    )  # fmt: skip
    schedule.list_paper = paper
    schedule.save(update_fields=["list_paper"])
    audit.record(site.dossier, "projects.material_list_issued", by=by, at=at, paper=paper)
    return paper
