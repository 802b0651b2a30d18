"""Pages of measured quantities (I26), and of the reports of quality and material use (I24)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import snapshots
from core.calendar import next_month
from core.lists import address, keyset
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from inspections import forms_quantities as forms
from inspections import material_figures
from inspections import policies_quantities as may
from inspections.models import MaterialReport, QuantityMeasurement
from inspections.services import quantities as verbs
from inspections.views.checks import _sent
from inspections.views.order import _of, _site, _within
from inspections.views.supervision import _month, _tabs
from projects.choices import UNFINISHED, ChangeReason
from projects.models import Project
from projects.policies import ISSUE_CHANGE
from projects.views.frame import name_gaps
from staff.models import Store

# --- measured quantities ----------------------------------------------------------------------------------------------------


@allowed(may.SEE_QUANTITIES, post=may.MEASURE)
@once
def quantities(request: HttpRequest, ref: str) -> HttpResponse:
    """I26: what was measured on this site, beside the quotation; the next measurement."""
    project = _site(request, ref, may.MEASURE if request.method == "POST" else may.SEE_QUANTITIES)
    form = _form(request, project)
    if form is not None and form.is_bound and form.is_valid():
        with refusals_on(form):
            verbs.measure(project, by=request.user, at=timezone.now(), **form.told)
            messages.success(request, _("Written down; the other of the two confirms it."))
            return redirect(request.path)
    return _page(request, project, form)


def _form(request: HttpRequest, project: Project) -> forms.MeasureForm | None:
    if project.stage not in UNFINISHED or not _within(request, may.MEASURE, project):
        return None
    waiting = project.changes.filter(paper__isnull=True, withdrawn_at__isnull=True).order_by("seq")
    return forms.MeasureForm(
        _sent(request)[0] if request.resolver_match and request.resolver_match.url_name == "quantities" else None,
        items=list(project.contract.price_list.items.order_by("position", "id")), changes=list(waiting),
        rooms=list(project.home.rooms.filter(removed_at__isnull=True).order_by("position", "id")),
    )  # fmt: skip


def _page(request: HttpRequest, project: Project, form: Any, tried: Any = None, number: int = 0) -> HttpResponse:
    """The measurements, the next one, and what was refused of measurement `number`."""
    name_gaps(project, tried or form, request.user)
    rows = QuantityMeasurement.objects.filter(project=project).select_related("by", "confirmed_by", "withdrawn_by", "change")
    found = [
        {
            "row": row, "lines": row.lines.all(), "price_url": _price_url(request, project, row),
            "may_confirm": row.confirmed_at is None and row.withdrawn_at is None and request.user.pk != row.by_id
            and project.supervisor_id in (request.user.pk, row.by_id) and _within(request, may.MEASURE, project),
            "may_withdraw": row.withdrawn_at is None and _within(request, may.MEASURE, project),
            "refused": tried if row.number == number else None,
            "wrong": tried if row.number == number and isinstance(tried, forms.WrongForm) else forms.WrongForm(auto_id=f"wrong_{row.number}_%s"),
        }
        for row in rows.prefetch_related("lines__item", "lines__room")[:30]
    ]  # fmt: skip
    context = {
        "project": project, "form": form, "found": found, "back_url": reverse("inspections:for_project", args=[project.ref]),
        "draft_key": f"inspections:quantities:{project.ref}",
    }  # fmt: skip
    refused = (form is not None and form.is_bound) or tried is not None
    return render(request, "inspections/quantities.html", context, status=422 if refused else 200)


def _price_url(request: HttpRequest, project: Project, row: QuantityMeasurement) -> str:
    """A confirmed measurement for a change that waits for its price fills the lines of the price."""
    change = row.change
    if change is None or row.confirmed_at is None or row.withdrawn_at is not None or change.paper_id or change.withdrawn_at:
        return ""
    if not _within(request, ISSUE_CHANGE, project):
        return ""
    lines = ",".join(f"{line.item_id}:{line.room_id or ''}:{line.quantity}" for line in row.lines.all() if line.quantity)
    return reverse("projects:change-prices", args=[project.ref, change.seq]) + f"?lines={lines}"


def _measurement(request: HttpRequest, ref: str, number: int) -> QuantityMeasurement:
    found: QuantityMeasurement = _of(request, QuantityMeasurement, ref, may.MEASURE, number=number)
    return found


@allowed(may.MEASURE, methods=("POST",))
@once
def confirmation(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The second of the two confirms."""
    row = _measurement(request, ref, number)
    return _act(request, row, forms.ConfirmForm(request.POST), lambda at: verbs.confirm_measurement(row, by=request.user, at=at), _("Confirmed."))


