"""Slips between departments (S25), the quality of delivered homes (P50), the Saturday summary (R031)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import forms_slips as forms
from aftersales import policies_slips as policies
from aftersales import selectors_slips as selectors
from aftersales import services
from aftersales.choices_slips import Seen, SlipState
from aftersales.models import CoordinationSlip, WeekSummary
from aftersales.services.slips import departments_of
from aftersales.services.week_summary import figures_of_week, week_told
from aftersales.views.complaint_reports import _store, _store_chips
from core.calendar import evening
from core.lists import address
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads.models import Lead
from projects.models import Project
from projects.views import frame

# --- slips -----------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_SLIPS, methods=("GET",))
def slip_list(request: HttpRequest) -> HttpResponse:
    """The slips of one's own departments; the open ones first of all."""
    show = request.GET.get("show", "")
    show = show if show in selectors.SLIP_SHOWS else ""
    page = selectors.slip_list(request.user, show, after=request.GET.get("after", ""), at=timezone.now())
    says = {
        "": pgettext("slip", "Open"), "to_us": _("Asked of us"), "by_us": _("Asked by us"), "late": _("Late"), "answered": pgettext("slip", "Answered"),
        "closed": pgettext("slip", "Closed"), "all": pgettext("slip", "All"),
    }  # fmt: skip
    chips = [
        {"says": words, "url": address(request, show=None if code == show else code or None), "active": code == show}
        for code, words in says.items()
    ]
    context = {"page": page, "chips": chips, "now": timezone.now(), "may_write": policies.WRITE_SLIPS.allows(request.user)}
    return render(request, "aftersales/slip_list.html", context)


def _files(user: Any) -> QuerySet[Lead]:
    """The client files about which a person may ask another department: one's enquiries, and those of one's sites."""
    return Lead.objects.filter(Q(pk__in=Lead.objects.visible_to(user).values("pk")) | Q(pk__in=Project.objects.visible_to(user).values("lead")))


