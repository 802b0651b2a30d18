"""Questions about people, posts and stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from staff.models import Holding, Store, User


def holders(post: str, store: Store | int, *, on: date | None = None) -> list[User]:
    """Who holds a post in a store on a day (today)."""
    return list(_holding([post], store, on or timezone.localdate()))


def candidates(posts: Sequence[str], store: Store | int, *, on: date | None = None) -> list[User]:
    """Who may be given a task that needs one of these posts in a store, by name."""
    return list(_holding(posts, store, on or timezone.localdate()))


def audience(deadline: Any, posts: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: the holders of these posts in its store, and those whose post is for the company."""
    if not posts:
        return []
    return list(_holding(posts, deadline.store_id, timezone.localdate()))


def _holding(posts: Sequence[str], store: Store | int, on: date) -> Any:
    """People holding one of the posts in the store, or holding a company-wide one anywhere."""
    held = (
        Holding.objects.on(on)
        .filter(user=OuterRef("pk"), post__in=posts)
        .filter(Q(store=store) | Q(post__company_wide=True))
    )
    return User.objects.here().filter(Exists(held)).order_by("pinyin", "pk")
