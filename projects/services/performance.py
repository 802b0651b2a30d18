"""How contracts are kept: the overview of one (P10) as a paper, and the closing of a month's statistics (P11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, papers, snapshots
from core.models import Paper, Snapshot
from core.refusals import Refused
from projects import content, performance
from projects.choices import Stage
from projects.models import Project
from projects.papers_contract import P10, P11, ChangeLineSaid, PaymentLine, PerformanceContent
from projects.services.site import locked
from staff.models import Store

SNAPSHOT = "projects.performance"
PEOPLE = (("客户经理", "customer_manager"), ("设计师", "designer"), ("项目经理", "project_manager"), ("工长", "foreman"))


@transaction.atomic
def issue_overview(project: Project, *, by: Any, at: datetime) -> Paper:
    """The overview of one contract as it stands today, numbered and printed; a new one replaces the old (P10)."""
    site = locked(project, at)
    last = Paper.objects.filter(dossier=site.dossier, kind=P10.id, state=Paper.State.ISSUED).select_related("dossier").order_by("-id").first()
    paper = papers.issue(P10, dossier=site.dossier, store=site.store, by=by, at=at, content=overview_content(site), replaces=last)
    audit.record(site.dossier, "projects.overview_issued", by=by, at=at, paper=paper)
    return paper


@transaction.atomic
def close_month(*, store: Any, month: date, by: Any, at: datetime) -> Snapshot:
    """The statistics of a month that is over are frozen once, and printed (P11); afterwards the page shows what was frozen."""
    row = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    period = performance.Period.month(month)
    if period.until > timezone.localtime(at).date():
        raise Refused(_("A month is closed when it is over."))
    if Snapshot.objects.filter(kind=SNAPSHOT, key=period.key, store=row).exists():
        raise Refused(_("This month is closed already."))
    with translation.override("zh-hans"):
        figures = performance.figures(period, performance.contracts_of(None).filter(store=row))
        told = performance.statistics_content(period, figures, as_of=timezone.localtime(at).date(), closed=True)
    dossier: Any = row.dossier
    paper = papers.issue(P11, dossier=dossier, store=row, by=by, at=at, content=told)
    made = snapshots.freeze(SNAPSHOT, period.key, {"paper": paper.ref, **performance.plain(figures)}, store=row, by=by, at=at)
    audit.record(dossier, "projects.month_closed", by=by, at=at, paper=paper, month=period.key)
    return made


def overview_content(site: Project) -> PerformanceContent:
    """P10 as its rows stand: dates, money, changes, supplements, and what is late."""
    contract, account, today = site.contract, site.money, site.on
    with translation.override("zh-hans"):
        lines = [
            PaymentLine(row.seq, row.name, row.due, row.paid, row.rest, row.due_on, _state(row, today))
            for row in account.instalments
        ]  # fmt: skip
        return PerformanceContent(
            place=content.place_of(site), contract=contract.paper.ref, serial=contract.blank_serial, as_of=today, signed_on=contract.signed_on,
            handed_in_on=_day(contract.handed_in_at), archived_on=_day(contract.archived_at), starts_on=site.starts_on, started_on=site.started_on,
            due_on=site.due_on, first_due_on=contract.due_on, completed_on=site.completed_on, accepted_on=site.accepted_on, settled_on=site.settled_on,
            stage=str(Stage(site.stage).label),
            people=[(label, str(getattr(site, role))) for label, role in PEOPLE if getattr(site, role)],
            total=account.contract_total, changes=account.changes_total, owed=account.owed, received=account.received, balance=account.balance,
            credit=account.credit, instalments=lines,
            change_lines=[
                ChangeLineSaid(c.seq, c.paper.ref if c.paper else "", c.wish[:60], _day(c.signed_at), c.days, c.amount or content.ZERO)
                for c in site.change_list if c.is_signed
            ],
            supplements=[(s.paper.ref, s.reason, "已生效" if s.is_signed else "待签字") for s in site.supplement_list if s.withdrawn_at is None],
            late=performance.late_of(site),
        )  # fmt: skip


def _state(row: Any, today: date) -> str:
    if row.is_paid:
        return "已付清"
    if row.is_late(today):
        return f"逾期 {(today - row.due_on).days} 天"
    return "待付" if row.is_open else "未到期"


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


__all__ = ["SNAPSHOT", "close_month", "issue_overview", "overview_content"]
