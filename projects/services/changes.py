"""Additions and deductions: the customer's evidence first, then design, prices, and the customer's signature (domain 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Attachment, Notice, Paper
from core.money import yuan
from core.refusals import Missing, Refused
from projects import content, deadlines
from projects.choices import UNFINISHED, ChangeReason, Stage
from projects.models import ChangeLine, ChangeOrder, Project
from projects.papers import P25
from projects.services.site import copy_back, kept, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts

MAX_LINES = 60


@dataclass(frozen=True)
class Line:
    """A line of a change: an item of the contract's price list, or an approved price outside it; how much (negative = taken out), where."""

    item: Any
    quantity: Decimal
    room: Any = None
    note: str = ""
    off_list: Any = None

    @property
    def price(self) -> Decimal:
        price: Decimal = self.off_list.unit_price if self.off_list is not None else self.item.price
        return price

    @property
    def amount(self) -> Decimal:
        return yuan(self.quantity * self.price)


@transaction.atomic
def request_change(project: Project, *, reason: str, wish: str, evidence: Any, by: Any, at: datetime) -> ChangeOrder:
    """Take a customer's wish: first the customer's own evidence (增减见证, P24), then the designer is told (000:L205, G14).

    `evidence` is the file that was sent, or one that is kept already.
    """
    site = locked(project, at)
    refuse_unless(site, asks_in(site, reason))
    if evidence is None or (isinstance(evidence, Attachment) and evidence.dossier_id != site.dossier_id):
        raise Refused(_("A change begins with the customer's evidence."), [Missing(_("The customer's note, sketch or message is missing."), "customer", "G14")])
    if not wish.strip():
        raise Refused(_("Say what the customer wants."))
    caption = _("Evidence of a change: %(wish)s") % {"wish": wish.strip()[:60]}
    evidence = kept(evidence, site, by=by, at=at, caption=caption, voice=True)
    made = ChangeOrder.objects.create(
        project=site, store=site.store, seq=site.changes.count() + 1, reason=ChangeReason(reason), wish=wish.strip(), evidence=evidence,
        designer_told_at=at if site.designer_id else None, by=by, at=at,
    )  # fmt: skip
    if site.designer is not None:
        Notice.objects.create(
            user=site.designer, dossier=site.dossier, kind="projects.change_asked", line=f"{site.customer_name} · {made.wish}"[:300],
            link=f"/projects/{site.ref}/changes/{made.seq}/", at=at,
        )  # fmt: skip
    start_clock(
        deadlines.CHANGE_PRICING, site, key=_key(site, made), at=at, owner=site.project_manager, link=f"/projects/{site.ref}/changes/{made.seq}/"
    )
    audit.record(site.dossier, "projects.change_asked", by=by, at=at, attachment=evidence, seq=made.seq, wish=made.wish)
    copy_back(site, project)
    return made


@transaction.atomic
def answer_change(change: ChangeOrder, *, answer: str, by: Any, at: datetime) -> ChangeOrder:
    """The designer says what the change means for design and drawings."""
    site, row = _locked_change(change, at)
    _still_open(row)
    if not answer.strip():
        raise Refused(_("Say what the change means for the design."))
    row.answer, row.designer_told_at = answer.strip(), row.designer_told_at or at
    row.save(update_fields=["answer", "designer_told_at"])
    audit.record(site.dossier, "projects.change_answered", by=by, at=at, seq=row.seq, answer=row.answer)
    return row


