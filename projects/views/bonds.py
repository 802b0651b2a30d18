"""Bonds and insurances of sites (P42): the list across sites, the page of a site, filing and ending."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.lists import address, keyset
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from projects import forms_bonds as forms
from projects import policies_bonds as may
from projects import services
from projects.models import Bond
from projects.views.frame import Page, shown, site
from projects.views.property import row_act

SOON = timedelta(days=30)
SHOWS = ("waiting", "ending", "over", "all")


@allowed(may.SEE_BONDS, methods=("GET",))
def bond_list(request: HttpRequest) -> HttpResponse:
    """All bonds that one may see: in force, to be filed, ending within thirty days, over."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    today = timezone.localdate()
    asked = {
        "": Q(ended_at__isnull=True, renewed_by__filed_at__isnull=True), "waiting": Q(filed_at__isnull=True, ended_at__isnull=True), "all": Q(),
        "ending": Q(valid_until__range=(today, today + SOON), ended_at__isnull=True, renewed_by__filed_at__isnull=True),
        "over": Q(valid_until__lt=today, ended_at__isnull=True, renewed_by__filed_at__isnull=True),
    }  # fmt: skip
    rows = Bond.objects.visible_to(request.user).filter(asked[show]).select_related("project", "renewed_by")
    page = keyset(rows, order=("-id",), after=request.GET.get("after", ""), size=50)
    says = {
        "": pgettext("bond", "Not ended"), "waiting": _("To be filed"), "ending": _("Ending within 30 days"), "over": pgettext("bond", "Run out"),
        "all": pgettext("bond", "All"),
    }  # fmt: skip
    chips = [{"says": words, "url": address(request, show=None if code == show else code or None), "active": code == show} for code, words in says.items()]
    return render(request, "projects/bond_list.html", {"page": page, "chips": chips, "state_of": state_of})


def state_of(bond: Bond) -> tuple[str, str]:
    """(words, tone) of where a bond stands today; asking for the next one is not renewing."""
    today = timezone.localdate()
    if bond.ended_at is not None:
        return pgettext("bond", "Ended"), "plain"
    if (after := getattr(bond, "renewed_by", None)) is not None and after.filed_at is not None:
        return pgettext("bond", "Renewed"), "plain"
    if bond.filed_at is None or bond.valid_until is None:
        return (_("to be filed"), "soon") if bond.due_on >= today else (_("not filed in time"), "late")
    if bond.valid_until < today:
        return pgettext("bond", "Run out"), "late"
    return (_("ends soon"), "soon") if bond.valid_until <= today + SOON else (_("in force"), "done")


BONDS = Page(
    gettext_lazy("Ask for a bond or insurance"), gettext_lazy("Ask for it"), gettext_lazy("It cannot be asked for yet"), "projects/bonds.html",
    spans=(("kind", 6), ("due_on", 3), ("renews", 3), ("what", 6)),
)  # fmt: skip


@allowed(may.SEE_BONDS, post=may.KEEP_BONDS)
@once
def bonds(request: HttpRequest, ref: str) -> HttpResponse:
    """P42: the bonds and insurances of this site; what the contract asks for is entered here."""
    project = site(request, ref, may.KEEP_BONDS if request.method == "POST" else may.SEE_BONDS)
    rows = list(Bond.objects.filter(project=project).select_related("scan", "filed_by", "ended_by", "by", "renewed_by"))
    keeps = may.KEEP_BONDS.reaches(request.user, project.store_id, own=request.user.pk == project.supervisor_id)
    posted = request.POST if request.method == "POST" else None
    form = forms.BondForm(posted, project=project, bonds=rows) if keeps else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            services.ask_bond(project, **form.told, by=request.user, at=timezone.now())
            messages.success(request, _("Entered; it is to be filed in time."))
            return redirect("projects:bonds", ref=project.ref)
    return shown(request, project, form, BONDS, rows=[(row, state_of(row)) for row in rows], keeps=keeps)


def _filed(row: Bond, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.file_bond(row, **told, by=by, at=at)
    return _("Filed; it is warned before it ends.")


def _ended(row: Bond, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.end_bond(row, reason=told["reason"], by=by, at=at)
    return _("It has ended.")


def _of_site(project: Any) -> Any:
    return Bond.objects.filter(project=project)


filings = row_act(
    may.KEEP_BONDS, _of_site,
    Page(
        gettext_lazy("File the bond or policy"), gettext_lazy("File the bond or policy"), gettext_lazy("The bond cannot be filed yet"), "projects/row_act.html",
        spans=(("issuer", 3), ("number", 3), ("amount", 2), ("valid_from", 2), ("valid_until", 2), ("scan", 6)),
    ),
    forms.BondFilingForm, _filed, "bonds", files=True, line=lambda row: f"{row.get_kind_display()} · {row.what}".strip(" ·"),
)  # fmt: skip
endings = row_act(
    may.KEEP_BONDS, _of_site,
    Page(gettext_lazy("End the bond or policy"), gettext_lazy("End it"), gettext_lazy("It cannot be ended"), "projects/row_act.html", spans=(("reason", 6),)),
    forms.BondEndForm, _ended, "bonds",
)  # fmt: skip

__all__ = ["bond_list", "bonds", "endings", "filings", "state_of"]
