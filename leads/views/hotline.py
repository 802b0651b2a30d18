"""The hotline: its list, a case, and what is done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.lists import address
from core.models import Deadline
from core.once import once
from core.policies import Permission, Scope, allowed
from core.refusals import refusals_on
from leads import selectors_follow_up as selectors
from leads import services
from leads.choices_follow_up import CaseCause, CaseState, Remedy
from leads.forms import LeadForm
from leads.forms_follow_up import CaseForm, ClosingForm, DecisionForm, HeardForm
from leads.models import HotlineCase
from leads.policies_follow_up import DECIDE_HOTLINE, OPEN_HOTLINE, SEE_HOTLINE, TAKE_HOTLINE
from leads.selectors import designers_in_hand
from leads.services.hotline import key, why_no_case
from leads.services.hotline_cases import is_about, remedies_of
from leads.views.acts import Page, _act, _clock_row, _form, _lead, say_who_stays
from staff.posts import listed
from staff.selectors import holders

STEPS = {CaseState.OPEN: TAKE_HOTLINE, CaseState.TAKEN: TAKE_HOTLINE, CaseState.ASKED: DECIDE_HOTLINE, CaseState.DECIDED: TAKE_HOTLINE}

OPENING = Page(
    gettext_lazy("Open a hotline case"), gettext_lazy("Open the case"), gettext_lazy("The case cannot be opened"), "leads/hotline_opening.html",
    spans=(("cause", 6), ("words", 6)),
    note=gettext_lazy("Customer service takes it at once; another designer is the store manager's decision alone."),
)  # fmt: skip


@allowed(SEE_HOTLINE, methods=("GET",))
def hotline(request: HttpRequest) -> HttpResponse:
    """Open cases, the oldest first."""
    now = timezone.now()
    page = selectors.case_page(request.user, request.GET, after=request.GET.get("after", ""))
    closed, cause = request.GET.get("closed", "") == "1", request.GET.get("cause", "")
    chips = [
        {"says": _("Open cases"), "count": "", "url": address(request, closed=None), "active": False, "tone": "accent" if not closed else ""},
        {"says": _("Closed"), "count": "", "url": address(request, closed=None if closed else "1"), "active": closed, "tone": ""},
        *(
            {"says": str(each.label), "count": "", "url": address(request, cause=None if cause == each else each.value), "active": cause == each, "tone": ""}
            for each in CaseCause
        ),
    ]
    context = {"page": page, "rows": selectors.case_rows(page.rows, now), "chips": chips, "now": now, "closed": closed}
    return render(request, "leads/hotline.html", context)


@allowed(OPEN_HOTLINE)
@once
def hotline_cases(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody hears that the customer is not content (L10)."""
    lead = _lead(request, ref, OPEN_HOTLINE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.open_case(lead, by=request.user, at=at, **told)
        return _("The case is open; customer service finds it on the desk.")

    return _act(request, lead, _form(request, CaseForm, lead), OPENING, verb, shut=why_no_case(lead))


def _case(request: HttpRequest, ref: str, seq: int, permission: Permission) -> Any:
    rows = HotlineCase.objects.visible_to(request.user, permission).select_related(
        "lead__customer", "lead__home", "lead__designer", "lead__customer_manager", "lead__dossier", "lead__store", "designer", "taken_by", "asked_by",
        "decided_by", "closed_by", "by",
    )  # fmt: skip
    return get_object_or_404(rows, lead__ref=ref, seq=seq)


def _shown(request: HttpRequest, case: Any, form: Any = None) -> HttpResponse:
    """The case with the one form that its state waits for, if it is this person's to fill in."""
    lead, user = case.lead, request.user
    bound, own = form is not None, _is_own(case, user)
    if form is None and not own:
        form = _next_form(case, user)
    running = Deadline.objects.filter(dossier=lead.dossier_id, key=key(case), stopped_at__isnull=True).select_related("owner").order_by("due_at")
    context = {
        "case": case, "lead": lead, "form": form, "clocks": [_clock_row(row) for row in running], "steps": _steps(case),
        "own": own, "others": _others(case, user) if own else "",
        "takes": case.state == CaseState.OPEN and not own and TAKE_HOTLINE.reaches(user, case.store_id, own=False),
        "serves": TAKE_HOTLINE.reaches(user, case.store_id, own=False),
        "in_hand": designers_in_hand(case.store_id, timezone.now()) if not own and isinstance(form, DecisionForm) and Remedy.DESIGNER in form.remedies else [],
        "remedies": {remedy.value: str(remedy.label) for remedy in Remedy}, "waits_for": _waits_for(case),
    }  # fmt: skip
    return render(request, "leads/hotline_case.html", context, status=422 if bound else 200)


def _is_own(case: Any, user: Any) -> bool:
    """The step that the case waits for is this person's by post, and not theirs to do: the case is about them, and nothing is left to give away."""
    step = STEPS.get(case.state)
    if step is None or not is_about(case, user) or not step.reaches(user, case.store_id, own=False):
        return False
    return case.state != CaseState.ASKED or not remedies_of(case, by=user)


def _others(case: Any, user: Any) -> str:
    """Who else does the step that the case waits for."""
    people = [person for post in sorted(STEPS[case.state].posts[Scope.STORE]) for person in holders(post, case.store_id) if not is_about(case, person)]
    return _("{names} may do it.").format(names=listed(dict.fromkeys(map(str, people)))) if people else _("Nobody else of this store may do it yet.")


def _next_form(case: Any, user: Any) -> Any:
    told = {"lead": case.lead, "user": user}
    serves, decides = (permission.reaches(user, case.store_id, own=False) for permission in (TAKE_HOTLINE, DECIDE_HOTLINE))
    if case.state == CaseState.TAKEN and serves:
        return HeardForm(**told, remedies=remedies_of(case))
    if case.state == CaseState.ASKED and decides:
        return DecisionForm(**told, remedies=remedies_of(case, by=user), initial={"remedy": case.proposed})
    if case.state == CaseState.DECIDED and serves:
        return ClosingForm(**told)
    return None


def _waits_for(case: Any) -> str:
    said = {
        CaseState.OPEN: _("Customer service takes the case."), CaseState.TAKEN: _("Customer service hears the customer and asks the store manager."),
        CaseState.ASKED: _("The store manager decides."), CaseState.DECIDED: _("Customer service calls back and closes the case."),
    }  # fmt: skip
    return said.get(case.state, "")


def _steps(case: Any) -> list[dict[str, Any]]:
    """Opened, taken, heard, decided, closed."""
    done = [
        (pgettext("case", "Opening"), case.at, case.by or _("by the clock")),
        (_("Taking"), case.taken_at, case.taken_by), (_("Hearing"), case.asked_at, case.asked_by),
        (_("Decision"), case.decided_at, case.decided_by), (_("Closing"), case.closed_at, case.closed_by),
    ]  # fmt: skip
    first = next((n for n, (_title, moment, _who) in enumerate(done) if moment is None), len(done))
    return [
        {
            "title": title, "state": "done" if moment else ("current" if n == first else "future"),
            "note": f"{timezone.localtime(moment):%m-%d %H:%M} {who or ''}".strip() if moment else "",
        }
        for n, (title, moment, who) in enumerate(done)
    ]  # fmt: skip


@allowed(SEE_HOTLINE, methods=("GET",))
def hotline_case(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """One case: what happened, what is next."""
    return _shown(request, _case(request, ref, seq, SEE_HOTLINE))


def _done(request: HttpRequest, case: Any, form: Any, verb: Any, said: str) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            verb(form.cleaned_data, timezone.now())
            messages.success(request, said)
            return redirect("leads:hotline-case", ref=case.lead.ref, seq=case.seq)
    return _shown(request, case, form)


@allowed(TAKE_HOTLINE, methods=("POST",))
@once
def hotline_case_takings(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """Customer service takes the case."""
    case = _case(request, ref, seq, TAKE_HOTLINE)
    form = LeadForm(request.POST, lead=case.lead, user=request.user)
    return _done(request, case, form, lambda told, at: services.take_case(case, by=request.user, at=at), _("The case is yours. Next: hear the customer."))


@allowed(TAKE_HOTLINE, methods=("POST",))
@once
def hotline_case_hearings(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """What the customer wishes and what is proposed."""
    case = _case(request, ref, seq, TAKE_HOTLINE)
    form = HeardForm(request.POST, lead=case.lead, user=request.user, remedies=remedies_of(case))
    return _done(
        request, case, form, lambda told, at: services.ask_decision(case, by=request.user, at=at, **told), _("The store manager finds it on the desk.")
    )


@allowed(DECIDE_HOTLINE, methods=("POST",))
@once
def hotline_case_decisions(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The store manager decides (Q19)."""
    case = _case(request, ref, seq, DECIDE_HOTLINE)
    form = DecisionForm(request.POST, lead=case.lead, user=request.user, remedies=remedies_of(case, by=request.user))

    def verb(told: dict[str, Any], at: datetime) -> None:
        named = {name: told[name] for name in ("remedy", "decision", "due_at", "designer")}
        before = case.lead.designer
        services.decide_case(case, told=form.told, by=request.user, at=at, **named)
        if told["remedy"] == Remedy.DESIGNER:
            say_who_stays(request, [case.lead], before)

    return _done(request, case, form, verb, _("Decided. Customer service calls the customer back."))


@allowed(TAKE_HOTLINE, methods=("POST",))
@once
def hotline_case_closings(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The customer's word."""
    case = _case(request, ref, seq, TAKE_HOTLINE)
    form = ClosingForm(request.POST, lead=case.lead, user=request.user)
    return _done(request, case, form, lambda told, at: services.close_case(case, by=request.user, at=at, **told), _("The case is closed."))
