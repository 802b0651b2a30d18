"""What an edited Excel sheet changes in a draft is taken over in one act, after a look (P05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import Draft
from core.refusals import Refused
from leads.models import Quotation
from leads.quotation_sheets import SheetChanges, as_json, state_of
from leads.services.quotation import Change, Wanted, open_draft, put_in, revise, settle, take_out


def key(quotation: Quotation) -> str:
    return f"{Draft.OURS}leads.quotation-sheet:{quotation.pk}"


def keep_sheet(quotation: Quotation, found: SheetChanges, *, file: str, by: Any, at: datetime) -> None:
    """What was read waits for its reader's word; nothing is changed yet."""
    Draft.objects.update_or_create(user=by, key=key(quotation), defaults={"data": {**as_json(found), "file": file[:120]}, "at": at})


def kept_sheet(quotation: Quotation, *, by: Any) -> Draft | None:
    return Draft.objects.filter(user=by, key=key(quotation)).first()


def take_over_sheet(quotation: Quotation, *, found: SheetChanges, by: Any, at: datetime) -> Quotation:
    """Lines taken out, quantities changed, items added, all or nothing.  Refused: the draft has changed since the sheet was read."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        if state_of(draft) != found.state:
            raise Refused(_("The draft has been changed since the sheet was read; export it again."))
        if found.is_empty:
            raise Refused(_("The sheet changes nothing."))
        removed = take_out(draft, [line.pk for line in found.removed]) if found.removed else []
        changed = revise(draft, [Change(each.line.pk, each.quantity, each.reason, each.note) for each in found.changed]) if found.changed else []
        added = put_in(draft, [Wanted(each.item, each.room, each.quantity, each.reason, each.note) for each in found.added], lead) if found.added else []
        settle(draft, by=by, at=at)
        Draft.objects.filter(user=by, key=key(quotation)).delete()
        audit.record(
            lead.dossier, "leads.quotation_sheet_taken", by=by, at=at, version=draft.version, removed=removed, changed=changed, added=added
        )
    return draft
