"""Money is Decimal yuan with two digits, rounded once, half up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import cn2an
from django.utils.translation import gettext as _

from core.refusals import Refused

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def yuan(amount: Decimal | int | str) -> Decimal:
    """The amount in yuan with two digits, rounded half up."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def tail(text: str) -> str:
    """The last four digits of an account, by which its slip is found again; empty when nobody noted them."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed and not is_tail(typed):
        raise Refused(_("Of an account the last four digits are noted, neither more nor fewer."))
    return typed


def is_tail(text: str) -> bool:
    """Four digits; what was noted before may be anything."""
    return re.fullmatch(r"[0-9]{4}", text) is not None


def tail_within(noted: str) -> str:
    """The last four digits of what was noted of an account before (6217 **** 8810, 尾号 0427), empty where it has fewer."""
    found = re.search(r"[0-9]{4}$", noted.strip())
    return found[0] if found else ""


def upper(amount: Decimal | int | str) -> str:
    """The amount in Chinese capitals (大写), as receipts and contracts carry it."""
    exact = yuan(amount)
    words = str(cn2an.an2cn(format(abs(exact), "f"), "rmb"))
    return ("负" if exact < 0 else "") + words


def share(total: Decimal, percents: Sequence[Decimal | int]) -> list[Decimal]:
    """Split a total by percentages so that the parts sum exactly; the last part takes the rest of the cents.

    Raises ValueError when the percentages do not sum to 100.
    """
    if sum(Decimal(p) for p in percents) != 100:
        raise ValueError("percentages must sum to 100")
    parts = [(total * Decimal(p) / 100).quantize(CENT, rounding=ROUND_DOWN) for p in percents[:-1]]
    return [*parts, yuan(total - sum(parts, ZERO))]


def plain(amount: Decimal) -> str:
    """For papers' frozen content: 1234.50."""
    return format(yuan(amount), "f")
