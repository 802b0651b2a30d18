"""Questions about rounds, bad answers, faults that come again and looks at homes: typed rows of what the pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales import policies
from aftersales import policies_rounds as mine
from aftersales.choices import Satisfaction
from aftersales.choices_rounds import LowSource, RoundState, TargetState
from aftersales.models import HomePatrol, LowScore, RepeatSignal, RoundCall, RoundTarget, VisitRound
from aftersales.repair_terms import categories
from core import search
from core.lists import Page, keyset
from core.models import Deadline
from core.policies import narrow

DONE = (TargetState.REACHED, TargetState.TRIED)


# --- rounds -----------------------------------------------------------------------------------------------------------------


def rounds_page(user: Any, show: str, *, after: str = "") -> Page[Any]:
    """The rounds, the newest first, each with how far it is."""
    rows = VisitRound.objects.visible_to(user).select_related("store", "by", "report")
    rows = rows.annotate(
        asked=_targets(), done=_targets(state__in=DONE), reached=_targets(state=TargetState.REACHED), always=_targets(always=True),
        always_done=_targets(always=True, state__in=DONE),
        bad=Subquery(
            RoundCall.objects.filter(target__round=OuterRef("pk"), satisfaction=Satisfaction.DISSATISFIED).order_by().values("target__round")
            .annotate(n=Count("pk")).values("n")
        ),
    )  # fmt: skip
    if show in RoundState.values:
        rows = rows.filter(state=show)
    return keyset(rows, order=("-id",), after=after, size=50)


def _targets(**chosen: Any) -> Subquery:
    rows = RoundTarget.objects.filter(round=OuterRef("pk"), **chosen).order_by().values("round").annotate(n=Count("pk"))
    return Subquery(rows.values("n"))


def round_state(round: VisitRound) -> tuple[str, str]:
    state = RoundState(round.state)
    return str(state.label), state.tone


@dataclass(frozen=True)
class TargetRow:
    """One customer of a list."""

    seq: int
    url: str
    customer: str
    address: str
    site: str
    always: bool
    officer: str
    officer_id: int | None
    state: tuple[str, str]
    is_open: bool
    tried: int
    result: str
    tone: str
    with_what: str
    paper: str
    clock: dict[str, Any] | None
    wanted_at: datetime | None
    reason: str
    round: str
    round_name: str


TONES = {"satisfied": "done", "so_so": "soon", "dissatisfied": "late"}
SHOWS = ("open", "reached", "tried", "left_out", "always", "bad", "bare")


def targets(user: Any) -> QuerySet[Any]:
    """Customers of lists with their last call and their clock, in one question."""
    last = RoundCall.objects.filter(target=OuterRef("pk")).order_by("-seq")
    due = Deadline.objects.filter(clock="aftersales.round_call", dossier=OuterRef("project__dossier"), stopped_at__isnull=True)
    return (
        RoundTarget.objects.visible_to(user)
        .select_related("project", "officer", "round")
        .annotate(
            tried=Subquery(RoundCall.objects.filter(target=OuterRef("pk")).order_by().values("target").annotate(n=Count("pk")).values("n")),
            last=ArraySubquery(
                last.values(row=JSONObject(satisfaction="satisfaction", with_what="with_what", reached="reached", note="note", paper="paper__ref"))[:1]
            ),
            clocks=ArraySubquery(due.values(row=JSONObject(key="key", started_at="started_at", due_at="due_at"))[:3]),
        )
    )  # fmt: skip


def chosen_targets(rows: QuerySet[Any], show: str, officer: str) -> QuerySet[Any]:
    match show:
        case "always":
            rows = rows.filter(always=True)
        case "bad":
            rows = rows.filter(Exists(RoundCall.objects.filter(target=OuterRef("pk"), satisfaction=Satisfaction.DISSATISFIED)))
        case "bare":
            rows = rows.filter(officer__isnull=True, state=TargetState.OPEN)
        case state if state in TargetState.values:
            rows = rows.filter(state=state)
    return rows.filter(officer__username=officer) if officer else rows


def target_row(row: Any) -> TargetRow:
    site, state = row.project, TargetState(row.state)
    call = row.last[0] if row.last else None
    clock = next((each for each in row.clocks if each["key"] == f"{row.round.ref}/{row.seq}"), None)
    says = str(Satisfaction(call["satisfaction"]).label) if call and call["satisfaction"] else ""
    return TargetRow(
        seq=row.seq, url=reverse("aftersales:round-calls", args=[row.round.ref, row.seq]), customer=site.customer_name, address=site.address, site=site.ref,
        always=row.always, officer=str(row.officer or ""), officer_id=row.officer_id, state=(str(state.label), state.tone), is_open=state == TargetState.OPEN,
        tried=row.tried or 0, result=says, tone=TONES.get(call["satisfaction"] if call else "", "plain"),
        with_what=call["with_what"] if call else "", paper=(call["paper"] or "") if call else "", clock=_clock(clock) if clock else None,
        wanted_at=row.wanted_at, reason=row.reason, round=row.round.ref, round_name=row.round.name,
    )  # fmt: skip


def _clock(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "started_at": datetime.fromisoformat(row["started_at"]), "due_at": datetime.fromisoformat(row["due_at"]), "paused_at": None, "stopped_at": None,
    }  # fmt: skip


@dataclass(frozen=True)
class OfficerRow:
    username: str
    name: str
    share: int
    asked: int
    done: int
    reached: int
    bad: int


def officers_of(round: VisitRound) -> list[OfficerRow]:
    """Who calls how many, and how far they are."""
    bad = Q(calls__satisfaction=Satisfaction.DISSATISFIED)
    grouped = {
        row["officer"]: row
        for row in round.targets.order_by().values("officer").annotate(
            asked=Count("pk", distinct=True), finished=Count("pk", filter=Q(state__in=DONE), distinct=True),
            reached=Count("pk", filter=Q(state=TargetState.REACHED), distinct=True), bad=Count("calls", filter=bad, distinct=True),
        )
    }  # fmt: skip
    none = {"asked": 0, "finished": 0, "reached": 0, "bad": 0}
    people = {row.officer_id: (row.officer, row.share) for row in round.officers.select_related("officer")}
    return [
        OfficerRow(person.username, str(person), share, row["asked"], row["finished"], row["reached"], row["bad"])
        for pk, (person, share) in people.items()
        if (row := grouped.get(pk, none)) is not None
    ]


@dataclass(frozen=True)
class Coverage:
    """How far a round is; members and key customers apart (R021, R022)."""

    asked: int
    reached: int
    tried: int
    left_out: int
    open: int
    always: int
    always_done: int
    always_out: int
    bare: int

    @property
    def percent(self) -> int:
        whole = self.always - self.always_out
        return 100 if not whole else 100 * self.always_done // whole


def coverage(round: VisitRound) -> Coverage:
    found = round.targets.aggregate(
        asked=Count("pk"), reached=Count("pk", filter=Q(state="reached")), tried=Count("pk", filter=Q(state="tried")),
        left_out=Count("pk", filter=Q(state="left_out")), open=Count("pk", filter=Q(state="open")), members=Count("pk", filter=Q(always=True)),
        always_done=Count("pk", filter=Q(always=True, state__in=DONE)), always_out=Count("pk", filter=Q(always=True, state="left_out")),
        bare=Count("pk", filter=Q(officer__isnull=True, state="open")),
    )  # fmt: skip
    return Coverage(always=found.pop("members"), **found)


# --- bad answers --------------------------------------------------------------------------------------------------------------


def lows_page(user: Any, show: str, source: str, *, after: str = "") -> Page[Any]:
    rows = LowScore.objects.visible_to(user).select_related("project", "paper").prefetch_related("about__person")
    if show == "open":
        rows = rows.filter(called_at__isnull=True)
    if source in LowSource.values:
        rows = rows.filter(source=source)
    return keyset(rows, order=("-id",), after=after, size=50)


# --- faults that come again, looks at homes -------------------------------------------------------------------------------------


def signals_page(user: Any, show: str, *, after: str = "") -> Page[Any]:
    rows = narrow(RepeatSignal.objects.all(), user, mine.SEE_SIGNALS).select_related("repair__project__foreman", "earlier", "looked_by")
    if show == "open":
        rows = rows.filter(looked_at__isnull=True)
    return keyset(rows, order=("-id",), after=after, size=50)


def signal_row(row: RepeatSignal) -> dict[str, Any]:
    kind = categories().get(row.repair.category)
    return {
        "row": row, "kind": kind.title if kind else row.repair.category, "site": row.repair.project, "crew": row.repair.project.foreman,
        "state": (_("looked into"), "done") if row.looked_at else (_("to look into"), "soon"),
    }  # fmt: skip


@dataclass(frozen=True)
class PatrolFilter:
    show: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Any) -> PatrolFilter:
        show = query.get("show", "")
        return cls(show=show if show in ("problem", "repair") else "", q=query.get("q", "").strip()[:60])


def patrols(user: Any, wanted: PatrolFilter) -> QuerySet[Any]:
    rows = HomePatrol.objects.visible_to(user).select_related("warranty__project", "repair", "by")
    if wanted.show == "problem":
        rows = rows.exclude(problem="")
    elif wanted.show == "repair":
        rows = rows.filter(repair__isnull=False)
    if wanted.q:
        rows = rows.filter(warranty__project__dossier__search__contains=search.query(wanted.q))
    return rows


def patrols_due(user: Any) -> Sequence[Deadline]:
    """The homes that somebody has to look at next, the nearest first."""
    rows = Deadline.objects.filter(clock="aftersales.repair_patrol", stopped_at__isnull=True)
    return list(narrow(rows, user, policies.SEE_REPAIRS).select_related("owner").order_by("due_at")[:12])


