"""What one cell of a shop's customer list says.

Each reader takes the cell as it stands in the workbook and answers with a typed value, the cell's own text, and the
codes of what is doubtful about it.  Nothing is guessed in silence: what is not certain stays text and carries a doubt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from core import phones as numbers

Value = None | str | int | float | bool | Decimal | date | datetime | time

_INVISIBLE = re.compile(r"[​-‏‪-‮⁠﻿\x00-\x08\x0b\x0c\x0e-\x1f]")
_LEAST_YEAR, _LAST_YEAR = 1995, 2099
_SERIAL_ZERO = date(1899, 12, 30)
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "?", "??", "无", "没有", "不详", "未知", "暂无", "空", "n/a", "na", "null", "none"})
DITTO = frozenset({"同上", "同", "〃", "″", '"', "''", "“", "”", "↑", "do", "ditto"})


def text_of(value: Value) -> str:
    """The cell as a person reads it; whole numbers without a decimal point, dates as 2026-01-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else ""
    if isinstance(value, int):
        return str(value)
    return _INVISIBLE.sub("", value).replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n　\xa0")


def plain(value: Value) -> str:
    """The text in half-width characters, for reading; what is kept is always `text_of`."""
    return unicodedata.normalize("NFKC", text_of(value)).strip()


def is_ditto(value: Value) -> bool:
    return isinstance(value, str) and text_of(value).lower() in DITTO


# --- phones ------------------------------------------------------------------------------------------------------

