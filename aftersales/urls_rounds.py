"""Addresses of rounds, bad answers, surveys and the rest of repairs."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from aftersales import urls_repairs  # noqa: F401 -- registers the converter `repair`
from aftersales.views import repair_rest, rounds, surveys


class RoundRef:
    """HF-<store>-<year>-<number>."""

    regex = r"HF-[A-Z0-9]{2,6}-\d{4}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SurveyRef(RoundRef):
    """MY-<store>-<year>-<number>."""

    regex = r"MY-[A-Z0-9]{2,6}-\d{4}-\d{4,}"


class AnswerRef(RoundRef):
    """The number of the paper on which a bad answer stands."""

    regex = r"S\d{2}-[A-Z0-9]{2,6}-\d{4}-\d{4,}"


register_converter(RoundRef, "round")
register_converter(SurveyRef, "survey")
register_converter(AnswerRef, "answer")

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/mine/", rounds.round_mine, name="round-mine"),
    path("rounds/<round:ref>/", rounds.round_page, name="round"),
    path("rounds/<round:ref>/starts/", rounds.round_starts, name="round-starts"),
    path("rounds/<round:ref>/drops/", rounds.round_drops, name="round-drops"),
    path("rounds/<round:ref>/closings/", rounds.round_closings, name="round-closings"),
    path("rounds/<round:ref>/<int:seq>/calls/", rounds.round_calls, name="round-calls"),
    path("rounds/<round:ref>/<int:seq>/phone/", rounds.round_phone, name="round-phone"),
    path("rounds/<round:ref>/<int:seq>/officers/", rounds.round_officers, name="round-officers"),
    path("low-scores/", rounds.low_list, name="low-scores"),
    path("low-scores/<answer:ref>/", rounds.low_score, name="low-score"),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey-new"),
    path("surveys/questions/", surveys.survey_questions, name="survey-questions"),
    path("surveys/<survey:ref>/", surveys.survey, name="survey"),
    path("surveys/<survey:ref>/results/", surveys.survey_results, name="survey-results"),
    path("surveys/<survey:ref>/export/", surveys.survey_export, name="survey-export"),
    path("surveys/<survey:ref>/analyses/", surveys.survey_analyses, name="survey-analyses"),
    path("surveys/<survey:ref>/effects/", surveys.survey_effects, name="survey-effects"),
    path("surveys/<survey:ref>/<int:seq>/answers/", surveys.survey_answers, name="survey-answers"),
    path("surveys/<survey:ref>/<int:seq>/declines/", surveys.survey_declines, name="survey-declines"),
    path("repairs/signals/", repair_rest.signals, name="repair-signals"),
    path("repairs/<repair:ref>/signals/", repair_rest.signal, name="repair-signal"),
    path("repairs/<repair:ref>/reversals/", repair_rest.reversals, name="repair-reversals"),
    path("repairs/<repair:ref>/parts/", repair_rest.parts_away, name="repair-parts"),
    path("repairs/<repair:ref>/parts/back/", repair_rest.parts_back, name="repair-parts-back"),
    path("home-patrols/", repair_rest.patrol_list, name="patrols"),
    path("home-patrols/export/", repair_rest.patrol_export, name="patrols-export"),
]
