"""Moving a site along the procedure, and off and on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.models import Deadline
from core.procedure import GATES
from core.refusals import Missing, Refused
from projects import deadlines
from projects.choices import ChangeKind, Fact, Stage
from projects.models import Clearance, ClearanceRevocation, Project, ProjectStageChange, Waiver
from projects.procedure import PAUSABLE, PROCEDURE, REOPENS
from projects.services.site import copy_back, locked

_CHECKS = frozenset(f"check_{n}_passed" for n in range(1, 9))
_ACCEPTANCE = (Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED)


@transaction.atomic
def advance(project: Project, *, to: str, by: Any, at: datetime) -> ProjectStageChange:
    """Move the site one step along the procedure, or refuse and name everything that is missing (domain 3.3)."""
    site = locked(project, at)
    if site.stage != project.stage:
        raise Refused(_("The stage has changed meanwhile. Open the page again and look."))
    PROCEDURE.require(site, site.stage, to, by=by)
    return move(site, to=to, kind=ChangeKind.ADVANCE, by=by, at=at, caller=project)


@transaction.atomic
def pause(project: Project, *, reason: str, by: Any, at: datetime) -> ProjectStageChange:
    """Hold a site with a reason; its running clocks are held with it."""
    site = locked(project, at)
    if site.stage not in PAUSABLE:
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(site.stage).label))
    _need_reason(reason)
    for row in _running(site):
        clocks.pause(clocks.CLOCKS[row.clock], row.key, at=at, reason=reason, by=by)
    return move(site, to=Stage.PAUSED, kind=ChangeKind.PAUSE, reason=reason, by=by, at=at, caller=project)


@transaction.atomic
def resume(project: Project, *, by: Any, at: datetime) -> ProjectStageChange:
    """The site goes on where it was held; its clocks run on, moved by the length of the pause."""
    site = locked(project, at)
    if site.stage != Stage.PAUSED:
        raise Refused(_("This site is not paused."))
    for row in _running(site, paused=True):
        clocks.resume(clocks.CLOCKS[row.clock], row.key, at=at, by=by)
    return move(site, to=_left(site, Stage.PAUSED), kind=ChangeKind.RESUME, by=by, at=at, caller=project)


@transaction.atomic
def cancel(project: Project, *, reason: str, by: Any, at: datetime) -> ProjectStageChange:
    """The works will not be finished: the contract ends by agreement, with the reason; the file stays."""
    site = locked(project, at)
    if site.stage not in (*PAUSABLE, Stage.PAUSED):
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(site.stage).label))
    _need_reason(reason)
    clocks.cancel_all(site.dossier, at=at, by=by)
    return move(site, to=Stage.CANCELLED, kind=ChangeKind.CANCEL, reason=reason, by=by, at=at, caller=project)


@transaction.atomic
def reopen(project: Project, *, reason: str, by: Any, at: datetime) -> ProjectStageChange:
    """One step back with a reason (decision 17), or a cancelled site taken up where it was left."""
    site = locked(project, at)
    _need_reason(reason)
    if site.stage == Stage.CANCELLED:
        target = _left(site, Stage.CANCELLED)
    elif site.stage in REOPENS:
        target = REOPENS[Stage(site.stage)]
    else:
        raise Refused(_("There is no step back from “{stage}”.").format(stage=Stage(site.stage).label))
    return move(site, to=target, kind=ChangeKind.REOPEN, reason=reason, by=by, at=at, caller=project)


@transaction.atomic
def clear(project: Project, fact: Fact | str, *, paper: Any = None, by: Any, at: datetime) -> Clearance:
    """Deposit a fact that another desk established; said twice, it stands once.

    Who builds does not pass the check (LR-65): a passed check is never deposited by the site's manager or foreman.
    """
    fact = Fact(fact)
    site = locked(project, at)
    if fact in site.facts:
        return site.facts[fact]
    if fact in _CHECKS and by.pk in (site.project_manager_id, site.foreman_id):
        raise Refused(_("Who builds does not pass the check."))
    if paper is not None and paper.dossier_id != site.dossier_id:
        raise Refused(_("This paper belongs to another file."))
    made = Clearance.objects.create(project=site, store=site.store, fact=fact, paper=paper, by=by, at=at)
    site.forget()
    _after(site, fact, at)
    audit.record(site.dossier, "projects.fact_cleared", by=by, at=at, paper=paper, fact=fact.value)
    copy_back(site, project)
    return made


@transaction.atomic
def revoke(project: Project, fact: Fact | str, *, reason: str, by: Any, at: datetime) -> ClearanceRevocation | None:
    """A fact is no longer so; None when it was not established.  An accepted site is reopened first."""
    fact = Fact(fact)
    site = locked(project, at)
    _need_reason(reason)
    if fact not in site.facts:
        return None
    if fact in _ACCEPTANCE and site.stage in (Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED):
        raise Refused(_("The site is accepted; reopen it first."))
    made = ClearanceRevocation.objects.create(clearance=site.facts[fact], reason=reason.strip(), by=by, at=at)
    if fact in _ACCEPTANCE and site.accepted_on is not None:
        site.accepted_on = None
        site.save(update_fields=["accepted_on"])
    audit.record(site.dossier, "projects.fact_revoked", by=by, at=at, fact=fact.value, reason=reason.strip())
    copy_back(site, project)
    return made


@transaction.atomic
def waive(project: Project, *, gate: str, reason: str, by: Any, at: datetime) -> Waiver:
    """Let a gate pass without its fact, with a reason; only what the procedure lets this person waive (decision 8)."""
    site = locked(project, at)
    _need_reason(reason)
    rule = GATES.get(gate)
    if rule is None or not rule.waivable_by:
        raise Refused(_("Nobody waives this: signatures, money and permits are never waived."))
    if not set(rule.waivable_by) & set(by.posts):
        raise Refused(_("This is waived by somebody else."), [Missing(str(rule.says), ",".join(rule.waivable_by), gate)])
    if gate in site.waived:
        return site.waived[gate]
    made = Waiver.objects.create(project=site, store=site.store, gate=gate, reason=reason.strip(), by=by, at=at)
    audit.record(site.dossier, "projects.gate_waived", by=by, at=at, gate=gate, reason=reason.strip())
    copy_back(site, project)
    return made


def move(site: Project, *, to: str, kind: str, by: Any, at: datetime, reason: str = "", caller: Project | None = None) -> ProjectStageChange:
    """Write the move as a row; the database moves the stage.  The site is under lock already."""
    seq = site.stage_changes.count() + 1
    made = ProjectStageChange.objects.create(
        project=site, store=site.store, seq=seq, from_stage=site.stage, to_stage=to, kind=kind, reason=reason.strip(), by=by, at=at
    )
    site.stage = str(to)
    _dates(site, kind, at)
    _stage_clocks(site, at, by)
    audit.record(site.dossier, f"projects.stage_{kind}", by=by, at=at, source=made.from_stage, target=made.to_stage, reason=made.reason)
    if caller is not None:
        copy_back(site, caller)
    return made


def _dates(site: Project, kind: str, at: datetime) -> None:
    names = {Stage.UNDER_CONSTRUCTION: "started_on", Stage.COMPLETED: "completed_on", Stage.SETTLED: "settled_on"}
    name = names.get(Stage(site.stage))
    if name and kind == ChangeKind.ADVANCE:
        setattr(site, name, timezone.localtime(at).date())
        site.save(update_fields=[name])


def _stage_clocks(site: Project, at: datetime, by: Any) -> None:
    key = site.ref
    match site.stage:
        case Stage.UNDER_CONSTRUCTION:
            clocks.stop(deadlines.WORKS_START, key, at=at, by=by)
            start_clock(deadlines.COMPLETION, site, key=key, at=at, owner=site.project_manager, due_on=site.due_on)
        case Stage.COMPLETED:
            clocks.stop(deadlines.COMPLETION, key, at=at, by=by)
        case Stage.ACCEPTED:
            clocks.stop(deadlines.PERMIT_EXPIRY, key, at=at, by=by)
            if site.passes.filter(returned_on__isnull=True, replaced_by__isnull=True).exists():
                start_clock(deadlines.PASS_RETURN, site, key=key, at=at, owner=site.project_manager)


def _after(site: Project, fact: Fact, at: datetime) -> None:
    """What a fact sets going: settlements, and the day of acceptance from which the warranty runs (LR-32)."""
    if fact == Fact.CARPENTRY_ACCEPTED:
        start_clock(deadlines.MIDTERM_SETTLEMENT, site, key=site.ref, at=at, owner=site.project_manager)
    if fact == Fact.CHECK_8_PASSED:
        start_clock(deadlines.FINAL_SETTLEMENT, site, key=site.ref, at=at, owner=site.project_manager)
        start_clock(deadlines.PAPERS_HANDED_OVER, site, key=site.ref, at=at, owner=site.project_manager)
    if fact == Fact.PAPERS_HANDED_OVER:
        clocks.stop(deadlines.PAPERS_HANDED_OVER, site.ref, at=at)
    if fact in _ACCEPTANCE and all(site.holds(other) for other in _ACCEPTANCE):
        site.accepted_on = timezone.localtime(max(site.facts[f].at for f in _ACCEPTANCE)).date()
        site.save(update_fields=["accepted_on"])


def start_clock(clock: clocks.Clock, site: Project, *, key: str, at: datetime, owner: Any, due_on: Any = None, subject: Any = None, link: str = "") -> Any:
    """Start a clock of a site; a due day means the end of that day's work, 18:00."""
    due_at = None
    if due_on is not None:
        due_at = datetime.combine(due_on, datetime.min.time(), timezone.get_current_timezone()).replace(hour=18)
    return clocks.start(
        clock, dossier=site.dossier, key=key, owner=owner, at=at, line=f"{site.customer_name} · {site.address}",
        link=link or f"/projects/{site.ref}/", subject=subject, due_at=due_at,
    )  # fmt: skip


def _running(site: Project, *, paused: bool = False) -> list[Any]:
    return list(Deadline.objects.filter(dossier=site.dossier, stopped_at__isnull=True, paused_at__isnull=not paused, clock__startswith="projects."))


def _left(site: Project, stage: str) -> str:
    """The stage that the site left for `stage`."""
    return str(site.stage_changes.filter(to_stage=stage).order_by("-seq").values_list("from_stage", flat=True)[0])


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say the reason."))
