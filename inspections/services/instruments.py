"""Measuring instruments: registered by number, calibrated until a day; a reading taken with an expired one does not count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments, audit, clocks
from core.calendar import begins
from core.refusals import Missing, Refused
from inspections import deadlines_order as deadlines
from inspections.checks import rules
from inspections.models import Calibration, Tool
from staff import posts
from staff.selectors import holder


@transaction.atomic
def register_tool(
    store: Any,
    *,
    kind: str,
    number: str,
    calibrated_on: date,
    valid_until: date,
    certificate: str,
    by: Any,
    at: datetime,
    scan: Any = None,
) -> Tool:
    """An instrument of the store, with its first calibration."""
    if kind not in rules().tools:
        raise Refused(_("Choose a kind of instrument from the table."))
    if not number.strip():
        raise Refused(_("An instrument has a number."))
    if Tool.objects.filter(store=store, number=number.strip()).exists():
        raise Refused(_("This number is registered already."))
    made = Tool.objects.create(store=store, kind=kind, number=number.strip()[:40], by=by, at=at)
    audit.record(made.store.file, "inspections.tool_registered", by=by, at=at, tool=str(made))
    calibrate(
        made, calibrated_on=calibrated_on, valid_until=valid_until, certificate=certificate, by=by, at=at, scan=scan
    )
    return made


@transaction.atomic
def calibrate(
    tool: Tool, *, calibrated_on: date, valid_until: date, certificate: str, by: Any, at: datetime, scan: Any = None
) -> Calibration:
    """It was verified or calibrated: the certificate's number, and until when its readings count."""
    row = Tool.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=tool.pk)
    if row.retired_on is not None:
        raise Refused(_("This instrument is retired."))
    if calibrated_on > timezone.localtime(at).date() or valid_until <= calibrated_on:
        raise Refused(_("It was calibrated today at the latest, and is valid after that day."))
    if not certificate.strip():
        raise Refused(_("Write down the number of the certificate."))
    kept = attachments.keep(scan, dossier=row.store.file, by=by, at=at, caption=f"检定证书 {row}") if scan else None
    made = Calibration.objects.create(
        tool=row,
        calibrated_on=calibrated_on,
        valid_until=valid_until,
        certificate=certificate.strip()[:80],
        scan=kept,
        by=by,
        at=at,
    )
    clocks.stop(deadlines.CALIBRATION, f"{row.store_id}/{row.pk}", at=at, by=by)
    clocks.start(
        deadlines.CALIBRATION, dossier=row.store.file, key=f"{row.store_id}/{row.pk}", owner=holder(posts.SUPERVISION_MANAGER, row.store_id) or by,
        at=at, due_at=begins(valid_until + timedelta(days=1)), line=str(row), link=reverse("inspections:tools") + f"#tool-{row.pk}",
    )  # fmt: skip
    audit.record(
        row.store.file,
        "inspections.tool_calibrated",
        by=by,
        at=at,
        tool=str(row),
        until=valid_until,
        certificate=made.certificate,
    )
    return made


@transaction.atomic
def retire_tool(tool: Tool, *, reason: str, by: Any, at: datetime) -> Tool:
    """It is broken or lost; what was measured with it stays."""
    row = Tool.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=tool.pk)
    if row.retired_on is not None:
        raise Refused(_("This instrument is retired."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.retired_on, row.retired_because = timezone.localtime(at).date(), reason.strip()[:300]
    row.save(update_fields=["retired_on", "retired_because"])
    clocks.cancel(deadlines.CALIBRATION, f"{row.store_id}/{row.pk}", at=at, by=by)
    audit.record(row.store.file, "inspections.tool_retired", by=by, at=at, tool=str(row), reason=row.retired_because)
    return row


def valid_on(tool: Tool, day: date) -> bool:
    """Its readings count on this day."""
    if tool.retired_on is not None and tool.retired_on <= day:
        return False
    return tool.calibrations.filter(calibrated_on__lte=day, valid_until__gte=day).exists()


def must_be_valid(tool: Tool, store_id: int, at: datetime) -> None:
    """A reading is taken with an instrument of the store whose calibration is in force; else a sentence says since when it is not."""
    day = timezone.localtime(at).date()
    if tool.store_id != store_id:
        raise Refused(_("{tool} belongs to another store.").format(tool=tool))
    if valid_on(tool, day):
        return
    raise Refused(
        _("The calibration of {tool} ran out on {day}; its readings do not count.").format(
            tool=tool, day=_last(tool) or "–"
        ),
        [
            Missing(
                _("Have it calibrated, or take another one."),
                posts.SUPERVISION_MANAGER,
                link=reverse("inspections:tools"),
            )
        ],
    )


def _last(tool: Tool) -> str:
    last = tool.calibrations.aggregate(last=Max("valid_until"))["last"]
    return last.isoformat() if last else ""


def expired_among(named: Iterable[str], store_id: int, at: datetime) -> list[Tool]:
    """Of the instruments that are named in free words, those of the register whose calibration is not in force."""
    words = " ".join(named)
    day = timezone.localtime(at).date()
    return [tool for tool in Tool.objects.filter(store=store_id) if tool.number in words and not valid_on(tool, day)]
