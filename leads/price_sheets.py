"""The price list as rows: the file that ships, the Excel sheet in and out, and what a new list changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core import data, sheets
from leads.choices import QuantityFrom, RoomKind, Trade
from leads.models.prices import WHOLE_HOME, PriceItem

SHIPPED = Path(__file__).resolve().parent / "data" / "price_list.csv"
MAX_ROWS = 3000


@dataclass(frozen=True)
class PriceRow:
    """One item of a price list, before it is a record."""

    code: str
    trade: str
    name: str
    unit: str
    labour: Decimal
    material: Decimal
    cost: Decimal
    quantity_from: str = QuantityFrom.FIXED.value
    factor: Decimal = Decimal(1)
    loss: Decimal = Decimal(0)
    room_kinds: str = ""
    usual_kinds: str = ""
    craft: str = ""

    @property
    def price(self) -> Decimal:
        return self.labour + self.material

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, raw: Mapping[str, str]) -> PriceRow:
        return data.make(dict(raw), cls, "row")

    @classmethod
    def of(cls, item: PriceItem) -> PriceRow:
        return cls(**{each.name: getattr(item, each.name) for each in fields(cls)})


def shipped() -> list[PriceRow]:
    """The list that a new company starts with (about 120 items)."""
    return data.load(SHIPPED, PriceRow)


# --- Excel ---------------------------------------------------------------------------------------------------------

TRADES = {
    Trade.DEMOLITION: "拆除", Trade.PLUMBING: "给排水", Trade.ELECTRIC: "电气", Trade.WATERPROOF: "防水", Trade.TILING: "泥瓦",
    Trade.CARPENTRY: "木工", Trade.PAINTING: "油漆", Trade.INSTALLATION: "安装", Trade.MATERIALS: "主材", Trade.CLEANING: "保护保洁",
    Trade.MANAGEMENT: "现场管理", Trade.OTHER: "其他",
}  # fmt: skip
RULES = {
    QuantityFrom.FIXED: "手填", QuantityFrom.FLOOR: "地面面积", QuantityFrom.CEILING: "顶面面积", QuantityFrom.WALL: "墙面面积",
    QuantityFrom.WALL_CEILING: "墙顶面积", QuantityFrom.PERIMETER: "周长", QuantityFrom.FLOOR_WALL_300: "地面加墙面 0.3 m",
    QuantityFrom.FLOOR_WALL_1800: "地面加墙面 1.8 m", QuantityFrom.DOORS: "门数", QuantityFrom.WINDOWS: "窗数", QuantityFrom.POINTS: "按面积布点",
    QuantityFrom.ROOM: "每间", QuantityFrom.ONCE: "每户", QuantityFrom.HOME: "建筑面积",
}  # fmt: skip
KINDS = {
    RoomKind.LIVING: "客厅", RoomKind.DINING: "餐厅", RoomKind.BEDROOM: "卧室", RoomKind.STUDY: "书房", RoomKind.KITCHEN: "厨房",
    RoomKind.BATHROOM: "卫生间", RoomKind.BALCONY: "阳台", RoomKind.HALL: "过道", RoomKind.STAIRS: "楼梯", RoomKind.STORAGE: "储藏间",
    RoomKind.OTHER: "其他", WHOLE_HOME: "全屋",
}  # fmt: skip


def _kinds_in_words(kinds: str) -> str:
    return "、".join(KINDS[kind] for kind in kinds.split() if kind in KINDS)


COLUMNS = (
    sheets.Column("编码", lambda row: row.code, 10),
    sheets.Column("工种", lambda row: TRADES[row.trade], 10),
    sheets.Column("项目名称", lambda row: row.name, 36),
    sheets.Column("单位", lambda row: row.unit, 6),
    sheets.Column("人工单价", lambda row: row.labour, 11, sheets.MONEY),
    sheets.Column("材料单价", lambda row: row.material, 11, sheets.MONEY),
    sheets.Column("综合单价", lambda row: row.price, 11, sheets.MONEY),
    sheets.Column("数量规则", lambda row: RULES[row.quantity_from], 16),
    sheets.Column("系数", lambda row: row.factor, 8),
    sheets.Column("损耗%", lambda row: row.loss, 8),
    sheets.Column("适用房间", lambda row: _kinds_in_words(row.room_kinds), 30),
    sheets.Column("默认房间", lambda row: _kinds_in_words(row.usual_kinds), 30),
    sheets.Column("工艺和材料说明", lambda row: row.craft, 60),
)
COST = sheets.Column("成本单价", lambda row: row.cost, 11, sheets.MONEY)


def workbook(rows: Iterable[PriceRow], *, title: str, with_cost: bool) -> bytes:
    """The list as an Excel file; costs only for those who may see them.  The same file can be brought in again."""
    columns = (*COLUMNS[:7], COST, *COLUMNS[7:]) if with_cost else COLUMNS
    return sheets.write(columns, rows, title=title)


# --- reading -------------------------------------------------------------------------------------------------------

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "编号", "代码", "项目编码", "序号"),
    "trade": ("工种", "分类", "类别", "工程类别"),
    "name": ("项目名称", "名称", "项目", "工程项目", "施工项目"),
    "unit": ("单位", "计量单位"),
    "labour": ("人工单价", "人工", "人工费"),
    "material": ("材料单价", "材料", "材料费", "辅料单价", "辅料", "主材单价"),
    "price": ("综合单价", "单价", "合价", "售价"),
    "cost": ("成本单价", "成本", "成本价"),
    "quantity_from": ("数量规则", "计量规则", "工程量规则"),
    "factor": ("系数",),
    "loss": ("损耗", "损耗%", "损耗率"),
    "room_kinds": ("适用房间", "适用空间"),
    "usual_kinds": ("默认房间", "默认空间", "标配房间"),
    "craft": ("工艺和材料说明", "工艺说明", "工艺", "施工工艺", "材料说明", "说明", "备注"),
}
MEANING = {word: name for name, words in HEADINGS.items() for word in words}
NEEDED = ("code", "trade", "name", "unit", "cost")


@dataclass(frozen=True)
class Fault:
    """Why a row of the sheet cannot be taken: row, column heading, code (its sentence is in `FAULTS`), the cell."""

    row: int
    column: str
    code: str
    text: str = ""


@dataclass
class PriceSheet:
    """What an Excel price list says."""

    rows: list[PriceRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def plain(text: object) -> str:
    """A cell as it is compared: full-width letters and digits made plain, nothing around it."""
    return unicodedata.normalize("NFKC", str(text or "")).strip()


def _bare(text: object) -> str:
    return re.sub(r"[(（].*?[)）]|[\s*:：]", "", plain(text))


def read_sheet(book: sheets.Workbook) -> PriceSheet:
    """The first sheet with the headings of a price list, row by row; every fault at once."""
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows[:30], start=1):
            columns = {MEANING[_bare(cell.text)]: index for index, cell in enumerate(row) if _bare(cell.text) in MEANING}
            if {"code", "name", "unit"} <= set(columns):
                return _read_rows(sheet.rows, number, columns)
    return PriceSheet(faults=[Fault(0, "", "no_heading")])


def _read_rows(rows: Sequence[Sequence[sheets.Cell]], heading: int, columns: dict[str, int]) -> PriceSheet:
    found = PriceSheet()
    found.faults += [Fault(heading, HEADINGS[name][0], "column_missing") for name in NEEDED if name not in columns]
    if found.faults:
        return found
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[heading:], start=heading + 1):
        texts = {name: row[index].text if index < len(row) else "" for name, index in columns.items()}
        if not texts["code"] and not texts["name"]:
            continue
        if len(found.rows) >= MAX_ROWS:
            found.faults.append(Fault(number, "", "too_many"))
            break
        reading = _Row(number, texts)
        made = reading.read()
        if made and made.code in seen:
            reading.fault("code", "code_twice")
            made = None
        found.faults += reading.faults
        if made:
            seen[made.code] = number
            found.rows.append(made)
    if not found.rows and not found.faults:
        found.faults.append(Fault(heading, "", "empty"))
    return found


@dataclass
class _Row:
    number: int
    texts: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, code: str) -> None:
        self.faults.append(Fault(self.number, HEADINGS[name][0], code, self.texts.get(name, "")[:60]))

    def read(self) -> PriceRow | None:
        values: dict[str, Any] = {
            "code": self._text("code", 20), "name": self._text("name", 80), "unit": self._text("unit", 10),
            "trade": self._word("trade", TRADES, needed=True), "craft": self._text("craft", 400, needed=False),
            "quantity_from": self._word("quantity_from", RULES) or QuantityFrom.FIXED.value,
            "labour": self._number("labour", Decimal(0)), "material": self._number("material", Decimal(0)),
            "cost": self._number("cost"), "factor": self._number("factor", Decimal(1), places="0.001"),
            "loss": self._number("loss", Decimal(0), places="0.1"), "room_kinds": self._kinds("room_kinds"), "usual_kinds": self._kinds("usual_kinds"),
        }  # fmt: skip
        if "price" in self.texts and self.texts["price"] and not self.faults:
            self._price(values)
        if not self.faults:
            self._check(values)
        return None if self.faults else PriceRow(**values)

    def _price(self, values: dict[str, Any]) -> None:
        """A list that gives only the whole price has it as material; one that gives all three must add up."""
        price = self._number("price", Decimal(0))
        if not values["labour"] and not values["material"]:
            values["material"] = price
        elif price is not None and price != values["labour"] + values["material"]:
            self.fault("price", "price_not_sum")

    def _check(self, values: dict[str, Any]) -> None:
        if values["labour"] + values["material"] <= 0:
            self.fault("labour", "price_missing")
        if not 0 < values["factor"] < 1000:
            self.fault("factor", "out_of_range")
        if values["loss"] >= 100:
            self.fault("loss", "out_of_range")
        rooms = set(values["room_kinds"].split())
        if rooms and not set(values["usual_kinds"].split()) <= rooms:
            self.fault("usual_kinds", "usual_not_suited")
        if WHOLE_HOME in rooms and len(rooms) > 1:
            self.fault("room_kinds", "whole_and_rooms")
        of_home = values["quantity_from"] in (QuantityFrom.ONCE, QuantityFrom.HOME)
        if of_home and rooms != {WHOLE_HOME}:
            self.fault("room_kinds", "rule_of_home")

    def _text(self, name: str, length: int, *, needed: bool = True) -> str:
        text = self.texts.get(name, "").strip()
        if needed and not text:
            self.fault(name, "missing")
        if len(text) > length:
            self.fault(name, "too_long")
        return text

    def _number(self, name: str, default: Decimal | None = None, *, places: str = "0.01") -> Decimal | None:
        text = re.sub(r"[,¥￥%\s]", "", plain(self.texts.get(name, "")))
        if not text:
            if default is None:
                self.fault(name, "missing")
            return default
        try:
            number = Decimal(text)
        except InvalidOperation:
            self.fault(name, "no_number")
            return default
        if not number.is_finite() or not 0 <= number < 10_000_000:
            self.fault(name, "out_of_range")
            return default
        return number.quantize(Decimal(places))

    def _word(self, name: str, words: Mapping[Any, str], *, needed: bool = False) -> str:
        text = plain(self.texts.get(name, ""))
        if not text:
            if needed:
                self.fault(name, "missing")
            return ""
        by_word = {re.sub(r"\s", "", word): str(code) for code, word in words.items()} | {str(code): str(code) for code in words}
        found = by_word.get(re.sub(r"\s", "", text), "")
        if not found:
            self.fault(name, "unknown_word")
        return found

    def _kinds(self, name: str) -> str:
        by_word = {word: str(code) for code, word in KINDS.items()} | {str(code): str(code) for code in KINDS}
        found: list[str] = []
        for word in re.split(r"[、,，;；/\s]+", plain(self.texts.get(name, ""))):
            if word and word not in by_word:
                self.fault(name, "unknown_word")
            elif word and by_word[word] not in found:
                found.append(by_word[word])
        return " ".join(found)


# --- what a new list changes -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """An item that is new, gone, or dearer or cheaper than in the list in force."""

    kind: str
    code: str
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        if not self.before or self.after is None:
            return None
        return ((self.after - self.before) * 100 / self.before).quantize(Decimal("0.1"))


def changes(before: Iterable[PriceRow], after: Iterable[PriceRow]) -> list[Change]:
    """Item by item: added, removed, price changed, otherwise changed (cost, rule, craft); equal items are left out."""
    old, new = {row.code: row for row in before}, {row.code: row for row in after}
    found: list[Change] = []
    for code, row in new.items():
        was = old.get(code)
        if was is None:
            found.append(Change("added", code, row.name, None, row.price))
        elif was.price != row.price:
            found.append(Change("price", code, row.name, was.price, row.price))
        elif was != row:
            found.append(Change("changed", code, row.name, was.price, row.price))
    found += [Change("removed", code, row.name, row.price, None) for code, row in old.items() if code not in new]
    return found
