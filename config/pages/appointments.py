"""Making an appointment: the form of the enquiries' app, with the sites of the floor above as places to visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from core.once import once
from core.policies import allowed
from leads.policies import APPOINT
from leads.views import calendar
from projects.policies import SEE_VISITABLE
from projects.selectors import visitable

MOST_SITES = 60


@allowed(APPOINT)
@once
def appointment_new(request: HttpRequest) -> HttpResponse:
    """“Visit a site” chooses from the show homes (L17) and the visitable sites (L18)."""
    rows = visitable(request.user).order_by("-id")[:MOST_SITES] if SEE_VISITABLE.allows(request.user) else ()
    return calendar.new(request, sites=[(row.ref, f"{row.address} · {row.get_stage_display()}") for row in rows])
