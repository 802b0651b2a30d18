"""What is delivered to a site: counted, with certificates and batch; what is refused goes back by a day (I06, I08, I09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.calendar import evening
from core.models import Attachment
from core.refusals import Missing, Refused
from inspections import deadlines_order as deadlines
from inspections import papers_order as sheets
from inspections.choices_order import Certificate, DeliveryKind
from inspections.models import Delivery, DeliveryLine
from inspections.order_data import order_rules
from inspections.papers import Place, in_chinese
from inspections.services import evidence
from inspections.services.sites import line_of
from projects import services as projects
from projects.choices import Stage
from projects.models import Project, SiteMaterial
from projects.services.site import under_lock

KINDS = {DeliveryKind.MAIN: sheets.I08, DeliveryKind.FINISHED: sheets.I09}
OPEN_TO_GOODS = (Stage.DISCLOSED, Stage.UNDER_CONSTRUCTION, Stage.MIDTERM_ACCEPTED, Stage.COMPLETED)


@dataclass(frozen=True)
class Came:
    """One line of a delivery: how much came, what of it is refused and why; its certificate by number or photo."""

    name: str
    unit: str
    quantity: Decimal
    brand: str = ""
    spec: str = ""
    batch: str = ""
    refused: Decimal = Decimal(0)
    reason: str = ""
    remove_by: date | None = None
    certificate: str = Certificate.CONFORMITY
    certificate_no: str = ""
    scan: Any = None
    photos: Sequence[Any] = ()
    material: SiteMaterial | None = None


@transaction.atomic
def accept_goods(
    project: Project,
    *,
    kind: str,
    delivered_on: date,
    supplier: str,
    lines: Sequence[Came],
    by: Any,
    at: datetime,
    note: str = "",
) -> Delivery:
    """Write down a delivery.  Main materials get a receipt that the owner signs (I08), finished goods the acceptance I09;
    building material is looked at in check 2 and stands on its paper I06.

    What is refused leaves the site by a day; a clock keeps it.  A line of the material list is told that it came, or that it did not pass.
    """
    site = under_lock(project)
    today = timezone.localtime(at).date()
    missing = [gap for number, line in enumerate(lines, start=1) for gap in _gaps(number, line, delivered_on)]
    if site.stage not in OPEN_TO_GOODS:
        raise Refused(_("Nothing is delivered in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    if delivered_on > today:
        missing.append(Missing(_("A delivery is noted when it has come.")))
    if not supplier.strip():
        missing.append(Missing(_("Say who delivered.")))
    if not lines:
        missing.append(Missing(_("Nothing was delivered.")))
    if any(line.material is not None and line.material.project_id != site.pk for line in lines):
        missing.append(Missing(_("This material belongs to another site.")))
    if missing:
        raise Refused(
            _("The delivery cannot be written down yet: {count} missing.").format(count=len(missing)), missing
        )
    scans = [_scan(line, site, by, at) for line in lines]
    pictures = [evidence.stored(line.photos, project=site, by=by, at=at, caption=f"{line.name} 到货") for line in lines]
    every = [row for rows in pictures for row in rows]
    paper = None
    if kind in KINDS:
        paper = papers.issue(
            KINDS[DeliveryKind(kind)], dossier=site.dossier, store=site.store, by=by, at=at,
            content=sheets.Receipt(
                Place.of(site), in_chinese(DeliveryKind(kind).label), delivered_on, supplier.strip()[:80], [_printed(line, delivered_on) for line in lines],
                sum(line.refused > 0 for line in lines), note.strip()[:300], evidence.printed(every), len(every),
            ),
        )  # fmt: skip
    made = Delivery.objects.create(
        project=site, store=site.store, number=evidence.next_number(Delivery, site), kind=kind, delivered_on=delivered_on, supplier=supplier.strip()[:80],
        note=note.strip()[:300], paper=paper, by=by, at=at,
    )  # fmt: skip
    for seq, (line, scan, kept) in enumerate(zip(lines, scans, pictures, strict=True), start=1):
        row = DeliveryLine.objects.create(
            delivery=made, seq=seq, material=line.material, name=line.name.strip()[:60], brand=line.brand.strip()[:60], spec=line.spec.strip()[:120],
            batch=line.batch.strip()[:60], unit=line.unit.strip()[:12], quantity=line.quantity, refused=line.refused, reason=line.reason.strip()[:300],
            remove_by=_until(line, delivered_on), certificate=line.certificate, certificate_no=line.certificate_no.strip()[:80], certificate_scan=scan,
        )  # fmt: skip
        _tell_the_list(line, row, delivered_on, by, at)
        evidence.keep(kept, by=by, at=at, line=row)
        if scan is not None:
            attachments.link(scan, by=by, at=at)
        if row.refused:
            _start_clock(site, made, row, at)
    audit.record(
        site.dossier, "inspections.goods_accepted", by=by, at=at, paper=paper, number=made.number, delivery=kind, supplier=made.supplier, lines=len(lines),
        refused=[line.name for line in lines if line.refused],
    )  # fmt: skip
    return made


def _gaps(number: int, line: Came, delivered_on: date) -> list[Missing]:
    name = line.name.strip() or _("line {n}").format(n=number)
    found = []
    if not line.name.strip() or not line.unit.strip() or line.quantity <= 0:
        found.append(_("{name}: say what came, how much, in which unit.").format(name=name))
    if not 0 <= line.refused <= line.quantity:
        found.append(_("{name}: not more is refused than came.").format(name=name))
    if line.refused > 0 and not line.reason.strip():
        found.append(_("{name}: say why it is refused.").format(name=name))
    if line.refused > 0 and line.remove_by is not None and line.remove_by < delivered_on:
        found.append(_("{name}: it leaves the site after it came.").format(name=name))
    certified = line.certificate != Certificate.NONE and (line.certificate_no.strip() or line.scan)
    if line.refused < line.quantity and not certified:
        found.append(
            _("{name}: what is kept has a certificate, by its number or as a photo; without one it is refused.").format(
                name=name
            )
        )
    return [Missing(says) for says in found]


def _until(line: Came, delivered_on: date) -> date | None:
    return (line.remove_by or delivered_on + timedelta(days=order_rules().remove_days)) if line.refused else None


def _scan(line: Came, site: Project, by: Any, at: datetime) -> Attachment | None:
    if line.scan is None or isinstance(line.scan, Attachment):
        return line.scan
    return attachments.store(
        line.scan, dossier=site.dossier, by=by, at=at, caption=f"{line.name} 合格证／检测报告"[:200]
    )


def _printed(line: Came, delivered_on: date) -> sheets.Came:
    proof = in_chinese(Certificate(line.certificate).label)
    number = line.certificate_no.strip() or ("附照片" if line.scan else "")
    return sheets.Came(
        line.name.strip(), " ".join(part for part in (line.brand.strip(), line.spec.strip()) if part), line.batch.strip(),
        f"{line.quantity.normalize():f} {line.unit.strip()}", f"{proof} {number}".strip(),
        f"{line.refused.normalize():f} {line.unit.strip()}" if line.refused else "",
        line.reason.strip() if line.refused else "", _until(line, delivered_on),
    )  # fmt: skip


def _tell_the_list(line: Came, row: DeliveryLine, on: date, by: Any, at: datetime) -> None:
    """The site's list of materials hears of it: arrived, or refused whole with the day on which it should be here anew."""
    if line.material is None:
        return
    if row.refused == row.quantity:
        projects.refuse_material(
            line.material, on=on, reason=row.reason[:200], promised_on=row.remove_by or on, by=by, at=at
        )
    elif SiteMaterial.objects.get(pk=line.material.pk).arrived_on is None:
        projects.receive_material(line.material, on=on, by=by, at=at)


