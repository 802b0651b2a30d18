"""Every promise has a clock: what starts it, what stops it, how long, who is warned.  A breach is a fact, never a verdict.

A `Clock` is a row of an app's table; a `Deadline` is one running instance.  The sweep moves each due row by
compare-and-swap, so two workers never warn twice, and a row that fails cannot stop the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.calendar import add_working_days, is_working_day, next_working_day
from core.models import Deadline, DeadlinePause, Dossier, Notice
from core.refusals import Refused

log = logging.getLogger(__name__)
CLOCKS: dict[str, Clock] = {}


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days (decision 9)."""

    n: int

    def after(self, moment: datetime) -> datetime:
        return moment + timedelta(days=self.n)


@dataclass(frozen=True, slots=True)
class Hours:
    n: int

    def after(self, moment: datetime) -> datetime:
        return moment + timedelta(hours=self.n)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of the Chinese calendar, 春节 and 调休 included."""

    n: int

    def after(self, moment: datetime) -> datetime:
        return add_working_days(moment, self.n)


Span = Days | Hours | WorkingDays


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of warning: `offset` from the due moment (negative = before it), and the posts that are told.

    The word "owner" among the posts means the person whose clock it is.  `of` narrows the rung to promises of exactly that
    length: a preview due in ten days is called "soon" three days before, one due in seven two days before.
    """

    level: int
    offset: timedelta
    posts: tuple[str, ...]
    of: timedelta | None = None


@dataclass(frozen=True)
class Clock:
    """A promise of the handbook.

    says: the act that is due; source: rule ids; within: span or a function of the subject; owner: whose it is, in words;
    stops: what stops it; ladder: who is warned when; clause: what a breach means, empty = a fact for desk and month only.
    quiet: in no list that everybody of a file reads (a complaint is not told to whom it is about).
    """

    id: str
    says: object
    source: str
    within: Span | Callable[[Any], Span]
    owner: str
    stops: object
    ladder: tuple[Rung, ...] = ()
    clause: str = ""
    starts: object = ""
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.id in CLOCKS:
            raise ValueError(f"clock {self.id} is declared twice")
        CLOCKS[self.id] = self

    def rungs(self, whole: timedelta, *, above: int = 0) -> tuple[Rung, ...]:
        """The rungs of a promise of this length that have not been reached yet."""
        return tuple(rung for rung in self.ladder if rung.level > above and rung.of in (None, whole))

    def span(self, subject: Any) -> Span:
        return self.within(subject) if callable(self.within) else self.within


def quiet_ids() -> list[str]:
    """The clocks that a list for everybody of a file leaves out."""
    return [clock.id for clock in CLOCKS.values() if clock.quiet]


def running(**of: Any) -> QuerySet[Deadline]:
    """The running clocks of a file as everybody reads them who may open it: without the quiet ones, which only those concerned see."""
    return Deadline.objects.filter(stopped_at__isnull=True, **of).exclude(clock__in=quiet_ids())


FURTHEST = timedelta(days=3660)  # no promise reaches further
A_YEAR = timedelta(days=366)


def not_too_far(on: date, *, at: datetime, most: timedelta = FURTHEST) -> None:
    """Refused when a promised day or moment lies further off than `most`; every clock asks so by itself when it starts."""
    if on > at + most if isinstance(on, datetime) else on > timezone.localtime(at + most).date():
        raise Refused(_("This day lies too far ahead."))


def start(
    clock: Clock,
    *,
    dossier: Dossier,
    key: str,
    owner: Any,
    at: datetime,
    line: str = "",
    link: str = "",
    subject: Any = None,
    within: Span | None = None,
    due_at: datetime | None = None,
    agreed: bool = False,
) -> None:
    """Start a clock for `key`; while one is open, that one goes on as it is (the table knows one open clock of a key).

    `agreed`: the customer and the company have agreed on the due moment, no rule has set it.
    """
    store: Any = dossier.store_id  # the company's own dossier starts no clocks
    due = due_at or (within or clock.span(subject)).after(at)
    not_too_far(due, at=at)
    due = max(due, at)
    row = Deadline(
        clock=clock.id, key=key, dossier=dossier, store_id=store, owner=owner, line=line[:240], link=link, started_at=at, due_at=due,
        agreed=agreed, next_sweep_at=_next(clock, at, due, 0),
    )  # fmt: skip
    Deadline.objects.bulk_create([row], ignore_conflicts=True)


