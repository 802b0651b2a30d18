"""Questions about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from staff.models import User


def holders(post: str, store: Any) -> list[User]:
    """Who holds a post at a store today."""
    return list(User.objects.filter(left_on__isnull=True, holdings__post_code=post, holdings__store=store, holdings__until__isnull=True).distinct())


def audience(deadline: Any, posts: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: the holders of these posts at its store, company-wide ones anywhere."""
    if not posts:
        return []
    return list(
        User.objects.filter(left_on__isnull=True, holdings__post_code__in=posts, holdings__until__isnull=True)
        .filter(holdings__store_id=deadline.store_id)
        .distinct()
    )
