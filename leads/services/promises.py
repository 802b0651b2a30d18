"""What was promised to a customer, by whom, until when; and whether it was kept (domain 10.2: nothing is promised lightly)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.calendar import evening
from core.refusals import Refused
from leads.deadlines_money import PROMISE
from leads.models import Lead, Promise
from leads.services.stages import locked


@transaction.atomic
def make_promise(lead: Lead, *, text: str, until: date, by: Any, at: datetime, owner: Any = None, link: str = "") -> Promise:
    """Note a promise: its clock stands on the desk of whoever gave it, due at six in the evening of that day."""
    row = locked(lead, closed=True)
    if not text.strip():
        raise Refused(_("Say what was promised."))
    if until < timezone.localtime(at).date():
        raise Refused(_("A promise is for today or later."))
    made = Promise.objects.create(lead=row, store_id=row.store_id, text=text.strip(), owner=owner or by, until=until, by=by, at=at)
    clocks.start(
        PROMISE, dossier=row.dossier, key=f"promise:{made.pk}", owner=made.owner, at=at, due_at=max(evening(until), at),
        line=f"{row.line}：{made.text}"[:240], link=link or f"/leads/{row.ref}/promises/",
    )  # fmt: skip
    audit.record(row.dossier, "leads.promise_made", by=by, at=at, text=made.text, owner=str(made.owner), until=until)
    return made


@transaction.atomic
def answer_promise(promise: Promise, *, kept: bool, word: str, by: Any, at: datetime) -> Promise:
    """Kept or broken, with a word; said once."""
    lead = locked(Lead(pk=promise.lead_id), closed=True)
    row = Promise.objects.select_for_update(no_key=True, of=("self",)).get(pk=promise.pk)
    if row.kept is not None:
        raise Refused(_("This promise has been answered already."))
    if not word.strip():
        raise Refused(_("Say in a few words how it went."))
    row.kept, row.word, row.answered_at, row.answered_by = kept, word.strip(), at, by
    row.save(update_fields=["kept", "word", "answered_at", "answered_by"])
    clocks.stop(PROMISE, f"promise:{row.pk}", at=at, by=by)
    audit.record(lead.dossier, "leads.promise_kept" if kept else "leads.promise_broken", by=by, at=at, text=row.text, word=row.word)
    return row


__all__ = ["answer_promise", "make_promise"]
