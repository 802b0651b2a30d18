"""Excel of a survey's answers: a row for each answer that counts, a column for each question; customers by surname, numbers in texts masked."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales.choices_rounds import Way
from aftersales.models import LowScore, Survey, SurveyAnswer
from aftersales.round_terms import SurveyQuestion, questions_of
from aftersales.terms import NPS, SCALE, YES_NO
from core.phones import covered
from core.sheets import MOMENT, Column
from leads.naming import surname


def answers_of(user: Any, survey: Survey) -> QuerySet[SurveyAnswer]:
    """The answers that count, in the order of their signatures, without the bad ones that rate who takes them out."""
    rows = SurveyAnswer.objects.visible_to(user).filter(invite__survey=survey, signed_at__isnull=False)
    rows = rows.exclude(paper__in=LowScore.objects.rating(user).values("paper"))
    return rows.select_related("project__customer_manager", "project__designer", "paper").order_by("signed_at", "pk")


def masked(name: str) -> str:
    """丁** – a sheet that leaves the house names nobody in full (LR-43)."""
    return f"{surname(name)}**" if name else ""


def SURVEY_COLUMNS(survey: Survey) -> list[Column]:
    """Headers in the reader's language; the questions as they were asked."""
    return [
        Column(_("Paper"), lambda r: r.paper.ref, 20),
        Column(_("Number"), lambda r: r.project.ref, 18),
        Column(_("Customer"), lambda r: masked(r.project.customer_name), 10),
        Column(_("Answered"), lambda r: r.signed_at, 17, MOMENT),
        Column(pgettext("survey", "Way"), lambda r: str(Way(r.way).label), 20),
        *[Column(question.title, _reading(question), 30 if question.kind not in (SCALE, NPS, YES_NO) else 12) for question in questions_of(survey.questions)],
        Column(_("Bad answers"), lambda r: pgettext("evaluation", "Yes") if r.low else "", 10),
    ]


def _reading(question: SurveyQuestion) -> Any:
    """A figure as a figure, yes and no in words, a text without telephone numbers."""

    def value(row: SurveyAnswer) -> Any:
        given = row.answers.get(question.code, "")
        if question.kind in (SCALE, NPS):
            return int(given) if given else None
        if question.kind == YES_NO:
            return {"yes": pgettext("evaluation", "Yes"), "no": pgettext("evaluation", "No")}.get(given, "")
        return covered(given)

    return value


__all__ = ["SURVEY_COLUMNS", "answers_of", "masked"]
