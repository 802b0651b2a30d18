"""Pages of site order: walks, deliveries, fine slips, diary, notes, briefings, incidents, instruments, and what lies behind the walls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.once import once
from core.policies import Permission, Policy, allowed, narrow
from core.refusals import refusals_on
from inspections import forms_order as forms
from inspections import policies, selectors
from inspections import policies_order as may
from inspections import policies_quantities as quantities
from inspections import selectors_order as questions
from inspections.choices import ref_words
from inspections.choices_order import FINE_HEARD, FINE_LIVING, FineState, IncidentKind, OrderKind, StepKind
from inspections.models import (
    DeliveryLine,
    DiaryDay,
    Incident,
    Rectification,
    SiteFine,
    SiteNote,
    SiteOrderCheck,
    SitePhoto,
    Tool,
)
from inspections.order_data import conduct, order_rules
from inspections.services import conduct as walks
from inspections.services import deliveries, fines, instruments, site_life
from inspections.views.checks import _sent
from leads.models import Room
from projects.models import Project, SiteMaterial
from projects.models.base import is_mine, mine
from projects.views.frame import name_gaps
from staff.models import User


def _site(request: HttpRequest, ref: str, permission: Permission) -> Project:
    """The site, if it lies within this person's scope for the act; else there is none."""
    found: Project = get_object_or_404(selectors.sites(request.user, permission).select_related("store", "dossier"), ref=ref)
    return found


def _of(request: HttpRequest, model: Any, ref: str, permission: Permission, *related: str, **which: Any) -> Any:
    """A row of a site within the person's scope for the act."""
    rows = narrow(model.objects.all(), request.user, permission, own=mine(request.user, "project__"))
    return get_object_or_404(rows.select_related("project__store", "project__dossier", *related), project__ref=ref, **which)


def _within(request: HttpRequest, permission: Permission, project: Project) -> bool:
    return permission.reaches(request.user, project.store_id, own=is_mine(project, request.user))


def _back(project: Project) -> str:
    return reverse("inspections:order", args=[project.ref])


def _done(request: HttpRequest, form: Any, verb: Callable[[dict[str, Any], datetime], Any], says: str) -> Any:
    """What the verb made, or nothing when the form or the rules refuse it; the form then holds the reasons and what was typed."""
    if form.is_valid():
        with refusals_on(form):
            made = verb(form.told() if hasattr(form, "told") else form.cleaned_data, timezone.now())
            messages.success(request, says)
            return made
    return None


def _page(request: HttpRequest, template: str, project: Project, form: Any, context: dict[str, Any]) -> HttpResponse:
    refused = form is not None and form.is_bound
    name_gaps(project, form, request.user)
    context = {"project": project, "form": form, "back_url": _back(project)} | context
    return render(request, f"inspections/order/{template}.html", context, status=422 if refused else 200)


# --- the site's own page -------------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def order(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything of a site beside the checks, as doors with a word on how it stands."""
    project = _site(request, ref, policies.SEE_CHECKS)
    doors = [
        ("inspections:behind", _("Behind the walls"), _("what was covered, by room, with photos"), "camera", policies.SEE_CHECKS),
        ("inspections:order-checks", _("Order and safety"), _("walks with a score; faults are put right"), "check", policies.SEE_CHECKS),
        ("inspections:deliveries", _("Deliveries"), _("certificates, batch, what is refused"), "box", policies.SEE_CHECKS),
        ("inspections:quantities", _("Measured quantities"), _("by two, beside the quotation"), "ruler", quantities.SEE_QUANTITIES),
        ("inspections:site-material-reports", _("Quality and material use"), _("counted for the meeting"), "chart", quantities.SEE_MATERIAL_REPORTS),
        ("inspections:diary", _("Construction diary"), _("weather, people, works, photos"), "book", may.SEE_DIARY),
        ("inspections:notes", _("Notes of the owner"), _("in writing, signed by both"), "note", policies.SEE_CHECKS),
        ("inspections:briefings", _("Safety briefings"), _("before a crew works"), "shield", policies.SEE_CHECKS),
        ("inspections:incidents", _("Accidents and hazards"), _("reported at once"), "phone", may.SEE_INCIDENTS),
        ("inspections:fines", _("Fine slips"), _("to the foreman, with appeal"), "yuan", may.SEE_FINES),
    ]  # fmt: skip
    rows = [
        (reverse(name, args=[ref]), says, note, icon)
        for name, says, note, icon, policy in doors
        if _within(request, policy, project)
    ]
    return render(
        request,
        "inspections/order/index.html",
        {"project": project, "doors": rows, "back_url": reverse("inspections:for_project", args=[ref])},
    )


