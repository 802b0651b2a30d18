"""A list is divided by number and ability (domain 7.4, [000:L221]): evenly by the officers' shares, members and key customers too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One customer to be called: `always` for members and key customers, `barred` for whoever serves that customer."""

    key: int
    always: bool = False
    barred: frozenset[int] = frozenset()


def divide(asked: Sequence[Asked], shares: Mapping[int, int]) -> dict[int, int | None]:
    """Customer → officer; None where nobody of the officers is neutral.

    Members and key customers are dealt first, then who has the fewest neutral callers; each to the officer whose load is the smallest part
    of the share.
    """
    load: dict[int, int] = dict.fromkeys(shares, 0)
    special: dict[int, int] = dict.fromkeys(shares, 0)
    found: dict[int, int | None] = {}
    free = {row.key: [one for one in shares if one not in row.barred] for row in asked}
    for row in sorted(asked, key=lambda row: (not row.always, len(free[row.key]))):
        order = list(shares)
        best = min(
            free[row.key],
            key=lambda one: ((special if row.always else load)[one] / shares[one], load[one] / shares[one], -shares[one], order.index(one)),
            default=None,
        )
        found[row.key] = best
        if best is not None:
            load[best] += 1
            special[best] += row.always
    return found


