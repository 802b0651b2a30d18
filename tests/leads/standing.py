"""Enquiries and whatever else stands for all tests of a module (tests/standing.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import translation

from tests.cast import Cast
from tests.standing import built_once

Row = TypeVar("Row", bound=Model)


def standing(**makers: Callable[[Cast], Any]) -> Any:
    """What each maker returned, by its name; `fresh(standing.lead)` loads a row anew."""

    def build(cast: Cast) -> dict[str, Any]:
        with translation.override("en"):
            return {name: make(cast) for name, make in makers.items()}

    return built_once(build)


def fresh(row: Row) -> Row:
    """As it stands in the database, without what an earlier test remembered of it."""
    return type(row)._default_manager.get(pk=row.pk)
