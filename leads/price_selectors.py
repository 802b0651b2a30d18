"""Questions about price lists: which is in force, what it holds, how the versions follow each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from leads.choices import Trade
from leads.models import PriceItem, PriceList
from leads.policies import SEE_PRICES


def visible_lists(user: Any) -> QuerySet[PriceList]:
    """The company's lists and those of the stores where the person works."""
    if not SEE_PRICES.allows(user):
        return PriceList.objects.none()
    return PriceList.objects.filter(Q(store__isnull=True) | Q(store__in=SEE_PRICES.stores(user)))


def in_force(store: Any, on: date) -> PriceList | None:
    """The list by which a store quotes on a day: its own if it has one, else the company's (G5)."""
    rows = PriceList.objects.filter(Q(store=store) | Q(store__isnull=True), valid_from__lte=on)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    return rows.order_by(F("store").asc(nulls_last=True)).first()


@dataclass(frozen=True)
class VersionRow:
    """A version of the list as the page of versions shows it."""

    pk: int
    name: str
    store: str
    version: int
    valid_from: date
    valid_until: date | None
    items: int
    by: str
    state: str


def versions(user: Any, on: date) -> list[VersionRow]:
    """All versions, the newest first; state is current, coming or past."""
    rows = visible_lists(user).select_related("by", "store").annotate(item_count=Count("items")).order_by("-valid_from", "-id")[:100]
    return [
        VersionRow(row.pk, row.name, str(row.store or ""), row.version, row.valid_from, row.valid_until, row.item_count, str(row.by), state_of(row, on))
        for row in rows
    ]  # fmt: skip


def state_of(row: PriceList, on: date) -> str:
    if row.valid_from > on:
        return "coming"
    return "current" if row.valid_until is None or row.valid_until > on else "past"


@dataclass(frozen=True)
class TradeItems:
    trade: str
    items: list[PriceItem]


def by_trade(rows: list[PriceItem]) -> list[TradeItems]:
    """Items under their trades, in the order of the trades."""
    return [TradeItems(trade.value, found) for trade in Trade if (found := [row for row in rows if row.trade == trade])]


def items_of(price_list: PriceList, *, trade: str = "", text: str = "") -> list[PriceItem]:
    """The items of a list, narrowed by trade and by words in code or name."""
    rows = price_list.items.order_by("position", "id")
    if trade in Trade.values:
        rows = rows.filter(trade=trade)
    found = list(rows)
    words = text.lower().split()[:6]
    return [row for row in found if all(word in row.code.lower() or word in row.name.lower() for word in words)]


def margin(price: Decimal, cost: Decimal) -> Decimal | None:
    """Margin in percent of the price."""
    return ((price - cost) * 100 / price).quantize(Decimal("0.1")) if price else None
