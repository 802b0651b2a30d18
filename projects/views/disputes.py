"""Unsigned work, prices outside the list, compensation for a late completion, and disputes of a settlement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from projects import forms_days, policies, policies_days, services
from projects.choices import UNFINISHED, Stage
from projects.models import OffListPrice, Settlement, SettlementDispute
from projects.selectors_preparation import day
from projects.services.disputes import line_of
from projects.services.unsigned import late_days, late_price
from projects.views.changes import _change
from projects.views.frame import Page, act, link, shown, site

UNSIGNED = Page(
    gettext_lazy("Work without a signature"), pgettext_lazy("unsigned work", "Note it"), gettext_lazy("It cannot be noted"), "projects/unsigned_works.html",
    spans=(("done_on", 3), ("let_by", 3), ("what", 6), ("change", 6), ("evidence", 6)),
)  # fmt: skip


@allowed(policies.SEE_PROJECTS, post=policies_days.NOTE_UNSIGNED)
@once
def unsigned_works(request: HttpRequest, ref: str) -> HttpResponse:
    """A fact with its date and who let it happen; it never enters a settlement (G14, LR-23)."""
    project = site(request, ref, policies_days.NOTE_UNSIGNED if request.method == "POST" else policies.SEE_PROJECTS)
    may = policies_days.NOTE_UNSIGNED.allows(request.user) and project.stage in [*[str(s) for s in UNFINISHED], Stage.PAUSED, Stage.ACCEPTED]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms_days.UnsignedWorkForm(*given, project=project, initial={"done_on": timezone.localdate()}) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            services.note_unsigned_work(
                project, done_on=told["done_on"], what=told["what"], let_by=told["let_by"], change=told["change"], evidence=told["evidence"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Noted; it is never charged as it is."))
            return redirect(link("unsigned-works", project))
    rows = list(project.unsigned_works.select_related("let_by", "change", "evidence", "by", "outcome_by").order_by("-done_on", "-id"))
    return shown(request, project, form, UNSIGNED, works=rows, multipart=True, may_end=policies_days.END_UNSIGNED.allows(request.user))


UNSIGNED_END = Page(
    gettext_lazy("What becomes of unsigned work"), gettext_lazy("Note what becomes of it"), gettext_lazy("It cannot be settled like this"),
    "projects/row_act.html",
)


@allowed(policies_days.END_UNSIGNED)
@once
def unsigned_outcomes(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Signed after all, put back, or left free of charge."""
    project = site(request, ref, policies_days.END_UNSIGNED)
    row = get_object_or_404(project.unsigned_works.select_related("project", "let_by", "change"), pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.end_unsigned_work(row, outcome=told["outcome"], says=told["says"], change=told["change"], by=request.user, at=at)
        return _("Noted.")

    form = forms_days.UnsignedOutcomeForm(request.POST if request.method == "POST" else None, project=project)
    about = f"{day(row.done_on)} · {row.what} · {row.let_by}"
    return act(request, project, form, UNSIGNED_END, verb, to=link("unsigned-works", project), about=about)


OFF_LIST = Page(
    gettext_lazy("A price outside the list"), gettext_lazy("Ask for approval"), gettext_lazy("The price cannot be asked for"), "projects/off_list.html",
    spans=(("name", 4), ("unit", 2), ("quantity", 3), ("unit_price", 3), ("because", 6)),
)  # fmt: skip


@allowed(policies.ISSUE_CHANGE)
@once
def off_list(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """What the contract's price list does not have: with its reason, approved before it is priced."""
    project = site(request, ref, policies.ISSUE_CHANGE)
    row = _change(project, seq)
    form = forms_days.OffListForm(request.POST if request.method == "POST" else None, project=project)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.ask_off_list(row, **told, by=request.user, at=at)
        return _("Asked; the engineering manager decides.")

    prices = list(row.off_list.select_related("by", "decided_by"))
    return act(
        request, project, form, OFF_LIST, verb, to=link("change-off-list", project, seq), change=row, prices=prices,
        may_decide=policies_days.DECIDE_OFF_LIST.allows(request.user),
    )  # fmt: skip


OFF_LIST_DECISION = Page(
    gettext_lazy("Decide on a price outside the list"), gettext_lazy("Approve or refuse"), gettext_lazy("It cannot be decided"), "projects/row_act.html"
)


@allowed(policies_days.DECIDE_OFF_LIST)
@once
def off_list_decisions(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Approved or refused by somebody who did not ask for it."""
    project = site(request, ref, policies_days.DECIDE_OFF_LIST)
    row = get_object_or_404(OffListPrice.objects.filter(project=project).select_related("project", "change__project", "by"), pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.decide_off_list(row, approved=told["approved"], answer=told["answer"], by=request.user, at=at)
        return _("Approved; it can be priced.") if told["approved"] else _("Refused.")

    form = forms_days.DecisionForm(request.POST if request.method == "POST" else None, project=project)
    about = f"{row.name} · {row.quantity.normalize():f} {row.unit} × ¥{row.unit_price:,.2f} = ¥{row.amount:,.2f} · {row.because} · {row.by}"
    return act(request, project, form, OFF_LIST_DECISION, verb, to=link("change", project, row.change.seq), about=about)


COMPENSATION = Page(
    gettext_lazy("Compensation for late completion"), gettext_lazy("Write the deduction"), gettext_lazy("The compensation cannot be written"),
    "projects/row_act.html",
)


@allowed(policies.SETTLE)
@once
def compensations(request: HttpRequest, ref: str) -> HttpResponse:
    """As the contract promises it and no more; approved, then signed as a change (Q38: nothing is automatic)."""
    project = site(request, ref, policies.SETTLE)
    late, (price, _most) = late_days(project), late_price(project)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms_days.CompensationForm(*given, project=project, initial={"days": late or None})

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.agree_compensation(
            project, days=told["days"], because=told["because"], evidence=told["evidence"], by=request.user, at=at
        )
        return _("Change %(seq)s is written: approve it, price it, have it signed.") % {"seq": made.change.seq}

    said = {"late": late, "day": day(project.due_on), "price": f"¥{price:,.2f}"}
    if project.completed_on is None:
        about = _("Not completed yet, agreed for %(day)s; the contract promises %(price)s for a late day.") % said
    else:
        about = _("Completed %(late)s days after the agreed day; the contract promises %(price)s a day.") % said
    return act(request, project, form, COMPENSATION, verb, to=link("changes", project), about=about, multipart=True)


DISPUTES = Page(
    gettext_lazy("The customer disputes the settlement"), gettext_lazy("Note the dispute"), gettext_lazy("The dispute cannot be noted"),
    "projects/disputes.html",
)


@allowed(policies.SEE_MONEY, post=policies_days.DISPUTE)
@once
def disputes(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """What the customer disputes, what was answered, and this version beside the one before and after it."""
    project = site(request, ref, policies_days.DISPUTE if request.method == "POST" else policies.SEE_MONEY)
    rows = Settlement.objects.filter(project=project).select_related("paper", "instalment", "project", "previous__paper", "next__paper")
    row = get_object_or_404(rows, pk=pk)
    may = policies_days.DISPUTE.allows(request.user) and row.paper.is_open and row.paper.state == "issued"
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms_days.DisputeForm(*given, project=project, settlement=row) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            services.dispute_settlement(
                row, **form.target, words=form.cleaned_data["words"], photos=form.photos, by=request.user, at=timezone.now()
            )
            messages.success(request, _("Noted; this version is not signed any more."))
            return redirect(link("settlement-disputes", project, pk))
    said = list(row.disputes.select_related("change", "instalment", "by", "answered_by").prefetch_related("photos__attachment"))
    context = {
        "settlement": row, "disputes": [(each, line_of(each)) for each in said], "multipart": True,
        "may_answer": policies.SETTLE.allows(request.user), "later": getattr(row, "next", None),
        "may_settle": policies.SETTLE.allows(request.user) and bool(said) and all(each.outcome for each in said) and not hasattr(row, "next"),
    }  # fmt: skip
    return shown(request, project, form, DISPUTES, **context)


DISPUTE_ANSWER = Page(
    gettext_lazy("Answer the dispute"), gettext_lazy("Answer"), gettext_lazy("The answer cannot be kept"), "projects/row_act.html"
)


@allowed(policies.SETTLE)
@once
def dispute_answers(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Right, partly right, or the line stands, in words that the next version prints."""
    project = site(request, ref, policies.SETTLE)
    rows = SettlementDispute.objects.filter(project=project).select_related("settlement__project", "change", "instalment")
    row = get_object_or_404(rows, pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.answer_dispute(row, outcome=told["outcome"], answer=told["answer"], by=request.user, at=at)
        return _("Answered; the next version can be made when all are answered.")

    form = forms_days.DisputeAnswerForm(request.POST if request.method == "POST" else None, project=project)
    return act(
        request, project, form, DISPUTE_ANSWER, verb, to=link("settlement-disputes", project, row.settlement_id), about=f"{line_of(row)} · {row.words}"
    )
