"""A technician is sent to a repair (S20, S22, S24): booked once, on the way, on the spot, the charge signed before the work, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_repairs as deadlines
from aftersales import papers_repairs as sheets
from aftersales.choices_repairs import Cover, OrderState, RepairState
from aftersales.models import RepairOrder, RepairPhoto, RepairRequest
from aftersales.repair_terms import categories, exclusions
from aftersales.services.repairs import LATEST, MOST_PHOTOS, finish, keep_photos, line_of, locked_repair
from aftersales.terms import texts
from core import audit, clocks, papers
from core.calendar import evening
from core.money import ZERO, plain, yuan
from core.refusals import Missing, Refused
from leads import services as leads
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.models import Appointment
from projects.procedure import months_after
from staff import posts
from staff.models import User
from staff.selectors import holders

COVERS = {"statutory": "法定保修（免费）", "company": "公司承诺保修（免费）", "paid": "保修范围外（有偿）"}
MOST_PARTS = 8


# --- sent --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_technician(
    repair: RepairRequest,
    *,
    technician: User,
    start_at: datetime,
    minutes: int = 60,
    by: Any,
    at: datetime,
    told: str = "",
    promised_on: date | None = None,
    agreed: bool = False,
) -> RepairOrder:
    """Make out the order and book the technician's time; nobody is sent to two places, and nobody goes twice for one fault.

    `told` is what the technician is told of the place (S22); `minutes` how long it will take (S24).  A time and a day that the owner
    agreed to become what the clocks wait for.
    """
    here = locked_repair(repair, RepairState.WAITING)
    _technician(here, technician)
    if not 15 <= minutes <= 720:
        raise Refused(_("A visit takes from a quarter of an hour to twelve hours."))
    local = timezone.localtime(start_at)
    if promised_on is not None and promised_on < local.date():
        raise Refused(_("It cannot be mended before the technician comes."))
    visit = _book(here, technician, start_at, minutes, by=by, at=at)
    last = here.orders.first()
    order = RepairOrder.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, technician=technician, appointment=visit, told=told.strip()[:400],
        expected_minutes=minutes, by=by, at=at,
    )  # fmt: skip
    here.state, here.technician = RepairState.ORDERED, technician
    here.promised_on = promised_on or here.promised_on
    here.save(update_fields=["state", "technician", "promised_on"])
    for clock in (deadlines.ON_SITE, deadlines.MENDED):
        clocks.hand_over(clock, here.ref, technician)
    if agreed:
        _agree(here, start_at, by=by, at=at)
    audit.record(
        here.project.dossier, "aftersales.technician_sent", by=by, at=at, ref=here.ref, who=str(technician), when=start_at, agreed=agreed,
        promised_on=promised_on,
    )  # fmt: skip
    return order


def _technician(here: RepairRequest, person: User) -> None:
    if person.left_on is not None or not person.posts_for(here.store_id) & {posts.TECHNICIAN, posts.AFTERSALES_HEAD}:
        raise Refused(_("{name} is not a technician of this store.").format(name=person))


def _book(here: RepairRequest, person: User, start_at: datetime, minutes: int, *, by: Any, at: datetime) -> Appointment:
    if start_at < at - timedelta(minutes=5):
        raise Refused(_("This time lies in the past."))
    return leads.make_appointment(
        kind=AppointmentKind.OTHER, person=person, start_at=start_at, end_at=start_at + timedelta(minutes=minutes), store=here.store,
        place=here.project.address, note=_("Repair {ref}").format(ref=here.ref), by=by, at=at,
    )  # fmt: skip


def _agree(here: RepairRequest, start_at: datetime, *, by: Any, at: datetime) -> None:
    """What the owner agreed to is now what can be missed: the moment at the door, the day on which it is mended."""
    if clocks.is_open(deadlines.ON_SITE, here.ref):
        clocks.agree(deadlines.ON_SITE, here.ref, due_at=start_at, by=by, at=at)
    if here.promised_on is not None and clocks.is_open(deadlines.MENDED, here.ref):
        clocks.agree(deadlines.MENDED, here.ref, due_at=max(evening(here.promised_on, LATEST), start_at), by=by, at=at)


@transaction.atomic
def move_order(
    order: RepairOrder, *, start_at: datetime, reason: str, by: Any, at: datetime, technician: User | None = None, agreed: bool = False
) -> RepairOrder:
    """Another time or another technician, with the reason; the calendar keeps both."""
    here, row = _locked_order(order, OrderState.PLANNED)
    if not reason.strip():
        raise Refused(_("Say why the appointment is moved."))
    person = technician or row.technician
    _technician(here, person)
    visit = live(row.appointment)
    if visit.state == AppointmentState.PLANNED and at <= visit.end_at:
        if start_at < at - timedelta(minutes=5):
            raise Refused(_("This time lies in the past."))
        visit = leads.move_appointment(visit, start_at=start_at, reason=reason, person=person, by=by, at=at)
    else:
        if visit.state == AppointmentState.PLANNED:
            leads.miss_appointment(visit, whose="us", reason=reason, by=by, at=at)
        visit = _book(here, person, start_at, row.expected_minutes, by=by, at=at)
    row.appointment, row.technician = visit, person
    row.save(update_fields=["appointment", "technician"])
    here.technician = person
    here.save(update_fields=["technician"])
    for clock in (deadlines.ON_SITE, deadlines.MENDED):
        clocks.hand_over(clock, here.ref, person)
    if agreed:
        _agree(here, start_at, by=by, at=at)
    audit.record(
        here.project.dossier, "aftersales.order_moved", by=by, at=at, ref=here.ref, who=str(person), when=start_at, reason=reason.strip(), agreed=agreed
    )
    return row


@transaction.atomic
def cancel_order(order: RepairOrder, *, reason: str, by: Any, at: datetime) -> RepairOrder:
    """Nobody goes: the technician's time is free again, the repair waits for another order."""
    here, row = _locked_order(order, OrderState.PLANNED)
    if not reason.strip():
        raise Refused(_("Say why the order is called off."))
    visit = live(row.appointment)
    if visit.state == AppointmentState.PLANNED:
        leads.cancel_appointment(visit, reason=reason, by=by, at=at)
    row.state, row.reason = OrderState.CANCELLED, reason.strip()[:300]
    row.save(update_fields=["state", "reason"])
    here.state, here.technician = RepairState.WAITING, None
    here.save(update_fields=["state", "technician"])
    audit.record(here.project.dossier, "aftersales.order_cancelled", by=by, at=at, ref=here.ref, reason=row.reason)
    return row


