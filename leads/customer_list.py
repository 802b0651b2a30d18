"""Reads a shop's customer list: finds the list in the workbook, its headings, its rows, and what is doubtful in them.

Pure: no database, no clock.  A list may have title lines, headings in any order and in the shop's own words, month
headings, subtotals, sheets per month, merged cells, and dates without a year.  What is no customer is reported, never
dropped in silence; what cannot be read is a problem of its row and cell; what was understood with a doubt says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from leads import customer_list_cells as cells
from leads.customer_list_cells import DayCell, Number, Value, plain, text_of
from leads.customer_list_headings import Headings, headings_of

HEADING_WITHIN = 40
_TOTAL = re.compile(r"^(\d{1,2}\s*月(份)?|本?月|本?年|本?季度?|本?周|第?.季度?|全年|[\d.\-/年月]+)?\s*(小计|合计|总计|累计|共计|总数|汇总)")
_COUNT = re.compile(r"^共\s*\d+\s*(个|户|组|位|人|家|条|批)")
_MONTH = re.compile(r"^(?:(20\d{2}|\d{2})\s*[年.\-/])?\s*(\d{1,2})\s*月(份)?(.*)$")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_NO_LIST = re.compile(r"作废|废弃|无效|模板|模版|示例|样表|填写说明|使用说明|选项|字典|参数")
_DITTO_FIELDS = frozenset({"date", "name", "phone", "estate", "building", "unit", "room", "layout", "source", "manager", "designer", "intent"})


class SheetLike(Protocol):
    """What is asked of a sheet: its name, rows of cells from row 1, merged ranges (1-based), hidden or not."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Any: ...
    @property
    def merged(self) -> Any: ...
    @property
    def hidden(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one cell: the field, the column's letter, a code (its sentence stands in `leads.choices`), the cell's text."""

    field: str
    column: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list: a customer with a home, as far as it can be read."""

    sheet: str
    row: int
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    name: str = ""
    title: str = ""
    phones: tuple[Number, ...] = ()
    day: date | None = None
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    address: str = ""
    area: Decimal | None = None
    area_text: str = ""
    layout: str = ""
    dwelling: str = "ordinary"
    source: str = ""
    intent: str = ""
    manager: str = ""
    designer: str = ""
    budget: Decimal | None = None
    budget_text: str = ""
    note: str = ""
    problems: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    twin: tuple[str, int] | None = None

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def key(self) -> tuple[str, int]:
        return self.sheet, self.row

    @property
    def home(self) -> tuple[str, ...]:
        """What tells one home from another of the same customer."""
        return tuple(re.sub(r"\s+", "", part).lower() for part in (self.estate, self.building, self.unit, self.room))

    def as_json(self) -> dict[str, Any]:
        """What was understood, as it is kept with the row until it is imported."""
        return {
            "name": self.name, "title": self.title, "phones": [[each.number, each.note] for each in self.phones],
            "day": self.day.isoformat() if self.day else "", "estate": self.estate, "building": self.building, "unit": self.unit,
            "room": self.room, "address": self.address, "area": str(self.area) if self.area is not None else "", "area_text": self.area_text,
            "layout": self.layout, "dwelling": self.dwelling, "source": self.source, "intent": self.intent, "manager": self.manager,
            "designer": self.designer, "budget": str(self.budget) if self.budget is not None else "", "budget_text": self.budget_text,
            "note": self.note,
        }  # fmt: skip

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for two rows that say the same: the same entry written twice, not a second home."""
        numbers = tuple(sorted(each.number for each in self.phones))
        return (self.name, numbers, self.day, self.home, self.area_text or self.area, self.layout, self.note)


@dataclass(frozen=True, slots=True)
class Aside:
    """A line or a sheet that is no customer, and why."""

    sheet: str
    row: int
    why: str
    text: str


@dataclass(frozen=True)
class CustomerList:
    """All rows of a workbook that are customers, and all that is not."""

    title: str
    entries: tuple[Entry, ...]
    asides: tuple[Aside, ...]
    sheets: tuple[str, ...]
    unknown_columns: tuple[str, ...] = ()

    @property
    def good(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_good)

    @property
    def bad(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if not entry.is_good)

    @property
    def two_phones(self) -> int:
        return sum(any(d.code == "two_phones" for d in entry.doubts) for entry in self.good)

    def label(self, key: tuple[str, int]) -> int | str:
        """A row as people and the report name it: the number alone when there is one list, else sheet!number."""
        return key[1] if len(self.sheets) == 1 else f"{key[0]}!{key[1]}"

    def report(self, refs: Mapping[tuple[str, int], str] | None = None) -> dict[str, Any]:
        """The figures of the list; `refs` are enquiries of customers who were known before this list."""
        known = refs or {}
        twins: list[list[Any]] = []
        for entry in self.good:
            if entry.key in known:
                twins.append([self.label(entry.key), known[entry.key]])
            elif entry.twin:
                twins.append([self.label(entry.key), self.label(entry.twin)])
        return {
            "rows": len(self.entries),
            "good": len(self.good),
            "bad": [[self.label(entry.key), entry.problems[0].code] for entry in self.bad],
            "duplicates": twins,
            "two_phones": self.two_phones,
            "cell_warnings": [[self.label(entry.key), doubt.column, doubt.code] for entry in self.entries for doubt in entry.doubts],
        }


# --- the workbook --------------------------------------------------------------------------------------------------


def read_list(sheets: Iterable[SheetLike], *, filename: str = "", today: date | None = None) -> CustomerList:
    """Every customer row of a workbook.

    Sheets without a heading row that names a customer and a telephone are no lists (作废, notes, statistics) and are
    reported as such, and so are hidden ones.  `today` is only used for a year that neither title nor neighbours tell.
    """
    entries: list[Entry] = []
    asides: list[Aside] = []
    read: list[str] = []
    unknown: list[str] = []
    title = ""
    for sheet in sheets:
        rows = _unmerged(sheet)
        if not any(any(text_of(value) for value in row) for row in rows):
            continue
        why = _no_list(sheet)
        heading = None if why else _find_heading(rows)
        if heading is None:
            asides.append(Aside(sheet.name, 0, why or "no_heading", _sample(rows)))
            continue
        found = _Reading(sheet.name, rows, heading, _years(filename)).run(today)
        title = title or found.title
        entries += found.entries
        asides += found.asides
        unknown += [word for word in found.unknown if word not in unknown]
        read.append(sheet.name)
    return CustomerList(title, tuple(_with_twins(entries)), tuple(asides), tuple(read), tuple(unknown))


def value_of(cell: Any) -> Value:
    """The plain value of a `core.sheets.Cell`; a formula and an error are their text."""
    kind, value = getattr(cell, "kind", None), getattr(cell, "value", cell)
    if kind == "empty" or value is None:
        return None
    return str(value) if kind in ("formula", "error", "text") else value


def _unmerged(sheet: SheetLike) -> list[list[Value]]:
    """The sheet's values; a cell merged over several rows stands in each of them."""
    rows = [[value_of(cell) for cell in row] for row in sheet.rows]
    for top, left, bottom, right in sheet.merged:
        if bottom == top or top > len(rows) or left > len(rows[top - 1]):
            continue
        value = rows[top - 1][left - 1]
        if value is None or (right - left) > 1:
            continue
        for number in range(top, min(bottom, len(rows))):
            row = rows[number]
            row += [None] * (left - len(row))
            row[left - 1] = value
    return rows


def _no_list(sheet: SheetLike) -> str:
    if sheet.hidden:
        return "hidden_sheet"
    return "set_aside" if _NO_LIST.search(sheet.name) else ""


def _sample(rows: Sequence[Sequence[Value]]) -> str:
    words = [text_of(value) for row in rows[:3] for value in row if text_of(value)]
    return " ".join(words)[:80]


def _find_heading(rows: Sequence[Sequence[Value]]) -> Headings | None:
    """The row near the top that names most fields; group headings above it are read with it."""
    best: Headings | None = None
    for index, row in enumerate(rows[:HEADING_WITHIN]):
        above = rows[index - 1] if index else ()
        alone = headings_of(index + 1, row)
        pair = headings_of(index + 1, row, above) if alone.columns else alone
        for found in (alone, pair):
            if found.is_customer_list and len(found.columns) >= 2 and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best


def _years(text: str) -> list[int]:
    return sorted({int(year) for year in _YEAR.findall(plain(text))})


def letter(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- one sheet -----------------------------------------------------------------------------------------------------


@dataclass
class _Line:
    """A row on its way: its values by field, and the month heading above it."""

    row: int
    values: dict[str, Value]
    headings: Headings
    extras: list[str]
    month: tuple[int | None, int] | None
    dittos: list[str] = field(default_factory=list)


@dataclass
class _Reading:
    """The reading of one sheet from its heading row down."""

    sheet: str
    rows: list[list[Value]]
    heading: Headings
    years: list[int]
    title: str = ""
    asides: list[Aside] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def run(self, today: date | None) -> _Reading:
        above = self.rows[: self.heading.row - 1]
        heads = [text_of(value) for row in above for value in row if isinstance(value, str) and text_of(value)]
        self.title = heads[0][:120] if heads else ""
        years = _years(" ".join([*heads, self.sheet])) or self.years
        month = self._month_of(self.sheet)
        self.unknown = [word for word in self.heading.others.values() if word]
        self._collect(month)
        days = _Days(years, today).settle([(line.values.get("date"), line.month) for line in self.lines])
        for line, day in zip(self.lines, days, strict=True):
            self.entries.append(_entry(self.sheet, line, day))
        return self

    def _collect(self, month: tuple[int | None, int] | None) -> None:
        headings, before = self.heading, dict[str, Value]()
        for number, row in enumerate(self.rows[headings.row :], start=headings.row + 1):
            filled = [(index, value) for index, value in enumerate(row) if text_of(value)]
            if not filled:
                continue
            again = headings_of(number, row)
            if again.is_customer_list and len(again.columns) >= 3:
                headings = again
                self._aside(number, "heading_again", filled)
                continue
            if why := self._no_customer(headings, row, filled):
                if why == "month_heading":
                    month = self._month_of(text_of(filled[0][1]))
                self._aside(number, why, filled)
                continue
            line = _Line(number, {}, headings, [], month)
            for name, index in headings.columns.items():
                value = row[index] if index < len(row) else None
                if name in _DITTO_FIELDS and cells.is_ditto(value) and before.get(name) is not None:
                    value = before[name]
                    line.dittos.append(name)
                line.values[name] = value
            for index, word in headings.others.items():
                if index < len(row) and text_of(row[index]):
                    line.extras.append(f"{word}：{text_of(row[index])}")
            before = line.values
            self.lines.append(line)

    def _aside(self, number: int, why: str, filled: list[tuple[int, Value]]) -> None:
        if why != "blank":
            words = " ".join(text_of(value) for _, value in filled)
            self.asides.append(Aside(self.sheet, number, why, words[:80]))

    def _no_customer(self, headings: Headings, row: list[Value], filled: list[tuple[int, Value]]) -> str:
        """Why a row is no customer, or ''.  A row with a name or a telephone in its place is never set aside."""
        texts = [plain(value) for _, value in filled]
        indexes = {index for index, _ in filled}
        columns = headings.columns
        own = {columns[name] for name in ("name", "phone", "phone2", "name_phone") if name in columns}
        phone = columns.get("phone", columns.get("name_phone", -1))
        dialled = 0 <= phone < len(row) and bool(re.search(r"\d{5}", plain(row[phone])))
        if not dialled and any(_TOTAL.match(text) or _COUNT.match(text) for text in texts):
            return "subtotal"
        alone = _MONTH.match(texts[0]) if len(set(texts)) == 1 and not dialled else None
        named = alone is not None and 1 <= int(alone[2]) <= 12 and not re.match(r"\s*\d", alone[4])
        if alone and named and (columns.get("date") not in indexes or len(texts) > 1 or not re.search(r"\d", alone[4])):
            return "month_heading"
        rest = indexes - {columns.get("seq", -1)}
        if not rest:
            return "blank" if all(re.fullmatch(r"[\d.、]+", text) for text in texts) else "note"
        if len(set(texts)) == 1 and not dialled:
            short = re.fullmatch(r"[一-鿿A-Za-z·]{2,4}(先生|女士|小姐|总)?", texts[0])
            if not (rest & own) or not short or len(indexes) > 1:
                return "note"
        if not (rest & own) and columns.get("seq") not in indexes and len(indexes) <= 2:
            return "note"
        return ""

    def _month_of(self, text: str) -> tuple[int | None, int] | None:
        """(year or None, month) when a sheet's name or a line is a month: 3月, 2026年3月, 2026.3."""
        text = plain(text)
        m = _MONTH.match(text) or re.fullmatch(r"(20\d{2}|\d{2})\s*[年.\-/]\s*(\d{1,2})()()", text)
        if not m or not 1 <= int(m[2]) <= 12:
            return None
        year = int(m[1]) if m[1] else None
        return (year + 2000 if year is not None and year < 100 else year, int(m[2]))


# --- dates: what neither cell nor clock tells, the title and the neighbours do --------------------------------------


@dataclass(frozen=True)
class _Days:
    years: list[int]
    today: date | None

    def settle(self, given: Sequence[tuple[Value, tuple[int | None, int] | None]]) -> list[DayCell]:
        """Every row's day.  A missing year is taken from the neighbours that have one, else from the title."""
        read = [self._in_month(cells.read_day(value), month) for value, month in given]
        sure = {index: each.day for index, each in enumerate(read) if each.day}
        settled: list[DayCell] = []
        last: date | None = None
        for index, each in enumerate(read):
            made = self._with_year(each, index, sure, last) if each.month_day else each
            if made.day:
                last = made.day
            settled.append(self._bounded(made))
        return settled

    def _in_month(self, cell: DayCell, month: tuple[int | None, int] | None) -> DayCell:
        """Only a day of the month: the month's heading or sheet tells the rest; its year helps 3月5日 too."""
        if cell.only_day is not None:
            if month is None:
                return DayCell(doubts=("date_unread",))
            cell = replace(cell, month_day=(month[1], cell.only_day), only_day=None)
        if cell.month_day and month and month[0] and month[1] == cell.month_day[0]:
            return _on(month[0], cell.month_day, cell.doubts)
        return cell

    def _with_year(self, cell: DayCell, index: int, sure: Mapping[int, date], last: date | None) -> DayCell:
        assert cell.month_day is not None
        before = max((i for i in sure if i < index), default=None)
        after = min((i for i in sure if i > index), default=None)
        near = [sure[i] for i in (before, after) if i is not None]
        if near:
            years = sorted({day.year + shift for day in near for shift in (-1, 0, 1)})
            made = [(sum(abs((day - n).days) for n in near), day) for year in years if (day := _day(year, cell.month_day))]
            if not made:
                return DayCell(problem="date_impossible")
            distance, best = min(made)
            doubt = () if (not self.years or best.year in self.years) and distance <= 200 * len(near) else ("date_year",)
            return DayCell(day=best, doubts=cell.doubts + doubt)
        if len(self.years) == 1:
            made_day = _on(self.years[0], cell.month_day, cell.doubts)
            jumped = made_day.day and last and abs((made_day.day - last).days) > 200
            return replace(made_day, doubts=(*made_day.doubts, "date_year")) if jumped else made_day
        if self.years:
            options = [day for year in self.years if (day := _day(year, cell.month_day))]
            if options:
                best = min(options, key=lambda day: abs((day - last).days)) if last else options[0]
                return DayCell(day=best, doubts=(*cell.doubts, "date_year"))
        return self._latest_past(cell)

    def _latest_past(self, cell: DayCell) -> DayCell:
        """Nothing tells the year: the last such day that is not in the future, with a doubt; without today, no day."""
        assert cell.month_day is not None
        if self.today is None:
            return DayCell(doubts=(*cell.doubts, "date_year_unknown"))
        options = [day for year in range(self.today.year - 4, self.today.year + 1) if (day := _day(year, cell.month_day))]
        past = [day for day in options if day <= self.today]
        return DayCell(day=max(past), doubts=(*cell.doubts, "date_year")) if past else DayCell(problem="date_impossible")

    def _bounded(self, cell: DayCell) -> DayCell:
        if cell.day and self.today and cell.day > self.today:
            return replace(cell, doubts=(*cell.doubts, "date_future"))
        return cell


def _day(year: int, month_day: tuple[int, int]) -> date | None:
    try:
        return date(year, *month_day)
    except ValueError:
        return None


def _on(year: int, month_day: tuple[int, int], doubts: tuple[str, ...]) -> DayCell:
    made = _day(year, month_day)
    return DayCell(day=made, doubts=doubts) if made else DayCell(problem="date_impossible")


# --- one row -------------------------------------------------------------------------------------------------------


def read_entry(texts: Mapping[str, Value], *, sheet: str = "", row: int = 0, columns: Mapping[str, str] | None = None,
               budget_unit: str = "", years: Sequence[int] = (), today: date | None = None) -> Entry:  # fmt: skip
    """One row from its cells by field; also what a corrected row is read with."""
    day = _Days(list(years), today).settle([(texts.get("date"), None)])[0]
    return _read(dict(texts), day, sheet=sheet, row=row, columns=dict(columns or {}), budget_unit=budget_unit, extras=(), dittos=())


def _entry(sheet: str, line: _Line, day: DayCell) -> Entry:
    columns = {name: letter(index) for name, index in line.headings.columns.items()}
    return _read(
        line.values, day, sheet=sheet, row=line.row, columns=columns, budget_unit=line.headings.budget_unit,
        extras=line.extras, dittos=line.dittos,
    )  # fmt: skip


def _read(values: dict[str, Value], day: DayCell, *, sheet: str, row: int, columns: dict[str, str], budget_unit: str,
          extras: Sequence[str], dittos: Sequence[str]) -> Entry:  # fmt: skip
    problems: list[Finding] = []
    doubts: list[Finding] = []

    def find(into: list[Finding], name: str, codes: Iterable[str]) -> None:
        for code in codes:
            into.append(Finding(name, columns.get(name, ""), code, text_of(values.get(name))[:120]))

    name_field = "name_phone" if "name_phone" in columns and "name" not in columns else "name"
    name = cells.read_name(values.get(name_field))
    phone_field = "phone" if "phone" in columns or "phone" in values else name_field
    phones = cells.read_phones(values.get(phone_field) if phone_field == "phone" else _phone_part(values.get(name_field)))
    if phones.problem == "phone_missing" and name.numbers:
        phones = cells.PhoneCell(name.numbers, "", ("phone_in_name",))
    numbers, codes = list(phones.numbers), list(phones.doubts)
    problem = phones.problem
    if text_of(values.get("phone2")):
        second = cells.read_phones(values.get("phone2"))
        numbers += [each for each in second.numbers if each.number not in {n.number for n in numbers}]
        find(doubts, "phone2", ["phone_second"] if second.problem else [c for c in second.doubts if c != "two_phones"])
        problem = "" if numbers else problem
    find(problems, name_field, [name.problem] if name.problem else [])
    find(problems, phone_field, [problem] if problem else [])
    find(problems, "date", [day.problem] if day.problem else [])
    find(doubts, name_field, name.doubts)
    find(doubts, phone_field, codes)
    find(doubts, "date", day.doubts)

    area = cells.read_area(values.get("area"))
    budget = cells.read_budget(values.get("budget"), budget_unit)
    place = _place(values)
    dwelling, from_place = cells.dwelling_of(plain(values.get("layout")), place.text)
    find(doubts, "area", area.doubts)
    find(doubts, "budget", budget.doubts)
    find(doubts, "room", ["dwelling_from_room"] if from_place else [])
    asked = {"estate", "room", "building"} & set(columns)
    find(doubts, "estate", ["home_missing"] if asked and not place.text and not _kept(values.get("estate"), 60) else [])
    for each in dittos:
        find(doubts, each, ["ditto"])
    for each, value in values.items():
        if isinstance(value, str) and value.startswith("="):
            find(doubts, each, ["formula"])
    note = "\n".join(part for part in [text_of(values.get("note")), name.note, *extras] if part)
    if re.search(r"(已?[交付收]了?\s*(定金|订金|意向金|押金|款))|((定金|订金|意向金)\s*\d)", note):
        find(doubts, "note", ["note_money"])
    kept_date = text_of(values.get("date"))
    if kept_date and day.day is None and not day.problem:
        note = f"{note}\n日期：{kept_date}".strip()
    return Entry(
        sheet=sheet, row=row, texts={k: text_of(v) for k, v in values.items() if text_of(v)}, columns=columns,
        name=name.name, title=name.title, phones=tuple(numbers), day=day.day, estate=_kept(values.get("estate"), 60),
        building=place.building[:20], unit=place.unit[:20], room=place.room[:40], address=place.text[:200], area=area.number,
        area_text=area.text[:60], layout=_kept(values.get("layout"), 40), dwelling=dwelling, source=_kept(values.get("source"), 40),
        intent=_kept(values.get("intent"), 20), manager=_kept(values.get("manager"), 40), designer=_kept(values.get("designer"), 40),
        budget=budget.number, budget_text=budget.text[:60], note=note[:2000], problems=tuple(problems), doubts=tuple(doubts),
    )  # fmt: skip


def _phone_part(value: Value) -> str:
    found = re.findall(r"[+\d][\d\s\-+/、,，转()（）]*", plain(value))
    return " / ".join(part for part in found if len(re.sub(r"\D", "", part)) > 4)


def _kept(value: Value, length: int) -> str:
    text = re.sub(r"\s+", " ", text_of(value))
    return "" if text.lower() in cells.NOTHING else text[:length]


def _place(values: Mapping[str, Value]) -> cells.Place:
    """Building, unit and room from columns of their own, or all from the room's cell."""
    place = cells.read_place(values.get("room"))
    building, unit = _part(values.get("building"), r"(栋|幢|号楼|座|楼|#)$"), _part(values.get("unit"), r"单元$")
    if not building and not unit:
        return place
    text = " ".join(text_of(values.get(name)) for name in ("building", "unit", "room") if text_of(values.get(name)))
    whole = cells.read_place(values.get("building")) if building and not unit and not place.text else cells.Place()
    if whole.unit or whole.building:
        return whole
    return cells.Place(building or place.building, unit or place.unit, place.room, text)


def _part(value: Value, ending: str) -> str:
    text = re.sub(r"\s+", "", plain(value))
    return "" if text.lower() in cells.NOTHING else re.sub(ending, "", text)


# --- the same customer twice ----------------------------------------------------------------------------------------


def _with_twins(entries: Sequence[Entry]) -> list[Entry]:
    """A row with the telephone of an earlier good row is that customer's second home; the same entry twice is a problem."""
    first: dict[str, Entry] = {}
    said: dict[tuple[object, ...], Entry] = {}
    made: list[Entry] = []
    for entry in entries:
        if entry.is_good and entry.identity in said:
            again = Finding("name", entry.columns.get("name", ""), "repeated_row", str(said[entry.identity].row))
            entry = replace(entry, problems=(again,))
        elif entry.is_good:
            said[entry.identity] = entry
            owner = next((first[each.number] for each in entry.phones if each.number in first), None)
            if owner is not None:
                entry = replace(entry, twin=owner.key, doubts=entry.doubts + _twin_doubts(entry, owner, first))
            for each in entry.phones:
                first.setdefault(each.number, owner or entry)
        made.append(entry)
    return made


def _twin_doubts(entry: Entry, owner: Entry, first: Mapping[str, Entry]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if entry.name != owner.name:
        found.append(Finding("name", entry.columns.get("name", ""), "other_name", owner.name))
    if entry.home == owner.home and any(entry.home):
        found.append(Finding("room", entry.columns.get("room", ""), "same_home", entry.address))
    others = {first[each.number].key for each in entry.phones if each.number in first}
    if len(others) > 1:
        found.append(Finding("phone", entry.columns.get("phone", ""), "two_customers", entry.texts.get("phone", "")))
    return tuple(found)
