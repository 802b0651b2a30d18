"""Pages of return-visit rounds and of bad answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aftersales import forms_rounds as forms
from aftersales import policies_rounds as policies
from aftersales import selectors_rounds as selectors
from aftersales import services
from aftersales.choices import ATTEMPTS, Channel
from aftersales.choices_rounds import LowSource, RoundState, TargetState
from aftersales.forms_repairs import Nothing
from aftersales.models import LowScore, RoundTarget, VisitRound
from aftersales.round_terms import scripts
from aftersales.services.round_report import whom
from aftersales.services.rounds import CALLERS, LEADS, key_of
from core.lists import address
from core.models import CompanyProfile, Deadline
from core.once import once
from core.policies import Permission, allowed
from core.refusals import refusals_on
from leads.care import calling, rest_at
from staff.models import Holding, Store, User

LOW_CLOCKS = ("aftersales.complaint_low_call", "aftersales.low_score")


def store_for(request: HttpRequest, permission: Permission) -> tuple[Store, list[Store]]:
    """The store that a new round or survey is of: the one in the address, else the first in which the person may make one."""
    found = list(Store.objects.filter(pk__in=permission.stores(request.user)).order_by("pk"))
    asked = request.GET.get("store", "")
    return next((store for store in found if store.code == asked), found[0]), found


def callers(store: Any) -> Any:
    """Who makes return visits in a store."""
    held = Holding.objects.open().filter(store=store, post__in=CALLERS).values("user")
    return User.objects.here().filter(pk__in=held).order_by("pinyin", "pk")


# --- rounds -----------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_ROUNDS, methods=("GET",))
def round_list(request: HttpRequest) -> HttpResponse:
    """The rounds, the newest first: how far they are, and how far with members and key customers."""
    show = request.GET.get("show", "")
    page = selectors.rounds_page(request.user, show, after=request.GET.get("after", ""))
    chips = [{"says": _("All"), "url": address(request, show=None), "active": not show}]
    chips += [{"says": s.label, "url": address(request, show=None if show == s.value else s.value), "active": show == s.value} for s in RoundState]
    rows = [(row, selectors.round_state(row)) for row in page.rows]
    context = {"page": page, "rows": rows, "chips": chips, "may_make": policies.MAKE_ROUNDS.allows(request.user)}
    context["may_call"] = policies.CALL_ROUND.allows(request.user)
    return render(request, "aftersales/round_list.html", context)


@allowed(policies.MAKE_ROUNDS)
@once
def round_new(request: HttpRequest) -> HttpResponse:
    """Draw a list and divide it; it is looked at before it is handed out."""
    store, stores = store_for(request, policies.MAKE_ROUNDS)
    today = timezone.localdate()
    start = {"from_on": today, "until_on": today + timedelta(days=3), "script": "in_warranty"}
    form = forms.RoundForm(request.POST or None, officers=callers(store), initial=start)
    if form.is_valid():
        with refusals_on(form):
            made = services.draw_round(store, by=request.user, at=timezone.now(), **form.told)
            messages.success(request, _("%(name)s is drawn: look at the list, then hand it out.") % {"name": made.name})
            return redirect(made)
    context = {"form": form, "store": store, "stores": stores, "draft_key": f"aftersales:round-new:{store.code}"}
    return render(request, "aftersales/round_new.html", context, status=422 if form.is_bound else 200)


def _round(request: HttpRequest, ref: str, permission: Permission) -> VisitRound:
    found: VisitRound = get_object_or_404(VisitRound.objects.visible_to(request.user).select_related("store", "by", "report"), ref=ref)
    if permission is not policies.SEE_ROUNDS and not permission.reaches(request.user, found.store_id, own=False):
        raise Http404
    return found


@allowed(policies.SEE_ROUNDS, methods=("GET",))
def round_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One round: coverage, officers, every customer; a report opens down to these rows."""
    return _shown(request, _round(request, ref, policies.SEE_ROUNDS))


