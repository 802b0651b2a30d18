"""The property office: applications during the works, what they permit, money and its return, the register of passes (domain 4.3, 5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.refusals import Missing, Refused
from projects import content_preparation as content
from projects import deadlines, plans
from projects.choices import BEFORE_WORK, WORKING, Stage
from projects.choices_preparation import CERTIFIED, REFUNDABLE, TIMED, WITH_PAPER, ApplicationKind, FeeKind
from projects.models import (
    DayWorker,
    PassRegisterLine,
    Permit,
    PermitExtension,
    Project,
    PropertyApplication,
    SiteNeed,
    WorkerPass,
)
from projects.papers_preparation import A03, A06, A07, A08, A10, A11
from projects.procedure_works import GATE_OF, Beginning
from projects.services.fees import OPEN_STAGES, row_key
from projects.services.preparation import file_permit, identity
from projects.services.site import kept, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts

PAPERS = {ApplicationKind.ADDED_ITEM: A07, ApplicationKind.HOT_WORK: A08, ApplicationKind.GOODS_RELEASE: A10, ApplicationKind.STAIRS: A11}
PHOTOS = 2  # one-inch photos a pass (Q71: covers both texts of R081)


def _link(site: Project) -> str:
    return f"/projects/{site.ref}/property/"


# --- applications during the works -----------------------------------------------------------------------------------


@transaction.atomic
def ask_property(
    project: Project, *, kind: str, items: Sequence[str], what: str, place: str = "", from_at: datetime | None = None,
    until_at: datetime | None = None, operator: str = "", certificate: str = "", certificate_until: date | None = None,
    certificate_scan: Any = None, id_copy: bool = False, watcher: str = "", id_number: str = "", by: Any, at: datetime,
) -> PropertyApplication:  # fmt: skip
    """Write an application of the site: added works A07, hot work A08, goods release A10, stairs or lift A11.

    Owner and person in charge sign it; the office's answer is recorded afterwards.  Shutting off and the approvals of authorities have no paper of
    ours.  Hot work names operator, certificate in date with its copy, the copy of the ID, place, hours of one day and the fire watch (R085, LR-29).
    """
    site = locked(project, at)
    kind = ApplicationKind(kind)
    refuse_unless(site, OPEN_STAGES)
    known = plans.works()
    items = list(dict.fromkeys(items))
    if not items or any(code not in known or known[code].kind != kind for code in items):
        raise Refused(_("Say for which works it is asked."))
    if not what.strip():
        raise Refused(_("Say what is to be done."))
    permit = site.permit_in_force
    gaps = _gaps(site, kind, permit, from_at, until_at, place)
    if kind == ApplicationKind.HOT_WORK:
        gaps += _welder(operator, certificate, certificate_until, certificate_scan, id_copy, watcher, until_at)
    if kind == ApplicationKind.GOODS_RELEASE and not (operator.strip() and id_number.strip()):
        gaps.append(Missing(_("Who carries the goods out, and the ID."), posts.PROJECT_MANAGER, "G21"))
    if gaps:
        raise Refused(_("The application cannot be written yet: {count} missing.").format(count=len(gaps)), gaps)
    masked = identity(id_number)[0] if id_number.strip() else ""
    scan = kept(certificate_scan, site, by=by, at=at, caption=_("Certificate %(number)s") % {"number": certificate.strip()}) if certificate_scan else None
    row = PropertyApplication(
        project=site, store=site.store, kind=kind, items=items, what=what.strip(), place=place.strip(), from_at=from_at, until_at=until_at,
        operator=operator.strip(), certificate=certificate.strip(), certificate_until=certificate_until, certificate_scan=scan, id_copy=id_copy,
        watcher=watcher.strip(), id_masked=masked, by=by, at=at,
    )  # fmt: skip
    if kind in WITH_PAPER:
        row.paper = papers.issue(
            PAPERS[kind], dossier=site.dossier, store=site.store, by=by, at=at, content=content.property_content(site, row, permit)
        )
    row.save()
    audit.record(site.dossier, "projects.property_asked", by=by, at=at, paper=row.paper, sort=kind.value, what=row.what)
    return row


def _gaps(
    site: Project, kind: str, permit: Any, from_at: datetime | None, until_at: datetime | None, place: str
) -> list[Missing]:
    who = f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}"
    gate = GATE_OF[kind].id
    gaps = []
    if site.project_manager is None:
        gaps.append(Missing(_("Assign a project manager."), posts.ENGINEERING_MANAGER, "S5"))
    if permit is None and kind != ApplicationKind.AUTHORITY:
        gaps.append(Missing(_("No permit of the property office is in force."), who, "G8"))
    if kind in TIMED and (from_at is None or until_at is None or until_at <= from_at):
        gaps.append(Missing(_("From which hour to which hour."), who, gate))
    elif kind in TIMED and from_at is not None and until_at is not None:
        first, last = timezone.localtime(from_at).date(), timezone.localtime(until_at).date()
        if kind == ApplicationKind.HOT_WORK and first != last:
            gaps.append(Missing(_("Hot work is permitted for the hours of one day."), who, gate))
        if permit is not None and not permit.valid_from <= first <= last <= permit.valid_until:
            gaps.append(Missing(_("The hours lie inside the period of the permit."), who, gate))
    if kind in (ApplicationKind.HOT_WORK, ApplicationKind.STAIRS) and not place.strip():
        gaps.append(Missing(_("At which place."), who, gate))
    return gaps


def _welder(
    operator: str, certificate: str, until: date | None, scan: Any, id_copy: bool, watcher: str, until_at: datetime | None
) -> list[Missing]:
    """R085, LR-29."""
    who, gaps = f"{posts.PROJECT_MANAGER},{posts.FOREMAN}", []
    if not operator.strip() or not certificate.strip() or scan is None:
        gaps.append(Missing(_("The operator with the welder's certificate and its copy."), who, "G19"))
    if until is None or (until_at is not None and until < timezone.localtime(until_at).date()):
        gaps.append(Missing(_("The welder's certificate is valid on that day."), who, "G19"))
    if not id_copy:
        gaps.append(Missing(_("The copy of the operator's ID."), who, "G19"))
    if not watcher.strip() or watcher.strip() == operator.strip():
        gaps.append(Missing(_("A fire watch who is somebody else."), who, "G19"))
    return gaps


def _locked_application(application: PropertyApplication, at: datetime) -> tuple[Project, PropertyApplication]:
    site = locked(application.project, at)
    row = PropertyApplication.objects.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=application.pk)
    if row.approved_on is not None or row.rejected_at is not None:
        raise Refused(_("This application has been decided already."))
    row.project = site
    return site, row


@transaction.atomic
def approve_property(
    application: PropertyApplication, *, approved_on: date, approver: str, scan: Any, number: str = "", original_kept: bool = False, by: Any, at: datetime
) -> PropertyApplication:
    """The office has approved: who, when, the scan of its copy; the permit's own number for hot work (A09).

    Added works and hot work: one copy stays with the office, the original is with the applicant (R086).
    """
    site, row = _locked_application(application, at)
    who, gate, gaps = f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", GATE_OF[row.kind].id, []
    if row.paper is not None and not row.paper.is_signed:
        gaps.append(Missing(_("The application has not been signed by the owner."), posts.PROJECT_MANAGER, gate))
    if not approver.strip():
        gaps.append(Missing(_("Who approved it at the property office."), who, gate))
    if scan is None:
        gaps.append(Missing(_("The scan of the approval is missing."), who, gate))
    if row.kind == ApplicationKind.HOT_WORK and not number.strip():
        gaps.append(Missing(_("The number of the hot-work permit is missing."), who, gate))
    if row.kind in CERTIFIED and not original_kept:
        gaps.append(Missing(_("The original has to be with the applicant, the copy with the office."), who, "R086"))
    if gaps:
        raise Refused(_("The approval cannot be recorded yet: {count} missing.").format(count=len(gaps)), gaps)
    row.scan = kept(scan, site, by=by, at=at, caption=_("Approval: %(what)s") % {"what": row.what[:60]})
    row.approved_on, row.approver, row.number, row.original_kept, row.decided_by = approved_on, approver.strip(), number.strip(), original_kept, by
    row.save(update_fields=["approved_on", "approver", "number", "original_kept", "decided_by", "scan"])
    for need in site.needs.filter(code__in=row.items, kind=row.kind, started_at__isnull=True, dropped_at__isnull=True):
        clocks.stop(deadlines.SITE_NEED, row_key(site, need), at=at, by=by)
    audit.record(
        site.dossier, "projects.property_approved", by=by, at=at, paper=row.paper, attachment=row.scan, sort=row.kind, what=row.what, number=row.number
    )
    return row


@transaction.atomic
def reject_property(application: PropertyApplication, *, reason: str, by: Any, at: datetime) -> PropertyApplication:
    """The office said no (Q78): the reason stays, a new application is written."""
    site, row = _locked_application(application, at)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.rejected_at, row.reason, row.decided_by = at, reason.strip(), by
    row.save(update_fields=["rejected_at", "reason", "decided_by"])
    audit.record(site.dossier, "projects.property_rejected", by=by, at=at, sort=row.kind, what=row.what, reason=row.reason)
    return row


# --- works that need a permission ------------------------------------------------------------------------------------


@transaction.atomic
def plan_work(project: Project, *, code: str, planned_on: date, note: str = "", by: Any, at: datetime) -> SiteNeed:
    """Say that this site will do a work that needs a permission: from now on it is shown, warned of, and closed until it is there."""
    site = locked(project, at)
    refuse_unless(site, OPEN_STAGES)
    work = plans.works().get(code)
    if work is None:
        raise Refused(_("Choose the work."))
    if planned_on < site.on:
        raise Refused(_("This day lies behind."))
    if site.needs.filter(code=code, planned_on=planned_on, dropped_at__isnull=True).exists():
        raise Refused(_("This work is planned for that day already."))
    need = SiteNeed.objects.create(
        project=site, store=site.store, code=code, kind=work.kind, planned_on=planned_on, note=note.strip(), by=by, at=at
    )
    _need_clock(site, need, work, at)
    audit.record(site.dossier, "projects.need_planned", by=by, at=at, work=code, planned_on=planned_on)
    return need


def _need_clock(site: Project, need: SiteNeed, work: plans.Work, at: datetime) -> None:
    """The permission is there some days before the work; a permission that is there already needs no clock."""
    moment = None
    if work.kind in TIMED:  # good for its hours: on the planned day
        moment = need.planned_on
    rows = [row for row in site.applications.all() if row.approved_on is not None and row.kind == work.kind and work.code in row.items]
    if any(moment is None or timezone.localtime(row.from_at).date() <= moment <= timezone.localtime(row.until_at).date() for row in rows):
        return
    start_clock(
        deadlines.SITE_NEED, site, key=row_key(site, need), at=at, owner=site.project_manager, due_on=need.planned_on - timedelta(days=work.lead),
        link=_link(site), about=str(work),
    )  # fmt: skip


@transaction.atomic
def begin_work(need: SiteNeed, *, by: Any, at: datetime) -> SiteNeed:
    """The work begins: only under an approved application of its kind, in its hours (G19–G22, LR-27); nobody overrides it."""
    site = locked(need.project, at)
    row = SiteNeed.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
    _still_planned(row)
    refuse_unless(site, (Stage.DISCLOSED, *WORKING, Stage.COMPLETED, Stage.ACCEPTED))
    work = plans.works()[row.code]
    beginning = Beginning(site, work, tuple(site.applications.order_by("-id")), at)
    gap = GATE_OF[work.kind].missing(beginning)
    if gap is not None:
        raise Refused(_("“{work}” cannot begin yet.").format(work=work), [gap])
    row.application, row.started_at, row.started_by = beginning.permitted_by, at, by
    row.save(update_fields=["application", "started_at", "started_by"])
    clocks.stop(deadlines.SITE_NEED, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.work_begun", by=by, at=at, work=row.code, permit=row.application.number)
    return row


@transaction.atomic
def drop_work(need: SiteNeed, *, reason: str, by: Any, at: datetime) -> SiteNeed:
    """The work will not be done, with the reason."""
    site = locked(need.project, at)
    row = SiteNeed.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
    _still_planned(row)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    row.dropped_at, row.dropped_because = at, reason.strip()
    row.save(update_fields=["dropped_at", "dropped_because"])
    clocks.cancel(deadlines.SITE_NEED, row_key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.work_dropped", by=by, at=at, work=row.code, reason=row.dropped_because)
    return row


def _still_planned(row: SiteNeed) -> None:
    if row.started_at is not None:
        raise Refused(_("This work has begun already."))
    if row.dropped_at is not None:
        raise Refused(_("This work was dropped."))


def gaps_before_check(site: Project, check: str) -> list[Missing]:
    """What keeps a check closed: works of today or earlier that it looks at, planned here and not permitted (G19–G22, LR-27)."""
    waiting = site.needs.filter(started_at__isnull=True, dropped_at__isnull=True, planned_on__lte=site.on)
    rows = [(need, plans.works()[need.code]) for need in waiting if check in plans.works()[need.code].checks]
    if not rows:
        return []
    applications = tuple(site.applications.order_by("-id"))
    found = (GATE_OF[work.kind].missing(Beginning(site, work, applications)) for _need, work in rows)
    return list({gap.gate: gap for gap in found if gap}.values())


# --- extension, passes -----------------------------------------------------------------------------------------------


def extension_gap(site: Project) -> int:
    """By how many days the agreed completion lies beyond the end of the permit in force; 0 without a gap, and once the works are accepted (domain 3.5)."""
    permit = site.permit_in_force
    return max(0, (site.due_on - permit.valid_until).days) if permit is not None and site.accepted_on is None else 0


@transaction.atomic
def ask_extension(
    project: Project, *, until_on: date, because: str, schedule_paper: Paper | None = None, workers: int | None = None, by: Any, at: datetime
) -> Permit:
    """Write the application for an extension (A06, R082).  `schedule_paper` is the schedule's own extension with the customer (P26), if there is one.

    The approval is recorded as a permit of its own: it replaces the old one and issues every pass anew (R083), the fee first (R084).
    """
    site = locked(project, at)
    permit = site.permit_in_force
    if permit is None:
        raise Refused(
            _("There is no permit to extend."),
            [Missing(_("No permit of the property office is in force."), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "G8")],
        )
    if not because.strip():
        raise Refused(_("Say why the period is not enough."))
    if until_on <= permit.valid_until:
        raise Refused(_("An extension ends later than the permit that it extends."))
    if schedule_paper is not None and (schedule_paper.dossier_id != site.dossier_id or schedule_paper.kind != "P26"):
        raise Refused(_("This paper belongs to another file."))
    passes = permit.passes.filter(returned_on__isnull=True).count()
    made = file_permit(
        project, works=permit.works, from_on=permit.valid_until, until_on=until_on, workers=workers or max(1, passes), by=by, at=at, kind=A06,
        words=content.extension_content(
            site, permit, until_on=until_on, because=because.strip(), schedule_ref=schedule_paper.ref if schedule_paper else "",
            workers=workers or max(1, passes),
        ),
    )  # fmt: skip
    PermitExtension.objects.create(permit=made, project=site, store=site.store, because=because.strip(), schedule_paper=schedule_paper, by=by, at=at)
    clocks.stop(deadlines.PERMIT_EXTENSION, site.ref, at=at, by=by)
    return made


def needs_pass(days: int) -> bool:
    """Who works more than one day needs a pass (R080)."""
    return days > 1


@transaction.atomic
def note_day_worker(project: Project, *, worker: str, trade: str = "", on: date, by: Any, at: datetime) -> DayWorker:
    """Somebody works here for a day: a visitor (Q79).  On the second day a pass is needed (R080)."""
    site = locked(project, at)
    refuse_unless(site, OPEN_STAGES)
    name = worker.strip()
    if not name:
        raise Refused(_("Say who it is."))
    if DayWorker.objects.filter(project=site, worker=name).exclude(on=on).exists() and needs_pass(2):
        gap = Missing(_("Register a pass for {name}.").format(name=name), f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}", "R080")
        raise Refused(_("Who works more than one day needs a pass."), [gap])
    made, created = DayWorker.objects.get_or_create(
        project=site, worker=name, defaults={"store": site.store, "trade": trade.strip(), "on": on, "by": by, "at": at}
    )
    if created:
        audit.record(site.dossier, "projects.day_worker", by=by, at=at, worker=name, on=on)
    return made


@transaction.atomic
def issue_pass_sheet(project: Project, *, by: Any, at: datetime) -> Paper:
    """The sheet with which passes are applied for: who, which trade, what is handed in (A03); the office issues the cards."""
    site = locked(project, at)
    permit = site.permit_in_force
    rows = list(permit.passes.filter(returned_on__isnull=True).select_related("replaces__register_line").order_by("id")) if permit else []
    if not rows:
        raise Refused(_("There is no pass to apply for."), [Missing(_("Register the workers first."), posts.PROJECT_MANAGER, "G8")])
    return papers.issue(
        A03, dossier=site.dossier, store=site.store, by=by, at=at, content=content.pass_sheet_content(site, permit, rows, photos=PHOTOS)
    )


@transaction.atomic
def collect_pass(
    worker_pass: WorkerPass, *, number: str, photos: int, id_copy: bool, signed_for: str, collected_on: date, by: Any, at: datetime
) -> PassRegisterLine:
    """A card is fetched: its number, what was handed in, who signed in 签收人 (A04); photo and ID copy are needed (R081), the deposit is paid (R065)."""
    site = locked(worker_pass.project, at)
    row = WorkerPass.objects.select_for_update(no_key=True, of=("self",)).get(pk=worker_pass.pk)
    gaps = []
    who = f"{posts.PROJECT_MANAGER},{posts.ENGINEERING_ASSISTANT}"
    if photos < 1:
        gaps.append(Missing(_("A one-inch photo."), who, "R081"))
    if not id_copy:
        gaps.append(Missing(_("The copy of the ID."), who, "R081"))
    if row.returned_on is not None:
        raise Refused(_("This pass is no longer in use."))
    if PassRegisterLine.objects.filter(worker_pass=row).exists():
        raise Refused(_("This pass has been collected already."))
    if not number.strip() or not signed_for.strip():
        raise Refused(_("The number of the card and who signed for it are needed."))
    if row.replaces_id is None and _paid_for(site) <= _collected(site):
        gaps.append(Missing(_("The pass deposit of this person is not paid."), who, "R065"))
    if gaps:
        raise Refused(_("The pass cannot be collected yet: {count} missing.").format(count=len(gaps)), gaps)
    made = PassRegisterLine.objects.create(
        worker_pass=row, project=site, store=site.store, number=number.strip(), photos=photos, id_copy=id_copy, signed_for=signed_for.strip(),
        collected_on=collected_on, by=by, at=at,
    )  # fmt: skip
    if not row.permit.passes.filter(returned_on__isnull=True, register_line__isnull=True).exists():
        clocks.stop(deadlines.PASS_COLLECTION, site.ref, at=at, by=by)
    audit.record(site.dossier, "projects.pass_collected", by=by, at=at, worker=row.worker, number=made.number)
    return made


def _paid_for(site: Project) -> int:
    """For how many people the pass deposit is paid."""
    rows = site.fees.filter(kind=FeeKind.PASS_DEPOSIT, paid_on__isnull=False).values_list("people", flat=True)
    return sum(number or 0 for number in rows)


def _collected(site: Project) -> int:
    """How many people have a card; a re-issued card is the same person's, the deposit stays."""
    return PassRegisterLine.objects.filter(project=site, worker_pass__replaces__isnull=True).count()


