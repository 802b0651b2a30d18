"""A quotation as an Excel sheet, out and back in; what an edited sheet changes, row by row, before anything is taken over.

Every row of a line carries a mark: quotation, line, and the state of the draft in which it was written.  A sheet of another
quotation or of an older state is refused; a row without a mark is an item that comes in by its code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import sheets
from core.money import yuan
from leads import quantities
from leads.choices import LinePart, Trade
from leads.models import Lead, PriceItem, Quotation, QuotationLine, Room
from leads.price_sheets import TRADES, Fault, plain
from leads.quotation_content import in_order

WHOLE_HOME = "全屋"
MOST = Decimal("99999.99")
PARTS = {LinePart.WORKS: "", LinePart.PACKAGE: "套餐内", LinePart.BEYOND: "超出套餐"}
FAULTS = {
    "no_heading": _("No sheet has the headings of a quotation: 编码, 房间, 数量 …"),
    "empty": _("No row stands below the headings."),
    "formula": _("A formula stands here; paste its value instead."),
    "other_quotation": _("This row belongs to another quotation."),
    "older": _("The draft has been changed since this sheet was written; export it again."),
    "mark": _("The mark at the end of the row was changed; export the sheet again."),
    "twice": _("This row stands twice."),
    "code_changed": _("The code of a line is not changed: delete the row and add another."),
    "unknown_code": _("The price list holds no item with this code."),
    "price_changed": _("Prices come from the price list; this one was changed."),
    "unknown_room": _("There is no such room in this home."),
    "not_suited": _("This item does not suit the room."),
    "there_already": _("This item stands in that room already."),
    "no_number": _("This is no number."),
    "out_of_range": _("A quantity is more than nought and at most 99999.99, with two digits."),
    "quantity_missing": _("Type the quantity; it does not follow from the room."),
    "reason_missing": _("Another quantity than the computed one needs a reason."),
    "package_most": _("The package includes less; add what goes beyond as a row of its own."),
    "has_alternatives": _("This line was taken out, but its alternatives still stand in the sheet."),
}


def state_of(quotation: Quotation) -> str:
    """A short word for the lines as they stand now: another line, quantity or choice is another word."""
    rows = quotation.lines.order_by("id").values_list("id", "item_id", "room_id", "quantity", "reason", "part", "optional", "taken", "alternative_to_id")
    return hashlib.sha256(repr([quotation.price_list_id, *rows]).encode()).hexdigest()[:12]


# --- out -------------------------------------------------------------------------------------------------------------


def lines_of(quotation: Quotation) -> list[QuotationLine]:
    """The lines in the order of the paper."""
    return in_order(quotation.lines.select_related("room", "item"))


def workbook(quotation: Quotation, *, with_cost: bool) -> bytes:
    """The lines of a version; costs only for those who may see them.  A draft's sheet can be brought in again."""
    lines = lines_of(quotation)
    state = state_of(quotation)
    names = {line.pk: line.name for line in lines}
    columns = (
        sheets.Column("房间", lambda line: line.room.name if line.room else WHOLE_HOME, 12),
        sheets.Column("工种", lambda line: TRADES[Trade(line.trade)], 10),
        sheets.Column("编码", lambda line: line.item.code, 10),
        sheets.Column("项目名称", lambda line: line.name, 36),
        sheets.Column("单位", lambda line: line.unit, 6),
        sheets.Column("数量", lambda line: line.quantity, 10, sheets.MONEY),
        sheets.Column("计算数量", lambda line: line.computed, 10, sheets.MONEY),
        sheets.Column("调整原因", lambda line: line.reason, 24),
        sheets.Column("单价", lambda line: line.unit_price, 11, sheets.MONEY),
        sheets.Column("金额", lambda line: line.amount, 12, sheets.MONEY),
        *((sheets.Column("成本", lambda line: line.cost, 12, sheets.MONEY),) if with_cost else ()),
        sheets.Column("说明", lambda line: line.note, 24),
        sheets.Column("归属", lambda line: _belongs(line, names), 22),
        sheets.Column("标识（勿改）", lambda line: f"{quotation.pk}.{line.pk}.{state}", 30),
    )
    return sheets.write(columns, lines, title=f"报价 第{quotation.version}版")


def _belongs(line: QuotationLine, names: dict[int, str]) -> str:
    if line.alternative_to_id:
        return ("已选 " if line.taken else "") + f"替换 {names.get(line.alternative_to_id, '')}"
    if line.optional:
        return "可选 已选" if line.taken else "可选"
    return PARTS[LinePart(line.part)] if line.taken else "已由替换项代替"


# --- in --------------------------------------------------------------------------------------------------------------

