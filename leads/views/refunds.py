"""Deposits that go back, and what was promised: one page an act, as the other acts on an enquiry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from leads import forms, policies, services
from leads import policies_money as money
from leads import selectors_money as selectors
from leads.forms_money import PayOutForm, PromiseAnswerForm, PromiseForm, RefundForm
from leads.models import DepositRefund, Lead, Promise
from leads.services.refunds import due_back
from leads.views.acts import Page, _act, _form, _lead

REVERSAL = Page(
    gettext_lazy("Reverse a deposit"), gettext_lazy("Reverse it"), gettext_lazy("The deposit cannot be reversed"), "leads/deposit_reversal.html",
    note=gettext_lazy("For a deposit booked in error: its receipt becomes void, the account gives it back, the enquiry stands before the deposit again."),
)  # fmt: skip
REFUND = Page(
    gettext_lazy("Give the deposit back"), gettext_lazy("Ask for the refund"), gettext_lazy("The refund cannot be asked for"), "leads/deposit_refund.html",
    note=gettext_lazy("What is due follows from the nature of the money and from why there is no contract. Somebody else in finance decides."),
)  # fmt: skip
PAY_OUT = Page(
    gettext_lazy("Pay the refund out"), gettext_lazy("Pay it out"), gettext_lazy("The refund cannot be paid out"), "leads/refund_payment.html",
    note=gettext_lazy("A second person pays; the voucher is written and the payee signs it."),
)  # fmt: skip
KEEP = Page(gettext_lazy("Keep the earnest money"), gettext_lazy("Keep the money"), gettext_lazy("The refund cannot be decided"), "leads/refund_payment.html")
REFUSAL = Page(
    gettext_lazy("Refuse the refund"), gettext_lazy("Refuse it"), gettext_lazy("The refund cannot be refused"), "leads/refund_payment.html",
    note=gettext_lazy("The money stays where it is; the enquiry goes on."),
)  # fmt: skip
PROMISE = Page(
    gettext_lazy("Note the promise"), gettext_lazy("Note the promise"), gettext_lazy("The promise cannot be noted"), "leads/promises.html",
    note=gettext_lazy("Promise nothing lightly: its clock stands on your desk until it is kept."),
)  # fmt: skip
ANSWER = Page(gettext_lazy("How a promise went"), gettext_lazy("Note the result"), gettext_lazy("The promise cannot be answered"), "leads/promise_answer.html")


@allowed(money.REVERSE_DEPOSIT)
@once
def deposit_reversals(request: HttpRequest, ref: str) -> HttpResponse:
    """A second person takes a wrong booking back."""
    lead = _lead(request, ref, money.REVERSE_DEPOSIT)
    deposit = selectors.deposit_of(lead)

    def verb(told: dict[str, Any], at: datetime) -> str:
        if deposit is None:
            raise Http404
        services.reverse_deposit(deposit, reason=told["reason"], by=request.user, at=at)
        return _("Reversed; the receipt {ref} is void.").format(ref=deposit.receipt.ref)

    return _act(request, lead, _form(request, forms.ReasonForm, lead), REVERSAL, verb, deposit=deposit)


@allowed(money.ASK_REFUND | money.PAY_REFUND, post=money.ASK_REFUND)
@once
def deposit_refunds(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask that the deposit goes back; the requests so far, and who decides."""
    lead = _mine(request, ref)
    deposit, refunds = selectors.deposit_of(lead), selectors.refunds_of(lead)
    waits = next((row for row in refunds if row.is_waiting), None)
    nature = deposit.agreement.nature if deposit else ""
    initial = {"payee": deposit.payer, "method": deposit.method} if deposit else {}
    posted = request.method == "POST"
    form = RefundForm(request.POST if posted else None, request.FILES if posted else None, lead=lead, user=request.user, initial=initial, nature=nature)

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        if deposit is None:
            raise Http404
        made = services.ask_refund(deposit, by=request.user, at=at, **{**told, "costs": told.get("costs") or 0})
        return _("Asked: ¥{amount:,.2f} go back when somebody else of finance pays it out.").format(amount=made.amount), request.path

    due = [(label, due_back(nature, ground, deposit.amount)) for ground, label in form.fields["ground"].choices] if deposit else []  # type: ignore[attr-defined]
    more = {
        "deposit": deposit, "refunds": refunds, "waits": waits, "due": due, "multipart": True,
        "may_ask": money.ASK_REFUND.allows(request.user) and deposit is not None and waits is None,
        "may_pay": waits is not None and waits.by_id != request.user.pk and money.PAY_REFUND.reaches(request.user, lead.store_id, own=False),  # type: ignore[attr-defined]
    }  # fmt: skip
    return _act(request, lead, form, REFUND, verb, **more)


