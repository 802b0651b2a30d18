"""What every verb of this app asks of a site."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from projects.models import Project
from staff import posts
from staff.selectors import holders


def locked(project: Project) -> Project:
    """The site's row, locked first (the order of locks: site, its children, the chain's head)."""
    rows = Project.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "dossier",
        "store",
        "contract__paper",
        "customer",
        "project_manager",
        "customer_manager",
        "designer",
        "supervisor",
        "inspector",
        "foreman",
    )
    return rows.get(pk=project.pk)


def officer(site: Project) -> Any:
    """Whose the customer is after acceptance: the store's customer service, else the customer manager."""
    return next(iter(holders(posts.CS_OFFICER, site.store)), None) or site.customer_manager


def supervisor(site: Project) -> Any:
    return next(iter(holders(posts.CS_SUPERVISOR, site.store)), None) or officer(site)


def line_of(site: Project) -> str:
    return f"{site.customer_name} · {site.address}"


def link_of(site: Project) -> str:
    return reverse("aftersales:warranty", args=[site.ref])
