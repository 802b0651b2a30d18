"""Consultation records (L03) and the design preview (L10) with what the customer says to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.refusals import Refused
from leads import deadlines
from leads.choices import Channel, Satisfaction, Stage
from leads.choices_follow_up import CaseCause
from leads.models import Consultation, ConsultationRefusal, Lead, Proposal, ProposalCall, ProposalDecision, ProposalFile
from leads.models.lead import NEXT_WITHIN
from leads.papers import L03, L10, consultation_content, proposal_content
from leads.procedure import Standing, consultations_signed, require_open
from leads.services.appointments import book_meeting
from leads.services.care import after_contact
from leads.services.hotline import open_for_words
from leads.services.stages import locked, move, start, stop

MOST_FILES = 12


@transaction.atomic
def record_consultation(
    lead: Lead,
    *,
    demands: str,
    by: Any,
    at: datetime,
    channel: str = Channel.VISIT,
    style_advice: str = "",
    material_advice: str = "",
    rough_estimate: Decimal | None = None,
    next_meeting_at: datetime | None = None,
    book: bool = False,
) -> Consultation:
    """Record one contact of designer and customer (L03); its paper waits for the customer's signature (G1).

    The first one starts the clock of the preview (R001, R002); with every one the hotline's ten days begin anew (R003).
    `book`: the next meeting goes into the designer's calendar, too; refused when the designer is not free then.
    """
    lead = locked(lead)
    if lead.designer_id is None:
        raise Refused(_("Assign the enquiry to a designer first."))
    if not demands.strip():
        raise Refused(_("Write down what the customer asks for."))
    if next_meeting_at is not None and next_meeting_at <= at:
        raise Refused(_("The next meeting lies in the past."))
    first = lead.stage == Stage.ASSIGNED
    if first:
        move(lead, to=Stage.CONSULTING, by=by, at=at)
    if book and next_meeting_at is not None:
        book_meeting(lead, start_at=next_meeting_at, by=by, at=at)
    seq = lead.consultations.filter(revision=1).count() + 1
    made = _consultation(
        lead, seq=seq, revision=1, replaces=None, demands=demands, by=by, at=at, channel=channel, style_advice=style_advice,
        material_advice=material_advice, rough_estimate=rough_estimate, next_meeting_at=next_meeting_at,
    )  # fmt: skip
    if first:
        start(deadlines.PREVIEW, lead, owner=lead.designer, at=at)
    after_contact(lead, by=by, at=at, designs=True)
    audit.record(lead.dossier, "leads.consultation_recorded", by=by, at=at, paper=made.paper, seq=seq)
    return made


@transaction.atomic
def correct_consultation(consultation: Consultation, *, reason: str, by: Any, at: datetime, **words: Any) -> Consultation:
    """Write a record anew; the old paper is superseded and the new one waits for the signature (decision 13).

    `words`: any of demands, channel, style_advice, material_advice, rough_estimate, next_meeting_at.
    """
    lead = locked(consultation.lead)
    if not reason.strip():
        raise Refused(_("A correction needs a reason."))
    last = lead.consultations.select_related("paper").filter(seq=consultation.seq).order_by("-revision")[0]
    if last.pk != consultation.pk:
        raise Refused(_("This record has already been written anew."))
    fields = ("demands", "channel", "style_advice", "material_advice", "rough_estimate", "next_meeting_at")
    told = {name: words.get(name, getattr(last, name)) for name in fields}
    in_force = last.paper if last.paper.is_open or last.paper.is_signed else None
    made = _consultation(lead, seq=last.seq, revision=last.revision + 1, replaces=in_force, reason=reason.strip(), by=by, at=at, **told)
    audit.record(
        lead.dossier, "leads.consultation_corrected", by=by, at=at, paper=made.paper, seq=made.seq, reason=reason.strip()
    )
    return made


@transaction.atomic
def refuse_consultation(consultation: Consultation, *, reason: str, witness: Any, by: Any, at: datetime) -> ConsultationRefusal:
    """Record that the customer would not sign, before a witness; it blocks like an unsigned record (decision 24)."""
    lead = locked(consultation.lead)
    consultation.paper.refresh_from_db(fields=["state"])
    if not consultation.paper.is_open:
        raise Refused(_("This record is not waiting for a signature."))
    if not reason.strip():
        raise Refused(_("Say why the customer does not sign."))
    if witness is None or witness.pk == by.pk:
        raise Refused(_("A refusal needs a witness: somebody else who was there."))
    if ConsultationRefusal.objects.filter(consultation=consultation).exists():
        raise Refused(_("The refusal has already been recorded."))
    made = ConsultationRefusal.objects.create(
        consultation=consultation, reason=reason.strip(), witness=witness, by=by, at=at
    )
    audit.record(
        lead.dossier, "leads.consultation_refused", by=by, at=at, paper=consultation.paper, seq=consultation.seq,
        reason=made.reason, witness=str(witness),
    )  # fmt: skip
    return made


@transaction.atomic
def agree_preview_date(lead: Lead, *, due_at: datetime, by: Any, at: datetime) -> clocks.Deadline:
    """Customer and designer agree on the day of the preview (R007); the hotline rule stays as it is (Q11)."""
    lead = locked(lead)
    if due_at <= at:
        raise Refused(_("The agreed day lies in the past."))
    if due_at > at + NEXT_WITHIN:
        raise Refused(_("The day of the preview is agreed on within a year."))
    return clocks.agree(deadlines.PREVIEW, deadlines.key(lead), due_at=due_at, by=by, at=at)


@transaction.atomic
def present_proposal(
    lead: Lead, *, style: str, overall_plan: str, estimate: Decimal, by: Any, at: datetime, materials: str = "", files: Sequence[Any] = ()
) -> Proposal:
    """Present the design preview (L10), with floor plan and pictures as files; every consultation must be signed (G1).

    Stops the preview's and the hotline's clocks (R001–R003); the first one starts the call afterwards (R008).
    """
    lead = locked(lead)
    now = Standing(lead)
    if lead.stage == Stage.CONSULTING:
        move(lead, to=Stage.PROPOSAL_PRESENTED, by=by, at=at, now=now)
    elif lead.stage == Stage.PROPOSAL_PRESENTED:
        require_open((consultations_signed,), now, _("The preview cannot be presented yet."))
    else:
        raise Refused(_("A preview is presented between the first consultation and the deposit."))
    if estimate <= 0:
        raise Refused(_("The preview needs a price estimate."))
    seq = len(now.proposals) + 1
    earlier = now.proposals[-1].paper if now.proposals else None
    if len(files) > MOST_FILES:
        raise Refused(_("At most {count} files belong to one version.").format(count=MOST_FILES))
    kept = [attachments.store(file, dossier=lead.dossier, by=by, at=at, caption=_("Design preview")) for file in files]
    paper = papers.issue(
        L10, dossier=lead.dossier, store=lead.store, by=by, at=at, replaces=earlier if earlier and (earlier.is_open or earlier.is_signed) else None,
        content=proposal_content(lead, seq=seq, style=style, overall_plan=overall_plan, materials=materials, estimate=estimate, files=kept, at=at),
    )  # fmt: skip
    made = Proposal.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, style=style.strip(), overall_plan=overall_plan.strip(),
        materials=materials.strip(), estimate=estimate, paper=paper, by=by, at=at,
    )  # fmt: skip
    ProposalFile.objects.bulk_create(ProposalFile(proposal=made, attachment=file, position=n) for n, file in enumerate(kept, start=1))
    stop(lead, deadlines.PREVIEW, deadlines.HOTLINE, by=by, at=at)
    if seq == 1:
        start(deadlines.PROPOSAL_CALL, lead, owner=lead.customer_manager, at=at)
    audit.record(lead.dossier, "leads.proposal_presented", by=by, at=at, paper=paper, seq=seq, estimate=estimate)
    for file in kept:
        attachments.link(file, by=by, at=at)
    return made


@transaction.atomic
def accept_proposal(proposal: Proposal, *, by: Any, at: datetime, channel: str = Channel.VISIT, note: str = "") -> ProposalDecision:
    """The customer is content with the preview (opens G2)."""
    return _decide(proposal, accepted=True, channel=channel, note=note, by=by, at=at)


@transaction.atomic
def ask_changes(proposal: Proposal, *, note: str, by: Any, at: datetime, channel: str = Channel.VISIT) -> ProposalDecision:
    """The customer wants the preview changed; the next one is another proposal (Q20)."""
    if not note.strip():
        raise Refused(_("Say what is to be changed."))
    return _decide(proposal, accepted=False, channel=channel, note=note, by=by, at=at)


@transaction.atomic
def record_proposal_call(
    lead: Lead,
    *,
    satisfaction: str,
    by: Any,
    at: datetime,
    channel: str = Channel.PHONE,
    problems: str = "",
    resolution: str = "",
) -> ProposalCall:
    """The customer manager's call after the first preview (L11, R008); problems go to the designer, discontent to the hotline (L10)."""
    lead = locked(lead)
    if not lead.proposals.exists():
        raise Refused(_("No preview has been presented yet."))
    if satisfaction not in Satisfaction.values:
        raise Refused(_("Say how content the customer is."))
    if satisfaction == Satisfaction.DISSATISFIED and not problems.strip():
        raise Refused(_("Say what the customer is not content with."))
    made = ProposalCall.objects.create(
        lead=lead, store_id=lead.store_id, channel=channel, satisfaction=satisfaction, problems=problems.strip(),
        resolution=resolution.strip(), by=by, at=at,
    )  # fmt: skip
    stop(lead, deadlines.PROPOSAL_CALL, by=by, at=at)
    after_contact(lead, by=by, at=at)
    if satisfaction == Satisfaction.DISSATISFIED:
        open_for_words(lead, cause=CaseCause.PREVIEW, words=made.problems, by=by, at=at)
    audit.record(
        lead.dossier, "leads.proposal_call_made", by=by, at=at, satisfaction=satisfaction, problems=made.problems, resolution=made.resolution
    )
    return made


