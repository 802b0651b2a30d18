"""Who may.  A permission is one row that says which posts hold it and how far they see; every view carries one.

*Who may* is answered here (403 or 404); *is it time* is answered by gates, in a sentence on the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

View = Callable[..., HttpResponseBase]
M = TypeVar("M", bound=Model)


class Scope(IntEnum):
    """How far a permission reaches; the widest that any of a person's posts gives counts."""

    OWN = 1
    STORE = 2
    COMPANY = 3


WIDEST_FIRST = tuple(sorted(Scope, reverse=True))


class Person(Protocol):
    """What a policy asks of a user: the posts held today, and the stores they are held in."""

    @property
    def posts(self) -> frozenset[str]: ...
    @property
    def stores(self) -> frozenset[int]: ...
    def stores_of(self, codes: Iterable[str]) -> frozenset[int]: ...


PERMISSIONS: dict[str, Permission] = {}


class Policy:
    """A question that answers yes or no about a person; joined with & and |."""

    def allows(self, user: Any) -> bool:
        raise NotImplementedError

    def __or__(self, other: Policy) -> Policy:
        return _Either(self, other)

    def __and__(self, other: Policy) -> Policy:
        return _Both(self, other)


class _Either(Policy):
    def __init__(self, *parts: Policy) -> None:
        self.parts = parts

    def allows(self, user: Any) -> bool:
        return any(part.allows(user) for part in self.parts)


class _Both(_Either):
    def allows(self, user: Any) -> bool:
        return all(part.allows(user) for part in self.parts)


class Permission(Policy):
    """One row of the table of roles: a code, a sentence, and the posts that hold it per scope."""

    def __init__(
        self,
        code: str,
        says: object,
        *,
        own: Iterable[str] = (),
        store: Iterable[str] = (),
        company: Iterable[str] = (),
    ) -> None:
        if code in PERMISSIONS:
            raise ValueError(f"permission {code} is declared twice")
        self.code, self.says = code, says
        self.posts: dict[Scope, frozenset[str]] = {Scope.OWN: frozenset(own), Scope.STORE: frozenset(store), Scope.COMPANY: frozenset(company)}
        PERMISSIONS[code] = self

    def scope(self, user: Any) -> Scope | None:
        """The widest scope that this person's posts give, or None."""
        posts: frozenset[str] = getattr(user, "posts", frozenset())
        return next((scope for scope in WIDEST_FIRST if self.posts[scope] & posts), None)

    def allows(self, user: Any) -> bool:
        return self.scope(user) is not None

    def stores(self, user: Any) -> frozenset[int]:
        """The stores in which a post that gives it for a whole store counts: where it is held, and where a company-wide one serves; no others."""
        return frozenset(user.stores_of(self.posts[Scope.STORE]))

    def reaches(self, user: Any, store: int, *, own: bool) -> bool:
        """Whether a record of a store, the person's own or not, lies within it: `narrow` for one row that is loaded already."""
        scope = self.scope(user)
        if scope is Scope.STORE and store in self.stores(user):
            return True
        return scope is Scope.COMPANY or (own and bool(self.posts[Scope.OWN] & user.posts))

    def __repr__(self) -> str:
        return f"Permission({self.code})"


class _SignedIn(Policy):
    """Everybody who works here."""

    def allows(self, user: Any) -> bool:
        return bool(user.is_authenticated)


SIGNED_IN = _SignedIn()


def narrow(
    rows: QuerySet[M], user: Any, permission: Permission, *, own: Q | None = None, store: str = "store"
) -> QuerySet[M]:
    """The rows that this person may see under a permission: own, of the stores, or all; none without it."""
    scope = permission.scope(user)
    if scope is None:
        return rows.none()
    if scope is Scope.COMPANY:
        return rows
    if scope is Scope.STORE:
        whole = permission.stores(user)
        mine = Q(**{f"{store}_id__in" if not store.endswith("_id") else f"{store}__in": whole})
        if own is not None and user.stores - whole and permission.posts[Scope.OWN] & user.posts:
            mine |= own  # another post in another store: there, one's own
        return rows.filter(mine)
    return rows.filter(own) if own is not None else rows.none()


def allowed(
    policy: Policy, *, post: Policy | None = None, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """The policy of a view: `policy` for reading, `post` (default the same) for acting, and the methods it answers."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"{resolve_url(settings.LOGIN_URL)}?next={request.path}")
            asked = post if (post is not None and request.method == "POST") else policy
            if not asked.allows(request.user):
                raise PermissionDenied
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        checked.policy = policy  # type: ignore[attr-defined]
        checked.post_policy = post or policy  # type: ignore[attr-defined]
        checked.methods = methods  # type: ignore[attr-defined]
        return checked

    return decorate


def open_to_all(reason: str) -> Callable[[View], View]:
    """A page without login; the reason is written down beside it."""

    def decorate(view: View) -> View:
        opened = login_not_required(view)
        opened.policy = None  # type: ignore[attr-defined]
        opened.open_because = reason  # type: ignore[attr-defined]
        return opened

    return decorate
