"""What time brings (decision 28): hotline cases, the pool and its warnings, care clocks; and what a signature brings: an accepted quotation.

Idempotent; dates come from the fact.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.urls import reverse
from django.utils import timezone

from core import clocks
from core.busy import is_held
from core.choices import values
from core.models import Deadline, Dossier, Notice, Paper
from core.refusals import Refused
from leads import company, deadlines
from leads.choices import LIVING, QuotationState, Stage
from leads.choices_follow_up import HandOverRole, PoolCause
from leads.models import Customer, HotlineCase, Lead, Quotation
from leads.services import care, hotline, pool
from leads.services.quotation import accept_quotation
from leads.services.telling import tell
from staff import posts
from staff.models import User
from staff.selectors import holders

log = logging.getLogger(__name__)
CASE_AFTER = timedelta(days=1)  # R003: more than ten days, so the eleventh (Q11)
WARNING = "leads.pool_warning"
LEFT = "leads.left_with_customers"
MOST = 500  # of each kind in one minute; the rest follows in the next
PEOPLE = ("customer", "home", "designer", "customer_manager")


def follow(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Look at all enquiries, or at one file after a signature in it; returns what was written."""
    made = sum(_safely(_accept, row) for row in _signed(dossier, at))
    if dossier is not None:
        return made
    made += sum(_safely(_open_case, silence) for silence in _silent(at))
    made += sum(_safely(_fall, lead, cause, moment) for lead, cause, moment in _to_fall(at))
    made += sum(_safely(_warn, lead, moment) for lead, moment in _to_warn(at))
    made += sum(_safely(_visit, lead, at) for lead in _unvisited())
    made += sum(_safely(_say_who_left, person, store, at) for person, store in _left_with_customers())
    return made + sum(_safely(_leave_in_peace, row, at) for row in _not_to_be_contacted())


def _safely(verb: Callable[..., Any], *told: Any) -> int:
    """One enquiry that cannot be followed is logged and stops no other."""
    try:
        with transaction.atomic():
            return int(bool(verb(*told)))
    except OperationalError as error:
        if not is_held(error):
            raise  # the database is away: the next minute tries again
        return 0
    except Refused:
        return 0  # somebody was faster
    except Exception:
        log.exception("%s failed for %s", verb.__name__, told[0])
        return 0


# --- the signed quotation (P05, G5) ---------------------------------------------------------------------------------------


def _signed(dossier: Dossier | None, at: datetime) -> list[Quotation]:
    """Quotations that the customer has signed as they stand, and that nobody has noted as accepted."""
    rows = Quotation.objects.filter(
        state=QuotationState.ISSUED, paper__state__in=Paper.SIGNED_STATES, paper__stale_at__isnull=True,
        valid_until__gte=timezone.localdate(at) - timedelta(days=7), lead__stage__in=LIVING,
    )  # fmt: skip
    if dossier is not None:
        rows = rows.filter(lead__dossier=dossier)
    return list(rows.select_related("lead", "paper").order_by("pk")[:MOST])


def _accept(row: Quotation) -> Any:
    """The customer agrees to the contract by this very signature; the choice is the paper's, the moment that of the last hand."""
    paper = row.paper
    assert paper is not None  # it is signed
    hands = [hand.at for hand in paper.signatures.all() if hand.role in paper.required_roles]
    return accept_quotation(row, by=None, at=max(hands))


# --- silence (R003) ------------------------------------------------------------------------------------------------------


def _silent(at: datetime) -> list[Deadline]:
    known = HotlineCase.objects.filter(silence=OuterRef("pk"))
    waits = HotlineCase.objects.filter(lead__dossier=OuterRef("dossier"), closed_at__isnull=True)
    rows = Deadline.objects.filter(
        clock=deadlines.HOTLINE.id, stopped_at__isnull=True, paused_at__isnull=True, due_at__lte=at - CASE_AFTER
    )
    return list(rows.exclude(Exists(known)).exclude(Exists(waits)).select_related("dossier__lead").order_by("due_at", "pk")[:MOST])


def _open_case(silence: Deadline) -> Any:
    return hotline.open_for_silence(silence, at=silence.due_at + CASE_AFTER)


# --- the pool --------------------------------------------------------------------------------------------------------------


def _to_fall(at: datetime) -> list[tuple[Lead, str, datetime]]:
    """(enquiry, why, when) of everything that nobody has touched for as long as the company allows."""
    days = timedelta(days=company.POOL_CONTACT_DAYS.value)
    found = [(row.dossier.lead, PoolCause.UNASSIGNED.value, row.due_at) for row in pool.unassigned(until=at).select_related("dossier__lead")[:MOST]]
    return found + [(lead, PoolCause.NO_CONTACT.value, lead.touched + days) for lead in pool.untouched(since=at - days)[:MOST]]