def _shown(request: HttpRequest, found: VisitRound, form: Any = None) -> HttpResponse:
    now, show, officer = timezone.now(), request.GET.get("show", ""), request.GET.get("officer", "")
    rows = selectors.chosen_targets(selectors.targets(request.user).filter(round=found), show, officer)
    page = selectors.keyset(rows, order=("seq",), after=request.GET.get("after", ""), size=50)
    far = selectors.coverage(found)
    leads = policies.MAKE_ROUNDS.reaches(request.user, found.store_id, own=False)
    gaps = services.closing_gaps(found) if found.state == RoundState.RUNNING and leads else []
    context = {
        "round": found, "state": selectors.round_state(found), "far": far, "officers": selectors.officers_of(found), "page": page, "now": now, "form": form,
        "rows": [selectors.target_row(row) for row in page.rows], "chips": _chips(request, far, show, officer), "whom": whom(found), "gaps": gaps,
        "may_lead": leads, "script": scripts()[found.script], "next": _next(found, far, leads, gaps),
    }  # fmt: skip
    return render(request, "aftersales/round.html", context, status=422 if form is not None else 200)


def _next(found: VisitRound, far: selectors.Coverage, leads: bool, gaps: list[Any]) -> dict[str, Any]:
    if found.state == RoundState.PREPARED and leads:
        return {"act": "start", "note": _("every customer has three days from then")}
    if found.state == RoundState.RUNNING and leads and not gaps:
        return {"act": "close", "note": _("all who had to be called were called") if not far.open else _("who was not called is left out")}
    if found.report is not None:
        return {"act": "report", "note": found.report.ref}
    return {"act": "", "note": ""}


def _chips(request: HttpRequest, far: selectors.Coverage, show: str, officer: str) -> list[dict[str, Any]]:
    shows = [
        ("open", TargetState.OPEN.label, far.open), ("reached", TargetState.REACHED.label, far.reached), ("tried", TargetState.TRIED.label, far.tried),
        ("left_out", TargetState.LEFT_OUT.label, far.left_out), ("always", _("Members and key customers"), far.always), ("bad", _("Not content"), ""),
        ("bare", _("No neutral caller"), far.bare),
    ]  # fmt: skip
    chips = [{"says": _("All"), "count": far.asked, "url": address(request, show=None, officer=None), "active": not show and not officer}]
    for code, says, count in shows:
        if count != 0 or show == code:
            chips.append({"says": says, "count": count, "url": address(request, show=None if show == code else code), "active": show == code})
    if officer:
        chips.append({"says": officer, "count": "", "url": address(request, officer=None), "active": True})
    return chips


def _posted(request: HttpRequest, found: VisitRound, verb: Callable[[], str]) -> HttpResponse:
    """A button without a form: a refusal stands at the head of the round's page."""
    form = Nothing(request.POST)
    form.is_valid()
    with refusals_on(form):
        messages.success(request, verb())
        return redirect(found)
    return _shown(request, found, form)


