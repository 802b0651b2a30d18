"""What follows from the acceptance and from the final payment (decisions 5, 28): dates come from the fact, never from following."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from aftersales import deadlines
from aftersales import papers as sheets
from aftersales.choices import PAID, VisitKind
from aftersales.choices_rounds import LowSource
from aftersales.models import Evaluation, Warranty, WarrantyCard, WarrantyTerm
from aftersales.repair_terms import last_day
from aftersales.round_terms import rated
from aftersales.services.complaint_reports import follow_handovers
from aftersales.services.complaint_steps import follow_complaints
from aftersales.services.low_scores import open_low
from aftersales.services.patrols import follow_patrols
from aftersales.services.sites import line_of, link_of, officer, supervisor
from aftersales.services.surveys import follow_answers
from aftersales.terms import Question, questions, texts
from core import audit, clocks, papers
from core.models import Deadline, Dossier, Paper
from projects import services as projects
from projects.choices import Fact, Stage
from projects.models import Clearance, Project
from projects.procedure import months_after
from projects.services.site import under_lock

SETTLED = (Stage.SETTLED, Stage.UNDER_WARRANTY)
AFTER_MONEY = (deadlines.CARD, deadlines.EVALUATION)
OF_ACCEPTANCE = (deadlines.RECEIPT, deadlines.FIRST_VISIT, deadlines.MONTH_VISIT, deadlines.LOW_SCORE)


def follow(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Look at one file, or at all: open warranties, note signatures, start what waits for the money; returns what was written."""
    made = sum(_withdraw(warranty) for warranty in _no_longer_accepted(dossier))
    made += sum(_open(clearance) for clearance in _accepted(dossier))
    made += sum(_received(warranty) for warranty in _unreceived(dossier))
    made += sum(_reopened(warranty) for warranty in _no_longer_settled(dossier))
    made += sum(_settled(warranty) for warranty in _unhanded(dossier))
    made += sum(
        _handed_over(card) for card in _signed(WarrantyCard.objects.filter(handed_over_at__isnull=True), dossier)
    )
    made += follow_patrols(dossier, at=at)
    made += follow_answers(dossier)
    made += follow_complaints(dossier, at=at) + follow_handovers(dossier)
    return made + sum(_evaluated(row) for row in _signed(Evaluation.objects.filter(signed_at__isnull=True), dossier))


def _of(rows: Any, dossier: Dossier | None, path: str) -> Any:
    return rows.filter(**{path: dossier}) if dossier is not None else rows


# --- acceptance opens the warranty -------------------------------------------------------------------------------------


def _accepted(dossier: Dossier | None) -> list[Clearance]:
    mine = Warranty.objects.in_force().filter(project=OuterRef("project"))
    rows = Clearance.objects.filter(
        ~Exists(mine), fact=Fact.COMPLETION_ACCEPTED, revocation__isnull=True, paper__isnull=False
    )
    return list(_of(rows, dossier, "project__dossier").select_related("project").order_by("pk"))


@transaction.atomic
def _open(clearance: Clearance) -> int:
    """The statutory warranty starts on the day of the signed acceptance, whatever is paid (LR-32, decision 5).

    Its terms are those of the contract, never below the statutory floor (LR-31); its paper is issued at once.
    """
    site = under_lock(clearance.project)
    fact = Clearance.objects.select_related("paper").filter(pk=clearance.pk, revocation__isnull=True).first()
    if fact is None or fact.paper is None or Warranty.objects.in_force().filter(project=site).exists():
        return 0
    starts_on = timezone.localtime(fact.at).date()
    terms = [term(row, starts_on, site.store.city) for row in site.contract.terms["terms"]]
    sheet = warranty_sheet(site, acceptance=fact.paper, starts_on=starts_on, terms=terms)
    paper = papers.issue(
        sheets.S50, dossier=site.dossier, store=site.store, content=sheet, by=site.project_manager or fact.by, at=fact.at
    )
    made = Warranty.objects.create(
        project=site, store=site.store, acceptance=fact.paper, paper=paper, starts_on=starts_on, at=fact.at,
        last_on=max(term.until for term in terms if term.until is not None), terms_version=site.contract.terms["version"],
    )  # fmt: skip
    WarrantyTerm.objects.bulk_create(
        WarrantyTerm(
            warranty=made, seq=seq, code=t.code, part=t.part, months=t.months, floor=t.floor, basis=t.basis, until=t.until
        )
        for seq, t in enumerate(terms, start=1)
    )  # fmt: skip
    line, link = line_of(site), link_of(site)
    clocks.start(
        deadlines.RECEIPT,
        dossier=site.dossier,
        key=site.ref,
        owner=site.project_manager,
        at=fact.at,
        line=line,
        link=link,
    )
    for kind in (VisitKind.ACCEPTANCE, VisitKind.MONTH):
        clocks.start(
            deadlines.VISITS[kind], dossier=site.dossier, key=site.ref, owner=officer(site), at=fact.at, line=line,
            link=link_of(site, "return-visits", kind),
        )  # fmt: skip
    audit.record(
        site.dossier,
        "aftersales.warranty_opened",
        by=None,
        at=fact.at,
        paper=paper,
        starts_on=starts_on,
        last_on=made.last_on,
    )
    return 1