def _mine(request: HttpRequest, ref: str) -> Lead:
    """The enquiry, of which this person may ask for a refund or pay one."""
    rows = Lead.objects.visible_to(request.user, money.ASK_REFUND)
    if request.method == "GET":
        rows = rows | Lead.objects.visible_to(request.user, money.PAY_REFUND)
    found: Lead = get_object_or_404(rows.select_related("customer", "home", "designer", "customer_manager", "dossier", "store", "source"), ref=ref)
    return found


def _waiting(lead: Lead) -> DepositRefund:
    found = next((row for row in selectors.refunds_of(lead) if row.is_waiting), None)
    if found is None:
        raise Http404
    return found


@allowed(money.PAY_REFUND)
@once
def refund_payments(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody else of finance pays it out, or keeps what is not due back."""
    lead = _lead(request, ref, money.PAY_REFUND)
    row = _waiting(lead)
    posted = request.method == "POST"
    form = PayOutForm(request.POST if posted else None, request.FILES if posted else None, lead=lead, user=request.user, method=row.method)

    def verb(told: dict[str, Any], at: datetime) -> str | tuple[str, str]:
        paid = services.pay_refund(row, account=told["account"], slip=told["slip"], by=request.user, at=at)
        if paid.voucher is None:
            return _("The earnest money is kept; nothing is paid back.")
        said = _("Paid out: ¥{amount:,.2f}; the receiver signs voucher {ref}.").format(amount=paid.amount, ref=paid.voucher.ref)
        return said, reverse("paper", args=[paid.voucher.ref])

    return _act(request, lead, form, PAY_OUT if row.amount else KEEP, verb, refund=row, multipart=True)


@allowed(money.PAY_REFUND)
@once
def refund_refusals(request: HttpRequest, ref: str) -> HttpResponse:
    """The money stays, with a word."""
    lead = _lead(request, ref, money.PAY_REFUND)
    row = _waiting(lead)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.refuse_refund(row, reason=told["reason"], by=request.user, at=at)
        return _("Refused; the deposit stays where it is.")

    return _act(request, lead, _form(request, forms.ReasonForm, lead), REFUSAL, verb, refund=row)


# --- promises --------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_LEADS, post=money.PROMISE)
@once
def promises(request: HttpRequest, ref: str) -> HttpResponse:
    """What was promised to this customer, by whom, until when; and one more."""
    permission = money.PROMISE if request.method == "POST" else policies.SEE_LEADS
    lead = _lead(request, ref, permission)

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        made = services.make_promise(lead, by=request.user, at=at, **told)
        return _("Promised until {day}; it stands on your desk.").format(day=made.until.isoformat()), request.path

    may = money.PROMISE.allows(request.user)
    more = {"promises": selectors.promises_of(lead.pk), "may_promise": may, "today": timezone.localdate()}
    return _act(request, lead, _form(request, PromiseForm, lead, until=timezone.localdate()), PROMISE, verb, **more)


@allowed(money.PROMISE)
@once
def promise_answers(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Kept or broken, with a word."""
    lead = _lead(request, ref, money.PROMISE)
    row = get_object_or_404(Promise.objects.select_related("owner"), lead=lead, pk=pk)

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        services.answer_promise(row, by=request.user, at=at, **told)
        return _("The promise is answered."), reverse("leads:promises", args=[lead.ref])

    return _act(request, lead, _form(request, PromiseAnswerForm, lead), ANSWER, verb, promise=row)