@allowed(policies.MAKE_ROUNDS, methods=("POST",))
@once
def round_starts(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand the lists out (R020)."""
    found = _round(request, ref, policies.MAKE_ROUNDS)

    def verb() -> str:
        services.start_round(found, by=request.user, at=timezone.now())
        return _("The lists are handed out.")

    return _posted(request, found, verb)


@allowed(policies.MAKE_ROUNDS, methods=("POST",))
@once
def round_drops(request: HttpRequest, ref: str) -> HttpResponse:
    found = _round(request, ref, policies.MAKE_ROUNDS)

    def verb() -> str:
        services.drop_round(found, by=request.user, at=timezone.now())
        return _("The list is thrown away; another one can be drawn.")

    return _posted(request, found, verb)


@allowed(policies.MAKE_ROUNDS)
@once
def round_closings(request: HttpRequest, ref: str) -> HttpResponse:
    """S05: close the round with its report."""
    found = _round(request, ref, policies.MAKE_ROUNDS)
    form = forms.ClosingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = services.close_round(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The round is closed; its report is written."))
            return redirect("paper", made.report.ref if made.report else "")
    rows = selectors.targets(request.user).filter(round=found, calls__reached=True).exclude(calls__with_what="", calls__suggestion="")
    told = {
        "round": found, "far": selectors.coverage(found), "officers": selectors.officers_of(found), "gaps": services.closing_gaps(found),
        "said": [selectors.target_row(row) for row in rows.order_by("seq")[:30]], "form": form, "draft_key": f"aftersales:round-closings:{ref}",
    }  # fmt: skip
    return render(request, "aftersales/round_closing.html", told, status=422 if form.is_bound else 200)


# --- the officer's list --------------------------------------------------------------------------------------------------------


@allowed(policies.CALL_ROUND, methods=("GET",))
def round_mine(request: HttpRequest) -> HttpResponse:
    """Whom I still have to call, in all rounds; made for the phone as for the desk."""
    page = selectors.keyset(
        selectors.targets(request.user).filter(officer=request.user, state=TargetState.OPEN, round__state=RoundState.RUNNING),
        order=("round_id", "seq"), after=request.GET.get("after", ""), size=50,
    )  # fmt: skip
    now = timezone.now()
    rows = [selectors.target_row(row) for row in page.rows]
    context = {
        "page": page, "now": now, "rows": rows, "agreed": sorted((r for r in rows if r.wanted_at), key=lambda r: r.wanted_at or now), "hours": calling(),
        "rest": rest_at(now),
    }  # fmt: skip
    return render(request, "aftersales/round_mine.html", context)


def _target(request: HttpRequest, ref: str, seq: int, permission: Permission) -> RoundTarget:
    rows = RoundTarget.objects.visible_to(request.user).select_related(
        "round__store", "officer", "project__customer", "project__dossier", "project__store", "project__lead", "project__home", "project__contract__paper",
    )  # fmt: skip
    found: RoundTarget = get_object_or_404(rows, round__ref=ref, seq=seq)
    if not permission.reaches(request.user, found.store_id, own=False):
        raise Http404
    return found


@allowed(policies.CALL_ROUND)
@once
def round_calls(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """S04, R020–R024: what to say, the number, one attempt."""
    found, now = _target(request, ref, seq, policies.CALL_ROUND), timezone.now()
    start = {"visited_at": timezone.localtime(now), "channel": Channel.PHONE}
    form = forms.RoundCallForm(request.POST if request.method == "POST" else None, initial=start, now=now)
    if form.is_valid():
        with refusals_on(form):
            made = services.record_round_call(found, by=request.user, **form.told)
            messages.success(request, _called(made))
            return redirect("aftersales:round-mine" if found.officer_id == request.user.pk else found.round)
    return _call_page(request, found, form, status=422 if form.is_bound else 200)


def _called(made: Any) -> str:
    if made.paper is not None:
        return _("The visit is on record: %(ref)s.") % {"ref": made.paper.ref}
    return _("Attempt %(n)s of %(most)s is noted.") % {"n": made.seq, "most": ATTEMPTS}


def _call_page(request: HttpRequest, found: RoundTarget, form: Any, *, phone: str = "", refused: Any = None, status: int = 200) -> HttpResponse:
    now, site = timezone.now(), found.project
    company = CompanyProfile.objects.order_by("-pk").values_list("name", flat=True).first() or ""
    with translation.override("zh-hans"):  # what is said to the customer is said in his language, whatever the page's is
        called = site.customer.called.replace(" ", "")
    lines = scripts()[found.round.script].said(company=company, name=str(request.user), customer=called, occasion=found.round.occasion)
    context = {
        "target": found, "round": found.round, "project": site, "form": form, "now": now, "lines": lines, "phone": phone, "refused": refused,
        "tried": list(found.calls.select_related("by", "paper")), "attempts": ATTEMPTS, "is_open": found.state == TargetState.OPEN,
        "clock": Deadline.objects.filter(clock="aftersales.round_call", key=key_of(found), stopped_at__isnull=True).first(),
        "rest": rest_at(now), "may_lead": bool(request.user.posts_for(found.store_id) & set(LEADS)),
        "draft_key": f"aftersales:round-calls:{found.round.ref}:{found.seq}",
    }  # fmt: skip
    return render(request, "aftersales/round_call.html", context, status=status)


@allowed(policies.CALL_ROUND, methods=("POST",))
def round_phone(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The number to call, once; each look is on record (LR-43)."""
    found, now = _target(request, ref, seq, policies.CALL_ROUND), timezone.now()
    nothing = Nothing(request.POST)
    nothing.is_valid()
    blank = forms.RoundCallForm(initial={"visited_at": timezone.localtime(now), "channel": Channel.PHONE}, now=now)
    with refusals_on(nothing):
        return _call_page(request, found, blank, phone=services.show_round_phone(found, by=request.user, at=now))
    return _call_page(request, found, blank, refused=nothing, status=422)


@allowed(policies.MAKE_ROUNDS)
@once
def round_officers(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """Another officer calls this customer."""
    found = _target(request, ref, seq, policies.MAKE_ROUNDS)
    form = forms.OfficerForm(request.POST or None, people=callers(found.store_id), initial={"officer": found.officer_id})
    if form.is_valid():
        with refusals_on(form):
            services.hand_target_over(found, officer=form.cleaned_data["officer"], by=request.user, at=timezone.now())
            messages.success(request, _("%(name)s calls this customer.") % {"name": form.cleaned_data["officer"]})
            return redirect(found.round)
    site = found.project
    context = {
        "form": form, "title": _("Who calls"), "button": _("Give the customer over"), "refusal": _("This customer cannot be given over"),
        "back": found.round.get_absolute_url(), "back_says": _("Back to the round"), "note": _("Nobody calls a customer whom he serves."),
        "draft_key": request.path,
        "cells": [(_("Customer"), site.customer_name, found.round.ref), (_("Home"), site.address, site.ref), (_("On the list of"), found.officer or "–", "")],
    }  # fmt: skip
    return render(request, "aftersales/plain_act.html", context, status=422 if form.is_bound else 200)


# --- bad answers ---------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_LOW, methods=("GET",))
def low_list(request: HttpRequest) -> HttpResponse:
    """Every bad answer, its case, and whether the customer was called about it; never one about the reader."""
    show, source = request.GET.get("show", ""), request.GET.get("source", "")
    page = selectors.lows_page(request.user, show, source, after=request.GET.get("after", ""))
    chips = [
        {"says": _("All"), "url": address(request, show=None, source=None), "active": not show and not source},
        {"says": _("Not called yet"), "url": address(request, show=None if show == "open" else "open"), "active": show == "open", "tone": "soon"},
    ]
    for row in LowSource:
        on = source == row.value
        chips.append({"says": row.label, "url": address(request, source=None if on else row.value), "active": on})
    return render(request, "aftersales/low_list.html", {"page": page, "rows": page.rows, "chips": chips})


@allowed(policies.SEE_LOW, post=policies.CALL_LOW)
@once
def low_score(request: HttpRequest, ref: str) -> HttpResponse:
    """One bad answer: its paper, its case, the call of the same day."""
    rows = LowScore.objects.visible_to(request.user)
    rows = rows.select_related("paper", "project__customer", "project__dossier", "project__store", "project__contract__paper")
    found: LowScore = get_object_or_404(rows, paper__ref=ref)
    may = policies.CALL_LOW.reaches(request.user, found.store_id, own=False)
    if request.method == "POST" and not may:
        raise Http404
    form = forms.LowCallForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = services.record_low_call(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            attempt = _("Attempt %(n)s of %(most)s is noted.") % {"n": made.seq, "most": ATTEMPTS}
            messages.success(request, _("The call is kept.") if made.reached else attempt)
            return redirect(request.path)
    context = {
        "low": found, "project": found.project, "form": form, "may": may, "calls": list(found.calls.select_related("by")), "attempts": ATTEMPTS,
        "about": [row.person for row in found.about.select_related("person")], "case_url": reverse("aftersales:complaint", args=[found.case]),
        "clock": Deadline.objects.filter(clock__in=LOW_CLOCKS, key__in=(found.case, found.project.ref), stopped_at__isnull=True).first(),
        "by_visit": found.source == LowSource.EVALUATION, "draft_key": request.path, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "aftersales/low_score.html", context, status=422 if form.is_bound else 200)


__all__ = [
    "low_list", "low_score", "round_calls", "round_closings", "round_drops", "round_list", "round_mine", "round_new", "round_officers", "round_page",
    "round_phone", "round_starts",
]  # fmt: skip