def live(appointment: Appointment) -> Appointment:
    """The appointment as it stands now, after it was moved in the calendar."""
    while appointment.state == AppointmentState.MOVED and hasattr(appointment, "moved_to"):
        appointment = appointment.moved_to
    return appointment


def _locked_order(order: RepairOrder, *states: str) -> tuple[RepairRequest, RepairOrder]:
    here = locked_repair(order.repair)
    row = (
        RepairOrder.objects.select_for_update(no_key=True, of=("self",))
        .select_related("technician", "paper", "feedback", "appointment")
        .get(pk=order.pk)
    )
    row.repair = here
    if row.state not in states:
        raise Refused(_("This order stands at “{state}”.").format(state=OrderState(row.state).label))
    return here, row


# --- on the way and on the spot -----------------------------------------------------------------------------------------------


@transaction.atomic
def leave(order: RepairOrder, *, by: Any, at: datetime) -> RepairOrder:
    """The technician sets out (S24)."""
    here, row = _locked_order(order, OrderState.PLANNED)
    _own(row, by)
    if row.left_at is not None:
        raise Refused(_("The technician is on the way already."))
    row.left_at = at
    row.save(update_fields=["left_at"])
    audit.record(here.project.dossier, "aftersales.technician_left", by=by, at=at, ref=here.ref)
    return row


@transaction.atomic
def arrive(order: RepairOrder, *, by: Any, at: datetime) -> RepairOrder:
    """At the door: the clock of the way stops (R088), the appointment is kept."""
    here, row = _locked_order(order, OrderState.PLANNED)
    _own(row, by)
    visit = live(row.appointment)
    if visit.state == AppointmentState.PLANNED:
        if at < visit.start_at:
            visit = leads.move_appointment(visit, start_at=at, reason=_("The technician came earlier."), by=by, at=at)
        leads.keep_appointment(visit, by=by, at=at)
    row.state, row.arrived_at, row.appointment = OrderState.ON_SITE, at, visit
    row.save(update_fields=["state", "arrived_at", "appointment"])
    clocks.stop(deadlines.ON_SITE, here.ref, at=at, by=by)
    audit.record(here.project.dossier, "aftersales.technician_arrived", by=by, at=at, ref=here.ref)
    return row


def _agreed_for(row: RepairOrder) -> datetime:
    """The moment that was agreed with the owner, also when the technician came before it."""
    visit = row.appointment
    return visit.moved_from.start_at if visit.moved_from is not None and visit.start_at == row.arrived_at else visit.start_at


def _own(row: RepairOrder, by: Any) -> None:
    """Who is sent notes it; the head of after-sales may do it for a technician."""
    if row.technician_id != by.pk and posts.AFTERSALES_HEAD not in by.posts_for(row.store_id):
        raise Refused(_("{name} is sent to this repair.").format(name=row.technician))


