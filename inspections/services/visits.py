"""Verbs of what is counted beside checks and patrols: must-visits, exchanges, the booklet, trades, reports of progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, papers
from core.models import Paper
from core.refusals import Missing, Refused
from inspections import papers as sheets
from inspections import papers_supervision as more
from inspections import supervision
from inspections.choices import Severity
from inspections.choices_supervision import Channel
from inspections.models import (
    ClientExchange,
    Finding,
    MandatoryVisit,
    ProgressReport,
    QualityCheck,
    ServiceBook,
    TradeAcceptance,
)
from inspections.services.defects import PATROLLED, Seen, raise_all
from inspections.services.sites import must_inspect
from projects.choices import BEFORE_WORK, Stage
from projects.models import CrewAssignment, Project, SchedulePhase
from projects.services.site import under_lock
from staff import posts

DURING = (*BEFORE_WORK, *PATROLLED)  # Q50, I27: from the contract to the acceptance
AT_THE_END = (Stage.COMPLETED, Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY)


@transaction.atomic
def record_must_visit(*, project: Project, code: str, content: str, by: Any, at: datetime, customer_says: str = "") -> MandatoryVisit:
    """The site's inspector was there at one of the five acceptances (I28, R043); written down by itself, no check stands for it.

    On the day of the acceptance, or the day after: later nobody can say who was there.
    """
    site = under_lock(project)
    must_inspect(site, by)
    row = supervision.must_visits().get(code)
    if row is None:
        raise Refused(_("{code} is none of the five must-visits.").format(code=code))
    if not content.strip():
        raise Refused(_("Say what was accepted, and what you saw."))
    if MandatoryVisit.objects.filter(project=site, code=code).exists():
        raise Refused(_("The must-visit {code} is written down already.").format(code=code))
    held = QualityCheck.objects.filter(project=site, code=code, started_at__isnull=False, started_at__lte=at).order_by("-attempt").first()
    if held is None:
        raise Refused(
            _("A must-visit is made at the acceptance itself."),
            [Missing(_("{code} has not begun.").format(code=f"{code} {row.title}"), posts.QUALITY_INSPECTOR)],
        )
    over = timezone.localtime(held.concluded_at).date() if held.concluded_at else None
    if over is not None and not _still_told(held, at):
        raise Refused(_("{code} was over on {day}; a must-visit is written down on that day or the next.").format(code=code, day=over.isoformat()))
    made = MandatoryVisit.objects.create(
        project=site, store=site.store, code=code, quality_check=held, content=content.strip()[:500], customer_says=customer_says.strip()[:500],
        by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "inspections.must_visit", by=by, at=at, check=code, attempt=held.attempt, content=made.content)
    return made


def open_must_visits(project: Project, *, at: datetime) -> dict[str, bool]:
    """The must-visits whose acceptance has begun, without those that are written down: can it still be written down?"""
    made = set(MandatoryVisit.objects.filter(project=project).values_list("code", flat=True))
    held = QualityCheck.objects.filter(project=project, code__in=supervision.must_visits(), started_at__isnull=False, started_at__lte=at)
    return {check.code: _still_told(check, at) for check in held.order_by("attempt") if check.code not in made}


def _still_told(held: QualityCheck, at: datetime) -> bool:
    """On the day of the acceptance or the next; later nobody can say who was there."""
    over = timezone.localtime(held.concluded_at).date() if held.concluded_at else None
    return over is None or timezone.localtime(at).date() <= over + timedelta(days=supervision.rules().days_after)


@transaction.atomic
def record_exchange(
    *, project: Project, channel: str, content: str, by: Any, at: datetime, customer_says: str = "", on: date | None = None
) -> ClientExchange:
    """What the site's inspector and the customer said to each other (I27, R042): any number, of which one a day counts (Q51)."""
    site = under_lock(project)
    must_inspect(site, by)
    day = on or timezone.localtime(at).date()
    if site.stage not in DURING:
        raise Refused(_("Exchanges are noted from the contract to the acceptance."))
    if channel not in Channel.values:
        raise Refused(_("Say how you spoke."))
    if not content.strip():
        raise Refused(_("Say what was spoken of."))
    if day > timezone.localtime(at).date():
        raise Refused(_("An exchange is noted when it has happened."))
    told = ClientExchange.objects.filter(project=site)
    number = (told.aggregate(last=Max("number"))["last"] or 0) + 1
    made = ClientExchange.objects.create(
        project=site, store=site.store, number=number, on=day, channel=channel, content=content.strip()[:1000],
        customer_says=customer_says.strip()[:500], counts=not told.filter(on=day, counts=True).exists(), by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "inspections.exchange", by=by, at=at, number=number, on=day, content=made.content[:200], counts=made.counts)
    return made


