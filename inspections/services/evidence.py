"""Pictures of the site's life: stored before the paper that prints them, linked into the chain after it (the chain is the last lock)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from core import attachments
from core.models import Attachment
from core.refusals import Refused
from inspections.models import SitePhoto
from inspections.papers import PHOTOS_PRINTED, Picture
from projects.models import Project


def stored(files: Iterable[Any], *, project: Project, by: Any, at: datetime, caption: str) -> list[Attachment]:
    """The pictures as kept files, not yet in the chain."""
    made = [
        file
        if isinstance(file, Attachment)
        else attachments.store(file, dossier=project.dossier, by=by, at=at, caption=caption[:200])
        for file in files
    ]
    if any(row.kind != Attachment.Kind.PHOTO for row in made):
        raise Refused(_("Evidence from the site is a photo."))
    return made


def keep(kept: Iterable[Attachment], *, by: Any, at: datetime, **of: Any) -> None:
    """Bind stored pictures to what they show, and put them into the chain."""
    rows = list(kept)
    SitePhoto.objects.bulk_create([SitePhoto(attachment=row, **of) for row in rows])
    for row in rows:
        attachments.link(row, by=by, at=at)


def printed(kept: list[Attachment]) -> list[Picture]:
    return [Picture(str(row.public_id), row.caption) for row in kept[:PHOTOS_PRINTED]]


def next_number(model: Any, project: Project) -> int:
    return (model.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0) + 1
