"""What follows from facts below: signed papers clear facts, sites under construction are patrolled (decision 28).

Every verb here may run any number of times; the dates come from the fact, never from the moment of following.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Deadline, Dossier, Paper
from core.refusals import Missing, Refused
from inspections import deadlines, deadlines_order
from inspections import papers as sheets
from inspections.checks import checks
from inspections.choices import FACTS, CheckState, Verdict
from inspections.limits import Values
from inspections.models import CheckResult, Finding, Patrol, QualityCheck
from inspections.passing import needs_photo
from inspections.services import checks as of_checks
from inspections.services import defects, facts, quantities
from inspections.services.sites import keep_photos, must_inspect
from projects import services as projects
from projects.choices import Stage
from projects.models import Project, ProjectStageChange, StopWork
from projects.services.rests import Rest, follow_rests, rests_of, to_do
from projects.services.site import under_lock
from staff import posts

_DIARY = deadlines_order.DIARY.id  # a pause of the site ends it (`site_life.follow`); a declared stop holds it
_RESTING = (deadlines.PATROL.id, deadlines.RECTIFICATION.id, _DIARY)  # what stands still while work is declared stopped: nobody is there to do it
_OURS = tuple(f"inspections.{name}" for name in ("patrol", "rectification", "recheck", "signatures", "deferred_item", "diary"))


def follow(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Look at one file, or at all: returns how many things were written."""
    made = sum(_clear(check) for check in _signed(dossier))
    made += sum(_take_back(check, at) for check in _no_longer_signed(dossier))
    made += sum(_patrol(site) for site in _without_patrol_clock(dossier))
    made += sum(_follow_rests(row, at) for row in _rested(dossier, at))
    made += facts.note_facts(dossier, at=at)  # before a clock is handed on: a fact is of who was the inspector at the time
    made += sum(_hand_over(row) for row in _of_another_inspector(dossier))
    made += quantities.follow(dossier)
    return made + sum(_end(row) for row in _over(dossier))


def _of(rows: Any, dossier: Dossier | None, path: str) -> Any:
    return rows.filter(**{path: dossier}) if dossier is not None else rows


# --- a signed paper clears what its check established ----------------------------------------------------------------


def _signed(dossier: Dossier | None) -> list[QualityCheck]:
    """Signed and not told yet; a paper that is signed after its check has failed again establishes nothing (another delivery may)."""
    failed = QualityCheck.objects.filter(
        project=OuterRef("project"), code=OuterRef("code"), attempt__gt=OuterRef("attempt"), state=CheckState.FAILED
    )
    rows = QualityCheck.objects.filter(
        ~Exists(failed) | Q(code__in=[code for code, row in checks().items() if row.repeatable]), state=CheckState.PASSED, cleared_at__isnull=True,
        paper__state__in=Paper.SIGNED_STATES,
    )  # fmt: skip
    return list(_of(rows, dossier, "project__dossier").select_related("project", "paper", "inspector").order_by("pk"))


@transaction.atomic
def _clear(check: QualityCheck) -> int:
    """The paper is signed by everybody: the site may go on, from the moment of the last signature."""
    site = under_lock(check.project)
    here = (
        QualityCheck.objects.select_for_update(no_key=True, of=("self",))
        .select_related("paper", "inspector")
        .get(pk=check.pk)
    )
    paper, inspector = here.paper, here.inspector
    if here.cleared_at is not None or paper is None or not paper.is_signed:
        return 0
    moment = max(signature.at for signature in paper.signatures.all() if signature.role in paper.required_roles)
    here.cleared_at = moment
    here.save(update_fields=["cleared_at"])
    site.forget()
    for fact in FACTS[here.code]:
        projects.clear(site, fact, paper=paper, by=inspector, at=moment)
    clocks.stop(deadlines.SIGNATURES, f"{site.ref}/{here.code}/{here.attempt}", at=moment)
    return 1


def _no_longer_signed(dossier: Dossier | None) -> list[QualityCheck]:
    gone = (Paper.State.VOID, Paper.State.SUPERSEDED)
    rows = QualityCheck.objects.filter(state=CheckState.PASSED, cleared_at__isnull=False, paper__state__in=gone)
    return list(_of(rows, dossier, "project__dossier").select_related("project", "paper").order_by("pk"))


