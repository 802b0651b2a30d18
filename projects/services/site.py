"""The site row is locked first, always; then its children, the paper's number, and the chain's head last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import attachments
from core.models import Attachment
from core.refusals import Refused
from projects.choices import Stage
from projects.models import Project

NAMED = ("contract__paper", "contract__price_list", "customer", "home")


def under_lock(project: Project, *, named: bool = False) -> Project:
    """The site under lock, with its store and its file: most acts ask for nothing more.

    `named`: for an act that issues a paper which names all of `NAMED`, four questions fewer.
    """
    rows = Project.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "dossier", *(NAMED if named else ()))
    return rows.get(pk=project.pk)


def locked(project: Project, at: datetime, *, named: bool = False) -> Project:
    """The site under lock, looked at as of `at`: as every verb of this app sees it."""
    return under_lock(project, named=named).seen_at(at)


def refuse_unless(project: Project, stages: tuple[Any, ...]) -> None:
    """The act belongs to these stages; a sentence otherwise."""
    if project.stage not in [str(stage) for stage in stages]:
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(project.stage).label))


def kept(file: Any, site: Project, *, by: Any, at: datetime, caption: str, voice: bool = False) -> Attachment:
    """What was handed in, in the site's file; what is kept there already stays as it is.  The site is under lock already."""
    return file if isinstance(file, Attachment) else attachments.keep(file, dossier=site.dossier, by=by, at=at, caption=caption, voice=voice)


def need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say the reason."))


def copy_back(source: Project, target: Project) -> None:
    """The caller's object follows what was written under lock."""
    for field in source._meta.concrete_fields:
        setattr(target, field.attname, getattr(source, field.attname))
    target.forget()
