"""The public pool (公海): what nobody touches falls into it and is taken from it fairly, one taker each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.choices import values
from core.models import Deadline
from core.refusals import Refused
from leads import company, deadlines
from leads.choices import LIVING, Stage
from leads.choices_follow_up import PoolCause, PoolEnd
from leads.models import Assignment, FollowUp, Lead, PoolStay
from leads.services.hand_over import DESIGNERS
from leads.services.stages import locked, move, start, stop
from leads.services.telling import tell
from staff import posts
from staff.models import Store, User
from staff.selectors import holders

BEFORE_CONSULTATION = (Stage.REGISTERED, Stage.ASSIGNED)


def stay_of(lead: Lead) -> PoolStay | None:
    """The open stay of an enquiry that nobody has."""
    return PoolStay.objects.filter(lead=lead, ended_at__isnull=True).first()


def unassigned(*, until: datetime) -> Any:
    """Ended clocks of assigning whose enquiry nobody has; imported enquiries have none (decision 37)."""
    rows = Deadline.objects.filter(clock=deadlines.ASSIGNMENT.id, stopped_at__isnull=True, paused_at__isnull=True, due_at__lte=until)
    return rows.filter(dossier__lead__stage__in=BEFORE_CONSULTATION, dossier__lead__withdrawn_at__isnull=True)


def untouched(*, since: datetime) -> Any:
    """Assigned enquiries without a touch since a moment: no assignment, no customer reached, no agreed next contact; `touched` is the last.

    Somebody who has held the clock of the first contact, with a reason, keeps the enquiry, and whoever is not to be contacted is left alone.
    """
    contacts = FollowUp.objects.filter(lead=OuterRef("pk"), reached=True).order_by().values("lead")
    given = Assignment.objects.filter(lead=OuterRef("pk")).order_by("-seq").values("at")
    held = Deadline.objects.filter(
        dossier=OuterRef("dossier"), clock=deadlines.FIRST_CONTACT.id, stopped_at__isnull=True, paused_at__isnull=False
    )
    rows = Lead.objects.alive().filter(store__in=list(Store.objects.values_list("pk", flat=True)), stage=Stage.ASSIGNED, designer__isnull=False)
    return rows.filter(~touched_after(since), ~Exists(held), customer__do_not_contact=False).annotate(
        touched=Greatest(
            F("registered_at"), Subquery(given[:1]), Subquery(contacts.annotate(last=Max("at")).values("last")),
            Subquery(contacts.annotate(last=Max("next_at")).values("last")),
        )
    )  # fmt: skip


def touched_after(moment: datetime) -> Q:
    """Whether an enquiry was touched after a moment, answered from its own few rows: `touched` of everybody would be reckoned row by row."""
    given = Assignment.objects.filter(lead=OuterRef("pk"), at__gt=moment)
    contacts = FollowUp.objects.filter(Q(at__gt=moment) | Q(next_at__gt=moment), lead=OuterRef("pk"), reached=True)
    return Q(registered_at__gt=moment) | Q(Exists(given)) | Q(Exists(contacts))


@transaction.atomic
def fall(lead: Lead, *, cause: str, at: datetime) -> PoolStay | None:
    """An enquiry falls into the pool by itself: whoever had it loses it, and hears of it.  Idempotent.

    Nothing falls that was assigned, touched or held since the question was asked: it is asked again under the lock.
    """
    lead = locked(lead)
    if lead.stage not in BEFORE_CONSULTATION or stay_of(lead) is not None or not _is_due(lead, cause, at):
        return None
    made = _put(lead, cause=cause, reason="", by=None, at=at)
    audit.record(lead.dossier, "leads.fell_into_pool", by=None, at=at, cause=cause, before=_names(made))
    return made


@transaction.atomic
def put_into_pool(lead: Lead, *, reason: str, by: Any, at: datetime) -> PoolStay:
    """A manager puts an enquiry into the pool, with a reason; only before the first consultation."""
    lead = locked(lead)
    if lead.stage not in BEFORE_CONSULTATION:
        raise Refused(_("After the first consultation an enquiry changes the designer with a hand-over; it does not go to the pool."))
    if not reason.strip():
        raise Refused(_("Putting an enquiry into the pool needs a reason."))
    if stay_of(lead) is not None:
        raise Refused(_("This enquiry lies in the pool already."))
    made = _put(lead, cause=PoolCause.BY_HAND, reason=reason.strip(), by=by, at=at)
    audit.record(lead.dossier, "leads.put_into_pool", by=by, at=at, reason=made.reason, before=_names(made))
    return made


def _is_due(lead: Lead, cause: str, at: datetime) -> bool:
    if cause == PoolCause.UNASSIGNED:
        found: bool = unassigned(until=at).filter(dossier=lead.dossier_id).exists()
    else:
        found = untouched(since=at - timedelta(days=company.POOL_CONTACT_DAYS.value)).filter(pk=lead.pk).exists()
    return found


def _put(lead: Lead, *, cause: str, reason: str, by: Any, at: datetime) -> PoolStay:
    had = (lead.designer, lead.customer_manager)
    made = PoolStay.objects.create(
        lead=lead, store_id=lead.store_id, cause=cause, reason=reason, designer=lead.designer, customer_manager=lead.customer_manager, by=by, at=at
    )
    lead.designer = lead.customer_manager = None
    lead.save(update_fields=["designer", "customer_manager"])
    for clock in (deadlines.FIRST_CONTACT, deadlines.ASSIGNMENT):
        clocks.give_up(clock, deadlines.key(lead), at=at, by=by)
    clocks.cancel(deadlines.CARE, deadlines.key(lead), at=at, by=by)
    start(deadlines.IN_POOL, lead, owner=next(iter(holders(posts.STORE_MANAGER, lead.store_id)), None), at=at)
    tell(lead, "leads.pool_fell", [person for person in had if person is not None and person != by], at=at, link="")
    return made


def _names(stay: PoolStay) -> str:
    return posts.listed(str(person) for person in (stay.designer, stay.customer_manager) if person is not None)


@transaction.atomic
def take_from_pool(lead: Lead, *, by: Any, at: datetime) -> PoolStay:
    """A designer or customer manager of the store takes an enquiry from the pool: first come, one taker.

    Refused beyond the limit of a day, with too many in hand, and for whoever let it fall a short while ago (company's choices).
    The first contact is due anew; a designer gets the customer manager with the fewest in hand beside.
    """
    lead = locked(lead)
    stay = stay_of(lead)
    if stay is None:
        last = lead.pool_stays.filter(end=PoolEnd.TAKEN).select_related("ended_by").order_by("-ended_at").first()
        if last is not None:
            raise Refused(_("{name} was faster and has this enquiry now.").format(name=last.ended_by))
        raise Refused(_("This enquiry does not lie in the pool."))
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two of one's own hands, one after the other
    designs = lead.store_id in person.stores_of(DESIGNERS)
    if not designs and lead.store_id not in person.stores_of((posts.CUSTOMER_MANAGER,)):
        raise Refused(_("Designers and customer managers of the store take from the pool."))
    _require_fair(lead, person, at)
    _end(stay, PoolEnd.TAKEN, by=person, at=at)
    stop(lead, deadlines.IN_POOL, by=by, at=at)
    lead.designer = person if designs else None
    lead.customer_manager = _fewest(lead.store_id, posts.CUSTOMER_MANAGER, "customer_manager") if designs else person
    if designs and lead.stage == Stage.REGISTERED:
        move(lead, to=Stage.ASSIGNED, by=None, at=at, actor=by)
    lead.save(update_fields=["designer", "customer_manager"])
    if designs:
        seq = (lead.assignments.order_by("-seq").values_list("seq", flat=True).first() or 0) + 1
        Assignment.objects.create(
            lead=lead, store_id=lead.store_id, seq=seq, designer=person, customer_manager=lead.customer_manager,
            reason=_("taken from the pool"), by=by, at=at,
        )  # fmt: skip
    else:
        start(deadlines.ASSIGNMENT, lead, owner=person, at=at)
    start(deadlines.FIRST_CONTACT, lead, owner=person, at=at)
    if designs:
        tell(lead, "leads.assigned", [lead.customer_manager], at=at)
    audit.record(lead.dossier, "leads.taken_from_pool", by=by, at=at, name=str(person))
    return stay


def _require_fair(lead: Lead, person: User, at: datetime) -> None:
    """The company's rules of taking, each with its own sentence."""
    rules = values(company.POOL)
    since = at - timedelta(days=rules[company.POOL_NOT_BACK_DAYS.code])
    mine = Q(designer=person) | Q(customer_manager=person)
    fell = lead.pool_stays.filter(mine, at__gt=since).exclude(cause=PoolCause.BY_HAND).order_by("-at").first()
    if fell is not None:
        again = timezone.localtime(fell.at + timedelta(days=rules[company.POOL_NOT_BACK_DAYS.code]))
        raise Refused(_("You let this enquiry fall; you may take it again from {day}.").format(day=again.strftime("%Y-%m-%d")))
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if (taken := PoolStay.objects.filter(ended_by=person, end=PoolEnd.TAKEN, ended_at__gte=midnight).count()) >= rules[company.POOL_A_DAY.code]:
        raise Refused(_("You have taken {count} today; that is the limit of a day.").format(count=taken))
    held = Lead.objects.alive().filter(Q(designer=person) | Q(customer_manager=person), stage__in=LIVING).count()
    if held >= rules[company.POOL_IN_HAND.code]:
        raise Refused(_("You have {count} open enquiries in hand; see to those first.").format(count=held))


def _fewest(store_id: int, post: str, role: str) -> Any:
    """Who of a post in a store has the fewest open enquiries."""
    people = holders(post, store_id)
    load = dict(
        Lead.objects.alive().filter(**{f"{role}__in": people}, stage__in=LIVING).order_by().values_list(role).annotate(n=Count("pk"))
    )
    here = [person for person in people if store_id in person.stores_of((post,))]
    return min(here, key=lambda person: (load.get(person.pk, 0), person.pinyin, person.pk), default=None)


@transaction.atomic
def take_out_of_pool(lead: Lead, *, reason: str, by: Any, at: datetime) -> PoolStay:
    """A manager takes an enquiry out of the pool, with a reason, to assign it; until then the clock of assigning runs."""
    lead = locked(lead)
    stay = stay_of(lead)
    if stay is None:
        raise Refused(_("This enquiry does not lie in the pool."))
    if not reason.strip():
        raise Refused(_("Taking an enquiry out of the pool needs a reason."))
    _end(stay, PoolEnd.TAKEN_OUT, by=by, at=at, reason=reason.strip())
    stop(lead, deadlines.IN_POOL, by=by, at=at)
    start(deadlines.ASSIGNMENT, lead, owner=by, at=at)
    audit.record(lead.dossier, "leads.taken_out_of_pool", by=by, at=at, reason=reason.strip())
    return stay


def close_stay(lead: Lead, *, by: Any, at: datetime) -> None:
    """The enquiry is closed: it leaves the pool."""
    stay = stay_of(lead)
    if stay is not None:
        _end(stay, PoolEnd.CLOSED, by=by, at=at)


def _end(stay: PoolStay, end: str, *, by: Any, at: datetime, reason: str = "") -> None:
    stay.ended_at, stay.end, stay.ended_by, stay.end_reason = at, end, by, reason
    stay.save(update_fields=["ended_at", "end", "ended_by", "end_reason"])
