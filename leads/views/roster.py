"""The front desk's roster: a week, its shifts, the hours of the store (R012, R013)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.lists import address, day_of
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import policies, services
from leads import selectors_calendar as calendars
from leads.choices_appointments import ShiftKind
from leads.forms_calendar import HoursForm, ShiftEndForm, ShiftForm
from leads.models import Shift
from leads.services import roster as desk
from leads.views.show_homes import store_asked

WEEK = timedelta(days=7)


@allowed(policies.SEE_ROSTER, methods=("GET",))
def roster(request: HttpRequest) -> HttpResponse:
    """Who stands at the desk this week; a day without a customer manager is a gap."""
    store, stores = store_asked(request, policies.SEE_ROSTER)
    now = timezone.now()
    today = timezone.localtime(now).date()
    day = day_of(request.GET.get("week", "")) or today
    monday = desk.monday(day)
    hours = desk.hours_of(store)
    days = calendars.days_of(monday, today)
    rows = Shift.objects.visible_to(request.user).filter(store=store, day__range=(monday, monday + timedelta(days=6)), ended_at__isnull=True)
    shifts = list(rows.select_related("person"))
    managers = desk.customer_managers(store)
    may_plan = policies.PLAN_ROSTER.reaches(request.user, store.pk, own=False)
    context = {
        "store": store, "hours": hours, "days": days, "now": now, "today": today, "may_plan": may_plan,
        "may_set": policies.SET_HOURS.reaches(request.user, store.pk, own=False),
        "kinds": [_row(kind, days, shifts, managers, hours, now) for kind in ShiftKind],
        "gaps": [desk.words(desk.gaps(each.day, hours, shifts, managers)) if hours and each.day >= today else "" for each in days],
        "closed": [hours is not None and str(each.day.isoweekday()) not in hours.open_days for each in days],
        "week_words": calendars.week_words(monday), "before": address(request, week=(monday - WEEK).isoformat()),
        "after": address(request, week=(monday + WEEK).isoformat()), "this_week": address(request, week=None) if desk.monday(today) != monday else "",
        "stores": [{"says": s.name, "url": address(request, store=s.code), "active": s.pk == store.pk} for s in stores] if len(stores) > 1 else [],
    }  # fmt: skip
    return render(request, "leads/roster.html", context)


def _row(kind: Any, days: list[calendars.Day], shifts: list[Shift], managers: frozenset[int], hours: Any, now: Any) -> dict[str, Any]:
    words = ""
    if hours is not None:
        begins, ends = (hours.early_from, hours.early_until) if kind == ShiftKind.EARLY else (hours.late_from, hours.late_until)
        words = f"{begins:%H:%M}–{ends:%H:%M}"
    cells = [
        [{"pk": row.pk, "name": str(row.person), "manager": row.person_id in managers, "told": row.told_at, "reason": row.reason, "over": row.end_at <= now}
         for row in shifts if row.day == each.day and row.kind == kind]
        for each in days
    ]  # fmt: skip
    return {"code": kind.value, "says": str(kind.label), "hours": words, "cells": cells}


def _back(store: Any, day: date) -> HttpResponse:
    return redirect(f"{reverse('leads:roster')}?store={store.code}&week={desk.monday(day).isoformat()}")


@allowed(policies.PLAN_ROSTER)
@once
def roster_shifts(request: HttpRequest) -> HttpResponse:
    """Put somebody on the roster."""
    store, _stores = store_asked(request, policies.PLAN_ROSTER)
    day = day_of(request.GET.get("day", ""))
    kind = request.GET.get("kind", "")
    start = {"day": day, "kind": kind if kind in ShiftKind.values else "early"}
    form = ShiftForm(request.POST if request.method == "POST" else None, store=store, initial=start)
    if form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            made = services.plan_shift(store, **told, by=request.user, at=timezone.now())
            messages.success(request, _told(made))
            return _back(store, made.day)
    context = {"form": form, "store": store, "title": _("Plan a shift"), "button": _("Put on the roster"), "hours": desk.hours_of(store)}
    return render(request, "leads/roster_act.html", context, status=422 if form.is_bound else 200)


def _told(made: Shift) -> str:
    if made.kind == ShiftKind.LATE and made.told_at is not None:
        return _("{name} is on the roster and has been told.").format(name=made.person)
    if made.kind == ShiftKind.LATE:
        return _("{name} is on the roster and will be told the day before.").format(name=made.person)
    return _("{name} is on the roster.").format(name=made.person)


@allowed(policies.PLAN_ROSTER)
@once
def roster_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else takes the shift, or nobody does."""
    rows = Shift.objects.visible_to(request.user, policies.PLAN_ROSTER).filter(ended_at__isnull=True)
    row = get_object_or_404(rows.select_related("store", "person"), pk=pk)
    form = ShiftEndForm(request.POST if request.method == "POST" else None, store=row.store)
    if form.is_valid():
        other, reason, now = form.cleaned_data["person"], form.cleaned_data["reason"], timezone.now()
        with refusals_on(form):
            if other is not None and other.pk != row.person_id:
                messages.success(request, _told(services.change_shift(row, person=other, reason=reason, by=request.user, at=now)))
            else:
                services.end_shift(row, reason=reason, by=request.user, at=now)
                messages.success(request, _("{name} is off the roster.").format(name=row.person))
            return _back(row.store, row.day)
    context = {"form": form, "store": row.store, "row": row, "title": _("Change the shift"), "button": _("Change the shift"), "hours": desk.hours_of(row.store)}
    return render(request, "leads/roster_act.html", context, status=422 if form.is_bound else 200)


@allowed(policies.SET_HOURS)
@once
def roster_hours(request: HttpRequest) -> HttpResponse:
    """Opening hours and shifts of a store, in versions."""
    store, _stores = store_asked(request, policies.SET_HOURS)
    hours = desk.hours_of(store)
    form = HoursForm(request.POST if request.method == "POST" else None, days=_weekdays(), initial=HoursForm.start(hours))
    if form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            services.set_desk_hours(
                store, opens=told["opens"], closes=told["closes"], early=(told["early_from"], told["early_until"]),
                late=(told["late_from"], told["late_until"]), open_days="".join(told["open_days"]), by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The hours of {store} are kept; shifts that are planned stay as they are.").format(store=store))
            return redirect(f"{reverse('leads:roster')}?store={store.code}")
    context = {"form": form, "store": store, "title": _("Hours of the store"), "button": _("Save the hours"), "hours": hours}
    return render(request, "leads/roster_hours.html", context, status=422 if form.is_bound else 200)


def _weekdays() -> list[tuple[str, str]]:
    names = (
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"), pgettext("weekday", "Thu"), pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"), pgettext("weekday", "Sun"),
    )  # fmt: skip
    return [(str(n), name) for n, name in enumerate(names, start=1)]
