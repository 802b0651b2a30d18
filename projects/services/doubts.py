"""Drawings and budget against the home: doubts, their answers, and the survey before the works (P14, P15, G7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.refusals import Refused
from projects import deadlines
from projects.choices import BEFORE_WORK, WORKING, Fact
from projects.choices_preparation import DoubtAbout
from projects.models import PreSurvey, Project, ReviewDoubt
from projects.services.fees import row_key
from projects.services.site import copy_back, locked, refuse_unless
from projects.services.stages import revoke, start_clock


@transaction.atomic
def raise_doubt(project: Project, *, about: str, text: str, where: str = "", proposal: str = "", by: Any, at: datetime) -> ReviewDoubt:
    """A doubt in drawings or budget (P14): design or estimating answers it; G7 stays closed until every doubt is closed."""
    site = locked(project, at)
    refuse_unless(site, (*BEFORE_WORK, *WORKING))
    if not text.strip():
        raise Refused(_("Say what does not fit."))
    row = ReviewDoubt.objects.create(
        project=site, store=site.store, about=DoubtAbout(about), where=where.strip(), text=text.strip(), proposal=proposal.strip(), by=by, at=at
    )
    if site.holds(Fact.DRAWINGS_REVIEWED) and site.stage in BEFORE_WORK:
        revoke(site, Fact.DRAWINGS_REVIEWED, reason=_("A new doubt was raised."), by=by, at=at)
    start_clock(
        deadlines.DOUBT_ANSWER, site, key=row_key(site, row), at=at, owner=site.designer or site.project_manager, link=f"/projects/{site.ref}/doubts/",
        about=row.text[:60],
    )  # fmt: skip
    audit.record(site.dossier, "projects.doubt_raised", by=by, at=at, about=row.about, text=row.text)
    copy_back(site, project)
    return row


def _locked_doubt(doubt: ReviewDoubt, at: datetime) -> tuple[Project, ReviewDoubt]:
    site = locked(doubt.project, at)
    row = ReviewDoubt.objects.select_for_update(no_key=True, of=("self",)).get(pk=doubt.pk)
    if row.closed_at is not None:
        raise Refused(_("This doubt is closed."))
    return site, row


@transaction.atomic
def answer_doubt(doubt: ReviewDoubt, *, answer: str, by: Any, at: datetime) -> ReviewDoubt:
    """Design or estimating answers; nobody answers the own doubt."""
    site, row = _locked_doubt(doubt, at)
    if row.answered_at is not None:
        raise Refused(_("This doubt has been answered already."))
    if not answer.strip():
        raise Refused(_("Say how it is meant."))
    if by.pk == row.by_id:
        raise Refused(_("A doubt is answered by somebody else."))
    row.answer, row.answered_at, row.answered_by = answer.strip(), at, by
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    key = row_key(site, row)
    clocks.stop(deadlines.DOUBT_ANSWER, key, at=at, by=by)
    start_clock(
        deadlines.DOUBT_CLOSING, site, key=key, at=at, owner=site.project_manager or row.by, link=f"/projects/{site.ref}/doubts/", about=row.text[:60]
    )
    audit.record(site.dossier, "projects.doubt_answered", by=by, at=at, text=row.text, answer=row.answer)
    return row


@transaction.atomic
def close_doubt(doubt: ReviewDoubt, *, by: Any, at: datetime) -> ReviewDoubt:
    """Who reviews is content with the answer; who answered does not close it."""
    site, row = _locked_doubt(doubt, at)
    if row.answered_at is None:
        raise Refused(_("A doubt is closed when it has been answered."))
    if by.pk == row.answered_by_id:
        raise Refused(_("Who answered does not close the doubt."))
    row.closed_at, row.closed_by = at, by
    row.save(update_fields=["closed_at", "closed_by"])
    clocks.stop(deadlines.DOUBT_CLOSING, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.doubt_closed", by=by, at=at, text=row.text)
    return row


@transaction.atomic
def record_pre_survey(
    project: Project, *, surveyed_on: date, present: str, comparison: str, corrections: str = "", by: Any, at: datetime
) -> PreSurvey:
    """Supervisor, designer and customer compared the house with drawings and budget (P15, 000:L200)."""
    site = locked(project, at)
    refuse_unless(site, BEFORE_WORK)
    if not comparison.strip() or not present.strip():
        raise Refused(_("Say who was there and what was compared."))
    if surveyed_on > site.on:
        raise Refused(_("This day lies in the future."))
    made = PreSurvey.objects.create(
        project=site, store=site.store, surveyed_on=surveyed_on, present=present.strip(), comparison=comparison.strip(),
        corrections=corrections.strip(), by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.pre_surveyed", by=by, at=at, present=made.present)
    return made