@transaction.atomic
def note_site(
    order: RepairOrder, *, found: str, plan: str, by: Any, at: datetime, parts: Sequence[Any] = (), labour: Decimal = ZERO, photos: Sequence[Any] = ()
) -> RepairOrder:
    """What was found on the spot, what will be done, what it costs (S20): told before the work, signed by the owner.

    In the warranty nothing is charged.  Noted again before the owner has signed, the paper is replaced.
    """
    here, row = _locked_order(order, OrderState.ON_SITE)
    _own(row, by)
    if not found.strip() or not plan.strip():
        raise Refused(_("Note what was found, and what will be done."))
    if row.paper is not None and row.paper.signatures.filter(role="customer").exists():
        raise Refused(_("The owner has signed the order; what it says stands."))
    sorted_ = here.sortings.first()
    if sorted_ is None or sorted_.waits:
        raise Refused(_("A refusal is confirmed by a second person."), [Missing(_("Nobody has confirmed it yet."), posts.AFTERSALES_HEAD, "LR-33")])
    bill = _bill(parts, labour, charged=here.cover == Cover.PAID)
    charge = sum((yuan(part.amount) for part in bill), ZERO) + (yuan(labour) if here.cover == Cover.PAID else ZERO)
    if not photos and not row.photos.filter(when=RepairPhoto.When.BEFORE).exists():
        raise Refused(_("A photo before the work is needed."))
    if len(photos) > MOST_PHOTOS:
        raise Refused(_("At most {count} photos at once.").format(count=MOST_PHOTOS))
    keep_photos(here, photos, RepairPhoto.When.BEFORE, by=by, at=at, order=row)
    before = row.paper if row.paper is not None and row.paper.is_open else None
    row.found, row.plan, row.labour, row.charge = found.strip()[:600], plan.strip()[:600], yuan(labour) if here.cover == Cover.PAID else ZERO, charge
    row.parts = [{"name": p.name, "quantity": p.quantity, "unit": p.unit, "price": p.price, "amount": p.amount} for p in bill]
    row.paper = papers.issue(
        sheets.S20, dossier=here.project.dossier, store=here.store, by=by, at=at, replaces=before,
        content=sheets.OrderSheet(
            place=place_of(here), bears=bears_of(here), technician=str(row.technician), visit=row.seq, agreed_at=_agreed_for(row),
            arrived_at=row.arrived_at or at, found=row.found, plan=row.plan, parts=bill, labour=plain(row.labour), charge=plain(charge),
            photos=_photos(row, RepairPhoto.When.BEFORE),
        ),
    )  # fmt: skip
    row.save(update_fields=["found", "plan", "parts", "labour", "charge", "paper"])
    audit.record(here.project.dossier, "aftersales.site_noted", by=by, at=at, paper=row.paper, ref=here.ref, charge=charge)
    return row


def _bill(parts: Sequence[Any], labour: Decimal, *, charged: bool) -> list[sheets.Part]:
    """The parts with their sums; in the warranty they are named and cost nothing."""
    if len(parts) > MOST_PARTS:
        raise Refused(_("At most {count} parts on one order.").format(count=MOST_PARTS))
    if labour < 0:
        raise Refused(_("A price is not less than nothing."))
    made = []
    for name, quantity, unit, price in parts:
        if quantity <= 0 or price < 0:
            raise Refused(_("{part}: quantity and price are more than nothing.").format(part=name))
        each = yuan(price) if charged else ZERO
        made.append(sheets.Part(name[:60], format(Decimal(quantity).normalize(), "f"), unit[:10], plain(each), plain(yuan(each * quantity))))
    return made


def _photos(row: RepairOrder, when: str) -> list[str]:
    return [str(photo.attachment.public_id) for photo in row.photos.select_related("attachment").filter(when=when)]


