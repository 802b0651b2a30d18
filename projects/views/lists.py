"""The lists: sites, payments, blank contracts."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import sheets
from core.lists import address
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from projects import forms, policies, selectors, services
from projects.choices import MoneyKind, Stage, StockState
from projects.models import ContractStock
from projects.sheets import PAYMENT_COLUMNS, SITE_COLUMNS

MOST_ROWS = 5000


@allowed(policies.SEE_PROJECTS, methods=("GET",))
def project_list(request: HttpRequest) -> HttpResponse:
    """Sites with their stage, their most urgent clock and their people."""
    now = timezone.now()
    wanted = selectors.SiteFilter.read(request.GET)
    page = selectors.page_of(request.user, wanted, now, after=request.GET.get("after", ""))
    counts = selectors.stage_counts(request.user)
    running = sum(n for stage, n in counts.items() if stage not in ("closed", "cancelled"))
    chips = [{"says": _("All running"), "count": running, "url": address(request, stage=None), "active": not wanted.stage}]
    chips += [
        {"says": str(Stage(stage).label), "count": n, "url": address(request, stage=stage), "active": wanted.stage == stage} for stage, n in counts.items()
    ]
    chips.append({"says": _("Late"), "url": address(request, late=None if wanted.late else "1"), "active": wanted.late, "tone": "late"})
    chips.append({"says": _("Mine"), "url": address(request, who=None if wanted.who else "mine"), "active": wanted.who == "mine"})
    context = {
        "page": page, "rows": [selectors.row_of(row, now) for row in page.rows], "wanted": wanted, "chips": chips, "now": now,
        "may_open": policies.OPEN_PROJECT.allows(request.user), "may_stock": policies.CONTRACT_STOCK.allows(request.user),
        "may_export": policies.EXPORT_PROJECTS.allows(request.user),
    }  # fmt: skip
    return render(request, "projects/project_list.html", context)


@allowed(policies.EXPORT_PROJECTS, methods=("GET",))
def project_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the list's filters choose."""
    now = timezone.now()
    rows = selectors.listed(request.user, selectors.SiteFilter.read(request.GET), now).order_by("-id")[:MOST_ROWS]
    book = sheets.write(SITE_COLUMNS(), (selectors.row_of(row, now) for row in rows), title=_("Sites"))
    return _book(book, f"sites-{timezone.localdate():%Y%m%d}.xlsx")


@allowed(policies.SEE_MONEY, methods=("GET",))
def payment_list(request: HttpRequest) -> HttpResponse:
    """Every payment with its receipt, newest first."""
    kind, month = _payment_filter(request)
    page = selectors.payments_page(request.user, after=request.GET.get("after", ""), kind=kind, month=month)
    today = timezone.localdate()
    chips = [{"says": _("All"), "url": address(request, kind=None, month=None), "active": not kind and not month}]
    chips += [{"says": str(MoneyKind(k).label), "url": address(request, kind=k), "active": kind == k} for k in MoneyKind.values]
    this = f"{today:%Y-%m}"
    chips.append({"says": _("This month"), "url": address(request, month=None if month == this else this), "active": month == this})
    may_export = policies.EXPORT_MONEY.allows(request.user)
    context = {"page": page, "rows": [selectors.payment_row(row) for row in page.rows], "chips": chips, "may_export": may_export}
    return render(request, "projects/payment_list.html", context)


@allowed(policies.EXPORT_MONEY, methods=("GET",))
def payment_export(request: HttpRequest) -> HttpResponse:
    """Exactly the payments that the list's filters choose."""
    kind, month = _payment_filter(request)
    rows = selectors.payments_of(request.user, kind=kind, month=month).order_by("-received_on", "-id")[:MOST_ROWS]
    book = sheets.write(PAYMENT_COLUMNS(), (selectors.payment_row(row) for row in rows), title=_("Payments"))
    return _book(book, f"payments-{timezone.localdate():%Y%m%d}.xlsx")


def _payment_filter(request: HttpRequest) -> tuple[str, str]:
    kind, month = request.GET.get("kind", ""), request.GET.get("month", "")
    return (kind if kind in MoneyKind.values else "", month if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) else "")


def _book(data: bytes, name: str) -> HttpResponse:
    return sheets.download(data, name)


# --- the register of blank contracts (P08) ---------------------------------------------------------------------------


@allowed(policies.CONTRACT_STOCK)
@once
def stock(request: HttpRequest) -> HttpResponse:
    """The register: which blanks are in stock, who has one, which came back; taking new ones in."""
    form = forms.StockForm(request.POST if request.method == "POST" else None)
    store = request.user.home_store
    if form.is_valid():
        with refusals_on(form):
            made = services.stock_contracts(store=store, serials=form.cleaned_data["serials"], by=request.user, at=timezone.now())
            says = ngettext("%(n)s blank contract is in stock now.", "%(n)s blank contracts are in stock now.", len(made))
            messages.success(request, says % {"n": len(made)})
            return redirect("projects:stock")
    state = request.GET.get("state", "")
    state = state if state in StockState.values else ""
    counts = selectors.stock_counts(request.user)
    chips = [{"says": _("All"), "count": sum(counts.values()), "url": address(request, state=None), "active": not state}]
    chips += [
        {"says": str(StockState(s).label), "count": counts[s], "url": address(request, state=s), "active": state == s}
        for s in StockState.values
        if s in counts
    ]
    page = selectors.stock_page(request.user, after=request.GET.get("after", ""), state=state)
    context = {"page": page, "chips": chips, "form": form, "state": state, "may_open": policies.OPEN_PROJECT.allows(request.user)}
    return render(request, "projects/stock.html", context, status=422 if form.is_bound else 200)


@allowed(policies.CONTRACT_STOCK, methods=("POST",))
@once
def stock_takings(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one out."""
    row = get_object_or_404(ContractStock.objects.visible_to(request.user), pk=pk)
    form = forms.EmptyForm(request.POST)
    with refusals_on(form):
        services.take_blank(row, by=request.user, at=timezone.now())
        messages.success(request, _("%(serial)s is with you now.") % {"serial": row.serial})
        return redirect("projects:stock")
    messages.error(request, form.refusal.message)
    return redirect("projects:stock")


@allowed(policies.CONTRACT_STOCK)
@once
def stock_returns(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a spoilt one back, or report one lost."""
    row = get_object_or_404(ContractStock.objects.visible_to(request.user), pk=pk)
    form = forms.StockReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.return_blank(row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The register says so now."))
            return redirect("projects:stock")
    return render(request, "projects/stock_return.html", {"row": row, "form": form}, status=422 if form.is_bound else 200)
