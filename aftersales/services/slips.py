"""Slips between departments (S25): asked with a moment, answered once, closed by who asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_slips as deadlines
from aftersales.choices_slips import SlipState
from aftersales.complaint_terms import heads
from aftersales.models import CoordinationSlip
from aftersales.services.complaints import first_of
from core import audit, clocks, numbers
from core.calendar import evening
from core.models import Dossier, Notice
from core.refusals import Refused
from leads.models import Lead
from staff import posts
from staff.models import Department, Store

SERIES = "XT"


def departments_of(person: Any, store_id: int) -> list[str]:
    """The departments that a person works for in a store, in the order of the chart."""
    held = person.posts_for(store_id)
    return list(dict.fromkeys(row.department for row in posts.posts() if row.code in held))


@transaction.atomic
def write_slip(
    *, to: str, subject: str, text: str, answer_by: datetime, by: Any, at: datetime, lead: Lead | None = None, store: Store | None = None
) -> CoordinationSlip:
    """Ask another department for something until a moment; its head is reminded, and it may be about one customer."""
    where = Store.objects.select_related("dossier").get(pk=lead.store_id if lead is not None else (store or by.home_store).pk)
    mine = departments_of(by, where.pk)
    if not mine:
        raise Refused(_("{name} holds no post in this store.").format(name=by))
    asking = next((code for code in mine if code != to), None)
    if asking is None or not Department.objects.filter(pk=to).exists():
        raise Refused(_("A slip goes to another department."))
    if not subject.strip() or not text.strip():
        raise Refused(_("Say what it is about and what is asked for."))
    clocks.not_too_far(answer_by, at=at, most=clocks.A_YEAR)
    if answer_by <= at:
        raise Refused(_("The answer is asked for a moment that lies ahead."))
    owner = _head(to, where, by.pk)
    if owner is None:
        raise Refused(_("Nobody here could answer for this department."))
    made = CoordinationSlip.objects.create(
        ref=numbers.take(SERIES, store=where, at=at).ref, store=where, lead=lead, from_department_id=asking, to_department_id=to,
        subject=subject.strip()[:60], text=text.strip()[:1000], answer_by=answer_by, by=by, at=at,
    )  # fmt: skip
    _start(deadlines.SLIP_ANSWER, made, owner=owner, at=at, due_at=answer_by)
    audit.record(_file(made), "aftersales.slip_written", by=by, at=at, ref=made.ref, subject=made.subject, to=to)
    return made


@transaction.atomic
def answer_slip(slip: CoordinationSlip, *, answer: str, by: Any, at: datetime, ready_on: date | None = None) -> CoordinationSlip:
    """The asked department answers, once; with a day it promises one.  Who asked finds it on the desk, and owes the word whether it is done."""
    here = _locked(slip, SlipState.WAITING)
    if here.to_department_id not in departments_of(by, here.store_id) or by.pk == here.by_id:
        raise Refused(_("The department that is asked answers."))
    if not answer.strip():
        raise Refused(_("Write the answer."))
    if ready_on is not None:
        clocks.not_too_far(ready_on, at=at, most=clocks.A_YEAR)
    if ready_on is not None and ready_on < timezone.localtime(at).date():
        raise Refused(_("A day is promised that lies ahead."))
    here.state, here.answer, here.ready_on, here.answered_at, here.answered_by = SlipState.ANSWERED, answer.strip()[:1000], ready_on, at, by
    here.save(update_fields=["state", "answer", "ready_on", "answered_at", "answered_by"])
    clocks.stop(deadlines.SLIP_ANSWER, here.ref, at=at, by=by)
    if ready_on is not None:
        _start(deadlines.SLIP_READY, here, owner=by, at=at, due_at=max(evening(ready_on), at))
    else:
        owner = here.by if here.by.left_on is None else _head(here.from_department_id, here.store, by.pk)
        _start(deadlines.SLIP_CLOSING, here, owner=owner, at=at, due_at=deadlines.SLIP_CLOSING.span(here).after(at))
    if here.by.left_on is None:
        Notice.objects.create(
            user=here.by, dossier=here.store.file, kind="aftersales.slip_answered", line=here.subject, link=here.get_absolute_url(), at=at
        )
    audit.record(_file(here), "aftersales.slip_answered", by=by, at=at, ref=here.ref, subject=here.subject, ready_on=ready_on)
    return here


@transaction.atomic
def close_slip(slip: CoordinationSlip, *, by: Any, at: datetime, closing: str = "") -> CoordinationSlip:
    """Who asked says that it is done."""
    here = _asked_by(_locked(slip, SlipState.ANSWERED), by)
    _end(here, SlipState.DONE, closing, by, at)
    for clock in (deadlines.SLIP_READY, deadlines.SLIP_CLOSING):
        clocks.stop(clock, here.ref, at=at, by=by)
    audit.record(_file(here), "aftersales.slip_done", by=by, at=at, ref=here.ref, subject=here.subject)
    return here


@transaction.atomic
def withdraw_slip(slip: CoordinationSlip, *, reason: str, by: Any, at: datetime) -> CoordinationSlip:
    """Nothing is asked for any more, and why."""
    here = _asked_by(_locked(slip, SlipState.WAITING), by)
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."))
    _end(here, SlipState.WITHDRAWN, reason, by, at)
    clocks.cancel(deadlines.SLIP_ANSWER, here.ref, at=at, by=by)
    audit.record(_file(here), "aftersales.slip_withdrawn", by=by, at=at, ref=here.ref, subject=here.subject, reason=here.closing)
    return here


def _head(department: str, store: Store, but: int) -> Any:
    """Who answers for a department in this store: its head, or whoever stands above."""
    return first_of((*heads()[department], posts.STORE_MANAGER, posts.GENERAL_MANAGER), store, (but,))


def _locked(slip: CoordinationSlip, state: SlipState) -> CoordinationSlip:
    rows = CoordinationSlip.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier", "lead__dossier", "by")
    here = rows.get(pk=slip.pk)
    if here.state != state:
        raise Refused(_("This slip stands at “{state}”.").format(state=SlipState(here.state).label))
    return here


def _asked_by(here: CoordinationSlip, by: Any) -> CoordinationSlip:
    if here.from_department_id not in departments_of(by, here.store_id):
        raise Refused(_("The department that asked says so."))
    return here


def _end(here: CoordinationSlip, state: SlipState, words: str, by: Any, at: datetime) -> None:
    here.state, here.closing, here.closed_at, here.closed_by = state, words.strip()[:300], at, by
    here.save(update_fields=["state", "closing", "closed_at", "closed_by"])


def _start(clock: clocks.Clock, slip: CoordinationSlip, *, owner: Any, at: datetime, due_at: datetime) -> None:
    """The clock runs in the store's own file: the other department need not know the customer."""
    clocks.start(clock, dossier=slip.store.file, key=slip.ref, owner=owner, at=at, due_at=due_at, line=slip.subject, link=slip.get_absolute_url())


def _file(slip: CoordinationSlip) -> Dossier:
    return slip.lead.dossier if slip.lead is not None else slip.store.file


__all__ = ["answer_slip", "close_slip", "departments_of", "withdraw_slip", "write_slip"]
