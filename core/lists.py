"""Long lists: next page by key, never by offset; counts stop at a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

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


def keyset(
    rows: QuerySet[M, Any], *, order: Sequence[str], after: str = "", size: int = 50, counted: bool = True
) -> Page[Any]:
    """A page of `rows` in `order` (field names with - for descending; the last must be unique; none may be null).

    A token that was tampered with or is out of date starts at the first page again.
    """
    ordered = rows.order_by(*order)
    salt = f"{rows.model._meta.label}:{','.join(order)}"
    values = _read(after, salt)
    if values is not None:
        ordered = ordered.filter(_beyond(order, values))
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    token = _token([_value(found[-1], name.lstrip("-")) for name in order], salt) if more else ""
    if not counted or (values is None and not more):
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


def _token(values: list[Any], salt: str) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return {"t": value.isoformat()}
        if isinstance(value, date):
            return {"d": value.isoformat()}
        if isinstance(value, Decimal):
            return {"n": str(value)}
        return value

    return signing.dumps([plain(v) for v in values], salt=salt)


def _read(token: str, salt: str) -> list[Any] | None:
    """The values of a token that we signed for this very list; None for any other text."""
    if not token:
        return None
    try:
        return [_typed(v) for v in signing.loads(token, salt=salt)]
    except (signing.BadSignature, ValueError):
        return None


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        made: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}
        return made[kind](text)
    return value


def day_of(text: str) -> date | None:
    """A day of this century that stands in an address; None for whatever else stands there."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def address(request: HttpRequest, **changes: Any) -> str:
    """This list with other filters, from its first page: the filters stand in the address."""
    asked = request.GET.copy()
    asked.pop("after", None)
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
