"""Default data files, checked while loading: an unknown or missing key is an error that names file, row and key."""

from __future__ import annotations

import csv
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

T = TypeVar("T")


class BadData(ValueError):
    """A default-data file does not fit its schema."""


def load(path: Path, schema: type[T], *, key: str = "") -> list[T]:
    """The rows of a YAML list (under `key`, if given) or of a CSV file, as instances of a dataclass."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            raw: Any = list(csv.DictReader(handle))
    else:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        raw = raw[key] if key else raw
    if not isinstance(raw, list):
        raise BadData(f"{path.name}: a list of rows is expected")
    return [make(row, schema, f"{path.name}[{number}]") for number, row in enumerate(raw, start=1)]


def make(row: Any, schema: type[T], where: str) -> T:
    """One instance of a dataclass from a mapping, with its values converted to the declared types."""
    if not isinstance(row, dict):
        raise BadData(f"{where}: a mapping is expected")
    hints, known = get_type_hints(schema), {f.name: f for f in fields(schema)}  # type: ignore[arg-type]
    unknown = set(row) - set(known)
    if unknown:
        raise BadData(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
    values: dict[str, Any] = {}
    for name, spec in known.items():
        given = row.get(name)
        absent = name not in row or (
            given in ("", None) and not (spec.default is MISSING and spec.default_factory is MISSING)
        )
        if absent:
            if spec.default is MISSING and spec.default_factory is MISSING:
                raise BadData(f"{where}: {name} is missing")
            continue
        values[name] = _convert(given, hints[name], f"{where}.{name}")
    return schema(**values)


def _convert(value: Any, kind: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [k for k in get_args(kind) if k is not type(None)]
        return None if value is None else _convert(value, inner[0], where)
    if origin in (list, tuple):
        if not isinstance(value, (list, tuple)):
            raise BadData(f"{where}: a list is expected")
        made = [_convert(item, get_args(kind)[0], f"{where}[{i}]") for i, item in enumerate(value)]
        return tuple(made) if origin is tuple else made
    if origin is dict or kind in (dict, Any):
        return value
    if is_dataclass(kind):
        return make(value, kind, where)  # type: ignore[arg-type]
    try:
        return _scalar(value, kind)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise BadData(f"{where}: {value!r} is not {getattr(kind, '__name__', kind)}") from error


def _scalar(value: Any, kind: Any) -> Any:
    if kind is Decimal:
        return Decimal(str(value))
    if kind is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "yes", "1"):
            return True
        if str(value).lower() in ("false", "no", "0"):
            return False
        raise ValueError(value)
    if kind is date and not isinstance(value, date):
        return date.fromisoformat(str(value))
    if kind is str:
        return str(value).strip()
    return kind(value) if kind is not date else value
