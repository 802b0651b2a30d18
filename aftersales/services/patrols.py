"""Looks at finished homes (S26, domain 8.3): once a year, or whenever somebody passes by; a problem is answered or becomes a repair."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_repairs as deadlines
from aftersales.choices_repairs import Source
from aftersales.models import HomePatrol, Warranty
from aftersales.repair_terms import spans
from aftersales.services.repairs import head_of, report_fault
from aftersales.services.sites import in_force, line_of
from core import audit, clocks
from core.calendar import evening
from core.models import Deadline, Dossier
from core.refusals import Refused
from projects.models import Project
from projects.procedure import months_after
from projects.services.site import under_lock

NEAR = timedelta(days=30)


@transaction.atomic
def record_home_patrol(
    project: Project, *, by: Any, at: datetime, problem: str = "", correction: str = "", category: str = "", room: str = ""
) -> HomePatrol:
    """Note a look at a finished home; what was not set right at once becomes a repair with its clocks."""
    site = under_lock(project)
    here = in_force(site)
    problem, correction = problem.strip()[:600], correction.strip()[:600]
    if problem and not correction and not (category and room.strip()):
        raise Refused(_("Say how the problem was set right, or in which room and what kind of fault it is: then it becomes a repair."))
    if correction and not problem:
        raise Refused(_("Say which problem was set right."))
    repair = None
    if problem and not correction:
        repair = report_fault(site, source=Source.PATROL, category=category, room=room, fault=problem, by=by, at=at)
    made = HomePatrol.objects.create(warranty=here, store=site.store, problem=problem, correction=correction, repair=repair, by=by, at=at)
    for row in Deadline.objects.filter(dossier=site.dossier, clock=deadlines.PATROL.id, stopped_at__isnull=True):
        clocks.stop(deadlines.PATROL, row.key, at=at, by=by)
    audit.record(site.dossier, "aftersales.home_patrol", by=by, at=at, problem=problem, repair=repair.ref if repair else "")
    return made


def follow_patrols(dossier: Dossier | None, *, at: datetime) -> int:
    """A year after the acceptance or the last look somebody has to look again, as long as any part is covered (Q113)."""
    day = timezone.localtime(at).date()
    oldest = months_after(day, -spans().patrol_months) + NEAR
    running = Deadline.objects.filter(clock=deadlines.PATROL.id, dossier=OuterRef("project__dossier"), stopped_at__isnull=True)
    rows = (
        Warranty.objects.in_force()
        .filter(~Exists(running), starts_on__lte=oldest, last_on__gte=day)
        .annotate(looked=Max("patrols__at"))
        .filter(Q(looked__isnull=True) | Q(looked__lt=at - timedelta(days=300)))
    )
    if dossier is not None:
        rows = rows.filter(project__dossier=dossier)
    return sum(_due(warranty, day) for warranty in rows.select_related("project__dossier", "project__store").order_by("pk"))


def _due(warranty: Any, day: Any) -> int:
    since = max(warranty.starts_on, timezone.localtime(warranty.looked).date()) if warranty.looked else warranty.starts_on
    due_on = months_after(since, spans().patrol_months)
    if due_on - NEAR > day:
        return 0
    site = warranty.project
    due = evening(due_on)
    clocks.start(
        deadlines.PATROL, dossier=site.dossier, key=f"{site.ref}:{due_on:%Y}", owner=head_of(site), at=due - NEAR, due_at=due, line=line_of(site),
        link=reverse("aftersales:home-patrols", args=[site.ref]),
    )  # fmt: skip
    return 1


__all__ = ["follow_patrols", "record_home_patrol"]
