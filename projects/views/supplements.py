"""Supplements, corrections of an unsigned contract, credit that goes back, promises of a site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import services as leads
from leads.models import Promise
from leads.selectors_money import promises_of
from projects import forms, policies, services
from projects import forms_contract as shapes
from projects.forms import company_signers
from projects.models import CreditRefund, Project, Supplement
from projects.services.credits import spare
from projects.services.supplements import changeable
from projects.views.frame import Page, act, link, shown, site

SUPPLEMENT = Page(
    gettext_lazy("Supplements"), gettext_lazy("Write the supplement"), gettext_lazy("The supplement cannot be written yet"), "projects/supplements.html",
    note=gettext_lazy("A paper of its own, signed by both sides. The sum of the contract is moved by change orders alone."),
)  # fmt: skip
WITHDRAWAL = Page(
    gettext_lazy("Withdraw the supplement"),
    gettext_lazy("Withdraw it"),
    gettext_lazy("The supplement cannot be withdrawn"),
    "projects/reason.html",
)
CORRECTION = Page(
    gettext_lazy("Correct the contract"), gettext_lazy("Correct it"), gettext_lazy("The contract cannot be corrected"), "projects/contract_correction.html",
    note=gettext_lazy("Only while nobody has signed: a new contract paper replaces the old one; the sum stays."),
)  # fmt: skip
CREDIT = Page(
    gettext_lazy("Give credit back"), gettext_lazy("Ask for the refund"), gettext_lazy("The refund cannot be asked for"), "projects/credit_refunds.html",
    note=gettext_lazy("One person asks, another of finance pays out; the receiver signs the voucher."),
)  # fmt: skip
PAY_OUT = Page(
    gettext_lazy("Pay the refund out"),
    gettext_lazy("Pay it out"),
    gettext_lazy("The refund cannot be paid out"),
    "projects/credit_payment.html",
)
REFUSAL = Page(
    gettext_lazy("Refuse the refund"),
    gettext_lazy("Refuse it"),
    gettext_lazy("The refund cannot be refused"),
    "projects/credit_payment.html",
)
PROMISE = Page(
    gettext_lazy("Promises"), gettext_lazy("Note the promise"), gettext_lazy("The promise cannot be noted"), "projects/promises.html",
    note=gettext_lazy("Promise nothing lightly: its clock stands on your desk until it is kept."),
)  # fmt: skip
ANSWER = Page(
    gettext_lazy("How a promise went"),
    gettext_lazy("Note the result"),
    gettext_lazy("The promise cannot be answered"),
    "projects/promise_answer.html",
)


@allowed(policies.SEE_MONEY, post=policies.SUPPLEMENT)
@once
def supplements(request: HttpRequest, ref: str) -> HttpResponse:
    """The supplements of a contract, and one more."""
    project = site(request, ref, policies.SUPPLEMENT if request.method == "POST" else policies.SEE_MONEY)
    lines = changeable(project)
    may = policies.SUPPLEMENT.allows(request.user)
    form = None
    if may:
        initial = {"starts_on": project.starts_on, "due_on": project.due_on}
        form = shapes.SupplementForm(
            request.POST if request.method == "POST" else None, project=project, lines=lines, initial=initial
        )
    if form is not None and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.issue_supplement(
                project, reason=told["reason"], terms=told["terms"], starts_on=told["starts_on"], due_on=told["due_on"], plan=form.plan, by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            messages.success(
                request, _("The supplement %(ref)s is written; both sides sign it.") % {"ref": made.paper.ref}
            )
            return redirect("paper", made.paper.ref)
    return shown(request, project, form, SUPPLEMENT, supplements=project.supplement_list, account=project.money)


@allowed(policies.SUPPLEMENT)
@once
def supplement_withdrawals(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """An unsigned one is withdrawn with a reason."""
    project = site(request, ref, policies.SUPPLEMENT)
    row: Supplement = get_object_or_404(project.supplements.select_related("paper", "project"), seq=seq)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.withdraw_supplement(row, reason=told["reason"], by=request.user, at=at)
        return _("The supplement is withdrawn.")

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, WITHDRAWAL, verb, to=link("supplements", project))


@allowed(policies.SUPPLEMENT)
@once
def contract_corrections(request: HttpRequest, ref: str) -> HttpResponse:
    """Another payment table, other dates or other signers before the first signature."""
    project = site(request, ref, policies.SUPPLEMENT)
    row = project.contract
    initial = {
        "starts_on": row.starts_on, "due_on": row.due_on, "plan": row.plan,
        "signer": row.sign_agreement["signer"],
        "company_signer": next((one for one in company_signers(project.store_id) if str(one) == row.sign_agreement["company"]), None),
        "percents": " ".join(f"{i.percent.normalize():f}" for i in row.instalments.order_by("seq")),
    }  # fmt: skip
    form = shapes.CorrectionForm(request.POST if request.method == "POST" else None, project=project, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.correct_contract(
                project, reason=told["reason"], key_terms=form.confirmed, plan=told["plan"], percents=told["percents"] or None, starts_on=told["starts_on"],
                due_on=told["due_on"], signer=told["signer"], signer_phone=told["signer_phone"], company_signer=told["company_signer"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(
                request, _("The contract is %(ref)s now; both sides sign it.") % {"ref": made.contract.paper.ref}
            )
            return redirect("projects:contract", project.ref)
    return shown(request, project, form, CORRECTION, contract=row, account=project.money)


@allowed(policies.SEE_MONEY, post=policies.ASK_CREDIT_REFUND)
@once
def credit_refunds(request: HttpRequest, ref: str) -> HttpResponse:
    """What was paid too much: asked for by one person, decided by another."""
    project = site(request, ref, policies.ASK_CREDIT_REFUND if request.method == "POST" else policies.SEE_MONEY)
    refunds = list(project.credit_refunds.select_related("by", "paid_by", "refused_by", "voucher").order_by("-id"))
    waits, most = next((row for row in refunds if row.is_waiting), None), spare(project.money)
    form = None
    if policies.ASK_CREDIT_REFUND.allows(request.user) and (request.method == "POST" or (waits is None and most > 0)):
        initial = {"amount": most, "payee": project.customer_name}
        form = shapes.CreditRefundForm(
            request.POST if request.method == "POST" else None, project=project, initial=initial
        )
    if form is not None and form.is_valid():
        with refusals_on(form):
            made = services.ask_credit_refund(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request,
                _("Asked: %(amount)s go back when somebody else of finance pays it out.")
                % {"amount": f"¥{made.amount:,.2f}"},
            )
            return redirect("projects:credit-refunds", project.ref)
    may_pay = (
        waits is not None
        and waits.by_id != request.user.pk
        and policies.PAY_CREDIT_REFUND.reaches(request.user, project.store_id, own=False)
    )  # type: ignore[attr-defined]
    return shown(
        request, project, form, CREDIT, refunds=refunds, waits=waits, most=most, may_pay=may_pay, account=project.money
    )


def _waiting(project: Project) -> CreditRefund:
    found = (
        project.credit_refunds.select_related("project", "by")
        .filter(paid_at__isnull=True, refused_at__isnull=True)
        .first()
    )
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


@allowed(policies.PAY_CREDIT_REFUND)
@once
def credit_payments(request: HttpRequest, ref: str) -> HttpResponse:
    """A second person pays it out."""
    project = site(request, ref, policies.PAY_CREDIT_REFUND)
    row = _waiting(project)
    posted = request.method == "POST"
    form = shapes.CreditPayOutForm(
        request.POST if posted else None, request.FILES if posted else None, project=project, method=row.method
    )
    if form.is_valid():
        with refusals_on(form):
            paid = services.pay_credit_refund(
                row,
                account=form.cleaned_data["account"],
                slip=form.cleaned_data["slip"],
                by=request.user,
                at=timezone.now(),
            )
            assert paid.voucher is not None
            messages.success(request, _("Paid out; the receiver signs voucher %(ref)s.") % {"ref": paid.voucher.ref})
            return redirect("paper", paid.voucher.ref)
    return shown(request, project, form, PAY_OUT, refund=row, multipart=True)


@allowed(policies.PAY_CREDIT_REFUND)
@once
def credit_refusals(request: HttpRequest, ref: str) -> HttpResponse:
    """It stays as credit, with a word."""
    project = site(request, ref, policies.PAY_CREDIT_REFUND)
    row = _waiting(project)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.refuse_credit_refund(row, reason=told["reason"], by=request.user, at=at)
        return _("Refused; it stays as credit.")

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, REFUSAL, verb, to=link("credit-refunds", project), refund=row)


@allowed(policies.USE_CREDIT, methods=("POST",))
@once
def credit_uses(request: HttpRequest, ref: str) -> HttpResponse:
    """Credit pays what is open today."""
    project = site(request, ref, policies.USE_CREDIT)
    used = services.use_credit(project, by=request.user, at=timezone.now())
    if used:
        messages.success(request, _("%(amount)s of the credit pay what is open.") % {"amount": f"¥{used:,.2f}"})
    else:
        messages.info(request, _("Nothing is open that the credit could pay."))
    return redirect("projects:payments", project.ref)


@allowed(policies.PROMISE)
@once
def promises(request: HttpRequest, ref: str) -> HttpResponse:
    """What was promised on this site, and before it."""
    project = site(request, ref, policies.PROMISE)

    def verb(told: dict[str, Any], at: Any) -> str:
        made = leads.make_promise(project.lead, by=request.user, at=at, link=request.path, **told)
        return _("Promised until {day}; it stands on your desk.").format(day=made.until.isoformat())

    form = shapes.SitePromiseForm(
        request.POST if request.method == "POST" else None, project=project, initial={"until": timezone.localdate()}
    )
    return act(
        request,
        project,
        form,
        PROMISE,
        verb,
        to=request.path,
        promises=promises_of(project.lead_id),
        today=timezone.localdate(),
    )


@allowed(policies.PROMISE)
@once
def promise_answers(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Kept or broken, with a word."""
    project = site(request, ref, policies.PROMISE)
    row = get_object_or_404(Promise.objects.select_related("owner"), lead=project.lead_id, pk=pk)

    def verb(told: dict[str, Any], at: Any) -> str:
        leads.answer_promise(row, by=request.user, at=at, **told)
        return _("The promise is answered.")

    form = shapes.SitePromiseAnswerForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, ANSWER, verb, to=link("promises", project), promise=row)
