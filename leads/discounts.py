"""How large a discount each post may give ("within authority", [000:L57]; R069, Q37); the limits are the company's own figures."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
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


def authority(user: Any, store: int) -> Decimal:
    """The largest discount in percent that one of this person's posts gives in a store; a post in another store gives nothing here."""
    return max((AUTHORITY[post] for post in user.posts_for(store) if post in AUTHORITY), default=Decimal(0))


def next_in_authority(percent: Decimal) -> str:
    """The post with the smallest authority that covers a discount; empty when nobody may give it."""
    able = [(limit, post) for post, limit in AUTHORITY.items() if limit >= percent]
    return min(able)[1] if able else ""


# Posts that approve what others ask for: they reach every enquiry of their store.
APPROVERS = (posts.DESIGN_MANAGER, posts.STORE_MANAGER, posts.GENERAL_MANAGER)
HUNDREDTH, HALF_FEN = Decimal("0.01"), Decimal("0.005")


def percent_of(amount: Decimal, subtotal: Decimal) -> Decimal:
    """The smallest percentage of the works, with two digits, that comes to this amount when it is rounded to fen."""
    return ((amount - HALF_FEN) * 100 / subtotal).quantize(HUNDREDTH, ROUND_UP) if subtotal else Decimal(100)


def approver(percent: Decimal) -> str:
    """The post with the smallest authority that may approve a discount; empty when nobody may."""
    return next(iter(approvers(percent)), "")


def approvers(percent: Decimal) -> list[str]:
    """The posts that may approve a discount, the smallest authority first."""
    return sorted((post for post in APPROVERS if AUTHORITY[post] >= percent), key=lambda post: AUTHORITY[post])
