"""One figure for a whole company, so that two of the same seed can be compared.

Left out is what no seed decides: keys and what points to them, the database's own clock, random tokens and what is hashed over them.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

_CHANCE = frozenset({
    "recorded_at", "token", "public_id", "password", "hash", "prev_hash", "sha256", "content_sha256", "presented_sha256", "body_sha256", "last_login",
})  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def of_tables() -> dict[str, str]:
    """Table → digest of its rows, whatever their order."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in settings.HOUSE_APPS and model._meta.managed:
            found[model._meta.db_table] = _of(model)
    return found


def of_everything() -> str:
    """All tables in one figure."""
    return hashlib.sha256(json.dumps(of_tables(), sort_keys=True).encode()).hexdigest()


def _of(model: type[models.Model]) -> str:
    kept = [f.column for f in model._meta.concrete_fields if not (f.primary_key or f.is_relation or f.name in _CHANCE)]
    if not kept:
        return ""
    names = ", ".join(connection.ops.quote_name(str(column)) for column in kept)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(model._meta.db_table)}")
        rows = sorted(_plain(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _plain(row: tuple[Any, ...]) -> str:
    text = json.dumps(row, ensure_ascii=False, default=str, sort_keys=True)
    return _HASH.sub("#", _UUID.sub("#", text))
