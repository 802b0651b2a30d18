"""Questions about people, posts and stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from staff.models import Holding, Store, User, UserQuerySet


def holders(post: str, store: Store | int) -> list[User]:
    """Who holds a post in a store now."""
    return list(_holding([post], store))


def candidates(posts: Sequence[str], store: Store | int) -> list[User]:
    """Who may be given a task that needs one of these posts in a store, by name."""
    return list(_holding(posts, store))


def audience(deadline: Any, posts: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: the holders of these posts in its store, and those whose post is for the company."""
    return list(_holding(posts, deadline.store_id)) if posts else []


def _holding(posts: Sequence[str], store: Store | int) -> UserQuerySet:
    """People holding one of the posts in the store, or holding a company-wide one anywhere."""
    held = (
        Holding.objects.open()
        .filter(user=OuterRef("pk"), post__in=posts)
        .filter(Q(store=store) | Q(post__company_wide=True))
    )
    return User.objects.here().filter(Exists(held)).order_by("pinyin", "pk")
