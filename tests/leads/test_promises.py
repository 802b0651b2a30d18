"""What was promised, by whom, until when: on the desk of who gave it until it is answered with a word."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from leads import services
from leads.models import Promise
from leads.selectors_money import promised, promises_of
from projects import services as building
from tests import road
from tests.factories import projects as jobs

TEXT = "周六前把效果图发给客户"


def made(cast, lead, **more):
    return services.make_promise(lead, **{"text": TEXT, "until": cast.days(2).date(), "by": cast.designer, "at": cast.at} | more)


def test_a_promise_stands_on_the_desk_of_who_gave_it_until_the_evening_of_its_day(cast):
    lead = road.assigned_lead(cast)

    promise = made(cast, lead)

    clock = Deadline.objects.get(clock="leads.promise")
    assert clock.owner == cast.designer and clock.due_at.astimezone(cast.at.tzinfo).isoformat() == "2026-11-26T18:00:00+08:00"
    assert TEXT in clock.line
    services.answer_promise(promise, kept=True, word="已发微信", by=cast.designer, at=cast.days(1))
    clock.refresh_from_db()
    assert clock.stopped_at == cast.days(1) and clock.breached_at is None


def test_a_promise_says_something_for_today_or_later(cast):
    lead = road.assigned_lead(cast)
    for told, says in (({"text": " "}, "what was promised"), ({"until": cast.days(-1).date()}, "today or later")):
        with pytest.raises(Refused, match=says):
            made(cast, lead, **told)

    assert made(cast, lead, until=cast.at.date()).until == cast.at.date()


def test_it_is_answered_once_and_with_a_word(cast):
    promise = made(cast, road.assigned_lead(cast))
    with pytest.raises(Refused, match="how it went"):
        services.answer_promise(promise, kept=False, word=" ", by=cast.designer, at=cast.at)
    services.answer_promise(promise, kept=False, word="设计师病了，改周日", by=cast.designer, at=cast.at)

    with pytest.raises(Refused, match="answered already"):
        services.answer_promise(promise, kept=True, word="其实发了", by=cast.designer, at=cast.at)


def test_a_promise_outlives_the_signing_of_the_contract(cast):
    lead = jobs.accepted_lead(cast)
    made(cast, lead)

    building.open_project(lead, **jobs.contract_facts(cast, lead))

    assert Deadline.objects.filter(clock="leads.promise", stopped_at=None).count() == 1


def test_open_promises_of_many_customers_are_one_question(cast, django_assert_num_queries):
    first, second = road.assigned_lead(cast), road.assigned_lead(cast, phones=["13858005201"])
    kept = made(cast, first)
    made(cast, first, text="免费量房")
    made(cast, second)
    services.answer_promise(kept, kept=True, word="好", by=cast.designer, at=cast.at)

    with django_assert_num_queries(1):
        found = promised([first.pk, second.pk])

    assert {pk: [p.text for p in rows] for pk, rows in found.items()} == {first.pk: ["免费量房"], second.pk: [TEXT]}
    assert [p.text for p in promises_of(first.pk)] == ["免费量房", TEXT] and len(promises_of(first.pk, waiting=True)) == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_promise SET text = 'x'", "UPDATE leads_promise SET until = until + 30", "DELETE FROM leads_promise",
        "UPDATE leads_promise SET kept = true, answered_at = now(), answered_by_id = by_id", "UPDATE leads_promise SET kept = false",
    ],
)  # fmt: skip
def test_the_database_refuses(attack, cast):
    made(cast, road.assigned_lead(cast))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert Promise.objects.get().kept is None


def test_an_answer_is_not_taken_back(cast):
    promise = made(cast, road.assigned_lead(cast))
    services.answer_promise(promise, kept=False, word="没做到", by=cast.designer, at=cast.at)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_promise SET kept = true")
