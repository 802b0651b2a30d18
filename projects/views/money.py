"""Payments, reversals, reminders, settlements."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import Missing, refusals_on
from projects import forms, policies, selectors, services
from projects.choices import AFTER_ACCEPTANCE, Role, SettlementKind
from projects.models import Payment, Project
from projects.procedure import carpentry_accepted, changes_signed, completion_accepted
from projects.services.credits import spare
from projects.views.changes import state_of
from projects.views.frame import Page, act, link, named, shown, site
from staff import posts

PAYMENTS = Page(
    gettext_lazy("Payments"), gettext_lazy("Take the payment"), gettext_lazy("The payment cannot be taken like this"),
    "projects/payments.html",
)


@allowed(policies.SEE_MONEY, post=policies.TAKE_PAYMENT)
@once
def payments(request: HttpRequest, ref: str) -> HttpResponse:
    """The account of a site, its payments, and taking one: one payment, one receipt (LR-53)."""
    # With its people in the same question: this page asks twelve without.
    project = site(request, ref, policies.TAKE_PAYMENT if request.method == "POST" else policies.SEE_MONEY, *Role.values)
    account = project.money
    may = policies.TAKE_PAYMENT.allows(request.user)
    initial = {"amount": account.due_now or None, "payer": project.customer_name, "received_on": timezone.localdate(), "key": uuid4()}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.PaymentForm(*sent, project=project, account=account, initial=initial) if may else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.record_payment(
                project, amount=told["amount"], method=told["method"], payer=told["payer"], payer_account=told["payer_account"],
                received_on=told["received_on"], allocations=form.allocations, credit=form.credit, key=told["key"], slip=told["slip"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Taken; the receipt is %(ref)s.") % {"ref": made.receipt.ref})
            return redirect("paper", made.receipt.ref)
    context = {
        "account": account, "meter": selectors.meter(project), "payments": selectors.bookings(project, account), "may_pay": may,
        "states": [(row, [named(project, gap, request.user) for gap in row.missing]) for row in account.instalments],
        "may_refund": policies.ASK_CREDIT_REFUND.allows(request.user) and spare(account) > 0,
        "may_use": policies.USE_CREDIT.allows(request.user) and account.credit > 0 and bool(account.open_now),
        "may_reverse": policies.REVERSE_PAYMENT.allows(request.user), "may_remind": policies.REMIND_PAYMENT.allows(request.user),
        "reminders": list(project.reminders.select_related("paper", "instalment", "by").order_by("-id")[:10]),
    }  # fmt: skip
    return shown(request, project, form, PAYMENTS, **context)


REVERSAL = Page(
    gettext_lazy("Reverse a payment"), gettext_lazy("Reverse it"), gettext_lazy("The payment cannot be reversed"),
    "projects/reversal_form.html",
)


@allowed(policies.REVERSE_PAYMENT)
@once
def payment_reversals(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """A second person takes a wrong booking back; its receipt becomes void."""
    project = site(request, ref, policies.REVERSE_PAYMENT)
    payment: Payment = get_object_or_404(project.payments.select_related("receipt", "by", "project"), pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.reverse_payment(payment, reason=told["reason"], by=request.user, at=at)
        return _("Reversed; the receipt %(ref)s is void.") % {"ref": payment.receipt.ref}

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, REVERSAL, verb, to=link("payments", project), payment=payment)


REMINDER = Page(
    gettext_lazy("Remind of a payment"), gettext_lazy("Write the reminder"), gettext_lazy("No reminder can be sent yet"),
    "projects/reminder.html",
)


@allowed(policies.REMIND_PAYMENT)
@once
def reminders(request: HttpRequest, ref: str) -> HttpResponse:
    """P27, only for an instalment whose checks have passed."""
    project = site(request, ref, policies.REMIND_PAYMENT)
    account = project.money
    row = next(iter(account.open_now), None) or account.next
    form = forms.ReminderForm(request.POST if request.method == "POST" else None, project=project, initial={"seq": row.seq if row else 1})
    if form.is_valid():
        with refusals_on(form):
            made = services.issue_reminder(project, seq=form.cleaned_data["seq"], by=request.user, at=timezone.now())
            messages.success(request, _("The reminder %(ref)s is written.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    last = project.reminders.select_related("paper", "by").filter(instalment_id=row.id).order_by("-id").first() if row else None
    return shown(request, project, form, REMINDER, row=row, account=account, last=last, missing=row.missing if row else ())


SETTLEMENT = Page(
    gettext_lazy("Settlements"), gettext_lazy("Settle"), gettext_lazy("The settlement cannot be made yet"), "projects/settlements.html"
)


@allowed(policies.SEE_MONEY, post=policies.SETTLE)
@once
def settlements(request: HttpRequest, ref: str) -> HttpResponse:
    """Mid-term and changes together, the final one after acceptance (G16, G17)."""
    project = site(request, ref, policies.SETTLE if request.method == "POST" else policies.SEE_MONEY)
    form = forms.SettlementForm(request.POST if request.method == "POST" else None, project=project)
    if form.is_valid():
        with refusals_on(form):
            made = services.settle(project, kind=form.cleaned_data["kind"], by=request.user, at=timezone.now())
            messages.success(request, _("The settlement %(ref)s is made; the customer signs it.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    kinds = (SettlementKind.MIDTERM, SettlementKind.CHANGE, SettlementKind.FINAL)
    context = {
        "rows": [(kind, project.settlement(kind)) for kind in kinds], "may_settle": policies.SETTLE.allows(request.user),
        "gaps": {kind: [named(project, gap, request.user) for gap in _settlement_gaps(project, kind)] for kind in ("midterm", "final")},
        "account": project.money, "asked": form.data.get("kind") if form.is_bound else "",
        "changes": [(c, state_of(c, project)) for c in project.change_list if c.is_signed], "waiting": [c for c in project.change_list if c.is_waiting],
    }  # fmt: skip
    return shown(request, project, form, SETTLEMENT, **context)


def _settlement_gaps(project: Project, kind: str) -> list[Missing]:
    """What keeps a settlement closed, before its button is pressed."""
    gates = (carpentry_accepted, changes_signed) if kind == "midterm" else (completion_accepted, changes_signed)
    gaps = [gap for gap in (gate.missing(project) for gate in gates) if gap]
    if kind == "final" and project.stage not in AFTER_ACCEPTANCE:
        who = f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_MANAGER}"
        gaps.append(Missing(_("The site is not accepted yet."), who, "G17", link("stage-changes", project)))
    return gaps