HEADINGS = {
    "room": ("房间", "空间"), "code": ("编码", "项目编码"), "quantity": ("数量", "工程量"), "reason": ("调整原因", "原因"), "price": ("单价", "综合单价"),
    "note": ("说明", "备注"), "mark": ("标识", "标识勿改"), "name": ("项目名称", "项目"),
}  # fmt: skip
MEANING = {word: name for name, words in HEADINGS.items() for word in words}


@dataclass(frozen=True)
class Changed:
    line: QuotationLine
    quantity: Decimal
    reason: str
    note: str

    @property
    def amount(self) -> Decimal:
        return yuan(self.quantity * self.line.unit_price)


@dataclass(frozen=True)
class Added:
    item: PriceItem
    room: Room | None
    quantity: Decimal
    reason: str
    note: str

    @property
    def amount(self) -> Decimal:
        return yuan(self.quantity * self.item.price)


@dataclass
class SheetChanges:
    """What an edited sheet changes; nothing of it is done yet."""

    state: str
    changed: list[Changed] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    removed: list[QuotationLine] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.changed or self.added or self.removed)


def read(book: sheets.Workbook, quotation: Quotation, lead: Lead) -> SheetChanges:
    """The first sheet with the headings of a quotation, against the draft as it stands; every fault at once."""
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows[:30], start=1):
            columns = {MEANING[_bare(cell.text)]: index for index, cell in enumerate(row) if _bare(cell.text) in MEANING}
            if {"code", "room", "quantity"} <= set(columns):
                return _Reading(quotation, lead, columns).run(sheet.rows, number)
    found = SheetChanges(state_of(quotation))
    found.faults.append(Fault(0, "", "no_heading"))
    return found


def _bare(text: object) -> str:
    return re.sub(r"[()（）\s*:：]", "", plain(text))


class _Reading:
    """One reading of a sheet: what is known of the draft is asked once, then row after row."""

    def __init__(self, quotation: Quotation, lead: Lead, columns: dict[str, int]) -> None:
        self.quotation, self.columns = quotation, columns
        self.found = SheetChanges(state_of(quotation))
        self.lines = {line.pk: line for line in quotation.lines.select_related("item", "room")}
        self.items = {item.code: item for item in quotation.price_list.items.all()}
        rooms = list(Room.objects.filter(home_id=lead.home_id, removed_at__isnull=True))
        self.rooms: dict[str, Room | None] = {**{room.name: room for room in rooms}, WHOLE_HOME: None}
        self.sizes = quantities.HomeSizes.of(lead.home.area_m2, rooms)
        self.there = {(line.room_id, line.item_id) for line in self.lines.values() if line.part != LinePart.PACKAGE}
        self.seen: set[int] = set()
        self.number, self.row = 0, {}  # type: int, dict[str, sheets.Cell]

    def run(self, rows: Sequence[Sequence[sheets.Cell]], heading: int) -> SheetChanges:
        any_row = False
        for number, cells in enumerate(rows[heading:], start=heading + 1):
            self.number = number
            self.row = {name: cells[index] if index < len(cells) else sheets.EMPTY for name, index in self.columns.items()}
            if not any(self.row[name] for name in self.row if name in ("code", "room", "quantity", "mark", "name")):
                continue
            any_row = True
            if self._sound():
                self._known() if self.row.get("mark") else self._new()
            if any(fault.code == "older" for fault in self.found.faults):
                return self.found
        if not any_row:
            self.found.faults.append(Fault(heading, "", "empty"))
        self._gone()
        return self.found

    def fault(self, name: str, code: str) -> None:
        self.found.faults.append(Fault(self.number, HEADINGS[name][0], code, self._text(name)[:60]))

    def _text(self, name: str) -> str:
        return plain(self.row[name].text) if name in self.row else ""

    def _sound(self) -> bool:
        wrong = [name for name in ("room", "code", "quantity", "reason", "price", "mark") if name in self.row and self.row[name].kind in ("formula", "error")]
        for name in wrong:
            self.fault(name, "formula")
        return not wrong

    def _known(self) -> None:
        match = re.fullmatch(r"(\d+)\.(\d+)\.([0-9a-f]{12})", self._text("mark"))
        if match is None:
            return self.fault("mark", "mark")
        if int(match[1]) != self.quotation.pk:
            return self.fault("mark", "other_quotation")
        if match[3] != self.found.state:
            return self.fault("mark", "older")
        line = self.lines.get(int(match[2]))
        if line is None:
            return self.fault("mark", "mark")
        if line.pk in self.seen:
            return self.fault("mark", "twice")
        self.seen.add(line.pk)
        if self._text("code") != line.item.code:
            return self.fault("code", "code_changed")
        if self._text("room") != (line.room.name if line.room else WHOLE_HOME):
            return self.fault("room", "code_changed")
        if "price" in self.row and self._text("price") and self._number("price") != line.unit_price:
            return self.fault("price", "price_changed")
        self._compare(line)
        return None

    def _compare(self, line: QuotationLine) -> None:
        told = self._quantity(line.computed)
        if told is None:
            return None
        quantity, reason = told
        note = self._text("note")[:200] if "note" in self.row else line.note
        if line.part == LinePart.PACKAGE and quantity > max(line.computed or line.quantity, line.quantity):
            return self.fault("quantity", "package_most")
        if (quantity, reason, note) == (line.quantity, line.reason, line.note):
            self.found.unchanged += 1
        else:
            self.found.changed.append(Changed(line, quantity, reason, note))
        return None

    def _quantity(self, computed: Decimal | None) -> tuple[Decimal, str] | None:
        """The quantity of the row and the reason for it; None when something is wrong with them."""
        if not self._text("quantity"):
            if computed is None:
                self.fault("quantity", "quantity_missing")
                return None
            return computed, ""
        quantity = self._number("quantity")
        if quantity is None:
            self.fault("quantity", "no_number")
            return None
        if not 0 < quantity <= MOST or quantity != quantity.quantize(Decimal("0.01")):
            self.fault("quantity", "out_of_range")
            return None
        reason = self._text("reason")[:120] if computed is not None and quantity != computed else ""
        if computed is not None and quantity != computed and not reason:
            self.fault("reason", "reason_missing")
            return None
        return quantity.quantize(Decimal("0.01")), reason

    def _number(self, name: str) -> Decimal | None:
        """A cell's number; a binary one is what Excel shows of it, to ten digits."""
        cell = self.row[name]
        text = f"{cell.value:.10g}" if isinstance(cell.value, float) else re.sub(r"[,¥￥\s]", "", self._text(name))
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None

    def _new(self) -> None:
        item = self.items.get(self._text("code"))
        if item is None:
            return self.fault("code", "unknown_code")
        name = self._text("room") or (WHOLE_HOME if item.for_home else "")
        if name not in self.rooms:
            return self.fault("room", "unknown_room")
        room = self.rooms[name]
        if (item.for_home != (room is None) and not (room is None and not item.room_kinds)) or (room is not None and not item.suits(room.kind)):
            return self.fault("room", "not_suited")
        place = (room.pk if room else None, item.pk)
        if place in self.there:
            return self.fault("code", "there_already")
        if "price" in self.row and self._text("price") and self._number("price") != item.price:
            return self.fault("price", "price_changed")
        computed = quantities.in_room(item, room) if room is not None else quantities.in_home(item, self.sizes)
        told = self._quantity(computed)
        if told is not None:
            self.there.add(place)
            self.found.added.append(Added(item, room, *told, note=self._text("note")[:200]))
        return None

    def _gone(self) -> None:
        gone = {pk for pk in self.lines if pk not in self.seen}
        if not self.found.faults:
            self.found.removed = [line for pk, line in self.lines.items() if pk in gone]
            held = {line.alternative_to_id for pk, line in self.lines.items() if pk not in gone}
            self.found.faults += [Fault(0, line.name, "has_alternatives") for line in self.found.removed if line.pk in held]


