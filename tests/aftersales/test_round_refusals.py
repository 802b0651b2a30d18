"""Attacks of the web role in plain SQL on rounds, surveys, bad answers and the rest of repairs; each is refused by the database itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from aftersales import services
from aftersales.models import LowScore
from leads.models import Customer
from projects.models import Project
from tests.factories import repairs, rounds

HOUR = timedelta(hours=1)
CALL = (
    "INSERT INTO aftersales_roundcall (at, target_id, store_id, seq, channel, reached, time_agreed, satisfaction, with_what, suggestion, view, note, no_more, "
    "paper_id, by_id) VALUES (now(), "
)

ATTACKS = {
    "call a customer whom one serves": CALL + "{open}, {store}, 1, 'phone', false, false, '', '', '', '', '', false, NULL, {manager})",
    "call a fourth time": CALL + "{open}, {store}, 4, 'phone', false, false, '', '', '', '', '', false, NULL, {officer})",
    "reach a customer twice": CALL + "{reached}, {store}, 2, 'phone', true, false, 'satisfied', '', '', '', '', false, {free_paper}, {officer})",
    "reach a customer without a paper": CALL + "{open}, {store}, 1, 'phone', true, false, 'satisfied', '', '', '', '', false, NULL, {officer})",
    "leave out with what": CALL + "{open}, {store}, 1, 'phone', true, false, 'so_so', '', '', '', '', false, {free_paper}, {officer})",
    "better what a customer said": "UPDATE aftersales_roundcall SET satisfaction = 'satisfied', with_what = ''",
    "delete a call": "DELETE FROM aftersales_roundcall",
    "say by hand that a customer was reached": "UPDATE aftersales_roundtarget SET state = 'reached', done_at = now() WHERE id = {open}",
    "say by hand that a customer was tried": "UPDATE aftersales_roundtarget SET state = 'tried', done_at = now() WHERE id = {open}",
    "leave out a member": "UPDATE aftersales_roundtarget SET state = 'left_out', done_at = now(), reason = 'x' WHERE id = {open}",
    "open a customer of the list again": "UPDATE aftersales_roundtarget SET state = 'open', done_at = NULL WHERE id = {reached}",
    "give a customer to whoever serves him": "UPDATE aftersales_roundtarget SET officer_id = {manager} WHERE id = {open}",
    "make a member an ordinary customer": "UPDATE aftersales_roundtarget SET always = false WHERE id = {open}",
    "close a round over an open customer": (
        "UPDATE aftersales_visitround SET state = 'closed', closed_at = now(), analysis = 'x', report_id = {free_paper} WHERE id = {round}"
    ),
    "close a round without a report": "UPDATE aftersales_visitround SET state = 'closed', closed_at = now() WHERE id = {round}",
    "take a round back": "UPDATE aftersales_visitround SET state = 'prepared' WHERE id = {round}",
    "draw from other customers afterwards": "UPDATE aftersales_visitround SET criteria = '{{}}' WHERE id = {round}",
    "delete a round": "DELETE FROM aftersales_visitround",
    "call about an answer about oneself": (
        "INSERT INTO aftersales_lowscorecall (at, low_id, store_id, seq, reached, time_agreed, says, by_id) "
        "VALUES (now(), {low}, {store}, 1, true, false, 'x', {manager})"
    ),
    "take a name off a bad answer": "DELETE FROM aftersales_lowscoreabout",
    "open a second case for one paper": (
        "INSERT INTO aftersales_lowscore (at, paper_id, project_id, store_id, source, says, \"case\") "
        "SELECT now(), paper_id, project_id, store_id, source, says, 'x' FROM aftersales_lowscore"
    ),
    "word a bad answer anew": "UPDATE aftersales_lowscore SET says = 'x'",
    "raise a score": "UPDATE aftersales_surveyscore SET score = 5",
    "better an answer": "UPDATE aftersales_surveyanswer SET answers = '{{}}'",
    "word a question after it was asked": "UPDATE aftersales_survey SET questions = '[]'",
    "word a version anew": "UPDATE aftersales_questionset SET questions = '[]'",
    "check an effect before the measures": "UPDATE aftersales_survey SET state = 'checked', checked_at = now(), effect = 'x'",
    "judge a survey without measures": "UPDATE aftersales_survey SET state = 'analysed'",
    "ask a customer twice": (
        "INSERT INTO aftersales_surveyinvite (at, survey_id, store_id, project_id, seq, state, reason) "
        "SELECT now(), survey_id, store_id, project_id, 99, 'open', '' FROM aftersales_surveyinvite LIMIT 1"
    ),
    "take one's own payment back": (
        "INSERT INTO aftersales_repairreversal (at, repair_id, store_id, payment_id, reason, by_id) "
        "SELECT now(), repair_id, store_id, id, 'x', by_id FROM aftersales_repairpayment"
    ),
    "take a payment back without a reason": (
        "INSERT INTO aftersales_repairreversal (at, repair_id, store_id, payment_id, reason, by_id) "
        "SELECT now(), repair_id, store_id, id, '', {officer} FROM aftersales_repairpayment"
    ),
    "get a part back before it was sent": "UPDATE aftersales_partaway SET back_on = sent_on - 1, outcome = 'mended', result = 'x'",
    "get a part back without a result": "UPDATE aftersales_partaway SET back_on = sent_on",
    "send another part than was sent": "UPDATE aftersales_partaway SET part = 'x'",
    "hide a fault that came again": "DELETE FROM aftersales_repeatsignal",
    "look into a signal without a cause": "UPDATE aftersales_repeatsignal SET looked_at = now(), looked_by_id = {officer}",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(standing, django_db_blocker):
    with django_db_blocker.unblock(), translation.override("en"):
        return rows(standing.cast, *(Project.objects.at_hand().get(pk=pk) for pk in (standing.accepted, standing.completed)))


def rows(cast: Any, site: Project, other: Project) -> dict[str, Any]:
    Customer.objects.filter(pk=other.customer_id).update(is_member=True)
    made = rounds.running(cast, at=cast.at)
    rounds.called(rounds.target(made, site), by=cast.cs_officer, at=cast.at, satisfaction="so_so", with_what="门响")
    survey = rounds.sent(cast, at=cast.at)
    rounds.answered(rounds.invite(survey, site), by=cast.cs_officer, at=cast.at, Q06="1")
    services.word_questions(cast.store, questions=services.questions_now(cast.store)[1][:5], by=cast.cs_supervisor, at=cast.at)
    paid = repairs.done(
        site, people=cast, at=cast.at, category="sanitary", room="厨房", item="龙头", exclusion="X02", evidence="照片", charge=Decimal(50)
    )
    repairs.paid(paid, people=cast, at=cast.at + 6 * HOUR, amount=Decimal(50))
    away = repairs.in_order(site, people=cast, at=cast.at, category="sanitary", room="主卫", item="花洒")
    services.diagnose(away, reached=True, mode="factory", says="返厂", by=cast.technician, at=cast.at + HOUR)
    services.send_part(
        repairs.fresh(away), part="花洒", maker="厂", sent_on=cast.at.date(), expected_on=cast.days(9).date(), by=cast.aftersales_head, at=cast.at + HOUR
    )
    free = site.contract.paper
    return {
        "round": made.pk, "open": rounds.target(made, other).pk, "reached": rounds.target(made, site).pk, "store": site.store_id,
        "manager": site.project_manager_id, "officer": cast.cs_officer.pk, "free_paper": free.pk, "low": LowScore.objects.latest("pk").pk,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to(attack, built, cast):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**built))
        assert cursor.rowcount != 0, "the attack found no row: it proves nothing"

    assert caught.value.__cause__.pgcode in ("23505", "23514", "42501", "23502", "P0001"), caught.value