def term(row: dict[str, Any], starts_on: Any, city: str = "") -> sheets.Term:
    """A term of the contract with its last day; what the contract says below the floor is lifted to it.

    Heating counts whole seasons where the city has them.
    """
    floor = row.get("floor")
    months = max(int(row["months"]), floor or 0)
    until = None if row["code"] in texts().from_repair else last_day(row["code"], months, starts_on, city)
    return sheets.Term(row["code"], row["part"], months, floor, row.get("basis", ""), until)


def warranty_sheet(
    site: Project, *, acceptance: Paper, starts_on: Any, terms: list[sheets.Term], **more: Any
) -> sheets.WarrantySheet:
    kept = site.contract.terms
    return sheets.WarrantySheet(
        place=sheets.Place.of(site), acceptance=acceptance.ref, starts_on=starts_on,
        proof_until=months_after(starts_on, texts().proof_months), terms=terms, exclusions=[row["says"] for row in kept["exclusions"]],
        claim=texts().claim, law=texts().law, version=kept["version"], **more,
    )  # fmt: skip


def _no_longer_accepted(dossier: Dossier | None) -> list[Warranty]:
    fact = Clearance.objects.filter(
        project=OuterRef("project"),
        paper=OuterRef("acceptance"),
        fact=Fact.COMPLETION_ACCEPTED,
        revocation__isnull=True,
    )
    return list(
        _of(Warranty.objects.in_force().filter(~Exists(fact)), dossier, "project__dossier").select_related(
            "project", "paper"
        )
    )


@transaction.atomic
def _withdraw(warranty: Warranty) -> int:
    """The acceptance was taken back: its warranty paper is void, the next acceptance opens the next warranty."""
    site = under_lock(warranty.project)
    here = Warranty.objects.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=warranty.pk)
    if here.withdrawn_at is not None:
        return 0
    taken = (
        Clearance.objects.filter(project=site, paper=here.acceptance_id, fact=Fact.COMPLETION_ACCEPTED)
        .select_related("revocation__by")
        .latest("pk")
    )
    here.withdrawn_at, here.reason = taken.revocation.at, taken.revocation.reason
    here.save(update_fields=["withdrawn_at", "reason"])
    card = WarrantyCard.objects.filter(warranty=here).select_related("paper").first()
    for paper in (here.paper, card.paper if card else here.paper):
        if paper.state not in (Paper.State.VOID, Paper.State.SUPERSEDED):
            papers.void(paper, reason=here.reason, by=taken.revocation.by, at=here.withdrawn_at)
            paper.state = Paper.State.VOID
    projects.revoke(site, Fact.WARRANTY_CARD_ISSUED, reason=here.reason, by=taken.revocation.by, at=here.withdrawn_at)
    for clock in (*OF_ACCEPTANCE, *AFTER_MONEY):
        clocks.cancel(clock, site.ref, at=here.withdrawn_at, by=taken.revocation.by)
    audit.record(
        site.dossier,
        "aftersales.warranty_withdrawn",
        by=taken.revocation.by,
        at=here.withdrawn_at,
        paper=here.paper,
        reason=here.reason,
    )
    return 1


def _unreceived(dossier: Dossier | None) -> list[Warranty]:
    open_clock = Deadline.objects.filter(
        clock=deadlines.RECEIPT.id, key=OuterRef("project__ref"), stopped_at__isnull=True
    )
    rows = Warranty.objects.in_force().filter(Exists(open_clock), paper__state__in=Paper.SIGNED_STATES)
    return list(_of(rows, dossier, "project__dossier").select_related("project", "paper"))


@transaction.atomic
def _received(warranty: Warranty) -> int:
    return int(clocks.stop(deadlines.RECEIPT, warranty.project.ref, at=signed_at(warranty.paper)) is not None)


# --- the money opens card and evaluation ---------------------------------------------------------------------------------


def _unhanded(dossier: Dossier | None) -> list[Warranty]:
    known = Deadline.objects.filter(clock=deadlines.CARD.id, key=OuterRef("project__ref"), cancelled=False)
    handed = WarrantyCard.objects.filter(warranty=OuterRef("pk"), handed_over_at__isnull=False)
    rows = Warranty.objects.in_force().filter(~Exists(known), ~Exists(handed), project__stage__in=SETTLED)
    return list(_of(rows, dossier, "project__dossier").select_related("project"))