@allowed(may.MEASURE, methods=("POST",))
@once
def withdrawal(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """A wrong measurement is withdrawn."""
    row, form = _measurement(request, ref, number), forms.WrongForm(request.POST, auto_id=f"wrong_{number}_%s")
    return _act(
        request, row, form, lambda at: verbs.withdraw_measurement(row, reason=form.cleaned_data["reason"], by=request.user, at=at),
        _("The measurement is withdrawn."),
    )  # fmt: skip


def _act(request: HttpRequest, row: QuantityMeasurement, form: Any, verb: Any, says: str) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            verb(timezone.now())
            messages.success(request, says)
            return redirect("inspections:quantities", ref=row.project.ref)
    project = _site(request, row.project.ref, may.SEE_QUANTITIES)
    return _page(request, project, _form(request, project), tried=form, number=row.number)


# --- the report --------------------------------------------------------------------------------------------------------------


@allowed(may.SEE_MATERIAL_REPORTS, methods=("GET",))
def report_list(request: HttpRequest) -> HttpResponse:
    """I24: the reports of stores and sites, the newest first."""
    rows = MaterialReport.objects.visible_to(request.user).select_related("store", "project", "paper", "by")
    page = keyset(rows, order=("-id",), after=request.GET.get("after", ""), size=50)
    context = {"page": page, "may_write": bool(_stores(request)), "tabs": _tabs(request, "material-reports")}
    return render(request, "inspections/material_reports.html", context)


def _stores(request: HttpRequest) -> list[Store]:
    """The stores whose month this person reports."""
    reached = may.WRITE_MATERIAL_REPORT.stores(request.user)
    return list(Store.objects.filter(pk__in=reached, closed_on__isnull=True).select_related("dossier").order_by("pk"))


@allowed(may.WRITE_MATERIAL_REPORT)
@once
def report_new(request: HttpRequest) -> HttpResponse:
    """I24: a store's month, with the figures as they will be frozen."""
    stores = _stores(request)
    asked = request.GET.get("store", "")
    store = next((row for row in stores if row.code == asked), stores[0] if stores else None)
    month = _month(request.GET.get("month", ""), (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1))
    form = forms.MaterialReportForm(request.POST or None)
    if store is not None and form.is_valid():
        with refusals_on(form):
            made = verbs.report_month(store, month=month, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The report %(ref)s is frozen.") % {"ref": made.paper.ref})
            return redirect(made)
    last = next_month(month) - timedelta(days=1)
    told = material_figures.of_span(store, None, month, last, at=timezone.now()) if store is not None else None
    context = {
        "form": form, "title": store.name if store else "", "first": month, "last": last, "told": told, "figures": figure_rows(told),
        "chips": [{"says": row.name, "url": address(request, store=row.code), "active": row == store} for row in stores] if len(stores) > 1 else [],
        "before_url": address(request, month=f"{month - timedelta(days=1):%Y-%m}"), "reasons": _reasons(), "back_url": reverse("inspections:material-reports"),
        "written": MaterialReport.objects.filter(store=store, project__isnull=True, starts_on=month).first(),
        "earlier": (),
        "draft_key": f"inspections:material-report:{store.code if store else ''}:{month:%Y-%m}",
    }  # fmt: skip
    return render(request, "inspections/material_report_new.html", context, status=422 if form.is_bound else 200)


@allowed(may.SEE_MATERIAL_REPORTS, post=may.WRITE_MATERIAL_REPORT)
@once
def site_report(request: HttpRequest, ref: str) -> HttpResponse:
    """I24: one site from its contract until today, and what was reported of it before."""
    project = _site(request, ref, may.WRITE_MATERIAL_REPORT if request.method == "POST" else may.SEE_MATERIAL_REPORTS)
    writes = _within(request, may.WRITE_MATERIAL_REPORT, project)
    form = forms.MaterialReportForm(request.POST or None) if writes else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            made = verbs.report_site(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The report %(ref)s is frozen.") % {"ref": made.paper.ref})
            return redirect(made)
    now = timezone.now()
    first, last = timezone.localtime(project.contract.made_at).date(), timezone.localtime(now).date()
    told = material_figures.of_span(project.store, project, first, last, at=now)
    context = {
        "form": form, "title": f"{project.customer_name} · {project.address}", "first": first, "last": last, "told": told, "figures": figure_rows(told),
        "chips": [], "before_url": "", "reasons": _reasons(), "back_url": reverse("inspections:for_project", args=[ref]), "written": None,
        "earlier": MaterialReport.objects.filter(project=project).select_related("paper", "by")[:12],
        "draft_key": f"inspections:site-material-report:{ref}",
    }  # fmt: skip
    return render(request, "inspections/material_report_new.html", context, status=422 if form is not None and form.is_bound else 200)


@allowed(may.SEE_MATERIAL_REPORTS, methods=("GET",))
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """I24: exactly what was frozen."""
    rows = MaterialReport.objects.visible_to(request.user).select_related("store", "project", "snapshot", "paper", "by")
    found = get_object_or_404(rows, pk=pk)
    told = snapshots.read(found.snapshot)
    context = {"report": found, "told": told, "figures": figure_rows(told), "reasons": _reasons(), "back_url": reverse("inspections:material-reports")}
    return render(request, "inspections/material_report.html", context)


def figure_rows(told: dict[str, Any] | None) -> list[tuple[str, int]]:
    """The figures in the language of the page."""
    words = {
        "deliveries": pgettext("material report", "Deliveries"), "lines": _("Items delivered"), "refused": _("Items refused"),
        "not_removed": _("Refused and not gone"), "findings": _("Faults found"), "in_time": _("Put right in time"), "late": _("Put right late"),
        "open": _("Not put right"), "changes": _("Changes signed"), "unsigned": _("Changes not signed"), "needed": _("Needed by the material list"),
        "arrived_late": _("Came late"), "missing": _("Not there yet"), "measured": _("Items measured"),
    }  # fmt: skip
    return [(words[code], told["figures"][code]) for code in material_figures.FIGURES] if told is not None else []


def _reasons() -> dict[str, str]:
    return {reason.value: str(reason.label) for reason in ChangeReason}


__all__ = ["confirmation", "quantities", "report", "report_list", "report_new", "site_report", "withdrawal"]
