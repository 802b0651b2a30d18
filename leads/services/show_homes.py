"""Show homes (L17): what may be shown, the store manager's visits, the notice of every Wednesday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.attachments import keep
from core.models import Attachment, Deadline
from core.refusals import Refused
from leads import deadlines
from leads.models import Home, ShowHome, ShowHomeNotice, ShowHomeNoticeLine, ShowHomePhoto, ShowHomeVisit
from staff import posts
from staff.models import Store, User
from staff.selectors import holders

WEEK = timedelta(days=7)
PARTICULARS = ("name", "address", "open_from", "open_until", "keeper", "contact", "consent", "note")
WEDNESDAY = 2


@transaction.atomic
def add_show_home(
    store: Store,
    *,
    name: str,
    address: str,
    by: User,
    at: datetime,
    home: Home | None = None,
    open_from: date | None = None,
    open_until: date | None = None,
    keeper: User | None = None,
    contact: str = "",
    consent: str = "",
    note: str = "",
    photos: Sequence[Any] = (),
) -> ShowHome:
    """A home that may be shown; a customer's home only with the owner's word, noted."""
    told = {
        "name": name, "address": address, "open_from": open_from, "open_until": open_until, "keeper": keeper, "contact": contact,
        "consent": consent, "note": note,
    }  # fmt: skip
    _check(store, told, home=home)
    made = ShowHome.objects.create(store=store, home=home, estate_id=home.estate_id if home else None, by=by, at=at, **_stripped(told))
    _keep_photos(made, photos, by=by, at=at)
    audit.record(store.file, "leads.show_home_added", by=by, at=at, show_home=made.pk, name=made.name)
    return made


@transaction.atomic
def change_show_home(show_home: ShowHome, *, by: User, at: datetime, photos: Sequence[Any] = (), **told: Any) -> ShowHome:
    """Correct its particulars, or add photos; notices that were published keep what they said."""
    row = _locked(show_home)
    if unknown := set(told) - set(PARTICULARS):
        raise TypeError(f"cannot change {sorted(unknown)}")
    merged = _stripped({name: told.get(name, getattr(row, name)) for name in PARTICULARS})
    _check(row.store, merged, home=row.home, but=row.pk)
    changed = [name for name, value in merged.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, merged[name])
    if changed:
        row.save(update_fields=changed)
        audit.record(row.store.file, "leads.show_home_changed", by=by, at=at, show_home=row.pk, name=row.name, changed=changed)
    _keep_photos(row, photos, by=by, at=at)
    return row


@transaction.atomic
def visit_show_home(show_home: ShowHome, *, by: User, at: datetime, note: str = "") -> ShowHomeVisit:
    """The store manager was there, and what was found."""
    row = _locked(show_home)
    made = ShowHomeVisit.objects.create(show_home=row, store=row.store, note=note.strip(), by=by, at=at)
    audit.record(row.store.file, "leads.show_home_visited", by=by, at=at, show_home=row.pk, name=row.name, note=made.note)
    return made


@transaction.atomic
def close_show_home(show_home: ShowHome, *, reason: str, by: User, at: datetime) -> ShowHome:
    """It is shown no more, with the reason."""
    row = _locked(show_home)
    if not reason.strip():
        raise Refused(_("Say why it is shown no more."))
    row.closed_at, row.closed_by, row.closed_reason = at, by, reason.strip()
    row.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    audit.record(row.store.file, "leads.show_home_closed", by=by, at=at, show_home=row.pk, name=row.name, reason=row.closed_reason)
    return row


@transaction.atomic
def publish_show_homes(store: Store, *, show_homes: Sequence[ShowHome], by: User, at: datetime, note: str = "") -> ShowHomeNotice:
    """L17: the notice of the week.  Whoever publishes has visited every home of it within the week before."""
    Store.objects.select_for_update(no_key=True).only("pk").get(pk=store.pk)
    if not show_homes:
        raise Refused(_("Choose at least one show home."))
    lines = []
    for show_home in show_homes:
        row = ShowHome.objects.select_related("keeper").get(pk=show_home.pk)
        if row.store_id != store.pk or row.closed_at is not None:
            raise Refused(_("This show home is not shown any more."))
        if row.open_until is not None and row.open_until < timezone.localtime(at).date():
            raise Refused(_("{name} is open only until {day}.").format(name=row.name, day=row.open_until))
        visit = row.visits.filter(by=by, at__lte=at, at__gte=at - WEEK).first()
        if visit is None:
            raise Refused(_("Visit {name} first: a show home is published after your own visit within the week before.").format(name=row.name))
        lines.append((row, visit))
    last = ShowHomeNotice.objects.filter(store=store).order_by("-seq").values_list("seq", flat=True).first() or 0
    made = ShowHomeNotice.objects.create(store=store, seq=last + 1, note=note.strip(), by=by, at=at)
    for position, (row, visit) in enumerate(lines):
        ShowHomeNoticeLine.objects.create(
            notice=made, show_home=row, name=row.name, address=row.address, open_from=row.open_from, open_until=row.open_until,
            key_with=" ".join(part for part in (str(row.keeper or ""), row.contact) if part), visited_at=visit.at, position=position,
        )  # fmt: skip
    for key in _open_keys(store):
        clocks.stop(deadlines.SHOW_HOMES, key, at=at, by=by)
    audit.record(store.file, "leads.show_homes_published", by=by, at=at, seq=made.seq, names=[row.name for row, _visit in lines])
    return made


def watch_show_homes(*, at: datetime) -> int:
    """Every Wednesday each store with show homes owes a notice; any number of sweeps start one clock a week."""
    wednesday = wednesday_of(at)
    if at < wednesday:
        return 0
    open_homes = ShowHome.objects.filter(store=OuterRef("pk"), closed_at__isnull=True, at__lt=wednesday + timedelta(days=1))
    published = ShowHomeNotice.objects.filter(store=OuterRef("pk"), at__gte=wednesday)
    told = Deadline.objects.filter(clock=deadlines.SHOW_HOMES.id, store=OuterRef("pk"), started_at__gte=wednesday)
    due = Store.objects.filter(Exists(open_homes), ~Exists(published), ~Exists(told), closed_on__isnull=True, dossier__isnull=False)
    started = 0
    for store in due.select_related("dossier").order_by("pk"):
        manager = next((person for person in holders(posts.STORE_MANAGER, store)), None)
        clocks.start(
            deadlines.SHOW_HOMES, dossier=store.file, key=f"show-homes:{store.pk}:{wednesday:%Y-%m-%d}", owner=manager, at=wednesday,
            line=store.name, link=f"/leads/show-homes/?store={store.code}",
        )  # fmt: skip
        started += 1
    return started


def wednesday_of(at: datetime) -> datetime:
    """The beginning of this week's Wednesday."""
    local = timezone.localtime(at)
    day = local.date() + timedelta(days=WEDNESDAY - local.weekday())
    return datetime.combine(day, datetime.min.time(), local.tzinfo)


