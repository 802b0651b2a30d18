"""Questions about people, posts and stores."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import search
from core.policies import PERMISSIONS, WIDEST_FIRST, Scope
from staff import devices, history, posts
from staff.models import Holding, HoldingQuerySet, Store, User, UserQuerySet
from staff.services.second_factor import has_second_factor


def holders(post: str, store: Store | int) -> list[User]:
    """Who holds a post in a store now; where nobody does, who holds a company-wide one elsewhere and serves the store from there."""
    held = Holding.objects.open().filter(user=OuterRef("pk"), post=post)
    return list(_nearest(held, store, held.serving(store)))


def holder(post: str, store: Store | int, *without: int) -> User | None:
    """The first who holds the post in the store and is none of these, else of those who hold a company-wide one elsewhere."""
    held = Holding.objects.open().filter(user=OuterRef("pk"), post=post)
    people = _nearest(held, store, held.filter(post__company_wide=True))
    return next((person for person in people if person.pk not in without), None)


def audience(deadline: Any, codes: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: the holders of these posts in its store, and those whose post is for the company."""
    held = Holding.objects.open().filter(user=OuterRef("pk"), post__in=codes)
    return list(_nearest(held, deadline.store_id, held.filter(post__company_wide=True))) if codes else []


def _nearest(held: HoldingQuerySet, store: Store | int, far: HoldingQuerySet) -> UserQuerySet:
    """People with one of these holdings in the store, then those who have it elsewhere."""
    people = User.objects.here().annotate(near=Exists(held.filter(store=store)))
    return people.filter(Q(near=True) | Exists(far)).order_by("-near", "pinyin", "pk")


# --- lists and pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeopleAsked:
    """What the list of people is asked for, as it stands in the address."""

    q: str = ""
    store: str = ""
    department: str = ""
    left: bool = False

    @classmethod
    def read(cls, query: Any, *, left_too: bool) -> PeopleAsked:
        return cls(
            q=query.get("q", "").strip()[:80], store=query.get("store", "")[:6], department=query.get("department", "")[:32],
            left=left_too and query.get("left") == "1",
        )  # fmt: skip

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.store or self.department or self.left)


@dataclass(frozen=True)
class PersonLine:
    """One row of the list of people."""

    username: str
    full_name: str
    posts: str
    store: str
    mobile: str
    hired_on: date
    left_on: date | None
    superior: str


@dataclass(frozen=True)
class HoldingLine:
    pk: int
    post: str
    department: str
    store: str
    since: date
    until: date | None


@dataclass(frozen=True)
class SessionLine:
    pk: int
    device: str
    phone: bool
    address: str
    started_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class Access:
    """How a person signs in, for those who look after accounts."""

    last_login: datetime | None
    sessions: int
    second_factor: bool
    must_change_password: bool


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str
    text: str
    by: str


@dataclass(frozen=True)
class StoreLine:
    code: str
    name: str
    city: str
    address: str
    phone: str
    opened_on: date
    people: int


@dataclass(frozen=True)
class ChartPost:
    """A post of the chart: who holds it, and what it may (permission's words, scope)."""

    code: str
    title: str
    company_wide: bool
    people: tuple[str, ...]
    more: int
    permissions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChartDepartment:
    title: str
    posts: tuple[ChartPost, ...]


def people(user: Any, asked: PeopleAsked) -> UserQuerySet:
    """The colleagues that this person sees, narrowed as asked."""
    rows = User.objects.visible_to(user).filter(left_on__isnull=not asked.left)
    if asked.q:
        rows = rows.filter(dossier__search__contains=search.query(asked.q) or ["-"])
    if asked.store:
        rows = rows.filter(home_store__code=asked.store)
    if asked.department:
        rows = rows.filter(
            Exists(Holding.objects.open().filter(user=OuterRef("pk"), post__department=asked.department))
        )
    return rows.with_posts().select_related("home_store", "superior")


