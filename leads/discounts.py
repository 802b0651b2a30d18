"""How large a discount each post may give ("within authority", [000:L57]); the limits are the company's own figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from staff import posts

# In percent of the works.
AUTHORITY: dict[str, Decimal] = {
    posts.DESIGNER: Decimal(2),
    posts.CHIEF_DESIGNER: Decimal(3),
    posts.DESIGN_MANAGER: Decimal(5),
    posts.STORE_MANAGER: Decimal(8),
    posts.GENERAL_MANAGER: Decimal(20),
}


def authority(user: Any) -> Decimal:
    """The largest discount in percent that one of this person's posts gives."""
    return max((AUTHORITY[post] for post in user.posts if post in AUTHORITY), default=Decimal(0))


def next_in_authority(percent: Decimal) -> str:
    """The post with the smallest authority that covers a discount; empty when nobody may give it."""
    able = [(limit, post) for post, limit in AUTHORITY.items() if limit >= percent]
    return min(able)[1] if able else ""
