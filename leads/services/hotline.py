"""How a hotline case begins (R003, L10): more than ten days of silence, or a customer who is not content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Deadline
from core.refusals import Refused
from leads import deadlines
from leads.choices import Stage
from leads.choices_follow_up import CaseCause
from leads.models import HotlineCase, Lead
from leads.procedure import not_alive
from leads.services.stages import locked
from leads.services.telling import tell
from staff import posts
from staff.selectors import holders

MAY_BE = (Stage.ASSIGNED, Stage.CONSULTING, Stage.PROPOSAL_PRESENTED, Stage.DEPOSIT_PAID, Stage.QUOTED)


def why_no_case(lead: Lead) -> str:
    """Why nobody opens a case for this customer now; empty when one may be opened."""
    if lead.stage == Stage.CONTRACTED:
        return _("The hotline is for customers before the contract. This one has a contract: register a complaint, or turn to after-sales.")
    if not lead.is_open:
        return str(not_alive(lead).message)
    if lead.stage not in MAY_BE:
        return _("The hotline is for customers who have a designer.")
    if lead.hotline_cases.filter(closed_at__isnull=True).exists():
        return _("There is an open hotline case for this customer already.")
    return ""


@transaction.atomic
def open_case(lead: Lead, *, cause: str, words: str, by: Any, at: datetime) -> HotlineCase:
    """Somebody hears that a customer is not content with the preview, the designer or something else (L10): a case of its own clock."""
    lead = locked(lead, closed=True)
    if why := why_no_case(lead):
        raise Refused(why)
    if cause not in CaseCause.values or cause == CaseCause.SILENCE:
        raise Refused(_("Say what the customer is not content with."))
    if not words.strip():
        raise Refused(_("Note what the customer says."))
    return _open(lead, cause=cause, words=words.strip(), silence=None, by=by, at=at)


def open_for_words(lead: Lead, *, cause: str, words: str, by: Any, at: datetime) -> HotlineCase | None:
    """The same from within another verb, the enquiry locked: nothing when a case is open already."""
    if lead.stage not in MAY_BE or lead.hotline_cases.filter(closed_at__isnull=True).exists():
        return None
    return _open(lead, cause=cause, words=words, silence=None, by=by, at=at)


@transaction.atomic
def open_for_silence(silence: Deadline, *, at: datetime) -> HotlineCase | None:
    """More than ten days without preview and without contact by the designer (R003): the case opens by itself.  Idempotent."""
    lead = locked(silence.dossier.lead)
    row = Deadline.objects.select_for_update(no_key=True).get(pk=silence.pk)
    if row.stopped_at is not None or row.paused_at is not None:
        return None
    if HotlineCase.objects.filter(silence=row).exists() or lead.hotline_cases.filter(closed_at__isnull=True).exists():
        return None
    return _open(lead, cause=CaseCause.SILENCE, words=_("More than ten days without preview and without contact."), silence=row, by=None, at=at)


def _open(lead: Lead, *, cause: str, words: str, silence: Deadline | None, by: Any, at: datetime) -> HotlineCase:
    seq = lead.hotline_cases.count() + 1
    made = HotlineCase.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, cause=cause, words=words, silence=silence, designer=lead.designer, by=by, at=at
    )
    officers = [*holders(posts.CS_OFFICER, lead.store_id), *holders(posts.CS_SUPERVISOR, lead.store_id)]
    start_clock(deadlines.HOTLINE_CASE, made, owner=lead.customer.cs_officer or next(iter(officers), None), at=at)
    tell(lead, "leads.hotline_opened", [*officers, *holders(posts.STORE_MANAGER, lead.store_id)], at=at, link=link_of(made))
    audit.record(lead.dossier, "leads.hotline_opened", by=by, at=at, seq=seq, cause=str(cause), words=words)
    return made


def link_of(case: HotlineCase) -> str:
    return f"{case.lead.get_absolute_url()}hotline-cases/{case.seq}/"


def key(case: HotlineCase) -> str:
    return f"hotline:{case.pk}"


def start_clock(clock: clocks.Clock, case: HotlineCase, *, owner: Any, at: datetime) -> None:
    lead = case.lead
    clocks.start(
        clock, dossier=lead.dossier, key=key(case), owner=owner, at=at, subject=case, line=lead.line, link=link_of(case)
    )


def close_for_loss(lead: Lead, *, words: str, by: Any, at: datetime) -> None:
    """The customer has gone: an open case ends with that word; its clocks were cancelled with the others."""
    for case in lead.hotline_cases.filter(closed_at__isnull=True):
        case.closed_at, case.closed_by, case.last_words = at, by, words or _("The customer has gone.")
        case.save(update_fields=["closed_at", "closed_by", "last_words"])
