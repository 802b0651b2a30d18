"""Is it within its limits?  Pure functions of numbers; nothing here knows a database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from inspections.choices import Severity, Verdict

Values = Sequence[Sequence[Decimal]]  # one list of points per limit: one for a measure, one a stage for a test
_SEPARATORS = re.compile(r"[\s;、/]+")
MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """How the points of one item came out."""

    verdict: str
    points: int = 0
    good: int = 0
    gap: Decimal = Decimal(0)  # the worst point's distance from its limit
    overrun: bool = False  # a point lies beyond the tolerated multiple of its limit
    short_of_promise: bool = False


def inside(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def gap(value: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    """How far outside its limits a value lies; nothing when it is inside."""
    if low is not None and value < low:
        return low - value
    if high is not None and value > high:
        return value - high
    return Decimal(0)


def overruns(value: Decimal, low: Decimal | None, high: Decimal | None, factor: Decimal) -> bool:
    """Beyond `factor` times what is allowed: more than high × factor, or less than low ÷ factor."""
    return (high is not None and value > high * factor) or (low is not None and value < low / factor)


def limits_of(item: Any) -> list[tuple[Decimal | None, Decimal | None, Decimal | None]]:
    """(low, high, company promise) of each value that an item asks for; empty for an item that is only tapped."""
    if item.stages:
        return [(_number(_of(s, "low")), _number(_of(s, "high")), _number(_of(s, "company"))) for s in item.stages]
    if item.low is None and item.high is None:
        return []
    return [(item.low, item.high, None)]


def judge(item: Any, values: Values, *, factor: Decimal) -> Judged:
    """The verdict on an item's points; an empty verdict while a value is missing."""
    limits = limits_of(item)
    if len(values) != len(limits) or not all(values):
        return Judged("")
    read = [
        (value, low, high, promise)
        for points, (low, high, promise) in zip(values, limits, strict=True)
        for value in points
    ]
    good = sum(inside(value, low, high) for value, low, high, _promise in read)
    verdict = Verdict.RECORDED if item.record_only else Verdict.PASS if good == len(read) else Verdict.FAIL
    return Judged(
        verdict=verdict.value,
        points=len(read),
        good=good,
        gap=max(gap(value, low, high) for value, low, high, _promise in read),
        overrun=any(overruns(value, low, high, factor) for value, low, high, _promise in read),
        short_of_promise=any(promise is not None and value < promise for value, _low, _high, promise in read),
    )


def readings(text: str) -> list[Decimal]:
    """The points that somebody typed: full-width digits and a decimal comma are understood; ValueError for anything else."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(",", ".").replace("。", ".").strip()
    points = [part for part in _SEPARATORS.split(plain) if part]
    if len(points) > MOST_POINTS:
        raise ValueError(text)
    return [_point(part) for part in points]


def _point(text: str) -> Decimal:
    if not re.fullmatch(r"-?\d{1,7}(\.\d{1,4})?", text):
        raise ValueError(text)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def plain(value: Decimal | str) -> str:
    """1.50 → 1.5, 30 → 30."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def words(low: Decimal | str | None, high: Decimal | str | None, unit: str) -> str:
    """≥ 500 mm · ≤ 5 mm · 1–3 ‰ · 0 处."""
    if low is not None and high is not None:
        return f"{plain(low)}–{plain(high)} {unit}".strip()
    if low is not None:
        return f"≥ {plain(low)} {unit}".strip()
    if high is not None:
        return f"≤ {plain(high)} {unit}".strip() if Decimal(high) else f"0 {unit}".strip()
    return ""


def _of(stage: Any, name: str) -> Any:
    return stage.get(name) if isinstance(stage, dict) else getattr(stage, name)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def is_general(item: Any) -> bool:
    return bool(item.severity == Severity.GENERAL)
