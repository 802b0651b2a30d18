"""Pages of supervision.  On site: what is counted, noted with one hand; in the office: plans, facts, rounds, the published month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from markupsafe import Markup

from core import snapshots
from core.calendar import span_of
from core.lists import day_of
from core.once import once
from core.policies import SIGNED_IN, Permission, Scope, allowed, narrow
from core.refusals import Refused, refusals_on
from core.render import html_of
from inspections import figures, forms_supervision, policies, services, supervision
from inspections import policies_supervision as may
from inspections import selectors_supervision as counts
from inspections.choices_supervision import RULES, FactKind, PlanSpan
from inspections.models import (
    Bulletin,
    JointInspection,
    PatrolPlan,
    PlanEntry,
    ProgressReport,
    SupervisionFact,
)
from inspections.policies_quantities import SEE_MATERIAL_REPORTS
from inspections.services import visits
from inspections.services.defects import PATROLLED
from inspections.views.checks import _may, _sent, _site
from projects.models import Crew, Project
from projects.views.frame import name_gaps
from staff.models import Store

Verb = Callable[[Any, datetime], str]


def _done(request: HttpRequest, form: Any, verb: Verb, to: str) -> HttpResponse | None:
    """One call; None when there is something to mend, and everything typed stays."""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            messages.success(request, verb(form, timezone.now()))
            return redirect(to)
    return None


def _status(*shown: Any) -> int:
    return 422 if any(form is not None and form.is_bound for form in shown) else 200


# The pages of supervision beside each other: the address, its words, who sees it.
TABS = (
    ("board", pgettext_lazy("supervision", "Sites"), policies.SEE_CHECKS), ("patrol-plans", gettext_lazy("Patrol plans"), may.SEE_PLANS),
    ("facts", pgettext_lazy("supervision", "Missed"), may.SEE_FACTS), ("check-ins", gettext_lazy("Evening check-in"), may.SEE_CHECK_INS),
    ("reports", gettext_lazy("Reports of progress"), policies.SEE_CHECKS), ("joints", gettext_lazy("Joint inspections"), may.SEE_PLANS),
    ("meetings", gettext_lazy("Site meetings"), may.SEE_PLANS), ("ratings", gettext_lazy("Rating of crews"), SIGNED_IN),
    ("bulletins", pgettext_lazy("supervision", "Published months"), SIGNED_IN),
    ("material-reports", gettext_lazy("Quality and material use"), SEE_MATERIAL_REPORTS),
)  # fmt: skip


def _tabs(request: HttpRequest, current: str) -> list[tuple[str, str, bool]]:
    return [(reverse(f"inspections:{name}"), str(says), name == current) for name, says, policy in TABS if policy.allows(request.user)]


def _stores(request: HttpRequest, permission: Permission) -> Any:
    """The stores for which this person may do it."""
    return Store.objects.filter(pk__in=permission.stores(request.user), closed_on__isnull=True).order_by("pk")


# --- across the sites, and one site -----------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def board(request: HttpRequest) -> HttpResponse:
    """Every site with its counts, the patrol that is due first on top."""
    show = request.GET.get("show", "")
    show = show if show in counts.SHOWS else ""
    page = counts.count_list(request.user, after=request.GET.get("after", ""), show=show, at=timezone.now())
    context = {"page": page, "show": show, "rules": supervision.rules(), "five": len(supervision.must_visits()), "tabs": _tabs(request, "board")}
    return render(request, "inspections/board.html", context)


@allowed(policies.SEE_CHECKS, methods=("GET",))
def site(request: HttpRequest, ref: str) -> HttpResponse:
    """One site: exchanges, must-visits, patrols, the manager's acceptances, trades; each by itself."""
    project = _site(request, ref)
    context = {
        "project": project, "board": counts.board_of(project, at=timezone.now()), "may_inspect": _may(request, policies.INSPECT, project),
        "may_report": may.REPORT_PROGRESS.reaches(request.user, project.store_id, own=request.user.pk in (project.supervisor_id, project.project_manager_id)),
        "back_url": reverse("inspections:for_project", args=[project.ref]),
    }  # fmt: skip
    return render(request, "inspections/supervision.html", context)


