from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Recorded
from core.policies import narrow
from projects import policies
from projects.choices import Role


def mine(user: Any, prefix: str = "") -> Q:
    """A site is somebody's own when that person is assigned to it."""
    found = Q()
    for role in Role.values:
        found |= Q(**{f"{prefix}{role}": user})
    return found


def is_mine(project: Any, user: Any) -> bool:
    """The same of a site that is loaded already."""
    return any(getattr(project, f"{role}_id") == user.pk for role in Role.values)


class OfProjectQuerySet(models.QuerySet[Any]):
    """Rows of a site, seen by whoever sees the site."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_PROJECTS, own=mine(user, "project__"))  # type: ignore[return-value]


class MoneyQuerySet(models.QuerySet[Any]):
    """Money of a site, seen by finance and by whoever answers for the site's money."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies.SEE_MONEY, own=mine(user, "project__"))  # type: ignore[return-value]


class OfProject(Recorded):
    """A record of one site; its store is the site's, held equal by the database."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="%(class)ss")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        abstract = True
