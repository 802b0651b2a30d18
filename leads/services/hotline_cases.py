"""What is done with a hotline case: the company adjusts in time, the store manager decides (L10, Q19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.refusals import Refused
from leads import deadlines
from leads.choices import Satisfaction
from leads.choices_follow_up import CaseState, Remedy
from leads.models import HotlineCase
from leads.services.consultation import agree_preview_date
from leads.services.hand_over import Told, reassign_designer
from leads.services.hotline import key, link_of, start_clock
from leads.services.stages import locked
from leads.services.telling import tell
from staff import posts
from staff.selectors import holders


def _locked(case: HotlineCase) -> HotlineCase:
    """The case, its enquiry's row locked first."""
    lead = locked(case.lead, closed=True)
    row = HotlineCase.objects.select_for_update(no_key=True).get(pk=case.pk)
    row.lead = lead
    if row.state == CaseState.CLOSED:
        raise Refused(_("This case is closed."))
    return row


def is_about(case: HotlineCase, person: Any) -> bool:
    """A case is about who the customer waits for or is not content with."""
    return person.pk in (case.designer_id, case.lead.designer_id)


def _refuse_own(case: HotlineCase, by: Any) -> None:
    """Who a case is about neither hears, decides nor closes it."""
    if is_about(case, by):
        raise Refused(_("This case is about you: somebody else looks after it."))


def remedies_of(case: HotlineCase, *, by: Any = None) -> list[Remedy]:
    """What can be done about a case now: no other day for a preview that nobody waits for, no other designer once the enquiry is over, and
    who the case is about (`by`) only gives the customer to somebody else.
    """
    lead, about = case.lead, by is not None and is_about(case, by)
    can_be = {
        Remedy.TALK: not about, Remedy.NOTHING: not about, Remedy.DESIGNER: lead.is_open and lead.designer_id is not None,
        Remedy.NEW_DATE: not about and lead.is_open and clocks.is_open(deadlines.PREVIEW, deadlines.key(lead)),
    }  # fmt: skip
    return [remedy for remedy in Remedy if can_be[remedy]]


@transaction.atomic
def take_case(case: HotlineCase, *, by: Any, at: datetime) -> HotlineCase:
    """Customer service takes the case; from now on it is this person's."""
    case = _locked(case)
    _refuse_own(case, by)
    if case.taken_by_id is not None:
        raise Refused(_("{name} has this case already.").format(name=case.taken_by))
    case.taken_at, case.taken_by = at, by
    case.save(update_fields=["taken_at", "taken_by"])
    clocks.hand_over(deadlines.HOTLINE_CASE, key(case), by)
    audit.record(case.lead.dossier, "leads.hotline_taken", by=by, at=at, seq=case.seq, name=str(by))
    return case


@transaction.atomic
def ask_decision(case: HotlineCase, *, wish: str, proposed: str, by: Any, at: datetime) -> HotlineCase:
    """Customer service has heard the customer: what is wished for, what is proposed; the store manager decides within a day."""
    case = _locked(case)
    _refuse_own(case, by)
    if case.state == CaseState.OPEN:
        raise Refused(_("Take the case first."))
    if case.decided_at is not None:
        raise Refused(_("The store manager has decided already."))
    if not wish.strip() or proposed not in Remedy.values:
        raise Refused(_("Note what the customer wishes and what you propose."))
    if proposed not in remedies_of(case):
        raise Refused(_("What you propose cannot be done any more; propose something else."))
    case.asked_at, case.asked_by, case.wish, case.proposed = at, by, wish.strip(), proposed
    case.save(update_fields=["asked_at", "asked_by", "wish", "proposed"])
    managers = holders(posts.STORE_MANAGER, case.store_id)
    start_clock(deadlines.HOTLINE_DECISION, case, owner=next(iter(managers), None), at=at)
    tell(case.lead, "leads.hotline_asked", managers, at=at, link=link_of(case))
    audit.record(case.lead.dossier, "leads.hotline_asked", by=by, at=at, seq=case.seq, wish=case.wish, proposed=str(proposed))
    return case


@transaction.atomic
def decide_case(
    case: HotlineCase,
    *,
    remedy: str,
    decision: str,
    by: Any,
    at: datetime,
    due_at: datetime | None = None,
    designer: Any = None,
    told: Told | None = None,
) -> HotlineCase:
    """The store manager decides (Q19): a talk, another day of the preview, another designer with a hand-over, or nothing.

    What is decided is done in the same act: the day is agreed, the designer changed.
    """
    case = _locked(case)
    if case.state != CaseState.ASKED:
        raise Refused(_("Customer service hears the customer first; then the store manager decides."))
    if remedy not in Remedy.values or not decision.strip():
        raise Refused(_("Say what is done and why."))
    if remedy != Remedy.DESIGNER:  # who gives the customer to somebody else does not decide in their own favour
        _refuse_own(case, by)
    if remedy == Remedy.NEW_DATE:
        if due_at is None:
            raise Refused(_("Say on which day the preview will be presented."))
        agree_preview_date(case.lead, due_at=due_at, by=by, at=at)
    if remedy == Remedy.DESIGNER:
        if designer is None:
            raise Refused(_("Say who the new designer is."))
        reassign_designer(case.lead, designer=designer, reason=decision.strip()[:300], told=told, by=by, at=at)
    case.decided_at, case.decided_by, case.remedy, case.decision = at, by, remedy, decision.strip()
    case.save(update_fields=["decided_at", "decided_by", "remedy", "decision"])
    clocks.stop(deadlines.HOTLINE_DECISION, key(case), at=at, by=by)
    tell(case.lead, "leads.hotline_decided", [case.taken_by], at=at, link=link_of(case))
    if remedy == Remedy.TALK:
        tell(case.lead, "leads.hotline_talk", [case.lead.designer], at=at)
    audit.record(case.lead.dossier, "leads.hotline_decided", by=by, at=at, seq=case.seq, remedy=str(remedy), decision=case.decision)
    return case


@transaction.atomic
def close_case(case: HotlineCase, *, last_words: str, satisfaction: str, by: Any, at: datetime) -> HotlineCase:
    """Customer service calls back and closes the case with the customer's word."""
    case = _locked(case)
    _refuse_own(case, by)
    if case.state != CaseState.DECIDED:
        raise Refused(_("A case is closed after the store manager has decided."))
    if not last_words.strip() or satisfaction not in Satisfaction.values:
        raise Refused(_("A case is closed with the customer's word and how content the customer is."))
    case.closed_at, case.closed_by, case.last_words, case.satisfaction = at, by, last_words.strip(), satisfaction
    case.save(update_fields=["closed_at", "closed_by", "last_words", "satisfaction"])
    clocks.stop(deadlines.HOTLINE_CASE, key(case), at=at, by=by)
    audit.record(case.lead.dossier, "leads.hotline_closed", by=by, at=at, seq=case.seq, satisfaction=str(satisfaction), words=case.last_words)
    return case
