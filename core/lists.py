"""Long lists: next page by key, never by offset; counts stop at a cap."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=Model)
CAP = 1000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: its rows, the token of the next page (empty at the end), and the count up to the cap."""

    rows: list[T]
    next: str
    count: int
    capped: bool
    first: bool


def keyset(rows: QuerySet[M, Any], *, order: Sequence[str], after: str = "", size: int = 50, counted: bool = True) -> Page[Any]:
    """A page of `rows` in `order` (field names with - for descending; the last must be unique; none may be null).

    A token that was tampered with or is out of date starts at the first page again.
    """
    ordered = rows.order_by(*order)
    values = _read(after, len(order))
    if values is not None:
        ordered = ordered.filter(_beyond(order, values))
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    token = _token([_value(found[-1], name.lstrip("-")) for name in order]) if more else ""
    if not counted:
        count = len(found)
    elif values is None and not more:
        count = len(found)
    else:
        count = rows.order_by()[: CAP + 1].count()
    return Page(rows=found, next=token, count=min(count, CAP), capped=count > CAP, first=values is None)


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Strictly after `values` in lexicographic order."""
    beyond, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field, op = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{field}__{op}": value})
        equal &= Q(**{field: value})
    return beyond


def _token(values: list[Any]) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return {"t": value.isoformat()}
        if isinstance(value, date):
            return {"d": value.isoformat()}
        if isinstance(value, Decimal):
            return {"n": str(value)}
        return value

    return base64.urlsafe_b64encode(json.dumps([plain(v) for v in values]).encode()).decode().rstrip("=")


def _read(token: str, length: int) -> list[Any] | None:
    if not token:
        return None
    try:
        raw = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        values = [_typed(v) for v in raw]
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        return None
    return values if len(values) == length else None


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        made: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}
        return made[kind](text)
    if isinstance(value, (str, bool)):
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("NUL")
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    raise ValueError(value)
