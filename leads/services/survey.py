"""The site survey (P01): rooms with sizes, openings, beams and pipes, power and photos, only after the deposit (G4).

One truth: where a room lists its openings, their area, its doors and its windows follow from them, and what was typed beside
them is left out; where it lists none, what was typed counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.models import Attachment
from core.refusals import Refused
from leads import deadlines
from leads.choices import FittingKind, OpeningKind, QuotationState, RoomKind
from leads.models import Lead, Quotation, Room, SiteSurvey, SurveyFitting, SurveyOpening, SurveyPhoto
from leads.papers import P01, survey_content
from leads.procedure import Standing, deposit_received, require_open
from leads.services.stages import locked

SIZES = ("kind", "length_mm", "width_mm", "height_mm", "floor_m2", "girth_m", "openings_m2", "doors", "windows", "note", "position")
MOST_PHOTOS = 60
Photos = list[tuple[Room | None, Attachment]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A door, a window or an open passage, in mm; `place` says on which wall and how far from the corner."""

    kind: str
    width_mm: int
    height_mm: int
    sill_mm: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A beam, a pipe or a point of power: how many, how large, where."""

    kind: str
    count: int = 1
    size: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class RoomSize:
    """A room as measured; floor and girth are given when it is no rectangle.

    With `openings`, openings_m2, doors and windows follow from them.  `photos` are new files; those of an earlier survey come
    along unless `keep_photos` says no.
    """

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
    openings: tuple[Opening, ...] = ()
    fittings: tuple[Fitting, ...] = ()
    photos: tuple[Any, ...] = ()
    keep_photos: bool = True

    @property
    def counted(self) -> dict[str, Any]:
        """Openings, doors and windows as they count: from the list where there is one, else as typed."""
        if not self.openings:
            return {"openings_m2": self.openings_m2, "doors": self.doors, "windows": self.windows}
        square = sum((Decimal(o.width_mm) * o.height_mm for o in self.openings), Decimal(0)) / 1_000_000
        kinds = [o.kind for o in self.openings]
        return {
            "openings_m2": square.quantize(Decimal("0.01"), ROUND_HALF_UP), "doors": kinds.count(OpeningKind.DOOR),
            "windows": kinds.count(OpeningKind.WINDOW),
        }  # fmt: skip


@transaction.atomic
def record_survey(
    lead: Lead, *, rooms: Sequence[RoomSize], demands: str, by: Any, at: datetime, findings: str = "", photos: Sequence[Any] = ()
) -> SiteSurvey:
    """Measure on site and write 《量工地记录》 (P01) with the demands raised there; the customer signs it (G4)."""
    lead = locked(lead)
    now = Standing(lead)
    require_open((deposit_received,), now, _("The site survey cannot be written yet."))
    if now.surveys:
        raise Refused(_("The site has been measured; write a correction with its reason."))
    return _survey(lead, None, reason="", rooms=rooms, demands=demands, findings=findings, photos=photos, by=by, at=at)


@transaction.atomic
def correct_survey(
    lead: Lead, *, rooms: Sequence[RoomSize], demands: str, reason: str, by: Any, at: datetime, findings: str = "", photos: Sequence[Any] = ()
) -> SiteSurvey:
    """Measure again: a new paper supersedes the old one, and what was quoted on it is stale (decision 13).

    It is whole in itself: rooms that are not told are gone, the photos of the others come along.
    """
    lead = locked(lead)
    now = Standing(lead)
    last = now.survey
    if last is None:
        raise Refused(_("The site has not been measured yet."))
    if not reason.strip():
        raise Refused(_("A correction needs a reason."))
    made = _survey(lead, last, reason=reason.strip(), rooms=rooms, demands=demands, findings=findings, photos=photos, by=by, at=at)
    _mark_stale(lead, made, by=by, at=at)
    return made


def _survey(
    lead: Lead, last: SiteSurvey | None, *, reason: str, rooms: Sequence[RoomSize], demands: str, findings: str, photos: Sequence[Any], by: Any, at: datetime
) -> SiteSurvey:
    """The files are stored before the paper names them, and go into the chain after it: the chain is the last lock."""
    _require_rooms(rooms)
    if not demands.strip():
        raise Refused(_("Write down what the customer asks for on site."))
    measured = _keep_rooms(lead, rooms, at=at)
    new = _store_photos(lead, measured, rooms, photos, by=by, at=at)
    pictures = [*_earlier_photos(last, measured, rooms), *new]
    if len(pictures) > MOST_PHOTOS:
        raise Refused(_("At most {count} photos belong to one survey.").format(count=MOST_PHOTOS))
    replaces = last.paper if last is not None and (last.paper.is_open or last.paper.is_signed) else None
    told = list(zip(measured, rooms, strict=True))
    seq = last.seq + 1 if last else 1
    paper = papers.issue(
        P01, dossier=lead.dossier, store=lead.store, by=by, at=at, replaces=replaces, reason=reason,
        content=survey_content(lead, seq=seq, rooms=told, photos=pictures, demands=demands, findings=findings, reason=reason, at=at),
    )  # fmt: skip
    made = SiteSurvey.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, demands=demands.strip(), findings=findings.strip(), reason=reason, paper=paper, by=by, at=at
    )
    _keep_parts(made, told, pictures)
    kind = "leads.survey_corrected" if seq > 1 else "leads.survey_recorded"
    audit.record(lead.dossier, kind, by=by, at=at, paper=paper, rooms=len(measured), photos=len(pictures), reason=reason)
    for _room, photo in new:
        attachments.link(photo, by=by, at=at)
    return made


def _store_photos(lead: Lead, measured: Sequence[Room], rooms: Sequence[RoomSize], photos: Sequence[Any], *, by: Any, at: datetime) -> Photos:
    """What was photographed now, room by room, then the site as a whole."""
    made: Photos = []
    for room, told in zip(measured, rooms, strict=True):
        made += [(room, attachments.store(photo, dossier=lead.dossier, by=by, at=at, caption=room.name)) for photo in told.photos]
    made += [(None, attachments.store(photo, dossier=lead.dossier, by=by, at=at, caption=_("Site survey"))) for photo in photos]
    return made


def _earlier_photos(last: SiteSurvey | None, measured: Sequence[Room], rooms: Sequence[RoomSize]) -> Photos:
    """The photos of the survey before, of the rooms that are still there and keep theirs, and of the site."""
    if last is None:
        return []
    keeping: dict[int | None, Room] = {room.pk: room for room, told in zip(measured, rooms, strict=True) if told.keep_photos}
    rows = last.photos.select_related("attachment").order_by("position")
    return [(keeping.get(row.room_id), row.attachment) for row in rows if row.room_id is None or row.room_id in keeping]


def _keep_parts(survey: SiteSurvey, told: Sequence[tuple[Room, RoomSize]], pictures: Photos) -> None:
    SurveyOpening.objects.bulk_create(
        SurveyOpening(
            survey=survey, room=room, kind=o.kind, width_mm=o.width_mm, height_mm=o.height_mm, sill_mm=o.sill_mm, place=o.place.strip(), position=n
        )
        for room, size in told for n, o in enumerate(size.openings, start=1)
    )  # fmt: skip
    SurveyFitting.objects.bulk_create(
        SurveyFitting(survey=survey, room=room, kind=f.kind, count=f.count, size=f.size.strip(), place=f.place.strip(), position=n)
        for room, size in told for n, f in enumerate(size.fittings, start=1)
    )  # fmt: skip
    SurveyPhoto.objects.bulk_create(
        SurveyPhoto(survey=survey, room=room, attachment=photo, position=n) for n, (room, photo) in enumerate(pictures, start=1)
    )


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
        _require_parts(room)


def _require_parts(room: RoomSize) -> None:
    """Openings and what else was found are of the kinds that there are, and can be: an opening is no wider than the room is long."""
    longest = max(room.length_mm, room.width_mm)
    for opening in room.openings:
        if opening.kind not in OpeningKind.values:
            raise Refused(_("An opening is a door, a window or a passage."))
        if not (100 <= opening.width_mm <= 20_000 and 100 <= opening.height_mm <= 12_000 and 0 <= (opening.sill_mm or 0) <= 6_000):
            raise Refused(_("An opening of “{name}” cannot be: millimetres are meant.").format(name=room.name))
        if (room.girth_m is None and opening.width_mm > longest) or opening.height_mm + (opening.sill_mm or 0) > room.height_mm:
            raise Refused(_("An opening of “{name}” is larger than its wall.").format(name=room.name))
    for fitting in room.fittings:
        if fitting.kind not in FittingKind.values or not 1 <= fitting.count <= 200:
            raise Refused(_("Say what was found in “{name}”, and how many.").format(name=room.name))


def _keep_rooms(lead: Lead, rooms: Sequence[RoomSize], *, at: datetime) -> list[Room]:
    """The home's rooms become what was measured: same name, same room; what is gone is marked removed."""
    known = {room.name: room for room in lead.home.rooms.filter(removed_at__isnull=True)}
    kept = []
    for position, told in enumerate(rooms, start=1):
        room = known.pop(told.name.strip(), None) or Room(home=lead.home, store_id=lead.store_id, name=told.name.strip())
        sizes = told.counted | {"position": position}
        for name in SIZES:
            setattr(room, name, sizes[name] if name in sizes else getattr(told, name))
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
    clocks.cancel(deadlines.QUOTATION_EXPIRY, deadlines.key(lead), at=at, by=by)  # nobody accepts what no longer fits
