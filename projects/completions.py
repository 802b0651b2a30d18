"""The finished sites of a month, a quarter, a year: what finance is told (P32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.money import plain as money
from core.policies import narrow
from projects import policies_settling as policies
from projects.models import Project
from projects.performance import Period, contracts_of, owed_still

SNAPSHOT = "projects.completions"


@dataclass(frozen=True)
class Finished:
    """One finished site with its dates and its money."""

    ref: str
    store: str
    customer: str
    address: str
    manager: str
    foreman: str
    started_on: date | None
    due_on: date
    accepted_on: date
    late: int
    total: Decimal
    changed: Decimal
    received: Decimal
    left: Decimal


def sites(user: Any, period: Period, store: int | None = None) -> QuerySet[Any]:
    """The sites accepted in the period, each with its money; one query."""
    rows = contracts_of(None).filter(accepted_on__gte=period.start, accepted_on__lt=period.until)
    if user is not None:
        rows = rows.filter(pk__in=narrow(Project.objects.all(), user, policies.SEE_COMPLETIONS).values("pk"))
    if store is not None:
        rows = rows.filter(store=store)
    return rows.select_related("project_manager", "foreman")


def finished_row(row: Any) -> Finished:
    return Finished(
        row.ref, str(row.store), row.customer_name, row.address, str(row.project_manager or ""), str(row.foreman or ""), row.started_on, row.due_on,
        row.accepted_on, max((row.accepted_on - row.due_on).days, 0), row.contract.total, row.changed, row.received, owed_still(row),
    )  # fmt: skip


def finished(user: Any, period: Period, store: int | None = None) -> list[Finished]:
    return [finished_row(row) for row in sites(user, period, store).order_by("accepted_on", "pk")]


def plain(row: Finished) -> dict[str, Any]:
    """For freezing."""
    return {
        "ref": row.ref, "customer": row.customer, "address": row.address, "accepted_on": row.accepted_on.isoformat(), "total": money(row.total),
        "changed": money(row.changed), "received": money(row.received), "left": money(row.left),
    }  # fmt: skip


__all__ = ["SNAPSHOT", "Finished", "finished", "finished_row", "plain", "sites"]