_RUN = re.compile(r"(?:\+|00)?\d(?:[\d \t\-‐-―.·]*\d)?(?:转\d{1,5})?")
_PHONE_WORDS = re.compile(r"(电话|手机|号码|联系方式|座机|tel|phone|mobile)", re.IGNORECASE)
_EDGE = " \t\n/、,，;；|()（）[]【】:：.。-—和或及&+"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number in normal form and what the cell says about it (老婆的)."""

    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PhoneCell:
    numbers: tuple[Number, ...] = ()
    problem: str = ""
    doubts: tuple[str, ...] = ()


def _numbers_in(run: str) -> list[str]:
    """The numbers that a run of digits and soft separators holds: usually one, two when a space or dash parts them."""
    whole = numbers.normal(re.sub(r"(?<=\d)转", "转", run))
    if whole:
        return [whole]
    extension = re.fullmatch(r"(0\d{2,3}[- ]?\d{7,8})[- ](\d{1,5})", run.strip())
    if extension and (landline := numbers.normal(f"{extension[1]}转{extension[2]}")):
        return [landline]
    parts = [numbers.normal(part) for part in re.split(r"\s+", run.strip())]
    if len(parts) > 1 and all(parts):
        return [part for part in parts if part]
    digits = re.sub(r"\D", "", run)
    if len(digits) == 22:
        halves = [numbers.normal(digits[:11]), numbers.normal(digits[11:])]
        if all(halves):
            return [half for half in halves if half]
    return []


def _phone_text(value: Value) -> str:
    text = unicodedata.normalize("NFKC", text_of(value))
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return re.sub(r"\(\s*(0\d{2,3})\s*\)", r"\1-", text)


def _note(piece: str) -> str:
    return _PHONE_WORDS.sub("", piece).strip(_EDGE).strip()


def read_phones(value: Value) -> PhoneCell:
    """The numbers of a phone cell with their notes; a problem when there is none that can be dialled.

    Accepts full-width digits, spaces, dashes, dots, +86, landlines with area code and extension, several numbers in one
    cell and words around them; every such oddity beyond pure writing is a doubt.
    """
    text = _phone_text(value)
    found: list[tuple[int, int, list[str]]] = []
    unread: list[str] = []
    for match in _RUN.finditer(text):
        got = _numbers_in(match[0])
        if got:
            found.append((match.start(), match.end(), got))
        elif len(re.sub(r"\D", "", match[0])) > 4:
            unread.append(match[0])
    if not found:
        return PhoneCell(problem=_phone_problem(text, unread))
    for run in unread:
        text = text.replace(run, " " * len(run))
    read = _with_notes(text, found)
    doubts = []
    if len(read) > 1:
        doubts.append("two_phones")
    if any(number.note for number in read):
        doubts.append("phone_note")
    if unread:
        doubts.append("phone_rest")
    return PhoneCell(tuple(read), "", tuple(doubts))


def _with_notes(text: str, found: list[tuple[int, int, list[str]]]) -> list[Number]:
    """Words stand before the numbers (本人 138…) or after them (138…（老婆的）); the first piece tells which."""
    starts = [0] + [end for _, end, _ in found]
    ends = [start for start, _, _ in found] + [len(text)]
    pieces = [_note(text[a:b]) for a, b in zip(starts, ends, strict=True)]
    leading = bool(pieces[0])
    read: list[Number] = []
    for index, (_, _, got) in enumerate(found):
        note = pieces[index] if leading else pieces[index + 1]
        if leading and index == len(found) - 1 and pieces[-1]:
            note = f"{note} {pieces[-1]}".strip()
        for number in got:
            if number not in {each.number for each in read}:
                read.append(Number(number, note[:40]))
    return read


def _phone_problem(text: str, unread: list[str]) -> str:
    if re.search(r"\d[\d*xX＊]*[*＊]{2,}", text):
        return "phone_masked"
    digits = [re.sub(r"\D", "", run) for run in unread] or [d for d in re.findall(r"\d+", text) if len(d) > 2]
    if not digits:
        return "phone_missing"
    longest = max(digits, key=len)
    return "phone_prefix" if len(longest) == 11 else "phone_length"


# --- dates -------------------------------------------------------------------------------------------------------

_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "〇": 0, "零": 0}
_CLOCK = re.compile(r"^[\sT]*((上午|下午|早上|中午|晚上|AM|PM)?\s*\d{1,2}[:时点]\d{0,2}(:\d{2}(\.\d+)?)?分?\s*(AM|PM)?)?[\s,.。]*$", re.I)
_WEEKDAY = re.compile(r"\(?(星期|周|礼拜)[一二三四五六日天]\)?")
_SEP = r"\s*[年月.\-/\\、,_]\s*"
_YEAR_FIRST = re.compile(rf"^'?(\d{{4}}|\d{{2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}})\s*[日号]?(?!\d)")
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{4})(?!\d)")
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*[日号]?(?!\d)")
_DAY = re.compile(r"^(\d{1,2})\s*[日号](?!\d)")


@dataclass(frozen=True, slots=True)
class DayCell:
    """A date, or the month and day of one whose year stands elsewhere, or only the day of the month."""

    day: date | None = None
    month_day: tuple[int, int] | None = None
    only_day: int | None = None
    problem: str = ""
    doubts: tuple[str, ...] = ()


def _made(year: int, month: int, day: int, doubts: tuple[str, ...] = ()) -> DayCell:
    try:
        made = date(year, month, day)
    except ValueError:
        return DayCell(problem="date_impossible")
    if not _LEAST_YEAR <= made.year <= _LAST_YEAR:
        return DayCell(problem="date_impossible")
    return DayCell(day=made, doubts=doubts)


def _yearless(month: int, day: int, doubts: tuple[str, ...] = ()) -> DayCell:
    try:
        date(2024, month, day)
    except ValueError:
        return DayCell(problem="date_impossible")
    return DayCell(month_day=(month, day), doubts=doubts)


def _serial(number: float) -> DayCell:
    made = _SERIAL_ZERO + timedelta(days=int(number))
    return _made(made.year, made.month, made.day)


def _from_number(value: int | float | Decimal) -> DayCell:
    """46032 is Excel's own count of days, 20260105 a date without marks, 3.5 the fifth of March, 12 a day of the month."""
    whole = value == int(value)
    if whole and 19950101 <= value <= 20991231:
        return _from_text(str(int(value)))
    if 20000 <= value <= 73050:
        return _serial(float(value))
    if whole and 1 <= value <= 31:
        return DayCell(only_day=int(value))
    if not whole and 1 < value < 13:
        month, _, day = format(Decimal(str(value)).normalize(), "f").partition(".")
        return _yearless(int(month), int(day), ("date_number",) if day in {"1", "2", "3"} else ())
    return DayCell(doubts=("date_unread",))


def _arabic(text: str) -> str:
    """三月五日 → 3月5日, 十二月二十号 → 12月20号."""

    def digits(match: re.Match[str]) -> str:
        tens, ten, ones = match[0].partition("十")
        if not ten:
            return "".join(str(_CHINESE[c]) for c in match[0])
        return str((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0))

    return re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九〇零]+", digits, text)


