"""How an enquiry moves from registration to contract.  This file is the procedure (domain 3.2, 3.3; decision 31).

A gate looks at a `Standing`: the facts of one enquiry, each read once.  A closed gate is shown in exactly these words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import Paper
from core.procedure import Gate, Lifecycle, Step, gate
from core.refusals import Missing, Refused
from leads.choices import LINE, DrawingKind, QuotationState, Stage
from leads.models import (
    Consultation,
    Deposit,
    DepositRefund,
    Drawing,
    Lead,
    OrderAgreement,
    Proposal,
    Quotation,
    SiteSurvey,
)
from staff import posts

DESIGNERS = (posts.DESIGNER, posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER)
SELLERS = (posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.STORE_MANAGER, posts.DESIGN_MANAGER)
TAKERS = (posts.CUSTOMER_MANAGER, posts.ACCOUNTANT, posts.CASHIER, posts.FINANCE_SUPERVISOR)


class Standing:
    """What is known of one enquiry at this moment; every part is one question to the database, asked when needed."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead

    @cached_property
    def consultations(self) -> list[Consultation]:
        """The record in force of every contact: its last revision."""
        rows = self.lead.consultations.select_related("paper", "refusal", "by").order_by("seq", "revision")
        return list({row.seq: row for row in rows}.values())

    @cached_property
    def proposals(self) -> list[Proposal]:
        return list(self.lead.proposals.select_related("paper", "decision", "by").order_by("seq"))

    @cached_property
    def agreements(self) -> list[Any]:
        given_back = Exists(DepositRefund.objects.filter(deposit__agreement=OuterRef("pk"), paid_at__isnull=False))
        return list(self.lead.agreements.select_related("paper", "by").annotate(given_back=given_back).order_by("id"))

    @property
    def agreement(self) -> OrderAgreement | None:
        """The order agreement in force: the last one that is neither void nor superseded, and whose deposit was not given back."""
        return next((a for a in reversed(self.agreements) if (a.paper.is_open or a.paper.is_signed) and not a.given_back), None)

    @cached_property
    def deposit(self) -> Deposit | None:
        """The deposit in force: neither reversed nor given back."""
        return Deposit.objects.in_force().select_related("receipt", "by").filter(lead=self.lead).first()

    @cached_property
    def surveys(self) -> list[SiteSurvey]:
        return list(self.lead.surveys.select_related("paper", "by").order_by("seq"))

    @property
    def survey(self) -> SiteSurvey | None:
        return self.surveys[-1] if self.surveys else None

    @cached_property
    def quotations(self) -> list[Quotation]:
        return list(self.lead.quotations.select_related("paper", "price_list", "by").order_by("version"))

    @cached_property
    def confirmed_drawings(self) -> dict[str, Drawing]:
        """By kind the last version that the customer has confirmed; a newer one takes nothing back."""
        rows = self.lead.drawings.filter(confirmation__isnull=False).order_by("version")
        return {row.kind: row for row in rows}

    @property
    def quotation(self) -> Quotation | None:
        """The last quotation that left the house."""
        return next((q for q in reversed(self.quotations) if q.state != QuotationState.DRAFT), None)


def _waiting(papers: Callable[[Standing], Iterable[Paper | None]]) -> Callable[[Standing], str]:
    """Where a written paper waits for its signature; nothing when it has yet to be written."""

    def link(now: Standing) -> str:
        found = next((paper for paper in papers(now) if paper is not None and paper.is_open), None)
        return reverse("paper", args=[found.ref]) if found else ""

    return link


@gate(
    "G1", _("A consultation record has not been signed by the customer."), who=DESIGNERS, paper="L03",
    link=_waiting(lambda now: [c.paper for c in now.consultations]),
)  # fmt: skip
def consultations_signed(now: Standing) -> bool:
    """Every contact has its own record with the customer's signature; a refused one blocks the same (decision 24)."""
    return bool(now.consultations) and all(c.paper.is_signed for c in now.consultations)


@gate("G2", _("The customer has not accepted the design preview."), who=(*DESIGNERS, posts.CUSTOMER_MANAGER), paper="L10")
def preview_accepted(now: Standing) -> bool:
    last = now.proposals[-1] if now.proposals else None
    decision = getattr(last, "decision", None)
    return decision is not None and decision.accepted and last is not None and not last.paper.is_gone


@gate(
    "G3", _("The order agreement has not been signed by the customer."), who=(*DESIGNERS, posts.CUSTOMER_MANAGER), paper="L22",
    link=_waiting(lambda now: [now.agreement.paper if now.agreement else None]),
)  # fmt: skip
def agreement_signed(now: Standing) -> bool:
    return now.agreement is not None and now.agreement.paper.is_signed


