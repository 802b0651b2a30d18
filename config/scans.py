"""Originals signed on paper: one person hands in the scan, another confirms it, then it counts (decision 13).

What was handed in stands in the dossier's chain; nothing else needs to remember it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import attachments, audit, papers
from core.models import Attachment, AuditEntry, Paper, Signature
from core.refusals import Refused

OFFERED = "config.scan_offered"


@dataclass(frozen=True)
class Scan:
    """A scan that waits for a second person."""

    attachment: Attachment
    role: str
    label: str
    name: str
    by: Any
    at: datetime


@transaction.atomic
def offer(paper: Paper, *, role: str, name: str, file: Any, by: Any, at: datetime) -> Attachment:
    """Hand in the scan of an original; Refused when the paper is not open, or that line has been signed."""
    if role not in {line.role for line in papers.unsigned_roles(paper)} or not paper.is_open:
        raise Refused(_("This line is not waiting for a signature."))
    kept = attachments.keep(file, dossier=paper.dossier, by=by, at=at, caption=f"{paper.ref} {name}")
    audit.record(
        paper.dossier, OFFERED, by=by, at=at, paper=paper, attachment=kept, ref=paper.ref, role=role, name=name.strip()
    )
    return kept


def waiting(paper: Paper) -> list[Scan]:
    """What was handed in for lines that are still empty; the last one of each line."""
    open_roles = {line.role: line.shown for line in papers.unsigned_roles(paper)}
    rows = (
        AuditEntry.objects.filter(dossier_id=paper.dossier_id, kind=OFFERED, paper=paper)
        .select_related("attachment", "by")
        .order_by("seq")
    )
    found: dict[str, Scan] = {}
    for row in rows:
        facts = json.loads(row.payload)
        if row.attachment is not None and facts["role"] in open_roles:
            found[facts["role"]] = Scan(
                row.attachment, facts["role"], open_roles[facts["role"]], facts["name"], row.by, row.at
            )
    return list(found.values())


def of_kinds(kinds: Iterable[str], *, attachment: Any) -> QuerySet[AuditEntry]:
    """What was handed in as the original of a paper of these kinds, with this file."""
    return AuditEntry.objects.filter(kind=OFFERED, attachment=attachment, paper__kind__in=kinds)


def confirm(paper: Paper, scan: Scan, *, by: Any, at: datetime) -> Signature:
    """The second person's word: the line counts as signed with this original."""
    return papers.sign(
        paper, role=scan.role, name=scan.name, strokes="", by=by, at=at, way=Signature.Way.SCAN, scan=scan.attachment,
        present=scan.by, confirmed_by=by,
    )  # fmt: skip
