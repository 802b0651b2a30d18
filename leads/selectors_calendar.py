"""The calendar as pages show it: a week of a person by the hour, a week of a store by people, one day as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import day_of
from core.models import CalendarDay
from core.policies import Scope
from leads import policies
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.models import Appointment, AppointmentSeat, TextVersion
from staff import posts
from staff.models import Holding, Store, User

SELLERS = (posts.DESIGNER, posts.CHIEF_DESIGNER, posts.CUSTOMER_MANAGER, posts.MARKET_REP, posts.STORE_MANAGER, posts.DESIGN_MANAGER)
FIRST_HOUR, LAST_HOUR = 9, 20
HOUR = timedelta(hours=1)
HOLDS = (AppointmentState.PLANNED, AppointmentState.KEPT)


@dataclass(frozen=True)
class Day:
    """A day of the week that is shown, and whether people work."""

    day: date
    working: bool
    name: str
    today: bool
    url: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Entry:
    """One appointment as a line."""

    pk: int
    url: str
    hours: str
    kind: str
    about: str
    place: str
    state: str
    state_says: str
    tone: str
    person: str
    along: bool
    start_at: datetime
    end_at: datetime
    holds: bool


@dataclass(frozen=True)
class Slot:
    """An hour of a person's day: what begins in it, or a link that books it."""

    entries: tuple[Entry, ...] = ()
    book: str = ""
    busy: bool = False
    off: bool = False


@dataclass(frozen=True)
class HourRow:
    says: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Cell:
    """A day of a person in the week of the store."""

    entries: tuple[Entry, ...] = ()
    book: str = ""
    off: bool = False


@dataclass(frozen=True)
class PersonRow:
    name: str
    post: str
    url: str
    cells: tuple[Cell, ...]
    mine: bool = False


