"""Questions about warranties: typed rows of exactly what a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from aftersales import deadlines
from aftersales.choices import ATTEMPTS, PAID, VisitKind
from aftersales.models import Evaluation, ReturnVisit, Warranty, WarrantyTerm
from aftersales.terms import texts
from core import clocks, search
from core.clocks import CLOCKS
from core.lists import Page, keyset
from core.models import Deadline, Paper
from core.papers import KINDS
from projects.choices import Role, Stage
from projects.models import Project
from projects.procedure import months_after
from staff import posts

SHOWS = ("unpaid", "card", "evaluation", "late")
GONE = (Paper.State.VOID, Paper.State.SUPERSEDED)
ENDS_SOON = timedelta(days=60)


# --- the list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WarrantyFilter:
    """What the list shows, as it stands in the address."""

    show: str = ""
    who: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Any) -> WarrantyFilter:
        show = query.get("show", "")
        return cls(show=show if show in SHOWS else "", who="mine" if query.get("who") == "mine" else "", q=query.get("q", "").strip()[:60])


@dataclass(frozen=True)
class WarrantyRow:
    """One line of the list."""

    url: str
    customer: str
    address: str
    site: str
    clock: dict[str, Any] | None
    act: str
    stage_says: str
    paper: str
    received: bool
    starts_on: date
    last_on: date
    card: tuple[str, str]
    evaluation: tuple[str, str]
    visits: int
    project_manager: str
    late: bool


_WAITS = Q(project__stage__in=PAID, card__isnull=True) | Q(project__stage__in=PAID, card__handed_over_at__isnull=True)


def _evaluated() -> Exists:
    return Exists(Evaluation.objects.filter(warranty=OuterRef("pk"), signed_at__isnull=False))


def listed(user: Any, wanted: WarrantyFilter, now: datetime) -> QuerySet[Any]:
    """The warranties that the filters choose, each with its most urgent clock and what is still to be done."""
    urgent = clocks.running(dossier=OuterRef("project__dossier"), clock__startswith="aftersales.", paused_at__isnull=True).order_by("due_at")
    last = Evaluation.objects.filter(warranty=OuterRef("pk")).order_by("-pk")
    made = ReturnVisit.objects.filter(warranty=OuterRef("pk"), reached=True)
    rows = (
        Warranty.objects.visible_to(user)
        .in_force()
        .select_related("project__project_manager", "paper", "card__paper")
        .annotate(
            next_due=Subquery(urgent.values("due_at")[:1]),
            clocks=ArraySubquery(urgent.values(row=JSONObject(clock="clock", started_at="started_at", due_at="due_at"))[:1]),
            evaluations_of=ArraySubquery(last.values(row=JSONObject(signed="signed_at", bad="bad"))[:1]),
            visits_made=ArraySubquery(made.order_by("pk").values("kind")),
        )
    )
    if wanted.show == "unpaid":
        rows = rows.exclude(project__stage__in=PAID)
    elif wanted.show == "card":
        rows = rows.filter(_WAITS)
    elif wanted.show == "evaluation":
        rows = rows.filter(~_evaluated(), project__stage__in=PAID)
    elif wanted.show == "late":
        rows = rows.filter(next_due__lt=now)
    if wanted.who == "mine":
        mine = Q()
        for role in Role.values:
            mine |= Q(**{f"project__{role}": user})
        rows = rows.filter(mine)
    if wanted.q:
        rows = rows.filter(project__dossier__search__contains=search.query(wanted.q))
    return rows


def page_of(user: Any, wanted: WarrantyFilter, now: datetime, *, after: str = "") -> Page[Any]:
    """Fifty warranties, the newest acceptance first."""
    return keyset(listed(user, wanted, now), order=("-starts_on", "-id"), after=after, size=50)


def counts(user: Any) -> dict[str, int]:
    """How many there are, and how many wait for the money, the card, the evaluation; one query."""
    rows = Warranty.objects.visible_to(user).in_force().annotate(evaluated=_evaluated())
    paid = Q(project__stage__in=PAID)
    wanted = {"unpaid": ~paid, "card": _WAITS, "evaluation": paid & Q(evaluated=False)}
    return rows.aggregate(all=Count("pk"), **{name: Count("pk", filter=which) for name, which in wanted.items()})


def row_of(warranty: Any, now: datetime) -> WarrantyRow:
    site = warranty.project
    clock = _clock(warranty.clocks[0]) if warranty.clocks else None
    return WarrantyRow(
        url=reverse("aftersales:warranty", args=[site.ref]), customer=site.customer_name, address=site.address, site=site.ref,
        clock=clock, act=clock["act"] if clock else "", stage_says=str(Stage(site.stage).label), paper=warranty.paper.ref,
        received=warranty.paper.is_signed, starts_on=warranty.starts_on, last_on=warranty.last_on, card=card_words(warranty, site.stage),
        evaluation=_evaluation_words(warranty.evaluations_of, site.stage),
        visits=len(set(warranty.visits_made) & {VisitKind.ACCEPTANCE, VisitKind.MONTH}),
        project_manager=str(site.project_manager or ""), late=bool(clock and clock["due_at"] < now),
    )  # fmt: skip


def card_of(warranty: Warranty) -> Any:
    """The card that counts; None when none was made out, or its paper was voided."""
    card = getattr(warranty, "card", None)
    return card if card is not None and card.paper.state not in GONE else None


def evaluation_of(warranty: Warranty) -> Evaluation | None:
    """The evaluation that counts: the last whose paper was not voided."""
    return next((row for row in warranty.evaluations.all() if row.paper.state not in GONE), None)


def proof_until(warranty: Warranty) -> date:
    """So long the company proves that a defect is not its own (Consumer Act art. 23)."""
    return months_after(warranty.starts_on, texts().proof_months)


def card_words(warranty: Warranty, stage: str) -> tuple[str, str]:
    """How far the card is, with its tone."""
    card = card_of(warranty)
    if card is None:
        return (_("to be made out"), "soon") if stage in PAID else (_("waits for the money"), "plain")
    return (_("handed over"), "done") if card.handed_over_at else (_("waits for signatures"), "soon")


def _evaluation_words(found: Sequence[Mapping[str, Any]], stage: str) -> tuple[str, str]:
    if not found:
        return (_("to be filled in"), "soon") if stage in PAID else (_("waits for the money"), "plain")
    if not found[0]["signed"]:
        return (_("waits for the signature"), "soon")
    return (_("with a bad answer"), "late") if found[0]["bad"] else (_("signed"), "done")


def _clock(row: Mapping[str, Any]) -> dict[str, Any]:
    known = CLOCKS.get(row["clock"])
    return {
        "act": str(known.says) if known else row["clock"], "started_at": datetime.fromisoformat(row["started_at"]),
        "due_at": datetime.fromisoformat(row["due_at"]), "paused_at": None, "stopped_at": None,
    }  # fmt: skip


# --- one warranty ----------------------------------------------------------------------------------------------------


def warranty_of(project: Project) -> Warranty | None:
    """The warranty in force with its papers, terms, visits and evaluations; five queries, however many there are."""
    rows = Warranty.objects.in_force().select_related("acceptance", "paper", "card__paper", "card__by").prefetch_related(
        "terms", Prefetch("visits", ReturnVisit.objects.select_related("paper", "by")),
        Prefetch("evaluations", Evaluation.objects.select_related("paper", "by")),
    )  # fmt: skip
    found = rows.filter(project=project).first()
    if found is not None:
        prefetch_related_objects(papers_of(found), "signatures")
    return found


def papers_of(warranty: Warranty) -> list[Paper]:
    """Every paper of the time after acceptance, in the order of the trade."""
    card = getattr(warranty, "card", None)
    found = [warranty.paper, *([card.paper] if card else []), *(row.paper for row in reversed(warranty.evaluations.all()))]
    return [*found, *(visit.paper for visit in reversed(warranty.visits.all()) if visit.paper is not None)]


@dataclass(frozen=True)
class TermRow:
    """One part of the works: how long, how long the law asks at least, until when."""

    part: str
    says: str
    floor: str
    basis: str
    until: date | None
    state: tuple[str, str]


def term_rows(terms: Sequence[WarrantyTerm], today: date) -> list[TermRow]:
    return [TermRow(t.part, span(t.months), span(t.floor) if t.floor else "", t.basis, t.until, _term_state(t, today)) for t in terms]


def span(months: int) -> str:
    """60 → 5 years, 3 → 3 months."""
    if months % 12 == 0:
        return _("1 year") if months == 12 else _("%(n)s years") % {"n": months // 12}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


def _term_state(term: WarrantyTerm, today: date) -> tuple[str, str]:
    if term.until is None:
        return _("from each repair"), "plain"
    if not term.covers(today):
        return pgettext("warranty", "run out"), "plain"
    return (pgettext("warranty", "ends soon"), "soon") if term.until - today <= ENDS_SOON else (pgettext("warranty", "in force"), "done")


def paper_card(paper: Paper, line: str = "") -> dict[str, Any]:
    """A paper as ui.paper_card takes it: who signed, who is missing."""
    kind = KINDS[paper.kind]
    hands = {signature.role for signature in paper.signatures.all()}
    missing = [row.label for row in kind.signers if row.required and row.role not in hands] if paper.is_open else []
    states: list[tuple[str, str]] = []
    if hands:
        states.append((_("signed by %(n)s") % {"n": len(hands)}, "done"))
    if missing:
        states.append((_("waits for %(who)s") % {"who": posts.listed(missing)}, "soon"))
    return {
        "ref": paper.ref, "title": kind.title, "url": reverse("paper", args=[paper.ref]), "line": line,
        "states": states or [(str(paper.get_state_display()), "plain")], "state": paper.state, "reason": paper.state_reason,
    }  # fmt: skip


@dataclass(frozen=True)
class VisitLine:
    """A return visit that is due or was made: its attempts, and whether one more may be."""

    kind: str
    says: str
    clock: Deadline | None
    attempts: tuple[ReturnVisit, ...]

    @property
    def reached(self) -> ReturnVisit | None:
        return next((visit for visit in self.attempts if visit.reached), None)

    @property
    def is_open(self) -> bool:
        return self.reached is None and len(self.attempts) < ATTEMPTS and (self.clock is not None or self.kind != VisitKind.LOW_SCORE)


def visit_lines(warranty: Warranty, clocks: Sequence[Deadline]) -> list[VisitLine]:
    """The two visits that every site gets, and the call about a bad answer where there is one."""
    running = {row.clock: row for row in clocks}
    made: dict[str, list[ReturnVisit]] = {}
    for visit in reversed(warranty.visits.all()):
        made.setdefault(visit.kind, []).append(visit)
    lines = [
        VisitLine(kind.value, str(kind.label), running.get(deadlines.VISITS[kind.value].id), tuple(made.get(kind.value, ())))
        for kind in VisitKind
    ]
    return [line for line in lines if line.kind != VisitKind.LOW_SCORE or line.clock is not None or line.attempts]


def clocks_of(project: Project) -> list[Deadline]:
    """The running clocks of the time after acceptance, the most urgent first."""
    return list(clocks.running(dossier=project.dossier_id, clock__startswith="aftersales.").select_related("owner").order_by("due_at"))


__all__ = [
    "TermRow", "VisitLine", "WarrantyFilter", "WarrantyRow", "card_of", "card_words", "clocks_of", "counts", "evaluation_of", "listed",
    "page_of", "paper_card", "papers_of", "proof_until", "row_of", "span", "term_rows", "visit_lines", "warranty_of",
]  # fmt: skip
