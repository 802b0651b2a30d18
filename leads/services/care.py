"""What every contact does to the clocks, and the regular return visits before the contract (R003, R009, R021–R024)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Deadline
from core.refusals import Missing, Refused
from leads import care, deadlines
from leads.choices import Channel, Satisfaction, Stage
from leads.choices_follow_up import CaseCause
from leads.models import CareCall, Customer, FollowUp, Lead
from leads.models.lead import NEXT_WITHIN
from leads.services.hotline import open_for_words
from leads.services.stages import locked, start, stop
from staff import posts

SPOKEN = (Channel.PHONE, Channel.HOME, Channel.VIDEO)


def refuse_next(next_at: datetime | None, at: datetime) -> None:
    """The next contact is agreed on for a moment to come, within a year: what is further off is forgotten, not agreed."""
    if next_at is not None and next_at <= at:
        raise Refused(_("The next contact lies in the past."))
    if next_at is not None and next_at > at + NEXT_WITHIN:
        raise Refused(_("The next contact is agreed on within a year."))


def after_contact(
    lead: Lead, *, by: Any, at: datetime, reached: bool = True, next_at: datetime | None = None, designs: bool = False
) -> None:
    """The clocks after a contact: the first one is made, the silence begins anew, the next return visit is due.

    Reached: the first-contact clock stops (R010, R011).  By the designer: the hotline's ten days begin anew, until the preview is
    presented (R003; an agreed day of the preview does not lift it); `designs`: a consultation, which is the designer's whoever wrote
    it.  The agreed next contact is the due moment of the care clock.
    """
    if reached:
        stop(lead, deadlines.FIRST_CONTACT, by=by, at=at)
        if designs or by.pk == lead.designer_id:
            stop(lead, deadlines.HOTLINE, by=by, at=at)
            if lead.stage == Stage.CONSULTING:
                start(deadlines.HOTLINE, lead, owner=lead.designer, at=at)
        stop(lead, deadlines.CARE, by=by, at=at)
    if reached or next_at is not None:
        if not reached:
            clocks.cancel(deadlines.CARE, deadlines.key(lead), at=at, by=by)
        set_care(lead, since=at, due_at=next_at)


def set_care(lead: Lead, *, since: datetime, due_at: datetime | None = None) -> bool:
    """Start the clock of the next return visit: at the agreed moment, else by the customer's class; never in the customer's rest (R024).

    False for a customer of no class, for one who does not want to be contacted, and when the enquiry is over – members and key
    customers are visited all the same (R021, R022).
    """
    customer = lead.customer
    days = care.days_for(customer)
    over = not lead.is_open and not care.is_always_visited(customer)
    if customer.do_not_contact or lead.withdrawn_at is not None or (due_at is None and (days is None or over)):
        return False
    due = care.awake(due_at or deadlines.care_days(lead).after(since))
    start(deadlines.CARE, lead, owner=owner_of(lead), at=since, due_at=due, agreed=due_at is not None)
    return True


def owner_of(lead: Lead) -> Any:
    """Whose the next contact is: the customer manager's, else the designer's."""
    return lead.customer_manager or lead.designer


def set_care_anew(customer: Customer, *, at: datetime, by: Any) -> None:
    """The customer was judged anew: every running care clock of the customer runs by the new class from its old start.

    A day that the customer has agreed to stands, and so does a clock that is held.
    """
    rows = Lead.objects.alive().filter(customer=customer).select_related("dossier", "home", "customer", "designer", "customer_manager")
    for lead in rows.order_by("pk"):
        running = Deadline.objects.filter(clock=deadlines.CARE.id, key=deadlines.key(lead), stopped_at__isnull=True).first()
        since = running.started_at if running else last_contact(lead)
        if since is None or (running and (running.agreed or running.paused_at is not None)):
            continue
        clocks.cancel(deadlines.CARE, deadlines.key(lead), at=at, by=by)
        set_care(lead, since=since)


def begin_care(customer: Customer, *, at: datetime) -> None:
    """The customer may be visited again: the rhythm of the class begins now, not with a contact of long ago."""
    rows = Lead.objects.alive().filter(customer=customer).select_related("dossier", "home", "customer", "designer", "customer_manager")
    for lead in rows.order_by("pk"):
        if lead.is_open:
            set_care(lead, since=at)


def last_contact(lead: Lead) -> datetime | None:
    """When the customer was reached last, by a note or a consultation."""
    told = lead.follow_ups.filter(reached=True).order_by("-at").values_list("at", flat=True)[:1]
    met = lead.consultations.order_by("-at").values_list("at", flat=True)[:1]
    return max([*told, *met], default=None)


@transaction.atomic
def record_care_call(
    lead: Lead,
    *,
    channel: str,
    reached: bool,
    note: str,
    by: Any,
    at: datetime,
    satisfaction: str = "",
    with_what: str = "",
    next_at: datetime | None = None,
    time_agreed: bool = False,
) -> CareCall:
    """Make a regular return visit: complete (R023), and not in the customer's rest unless the time was agreed (R024).

    Whoever hears that a customer is not content opens a hotline case by it (L10).
    """
    lead = locked(lead, closed=True)
    if lead.customer.do_not_contact:
        raise Refused(_("The customer does not want to be contacted."))
    if channel in SPOKEN and not time_agreed:
        care.require_awake(at)
    _require_complete(reached, satisfaction, with_what, note)
    refuse_next(next_at, at)
    follow_up = FollowUp.objects.create(
        lead=lead, store_id=lead.store_id, channel=channel, reached=reached, note=note.strip(), next_at=next_at, by=by, at=at
    )
    made = CareCall.objects.create(
        lead=lead, store_id=lead.store_id, follow_up=follow_up, channel=channel, satisfaction=satisfaction if reached else "",
        with_what=with_what.strip() if reached else "", time_agreed=time_agreed, by=by, at=at,
    )  # fmt: skip
    after_contact(lead, by=by, at=at, reached=reached, next_at=next_at)
    audit.record(
        lead.dossier, "leads.care_call", by=by, at=at, reached=reached, satisfaction=made.satisfaction, with_what=made.with_what, note=follow_up.note
    )
    if made.satisfaction == Satisfaction.DISSATISFIED and lead.is_open:
        open_for_words(lead, cause=CaseCause.OTHER, words=made.with_what, by=by, at=at)
    return made


def _require_complete(reached: bool, satisfaction: str, with_what: str, note: str) -> None:
    """R023: what a visit must tell, all that is missing at once."""
    missing = []
    if not note.strip():
        missing.append(Missing(_("What was said has not been noted."), posts.CUSTOMER_MANAGER))
    if reached and satisfaction not in Satisfaction.values:
        missing.append(Missing(_("How content the customer is has not been noted."), posts.CUSTOMER_MANAGER))
    if reached and satisfaction == Satisfaction.DISSATISFIED and not with_what.strip():
        missing.append(Missing(_("With what the customer is not content has not been noted."), posts.CUSTOMER_MANAGER))
    if missing:
        raise Refused(_("The return visit is not complete: {count} missing.").format(count=len(missing)), missing)
