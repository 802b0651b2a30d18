"""How an issued quotation went to the customer: a record of the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.choices import QuotationState, SentBy
from leads.models import Quotation, QuotationSending
from leads.services.stages import locked


def note_sending(quotation: Quotation, *, channel: str, to_whom: str, note: str = "", by: Any, at: datetime) -> QuotationSending:
    """A version went out, by a channel, to somebody.  Refused: a draft, a version that another one has replaced, nobody named."""
    with transaction.atomic():
        lead = locked(quotation.lead)
        found = lead.quotations.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=quotation.pk)
        if found.state not in (QuotationState.ISSUED, QuotationState.ACCEPTED):
            raise Refused(_("Only the version that was issued last is sent."))
        if channel not in SentBy.values or not to_whom.strip():
            raise Refused(_("Say how and to whom it was sent."))
        made = QuotationSending.objects.create(
            quotation=found, store_id=lead.store_id, channel=channel, to_whom=to_whom.strip()[:60], note=note.strip()[:200], by=by, at=at
        )
        audit.record(
            lead.dossier, "leads.quotation_sent", by=by, at=at, paper=found.paper, version=found.version, channel=channel, to=made.to_whom
        )
    return made