@transaction.atomic
def _take_back(check: QualityCheck, at: datetime) -> int:
    """The signed paper was voided: what it established is no longer so, until the check is signed on a new paper."""
    site = under_lock(check.project)
    paper = check.paper
    assert paper is not None
    if site.stage in (Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED):
        return 0
    here = QualityCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
    if here.cleared_at is None:
        return 0
    of_checks.take_back(
        here,
        site,
        reason=_("{ref}: {state}").format(ref=paper.ref, state=paper.get_state_display()),
        by=here.inspector,
        at=at,
    )
    here.cleared_at = None
    here.save(update_fields=["cleared_at"])
    return 1


@transaction.atomic
def reissue_paper(*, check: QualityCheck, by: Any, at: datetime) -> Paper:
    """A new paper with the same content for a passed check whose paper was voided; it is signed again by everybody."""
    site = under_lock(check.project)
    must_inspect(site, by)
    here = QualityCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=check.pk)
    old = here.paper
    if here.state != CheckState.PASSED or old is None or old.state != Paper.State.VOID:
        raise Refused(_("Only a passed check whose paper is void gets a new one."))
    here.paper = papers.issue(
        sheets.KINDS[here.row.paper], dossier=site.dossier, store=site.store, content=old.body, by=by, at=at
    )
    here.save(update_fields=["paper"])
    key = f"{site.ref}/{here.code}/{here.attempt}"
    clocks.start(
        deadlines.SIGNATURES,
        dossier=site.dossier,
        key=key,
        owner=site.inspector,
        at=at,
        line=of_checks.line_of(site),
        link=here.get_absolute_url(),
    )
    audit.record(
        site.dossier,
        "inspections.paper_reissued",
        by=by,
        at=at,
        paper=here.paper,
        check=here.code,
        attempt=here.attempt,
        void=old.ref,
    )
    return here.paper


# --- the patrol clock runs while workers are on the site -------------------------------------------------------------


def _clock_rows(dossier: Dossier | None) -> Any:
    rows = Deadline.objects.filter(clock__in=_OURS, stopped_at__isnull=True)
    site = Project.objects.filter(dossier=OuterRef("dossier"))
    return _of(rows, dossier, "dossier").select_related("dossier"), site


def _without_patrol_clock(dossier: Dossier | None) -> list[Project]:
    running = Deadline.objects.filter(clock=deadlines.PATROL.id, dossier=OuterRef("dossier"), stopped_at__isnull=True)
    rows = Project.objects.filter(~Exists(running), stage__in=defects.PATROLLED, inspector__isnull=False)
    return list(_of(rows, dossier, "dossier").order_by("pk"))


@transaction.atomic
def _patrol(project: Project) -> int:
    """Five days from the moment the crew came in, the site went on, or the last patrol; the latest of them (R040, Q50)."""
    site = under_lock(project)
    if site.stage not in defects.PATROLLED or clocks.is_open(deadlines.PATROL, site.ref):
        return 0
    began = _change(site, Q(to_stage__in=defects.PATROLLED) & ~Q(from_stage__in=defects.PATROLLED))
    last = Patrol.objects.filter(project=site).order_by("-at").values_list("at", flat=True).first()
    defects.start_patrol_clock(
        site, at=max(moment for moment in (began.at if began else None, last) if moment is not None)
    )
    return 1


def _change(site: Project, which: Q) -> ProjectStageChange | None:
    found: ProjectStageChange | None = site.stage_changes.filter(which).order_by("-seq").select_related("by").first()
    return found


def _of_another_inspector(dossier: Dossier | None) -> list[Deadline]:
    rows, site = _clock_rows(dossier)
    return list(rows.filter(Exists(site.exclude(inspector=OuterRef("owner"))), clock=deadlines.PATROL.id))


@transaction.atomic
def _hand_over(row: Deadline) -> int:
    """The site has another inspector: the patrol is theirs."""
    site = under_lock(Project.objects.get(dossier=row.dossier))
    if site.inspector is None or site.inspector_id == row.owner_id:
        return 0
    return int(clocks.hand_over(deadlines.PATROL, row.key, site.inspector) is not None)


def _rested(dossier: Dossier | None, at: datetime) -> list[Deadline]:
    """Clocks whose standing may differ from their site's: it rests and they run, it went on and they stand, or it rested unseen."""
    rows, site = _clock_rows(dossier)
    day = timezone.localtime(at).date()
    stops = StopWork.objects.filter(project__dossier=OuterRef("dossier"), from_on__lte=day)
    unseen = stops.filter(Q(until_on__isnull=True) | Q(ended_at__gte=OuterRef("started_at")) | Q(until_on__gte=OuterRef("began")))
    still = Q(paused_at__isnull=True)
    wanted: Any = still & ~Q(clock=_DIARY) & Exists(site.filter(stage=Stage.PAUSED)) | ~still & Exists(site.exclude(stage__in=(Stage.PAUSED, Stage.CANCELLED)))
    wanted |= still & Q(clock__in=_RESTING) & Exists(unseen)
    return [row for row in rows.alias(began=TruncDate("started_at")).filter(wanted).prefetch_related("pauses") if any(to_do(row, _rests(row), at=at))]