@transaction.atomic
def _settled(warranty: Warranty) -> int:
    """The final payment is in: the card and the evaluation are due (G18)."""
    site = under_lock(warranty.project)
    change = site.stage_changes.filter(to_stage=Stage.SETTLED).order_by("-seq").first()
    if change is None or site.stage not in SETTLED:
        return 0
    told = {"dossier": site.dossier, "key": site.ref, "owner": officer(site), "at": change.at, "line": line_of(site)}
    clocks.start(deadlines.CARD, **told, link=link_of(site))
    if not warranty.evaluations.filter(signed_at__isnull=False).exists():
        clocks.start(deadlines.EVALUATION, **told, link=link_of(site, "evaluations"))
    return 1


def _no_longer_settled(dossier: Dossier | None) -> list[Warranty]:
    running = Deadline.objects.filter(
        clock__in=[clock.id for clock in AFTER_MONEY], key=OuterRef("project__ref"), stopped_at__isnull=True
    )
    rows = Warranty.objects.in_force().filter(Exists(running)).exclude(project__stage__in=PAID)
    return list(_of(rows, dossier, "project__dossier").select_related("project"))


@transaction.atomic
def _reopened(warranty: Warranty) -> int:
    """The settlement was opened again: card and evaluation wait for the money once more (G18)."""
    site = under_lock(warranty.project)
    change = site.stage_changes.order_by("-seq").first()
    if change is None or site.stage in PAID:
        return 0
    ended = [clocks.cancel(clock, site.ref, at=change.at, by=change.by) for clock in AFTER_MONEY]
    return int(any(ended))


def _signed(rows: Any, dossier: Dossier | None) -> list[Any]:
    found = rows.filter(paper__state__in=Paper.SIGNED_STATES)
    return list(
        _of(found, dossier, "warranty__project__dossier").select_related("paper", "warranty__project").order_by("pk")
    )


@transaction.atomic
def _handed_over(card: WarrantyCard) -> int:
    """The customer signed for the card: the site may go under warranty."""
    site = under_lock(card.warranty.project)
    here = (
        WarrantyCard.objects.select_for_update(no_key=True, of=("self",)).select_related("paper", "by").get(pk=card.pk)
    )
    if here.handed_over_at is not None:
        return 0
    here.handed_over_at = signed_at(here.paper)
    here.save(update_fields=["handed_over_at"])
    projects.clear(site, Fact.WARRANTY_CARD_ISSUED, paper=here.paper, by=here.by, at=here.handed_over_at)
    clocks.stop(deadlines.CARD, site.ref, at=here.handed_over_at)
    return 1


@transaction.atomic
def _evaluated(row: Evaluation) -> int:
    """The customer signed the evaluation; a bad answer is called about on the same day."""
    site = under_lock(row.warranty.project)
    here = Evaluation.objects.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=row.pk)
    if here.signed_at is not None:
        return 0
    here.signed_at = signed_at(here.paper)
    here.save(update_fields=["signed_at"])
    clocks.stop(deadlines.EVALUATION, site.ref, at=here.signed_at)
    if here.bad:
        _open_case(site, here)
        clocks.start(
            deadlines.LOW_SCORE, dossier=site.dossier, key=site.ref, owner=supervisor(site), at=here.signed_at, line=line_of(site),
            link=link_of(site, "return-visits", VisitKind.LOW_SCORE),
        )  # fmt: skip
    audit.record(
        site.dossier, "aftersales.evaluation_signed", by=None, at=here.signed_at, paper=here.paper, bad=here.bad
    )
    return 1


def _open_case(site: Project, here: Evaluation) -> None:
    """A bad answer of an evaluation opens a case, once; whom it rates does not handle it."""
    bad = [question for question in questions() if here.answers.get(question.code) and question.is_alarm(here.answers[question.code])]
    roles = [role for question in bad if (role := rated(question.code))]
    says = "；".join(f"{question.zh}：{_said(question, here.answers[question.code])}" for question in bad)
    open_low(
        site, paper=here.paper, source=LowSource.EVALUATION, says=says, category="quality", about=[getattr(site, role) for role in roles],
        by=supervisor(site) or here.by, at=here.signed_at or here.at, call=False,
    )  # fmt: skip


def _said(question: Question, answer: str) -> str:
    return {"yes": "有", "no": "没有"}.get(answer, f"{answer} 分")


def signed_at(paper: Paper) -> datetime:
    """The moment of the last signature that the paper needed."""
    return max(s.at for s in paper.signatures.all() if s.role in paper.required_roles)
