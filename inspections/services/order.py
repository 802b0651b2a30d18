"""What follows from facts below in site order; run after a signature and by every sweep (decision 28)."""

from __future__ import annotations

from datetime import datetime

from core.models import Dossier
from inspections.services import fines, site_life


def follow(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Fine slips are heard and grow firm; the diary ends with the works."""
    return fines.follow(dossier, at=at) + site_life.follow(dossier, at=at)