def _open_keys(store: Store) -> list[str]:
    rows = Deadline.objects.filter(clock=deadlines.SHOW_HOMES.id, store=store, stopped_at__isnull=True)
    return list(rows.order_by("pk").values_list("key", flat=True))


def _locked(show_home: ShowHome) -> ShowHome:
    row = ShowHome.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier", "home", "keeper").get(pk=show_home.pk)
    if row.closed_at is not None:
        raise Refused(_("This show home is not shown any more."))
    return row


def _stripped(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}


def _check(store: Store, told: dict[str, Any], *, home: Home | None, but: int | None = None) -> None:
    if not told["name"].strip() or not told["address"].strip():
        raise Refused(_("A show home has a name and an address."))
    if ShowHome.objects.filter(store=store, name=told["name"].strip(), closed_at__isnull=True).exclude(pk=but or 0).exists():
        raise Refused(_("There is a show home of this name already."))
    if told["open_from"] and told["open_until"] and told["open_until"] < told["open_from"]:
        raise Refused(_("It closes before it opens."))
    if told["keeper"] is None and not told["contact"].strip():
        raise Refused(_("Say who keeps the key."))
    if home is not None and not told["consent"].strip():
        raise Refused(_("A customer's home is shown with the owner's consent: note who agreed, and when."))


def _keep_photos(show_home: ShowHome, photos: Sequence[Any], *, by: User, at: datetime) -> None:
    for photo in photos:
        kept = keep(photo, dossier=show_home.store.file, by=by, at=at, caption=show_home.name)
        if kept.kind != Attachment.Kind.PHOTO:
            raise Refused(_("Only photos show a home."))
        ShowHomePhoto.objects.create(show_home=show_home, attachment=kept)