def _from_text(text: str) -> DayCell:
    if re.fullmatch(r"\d{8}", text):
        return _made(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{5}(\.\d+)?|\d{1,2}", text):
        return _from_number(float(text))
    text = _arabic(_WEEKDAY.sub(" ", text)).strip()
    if m := _YEAR_FIRST.match(text):
        year = int(m[1]) + (2000 if len(m[1]) == 2 else 0)
        return _made(year, int(m[2]), int(m[3]), _rest(text[m.end() :]))
    if m := _YEAR_LAST.match(text):
        month, day = int(m[1]), int(m[2])
        if month > 12:
            month, day = day, month
        doubts = ("date_order",) if month <= 12 and day <= 12 and month != day else ()
        return _made(int(m[3]), month, day, doubts + _rest(text[m.end() :]))
    if m := _MONTH_DAY.match(text):
        return _yearless(int(m[1]), int(m[2]), _rest(text[m.end() :]))
    if m := _DAY.match(text):
        return DayCell(only_day=int(m[1]), doubts=_rest(text[m.end() :]))
    return DayCell(doubts=("date_unread",))


def _rest(rest: str) -> tuple[str, ...]:
    return () if _CLOCK.match(rest) else ("date_note",)


def read_day(value: Value) -> DayCell:
    """The day that a date cell names, as far as the cell itself tells; a problem when such a day cannot exist."""
    if isinstance(value, datetime):
        return _made(value.year, value.month, value.day)
    if isinstance(value, date):
        return _made(value.year, value.month, value.day)
    text = plain(value)
    if text.lower() in NOTHING or isinstance(value, bool | time):
        return DayCell(doubts=("date_missing",))
    if isinstance(value, int | float | Decimal):
        return _from_number(value)
    if re.fullmatch(r"\d{1,2}\.\d{1,2}", text):
        return _from_text(text)
    try:
        return _from_text(text)
    except (ValueError, InvalidOperation, OverflowError):
        return DayCell(doubts=("date_unread",))


# --- names -------------------------------------------------------------------------------------------------------

TITLES = ("先生", "女士", "小姐", "太太", "夫人")
_BRACKET = re.compile(r"[(\[【（]([^)\]】）]*)[)\]】）]")
_BETWEEN = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")


@dataclass(frozen=True, slots=True)
class NameCell:
    name: str = ""
    title: str = ""
    note: str = ""
    numbers: tuple[Number, ...] = ()
    problem: str = ""
    doubts: tuple[str, ...] = ()


def read_name(value: Value) -> NameCell:
    """曹娟先生 → 曹娟 + 先生, 郭女士 stays whole; words in brackets and a number in the cell become notes with a doubt."""
    text = plain(value)
    held = read_phones(text) if re.search(r"\d{7,}", text) else PhoneCell()
    if held.numbers:
        text = _RUN.sub(" ", text)
    aside = " ".join(part.strip() for part in _BRACKET.findall(text) if part.strip() and part.strip() not in TITLES)
    titled = next((part for part in _BRACKET.findall(text) if part.strip() in TITLES), "")
    text = _BETWEEN.sub("", _BRACKET.sub(" ", text)).strip(" :：,，、;；/-")
    title = next((each for each in TITLES if text.endswith(each)), "")
    name = text[: -len(title)].strip() if title else text
    if name.lower() in NOTHING or not re.search(r"[^\W\d_]", name):
        return NameCell(problem="name_missing", numbers=held.numbers)
    doubts = ("name_note",) if aside else ()
    title = title or titled.strip()
    if len(name) == 1 and title:  # 郭女士: the family name alone is no name to call somebody by
        name, title = name + title, ""
    return NameCell(name[:60], title, aside[:80], held.numbers, "", doubts)


# --- areas, budgets, places ----------------------------------------------------------------------------------------

_UNIT = r"(?:m2|m²|㎡|平方米|平方|平米|平|方)?"
_AREA = re.compile(rf"^(?:建筑面积|建面|面积)?[:约]?\s*(\d+(?:\.\d+)?)\s*{_UNIT}$")
_ABOUT = re.compile(rf"^(?:约|大约|大概|近|差不多)\s*(\d+(?:\.\d+)?)\s*{_UNIT}$|^(\d+(?:\.\d+)?)\s*{_UNIT}\s*(?:左右|上下|多|\+)$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number if the cell says one, the cell's text always, and what is doubtful about it."""

    number: Decimal | None = None
    text: str = ""
    doubts: tuple[str, ...] = ()


def read_area(value: Value) -> Amount:
    """89㎡ and 118.5 are numbers; 约199 is a number with a doubt; 建面138/套内110 stays text."""
    text = plain(value)
    kept = text_of(value)
    if text.lower() in NOTHING or isinstance(value, bool | date | time):
        return Amount(text="" if text.lower() in NOTHING else kept, doubts=() if text.lower() in NOTHING else ("area_text",))
    if exact := _AREA.match(text):
        doubts: tuple[str, ...] = ("area_about",) if "约" in text else ()
        return _area(Decimal(exact[1]), kept, doubts)
    if about := _ABOUT.match(text):
        return _area(Decimal(about[1] or about[2]), kept, ("area_about",))
    both = len(re.findall(r"\d+(?:\.\d+)?", text)) > 1 and re.search(r"建|套|内", text)
    return Amount(None, kept, ("area_both",) if both else ("area_text",))


def _area(number: Decimal, kept: str, doubts: tuple[str, ...]) -> Amount:
    if not 10 <= number <= 5000:
        return Amount(None, kept, ("area_odd",))
    return Amount(number.quantize(Decimal("0.01")), kept, doubts)


_MONEY = re.compile(r"^[¥￥]?\s*(\d[\d,]*(?:\.\d+)?)\s*(万元|万|w|k|千|元|块)?$", re.IGNORECASE)
_FACTOR = {"万": 10000, "万元": 10000, "w": 10000, "k": 1000, "千": 1000, "元": 1, "块": 1}


def read_budget(value: Value, unit: str = "") -> Amount:
    """A budget in yuan; `unit` is what the heading says (万).  十几万, 待定 and 10-15万 stay text with a doubt."""
    text, kept = plain(value), text_of(value)
    if text.lower() in NOTHING:
        return Amount()
    if isinstance(value, bool | date | time) or not (money := _MONEY.match(text)):
        return Amount(None, kept, ("budget_text",))
    number = Decimal(money[1].replace(",", ""))
    named = (money[2] or "").lower()
    factor = _FACTOR.get(named or unit)
    if factor is None:
        factor = 1 if number >= 10000 else None
    elif not named and factor == 10000 and number >= 1000:
        factor = None
    if factor is None or number == 0 or number * factor > 99_999_999:
        return Amount(None, kept, ("budget_unit",))
    return Amount((number * factor).quantize(Decimal("0.01")), kept)


@dataclass(frozen=True, slots=True)
class Place:
    building: str = ""
    unit: str = ""
    room: str = ""
    text: str = ""


_BUILDING = r"(?:栋|幢|号楼|座|楼|#楼?|号院)"
_PLACES = (
    re.compile(rf"^([A-Za-z]?\d*[A-Za-z]?){_BUILDING}\s*(\d+|[A-Za-z])\s*单元\s*-?([A-Za-z]?\d+[A-Za-z]?)\s*(?:室|号|房)?$"),
    re.compile(rf"^([A-Za-z]?\d*[A-Za-z]?){_BUILDING}\s*-?(\d+)-([A-Za-z]?\d+[A-Za-z]?)\s*(?:室|号|房)?$"),
    re.compile(r"^([A-Za-z]?\d+[A-Za-z]?)[-/](\d{1,2})[-/]([A-Za-z]?\d+[A-Za-z]?)\s*(?:室|号|房)?$"),
)
_PLACES_TWO = (
    re.compile(rf"^([A-Za-z]?\d*[A-Za-z]?){_BUILDING}\s*-?([A-Za-z]?\d+[A-Za-z]?)\s*(?:室|号|房)?$"),
    re.compile(r"^([A-Za-z]?\d+[A-Za-z]?)[-/]([A-Za-z]?\d+[A-Za-z]?)\s*(?:室|号|房)?$"),
)


def read_place(value: Value) -> Place:
    """12栋1单元902, 8#1-601, 3-2-1501, A座 2703 → building, unit, room; anything else is the room's own text."""
    kept = re.sub(r"\s+", " ", text_of(value))
    text = re.sub(r"\s+", "", plain(value)).replace("－", "-").replace("—", "-")
    if text.lower() in NOTHING:
        return Place()
    for pattern in _PLACES:
        if m := pattern.match(text):
            return Place(m[1], m[2], m[3], kept)
    for pattern in _PLACES_TWO:
        if m := pattern.match(text):
            return Place(m[1], "", m[2], kept)
    return Place("", "", kept[:40], kept)


def dwelling_of(layout: str, place: str) -> tuple[str, bool]:
    """(villa | duplex | ordinary, is it read from the room's address only?) – R002: villas and duplexes have longer clocks."""
    villa, duplex = r"别墅|联排|独栋|双拼|叠拼|叠墅|排屋", r"复式|跃层|错层"
    if re.search(villa, layout):
        return "villa", False
    if re.search(duplex, layout):
        return "duplex", False
    if re.search(villa, place):
        return "villa", True
    return "ordinary", False
