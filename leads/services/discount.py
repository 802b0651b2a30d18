"""A discount beyond one's authority: asked for, approved or refused by a post that may give it (R069, Q37)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clocks
from core.money import ZERO, yuan
from core.refusals import Missing, Refused
from leads import deadlines, discounts
from leads.choices import RequestState
from leads.models import DiscountRequest, Lead, Quotation
from leads.policies import QUOTE
from leads.services.quotation import lapse, open_draft, settle
from leads.services.telling import tell
from staff.models import User
from staff.selectors import holders


def ask_discount(quotation: Quotation, *, amount: Decimal, reason: str, by: Any, at: datetime) -> DiscountRequest:
    """Ask the post with the smallest sufficient authority; the person holding it has one working day.

    Refused: no amount or reason, a discount that one may give oneself, one that nobody may approve, a second request at a time.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        amount = yuan(amount)
        if not ZERO < amount <= draft.subtotal:
            raise Refused(_("The discount is between nought and the works."))
        if not reason.strip():
            raise Refused(_("A discount needs a reason."))
        if amount <= yuan(draft.subtotal * discounts.authority(by, lead.store_id) / 100):
            raise Refused(_("This discount is within your own authority; set it in the terms."))
        if draft.discount_requests.filter(state=RequestState.ASKED).exists():
            raise Refused(_("A discount has been asked for already; it waits for a word."))
        percent = discounts.percent_of(amount, draft.subtotal)
        post, person = _approver(lead, percent, by)
        made = DiscountRequest.objects.create(
            quotation=draft, store_id=lead.store_id, amount=amount, percent=percent, subtotal=draft.subtotal, reason=reason.strip()[:300], post=post,
            by=by, at=at,
        )  # fmt: skip
        clocks.start(
            deadlines.DISCOUNT_APPROVAL, dossier=lead.dossier, key=deadlines.discount_key(made), owner=person, at=at,
            line=lead.line, link=reverse("leads:discount-decisions", args=[lead.ref, draft.version]),
        )  # fmt: skip
        audit.record(
            lead.dossier, "leads.discount_asked", by=by, at=at, version=draft.version, amount=amount, percent=percent, reason=made.reason, name=str(person)
        )
    return made


def _approver(lead: Lead, percent: Decimal, asker: Any) -> tuple[str, User]:
    """The post with the smallest sufficient authority that somebody else than the asker holds, and that person."""
    for post in discounts.approvers(percent):
        for person in holders(post, lead.store_id):
            if person.pk != asker.pk:
                return post, person
    raise Refused(_("A discount of {percent} % is beyond everybody's authority.").format(percent=percent))


def approve_discount(quotation: Quotation, *, answer: str = "", by: Any, at: datetime) -> DiscountRequest:
    """The discount that was asked for stands: for this version, this amount and at most this percent of the works.

    Refused: nothing waits (the works have changed since, or it was decided), one's own request, authority that does not reach.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        row = _waiting(draft, by)
        limit = discounts.authority(by, lead.store_id)
        if row.percent > limit:
            says = _("A discount of {percent} % is beyond your authority of {limit} %.").format(percent=row.percent, limit=limit)
            raise Refused(_("The discount is larger than you may give."), [Missing(says, who=discounts.approver(row.percent))])
        lapse(draft.discount_requests.filter(state=RequestState.APPROVED), _("Another discount was approved."), lead=lead, by=by, at=at)
        _decide(row, RequestState.APPROVED, answer, by=by, at=at)
        draft.discount, draft.discount_by, draft.discount_reason = row.amount, by, row.reason
        settle(draft, by=by, at=at)
        tell(lead, "leads.discount_approved", [_asker(lead, row)], at=at, link=_quotation(lead, draft))
        audit.record(lead.dossier, "leads.discount_approved", by=by, at=at, version=draft.version, amount=row.amount, percent=row.percent, answer=row.answer)
    return row


def refuse_discount(quotation: Quotation, *, answer: str, by: Any, at: datetime) -> DiscountRequest:
    """No, with a word why; the draft keeps the discount that it has."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        row = _waiting(draft, by)
        if not answer.strip():
            raise Refused(_("A refusal needs a word why."))
        _decide(row, RequestState.REFUSED, answer, by=by, at=at)
        tell(lead, "leads.discount_refused", [_asker(lead, row)], at=at, link=_quotation(lead, draft))
        audit.record(lead.dossier, "leads.discount_refused", by=by, at=at, version=draft.version, amount=row.amount, percent=row.percent, answer=row.answer)
    return row


def withdraw_discount(quotation: Quotation, *, by: Any, at: datetime) -> DiscountRequest:
    """The request is taken back before anybody has decided."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        row = draft.discount_requests.select_for_update(no_key=True).filter(state=RequestState.ASKED).first()
        if row is None:
            raise Refused(_("No discount waits for a word; the works may have changed since it was asked for."))
        lapse([row], _("Taken back by {name}.").format(name=by), lead=lead, by=by, at=at)
    return row


def _waiting(draft: Quotation, by: Any) -> DiscountRequest:
    row = draft.discount_requests.select_for_update(no_key=True).filter(state=RequestState.ASKED).first()
    if row is None:
        raise Refused(_("No discount waits for a word; the works may have changed since it was asked for."))
    if row.by_id == by.pk:
        raise Refused(_("Whoever asks for a discount does not decide on it."))
    return row


def _asker(lead: Lead, row: DiscountRequest) -> Any:
    """Who hears what became of it: whoever asked, or the designer of today where the enquiry is no longer theirs."""
    theirs = QUOTE.reaches(row.by, lead.store_id, own=row.by_id in (lead.designer_id, lead.customer_manager_id))
    return row.by if theirs else lead.designer


def _quotation(lead: Lead, draft: Quotation) -> str:
    return reverse("leads:quotation", args=[lead.ref, draft.version])


def _decide(row: DiscountRequest, state: str, answer: str, *, by: Any, at: datetime) -> None:
    row.state, row.answer, row.decided_by, row.decided_at = state, answer.strip()[:300], by, at
    row.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    clocks.stop(deadlines.DISCOUNT_APPROVAL, deadlines.discount_key(row), at=at, by=by)
