"""Questions about surveys: the list, whom one asks, its results by question, store and person, opening down to the answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When

from aftersales.choices_rounds import InviteState, SurveyState
from aftersales.models import LowScore, Survey, SurveyAnswer, SurveyInvite, SurveyScore
from aftersales.terms import NPS, SCALE
from core.lists import Page, keyset
from projects.choices import Role


def surveys_page(user: Any, show: str, *, after: str = "") -> Page[Any]:
    """The surveys, the newest first; a customer manager counts his own customers alone."""
    mine = SurveyInvite.objects.visible_to(user)
    rows = Survey.objects.visible_to(user).select_related("store", "by").annotate(
        asked=_count(mine), answered=_count(mine.filter(state=InviteState.ANSWERED)), declined=_count(mine.filter(state=InviteState.DECLINED)),
        bad=Subquery(
            SurveyAnswer.objects.visible_to(user).filter(invite__survey=OuterRef("pk"), signed_at__isnull=False, low=True)
            .order_by().values("invite__survey").annotate(n=Count("pk")).values("n")
        ),
    )  # fmt: skip
    if show in SurveyState.values:
        rows = rows.filter(state=show)
    return keyset(rows, order=("-id",), after=after, size=50)


def _count(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.filter(survey=OuterRef("pk")).order_by().values("survey").annotate(n=Count("pk")).values("n"))


def survey_state(survey: Survey) -> tuple[str, str]:
    state = SurveyState(survey.state)
    return str(state.label), state.tone


def invites_of(user: Any, survey: Survey, show: str = "") -> QuerySet[Any]:
    """Whom the survey asks, each with the last answer; a bad one is not marked, nor its paper named, for whom it rates."""
    last = SurveyAnswer.objects.filter(invite=OuterRef("pk")).order_by("-seq")
    rows = SurveyInvite.objects.visible_to(user).filter(survey=survey).select_related("project__customer_manager").annotate(
        signed=Subquery(last.values("signed_at")[:1]), told=Subquery(last.values("paper")[:1]),
        rated=Exists(LowScore.objects.rating(user).filter(paper=OuterRef("told"))),
        paper=Case(When(rated=False, then=Subquery(last.values("paper__ref")[:1]))), low=Case(When(rated=False, then=Subquery(last.values("low")[:1]))),
    )  # fmt: skip
    return rows.filter(state=show) if show in InviteState.values else rows


def figures(user: Any, survey: Survey) -> dict[str, int]:
    return SurveyInvite.objects.visible_to(user).filter(survey=survey).aggregate(
        asked=Count("pk"), answered=Count("pk", filter=Q(state=InviteState.ANSWERED)), declined=Count("pk", filter=Q(state=InviteState.DECLINED))
    )


@dataclass(frozen=True)
class ResultFilter:
    """What the results are opened by."""

    code: str = ""
    person: str = ""
    role: str = ""
    store: str = ""
    low: bool = False

    @classmethod
    def read(cls, query: Any) -> ResultFilter:
        role = query.get("role", "")
        return cls(
            code=query.get("code", "")[:8], person=query.get("person", "")[:40], role=role if role in Role.values else "", store=query.get("store", "")[:6],
            low=query.get("low") == "1",
        )  # fmt: skip

    @property
    def narrows(self) -> bool:
        return bool(self.code or self.person or self.role or self.store or self.low)


@dataclass(frozen=True)
class Result:
    """One line of results: what it is by, how many answers, their mean, how many were bad, how they lie."""

    says: str
    value: str
    count: int
    mean: Decimal | None
    low: int
    kind: str = SCALE
    role: str = ""
    spread: tuple[int, ...] = ()


def scores_of(user: Any, survey: Survey | None = None) -> QuerySet[SurveyScore]:
    """The scores of answers that count; a customer manager those of his own customers."""
    rows = SurveyScore.objects.visible_to(user).filter(answer__signed_at__isnull=False)
    return rows.filter(answer__invite__survey=survey) if survey is not None else rows


def narrowed(rows: QuerySet[SurveyScore], wanted: ResultFilter) -> QuerySet[SurveyScore]:
    chosen: dict[str, Any] = {"code": wanted.code, "person__username": wanted.person, "role": wanted.role, "store__code": wanted.store}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    return rows.filter(low=True) if wanted.low else rows


def by_question(rows: QuerySet[SurveyScore]) -> list[Result]:
    spread = {f"n{n}": Count("pk", filter=Q(kind=SCALE, score=n)) for n in range(1, 6)}
    grouped: Any = rows.order_by().values("code", "question", "kind").annotate(
        n=Count("pk", filter=~Q(value="")), mean=Avg("score"), bad=Count("pk", filter=Q(low=True)), **spread
    )  # fmt: skip
    return [
        Result(
            row["question"], row["code"], row["n"], _one(row["mean"]), row["bad"], row["kind"],
            spread=tuple(row[f"n{n}"] for n in range(5, 0, -1)) if row["kind"] == SCALE else (),
        )
        for row in sorted(grouped, key=lambda row: (row["code"], row["question"]))
    ]  # fmt: skip


def by_person(rows: QuerySet[SurveyScore]) -> list[Result]:
    """By the person's post: what customers say of the work of each; a fact, no verdict."""
    grouped = (
        rows.filter(kind=SCALE, person__isnull=False).order_by().values("role", "person__full_name", "person__username")
        .annotate(n=Count("pk"), mean=Avg("score"), bad=Count("pk", filter=Q(low=True)))
    )  # fmt: skip
    return [
        Result(row["person__full_name"], row["person__username"], row["n"], _one(row["mean"]), row["bad"], role=row["role"])
        for row in sorted(grouped, key=lambda row: (row["role"], row["person__full_name"]))
    ]


def by_store(rows: QuerySet[SurveyScore]) -> list[Result]:
    told: dict[str, Any] = {"n": Count("pk"), "mean": Avg("score"), "bad": Count("pk", filter=Q(low=True))}
    grouped: Any = rows.filter(kind=SCALE).order_by("store__code").values("store__name", "store__code").annotate(**told)
    return [Result(row["store__name"], row["store__code"], row["n"], _one(row["mean"]), row["bad"]) for row in grouped]


def promoters(rows: QuerySet[SurveyScore]) -> int | None:
    """How many would recommend the company (9, 10) less those who would not (0 to 6), of a hundred; None without answers."""
    found = rows.filter(kind=NPS).aggregate(n=Count("pk"), up=Count("pk", filter=Q(score__gte=9)), down=Count("pk", filter=Q(score__lte=6)))
    return round(100 * (found["up"] - found["down"]) / found["n"]) if found["n"] else None


def _one(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)


def answers_listed(user: Any, rows: QuerySet[SurveyScore]) -> list[SurveyScore]:
    """The single answers, the bad ones first; whom a bad answer rates reads the figures, and not what was said."""
    rows = rows.exclude(answer__paper__in=LowScore.objects.rating(user).values("paper"))
    return list(rows.exclude(value="").select_related("project", "person", "answer__paper").order_by("-low", "-answer_id", "seq")[:200])