def person_line(row: Any) -> PersonLine:
    """A row of the list; posts in the order of the chart, the number masked (decision 22)."""
    held = {held["post"] for held in row.held_rows}
    return PersonLine(
        username=row.username, full_name=row.full_name, posts=titles_of(held),
        store=str(row.home_store), mobile=row.mobile, hired_on=row.hired_on, left_on=row.left_on,
        superior=row.superior.full_name if row.superior else "",
    )  # fmt: skip


def titles_of(codes: Iterable[str]) -> str:
    """The posts in words, in the order of the chart."""
    return posts.listed(posts.in_language(row) for row in posts.posts() if row.code in set(codes))


def departments() -> list[tuple[str, str]]:
    return [(row.code, posts.in_language(row)) for row in posts.departments()]


def stores_seen_by(user: Any) -> list[tuple[str, str]]:
    return list(Store.objects.visible_to(user).order_by("pk").values_list("code", "name"))


def holdings_of(person: User) -> list[HoldingLine]:
    """Posts held now first, then those that ended."""
    rows = person.holdings.select_related("post__department", "store").order_by("since", "pk")
    lines = [
        HoldingLine(row.pk, str(row.post), str(row.post.department), str(row.store), row.since, row.until)
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.until is not None)


def sessions_of(person: User, *, here: str = "") -> list[SessionLine]:
    """Open browsers, this one first; sessions that ran out are gone from Django's table and from this list."""
    alive = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=Now())
    rows = person.sessions.filter(Exists(alive), ended_at__isnull=True).order_by("-seen_at")
    lines = [
        SessionLine(
            pk=row.pk, device=devices.words(row.device), phone=devices.is_phone(row.device), address=row.address or "",
            started_at=row.started_at, seen_at=row.seen_at, here=row.key == here,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: not line.here)


def access_of(person: User) -> Access:
    return Access(
        last_login=person.last_login, sessions=len(sessions_of(person)), second_factor=has_second_factor(person),
        must_change_password=person.must_change_password,
    )  # fmt: skip


def history_of(person: User, *, most: int = 40) -> list[HistoryLine]:
    """The person's own chain, newest first."""
    rows = person.dossier.entries.select_related("by").order_by("-at", "-pk")[:most]
    stores = dict(Store.objects.values_list("code", "name"))
    return [
        HistoryLine(
            at=row.at, title=history.title(row.kind), text=history.details(row.kind, json.loads(row.payload), stores),
            by=row.by.full_name if row.by else "",
        )
        for row in rows
    ]  # fmt: skip


def stores_with_people(user: Any) -> list[StoreLine]:
    """Stores with how many people work there."""
    here = User.objects.here().filter(home_store=OuterRef("pk")).order_by().values("home_store").annotate(n=Count("pk"))
    rows = Store.objects.visible_to(user).annotate(people=Subquery(here.values("n"))).order_by("pk")
    return [
        StoreLine(s.code, s.name, s.city, s.address, s.phone, s.opened_on, s.people or 0)  # type: ignore[attr-defined]
        for s in rows
    ]


def chart(*, shown: int = 6) -> list[ChartDepartment]:
    """Departments, posts, holders and permissions: the table of roles as people read it."""
    held: dict[str, list[str]] = {}
    for code, name in (
        Holding.objects.open().order_by("user__pinyin").values_list("post_id", "user__full_name").distinct()
    ):
        held.setdefault(code, []).append(name)
    words = {Scope.OWN: _("own"), Scope.STORE: _("own store"), Scope.COMPANY: _("company")}
    may: dict[str, list[tuple[str, str]]] = {}
    for permission in PERMISSIONS.values():
        for scope in WIDEST_FIRST:
            for code in permission.posts[scope]:
                if all(str(permission.says) != says for says, _scope in may.get(code, [])):
                    may.setdefault(code, []).append((str(permission.says), words[scope]))

    def post(row: posts.PostRow) -> ChartPost:
        names, rights = held.get(row.code, []), tuple(sorted(may.get(row.code, [])))
        return ChartPost(
            row.code, posts.in_language(row), row.company_wide, tuple(names[:shown]), max(0, len(names) - shown), rights
        )

    return [
        ChartDepartment(
            posts.in_language(department),
            tuple(post(row) for row in posts.posts() if row.department == department.code),
        )
        for department in posts.departments()
    ]
