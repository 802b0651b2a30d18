"""Moving a site along the procedure, and off and on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.calendar import evening
from core.models import Deadline
from core.procedure import GATES
from core.refusals import Missing, Refused
from projects import deadlines, deadlines_bonds
from projects.choices import ChangeKind, Fact, SettlementKind, Stage
from projects.models import Clearance, ClearanceRevocation, Project, ProjectStageChange, Waiver
from projects.procedure import PAUSABLE, PROCEDURE, REOPENS
from projects.services.bonds import take_up_bonds
from projects.services.site import copy_back, locked, need_reason

_ACCEPTANCE = (Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED)
# What the site's manager and foreman never deposit: every check, and the acceptances that come with it (decision 7).
_NOT_BY_BUILDERS = frozenset(
    {
        *(fact for fact in Fact if fact.value.startswith("check_")), Fact.ORIGINAL_HOUSE_SURVEY_SIGNED, Fact.MATERIALS_ACCEPTED,
        Fact.CONCEALED_WORKS_ACCEPTED, Fact.CARPENTRY_ACCEPTED, Fact.COMPLETION_ACCEPTED,
    }
)  # fmt: skip
# Days that are set outside, by the property office, the contract, the insurer: they come, however long the site rests.
_OUTSIDE = (deadlines.PERMIT_EXPIRY.id, deadlines_bonds.BOND_DUE.id, deadlines_bonds.BOND_ENDS.id)
# The clocks that a fact sets going; they are cancelled when the fact is taken back.
_SETS_GOING = {
    Fact.CARPENTRY_ACCEPTED: (deadlines.MIDTERM_SETTLEMENT,),
    Fact.COMPLETION_ACCEPTED: (deadlines.FINAL_SETTLEMENT,),
    Fact.CHECK_8_PASSED: (deadlines.PAPERS_HANDED_OVER,),
}


@transaction.atomic
def advance(project: Project, *, to: str, by: Any, at: datetime) -> ProjectStageChange:
    """Move the site one step along the procedure, or refuse and name everything that is missing (domain 3.3)."""
    site = locked(project, at)
    if site.stage != project.stage:
        raise Refused(_("The stage has changed meanwhile. Open the page again and look."))
    PROCEDURE.require(site, site.stage, to, store=site.store_id, by=by)
    return move(site, to=to, kind=ChangeKind.ADVANCE, by=by, at=at, caller=project)


@transaction.atomic
def pause(project: Project, *, reason: str, by: Any, at: datetime) -> ProjectStageChange:
    """Hold a site with a reason; its running clocks are held with it, but for those of permit and bonds: their days do not move."""
    site = locked(project, at)
    if site.stage not in PAUSABLE:
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(site.stage).label))
    need_reason(reason)
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
    need_reason(reason)
    clocks.cancel_all(site.dossier, at=at, by=by)
    return move(site, to=Stage.CANCELLED, kind=ChangeKind.CANCEL, reason=reason, by=by, at=at, caller=project)


@transaction.atomic
def reopen(project: Project, *, reason: str, by: Any, at: datetime) -> ProjectStageChange:
    """One step back with a reason (decision 17), or a cancelled site taken up where it was left."""
    site = locked(project, at)
    need_reason(reason)
    if site.stage == Stage.CANCELLED:
        target = _left(site, Stage.CANCELLED)
        _take_up(site, hold=target == Stage.PAUSED, reason=reason, by=by, at=at)
    elif site.stage in REOPENS:
        target = REOPENS[Stage(site.stage)]
    else:
        raise Refused(_("There is no step back from “{stage}”.").format(stage=Stage(site.stage).label))
    return move(site, to=target, kind=ChangeKind.REOPEN, reason=reason, by=by, at=at, caller=project)


@transaction.atomic
def clear(project: Project, fact: Fact | str, *, paper: Any = None, by: Any, at: datetime) -> Clearance:
    """Deposit a fact that another desk established; said twice, it stands once.

    Who builds does not pass the check (LR-65): what a check establishes is never deposited by the site's manager or foreman.
    """
    fact = Fact(fact)
    site = locked(project, at)
    if fact in site.facts:
        return site.facts[fact]
    if fact in _NOT_BY_BUILDERS and by.pk in (site.project_manager_id, site.foreman_id):
        raise Refused(_("Who builds does not pass the check."))
    if paper is not None and paper.dossier_id != site.dossier_id:
        raise Refused(_("This paper belongs to another file."))
    made = Clearance.objects.create(project=site, store=site.store, fact=fact, paper=paper, by=by, at=at)
    site.forget()
    _after(site, fact, at, by)
    audit.record(site.dossier, "projects.fact_cleared", by=by, at=at, paper=paper, fact=fact.value)
    copy_back(site, project)
    return made


@transaction.atomic
def revoke(project: Project, fact: Fact | str, *, reason: str, by: Any, at: datetime) -> ClearanceRevocation | None:
    """A fact is no longer so; None when it was not established.  An accepted site is reopened first."""
    fact = Fact(fact)
    site = locked(project, at)
    need_reason(reason)
    if fact not in site.facts:
        return None
    if fact in _ACCEPTANCE and site.stage in (Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED):
        raise Refused(_("The site is accepted; reopen it first."))
    made = ClearanceRevocation.objects.create(clearance=site.facts[fact], reason=reason.strip(), by=by, at=at)
    if fact in _ACCEPTANCE and site.accepted_on is not None:
        site.accepted_on = None
        site.save(update_fields=["accepted_on"])
    for clock in _SETS_GOING.get(fact, ()):
        clocks.cancel(clock, site.ref, at=at, by=by)
    audit.record(site.dossier, "projects.fact_revoked", by=by, at=at, fact=fact.value, reason=reason.strip())
    copy_back(site, project)
    return made


@transaction.atomic
def waive(project: Project, *, gate: str, reason: str, by: Any, at: datetime) -> Waiver:
    """Let a gate pass without its fact, with a reason; only what the procedure lets this person waive (decision 8)."""
    site = locked(project, at)
    need_reason(reason)
    rule = GATES.get(gate)
    if rule is None or not rule.waivable_by:
        raise Refused(_("Nobody waives this: signatures, money and permits are never waived."))
    if not set(rule.waivable_by) & by.posts_for(site.store_id):
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
    _dates(site, kind, made.from_stage, at)
    _stage_clocks(site, kind, at, by)
    audit.record(site.dossier, f"projects.stage_{kind}", by=by, at=at, source=made.from_stage, target=made.to_stage, reason=made.reason)
    if caller is not None:
        copy_back(site, caller)
    return made


def _dates(site: Project, kind: str, source: str, at: datetime) -> None:
    """The day on which a stage was reached; a stage that is opened again was not reached."""
    names = {Stage.UNDER_CONSTRUCTION: "started_on", Stage.COMPLETED: "completed_on", Stage.SETTLED: "settled_on"}
    name = names.get(Stage(site.stage if kind == ChangeKind.ADVANCE else source))
    if name and kind in (ChangeKind.ADVANCE, ChangeKind.REOPEN):
        setattr(site, name, timezone.localtime(at).date() if kind == ChangeKind.ADVANCE else None)
        site.save(update_fields=[name])


def _stage_clocks(site: Project, kind: str, at: datetime, by: Any) -> None:
    key = site.ref
    match site.stage:
        case Stage.UNDER_CONSTRUCTION | Stage.MIDTERM_ACCEPTED:
            clocks.stop(deadlines.WORKS_START, key, at=at, by=by)
            start_clock(deadlines.COMPLETION, site, key=key, at=at, owner=site.project_manager, due_on=site.due_on)
        case Stage.COMPLETED:
            clocks.stop(deadlines.COMPLETION, key, at=at, by=by)
            if kind == ChangeKind.REOPEN:
                clocks.cancel(deadlines.PASS_RETURN, key, at=at, by=by)
                _permit_clock(site, at)
        case Stage.ACCEPTED:
            clocks.stop(deadlines.PERMIT_EXPIRY, key, at=at, by=by)
            if site.passes.filter(returned_on__isnull=True, replaced_by__isnull=True).exists():
                start_clock(deadlines.PASS_RETURN, site, key=key, at=at, owner=site.project_manager)


def _permit_clock(site: Project, at: datetime) -> None:
    """The permit in force ends on its last day, however long the site stood still."""
    if site.permit_in_force is not None:
        start_clock(deadlines.PERMIT_EXPIRY, site, key=site.ref, at=at, owner=site.project_manager, due_on=site.permit_in_force.valid_until)


def _take_up(site: Project, *, hold: bool, reason: str, by: Any, at: datetime) -> None:
    """What was cancelled with the site and is not settled since runs again, the faults' and papers' too, moved by the time it stood; held if it was held."""
    ended = site.stage_changes.filter(to_stage=Stage.CANCELLED).order_by("-seq").values_list("at", flat=True)[0]
    for row in clocks.left(site.dossier, at=ended, without=_OUTSIDE).select_related("owner").prefetch_related("pauses"):
        since = max((p.from_at for p in row.pauses.all() if p.until_at == ended), default=ended)
        clock = clocks.CLOCKS[row.clock]
        clocks.start(
            clock, dossier=site.dossier, key=row.key, owner=row.owner, at=at, line=row.line, link=row.link, due_at=row.due_at + (at - since)
        )
        if hold:
            clocks.pause(clock, row.key, at=at, reason=reason, by=by)
    _permit_clock(site, at)
    take_up_bonds(site, at=at)


def _after(site: Project, fact: Fact, at: datetime, by: Any) -> None:
    """What a fact sets going: settlements, and the day of acceptance from which the warranty runs (LR-32)."""
    settled = {Fact.CARPENTRY_ACCEPTED: SettlementKind.MIDTERM, Fact.COMPLETION_ACCEPTED: SettlementKind.FINAL}
    if not (fact in settled and site.settled(settled[fact])):
        for clock in _SETS_GOING.get(fact, ()):
            start_clock(clock, site, key=site.ref, at=at, owner=site.project_manager)
    if fact == Fact.PAPERS_HANDED_OVER:
        clocks.stop(deadlines.PAPERS_HANDED_OVER, site.ref, at=at, by=by)
    if fact in _ACCEPTANCE and all(site.holds(other) for other in _ACCEPTANCE):
        site.accepted_on = timezone.localtime(max(site.facts[f].at for f in _ACCEPTANCE)).date()
        site.save(update_fields=["accepted_on"])


def start_clock(
    clock: clocks.Clock, site: Project, *, key: str, at: datetime, owner: Any, due_on: Any = None, subject: Any = None, link: str = "", about: str = ""
) -> None:  # fmt: skip
    """Start a clock of a site; a due day means the end of that day's work, 18:00.  `about` says which of several it is."""
    clocks.start(
        clock, dossier=site.dossier, key=key, owner=owner, at=at, line=" · ".join(filter(None, (about, site.customer_name, site.address))),
        link=link or f"/projects/{site.ref}/", subject=subject, due_at=evening(due_on) if due_on is not None else None,
    )  # fmt: skip


def _running(site: Project, *, paused: bool = False) -> list[Any]:
    rows = Deadline.objects.filter(dossier=site.dossier, stopped_at__isnull=True, paused_at__isnull=not paused, clock__startswith="projects.")
    return list(rows.exclude(clock__in=_OUTSIDE))


def _left(site: Project, stage: str) -> str:
    """The stage that the site left for `stage`; taken up again after a cancellation, a paused site is still paused from there."""
    return str(site.stage_changes.filter(to_stage=stage).exclude(from_stage=Stage.CANCELLED).order_by("-seq").values_list("from_stage", flat=True)[0])
