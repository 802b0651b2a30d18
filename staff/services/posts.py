"""Giving and ending posts.  A person may hold two; what the person may follows from them at the next request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.clocks import CLOCKS
from core.models import Deadline
from core.refusals import Refused
from staff.models import Holding, Post, Store, User
from staff.posts import ADMINISTRATOR
from staff.services import rules


@transaction.atomic
def hold_post(person: User, *, post: str, store: Store, since: date, by: User | None, at: datetime) -> Holding:
    """Give a person a post in a store, beside those already held."""
    person = rules.locked(person)
    rules.require_here(person)
    rules.require_another(person, by)
    rules.require_administrator(frozenset({post}), by)
    rules.require_not_ahead(since, at)
    row = Post.objects.filter(code=post).first()
    if row is None:
        raise Refused(_("There is no post %(code)s.") % {"code": post})
    if since < person.hired_on:
        raise Refused(
            _("%(name)s was hired on %(day)s, after that.") % {"name": person.full_name, "day": person.hired_on}
        )
    if person.holdings.open().filter(post=row, store=store).exists():
        raise Refused(
            _("%(name)s is %(post)s in %(store)s already.")
            % {"name": person.full_name, "post": row, "store": store.name}
        )
    holding = Holding.objects.create(user=person, post=row, store=store, since=since)
    take_over(person, [row], store)
    audit.record(person.dossier, "staff.post_given", by=by, at=at, post=post, store=store.code, since=since)
    return holding


def take_over(person: User, given: Iterable[Post], store: Store) -> None:
    """What a post of the whole company had in hand for a store that nobody held it in is done from now on by who holds it there."""
    for post in given:
        if post.company_wide:
            theirs = [clock.id for clock in CLOCKS.values() if clock.owner == post.code]
            held = Holding.objects.open().filter(post=post)
            far = User.objects.filter(holdings__in=held).exclude(holdings__in=held.filter(store=store))
            Deadline.objects.filter(store=store, clock__in=theirs, stopped_at__isnull=True, owner__in=far).update(owner=person)


@transaction.atomic
def end_post(holding: Holding, *, on: date, by: User | None, at: datetime) -> Holding:
    """End a post; `on` is its last day.  The last post ends by leaving, and one administrator always stays."""
    person = rules.locked(holding.user)
    holding = Holding.objects.select_related("post", "store").get(pk=holding.pk)
    rules.require_another(person, by)
    rules.require_administrator(frozenset({holding.post_id}), by)
    rules.require_not_ahead(on, at)
    if holding.until is not None:
        raise Refused(_("This post ended on %(day)s.") % {"day": holding.until})
    if on < holding.since:
        raise Refused(_("This post began on %(day)s, after that.") % {"day": holding.since})
    others = person.holdings.open().exclude(pk=holding.pk)
    if not others.exists():
        raise Refused(
            _("This is the only post of %(name)s. Give another first, or record the leaving.")
            % {"name": person.full_name}
        )
    if holding.post_id == ADMINISTRATOR and not others.filter(post=ADMINISTRATOR).exists():
        rules.require_an_administrator_stays(person)
    holding.until = on
    holding.save(update_fields=["until"])
    audit.record(
        person.dossier, "staff.post_ended", by=by, at=at, post=holding.post_id, store=holding.store.code, on=on
    )
    return holding