def stop(clock: Clock, key: str, *, at: datetime, by: Any = None) -> Deadline | None:
    """Stop the open clock of `key`; None when none is open.

    Whether it was kept is what `at` says, swept or not: after the due moment is a breach, and what was done in time and only
    noted after a sweep is none.
    """
    row = _to_end(clock, key, at=at, by=by)
    if row is None:
        return None
    if row.paused_at is None:
        row.breached_at = row.due_at if at > row.due_at else None
    return _close(row, at=at, by=by, cancelled=False)


def cancel(clock: Clock, key: str, *, at: datetime, by: Any = None) -> Deadline | None:
    """The promise no longer applies (the enquiry is lost, the import withdrawn): stopped, not kept."""
    row = _to_end(clock, key, at=at, by=by)
    return _close(row, at=at, by=by, cancelled=True) if row else None


def give_up(clock: Clock, key: str, *, at: datetime, by: Any = None) -> Deadline | None:
    """The promise ends undone: broken when its moment has passed, else it no longer applies.  It is never counted as kept."""
    row = _open(clock, key)
    if row is None:
        return None
    late = row.paused_at is None and at > row.due_at
    row.breached_at = row.due_at if late else None
    return _close(row, at=at, by=by, cancelled=not late)


def cancel_all(dossier: Dossier, *, at: datetime, by: Any = None, keep: Sequence[str] = ()) -> int:
    """Every open clock of a dossier is cancelled, but for the kinds to `keep`; returns how many."""
    rows = list(Deadline.objects.select_for_update(no_key=True).filter(dossier=dossier, stopped_at__isnull=True).exclude(clock__in=keep))
    for row in rows:
        _close(row, at=at, by=by, cancelled=True)
    return len(rows)


def left(dossier: Dossier, *, at: datetime, without: Sequence[str] = ()) -> QuerySet[Deadline]:
    """What `cancel_all` cancelled at that moment and nobody settled or started anew since, but for the kinds of `without`."""
    later = Deadline.objects.filter(dossier=OuterRef("dossier"), clock=OuterRef("clock"), key=OuterRef("key"), pk__gt=OuterRef("pk"))
    return Deadline.objects.filter(~Exists(later), dossier=dossier, cancelled=True, stopped_at=at).exclude(clock__in=without).order_by("pk")


def pause(clock: Clock, key: str, *, at: datetime, reason: str, by: Any) -> Deadline:
    """Hold the clock with a reason; Refused without one, or when it does not run."""
    row = _open(clock, key)
    if row is None or row.paused_at is not None:
        raise Refused(_("This clock is not running."))
    if not reason.strip():
        raise Refused(_("A pause needs a reason."))
    row.paused_at, row.pause_reason, row.next_sweep_at = at, reason.strip(), None
    row.save(update_fields=["paused_at", "pause_reason", "next_sweep_at"])
    DeadlinePause.objects.create(deadline=row, from_at=at, reason=row.pause_reason, by=by)
    audit.record(row.dossier, "core.clock_paused", by=by, at=at, clock=clock.id, reason=row.pause_reason)
    return row


def resume(clock: Clock, key: str, *, at: datetime, by: Any) -> Deadline:
    """Let a held clock run on; its due moment moves by the length of the pause."""
    row = _open(clock, key)
    if row is None or row.paused_at is None:
        raise Refused(_("This clock is not paused."))
    row.due_at += max(at - row.paused_at, timedelta(0))
    row.paused_at, row.pause_reason = None, ""
    row.next_sweep_at = _next(clock, row.started_at, row.due_at, row.level)
    row.save(update_fields=["due_at", "paused_at", "pause_reason", "next_sweep_at"])
    row.pauses.filter(until_at__isnull=True).update(until_at=at)
    audit.record(row.dossier, "core.clock_resumed", by=by, at=at, clock=clock.id)
    return row


def agree(clock: Clock, key: str, *, due_at: datetime, by: Any, at: datetime) -> Deadline:
    """Customer and company agreed on another moment (R007): from now on only that one can be missed, and is warned of anew.

    What was missed before they agreed stays a fact: that promise ends as breached, and the new one is a clock of its own.  A moment
    that has passed when it is agreed on mends nothing: the breach stays where it is.
    """
    row = _open(clock, key)
    if row is None:
        raise Refused(_("This clock is not running."))
    if due_at < row.started_at:
        raise Refused(_("The agreed moment lies before the start."))
    not_too_far(due_at, at=at)
    if (row.paused_at or at) > row.due_at:
        row = _promised_anew(clock, row, due_at=due_at, by=by, at=at)
        audit.record(row.dossier, "core.clock_agreed", by=by, at=at, clock=clock.id, due_at=due_at)
        return row
    row.due_at, row.agreed, row.level, row.breached_at = due_at, True, 0, None
    row.next_sweep_at = None if row.paused_at else _next(clock, row.started_at, due_at, 0)
    row.save(update_fields=["due_at", "agreed", "level", "breached_at", "next_sweep_at"])
    audit.record(row.dossier, "core.clock_agreed", by=by, at=at, clock=clock.id, due_at=due_at)
    return row


