"""What every verb of this app asks of a site."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales.models import Warranty
from core.refusals import Missing, Refused
from projects.models import Project
from staff import posts
from staff.selectors import holders


def in_force(project: Project) -> Warranty:
    """The warranty of a site; Refused while the acceptance is not signed by everybody."""
    found = Warranty.objects.in_force().filter(project=project).first()
    if found is None:
        who = f"{posts.QUALITY_INSPECTOR},{posts.PROJECT_MANAGER}"
        raise Refused(_("This site has no warranty yet."), [Missing(_("The acceptance has not been signed by everybody."), who, "G17")])
    return found


def officer(site: Project) -> Any:
    """Whose the customer is after acceptance: the store's customer service, else the customer manager."""
    return next(iter(holders(posts.CS_OFFICER, site.store)), None) or site.customer_manager


def supervisor(site: Project) -> Any:
    return next(iter(holders(posts.CS_SUPERVISOR, site.store)), None) or officer(site)


def line_of(site: Project) -> str:
    return f"{site.customer_name} · {site.address}"


def link_of(site: Project, page: str = "warranty", kind: str = "") -> str:
    """The page where a clock's act is done; a return visit says which."""
    return reverse(f"aftersales:{page}", args=[site.ref]) + (f"?kind={kind}" if kind else "")