@gate("G4", _("The deposit has not been received."), who=TAKERS, paper="L23")
def deposit_received(now: Standing) -> bool:
    """The signed site survey comes after the deposit; measuring for free before it leaves no signed record."""
    return now.deposit is not None


@gate(
    "G4", _("The site survey has not been signed by the customer."), who=DESIGNERS, paper="P01",
    link=_waiting(lambda now: [now.survey.paper if now.survey else None]),
)  # fmt: skip
def survey_signed(now: Standing) -> bool:
    return now.survey is not None and now.survey.paper.is_signed


@gate("G5", _("The quotation from the price list has not been issued."), who=(*DESIGNERS, posts.ESTIMATOR), paper="P05")
def quotation_issued(now: Standing) -> bool:
    return now.quotation is not None and now.quotation.paper is not None


@gate("G5", _("The quotation no longer fits the site survey."), who=(*DESIGNERS, posts.ESTIMATOR), paper="P05")
def quotation_current(now: Standing) -> bool:
    """Said of a quotation that is there; that there is none, the gate before says."""
    return now.quotation is None or not now.quotation.is_stale


@gate("G5", _("The customer has not accepted the quotation."), who=(*DESIGNERS, posts.ESTIMATOR, posts.CUSTOMER_MANAGER), paper="P05")
def quotation_accepted(now: Standing) -> bool:
    return now.quotation is not None and now.quotation.state == QuotationState.ACCEPTED


def _drawings(now: Standing) -> str:
    return reverse("leads:drawings", args=[now.lead.ref])


# The end of the design stage: scheme, drawings and quotation accepted by the customer (domain 3.2, S3).
@gate("S3", _("The customer has not confirmed the design scheme."), who=(*DESIGNERS, posts.CUSTOMER_MANAGER), paper="P02", link=_drawings)
def scheme_confirmed(now: Standing) -> bool:
    return DrawingKind.SCHEME in now.confirmed_drawings


@gate("S3", _("The customer has not confirmed the construction drawings."), who=(*DESIGNERS, posts.CUSTOMER_MANAGER), paper="P04", link=_drawings)
def construction_confirmed(now: Standing) -> bool:
    """Of a large home they passed the chief designer first (R004): without that nobody can confirm them."""
    return DrawingKind.CONSTRUCTION in now.confirmed_drawings


S = Stage
FORWARD = (
    Step(S.REGISTERED, S.ASSIGNED, by=SELLERS),
    Step(S.ASSIGNED, S.CONSULTING, by=DESIGNERS),
    Step(S.CONSULTING, S.PROPOSAL_PRESENTED, by=DESIGNERS, gates=(consultations_signed,)),
    Step(S.PROPOSAL_PRESENTED, S.DEPOSIT_PAID, by=TAKERS, gates=(consultations_signed, preview_accepted, agreement_signed)),
    Step(S.DEPOSIT_PAID, S.QUOTED, by=(*DESIGNERS, posts.ESTIMATOR), gates=(survey_signed, quotation_issued, quotation_current)),
    Step(
        S.QUOTED, S.CONTRACTED, by=(),
        gates=(consultations_signed, survey_signed, scheme_confirmed, construction_confirmed, quotation_current, quotation_accepted),
    ),
)  # fmt: skip
OPEN = tuple(stage for stage in LINE if stage is not Stage.CONTRACTED)
LOSING = tuple(Step(stage, S.LOST, by=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.STORE_MANAGER)) for stage in OPEN)
REOPENING = tuple(Step(S.LOST, stage, by=(posts.CUSTOMER_MANAGER, posts.STORE_MANAGER, posts.DESIGN_MANAGER)) for stage in OPEN)
PROCEDURE = Lifecycle("leads.lead", (*FORWARD, *LOSING, *REOPENING), labels=Stage, line=tuple(LINE))


def require_open(gates: Iterable[Gate], now: Standing, message: str) -> None:
    """Refuse an act, naming everything that is missing at once."""
    missing = tuple(gap for gap in (each.missing(now) for each in gates) if gap)
    if missing:
        raise Refused(message, missing)


def next_step(lead: Lead) -> Step | None:
    """The step forward from where the enquiry stands; None at the end of the line."""
    return next((step for step in FORWARD if step.source == lead.stage), None)


def missing_for(lead: Lead, now: Standing | None = None) -> tuple[Missing, ...]:
    """All that is missing for the next step."""
    step = next_step(lead)
    return PROCEDURE.missing(now or Standing(lead), step) if step else ()


def not_alive(lead: Lead) -> Refused:
    """The sentence for acts on an enquiry that is over."""
    if lead.withdrawn_at is not None:
        return Refused(_now("The import of this enquiry was withdrawn."))
    return Refused(_now("This enquiry is closed: {stage}.").format(stage=lead.get_stage_display()))