def _promised_anew(clock: Clock, row: Deadline, *, due_at: datetime, by: Any, at: datetime) -> Deadline:
    """The open clock is broken: it stays so, and what was agreed on runs beside it."""
    missed = row.breached_at or row.due_at
    if due_at <= at:
        row.due_at, row.agreed, row.breached_at = due_at, True, missed
        row.next_sweep_at = None if row.paused_at else _next(clock, row.started_at, due_at, row.level, breached=True)
        row.save(update_fields=["due_at", "agreed", "breached_at", "next_sweep_at"])
        return row
    paused, reason = row.paused_at, row.pause_reason
    row.breached_at = missed
    _close(row, at=at, by=by, cancelled=False)
    made = Deadline.objects.create(
        clock=clock.id, key=row.key, dossier=row.dossier, store_id=row.store_id, owner_id=row.owner_id, line=row.line, link=row.link,
        started_at=at, due_at=due_at, agreed=True, paused_at=at if paused else None, pause_reason=reason if paused else "",
        next_sweep_at=None if paused else _next(clock, at, due_at, 0),
    )  # fmt: skip
    if paused:
        DeadlinePause.objects.create(deadline=made, from_at=at, reason=reason, by=by)
    return made


def hand_over(clock: Clock, key: str, owner: Any) -> Deadline | None:
    """The promise is now another person's."""
    row = _open(clock, key)
    if row is not None:
        row.owner = owner
        row.save(update_fields=["owner"])
    return row


def reminded(at: datetime) -> Exists:
    """Clocks whose owner was reminded of them within the last day."""
    kind = Concat(OuterRef("clock"), Value(".reminder"))
    return Exists(Notice.objects.filter(user=OuterRef("owner"), dossier=OuterRef("dossier"), kind=kind, at__gt=at - timedelta(hours=20)))


def why_no_reminder(row: Deadline, *, by: Any, at: datetime) -> str:
    """Why the owner of a clock is not reminded of it now; empty when this person may."""
    if row.stopped_at is not None or row.owner_id is None:
        return _("This clock is not running.")
    if row.owner_id == by.pk:
        return _("This is your own clock.")
    told = Deadline.objects.filter(reminded(at), pk=row.pk).exists()
    return _("{name} was reminded within the last day.").format(name=row.owner) if told else ""


def remind(row: Deadline, *, by: Any, at: datetime) -> Notice:
    """Somebody asks the owner to see to it; once a day is enough."""
    why = why_no_reminder(row, by=by, at=at)
    if why or row.owner_id is None:
        raise Refused(why)
    return Notice.objects.create(
        user_id=row.owner_id, dossier_id=row.dossier_id, kind=f"{row.clock}.reminder", line=row.line, link=row.link, at=at
    )


