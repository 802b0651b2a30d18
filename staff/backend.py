"""Signing in and staying signed in: one query loads the person and the posts; who left is out at the next request."""

from __future__ import annotations

import threading
from typing import Any

from django.contrib.auth.backends import ModelBackend

from staff.checks import as_username
from staff.models import User, UserQuerySet


class PostsBackend(ModelBackend):
    """Django's own check of name and password (the same time for unknown names), our own loading of the person."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        name = as_username(username) if username is not None else None
        return super().authenticate(request, username=name, password=password, **kwargs)  # type: ignore[return-value]

    def get_user(self, user_id: int) -> User | None:
        return _people().filter(pk=user_id).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False


_kept = threading.local()


def _people() -> UserQuerySet:
    """Asked at every request: putting the question together takes longer than its answer.  A thread keeps its own, as Django writes in it."""
    if not hasattr(_kept, "people"):
        _kept.people = User.objects.here().with_posts().select_related("home_store")
    people: UserQuerySet = _kept.people
    return people


def attempted_name(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """The name under which axes counts failures: Chen and CHEN are one account, and one count."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request is not None else "")
    return as_username(str(given))[:40]
