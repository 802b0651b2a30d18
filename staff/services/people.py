"""Hiring, changing particulars, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, phones, pinyin, search
from core.models import Dossier
from core.refusals import Refused
from staff.checks import RESERVED, USERNAME, as_username
from staff.models import Holding, Post, Store, User, UserSession
from staff.posts import ADMINISTRATOR
from staff.services import rules
from staff.services.posts import take_over
from staff.services.second_factor import forget_devices
from staff.services.sessions import end_all_sessions
from staff.services.stores import apply_changes


@transaction.atomic
def hire(
    *,
    full_name: str,
    store: Store,
    posts: Sequence[str],
    hired_on: date,
    password_hash: str,
    by: User | None,
    at: datetime,
    username: str = "",
    mobile: str = "",
    superior: User | None = None,
    must_change_password: bool = True,
    simulated: bool = False,
) -> User:
    """Take on a person: one account, one dossier, one or more posts in a store.

    One account a person: a mobile number that a colleague has already is refused, so nobody shares and nobody has two.
    """
    full_name = full_name.strip()
    rules.require_not_ahead(hired_on, at)
    if not full_name or not posts:
        raise Refused(_("A person has a name and at least one post."))
    rules.require_administrator(frozenset(posts), by)
    number = _free_mobile(mobile)
    name = as_username(username) or free_username(full_name)
    if not USERNAME.fullmatch(name):
        raise Refused(_("A user name is 2 to 40 small letters, digits, dots or hyphens."))
    if name in RESERVED or User.objects.filter(username=name).exists():
        raise Refused(_("The user name %(name)s is taken.") % {"name": name})
    dossier = Dossier.objects.create(
        kind=Dossier.Kind.EMPLOYEE, store=store, title=full_name, line=store.name, opened_at=at, simulated=simulated,
        search=search.terms(names=[full_name], phones=[number] if number else [], refs=[name]),
    )  # fmt: skip
    person = User.objects.create(
        username=name, full_name=full_name, pinyin=pinyin.key(full_name), mobile=number, superior=superior, home_store=store,
        hired_on=hired_on, password=password_hash, must_change_password=must_change_password, dossier=dossier,
    )  # fmt: skip
    known = Post.objects.in_bulk(posts)
    if missing := [post for post in posts if post not in known]:
        raise Refused(_("There is no post %(code)s.") % {"code": missing[0]})
    Holding.objects.bulk_create(
        Holding(user=person, post=known[post], store=store, since=hired_on) for post in dict.fromkeys(posts)
    )
    take_over(person, known.values(), store)
    audit.record(
        dossier, "staff.hired", by=by, at=at, username=name, posts=list(dict.fromkeys(posts)), store=store.code, hired_on=hired_on
    )  # fmt: skip
    return person


def free_username(full_name: str) -> str:
    """The name in pinyin, with a number if somebody has it: chenjinglan, chenjinglan2."""
    stem = "".join(sign for sign in pinyin.key(full_name) if sign.isascii() and sign.isalnum())[:36] or "user"
    stem = stem if len(stem) > 1 else stem + "1"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(name for name in (stem, *(f"{stem}{n}" for n in range(2, 10_000))) if name not in taken)


@transaction.atomic
def change_person(person: User, *, by: User, at: datetime, **particulars: Any) -> User:
    """Change a person's name, mobile number or superior."""
    person = rules.locked(person)
    rules.require_here(person)
    if "mobile" in particulars:
        particulars["mobile"] = _free_mobile(particulars["mobile"], of=person)
    superior = particulars.get("superior")
    if superior is not None and _reports_to(superior, person):
        raise Refused(_("%(name)s reports to this person; it cannot be both ways.") % {"name": superior.full_name})
    if "full_name" in particulars:
        particulars["pinyin"] = pinyin.key(particulars["full_name"])
    changed = apply_changes(person, particulars, allowed=("full_name", "pinyin", "mobile", "superior"))
    changed.pop("pinyin", None)
    if "mobile" in changed:
        changed["mobile"] = [phones.mask(number) for number in changed["mobile"]]
    if changed:
        Dossier.objects.filter(pk=person.dossier_id).update(
            title=person.full_name,
            search=search.terms(
                names=[person.full_name], phones=[person.mobile] if person.mobile else [], refs=[person.username]
            ),
        )
        audit.record(person.dossier, "staff.person_changed", by=by, at=at, changed=changed)
    return person


@transaction.atomic
def leave(person: User, *, on: date, reason: str = "", by: User | None, at: datetime) -> User:
    """Record that a person left: every post ends, every session ends, and the next request is refused.

    Refused for oneself and for the only administrator.
    """
    person = rules.locked(person)
    rules.require_here(person)
    rules.require_another(person, by)
    rules.require_not_ahead(on, at)
    rules.require_administrator(person.posts, by)
    if on < person.hired_on:
        raise Refused(
            _("%(name)s was hired on %(day)s, after that.") % {"name": person.full_name, "day": person.hired_on}
        )
    if ADMINISTRATOR in person.posts:
        rules.require_an_administrator_stays(person)
    for holding in person.holdings.open():
        holding.until = max(on, holding.since)
        holding.save(update_fields=["until"])
    person.left_on, person.leaving_reason = on, reason
    person.set_unusable_password()
    person.save(update_fields=["left_on", "leaving_reason", "password"])
    end_all_sessions(person, end=UserSession.End.LEFT, at=at)
    forget_devices(person)
    person.forget_posts()
    audit.record(person.dossier, "staff.left", by=by, at=at, on=on, reason=reason)
    return person


def _free_mobile(text: str, *, of: User | None = None) -> str:
    """The number in its normal form; refused when it is none, or somebody who works here has it."""
    if not text:
        return ""
    number = phones.normal(text)
    if number is None or not phones.MOBILE.fullmatch(number):
        raise Refused(_("A mobile number has 11 digits and begins with 13 to 19."))
    owner = User.objects.here().filter(mobile=number).exclude(pk=of.pk if of else None).first()
    if owner is not None:
        raise Refused(_("%(name)s has this mobile number already.") % {"name": owner.full_name})
    return number


def _reports_to(person: User | None, head: User) -> bool:
    seen: set[int] = set()
    while person is not None and person.pk not in seen:
        if person.pk == head.pk:
            return True
        seen.add(person.pk)
        person = person.superior
    return False