def seen(notice: Notice, *, at: datetime) -> None:
    """The person has seen the line; it leaves the desk."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def is_open(clock: Clock, key: str) -> bool:
    return Deadline.objects.filter(clock=clock.id, key=key, stopped_at__isnull=True).exists()


Audience = Callable[[Deadline, Sequence[str]], Iterable[Any]]


def sweep(*, at: datetime, audience: Audience, limit: int = 500) -> int:
    """Look at every clock whose next moment has come: warn the rung's people, note the breach; returns rows moved.

    A reminder that would fall on days off is given on the last working day before them (decision 9).
    """
    moved, ahead = 0, _reminders_until(at)
    rows = Deadline.objects.select_related("owner").order_by("next_sweep_at")
    coming = rows.filter(next_sweep_at__gt=at, next_sweep_at__lte=ahead) if ahead > at else ()
    for row in (*rows.filter(next_sweep_at__lte=at)[:limit], *coming):
        try:
            with transaction.atomic():
                moved += _sweep_one(row, at=at, ahead=ahead, audience=audience)
        except Exception:
            Deadline.objects.filter(pk=row.pk).update(next_sweep_at=at + timedelta(hours=1))
            log.exception("clock %s could not be swept; tried again in an hour", row.pk)
    return moved


def _reminders_until(at: datetime) -> datetime:
    """On the last working day before days off: the end of those days; else now."""
    today = timezone.localtime(at)
    if not is_working_day(today.date()):
        return at
    again = next_working_day(today.date())
    if again == today.date() + timedelta(days=1):
        return at
    return datetime.combine(again, time.min, today.tzinfo) - timedelta(microseconds=1)


def _sweep_one(row: Deadline, *, at: datetime, ahead: datetime, audience: Audience) -> int:
    clock = CLOCKS[row.clock]
    reached = [
        rung
        for rung in clock.rungs(row.due_at - row.started_at, above=row.level)
        if row.due_at + rung.offset <= (ahead if rung.offset < timedelta(0) else at)
    ]
    level = max((rung.level for rung in reached), default=row.level)
    breached = row.due_at if row.due_at <= at else None
    if not reached and breached is None:
        return 0  # looked at for a reminder only
    swapped = Deadline.objects.filter(
        pk=row.pk, next_sweep_at=row.next_sweep_at, stopped_at__isnull=True, paused_at__isnull=True
    ).update(
        level=level, breached_at=breached, next_sweep_at=_next(clock, row.started_at, row.due_at, level, breached=breached is not None)
    )
    if not swapped:
        return 0
    for rung in reached:
        told = list(audience(row, [post for post in rung.posts if post != "owner"]))
        if "owner" in rung.posts and row.owner is not None:
            told.append(row.owner)
        moment = min(row.due_at + rung.offset, at)
        if row.agreed:  # the warnings of the moment before say the same of the new one
            Notice.objects.filter(deadline=row, level=rung.level, user__in=told).update(at=moment, read_at=None)
        Notice.objects.bulk_create(
            [
                Notice(
                    user=person,
                    dossier_id=row.dossier_id,
                    deadline=row,
                    kind=row.clock,
                    level=rung.level,
                    line=row.line,
                    link=row.link,
                    at=moment,
                )
                for person in {p.pk: p for p in told}.values()
            ],
            ignore_conflicts=True,
        )
    return 1


def _next(clock: Clock, started: datetime, due: datetime, level: int, *, breached: bool = False) -> datetime | None:
    """The next moment at which the sweep must look: the next rung, or the due moment itself."""
    moments = [due + rung.offset for rung in clock.rungs(due - started, above=level)]
    if not breached:
        moments.append(due)
    return min(moments, default=None)


def _open(clock: Clock, key: str) -> Deadline | None:
    return (
        Deadline.objects.select_for_update(no_key=True, of=("self",))
        .filter(clock=clock.id, key=key, stopped_at__isnull=True)
        .select_related("dossier")
        .first()
    )


def _to_end(clock: Clock, key: str, *, at: datetime, by: Any) -> Deadline | None:
    """The open clock of `key`.  What is settled while its clock stands cancelled leaves an ended row after it: `left` takes nothing up that is done."""
    rows = Deadline.objects.select_for_update(no_key=True, of=("self",)).filter(clock=clock.id, key=key).select_related("dossier")
    row = rows.filter(Q(stopped_at__isnull=True) | Q(cancelled=True)).order_by("-pk").first()
    if row is None or row.stopped_at is None:
        return row
    if not row.started_at == row.due_at == row.stopped_at:
        Deadline.objects.create(
            clock=clock.id, key=key, dossier=row.dossier, store_id=row.store_id, owner_id=row.owner_id, line=row.line, link=row.link,
            started_at=at, due_at=at, stopped_at=at, stopped_by=by, cancelled=True,
        )  # fmt: skip
    return None


def _close(row: Deadline, *, at: datetime, by: Any, cancelled: bool) -> Deadline:
    if row.paused_at is not None:
        row.pauses.filter(until_at__isnull=True).update(until_at=at)
    row.stopped_at, row.stopped_by, row.cancelled = at, by, cancelled
    row.next_sweep_at, row.paused_at = None, None
    row.save(update_fields=["stopped_at", "stopped_by", "cancelled", "next_sweep_at", "paused_at", "breached_at"])
    return row


__all__ = [
    "CLOCKS", "Clock", "Days", "Hours", "Rung", "Span", "WorkingDays", "agree", "cancel", "cancel_all", "give_up", "hand_over", "is_open", "left",
    "not_too_far", "pause", "quiet_ids", "remind", "resume", "running", "seen", "start", "stop", "sweep",
]  # fmt: skip