def _back(project: Project) -> str:
    return reverse("inspections:supervision", args=[project.ref])


def _of_site(request: HttpRequest, ref: str, permission: Permission) -> Project:
    return _site(request, ref, permission if request.method == "POST" else policies.SEE_CHECKS)


@allowed(policies.SEE_CHECKS, post=policies.INSPECT)
@once
def must_visits(request: HttpRequest, ref: str) -> HttpResponse:
    """The five must-visits of a site; one more is written down on its day."""
    project = _of_site(request, ref, policies.INSPECT)
    made = counts.visits_of(project)
    begun = visits.open_must_visits(project, at=timezone.now())
    form = forms_supervision.MustVisitForm(*_sent(request), open_codes=[code for code, still in begun.items() if still])
    done = _done(request, form, lambda f, at: _visited(services.record_must_visit(project=project, by=request.user, at=at, **f.cleaned_data)), _back(project))
    if done:
        return done
    name_gaps(project, form, request.user)
    rows = [(row, made.get(code), begun.get(code)) for code, row in supervision.must_visits().items()]
    context = {"project": project, "form": form, "rows": rows, "may_inspect": _may(request, policies.INSPECT, project), "back_url": _back(project)}
    return render(request, "inspections/must_visits.html", context, status=_status(form))


def _visited(made: Any) -> str:
    return _("The must-visit %(code)s is written down.") % {"code": made.code}


@allowed(policies.SEE_CHECKS, post=policies.INSPECT)
@once
def exchanges(request: HttpRequest, ref: str) -> HttpResponse:
    """What was said with the customer; the next one is noted here."""
    project = _of_site(request, ref, policies.INSPECT)
    form = forms_supervision.ExchangeForm(*_sent(request))
    done = _done(request, form, lambda f, at: _spoken(services.record_exchange(project=project, by=request.user, at=at, **f.cleaned_data)), _back(project))
    if done:
        return done
    name_gaps(project, form, request.user)
    rows = counts.exchanges_of(project)
    context = {
        "project": project, "form": form, "rows": rows, "counted": sum(row.counts for row in rows), "rules": supervision.rules(),
        "may_inspect": _may(request, policies.INSPECT, project) and project.stage in visits.DURING, "back_url": _back(project),
    }  # fmt: skip
    return render(request, "inspections/exchanges.html", context, status=_status(form))


def _spoken(made: Any) -> str:
    if made.counts:
        return _("The exchange is noted.")
    return _("The exchange is noted; of one day only the first counts.")


