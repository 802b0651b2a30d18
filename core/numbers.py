"""Numbers without gaps: one locked row per series, store and year, advanced in the transaction that uses the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number taken: `ref` is what people read and what stands in URLs (decisions 2, 29)."""

    ref: str
    number: int
    year: int


def take(series: str, *, store: Any, at: datetime, width: int = 4) -> Numbered:
    """The next number of a series in a store and in the year of `at`.

    Must run inside the transaction that uses it: a rollback gives the number back, so there are no gaps.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that uses them")
    year = timezone.localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries (series, store_id, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT ON CONSTRAINT core_numberseries_one DO UPDATE SET last = core_numberseries.last + 1 RETURNING last",
            [series, store.pk, year],
        )
        number = cursor.fetchone()[0]
    return Numbered(ref=f"{series}-{store.code}-{year}-{number:0{width}d}", number=number, year=year)
