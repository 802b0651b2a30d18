"""A foreman's money on a site and of a month (P38), the commissions of supervisors (P39)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core import sheets
from core.lists import keyset
from core.money import ZERO
from core.once import once
from core.policies import allowed
from core.sheets import DAY, MONEY, Column
from projects import forms_settling as forms
from projects import policies, services
from projects import policies_settling as may
from projects import selectors_settling as rows
from projects.choices_settling import StatementKind
from projects.company_settling import COMMISSION
from projects.foreman_accounts import account_of
from projects.forms import EmptyForm, ReasonForm
from projects.models import ForemanDeduction, ForemanLabour, ForemanPayment, ForemanSettlement, SupervisorCommission
from projects.performance import Period
from projects.selectors_preparation import Act, Row, Table, Tag
from projects.views.frame import Page, act, link, shown, site
from projects.views.lists import _book
from projects.views.property import _posted, _today, row_act

MOST_ROWS = 5000
ROW = "projects/row_act.html"
FOREMAN = Page(gettext_lazy("Money of the foreman"), "", template="projects/foreman.html")


@allowed(policies.SEE_FOREMAN_PRICE, methods=("GET",))
def foreman(request: HttpRequest, ref: str) -> HttpResponse:
    """P38: price, instalments earned, labour of changes, deductions, statements, payments of each foreman of this site."""
    project = site(request, ref, policies.SEE_FOREMAN_PRICE)
    accounts = [
        (account, rows.foreman_tables(project, account, request.user))
        for account in rows.accounts_for(project, request.user)
    ]
    links = [rows.Act(_("Price of the foreman"), link("foreman-prices", project))]
    if may.SEE_FOREMEN.allows(request.user):
        links.append(rows.Act(_("All foremen"), reverse("projects:foremen")))
    return shown(request, project, None, FOREMAN, accounts=accounts, links=links, tables=[])


DEDUCT = Page(
    gettext_lazy("Take something off"), gettext_lazy("Take it off the settlement"), gettext_lazy("Nothing can be taken off"),
    note=gettext_lazy("by his contract, on his settlement; a site fine comes here by its slip"), spans=(("kind", 6), ("amount", 2), ("reason", 6)),
)  # fmt: skip


@allowed(may.DEDUCT_FOREMAN)
@once
def foreman_deductions(request: HttpRequest, ref: str) -> HttpResponse:
    """Re-work charged, material overdrawn (P38, LR-8)."""
    project = site(request, ref, may.DEDUCT_FOREMAN)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.record_deduction(project, **told, by=request.user, at=at)
        return _("%(amount)s is taken off %(name)s's settlement.") % {
            "amount": rows.yuan(made.amount),
            "name": made.foreman,
        }

    sees = policies.SEE_FOREMAN_PRICE.allows(request.user)  # who manages the site notes it, and does not read the rest
    form = forms.DeductionForm(_posted(request), project=project)
    return act(request, project, form, DEDUCT, verb, to=link("foreman", project) if sees else project.get_absolute_url())


LABOUR = Page(
    gettext_lazy("Labour of a change"), gettext_lazy("Agree the labour"), gettext_lazy("The labour cannot be agreed"),
    note=gettext_lazy("a change counts when the customer has signed it"), spans=(("change", 6), ("amount", 2), ("note", 4)),
)  # fmt: skip


@allowed(policies.AGREE_FOREMAN_PRICE)
@once
def foreman_labour(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, policies.AGREE_FOREMAN_PRICE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.agree_labour(told["change"], amount=told["amount"], note=told["note"], by=request.user, at=at)
        return _("The labour of the change is agreed.")

    return act(
        request,
        project,
        forms.LabourPartForm(_posted(request), project=project),
        LABOUR,
        verb,
        to=link("foreman", project),
    )


def _deduction_withdrawn(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.withdraw_deduction(row, reason=told["reason"], by=by, at=at)
    return _("It counts no more.")


def _labour_withdrawn(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.withdraw_labour(row, reason=told["reason"], by=by, at=at)
    return _("It counts no more.")


_SPANS = (("reason", 6),)


def withdrawal(title: Any) -> Page:
    """A page that takes one row back, with its reason; its head says what."""
    return Page(title, gettext_lazy("Withdraw"), gettext_lazy("It cannot be withdrawn"), ROW, spans=_SPANS)


foreman_deduction_withdrawals = row_act(
    policies.AGREE_FOREMAN_PRICE, lambda project: ForemanDeduction.objects.filter(project=project), withdrawal(gettext_lazy("Withdraw the deduction")),
    ReasonForm, _deduction_withdrawn, "foreman", line=lambda row: f"{rows.yuan(row.amount)} · {row.reason}",
)  # fmt: skip
foreman_labour_withdrawals = row_act(
    policies.AGREE_FOREMAN_PRICE, lambda project: ForemanLabour.objects.filter(project=project), withdrawal(gettext_lazy("Withdraw the labour")),
    ReasonForm, _labour_withdrawn, "foreman", line=lambda row: f"{rows.yuan(row.amount)} {row.note}",
)  # fmt: skip

STATEMENT = Page(
    gettext_lazy("Statement for the foreman"), gettext_lazy("Write the statement"), gettext_lazy("The statement cannot be written"), "projects/tables_act.html",
    gettext_lazy("approved by the engineering manager, paid by finance"), (("kind", 6), ("amount", 2), ("reason", 4)),
)  # fmt: skip


@allowed(may.PREPARE_FOREMAN)
@once
def foreman_settlements(request: HttpRequest, ref: str) -> HttpResponse:
    """Write the statement: what is open stands in the field; less may be asked for, more never."""
    project = site(request, ref, may.PREPARE_FOREMAN)
    account = account_of(project, project.foreman) if project.foreman else None

    def verb(told: dict[str, Any], at: datetime) -> str:
        kind = told["kind"]
        made = services.write_statement(
            project, kind=kind, amount=told["amount"], reason=told["reason"], by=request.user, at=at
        )
        return _("%(ref)s is written; the engineering manager approves it.") % {"ref": made.paper.ref}

    start = {"kind": StatementKind.INSTALMENT, "amount": account.payable if account and account.payable else None}
    form = forms.StatementForm(_posted(request), project=project, initial=start)
    return act(
        request,
        project,
        form,
        STATEMENT,
        verb,
        to=link("foreman", project),
        tables=[_reckoning(account)] if account else [],
        links=[],
    )


def _reckoning(account: Any) -> Table:
    """How the open amount comes about."""
    lines = (
        (_("Price agreed"), account.price), (_("Earned"), account.earned), (_("Labour of changes"), account.extra), (_("Taken off"), -account.deducted),
        (_("Paid before"), -account.paid), (_("Payable now"), account.balance),
    )  # fmt: skip
    return Table(
        str(account.foreman), (_("What"), _("Amount")), [Row((says, rows.yuan(amount))) for says, amount in lines], ""
    )


def _statements(project: Any) -> Any:
    return ForemanSettlement.objects.filter(project=project).select_related("paper", "foreman")


def _about(row: Any) -> str:
    return f"{row.paper.ref} · {row.foreman} · {rows.yuan(row.amount)}"


def _approved(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.approve_statement(row, by=by, at=at)
    return _("Approved; finance pays it.")


def _refused(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.refuse_statement(row, reason=told["reason"], by=by, at=at)
    return _("Refused; its paper is void.")


def _paid(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.pay_statement(row, **told, by=by, at=at)
    return _("Paid: %(amount)s to %(name)s.") % {"amount": rows.yuan(row.amount), "name": row.foreman}


def _reversed(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.reverse_foreman_payment(row, reason=told["reason"], by=by, at=at)
    return _("The payment is taken back; what it paid is open again.")


foreman_approvals = row_act(
    may.APPROVE_FOREMAN, _statements,
    Page(gettext_lazy("Approve the statement"), gettext_lazy("Approve"), gettext_lazy("The statement cannot be approved"), "projects/tables_act.html"),
    EmptyForm, _approved, "foreman", line=_about, tables=lambda row: [_reckoning(account_of(row.project, row.foreman))],
)  # fmt: skip
foreman_refusals = row_act(
    may.APPROVE_FOREMAN, _statements,
    Page(gettext_lazy("Refuse the statement"), gettext_lazy("Send the statement back"), gettext_lazy("The statement cannot be refused"), ROW, spans=_SPANS),
    ReasonForm, _refused, "foreman", line=_about,
)  # fmt: skip
foreman_payments = row_act(
    may.PAY_FOREMAN, _statements,
    Page(
        gettext_lazy("Pay the foreman"), gettext_lazy("Pay"), gettext_lazy("The foreman cannot be paid"), ROW,
        spans=(("method", 6), ("account", 3), ("payee_account", 3), ("paid_on", 2), ("slip", 4)),
    ),
    forms.ForemanPaymentForm, _paid, "foreman", start=lambda row: _today(paid_on=True), files=True, line=_about,
)  # fmt: skip
foreman_payment_reversals = row_act(
    may.PAY_FOREMAN, lambda project: ForemanPayment.objects.filter(project=project).select_related("foreman", "settlement__paper"),
    Page(gettext_lazy("Take a payment back"), gettext_lazy("Reverse the payment"), gettext_lazy("The payment cannot be taken back"), ROW, spans=_SPANS),
    ReasonForm, _reversed, "foreman", line=lambda row: f"{row.settlement.paper.ref} · {row.foreman} · {rows.yuan(row.amount)}",
)  # fmt: skip


# --- the month -------------------------------------------------------------------------------------------------------


def period_of(request: HttpRequest) -> Period:
    return Period.read(request.GET.get("period", ""), timezone.localdate())


@allowed(may.SEE_FOREMEN, methods=("GET",))
def foremen(request: HttpRequest) -> HttpResponse:
    """工长结算工程统计: what was paid to foremen in a month, and the statements that wait."""
    period = period_of(request)
    found = rows.foremen_of_month(request.user, period)
    page = keyset(found, order=("-paid_on", "-id"), after=request.GET.get("after", ""))
    waiting = list(rows.foremen_open(request.user)[:50])
    head = (_("Day of the payment"), _("Foreman"), _("Which site"), _("Home"), _("Paper"), _("Kind"), _("Amount"))
    open_rows = [
        Row((
            str(row.foreman), Act(row.project.customer_name, link("foreman", row.project)), rows.paper_act(row.paper.ref), str(row.by),
            Tag(_("waits for finance to pay") if row.approved_at else _("waits for approval"), "soon"), rows.yuan(row.amount),
        ))
        for row in waiting
    ]  # fmt: skip
    context = {
        "period": period, "siblings": period.siblings(), "page": page, "title": _("Foremen"), "export": "projects:foremen-export",
        "figures": [
            (_("Paid in this period"), rows.yuan(found.aggregate(n=Sum("amount"))["n"] or ZERO)),
            (_("Waiting"), rows.yuan(sum((r.amount for r in waiting), ZERO))),
        ],
        "tables": [
            Table(
                _("Statements that wait"), (_("Foreman"), _("Which site"), _("Paper"), pgettext("statement", "From"), _("State"), _("Amount")), open_rows,
                _("No statement waits."),
            ),
            Table(_("Paid"), head, rows.payment_rows(page.rows), _("Nothing was paid to a foreman in this period.")),
        ],
    }  # fmt: skip
    return render(request, "projects/settling_month.html", context)


@allowed(may.SEE_FOREMEN, methods=("GET",))
def foremen_export(request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    found = rows.foremen_of_month(request.user, period).order_by("foreman", "paid_on", "id")[:MOST_ROWS]
    return _book(sheets.write(FOREMAN_COLUMNS(), found, title=period.key), f"foremen-{period.key}.xlsx")


def FOREMAN_COLUMNS() -> list[Column]:
    return [
        Column(_("Foreman"), lambda r: str(r.foreman), 12), Column(_("Number"), lambda r: r.project.ref, 18),
        Column(_("Owner"), lambda r: r.project.customer_name, 12),
        Column(_("Home"), lambda r: r.project.address, 28), Column(_("Statement"), lambda r: r.settlement.paper.ref, 20),
        Column(_("Kind"), lambda r: r.settlement.get_kind_display(), 10), Column(_("Day of the payment"), lambda r: r.paid_on, 12, DAY),
        Column(_("Amount"), lambda r: r.amount, 14, MONEY), Column(_("How"), lambda r: r.get_method_display(), 16),
        Column(_("Booked by"), lambda r: str(r.by), 12),
    ]  # fmt: skip


# --- commissions -----------------------------------------------------------------------------------------------------

REGISTER = Page(
    gettext_lazy("Commission of the supervisor"), gettext_lazy("Register the commission"), gettext_lazy("The commission cannot be registered"),
    "projects/tables_act.html", gettext_lazy("on what was settled with the customer; a second person approves it"), (("percent", 2), ("note", 4)),
)  # fmt: skip


def commission_rows(found: Any, user: Any, *, with_site: bool) -> list[Row]:
    made = []
    for row in found:
        state = (
            Tag(_("withdrawn"))
            if row.withdrawn_at
            else Tag(_("approved, filed"), "done")
            if row.approved_at
            else Tag(_("waits for approval"), "soon")
        )
        acts = []
        if not row.withdrawn_at:
            approves = may.APPROVE_COMMISSION.reaches(user, row.store_id, own=False)
            if approves and not row.approved_at and user.pk not in (row.by_id, row.supervisor_id):
                acts.append(Act(_("Approve"), link("commission-approvals", row.project, row.pk)))
            if approves and user.pk != row.supervisor_id:
                acts.append(Act(_("Withdraw"), link("commission-withdrawals", row.project, row.pk)))
        cells: tuple[Any, ...] = (
            str(row.supervisor),
            f"{row.month:%Y-%m}",
            rows.yuan(row.base),
            f"{row.percent.normalize():f} %",
            rows.yuan(row.amount),
            state,
        )
        if with_site:
            cells = (cells[0], Act(row.project.customer_name, link("commissions", row.project)), *cells[1:])
        made.append(Row(cells, tuple(acts), off=bool(row.withdrawn_at)))
    return made


@allowed(may.SEE_COMMISSIONS, post=may.REGISTER_COMMISSION)
@once
def commissions(request: HttpRequest, ref: str) -> HttpResponse:
    """P39: the commission on this site."""
    project = site(request, ref, may.REGISTER_COMMISSION if request.method == "POST" else may.SEE_COMMISSIONS)
    found = (
        SupervisorCommission.objects.visible_to(request.user)
        .filter(project=project)
        .select_related("supervisor", "by", "approved_by", "project")
        .order_by("-id")
    )
    head = (_("Supervisor"), _("Month"), _("Settled sum"), _("Share"), _("Amount"), _("State"))
    table = Table(
        _("Commission"),
        head,
        commission_rows(found, request.user, with_site=False),
        _("No commission is registered for this site yet."),
    )
    if not rows.within(project, request.user, may.REGISTER_COMMISSION):
        return shown(
            request,
            project,
            None,
            Page(REGISTER.title, "", template="projects/preparation.html"),
            tables=[table],
            links=[],
        )

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.register_commission(project, **told, by=request.user, at=at)
        return _("%(amount)s is registered for %(name)s.") % {"amount": rows.yuan(made.amount), "name": made.supervisor}

    form = forms.CommissionForm(_posted(request), project=project, initial={"percent": Decimal(COMMISSION.value) / 10})
    return act(request, project, form, REGISTER, verb, to=link("commissions", project), tables=[table], links=[])


def _commissions(project: Any) -> Any:
    return SupervisorCommission.objects.filter(project=project).select_related("supervisor")


def _commission_line(row: Any) -> str:
    return f"{row.supervisor} · {rows.yuan(row.base)} × {row.percent.normalize():f} % = {rows.yuan(row.amount)}"


def _commission_approved(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.approve_commission(row, by=by, at=at)
    return _("Approved and filed.")


def _commission_withdrawn(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.withdraw_commission(row, reason=told["reason"], by=by, at=at)
    return _("It counts no more.")


commission_approvals = row_act(
    may.APPROVE_COMMISSION, _commissions,
    Page(gettext_lazy("Approve the commission"), gettext_lazy("Approve"), gettext_lazy("The commission cannot be approved"), ROW),
    EmptyForm, _commission_approved, "commissions", line=_commission_line,
)  # fmt: skip
commission_withdrawals = row_act(
    may.APPROVE_COMMISSION,
    _commissions,
    withdrawal(gettext_lazy("Withdraw the commission")),
    ReasonForm,
    _commission_withdrawn,
    "commissions",
    line=_commission_line,
)


def _commissions_of(request: HttpRequest, period: Period) -> Any:
    return SupervisorCommission.objects.visible_to(request.user).filter(month__gte=period.start, month__lt=period.until)


@allowed(may.SEE_COMMISSIONS, methods=("GET",))
def commission_list(request: HttpRequest) -> HttpResponse:
    """工程监理提成统计: the commissions of a month."""
    period = period_of(request)
    found = _commissions_of(request, period)
    page = keyset(
        found.select_related("supervisor", "project", "by", "approved_by"),
        order=("-id",),
        after=request.GET.get("after", ""),
    )
    head = (_("Supervisor"), _("Which site"), _("Month"), _("Settled sum"), _("Share"), _("Amount"), _("State"))
    counted = found.filter(withdrawn_at__isnull=True).aggregate(n=Sum("amount"))["n"] or ZERO
    context = {
        "period": period, "siblings": period.siblings(), "page": page, "title": _("Commissions"), "export": "projects:commissions-export",
        "figures": [(_("Registered in this period"), rows.yuan(counted))],
        "tables": [Table("", head, commission_rows(page.rows, request.user, with_site=True), _("No commission was registered in this period."))],
    }  # fmt: skip
    return render(request, "projects/settling_month.html", context)


@allowed(may.SEE_COMMISSIONS, methods=("GET",))
def commissions_export(request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    found = (
        _commissions_of(request, period)
        .filter(withdrawn_at__isnull=True)
        .select_related("supervisor", "project", "approved_by")
        .order_by("supervisor", "id")[:MOST_ROWS]
    )
    columns = [
        Column(_("Supervisor"), lambda r: str(r.supervisor), 12), Column(_("Number"), lambda r: r.project.ref, 18),
        Column(_("Owner"), lambda r: r.project.customer_name, 12), Column(_("Month"), lambda r: f"{r.month:%Y-%m}", 10),
        Column(_("Settled sum"), lambda r: r.base, 14, MONEY), Column(_("Per cent"), lambda r: r.percent, 10),
        Column(_("Amount"), lambda r: r.amount, 14, MONEY),
        Column(_("Approved by"), lambda r: str(r.approved_by or ""), 12),
    ]  # fmt: skip
    return _book(sheets.write(columns, found, title=period.key), f"commissions-{period.key}.xlsx")
