"""Assignment to a designer (L08) and the contacts before the first consultation (L07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.refusals import Refused
from leads import deadlines
from leads.choices import Stage
from leads.choices_follow_up import HandOverRole
from leads.models import Assignment, CustomerPhone, FollowUp, HomePerson, Lead, PhoneReveal
from leads.services.care import after_contact, refuse_next
from leads.services.hand_over import require_fit
from leads.services.pool import stay_of
from leads.services.profile import CALLING, require_contact
from leads.services.stages import locked, move, start, stop
from leads.services.telling import tell
from staff import posts

REVEALS_A_DAY = 30


@transaction.atomic
def assign_designer(lead: Lead, *, designer: Any, by: Any, at: datetime, customer_manager: Any = None) -> Assignment:
    """Assign an enquiry to a designer of its store (L08); starts the first-contact clock (R010, R011), and tells the designer.

    A customer manager who took it from the pool assigns it later: then it is assigned already and only gets its designer.
    """
    lead = locked(lead)
    if lead.designer_id is not None:
        raise Refused(_("{designer} already has this enquiry.").format(designer=lead.designer))
    if stay_of(lead) is not None:
        raise Refused(_("This enquiry lies in the public pool: it is taken from there."))
    require_fit(lead, HandOverRole.DESIGNER, designer)
    manager = customer_manager or lead.customer_manager or (by if posts.CUSTOMER_MANAGER in by.posts_for(lead.store_id) else None)
    if manager is not None and lead.customer_manager_id != manager.pk:
        require_fit(lead, HandOverRole.CUSTOMER_MANAGER, manager)
    if lead.stage == Stage.REGISTERED:
        move(lead, to=Stage.ASSIGNED, by=by, at=at)
    seq = (lead.assignments.order_by("-seq").values_list("seq", flat=True).first() or 0) + 1
    made = Assignment.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, designer=designer, customer_manager=manager, by=by, at=at,
        reason=_("assigned anew") if seq > 1 else "",
    )  # fmt: skip
    lead.designer, lead.customer_manager = designer, manager
    lead.save(update_fields=["designer", "customer_manager"])
    stop(lead, deadlines.ASSIGNMENT, by=by, at=at)
    if clocks.hand_over(deadlines.FIRST_CONTACT, deadlines.key(lead), designer) is None:
        start(deadlines.FIRST_CONTACT, lead, owner=designer, at=at)
    tell(lead, "leads.assigned", [designer], at=at)
    audit.record(lead.dossier, "leads.designer_assigned", by=by, at=at, designer=designer.pk, name=str(designer))
    return made


@transaction.atomic
def note_contact(
    lead: Lead, *, channel: str, note: str, by: Any, at: datetime, reached: bool = True, next_at: datetime | None = None
) -> FollowUp:
    """Note a contact with the customer (L07).

    Reached: the first-contact clock stops (R010, R011); by the designer, the hotline's ten days begin anew (R003); the next return
    visit is due by the customer's class, or at the moment agreed.
    """
    lead = locked(lead, closed=True)
    if not note.strip():
        raise Refused(_("Note what was said."))
    if lead.customer.do_not_contact:
        raise Refused(_("The customer does not want to be contacted."))
    refuse_next(next_at, at)
    made = FollowUp.objects.create(
        lead=lead, store_id=lead.store_id, channel=channel, note=note.strip(), reached=reached, next_at=next_at, by=by, at=at
    )
    after_contact(lead, by=by, at=at, reached=reached, next_at=next_at)
    audit.record(lead.dossier, "leads.contact_noted", by=by, at=at, channel=channel, reached=reached, note=made.note)
    return made


@transaction.atomic
def reveal_phone(
    lead: Lead, *, phone: CustomerPhone | HomePerson, by: Any, at: datetime, for_clock: str = "", reason: str = ""
) -> str:
    """Show a number in full; logged, and limited per person and day unless a due clock asks for the call (LR-43, decision 22).

    A number of a person of the home is the customer's in this.  For a call it is not shown while the customer wants none.
    """
    if reason in CALLING:
        require_contact(lead.customer)
    if not for_clock:
        midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        today = PhoneReveal.objects.filter(by=by, at__gte=midnight, for_clock="").count()
        if today >= REVEALS_A_DAY:
            raise Refused(_("{count} numbers were looked at today; that is the limit of a day.").format(count=today))
    person = phone if isinstance(phone, HomePerson) else None
    if person is not None:
        belongs = person.home_id == lead.home_id and person.ended_at is None and bool(person.number)
    else:
        belongs = getattr(phone, "customer_id", None) == lead.customer_id
    if not belongs:
        raise Refused(_("This number is not the customer's."))
    whose: dict[str, Any] = {"person": person} if person is not None else {"phone": phone}
    PhoneReveal.objects.create(lead=lead, by=by, at=at, reason=reason[:40], for_clock=for_clock, **whose)
    audit.record(lead.dossier, "leads.phone_revealed", by=by, at=at, for_clock=for_clock, reason=reason, **_ids(whose))
    return phone.number


def _ids(rows: dict[str, Any]) -> dict[str, Any]:
    return {name: row.pk for name, row in rows.items()}


@transaction.atomic
def hold_clock(lead: Lead, *, clock: clocks.Clock, reason: str, by: Any, at: datetime) -> clocks.Deadline:
    """Hold a clock of the enquiry, with a reason (the customer is away)."""
    lead = locked(lead)
    return clocks.pause(clock, deadlines.key(lead), at=at, reason=reason, by=by)


@transaction.atomic
def let_clock_run(lead: Lead, *, clock: clocks.Clock, by: Any, at: datetime) -> clocks.Deadline:
    """Let a held clock run on."""
    lead = locked(lead)
    return clocks.resume(clock, deadlines.key(lead), at=at, by=by)
