"""The front desk's roster: a customer manager in opening hours (R012), the late shift told a day ahead (R013)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import deadlines
from leads.choices_appointments import ShiftKind
from leads.models import DeskHours, Shift
from leads.models.lead import NEXT_WITHIN
from staff import posts
from staff.models import Holding, Store, User
from staff.selectors import holders

DAY = timedelta(days=1)
AHEAD = 3  # days that are looked at: today, tomorrow, the day after
AT_THE_DESK = (posts.CUSTOMER_MANAGER, posts.FRONT_DESK)
Span = tuple[time, time]


@transaction.atomic
def set_desk_hours(
    store: Store, *, opens: time, closes: time, early: Span, late: Span, by: User, at: datetime, open_days: str = "1234567"
) -> DeskHours:
    """Opening hours and shifts of a store, a new version; shifts that were planned keep their own hours."""
    locked = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if closes <= opens or early[1] <= early[0] or late[1] <= late[0]:
        raise Refused(_("What ends, ends after it begins."))
    if late[0] <= early[0]:
        raise Refused(_("The late shift begins after the early one."))
    days = "".join(sorted(set(open_days)))
    if not days or set(days) - set("1234567"):
        raise Refused(_("Choose the days on which the store is open."))
    last = DeskHours.objects.filter(store=store).values_list("seq", flat=True).first() or 0
    made = DeskHours.objects.create(
        store=store, seq=last + 1, opens=opens, closes=closes, early_from=early[0], early_until=early[1], late_from=late[0],
        late_until=late[1], open_days=days, by=by, at=at,
    )  # fmt: skip
    audit.record(locked.file, "leads.desk_hours_set", by=by, at=at, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")
    return made


def hours_of(store: Store | int) -> DeskHours | None:
    """The hours in force; None where nobody has set them."""
    return DeskHours.objects.filter(store=store).first()


@transaction.atomic
def plan_shift(store: Store, *, day: date, kind: str, person: User, by: User, at: datetime, reason: str = "") -> Shift:
    """Put somebody on the roster.  A late shift less than a day ahead needs a reason, and the person is told at once (R013)."""
    locked = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    hours = hours_of(store)
    if hours is None:
        raise Refused(_("Set the store's hours first."))
    if kind not in ShiftKind.values:
        raise Refused(_("Choose the shift."))
    if str(day.isoweekday()) not in hours.open_days:
        raise Refused(_("The store is closed on that day."))
    if person.left_on is not None or store.pk not in person.stores_of(AT_THE_DESK):
        raise Refused(_("{name} does not stand at the front desk of this store.").format(name=person))
    zone = timezone.localtime(at).tzinfo
    begins, ends = (hours.early_from, hours.early_until) if kind == ShiftKind.EARLY else (hours.late_from, hours.late_until)
    start_at, end_at = datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)
    if end_at <= at:
        raise Refused(_("That shift is over."))
    if start_at > at + NEXT_WITHIN:
        raise Refused(_("A shift is planned within a year."))
    if kind == ShiftKind.LATE and at > start_at - DAY and not reason.strip():
        raise Refused(_("A late shift is told one day ahead; less than that needs a reason."))
    try:
        with transaction.atomic():
            made = Shift.objects.create(
                store=store, day=day, kind=kind, person=person, start_at=start_at, end_at=end_at, reason=reason.strip(), by=by, at=at
            )
    except IntegrityError as error:
        if "leads_shift_once" not in str(error):
            raise
        raise Refused(_("{name} has this shift already.").format(name=person)) from error
    if kind == ShiftKind.LATE and _is_near(made, at):
        _tell(made, "leads.late_shift", at=at)
    audit.record(locked.file, "leads.shift_planned", by=by, at=at, day=day, shift=kind, name=str(person), reason=made.reason)
    return made


@transaction.atomic
def end_shift(shift: Shift, *, by: User, at: datetime, reason: str = "") -> Shift:
    """Take somebody off the roster; of a late shift less than a day ahead with a reason, and the person is told at once (R013)."""
    row = Shift.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier", "person").get(pk=shift.pk)
    if row.ended_at is not None:
        raise Refused(_("This shift was taken off the roster already."))
    if row.end_at <= at:
        raise Refused(_("That shift is over."))
    if row.kind == ShiftKind.LATE and at > row.start_at - DAY and not reason.strip():
        raise Refused(_("A late shift is told one day ahead; less than that needs a reason."))
    row.ended_at, row.ended_by, row.ended_reason = at, by, reason.strip()
    row.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    if row.kind == ShiftKind.LATE and row.told_at is not None:
        _notice(row, "leads.late_shift_off", at=at)
    audit.record(row.store.file, "leads.shift_ended", by=by, at=at, day=row.day, shift=row.kind, name=str(row.person), reason=row.ended_reason)
    return row


@transaction.atomic
def change_shift(shift: Shift, *, person: User, by: User, at: datetime, reason: str = "") -> Shift:
    """Another person takes the shift: one row ends, another begins."""
    ended = end_shift(shift, by=by, at=at, reason=reason)
    return plan_shift(ended.store, day=ended.day, kind=ended.kind, person=person, by=by, at=at, reason=reason)


@transaction.atomic
def tell_late_shifts(*, at: datetime) -> int:
    """R013: whoever has a late shift finds it on the desk from the beginning of the day before; once."""
    tomorrow = timezone.localtime(at).date() + DAY
    rows = (
        Shift.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person", "store")
        .filter(kind=ShiftKind.LATE, told_at__isnull=True, ended_at__isnull=True, day__lte=tomorrow, end_at__gt=at).order_by("pk")
    )  # fmt: skip
    found = list(rows)
    for row in found:
        _tell(row, "leads.late_shift", at=at)
    return len(found)


def gaps(day: date, hours: DeskHours, shifts: Iterable[Shift], managers: frozenset[int]) -> list[Span]:
    """R012: the parts of the opening hours of a day in which no customer manager stands at the desk."""
    if str(day.isoweekday()) not in hours.open_days:
        return []
    spans = sorted(
        (timezone.localtime(row.start_at).time(), timezone.localtime(row.end_at).time())
        for row in shifts
        if row.day == day and row.ended_at is None and row.person_id in managers
    )
    found, free_from = [], hours.opens
    for begins, ends in spans:
        if begins > free_from:
            found.append((free_from, min(begins, hours.closes)))
        free_from = max(free_from, ends)
        if free_from >= hours.closes:
            return found
    found.append((free_from, hours.closes))
    return found


def customer_managers(store: Store | int) -> frozenset[int]:
    """Who holds the post in a store now."""
    rows = Holding.objects.open().filter(post=posts.CUSTOMER_MANAGER, store=store, user__left_on__isnull=True)
    return frozenset(rows.values_list("user_id", flat=True))


@transaction.atomic
def watch_desk(*, at: datetime) -> int:
    """R012: a day without a customer manager at the desk is a clock of the store manager, from two days before; filled, it stops."""
    local = timezone.localtime(at)
    days = [local.date() + timedelta(days=n) for n in range(AHEAD)]
    moved = 0
    for hours in DeskHours.objects.order_by("store", "-seq").distinct("store").select_related("store__dossier"):
        store: Any = hours.store
        if store.closed_on is not None:
            continue
        shifts = list(Shift.objects.filter(store=store, day__in=days, ended_at__isnull=True))
        managers = customer_managers(store)
        for day in days:
            moved += _watch_day(store, day, gaps(day, hours, shifts, managers), hours, at=at)
        moved += _past(store, local.date(), at=at)
    return moved


def _watch_day(store: Any, day: date, found: Sequence[Span], hours: DeskHours, *, at: datetime) -> int:
    key = f"desk:{store.pk}:{day:%Y-%m-%d}"
    if not found:
        return 1 if clocks.stop(deadlines.DESK_GAP, key, at=at) else 0
    if clocks.is_open(deadlines.DESK_GAP, key):
        return 0
    opening = datetime.combine(day, hours.opens, timezone.localtime(at).tzinfo)
    manager = next(iter(holders(posts.STORE_MANAGER, store)), None)
    clocks.start(
        deadlines.DESK_GAP, dossier=store.file, key=key, owner=manager, at=min(at, opening), due_at=opening,
        line=f"{store.name} {day:%m-%d} {words(found)}", link=f"/leads/roster/?store={store.code}&week={monday(day)}",
    )  # fmt: skip
    return 1


def _past(store: Any, today: date, *, at: datetime) -> int:
    """Gaps of days gone by are facts; their clocks end."""
    rows = Deadline.objects.filter(clock=deadlines.DESK_GAP.id, store=store, stopped_at__isnull=True)
    over = [row.key for row in rows if timezone.localtime(row.due_at).date() < today]
    for key in over:
        clocks.stop(deadlines.DESK_GAP, key, at=at)
    return len(over)


def words(found: Sequence[Span]) -> str:
    """09:00–13:00, 18:00–20:00"""
    return posts.listed(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in found)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_near(shift: Shift, at: datetime) -> bool:
    return shift.day <= timezone.localtime(at).date() + DAY


def _tell(shift: Shift, kind: str, *, at: datetime) -> None:
    shift.told_at = at
    shift.save(update_fields=["told_at"])
    _notice(shift, kind, at=at)


def _notice(shift: Shift, kind: str, *, at: datetime) -> None:
    begins, ends = timezone.localtime(shift.start_at), timezone.localtime(shift.end_at)
    line = " · ".join(part for part in (str(shift.store), f"{shift.day:%m-%d} {begins:%H:%M}–{ends:%H:%M}", shift.ended_reason or shift.reason) if part)
    link = f"/leads/roster/?store={shift.store.code}&week={monday(shift.day)}"
    Notice.objects.create(user=shift.person, kind=kind, line=line, link=link, at=at)
