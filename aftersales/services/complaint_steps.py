"""A complaint is investigated, a solution is proposed, approved, signed, carried out and summed up (R026, G23, steps 3 to 6 of domain 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales import deadlines_complaints as deadlines
from aftersales import papers_complaints as sheets
from aftersales.choices_complaints import ComplaintStage, Decision, Part, TalkKind
from aftersales.choices_repairs import Trade
from aftersales.complaint_terms import spans
from aftersales.models import (
    Approval,
    Carrying,
    CheckProposal,
    Complaint,
    ComplaintPerson,
    Investigation,
    Proposal,
    Reading,
    SummingUp,
    Talk,
)
from aftersales.procedure_complaints import COMPLAINTS, LEAST_PROPOSALS, Standing
from aftersales.services.complaints import (
    about_of,
    first_of,
    locked_complaint,
    move,
    needs,
    place_of,
    propose_anew,
    start_clock,
    step_due,
)
from core import audit, clocks, papers
from core.models import Dossier, Paper
from core.refusals import Missing, Refused
from staff import posts

# --- step 3 ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def investigate_complaint(
    complaint: Complaint,
    *,
    found: str,
    cause: str,
    by: Any,
    at: datetime,
    trade: str = "",
    responsible: Any = None,
    outside: str = "",
    rule: str = "",
) -> Investigation:
    """Step 3 (S08): cause, trade, and who is responsible – a colleague or a firm from outside – beside the head of the department.

    These are facts with their rule; nothing follows from them by itself (LR-11).  Nobody finds himself responsible: he hands it over first.
    """
    here = locked_complaint(complaint, ComplaintStage.INVESTIGATING, by=by)
    if by.pk not in (here.investigator_id, here.officer_id):
        raise Refused(_("This complaint is investigated by {name}.").format(name=here.investigator))
    needs(found, _("Write down what was found."))
    needs(cause, _("Write down the cause."))
    if (responsible is None) == (not outside.strip()):
        raise Refused(_("Name one who is responsible: a colleague, or a firm from outside."))
    if trade and trade not in Trade.values:
        raise Refused(_("Say in whose trade the cause lies."))
    if responsible is not None and responsible.pk in (here.officer_id, here.investigator_id, here.leader_id):
        raise Refused(_("{name} has it in hand; hand it to somebody else first.").format(name=responsible))
    made = Investigation.objects.create(
        complaint=here, store=here.store, seq=here.investigations.count() + 1, found=found.strip()[:1000], cause=cause.strip()[:600], trade=trade,
        by=by, at=at,
    )  # fmt: skip
    facts = {"store": here.store, "department": here.department, "rule": rule.strip()[:200], "by": by, "at": at}
    if responsible is not None:
        ComplaintPerson.objects.get_or_create(complaint=here, person=responsible, part=Part.RESPONSIBLE, defaults=facts)
    elif not here.complaintpersons.filter(outside=outside.strip()[:60]).exists():
        ComplaintPerson.objects.create(complaint=here, person=None, outside=outside.strip()[:60], part=Part.RESPONSIBLE, **facts)
    here.trade = trade
    here.save(update_fields=["trade"])
    move(here, ComplaintStage.PROPOSING, by=by, at=at)
    clocks.stop(deadlines.INVESTIGATE, here.ref, at=at, by=by)
    start_clock(here, deadlines.APPROVE, owner=here.leader, at=at, due_at=step_due(here, spans().approve_days, at))
    audit.record(here.dossier, "aftersales.complaint_investigated", by=by, at=at, ref=here.ref, trade=trade)
    return made


# --- step 4 ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_solution(complaint: Complaint, *, says: str, days: int, by: Any, at: datetime, amends: Decimal | None = None) -> Proposal:
    """Step 4 (S09): one of several solutions; amends in money are preferred where they settle it."""
    here = locked_complaint(complaint, ComplaintStage.PROPOSING, by=by)
    needs(says, _("Write down the solution."))
    if by.pk == here.leader_id:
        raise Refused(_("The leader in charge approves a solution and proposes none."))
    if days < 1 or (amends is not None and amends <= 0):
        raise Refused(_("Say within how many days, and amends above zero if any."))
    made = Proposal.objects.create(
        complaint=here, store=here.store, round=here.round, seq=here.proposals.filter(round=here.round).count() + 1, says=says.strip()[:800],
        amends=amends, days=days, by=by, at=at,
    )  # fmt: skip
    audit.record(here.dossier, "aftersales.complaint_proposed", by=by, at=at, ref=here.ref, seq=made.seq)
    return made


@transaction.atomic
def approve_solution(proposal: Proposal, *, read: Iterable[int], instruction: str, by: Any, at: datetime) -> Approval:
    """The leader in charge has read each proposal and approves exactly one with his instruction (G23); the customer's paper (S09) is issued.

    Before this nothing is carried out and nobody is promised anything.
    """
    here = locked_complaint(proposal.complaint, ComplaintStage.PROPOSING, by=by)
    now = Standing(here)
    if by.pk != here.leader_id:
        gap = Missing(_("The leader in charge is {name}.").format(name=here.leader), "", "G23")
        raise Refused(_("A solution is approved by the leader in charge, who has no part in the complaint."), [gap])
    chosen = next((row for row in now.proposals if row.pk == proposal.pk), None)
    if chosen is None:
        raise Refused(_("Only a proposal of the round that stands can be approved."))
    gaps = []
    if len(now.proposals) < LEAST_PROPOSALS:
        gaps.append(Missing(_("Fewer than two solutions have been proposed."), "", "S09"))
    seen = {int(pk) for pk in read}
    gaps += [Missing(_("Proposal {number} has not been read.").format(number=row.seq), "", "G23") for row in now.proposals if row.pk not in seen]
    if not instruction.strip():
        gaps.append(Missing(_("The instruction of the leader in charge."), "", "G23"))
    if gaps:
        raise Refused(_("The solution cannot be approved yet."), gaps)
    had = set(Reading.objects.filter(complaint=here, by=by).values_list("proposal_id", flat=True))
    for row in now.proposals:
        if row.pk not in had:
            Reading.objects.create(complaint=here, store=here.store, proposal=row, by=by, at=at)
    paper = papers.issue(
        sheets.S09, dossier=here.dossier, store=here.store, content=_solution_sheet(here, now, chosen, instruction.strip(), by, at), by=by, at=at
    )
    made = Approval.objects.create(
        complaint=here, store=here.store, round=here.round, proposal=chosen, paper=paper, instruction=instruction.strip()[:600], by=by, at=at
    )
    here.solution = paper
    here.save(update_fields=["solution"])
    move(here, ComplaintStage.APPROVED, by=by, at=at)
    clocks.stop(deadlines.APPROVE, here.ref, at=at, by=by)
    start_clock(here, deadlines.HANDLE, owner=here.officer, at=at, due_at=step_due(here, spans().handle_days, at))
    audit.record(here.dossier, "aftersales.complaint_approved", by=by, at=at, ref=here.ref, seq=chosen.seq, paper=paper)
    return made


def _solution_sheet(here: Complaint, now: Standing, chosen: Proposal, instruction: str, by: Any, at: datetime) -> sheets.SolutionSheet:
    cause = here.investigations.first()
    people = {row.pk: row for row in here.proposals.filter(round=here.round).select_related("by")}
    return sheets.SolutionSheet(
        place=place_of(here), complainant=here.complainant, text=here.text, cause=cause.cause if cause else "",
        department=here.department.title if here.department else "", leader=by.full_name, instruction=instruction[:600], approved_at=at,
        proposals=[
            sheets.Proposed(
                row.seq, row.says, f"{row.amends:.2f}" if row.amends else "", row.days, people[row.pk].by.full_name, row.pk == chosen.pk
            )
            for row in now.proposals
        ],
    )  # fmt: skip


@transaction.atomic
def look_again(complaint: Complaint, *, reason: str, by: Any, at: datetime) -> Complaint:
    """The leader in charge wants it investigated once more, and says why."""
    here = locked_complaint(complaint, ComplaintStage.PROPOSING, by=by)
    if by.pk != here.leader_id:
        raise Refused(_("A solution is approved by the leader in charge, who has no part in the complaint."))
    needs(reason, _("Say what is to be looked into once more."))
    move(here, ComplaintStage.INVESTIGATING, by=by, at=at, reason=reason)
    here.round += 1
    here.save(update_fields=["round"])
    clocks.cancel(deadlines.APPROVE, here.ref, at=at, by=by)
    start_clock(here, deadlines.INVESTIGATE, owner=here.investigator, at=at, due_at=step_due(here, spans().investigate_days, at))
    audit.record(here.dossier, "aftersales.complaint_sent_back", by=by, at=at, ref=here.ref, reason=reason.strip()[:300])
    return here


# --- step 5 ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def note_refusal(complaint: Complaint, *, reason: str, by: Any, at: datetime) -> Complaint:
    """The customer does not sign: the leader in charge is told, another solution is proposed (Q102).  Nobody signs instead of the customer."""
    here = locked_complaint(complaint, ComplaintStage.APPROVED, by=by)
    needs(reason, _("Write down why the customer does not sign."))
    if here.solution is not None:
        if here.solution.is_signed:
            raise Refused(_("The customer has signed the solution."))
        if here.solution.state != Paper.State.VOID:
            papers.void(here.solution, reason=f"客户没有签字：{reason.strip()}", by=by, at=at)
    clocks.cancel(deadlines.HANDLE, here.ref, at=at, by=by)
    propose_anew(here, reason=reason, by=by, at=at)
    audit.record(here.dossier, "aftersales.complaint_not_signed", by=by, at=at, ref=here.ref, reason=reason.strip()[:300])
    return here


def follow_complaints(dossier: Dossier | None = None, *, at: datetime) -> int:
    """A signed solution that the customer was told is to be carried out; the date is that of the signature or the talk (decision 28)."""
    told = Talk.objects.filter(complaint=OuterRef("pk"), round=OuterRef("round"), kind=TalkKind.TOLD, reached=True)
    rows = Complaint.objects.filter(Exists(told), stage=ComplaintStage.APPROVED, solution__state__in=Paper.SIGNED_STATES)
    rows = rows.filter(dossier=dossier) if dossier is not None else rows
    return sum(_signed(row) for row in rows.order_by("pk"))


@transaction.atomic
def _signed(complaint: Complaint) -> int:
    here = locked_complaint(complaint)
    if here.stage != ComplaintStage.APPROVED or here.solution is None or COMPLAINTS.missing(
        now := Standing(here), COMPLAINTS.step(ComplaintStage.APPROVED, ComplaintStage.EXECUTING)
    ):
        return 0
    hand = here.solution.signatures.get(role="customer")
    by = hand.present or here.officer
    told = max(talk.at for talk in now.talks if talk.kind == TalkKind.TOLD and talk.reached)
    move(here, ComplaintStage.EXECUTING, by=here.officer if by.pk in about_of(here) else by, at=max(hand.at, told), ask=False)
    audit.record(here.dossier, "aftersales.complaint_signed", by=None, at=hand.at, ref=here.ref)
    return 1


@transaction.atomic
def carry_out(complaint: Complaint, *, done: str, feedback: str, by: Any, at: datetime) -> Carrying:
    """Step 5: what was done of the approved and signed solution, and what the customer said of it at once.  Then the return call is due."""
    here = locked_complaint(complaint, by=by)
    if here.stage != ComplaintStage.EXECUTING:
        gaps = []
        now = Standing(here)
        if here.stage in (ComplaintStage.RECEIVED, ComplaintStage.INVESTIGATING, ComplaintStage.PROPOSING):
            gaps = [Missing(_("The leader in charge has not approved a solution."), "", "G23")]
        elif here.stage == ComplaintStage.APPROVED:
            gaps = list(COMPLAINTS.missing(now, COMPLAINTS.step(ComplaintStage.APPROVED, ComplaintStage.EXECUTING)))
        raise Refused(_("Nothing is carried out before the solution is approved and signed."), gaps)
    needs(done, _("Write down what was done."))
    needs(feedback, _("Write down what the customer said of it."))
    made = Carrying.objects.create(
        complaint=here, store=here.store, round=here.round, done=done.strip()[:800], feedback=feedback.strip()[:600], by=by, at=at
    )
    here.ended_at = at
    here.save(update_fields=["ended_at"])
    move(here, ComplaintStage.CALLING, by=by, at=at)
    for clock in (deadlines.HANDLE, deadlines.LEGAL):
        clocks.stop(clock, here.ref, at=at, by=by)
    start_clock(here, deadlines.CALL, owner=here.officer, at=at, due_at=at + timedelta(days=spans().call_days))
    audit.record(here.dossier, "aftersales.complaint_carried", by=by, at=at, ref=here.ref)
    return made


# --- step 6 ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def sum_up(complaint: Complaint, *, summary: str, rating: int, measure: str, by: Any, at: datetime) -> SummingUp:
    """Step 6: the process summed up and rated from 1 to 5, and what is improved; the complaint is closed."""
    here = locked_complaint(complaint, ComplaintStage.SUMMING_UP, by=by)
    needs(summary, _("Write down how it went."))
    needs(measure, _("Write down what is improved."))
    if rating not in range(1, 6):
        raise Refused(_("The handling is rated from 1 to 5."))
    made = SummingUp.objects.create(
        complaint=here, store=here.store, seq=here.summingups.count() + 1, summary=summary.strip()[:800], rating=rating, measure=measure.strip()[:600],
        by=by, at=at,
    )  # fmt: skip
    move(here, ComplaintStage.CLOSED, by=by, at=at)
    clocks.stop(deadlines.SUM_UP, here.ref, at=at, by=by)
    audit.record(here.dossier, "aftersales.complaint_closed", by=by, at=at, ref=here.ref, rating=rating)
    return made


# --- a cause becomes a check item -------------------------------------------------------------------------------------------


@transaction.atomic
def propose_check_item(complaint: Complaint, *, check: str, text: str, method: str, by: Any, at: datetime, main: bool = False) -> CheckProposal:
    """What a check should have found: a new item for one of the eight checks; the engineering manager decides."""
    here = locked_complaint(complaint, by=by)
    if not here.investigations.exists():
        raise Refused(_("The responsible department has not investigated the cause."))
    if check not in {f"C{number}" for number in range(1, 9)}:
        raise Refused(_("Say to which check the item belongs."))
    needs(text, _("Write down what is to be checked."))
    needs(method, _("Write down how it is checked."))
    made = CheckProposal.objects.create(
        complaint=here, store=here.store, check_code=check, text=text.strip()[:120], method=method.strip()[:160], main=main, by=by, at=at
    )
    clocks.start(
        deadlines.CHECK_ITEM, dossier=here.dossier, key=str(made.pk), at=at, line=made.text, link=reverse("check-items"),
        owner=first_of((posts.ENGINEERING_MANAGER,), here.store, about_of(here)),
    )  # fmt: skip
    audit.record(here.dossier, "aftersales.complaint_check_item", by=by, at=at, ref=here.ref, check=check)
    return made


@transaction.atomic
def decide_check_item(proposal: CheckProposal, *, adopt: bool, by: Any, at: datetime, reason: str = "", item_code: str = "") -> CheckProposal:
    """Adopted – then it stands in the catalogue under `item_code` – or declined with the reason.  Decided once."""
    complaint = locked_complaint(proposal.complaint, by=by)
    here = CheckProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if here.decision != Decision.OPEN:
        raise Refused(_("This check item has been decided."))
    if not adopt:
        needs(reason, _("Say why the item is declined."))
    here.decision = Decision.ADOPTED if adopt else Decision.DECLINED
    here.reason, here.item_code, here.decided_by, here.decided_at = reason.strip()[:300], item_code if adopt else "", by, at
    here.save(update_fields=["decision", "reason", "item_code", "decided_by", "decided_at"])
    clocks.stop(deadlines.CHECK_ITEM, str(here.pk), at=at, by=by)
    audit.record(
        complaint.dossier, "aftersales.complaint_check_item_decided", by=by, at=at, ref=complaint.ref, adopted=adopt, item=here.item_code
    )
    return here


__all__ = [
    "approve_solution", "carry_out", "decide_check_item", "follow_complaints", "investigate_complaint", "look_again", "note_refusal",
    "propose_check_item", "propose_solution", "sum_up",
]  # fmt: skip
