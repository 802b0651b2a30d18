"""The site survey (P01): rooms and sizes, only after the deposit (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, papers
from core.models import Paper
from core.refusals import Refused
from leads.choices import QuotationState, RoomKind
from leads.models import Lead, Quotation, Room, SiteSurvey
from leads.papers import P01, survey_content
from leads.procedure import Standing, deposit_received, require_open
from leads.services.stages import locked

SIZES = ("kind", "length_mm", "width_mm", "height_mm", "floor_m2", "girth_m", "openings_m2", "doors", "windows", "note", "position")


@dataclass(frozen=True, slots=True)
class RoomSize:
    """A room as measured; floor and girth are given when it is no rectangle."""

    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    kind: str = RoomKind.OTHER
    floor_m2: Decimal | None = None
    girth_m: Decimal | None = None
    openings_m2: Decimal = Decimal(0)
    doors: int = 0
    windows: int = 0
    note: str = ""


@transaction.atomic
def record_survey(lead: Lead, *, rooms: Sequence[RoomSize], demands: str, by: Any, at: datetime, findings: str = "") -> SiteSurvey:
    """Measure on site and write 《量工地记录》 (P01) with the demands raised there; the customer signs it (G4)."""
    lead = locked(lead)
    now = Standing(lead)
    require_open((deposit_received,), now, _("The site survey cannot be written yet."))
    if now.surveys:
        raise Refused(_("The site has been measured; write a correction with its reason."))
    return _survey(lead, seq=1, replaces=None, reason="", rooms=rooms, demands=demands, findings=findings, by=by, at=at)


@transaction.atomic
def correct_survey(
    lead: Lead, *, rooms: Sequence[RoomSize], demands: str, reason: str, by: Any, at: datetime, findings: str = ""
) -> SiteSurvey:
    """Measure again: a new paper supersedes the old one, and what was quoted on it is stale (decision 13)."""
    lead = locked(lead)
    now = Standing(lead)
    last = now.survey
    if last is None:
        raise Refused(_("The site has not been measured yet."))
    if not reason.strip():
        raise Refused(_("A correction needs a reason."))
    in_force = last.paper if last.paper.is_open or last.paper.is_signed else None
    made = _survey(
        lead, seq=last.seq + 1, replaces=in_force, reason=reason.strip(), rooms=rooms, demands=demands, findings=findings, by=by, at=at
    )
    _mark_stale(lead, made, by=by, at=at)
    return made


def _survey(
    lead: Lead, *, seq: int, replaces: Paper | None, reason: str, rooms: Sequence[RoomSize], demands: str, findings: str, by: Any, at: datetime
) -> SiteSurvey:
    _require_rooms(rooms)
    if not demands.strip():
        raise Refused(_("Write down what the customer asks for on site."))
    measured = _keep_rooms(lead, rooms, at=at)
    paper = papers.issue(
        P01, dossier=lead.dossier, store=lead.store, by=by, at=at, replaces=replaces, reason=reason,
        content=survey_content(lead, seq=seq, rooms=measured, demands=demands, findings=findings, reason=reason, at=at),
    )  # fmt: skip
    made = SiteSurvey.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, demands=demands.strip(), findings=findings.strip(), reason=reason, paper=paper, by=by, at=at
    )
    kind = "leads.survey_corrected" if seq > 1 else "leads.survey_recorded"
    audit.record(lead.dossier, kind, by=by, at=at, paper=paper, rooms=len(measured), reason=reason)
    return made


def _require_rooms(rooms: Sequence[RoomSize]) -> None:
    if not rooms:
        raise Refused(_("A survey has at least one room."))
    names = [room.name.strip() for room in rooms]
    if not all(names):
        raise Refused(_("Every room has a name."))
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Refused(_("Two rooms are called “{name}”.").format(name="”、“".join(sorted(twice))))
    for room in rooms:
        if not (200 <= room.length_mm <= 50_000 and 200 <= room.width_mm <= 50_000 and 1_000 <= room.height_mm <= 20_000):
            raise Refused(_("The sizes of “{name}” cannot be: millimetres are meant.").format(name=room.name))


def _keep_rooms(lead: Lead, rooms: Sequence[RoomSize], *, at: datetime) -> list[Room]:
    """The home's rooms become what was measured: same name, same room; what is gone is marked removed."""
    known = {room.name: room for room in lead.home.rooms.filter(removed_at__isnull=True)}
    kept = []
    for position, told in enumerate(rooms, start=1):
        room = known.pop(told.name.strip(), None) or Room(home=lead.home, store_id=lead.store_id, name=told.name.strip())
        for name in SIZES:
            setattr(room, name, position if name == "position" else getattr(told, name))
        kept.append(room)
    Room.objects.filter(pk__in=[room.pk for room in known.values()]).update(removed_at=at)
    old, new = [room for room in kept if room.pk], [room for room in kept if not room.pk]
    Room.objects.bulk_update(old, SIZES)
    Room.objects.bulk_create(new)
    return kept


def _mark_stale(lead: Lead, survey: SiteSurvey, *, by: Any, at: datetime) -> None:
    """Quotations on the earlier survey say that they no longer fit."""
    reason = _("The site was measured again: {ref}").format(ref=survey.paper.ref)
    rows = Quotation.objects.select_related("paper", "paper__dossier").filter(lead=lead, stale_at__isnull=True)
    for quotation in rows.exclude(state=QuotationState.REPLACED):
        Quotation.objects.filter(pk=quotation.pk).update(stale_at=at, stale_reason=reason)
        if quotation.paper is not None:
            papers.mark_stale(quotation.paper, reason=reason, by=by, at=at)
