"""The enquiry's way along its stages: the one place that writes stage changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks
from core.refusals import Refused
from leads import deadlines
from leads.choices import Stage
from leads.deadlines_money import PROMISE
from leads.models import DepositRefund, Lead, LeadStageChange, Quotation
from leads.procedure import PROCEDURE, Standing, not_alive

# What was said to the customer is owed whether the enquiry becomes a site or not.
LASTING = (PROMISE.id, deadlines.APPOINTMENT.id, deadlines.HOTLINE_CASE.id, deadlines.HOTLINE_DECISION.id)


def locked(lead: Lead, *, closed: bool = False) -> Lead:
    """The enquiry, its row locked first of all; refused when it is over (unless `closed` enquiries are meant)."""
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "dossier", "home", "customer", "store", "designer", "customer_manager"
    )
    # Who waited for a merge of two customers comes back without a row: the join was made with the customer of before.
    row = rows.filter(pk=lead.pk).first() or rows.get(pk=lead.pk)
    if row.withdrawn_at is not None or not (closed or row.is_open):
        raise not_alive(row)
    return row


def move(
    lead: Lead,
    *,
    to: str,
    by: Any,
    at: datetime,
    now: Standing | None = None,
    lost_reason: str = "",
    reason: str = "",
    actor: Any = None,
) -> LeadStageChange:
    """One step along the procedure, refused with everything that is missing.  The enquiry's row must be locked.

    Without `by` the step is not asked whose it is (somebody takes an enquiry from the pool); `actor` is then who does it.
    """
    step = PROCEDURE.require(now or Standing(lead), lead.stage, to, store=lead.store_id, by=by)
    made = LeadStageChange.objects.create(
        lead=lead, seq=lead.stage_changes.count() + 1, from_stage=step.source, to_stage=step.target,
        lost_reason=lost_reason, reason=reason, by=by or actor, at=at,
    )  # fmt: skip
    lead.stage = step.target
    return made


def step_back(lead: Lead, *, reason: str, by: Any, at: datetime) -> LeadStageChange | None:
    """The one way back (LR-55): without its deposit an enquiry stands where the preview was accepted.  The enquiry's row must be locked."""
    if lead.stage not in (Stage.DEPOSIT_PAID, Stage.QUOTED):
        return None
    made = LeadStageChange.objects.create(
        lead=lead, seq=lead.stage_changes.count() + 1, from_stage=lead.stage, to_stage=Stage.PROPOSAL_PRESENTED, reason=reason[:400], by=by, at=at
    )
    lead.stage = Stage.PROPOSAL_PRESENTED
    return made


@transaction.atomic
def win(lead: Lead, *, quotation: Quotation, by: Any, at: datetime) -> LeadStageChange:
    """The enquiry becomes a contract; called by the floor above with the quotation that the customer accepted."""
    lead = locked(lead)
    now = Standing(lead)
    if now.quotation is None or now.quotation.pk != quotation.pk:
        raise Refused(_("This is not the last quotation of the enquiry."))
    if DepositRefund.objects.filter(deposit__lead=lead, paid_at__isnull=True, refused_at__isnull=True).exists():
        raise Refused(_("The deposit is being given back: decide on that first."))
    made = move(lead, to=Stage.CONTRACTED, by=by, at=at, now=now)
    clocks.cancel_all(lead.dossier, at=at, by=by, keep=LASTING)
    audit.record(lead.dossier, "leads.lead_won", by=by, at=at, quotation=quotation.version, total=quotation.total)
    return made


def start(clock: clocks.Clock, lead: Lead, *, owner: Any, at: datetime, due_at: datetime | None = None, agreed: bool = False) -> None:
    """Start a clock of the enquiry; its line says whose home it is about."""
    clocks.start(
        clock, dossier=lead.dossier, key=deadlines.key(lead), owner=owner, at=at, subject=lead, due_at=due_at, agreed=agreed,
        line=lead.line, link=lead.get_absolute_url(),
    )  # fmt: skip


def stop(lead: Lead, *which: clocks.Clock, by: Any, at: datetime) -> None:
    for clock in which:
        clocks.stop(clock, deadlines.key(lead), at=at, by=by)


def restart(lead: Lead, *, at: datetime) -> None:
    """The promise that the stage is waiting for."""
    if lead.designer_id is None:
        start(deadlines.ASSIGNMENT, lead, owner=lead.customer_manager, at=at)
    elif lead.stage == Stage.ASSIGNED:
        start(deadlines.FIRST_CONTACT, lead, owner=lead.designer, at=at)
    elif lead.stage == Stage.CONSULTING:
        start(deadlines.PREVIEW, lead, owner=lead.designer, at=at)
        start(deadlines.HOTLINE, lead, owner=lead.designer, at=at)
    elif lead.stage == Stage.DEPOSIT_PAID and not lead.schemes.exists():
        start(deadlines.SCHEME, lead, owner=lead.designer, at=at)
