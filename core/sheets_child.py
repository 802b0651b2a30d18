"""The child process that opens a workbook from outside; run by `core.sheets.read`, with hard limits on memory and time."""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

MEMORY = 700 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 20_000, 200, 600_000
MAX_CELL, MAX_TEXT = 32_767, 30_000_000  # one shared text may stand in many cells: a workbook of 3 kB could be read out as gigabytes


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 25))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=False, keep_links=False)
    cells, text, sheets = 0, 0, []
    for sheet in book.worksheets:
        rows = []
        for row in sheet.iter_rows(
            max_row=min(sheet.max_row or 1, MAX_ROWS), max_col=min(sheet.max_column or 1, MAX_COLUMNS)
        ):
            made = [plain(cell) for cell in row]
            while made and made[-1][0] == "empty":
                made.pop()
            lengths = [len(value) for _kind, value in made if isinstance(value, str)]
            cells, text = cells + len(made), text + sum(lengths)
            if cells > MAX_CELLS or text > MAX_TEXT or max(lengths, default=0) > MAX_CELL:
                raise SystemExit(3)
            rows.append(made)
        while rows and not rows[-1]:
            rows.pop()
        merged = [[r.min_row, r.min_col, r.max_row, r.max_col] for r in sheet.merged_cells.ranges]
        sheets.append({"name": sheet.title, "rows": rows, "merged": merged, "hidden": sheet.sheet_state != "visible"})
    json.dump(sheets, sys.stdout, ensure_ascii=False)


def plain(cell: object) -> tuple[str, object]:
    value, kind = cell.value, cell.data_type  # type: ignore[attr-defined]
    if value is None or (isinstance(value, str) and not value.strip()):
        return "empty", None
    if kind == "f":
        return "formula", str(getattr(value, "text", value))
    if kind == "e":
        return "error", str(value)
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, (int, float)):
        return "number", value
    if isinstance(value, datetime):
        return "date", value.isoformat() if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, (time, timedelta)):
        return "text", str(value)
    return "text", str(value)


if __name__ == "__main__":
    main(sys.argv[1])