@allowed(policies.SEE_CHECKS, methods=("GET",))
def behind(request: HttpRequest, ref: str) -> HttpResponse:
    """What lies behind this wall: by room, trade, day, crew, with photos."""
    project = _site(request, ref, policies.SEE_CHECKS)
    rooms = questions.behind_the_walls(project)
    wanted = request.GET.get("room", "")
    shown = (
        [room for room in rooms if str(room.key) == wanted]
        if wanted.isdecimal()
        else [room for room in rooms if room.items]
    )
    context = {
        "project": project, "rooms": rooms, "shown": shown, "wanted": wanted, "crews": list(project.arrivals.order_by("pk").values_list("crew", flat=True)),
        "back_url": _back(project),
    }  # fmt: skip
    return render(request, "inspections/order/behind.html", context)


# --- walks through the conduct items ---------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def order_checks(request: HttpRequest, ref: str) -> HttpResponse:
    project = _site(request, ref, policies.SEE_CHECKS)
    context = {
        "walks": questions.walks_of(project),
        "kinds": OrderKind.choices,
        "may_walk": _within(request, may.CHECK_ORDER, project),
    }
    return _page(request, "walks", project, None, context)


@allowed(may.CHECK_ORDER)
@once
def order_check_new(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """The quick checklist on the phone."""
    project = _site(request, ref, may.CHECK_ORDER)
    if kind not in OrderKind.values:
        raise Http404
    form = forms.WalkForm(*_sent(request), kind=kind)
    if made := _done(
        request,
        form,
        lambda told, at: walks.walk_site(project, kind=kind, by=request.user, at=at, **told),
        _("The walk is recorded."),
    ):
        return redirect("inspections:order-check", ref, made.number)
    return _page(
        request,
        "walk_new",
        project,
        form,
        {
            "kind": kind,
            "ref_words": ref_words,
            "title": OrderKind(kind).label,
            "back_url": reverse("inspections:order-checks", args=[ref]),
        },
    )


@allowed(policies.SEE_CHECKS, methods=("GET",))
def order_check(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found = _of(request, SiteOrderCheck, ref, policies.SEE_CHECKS, "by", number=number)
    faults = {
        row.finding.item_code: row
        for row in Rectification.objects.filter(finding__order_check=found).select_related("finding", "responsible")
    }
    for row in faults.values():
        row.project = found.project
    rows = [{"row": row, "fault": faults.get(row.code), "item": conduct().get(row.code)} for row in found.results.all()]
    context = {"walk": found, "rows": rows, "back_url": reverse("inspections:order-checks", args=[ref])}
    return _page(request, "walk", found.project, None, context)


@allowed(may.PLAN_RECTIFICATION, methods=("POST",))
@once
def rectification_plan(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The project manager tells the crew leader how a fault is put right."""
    from inspections.views.checks import _fault_page

    found = _of(
        request,
        Rectification,
        ref,
        may.PLAN_RECTIFICATION,
        "finding__quality_check",
        "finding__patrol",
        "responsible",
        "paper",
        number=number,
    )
    form = forms.PlanForm(request.POST)
    told = _done(
        request, form, lambda told, at: walks.plan_rectification(found, by=request.user, at=at, **told), _("Planned.")
    )
    return redirect(found) if told else _fault_page(request, found, status=422, plan=form)


# --- deliveries ------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def delivery_list(request: HttpRequest, ref: str) -> HttpResponse:
    return _deliveries(request, _site(request, ref, policies.SEE_CHECKS))


def _deliveries(request: HttpRequest, project: Project, form: Any = None, line: int = 0) -> HttpResponse:
    context = {
        "deliveries": questions.deliveries_of(project), "may_receive": _within(request, may.RECEIVE_GOODS, project), "wanted": line,
        "empty_form": forms.TakeOutForm(initial={"on": timezone.localdate()}),
    }  # fmt: skip
    return _page(request, "deliveries", project, form, context)


@allowed(may.RECEIVE_GOODS)
@once
def delivery_new(request: HttpRequest, ref: str) -> HttpResponse:
    """A delivery: what came, under which certificate, what goes back."""
    project = _site(request, ref, may.RECEIVE_GOODS)
    materials = SiteMaterial.objects.filter(
        project=project, dropped_at__isnull=True, installed_on__isnull=True
    ).order_by("needed_on", "pk")
    form = forms.DeliveryForm(*_sent(request), materials=materials)
    if made := _done(
        request,
        form,
        lambda told, at: deliveries.accept_goods(project, by=request.user, at=at, **told),
        _("The delivery is written down."),
    ):
        return redirect("paper", made.paper.ref) if made.paper else redirect("inspections:deliveries", ref)
    return _page(request, "delivery_new", project, form, {"back_url": reverse("inspections:deliveries", args=[ref])})


@allowed(may.RECEIVE_GOODS, methods=("POST",))
@once
def removals(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Refused goods are off the site."""
    project = _site(request, ref, may.RECEIVE_GOODS)
    row = get_object_or_404(DeliveryLine.objects.select_related("delivery__project"), pk=pk, delivery__project=project)
    form = forms.TakeOutForm(*_sent(request))
    if _done(
        request,
        form,
        lambda told, at: deliveries.take_out(row, by=request.user, at=at, **told),
        _("Noted: off the site."),
    ):
        return redirect("inspections:deliveries", ref)
    return _deliveries(request, project, form, pk)


# --- fine slips ------------------------------------------------------------------------------------------------------


@allowed(may.SEE_FINES, methods=("GET",))
def fine_list(request: HttpRequest) -> HttpResponse:
    """The slips of all sites, and what stands against each foreman."""
    show = request.GET.get("show", "")
    page = questions.fine_list(request.user, show=show, after=request.GET.get("after", ""))
    return render(
        request,
        "inspections/order/fine_list.html",
        {"page": page, "show": show, "sums": questions.sums_by_foreman(request.user)},
    )


@allowed(may.SEE_FINES, post=may.FINE)
@once
def site_fines(request: HttpRequest, ref: str) -> HttpResponse:
    """The slips of a site, and a new one."""
    project = _site(request, ref, may.FINE if request.method == "POST" else may.SEE_FINES)
    form = forms.FineForm(*_sent(request), initial={"rule": request.GET.get("rule", "")[:8]})
    if request.method == "POST" and (
        made := _done(
            request,
            form,
            lambda told, at: fines.write_fine(project, by=request.user, at=at, **told),
            _("The slip is written."),
        )
    ):
        return redirect(made)
    rows, stands = questions.fines_of(project)
    context = {
        "fines": rows,
        "stands": stands,
        "may_fine": _within(request, may.FINE, project),
        "limits": order_rules(),
    }
    return _page(request, "fines", project, form, context)


@allowed(may.SEE_FINES, methods=("GET",))
def fine(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    return _fine(request, _slip(request, ref, number, may.SEE_FINES))


def _slip(request: HttpRequest, ref: str, number: int, permission: Permission) -> SiteFine:
    found: SiteFine = _of(
        request, SiteFine, ref, permission, "by", "paper", "confirmed_by", "decided_by", "voided_by", number=number
    )
    return found


def _fine(request: HttpRequest, found: SiteFine, **bound: Any) -> HttpResponse:
    project, me = found.project, request.user.pk
    decides = _within(request, may.DECIDE_FINE, project) and me not in (found.by_id, found.foreman_id)
    until = fines.appeal_until(found)
    writes = _within(request, may.FINE, project) and me != found.foreman_id
    context = {
        "fine": found,
        "item": conduct().get(found.rule),
        "photos": [questions.shown(p) for p in SitePhoto.objects.filter(fine=found).select_related("attachment")],
        "until": until,
        "may_confirm": decides and found.state == FineState.PENDING,
        "may_decide": decides and found.state == FineState.APPEALED,
        "may_note": writes and found.state == FineState.ISSUED,
        "may_appeal": me == found.foreman_id
        and found.state in FINE_HEARD
        and until is not None
        and timezone.now() <= until,
        "may_void": (writes or decides) and found.state in (FineState.PENDING, *FINE_LIVING),
        "not_signed": bound.get("not_signed") or forms.NotSignedForm(),
        "appeal": bound.get("appeal") or forms.AppealForm(),
        "decide": bound.get("decide") or forms.DecideForm(),
        "void": bound.get("void") or forms.ReasonForm(),
        "confirm": bound.get("confirm"),
        "back_url": reverse("inspections:fines", args=[project.ref]),
    }
    return _page(request, "fine", project, next(iter(bound.values()), None), context)


def _fine_act(
    permissions: tuple[Permission, ...],
    form_of: Callable[[Any], Any],
    verb: Callable[..., Any],
    name: str,
    says: Callable[[], str],
) -> Any:
    """One act on a slip: its form, its verb, and back to the slip.  Of several permissions the first that the person holds says how far."""
    policy: Policy = permissions[0]
    for other in permissions[1:]:
        policy = policy | other

    @allowed(policy, methods=("POST",))
    @once
    def act(request: HttpRequest, ref: str, number: int) -> HttpResponse:
        found = _slip(
            request, ref, number, next(permission for permission in permissions if permission.allows(request.user))
        )
        form = form_of(request.POST)
        done = _done(request, form, lambda told, at: verb(found, by=request.user, at=at, **told), says())
        return redirect(found) if done else _fine(request, found, **{name: form})

    act.__doc__ = verb.__doc__
    return act


fine_confirmation = _fine_act(
    (may.DECIDE_FINE,), forms.forms.Form, fines.confirm_fine, "confirm", lambda: _("Confirmed; the slip is issued.")
)
fine_refusal = _fine_act(
    (may.FINE,),
    forms.NotSignedForm,
    fines.note_refusal,
    "not_signed",
    lambda: _("Noted; the witness signs the new slip."),
)
fine_appeal = _fine_act(
    (may.APPEAL_FINE,),
    forms.AppealForm,
    fines.appeal_fine,
    "appeal",
    lambda: _("The appeal is with the engineering manager."),
)
fine_decision = _fine_act((may.DECIDE_FINE,), forms.DecideForm, fines.decide_appeal, "decide", lambda: _("Decided."))
fine_void = _fine_act(
    (may.DECIDE_FINE, may.FINE), forms.ReasonForm, fines.void_fine, "void", lambda: _("The slip is void.")
)


# --- the diary -------------------------------------------------------------------------------------------------------


@allowed(may.SEE_DIARY, methods=("GET",))
def diary_list(request: HttpRequest) -> HttpResponse:
    """The diaries of all sites at work: which lack a page, which were not looked at."""
    show, today = request.GET.get("show", ""), timezone.localdate()
    page = questions.diary_list(request.user, show=show, after=request.GET.get("after", ""), today=today)
    return render(request, "inspections/order/diary_list.html", {"page": page, "show": show, "today": today})


@allowed(may.SEE_DIARY, post=may.KEEP_DIARY)
@once
def diary(request: HttpRequest, ref: str) -> HttpResponse:
    """The diary of a site, missing days in their place, and the next page."""
    project = _site(request, ref, may.KEEP_DIARY if request.method == "POST" else may.SEE_DIARY)
    asked = request.GET.get("day", "")
    form = forms.DiaryForm(*_sent(request), **({"initial": {"day": asked[:10]}} if asked else {}))
    if request.method == "POST" and _done(
        request,
        form,
        lambda told, at: site_life.write_day(project, by=request.user, at=at, **told),
        _("The day is written down."),
    ):
        return redirect("inspections:diary", ref)
    return _diary(request, project, form)


def _diary(request: HttpRequest, project: Project, form: Any, look: Any = None) -> HttpResponse:
    pages, missing = questions.diary_of(project, timezone.localdate())
    context = {
        "pages": pages, "missing": missing, "may_keep": _within(request, may.KEEP_DIARY, project), "may_look": _within(request, may.LOOK_AT_DIARY, project),
        "look": look, "earliest": timezone.localdate() - timedelta(days=site_life.DIARY_DAYS),
    }  # fmt: skip
    return _page(request, "diary", project, form, context)


@allowed(may.LOOK_AT_DIARY, methods=("POST",))
@once
def diary_look(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The engineering manager has looked at a page."""
    found = _of(request, DiaryDay, ref, may.LOOK_AT_DIARY, "by", pk=pk)
    form = forms.LookForm(request.POST)
    if _done(
        request, form, lambda told, at: site_life.look_at_day(found, by=request.user, at=at, **told), _("Looked at.")
    ):
        return redirect("inspections:diary", ref)
    return _diary(request, found.project, form, form)


# --- notes of the owner, briefings -----------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, post=may.WRITE_NOTE)
@once
def notes(request: HttpRequest, ref: str) -> HttpResponse:
    """Problems in writing, and a new one."""
    project = _site(request, ref, may.WRITE_NOTE if request.method == "POST" else policies.SEE_CHECKS)
    form = _note_form(project, *_sent(request))
    if request.method == "POST" and (
        made := _done(
            request,
            form,
            lambda told, at: site_life.write_note(project, by=request.user, at=at, **told),
            _("Written down; both sign."),
        )
    ):
        return redirect("paper", made.paper.ref)
    return _notes(request, project, form)


def _note_form(project: Project, *sent: Any) -> forms.NoteForm:
    people = User.objects.filter(pk__in=[pk for pk in (project.inspector_id, project.foreman_id) if pk])
    return forms.NoteForm(
        *sent, people=people, rooms=Room.objects.filter(home=project.home_id, removed_at__isnull=True)
    )


def _notes(request: HttpRequest, project: Project, form: Any, answer: Any = None, number: int = 0) -> HttpResponse:
    context = {
        "notes": questions.notes_of(project),
        "may_write": _within(request, may.WRITE_NOTE, project),
        "answer": answer or forms.NoteAnswerForm(),
        "wanted": number,
        "me": request.user.pk,
    }
    return _page(request, "notes", project, form, context)


@allowed(may.WRITE_NOTE, methods=("POST",))
@once
def note_answer(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """What is done about the owner's problem."""
    found = _of(request, SiteNote, ref, may.WRITE_NOTE, "told_to", number=number)
    form = forms.NoteAnswerForm(*_sent(request))
    if _done(
        request, form, lambda told, at: site_life.answer_note(found, by=request.user, at=at, **told), _("Answered.")
    ):
        return redirect("inspections:notes", ref)
    context = {
        "notes": questions.notes_of(found.project),
        "may_write": True,
        "answer": form,
        "wanted": number,
        "me": request.user.pk,
        "blank": _note_form(found.project),
    }
    return _page(request, "notes", found.project, form, context)


@allowed(policies.SEE_CHECKS, post=may.BRIEF)
@once
def briefings(request: HttpRequest, ref: str) -> HttpResponse:
    """Safety briefings of a site, and a new one."""
    project = _site(request, ref, may.BRIEF if request.method == "POST" else policies.SEE_CHECKS)
    form = forms.BriefingForm(*_sent(request))
    if request.method == "POST" and (
        made := _done(
            request,
            form,
            lambda told, at: site_life.brief_crew(project, by=request.user, at=at, **told),
            _("Recorded; the crew signs."),
        )
    ):
        return redirect("paper", made.paper.ref)
    rows = questions.briefings_of(project)
    context = {
        "briefings": rows,
        "unbriefed": questions.unbriefed(project, rows),
        "may_brief": _within(request, may.BRIEF, project),
    }
    return _page(request, "briefings", project, form, context)


# --- accidents and hazards -------------------------------------------------------------------------------------------


@allowed(may.SEE_INCIDENTS, methods=("GET",))
def incident_list(request: HttpRequest) -> HttpResponse:
    """Accidents and hazards of all sites, the newest first."""
    show = request.GET.get("show", "")
    page = questions.incident_list(request.user, show=show, after=request.GET.get("after", ""))
    return render(request, "inspections/order/incident_list.html", {"page": page, "show": show})


@allowed(may.SEE_INCIDENTS, post=may.REPORT_INCIDENT)
@once
def incidents(request: HttpRequest, ref: str) -> HttpResponse:
    """Report it at once."""
    project = _site(request, ref, may.REPORT_INCIDENT if request.method == "POST" else may.SEE_INCIDENTS)
    form = forms.IncidentForm(*_sent(request), initial={"happened_at": timezone.localtime()})
    if request.method == "POST" and (
        made := _done(
            request,
            form,
            lambda told, at: site_life.report_incident(project, by=request.user, at=at, **told),
            _("Reported. Whoever must know is told."),
        )
    ):
        return redirect(made)
    context = {
        "incidents": questions.incidents_of(project),
        "may_report": _within(request, may.REPORT_INCIDENT, project),
    }
    return _page(request, "incidents", project, form, context)


@allowed(may.SEE_INCIDENTS, methods=("GET",))
def incident(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    return _incident(request, _of(request, Incident, ref, may.SEE_INCIDENTS, "by", number=number))


def _incident(request: HttpRequest, found: Incident, form: Any = None) -> HttpResponse:
    steps = list(found.steps.select_related("by"))
    done = {step.kind for step in steps}
    clocks = [
        row
        for row in selectors.clocks_of(found.project)
        if row.key == f"{found.project.ref}/{found.number}" and row.link == found.get_absolute_url()
    ]
    open_form = form or forms.StepForm()
    taken_for = (StepKind.TAKEN,) if found.kind == IncidentKind.HAZARD or StepKind.TAKEN in done else ()
    open_form.fields["kind"].choices = [choice for choice in StepKind.choices if choice[0] not in taken_for]  # type: ignore[union-attr]
    context = {
        "incident": found, "steps": steps, "closed": StepKind.CLOSED in done, "step_form": open_form, "clock": next(iter(clocks), None),
        "may_handle": _within(request, may.HANDLE_INCIDENT, found.project),
        "photos": [questions.shown(p) for p in SitePhoto.objects.filter(incident=found).select_related("attachment")],
        "back_url": reverse("inspections:incidents", args=[found.project.ref]),
    }  # fmt: skip
    return _page(request, "incident", found.project, form, context)


@allowed(may.HANDLE_INCIDENT, methods=("POST",))
@once
def incident_step(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """What follows an incident."""
    found = _of(request, Incident, ref, may.HANDLE_INCIDENT, "by", number=number)
    form = forms.StepForm(*_sent(request))
    done = _done(
        request, form, lambda told, at: site_life.note_step(found, by=request.user, at=at, **told), _("Written down.")
    )
    return redirect(found) if done else _incident(request, found, form)


# --- instruments -----------------------------------------------------------------------------------------------------


@allowed(may.SEE_TOOLS, post=may.KEEP_TOOLS)
@once
def tools(request: HttpRequest) -> HttpResponse:
    """The measuring instruments: which readings count, which calibration runs out."""
    form = forms.ToolForm(*_sent(request))
    if request.method == "POST" and _done(
        request,
        form,
        lambda told, at: instruments.register_tool(request.user.home_store, by=request.user, at=at, **told),
        _("Registered."),
    ):
        return redirect("inspections:tools")
    return _tools(request, form)


def _tools(request: HttpRequest, form: Any, act: Any = None, wanted: int = 0) -> HttpResponse:
    bound = act if act is not None else form
    context = {
        "tools": questions.tools_for(request.user, timezone.localdate()),
        "form": form,
        "act": act,
        "wanted": wanted,
        "may_keep": may.KEEP_TOOLS.allows(request.user),
        "calibration": forms.CalibrationForm(),
        "retirement": forms.ReasonForm(),
        "today": timezone.localdate(),
    }
    return render(request, "inspections/order/tools.html", context, status=422 if bound.is_bound else 200)


def _tool(request: HttpRequest, pk: int) -> Tool:
    found: Tool = get_object_or_404(
        narrow(Tool.objects.select_related("store__dossier"), request.user, may.KEEP_TOOLS), pk=pk
    )
    return found


@allowed(may.KEEP_TOOLS, methods=("POST",))
@once
def tool_calibration(request: HttpRequest, pk: int) -> HttpResponse:
    """It was calibrated again."""
    found, form = _tool(request, pk), forms.CalibrationForm(*_sent(request))
    if _done(
        request,
        form,
        lambda told, at: instruments.calibrate(found, by=request.user, at=at, **told),
        _("Its readings count."),
    ):
        return redirect("inspections:tools")
    return _tools(request, forms.ToolForm(), form, pk)


@allowed(may.KEEP_TOOLS, methods=("POST",))
@once
def tool_retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """It is broken or lost."""
    found, form = _tool(request, pk), forms.ReasonForm(request.POST)
    if _done(
        request, form, lambda told, at: instruments.retire_tool(found, by=request.user, at=at, **told), _("Retired.")
    ):
        return redirect("inspections:tools")
    return _tools(request, forms.ToolForm(), form, pk)


__all__ = [
    "behind", "briefings", "delivery_list", "delivery_new", "diary", "diary_list", "diary_look", "fine", "fine_appeal", "fine_confirmation", "fine_decision",
    "fine_list", "fine_refusal", "fine_void", "incident", "incident_list", "incident_step", "incidents", "note_answer", "notes", "order", "order_check",
    "order_check_new", "order_checks", "rectification_plan", "removals", "site_fines", "tool_calibration", "tool_retirement", "tools",
]  # fmt: skip
