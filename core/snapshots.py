"""Frozen figures: kept as canonical text with their hash, made once, never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from core.audit import canonical
from core.models import Snapshot


def freeze(kind: str, key: str, data: Any, *, store: Any, by: Any, at: datetime) -> Snapshot:
    """Freeze `data` under (kind, key, store); the same key twice is refused by the database."""
    text = canonical(data)
    return Snapshot.objects.create(
        kind=kind, key=key, store=store, data=text, sha256=hashlib.sha256(text.encode()).hexdigest(), by=by, at=at
    )


def read(snapshot: Snapshot) -> Any:
    """The frozen data; ValueError when its hash no longer fits."""
    if hashlib.sha256(snapshot.data.encode()).hexdigest() != snapshot.sha256:
        raise ValueError(f"snapshot {snapshot.pk} was altered")
    return json.loads(snapshot.data)