@dataclass(frozen=True)
class DayList:
    """One day for the phone: what is planned, in order, and where there is room."""

    day: Day
    entries: tuple[Entry, ...] = ()
    free: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the address of the calendar asks for; anything unknown in it is left out."""

    monday: date
    day: date
    store: Store | None
    person: User | None
    stores: Sequence[Store] = field(default_factory=tuple)
    whole: bool = False

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def read(query: Any, user: Any, now: datetime) -> Asked:
    """Whose week: for those who see a store the whole store, unless a person is asked for; for the others their own."""
    today = timezone.localtime(now).date()
    day = day_of(query.get("day", "")) or day_of(query.get("week", "")) or today
    week = day_of(query.get("week", "")) or day
    monday = week - timedelta(days=week.weekday())
    day = day if monday <= day <= monday + timedelta(days=6) else monday
    if "day" not in query and monday <= today <= monday + timedelta(days=6):
        day = today
    scope = policies.SEE_CALENDAR.scope(user)
    stores: list[Store] = []
    if scope is Scope.COMPANY:
        stores = list(Store.objects.order_by("pk"))
    elif scope is Scope.STORE:
        stores = list(Store.objects.filter(pk__in=policies.SEE_CALENDAR.stores(user)).order_by("pk"))
    if not stores:
        return Asked(monday, day, None, user)
    store = next((each for each in stores if each.code == query.get("store", "")), stores[0])
    person = None
    if asked := query.get("who", "")[:40].replace("\x00", ""):
        person = User.objects.with_posts().filter(username=asked, left_on__isnull=True).first()
        if person is not None and person.pk != user.pk and not person.stores & {each.pk for each in stores}:
            person = None
    return Asked(monday, day, store, person, stores, whole=True)


def days_of(monday: date, today: date, *, chosen: date | None = None, url: Any = None) -> list[Day]:
    """Seven days with what the calendar of the year says of them: one query."""
    week = [monday + timedelta(days=n) for n in range(7)]
    known = {row.day: row for row in CalendarDay.objects.filter(day__in=week)}
    return [
        Day(
            day, known[day].working if day in known else day.weekday() < 5, known[day].name if day in known else "", day == today,
            url(day) if url else "", day == chosen,
        )
        for day in week
    ]  # fmt: skip


def entries_of(user: Any, people: Sequence[int], first: date, last: date, *, store: Store | None = None) -> list[tuple[int, Entry]]:
    """(person, appointment) for these people in these days, in order; those called off or moved are left out: one query."""
    zone = timezone.get_current_timezone()
    begins, ends = datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)
    seats = AppointmentSeat.objects.filter(
        person__in=people, start_at__lt=ends, end_at__gt=begins, appointment__in=Appointment.objects.visible_to(user)
    ).exclude(appointment__state__in=(AppointmentState.MOVED, AppointmentState.CANCELLED))
    if store is not None:
        seats = seats.filter(appointment__store=store)
    rows = seats.select_related("appointment__lead__customer", "appointment__lead__home__estate", "appointment__person").order_by("start_at", "pk")
    return [(seat.person_id, entry_of(seat.appointment, along=seat.person_id != seat.appointment.person_id)) for seat in rows]


def entry_of(row: Appointment, *, along: bool = False) -> Entry:
    start, end = timezone.localtime(row.start_at), timezone.localtime(row.end_at)
    words = [row.lead.customer.name, str(row.lead.home.estate or "")] if row.lead is not None else [row.note]
    return Entry(
        pk=row.pk, url=row.get_absolute_url(), hours=f"{start:%H:%M}–{end:%H:%M}", kind=str(row.get_kind_display()), about=" ".join(w for w in words if w),
        place=row.place, state=row.state, state_says=str(row.get_state_display()), tone=row.tone, person=str(row.person), along=along,
        start_at=start, end_at=end, holds=row.state in HOLDS,
    )  # fmt: skip


def hours_of(person: User, found: Iterable[Entry], days: Sequence[Day], now: datetime, *, may_book: bool) -> list[HourRow]:
    """The week of a person by the hour; an hour that is free and still to come can be booked with one tap."""
    entries = list(found)
    first = min([FIRST_HOUR, *(e.start_at.hour for e in entries)])
    last = max([LAST_HOUR, *(e.start_at.hour + 1 for e in entries)])
    return [
        HourRow(f"{hour:02d}:00", tuple(_slot(person, entries, day, hour, now, may_book=may_book) for day in days)) for hour in range(first, min(last, 24))
    ]


def _slot(person: User, entries: Sequence[Entry], day: Day, hour: int, now: datetime, *, may_book: bool) -> Slot:
    begins = datetime.combine(day.day, time(hour), timezone.get_current_timezone())
    here = tuple(e for e in entries if begins <= e.start_at < begins + HOUR)
    busy = _taken(entries, begins)
    book = book_url(person, begins) if may_book and not busy and begins > now else ""
    return Slot(here, book, busy, not day.working)


def _taken(entries: Iterable[Entry], begins: datetime) -> bool:
    return any(e.holds and e.start_at < begins + HOUR and e.end_at > begins for e in entries)


def book_url(person: User, begins: datetime) -> str:
    return reverse("leads:appointment-new") + "?" + urlencode({"person": person.username, "start": f"{begins:%Y-%m-%dT%H:%M}"})


def first_free(person: User, entries: Sequence[Entry], day: date, now: datetime) -> str:
    """The address that books the first free hour of a day; nothing on a day that is over or full."""
    return next((url for _says, url in free_hours(person, entries, day, now)), "")


def free_hours(person: User, entries: Sequence[Entry], day: date, now: datetime) -> list[tuple[str, str]]:
    """(hour, address) of every free hour of a day that is still to come."""
    zone = timezone.get_current_timezone()
    hours = (datetime.combine(day, time(hour), zone) for hour in range(FIRST_HOUR, LAST_HOUR))
    return [(f"{begins:%H:%M}", book_url(person, begins)) for begins in hours if begins > now and not _taken(entries, begins)]


def upcoming(user: User, now: datetime, *, most: int = 3) -> list[Entry]:
    """One's own next appointments, those of the next seven days: one query."""
    seats = AppointmentSeat.objects.filter(person=user, planned=True, end_at__gte=now, start_at__lte=now + timedelta(days=7))
    rows = seats.select_related("appointment__lead__customer", "appointment__lead__home__estate", "appointment__person").order_by("start_at", "pk")
    return [entry_of(seat.appointment, along=seat.person_id != seat.appointment.person_id) for seat in rows[:most]]


