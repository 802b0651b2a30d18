"""Losing an enquiry with its reason, the review by other eyes, and opening it again (domain Q21)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.refusals import Refused
from leads import care as rhythm
from leads import deadlines
from leads.choices import LostReason, Stage
from leads.choices_follow_up import ReviewOutcome
from leads.deadlines_money import PROMISE
from leads.models import Deposit, Lead, LeadStageChange, LossReview
from leads.services import care, hotline, pool, quotation, seats
from leads.services.stages import locked, move, restart, start
from staff import posts
from staff.selectors import holders

HEADS = (posts.STORE_MANAGER, posts.DESIGN_MANAGER)


@transaction.atomic
def lose(lead: Lead, *, reason: str, note: str = "", by: Any, at: datetime, given_back: bool = False) -> LeadStageChange:
    """Close an enquiry as lost, with the reason from the list; its clocks end unkept and unbroken, and other eyes review it.

    `given_back`: finance closes it by giving the deposit back; it is not asked whose step it is.
    """
    lead = locked(lead)
    if reason not in LostReason.values:
        raise Refused(_("Say why the customer went."))
    if reason == LostReason.OTHER and not note.strip():
        raise Refused(_("“Other” needs a few words."))
    made = move(lead, to=Stage.LOST, lost_reason=reason, reason=note.strip()[:400], by=None if given_back else by, actor=by, at=at)
    pool.close_stay(lead, by=by, at=at)
    hotline.close_for_loss(lead, words=note.strip(), by=by, at=at)
    clocks.cancel_all(lead.dossier, at=at, by=by, keep=(deadlines.REFUND.id, PROMISE.id))  # what is owed to the customer stays due
    LossReview.objects.create(lead=lead, store_id=lead.store_id, loss=made, by=by, at=at)
    start(deadlines.LOSS_REVIEW, lead, owner=_reviewer(lead, by), at=at)
    if rhythm.is_always_visited(lead.customer):
        care.set_care(lead, since=at)
    seats.call_off_all(lead, reason=_("The enquiry was closed."), by=by, at=at)
    audit.record(lead.dossier, "leads.lead_lost", by=by, at=at, reason=reason, note=note.strip(), stage=made.from_stage)
    return made


def _reviewer(lead: Lead, by: Any) -> Any:
    """The store manager, or the design manager when it was the store manager who closed it."""
    people = [person for post in HEADS for person in holders(post, lead.store_id) if person.pk != by.pk]
    return next(iter(people), None)


@transaction.atomic
def confirm_loss(review: LossReview, *, note: str = "", by: Any, at: datetime) -> LossReview:
    """The loss is confirmed: the customer has gone, and the reason is the true one."""
    lead, review = _open_review(review, by)
    _decide(review, ReviewOutcome.CONFIRMED, note=note.strip(), by=by, at=at)
    clocks.stop(deadlines.LOSS_REVIEW, deadlines.key(lead), at=at, by=by)
    audit.record(lead.dossier, "leads.loss_confirmed", by=by, at=at, note=note.strip())
    return review


@transaction.atomic
def send_loss_back(review: LossReview, *, reason: str, by: Any, at: datetime) -> LossReview:
    """The loss is sent back: the enquiry stands where it stood, its promise runs anew."""
    lead, review = _open_review(review, by)
    if not reason.strip():
        raise Refused(_("Sending a loss back needs a reason."))
    _decide(review, ReviewOutcome.SENT_BACK, note=reason.strip(), by=by, at=at)
    _reopen(lead, reason=reason.strip(), by=by, at=at)
    audit.record(lead.dossier, "leads.loss_sent_back", by=by, at=at, reason=reason.strip(), stage=lead.stage)
    return review


@transaction.atomic
def reopen(lead: Lead, *, reason: str, by: Any, at: datetime) -> LeadStageChange:
    """Open a lost enquiry again where it stood, with a reason; the clock of that stage starts anew."""
    lead = locked(lead, closed=True)
    if lead.stage != Stage.LOST:
        raise Refused(_("Only a lost enquiry is opened again."))
    if not reason.strip():
        raise Refused(_("Opening an enquiry again needs a reason."))
    for review in lead.loss_reviews.filter(decided_at__isnull=True):
        _decide(review, ReviewOutcome.REOPENED, note=reason.strip(), by=by, at=at)
    made = _reopen(lead, reason=reason.strip(), by=by, at=at)
    audit.record(lead.dossier, "leads.lead_reopened", by=by, at=at, reason=reason.strip(), stage=made.to_stage)
    return made


def _open_review(review: LossReview, by: Any) -> tuple[Lead, LossReview]:
    lead = locked(review.lead, closed=True)
    row = LossReview.objects.select_for_update(no_key=True).get(pk=review.pk)
    if row.decided_at is not None:
        raise Refused(_("This loss has been reviewed already."))
    if row.by_id == by.pk:
        raise Refused(_("You closed this enquiry yourself: somebody else reviews it."))
    return lead, row


def _decide(review: LossReview, outcome: str, *, note: str, by: Any, at: datetime) -> None:
    review.outcome, review.note, review.decided_by, review.decided_at = outcome, note, by, at
    review.save(update_fields=["outcome", "note", "decided_by", "decided_at"])


def _reopen(lead: Lead, *, reason: str, by: Any, at: datetime) -> LeadStageChange:
    """Where it stood, or before the deposit when that was given back; whoever has left the company meanwhile no longer has it."""
    stood = lead.stage_changes.filter(to_stage=Stage.LOST).order_by("-seq")[0].from_stage
    if stood in (Stage.DEPOSIT_PAID, Stage.QUOTED) and not Deposit.objects.in_force().filter(lead=lead).exists():
        stood = Stage.PROPOSAL_PRESENTED
    made = move(lead, to=stood, reason=reason, by=by, at=at)
    clocks.stop(deadlines.LOSS_REVIEW, deadlines.key(lead), at=at, by=by)
    restart(lead, at=at)
    quotation.resume_expiry(lead, at=at)
    care.set_care(lead, since=at)
    return made
