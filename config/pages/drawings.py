"""What a site builds from: the construction drawings that the customer has confirmed, for everybody who works on it (P04)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.policies import allowed
from leads import selectors_drawings as drawings
from leads.choices import DrawingKind
from projects.models import Project
from projects.policies import SEE_PROJECTS


@allowed(SEE_PROJECTS, methods=("GET",))
def of_project(request: HttpRequest, ref: str) -> HttpResponse:
    """Confirmed construction drawings, the newest first: an earlier one is shown as replaced."""
    rows = Project.objects.visible_to(request.user).select_related("lead", "lead__home", "lead__customer", "lead__designer", "lead__customer_manager")
    site = get_object_or_404(rows, ref=ref)
    kinds = drawings.kinds_of(site.lead, only=(DrawingKind.CONSTRUCTION,), confirmed_only=True)
    return render(request, "config/site_drawings.html", {"site": site, "lead": site.lead, "versions": kinds[0].versions})