@allowed(policies.WRITE_SLIPS)
@once
def slip_new(request: HttpRequest) -> HttpResponse:
    """S25: another department is asked; from a client file it is about that customer."""
    asked = request.GET.get("lead", "")
    lead = get_object_or_404(_files(request.user).select_related("customer", "store"), ref=asked) if asked else None
    store = lead.store_id if lead is not None else request.user.home_store_id
    form = forms.SlipForm(
        request.POST or None, mine=departments_of(request.user, store), initial={"answer_by": evening(timezone.localdate() + timedelta(days=2))}
    )
    if form.is_valid():
        with refusals_on(form):
            made = services.write_slip(lead=lead, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(ref)s is written; the head of the department is reminded.") % {"ref": made.ref})
            return redirect(made)
    context = {"form": form, "lead": lead, "draft_key": f"aftersales:slip:{asked}"}
    return render(request, "aftersales/slip_new.html", context, status=422 if form.is_bound else 200)


@allowed(policies.SEE_SLIPS, methods=("GET",))
def slip(request: HttpRequest, ref: str) -> HttpResponse:
    """One slip: what was asked, by when, what was answered."""
    return _slip_page(request, _slip(request, ref))


def _slip(request: HttpRequest, ref: str) -> CoordinationSlip:
    rows = CoordinationSlip.objects.visible_to(request.user).select_related(
        "store", "lead__customer", "from_department", "to_department", "by", "answered_by", "closed_by"
    )
    return get_object_or_404(rows, ref=ref)


def _slip_page(request: HttpRequest, row: CoordinationSlip, **bound: Any) -> HttpResponse:
    forms_of = {"answer_form": forms.SlipAnswerForm, "close_form": forms.SlipCloseForm, "withdraw_form": forms.SlipWithdrawForm}
    lead = row.lead
    context = {
        "slip": row, "now": timezone.now(), **selectors.slip_rights(request.user, row), **{name: bound.get(name) or kind() for name, kind in forms_of.items()},
        "lead_url": reverse("leads:file", args=[lead.ref]) if lead is not None and Lead.objects.visible_to(request.user).filter(pk=lead.pk).exists() else "",
        "is_late": row.state == SlipState.WAITING and row.answer_by < timezone.now(),
    }  # fmt: skip
    return render(request, "aftersales/slip.html", context, status=422 if bound else 200)


def _slip_act(request: HttpRequest, ref: str, name: str, form: Any, verb: Callable[..., Any], says: str) -> HttpResponse:
    row = _slip(request, ref)
    if form.is_valid():
        with refusals_on(form):
            verb(row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, says)
            return redirect(row)
    return _slip_page(request, row, **{name: form})


@allowed(policies.WRITE_SLIPS, methods=("POST",))
@once
def slip_answers(request: HttpRequest, ref: str) -> HttpResponse:
    """The asked department answers."""
    return _slip_act(request, ref, "answer_form", forms.SlipAnswerForm(request.POST), services.answer_slip, _("The answer is written."))


@allowed(policies.WRITE_SLIPS, methods=("POST",))
@once
def slip_closings(request: HttpRequest, ref: str) -> HttpResponse:
    """Who asked says that it is done."""
    return _slip_act(request, ref, "close_form", forms.SlipCloseForm(request.POST), services.close_slip, _("The slip is closed."))


@allowed(policies.WRITE_SLIPS, methods=("POST",))
@once
def slip_withdrawals(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing is asked for any more."""
    return _slip_act(request, ref, "withdraw_form", forms.SlipWithdrawForm(request.POST), services.withdraw_slip, _("The slip is withdrawn."))


# --- the quality of delivered homes ------------------------------------------------------------------------------------------


@allowed(policies.SEE_TRACKS, methods=("GET",))
def track_list(request: HttpRequest) -> HttpResponse:
    """P50: what was noted of delivered homes, or the homes after which nobody has asked."""
    show = request.GET.get("show", "")
    show = show if show in selectors.TRACK_SHOWS else ""
    page = selectors.tracks_page(request.user, show, after=request.GET.get("after", ""))
    says = {"": pgettext("track", "All"), "watch": Seen.WATCH.label, "fault": Seen.FAULT.label, "never": _("Never asked")}
    chips = [
        {"says": words, "url": address(request, show=None if code == show else code or None), "active": code == show, "tone": "late" if code == "fault" else ""}
        for code, words in says.items()
    ]
    return render(request, "aftersales/track_list.html", {"page": page, "chips": chips, "never": show == "never"})


@allowed(policies.SEE_TRACKS, post=policies.TRACK)
@once
def site_tracks(request: HttpRequest, ref: str) -> HttpResponse:
    """P50: the records of one delivered home, and the next."""
    project = frame.site(request, ref, policies.TRACK if request.method == "POST" else policies.SEE_TRACKS)
    form = forms.TrackForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.track_quality(project, by=request.user, at=timezone.now(), **form.told)
            messages.success(request, _("The record is written."))
            return redirect(request.path)
    frame.name_gaps(project, form, request.user)
    context = {
        "project": project, "form": form, "tracks": selectors.tracks_of(request.user, project), "draft_key": f"aftersales:site-tracks:{ref}",
        "may": policies.TRACK.reaches(request.user, project.store_id, own=False),
    }  # fmt: skip
    return render(request, "aftersales/site_tracks.html", context, status=422 if form.is_bound else 200)


# --- the Saturday summary ------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_SUMMARIES, methods=("GET",))
def summary_list(request: HttpRequest) -> HttpResponse:
    """R031: the summaries, the newest first."""
    page = selectors.summaries_page(request.user, after=request.GET.get("after", ""))
    return render(request, "aftersales/summary_list.html", {"page": page, "may_write": policies.SUM_UP_WEEK.allows(request.user)})


@allowed(policies.SUM_UP_WEEK)
@once
def summary_new(request: HttpRequest) -> HttpResponse:
    """R031: the week's figures stand there; what they mean is written beside them."""
    store = _store(request, policies.SUM_UP_WEEK)
    form = forms.SummaryForm(request.POST or None)
    if store is not None and form.is_valid():
        with refusals_on(form):
            made = services.sum_up_week(store, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The summary is written; %(leader)s reads it.") % {"leader": made.leader})
            return redirect(made)
    monday = week_told(timezone.now())
    context = {
        "form": form, "store": store, "stores": _store_chips(request, policies.SUM_UP_WEEK, store), "monday": monday,
        "figures": figures_of_week(store, monday) if store is not None else {}, "draft_key": f"aftersales:summary:{store.code if store else ''}:{monday}",
        "written": WeekSummary.objects.filter(store=store, starts_on=monday).first(),
    }  # fmt: skip
    return render(request, "aftersales/summary_new.html", context, status=422 if form.is_bound else 200)


@allowed(policies.SEE_SUMMARIES, methods=("GET",))
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """R031: one week."""
    return _summary_page(request, _summary(request, pk), forms.ReadForm())


def _summary(request: HttpRequest, pk: int) -> WeekSummary:
    return get_object_or_404(WeekSummary.objects.visible_to(request.user).select_related("store", "by", "leader"), pk=pk)


def _summary_page(request: HttpRequest, row: WeekSummary, form: Any) -> HttpResponse:
    context = {"summary": row, "form": form, "may_read": row.leader_id == request.user.pk and row.read_at is None}
    return render(request, "aftersales/summary.html", context, status=422 if form.is_bound else 200)


@allowed(policies.SEE_SUMMARIES, methods=("POST",))
@once
def summary_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader notes that it was read."""
    row, form = _summary(request, pk), forms.ReadForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.read_summary(row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Noted; it is read."))
            return redirect(row)
    return _summary_page(request, row, form)
