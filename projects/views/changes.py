"""Additions and deductions."""

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
from core.refusals import Missing, refusals_on
from projects import forms, policies, policies_days, services
from projects.choices import COMPANY_PAYS
from projects.models import ChangeOrder, Project
from projects.services.changes import asks_in
from projects.views.frame import Page, act, link, shown, site
from staff import posts

ROWS = 6
MOST_ROWS = 30
REQUEST = Page(
    gettext_lazy("Additions and deductions"), gettext_lazy("Take the wish"), gettext_lazy("The change cannot be taken yet"),
    "projects/changes.html",
)


@allowed(policies.SEE_PROJECTS, post=policies.REQUEST_CHANGE)
@once
def changes(request: HttpRequest, ref: str) -> HttpResponse:
    """All changes of the site; a new one begins with the customer's evidence (G14)."""
    project = site(request, ref, policies.REQUEST_CHANGE if request.method == "POST" else policies.SEE_PROJECTS)
    may = policies.REQUEST_CHANGE.allows(request.user) and project.stage in [str(stage) for stage in asks_in(project)]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.ChangeRequestForm(*given, project=project) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.request_change(
                project, reason=told["reason"], wish=told["wish"], evidence=told["evidence"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Taken; %(designer)s has been told.") % {"designer": project.designer or "–"})
            return redirect(link("change", project, made.seq))
    changes = [(row, state_of(row, project)) for row in project.change_list]
    return shown(request, project, form, REQUEST, changes=changes, money=policies.SEE_MONEY.allows(request.user))


def _change(project: Project, seq: int) -> ChangeOrder:
    rows = project.changes.select_related("paper", "evidence", "by", "issued_by", "withdrawn_by", "settled_in")
    found: ChangeOrder = get_object_or_404(rows, seq=seq)
    found.project = project
    return found


CHANGE = Page(gettext_lazy("One change"), "", template="projects/change.html")


@allowed(policies.SEE_PROJECTS, methods=("GET",))
def change(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """One change: evidence, design, prices, signature."""
    project = site(request, ref, policies.SEE_PROJECTS)
    row = _change(project, seq)
    money = policies.SEE_MONEY.allows(request.user)
    lines = list(row.lines.select_related("item", "room", "off_list")) if money else []
    context = {
        "change": row, "lines": lines, "money": money, "prices": list(row.off_list.select_related("by", "decided_by")) if money else [],
        "may_decide": policies_days.DECIDE_OFF_LIST.allows(request.user), "state": state_of(row, project), "company_pays": row.reason in COMPANY_PAYS,
        "may_answer": policies.ANSWER_CHANGE.allows(request.user) and row.is_waiting,
        "may_price": policies.ISSUE_CHANGE.allows(request.user) and row.is_waiting and row.paper is None,
        "may_withdraw": policies.ISSUE_CHANGE.allows(request.user) and row.is_waiting,
    }  # fmt: skip
    return shown(request, project, None, CHANGE, **context)


def state_of(row: ChangeOrder, project: Project) -> tuple[str, str]:
    """(words, tone) of where a change stands."""
    if row.withdrawn_at is not None:
        return _("withdrawn"), "plain"
    if row.paper is None:
        return (_("waits for prices"), "soon") if row.answer else (_("waits for the designer"), "soon")
    if not row.paper.is_signed:
        return _("waits for signatures"), "soon"
    if row.settled_in_id is None:
        return _("signed"), "done"
    return (_("signed and settled"), "done") if project.has_settled(row) else (_("signed; its settlement waits for signatures"), "soon")


ANSWER = Page(
    gettext_lazy("What the change means for the design"), gettext_lazy("Answer"), gettext_lazy("The answer cannot be kept"),
    "projects/change_act.html",
)


@allowed(policies.ANSWER_CHANGE)
@once
def change_answers(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The designer's word."""
    project = site(request, ref, policies.ANSWER_CHANGE)
    row = _change(project, seq)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.answer_change(row, answer=told["answer"], by=request.user, at=at)
        return _("The project manager can price it now.")

    form = forms.AnswerForm(request.POST if request.method == "POST" else None, project=project, initial={"answer": row.answer})
    return act(request, project, form, ANSWER, verb, to=link("change", project, seq), change=row)


PRICE = Page(
    gettext_lazy("Price the change"), gettext_lazy("Issue the change order"), gettext_lazy("The change cannot be issued yet"),
    "projects/change_price.html",
)


@allowed(policies.ISSUE_CHANGE)
@once
def change_prices(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """Lines from the contract's own price list; then P25 is signed before anybody works on it."""
    project = site(request, ref, policies.ISSUE_CHANGE)
    row = _change(project, seq)
    items = list(project.contract.price_list.items.order_by("position", "id"))
    rooms = list(project.home.rooms.filter(removed_at__isnull=True).order_by("position", "id"))
    count, more = _rows(request), "more" in request.POST
    given = {"days": 0} | _measured(request, count) | ({name: value for name, value in request.POST.items() if name != "once"} if more else {})
    form = forms.ChangePriceForm(
        request.POST if request.method == "POST" and not more else None, project=project, count=count, items=items, rooms=rooms, initial=given
    )
    if form.is_valid():
        with refusals_on(form):
            lines = [services.Line(item, quantity, room, note) for item, quantity, room, note in form.lines]
            made = services.issue_change(row, lines=lines, days=form.cleaned_data["days"], by=request.user, at=timezone.now())
            assert made.paper is not None
            messages.success(request, _("The change order %(ref)s is issued: nobody works on it before it is signed.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    return shown(request, project, form, PRICE, change=row, missing=_price_gaps(project, row), count=count, more_rows=count < MOST_ROWS)


def _measured(request: HttpRequest, count: int) -> dict[str, str]:
    """Lines that the address brings along – item:room:quantity, as they were measured on site – as a first filling of the form."""
    found: dict[str, str] = {}
    for i, line in enumerate(request.GET.get("lines", "")[:1200].split(",")[:count]):
        if len(parts := line.split(":")) == 3:
            found |= dict(zip((f"item_{i}", f"room_{i}", f"quantity_{i}"), parts, strict=True))
    return found


def _rows(request: HttpRequest) -> int:
    """How many lines the form has: six, and six more at each wish."""
    asked = request.POST.get("rows", "")
    count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else ROWS
    return max(ROWS, min(count + (ROWS if "more" in request.POST else 0), MOST_ROWS))


def _price_gaps(project: Project, row: ChangeOrder) -> list[Missing]:
    gaps = []
    if row.designer_told_at is None:
        gaps.append(Missing(_("The designer has not been told."), posts.ENGINEERING_MANAGER, "G14"))
    if not project.contract.paper.is_signed:
        gaps.append(Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6"))
    for price in row.off_list.filter(decided_at__isnull=True):
        gaps.append(
            Missing(
                _("The price outside the list is not decided: {name}.").format(name=price.name), posts.ENGINEERING_MANAGER, "LR-23",
                link("off-list-decisions", project, price.pk),
            )
        )  # fmt: skip
    return gaps


WITHDRAW = Page(
    gettext_lazy("Withdraw the change"), gettext_lazy("Withdraw"), gettext_lazy("The change cannot be withdrawn"),
    "projects/change_act.html",
)


@allowed(policies.ISSUE_CHANGE)
@once
def change_withdrawals(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """It is not carried out."""
    project = site(request, ref, policies.ISSUE_CHANGE)
    row = _change(project, seq)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.withdraw_change(row, reason=told["reason"], by=request.user, at=at)
        return _("The change is withdrawn; its paper is void.") if row.paper else _("The change is withdrawn.")

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, WITHDRAW, verb, to=link("change", project, seq), change=row)
