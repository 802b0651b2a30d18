"""The register of contracts (P09), the overview of one (P10), the statistics of a period (P11), the counting of blanks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import sheets, snapshots
from core.lists import address
from core.models import Paper, Snapshot
from core.once import once
from core.policies import Scope, allowed
from core.refusals import refusals_on
from core.sheets import DAY, MONEY, Column
from projects import forms, policies, services
from projects import performance as kept
from projects.choices import Stage
from projects.forms_contract import CountForm, MonthForm
from projects.models import ContractStock, StockCount
from projects.services.performance import SNAPSHOT
from projects.services.stock import COUNTED
from projects.views.frame import Page, shown, site
from projects.views.lists import _book
from staff.models import Store

MOST_ROWS = 5000
SAYS = {
    "unsigned": gettext_lazy("Not signed"), "out": gettext_lazy("Signed, not handed in"), "handed_in": gettext_lazy("Handed in, not filed"),
    "filed": gettext_lazy("Filed"),
}  # fmt: skip


@allowed(policies.SEE_CONTRACTS, methods=("GET",))
def register(request: HttpRequest) -> HttpResponse:
    """Every contract: number, blank, parties, sum, where the paper lies, what was paid, how far it is."""
    wanted, today = kept.RegisterFilter.read(request.GET), timezone.localdate()
    page = kept.register_page(request.user, wanted, today, after=request.GET.get("after", ""))
    chips = [
        {
            "says": _("All"),
            "url": address(request, state=None, period=None, of=None, store=None, designer=None),
            "active": not (wanted.state or wanted.period),
        }
    ]
    chips += [
        {
            "says": str(says),
            "url": address(request, state=None if wanted.state == key else key),
            "active": wanted.state == key,
        }
        for key, says in SAYS.items()
    ]
    if wanted.period:
        chips.append(
            {
                "says": wanted.period,
                "url": address(request, period=None, of=None, store=None, designer=None),
                "active": True,
            }
        )
    context = {"page": page, "rows": [_row(row) for row in page.rows], "chips": chips, "wanted": wanted}
    return render(request, "projects/register.html", context)


@allowed(policies.SEE_CONTRACTS, methods=("GET",))
def register_export(request: HttpRequest) -> HttpResponse:
    """Exactly the contracts that the filters choose."""
    rows = kept.register(request.user, kept.RegisterFilter.read(request.GET), timezone.localdate()).order_by("-id")[
        :MOST_ROWS
    ]
    book = sheets.write(REGISTER_COLUMNS(), (_row(row) for row in rows), title=_("Contracts"))
    return _book(book, f"contracts-{timezone.localdate():%Y%m%d}.xlsx")


def _row(row: Any) -> dict[str, Any]:
    contract = row.contract
    if contract.archived_at:
        state = "filed"
    elif contract.handed_in_at:
        state = "handed_in"
    else:
        state = "out" if contract.paper.is_signed else "unsigned"
    return {
        "ref": row.ref, "contract": contract.paper.ref, "serial": contract.blank_serial, "customer": row.customer_name, "address": row.address,
        "store": row.store.name, "designer": str(row.designer or ""), "manager": str(row.customer_manager or ""), "signed_on": contract.signed_on,
        "total": contract.total, "changed": row.changed, "received": row.received, "left": kept.owed_still(row), "state": state, "state_says": str(SAYS[state]),
        "stage": str(Stage(row.stage).label), "due_on": row.due_on,
        "archived_on": timezone.localtime(contract.archived_at).date() if contract.archived_at else None,
    }  # fmt: skip


def REGISTER_COLUMNS() -> list[Column]:
    return [
        Column(_("Contract"), lambda r: r["contract"], 20), Column(_("Blank"), lambda r: r["serial"], 14), Column(_("Owner"), lambda r: r["customer"], 12),
        Column(_("Home"), lambda r: r["address"], 28), Column(_("Store"), lambda r: r["store"], 12), Column(_("Designer"), lambda r: r["designer"], 12),
        Column(_("Customer manager"), lambda r: r["manager"], 12), Column(_("Signed on"), lambda r: r["signed_on"], 12, DAY),
        Column(_("Total"), lambda r: r["total"], 14, MONEY), Column(_("Changes"), lambda r: r["changed"], 14, MONEY),
        Column(_("Received"), lambda r: r["received"], 14, MONEY), Column(_("Left to pay"), lambda r: r["left"], 14, MONEY),
        Column(_("Paper"), lambda r: r["state_says"], 14), Column(_("Filed"), lambda r: r["archived_on"], 12, DAY),
        Column(_("Stage"), lambda r: r["stage"], 12),
    ]  # fmt: skip


OVERVIEW = Page(
    gettext_lazy("Contract performance"),
    gettext_lazy("Print the overview"),
    gettext_lazy("The overview cannot be printed"),
    "projects/performance.html",
)


@allowed(policies.SEE_CONTRACTS)
@once
def performance(request: HttpRequest, ref: str) -> HttpResponse:
    """P10: one contract with its instalments, changes, dates and what is late; printed as a numbered paper."""
    project = site(request, ref, policies.SEE_CONTRACTS)
    form = forms.EmptyForm(request.POST if request.method == "POST" else None, project=project)
    if form.is_valid():
        with refusals_on(form):
            paper = services.issue_overview(project, by=request.user, at=timezone.now())
            messages.success(request, _("The overview %(ref)s is made.") % {"ref": paper.ref})
            return redirect("paper", paper.ref)
    context = {
        "contract": project.contract, "account": project.money, "late": kept.late_of(project), "changes": [c for c in project.change_list if c.is_signed],
        "supplements": project.supplement_list,
        "printed": list(Paper.objects.filter(dossier=project.dossier_id, kind="P10").order_by("-id")[:5]),
    }  # fmt: skip
    return shown(request, project, form, OVERVIEW, **context)


@allowed(policies.SEE_CONTRACTS, post=policies.CLOSE_MONTH)
@once
def statistics(request: HttpRequest) -> HttpResponse:
    """P11: figures of a month, a quarter, a year, per store and designer; each opens its rows.  A month that is over can be closed."""
    today = timezone.localdate()
    period = kept.Period.read(request.GET.get("period", ""), today)
    form = MonthForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        store = next((s for s in _closing_stores(request) if s.pk == form.cleaned_data["store"]), None)
        if store is None:
            raise Http404
        with refusals_on(form):
            services.close_month(store=store, month=form.cleaned_data["month"], by=request.user, at=timezone.now())
            messages.success(
                request, _("%(month)s is closed for %(store)s.") % {"month": request.POST["month"], "store": store.name}
            )
            return redirect(f"{request.path}?period={form.cleaned_data['month']:%Y-%m}")
    rows = kept.contracts_of(request.user)
    frozen = (
        list(
            Snapshot.objects.filter(kind=SNAPSHOT, key=period.key, store__in=_seen_stores(request)).select_related(
                "store", "by"
            )
        )
        if period.kind == "month"
        else []
    )
    told = [(row, kept.thawed(data), data.get("paper", "")) for row in frozen for data in [snapshots.read(row)]]
    closed = {row.store_id for row in frozen}
    context = {
        "period": period, "figures": kept.figures(period, rows), "form": form, "frozen": told, "siblings": period.siblings(),
        "to_close": [s for s in _closing_stores(request) if s.pk not in closed] if period.kind == "month" and period.until <= today else [],
    }  # fmt: skip
    return render(request, "projects/statistics.html", context, status=422 if form.is_bound else 200)


def _closing_stores(request: HttpRequest) -> list[Store]:
    if not policies.CLOSE_MONTH.allows(request.user):
        return []
    if policies.CLOSE_MONTH.scope(request.user) is Scope.COMPANY:
        return list(Store.objects.order_by("pk"))
    return list(Store.objects.filter(pk__in=policies.CLOSE_MONTH.stores(request.user)).order_by("pk"))


def _seen_stores(request: HttpRequest) -> Any:
    """The stores whose closed months this person reads: those whose contracts are seen whole."""
    if policies.SEE_CONTRACTS.scope(request.user) is Scope.COMPANY:
        return Store.objects.all()
    return Store.objects.filter(pk__in=policies.SEE_CONTRACTS.stores(request.user))


@allowed(policies.SEE_CONTRACTS, methods=("GET",))
def statistics_export(request: HttpRequest) -> HttpResponse:
    """The lines of the statistics: all, each store, each designer."""
    period = kept.Period.read(request.GET.get("period", ""), timezone.localdate())
    found = kept.figures(period, kept.contracts_of(request.user))
    rows = [
        (_("All"), found.total),
        *((_("Store"), line) for line in found.stores),
        *((_("Designer"), line) for line in found.designers),
    ]
    return _book(sheets.write(STATISTICS_COLUMNS(), rows, title=period.key), f"contract-statistics-{period.key}.xlsx")


def STATISTICS_COLUMNS() -> list[Column]:
    return [
        Column(_("Kind"), lambda r: r[0], 10), Column(_("Store or person"), lambda r: r[1].name, 16), Column(_("Contracts"), lambda r: r[1].count, 10),
        Column(_("Signed"), lambda r: r[1].signed, 14, MONEY), Column(_("Changes"), lambda r: r[1].changes, 14, MONEY),
        Column(_("Received"), lambda r: r[1].received, 14, MONEY), Column(_("Left to pay"), lambda r: r[1].outstanding, 14, MONEY),
        Column(_("Completed"), lambda r: r[1].completed, 10),
    ]  # fmt: skip


# --- the counting of blank contracts ---------------------------------------------------------------------------------


def _counting_stores(request: HttpRequest) -> list[Store]:
    return list(Store.objects.filter(pk__in=policies.CONTRACT_STOCK.stores(request.user)).order_by("pk"))


@allowed(policies.CONTRACT_STOCK, methods=("GET",))
def stock_counts(request: HttpRequest) -> HttpResponse:
    """The counts so far, the newest first."""
    rows = StockCount.objects.visible_to(request.user).select_related("store", "by").order_by("-id")[:60]
    return render(request, "projects/stock_counts.html", {"rows": list(rows)})


@allowed(policies.CONTRACT_STOCK)
@once
def stock_count_new(request: HttpRequest) -> HttpResponse:
    """Count the blanks of one's store."""
    stores = _counting_stores(request)
    store = stores[0] if stores else None
    blanks = (
        ContractStock.objects.filter(store=store, state__in=COUNTED).select_related("taken_by").order_by("serial")[:400]
    )
    form = CountForm(request.POST if request.method == "POST" else None, blanks=blanks)
    if form.is_valid() and store is not None:
        with refusals_on(form):
            made = services.count_stock(
                store=store,
                found=form.found,
                words=form.words,
                surplus=form.cleaned_data["surplus"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request,
                _("Counted: %(found)s found, %(missing)s missing.") % {"found": made.found, "missing": made.missing},
            )
            return redirect("projects:stock-count", made.pk)
    return render(
        request,
        "projects/stock_count_new.html",
        {"form": form, "store": store, "today": timezone.localdate()},
        status=422 if form.is_bound else 200,
    )


@allowed(policies.CONTRACT_STOCK, methods=("GET",))
def stock_count(request: HttpRequest, pk: int) -> HttpResponse:
    """One count: what should be there, what was found, what is missing and why."""
    row = get_object_or_404(StockCount.objects.visible_to(request.user).select_related("store", "by"), pk=pk)
    lines = list(row.lines.select_related("blank__taken_by").order_by("found", "blank__serial"))
    return render(request, "projects/stock_count.html", {"count": row, "lines": lines})
