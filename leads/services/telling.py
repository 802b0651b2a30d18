"""A line on somebody's desk about an enquiry, without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.models import Notice
from leads.models import Lead


def tell(lead: Lead, kind: str, people: Iterable[Any], *, at: datetime, link: str = "") -> int:
    """Each of these people finds it among what came in; returns how many."""
    told = {person.pk: person for person in people if person is not None and person.left_on is None}
    line = lead.line[:300]
    made = Notice.objects.bulk_create(
        Notice(user=person, dossier_id=lead.dossier_id, kind=kind, line=line, link=link or lead.get_absolute_url(), at=at) for person in told.values()
    )
    return len(made)
