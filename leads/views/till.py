"""The till: accounts, what moved, the day's closing and its check."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sheets
from core.lists import address
from core.once import once
from core.policies import Permission, Scope, allowed
from core.refusals import refusals_on
from core.sheets import DAY, MONEY, Column
from leads import policies_money as policies
from leads import selectors_money as selectors
from leads import services
from leads.choices_money import AccountKind
from leads.forms_money import AccountChangeForm, AccountForm, CheckForm, ClosingForm, MoveForm
from leads.models import CashAccount, TillClosing
from leads.services import till as book
from staff.models import Store

MOST_ROWS = 5000


def _stores(request: HttpRequest, permission: Permission) -> list[Store]:
    """The stores in which this person holds the permission."""
    if permission.scope(request.user) is Scope.COMPANY:
        return list(Store.objects.order_by("pk"))
    return list(Store.objects.filter(pk__in=permission.stores(request.user)).order_by("pk"))


def _account(request: HttpRequest, pk: int, permission: Permission) -> CashAccount:
    """The account, if it lies in a store where this person may do that."""
    found: CashAccount = get_object_or_404(CashAccount.objects.visible_to(request.user).select_related("store"), pk=pk)
    if not permission.reaches(request.user, found.store_id, own=False):
        raise Http404
    return found


@allowed(policies.SEE_TILL, methods=("GET",))
def overview(request: HttpRequest) -> HttpResponse:
    """Every account with what it holds, the days that wait, and the closings."""
    unchecked = request.GET.get("unchecked") == "1"
    page = selectors.closings_page(request.user, after=request.GET.get("after", ""), unchecked=unchecked)
    chips = [
        {"says": _("All closings"), "url": address(request, unchecked=None), "active": not unchecked},
        {"says": _("Not checked yet"), "url": address(request, unchecked="1"), "active": unchecked},
    ]
    context = {
        "accounts": selectors.accounts(request.user), "open": selectors.open_days(request.user, timezone.localdate()), "page": page, "chips": chips,
        "may_close": policies.CLOSE_TILL.allows(request.user), "may_keep": policies.KEEP_ACCOUNTS.allows(request.user),
        "may_move": policies.MOVE_MONEY.allows(request.user), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "leads/till.html", context)


@allowed(policies.SEE_TILL, methods=("GET",))
def export(request: HttpRequest) -> HttpResponse:
    """Every movement of a month, of all accounts that the person sees."""
    month = request.GET.get("month", "")
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        month = f"{timezone.localdate():%Y-%m}"
    year, number = month.split("-")
    rows = (
        selectors.entries(request.user)
        .filter(day__year=int(year), day__month=int(number))
        .order_by("day", "account", "id")[:MOST_ROWS]
    )
    data = sheets.write(ENTRY_COLUMNS(), (selectors.entry_row(row) for row in rows), title=_("Till"))
    return sheets.download(data, f"till-{month}.xlsx")


def ENTRY_COLUMNS() -> list[Column]:
    return [
        Column(_("Day"), lambda r: r.day, 12, DAY), Column(_("Store"), lambda r: r.store, 12), Column(_("Account"), lambda r: r.account, 16),
        Column(_("Kind"), lambda r: r.kind_says, 14), Column(_("Amount"), lambda r: r.amount, 14, MONEY), Column(_("Payer or payee"), lambda r: r.party, 14),
        Column(_("Paper"), lambda r: r.paper, 22), Column(_("File"), lambda r: r.file, 18), Column(_("Note"), lambda r: r.note, 28),
        Column(_("Booked by"), lambda r: r.by, 12),
    ]  # fmt: skip


@allowed(policies.KEEP_ACCOUNTS)
@once
def accounts(request: HttpRequest) -> HttpResponse:
    """Finance opens an account of its store."""
    stores = _stores(request, policies.KEEP_ACCOUNTS)
    form = AccountForm(request.POST if request.method == "POST" else None)
    chosen = next(
        (store for store in stores if str(store.pk) == request.POST.get("store")), stores[0] if stores else None
    )
    if form.is_valid() and chosen is not None:
        with refusals_on(form):
            made = services.open_account(store=chosen, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The account “%(name)s” is open.") % {"name": made.name})
            return redirect("leads:till")
    context = {"form": form, "stores": stores, "chosen": chosen, "accounts": selectors.accounts(request.user)}
    return render(request, "leads/till_accounts.html", context, status=422 if form.is_bound else 200)


@allowed(policies.KEEP_ACCOUNTS)
@once
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or number of an account."""
    row = _account(request, pk, policies.KEEP_ACCOUNTS)
    form = AccountChangeForm(
        request.POST if request.method == "POST" else None, initial={"name": row.name, "number": row.number}
    )
    if form.is_valid():
        with refusals_on(form):
            services.change_account(row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The account is called so now."))
            return redirect("leads:till")
    return render(
        request,
        "leads/till_account.html",
        {"form": form, "account": row, "held": book.balance(row)},
        status=422 if form.is_bound else 200,
    )


@allowed(policies.KEEP_ACCOUNTS, methods=("POST",))
@once
def account_closures(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty account with all its days closed is given up."""
    row = _account(request, pk, policies.KEEP_ACCOUNTS)
    stands = {"name": row.name, "number": row.number}
    form = AccountChangeForm(stands, initial=stands)
    form.is_valid()
    with refusals_on(form):
        services.close_account(row, by=request.user, at=timezone.now())
        messages.success(request, _("The account “%(name)s” is closed.") % {"name": row.name})
        return redirect("leads:till")
    return render(
        request, "leads/till_account.html", {"form": form, "account": row, "held": book.balance(row)}, status=422
    )


@allowed(policies.MOVE_MONEY)
@once
def moves(request: HttpRequest) -> HttpResponse:
    """Money from one account to another of the same store."""
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        stores=_stores(request, policies.MOVE_MONEY),
    )
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            made = services.move_money(
                told["source"],
                told["target"],
                amount=told["amount"],
                note=told["note"],
                slip=told["slip"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request,
                _("%(amount)s moved from “%(source)s” to “%(target)s”.")
                % {"amount": f"¥{-made.amount:,.2f}", "source": told["source"].name, "target": told["target"].name},
            )
            return redirect("leads:till")
    return render(
        request,
        "leads/till_move.html",
        {"form": form, "accounts": selectors.accounts(request.user)},
        status=422 if form.is_bound else 200,
    )


@allowed(policies.SEE_TILL, post=policies.CLOSE_TILL)
@once
def day(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """One day of an account: the rows behind each figure, and closing it.  Cash is counted, so its field is empty; a balance is compared."""
    permission = policies.CLOSE_TILL if request.method == "POST" else policies.SEE_TILL
    row = _account(request, pk, permission)
    closing = row.closings.select_related("by", "checked_by").filter(day=on).first()
    said = book.figures(row, on)
    may = closing is None and policies.CLOSE_TILL.reaches(request.user, row.store_id, own=False)
    form = None
    if may or request.method == "POST":
        form = ClosingForm(
            request.POST if request.method == "POST" else None,
            cash=row.kind == AccountKind.TILL,
            initial={} if row.kind == AccountKind.TILL else {"counted": said.expected},
        )
    if form is not None and form.is_valid():
        with refusals_on(form):
            made = services.close_day(
                row,
                day=on,
                counted=form.cleaned_data["counted"],
                reason=form.cleaned_data["reason"],
                notes=form.notes,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request, _("The day is closed: %(counted)s counted.") % {"counted": f"¥{made.counted:,.2f}"}
            )
            return redirect("leads:till-closing", made.pk)
    rows = [
        selectors.entry_row(entry)
        for entry in selectors.entries(request.user).filter(account=row, day=on).order_by("id")[:500]
    ]
    context = {"account": row, "on": on, "figures": said, "rows": rows, "closing": closing, "form": form}
    return render(request, "leads/till_day.html", context, status=422 if form is not None and form.is_bound else 200)


@allowed(policies.SEE_TILL, post=policies.CHECK_TILL)
@once
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """A closed day: what was counted, what it should be, and the second person's check."""
    rows = TillClosing.objects.visible_to(request.user).select_related("account__store", "by", "checked_by")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and not policies.CHECK_TILL.reaches(request.user, row.store_id, own=False):
        raise Http404
    may = (
        row.checked_by_id is None
        and row.by_id != request.user.pk
        and policies.CHECK_TILL.reaches(request.user, row.store_id, own=False)
    )  # type: ignore[attr-defined]
    form = CheckForm(request.POST if request.method == "POST" else None) if may or request.method == "POST" else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            services.check_day(row, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
            messages.success(request, _("Checked."))
            return redirect("leads:till-closing", row.pk)
    moved = [
        selectors.entry_row(entry)
        for entry in selectors.entries(request.user).filter(account=row.account, day=row.day).order_by("id")[:500]
    ]
    context: dict[str, Any] = {"closing": row, "account": row.account, "rows": moved, "form": form}
    return render(
        request, "leads/till_closing.html", context, status=422 if form is not None and form.is_bound else 200
    )
