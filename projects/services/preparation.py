"""Before the crew enters: people, drawing review, permit and passes, disclosure, arrival."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Deadline
from core.refusals import Missing, Refused
from projects import content, deadlines
from projects.choices import BEFORE_WORK, UNFINISHED, WORKING, Fact, Role, Stage
from projects.models import (
    Disclosure,
    DrawingReview,
    Permit,
    Project,
    ProjectAssignment,
    SiteArrival,
    WorkerPass,
)
from projects.papers import A01, P23
from projects.services.fees import book_fee
from projects.services.site import copy_back, kept, locked, refuse_unless
from projects.services.stages import clear, revoke, start_clock
from staff import posts

POST_OF = {
    Role.PROJECT_MANAGER: posts.PROJECT_MANAGER, Role.SUPERVISOR: posts.SITE_SUPERVISOR, Role.INSPECTOR: posts.QUALITY_INSPECTOR,
    Role.FOREMAN: posts.FOREMAN, Role.DESIGNER: posts.DESIGNER, Role.CUSTOMER_MANAGER: posts.CUSTOMER_MANAGER,
}  # fmt: skip


@transaction.atomic
def staff_project(project: Project, *, by: Any, at: datetime, **people: Any) -> Project:
    """Put people on the site (000:L172): project_manager=, supervisor=, inspector=, foreman=; also a new designer.

    Each holds the post; who builds does not inspect (LR-65).  The open clocks of a role go from the former person to the new one.
    """
    site = locked(project, at)
    refuse_unless(site, (*UNFINISHED, Stage.PAUSED, Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY))
    changed = [(Role(role), person) for role, person in people.items() if person is not None and getattr(site, f"{role}_id") != person.pk]
    former = {role: getattr(site, f"{role}_id") for role, _person in changed}
    for role, person in changed:
        held = person.posts_for(site.store_id)
        if POST_OF[role] not in held and not (role == Role.DESIGNER and held & {posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER}):
            raise Refused(_("{name} does not hold the post “{role}”.").format(name=person, role=role.label))
        setattr(site, role, person)
    if site.inspector_id is not None and site.inspector_id in (site.project_manager_id, site.foreman_id):
        raise Refused(_("Who builds does not inspect: choose another inspector."))
    if not changed:
        return project
    site.save(update_fields=[role.value for role, _person in changed])
    ProjectAssignment.objects.bulk_create(
        ProjectAssignment(project=site, store=site.store, role=role, person=person, by=by, at=at) for role, person in changed
    )
    for role, person in changed:
        _clocks_go_along(site, role, former[role], person)
    if all((site.project_manager_id, site.supervisor_id, site.inspector_id, site.foreman_id)):
        clocks.stop(deadlines.STAFFING, site.ref, at=at, by=by)
    audit.record(site.dossier, "projects.people_assigned", by=by, at=at, **{role.value: str(person) for role, person in changed})  # type: ignore[arg-type]
    copy_back(site, project)
    return project


def _clocks_go_along(site: Project, role: Role, before: int | None, after: Any) -> None:
    """What the role owes is the new person's, and what the former one had of roles that nobody holds; an enquiry's clocks stay with its own people."""
    vacant = {POST_OF[each] for each in Role if getattr(site, f"{each}_id") is None}
    of_site = [clock for clock in clocks.CLOCKS.values() if not clock.id.startswith("leads.")]
    theirs = Q(clock__in=[clock.id for clock in of_site if clock.owner == POST_OF[role]])
    had = theirs  # nobody held it: whoever stood in gives it up
    if before is not None:
        had = theirs & Q(owner__isnull=True) | Q(owner=before) & (theirs | Q(clock__in=[clock.id for clock in of_site if clock.owner in vacant]))
    for row in Deadline.objects.filter(had, dossier=site.dossier, stopped_at__isnull=True):
        clocks.hand_over(clocks.CLOCKS[row.clock], row.key, after)


@transaction.atomic
def record_review(
    project: Project, *, drawing_doubts: str = "", budget_doubts: str = "", proposals: str = "", by: Any, at: datetime
) -> DrawingReview:  # fmt: skip
    """Review drawings and budget before construction (P14, G7).  A doubt keeps the gate closed until a later review is clean."""
    site = locked(project, at)
    refuse_unless(site, BEFORE_WORK)
    clean = not drawing_doubts.strip() and not budget_doubts.strip()
    if clean and (open_doubts := site.doubts.filter(closed_at__isnull=True).count()):
        gap = Missing(_("Doubts that are not closed: {n}.").format(n=open_doubts), f"{posts.DESIGNER},{posts.PROJECT_MANAGER}", "G7")
        raise Refused(_("A doubt is still open."), [gap])
    made = DrawingReview.objects.create(
        project=site, store=site.store, drawing_doubts=drawing_doubts.strip(), budget_doubts=budget_doubts.strip(),
        proposals=proposals.strip(), is_clean=clean, by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.drawings_reviewed", by=by, at=at, clean=clean, drawing=made.drawing_doubts, budget=made.budget_doubts)
    if clean:
        clear(project, Fact.DRAWINGS_REVIEWED, by=by, at=at)
    else:
        revoke(project, Fact.DRAWINGS_REVIEWED, reason=_("A new doubt was raised."), by=by, at=at)
    return made


@transaction.atomic
def file_permit(
    project: Project, *, works: str, from_on: date, until_on: date, workers: int, by: Any, at: datetime, waterproof: bool = False,
    kind: papers.PaperKind = A01, words: Any = None,
) -> Permit:  # fmt: skip
    """Write the renovation application for the property office (A01); owner and person in charge sign it.

    While a permit is in force this is the application for its extension (R082): approval replaces the permit.  `ask_extension` writes it
    on its own paper (A06).
    """
    site = locked(project, at)
    refuse_unless(site, (*BEFORE_WORK, *WORKING))
    if site.project_manager is None:
        gap = Missing(_("Assign a project manager."), posts.ENGINEERING_MANAGER, "S5")
        raise Refused(_("The person in charge toward the property office is not named."), [gap])
    if until_on <= from_on:
        raise Refused(_("The permit ends after it starts."))
    old = site.permit_in_force
    if old is not None and until_on <= old.valid_until:
        raise Refused(_("An extension ends later than the permit that it extends."))
    waiting = site.permits.select_related("application").filter(approved_on__isnull=True, rejected_at__isnull=True).first()
    paper = papers.issue(
        kind, dossier=site.dossier, store=site.store, by=by, at=at, replaces=waiting.application if waiting and waiting.application.is_open else None,
        content=words or content.application_content(site, works=works, from_on=from_on, until_on=until_on, workers=workers, waterproof=waterproof),
    )  # fmt: skip
    made = Permit.objects.create(
        project=site, store=site.store, application=paper, works=works.strip(), from_on=from_on, until_on=until_on, extends=old, by=by, at=at
    )
    if waiting is not None:
        waiting.rejected_at, waiting.reason = at, _("Replaced by a new application")
        waiting.save(update_fields=["rejected_at", "reason"])
    audit.record(site.dossier, "projects.permit_filed", by=by, at=at, paper=paper, until_on=until_on, extension=old is not None)
    return made


@transaction.atomic
def approve_permit(
    permit: Permit, *, number: str, valid_from: date, valid_until: date, agreement_signed: bool, scan: Any, approved_on: date, by: Any, at: datetime,
    deposit: Decimal = Decimal(0), rubbish_fee: Decimal = Decimal(0),
) -> Permit:  # fmt: skip
    """Record the property office's own permit (A02): number, period, scan (G24, LR-28).  Ours never prints one.

    `scan` is the file that was sent, or one that is kept already.  An extension replaces the earlier permit and re-issues every
    pass with the new dates; none is altered (R083).
    """
    site = locked(permit.project, at)
    row = Permit.objects.select_for_update(no_key=True, of=("self",)).select_related("application", "extends").get(pk=permit.pk)
    gaps = []
    if not row.application.is_signed:
        gaps.append(Missing(_("The application has not been signed by the owner."), posts.PROJECT_MANAGER, "G8"))
    if not agreement_signed:
        gaps.append(Missing(_("The management agreement has not been signed."), posts.PROJECT_MANAGER, "G24"))
    if scan is None:
        gaps.append(Missing(_("The scan of the permit is missing."), posts.ENGINEERING_ASSISTANT, "G24"))
    if not number.strip():
        gaps.append(Missing(_("The number of the permit is missing."), posts.ENGINEERING_ASSISTANT, "G24"))
    if valid_until <= valid_from:
        gaps.append(Missing(_("The permit ends after it starts."), posts.ENGINEERING_ASSISTANT, "G24"))
    if row.fees.filter(kind="extension", paid_on__isnull=True).exists():  # R084
        gaps.append(Missing(_("The extension fee is paid first."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "R084"))
    if gaps:
        raise Refused(_("The permit cannot be recorded yet: {count} missing.").format(count=len(gaps)), gaps)
    if row.approved_on is not None or row.rejected_at is not None:
        raise Refused(_("This application has been decided already."))
    scan = kept(scan, site, by=by, at=at, caption=_("Renovation permit %(number)s") % {"number": number.strip()})
    old = site.permit_in_force
    if old is not None:
        old.replaced_by = row
        old.save(update_fields=["replaced_by"])
    row.number, row.approved_on, row.valid_from, row.valid_until = number.strip(), approved_on, valid_from, valid_until
    row.agreement_signed, row.scan, row.approved_by, row.deposit, row.rubbish_fee = True, scan, by, deposit, rubbish_fee
    row.save(update_fields=["number", "approved_on", "valid_from", "valid_until", "agreement_signed", "scan", "approved_by", "deposit", "rubbish_fee"])
    reissued = _reissue(site, old, row, by=by, at=at) if old is not None else 0
    if reissued:
        start_clock(deadlines.PASS_COLLECTION, site, key=site.ref, at=at, owner=site.project_manager, link=f"/projects/{site.ref}/pass-register/")
    for asked, amount in (("deposit", deposit), ("rubbish", rubbish_fee)):
        if amount > 0:
            book_fee(site, kind=asked, amount=amount, permit=row, by=by, at=at)
    clocks.stop(deadlines.PERMIT_EXPIRY, site.ref, at=at, by=by)
    start_clock(deadlines.PERMIT_EXPIRY, site, key=site.ref, at=at, owner=site.project_manager, due_on=valid_until)
    audit.record(
        site.dossier, "projects.permit_approved", by=by, at=at, attachment=scan, number=row.number, valid_until=valid_until, passes=reissued
    )
    return row


@transaction.atomic
def reject_permit(permit: Permit, *, reason: str, by: Any, at: datetime) -> Permit:
    """The property office said no, with the reason; a new application is written."""
    site = locked(permit.project, at)
    row = Permit.objects.select_for_update(no_key=True, of=("self",)).get(pk=permit.pk)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.approved_on is not None or row.rejected_at is not None:
        raise Refused(_("This application has been decided already."))
    row.rejected_at, row.reason = at, reason.strip()
    row.save(update_fields=["rejected_at", "reason"])
    audit.record(site.dossier, "projects.permit_rejected", by=by, at=at, reason=row.reason)
    return row


_ID = re.compile(r"\d{17}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(number: str) -> tuple[str, str]:
    """(masked, keyed hash) of an ID number; the number itself is not kept (LR-43, LR-44)."""
    text = number.strip().upper().replace(" ", "")
    if not _ID.fullmatch(text) or "10X98765432"[sum(int(d) * w for d, w in zip(text, _WEIGHTS, strict=False)) % 11] != text[17]:
        raise Refused(_("This is not a valid ID number; look at the last digits again."))
    return f"{text[:3]}{'*' * 13}{text[-2:]}", salted_hmac("projects.workerpass", text, algorithm="sha256").hexdigest()


@transaction.atomic
def register_pass(
    project: Project, *, worker: str, trade: str, id_number: str, number: str = "", valid_until: date | None = None, by: Any, at: datetime
) -> WorkerPass:  # fmt: skip
    """Register a worker's pass: only under an approved permit and inside its period (G8, R080)."""
    site = locked(project, at)
    permit = site.permit_in_force
    if permit is None:
        gap = Missing(_("No permit of the property office is in force."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "G8")
        raise Refused(_("Passes are issued under an approved permit."), [gap])
    if not worker.strip():
        raise Refused(_("Say who the pass is for."))
    masked, digest = identity(id_number)
    until = valid_until or permit.valid_until
    if not permit.valid_from <= until <= permit.valid_until:
        raise Refused(_("A pass is valid inside the period of its permit: {first} to {last}.").format(first=permit.valid_from, last=permit.valid_until))
    if permit.passes.filter(id_hash=digest).exists():
        raise Refused(_("This person already has a pass for this site."))
    made = WorkerPass.objects.create(
        project=site, store=site.store, permit=permit, worker=worker.strip(), trade=trade.strip(), id_masked=masked, id_hash=digest,
        number=number.strip(), valid_from=max(permit.valid_from, min(site.on, until)), valid_until=until, by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.pass_registered", by=by, at=at, worker=made.worker, valid_until=until)
    return made


@transaction.atomic
def return_passes(project: Project, *, passes: Sequence[WorkerPass], on: date, by: Any, at: datetime) -> int:
    """Give passes back to the property office; the deposit returns to the company (LR-14)."""
    site = locked(project, at)
    count = site.passes.filter(pk__in=[p.pk for p in passes], returned_on__isnull=True).update(returned_on=on)
    if not site.passes.filter(returned_on__isnull=True, replaced_by__isnull=True).exists():
        clocks.stop(deadlines.PASS_RETURN, site.ref, at=at, by=by)
    if count:
        audit.record(site.dossier, "projects.passes_returned", by=by, at=at, count=count)
    return count


def _reissue(site: Project, old: Permit, new: Permit, *, by: Any, at: datetime) -> int:
    """All passes of the old permit again under the new one; the old ones are never altered (R083)."""
    active = list(old.passes.filter(returned_on__isnull=True))
    assert new.valid_from is not None and new.valid_until is not None
    WorkerPass.objects.bulk_create(
        WorkerPass(
            project=site, store=site.store, permit=new, worker=p.worker, trade=p.trade, id_masked=p.id_masked, id_hash=p.id_hash,
            valid_from=new.valid_from, valid_until=new.valid_until, deposit=p.deposit, fee=p.fee, replaces=p, by=by, at=at,
        )
        for p in active
    )  # fmt: skip
    old.passes.filter(returned_on__isnull=True).update(returned_on=timezone.localtime(at).date())
    return len(active)


@dataclass(frozen=True)
class Point:
    """One point of a disclosure: trade, what was said, and a note for this home."""

    trade: str
    point: str
    note: str = ""


@transaction.atomic
def record_disclosure(
    project: Project, *, held_at: datetime, points: Sequence[Point], problems: str = "", crew_leader: str = "", by: Any, at: datetime
) -> Disclosure:  # fmt: skip
    """Hold the technical disclosure on site, before the crew enters, and write its record (P23, G9)."""
    site = locked(project, at)
    refuse_unless(site, (Stage.CONTRACTED, Stage.PERMIT_FILING))
    gaps = [
        Missing(_("Not assigned: {role}.").format(role=role.label), posts.ENGINEERING_MANAGER, "S5")
        for role in (Role.DESIGNER, Role.FOREMAN, Role.PROJECT_MANAGER)
        if site.person(role) is None
    ]
    if not points:
        gaps.append(Missing(_("Nothing was disclosed: tick at least one point."), posts.PROJECT_MANAGER, "G9"))
    if gaps:
        raise Refused(_("The disclosure cannot be recorded yet."), gaps)
    last = site.disclosures.select_related("paper").order_by("-id").first()
    paper = papers.issue(
        P23, dossier=site.dossier, store=site.store, by=by, at=at, replaces=last.paper if last and last.paper.state in ("issued", "signed", "sealed") else None,
        content=content.disclosure_content(
            site, held_at=held_at, points=[(p.trade, p.point, p.note) for p in points], problems=problems, crew_leader=crew_leader.strip()
        ),
    )  # fmt: skip
    made = Disclosure.objects.create(
        project=site, store=site.store, paper=paper, held_at=held_at, crew_leader=crew_leader.strip(),
        points=[{"trade": p.trade, "point": p.point, "note": p.note} for p in points], problems=problems.strip(), by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.disclosure_recorded", by=by, at=at, paper=paper, points=len(points))
    copy_back(site, project)
    return made


@transaction.atomic
def record_arrival(project: Project, *, crew: str, workers: int, cleared: bool, note: str = "", by: Any, at: datetime) -> SiteArrival:
    """The crew is on site and the site is cleared, before material arrives (G10)."""
    site = locked(project, at)
    refuse_unless(site, (Stage.PERMIT_FILING, Stage.DISCLOSED, *WORKING))
    if workers < 1 or not crew.strip():
        raise Refused(_("Say which crew is there, and how many."))
    made = SiteArrival.objects.create(project=site, store=site.store, crew=crew.strip(), workers=workers, cleared=cleared, note=note.strip(), by=by, at=at)
    audit.record(site.dossier, "projects.crew_arrived", by=by, at=at, crew=made.crew, workers=workers, cleared=cleared)
    if cleared:
        clear(project, Fact.CREW_ON_SITE, by=by, at=at)
    return made
