"""Before the crew enters: people, review, permit and passes, disclosure, arrival."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO
from core.once import once
from core.policies import allowed
from core.refusals import Missing, refusals_on
from projects import forms, policies, selectors, services
from projects.choices import Role
from projects.models import Permit, Project
from projects.services import Point
from projects.views.frame import Page, act, link, name_gaps, shown, site
from staff import posts

PEOPLE = Page(
    gettext_lazy("Assign the people of the site"), gettext_lazy("Assign them"), gettext_lazy("The site cannot be staffed like this"),
    "projects/people_form.html",
)


@allowed(policies.STAFF_PROJECT)
@once
def people(request: HttpRequest, ref: str) -> HttpResponse:
    """派工: project manager, supervisor, inspector, foreman."""
    project = site(request, ref, policies.STAFF_PROJECT)
    form = forms.StaffForm(request.POST if request.method == "POST" else None, project=project, user=request.user, in_hand=selectors.in_hand(project.store_id))

    def verb(told: dict[str, Any], at: Any) -> str:
        services.staff_project(project, by=request.user, at=at, **told)
        return _("Assigned: %(names)s.") % {"names": posts.listed(str(person) for person in told.values())}

    return act(request, project, form, PEOPLE, verb, history=list(project.assignments.select_related("person", "by").order_by("-id")[:12]))


REVIEW = Page(
    gettext_lazy("Review drawings and budget"), gettext_lazy("Note the review"), gettext_lazy("The review cannot be noted yet"),
    template="projects/review_form.html",
)


@allowed(policies.REVIEW_DRAWINGS)
@once
def reviews(request: HttpRequest, ref: str) -> HttpResponse:
    """P14, G7."""
    project = site(request, ref, policies.REVIEW_DRAWINGS)

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.record_review(
            project, drawing_doubts=told["drawing_doubts"], budget_doubts=told["budget_doubts"], proposals=told["proposals"], by=request.user, at=at
        )
        return _("Reviewed without a doubt.") if made.is_clean else _("The doubt is noted; the gate stays closed until it is solved.")

    form = forms.ReviewForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, REVIEW, verb, reviews=list(project.reviews.select_related("by").order_by("-id")[:10]))


# --- permit and passes -----------------------------------------------------------------------------------------------

PERMIT = Page(
    gettext_lazy("Permit and passes"), gettext_lazy("Write the application"), gettext_lazy("The application cannot be written yet"),
    "projects/permits.html",
)


@allowed(policies.FILE_PERMIT)
@once
def permits(request: HttpRequest, ref: str) -> HttpResponse:
    """The renovation application (A01), what became of it, and the passes."""
    project = site(request, ref, policies.FILE_PERMIT)
    form = forms.PermitForm(
        request.POST if request.method == "POST" else None, project=project,
        initial={"from_on": project.starts_on, "until_on": project.due_on, "workers": 4, "works": _standard_works()},
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            made = services.file_permit(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The application %(ref)s is written; owner and person in charge sign it.") % {"ref": made.application.ref})
            return redirect("paper", made.application.ref)
    return _permit_page(request, project, form)


def _permit_page(request: HttpRequest, project: Project, form: Any, **more: Any) -> HttpResponse:
    rows = list(project.permits.select_related("application", "scan", "approved_by", "extends").order_by("-id"))
    waiting = next((row for row in rows if row.approved_on is None and row.rejected_at is None), None)
    asked = {"valid_from": waiting.from_on, "valid_until": waiting.until_on, "approved_on": timezone.localdate()} if waiting else {}
    context = {
        "permits": rows, "waiting": waiting, "in_force": project.permit_in_force,
        "approval": more.get("approval") or (forms.PermitApprovalForm(project=project, initial=asked) if waiting else None),
        "rejection": more.get("rejection") or forms.ReasonForm(project=project, prefix="no"),
        "pass_form": more.get("pass_form") or (forms.PassForm(project=project, prefix="pass") if project.permit_in_force else None),
        "passes": list(project.passes.select_related("permit", "replaced_by").order_by("-id")),
        "return_form": more.get("return_form"),
    }  # fmt: skip
    if context["return_form"] is None and any(p.returned_on is None for p in context["passes"]) and project.accepted_on is not None:
        context["return_form"] = forms.PassReturnForm(project=project, prefix="back", initial={"returned_on": timezone.localdate()})
    bound = any(getattr(f, "is_bound", False) for f in (form, *more.values()))
    gaps = [] if project.project_manager_id else [Missing(_("Assign a project manager."), posts.ENGINEERING_MANAGER, "S5")]
    for other in (context["approval"], context["rejection"], context["pass_form"], context["return_form"]):
        name_gaps(project, other, request.user)
    response = shown(request, project, form, PERMIT, missing=gaps, **context)
    response.status_code = 422 if bound else 200
    return response


def _standard_works() -> str:
    return "水电改造、防水、泥瓦、木作、涂饰、安装；不涉及承重结构、外立面、供暖和燃气设施。"


def _permit(project: Project, pk: int) -> Permit:
    found: Permit = get_object_or_404(project.permits.select_related("project", "application"), pk=pk)
    return found


@allowed(policies.FILE_PERMIT, methods=("POST",))
@once
def permit_approvals(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The property office's own permit (A02): number, period, scan; an extension re-issues the passes."""
    project = site(request, ref, policies.FILE_PERMIT)
    permit = _permit(project, pk)
    form = forms.PermitApprovalForm(request.POST, request.FILES, project=project)
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            told |= {name: told[name] or ZERO for name in ("deposit", "rubbish_fee")}
            services.approve_permit(permit, by=request.user, at=timezone.now(), **told)
            messages.success(request, _("The permit is recorded."))
            return redirect(link("permits", project))
    return _permit_page(request, project, forms.PermitForm(project=project), approval=form)


