"""Sites that may be visited (L18): the list for who sells, and opening or closing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import day
from core.lists import keyset
from core.once import once
from core.policies import allowed
from leads.policies import APPOINT
from projects import forms, policies, selectors, services
from projects.views import frame

OPEN = frame.Page(
    gettext_lazy("Open the site to visitors"), gettext_lazy("Open to visitors"), gettext_lazy("The site cannot be shown"),
    note=gettext_lazy("the owner has agreed"), spans=(("consent", 3), ("consented_on", 3), ("contact", 6)),
)  # fmt: skip
CLOSE = frame.Page(gettext_lazy("Show the site no more"), gettext_lazy("Take off the list"), spans=(("reason", 6),))


class OpenForm(fields.Form):
    """Who of the owners agreed, when, and whom a visitor asks."""

    consent = forms.line(gettext_lazy("Who of the owners agreed, and how"), most=120)
    consented_on = day(gettext_lazy("Agreed on"))
    contact = forms.line(gettext_lazy("Whom a visitor asks on site"), most=120)


class CloseForm(fields.Form):
    reason = forms.words(gettext_lazy("Why it is shown no more"), most=200)


@allowed(policies.SEE_VISITABLE, methods=("GET",))
def visitable(request: HttpRequest) -> HttpResponse:
    """What may be shown now, with its stage and whom to ask."""
    page = keyset(selectors.visitable(request.user), order=("-id",), after=request.GET.get("after", ""))
    may_keep = policies.KEEP_VISITABLE.allows(request.user)
    closed = selectors.could_be_shown(request.user)[:50] if may_keep else []
    context = {
        "page": page, "rows": page.rows, "may_keep": may_keep, "may_appoint": APPOINT.allows(request.user), "closed": closed, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "projects/visitable.html", context)


@allowed(policies.KEEP_VISITABLE)
@once
def visitors(request: HttpRequest, ref: str) -> HttpResponse:
    """Open one site to visitors, or take it off the list."""
    project = frame.site(request, ref, policies.KEEP_VISITABLE)
    posted = request.POST if request.method == "POST" else None
    if project.open_to_visitors:

        def close(told: dict[str, Any], at: datetime) -> str:
            services.close_to_visitors(project, reason=told["reason"], by=request.user, at=at)
            return _("The site is off the list.")

        return frame.act(request, project, CloseForm(posted), CLOSE, close, to=reverse("projects:visitable"))

    def open_(told: dict[str, Any], at: datetime) -> str:
        services.open_to_visitors(project, **told, by=request.user, at=at)
        return _("The site may be visited now.")

    start = {"contact": str(project.project_manager or ""), "consented_on": timezone.localdate()}
    return frame.act(request, project, OpenForm(posted, initial=start), OPEN, open_, to=reverse("projects:visitable"))

