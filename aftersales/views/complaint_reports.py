"""The statistics of complaints (S10), the reports of week and month (S12, S13, S17), the shift hand-over (S16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import forms_complaints as forms
from aftersales import policies_complaints as policies
from aftersales import selectors_complaints as selectors
from aftersales import services
from aftersales.choices_complaints import Span
from aftersales.models import ComplaintReport
from aftersales.services.complaint_reports import FOR_SHIFT, between, figures_of, four_counts, open_cases
from core.calendar import span_of
from core.lists import address, day_of
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from staff.models import Holding, Store, User

GROUPS = ("category", "kind", "upheld", "department", "trade", "satisfaction")


def _asked(request: HttpRequest) -> tuple[str, date]:
    """The span and a day in it, as the address says; the month that is running without."""
    span = request.GET.get("span", "")
    return span if span in Span.values else Span.MONTH, day_of(request.GET.get("day", "")) or timezone.localdate()


def _stores(request: HttpRequest, permission: Any) -> QuerySet[Store]:
    rows = Store.objects.filter(closed_on__isnull=True)
    return rows if permission.scope(request.user) == 3 else rows.filter(pk__in=permission.stores(request.user))


def _store(request: HttpRequest, permission: Any) -> Store | None:
    """The one asked for, else the first where the person may."""
    rows = list(_stores(request, permission).select_related("dossier").order_by("pk"))
    code = request.GET.get("store", "") or request.POST.get("store", "")
    return next((row for row in rows if row.code == code), rows[0] if rows else None)


def _store_chips(request: HttpRequest, permission: Any, chosen: Store | None) -> list[dict[str, Any]]:
    rows = _stores(request, permission).order_by("pk")
    return [{"says": row.name, "url": address(request, store=row.code), "active": row == chosen} for row in rows]


@allowed(policies.SEE_COMPLAINT_REPORTS, methods=("GET",))
def statistics(request: HttpRequest) -> HttpResponse:
    """S10: the counts of a week, month or quarter; each figure opens down to its rows."""
    span, day = _asked(request)
    first, last = span_of(span, day)
    since, until = between(first, last)
    figures = figures_of(selectors.seen_for_figures(request.user).filter(at__gte=since, at__lt=until))
    departments = selectors.department_titles()
    top = max(figures["total"], 1)
    groups = [
        {
            "name": name,
            "rows": [
                {
                    "says": selectors.figure_words(name, value, departments), "n": n, "share": n / top,
                    "url": reverse("aftersales:complaints") + "?" + urlencode({name: value or "none", "span": span, "day": first.isoformat(), "show": "all"}),
                }
                for value, n in figures[name].items()
            ],
        }
        for name in GROUPS
    ]  # fmt: skip
    page = selectors.reports_of(request.user, after=request.GET.get("after", ""))
    context = {
        "span": span, "day": first, "last": last, "figures": figures, "groups": groups, "page": page, "over": until <= timezone.now(),
        "spans": [{"says": each.label, "url": address(request, span=each.value), "active": each == span} for each in Span],
        "before": address(request, span=span, day=(first - timedelta(days=1)).isoformat()),
        "after_url": address(request, span=span, day=(last + timedelta(days=1)).isoformat()) if until <= timezone.now() else "",
        "all_url": reverse("aftersales:complaints") + "?" + urlencode({"span": span, "day": first.isoformat(), "show": "all"}),
        "may_write": policies.WRITE_COMPLAINT_REPORTS.allows(request.user),
        "report_url": reverse("aftersales:complaint-report") + "?" + urlencode({"span": span, "day": first.isoformat()}),
    }  # fmt: skip
    return render(request, "aftersales/complaint_statistics.html", context)


@allowed(policies.WRITE_COMPLAINT_REPORTS)
@once
def report(request: HttpRequest) -> HttpResponse:
    """S12, S13, S17: the figures of a span that is over are frozen with the supervisor's analysis and measures."""
    span, day = _asked(request)
    if "day" not in request.GET:
        day = span_of(span, day)[0] - timedelta(days=1)
    first, last = span_of(span, day)
    store = _store(request, policies.WRITE_COMPLAINT_REPORTS)
    form = forms.ReportForm(request.POST or None)
    if store is not None and form.is_valid():
        with refusals_on(form):
            services.write_report(store, span=span, day=day, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The report is written; the departments read it here."))
            return redirect(reverse("aftersales:complaint-statistics") + "?" + urlencode({"span": span, "day": first.isoformat()}))
    since, until = between(first, last)
    rows = selectors.seen_for_figures(request.user).filter(store=store, at__gte=since, at__lt=until)
    figures = figures_of(rows) | (four_counts(store, first, last) if store is not None and span == Span.WEEK else {})
    departments = selectors.department_titles()
    context = {
        "form": form, "span": span, "span_says": Span(span).label, "day": first, "last": last, "store": store, "figures": figures,
        "stores": _store_chips(request, policies.WRITE_COMPLAINT_REPORTS, store),
        "groups": {
            name: [(selectors.figure_words(name, value, departments), n) for value, n in figures[name].items()] for name in ("category", "upheld", "department")
        },
        "written": ComplaintReport.objects.filter(store=store, span=span, starts_on=first).exists(),
        "draft_key": f"aftersales:complaint-report:{store.code if store else ''}:{span}:{first}",
    }  # fmt: skip
    return render(request, "aftersales/complaint_report.html", context, status=422 if form.is_bound else 200)


@allowed(policies.SEE_COMPLAINT_REPORTS, methods=("GET",))
def handover_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs, the newest first."""
    page = selectors.handovers_of(request.user, after=request.GET.get("after", ""))
    return render(request, "aftersales/handover_list.html", {"page": page, "may": policies.HAND_OVER_SHIFT.allows(request.user)})


@allowed(policies.HAND_OVER_SHIFT)
@once
def handover_new(request: HttpRequest) -> HttpResponse:
    """S16: the open cases are listed by the system; two people, both sign."""
    store = _store(request, policies.HAND_OVER_SHIFT)
    held = Holding.objects.open().filter(store=store, post__in=FOR_SHIFT).values("user")
    people = User.objects.here().filter(pk__in=held).exclude(pk=request.user.pk).order_by("pinyin", "pk")
    form = forms.ShiftForm(request.POST or None, initial={"side": "giver", "none_missed": "yes"}, people=people)
    if store is not None and form.is_valid():
        said = form.cleaned_data
        pair = (request.user, said["other"]) if said["side"] == "giver" else (said["other"], request.user)
        with refusals_on(form):
            made = services.hand_over_shift(
                store, giver=pair[0], taker=pair[1], none_missed=said["none_missed"], note=said["note"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The open cases are listed and frozen; now both sign."))
            return redirect("paper", ref=made.paper.ref)
    cases: dict[str, list[dict[str, Any]]] = open_cases(store) if store is not None else {}
    titles = {"complaints": _("Open complaints"), "repairs": _("Open repairs"), "hotline": pgettext("complaint", "Hotline cases")}
    context = {
        "form": form, "store": store, "now": timezone.now(), "cases": [(titles[name], rows) for name, rows in cases.items()],
        "total": sum(len(rows) for rows in cases.values()), "draft_key": f"aftersales:handover:{store.code if store else ''}",
        "stores": _store_chips(request, policies.HAND_OVER_SHIFT, store),
    }  # fmt: skip
    return render(request, "aftersales/handover_new.html", context, status=422 if form.is_bound else 200)
