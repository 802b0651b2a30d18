"""Preparation: doubts, crews, the foreman's price, the works notice, the schedule, materials."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.lists import keyset
from core.money import ZERO
from core.once import once
from core.policies import Permission, allowed
from core.refusals import refusals_on
from projects import forms_preparation as forms
from projects import plans, policies, services
from projects import selectors_preparation as rows
from projects.choices_preparation import Rhythm
from projects.forms import EmptyForm, ReasonForm
from projects.models import Crew, Schedule, SchedulePhase
from projects.views.frame import Page, act, link, shown, site
from projects.views.property import _paper_page, _posted, _today, row_act
from staff import posts
from staff.models import Store

# --- doubts ----------------------------------------------------------------------------------------------------------

DOUBTS = Page(
    gettext_lazy("Doubts in drawings and budget"), gettext_lazy("Raise the doubt"), gettext_lazy("The doubt cannot be noted"), "projects/tables_act.html",
    spans=(("about", 6), ("where", 6), ("text", 6), ("proposal", 6)),
)  # fmt: skip


@allowed(policies.SEE_PROJECTS, post=policies.REVIEW_DRAWINGS)
@once
def doubts(request: HttpRequest, ref: str) -> HttpResponse:
    """P14: raised by who builds, answered by who designed, closed by who reviews (G7)."""
    project = site(request, ref, policies.REVIEW_DRAWINGS if request.method == "POST" else policies.SEE_PROJECTS)
    tables = [rows.doubts(project, request.user)]
    surveys = list(project.presurveys.select_related("by").order_by("-id")[:5])
    may = rows.within(project, request.user, policies.REVIEW_DRAWINGS)
    links = [rows.Act(_("Note the review"), link("reviews", project)), rows.Act(_("Survey before the works"), link("pre-surveys", project))] if may else []
    if not may:
        page = Page(DOUBTS.title, "", template="projects/preparation.html")
        return shown(request, project, None, page, tables=tables, surveys=surveys, links=links)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.raise_doubt(project, **told, by=request.user, at=at)
        return _("The doubt is noted; design answers it.")

    form = forms.DoubtForm(_posted(request), project=project, initial={"about": "drawing"})
    return act(request, project, form, DOUBTS, verb, to=link("doubts", project), tables=tables, surveys=surveys, links=links)


def _answered(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.answer_doubt(row, answer=told["answer"], by=by, at=at)
    return _("Answered; who reviews closes it.")


def _closed(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.close_doubt(row, by=by, at=at)
    return _("The doubt is closed.")


doubt_answers = row_act(
    policies.ANSWER_DOUBT, lambda project: project.doubts.select_related("by"),
    Page(
        gettext_lazy("Answer the doubt"), gettext_lazy("Answer"), gettext_lazy("The doubt cannot be answered"), "projects/row_act.html",
        spans=(("answer", 6),),
    ),
    forms.AnswerForm, _answered, "doubts",
)  # fmt: skip
doubt_closings = row_act(
    policies.REVIEW_DRAWINGS, lambda project: project.doubts.select_related("by"),
    Page(gettext_lazy("Close the doubt"), gettext_lazy("Close it"), gettext_lazy("The doubt cannot be closed"), "projects/row_act.html"),
    EmptyForm, _closed, "doubts", line=lambda row: f"{row.text} → {row.answer}",
)  # fmt: skip

SURVEY = Page(
    gettext_lazy("Survey before the works"), gettext_lazy("Note the survey"), gettext_lazy("The survey cannot be noted"),
    note=gettext_lazy("supervisor, designer and customer, on site"), spans=(("surveyed_on", 3), ("present", 3), ("comparison", 6), ("corrections", 6)),
)  # fmt: skip


@allowed(policies.REVIEW_DRAWINGS)
@once
def pre_surveys(request: HttpRequest, ref: str) -> HttpResponse:
    """P15."""
    project = site(request, ref, policies.REVIEW_DRAWINGS)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.record_pre_survey(project, **told, by=request.user, at=at)
        return _("The survey is in the file.")

    present = "、".join(str(person) for person in (project.supervisor, project.designer) if person) + "、" + project.customer_name
    form = forms.PreSurveyForm(_posted(request), project=project, initial={"present": present, **_today(surveyed_on=True)})
    return act(request, project, form, SURVEY, verb, to=link("doubts", project))


# --- crews -----------------------------------------------------------------------------------------------------------


def _own_store(request: HttpRequest) -> Any:
    """The store whose crews this person keeps; the first of several."""
    return get_object_or_404(Store.objects.filter(pk__in=policies.KEEP_CREWS.stores(request.user)).order_by("pk")[:1])


@allowed(policies.SEE_CREWS, post=policies.KEEP_CREWS)
@once
def crews(request: HttpRequest) -> HttpResponse:
    """P17: the crews of the store, with leader, trades and labour contract."""
    form = forms.CrewForm(_posted(request))
    if form.is_valid():
        with refusals_on(form):
            made = services.add_crew(_own_store(request), **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The crew %(name)s is registered.") % {"name": made.name})
            return redirect("projects:crew", made.pk)
    page = keyset(Crew.objects.visible_to(request.user).prefetch_related("contracts", "members"), order=("name", "id"), after=request.GET.get("after", ""))
    context = {"page": page, "rows": page.rows, "form": form, "may_keep": policies.KEEP_CREWS.allows(request.user), "today": timezone.localdate()}
    return render(request, "projects/crews.html", context, status=422 if form.is_bound else 200)


def _crew(request: HttpRequest, pk: int, permission: Permission) -> Any:
    """A crew that this person may see, or keep."""
    return get_object_or_404(Crew.objects.visible_to(request.user, permission).select_related("store"), pk=pk)


def _crew_page(request: HttpRequest, crew: Any, *, member: Any = None, labour: Any = None) -> HttpResponse:
    day = timezone.localdate()
    context = {
        "crew": crew, "members": list(crew.members.order_by("left_on", "id")), "contracts": list(crew.contracts.select_related("scan").order_by("-until_on")),
        "sites": list(crew.sites.select_related("project").order_by("-id")[:12]), "may_keep": policies.KEEP_CREWS.allows(request.user), "today": day,
        "form": member or labour, "member": member or forms.MemberForm(prefix="member"),
        "labour": labour or forms.LabourForm(prefix="labour", initial={"signed_on": day, "until_on": day + timedelta(days=365)}),
    }  # fmt: skip
    return render(request, "projects/crew.html", context, status=422 if member or labour else 200)


@allowed(policies.SEE_CREWS, post=policies.KEEP_CREWS)
@once
def crew(request: HttpRequest, pk: int) -> HttpResponse:
    """One crew: who is in it; a POST adds somebody."""
    found = _crew(request, pk, policies.KEEP_CREWS if request.method == "POST" else policies.SEE_CREWS)
    if request.method != "POST":
        return _crew_page(request, found)
    form = forms.MemberForm(request.POST, prefix="member")
    if form.is_valid():
        with refusals_on(form):
            services.add_crew_member(found, **form.cleaned_data, by=request.user, at=timezone.now())
            return redirect("projects:crew", pk)
    return _crew_page(request, found, member=form)


@allowed(policies.KEEP_CREWS, methods=("POST",))
@once
def labour_contracts(request: HttpRequest, pk: int) -> HttpResponse:
    """P18."""
    found = _crew(request, pk, policies.KEEP_CREWS)
    form = forms.LabourForm(request.POST, request.FILES, prefix="labour")
    if form.is_valid():
        with refusals_on(form):
            services.file_labour_contract(found, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The labour contract is filed."))
            return redirect("projects:crew", pk)
    return _crew_page(request, found, labour=form)


@allowed(policies.KEEP_CREWS, methods=("POST",))
@once
def crew_member_ends(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Somebody leaves the crew today."""
    found = _crew(request, pk, policies.KEEP_CREWS)
    form = forms.MemberForm(request.POST, prefix="member")
    with refusals_on(form):
        services.end_crew_member(get_object_or_404(found.members, pk=member), on=timezone.localdate(), by=request.user, at=timezone.now())
    return redirect("projects:crew", pk)


