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
from projects.services.completion import follow_papers
from projects.services.foremen import due_key, follow_foreman
from projects.services.site import locked


def follow_settling(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Foremen whose work has passed, sites to be cleaned and handed over, signatures that settle something."""
    here = Q(dossier=dossier) if dossier is not None else Q()
    ours = Deadline.objects.filter(here, clock__in=(FOREMAN_DUE.id, CLEANING.id, HAND_OVER.id), stopped_at__isnull=True)
    running = set(ours.values_list("clock", "key"))
    return _foremen(here, running, at) + _papers(here, running, at)


def _foremen(here: Q, running: set[tuple[str, str]], at: datetime) -> int:
    """The accounts of all foremen who work for us now, in six questions; a site is locked only where something changes."""
    open_ = ~Q(stage__in=[Stage.CLOSED, Stage.CANCELLED, Stage.PAUSED])
    sites = {site.pk: site for site in Project.objects.filter(here & open_, pk__in=ForemanPrice.objects.values("project")).only("pk", "ref", "dossier")}
    made = 0
    for account in accounts_of(sites) if sites else ():
        site = sites[account.project_id]
        runs = (FOREMAN_DUE.id, due_key(site, account.foreman)) in running
        if (account.unsettled > 0) != runs:
            with transaction.atomic():
                made += follow_foreman(locked(site, at), account, at=at, runs=clocks.is_open(FOREMAN_DUE, due_key(site, account.foreman)))
    return made


def _papers(here: Q, running: set[tuple[str, str]], at: datetime) -> int:
    """Sites between completion and settlement, and those in warranty that still wait for a hand-over."""
    refs = [key for clock, key in running if clock == HAND_OVER.id]
    told = Clearance.objects.filter(fact=Fact.PAPERS_HANDED_OVER, revocation__isnull=True).values("project")
    listed = DocumentHandOver.objects.filter(paper__state__in=Paper.SIGNED_STATES).exclude(project__in=told).values("project")
    waiting = Q(stage__in=FINISHED[:3]) | Q(stage=Stage.UNDER_WARRANTY) & (Q(ref__in=refs) | Q(pk__in=listed))
    made = 0
    for site in Project.objects.filter(here & waiting).order_by("pk"):
        with transaction.atomic():
            made += follow_papers(locked(site, at), running, at=at)
    return made


__all__ = ["follow_settling"]
