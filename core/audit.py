"""What happened, as a chain: every link's hash covers the link before it and is computed by the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Model

from core.models import Attachment, AuditEntry, ChainHead, Dossier, Paper


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, Decimals and dates as text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value, key=str)
    return str(value)


def record(
    dossier: Dossier,
    kind: str,
    *,
    by: Any,
    at: datetime,
    paper: Paper | None = None,
    attachment: Attachment | None = None,
    **facts: Any,
) -> AuditEntry:
    """Append a link to the dossier's chain.  Call it last in a verb: the chain's head is the last lock taken."""
    return AuditEntry.objects.create(
        dossier=dossier, kind=kind, by=by, at=at, paper=paper, attachment=attachment, payload=canonical(facts)
    )


def link_hash(entry: AuditEntry) -> str:
    """The hash that a link must have, computed from its own columns (the database computes the same)."""
    stamp = entry.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    moment = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    parts = (
        entry.dossier_id, entry.seq, entry.prev_hash, stamp, moment, entry.kind,
        entry.by_id or 0, entry.paper_id or 0, entry.attachment_id or 0, entry.payload,
    )  # fmt: skip
    return hashlib.sha256("|".join(str(p) for p in parts).encode()).hexdigest()


def faults(dossier: Dossier) -> Iterator[str]:
    """Every way in which a dossier's chain does not hold together; nothing when it does.

    People may write meanwhile: the head is read after the last link was seen, and the links are read as far as the head.
    """
    last = dossier.entries.aggregate(last=Max("seq"))["last"] or 0
    head = ChainHead.objects.filter(dossier=dossier).first()
    expected, prev = start = 0, "0" * 64
    for entry in dossier.entries.filter(seq__lte=max(last, head.seq if head else 0)).order_by("seq").iterator():
        expected += 1
        if entry.seq != expected:
            yield f"link {expected} is missing"
            expected = entry.seq
        if entry.prev_hash != prev:
            yield f"link {entry.seq} does not follow the one before it"
        if entry.hash != link_hash(entry):
            yield f"link {entry.seq} was altered"
        prev = entry.hash
    if (expected, prev) != ((head.seq, head.hash) if head else start):
        yield "the head of the chain does not match its last link"