@allowed(policies.SEE_CHECKS, post=policies.INSPECT)
@once
def book(request: HttpRequest, ref: str) -> HttpResponse:
    """The booklet as it stands, to look at or to print; at the end it is closed and signed."""
    project = _of_site(request, ref, policies.INSPECT)
    if request.method == "POST":
        try:
            made = services.close_book(project=project, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("inspections:service-book", project.ref)
        return redirect("paper", made.paper.ref)
    draft = visits.book_draft(project, by=request.user, at=timezone.now())
    paper = Markup(html_of(draft, mode="screen", draft=True))  # noqa: S704 (our own template)
    last = counts.board_of(project, at=timezone.now()).book
    may_close = _may(request, policies.INSPECT, project) and project.stage in visits.AT_THE_END and not (last is not None and last.paper.is_signed)
    context = {"project": project, "paper": paper, "book": last, "may_close": may_close, "back_url": _back(project)}
    return render(request, "inspections/service_book.html", context)


@allowed(policies.SEE_CHECKS, post=policies.INSPECT)
@once
def trades(request: HttpRequest, ref: str) -> HttpResponse:
    """The trades of a site: by which check, or accepted here."""
    project = _of_site(request, ref, policies.INSPECT)
    lines = counts.board_of(project, at=timezone.now()).trades
    known = supervision.trades()
    left = [known[line.trade] for line in lines if not line.check and line.state in ("not_yet", "refused")]
    form = forms_supervision.TradeForm(*_sent(request), open_trades=left)
    done = _done(request, form, lambda f, at: _accepted(services.accept_trade(project=project, by=request.user, at=at, **f.told())), _back(project))
    if done:
        return done
    name_gaps(project, form, request.user)
    may_accept = _may(request, policies.INSPECT, project) and bool(left) and project.stage in PATROLLED
    context = {"project": project, "form": form, "lines": lines, "points": known, "may_accept": may_accept, "back_url": _back(project)}
    return render(request, "inspections/trades.html", context, status=_status(form))


def _accepted(made: Any) -> str:
    if made.passed:
        return _("%(trade)s is accepted; %(paper)s waits for its signatures.") % {"trade": supervision.trades()[made.trade].title, "paper": made.paper.ref}
    return _("%(trade)s is not accepted; the faults have a person and a day.") % {"trade": supervision.trades()[made.trade].title}


@allowed(policies.SEE_CHECKS, post=may.REPORT_PROGRESS)
@once
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """The written reports of a site, and the next one."""
    project = _of_site(request, ref, may.REPORT_PROGRESS)
    form = forms_supervision.ProgressForm(*_sent(request))
    verb: Verb = lambda f, at: _reported(services.report_progress(project=project, by=request.user, at=at, **f.cleaned_data))  # noqa: E731
    if done := _done(request, form, verb, _back(project)):
        return done
    name_gaps(project, form, request.user)
    rows = list(ProgressReport.objects.filter(project=project).select_related("by", "read_by").order_by("-pk")[:30])
    may_report = may.REPORT_PROGRESS.allows(request.user) and request.user.pk in (project.supervisor_id, project.project_manager_id)
    context = {"project": project, "form": form, "rows": rows, "may_report": may_report, "back_url": _back(project)}
    return render(request, "inspections/progress.html", context, status=_status(form))


def _reported(made: Any) -> str:
    return _("The report is with the head of the department.")


@allowed(policies.SEE_CHECKS, methods=("GET",))
def reports(request: HttpRequest) -> HttpResponse:
    """Reports of progress, the newest first."""
    show = "unread" if request.GET.get("show") == "unread" else ""
    page = counts.progress_list(request.user, after=request.GET.get("after", ""), show=show)
    context = {"page": page, "show": show, "may_read": may.READ_PROGRESS.allows(request.user), "tabs": _tabs(request, "reports")}
    return render(request, "inspections/reports.html", context)


@allowed(may.READ_PROGRESS, methods=("POST",))
@once
def report_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the department has read it."""
    report = get_object_or_404(narrow(ProgressReport.objects.all(), request.user, may.READ_PROGRESS), pk=pk)
    try:
        services.read_progress(report=report, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("inspections:reports")


# --- plans -----------------------------------------------------------------------------------------------------------------------------


@allowed(may.SEE_PLANS, methods=("GET",))
def plan_list(request: HttpRequest) -> HttpResponse:
    """Patrol plans, the newest first."""
    page = counts.plan_list(request.user, after=request.GET.get("after", ""))
    return render(request, "inspections/plans.html", {"page": page, "may_plan": may.PLAN_PATROLS.allows(request.user), "tabs": _tabs(request, "patrol-plans")})


@allowed(may.PLAN_PATROLS)
@once
def plan_new(request: HttpRequest) -> HttpResponse:
    """The system proposes, the inspector decides: which site on which day."""
    sent = request.POST if request.method == "POST" else request.GET
    span = sent.get("span", "") if sent.get("span", "") in PlanSpan.values else PlanSpan.WEEK
    first, last = span_of(span, day_of(sent.get("starts_on", "")) or _next_start())
    proposed = services.propose(request.user, starts_on=first, ends_on=last, at=timezone.now())
    sites = list(Project.objects.filter(inspector=request.user, stage__in=PATROLLED).select_related("store").order_by("ref"))
    form = forms_supervision.PlanForm(*_sent(request)[:1], proposed=proposed, sites=sites, initial={"span": span, "starts_on": first})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = services.make_plan(inspector=request.user, by=request.user, at=timezone.now(), **form.told())
            messages.success(request, _("The plan is made; what will be otherwise is announced before its day."))
            return redirect(made)
    period = forms_supervision.PlanPeriodForm(initial={"span": span, "starts_on": first})
    context = {"form": form, "period": period, "first": first, "last": last, "sites": sites, "back_url": reverse("inspections:patrol-plans")}
    return render(request, "inspections/plan_new.html", context, status=_status(form))


def _next_start() -> date:
    """From Friday on it is the coming week that is planned."""
    today = timezone.localdate()
    return today + timedelta(days=7) if today.weekday() >= 4 else today


@allowed(may.SEE_PLANS, methods=("GET",))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan against patrols, line by line."""
    return _plan_page(request, get_object_or_404(PatrolPlan.objects.visible_to(request.user).select_related("inspector", "paper", "store"), pk=pk))


def _plan_page(request: HttpRequest, found: PatrolPlan, status: int = 200, entry: int = 0, form: Any = None) -> HttpResponse:
    lines = counts.lines_of_plan(found, at=timezone.now())
    today = timezone.localdate()
    own = may.PLAN_PATROLS.allows(request.user) and found.inspector_id == request.user.pk
    context = {
        "plan": found, "lines": lines, "own": own, "today": today, "entry": entry, "form": form or forms_supervision.DeviationForm(),
        "blank": forms_supervision.DeviationForm, "kept": sum(line.is_kept for line in lines), "not_kept": sum(line.state == "not_kept" for line in lines),
        "back_url": reverse("inspections:patrol-plans"),
    }  # fmt: skip
    return render(request, "inspections/plan.html", context, status=status)


@allowed(may.PLAN_PATROLS, methods=("POST",))
@once
def deviation(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day or none, with the reason."""
    rows = narrow(PlanEntry.objects.all(), request.user, may.PLAN_PATROLS, own=Q(plan__inspector=request.user))
    entry = get_object_or_404(rows.select_related("plan__inspector", "plan__paper", "plan__store", "project"), pk=pk)
    form = forms_supervision.DeviationForm(request.POST)
    verb: Verb = lambda f, at: _announced(services.announce_deviation(entry=entry, by=request.user, at=at, **f.cleaned_data))  # noqa: E731
    return _done(request, form, verb, entry.plan.get_absolute_url()) or _plan_page(request, entry.plan, 422, entry.pk, form)


def _announced(made: Any) -> str:
    return _("Announced beforehand.") if made.beforehand else _("Noted as an explanation; the day had begun.")


# --- facts and check-ins ---------------------------------------------------------------------------------------------------------------


@allowed(may.SEE_FACTS, methods=("GET",))
def fact_list(request: HttpRequest) -> HttpResponse:
    """What was missed, the newest first."""
    return _facts_page(request)


def _facts_page(request: HttpRequest, status: int = 200, fact: int = 0, **bound: Any) -> HttpResponse:
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    page = counts.fact_list(request.user, after=request.GET.get("after", ""), kind=kind if kind in FactKind.values else "", show=show)
    context = {
        "page": page, "show": show, "kind": kind, "kinds": FactKind.choices, "rules": RULES, "fact": fact, "reason_form": bound.get("reason"),
        "ruling_form": bound.get("ruling"), "blank_reason": forms_supervision.ReasonForm, "blank_ruling": forms_supervision.RulingForm,
        "may_rule": may.RULE_REASON.allows(request.user), "tabs": _tabs(request, "facts"),
    }  # fmt: skip
    return render(request, "inspections/facts.html", context, status=status)


@allowed(may.GIVE_REASON, methods=("POST",))
@once
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """The person says why."""
    fact = get_object_or_404(narrow(SupervisionFact.objects.all(), request.user, may.GIVE_REASON, own=Q(person=request.user)), pk=pk)
    form = forms_supervision.ReasonForm(request.POST)
    verb: Verb = lambda f, at: _said(services.give_reason(fact=fact, by=request.user, at=at, **f.cleaned_data))  # noqa: E731
    return _done(request, form, verb, reverse("inspections:facts")) or _facts_page(request, 422, fact.pk, reason=form)


def _said(_made: Any) -> str:
    return _("The reason is with the head of supervision.")


@allowed(may.RULE_REASON, methods=("POST",))
@once
def ruling(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of supervision says in writing whether it holds."""
    fact = get_object_or_404(narrow(SupervisionFact.objects.all(), request.user, may.RULE_REASON), pk=pk)
    form = forms_supervision.RulingForm(request.POST)
    verb: Verb = lambda f, at: _ruled(  # noqa: E731
        services.rule_reason(fact=fact, holds=f.cleaned_data["holds"] == "yes", ruling=f.cleaned_data["ruling"], by=request.user, at=at)
    )
    return _done(request, form, verb, reverse("inspections:facts")) or _facts_page(request, 422, fact.pk, ruling=form)


def _ruled(_made: Any) -> str:
    return _("Noted in writing.")


@allowed(may.SEE_CHECK_INS, post=may.CHECK_IN)
@once
def check_ins(request: HttpRequest) -> HttpResponse:
    """Who reported back; one's own report of today."""
    form = forms_supervision.CheckInForm(*_sent(request)[:1])
    verb: Verb = lambda f, at: _back_home(services.check_in(by=request.user, at=at, **f.cleaned_data))  # noqa: E731
    return _done(request, form, verb, reverse("inspections:check-ins")) or _check_ins_page(request, _status(form), report=form)


def _back_home(_made: Any) -> str:
    return _("Reported back. Have a good evening.")


def _check_ins_page(request: HttpRequest, status: int, **bound: Any) -> HttpResponse:
    now = timezone.now()
    taking = may.TAKE_CALL.allows(request.user)
    context = {
        "page": counts.check_in_list(request.user, after=request.GET.get("after", "")), "may_check_in": may.CHECK_IN.allows(request.user),
        "today": counts.reported_today(request.user, at=now), "report": bound.get("report") or forms_supervision.CheckInForm(),
        "call": (bound.get("call") or forms_supervision.CallForm(people=counts.reporters(request.user))) if taking else None,
        "tabs": _tabs(request, "check-ins"),
    }  # fmt: skip
    return render(request, "inspections/check_ins.html", context, status=status)


@allowed(may.TAKE_CALL, methods=("POST",))
@once
def calls(request: HttpRequest) -> HttpResponse:
    """The call of somebody who does not come back, noted by who took it."""
    form = forms_supervision.CallForm(request.POST, people=counts.reporters(request.user))
    verb: Verb = lambda f, at: _called(services.take_call(by=request.user, at=at, **f.cleaned_data))  # noqa: E731
    return _done(request, form, verb, reverse("inspections:check-ins")) or _check_ins_page(request, 422, call=form)


def _called(made: Any) -> str:
    return _("The call is written down.") if made.granted else _("The call is noted without consent; it does not count.")


# --- joint inspections, crews, meetings, the published month -----------------------------------------------------------------------------


@allowed(may.SEE_PLANS, post=may.LEAD_JOINT)
@once
def joints(request: HttpRequest) -> HttpResponse:
    """Joint inspections, the newest first; a new one begins here."""
    stores = _stores(request, may.LEAD_JOINT)
    leading = may.LEAD_JOINT.allows(request.user)
    form = forms_supervision.JointForm(*_sent(request)[:1], stores=stores, initial={"held_on": timezone.localdate()}) if leading else None
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals_on(form):
            return redirect(services.hold_joint_inspection(by=request.user, at=timezone.now(), **form.cleaned_data))
    page = counts.joint_list(request.user, after=request.GET.get("after", ""))
    return render(request, "inspections/joints.html", {"page": page, "form": form, "tabs": _tabs(request, "joints")}, status=_status(form))


def _joint(request: HttpRequest, pk: int, permission: Permission) -> JointInspection:
    every = JointInspection.objects
    rows = every.visible_to(request.user) if permission is may.SEE_PLANS else narrow(every.all(), request.user, permission)
    found: JointInspection = get_object_or_404(rows.select_related("by", "store"), pk=pk)
    return found


@allowed(may.SEE_PLANS, methods=("GET",))
def joint(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its sites, their faults and what became of them."""
    return _joint_page(request, _joint(request, pk, may.SEE_PLANS))


def _joint_page(request: HttpRequest, found: JointInspection, status: int = 200, form: Any = None) -> HttpResponse:
    leading = may.LEAD_JOINT.reaches(request.user, found.store_id, own=False)
    rows = list(found.visits.select_related("project").prefetch_related("findings__rectification__responsible", "findings__rectification__project"))
    if leading and form is None:
        form = forms_supervision.JointVisitForm(sites=counts.sites_left(found))
    context = {"joint": found, "rows": rows, "form": form if leading else None, "back_url": reverse("inspections:joints")}
    return render(request, "inspections/joint.html", context, status=status)


@allowed(may.LEAD_JOINT, methods=("POST",))
@once
def joint_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One more site of the round."""
    found = _joint(request, pk, may.LEAD_JOINT)
    form = forms_supervision.JointVisitForm(request.POST, request.FILES, sites=counts.sites_left(found))
    verb: Verb = lambda f, at: _seen(services.visit_jointly(inspection=found, by=request.user, at=at, **f.told()))  # noqa: E731
    return _done(request, form, verb, found.get_absolute_url()) or _joint_page(request, found, 422, form)


def _seen(made: Any) -> str:
    return _("%(ref)s is noted.") % {"ref": made.project.ref}


@allowed(SIGNED_IN, methods=("GET",))
def ratings(request: HttpRequest) -> HttpResponse:
    """The open rating of crews: everybody sees the criteria and the points (I18)."""
    month = _month(request.GET.get("month", ""))
    return _ratings_page(request, month, _rating_form(request, month) if may.LEAD_JOINT.allows(request.user) else None)


@allowed(may.LEAD_JOINT, methods=("POST",))
@once
def crew_points(request: HttpRequest) -> HttpResponse:
    """The engineering manager gives a crew its points of the month."""
    month = _month(request.POST.get("month", ""))
    form = _rating_form(request, month, request.POST)
    verb: Verb = lambda f, at: _rated(services.rate_crew(by=request.user, at=at, **f.told()))  # noqa: E731
    return _done(request, form, verb, f"{reverse('inspections:ratings')}?month={month:%Y-%m}") or _ratings_page(request, month, form)


def _rating_form(request: HttpRequest, month: date, sent: Any = None) -> Any:
    crews = Crew.objects.filter(store__in=may.LEAD_JOINT.stores(request.user), ended_on__isnull=True).order_by("name")
    return forms_supervision.RatingForm(sent, crews=crews, initial={"month": month})


def _ratings_page(request: HttpRequest, month: date, form: Any) -> HttpResponse:
    before, after = month - timedelta(days=1), month + timedelta(days=32)
    context = {
        "month": month, "rows": counts.ratings_of(_published_stores(request), month), "criteria": supervision.criteria().values(), "form": form,
        "before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}" if after.replace(day=1) <= timezone.localdate() else "", "tabs": _tabs(request, "ratings"),
    }  # fmt: skip
    return render(request, "inspections/ratings.html", context, status=_status(form))


def _published_stores(request: HttpRequest) -> Any:
    """What is published is open to everybody of the store, to who serves it from elsewhere, and to who sees the whole company."""
    if may.SEE_PLANS.scope(request.user) is Scope.COMPANY:
        return Store.objects.values("pk")
    return request.user.serves  # type: ignore[union-attr]


def _month(text: str, usual: date | None = None) -> date:
    """The month asked for, if it has begun; else the usual one, without one the month that is running."""
    day, today = day_of(f"{text[:7]}-01"), timezone.localdate().replace(day=1)
    return day if day is not None and day <= today else usual or today


def _rated(made: Any) -> str:
    return _("%(crew)s: %(points)s points.") % {"crew": made.crew.name, "points": made.total}


@allowed(may.SEE_PLANS, post=may.HOLD_MEETING)
@once
def meetings(request: HttpRequest) -> HttpResponse:
    """The month's meetings of the engineering department."""
    form = None
    if may.HOLD_MEETING.allows(request.user):
        form = forms_supervision.MeetingForm(*_sent(request)[:1], stores=_stores(request, may.HOLD_MEETING))
        verb: Verb = lambda f, at: _met(services.hold_meeting(by=request.user, at=at, **f.cleaned_data))  # noqa: E731
        if done := _done(request, form, verb, reverse("inspections:meetings")):
            return done
    page = counts.meeting_list(request.user, after=request.GET.get("after", ""))
    return render(request, "inspections/meetings.html", {"page": page, "form": form, "tabs": _tabs(request, "meetings")}, status=_status(form))


def _met(_made: Any) -> str:
    return _("The meeting is noted.")


@allowed(SIGNED_IN, methods=("GET",))
def bulletins(request: HttpRequest) -> HttpResponse:
    """The published months, the newest first."""
    return _bulletins_page(request, _bulletin_form(request) if may.PUBLISH.allows(request.user) else None)


@allowed(may.PUBLISH, methods=("POST",))
@once
def publication(request: HttpRequest) -> HttpResponse:
    """Freeze and publish a month that is over."""
    form = _bulletin_form(request, request.POST)
    if form.is_valid():
        with refusals_on(form):
            made = services.publish_bulletin(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The month is published; everybody sees it."))
            return redirect(made)
    return _bulletins_page(request, form)


def _bulletin_form(request: HttpRequest, sent: Any = None) -> Any:
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    return forms_supervision.BulletinForm(sent, stores=_stores(request, may.PUBLISH), initial={"month": f"{last:%Y-%m}"})


def _bulletins_page(request: HttpRequest, form: Any) -> HttpResponse:
    page = counts.bulletin_list(_published_stores(request), after=request.GET.get("after", ""))
    return render(request, "inspections/bulletins.html", {"page": page, "form": form, "tabs": _tabs(request, "bulletins")}, status=_status(form))


@allowed(SIGNED_IN, methods=("GET",))
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """A published month, each figure opened down to its rows; exactly what was frozen."""
    rows = Bulletin.objects.filter(store__in=_published_stores(request)).select_related("store", "snapshot", "paper", "by")
    found = get_object_or_404(rows, pk=pk)
    told = snapshots.read(found.snapshot)
    titles = figure_words()
    parts = [(titles[code], told["rows"].get(code, [])) for code in figures.FIGURES]
    asked = supervision.criteria()
    crews = [(crew["name"], crew["total"], [crew["scores"].get(code, 0) for code in asked]) for crew in told["crews"]]
    context = {
        "bulletin": found, "parts": parts, "severities": told["severities"], "crews": crews, "criteria": asked.values(),
        "may_open": policies.SEE_CHECKS.allows(request.user), "back_url": reverse("inspections:bulletins"),
    }  # fmt: skip
    return render(request, "inspections/bulletin.html", context)


def figure_words() -> dict[str, str]:
    """The figures in the language of the page."""
    return {
        "planned": _("Patrols planned"), "kept": _("Made as planned"), "dropped": _("Announced, dropped, at rest"), "not_kept": _("Not kept, not announced"),
        "patrols": _("Patrols made"), "missed": _("Five-day patrols missed"), "joint": _("Joint inspections"), "joint_visits": _("Sites of joint inspections"),
        "findings": _("Faults found"), "in_time": _("Put right in time"), "late": _("Put right late"), "open": _("Not put right when published"),
    }  # fmt: skip


__all__ = [
    "board", "book", "bulletin", "bulletins", "calls", "check_ins", "crew_points", "deviation", "exchanges",
    "fact_list", "joint", "joint_visit", "joints", "meetings", "must_visits", "plan", "plan_list", "plan_new",
    "progress", "publication", "ratings", "reason", "report_reading", "reports", "ruling", "site", "trades",
]  # fmt: skip