def _consultation(lead: Lead, *, seq: int, revision: int, replaces: Any, by: Any, at: datetime, reason: str = "", **told: Any) -> Consultation:
    paper = papers.issue(
        L03, dossier=lead.dossier, store=lead.store, by=by, at=at, replaces=replaces, reason=reason,
        content=consultation_content(lead, seq=seq, at=at, **told),
    )  # fmt: skip
    words = {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
    return Consultation.objects.create(
        lead=lead, store_id=lead.store_id, seq=seq, revision=revision, paper=paper, by=by, at=at, **words
    )


def _decide(proposal: Proposal, *, accepted: bool, channel: str, note: str, by: Any, at: datetime) -> ProposalDecision:
    lead = locked(proposal.lead)
    if lead.stage != Stage.PROPOSAL_PRESENTED:
        raise Refused(_("The customer decides between the preview and the deposit."))
    if lead.proposals.filter(seq__gt=proposal.seq).exists():
        raise Refused(_("There is a newer preview."))
    if proposal.paper.is_gone:
        raise Refused(_("This preview is void; present it anew."))
    if ProposalDecision.objects.filter(proposal=proposal).exists():
        raise Refused(_("What the customer said to this preview has already been noted."))
    made = ProposalDecision.objects.create(
        proposal=proposal, accepted=accepted, channel=channel, note=note.strip(), by=by, at=at
    )
    kind = "leads.proposal_accepted" if accepted else "leads.proposal_sent_back"
    audit.record(lead.dossier, kind, by=by, at=at, paper=proposal.paper, seq=proposal.seq, note=made.note)
    return made
