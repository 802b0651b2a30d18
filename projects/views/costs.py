"""What a site costs against its budget, the costs of a month or a year (P40), proposals about cost (P41)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import sheets, snapshots
from core.lists import keyset
from core.models import Snapshot
from core.once import once
from core.policies import Scope, allowed
from core.refusals import refusals_on
from core.sheets import MONEY, Column
from projects import costs as kept
from projects import forms_settling as forms
from projects import policies_settling as may
from projects import selectors_settling as rows
from projects import services
from projects.forms import ReasonForm
from projects.forms_contract import MonthForm
from projects.models import SiteExpense
from projects.selectors_preparation import Act, Row, Table, Tag
from projects.views.foremen import MOST_ROWS, ROW, period_of, withdrawal
from projects.views.frame import Page, act, link, shown, site
from projects.views.lists import _book
from projects.views.property import _posted, _today, row_act
from staff.models import Store

COST = Page(gettext_lazy("Cost of the site"), "", template="projects/site_cost.html")


@allowed(may.SEE_SITE_COST | may.KEEP_EXPENSES, methods=("GET",))
def site_costs(request: HttpRequest, ref: str) -> HttpResponse:
    """P40, P41: material, foreman, expenses and cleaning of this site, each row with its proof; the budget for who answers for it."""
    seen = may.SEE_SITE_COST if may.SEE_SITE_COST.allows(request.user) else may.KEEP_EXPENSES
    project = site(request, ref, seen)
    found = kept.site_cost(project)
    whole = rows.within(project, request.user, may.SEE_SITE_COST)
    margin = whole and rows.within(project, request.user, may.SEE_MARGIN)
    tables = [*rows.cost_tables(project, found, request.user), rows.saving_table(project, request.user)]
    links = (
        [Act(_("Costs of the month"), rows.reverse("projects:costs"))] if may.SEE_SITE_COST.allows(request.user) else []
    )
    return shown(request, project, None, COST, tables=tables, links=links, cost=found if whole else None, margin=margin)


EXPENSE = Page(
    gettext_lazy("Note an expense"), gettext_lazy("Note it"), gettext_lazy("The expense cannot be noted"),
    note=gettext_lazy("with a photo of the receipt"), spans=(("kind", 2), ("amount", 2), ("spent_on", 2), ("payee", 3), ("what", 3), ("receipt", 6)),
)  # fmt: skip


@allowed(may.KEEP_EXPENSES)
@once
def expenses(request: HttpRequest, ref: str) -> HttpResponse:
    project = site(request, ref, may.KEEP_EXPENSES)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.record_expense(project, **told, by=request.user, at=at)
        return _("%(amount)s is noted.") % {"amount": rows.yuan(made.amount)}

    files = request.FILES if request.method == "POST" else None
    form = forms.ExpenseForm(_posted(request), files, project=project, initial=_today(spent_on=True))
    return act(request, project, form, EXPENSE, verb, to=link("site-costs", project), multipart=True)


def _withdrawn(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.withdraw_expense(row, reason=told["reason"], by=by, at=at)
    return _("It counts no more.")


expense_withdrawals = row_act(
    may.KEEP_EXPENSES, lambda project: SiteExpense.objects.filter(project=project), withdrawal(gettext_lazy("Withdraw the expense")),
    ReasonForm, _withdrawn, "site-costs", line=lambda row: f"{row.what} · {row.payee} · {rows.yuan(row.amount)}",
)  # fmt: skip

SAVING = Page(
    gettext_lazy("Proposal about cost"), gettext_lazy("Propose it"), gettext_lazy("The proposal cannot be noted"),
    note=gettext_lazy("the engineering manager reviews it"), spans=(("text", 6), ("effect", 4), ("saves", 2)),
)  # fmt: skip


@allowed(may.PROPOSE_SAVING)
@once
def savings(request: HttpRequest, ref: str) -> HttpResponse:
    """P41."""
    project = site(request, ref, may.PROPOSE_SAVING)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.propose_saving(project, **told, by=request.user, at=at)
        return _("Proposed; the engineering manager reviews it.")

    return act(
        request,
        project,
        forms.SavingForm(_posted(request), project=project),
        SAVING,
        verb,
        to=project.get_absolute_url(),
    )


def _reviewed(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.review_saving(row, accepted=told["accepted"] == "yes", word=told["word"], by=by, at=at)
    return _("Reviewed.")


saving_reviews = row_act(
    may.REVIEW_SAVING, lambda project: project.cost_proposals.select_related("by"),
    Page(
        gettext_lazy("Review the proposal"), gettext_lazy("Note the decision"), gettext_lazy("The proposal cannot be reviewed"), ROW,
        spans=(("accepted", 6), ("word", 6)),
    ),
    forms.SavingReviewForm, _reviewed, "site-costs", line=lambda row: f"{row.text} · {rows.yuan(row.saves)} · {row.by}",
)  # fmt: skip


# --- the month -------------------------------------------------------------------------------------------------------


@allowed(may.SEE_SITE_COST, post=may.CLOSE_COSTS)
@once
def costs(request: HttpRequest) -> HttpResponse:
    """P40: what each site cost in a month or a year, live; a month that is over is closed, and stays as it was."""
    period = period_of(request)
    form = MonthForm(request.POST if request.method == "POST" else None)
    stores = rows.stores_of(may.CLOSE_COSTS, request.user)
    if form.is_valid():
        store = next((s for s in stores if s.pk == form.cleaned_data["store"]), None)
        if store is None:
            raise Http404
        with refusals_on(form):
            services.close_costs(store=store, month=form.cleaned_data["month"], by=request.user, at=timezone.now())
            messages.success(
                request, _("%(month)s is closed for %(store)s.") % {"month": request.POST["month"], "store": store.name}
            )
            return redirect(f"{request.path}?period={form.cleaned_data['month']:%Y-%m}")
    found = kept.sites_of(request.user, period)
    page = keyset(found, order=("-id",), after=request.GET.get("after", ""))
    sums = kept.totals(found)
    frozen = _frozen(request, period)
    closed = {row.store_id for row, _told in frozen}
    today = timezone.localdate()
    context = {
        "period": period, "siblings": period.siblings(), "page": page, "title": _("Cost of the sites"), "export": "projects:costs-export", "form": form,
        "figures": [
            (_("Material"), rows.yuan(sums.material)), (_("Foremen"), rows.yuan(sums.labour)), (_("Expenses"), rows.yuan(sums.expense)),
            (_("Total"), rows.yuan(sums.total)),
        ],
        "tables": [
            *_closed_tables(frozen),
            Table(_("As the rows stand today"), _HEAD(), [_cost_row(row) for row in page.rows], _("No site cost anything in this period.")),
        ],
        "to_close": [s for s in stores if s.pk not in closed] if period.kind == "month" and period.until <= today else [],
        "close_says": _("the figures are frozen and printed; later bookings change them no more"), "close_button": _("Close the month"),
    }  # fmt: skip
    return render(request, "projects/settling_month.html", context, status=422 if form.is_bound else 200)


_SUMS = ("material", "labour", "expense", "total", "so_far", "budget")


def _HEAD() -> tuple[str, ...]:
    return (
        _("Which site"),
        _("Home"),
        _("Material"),
        _("Foreman"),
        _("Expenses"),
        _("Total"),
        _("So far"),
        _("Budget"),
    )


def _cost_row(row: Any) -> Row:
    over = row.so_far > row.budget > 0
    so_far = Tag(rows.yuan(row.so_far), "late") if over else rows.yuan(row.so_far)
    return Row((
        Act(row.customer_name, link("site-costs", row)), row.address, rows.yuan(row.material), rows.yuan(row.labour), rows.yuan(row.expense + row.cleaning),
        rows.yuan(row.total), so_far, rows.yuan(row.budget),
    ))  # fmt: skip


def _frozen(request: HttpRequest, period: Any) -> list[tuple[Any, dict[str, Any]]]:
    if period.kind != "month":
        return []
    stores = (
        Store.objects.all()
        if may.SEE_SITE_COST.scope(request.user) is Scope.COMPANY
        else Store.objects.filter(pk__in=may.SEE_SITE_COST.stores(request.user))
    )
    found = (
        Snapshot.objects.filter(kind=kept.SNAPSHOT, key=period.key, store__in=stores)
        .select_related("store", "by")
        .order_by("store")
    )
    return [(row, snapshots.read(row)) for row in found]


def _closed_tables(frozen: list[tuple[Any, dict[str, Any]]]) -> list[Table]:
    """Each closed month of a store as it was closed."""
    head = _HEAD()
    tables = []
    for row, told in frozen:
        lines = [
            Row((line["customer"], line["address"], *(rows.yuan(rows.Decimal(line[name])) for name in _SUMS)))
            for line in told["lines"]
        ]  # fmt: skip
        note = f"{timezone.localtime(row.at):%Y-%m-%d %H:%M} {row.by} · {rows.yuan(rows.Decimal(told['total']))}"
        tables.append(
            Table(
                _("Closed: %(store)s") % {"store": row.store.name},
                head,
                lines,
                _("No site cost anything in this period."),
                note,
                acts=(rows.paper_act(told["paper"]),),
            )
        )
    return tables


@allowed(may.SEE_SITE_COST, methods=("GET",))
def costs_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the page."""
    period = period_of(request)
    found = kept.sites_of(request.user, period).order_by("-id")[:MOST_ROWS]
    columns = [
        Column(_("Number"), lambda r: r.ref, 18), Column(_("Owner"), lambda r: r.customer_name, 12), Column(_("Home"), lambda r: r.address, 28),
        Column(_("Store"), lambda r: r.store.name, 12), Column(_("Material"), lambda r: r.material, 14, MONEY),
        Column(_("Foreman"), lambda r: r.labour, 14, MONEY), Column(_("Expenses"), lambda r: r.expense + r.cleaning, 14, MONEY),
        Column(_("Total"), lambda r: r.total, 14, MONEY), Column(_("So far"), lambda r: r.so_far, 14, MONEY),
        Column(_("Budget"), lambda r: r.budget, 14, MONEY), Column(_("Left of the budget"), lambda r: r.budget - r.so_far, 14, MONEY),
    ]  # fmt: skip
    return _book(sheets.write(columns, found, title=period.key), f"site-costs-{period.key}.xlsx")
