"""Estates (L14) with their hand-over days, and the sources of enquiries."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import address
from core.once import once
from core.policies import Scope, allowed
from core.refusals import Refused, refusals_on
from leads import policies, services
from leads.choices import SalesState
from leads.forms_people import EstateForm, PhaseForm, SourceForm
from leads.models import Estate, LeadSource
from leads.selectors_people import enquiries_of, estate_page, estate_row, estates_of
from leads.services.estates import ESTATE_FIELDS
from staff.models import Store


@allowed(policies.SEE_ESTATES, methods=("GET",))
def estates(request: HttpRequest) -> HttpResponse:
    """The estates by name: when the next homes are handed over, how many of them we know."""
    words, sales = request.GET.get("q", "")[:40].replace("\x00", "").strip(), request.GET.get("sales", "")
    sales, soon = (sales if sales in SalesState.values else ""), request.GET.get("soon", "") == "1"
    page = estate_page(
        request.user, policies.SEE_ESTATES, words=words, sales=sales, soon=soon, today=timezone.localdate(), after=request.GET.get("after", "")
    )
    to = partial(address, request)
    chips = [{"says": _("Hand-over ahead"), "count": "", "url": to(soon="" if soon else "1"), "active": soon, "tone": ""}]
    chips += [
        {"says": str(s.label), "count": "", "url": to(sales="" if sales == s else s.value), "active": sales == s, "tone": ""} for s in SalesState if s
    ]
    if words:
        chips.append({"says": f"“{words}”", "count": "", "url": to(q=""), "active": True, "tone": ""})
    context = {
        "page": page, "rows": [estate_row(row) for row in page.rows], "chips": chips, "words": words, "may_keep": policies.KEEP_ESTATES.allows(request.user),
        "several": policies.SEE_ESTATES.scope(request.user) is Scope.COMPANY,
    }  # fmt: skip
    return render(request, "leads/estate_list.html", context)


def _stores(request: HttpRequest) -> Any:
    rows = Store.objects.filter(closed_on__isnull=True).select_related("dossier").order_by("id")
    if policies.KEEP_ESTATES.scope(request.user) is not Scope.COMPANY:
        rows = rows.filter(pk__in=policies.KEEP_ESTATES.stores(request.user))
    return rows


@allowed(policies.KEEP_ESTATES)
@once
def estate_new(request: HttpRequest) -> HttpResponse:
    """Write down an estate."""
    stores = _stores(request)
    form = EstateForm(request.POST if request.method == "POST" else None, stores=stores)
    if form.is_valid():
        with refusals_on(form):
            store = form.cleaned_data.get("store") or stores[0]
            made = services.keep_estate(store=store, told=form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("{name} stands in the list.").format(name=made.name))
            return redirect("leads:estate", made.pk)
    return render(request, "leads/estate_form.html", {"form": form, "estate": None}, status=422 if form.is_bound else 200)


def _estate(request: HttpRequest, pk: int, permission: Any) -> Estate:
    found: Estate = get_object_or_404(estates_of(request.user, permission).select_related("store__dossier", "changed_by"), pk=pk)
    return found


@allowed(policies.SEE_ESTATES, methods=("GET",))
def estate(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of the estate, its hand-over days, its enquiries."""
    return _shown(request, _estate(request, pk, policies.SEE_ESTATES))


def _shown(request: HttpRequest, found: Estate, form: Any = None) -> HttpResponse:
    page = enquiries_of(found, request.user, after=request.GET.get("after", ""))
    context = {
        "estate": found, "phases": list(found.phases.filter(withdrawn_at__isnull=True)), "page": page, "today": timezone.localdate(),
        "form": form or PhaseForm(), "may_keep": policies.KEEP_ESTATES.reaches(request.user, found.store_id, own=False), "homes": found.homes.count(),
    }  # fmt: skip
    return render(request, "leads/estate.html", context, status=422 if form is not None else 200)


@allowed(policies.KEEP_ESTATES)
@once
def estate_corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known."""
    found = _estate(request, pk, policies.KEEP_ESTATES)
    form = EstateForm(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ESTATE_FIELDS})
    if form.is_valid():
        with refusals_on(form):
            services.keep_estate(store=found.store, told=form.cleaned_data, estate=found, by=request.user, at=timezone.now())
            messages.success(request, _("{name} is corrected.").format(name=form.cleaned_data["name"]))
            return redirect("leads:estate", found.pk)
    return render(request, "leads/estate_form.html", {"form": form, "estate": found}, status=422 if form.is_bound else 200)


@allowed(policies.KEEP_ESTATES, methods=("POST",))
@once
def estate_phases(request: HttpRequest, pk: int) -> HttpResponse:
    """The day on which a phase or some buildings are handed over."""
    found = _estate(request, pk, policies.KEEP_ESTATES)
    form = PhaseForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.add_phase(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The hand-over stands in the list."))
            return redirect("leads:estate", found.pk)
    return _shown(request, found, form)


@allowed(policies.KEEP_ESTATES, methods=("POST",))
@once
def phase_withdrawals(request: HttpRequest, pk: int, phase: int) -> HttpResponse:
    """It was told wrongly."""
    found = _estate(request, pk, policies.KEEP_ESTATES)
    row = get_object_or_404(found.phases, pk=phase)
    try:
        services.withdraw_phase(row, by=request.user, at=timezone.now())
        messages.success(request, _("The hand-over is taken out."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("leads:estate", found.pk)


# --- sources ---------------------------------------------------------------------------------------------------------


@allowed(policies.KEEP_SOURCES)
@once
def sources(request: HttpRequest) -> HttpResponse:
    """Where enquiries come from; add one."""
    return _source(request, None)


@allowed(policies.KEEP_SOURCES)
@once
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a source, give it another place, retire it."""
    return _source(request, get_object_or_404(LeadSource, pk=pk))


def _source(request: HttpRequest, row: LeadSource | None) -> HttpResponse:
    start = {name: getattr(row, name) for name in ("name", "name_en", "position", "retired")} if row else None
    form = SourceForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        with refusals_on(form):
            services.keep_source(source=row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The list of sources is as it stands here."))
            return redirect("leads:sources")
    rows = LeadSource.objects.order_by("retired", "position", "id")
    return render(request, "leads/sources.html", {"form": form, "rows": rows, "source": row}, status=422 if form.is_bound else 200)
