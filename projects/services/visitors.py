"""Visitable sites (L18): opened with the owner's consent, from the works on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from projects.choices import VISITABLE
from projects.models import Project
from projects.services.site import copy_back, locked, refuse_unless


@transaction.atomic
def open_to_visitors(project: Project, *, consent: str, consented_on: date, contact: str, by: Any, at: datetime) -> Project:
    """Put the site on the list: who of the owners agreed, when, and whom a visitor asks; from under construction on."""
    site = locked(project, at)
    refuse_unless(site, VISITABLE)
    if not consent.strip():
        raise Refused(_("A site is shown with the owner's consent: note who agreed."))
    if consented_on > timezone.localtime(at).date():
        raise Refused(_("The consent lies in the future."))
    if not contact.strip():
        raise Refused(_("Say whom a visitor asks on site."))
    site.open_to_visitors, site.visitors_consent, site.visitors_consented_on = True, consent.strip(), consented_on
    site.visitors_contact = contact.strip()
    site.save(update_fields=["open_to_visitors", "visitors_consent", "visitors_consented_on", "visitors_contact"])
    audit.record(
        site.dossier, "projects.opened_to_visitors", by=by, at=at, consent=site.visitors_consent, consented_on=consented_on, contact=site.visitors_contact
    )
    copy_back(site, project)
    return project


@transaction.atomic
def close_to_visitors(project: Project, *, reason: str, by: Any, at: datetime) -> Project:
    """Take the site off the list, with the reason (the owner has moved in, the consent was taken back)."""
    site = locked(project, at)
    if not site.open_to_visitors:
        raise Refused(_("This site is not on the list."))
    if not reason.strip():
        raise Refused(_("Say why it is shown no more."))
    site.open_to_visitors = False
    site.save(update_fields=["open_to_visitors"])
    audit.record(site.dossier, "projects.closed_to_visitors", by=by, at=at, reason=reason.strip())
    copy_back(site, project)
    return project
