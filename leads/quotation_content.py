"""What P05 says of a draft: its rooms and trades, the package, what can be chosen, in the order of the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core import phones
from core.money import ZERO, upper, yuan
from leads.choices import QuantityFrom, Trade
from leads.models import Lead, Quotation, QuotationLine, Room
from leads.papers_quotation import QuotationContent, QuotedChoice, QuotedLine, QuotedPackage, QuotedRoom, QuotedTrade
from leads.price_sheets import RULES, TRADES

VALID_DAYS = 30
WHOLE_HOME = "全屋"


def content(lead: Lead, draft: Quotation, last: Quotation | None, at: datetime) -> QuotationContent:
    lead = Lead.objects.select_related("customer", "home", "designer", "customer_manager").get(pk=lead.pk)
    lines = in_order(draft.lines.select_related("room", "item"))
    counted = [line for line in lines if line.taken]
    number = lead.customer.phones.filter(withdrawn_at__isnull=True).order_by("position", "id").first()
    today = timezone.localdate(at)
    home = lead.home
    return QuotationContent(
        lead=lead.ref, customer=f"{lead.customer.name}", phone=phones.mask(number.number) if number else "", address=home.address,
        layout=home.layout, area=_area(home), designer=str(lead.designer or ""), customer_manager=str(lead.customer_manager or ""),
        version=draft.version, survey=draft.survey.paper.ref, price_list=f"{draft.price_list.name} 第 {draft.price_list.version} 版",
        valid_from=today, valid_until=valid_until(at), rooms=_by_room(counted), trades=_by_trade(counted),
        package=_package(draft), choices=_choices(lines),
        subtotal=draft.subtotal, management_percent=draft.management_percent, management_fee=draft.management_fee,
        discount=draft.discount, discount_reason=draft.discount_reason, tax_percent=draft.tax_percent, tax=draft.tax,
        total=draft.total, total_words=upper(draft.total), note=draft.note, replaces=last.paper.ref if last and last.paper else "",
    )  # fmt: skip


def valid_until(at: datetime) -> date:
    """The last day on which a version issued now can be accepted."""
    return timezone.localdate(at) + timedelta(days=VALID_DAYS)


def place(line: QuotationLine) -> str:
    """Where a line stands."""
    return line.room.name if line.room else WHOLE_HOME


def _area(home: Any) -> str:
    return f"{home.area_m2.normalize():f} m²" if home.area_m2 else home.area_text


TRADE_ORDER = {trade.value: index for index, trade in enumerate(Trade)}


def in_order(lines: Iterable[QuotationLine]) -> list[QuotationLine]:
    """Rooms as measured, the home as such last; trades as a site meets them; alternatives after their line."""
    found = list(lines)
    by_pk = {line.pk: line for line in found}

    def key(line: QuotationLine) -> tuple[int, int, int, int, int, int]:
        lead, room = by_pk.get(line.alternative_to_id or line.pk, line), line.room
        return (room is None, room.position if room else 0, TRADE_ORDER[lead.trade], lead.position, line.alternative_to_id is not None, line.position)

    return sorted(found, key=key)


def sizes_in_words(room: Room) -> str:
    """4.20 × 3.60 m，高 2.75 m，地面 15.12 m²，墙面 35.10 m²."""
    long, wide, high = (Decimal(value) / 1000 for value in (room.length_mm, room.width_mm, room.height_mm))
    return f"{long:.2f} × {wide:.2f} m，高 {high:.2f} m，地面 {room.area:.2f} m²，墙面 {room.wall_area:.2f} m²"


def _by_room(lines: Sequence[QuotationLine]) -> list[QuotedRoom]:
    rooms: dict[int | None, list[QuotationLine]] = {}
    for line in lines:
        rooms.setdefault(line.room_id, []).append(line)
    return [
        QuotedRoom(
            name=held[0].room.name if held[0].room else WHOLE_HOME, sizes=sizes_in_words(held[0].room) if held[0].room else "",
            lines=[_quoted(line) for line in held], amount=sum((line.amount for line in held if line.is_charged), ZERO),
        )
        for held in rooms.values()
    ]  # fmt: skip


def _quoted(line: QuotationLine) -> QuotedLine:
    return QuotedLine(
        name=line.name, trade=TRADES[Trade(line.trade)], unit=line.unit, quantity=line.quantity, labour=line.labour, material=line.material,
        unit_price=line.unit_price, amount=line.amount, craft="；".join(part for part in (line.item.craft, line.note) if part),
        rule=RULES[QuantityFrom(line.quantity_from)], reason=line.reason, part=line.part,
    )  # fmt: skip


def _package(draft: Quotation) -> QuotedPackage | None:
    package = draft.package
    if package is None:
        return None
    return QuotedPackage(package.code, package.name, draft.package_area or ZERO, package.per_m2, draft.package_amount, package.note)


def _choices(lines: Sequence[QuotationLine]) -> list[QuotedChoice]:
    """Options, and lines with their alternatives: what can be chosen, at which price, and what is chosen."""
    beside: dict[int, list[QuotationLine]] = {}
    for line in lines:
        if line.alternative_to_id:
            beside.setdefault(line.alternative_to_id, []).append(line)
    found: list[QuotedChoice] = []
    for line in lines:
        if line.alternative_to_id or not (line.optional or line.pk in beside):
            continue
        for one in (line, *beside.get(line.pk, ())):
            kind = "可选" if one is line and line.optional else ("原方案" if one is line else "替换方案")
            found.append(QuotedChoice(place(one), one.name, kind, one.unit, one.quantity, one.unit_price, one.amount, one.taken, one.item.craft))
    return found


def _by_trade(lines: Sequence[QuotationLine]) -> list[QuotedTrade]:
    found: list[QuotedTrade] = []
    for trade in Trade:
        held = [line for line in lines if line.trade == trade and line.is_charged]
        if held:
            labour = sum((yuan(line.quantity * line.labour) for line in held), ZERO)
            amount = sum((line.amount for line in held), ZERO)
            found.append(QuotedTrade(TRADES[trade], labour, amount - labour, amount))
    return found
