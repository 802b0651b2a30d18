"""What the pages of quotations show: rooms with their lines, sums, what stands in the way of issuing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO
from leads import quantities
from leads.choices import LinePart, QuantityFrom, QuotationState, Trade
from leads.models import Lead, PriceItem, Quotation, QuotationLine, QuotationSending, Room
from leads.price_selectors import in_force, margin
from leads.services.quotation import rooms_of


def room_sizes(room: Room) -> str:
    """4.20 × 3.60 m, 2.75 m high, floor 15.12 m², walls 35.10 m² – in the reader's language; the paper says it in Chinese."""
    long, wide, high = (f"{Decimal(value) / 1000:.2f}" for value in (room.length_mm, room.width_mm, room.height_mm))
    return _("{long} × {wide} m, {high} m high, floor {floor} m², walls {walls} m²").format(
        long=long, wide=wide, high=high, floor=f"{room.area:.2f}", walls=f"{room.wall_area:.2f}"
    )


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
    valid_until: date | None
    expired: bool
    sent: str


def versions(lead: Lead, *, with_cost: bool) -> list[VersionRow]:
    """All versions, the newest first, each with its last sending."""
    rows = list(lead.quotations.select_related("paper", "price_list", "by").order_by("-version"))
    today = timezone.localdate()
    last = {row.quotation_id: row for row in QuotationSending.objects.filter(quotation__lead=lead).order_by("at", "id")}
    return [
        VersionRow(
            row.version, row.state, str(QuotationState(row.state).label), row.is_stale, row.paper, str(row.price_list), str(row.by),
            row.total, margin(works_price(row), row.cost) if with_cost else None, row.issued_at or row.at,
            row.valid_until, row.has_expired(today), _sent(last.get(row.pk)),
        )
        for row in rows
    ]  # fmt: skip


def _sent(sending: QuotationSending | None) -> str:
    return f"{sending.get_channel_display()} · {sending.to_whom}" if sending else ""


def works_price(quotation: Quotation) -> Decimal:
    """What is earned on the works: without the tax, which is passed on."""
    return quotation.total - quotation.tax


@dataclass(frozen=True)
class RoomLines:
    """A room (None: the home as such) with its sum; its lines when it is open, `count` of them in all, from the `first` on."""

    room: Room | None
    name: str
    key: int
    lines: list[QuotationLine]
    amount: Decimal
    count: int = 0
    included: int = 0
    is_open: bool = True
    first: int = 1
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class TradeSum:
    trade: str
    says: str
    amount: Decimal
    margin: Decimal | None


@dataclass(frozen=True)
class QuotationSheet:
    """The whole quotation as the editor and the view show it; four questions to the database, however many lines."""

    rooms: list[RoomLines]
    trades: list[TradeSum]
    count: int
    margin: Decimal | None
    folded: bool = False
    has_choices: bool = False

    @property
    def lines(self) -> list[QuotationLine]:
        return [line for room in self.rooms for line in room.lines]


ALL = -1
AT_ONCE = 300  # lines on one page: more are folded away by room, and a room of more is turned like a book
ORDER = {trade.value: index for index, trade in enumerate(Trade)}


def sheet_of(quotation: Quotation, *, with_cost: bool, empty_rooms: bool, room: int | None = None, page: int = 1) -> QuotationSheet:
    """Lines under their rooms in the order of the survey; in a draft also rooms that have no line yet.

    Up to `AT_ONCE` lines all rooms are open; of a larger quotation only the `room` that is asked for, a page at a time.  The sums
    are always those of all lines.
    """
    counted = quotation.lines.order_by().values("room_id", "trade", "part", "taken")
    sums: list[Any] = list(counted.annotate(n=Count("id"), amount=Sum("amount"), cost=Sum("cost")))
    count = sum(row["n"] for row in sums)
    folded = count > AT_ONCE
    found = {row["room_id"] for row in sums}
    rooms = {each.pk: each for each in _rooms_of(quotation, empty_rooms, found)}
    chosen = list(quotation.lines.filter(Q(optional=True) | Q(alternative_to__isnull=False)).order_by().values_list("alternative_to_id", flat=True))
    lines = _shown_lines(quotation, room if folded else ALL, page, sum(row["n"] for row in sums if (row["room_id"] or 0) == room))
    for line in (each for held in lines.values() for each in held):
        line.others = line.pk in chosen  # type: ignore[attr-defined]
    ordered: list[Room | None] = [*sorted(rooms.values(), key=lambda each: (each.position, each.pk)), None]
    shown = []
    for place in ordered:
        own = [row for row in sums if row["room_id"] == (place.pk if place else None)]
        if own or empty_rooms:
            shown.append(_room(place, own, lines, folded, room, page))
    return QuotationSheet(
        shown, _trades(quotation, sums, with_cost), count, margin(works_price(quotation), quotation.cost) if with_cost else None, folded, bool(chosen)
    )