ASSIGN = Page(
    gettext_lazy("Crews of the site"), gettext_lazy("Send the crew"), gettext_lazy("The crew cannot be assigned yet"), "projects/tables_act.html",
    gettext_lazy("under a labour contract in force; customer service is told"), (("crew", 6), ("trades", 3), ("from_on", 3)),
)  # fmt: skip


@allowed(policies.KEEP_CREWS)
@once
def crew_assignments(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.KEEP_CREWS)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.assign_crew(project, **told, by=request.user, at=at)
        return _("%(crew)s is registered; customer service has been told.") % {"crew": made.crew.name}

    form = forms.CrewAssignmentForm(_posted(request), project=project, initial={"from_on": max(project.starts_on, timezone.localdate())})
    found = [
        rows.Row((row.crew.name, row.crew.leader, posts.listed(row.trades), rows.day(row.from_on), rows.day(row.told_on)))
        for row in project.crews.select_related("crew").order_by("id")
    ]
    head = (_("Crew"), _("Crew leader"), _("Trades"), pgettext("crew", "From"), _("Customer service told"))
    table = rows.Table(_("Crews of the site"), head, found, _("No crew is registered for this site yet."))
    links = [rows.Act(_("Works notice"), link("works-notices", project)), rows.Act(_("All crews"), reverse("projects:crews"))]
    return act(request, project, form, ASSIGN, verb, to=link("crew-assignments", project), tables=[table], links=links)