def _key(site: Project, row: DeliveryLine) -> str:
    return f"{site.ref}/{row.pk}"


def _start_clock(site: Project, delivery: Delivery, row: DeliveryLine, at: datetime) -> None:
    assert row.remove_by is not None
    clocks.start(
        deadlines.GOODS_OUT, dossier=site.dossier, key=_key(site, row), owner=site.project_manager or site.foreman, at=at,
        due_at=evening(row.remove_by), line=f"{row.name} {row.refused.normalize():f} {row.unit} · {line_of(site)}",
        link=reverse("inspections:deliveries", args=[site.ref]) + f"#line-{row.pk}",
    )  # fmt: skip


@transaction.atomic
def take_out(line: DeliveryLine, *, on: date, photos: Sequence[Any], by: Any, at: datetime) -> DeliveryLine:
    """The refused goods are off the site, shown by a photo."""
    site = under_lock(line.delivery.project)
    row = DeliveryLine.objects.select_for_update(no_key=True, of=("self",)).select_related("delivery").get(pk=line.pk)
    if not row.refused:
        raise Refused(_("Nothing of this was refused."))
    if row.removed_on is not None:
        raise Refused(_("This is noted already: gone on {day}.").format(day=row.removed_on.isoformat()))
    if not row.delivery.delivered_on <= on <= timezone.localtime(at).date():
        raise Refused(_("It left after it came, today at the latest."))
    kept = evidence.stored(photos, project=site, by=by, at=at, caption=f"{row.name} 退场")
    if not kept:
        raise Refused(_("There is no photo."))
    row.removed_on, row.removed_by = on, by
    row.save(update_fields=["removed_on", "removed_by"])
    evidence.keep(kept, by=by, at=at, line=row)
    clocks.stop(deadlines.GOODS_OUT, _key(site, row), at=at, by=by)
    audit.record(site.dossier, "inspections.goods_taken_out", by=by, at=at, name=row.name, on=on)
    return row


def bind_to_check(check: Any) -> list[sheets.Came]:
    """The building material that came since the last material check belongs to this one; called while check 2 is concluded."""
    rows = Delivery.objects.filter(project_id=check.project_id, kind=DeliveryKind.MATERIAL, quality_check__isnull=True)
    lines = (
        DeliveryLine.objects.filter(delivery__in=rows).select_related("delivery").order_by("delivery__number", "seq")
    )
    found = [
        _printed(
            Came(
                row.name, row.unit, row.quantity, row.brand, row.spec, row.batch, row.refused, row.reason, row.remove_by, row.certificate, row.certificate_no,
                row.certificate_scan_id,
            ),
            row.delivery.delivered_on,
        )
        for row in lines
    ]  # fmt: skip
    rows.update(quality_check=check)
    return found