@transaction.atomic
def issue_change(change: ChangeOrder, *, lines: Sequence[Line], days: int, by: Any, at: datetime) -> ChangeOrder:
    """Price a change from the contract's own price list and issue its paper (P25); nobody works on it before it is signed."""
    site, row = _locked_change(change, at)
    refuse_unless(site, (*UNFINISHED, Stage.ACCEPTED))
    _still_open(row)
    contract = site.contract
    gaps = []
    if row.paper_id is not None:
        raise Refused(_("This change has been issued; withdraw it and ask again to change its lines."))
    if row.designer_told_at is None:
        gaps.append(Missing(_("The designer has not been told."), posts.ENGINEERING_MANAGER, "G14"))
    if not contract.paper.is_signed:
        gaps.append(Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6"))
    outside = list(row.off_list.select_related("decided_by").order_by("id"))
    gaps += [
        Missing(_("The price outside the list is not decided: {name}.").format(name=price.name), posts.ENGINEERING_MANAGER, "LR-23")
        for price in outside
        if price.decided_at is None
    ]
    lines = [*lines, *(Line(None, price.quantity, off_list=price) for price in outside if price.approved)]
    if not lines:
        gaps.append(Missing(_("The change has no priced line."), posts.PROJECT_MANAGER, "LR-23"))
    if any(line.item is not None and line.item.price_list_id != contract.price_list_id for line in lines):
        gaps.append(Missing(_("A line is not from the price list of the contract."), posts.PROJECT_MANAGER, "LR-23"))
    if any(line.quantity == 0 for line in lines):
        gaps.append(Missing(_("A line has no quantity."), posts.PROJECT_MANAGER, "LR-23"))
    if gaps:
        raise Refused(_("The change cannot be issued yet: {count} missing.").format(count=len(gaps)), gaps)
    if len(lines) > MAX_LINES:
        raise Refused(_("A change has at most {count} lines; make two.").format(count=MAX_LINES))
    account = site.money
    amount = sum((line.amount for line in lines), Decimal(0))
    if account.owed + amount < account.received:
        raise Refused(_("The deductions are more than what is still to be paid; agree on a refund first."))
    ChangeLine.objects.bulk_create(
        ChangeLine(
            change=row, seq=i, item=line.item, off_list=line.off_list, room=line.room, quantity=line.quantity, unit_price=line.price,
            amount=line.amount, note=line.note.strip(),
        )
        for i, line in enumerate(lines, start=1)
    )  # fmt: skip
    now_due = due_on_of(site)
    paper = papers.issue(
        P25, dossier=site.dossier, store=site.store, by=by, at=at,
        content=content.change_content(row, site, lines, days=days, account=account, due_on=now_due, new_due_on=now_due + timedelta(days=days)),
    )  # fmt: skip
    row.amount, row.days, row.paper, row.issued_at, row.issued_by = yuan(amount), days, paper, at, by
    row.save(update_fields=["amount", "days", "paper", "issued_at", "issued_by"])
    audit.record(site.dossier, "projects.change_issued", by=by, at=at, paper=paper, seq=row.seq, amount=row.amount, days=days)
    return row


@transaction.atomic
def withdraw_change(change: ChangeOrder, *, reason: str, by: Any, at: datetime) -> ChangeOrder:
    """The wish is not carried out: its unsigned paper becomes void.  A signed change is undone by another change."""
    site, row = _locked_change(change, at)
    _still_open(row)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.paper is not None and row.paper.is_open:
        papers.void(row.paper, reason=reason, by=by, at=at)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    clocks.cancel(deadlines.CHANGE_PRICING, _key(site, row), at=at, by=by)
    audit.record(site.dossier, "projects.change_withdrawn", by=by, at=at, seq=row.seq, reason=row.withdrawn_because)
    return row


def asks_in(site: Project, reason: str = "") -> tuple[Stage, ...]:
    """A wish belongs to the works; after acceptance only what answers a dispute of the final settlement, or a late completion, is deducted."""
    late = reason == ChangeReason.LATE_COMPLETION or (site.stage == Stage.ACCEPTED and site.disputes.exists())
    return (*UNFINISHED, Stage.ACCEPTED) if late else UNFINISHED


def due_on_of(site: Project) -> date:
    """The contract's end, or that of the last signed supplement, moved by the days of the changes and extensions signed since."""
    moved = [row for row in site.supplement_list if row.is_signed and row.due_on is not None]
    end: date = moved[-1].due_on if moved else site.contract.due_on
    since = moved[-1].at if moved else None
    signed = [row for row in (*site.change_list, *site.extension_list) if row.is_signed]
    return end + timedelta(days=sum(row.days for row in signed if since is None or row.signed_at > since))


def _key(site: Project, change: ChangeOrder) -> str:
    return f"{site.ref}/{change.seq}"


def _locked_change(change: ChangeOrder, at: datetime) -> tuple[Project, ChangeOrder]:
    site = locked(change.project, at, named=True)
    row = ChangeOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("paper__dossier", "evidence").get(pk=change.pk)
    row.project = site
    if row.paper_id is not None:  # nobody signs it meanwhile
        row.paper = Paper.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=row.paper_id)
    return site, row


def _still_open(row: ChangeOrder) -> None:
    if row.withdrawn_at is not None:
        raise Refused(_("This change was withdrawn."))
    if row.paper is not None and row.paper.is_signed:
        raise Refused(_("This change is signed; make another one to undo it."))
