"""工期延长手续 (P26): told by the project manager of his own accord, agreed by both sides, signed by both; then the completion moves (G15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.refusals import Missing, Refused
from projects import content, deadlines_days
from projects.choices import UNFINISHED, Stage
from projects.choices_days import DayOwner, DelayReason
from projects.models import LostDay, Project, ScheduleExtension
from projects.papers_days import P26, DayLine, MovedBy, ScheduleExtensionContent
from projects.services.changes import due_on_of
from projects.services.days import follow_days
from projects.services.site import copy_back, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts

MOST_PHOTOS = 4


@transaction.atomic
def issue_extension(
    project: Project, *, days: Sequence[LostDay], agreed: int, situation: str, told_on: date | None, talks: str, by: Any, at: datetime
) -> ScheduleExtension:  # fmt: skip
    """Write the extension for the days that were chosen, after both sides have talked and agreed on how many of them count (G15).

    Days of the company and its suppliers are never among them; a day stands in one extension only.
    """
    site = locked(project, at)
    refuse_unless(site, (*UNFINISHED, Stage.PAUSED))
    gaps = []
    if told_on is None:
        gaps.append(Missing(_("The customer has not been told of the special situation."), posts.PROJECT_MANAGER, "G15"))
    if not talks.strip():
        gaps.append(Missing(_("What both sides agreed on is not written down."), posts.PROJECT_MANAGER, "G15"))
    if not site.contract.paper.is_signed:
        gaps.append(Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6"))
    if gaps:
        raise Refused(_("The extension cannot be written yet: {count} missing.").format(count=len(gaps)), gaps)
    if not situation.strip():
        raise Refused(_("Say what the special situation is."))
    assert told_on is not None  # said above
    if told_on > timezone.localtime(at).date():
        raise Refused(_("This day lies in the future."))
    if any(row.is_waiting for row in site.extension_list):
        raise Refused(_("An extension waits for its signatures; have it signed or withdraw it."))
    wanted = [day.pk for day in days]
    rows = list(LostDay.objects.select_for_update(no_key=True, of=("self",)).select_related("evidence").filter(project=site, pk__in=wanted).order_by("on"))
    if not rows or len(rows) != len(set(wanted)):
        raise Refused(_("Choose the days that were lost."))
    if any(row.struck_at is not None or not row.moves for row in rows):
        raise Refused(_("Days of the company and its suppliers do not move the completion."))
    if any(row.extension_id is not None for row in rows):
        raise Refused(_("A day stands in another extension already."))
    if not 1 <= agreed <= len(rows):
        raise Refused(_("At least one day, and at most the {count} that were lost.").format(count=len(rows)))
    old = due_on_of(site)
    new = old + timedelta(days=agreed)
    seq = len(site.extension_list) + 1
    paper = papers.issue(
        P26, dossier=site.dossier, store=site.store, by=by, at=at,
        content=_content(site, rows, seq=seq, agreed=agreed, situation=situation.strip(), told_on=told_on, talks=talks.strip(), old=old, new=new),
    )  # fmt: skip
    made = ScheduleExtension.objects.create(
        project=site, store=site.store, seq=seq, paper=paper, situation=situation.strip(), told_on=told_on, talks=talks.strip(), days=agreed,
        old_due_on=old, new_due_on=new, by=by, at=at,
    )  # fmt: skip
    for row in rows:
        row.extension = made
        row.save(update_fields=["extension"])
    follow_days(site, at=at)
    start_clock(
        deadlines_days.EXTENSION_SIGNING, site, key=_key(site, made), at=at, owner=site.project_manager, link=f"/projects/{site.ref}/extensions/"
    )
    audit.record(site.dossier, "projects.extension_written", by=by, at=at, paper=paper, seq=seq, days=agreed, due_on=new)
    copy_back(site, project)
    return made


@transaction.atomic
def withdraw_extension(extension: ScheduleExtension, *, reason: str, by: Any, at: datetime) -> ScheduleExtension:
    """It was not agreed after all: the paper is void, its days are free for another one.  A signed one stays."""
    site = locked(extension.project, at)
    row = ScheduleExtension.objects.select_for_update(no_key=True, of=("self",)).get(pk=extension.pk)
    row.project = site
    paper = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=row.paper_id)  # nobody signs it meanwhile
    if row.withdrawn_at is not None:
        raise Refused(_("This extension was withdrawn."))
    if paper.is_signed:
        raise Refused(_("A signed extension is not withdrawn; agree on another day in a supplement."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    papers.void(paper, reason=reason, by=by, at=at)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    for day in row.lost_days.all():
        day.extension = None
        day.save(update_fields=["extension"])
    clocks.cancel(deadlines_days.EXTENSION_SIGNING, _key(site, row), at=at, by=by)
    follow_days(site, at=at)
    audit.record(site.dossier, "projects.extension_withdrawn", by=by, at=at, paper=paper, seq=row.seq, reason=row.withdrawn_because)
    return row


def follow_extensions(site: Project) -> int:
    """A signed extension stops its clock once; the completion follows with the changes."""
    made = 0
    for row in site.extension_list:
        if row.is_signed and clocks.stop(deadlines_days.EXTENSION_SIGNING, _key(site, row), at=row.signed_at) is not None:
            audit.record(site.dossier, "projects.extension_signed", by=None, at=row.signed_at, paper=row.paper, seq=row.seq, due_on=row.new_due_on)
            made += 1
    return made


def _key(site: Project, row: ScheduleExtension) -> str:
    return f"{site.ref}/extension/{row.seq}"


def _content(
    site: Project, rows: Sequence[LostDay], *, seq: int, agreed: int, situation: str, told_on: date, talks: str, old: date, new: date
) -> ScheduleExtensionContent:  # fmt: skip
    permit = site.permit_in_force
    pictures = {row.evidence_id: row.evidence for row in rows if row.evidence.kind == "photo"}
    with translation.override("zh-hans"):
        lines = [DayLine(r.on, str(DayOwner(r.owner).label), str(DelayReason(r.reason).label), r.says, r.evidence.sha256) for r in rows]
    return ScheduleExtensionContent(
        place=content.place_of(site), contract=site.contract.paper.ref, contract_due_on=site.contract.due_on, seq=seq, situation=situation, told_on=told_on,
        talks=talks, lines=lines, before=moved_before(site), lost=len(rows), days=agreed, old_due_on=old, new_due_on=new,
        permit=permit.number if permit else "", permit_until=permit.valid_until if permit else None,
        beyond_permit=max(0, (new - permit.valid_until).days) if permit else 0,
        photos=[{"id": str(picture.public_id), "caption": picture.caption} for picture in list(pictures.values())[:MOST_PHOTOS]],
    )  # fmt: skip


def moved_before(site: Project) -> list[MovedBy]:
    """How the agreed completion came about: signed supplements that set it, signed changes and extensions that moved it, in their order."""
    rows = [(row.signed_at, "增减项", row.paper.ref, row.days) for row in site.change_list if row.is_signed and row.days]
    rows += [(row.signed_at, "工期延长", row.paper.ref, row.days) for row in site.extension_list if row.is_signed]
    end = site.contract.due_on
    for row in site.supplement_list:
        if row.is_signed and row.due_on is not None:
            rows.append((row.signed_at, "补充协议", row.paper.ref, (row.due_on - end).days))
            end = row.due_on
    return [MovedBy(what, ref, timezone.localtime(moment).date(), days) for moment, what, ref, days in sorted(rows)]


__all__ = ["follow_extensions", "issue_extension", "moved_before", "withdraw_extension"]
