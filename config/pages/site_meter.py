"""The meter of a site on its client file: price and changes for whoever sees the money, lost days and the completion for everybody."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from projects.choices_days import DayOwner
from projects.models import LostDay, StopWork
from projects.policies import SEE_MONEY


def rows_of(dossier: str) -> dict[str, Any]:
    """They ride along with the one row that is loaded anyway."""
    return {
        "day_owners": ArraySubquery(LostDay.objects.filter(project__dossier=OuterRef(dossier), struck_at__isnull=True).order_by("on").values("owner")),
        "stopped_from": Subquery(StopWork.objects.filter(project__dossier=OuterRef(dossier), until_on__isnull=True).values("from_on")[:1]),
    }


def shown(site: Any, extras: Any, account: Any, user: Any) -> dict[str, Any]:
    """The card; without a site, or one on which nothing has moved yet, there is none."""
    if site is None or site.contract.signed_on is None:
        return {}
    counted = Counter(extras.day_owners)
    changes = site.change_list if account is not None else ()
    if not counted and not changes and extras.stopped_from is None and site.due_on == site.contract.due_on:
        return {}
    return {
        "moved": {
            "contract": account.contract_total if account is not None else None, "changes": account.changes_total if account is not None else None,
            "over": (account.changes_total * 100 / account.contract_total).quantize(Decimal("0.1")) if account is not None else None,
            "unsigned": sum(1 for row in changes if row.is_waiting), "stopped_from": extras.stopped_from,
            "days": [(str(DayOwner(owner).label), counted[owner]) for owner in DayOwner.values if counted[owner]], "lost": sum(counted.values()),
            "contract_due_on": site.contract.due_on, "due_on": site.due_on,
            "url": reverse("projects:meter" if SEE_MONEY.allows(user) else "projects:lost-days", args=[site.ref]),
        }
    }  # fmt: skip