def _rooms_of(quotation: Quotation, empty_rooms: bool, found: set[int | None]) -> list[Room]:
    wanted = Q(pk__in=[pk for pk in found if pk])
    if empty_rooms:
        wanted |= Q(home_id=quotation.lead.home_id, removed_at__isnull=True)
    return list(Room.objects.filter(wanted))


def _room(place: Room | None, sums: list[dict[str, Any]], lines: dict[int, list[QuotationLine]], folded: bool, room: int | None, page: int) -> RoomLines:
    key, count = (place.pk if place else 0), sum(row["n"] for row in sums)
    is_open = not folded or key == room
    pages = -(-count // AT_ONCE) or 1
    page = min(max(page, 1), pages) if folded else 1
    return RoomLines(
        place, place.name if place else str(_("Whole home")), key, lines.get(key, []),
        sum((row["amount"] for row in sums if row["taken"] and row["part"] != LinePart.PACKAGE), ZERO), count,
        sum(row["n"] for row in sums if row["part"] == LinePart.PACKAGE), is_open, (page - 1) * AT_ONCE + 1,
        page - 1 if is_open and folded and page > 1 else None, page + 1 if is_open and folded and page < pages else None,
    )  # fmt: skip


def _shown_lines(quotation: Quotation, room: int | None, page: int, count: int) -> dict[int, list[QuotationLine]]:
    """The lines of the open rooms, trades as a site meets them, alternatives after their line."""
    if room is None:
        return {}
    trade = Case(*[When(led_by=value, then=index) for value, index in ORDER.items()], default=len(ORDER), output_field=IntegerField())
    leading: dict[str, Any] = {"led_by": Coalesce("alternative_to__trade", "trade"), "led_at": Coalesce("alternative_to__position", "position")}
    rows: Any = quotation.lines.select_related("room", "item").annotate(**leading)
    rows = rows.order_by("room_id", trade, "led_at", F("alternative_to").asc(nulls_first=True), "position", "id")
    if room != ALL:
        page = min(max(page, 1), -(-count // AT_ONCE) or 1)
        rows = rows.filter(room_id=room or None)[(page - 1) * AT_ONCE : page * AT_ONCE]
    held: dict[int, list[QuotationLine]] = {}
    for line in rows:
        held.setdefault(line.room_id or 0, []).append(line)
    return held


def _trades(quotation: Quotation, sums: Sequence[dict[str, Any]], with_cost: bool) -> list[TradeSum]:
    """By trade what is charged; the package stands for itself, with the cost of all it holds."""
    found: list[TradeSum] = []
    if quotation.package_amount:
        cost = sum((row["cost"] for row in sums if row["part"] == LinePart.PACKAGE), ZERO)
        found.append(TradeSum("package", str(_("Package")), quotation.package_amount, margin(quotation.package_amount, cost) if with_cost else None))
    for trade in Trade:
        own = [row for row in sums if row["trade"] == trade and row["taken"] and row["part"] != LinePart.PACKAGE]
        if own:
            amount, cost = sum((row["amount"] for row in own), ZERO), sum((row["cost"] for row in own), ZERO)
            found.append(TradeSum(trade.value, str(trade.label), amount, margin(amount, cost) if with_cost else None))
    return found


@dataclass(frozen=True)
class Offer:
    """An item that can be put into a room, with the quantity that would follow."""

    item: PriceItem
    quantity: Decimal | None
    amount: Decimal | None
    rule: str


def offers(quotation: Quotation, room: Room | None) -> list[tuple[str, list[Offer]]]:
    """The items of the quotation's list that suit a room and do not stand there yet, under their trades."""
    there = set(quotation.lines.filter(room=room).exclude(part=LinePart.PACKAGE).values_list("item_id", flat=True))
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
    package, area = quotation.package, quotation.lead.home.area_m2
    if package is not None and area is not None and quotation.package_area != package.charged(area):
        return str(_("The home's area has changed since the package was put under this draft."))
    return ""
