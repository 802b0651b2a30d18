"""What follows for the foreman's money and the papers of the end; may run any number of times, and asks little when nothing is new."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core import clocks
from core.models import Deadline, Dossier, Paper
from projects.choices import Fact, Stage
from projects.choices_settling import FINISHED
from projects.deadlines_settling import CLEANING, FOREMAN_DUE, HAND_OVER
from projects.foreman_accounts import accounts_of
from projects.models import Clearance, DocumentHandOver, ForemanPrice, Project
from projects.models.project import ProjectQuerySet
from projects.services.completion import GONE, follow_papers
from projects.services.foremen import due_key, follow_foreman
from projects.services.site import locked


def follow_settling(dossier: Dossier, *, at: datetime) -> int:
    """Of one file: foremen whose work has passed, a site to be cleaned and handed over, signatures that settle something."""
    made = follow_foremen(dossier, at=at)
    for site in Project.objects.filter(Q(stage__in=FINISHED[:3]) | Q(pk__in=waiting_in_warranty()), dossier=dossier):
        with transaction.atomic():
            made += _papers(locked(site, at), at)
    return made


def follow_settling_of(site: Project, *, at: datetime) -> int:
    """The papers of the end of one site, which is under lock: between completion and settlement, or waiting in warranty."""
    waits = site.stage in FINISHED[:3] or (site.stage == Stage.UNDER_WARRANTY and waiting_in_warranty().filter(pk=site.pk).exists())
    return _papers(site, at) if waits else 0


def _papers(site: Project, at: datetime) -> int:
    ours = Deadline.objects.filter(dossier=site.dossier_id, clock__in=(CLEANING.id, HAND_OVER.id), stopped_at__isnull=True)
    return follow_papers(site, set(ours.values_list("clock", "key")), at=at)


def waiting_in_warranty() -> ProjectQuerySet:
    """Sites in warranty that still wait for a hand-over, or whose papers were signed for and not told, or replaced."""
    runs = Deadline.objects.filter(clock=HAND_OVER.id, stopped_at__isnull=True).values("key")
    told = Clearance.objects.filter(fact=Fact.PAPERS_HANDED_OVER, revocation__isnull=True)
    listed = DocumentHandOver.objects.filter(paper__state__in=Paper.SIGNED_STATES).exclude(project__in=told.values("project")).values("project")
    replaced = told.filter(paper__state__in=GONE).values("project")
    return Project.objects.filter(Q(ref__in=runs) | Q(pk__in=listed) | Q(pk__in=replaced), stage=Stage.UNDER_WARRANTY)


def follow_foremen(dossier: Dossier | None = None, *, at: datetime) -> int:
    """The accounts of all foremen who work for us now, in seven questions; a site is locked only where something changes."""
    here = Q(dossier=dossier) if dossier is not None else Q()
    running = set(Deadline.objects.filter(here, clock=FOREMAN_DUE.id, stopped_at__isnull=True).values_list("key", flat=True))
    open_ = ~Q(stage__in=[Stage.CLOSED, Stage.CANCELLED, Stage.PAUSED])
    sites = {site.pk: site for site in Project.objects.filter(here & open_, pk__in=ForemanPrice.objects.values("project")).only("pk", "ref", "dossier")}
    made = 0
    for account in accounts_of(sites) if sites else ():
        site = sites[account.project_id]
        runs = due_key(site, account.foreman) in running
        if (account.unsettled > 0) != runs:
            with transaction.atomic():
                made += follow_foreman(locked(site, at), account, at=at, runs=clocks.is_open(FOREMAN_DUE, due_key(site, account.foreman)))
    return made


__all__ = ["follow_foremen", "follow_settling", "follow_settling_of", "waiting_in_warranty"]
