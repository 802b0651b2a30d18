"""Passwords, and looking at a colleague's whole mobile number."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from staff import passwords
from staff.models import User, UserSession
from staff.services import rules
from staff.services.second_factor import forget_devices
from staff.services.sessions import end_all_sessions, end_other_sessions


@transaction.atomic
def change_password(person: User, *, password: str, key: str, at: datetime) -> User:
    """A person chooses a new password; every other browser is signed out."""
    person = rules.locked(person)
    person.password = passwords.chosen(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    end_other_sessions(person, key=key, at=at)
    audit.record(person.dossier, "staff.password_changed", by=person, at=at)
    return person


@transaction.atomic
def reset_password(person: User, *, password_hash: str, by: User | None, at: datetime) -> User:
    """Give a person who cannot sign in a first password: all browsers are signed out, the second factor is off."""
    person = rules.locked(person)
    rules.require_here(person)
    rules.require_administrator(person.posts, by)
    if by is not None and by.pk == person.pk:
        raise Refused(_("Your own password is changed on your account page."))
    person.password = password_hash
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    end_all_sessions(person, end=UserSession.End.PASSWORD, at=at)
    forget_devices(person)
    audit.record(person.dossier, "staff.password_reset", by=by, at=at)
    return person


@transaction.atomic
def sign_out_everywhere(person: User, *, by: User, at: datetime) -> int:
    """Sign a colleague out in every browser: a lost phone, a doubt."""
    person = rules.locked(person)
    rules.require_administrator(person.posts, by)
    ended = end_all_sessions(person, end=UserSession.End.ENDED, at=at)
    audit.record(person.dossier, "staff.signed_out_everywhere", by=by, at=at, number=ended)
    return ended


def show_mobile(person: User, *, by: User, at: datetime) -> str:
    """Unmask a colleague's mobile number; that is logged (decision 22)."""
    audit.record(person.dossier, "staff.mobile_shown", by=by, at=at)
    return person.mobile
