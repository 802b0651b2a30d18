"""The meter of a site: contract, changes, days, and how the agreed completion came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO
from projects.choices_days import MOVES, DayOwner
from projects.models import LostDay, Project

# From which share of the contract the signed additions are worth a word: the habit of the trade is five to ten per cent.
OVER_SOON, OVER_LATE = Decimal(5), Decimal(10)


@dataclass(frozen=True)
class Move:
    """One step of the agreed completion: what moved it, by how many days, to which day."""

    says: str
    on: date | None
    ref: str
    days: int
    to: date


@dataclass(frozen=True)
class DaysOf:
    """The lost days of one owner."""

    owner: str
    says: str
    count: int
    moves: bool
    extended: int


@dataclass(frozen=True)
class SiteMeter:
    """Everything that moved price and date of a site since the contract was signed."""

    contract: Decimal
    added: Decimal
    deducted: Decimal
    unsigned: Decimal
    unsigned_count: int
    unpriced_count: int
    unsigned_works: int
    over: Decimal
    tone: str
    days: tuple[DaysOf, ...]
    lost: int
    contract_due_on: date
    due_on: date
    moves: tuple[Move, ...]
    stop: Any

    @property
    def total(self) -> Decimal:
        return self.contract + self.added + self.deducted


def site_meter(project: Project) -> SiteMeter:
    """The meter as its rows stand; a handful of queries, however many rows."""
    signed = [row.amount for row in project.change_list if row.is_signed]
    waiting = [row for row in project.change_list if row.is_waiting]
    priced = [row.amount for row in waiting if row.amount is not None]
    added, deducted = sum((a for a in signed if a > 0), ZERO), sum((a for a in signed if a < 0), ZERO)
    total = project.contract.total
    over = ((added + deducted) * 100 / total).quantize(Decimal("0.1"))
    days = list(project.lost_days.filter(struck_at__isnull=True))
    stop = project.stops.filter(until_on__isnull=True).first()
    return SiteMeter(
        contract=total, added=added, deducted=deducted, unsigned=sum(priced, ZERO), unsigned_count=len(priced), unpriced_count=len(waiting) - len(priced),
        unsigned_works=project.unsigned_works.filter(outcome="").count(), over=over,
        tone="late" if over >= OVER_LATE else ("soon" if over >= OVER_SOON else "plain"), days=days_by_owner(days), lost=len(days),
        contract_due_on=project.contract.due_on, due_on=project.due_on, moves=moves_of(project), stop=stop,
    )  # fmt: skip


def days_by_owner(days: Sequence[LostDay]) -> tuple[DaysOf, ...]:
    """Every owner with the number of days, also nought: nobody's days are hidden."""
    return tuple(
        DaysOf(owner.value, str(owner.label), len(mine), owner in MOVES, sum(1 for day in mine if day.extension_id is not None))
        for owner in DayOwner
        for mine in [[day for day in days if day.owner == owner]]
    )


def moves_of(project: Project) -> tuple[Move, ...]:
    """From the contract's day to the agreed one, in the order of the signatures: a supplement sets the day, changes and extensions move it."""
    rows: list[tuple[Any, str, str, int, date | None]] = [
        (row.signed_at, _("Change {seq}").format(seq=row.seq), row.paper.ref, row.days, None) for row in project.change_list if row.is_signed and row.days
    ]
    rows += [(r.signed_at, _("Extension {seq}").format(seq=r.seq), r.paper.ref, r.days, None) for r in project.extension_list if r.is_signed]
    rows += [(r.at, _("Supplement {seq}").format(seq=r.seq), r.paper.ref, 0, r.due_on) for r in project.supplement_list if r.is_signed and r.due_on]
    day, found = project.contract.due_on, []
    for moment, says, ref, days, fixed in sorted(rows, key=lambda row: (row[0], row[2])):
        before = day
        day = fixed if fixed is not None else date.fromordinal(day.toordinal() + days)
        found.append(Move(says, timezone.localtime(moment).date(), ref, (day - before).days, day))
    return tuple(found)


__all__ = ["OVER_LATE", "OVER_SOON", "DaysOf", "Move", "SiteMeter", "days_by_owner", "moves_of", "site_meter"]