# --- the booklet -----------------------------------------------------------------------------------------------------------


def book_sheet(site: Project, *, closed: bool) -> more.BookSheet:
    """The booklet as it stands: the five must-visits in their order, the exchanges as they came."""
    visits = {row.code: row for row in MandatoryVisit.objects.filter(project=site).select_related("by")}
    exchanges = list(ClientExchange.objects.filter(project=site).select_related("by").order_by("number"))
    rows = []
    for code, row in supervision.must_visits().items():
        made = visits.get(code)
        title = f"{code} {row.zh}"
        rows.append(
            more.VisitLine(title, made.at, made.content, made.customer_says, str(made.by)) if made else more.VisitLine(title, None, "", "", "")
        )
    return more.BookSheet(
        place=sheets.Place.of(site), inspector=str(site.inspector or ""), visits=rows,
        exchanges=[
            more.ExchangeLine(x.number, x.on, sheets.in_chinese(Channel(x.channel).label), x.content, x.customer_says, str(x.by), x.counts)
            for x in exchanges
        ],
        visited=len(visits), visits_asked=len(rows), exchanged=sum(x.counts for x in exchanges),
        exchanges_asked=supervision.rules().least_exchanges, closed=closed,
    )  # fmt: skip


def book_draft(site: Project, *, by: Any, at: datetime) -> Paper:
    """The booklet for a look or a print in between: without number, nothing is recorded."""
    return papers.unissued(more.P13, dossier=site.dossier, store=site.store, content=book_sheet(site, closed=False), by=by, at=at)


@transaction.atomic
def close_book(*, project: Project, by: Any, at: datetime) -> ServiceBook:
    """At the end of the works the booklet is frozen and signed by customer and inspector (P13); what is missing is printed as missing.

    An unsigned booklet is replaced by a new one, a signed one is not.
    """
    site = under_lock(project)
    must_inspect(site, by)
    if site.stage not in AT_THE_END:
        raise Refused(_("The booklet is closed when the works are completed."))
    last = ServiceBook.objects.filter(project=site).select_related("paper").order_by("-number").first()
    if last is not None and last.paper.is_signed:
        raise Refused(_("The booklet is signed already: {ref}.").format(ref=last.paper.ref))
    sheet = book_sheet(site, closed=True)
    old = last.paper if last is not None and last.paper.state == Paper.State.ISSUED else None
    paper = papers.issue(more.P13, dossier=site.dossier, store=site.store, content=sheet, by=by, at=at, replaces=old)
    made = ServiceBook.objects.create(
        project=site, store=site.store, number=last.number + 1 if last else 1, paper=paper, visits=sheet.visited, exchanges=sheet.exchanged, by=by, at=at
    )
    audit.record(site.dossier, "inspections.book_closed", by=by, at=at, paper=paper, visits=sheet.visited, exchanges=sheet.exchanged)
    return made


# --- trades ------------------------------------------------------------------------------------------------------------------


def trades_of(site: Project) -> list[supervision.Trade]:
    """The trades of a site by its schedule and its crews; without either, all of them (R048)."""
    named = set(SchedulePhase.objects.filter(project=site).values_list("trade", flat=True))
    for crew in CrewAssignment.objects.filter(project=site).values_list("trades", flat=True):
        named.update(crew)
    known = supervision.trades()
    return [row for row in known.values() if row.trade in named] or list(known.values())


