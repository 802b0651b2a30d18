"""From one person to another: what was promised, where things stand, what the customer likes (L08, Q19); leaving employees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Deadline
from core.refusals import Refused
from leads import deadlines
from leads.choices import LIVING
from leads.choices_follow_up import HandOverRole
from leads.models import Appointment, Assignment, HandOver, Lead
from leads.services import seats
from leads.services.appointments import go_along
from leads.services.care import last_contact
from leads.services.stages import locked
from leads.services.telling import tell
from staff import posts

DESIGNERS = (posts.DESIGNER, posts.CHIEF_DESIGNER)
POSTS = {HandOverRole.DESIGNER: DESIGNERS, HandOverRole.CUSTOMER_MANAGER: (posts.CUSTOMER_MANAGER,)}


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a hand-over."""

    standing: str = ""
    promised: str = ""
    likes: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.standing.strip() or self.promised.strip() or self.likes.strip())


@transaction.atomic
def reassign_designer(lead: Lead, *, designer: Any, reason: str, by: Any, at: datetime, told: Told | None = None) -> Assignment:
    """Give an enquiry to another designer, with a reason and a hand-over; running clocks go along.

    On the day of the assignment the design or the store manager may do it (decision 7); later the store manager (Q19).  Once
    somebody has talked with the customer, the hand-over says how things stand; the new designer confirms having read it.
    """
    lead = locked(lead)
    last = lead.assignments.order_by("-seq").first()
    if last is None or lead.designer_id is None:
        raise Refused(_("This enquiry has not been assigned yet."))
    same_day = timezone.localtime(last.at).date() == timezone.localtime(at).date()
    held = by.posts_for(lead.store_id)
    if posts.STORE_MANAGER not in held and not (same_day and posts.DESIGN_MANAGER in held):
        raise Refused(_("After the day of the assignment only the store manager changes the designer."))
    if not reason.strip():
        raise Refused(_("Another designer needs a reason."))
    if lead.designer_id == designer.pk:
        raise Refused(_("{designer} already has this enquiry.").format(designer=lead.designer))
    require_fit(lead, HandOverRole.DESIGNER, designer)
    return _give_designer(lead, designer=designer, reason=reason.strip(), told=told or Told(), by=by, at=at, seq=last.seq + 1)


def require_fit(lead: Lead, role: str, person: Any) -> None:
    """The person works here and holds the post in the enquiry's store."""
    if person.left_on is None and lead.store_id in person.stores_of(POSTS[HandOverRole(role)]):
        return
    if role == HandOverRole.DESIGNER:
        raise Refused(_("{name} is no designer of this store.").format(name=person))
    raise Refused(_("{name} is no customer manager of this store.").format(name=person))


def _give_designer(lead: Lead, *, designer: Any, reason: str, told: Told, by: Any, at: datetime, seq: int) -> Assignment:
    before = lead.designer
    told_how = hand_over(lead, role=HandOverRole.DESIGNER, before=before, after=designer, reason=reason, told=told, by=by, at=at)
    made = Assignment.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, designer=designer, customer_manager=lead.customer_manager, reason=reason, by=by, at=at
    )
    lead.designer = designer
    lead.save(update_fields=["designer"])
    go_along(lead, before=before, after=designer, reason=reason, by=by, at=at)
    _clocks_go_along(lead, HandOverRole.DESIGNER, before, designer)
    _tell(lead, told_how, designer, at=at)
    audit.record(
        lead.dossier, "leads.designer_changed", by=by, at=at, designer=designer.pk, name=str(designer), before=str(before), reason=reason
    )
    return made


def hand_over(lead: Lead, *, role: str, before: Any, after: Any, reason: str, told: Told, by: Any, at: datetime) -> HandOver | None:
    """Write down what the next person must know; its clock runs until that person has read it.  Nothing before the first contact."""
    known = last_contact(lead) is not None
    if known and not told.standing.strip():
        raise Refused(_("Somebody has talked with {customer}: the hand-over says how things stand.").format(customer=lead.customer.name))
    if told.is_empty:
        return None
    made = HandOver.objects.create(
        lead=lead, store_id=lead.store_id, role=role, from_person=before, to_person=after, reason=reason, promised=told.promised.strip(),
        standing=told.standing.strip() or _("No contact yet."), likes=told.likes.strip(), by=by, at=at,
    )  # fmt: skip
    clocks.cancel(deadlines.HAND_OVER, key(lead, role), at=at, by=by)
    clocks.start(
        deadlines.HAND_OVER, dossier=lead.dossier, key=key(lead, role), owner=after, at=at, subject=lead,
        line=lead.line, link=link_of(lead),
    )  # fmt: skip
    audit.record(
        lead.dossier, "leads.handed_over", by=by, at=at, role=str(role), before=str(before), name=str(after), standing=made.standing, promised=made.promised
    )
    return made


def _tell(lead: Lead, made: HandOver | None, person: Any, *, at: datetime) -> None:
    """Where somebody has talked with the customer already, there is no first contact to make but a hand-over to read."""
    tell(lead, "leads.handed_on" if made else "leads.assigned", [person], at=at, link=link_of(lead) if made else "")


def key(lead: Lead, role: str) -> str:
    """A hand-over of each part may run by itself."""
    return f"{deadlines.key(lead)}:{HandOverRole(role).value}"


def link_of(lead: Lead) -> str:
    return f"{lead.get_absolute_url()}hand-over/"


PERSONAL = (deadlines.PROMISE, deadlines.APPOINTMENT, deadlines.LOG_ANSWER)  # what one person has said to a customer


