"""Excel: written with xlsxwriter; read with openpyxl in a limited child process, formulas as text (decision 19)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.refusals import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands: kind is empty, text, number, date, bool, formula or error; formulas keep their text."""

    kind: str
    value: Any

    def __bool__(self) -> bool:
        return self.kind != "empty"

    @property
    def text(self) -> str:
        if self.kind == "empty":
            return ""
        if self.kind == "number" and isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        if self.kind == "date":
            return str(self.value).removesuffix(" 00:00:00")
        return str(self.value).strip()


EMPTY = Cell("empty", None)


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from row 1, and the merged ranges as (row1, column1, row2, column2), 1-based."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]]
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    sheets: list[Sheet]


def read(path: Path) -> Workbook:
    """Read an .xlsx in a child process with limits on memory and time.

    Refused, in a sentence: no Excel workbook, too large, packed like a bomb, or not readable.
    """
    if path.stat().st_size > MAX_BYTES:
        raise Refused(_("The workbook is larger than 10 MB."))
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
            names = {entry.filename for entry in packed.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(_("This is no Excel workbook (.xlsx).")) from error
    if unpacked > MAX_UNPACKED:
        raise Refused(_("The workbook unpacks to more than this page reads."))
    if "xl/workbook.xml" not in names:
        raise Refused(_("This is no Excel workbook (.xlsx)."))
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(settings.BASE_DIR) / "core" / "sheets_child.py"), str(path)],
            capture_output=True, timeout=SECONDS, check=False, env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused(_("The workbook takes too long to read.")) from error
    if done.returncode != 0:
        raise Refused(_("The workbook cannot be read. Save it anew as .xlsx and try again."))
    raw = json.loads(done.stdout)
    return Workbook([_sheet(sheet) for sheet in raw])


def read_bytes(data: bytes) -> Workbook:
    """The same of a file that was just handed in."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(data)
        held.flush()
        return read(Path(held.name))


def _sheet(raw: dict[str, Any]) -> Sheet:
    rows = [[_cell(kind, value) for kind, value in row] for row in raw["rows"]]
    return Sheet(raw["name"], rows, [tuple(m) for m in raw["merged"]], raw["hidden"])


def _cell(kind: str, value: Any) -> Cell:
    if kind == "empty":
        return EMPTY
    if kind == "date":
        return Cell("date", datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
    return Cell(kind, value)


@dataclass(frozen=True)
class Column:
    """One column of a sheet: header, width, the value of a row, and the number format."""

    header: str
    value: Callable[[Any], Any]
    width: int = 14
    format: str = ""


MONEY = "#,##0.00"
DAY = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm"


def write(columns: Sequence[Column], rows: Iterable[Any], *, title: str = "") -> bytes:
    """An .xlsx of exactly these rows; text is always text (no formulas come out of typed content)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    )
    sheet = book.add_worksheet((title or "Sheet1")[:31].translate(str.maketrans("[]:*?/\\", " " * 7)))
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = [book.add_format({"num_format": c.format}) if c.format else None for c in columns]
    for x, column in enumerate(columns):
        sheet.set_column(x, x, column.width)
        sheet.write_string(0, x, column.header, bold)
    for y, row in enumerate(rows, start=1):
        for x, column in enumerate(columns):
            _write_cell(sheet, y, x, column.value(row), formats[x])
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def download(book: bytes, name: str) -> HttpResponse:
    """A workbook as a file of this name; a Chinese name arrives as it is."""
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _write_cell(sheet: Any, y: int, x: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(y, x, value, style)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(y, x, float(value), style)
    elif isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value  # a workbook knows no time zones
        sheet.write_datetime(y, x, local.replace(tzinfo=None), style)
    elif isinstance(value, (date, time)):
        sheet.write_datetime(y, x, value, style)
    else:
        sheet.write_string(y, x, str(value), style)