# --- what follows ----------------------------------------------------------------------------------------------------


def _asked_for(site: Project) -> bool:
    """An application for an extension lies with the property office."""
    return site.permits.filter(extends__isnull=False, approved_on__isnull=True, rejected_at__isnull=True).exists()


def follow_property(site: Project, running: set[tuple[str, str]], at: datetime) -> int:
    """The link of both extensions, and deposits to fetch once the site is accepted; a second run writes nothing."""
    made, gap, key = 0, extension_gap(site), (deadlines.PERMIT_EXTENSION.id, site.ref)
    if key in running and not gap:
        made += clocks.stop(deadlines.PERMIT_EXTENSION, site.ref, at=at) is not None
    elif gap and key not in running and site.stage in (*BEFORE_WORK, *WORKING, Stage.COMPLETED) and not _asked_for(site):
        start_clock(deadlines.PERMIT_EXTENSION, site, key=site.ref, at=at, owner=site.project_manager, link=f"/projects/{site.ref}/permit-extensions/")
        made += 1
    if site.accepted_on is None:
        return made
    for fee in site.fees.filter(kind__in=REFUNDABLE, paid_on__isnull=False, returned_on__isnull=True):
        if (deadlines.FEE_RETURN.id, row_key(site, fee)) not in running:
            start_clock(
                deadlines.FEE_RETURN, site, key=row_key(site, fee), at=at, owner=site.project_manager, link=f"/projects/{site.ref}/property-fees/",
                about=str(FeeKind(fee.kind).label),
            )  # fmt: skip
            made += 1
    return made