def _clocks_go_along(lead: Lead, role: HandOverRole, before: Any, after: Any) -> None:
    """What the former person owed in this part, or had promised, is the next one's; a decision that is theirs as a manager stays with them.

    A part that nobody holds stood with the former person, too.  Whoever is designer and customer manager and gives up one keeps what is due
    in the other.  An appointment that stays with somebody who still works here is theirs to note.
    """
    other = next(each for each in HandOverRole if each is not role)
    parts = (role.value, other.value) if getattr(lead, f"{other}_id") is None else (role.value,)
    theirs = [clock.id for clock in clocks.CLOCKS.values() if clock.owner in parts] + [clock.id for clock in PERSONAL]
    running = Deadline.objects.select_for_update(no_key=True).filter(dossier=lead.dossier_id, owner=before, stopped_at__isnull=True, clock__in=theirs)
    staying = {seats.key(row) for row in stay_behind([lead], before)} if before.left_on is None else set()
    for row in running.exclude(key__in=staying):
        row.owner = after
        row.save(update_fields=["owner"])


def stay_behind(leads: Sequence[Lead], before: Any) -> list[Appointment]:
    """What customers have agreed with the former person and the next one was not free for; somebody has to agree on it again."""
    rows = Appointment.objects.planned().filter(lead__in=leads, person=before)
    return list(rows.select_related("lead__customer", "lead__home__estate").order_by("start_at", "pk"))


@transaction.atomic
def confirm_hand_over(made: HandOver, *, by: Any, at: datetime) -> HandOver:
    """The new person has read it."""
    lead = locked(made.lead, closed=True)
    made = HandOver.objects.select_for_update(no_key=True).get(pk=made.pk)
    if made.to_person_id != by.pk:
        raise Refused(_("Only {name} confirms this hand-over.").format(name=made.to_person))
    if made.read_at is not None:
        raise Refused(_("This hand-over has been read already."))
    made.read_at = at
    made.save(update_fields=["read_at"])
    if not lead.hand_overs.filter(role=made.role, read_at__isnull=True, to_person=by).exists():
        clocks.stop(deadlines.HAND_OVER, key(lead, made.role), at=at, by=by)
    audit.record(lead.dossier, "leads.hand_over_read", by=by, at=at, name=str(by))
    return made


# --- leaving employees ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """One enquiry of somebody who leaves: in which part, to whom, and what that person must know."""

    lead: Lead
    role: str
    to: Any
    told: Told


@transaction.atomic
def move_customers(person: Any, moves: Sequence[Move], *, reason: str, by: Any, at: datetime) -> list[HandOver]:
    """Move everything that somebody has in hand to others in one act: all of it or nothing.

    Refused when an open enquiry of the person in the stores of these moves is left out, or stands elsewhere meanwhile.
    """
    if not reason.strip():
        raise Refused(_("Say why the customers go to others."))
    if not moves:
        raise Refused(_("{name} has no open enquiry.").format(name=person))
    leads = {pk: locked(Lead(pk=pk)) for pk in sorted({move.lead.pk for move in moves})}
    left = in_hand(person, {lead.store_id for lead in leads.values()}) - {(move.lead.pk, move.role) for move in moves}
    if left:
        raise Refused(_("{count} of the enquiries have nobody yet. All go, or none.").format(count=len(left)))
    found = [_move(leads[move.lead.pk], move, person, reason=reason.strip(), by=by, at=at) for move in moves]
    audit.record(person.dossier, "leads.customers_moved", by=by, at=at, count=len(moves), reason=reason.strip())
    return [made for made in found if made is not None]


def in_hand(person: Any, stores: set[int] | None = None) -> set[tuple[int, str]]:
    """(enquiry, part) of everything open that a person has in hand."""
    found = set()
    for role in HandOverRole.values:
        rows = Lead.objects.alive().filter(**{role: person}, stage__in=LIVING)
        rows = rows.filter(store__in=stores) if stores is not None else rows
        found |= {(pk, role) for pk in rows.values_list("pk", flat=True)}
    return found


def _move(lead: Lead, move: Move, person: Any, *, reason: str, by: Any, at: datetime) -> HandOver | None:
    if getattr(lead, f"{move.role}_id") != person.pk:
        raise Refused(_("{ref} is no longer {name}'s. Open the page again.").format(ref=lead.ref, name=person))
    if move.to.pk == person.pk:
        raise Refused(_("{ref} would stay where it is.").format(ref=lead.ref))
    require_fit(lead, move.role, move.to)
    if move.role == HandOverRole.DESIGNER:
        seq = (lead.assignments.order_by("-seq").values_list("seq", flat=True).first() or 0) + 1
        _give_designer(lead, designer=move.to, reason=reason, told=move.told, by=by, at=at, seq=seq)
        return lead.hand_overs.filter(role=move.role, at=at).order_by("-pk").first()
    made = hand_over(lead, role=move.role, before=person, after=move.to, reason=reason, told=move.told, by=by, at=at)
    lead.customer_manager = move.to
    lead.save(update_fields=["customer_manager"])
    go_along(lead, before=person, after=move.to, reason=reason, by=by, at=at)
    _clocks_go_along(lead, HandOverRole(move.role), person, move.to)
    _tell(lead, made, move.to, at=at)
    audit.record(
        lead.dossier, "leads.manager_changed", by=by, at=at, manager=move.to.pk, name=str(move.to), before=str(person), reason=reason
    )
    return made
