"""The company's price list: versions, items, Excel out and in (P06, G5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sheets
from core.models import Draft
from core.once import once
from core.policies import Scope, allowed
from core.refusals import Refused, refusals_on
from leads import services
from leads.choices import Trade
from leads.forms_quotation import NothingForm, PriceListForm
from leads.models import PriceList
from leads.policies import MAINTAIN_PRICES, SEE_COST, SEE_PRICES
from leads.price_selectors import by_trade, in_force, items_of, margin, state_of, versions, visible_lists
from leads.price_sheets import PriceRow, changes, read_sheet, workbook
from leads.price_words import FAULTS, KIND_WORDS
from leads.quotation_selectors import rule_in_words
from staff.models import Store


@allowed(SEE_PRICES, methods=("GET",))
def price_lists(request: HttpRequest) -> HttpResponse:
    """All versions of the company's list and of one's own stores."""
    rows = versions(request.user, timezone.localdate())
    return render(request, "leads/price_lists.html", {"rows": rows, "may_maintain": MAINTAIN_PRICES.allows(request.user)})


def _list(request: HttpRequest, pk: int) -> PriceList:
    found: PriceList = get_object_or_404(visible_lists(request.user).select_related("by", "store"), pk=pk)
    return found


@allowed(SEE_PRICES, methods=("GET",))
def price_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The items under their trades; costs for those who may see them."""
    found = _list(request, pk)
    trade, text = request.GET.get("trade", ""), request.GET.get("q", "")[:60]
    everything = items_of(found, text=text)
    shown = [item for item in everything if trade not in Trade.values or item.trade == trade]
    with_cost = SEE_COST.allows(request.user)
    groups = [
        {"trade": str(Trade(group.trade).label), "rows": [_row(item, with_cost) for item in group.items]} for group in by_trade(shown)
    ]
    context = {
        "price_list": found, "groups": groups, "count": len(shown), "total": len(everything), "with_cost": with_cost, "text": text, "trade": trade,
        "state": state_of(found, timezone.localdate()), "may_maintain": MAINTAIN_PRICES.allows(request.user),
        "trades": [(code, str(Trade(code).label), sum(item.trade == code for item in everything)) for code in Trade.values],
    }  # fmt: skip
    return render(request, "leads/price_list.html", context)


def _row(item: Any, with_cost: bool) -> dict[str, Any]:
    return {"item": item, "rule": rule_in_words(item), "margin": margin(item.price, item.cost) if with_cost else None}


@allowed(SEE_PRICES, methods=("GET",))
def price_list_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as Excel; the same file can be changed and brought in again."""
    found = _list(request, pk)
    rows = [PriceRow.of(item) for item in found.items.order_by("position", "id")]
    return sheets.download(workbook(rows, title=f"{found.name} {found.version}", with_cost=SEE_COST.allows(request.user)), f"price-list-{found.version}.xlsx")


@allowed(MAINTAIN_PRICES)
@once
def price_list_new(request: HttpRequest) -> HttpResponse:
    """Bring in a list from Excel: every fault at once, or on to the preview of what it changes."""
    stores = _stores(request.user)
    last = visible_lists(request.user).order_by("-valid_from", "-pk").values_list("name", flat=True).first()
    initial = {"name": last or _("Unified price list"), "valid_from": timezone.localdate()}
    posted = request.method == "POST"
    form = PriceListForm(*([request.POST, request.FILES] if posted else []), user=request.user, stores=stores, **({} if posted else {"initial": initial}))
    faults: list[Any] = []
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            read = read_sheet(sheets.read_bytes(told["file"].read()))
            faults = [(fault, FAULTS[fault.code]) for fault in read.faults]
            if not faults:
                _keep(request.user, told, read.rows)
                return redirect("leads:price-list-preview")
    context = {"form": form, "faults": faults[:200], "fault_count": len(faults)}
    return render(request, "leads/price_list_new.html", context, status=422 if posted else 200)


def _stores(user: Any) -> list[Store]:
    rows = Store.objects.filter(closed_on__isnull=True).order_by("id")
    return list(rows if MAINTAIN_PRICES.scope(user) is Scope.COMPANY else rows.filter(pk__in=MAINTAIN_PRICES.stores(user)))


def _keep(user: Any, told: dict[str, Any], rows: list[PriceRow]) -> None:
    """What was read waits for the person's word; nothing is published yet."""
    data = {
        "name": told["name"], "valid_from": told["valid_from"].isoformat(), "store": told["store"] or "", "note": told["note"],
        "file": told["file"].name[:120], "rows": [row.as_json() for row in rows],
    }  # fmt: skip
    services.keep_preview(data, by=user, at=timezone.now())


@allowed(MAINTAIN_PRICES)
@once
def price_list_preview(request: HttpRequest) -> HttpResponse:
    """What the new list changes, item by item; a post publishes it."""
    kept = Draft.objects.filter(user=request.user, key=services.PREVIEW).first()
    if kept is None:
        return redirect("leads:price-list-new")
    told = kept.data
    rows = [PriceRow.from_json(row) for row in told["rows"]]
    store = next((each for each in _stores(request.user) if str(each.pk) == told["store"]), None)
    if store is None and (told["store"] or MAINTAIN_PRICES.scope(request.user) is not Scope.COMPANY):  # closed since, or no longer one's own
        return redirect("leads:price-list-new")
    valid_from = date.fromisoformat(told["valid_from"])
    form = NothingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            if valid_from < timezone.localdate():
                raise Refused(_("The day has passed; bring the list in again."))
            made = services.publish_price_list(
                store=store, name=told["name"], valid_from=valid_from, rows=rows, note=told["note"], by=request.user, at=timezone.now()
            )
            services.drop_preview(by=request.user)
            messages.success(request, _("Version {version} is published with {count} items.").format(version=made.version, count=len(rows)))
            return redirect("leads:price-list", made.pk)
    now = PriceList.objects.filter(store=store).order_by("-valid_from").first() or (in_force(store, timezone.localdate()) if store else None)
    found = changes([PriceRow.of(item) for item in now.items.all()] if now else [], rows)
    context = {
        "form": form, "told": told, "valid_from": valid_from, "store": store, "rows": rows, "now": now, "changes": found,
        "counts": [(says, sum(change.kind == kind for change in found)) for kind, says in KIND_WORDS.items()], "words": KIND_WORDS,
        "in_force": in_force(store, timezone.localdate()) if store else now,
    }  # fmt: skip
    return render(request, "leads/price_list_preview.html", context, status=422 if form.is_bound else 200)
