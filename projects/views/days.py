"""The meter of a site, lost days, stopped work, extensions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from projects import forms, forms_days, policies, policies_days, selectors_days, services
from projects.choices import UNFINISHED, Stage
from projects.selectors_preparation import day
from projects.services.days import STAGES
from projects.services.property import extension_gap
from projects.services.unsigned import late_days, late_price
from projects.views.frame import Page, act, link, shown, site

METER = Page(gettext_lazy("Changes and days"), "", template="projects/meter.html")


@allowed(policies.SEE_MONEY, methods=("GET",))
def meter(request: HttpRequest, ref: str) -> HttpResponse:
    """Contract, signed and unsigned changes, lost days with their owners, and how the agreed completion came about; down to the rows."""
    project = site(request, ref, policies.SEE_MONEY)
    context = {
        "meter": selectors_days.site_meter(project), "changes": project.change_list, "late": late_days(project), "late_price": late_price(project)[0],
        "days": list(project.lost_days.select_related("evidence", "extension__paper", "by").order_by("on")),
        "works": list(project.unsigned_works.select_related("let_by", "change", "evidence")),
        "gap": extension_gap(project), "may_extend": policies_days.EXTEND.allows(request.user), "may_note": policies_days.NOTE_UNSIGNED.allows(request.user),
        "may_settle": policies.SETTLE.allows(request.user) and project.stage in (Stage.COMPLETED, Stage.ACCEPTED),
    }  # fmt: skip
    return shown(request, project, None, METER, **context)


LOST_DAYS = Page(
    gettext_lazy("Lost days"), gettext_lazy("Count the day"), gettext_lazy("The day cannot be counted"), "projects/lost_days.html",
    spans=(("on", 2), ("reason", 2), ("owner", 2), ("says", 6), ("evidence", 6)),
)  # fmt: skip


@allowed(policies.SEE_PROJECTS, post=policies_days.COUNT_DAYS)
@once
def lost_days(request: HttpRequest, ref: str) -> HttpResponse:
    """Every lost day with its one owner; another one is counted with its evidence."""
    project = site(request, ref, policies_days.COUNT_DAYS if request.method == "POST" else policies.SEE_PROJECTS)
    may = policies_days.COUNT_DAYS.allows(request.user) and project.stage in [str(stage) for stage in STAGES]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms_days.LostDayForm(*given, project=project, initial={"on": timezone.localdate()}) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            services.note_lost_day(
                project, on=told["on"], reason=told["reason"], owner=told["owner"], says=told["says"], evidence=told["evidence"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Counted."))
            return redirect(link("lost-days", project))
    rows = list(project.lost_days.select_related("evidence", "extension__paper", "by", "struck_by").order_by("-on", "-id"))
    context = {
        "days": rows, "owners": selectors_days.days_by_owner([row for row in rows if row.struck_at is None]), "multipart": True,
        "may_strike": may, "stop": project.stops.filter(until_on__isnull=True).first(), "may_stop": policies_days.STOP_WORK.allows(request.user),
        "may_extend": policies_days.EXTEND.allows(request.user),
    }  # fmt: skip
    return shown(request, project, form, LOST_DAYS, **context)


STRIKE = Page(gettext_lazy("Strike a lost day"), gettext_lazy("Strike it"), gettext_lazy("The day cannot be struck"), "projects/row_act.html")


@allowed(policies_days.COUNT_DAYS)
@once
def lost_day_strikes(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """A second person strikes a day that was counted wrongly."""
    project = site(request, ref, policies_days.COUNT_DAYS)
    row = get_object_or_404(project.lost_days.select_related("project", "by"), pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.strike_lost_day(row, reason=told["reason"], by=request.user, at=at)
        return _("Struck; the row stays with its reason.")

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    about = f"{day(row.on)} · {row.get_owner_display()} · {row.says} · {row.by}"
    return act(request, project, form, STRIKE, verb, to=link("lost-days", project), about=about)


STOPS = Page(
    gettext_lazy("Work stands still"), gettext_lazy("Declare the stop"), gettext_lazy("The stop cannot be declared"), "projects/stops.html",
    spans=(("from_on", 3), ("until_on", 3), ("reason", 3), ("owner", 3), ("says", 6), ("evidence", 6)),
)  # fmt: skip


@allowed(policies.SEE_PROJECTS, post=policies_days.STOP_WORK)
@once
def stops(request: HttpRequest, ref: str) -> HttpResponse:
    """Periods in which nobody worked; while one is open the clocks of phases and patrols stand still."""
    project = site(request, ref, policies_days.STOP_WORK if request.method == "POST" else policies.SEE_PROJECTS)
    may = policies_days.STOP_WORK.allows(request.user) and project.stage in [str(stage) for stage in STAGES]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms_days.StopForm(*given, project=project, initial={"from_on": timezone.localdate()}) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            services.declare_stop(
                project, from_on=told["from_on"], until_on=told["until_on"], reason=told["reason"], owner=told["owner"], says=told["says"],
                evidence=told["evidence"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Declared; the clocks of the phases stand still."))
            return redirect(link("stops", project))
    rows = list(project.stops.select_related("evidence", "by", "ended_by").prefetch_related("days").order_by("-from_on"))
    return shown(request, project, form, STOPS, stops=rows, multipart=True, may_end=policies_days.STOP_WORK.allows(request.user), today=timezone.localdate())


STOP_END = Page(gettext_lazy("Work goes on"), gettext_lazy("Resume the works"), gettext_lazy("The stop cannot be ended"), "projects/row_act.html")


@allowed(policies_days.STOP_WORK)
@once
def stop_ends(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The last day without work; its days are counted."""
    project = site(request, ref, policies_days.STOP_WORK)
    row = get_object_or_404(project.stops.select_related("project"), pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.end_stop(row, until_on=told["until_on"], by=request.user, at=at)
        return _("Work goes on; %(count)s days are counted.") % {"count": made.days.count()}

    form = forms_days.StopEndForm(request.POST if request.method == "POST" else None, project=project, initial={"until_on": timezone.localdate()})
    since = _("from %(day)s") % {"day": day(row.from_on)}
    about = f"{since} · {row.get_owner_display()} · {row.says}"
    return act(request, project, form, STOP_END, verb, to=link("lost-days", project), about=about)


EXTENSIONS = Page(
    gettext_lazy("Extension of the schedule"), gettext_lazy("Write the extension"), gettext_lazy("The extension cannot be written yet"),
    "projects/extensions.html",
)


@allowed(policies.SEE_PROJECTS, post=policies_days.EXTEND)
@once
def extensions(request: HttpRequest, ref: str) -> HttpResponse:
    """P26: told, negotiated by both sides, written for chosen days, signed by both (G15)."""
    project = site(request, ref, policies_days.EXTEND if request.method == "POST" else policies.SEE_PROJECTS)
    may = policies_days.EXTEND.allows(request.user) and project.stage in [*[str(stage) for stage in UNFINISHED], Stage.PAUSED]
    free = forms_days.free_days(project)
    count = free.count()
    initial = {"told_on": timezone.localdate(), "agreed": count or None, "days": [row.pk for row in free]}
    form = forms_days.ExtensionForm(request.POST if request.method == "POST" else None, project=project, free=free, initial=initial) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.issue_extension(
                project, days=list(told["days"]), agreed=told["agreed"], situation=told["situation"], told_on=told["told_on"], talks=told["talks"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The extension %(ref)s is written; both sides sign it.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    context = {
        "extensions": project.extension_list, "moves": selectors_days.moves_of(project), "free": count, "gap": extension_gap(project),
        "may_withdraw": policies_days.EXTEND.allows(request.user), "permit": project.permit_in_force, "contract_due_on": project.contract.due_on,
        "may_permit": policies.FILE_PERMIT.allows(request.user),
    }  # fmt: skip
    return shown(request, project, form, EXTENSIONS, **context)


EXTENSION_WITHDRAWAL = Page(
    gettext_lazy("Withdraw the extension"), gettext_lazy("Withdraw"), gettext_lazy("The extension cannot be withdrawn"), "projects/row_act.html"
)


@allowed(policies_days.EXTEND)
@once
def extension_withdrawals(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """It was not agreed after all; its days are free again."""
    project = site(request, ref, policies_days.EXTEND)
    row = get_object_or_404(project.extensions.select_related("project", "paper"), seq=seq)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.withdraw_extension(row, reason=told["reason"], by=request.user, at=at)
        return _("Withdrawn; its paper is void, its days are free.")

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    about = f"{row.paper.ref} · {row.situation}"
    return act(request, project, form, EXTENSION_WITHDRAWAL, verb, to=link("extensions", project), about=about)
