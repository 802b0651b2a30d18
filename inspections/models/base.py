from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models

from core.models import Recorded
from core.policies import narrow
from inspections import policies
from projects.models.base import mine


class OfSiteQuerySet(models.QuerySet[Any]):
    """Rows of a site, seen by whoever sees its checks."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_CHECKS, own=mine(user, "project__"))  # type: ignore[return-value]


class OfSite(Recorded):
    """A record of one site; its store is the site's, held equal by the database."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfSiteQuerySet.as_manager()

    class Meta:
        abstract = True
