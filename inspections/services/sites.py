"""What every verb of this app asks of a site: its locked row, who may pass, whom a fault goes to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import attachments
from core.models import Attachment
from core.refusals import Missing, Refused
from inspections.choices import BUILDERS
from inspections.models import Photo
from projects.models import Project
from staff import posts


def must_inspect(project: Project, by: Any) -> None:
    """Only the site's inspector checks, and never who builds there (decision 7)."""
    if by.pk in {getattr(project, f"{role}_id") for role in BUILDERS}:
        raise Refused(
            _("Who builds does not pass the works."),
            [Missing(_("The site's inspector checks."), posts.QUALITY_INSPECTOR)],
        )
    if project.inspector_id is None:
        raise Refused(
            _("This site has no inspector yet."),
            [Missing(_("An inspector has not been assigned."), posts.ENGINEERING_MANAGER)],
        )
    if project.inspector_id != by.pk:
        raise Refused(
            _("{name} inspects this site.").format(name=project.inspector),
            [Missing(_("The site's inspector checks."), posts.QUALITY_INSPECTOR)],
        )


def who_rectifies(project: Project) -> Any:
    """A fault goes to the foreman; without one to the project manager."""
    person = project.foreman or project.project_manager
    if person is None:
        raise Refused(
            _("Nobody is there to put the fault right."),
            [Missing(_("A foreman has not been assigned."), posts.ENGINEERING_MANAGER)],
        )
    return person


def keep_photos(
    files: Iterable[Any], *, project: Project, by: Any, at: datetime, caption: str = "", **of: Any
) -> list[Photo]:
    """Keep pictures as evidence of one thing; a file that was sent, or an attachment that is kept already."""
    kept = [
        file
        if isinstance(file, Attachment)
        else attachments.keep(file, dossier=project.dossier, by=by, at=at, caption=caption)
        for file in files
    ]
    for attachment in kept:
        if attachment.kind != Attachment.Kind.PHOTO:
            raise Refused(_("Evidence from the site is a photo."))
    return Photo.objects.bulk_create([Photo(attachment=attachment, **of) for attachment in kept])


def line_of(project: Project) -> str:
    return f"{project.customer_name} · {project.address}"
