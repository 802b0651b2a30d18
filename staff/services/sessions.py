"""Browsers in which people are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from core import audit
from staff import posts
from staff.models import User, UserSession

SEEN_EVERY = timedelta(minutes=5)
IDLE_IN_THE_OFFICE = timedelta(minutes=30)
IDLE_ON_SITE = timedelta(hours=12)
AT_MOST = timedelta(days=14)


def forgotten(person: User, *, seen_at: datetime, since: datetime, at: datetime) -> bool:
    """Was the browser left alone too long (half an hour in the office, half a day on site), or signed in for more than two weeks?"""
    idle = IDLE_ON_SITE if person.posts & posts.on_site() else IDLE_IN_THE_OFFICE
    return at - seen_at > idle + SEEN_EVERY or at - since > AT_MOST


def forget_session(person: User, *, key: str, at: datetime) -> None:
    """Nobody has used this browser for long: it is signed out."""
    _end(UserSession.objects.filter(user=person, key=key), UserSession.End.IDLE, at)


def begin_session(person: User, *, key: str, device: str, address: str | None, at: datetime) -> UserSession:
    """A browser signs in."""
    return UserSession.objects.create(
        user=person, key=key, device=device[:300], address=address, started_at=at, seen_at=at
    )


def see_session(person: User, *, key: str, at: datetime) -> None:
    """The browser was used; written at most every five minutes."""
    UserSession.objects.filter(user=person, key=key).update(seen_at=at)


def sign_out(person: User, *, key: str, at: datetime) -> None:
    """The person signed out in this browser."""
    _end(UserSession.objects.filter(user=person, key=key), UserSession.End.SIGNED_OUT, at)


@transaction.atomic
def end_session(session: UserSession, *, by: User, at: datetime) -> None:
    """Sign one browser out; it is out at its next request."""
    _end(UserSession.objects.filter(pk=session.pk), UserSession.End.ENDED, at)
    audit.record(session.user.dossier, "staff.session_ended", by=by, at=at, device=session.device)


@transaction.atomic
def end_other_sessions(person: User, *, key: str, at: datetime) -> int:
    """Sign out everywhere but here."""
    ended = _end(UserSession.objects.filter(user=person).exclude(key=key), UserSession.End.ENDED, at)
    if ended:
        audit.record(person.dossier, "staff.other_sessions_ended", by=person, at=at, number=ended)
    return ended


def end_all_sessions(person: User, *, end: str, at: datetime) -> int:
    """Sign a person out everywhere, inside the verb that makes it necessary."""
    return _end(UserSession.objects.filter(user=person), end, at)


def move_session(person: User, *, before: str, after: str) -> None:
    """Django gave the browser a new key (after a change of password)."""
    UserSession.objects.filter(user=person, key=before).update(key=after)


def _end(sessions: object, end: str, at: datetime) -> int:
    """Delete the browser's session and keep the row that says when and why."""
    open_ones = sessions.filter(ended_at__isnull=True)  # type: ignore[attr-defined]
    keys = list(open_ones.values_list("key", flat=True))
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(key__in=keys).update(ended_at=at, end=end)
    return len(keys)
