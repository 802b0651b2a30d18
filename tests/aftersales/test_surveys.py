"""Satisfaction surveys (S18): what was asked stays with the answer, who may ask, what a bad answer does, measures and their effect."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from aftersales import deadlines_rounds as deadlines
from aftersales import selectors_surveys as selectors
from aftersales import services
from aftersales.models import Complaint, LowScore, Survey, SurveyScore
from aftersales.sheets_surveys import answers_of
from core import papers
from core.models import Deadline
from core.refusals import Refused
from projects.models import Project
from tests.factories import aftersales as after
from tests.factories import rounds


def refused(verb, *args, **told):
    with pytest.raises(Refused) as caught:
        verb(*args, **told)
    return caught.value


@pytest.fixture
def survey(cast, accepted):
    return rounds.sent(cast, at=cast.at)


def mine(survey, accepted):
    return rounds.invite(survey, accepted)


def test_the_questions_of_a_survey_stay_as_they_were_asked(cast, accepted, survey):
    version, known = services.questions_now(cast.store)
    worded = [replace(row, zh="现场收拾得干净吗") if row.code == "Q05" else row for row in known]

    made = services.word_questions(cast.store, questions=worded, by=cast.cs_supervisor, at=cast.at)
    answer = rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at)

    assert (version, made.version, survey.version) == (0, 1, 0)
    assert [row["question"] for row in answer.paper.body["answers"] if row["code"] == "Q05"] == ["工地整洁和安全情况"]
    assert refused(services.word_questions, cast.store, questions=worded, by=cast.cs_supervisor, at=cast.at).message == "Nothing has changed."
    later = rounds.sent(cast, at=cast.days(1), name="第二次调查")
    assert next(row["zh"] for row in later.questions if row["code"] == "Q05") == "现场收拾得干净吗"


def test_answers_count_when_the_customer_has_signed_them(cast, accepted, survey):
    made = rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, signed=False)
    assert not SurveyScore.objects.filter(answer=made).exists()

    again = rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q09="4")

    made.paper.refresh_from_db()
    assert (made.paper.state, again.signed_at, again.invite.state) == ("superseded", cast.at, "answered")
    assert SurveyScore.objects.get(answer=again, code="Q09").score == 4
    assert refused(rounds.answered, mine(survey, accepted), by=cast.cs_officer, at=cast.at).message == "This customer has answered."


def test_on_the_phone_nobody_asks_about_himself_and_not_in_the_rest(cast, accepted, survey):
    row = mine(survey, accepted)
    told = {"way": "phone", "answers": rounds.answers(survey), "at": cast.at}

    assert refused(services.take_answers, row, by=cast.cs_officer, **told).message == "Say who told the answers on the phone."
    about = refused(services.take_answers, row, by=cast.project_manager, told_by="丁建国", **told).message
    assert about == "Nobody asks a customer about himself; let somebody else call."
    rest = refused(services.take_answers, row, by=cast.cs_officer, told_by="丁建国", **{**told, "at": cast.at.replace(hour=12)}).message
    assert rest.startswith("From 12:00 to 14:00 customers rest")
    made = rounds.answered(row, by=cast.cs_officer, at=cast.at, way="phone", told_by="丁建国")
    assert (made.paper.kind, [line.role for line in papers.kind_of(made.paper).signers], bool(made.signed_at)) == ("S18T", ["cs_officer"], True)


@pytest.mark.parametrize(("score", "low"), [("3", False), ("2", True), ("1", True)])
def test_a_score_of_two_or_less_opens_a_case_about_whom_it_rates_once(cast, accepted, survey, score, low):
    made = rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q06=score)
    services.follow(accepted.dossier, at=cast.days(1))

    found = LowScore.objects.filter(paper=made.paper)
    assert (made.low, found.count(), Complaint.objects.filter(project=accepted).count()) == (low, int(low), int(low))
    if not low:
        return
    case = found.get()
    assert [row.person for row in case.about.all()] == [accepted.project_manager]
    assert not LowScore.objects.visible_to(accepted.project_manager).exists()
    assert not Complaint.objects.visible_to(accepted.project_manager).exists()
    assert LowScore.objects.visible_to(cast.cs_supervisor).get() == case


def test_a_yes_about_private_money_opens_a_case_of_integrity(cast, accepted, survey):
    rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q11="yes")

    assert Complaint.objects.get(project=accepted).category == "integrity"


def test_a_bad_evaluation_opens_one_case_and_the_call_is_made_by_somebody_it_does_not_name(cast, settled):
    Project.objects.filter(pk=settled.pk).update(project_manager=cast.project_manager)
    made = after.evaluation(settled, people=cast, at=cast.days(1), Q06="1")

    case = LowScore.objects.get(paper=made.paper)
    assert (case.source, [row.person for row in case.about.all()]) == ("S02", [cast.project_manager])
    told = {"kind": "low_score", "satisfaction": "dissatisfied", "with_what": "电话不接", "at": cast.days(1) + timedelta(hours=1)}
    assert refused(after.visit, settled, by=cast.project_manager, **told).message == "Whom the answer is about does not call about it."
    after.visit(settled, by=cast.cs_supervisor, **told)
    case.refresh_from_db()
    assert (case.called_at, LowScore.objects.count()) == (told["at"], 1)


def test_a_dissatisfied_return_visit_after_acceptance_opens_a_case(cast, accepted):
    made = after.visit(accepted, by=cast.cs_officer, at=cast.days(1), satisfaction="dissatisfied", with_what="油漆有色差")

    assert LowScore.objects.get(paper=made.paper).says == "油漆有色差"


def test_who_does_not_want_to_answer_is_left_alone(cast, accepted, survey):
    row = services.decline_survey(mine(survey, accepted), reason="没时间", by=cast.cs_officer, at=cast.at)

    assert row.state == "declined"
    assert refused(rounds.answered, mine(survey, accepted), by=cast.cs_officer, at=cast.at).message == "This customer does not want to answer."


def test_measures_are_taken_and_their_effect_is_looked_at_on_its_day(cast, accepted, survey):
    day = cast.days(30).date()
    told = {"analysis": "工地整洁得分最低。", "measures": "每日收工前拍照。", "responsible": cast.engineering_manager, "check_on": day}
    by = {"by": cast.cs_supervisor, "at": cast.days(8)}
    assert refused(services.analyse_survey, survey, **told, **by).message == "Nobody has answered yet."
    rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at)
    assert refused(services.analyse_survey, survey, **{**told, "measures": " "}, **by).message.startswith("Write what the answers show")

    services.analyse_survey(survey, **told, **by)

    due = Deadline.objects.get(clock=deadlines.SURVEY_EFFECT.id, key=survey.ref)
    assert (due.due_at.date(), Deadline.objects.get(clock=deadlines.SURVEY_ANALYSIS.id, key=survey.ref).stopped_at) == (day, cast.days(8))
    services.check_effect(survey, effect="整洁得分从 3.1 到 4.2。", by=cast.cs_supervisor, at=cast.days(30))
    due.refresh_from_db()
    assert (Survey.objects.get(pk=survey.pk).state, due.stopped_at) == ("checked", cast.days(30))


def test_results_open_by_question_store_and_person_and_a_customer_manager_sees_his_own(cast, completed, accepted, survey):
    rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q06="2", Q12="3")
    rounds.answered(rounds.invite(survey, completed), by=cast.cs_officer, at=cast.at, Q06="4")
    Project.objects.filter(pk=completed.pk).update(customer_manager=cast.other.customer_manager)

    whole, own = (selectors.scores_of(person, survey) for person in (cast.cs_supervisor, cast.customer_manager))

    lines = {row.value: row for row in selectors.by_question(whole)}
    assert (str(lines["Q06"].mean), lines["Q06"].low, lines["Q06"].spread) == ("3.0", 1, (0, 1, 0, 1, 0))
    assert selectors.promoters(whole) == 0
    manager = next(row for row in selectors.by_person(whole) if row.role == "project_manager")
    assert (manager.says, manager.count, manager.low) == (str(cast.project_manager), 4, 1)
    assert [(row.value, row.count) for row in selectors.by_store(whole)] == [("CX", 8)]
    assert {row.project for row in selectors.answers_listed(cast.customer_manager, own)} == {accepted}
    assert [row.low for row in selectors.answers_listed(cast.cs_supervisor, selectors.narrowed(whole, selectors.ResultFilter(low=True)))] == [True]


def test_whom_a_bad_answer_rates_reads_the_figures_and_not_what_was_said(cast, accepted, survey):
    """The head of engineering runs this site himself: he sees all surveys of the store, but not this answer."""
    Project.objects.filter(pk=accepted.pk).update(project_manager=cast.engineering_manager)
    made = rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q06="2")
    for person, reads in ((cast.engineering_manager, False), (cast.cs_supervisor, True)):
        scores = selectors.scores_of(person, survey)
        assert [row.low for row in selectors.by_question(scores) if row.value == "Q06"] == [1]
        assert {row.answer for row in selectors.answers_listed(person, scores)} == ({made} if reads else set())
        assert list(answers_of(person, survey)) == ([made] if reads else [])
        asked = selectors.invites_of(person, survey).get(project=accepted)
        assert (asked.low, asked.paper) == ((True, made.paper.ref) if reads else (None, None))


def test_S18_LR43_the_answers_of_a_survey_go_out_as_a_sheet_that_names_nobody(cast, accepted, survey):
    """A row for each answer that counts, a column for each question as it was asked; no full name, no door, no number."""
    rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, signed=False)
    url = reverse("aftersales:survey-export", args=[survey.ref])
    supervisor = cast.client(cast.cs_supervisor)
    assert len(table(supervisor.get(url))) == 1  # nobody has signed yet
    rounds.answered(mine(survey, accepted), by=cast.cs_officer, at=cast.at, Q05="2", Q15="请打 13858003372 找我")
    head, row = table(supervisor.get(url))
    told = dict(zip(head, row, strict=True))
    assert told["工地整洁和安全情况"] == 2 and "138****3372" in row[-2]
    whole = " ".join(str(cell) for cell in row)
    assert "丁**" in whole and "丁建国" not in whole and "13858003372" not in whole and accepted.address not in whole
    assert cast.client(cast.cs_officer).get(url).status_code == 403
    assert cast.client(cast.other.cs_supervisor).get(url).status_code == 404


def table(answer):
    """What stands in a sheet, row by row."""
    assert answer.status_code == 200
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]
