"""People from an Excel list: what each column means, and why a row cannot be taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core import phones, sheets
from core.refusals import Refused
from staff.checks import RESERVED, USERNAME, as_username
from staff.models import Post, Store, User

HEADERS = {
    "full_name": ("姓名", "员工姓名", "name", "full name"),
    "mobile": ("手机", "手机号", "手机号码", "电话", "联系电话", "mobile", "phone"),
    "posts": ("岗位", "职务", "职位", "post", "posts", "position"),
    "store": ("门店", "店面", "所属门店", "store", "showroom"),
    "hired_on": ("入职日期", "入职时间", "入职", "hired on", "hire date"),
    "superior": ("上级", "直接上级", "直属上级", "superior", "reports to"),
    "username": ("用户名", "账号", "登录名", "user name", "username"),
}
REQUIRED = ("full_name", "mobile", "posts")
_SPLIT = re.compile(r"[,，、;；/]+")
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class PersonRow:
    """A row that can be taken: everything it names was found."""

    row: int
    full_name: str
    mobile: str
    posts: tuple[str, ...]
    store: str
    hired_on: date
    superior: str = ""
    username: str = ""


@dataclass(frozen=True)
class BadCell:
    """Why a row cannot be taken: its number, the column, a code for machines, the sentence for people."""

    row: int
    column: str
    code: str
    says: str
    value: str = ""


@dataclass(frozen=True)
class PeopleList:
    """A list as read: rows that can be taken, and what is wrong with the others."""

    good: tuple[PersonRow, ...]
    bad: tuple[BadCell, ...]

    @property
    def bad_rows(self) -> list[int]:
        return sorted({cell.row for cell in self.bad})


@dataclass
class Known:
    """What a row may name: stores, posts, people and numbers that are there already."""

    stores: dict[str, str]
    posts: dict[str, str]
    mobiles: dict[str, str]
    usernames: set[str]
    names: Counter[str]
    default_store: str = ""
    today: date = field(default=date.min)

    @classmethod
    def now(
        cls, *, today: date, stores: Iterable[tuple[str, str]] | None = None, people_to_come: Iterable[str] = ()
    ) -> Known:
        """From the database; `stores` (code, name) and `people_to_come` for a company that is only being set up."""
        rows = list(Store.objects.values_list("code", "name")) if stores is None else list(stores)
        people = list(User.objects.values_list("username", "full_name", "mobile", "left_on"))
        here = [(name, mobile) for _user, name, mobile, left in people if left is None]
        posts: dict[str, str] = {}
        for post in Post.objects.all():
            posts |= {post.code: post.code, post.title: post.code, post.title_en.lower(): post.code}
        return cls(
            stores={key.lower(): code for code, name in rows for key in (code, name)},
            posts=posts,
            mobiles={mobile: name for name, mobile in here if mobile},
            usernames={user for user, _name, _mobile, _left in people},
            names=Counter([*(name for name, _mobile in here), *people_to_come]),
            default_store=rows[0][0] if len(rows) == 1 else "",
            today=today,
        )


def read_people(path: Path, known: Known) -> PeopleList:
    """Read a list; refused as a whole only when it has no row of headers."""
    for sheet in sheets.read(path).sheets:
        found = _headers(sheet.rows)
        if found is not None and not sheet.hidden:
            line, columns = found
            return _Reader(sheet.rows, line, columns, known).read()
    wanted = "、".join(HEADERS[name][0] for name in REQUIRED)
    raise Refused(_("No sheet has a row with the headers %(wanted)s.") % {"wanted": wanted})


def example() -> bytes:
    """An empty list with the headers and one example row."""
    columns = [
        sheets.Column(titles[0], attrgetter(name) if name != "posts" else (lambda row: "、".join(row.posts)))
        for name, titles in HEADERS.items()
    ]
    columns[4] = sheets.Column(HEADERS["hired_on"][0], attrgetter("hired_on"), format=sheets.DAY)
    row = PersonRow(2, "林晓舟", "13800001234", ("设计师",), "", date(2026, 3, 1))
    return sheets.write(columns, [row], title="员工")


def _headers(rows: list[list[sheets.Cell]]) -> tuple[int, dict[str, int]] | None:
    for line, cells in enumerate(rows[:8]):
        texts = [re.sub(r"[\s*：:]+", " ", cell.text).strip().lower() for cell in cells]
        columns = {
            name: next(x for x, text in enumerate(texts) if text in titles)
            for name, titles in HEADERS.items()
            if any(text in titles for text in texts)
        }
        if all(name in columns for name in REQUIRED):
            return line, columns
    return None


class _Reader:
    """One pass over the rows of a sheet."""

    def __init__(self, rows: list[list[sheets.Cell]], line: int, columns: dict[str, int], known: Known) -> None:
        self.rows, self.line, self.columns, self.known = rows, line, columns, known
        self.good: list[PersonRow] = []
        self.bad: list[BadCell] = []
        self.mobiles: dict[str, int] = {}
        self.usernames: dict[str, int] = {}

    def read(self) -> PeopleList:
        for number, cells in enumerate(self.rows[self.line + 1 :], start=self.line + 2):
            if any(cell.text for cell in cells):
                self._row(number, cells)
        self._superiors()
        return PeopleList(tuple(self.good), tuple(self.bad))

    def _row(self, number: int, cells: list[sheets.Cell]) -> None:
        before = len(self.bad)

        def cell(name: str) -> sheets.Cell:
            at = self.columns.get(name)
            return cells[at] if at is not None and at < len(cells) else sheets.EMPTY

        row = PersonRow(
            row=number,
            full_name=self._name(number, cell("full_name")),
            mobile=self._mobile(number, cell("mobile")),
            posts=self._posts(number, cell("posts")),
            store=self._store(number, cell("store")),
            hired_on=self._day(number, cell("hired_on")),
            superior=cell("superior").text,
            username=self._username(number, cell("username")),
        )
        if len(self.bad) == before:
            self.good.append(row)
            self.mobiles[row.mobile] = number
            if row.username:
                self.usernames[row.username] = number

    def _wrong(self, number: int, column: str, code: str, says: str, value: str = "") -> None:
        self.bad.append(BadCell(number, HEADERS[column][0], code, says, value))

    def _name(self, number: int, cell: sheets.Cell) -> str:
        name = cell.text
        if not name:
            self._wrong(number, "full_name", "name_missing", _("The name is missing."))
        elif len(name) > 40 or cell.kind not in ("text",):
            self._wrong(number, "full_name", "name_unclear", _("This is no name."), name)
        return name

    def _mobile(self, number: int, cell: sheets.Cell) -> str:
        if not cell.text:
            self._wrong(number, "mobile", "phone_missing", _("The mobile number is missing."))
            return ""
        mobile = phones.normal(cell.text)
        if mobile is None or not phones.MOBILE.fullmatch(mobile):
            says = _("A mobile number has 11 digits and begins with 13 to 19.")
            self._wrong(number, "mobile", "phone_length", says, cell.text)
            return ""
        if mobile in self.known.mobiles:
            says = _("%(name)s has this mobile number already.") % {"name": self.known.mobiles[mobile]}
            self._wrong(number, "mobile", "phone_known", says, phones.mask(mobile))
        elif mobile in self.mobiles:
            says = _("Row %(row)s has the same mobile number.") % {"row": self.mobiles[mobile]}
            self._wrong(number, "mobile", "phone_twice", says, phones.mask(mobile))
        return mobile

    def _posts(self, number: int, cell: sheets.Cell) -> tuple[str, ...]:
        names = [part.strip() for part in _SPLIT.split(cell.text) if part.strip()]
        if not names:
            self._wrong(number, "posts", "post_missing", _("The post is missing."))
        codes = []
        for name in names:
            code = self.known.posts.get(name) or self.known.posts.get(name.lower())
            if code is None:
                self._wrong(number, "posts", "post_unknown", _("There is no post “%(name)s”.") % {"name": name}, name)
            else:
                codes.append(code)
        return tuple(dict.fromkeys(codes))

    def _store(self, number: int, cell: sheets.Cell) -> str:
        if not cell.text:
            if not self.known.default_store:
                self._wrong(number, "store", "store_missing", _("The store is missing."))
            return self.known.default_store
        code = self.known.stores.get(cell.text.lower(), "")
        if not code:
            says = _("There is no store “%(name)s”.") % {"name": cell.text}
            self._wrong(number, "store", "store_unknown", says, cell.text)
        return code

    def _day(self, number: int, cell: sheets.Cell) -> date:
        if not cell.text:
            return self.known.today
        day = _as_day(cell)
        if day is None or day.year < 1980:
            self._wrong(number, "hired_on", "date_impossible", _("This is no date like 2026-03-01."), cell.text)
            return self.known.today
        if day > self.known.today:
            self._wrong(
                number, "hired_on", "date_ahead", _("This day is still to come. Record it on the day."), cell.text
            )
        return day

    def _username(self, number: int, cell: sheets.Cell) -> str:
        name = as_username(cell.text)
        if not name:
            return ""
        if not USERNAME.fullmatch(name):
            says = _("A user name is 2 to 40 small letters, digits, dots or hyphens.")
            self._wrong(number, "username", "username_unclear", says, cell.text)
        elif name in RESERVED or name in self.known.usernames or name in self.usernames:
            says = _("The user name %(name)s is taken.") % {"name": name}
            self._wrong(number, "username", "username_taken", says, name)
        return name

    def _superiors(self) -> None:
        """A superior is somebody of this list or somebody here; a name that two people have is no answer."""
        names = self.known.names + Counter(row.full_name for row in self.good)
        kept = []
        for row in self.good:
            if row.superior and names[row.superior] != 1:
                says = (
                    _("Two people are called %(name)s. Leave the cell empty and choose on the page.")
                    if names[row.superior]
                    else _("Nobody here is called %(name)s.")
                ) % {"name": row.superior}
                self._wrong(row.row, "superior", "superior_unclear", says, row.superior)
            else:
                kept.append(row)
        self.good = kept


def _as_day(cell: sheets.Cell) -> date | None:
    if cell.kind == "date":
        return cell.value.date() if isinstance(cell.value, datetime) else cell.value
    match = _DAY.fullmatch(cell.text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def packed(rows: Iterable[PersonRow]) -> list[dict[str, Any]]:
    """Rows as plain data, for the form that confirms them."""
    return [asdict(row) | {"hired_on": row.hired_on.isoformat(), "posts": list(row.posts)} for row in rows]


def unpacked(data: Iterable[dict[str, Any]]) -> list[PersonRow]:
    return [
        PersonRow(**(row | {"hired_on": date.fromisoformat(row["hired_on"]), "posts": tuple(row["posts"])}))
        for row in data
    ]
