"""The property office's desk of a site: what needs a permission, applications, money, passes, the extension (domain 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO
from core.once import once
from core.policies import Permission, allowed
from core.refusals import Missing
from projects import forms_preparation as forms
from projects import plans, policies, services
from projects import selectors_preparation as rows
from projects.choices_preparation import ApplicationKind, FeeKind
from projects.forms import EmptyForm, ReasonForm
from projects.models import Project
from projects.services.property import extension_gap
from projects.views.frame import Page, act, link, shown, site
from staff import posts

TABLES = "projects/preparation.html"
View = Callable[..., HttpResponseBase]


def row_act(
    permission: Permission, find: Callable[[Project], Any], page: Page, form: Any, verb: Callable[[Any, dict[str, Any], Any, datetime], str], back: str,
    *, start: Callable[[Any], dict[str, Any]] = lambda row: {}, files: bool = False, line: Callable[[Any], str] = str,
    tables: Callable[[Any], list[Any]] | None = None,
) -> View:  # fmt: skip
    """The page of one act on one row of a site: load, check, call one verb, back to the list; `tables`: what must be read before it."""

    @allowed(permission)
    @once
    def view(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
        project = site(request, ref, permission)
        row = get_object_or_404(find(project), pk=pk)
        row.project = project
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        bound = form(*posted, project=project, user=request.user, initial=start(row))
        return act(
            request, project, bound, page, lambda told, at: verb(row, told, request.user, at), to=link(back, project), multipart=files, about=line(row),
            **({"tables": tables(row)} if tables else {}),
        )  # fmt: skip

    return view


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _today(**more: Any) -> dict[str, Any]:
    return {name: timezone.localdate() for name in more if more[name]}


# --- overview --------------------------------------------------------------------------------------------------------

OVERVIEW = Page(gettext_lazy("Property paperwork"), "", template=TABLES)


@allowed(policies.SEE_PROJECTS, methods=("GET",))
def overview(request: HttpRequest, ref: str) -> HttpResponse:
    """What the property office has of this site, and what the site needs of it."""
    project = site(request, ref, policies.SEE_PROJECTS)
    applications = list(project.applications.select_related("paper").order_by("-id"))
    tables = [
        rows.needs(project, request.user, applications), rows.applications(project, request.user, applications), rows.fees(project, request.user),
    ]  # fmt: skip
    permit = project.permit_in_force
    may = rows.within(project, request.user, policies.FILE_PERMIT)
    links = []
    if may:
        links = [rows.Act(_("Permit and passes"), link("permits", project)), rows.Act(_("Register of passes"), link("pass-register", project))]
        if permit is not None:
            links.append(rows.Act(_("Apply for an extension"), link("permit-extensions", project)))
            links += [
                rows.Act(str(kind.label), link("applications", project, kind.value)) for kind in ApplicationKind
            ]
    gap = extension_gap(project)
    return shown(
        request, project, None, OVERVIEW, tables=tables, links=links, permit=permit, gap=gap,
        gap_url=link("permit-extensions", project) if may else "",
    )  # fmt: skip


# --- works that need a permission ------------------------------------------------------------------------------------

NEED = Page(
    gettext_lazy("A work that needs a permission"), gettext_lazy("Put it on the list"), gettext_lazy("The work cannot be listed"),
    note=gettext_lazy("it stays closed until the permission is there"), spans=(("code", 6), ("planned_on", 3), ("note", 3)),
)  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def needs(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.FILE_PERMIT)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.plan_work(project, **told, by=request.user, at=at)
        return _("%(work)s is on the list; the permission is due some days before.") % {"work": plans.works()[made.code]}

    return act(request, project, forms.NeedForm(_posted(request), project=project), NEED, verb, to=link("property", project))


def _begun(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.begin_work(row, by=by, at=at)
    return _("The work has begun under its permission.")


def _dropped(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.drop_work(row, reason=told["reason"], by=by, at=at)
    return _("The work is off the list.")


def _work(row: Any) -> str:
    return f"{plans.works()[row.code]} · {rows.day(row.planned_on)}"


need_starts = row_act(
    policies.START_WORK, lambda project: project.needs.all(),
    Page(gettext_lazy("Begin the work"), gettext_lazy("Begin"), gettext_lazy("The work cannot begin yet"), template="projects/row_act.html"),
    EmptyForm, _begun, "property", line=_work,
)  # fmt: skip
need_drops = row_act(
    policies.FILE_PERMIT, lambda project: project.needs.all(),
    Page(gettext_lazy("The work will not be done"), gettext_lazy("Take it off"), template="projects/row_act.html", spans=(("reason", 6),)),
    ReasonForm, _dropped, "property", line=_work,
)  # fmt: skip


# --- applications ----------------------------------------------------------------------------------------------------

_SPANS = (("items", 6), ("what", 6), ("place", 6), ("id_copy", 6), ("certificate_scan", 6))
_TITLES = {
    ApplicationKind.ADDED_ITEM: gettext_lazy("Application for added works"), ApplicationKind.HOT_WORK: gettext_lazy("Application for hot work"),
    ApplicationKind.GOODS_RELEASE: gettext_lazy("Goods release note"), ApplicationKind.STAIRS: gettext_lazy("Use of stairs or lift"),
    ApplicationKind.SHUT_OFF: gettext_lazy("Shutting off water or power"), ApplicationKind.AUTHORITY: gettext_lazy("Approval of an authority"),
}  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def applications(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """A07, A08, A10, A11: typed here, signed by owner and person in charge, answered by the office."""
    if kind not in ApplicationKind.values:
        raise Http404
    project = site(request, ref, policies.FILE_PERMIT)
    chosen = ApplicationKind(kind)
    page = Page(_TITLES[chosen], gettext_lazy("Write out the application"), gettext_lazy("The application cannot be written yet"), spans=_SPANS)
    tomorrow = timezone.localdate() + timedelta(days=1)
    start = {
        "items": [code for code in request.GET.getlist("work") if code in plans.works()], "from_at": datetime.combine(tomorrow, time(9)),
        "until_at": datetime.combine(tomorrow, time(12)), "operator": "",
    }  # fmt: skip
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.ApplicationForm(*posted, kind=kind, project=project, initial=start)
    paper = ""

    def verb(told: dict[str, Any], at: datetime) -> str:
        nonlocal paper
        made = services.ask_property(project, kind=kind, by=request.user, at=at, **told)
        if made.paper is None:
            return _("Noted; the answer is recorded when it comes.")
        paper = made.paper.ref
        return _("The application %(ref)s is written; owner and person in charge sign it.") % {"ref": made.paper.ref}

    gaps = [] if project.permit_in_force or chosen == ApplicationKind.AUTHORITY else [
        Missing(_("No permit of the property office is in force."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "G8")
    ]  # fmt: skip
    answer = act(request, project, form, page, verb, to=link("property", project), missing=gaps, multipart=True)
    return redirect("paper", paper) if paper else answer


def _approved(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.approve_property(row, **told, by=by, at=at)
    return _("The approval is recorded; the work may begin in its time.")


def _rejected(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.reject_property(row, reason=told["reason"], by=by, at=at)
    return _("Noted; a new application can be written.")


def _application(row: Any) -> str:
    return f"{row.get_kind_display()} · {row.what}"


application_approvals = row_act(
    policies.FILE_PERMIT, lambda project: project.applications.select_related("paper"),
    Page(
        gettext_lazy("The property office approves"), gettext_lazy("Record the approval"), gettext_lazy("The approval cannot be recorded yet"),
        "projects/row_act.html", spans=(("scan", 6), ("original_kept", 6)),
    ),
    forms.ApprovalForm, _approved, "property", start=lambda row: _today(approved_on=True), files=True, line=_application,
)  # fmt: skip
application_rejections = row_act(
    policies.FILE_PERMIT, lambda project: project.applications.select_related("paper"),
    Page(gettext_lazy("The property office refuses"), gettext_lazy("Note the refusal"), template="projects/row_act.html", spans=(("reason", 6),)),
    ReasonForm, _rejected, "property", line=_application,
)  # fmt: skip


# --- money -----------------------------------------------------------------------------------------------------------

FEES = Page(
    gettext_lazy("Deposits and fees"), gettext_lazy("Note a fee"), gettext_lazy("This cannot be noted yet"), template="projects/tables_act.html",
    note=gettext_lazy("never taken from a worker"),
)  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def fees(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.FILE_PERMIT)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.ask_fee(project, **told, by=request.user, at=at)
        return _("Noted; the receipt comes next.")

    form = forms.FeeForm(_posted(request), project=project)
    return act(request, project, form, FEES, verb, to=link("property-fees", project), tables=[rows.fees(project, request.user)])


def _paid(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.pay_fee(row, **told, by=by, at=at)
    return _("The receipt is in the file.")


def _returned(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.return_fee(row, **told, by=by, at=at)
    return _("The deposit is back.")


def _fee(row: Any) -> str:
    return f"{FeeKind(row.kind).label} ¥{row.amount:,.2f}"


fee_payments = row_act(
    policies.FILE_PERMIT, lambda project: project.fees.all(),
    Page(gettext_lazy("Paid to the property office"), gettext_lazy("File the receipt"), gettext_lazy("The receipt cannot be filed"), "projects/row_act.html",
         spans=(("receipt", 6),)),
    forms.FeePaymentForm, _paid, "property-fees", files=True, line=_fee,
    start=lambda row: {"payer": row.payer, "payer_name": row.project.customer_name, **_today(paid_on=True)},
)  # fmt: skip
fee_returns = row_act(
    policies.FILE_PERMIT, lambda project: project.fees.all(),
    Page(gettext_lazy("The deposit came back"), gettext_lazy("Note that it came back"), gettext_lazy("This cannot be noted yet"), "projects/row_act.html",
         spans=(("withheld_because", 6),)),
    forms.FeeReturnForm, _returned, "property-fees", line=_fee,
    start=lambda row: {"amount": row.amount, "to": row.payer_name, **_today(returned_on=True)},
)  # fmt: skip


# --- extension and passes --------------------------------------------------------------------------------------------

EXTENSION = Page(
    gettext_lazy("Extension of the permit"), gettext_lazy("Write out the application"), gettext_lazy("The application cannot be written yet"),
    "projects/extension.html", gettext_lazy("every pass is issued again, the fee first"), (("because", 6),),
)  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def permit_extensions(request: HttpRequest, ref: str) -> HttpResponse:
    """A06: the property office's period, linked with the schedule's own extension (domain 3.5)."""
    project = site(request, ref, policies.FILE_PERMIT)
    permit = project.permit_in_force
    signed = project.dossier.papers.filter(kind="P26").order_by("-id").first()
    paper = ""

    def verb(told: dict[str, Any], at: datetime) -> str:
        nonlocal paper
        made = services.ask_extension(project, **told, schedule_paper=signed, by=request.user, at=at)
        paper = made.application.ref
        return _("The application %(ref)s is written; owner and person in charge sign it.") % {"ref": paper}

    start = {"until_on": max(project.due_on, permit.valid_until) + timedelta(days=15) if permit else None}
    waiting = project.permits.select_related("application").filter(extends__isnull=False, approved_on__isnull=True, rejected_at__isnull=True).first()
    gaps = [] if permit else [Missing(_("No permit of the property office is in force."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "G8")]
    answer = act(
        request, project, forms.ExtensionForm(_posted(request), project=project, initial=start), EXTENSION, verb, missing=gaps, permit=permit,
        gap=extension_gap(project), signed=signed, waiting=waiting, fees=list(waiting.fees.order_by("id")) if waiting else [],
        passes=list(permit.passes.filter(returned_on__isnull=True).order_by("id")) if permit else [],
    )  # fmt: skip
    return redirect("paper", paper) if paper else answer


def _fee_asked(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.ask_fee(row.project, kind=FeeKind.EXTENSION, amount=told["amount"] or ZERO, permit=row, by=by, at=at)
    return _("Noted; it is paid before the permit is recorded.")


extension_fees = row_act(
    policies.FILE_PERMIT, lambda project: project.permits.select_related("application"),
    Page(gettext_lazy("The approval asks for a fee"), gettext_lazy("Note the fee"), gettext_lazy("The fee cannot be noted"), "projects/row_act.html"),
    forms.ExtensionFeeForm, _fee_asked, "permit-extensions", line=lambda row: str(row.application.ref),
)  # fmt: skip

REGISTER = Page(
    gettext_lazy("Register of passes"), gettext_lazy("Note the visitor"), gettext_lazy("This person needs a pass"), "projects/tables_act.html",
    gettext_lazy("one day without a pass; from the second day on a pass"),
)  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def pass_register(request: HttpRequest, ref: str) -> HttpResponse:
    """A04: who has which card; and who is here for a day without one (R080, Q79)."""
    project = site(request, ref, policies.FILE_PERMIT)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.note_day_worker(project, **told, by=request.user, at=at)
        return _("Noted as a visitor of this day.")

    form = forms.DayWorkerForm(_posted(request), project=project, initial=_today(on=True))
    visitors = list(project.dayworkers.order_by("-on", "-id")[:20])
    links = [rows.Act(_("Print the application sheet"), link("pass-sheets", project)), rows.Act(_("Permit and passes"), link("permits", project))]
    return act(
        request, project, form, REGISTER, verb, to=link("pass-register", project), tables=[rows.pass_register(project, request.user)], links=links,
        visitors=visitors,
    )  # fmt: skip


def _collected(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.collect_pass(row, **told, by=by, at=at)
    return _("The card is in the register.")


pass_collections = row_act(
    policies.FILE_PERMIT, lambda project: project.passes.select_related("permit"),
    Page(gettext_lazy("The card is collected"), gettext_lazy("Enter the card"), gettext_lazy("The pass cannot be collected yet"), "projects/row_act.html"),
    forms.CollectionForm, _collected, "pass-register", line=lambda row: f"{row.worker} · {row.trade}",
    start=lambda row: {"photos": 2, "signed_for": str(row.project.project_manager or ""), **_today(collected_on=True)},
)  # fmt: skip

SHEET = Page(
    gettext_lazy("Application sheet for the passes"), gettext_lazy("Print the sheet"), gettext_lazy("The sheet cannot be printed yet"),
    note=gettext_lazy("all workers with a pass in force; the office issues the cards"),
)  # fmt: skip


@allowed(policies.FILE_PERMIT)
@once
def pass_sheets(request: HttpRequest, ref: str) -> HttpResponse:
    """A03: the sheet with which the cards are applied for."""
    return _paper_page(request, ref, policies.FILE_PERMIT, SHEET, services.issue_pass_sheet)


def _paper_page(request: HttpRequest, ref: str, permission: Permission, page: Page, issue: Callable[..., Any], **more: Any) -> HttpResponse:
    """A page with one button that issues a paper and opens it."""
    project = site(request, ref, permission)
    paper = ""

    def verb(told: dict[str, Any], at: datetime) -> str:
        nonlocal paper
        made = issue(project, by=request.user, at=at)
        paper = made.ref
        return _("%(ref)s is written.") % {"ref": paper}

    answer = act(request, project, EmptyForm(_posted(request), project=project), page, verb, **more)
    return redirect("paper", paper) if paper else answer
