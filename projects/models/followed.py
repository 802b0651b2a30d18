"""How far a site has been followed: the worker looks again only where something was recorded since (decision 28)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from core.models import ChainHead

if TYPE_CHECKING:
    from projects.models.project import Project, ProjectQuerySet


class Followed(models.Model):
    """The last link of the file's chain that was looked at, the local day of it, and the moment at which to look without a new link."""

    project = models.OneToOneField("projects.Project", models.PROTECT, primary_key=True, related_name="followed")
    seq = models.PositiveIntegerField()
    on = models.DateField()
    again_at = models.DateTimeField(null=True)

    updatable = ("seq", "on", "again_at")

    def __str__(self) -> str:
        return f"{self.project_id}:{self.seq}"


def head_of(site: Project) -> int:
    """The last link of the site's chain, as committed now; zero before the first."""
    return ChainHead.objects.filter(dossier=site.dossier_id).values_list("seq", flat=True).first() or 0


def behind(sites: ProjectQuerySet, *, at: datetime) -> ProjectQuerySet:
    """Those of the sites in which something was recorded since, on which a new day has begun, or whose own moment has come."""
    head = ChainHead.objects.filter(dossier=OuterRef("dossier")).values("seq")
    fresh = Q(followed__isnull=True) | Q(followed__seq__lt=F("head")) | ~Q(followed__on=timezone.localtime(at).date())
    return sites.alias(head=Subquery(head)).filter(fresh | Q(followed__again_at__lte=at))


__all__ = ["Followed", "behind", "head_of"]
