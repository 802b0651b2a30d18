"""Expenses of a site, proposals about its cost, and the closing of a month's costs (P40, P41)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, clocks, papers, snapshots
from core.models import Snapshot
from core.money import yuan
from core.refusals import Refused
from projects import costs
from projects.choices import Stage
from projects.choices_settling import Effect, ExpenseKind
from projects.deadlines_settling import SAVING_REVIEW
from projects.models import CostProposal, Project, SiteExpense
from projects.papers_settling import P40
from projects.performance import Period
from projects.services.site import kept, locked, need_reason
from projects.services.stages import start_clock
from staff import posts
from staff.models import Store
from staff.selectors import holder


@transaction.atomic
def record_expense(
    project: Project, *, kind: str, amount: Decimal, spent_on: date, payee: str, what: str, receipt: Any, by: Any, at: datetime
) -> SiteExpense:
    """What the site has cost, with its receipt; nothing without one."""
    site = locked(project, at)
    if site.stage == Stage.CANCELLED:
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(site.stage).label))
    if yuan(amount) <= 0:
        raise Refused(_("Say how much."))
    if not what.strip() or not payee.strip():
        raise Refused(_("Say what it was, and who got the money."))
    if receipt is None:
        raise Refused(_("Take a photo of the receipt; without one it is no cost."))
    if spent_on > site.on:
        raise Refused(_("This day lies ahead."))
    proof = kept(receipt, site, by=by, at=at, caption=_("Receipt"))
    made = SiteExpense.objects.create(
        project=site, store=site.store, kind=ExpenseKind(kind), amount=yuan(amount), spent_on=spent_on, payee=payee.strip()[:60], what=what.strip()[:200],
        receipt=proof, by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.expense_recorded", by=by, at=at, what=made.what, amount=made.amount)
    return made


@transaction.atomic
def withdraw_expense(expense: SiteExpense, *, reason: str, by: Any, at: datetime) -> SiteExpense:
    site = locked(expense.project, at)
    row = SiteExpense.objects.select_for_update(no_key=True, of=("self",)).get(pk=expense.pk)
    if row.withdrawn_at is not None:
        raise Refused(_("This is withdrawn already."))
    need_reason(reason)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    audit.record(site.dossier, "projects.expense_withdrawn", by=by, at=at, what=row.what, amount=row.amount, reason=row.withdrawn_because)
    return row


@transaction.atomic
def propose_saving(project: Project, *, text: str, effect: str, saves: Decimal, by: Any, at: datetime) -> CostProposal:
    """How the site gets cheaper, or what makes it dearer: `saves` is less than nothing then (P41)."""
    site = locked(project, at)
    if not text.strip():
        raise Refused(_("Say what is proposed."))
    made = CostProposal.objects.create(
        project=site, store=site.store, text=text.strip()[:400], effect=Effect(effect), saves=yuan(saves), by=by, at=at
    )
    start_clock(
        SAVING_REVIEW, site, key=_key(made), at=at, owner=holder(posts.ENGINEERING_MANAGER, site.store, by.pk), link=f"/projects/{site.ref}/costs/"
    )
    audit.record(site.dossier, "projects.saving_proposed", by=by, at=at, text=made.text)
    return made


@transaction.atomic
def review_saving(proposal: CostProposal, *, accepted: bool, word: str, by: Any, at: datetime) -> CostProposal:
    """The engineering manager says yes or no, with a word (000:L31); nobody reviews his own proposal."""
    site = locked(proposal.project, at)
    row = CostProposal.objects.select_for_update(no_key=True, of=("self",)).select_related("project").get(pk=proposal.pk)
    if row.reviewed_at is not None:
        raise Refused(_("This proposal is reviewed already."))
    if row.by_id == by.pk:
        raise Refused(_("Nobody reviews his own proposal."))
    if not word.strip():
        raise Refused(_("Say the reason."))
    row.accepted, row.word, row.reviewed_at, row.reviewed_by = accepted, word.strip()[:300], at, by
    row.save(update_fields=["accepted", "word", "reviewed_at", "reviewed_by"])
    clocks.stop(SAVING_REVIEW, _key(row), at=at, by=by)
    audit.record(site.dossier, "projects.saving_reviewed", by=by, at=at, text=row.text, accepted=accepted, reason=row.word)
    return row


def _key(row: CostProposal) -> str:
    return f"{row.project.ref}/saving/{row.pk}"


@transaction.atomic
def close_costs(*, store: Any, month: date, by: Any, at: datetime) -> Snapshot:
    """The costs of a month that is over are frozen once and printed (P40); later bookings change the live page alone."""
    row = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    period = Period.month(month)
    if period.until > timezone.localtime(at).date():
        raise Refused(_("A month is closed when it is over."))
    if Snapshot.objects.filter(kind=costs.SNAPSHOT, key=period.key, store=row).exists():
        raise Refused(_("This month is closed already."))
    with translation.override("zh-hans"):
        rows = list(costs.sites_of(None, period, store=row.pk).order_by("ref"))
        told = costs.cost_content(period, rows, as_of=timezone.localtime(at).date(), closed=True)
    dossier: Any = row.dossier
    paper = papers.issue(P40, dossier=dossier, store=row, by=by, at=at, content=told)
    made = snapshots.freeze(costs.SNAPSHOT, period.key, {"paper": paper.ref, **costs.plain(told)}, store=row, by=by, at=at)
    audit.record(dossier, "projects.costs_closed", by=by, at=at, paper=paper, month=period.key)
    return made


__all__ = ["close_costs", "propose_saving", "record_expense", "review_saving", "withdraw_expense"]
