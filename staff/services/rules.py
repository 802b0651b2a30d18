"""Rules that several verbs about people share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from staff.models import User
from staff.posts import ADMINISTRATOR, GENERAL_MANAGER

FOR_ADMINISTRATORS = frozenset({ADMINISTRATOR, GENERAL_MANAGER})


def locked(person: User) -> User:
    """The person's row, locked; every verb about a person takes this lock first."""
    return User.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=person.pk)


def require_here(person: User) -> None:
    if person.left_on is not None:
        raise Refused(_("%(name)s left on %(day)s.") % {"name": person.full_name, "day": person.left_on})


def require_not_ahead(day: date, at: datetime) -> None:
    """Posts, hirings and leavings are recorded when they are true, not before."""
    if day > timezone.localtime(at).date():
        raise Refused(_("This day is still to come. Record it on the day."))


def require_another(person: User, by: Any) -> None:
    """Nobody decides on their own posts or their own leaving."""
    if by is not None and by.pk == person.pk:
        raise Refused(_("Nobody changes their own posts. Ask another administrator or HR."))


def require_administrator(posts: frozenset[str], by: Any) -> None:
    """Only an administrator touches the accounts of administrators and of the general manager: HR could rise by them."""
    if by is not None and posts & FOR_ADMINISTRATORS and ADMINISTRATOR not in by.posts:
        raise Refused(_("Only an administrator does this for administrators and the general manager."))


def require_an_administrator_stays(person: User) -> None:
    """The company never locks itself out."""
    others = list(User.objects.holding(ADMINISTRATOR).exclude(pk=person.pk).select_for_update(no_key=True)[:1])
    if not others:
        raise Refused(
            _("%(name)s is the only administrator. Make somebody else one first.") % {"name": person.full_name}
        )