@allowed(policies.FILE_PERMIT, methods=("POST",))
@once
def permit_rejections(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The property office said no."""
    project = site(request, ref, policies.FILE_PERMIT)
    permit = _permit(project, pk)
    form = forms.ReasonForm(request.POST, project=project, prefix="no")
    if form.is_valid():
        with refusals_on(form):
            services.reject_permit(permit, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            messages.success(request, _("Noted; a new application can be written."))
            return redirect(link("permits", project))
    return _permit_page(request, project, forms.PermitForm(project=project), rejection=form)


@allowed(policies.FILE_PERMIT, methods=("POST",))
@once
def passes(request: HttpRequest, ref: str) -> HttpResponse:
    """A worker's pass (A03)."""
    project = site(request, ref, policies.FILE_PERMIT)
    form = forms.PassForm(request.POST, project=project, prefix="pass")
    if form.is_valid():
        with refusals_on(form):
            made = services.register_pass(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(worker)s has a pass until %(day)s.") % {"worker": made.worker, "day": made.valid_until})
            return redirect(link("permits", project))
    return _permit_page(request, project, forms.PermitForm(project=project), pass_form=form)


@allowed(policies.FILE_PERMIT, methods=("POST",))
@once
def pass_returns(request: HttpRequest, ref: str) -> HttpResponse:
    """Passes go back to the property office."""
    project = site(request, ref, policies.FILE_PERMIT)
    form = forms.PassReturnForm(request.POST, project=project, prefix="back")
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            count = services.return_passes(project, passes=list(told["passes"]), on=told["returned_on"], by=request.user, at=timezone.now())
            messages.success(request, ngettext("%(n)s pass was given back.", "%(n)s passes were given back.", count) % {"n": count})
            return redirect(link("permits", project))
    return _permit_page(request, project, forms.PermitForm(project=project), return_form=form)


# --- disclosure, arrival, papers -------------------------------------------------------------------------------------

DISCLOSURE = Page(
    gettext_lazy("Technical disclosure"), gettext_lazy("Write the disclosure record"),
    gettext_lazy("The disclosure cannot be recorded yet"), "projects/disclosure_form.html",
)


@allowed(policies.HOLD_DISCLOSURE)
@once
def disclosures(request: HttpRequest, ref: str) -> HttpResponse:
    """P23, G9: on the phone, on site, with customer, designer, foreman."""
    project = site(request, ref, policies.HOLD_DISCLOSURE)
    form = forms.DisclosureForm(request.POST if request.method == "POST" else None, project=project, initial={"held_at": timezone.localtime()})
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.record_disclosure(
                project, held_at=told["held_at"], points=[Point(*point) for point in form.ticked], problems=told["problems"],
                crew_leader=told["crew_leader"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The record %(ref)s is written; everybody who was there signs it.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    gaps = [
        Missing(_("Not assigned: {role}.").format(role=role.label), posts.ENGINEERING_MANAGER, "S5")
        for role in (Role.DESIGNER, Role.FOREMAN, Role.PROJECT_MANAGER)
        if project.person(role) is None
    ]
    return shown(request, project, form, DISCLOSURE, missing=gaps, last=project.disclosures.select_related("paper").order_by("-id").first())


ARRIVAL = Page(
    gettext_lazy("Report the crew on site"), gettext_lazy("Report"), gettext_lazy("The arrival cannot be reported yet"),
    template="projects/arrival_form.html",
)


@allowed(policies.REPORT_ARRIVAL)
@once
def arrivals(request: HttpRequest, ref: str) -> HttpResponse:
    """G10."""
    project = site(request, ref, policies.REPORT_ARRIVAL)

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.record_arrival(project, by=request.user, at=at, **told)
        return _("The crew is on site and the site is cleared.") if made.cleared else _("Noted; the site still has to be cleared.")

    crew = f"{project.foreman}班组" if project.foreman else ""
    form = forms.ArrivalForm(request.POST if request.method == "POST" else None, project=project, initial={"crew": crew, "workers": 4})
    return act(request, project, form, ARRIVAL, verb, arrivals=list(project.arrivals.select_related("by").order_by("-id")[:10]))
