"""What a person has typed and not yet sent: one text per form and person, gone when the form was sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.models import Draft
from core.refusals import Refused

LONGEST = 60_000
KEPT = timedelta(days=30)


def keep(user: Any, key: str, text: str, *, at: datetime) -> Draft:
    """Remember a form's fields; Refused when they are no fields, or too many."""
    if len(text) > LONGEST:
        raise Refused(_("This draft is too long to be kept."))
    try:
        data = json.loads(text)
        json.dumps(data, allow_nan=False, ensure_ascii=False).encode()  # what no column of the database can hold
    except (ValueError, RecursionError) as wrong:
        raise Refused(_("This draft cannot be read.")) from wrong
    if not isinstance(data, dict) or "\x00" in text or "\\u0000" in text:
        raise Refused(_("This draft cannot be read."))
    made, _created = Draft.objects.update_or_create(user=user, key=key, defaults={"data": data, "at": at})
    return made


def forget(user: Any, key: str) -> None:
    Draft.objects.filter(user=user, key=key).delete()


def find(user: Any, key: str) -> Draft | None:
    return Draft.objects.filter(user=user, key=key).first()


def sweep(*, at: datetime) -> int:
    """Drafts that nobody came back to for a month."""
    count, _by_model = Draft.objects.filter(at__lt=at - KEPT).delete()
    return count
