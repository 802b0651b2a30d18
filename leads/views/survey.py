"""The site survey on the phone: one room at a time, its openings, pipes, power and photos (P01)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import policies, services
from leads.choices import RoomKind
from leads.forms_survey import RoomForms, SurveyCorrectionForm, SurveyForm
from leads.models import Lead, SiteSurvey
from leads.procedure import Standing, deposit_received
from leads.selectors_drawings import file_row
from leads.views.acts import Page, _form, _lead, _shown, to_sign

SURVEY = Page(
    gettext_lazy("Site survey"), gettext_lazy("Write the survey and have it signed"), gettext_lazy("The survey cannot be written yet"),
    "leads/survey_form.html", gates=(deposit_received,),
)  # fmt: skip
USUAL_ROOMS = (
    (gettext_lazy("Living room"), RoomKind.LIVING), (gettext_lazy("Dining room"), RoomKind.DINING), (gettext_lazy("Main bedroom"), RoomKind.BEDROOM),
    (gettext_lazy("Second bedroom"), RoomKind.BEDROOM), (gettext_lazy("Kitchen"), RoomKind.KITCHEN), (gettext_lazy("Bathroom"), RoomKind.BATHROOM),
    (gettext_lazy("Balcony"), RoomKind.BALCONY),
)  # fmt: skip
SIZES = ("name", "kind", "length_mm", "width_mm", "height_mm", "doors", "windows", "openings_m2", "floor_m2", "girth_m", "note")


@allowed(policies.SURVEY)
@once
def surveys(request: HttpRequest, ref: str) -> HttpResponse:
    """P01: the first survey, or a correction that supersedes it."""
    lead = _lead(request, ref, policies.SURVEY)
    standing = Standing(lead)
    again = bool(standing.surveys)
    kind = SurveyCorrectionForm if again else SurveyForm
    form = _form(request, kind, lead, demands=standing.survey.demands if standing.survey else "")
    if request.method != "POST":
        rooms: Any = RoomForms(initial=_measured(lead, standing.survey) if standing.survey else _usual(), prefix="rooms")
        return _page(request, lead, form, rooms, standing)
    rooms = RoomForms(request.POST, request.FILES, prefix="rooms")
    if more := request.POST.get("more", ""):  # without the script: the page comes back with one room or row more
        form = kind(lead=lead, user=request.user, initial=request.POST.dict())
        extra = [{"kind": RoomKind.BEDROOM}] if more == "room" else []
        return _page(request, lead, form, RoomForms(initial=[*rooms.typed(more=more), *extra], prefix="rooms"), standing)
    if all([form.is_valid(), rooms.is_valid()]):
        with refusals_on(form):
            made = _survey(request, lead, form.cleaned_data, rooms, again=again)
            messages.success(request, _("Survey {ref} waits for {name}'s signature.").format(ref=made.paper.ref, name=lead.customer.name))
            return redirect(to_sign(made.paper))
    return _page(request, lead, form, rooms, standing)


def _page(request: HttpRequest, lead: Lead, form: Any, rooms: Any, standing: Standing) -> HttpResponse:
    """The form, with the first room open, or the first that is to be mended."""
    first = next((room.prefix for room in rooms.forms if room.is_wrong), rooms.forms[0].prefix if rooms.forms else "")
    photos = _photos(standing.survey) if standing.survey else {}
    return _shown(
        request, lead, form, SURVEY, standing=standing, rooms=rooms, again=bool(standing.surveys), multipart=True, open_room=first, earlier_photos=photos
    )


def _survey(request: HttpRequest, lead: Lead, told: dict[str, Any], rooms: Any, *, again: bool) -> SiteSurvey:
    verb = services.correct_survey if again else services.record_survey
    return verb(lead, rooms=rooms.sizes, photos=request.FILES.getlist("photos"), by=request.user, at=timezone.now(), **told)


def _usual() -> list[dict[str, Any]]:
    return [{"name": str(name), "kind": kind} for name, kind in USUAL_ROOMS]


def _measured(lead: Lead, survey: SiteSurvey) -> list[dict[str, Any]]:
    """The rooms as they stand, with what the last survey lists of each."""
    openings, fittings = defaultdict(list), defaultdict(list)
    for row in survey.openings.all():
        openings[row.room_id].append({name: getattr(row, name) for name in ("kind", "width_mm", "height_mm", "sill_mm", "place")})
    for found in survey.fittings.all():
        fittings[found.room_id].append({name: getattr(found, name) for name in ("kind", "count", "size", "place")})
    return [
        {name: getattr(room, name) for name in SIZES}
        | {"openings": openings[room.pk], "fittings": fittings[room.pk]}
        | ({"openings_m2": "", "doors": "", "windows": ""} if openings[room.pk] else {})
        for room in lead.home.rooms.filter(removed_at__isnull=True)
    ]


def _photos(survey: SiteSurvey) -> dict[str, list[dict[str, Any]]]:
    """The photos of the last survey by the name of their room; what belongs to no room stands under an empty name."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in survey.photos.select_related("attachment", "room"):
        kept = file_row(row.attachment)
        found[row.room.name if row.room else ""].append({"thumb": kept.thumb, "url": kept.url, "caption": ""})
    return dict(found)
