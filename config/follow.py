"""The upper apps look down: what follows from a fact below is written by verbs that may run any number of times (decision 28)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.models import Dossier


def run(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Let every app that follows look at one dossier, or at all; returns how many things were written.

    Called right after a signature was taken, and by every sweep.  Dates come from the facts, never from `at`.
    """
    made = 0
    for follow in _followers():
        made += follow(dossier=dossier, at=at) or 0
    return made


def _followers() -> list[Any]:
    from aftersales.services import follow as aftersales  # the verbs need the models
    from inspections.services import follow as inspections
    from projects.services import follow as projects

    return [inspections, projects, aftersales]