def _to_warn(at: datetime) -> list[tuple[Lead, datetime]]:
    """(enquiry, when it will fall) of those whose warning is due; the one that was given bears the moment of this fall, so a new touch warns anew."""
    rules = values((company.POOL_CONTACT_DAYS, company.POOL_WARN_DAYS))
    days, before = (timedelta(days=rules[choice.code]) for choice in (company.POOL_CONTACT_DAYS, company.POOL_WARN_DAYS))
    told = Notice.objects.filter(kind=WARNING, dossier=OuterRef("dossier"), at=OuterRef("warned"))
    soon = pool.untouched(since=at - days + before).filter(pool.touched_after(at - days)).annotate(warned=_moved("touched", days - before))
    found = [(lead, lead.touched + days) for lead in soon.filter(~Exists(told)).select_related(*PEOPLE)[:MOST]]
    ending = pool.unassigned(until=at + before).filter(due_at__gt=at).annotate(warned=_moved("due_at", -before))
    rows = ending.filter(~Exists(told)).select_related(*(f"dossier__lead__{name}" for name in PEOPLE))[:MOST]
    return found + [(row.dossier.lead, row.due_at) for row in rows]


def _moved(column: str, by: timedelta) -> ExpressionWrapper:
    return ExpressionWrapper(F(column) + Value(by, DurationField()), DateTimeField())


def _fall(lead: Lead, cause: str, moment: datetime) -> Any:
    return pool.fall(lead, cause=cause, at=moment)


def _warn(lead: Lead, falls: datetime) -> int:
    people = [person for person in (lead.designer, lead.customer_manager) if person is not None] or holders(posts.FRONT_DESK, lead.store_id)
    before = timedelta(days=company.POOL_WARN_DAYS.value)
    return tell(lead, WARNING, people, at=falls - before)


# --- members and key customers (R021, R022) ------------------------------------------------------------------------------------


def _unvisited() -> list[Lead]:
    """The newest enquiry of every member and key customer without a running care clock: all of them are visited."""
    running = Deadline.objects.filter(clock=deadlines.CARE.id, stopped_at__isnull=True, dossier__lead__customer=OuterRef("pk"))
    customers = Customer.objects.filter(Q(is_key=True) | Q(is_member=True), do_not_contact=False, withdrawn_at__isnull=True, merged_into__isnull=True)
    newest = Lead.objects.alive().filter(customer=OuterRef("pk")).order_by("-registered_at", "-pk").values("pk")
    chosen = customers.exclude(Exists(running)).annotate(newest=Subquery(newest[:1])).filter(newest__isnull=False).order_by("pk")[:MOST]
    rows = Lead.objects.filter(pk__in=[customer.newest for customer in chosen])
    return list(rows.select_related("dossier", "home", "customer", "designer", "customer_manager"))


def _visit(lead: Lead, at: datetime) -> Any:
    """The care clock runs from the last contact; of a customer whom nobody has reached yet from the registration."""
    moved = lead.stage_changes.filter(to_stage__in=(Stage.LOST, Stage.CONTRACTED)).aggregate(last=Max("at"))["last"]
    since = max(moment for moment in (care.last_contact(lead), lead.registered_at, moved) if moment is not None)
    return care.set_care(lead, since=min(since, at))


# --- who has left (no customer is nobody's) -------------------------------------------------------------------------------


def _left_with_customers() -> list[tuple[User, int]]:
    """(person, store) of everybody who has left with open enquiries in hand."""
    left = {person.pk: person for person in User.objects.filter(left_on__isnull=False).select_related("dossier")}
    found = set()
    for role in HandOverRole.values:
        rows = Lead.objects.alive().filter(**{f"{role}__in": list(left)}, stage__in=LIVING).order_by().values_list(role, "store")
        found |= set(rows.distinct())
    return [(left[person], store) for person, store in sorted(found)]


def _say_who_left(person: User, store: int, at: datetime) -> int:
    """Once: the store managers hear of it, with the page on which the customers are moved."""
    link = reverse("leads:leaver", args=[person.username])
    told = set(Notice.objects.filter(kind=LEFT, link=link, dossier=person.dossier).values_list("user", flat=True))
    managers = [manager for manager in holders(posts.STORE_MANAGER, store) if manager.pk not in told]
    Notice.objects.bulk_create(
        Notice(user=manager, dossier=person.dossier, kind=LEFT, line=str(person), link=link, at=at) for manager in managers
    )
    return len(managers)


def _not_to_be_contacted() -> list[Deadline]:
    rows = Deadline.objects.filter(clock=deadlines.CARE.id, stopped_at__isnull=True, dossier__lead__customer__do_not_contact=True)
    return list(rows.select_related("dossier")[:MOST])


def _leave_in_peace(row: Deadline, at: datetime) -> Any:
    """Whoever does not want to be contacted is not visited."""
    return clocks.cancel(deadlines.CARE, row.key, at=at)


__all__ = ["follow"]