def _rests(row: Deadline) -> list[Rest]:
    """The rests of the site that count for this clock."""
    site = Project.objects.filter(dossier=row.dossier_id).values_list("pk", flat=True)
    return [rest for of_site in rests_of(site, stopped=row.clock in _RESTING).values() for rest in of_site]


@transaction.atomic
def _follow_rests(row: Deadline, at: datetime) -> int:
    """The clock stands still while its site rests, for the rest's reason; what was told late is made up for (Q50)."""
    site = under_lock(Project.objects.get(dossier=row.dossier))
    here = Deadline.objects.filter(pk=row.pk, stopped_at__isnull=True).first()
    return 0 if here is None or site.stage == Stage.CANCELLED else follow_rests(here, _rests(here), at=at)


def _over(dossier: Dossier | None) -> list[Deadline]:
    rows, site = _clock_rows(dossier)
    return list(
        rows.filter(~Exists(site.filter(stage__in=(*defects.PATROLLED, Stage.PAUSED))), clock=deadlines.PATROL.id)
    )


@transaction.atomic
def _end(row: Deadline) -> int:
    """Nobody works there any more: kept until the acceptance, cancelled with the site."""
    site = under_lock(Project.objects.get(dossier=row.dossier))
    change = _change(site, Q(from_stage__in=(*defects.PATROLLED, Stage.PAUSED)))
    if (
        site.stage in (*defects.PATROLLED, Stage.PAUSED)
        or change is None
        or not clocks.is_open(deadlines.PATROL, row.key)
    ):
        return 0
    end = clocks.cancel if site.stage == Stage.CANCELLED else clocks.stop
    end(deadlines.PATROL, row.key, at=max(change.at, row.started_at), by=change.by)
    return 1


# --- what may stay open when a check passes ---------------------------------------------------------------------------


@transaction.atomic
def record_deferred(
    *,
    check: QualityCheck,
    item: str,
    by: Any,
    at: datetime,
    verdict: str = "",
    values: Values = (),
    note: str = "",
    photos: Any = (),
) -> CheckResult:
    """Record an item that was left open when its check passed: the flood test of the old wet areas, the air tests (LR-35).

    The air is measured 7 days after completion at the earliest.  A bad result is a fault with person and day; it does not
    undo the acceptance.
    """
    site = under_lock(check.project)
    here = (
        QualityCheck.objects.select_for_update(no_key=True, of=("self",))
        .select_related("template", "project")
        .get(pk=check.pk)
    )
    must_inspect(site, by)
    row = of_checks.item_of(here, item)
    if here.state != CheckState.PASSED or not row.deferrable or here.results.filter(item=row).exists():
        raise Refused(
            _("{item} was not left open.").format(item=item),
            [Missing(_("There is nothing to record."), posts.QUALITY_INSPECTOR)],
        )
    made = of_checks.judged(here, site, row, verdict=verdict, values=values, note=note, by=by, at=at)
    made.save()
    kept = keep_photos(photos, project=site, by=by, at=at, caption=f"{row.code} {row.zh}", result=made)
    if needs_photo(row, made.verdict) and not kept:
        raise Refused(_("{item}: there is no photo.").format(item=f"{row.code} {row.title}"))
    if made.verdict == Verdict.FAIL:
        finding = Finding(
            project=site, store=site.store, quality_check=here, result=made, item_code=row.code, severity=row.severity,
            text=(made.note or row.zh)[:500], should=row.should[:200], measured=made.measured[:200], by=by, at=at,
        )  # fmt: skip
        defects.raise_all(site, [finding], source=f"{here.code} {row.code}（后补）", by=by, at=at)
    clocks.stop(deadlines.DEFERRED_ITEM, f"{site.ref}/{row.code}", at=at, by=by)
    audit.record(
        site.dossier, "inspections.deferred_recorded", by=by, at=at, check=here.code, attempt=here.attempt, item=row.code,
        verdict=made.verdict, values=made.values,
    )  # fmt: skip
    return made