NOTICE = Page(
    gettext_lazy("Works notice"), gettext_lazy("Write the notice"), gettext_lazy("The works notice cannot be issued yet"),
    note=gettext_lazy("handed out at the disclosure"),
)  # fmt: skip


@allowed(policies.KEEP_CREWS)
@once
def works_notices(request: HttpRequest, ref: str) -> HttpResponse:
    """P16."""
    return _paper_page(request, ref, policies.KEEP_CREWS, NOTICE, services.issue_works_notice)


PRICE = Page(
    gettext_lazy("Price of the foreman"), gettext_lazy("Agree the price"), gettext_lazy("The price cannot be agreed"), "projects/tables_act.html",
    gettext_lazy("a new agreement takes the place of the old one"),
    (("total", 2), ("note", 4), ("start", 2), ("concealed", 2), ("midterm", 2), ("completion", 2), ("final", 2)),
)  # fmt: skip


@allowed(policies.SEE_FOREMAN_PRICE, post=policies.AGREE_FOREMAN_PRICE)
@once
def foreman_prices(request: HttpRequest, ref: str) -> HttpResponse:
    """P38: what was agreed with the foreman, by instalments."""
    project = site(request, ref, policies.AGREE_FOREMAN_PRICE if request.method == "POST" else policies.SEE_FOREMAN_PRICE)
    price = project.foreman_prices.select_related("foreman", "by").prefetch_related("instalments").filter(replaced_at__isnull=True).first()
    parts = price.instalments.all() if price else ()
    found = [rows.Row((row.get_milestone_display(), f"{row.percent.normalize():f} %", f"¥{row.amount:,.2f}")) for row in parts]
    note = f"{price.foreman} · ¥{price.total:,.2f}" if price else ""
    table = rows.Table(_("Agreed"), (_("Due at"), _("Share"), _("Amount")), found, _("No price is agreed with the foreman yet."), note)
    if not rows.within(project, request.user, policies.AGREE_FOREMAN_PRICE):
        return shown(request, project, None, Page(PRICE.title, "", template="projects/preparation.html"), tables=[table], links=[])

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.agree_foreman_price(project, total=told["total"], note=told["note"], parts=form.parts(), by=request.user, at=at)
        return _("The price is agreed.")

    form = forms.ForemanPriceForm(_posted(request), project=project)
    return act(request, project, form, PRICE, verb, to=link("foreman-prices", project), tables=[table], links=[])


# --- schedule --------------------------------------------------------------------------------------------------------

SCHEDULE = Page(gettext_lazy("Schedule"), "", template="projects/schedule.html")


@allowed(policies.SEE_PROJECTS, methods=("GET",))
def schedule(request: HttpRequest, ref: str) -> HttpResponse:
    """P19, P20: planned and real, phase by phase, on one measure."""
    project = site(request, ref, policies.SEE_PROJECTS)
    found = Schedule.objects.select_related("paper").filter(project=project).first()
    phases = list(found.phases.all()) if found else []
    may = rows.within(project, request.user, policies.PLAN_SCHEDULE)
    links = []
    if may:
        printed = rows.Act(_("Print for the customer"), link("schedule-papers", project))
        links = [printed if found else rows.Act(_("Draw the schedule"), link("schedule-new", project))]
    links.append(rows.Act(_("Materials"), link("materials", project)))
    moves = list(project.phasemoves.select_related("phase", "because_of", "by").order_by("-id")[:12]) if found else []
    return shown(
        request, project, None, SCHEDULE, schedule=found, gantt=rows.gantt(project, phases, request.user), links=links, moves=moves, may=may,
        late=(max(p.planned_end for p in phases) - project.due_on).days if phases else 0,
    )  # fmt: skip


