"""The upper apps look down: what follows from a fact below is written by verbs that may run any number of times (decision 28)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from aftersales.services import follow as aftersales
from core.busy import is_held
from core.models import Dossier
from inspections.services import follow as inspections
from inspections.services.order import follow as site_order
from leads.models import Lead
from leads.services import follow as leads
from projects.models import Project
from projects.services import follow as projects

log = logging.getLogger(__name__)
Follow = Callable[..., Any]
FOLLOWERS: tuple[Follow, ...] = (leads, inspections, site_order, projects, aftersales)


def run(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Let every app that follows look at one dossier, or at all; returns how many things were written.

    Dates come from the facts, never from `at`.
    """
    return sum(follow(dossier=dossier, at=at) or 0 for follow in FOLLOWERS)


@contextmanager
def following(dossier: Dossier, *, at: datetime) -> Iterator[None]:
    """What is done inside (a signature is taken) is followed at once, in the same transaction.

    The row of the site, or of the enquiry before there is one, is locked before anything else, as by every verb: otherwise the
    signature would hold the chain's head while it waits for a row whose holder waits for the chain.
    """
    with transaction.atomic():
        if not list(Project.objects.select_for_update(no_key=True).filter(dossier=dossier).values_list("pk")):
            list(Lead.objects.select_for_update(no_key=True).filter(dossier=dossier).values_list("pk"))
        yield
        run(dossier, at=at)


def sweep(*, at: datetime) -> int:
    """Look at every file; one that cannot be followed is logged and stops no other."""
    return sum(_all_or_each(follow, at) for follow in FOLLOWERS)


def _all_or_each(follow: Follow, at: datetime) -> int:
    """All files at once; when one of them fails, one after the other."""
    try:
        return follow(dossier=None, at=at) or 0
    except OperationalError as error:
        if not is_held(error):
            raise  # the database is away: the next minute tries again
        log.warning("%s met a file that somebody holds; the files are followed one by one", follow.__module__)
    except Exception:
        log.exception("%s failed; the files are followed one by one", follow.__module__)
    return sum(_one(follow, dossier, at) for dossier in Dossier.objects.filter(pk__in=Project.objects.values("dossier")).order_by("pk"))


def _one(follow: Follow, dossier: Dossier, at: datetime) -> int:
    try:
        return follow(dossier=dossier, at=at) or 0
    except OperationalError as error:
        if not is_held(error):
            raise
        log.warning("%s leaves the file %s for the next minute: somebody holds it", follow.__module__, dossier.pk)
        return 0
    except Exception:
        log.exception("%s cannot follow the file %s", follow.__module__, dossier.pk)
        return 0
