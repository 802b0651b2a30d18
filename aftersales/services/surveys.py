"""Satisfaction surveys (S18, domain 7.5): questions in versions, sent to customers, answered, judged, measures and their effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_rounds as deadlines
from aftersales import papers as sheets
from aftersales.choices_rounds import InviteState, LowSource, SurveyState, Way
from aftersales.models import QuestionSet, Survey, SurveyAnswer, SurveyInvite, SurveyScore
from aftersales.papers_rounds import Asked, SurveySheet
from aftersales.round_terms import KINDS, NODES, SurveyQuestion, default_questions, questions_of, survey_rules
from aftersales.services.drawing import Criteria, draw
from aftersales.services.low_scores import open_low
from aftersales.services.sites import supervisor
from aftersales.terms import NPS, SCALE, TEXT, YES_NO
from core import audit, clocks, numbers, papers
from core.calendar import evening
from core.models import Dossier, Paper
from core.refusals import Refused
from leads.care import require_awake
from projects.choices import Role
from projects.models import Project
from projects.services.site import under_lock
from staff.models import Store, User

SERIES = "MY"
WAYS = {"device": "客户在公司设备上填写", "paper": "客户填写纸质问卷", "phone": "客户电话口述"}
ALLOWED = {SCALE: [str(n) for n in range(1, 6)], NPS: [str(n) for n in range(11)], YES_NO: ["yes", "no"]}
MOST_QUESTIONS = 24


# --- the questions ---------------------------------------------------------------------------------------------------------


def questions_now(store: Store) -> tuple[int, tuple[SurveyQuestion, ...]]:
    """The version in use and its questions; version 0 is the default data."""
    last = QuestionSet.objects.filter(store=store).first()
    return (last.version, questions_of(last.questions)) if last is not None else (0, default_questions())


@transaction.atomic
def word_questions(store: Store, *, questions: Sequence[SurveyQuestion], by: Any, at: datetime) -> QuestionSet:
    """Word the questions anew: a new version; surveys that are out keep their own."""
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    kept = [question for question in questions if question.zh.strip()]
    codes = [question.code for question in kept]
    if not kept or len(kept) > MOST_QUESTIONS:
        raise Refused(_("A survey has one to {most} questions.").format(most=MOST_QUESTIONS))
    if len(set(codes)) != len(codes):
        raise Refused(_("Two questions have the same code."))
    for question in kept:
        if question.kind not in KINDS or question.node not in NODES or question.role not in ("", *Role.values) or len(question.zh) > 120:
            raise Refused(_("A question cannot be asked like this: {question}").format(question=question.zh[:40]))
    version, before = questions_now(store)
    if tuple(kept) == tuple(before):
        raise Refused(_("Nothing has changed."))
    made = QuestionSet.objects.create(store=store, version=version + 1, questions=[asdict(question) for question in kept], by=by, at=at)
    audit.record(store.file, "aftersales.questions_worded", by=by, at=at, version=made.version)
    return made


# --- sent ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_survey(
    store: Store, *, name: str, from_on: date, until_on: date, criteria: Criteria, codes: Sequence[str], by: Any, at: datetime
) -> Survey:
    """Ask these questions of the customers that fit; the words of the questions are frozen with the survey."""
    name = name.strip()[:60]
    if not name:
        raise Refused(_("A survey has a name."))
    if until_on < from_on:
        raise Refused(_("The period ends before it begins."))
    version, known = questions_now(store)
    asked = [question for question in known if question.code in codes]
    if not any(question.kind != TEXT for question in asked):
        raise Refused(_("Choose at least one question that is answered with a figure or with yes or no."))
    ref = numbers.take(SERIES, store=store, at=at).ref
    drawn = draw(store, criteria, seed=ref, at=at, one_list=False)
    sites = drawn.sites
    if not sites:
        raise Refused(_("No customer fits this choice."))
    made = Survey.objects.create(
        ref=ref, store=store, name=name, version=version, questions=[asdict(question) for question in asked], criteria=criteria.kept(),
        from_on=from_on, until_on=until_on, by=by, at=at,
    )  # fmt: skip
    SurveyInvite.objects.bulk_create(
        SurveyInvite(survey=made, store=store, project=site, seq=seq, at=at) for seq, site in enumerate(sorted(sites, key=lambda s: s.pk), start=1)
    )
    due = evening(until_on) + timedelta(days=survey_rules().analyse_days)
    clocks.start(
        deadlines.SURVEY_ANALYSIS, dossier=store.file, key=ref, owner=by, at=at, due_at=max(due, at), line=name, link=made.get_absolute_url()
    )
    audit.record(store.file, "aftersales.survey_sent", by=by, at=at, ref=ref, name=name, count=len(sites))
    return made


# --- answered --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_answers(
    invite: SurveyInvite, *, way: str, answers: Mapping[str, str], by: Any, at: datetime, told_by: str = "", time_agreed: bool = False
) -> SurveyAnswer:
    """What the customer answers, on a paper: signed by the customer, or by who took it down on the phone; it counts when it is signed.

    Nobody takes answers about himself; on the phone not in the customer's rest (R024).  An unsigned one is replaced by the next.
    """
    site = under_lock(invite.project)
    here = _locked_invite(invite)
    if here.survey.state != SurveyState.ASKING:
        raise Refused(_("This survey has been judged; no more answers are taken."))
    if here.state == InviteState.ANSWERED:
        raise Refused(_("This customer has answered."))
    if here.state == InviteState.DECLINED:
        raise Refused(_("This customer does not want to answer."))
    asked = questions_of(here.survey.questions)
    given = {question.code: _answer(question, answers.get(question.code, "")) for question in asked}
    _not_about(site, asked, by)
    if way == Way.PHONE:
        _may_ask(site, told_by, at, time_agreed)
    last = here.given.select_related("paper").first()
    paper = papers.issue(
        sheets.S18_TOLD if way == Way.PHONE else sheets.S18, dossier=site.dossier, store=site.store,
        content=_sheet(site, here, asked, given, Way(way), told_by, by, at), by=by, at=at,
        replaces=last.paper if last is not None and last.paper.is_open else None,
    )  # fmt: skip
    made = SurveyAnswer.objects.create(
        invite=here, store=here.store, project=site, seq=(last.seq if last else 0) + 1, way=Way(way), told_by=told_by.strip()[:40], answers=given,
        low=any(question.is_low(given[question.code]) for question in asked), paper=paper, by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "aftersales.survey_filled", by=by, at=at, paper=paper, ref=here.survey.ref, way=str(way))
    return made


def _may_ask(site: Project, told_by: str, at: datetime, time_agreed: bool) -> None:
    if not told_by.strip():
        raise Refused(_("Say who told the answers on the phone."))
    if site.customer.do_not_contact and not time_agreed:
        raise Refused(_("The customer does not want to be contacted."))
    if not time_agreed:
        require_awake(at)


def _not_about(site: Project, asked: Sequence[SurveyQuestion], by: Any) -> None:
    """Whoever is rated neither takes the answers, in whatever way, nor says that there will be none."""
    if any(question.role and getattr(site, f"{question.role}_id") == by.pk for question in asked):
        raise Refused(_("Nobody asks a customer about himself; let somebody else call."))


def _answer(question: SurveyQuestion, text: str) -> str:
    text = str(text).strip()
    if question.kind == TEXT:
        return text[:1000]
    if text not in ALLOWED[question.kind]:
        raise Refused(_("Not answered: {question}").format(question=question.title))
    return text


def _sheet(
    site: Project, invite: SurveyInvite, asked: Sequence[SurveyQuestion], given: Mapping[str, str], way: Way, told_by: str, by: Any, at: datetime
) -> SurveySheet:  # fmt: skip
    survey = invite.survey
    return SurveySheet(
        project=site.ref, contract=site.contract.paper.ref, customer=site.customer_name, address=site.address, survey=survey.ref, name=survey.name,
        version=survey.version, way=WAYS[way.value], told_by=told_by.strip()[:40], taken_by=str(by), answered_at=at,
        answers=[Asked(question.code, question.zh, question.kind, given[question.code]) for question in asked],
    )  # fmt: skip


def follow_answers(dossier: Dossier | None) -> int:
    """Answers that were signed meanwhile count: the scores become rows, a bad answer opens a case."""
    rows = SurveyAnswer.objects.filter(signed_at__isnull=True, paper__state__in=Paper.SIGNED_STATES)
    if dossier is not None:
        rows = rows.filter(project__dossier=dossier)
    return sum(_counts(row) for row in rows.select_related("project").order_by("pk"))


@transaction.atomic
def _counts(row: SurveyAnswer) -> int:
    site = under_lock(row.project)
    here = SurveyAnswer.objects.select_for_update(no_key=True, of=("self",)).select_related("paper", "by", "invite__survey").get(pk=row.pk)
    if here.signed_at is not None:
        return 0
    invite = _locked_invite(here.invite)
    here.signed_at = max(hand.at for hand in here.paper.signatures.all() if hand.role in here.paper.required_roles)
    here.save(update_fields=["signed_at"])
    invite.state = InviteState.ANSWERED
    invite.save(update_fields=["state"])
    asked = questions_of(invite.survey.questions)
    SurveyScore.objects.bulk_create(_score(site, here, seq, question) for seq, question in enumerate(asked, start=1))
    if here.low:
        _open_case(site, here, asked)
    audit.record(site.dossier, "aftersales.survey_answered", by=None, at=here.signed_at, paper=here.paper, ref=invite.survey.ref, low=here.low)
    return 1


def _score(site: Project, answer: SurveyAnswer, seq: int, question: SurveyQuestion) -> SurveyScore:
    value = answer.answers.get(question.code, "")
    return SurveyScore(
        answer=answer, store_id=answer.store_id, project=site, seq=seq, code=question.code, question=question.zh, kind=question.kind, value=value,
        score=int(value) if question.kind in (SCALE, NPS) and value else None, low=question.is_low(value), role=question.role,
        person=getattr(site, question.role) if question.role else None,
    )  # fmt: skip


def _open_case(site: Project, answer: SurveyAnswer, asked: Sequence[SurveyQuestion]) -> None:
    bad = [question for question in asked if question.is_low(answer.answers.get(question.code, ""))]
    says = "；".join(f"{question.zh}：{_words(question, answer.answers[question.code])}" for question in bad)
    more = [answer.answers[question.code] for question in asked if question.kind == TEXT and answer.answers.get(question.code)]
    open_low(
        site, paper=answer.paper, source=LowSource.SURVEY, says="；".join([says, *more]), category=bad[0].category,
        about=[getattr(site, question.role) for question in bad if question.role], by=supervisor(site) or answer.by, at=answer.signed_at or answer.at,
    )  # fmt: skip


def _words(question: SurveyQuestion, value: str) -> str:
    return {"yes": "有", "no": "没有"}[value] if question.kind == YES_NO else f"{value} 分"


@transaction.atomic
def decline_survey(invite: SurveyInvite, *, reason: str, by: Any, at: datetime) -> SurveyInvite:
    """The customer does not want to answer; that is respected and counted."""
    here = _locked_invite(invite)
    if here.state != InviteState.OPEN or here.survey.state != SurveyState.ASKING:
        raise Refused(_("This customer has answered."))
    _not_about(here.project, questions_of(here.survey.questions), by)
    if not reason.strip():
        raise Refused(_("Note what the customer said."))
    here.state, here.reason = InviteState.DECLINED, reason.strip()[:200]
    here.save(update_fields=["state", "reason"])
    audit.record(here.project.dossier, "aftersales.survey_declined", by=by, at=at, ref=here.survey.ref, reason=here.reason)
    return here


# --- judged ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def analyse_survey(survey: Survey, *, analysis: str, measures: str, responsible: User, check_on: date, by: Any, at: datetime) -> Survey:
    """What the answers show, which measures are taken by whom, and the day on which their effect is looked at."""
    here = _locked_survey(survey, SurveyState.ASKING)
    if not SurveyAnswer.objects.filter(invite__survey=here, signed_at__isnull=False).exists():
        raise Refused(_("Nobody has answered yet."))
    if not analysis.strip() or not measures.strip():
        raise Refused(_("Write what the answers show and which measures are taken."))
    if check_on <= timezone.localtime(at).date():
        raise Refused(_("The effect is looked at on a later day."))
    if responsible.left_on is not None:
        raise Refused(_("{name} has left the company.").format(name=responsible))
    here.state, here.analysis, here.measures = SurveyState.ANALYSED, analysis.strip()[:1500], measures.strip()[:1500]
    here.responsible, here.check_on, here.analysed_at = responsible, check_on, at
    here.save(update_fields=["state", "analysis", "measures", "responsible", "check_on", "analysed_at"])
    clocks.stop(deadlines.SURVEY_ANALYSIS, here.ref, at=at, by=by)
    clocks.start(
        deadlines.SURVEY_EFFECT, dossier=here.store.file, key=here.ref, owner=by, at=at, line=here.name,
        due_at=evening(check_on), link=here.get_absolute_url(),
    )  # fmt: skip
    audit.record(here.store.file, "aftersales.survey_analysed", by=by, at=at, ref=here.ref, name=here.name, check_on=check_on)
    return here


@transaction.atomic
def check_effect(survey: Survey, *, effect: str, by: Any, at: datetime) -> Survey:
    """Have the measures worked?  Written down by a person."""
    here = _locked_survey(survey, SurveyState.ANALYSED)
    if not effect.strip():
        raise Refused(_("Write what has changed."))
    here.state, here.effect, here.checked_at, here.checked_by = SurveyState.CHECKED, effect.strip()[:1500], at, by
    here.save(update_fields=["state", "effect", "checked_at", "checked_by"])
    clocks.stop(deadlines.SURVEY_EFFECT, here.ref, at=at, by=by)
    audit.record(here.store.file, "aftersales.survey_checked", by=by, at=at, ref=here.ref, name=here.name)
    return here


def _locked_survey(survey: Survey, state: str) -> Survey:
    here = Survey.objects.select_for_update(no_key=True, of=("self",)).select_related("store").get(pk=survey.pk)
    if here.state != state:
        raise Refused(_("This survey stands at “{state}”.").format(state=SurveyState(here.state).label))
    return here


def _locked_invite(invite: SurveyInvite) -> SurveyInvite:
    rows = SurveyInvite.objects.select_for_update(no_key=True, of=("self",)).select_related("survey", "project__dossier", "store")
    return rows.get(pk=invite.pk)


__all__ = ["analyse_survey", "check_effect", "decline_survey", "follow_answers", "questions_now", "send_survey", "take_answers", "word_questions"]