def people_of(store: Store) -> list[User]:
    """Who meets customers in a store, in the order of the chart's posts: one query with their posts."""
    held = Holding.objects.open().filter(store=store, post__in=SELLERS).values("user")
    rows = User.objects.here().filter(pk__in=held).with_posts().order_by("pinyin", "pk")
    return sorted(rows, key=lambda person: min(SELLERS.index(code) for code in person.posts_for(store.pk) if code in SELLERS))


def matrix(
    store: Store, people: Sequence[User], found: Iterable[tuple[int, Entry]], days: Sequence[Day], now: datetime, *, may_book: bool, url: Any
) -> list[PersonRow]:
    """People side by side through the week."""
    of: dict[int, list[Entry]] = {}
    for pk, entry in found:
        of.setdefault(pk, []).append(entry)
    rows = []
    for person in people:
        mine = of.get(person.pk, [])
        cells = tuple(
            Cell(
                tuple(e for e in mine if e.start_at.date() == day.day), first_free(person, mine, day.day, now) if may_book else "", not day.working
            )
            for day in days
        )  # fmt: skip
        title = next((posts.title_of(code) for code in SELLERS if code in person.posts_for(store.pk)), "")
        rows.append(PersonRow(str(person), title, url(person), cells))
    return rows


def day_list(days: Sequence[Day], chosen: date, found: Iterable[tuple[int, Entry]], *, person: User | None, now: datetime, may_book: bool) -> DayList:
    """The chosen day as a list; a store's appointment stands once, however many come along."""
    day = next(each for each in days if each.day == chosen)
    all_of = [entry for _pk, entry in found]
    seen = {entry.pk: entry for entry in all_of if entry.start_at.date() == chosen and (person is not None or not entry.along)}
    free = free_hours(person, all_of, chosen, now) if person is not None and may_book else []
    return DayList(day, tuple(seen.values()), tuple(free))


@dataclass(frozen=True)
class NextMeeting:
    """The next planned appointment of an enquiry, as the client file shows it."""

    url: str
    kind: str
    start_at: datetime
    person: str
    place: str


def next_row(lead: str) -> Any:
    """The next planned appointment as one value that rides along with an enquiry's row."""
    rows = Appointment.objects.planned().filter(lead=OuterRef(lead)).order_by("start_at", "pk")
    return rows.values(row=JSONObject(pk="pk", kind="kind", start_at="start_at", person="person__full_name", place="place"))[:1]


def next_meeting(row: dict[str, Any] | None) -> NextMeeting | None:
    if row is None:
        return None
    start_at = datetime.fromisoformat(row["start_at"])
    return NextMeeting(reverse("leads:appointment", args=[row["pk"]]), str(AppointmentKind(row["kind"]).label), start_at, row["person"], row["place"])


def own_text_rows() -> Any:
    """The store's own wordings in force, riding along with a row that has a store."""
    rows = TextVersion.objects.filter(store=OuterRef("store")).order_by("code", "-version").distinct("code")
    return rows.values(row=JSONObject(code="code", body="body"))


def week_words(monday: date) -> str:
    """第 48 周 · 11-23 – 11-29"""
    sunday = monday + timedelta(days=6)
    return _("Week %(n)s · %(first)s – %(last)s") % {"n": monday.isocalendar().week, "first": f"{monday:%m-%d}", "last": f"{sunday:%m-%d}"}
