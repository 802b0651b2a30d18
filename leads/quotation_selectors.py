"""What the pages of quotations show: rooms with their lines, sums, what stands in the way of issuing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO
from leads import quantities
from leads.choices import QuantityFrom, QuotationState, Trade
from leads.models import Lead, PriceItem, Quotation, QuotationLine, Room
from leads.price_selectors import in_force, margin


@dataclass(frozen=True)
class VersionRow:
    """A version of an enquiry's quotation in the list of versions."""

    version: int
    state: str
    state_says: str
    stale: bool
    paper: Any
    price_list: str
    by: str
    total: Decimal
    margin: Decimal | None
    moment: datetime


def versions(lead: Lead, *, with_cost: bool) -> list[VersionRow]:
    """All versions, the newest first."""
    rows = lead.quotations.select_related("paper", "price_list", "by").order_by("-version")
    return [
        VersionRow(
            row.version, row.state, str(QuotationState(row.state).label), row.is_stale, row.paper, str(row.price_list), str(row.by),
            row.total, margin(works_price(row), row.cost) if with_cost else None, row.issued_at or row.at,
        )
        for row in rows
    ]  # fmt: skip


def works_price(quotation: Quotation) -> Decimal:
    """What is earned on the works: without the tax, which is passed on."""
    return quotation.total - quotation.tax


@dataclass(frozen=True)
class RoomLines:
    """A room (None: the home as such) with its lines and their sum."""

    room: Room | None
    name: str
    key: int
    lines: list[QuotationLine]
    amount: Decimal


@dataclass(frozen=True)
class TradeSum:
    trade: str
    says: str
    amount: Decimal
    margin: Decimal | None


@dataclass(frozen=True)
class QuotationSheet:
    """The whole quotation as the editor and the view show it; three questions to the database, however many lines."""

    rooms: list[RoomLines]
    trades: list[TradeSum]
    count: int
    margin: Decimal | None


ORDER = {trade.value: index for index, trade in enumerate(Trade)}


def sheet_of(quotation: Quotation, *, with_cost: bool, empty_rooms: bool) -> QuotationSheet:
    """Lines under their rooms in the order of the survey; in a draft also rooms that have no line yet."""
    lines = list(quotation.lines.select_related("room", "item"))
    lines.sort(key=lambda line: (ORDER[line.trade], line.position))
    held: dict[int, list[QuotationLine]] = {}
    rooms: dict[int, Room] = {}
    for line in lines:
        held.setdefault(line.room_id or 0, []).append(line)
        if line.room:
            rooms[line.room.pk] = line.room
    if empty_rooms:
        rooms |= {room.pk: room for room in rooms_of(quotation.lead)}
    ordered: list[Room | None] = [*sorted(rooms.values(), key=lambda room: (room.position, room.pk)), None]
    shown = [
        RoomLines(room, room.name if room else str(_("Whole home")), room.pk if room else 0, found, sum((each.amount for each in found), ZERO))
        for room in ordered
        if (found := held.get(room.pk if room else 0, [])) or empty_rooms
    ]
    return QuotationSheet(
        shown, _trades(lines, with_cost), len(lines), margin(works_price(quotation), quotation.cost) if with_cost else None
    )


def _trades(lines: Sequence[QuotationLine], with_cost: bool) -> list[TradeSum]:
    found: list[TradeSum] = []
    for trade in Trade:
        own = [line for line in lines if line.trade == trade]
        if own:
            amount = sum((line.amount for line in own), ZERO)
            cost = sum((line.cost for line in own), ZERO)
            found.append(TradeSum(trade.value, str(trade.label), amount, margin(amount, cost) if with_cost else None))
    return found


def rooms_of(lead: Lead) -> list[Room]:
    return list(Room.objects.filter(home_id=lead.home_id, removed_at__isnull=True).order_by("position", "id"))


@dataclass(frozen=True)
class Offer:
    """An item that can be put into a room, with the quantity that would follow."""

    item: PriceItem
    quantity: Decimal | None
    amount: Decimal | None
    rule: str


def offers(quotation: Quotation, room: Room | None) -> list[tuple[str, list[Offer]]]:
    """The items of the quotation's list that suit a room and do not stand there yet, under their trades."""
    there = set(quotation.lines.filter(room=room).values_list("item_id", flat=True))
    sizes = quantities.HomeSizes.of(quotation.lead.home.area_m2, rooms_of(quotation.lead)) if room is None else None
    found: dict[str, list[Offer]] = {trade.value: [] for trade in Trade}
    for item in quotation.price_list.items.order_by("position", "id"):
        if item.pk in there or not _suits(item, room):
            continue
        quantity = quantities.in_home(item, sizes) if sizes is not None else quantities.in_room(item, room) if room else None
        if quantity is None and item.quantity_from != QuantityFrom.FIXED:
            continue
        amount = (quantity * item.price).quantize(Decimal("0.01")) if quantity is not None else None
        found[item.trade].append(Offer(item, quantity, amount, rule_in_words(item)))
    return [(str(Trade(trade).label), rows) for trade, rows in found.items() if rows]


def _suits(item: PriceItem, room: Room | None) -> bool:
    if room is None:
        return item.for_home or (not item.room_kinds and item.quantity_from == QuantityFrom.FIXED)
    return not item.for_home and item.suits(room.kind)


def rule_in_words(item: Any) -> str:
    """Floor area × 0.4, 5 % loss."""
    words = str(QuantityFrom(item.quantity_from).label)
    if item.quantity_from == QuantityFrom.FIXED:
        return words
    if item.factor != 1:
        words += f" × {item.factor.normalize():f}"
    if item.loss:
        words += " " + str(_("+ {percent} % loss")).format(percent=f"{item.loss.normalize():f}")
    return words


def outdated(quotation: Quotation, at: datetime) -> str:
    """Why a draft no longer fits the price list or the survey of today; empty when it does."""
    if quotation.is_stale:
        return str(_("The site was measured again since this draft was begun."))
    now = in_force(quotation.lead.store, timezone.localdate(at))
    if now is None or now.pk != quotation.price_list_id:
        return str(_("Another price list is in force since this draft was begun."))
    return ""