@transaction.atomic
def accept_trade(
    *, project: Project, trade: str, passed: bool, by: Any, at: datetime, note: str = "", crew: str = "", tools: Sequence[str] = (),
    present: Sequence[str] = (), seen: Sequence[Seen] = (),
) -> TradeAcceptance:  # fmt: skip
    """Accept a trade that none of the eight checks accepts (I10, R048); who builds does not pass it (decision 7).

    Passed: the paper, signed by customer, project manager and inspector.  Not passed: each fault gets a person and a day (I14).
    """
    site = under_lock(project)
    must_inspect(site, by)
    row = supervision.trades().get(trade)
    if row is None:
        raise Refused(_("This trade is not known."))
    if row.check:
        raise Refused(_("{trade} is accepted by the check {code}.").format(trade=row.title, code=row.check))
    if site.stage not in PATROLLED:
        raise Refused(_("Trades are accepted while the works go on."))
    before = list(TradeAcceptance.objects.filter(project=site, trade=trade).order_by("attempt"))
    if any(one.passed for one in before):
        raise Refused(_("{trade} is accepted already.").format(trade=row.title))
    if not passed and not seen:
        raise Refused(_("Say what is wrong."))
    if passed and seen:
        raise Refused(_("A trade with a fault is not accepted; the faults go into rectification."))
    attempt = len(before) + 1
    said = note.strip()[:500] or ("" if passed else "；".join(s.text.strip() for s in seen)[:500])
    paper = None
    if passed:
        paper = papers.issue(
            sheets.I10, dossier=site.dossier, store=site.store, by=by, at=at, content=_trade_sheet(site, row, attempt, said, crew, tools, present, by, at)
        )
    made = TradeAcceptance.objects.create(
        project=site, store=site.store, trade=trade, attempt=attempt, passed=passed, crew=crew.strip()[:40], note=said, paper=paper, by=by, at=at
    )
    raise_seen(site, seen, source=f"{row.trade}分项验收（第 {attempt} 次）", by=by, at=at, trade_acceptance=made)
    kind = "inspections.trade_accepted" if passed else "inspections.trade_refused"
    audit.record(site.dossier, kind, by=by, at=at, paper=paper, trade=trade, attempt=attempt, note=said)
    return made


def _trade_sheet(
    site: Project, row: supervision.Trade, attempt: int, note: str, crew: str, tools: Sequence[str], present: Sequence[str], by: Any, at: datetime
) -> sheets.CheckSheet:
    people = [f"质检员 {by}", *([f"工长 {site.foreman}"] if site.foreman else []), *([f"施工队 {crew.strip()}"] if crew.strip() else []), *present]
    return sheets.CheckSheet(
        place=sheets.Place.of(site), check="", title=f"{row.trade}工程", attempt=attempt, repeated=attempt > 1, started_at=at, concluded_at=at,
        announced_at=None, notice_hours=None, short_notice=False, passed=True, conclusion=f"{row.trade}工程验收合格",
        counts=f"合格 {len(row.points)} 项",
        rows=[sheets.Row(f"{n}", text, "现场查看", sheets.SEVERITIES[Severity.GENERAL], "", "", "合格") for n, text in enumerate(row.points, 1)],
        people=people, tools=list(tools) or ["目测"], remark=note,
    )  # fmt: skip


def raise_seen(site: Project, seen: Sequence[Seen], *, source: str, by: Any, at: datetime, **of: Any) -> int:
    """Each fault of an occasion as a finding with its rectification; `of` is the occasion."""
    rows = [Finding(project=site, store=site.store, severity=s.severity, text=s.text.strip()[:500], by=by, at=at, **of) for s in seen]
    if any(not row.text for row in rows):
        raise Refused(_("Say what is wrong."))
    return len(raise_all(site, rows, source=source, by=by, at=at, pictures=[s.photos for s in seen]))


# --- reports of progress -----------------------------------------------------------------------------------------------------


@transaction.atomic
def report_progress(*, project: Project, done: str, by: Any, at: datetime, coming: str = "", trouble: str = "") -> ProgressReport:
    """The supervisor tells the head of the department in writing how the site goes on (I25)."""
    site = under_lock(project)
    if by.pk not in (site.supervisor_id, site.project_manager_id):
        raise Refused(_("The site's supervisor or project manager reports."), [Missing(_("The report is missing."), posts.SITE_SUPERVISOR)])
    if site.stage not in DURING:
        raise Refused(_("Progress is reported from the contract to the acceptance."))
    if not done.strip():
        raise Refused(_("Say what was done."))
    made = ProgressReport.objects.create(
        project=site, store=site.store, done=done.strip()[:1000], coming=coming.strip()[:1000], trouble=trouble.strip()[:1000], by=by, at=at
    )
    audit.record(site.dossier, "inspections.progress_reported", by=by, at=at, done=made.done[:200], trouble=made.trouble[:200])
    return made


@transaction.atomic
def read_progress(*, report: ProgressReport, by: Any, at: datetime) -> ProgressReport:
    """The head of the department has read it; once is enough."""
    here = ProgressReport.objects.select_for_update(no_key=True, of=("self",)).select_related("project__dossier").get(pk=report.pk)
    if here.read_at is not None:
        return here
    if here.by_id == by.pk:
        raise Refused(_("Somebody else reads the own report."))
    here.read_at, here.read_by = at, by
    here.save(update_fields=["read_at", "read_by"])
    audit.record(here.project.dossier, "inspections.progress_read", by=by, at=at)
    return here
