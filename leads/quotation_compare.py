"""Two or three versions of a quotation side by side: lines that came and went, quantities and prices, sums by room and trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, IntegerField, When
from django.utils.translation import gettext as _

from core.money import ZERO
from leads.choices import LinePart, Trade
from leads.models import Quotation, QuotationLine

MOST_LINES = 400  # shown at once; the sums are those of all
IN_PACKAGE_FIRST = Case(When(part=LinePart.PACKAGE, then=0), default=1, output_field=IntegerField())
Key = tuple[str, str, int]  # room, code, place among the lines of that item in that room


@dataclass(frozen=True)
class Side:
    """A line in one version; `counts` = it is part of the works."""

    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    counts: bool
    word: str


@dataclass(frozen=True)
class ComparedLine:
    """A line in all versions (None: not there), what became of it, and the difference from the first to the last."""

    code: str
    name: str
    unit: str
    sides: list[Side | None]
    kind: str
    says: str
    difference: Decimal


@dataclass(frozen=True)
class ComparedSum:
    """A room, a trade or a row of the total in all versions."""

    name: str
    amounts: list[Decimal]
    lines: list[ComparedLine]
    strong: bool = False

    @property
    def difference(self) -> Decimal:
        return self.amounts[-1] - self.amounts[0]


@dataclass(frozen=True)
class Comparison:
    """Everything that the page shows; one question to the database for the lines of all versions."""

    versions: list[Quotation]
    totals: list[ComparedSum]
    rooms: list[ComparedSum]
    trades: list[ComparedSum]
    counts: list[tuple[str, str, int]]
    shown: int
    left_out: int


def compare(versions: Sequence[Quotation], *, everything: bool = False) -> Comparison:
    """The versions in their order; without `everything` only lines that differ."""
    places = {version.pk: index for index, version in enumerate(versions)}
    whole = str(_("Whole home"))
    rows: dict[Key, list[QuotationLine | None]] = {}
    order: dict[str, tuple[int, int]] = {}
    lines = QuotationLine.objects.filter(quotation__in=list(places)).select_related("room", "item").order_by(IN_PACKAGE_FIRST, "position", "id")
    trades: dict[str, list[Decimal]] = {}
    for line in lines:
        room = line.room.name if line.room else whole
        order.setdefault(room, (line.room is None, line.room.position if line.room else 0))
        index = places[line.quotation_id]
        _put(rows, room, line, index, len(versions))
        if line.is_charged:
            trades.setdefault(line.trade, [ZERO] * len(versions))[index] += line.amount
    rooms: dict[str, tuple[list[Decimal], list[ComparedLine]]] = {name: ([ZERO] * len(versions), []) for name in sorted(order, key=lambda name: order[name])}
    counted: dict[str, int] = {}
    for (room, code, _place), held in rows.items():
        compared = _line(code, held)
        for index, found in enumerate(held):
            rooms[room][0][index] += found.amount if found is not None and found.is_charged else ZERO
        counted[compared.kind] = counted.get(compared.kind, 0) + 1
        if everything or compared.kind != "same":
            rooms[room][1].append(compared)
    shown, left_out = _limited(rooms)
    words = _words()
    return Comparison(
        list(versions), _totals(versions), shown,
        [ComparedSum(str(Trade(trade).label), trades[trade], []) for trade in Trade.values if trade in trades],
        [(kind, says, counted.get(kind, 0)) for kind, says in words.items()], sum(len(room.lines) for room in shown), left_out,
    )  # fmt: skip


def _put(rows: dict[Key, list[QuotationLine | None]], room: str, line: QuotationLine, index: int, count: int) -> None:
    """An item that went into the package is the same line; what goes beyond the package, or stands beside it, is one of its own."""
    first = 2 if line.part == LinePart.BEYOND else 0
    for place in range(first, first + 2):
        held = rows.setdefault((room, line.item.code, place), [None] * count)
        if held[index] is None:
            held[index] = line
            return


def _words() -> dict[str, str]:
    return {
        "added": str(_("New")), "removed": str(_("Removed lines")), "quantity": str(_("Another quantity")), "price": str(_("Another price")),
        "package": str(_("Into or out of the package")), "choice": str(_("Chosen otherwise")), "same": str(_("As before")),
    }  # fmt: skip


def _limited(rooms: dict[str, tuple[list[Decimal], list[ComparedLine]]]) -> tuple[list[ComparedSum], int]:
    """The rooms with as many lines as a page bears."""
    room_for, left_out, found = MOST_LINES, 0, []
    for name, (amounts, lines) in rooms.items():
        taken = lines[:room_for]
        room_for, left_out = room_for - len(taken), left_out + len(lines) - len(taken)
        found.append(ComparedSum(name, amounts, taken))
    return found, left_out


def _line(code: str, held: list[QuotationLine | None]) -> ComparedLine:
    there = [line for line in held if line is not None]
    last = there[-1]
    sides = [_side(line) for line in held]
    kind = _kind(held)
    charged = [line.amount if line is not None and line.is_charged else ZERO for line in held]
    return ComparedLine(code, last.name, last.unit, sides, kind, _words()[kind], charged[-1] - charged[0])


def _side(line: QuotationLine | None) -> Side | None:
    if line is None:
        return None
    word = ""
    if line.part == LinePart.PACKAGE:
        word = str(_("in the package"))
    elif not line.taken:
        word = str(_("not taken"))
    elif line.optional or line.alternative_to_id:
        word = str(_("chosen"))
    return Side(line.quantity, line.unit_price, line.amount, line.is_charged, word)


def _kind(held: list[QuotationLine | None]) -> str:
    """What became of a line from the first version to the last, and on the way."""
    if held[0] is None and held[-1] is not None:
        return "added"
    if held[-1] is None:
        return "removed"
    there = [line for line in held if line is not None]
    for kind, name in (("package", "part"), ("choice", "is_charged"), ("price", "unit_price"), ("quantity", "quantity")):
        if len({getattr(line, name) for line in there}) > 1:
            return kind
    return "same" if len(there) == len(held) else "removed"


def _totals(versions: Sequence[Quotation]) -> list[ComparedSum]:
    rows = (
        (_("Package"), [version.package_amount for version in versions]), (_("Works"), [version.subtotal for version in versions]),
        (_("Management fee"), [version.management_fee for version in versions]), (_("Discount"), [-version.discount for version in versions]),
        (_("Tax"), [version.tax for version in versions]), (_("Total"), [version.total for version in versions]),
    )  # fmt: skip
    found = [ComparedSum(str(name), amounts, []) for name, amounts in rows[:-1] if any(amounts)]
    return [*found, ComparedSum(str(rows[-1][0]), rows[-1][1], [], strong=True)]