# --- done --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def finish_order(
    order: RepairOrder, *, work: str, by: Any, at: datetime, mended: bool = True, rest: str = "", photos: Sequence[Any] = ()
) -> RepairOrder:
    """The work is done, or another visit is needed (S22).  Work that the owner pays needs the owner's signature before it.

    Mended ends the clocks and begins the call of the day; else the repair waits for the next order.
    """
    here, row = _locked_order(order, OrderState.ON_SITE)
    _own(row, by)
    gaps = []
    if row.paper is None:
        gaps.append(Missing(_("What was found on the spot is not noted."), posts.TECHNICIAN, "S20", reverse("aftersales:order-site", args=[here.ref, row.seq])))
    elif row.charge > 0 and not row.paper.signatures.filter(role="customer").exists():
        gaps.append(Missing(_("The owner has not signed for the charge."), posts.TECHNICIAN, "S28", reverse("paper", args=[row.paper.ref])))
    if not work.strip():
        gaps.append(Missing(_("What was done is not noted."), posts.TECHNICIAN))
    if mended and not photos:
        gaps.append(Missing(_("A photo after the work is needed."), posts.TECHNICIAN))
    if not mended and not rest.strip():
        gaps.append(Missing(_("What is left to do is not noted."), posts.TECHNICIAN))
    if gaps or row.paper is None:
        raise Refused(_("The work cannot be noted as done yet."), gaps)
    if len(photos) > MOST_PHOTOS:
        raise Refused(_("At most {count} photos at once.").format(count=MOST_PHOTOS))
    keep_photos(here, photos, RepairPhoto.When.AFTER, by=by, at=at, order=row)
    row.state, row.finished_at = OrderState.DONE if mended else OrderState.AGAIN, at
    row.work, row.rest = work.strip()[:600], rest.strip()[:300]
    row.feedback = papers.issue(
        sheets.S22, dossier=here.project.dossier, store=here.store, by=by, at=at,
        content=sheets.FeedbackSheet(
            place=place_of(here), bears=bears_of(here), order=row.paper.ref, technician=str(row.technician), told=row.told,
            expected_minutes=row.expected_minutes, left_at=row.left_at, arrived_at=row.arrived_at or at, finished_at=at, work=row.work, mended=mended,
            rest=row.rest, charge=plain(row.charge), covered_until=_covered(here, at) if mended else "", before=_photos(row, RepairPhoto.When.BEFORE),
            after=_photos(row, RepairPhoto.When.AFTER),
        ),
    )  # fmt: skip
    row.save(update_fields=["state", "finished_at", "work", "rest", "feedback"])
    here.charge += row.charge
    if mended:
        finish(here, by=by, at=at)
    else:
        here.state = RepairState.WAITING
        here.save(update_fields=["state", "charge"])
    if row.charge > 0:
        cashier = next(iter(holders(posts.CASHIER, here.store)), None)
        clocks.start(
            deadlines.PAID, dossier=here.project.dossier, key=here.ref, owner=cashier, at=at, line=line_of(here),
            link=reverse("aftersales:repair-payments", args=[here.ref]),
        )  # fmt: skip
    audit.record(here.project.dossier, "aftersales.repair_done", by=by, at=at, paper=row.feedback, ref=here.ref, mended=mended)
    return row


@transaction.atomic
def come_back(order: RepairOrder, *, discussed: str, by: Any, at: datetime) -> RepairOrder:
    """The technician is back: the feedback is handed in and talked through with after-sales (S22, S24)."""
    here, row = _locked_order(order, OrderState.DONE, OrderState.AGAIN)
    if row.back_at is not None:
        raise Refused(_("The feedback was handed in already."))
    if not discussed.strip():
        raise Refused(_("Note what was talked through."))
    if row.feedback is not None and not row.feedback.is_signed:
        gap = Missing(_("Feedback {ref} is not signed.").format(ref=row.feedback.ref), posts.TECHNICIAN, "S22", reverse("paper", args=[row.feedback.ref]))
        raise Refused(_("The feedback is not signed yet."), [gap])
    row.back_at, row.discussed = at, discussed.strip()[:400]
    row.save(update_fields=["back_at", "discussed"])
    audit.record(here.project.dossier, "aftersales.technician_back", by=by, at=at, ref=here.ref)
    return row


# --- what the papers say -------------------------------------------------------------------------------------------------------


def place_of(here: RepairRequest) -> sheets.RepairPlace:
    site = here.project
    return sheets.RepairPlace(
        site.ref, site.customer_name, here.contact, site.address, here.warranty.paper.ref, here.ref, here.room, here.item, categories()[here.category].zh,
        here.fault, here.at,
    )  # fmt: skip


def bears_of(here: RepairRequest) -> sheets.Bears:
    """Who bears it, in the words of the paper."""
    row = here.sortings.select_related("term").first()
    if row is None:
        raise Refused(_("Sort the repair first."))
    day = f"{row.until:%Y}年{row.until.month}月{row.until.day}日"
    if row.exclusion:
        why = f"属于保修书约定不保的情形：{exclusions()[row.exclusion].zh}。依据：{row.evidence}"
    elif row.cover == Cover.PAID:
        why = f"该部位保修期已于 {day} 届满。"
    else:
        why = f"该部位在保修期内，至 {day}。" + (f"（{row.reason}）" if row.reason and row.cover != row.proposed else "")
    return sheets.Bears(COVERS[row.cover], row.term.part, day, why)


def _covered(here: RepairRequest, at: datetime) -> str:
    """So long the mended part is covered from now on: the rest of its term, or the term of a repair, whichever is longer (W10)."""
    months = next((row.months for row in here.warranty.terms.all() if row.code in texts().from_repair), 0)
    found = here.sortings.first()
    last = max(found.until if found else timezone.localdate(at), months_after(timezone.localtime(at).date(), months))
    return f"{last:%Y}年{last.month}月{last.day}日"


__all__ = ["arrive", "cancel_order", "come_back", "finish_order", "leave", "live", "move_order", "note_site", "send_technician"]
