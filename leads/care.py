"""The rhythm of return visits before the contract (R009, R021, R022) and the hours in which customers rest (R024).

The days of a class stand in data/grades.csv, those of members and key customers and the hours in data/care.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import data
from core.refusals import Refused
from leads import grades

DATA = Path(__file__).resolve().parent / "data" / "care.yaml"
OTHERS = 30  # a customer of no class, whose next contact is agreed by hand


@dataclass(frozen=True)
class Always:
    """Customers who are visited without exception."""

    code: str
    days: int


@dataclass(frozen=True)
class Calling:
    """When customers are called."""

    from_hour: int
    rest_from: int
    rest_until: int
    until_hour: int


@cache
def always() -> dict[str, int]:
    return {row.code: row.days for row in data.load(DATA, Always, key="always")}


@cache
def calling() -> Calling:
    return data.load(DATA, Calling, key="calling")[0]


def is_always_visited(customer: Any) -> bool:
    """Members and key customers: all of them (R021, R022)."""
    return bool(customer.is_key or customer.is_member)


def days_for(customer: Any) -> int | None:
    """Days until the next contact: the shortest that applies; None for a customer of no class who is neither member nor key."""
    grade = grades.of(customer.willingness, customer.ability)
    found = [grade.follow_up_days] if grade is not None else []
    found += [always()["key"]] if customer.is_key else []
    found += [always()["member"]] if customer.is_member else []
    return min(found, default=None)


# --- the customer's rest (R024) -------------------------------------------------------------------------------------------


def rest_at(moment: datetime) -> str:
    """Why a customer is not called at this moment; empty when calling is fine."""
    hours, now = calling(), timezone.localtime(moment).time()
    if not time(hours.from_hour) <= now < time(hours.until_hour):
        return _("Customers are called from {first}:00 to {last}:00.").format(first=hours.from_hour, last=hours.until_hour)
    if time(hours.rest_from) <= now < time(hours.rest_until):
        return _("From {first}:00 to {last}:00 customers rest; call later, or at a time they agreed.").format(
            first=hours.rest_from, last=hours.rest_until
        )
    return ""


def require_awake(moment: datetime) -> None:
    """Refused outside calling hours and in the midday rest."""
    if sentence := rest_at(moment):
        raise Refused(sentence)


def awake(moment: datetime) -> datetime:
    """This moment, or the next one at which the customer does not rest."""
    hours, local = calling(), timezone.localtime(moment)
    first = local.replace(hour=hours.from_hour, minute=0, second=0, microsecond=0)
    if local < first:
        return first
    if local.time() >= time(hours.until_hour):
        return first + timedelta(days=1)
    if time(hours.rest_from) <= local.time() < time(hours.rest_until):
        return local.replace(hour=hours.rest_until, minute=0, second=0, microsecond=0)
    return moment
