"""How a complaint goes through its six steps (R026, domain 7.2).  This file is the procedure.

Acceptance, judgement, investigation, proposals and approval, execution, evaluation: each step says what must be there first; a closed
gate is shown in exactly the words below.  Which people act is said here by post, and for the department's head and the leader in
charge by the complaint itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices import ATTEMPTS
from aftersales.choices_complaints import ComplaintStage, Part, TalkKind
from aftersales.models import Approval, Complaint, ComplaintVerdict
from aftersales.policies_complaints import JUDGES, SERVICE
from core.procedure import Lifecycle, Step, gate

LEAST_PROPOSALS = 2  # several proposals are discussed, one is chosen


@dataclass
class Standing:
    """A complaint with its records, each asked for once; of a page they are prefetched."""

    complaint: Complaint

    @property
    def ref(self) -> str:
        return self.complaint.ref

    @cached_property
    def persons(self) -> list[Any]:
        return list(self.complaint.complaintpersons.all())

    @cached_property
    def verdict(self) -> ComplaintVerdict | None:
        """The judgement of this time: one before a reopening counts no longer."""
        since = max((move.at for move in self.moves if move.from_stage == ComplaintStage.CLOSED), default=None)
        found = next(iter(self.complaint.complaintverdicts.all()), None)
        return found if found is not None and (since is None or found.at >= since) else None

    @cached_property
    def moves(self) -> list[Any]:
        return list(self.complaint.complaintmoves.all())

    @cached_property
    def investigation(self) -> Any:
        found = next(iter(self.complaint.investigations.all()), None)
        asked = max((move.at for move in self.moves if move.to_stage == ComplaintStage.INVESTIGATING), default=None)
        return found if found is not None and (asked is None or found.at >= asked) else None

    @cached_property
    def all_proposals(self) -> list[Any]:
        return list(self.complaint.proposals.all())

    @property
    def proposals(self) -> list[Any]:
        return [row for row in self.all_proposals if row.round == self.complaint.round]

    @cached_property
    def approval(self) -> Approval | None:
        return next((row for row in self.complaint.approvals.all() if row.round == self.complaint.round), None)

    @cached_property
    def talks(self) -> list[Any]:
        return list(self.complaint.talks.all())

    def said(self, kind: str) -> bool:
        return any(talk.kind == kind and talk.reached and talk.round == self.complaint.round for talk in self.talks)

    @cached_property
    def carrying(self) -> Any:
        return next((row for row in self.complaint.carryings.all() if row.round == self.complaint.round), None)

    @cached_property
    def summing_up(self) -> Any:
        found = next(iter(self.complaint.summingups.all()), None)
        since = max((move.at for move in self.moves if move.to_stage == ComplaintStage.SUMMING_UP), default=None)
        return found if found is not None and since is not None and found.at >= since else None

    @property
    def is_signed(self) -> bool:
        paper = self.complaint.solution
        return paper is not None and paper.is_signed


def _to(name: str) -> Any:
    return lambda now: reverse(f"aftersales:{name}", args=[now.ref])


@gate("S07", _("The complaint has no class yet."), who=JUDGES, paper="S07", link=_to("complaint-judgement"))
def classed(now: Standing) -> bool:
    return bool(now.complaint.kind)


@gate("R026", _("It has not been judged whether the complaint is upheld."), who=JUDGES, link=_to("complaint-judgement"))
def judged(now: Standing) -> bool:
    """Reason sufficient, demand reasonable, and the reason for the word (step 2)."""
    return now.verdict is not None


@gate("R026", _("The customer has not been told why."), who=SERVICE, link=_to("complaint-talks"))
def answered(now: Standing) -> bool:
    return now.said(TalkKind.ANSWER)


@gate("S08", _("The responsible department has not investigated the cause."), link=_to("complaint-investigation"))
def investigated(now: Standing) -> bool:
    return now.investigation is not None


@gate("S08", _("Responsible person and head of the department are not noted."), link=_to("complaint-investigation"))
def responsible_named(now: Standing) -> bool:
    """Facts that a person may take to discipline later; nothing follows by itself (LR-11)."""
    return {Part.RESPONSIBLE, Part.HEAD} <= {row.part for row in now.persons}


@gate("S09", _("Fewer than two solutions have been proposed."), paper="S09", link=_to("complaint-proposals"))
def several_proposed(now: Standing) -> bool:
    return len(now.proposals) >= LEAST_PROPOSALS


@gate("G23", _("The leader in charge has not approved a solution."), paper="S09", link=_to("complaint-approval"))
def approved(now: Standing) -> bool:
    """Nothing is carried out and nobody is promised anything before."""
    return now.approval is not None


@gate("R026", _("The customer has not been told the solution."), who=SERVICE, link=_to("complaint-talks"))
def solution_told(now: Standing) -> bool:
    return now.said(TalkKind.TOLD)


@gate(
    "G23", _("The customer has not signed the solution."), who=SERVICE, paper="S09",
    link=lambda now: reverse("paper", args=[now.complaint.solution.ref]) if now.complaint.solution else "",
)  # fmt: skip
def solution_signed(now: Standing) -> bool:
    return now.is_signed


@gate("R026", _("It is not noted what was done and what the customer said of it."), who=SERVICE, link=_to("complaint-execution"))
def carried_out(now: Standing) -> bool:
    return now.carrying is not None


@gate("R026", _("The return call has not been made."), who=SERVICE, link=_to("complaint-talks"))
def called(now: Standing) -> bool:
    """Reached, or tried three times."""
    tried = sum(1 for talk in now.talks if talk.kind == TalkKind.AFTER and talk.round == now.complaint.round)
    return now.said(TalkKind.AFTER) or tried >= ATTEMPTS


@gate("S10", _("Summary, rating and improvement are not written."), who=JUDGES, link=_to("complaint-summary"))
def summed_up(now: Standing) -> bool:
    return now.summing_up is not None


COMPLAINTS = Lifecycle(
    "complaint",
    steps=(
        Step("received", "answering", by=JUDGES, gates=(classed, judged)),
        Step("received", "investigating", by=JUDGES, gates=(classed, judged)),
        Step("answering", "closed", by=(), gates=(answered,)),
        Step("investigating", "proposing", by=(), gates=(investigated, responsible_named)),
        Step("proposing", "investigating", by=(), gates=()),
        Step("proposing", "approved", by=(), gates=(several_proposed, approved)),
        Step("approved", "executing", by=(), gates=(solution_told, solution_signed)),
        Step("approved", "proposing", by=(), gates=()),
        Step("executing", "calling", by=(), gates=(carried_out,)),
        Step("calling", "summing_up", by=(), gates=(called,)),
        Step("calling", "proposing", by=(), gates=()),
        Step("summing_up", "closed", by=(), gates=(summed_up,)),
        Step("closed", "received", by=JUDGES, gates=()),
    ),
    labels=ComplaintStage,
    line=("received", "investigating", "proposing", "approved", "executing", "calling", "summing_up", "closed"),
)
# The six steps as the handbook names them, and the stages in which each one waits.
SIX = (
    (pgettext_lazy("complaint", "Acceptance"), ()),
    (pgettext_lazy("complaint", "Judgement"), ("received",)),
    (pgettext_lazy("complaint", "Investigation"), ("investigating",)),
    (pgettext_lazy("complaint", "Solutions"), ("proposing",)),
    (pgettext_lazy("complaint", "Execution"), ("approved", "executing", "answering")),
    (pgettext_lazy("complaint", "Evaluation"), ("calling", "summing_up")),
)
