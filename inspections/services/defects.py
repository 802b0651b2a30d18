"""Verbs of faults: raise with person and day, answer with photos, look again; and the patrol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.refusals import Missing, Refused
from inspections import deadlines
from inspections import papers as sheets
from inspections.choices import CheckState, RectificationState, Severity
from inspections.models import Answer, Finding, Patrol, Photo, QualityCheck, Recheck, Rectification
from inspections.services.sites import keep_photos, line_of, must_inspect, who_rectifies
from projects.choices import WORKING, Stage
from projects.models import Project
from projects.services.site import under_lock
from staff import posts

PATROLLED = (*WORKING, Stage.COMPLETED)


@dataclass(frozen=True)
class Seen:
    """A fault seen on a patrol."""

    text: str
    severity: str = Severity.GENERAL
    photos: Sequence[Any] = ()


def raise_all(
    site: Project,
    findings: list[Finding],
    *,
    source: str,
    by: Any,
    at: datetime,
    pictures: Sequence[Sequence[Any]] = (),
) -> list[Rectification]:
    """Each fault with a responsible person and a day, and one notice I14 that lists them; the clocks start now.

    `pictures` are the photos before, one list a finding, when no result of a check holds them.
    """
    if not findings:
        return []
    person = who_rectifies(site)
    last = Rectification.objects.filter(project=site).aggregate(last=Max("number"))["last"] or 0
    Finding.objects.bulk_create(findings)
    for finding, files in zip(findings, pictures, strict=False):
        keep_photos(files, project=site, by=by, at=at, caption=finding.text[:60], finding=finding)
    made = [
        Rectification(
            project=site, store=site.store, number=last + place, finding=finding, responsible=person, by=by, at=at,
            due_at=at + timedelta(days=deadlines.rules().rework_days(finding.severity)),
        )
        for place, finding in enumerate(findings, start=1)
    ]  # fmt: skip
    before = Photo.objects.filter(result__in=[f.result_id for f in findings if f.result_id]) | Photo.objects.filter(
        finding__in=findings
    )
    shown = [
        sheets.Picture(str(p.attachment.public_id), p.attachment.caption)
        for p in before.select_related("attachment")[: sheets.PHOTOS_PRINTED]
    ]
    paper = papers.issue(
        sheets.I14, dossier=site.dossier, store=site.store, by=by, at=at,
        content=sheets.Notice(sheets.Place.of(site), source, str(person), fault_rows(made), shown),
    )  # fmt: skip
    for rectification in made:
        rectification.paper = paper
        rectification.save()
        _start(rectification, site, at)
    return made


def fault_rows(rectifications: Iterable[Rectification]) -> list[sheets.Fault]:
    return [
        sheets.Fault(
            r.number, r.finding.item_code, r.finding.text, sheets.SEVERITIES[Severity(r.finding.severity)], r.finding.should,
            r.finding.measured, r.due_at, str(r.responsible),
        )
        for r in rectifications
    ]  # fmt: skip


def _key(rectification: Rectification, site: Project) -> str:
    return f"{site.ref}/{rectification.number}"


def _start(rectification: Rectification, site: Project, at: datetime) -> None:
    clocks.start(
        deadlines.RECTIFICATION, dossier=site.dossier, key=_key(rectification, site), owner=rectification.responsible, at=at,
        subject=rectification, line=f"{rectification.finding.text[:60]} · {line_of(site)}", link=rectification.get_absolute_url(),
    )  # fmt: skip


def _not_cancelled(site: Project) -> None:
    """Faults of a cancelled site rest with their clocks, which run again when it is taken up."""
    if site.stage == Stage.CANCELLED:
        raise Refused(_("This site is cancelled."), [Missing(_("It can be taken up again with a reason."), posts.ENGINEERING_MANAGER)])


@transaction.atomic
def answer_rectification(
    *, rectification: Rectification, text: str, photos: Iterable[Any], by: Any, at: datetime
) -> Answer:
    """The responsible person says what was done and shows it: at least one photo after (I14, Q58)."""
    site = under_lock(rectification.project)
    here = _locked(rectification)
    _not_cancelled(site)
    if here.state != RectificationState.OPEN:
        raise Refused(_("This fault does not wait for an answer."))
    if by.pk not in (here.responsible_id, site.project_manager_id, site.foreman_id):
        raise Refused(
            _("{name} puts this fault right.").format(name=here.responsible),
            [Missing(_("The answer is missing."), posts.FOREMAN)],
        )
    if not text.strip():
        raise Refused(_("Say what was done."))
    made = Answer.objects.create(rectification=here, text=text.strip()[:500], by=by, at=at)
    if not keep_photos(photos, project=site, by=by, at=at, caption="改后", answer=made):
        raise Refused(_("A photo after is missing."))
    here.state, here.answered_at, here.answered_by = RectificationState.ANSWERED, at, by
    here.save(update_fields=["state", "answered_at", "answered_by"])
    clocks.stop(deadlines.RECTIFICATION, _key(here, site), at=at, by=by)
    clocks.start(
        deadlines.RECHECK, dossier=site.dossier, key=_key(here, site), owner=site.inspector, at=at,
        line=f"{here.finding.text[:60]} · {line_of(site)}", link=here.get_absolute_url(),
    )  # fmt: skip
    audit.record(site.dossier, "inspections.rectification_answered", by=by, at=at, number=here.number, text=made.text)
    return made


@transaction.atomic
def recheck_rectification(
    *, rectification: Rectification, accepted: bool, by: Any, at: datetime, note: str = "", photos: Iterable[Any] = ()
) -> Recheck:
    """The site's inspector looks again; a fault of a failed check is looked at in the check's next attempt instead."""
    site = under_lock(rectification.project)
    here = _locked(rectification)
    _not_cancelled(site)
    must_inspect(site, by)
    if here.state != RectificationState.ANSWERED:
        raise Refused(_("This fault has no answer to look at."))
    check = here.finding.quality_check
    if check is not None and check.state == CheckState.FAILED:
        raise Refused(
            _("This fault is looked at again in the next attempt of {code}.").format(code=check.code),
            [Missing(_("The next attempt of {code} is not open.").format(code=check.code), posts.QUALITY_INSPECTOR)],
        )
    made = look_again(here, site, accepted=accepted, note=note, by=by, at=at)
    keep_photos(photos, project=site, by=by, at=at, caption="复验", recheck=made)
    audit.record(
        site.dossier,
        "inspections.rectification_rechecked",
        by=by,
        at=at,
        number=here.number,
        accepted=accepted,
        note=made.note,
    )
    return made


def look_again(
    rectification: Rectification, site: Project, *, accepted: bool, note: str, by: Any, at: datetime
) -> Recheck:
    """Accept an answer, or open the rectification again with a new day."""
    answer = rectification.answers.order_by("-pk").first()
    assert answer is not None
    if answer.by_id == by.pk:
        raise Refused(_("Who puts a fault right does not accept it."))
    if not accepted and not note.strip():
        raise Refused(_("Say what is still wrong."))
    made = Recheck.objects.create(answer=answer, accepted=accepted, note=note.strip()[:500], by=by, at=at)
    clocks.stop(deadlines.RECHECK, _key(rectification, site), at=at, by=by)
    if accepted:
        rectification.state, rectification.accepted_at, rectification.accepted_by = RectificationState.ACCEPTED, at, by
        rectification.save(update_fields=["state", "accepted_at", "accepted_by"])
        return made
    rectification.state = RectificationState.OPEN
    rectification.due_at = at + timedelta(days=deadlines.rules().rework_days(rectification.finding.severity))
    rectification.save(update_fields=["state", "due_at"])
    _start(rectification, site, at)
    return made


def _locked(rectification: Rectification) -> Rectification:
    return (
        Rectification.objects.select_for_update(no_key=True, of=("self",))
        .select_related("finding__quality_check", "responsible", "project")
        .get(pk=rectification.pk)
    )


@transaction.atomic
def record_patrol(
    *,
    project: Project,
    progress: str,
    photos: Iterable[Any],
    by: Any,
    at: datetime,
    order: str = "",
    safety: str = "",
    talk: str = "",
    badge_worn: bool = True,
    seen: Sequence[Seen] = (),
) -> Patrol:
    """The five-day patrol (R040): with the badge on, at least one photo, and what was seen; faults get a person and a day.

    It stops the running patrol clock and starts the next five days; checks do not replace it (domain 0.1a 5).
    """
    site = under_lock(project)
    must_inspect(site, by)
    if site.stage not in PATROLLED:
        raise Refused(_("This site is not patrolled in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    files = list(photos)
    missing = []
    if not progress.strip():
        missing.append(Missing(_("The progress has not been written down.")))
    if not files:
        missing.append(Missing(_("There is no photo.")))
    if not badge_worn:
        missing.append(Missing(_("The badge is worn on a patrol.")))
    if missing:
        raise Refused(_("The patrol cannot be recorded yet: {count} missing.").format(count=len(missing)), missing)
    last = Patrol.objects.filter(project=site).order_by("-number").first()
    number = last.number + 1 if last else 1
    open_check = QualityCheck.objects.filter(project=site, state=CheckState.OPEN).order_by("-started_at").first()
    kept = keep_photos_for_patrol(files, site=site, by=by, at=at, number=number)
    faults = [
        sheets.Fault(
            0, "", s.text.strip(), sheets.SEVERITIES[Severity(s.severity)], "", "", at + timedelta(days=deadlines.rules().rework_days(s.severity)),
            str(who_rectifies(site)),
        )
        for s in seen
    ]  # fmt: skip
    sheet = sheets.PatrolSheet(
        place=sheets.Place.of(site), number=number, stage=sheets.in_chinese(Stage(site.stage).label), check=open_check.code if open_check else "",
        progress=progress.strip()[:1000], order=order.strip()[:500], safety=safety.strip()[:500], talk=talk.strip()[:500], badge_worn=badge_worn,
        since_last=f"距上次巡检 {(timezone.localdate(at) - timezone.localdate(last.at)).days} 天" if last else "首次巡检", faults=faults,
        photos=[sheets.Picture(str(a.public_id), a.caption) for a in kept[: sheets.PHOTOS_PRINTED]], photo_count=len(kept), inspector=str(by),
    )  # fmt: skip
    paper = papers.issue(sheets.I04, dossier=site.dossier, store=site.store, content=sheet, by=by, at=at)
    made = Patrol.objects.create(
        project=site, store=site.store, number=number, check_code=sheet.check, progress=sheet.progress, order=sheet.order, safety=sheet.safety,
        talk=sheet.talk, badge_worn=badge_worn, paper=paper, by=by, at=at,
    )  # fmt: skip
    Photo.objects.bulk_create([Photo(attachment=attachment, patrol=made) for attachment in kept])
    _raise_seen(made, site, seen, by, at)
    clocks.stop(deadlines.PATROL, site.ref, at=at, by=by)
    start_patrol_clock(site, at=at)
    audit.record(
        site.dossier,
        "inspections.patrol_recorded",
        by=by,
        at=at,
        paper=paper,
        number=number,
        photos=len(kept),
        faults=len(faults),
    )
    return made


def keep_photos_for_patrol(files: Iterable[Any], *, site: Project, by: Any, at: datetime, number: int) -> list[Any]:
    return [
        file
        if hasattr(file, "public_id")
        else attachments.keep(file, dossier=site.dossier, by=by, at=at, caption=f"巡检 {number}")
        for file in files
    ]


def _raise_seen(patrol: Patrol, site: Project, seen: Sequence[Seen], by: Any, at: datetime) -> None:
    findings = [
        Finding(
            project=site, store=site.store, patrol=patrol, severity=s.severity, text=s.text.strip()[:500], by=by, at=at
        )
        for s in seen
    ]
    if any(not finding.text for finding in findings):
        raise Refused(_("Say what is wrong."))
    raise_all(site, findings, source=f"巡检 {patrol.number}", by=by, at=at, pictures=[fault.photos for fault in seen])


def start_patrol_clock(site: Project, *, at: datetime) -> None:
    clocks.start(
        deadlines.PATROL,
        dossier=site.dossier,
        key=site.ref,
        owner=site.inspector,
        at=at,
        line=line_of(site),
        link=reverse("inspections:patrols", args=[site.ref]),
    )
