"""After the final payment: the card, and what the customer says about the project (G18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales import papers as sheets
from aftersales.choices import PAID
from aftersales.models import Evaluation, Warranty, WarrantyCard
from aftersales.services.following import warranty_sheet
from aftersales.terms import NPS, SCALE, TEXT, YES_NO, Question, questions
from core import audit, papers
from core.models import Paper
from core.refusals import Missing, Refused
from projects.choices import Stage
from projects.models import Project
from projects.procedure import completion_accepted, finally_settled, paid_in_full
from projects.services.site import under_lock


@transaction.atomic
def issue_card(*, warranty: Warranty, by: Any, at: datetime) -> WarrantyCard:
    """Make out the warranty card: only when the works are accepted, settled and paid in full (G18, domain 8.5).

    It is handed over when the customer has signed for it; a card whose paper was voided is made out again.
    """
    site = under_lock(warranty.project)
    here = _in_force(warranty)
    _must_be_paid(site, _("The warranty card cannot be made out yet."))
    card = (
        WarrantyCard.objects.select_for_update(no_key=True, of=("self",))
        .select_related("paper")
        .filter(warranty=here)
        .first()
    )
    if card is not None and card.paper.state != Paper.State.VOID:
        raise Refused(_("The warranty card has been made out: {ref}.").format(ref=card.paper.ref))
    terms = [sheets.Term(t.code, t.part, t.months, t.floor, t.basis, t.until) for t in here.terms.all()]
    sheet = warranty_sheet(
        site,
        acceptance=here.acceptance,
        starts_on=here.starts_on,
        terms=terms,
        warranty=here.paper.ref,
        people=people_of(site),
        settled_on=site.settled_on,
    )
    paper = papers.issue(sheets.S01, dossier=site.dossier, store=site.store, content=sheet, by=by, at=at)
    if card is None:
        card = WarrantyCard.objects.create(warranty=here, store=site.store, paper=paper, by=by, at=at)
    else:
        card.paper, card.handed_over_at = paper, None
        card.save(update_fields=["paper", "handed_over_at"])
    audit.record(site.dossier, "aftersales.card_issued", by=by, at=at, paper=paper, ref=paper.ref)
    return card


@transaction.atomic
def record_evaluation(*, warranty: Warranty, answers: Mapping[str, str], by: Any, at: datetime) -> Evaluation:
    """What the customer filled in, on a paper that the customer signs (S02); it counts when it is signed.

    A second one replaces the first only while that is unsigned; a bad answer is called about on the same day.
    """
    site = under_lock(warranty.project)
    here = _in_force(warranty)
    _must_be_paid(site, _("The evaluation cannot be filled in yet."))
    last = here.evaluations.select_related("paper").first()
    if last is not None and last.paper.is_signed:
        raise Refused(_("The customer has signed the evaluation: {ref}.").format(ref=last.paper.ref))
    given = {question.code: _answer(question, answers.get(question.code, "")) for question in questions()}
    bad = any(question.is_alarm(given[question.code]) for question in questions() if given[question.code])
    sheet = sheets.EvaluationSheet(
        place=sheets.Place.of(site), accepted_on=here.starts_on, people=people_of(site),
        answers=[sheets.Answered(q.code, q.zh, q.kind, given[q.code]) for q in questions()],
    )  # fmt: skip
    replaces = last.paper if last is not None and last.paper.is_open else None
    paper = papers.issue(
        sheets.S02, dossier=site.dossier, store=site.store, content=sheet, by=by, at=at, replaces=replaces
    )
    made = Evaluation.objects.create(warranty=here, store=site.store, paper=paper, answers=given, bad=bad, by=by, at=at)
    audit.record(site.dossier, "aftersales.evaluation_recorded", by=by, at=at, paper=paper, ref=paper.ref)
    return made


def _answer(question: Question, text: str) -> str:
    """One answer, in its form; Refused when it is missing or out of its scale."""
    text = str(text).strip()
    if question.kind == TEXT:
        return text[:1000]
    allowed = {SCALE: [str(n) for n in range(1, 6)], NPS: [str(n) for n in range(11)], YES_NO: ["yes", "no"]}[
        question.kind
    ]
    if text not in allowed:
        raise Refused(_("Not answered: {question}").format(question=question.title))
    return text


def _in_force(warranty: Warranty) -> Warranty:
    here = Warranty.objects.select_related("paper", "acceptance").get(pk=warranty.pk)
    if here.withdrawn_at is not None:
        raise Refused(_("This warranty was withdrawn: {reason}").format(reason=here.reason))
    return here


def _must_be_paid(site: Project, message: str) -> None:
    missing = paid_gaps(site)
    if missing:
        raise Refused(message, missing)


def paid_gaps(site: Project) -> list[Missing]:
    """What keeps card and evaluation waiting: acceptance, settlement, money (G17, G18).  The statutory warranty waits for nothing.

    The stage says whether the money is there: a site settles by itself when its final settlement is signed and all is paid.
    """
    if site.stage in PAID:
        return []
    earlier = finally_settled if site.stage == Stage.ACCEPTED else completion_accepted
    money = Missing(str(paid_in_full.says), ",".join(paid_in_full.who), paid_in_full.id, reverse("projects:payments", args=[site.ref]))
    return [gap for gap in (earlier.missing(site), money) if gap is not None]


def people_of(site: Project) -> list[str]:
    named = (
        ("设计师", site.designer),
        ("项目经理", site.project_manager),
        ("监理", site.supervisor),
        ("质检员", site.inspector),
        ("工长", site.foreman),
    )
    return [f"{title} {person}" for title, person in named if person is not None]