# --- kept until the person's word ------------------------------------------------------------------------------------


def as_json(found: SheetChanges) -> dict[str, Any]:
    """What a reading found, as plain data."""
    return {
        "state": found.state, "unchanged": found.unchanged, "removed": [line.pk for line in found.removed],
        "changed": [[each.line.pk, str(each.quantity), each.reason, each.note] for each in found.changed],
        "added": [[each.item.pk, each.room.pk if each.room else None, str(each.quantity), each.reason, each.note] for each in found.added],
    }  # fmt: skip


def from_json(raw: dict[str, Any], quotation: Quotation) -> SheetChanges:
    """… and back, with the lines, items and rooms as they are; what is gone meanwhile is left out and the state tells of it."""
    pks = [each[0] for each in raw["changed"]] + raw["removed"]
    lines = {line.pk: line for line in quotation.lines.filter(pk__in=pks).select_related("item", "room")}
    items = {item.pk: item for item in PriceItem.objects.filter(pk__in=[each[0] for each in raw["added"]])}
    rooms = {room.pk: room for room in Room.objects.filter(Q(pk__in=[each[1] for each in raw["added"] if each[1]]))}
    return SheetChanges(
        raw["state"], unchanged=raw["unchanged"], removed=_present(lines, raw["removed"]),
        changed=[Changed(lines[pk], Decimal(quantity), reason, note) for pk, quantity, reason, note in raw["changed"] if pk in lines],
        added=[
            Added(items[pk], rooms.get(room), Decimal(quantity), reason, note)
            for pk, room, quantity, reason, note in raw["added"]
            if pk in items and (room is None or room in rooms)
        ],
    )  # fmt: skip


def _present(lines: dict[int, QuotationLine], pks: Iterable[int]) -> list[QuotationLine]:
    return [lines[pk] for pk in pks if pk in lines]