DRAW = Page(
    gettext_lazy("Draw the schedule"), gettext_lazy("Draw it"), gettext_lazy("The schedule cannot be drawn"),
    note=gettext_lazy("from the template of the home's size; phases can be moved afterwards"), spans=(("starts_on", 2), ("band", 2), ("rhythm", 2)),
)  # fmt: skip


@allowed(policies.PLAN_SCHEDULE)
@once
def schedule_new(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.PLAN_SCHEDULE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.draw_schedule(project, **told, by=request.user, at=at)
        return _("The schedule is drawn; its materials are on the list.")

    start = {"starts_on": project.started_on or project.starts_on, "band": plans.band_of(project.area_m2).code, "rhythm": Rhythm.DAILY}
    return act(request, project, forms.ScheduleForm(_posted(request), project=project, initial=start), DRAW, verb, to=link("schedule", project))


def _phases(project: Any) -> Any:
    return SchedulePhase.objects.filter(project=project).select_related("schedule")


def _moved(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    moves = services.move_phase(row, **told, by=by, at=at)
    return ngettext("Moved; %(n)s phase has new days.", "Moved; %(n)s phases have new days.", len(moves)) % {"n": len(moves)}


def _started(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.start_phase(row, on=told["on"], by=by, at=at)
    return _("%(phase)s has begun.") % {"phase": row.name}


def _finished(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.finish_phase(row, on=told["on"], by=by, at=at)
    return _("%(phase)s is finished.") % {"phase": row.name}


phase_moves = row_act(
    policies.PLAN_SCHEDULE, _phases,
    Page(gettext_lazy("Move the phase"), gettext_lazy("Move the days"), gettext_lazy("The phase cannot be moved"), "projects/row_act.html",
         gettext_lazy("what depends on it moves with it"), (("start", 3), ("days", 3), ("reason", 6))),
    forms.MoveForm, _moved, "schedule", start=lambda row: {"start": row.planned_start, "days": row.days},
)  # fmt: skip
phase_starts = row_act(
    policies.PLAN_SCHEDULE, _phases,
    Page(gettext_lazy("The phase begins"), gettext_lazy("Begin"), gettext_lazy("The phase cannot begin yet"), "projects/row_act.html"),
    forms.DayForm, _started, "schedule", start=lambda row: _today(on=True),
)  # fmt: skip
phase_ends = row_act(
    policies.PLAN_SCHEDULE, _phases,
    Page(gettext_lazy("The phase is finished"), gettext_lazy("Finish"), gettext_lazy("The phase is not finished"), "projects/row_act.html"),
    forms.DayForm, _finished, "schedule", start=lambda row: _today(on=True),
)  # fmt: skip

PRINT = Page(
    gettext_lazy("Schedule for the customer"), gettext_lazy("Write the schedule"), gettext_lazy("The schedule cannot be written yet"),
    note=gettext_lazy("with the days that the customer has to keep in mind"),
)  # fmt: skip


@allowed(policies.PLAN_SCHEDULE)
@once
def schedule_papers(request: HttpRequest, ref: str) -> HttpResponse:
    """P20."""
    return _paper_page(request, ref, policies.PLAN_SCHEDULE, PRINT, services.issue_schedule)


# --- materials -------------------------------------------------------------------------------------------------------

MATERIALS = Page(gettext_lazy("Materials"), "", template="projects/preparation.html")


@allowed(policies.SEE_PROJECTS | policies.KEEP_MATERIALS, methods=("GET",))
def materials(request: HttpRequest, ref: str) -> HttpResponse:
    """P21 and what we order for the customer."""
    seen = policies.SEE_PROJECTS if policies.SEE_PROJECTS.allows(request.user) else policies.KEEP_MATERIALS
    project = site(request, ref, seen)
    may = rows.within(project, request.user, policies.KEEP_MATERIALS)
    links = [rows.Act(_("Print the customer's list"), link("material-papers", project))] if may else []
    links.append(rows.Act(_("Schedule"), link("schedule", project)))
    return shown(request, project, None, MATERIALS, tables=list(rows.materials(project, request.user)), links=links)


MATERIAL = Page(
    gettext_lazy("Add a material"), gettext_lazy("Add it"), gettext_lazy("The material cannot be added"),
    spans=(("buyer", 6), ("name", 3), ("spec", 3), ("quantity", 2), ("needed_on", 2), ("order_by", 2)),
)  # fmt: skip


@allowed(policies.KEEP_MATERIALS)
@once
def material_new(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.KEEP_MATERIALS)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.add_material(project, **told, by=request.user, at=at)
        return _("%(name)s is on the list.") % {"name": made.name}

    start = {"buyer": "client", "needed_on": timezone.localdate() + timedelta(days=10)}
    return act(request, project, forms.MaterialForm(_posted(request), project=project, initial=start), MATERIAL, verb, to=link("materials", project))


def _ordered(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.order_material(row, **(told | {"deposit": told["deposit"] or ZERO}), by=by, at=at)
    return _("Ordered; its day is watched.")


def _arrived(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.receive_material(row, on=told["on"], by=by, at=at)
    return _("%(name)s is on site.") % {"name": row.name}


def _refused(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.refuse_material(row, **told, by=by, at=at)
    return _("It goes back; the new day is watched.")


def _installed(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.install_material(row, on=told["on"], by=by, at=at)
    return _("%(name)s is installed.") % {"name": row.name}


def _material_dropped(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.drop_material(row, reason=told["reason"], by=by, at=at)
    return _("It is off the list.")


def _material_act(page: Page, form: Any, verb: Any, **more: Any) -> Any:
    return row_act(policies.KEEP_MATERIALS, lambda project: project.materials.select_related("phase"), page, form, verb, "materials", **more)


_ROW = "projects/row_act.html"
material_orders = _material_act(
    Page(gettext_lazy("Order the material"), gettext_lazy("Note the order"), gettext_lazy("The order cannot be noted"), _ROW), forms.OrderForm, _ordered,
    start=lambda row: {"promised_on": row.needed_on, **_today(ordered_on=True)},
)  # fmt: skip
material_arrivals = _material_act(
    Page(gettext_lazy("The material has arrived"), gettext_lazy("Note the arrival"), gettext_lazy("The arrival cannot be noted"), _ROW),
    forms.DayForm, _arrived, start=lambda row: _today(on=True),
)  # fmt: skip
material_refusals = _material_act(
    Page(gettext_lazy("The material goes back"), gettext_lazy("Send it back"), gettext_lazy("The refusal cannot be noted"), _ROW, spans=(("reason", 6),)),
    forms.RefusalForm, _refused, start=lambda row: {**_today(on=True), "promised_on": timezone.localdate() + timedelta(days=7)},
)  # fmt: skip
material_installations = _material_act(
    Page(gettext_lazy("The material is installed"), gettext_lazy("Note the installation"), gettext_lazy("This cannot be noted yet"), _ROW),
    forms.DayForm, _installed, start=lambda row: _today(on=True),
)  # fmt: skip
material_drops = _material_act(
    Page(gettext_lazy("The material is not needed"), gettext_lazy("Take it off"), gettext_lazy("This cannot be noted yet"), _ROW, spans=(("reason", 6),)),
    ReasonForm, _material_dropped,
)  # fmt: skip

LIST = Page(
    gettext_lazy("Material list of the customer"), gettext_lazy("Write the list"), gettext_lazy("The list cannot be issued yet"),
    note=gettext_lazy("told in time, not the day before"),
)  # fmt: skip


@allowed(policies.KEEP_MATERIALS)
@once
def material_papers(request: HttpRequest, ref: str) -> HttpResponse:
    """P21."""
    return _paper_page(request, ref, policies.KEEP_MATERIALS, LIST, services.issue_material_list)


@allowed(policies.KEEP_MATERIALS, methods=("GET",))
def materials_due(request: HttpRequest) -> HttpResponse:
    """What all sites wait for, the most urgent first."""
    page = keyset(rows.materials_due(request.user), order=("needed_on", "id"), after=request.GET.get("after", ""))
    now = timezone.now()
    found = [
        rows.material_row(row.project.seen_at(now), row, may=rows.within(row.project, request.user, policies.KEEP_MATERIALS), with_site=True)
        for row in page.rows
    ]
    head = (_("Which site"), _("Material"), _("Needed on site by"), _("Order by"), _("Supplier"), _("Promised for"), _("State"))
    table = rows.Table("", head, found, _("No site waits for a material."))
    return render(request, "projects/materials_due.html", {"page": page, "table": table})
