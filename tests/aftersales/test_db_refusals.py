"""Attacks of the web role in plain SQL on the records after acceptance; each is refused by the database itself."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from aftersales import services
from projects import services as projects
from projects.choices import Stage
from projects.models import Project
from tests.factories import aftersales as after
from tests.factories import projects as sites

VISIT = (
    "INSERT INTO aftersales_returnvisit (at, warranty_id, store_id, kind, attempt, channel, reached, time_agreed, satisfaction, with_what, "
    "suggestion, view, note, by_id{more}) VALUES (now(), "
)
WARRANTY = (
    "INSERT INTO aftersales_warranty (at, project_id, store_id, acceptance_id, paper_id, starts_on, last_on, terms_version, reason) "
    "VALUES (now(), "
)
CARD = "INSERT INTO aftersales_warrantycard (at, warranty_id, store_id, paper_id, by_id) VALUES (now(), "

ATTACKS = {
    "shorten a warranty": "UPDATE aftersales_warranty SET last_on = last_on - 365 WHERE id = {warranty}",
    "begin a warranty on another day": "UPDATE aftersales_warranty SET starts_on = starts_on + 1 WHERE id = {warranty}",
    "move a warranty to another site": "UPDATE aftersales_warranty SET project_id = {other} WHERE id = {warranty}",
    "put another paper under a warranty": "UPDATE aftersales_warranty SET paper_id = {free} WHERE id = {warranty}",
    "withdraw a warranty without a reason": "UPDATE aftersales_warranty SET withdrawn_at = now(), reason = '' WHERE id = {warranty}",
    "delete a warranty": "DELETE FROM aftersales_warranty",
    "open a second warranty for a site": WARRANTY + "{site}, {store}, {acceptance}, {free}, '{starts}', '{starts}'::date + 700, 'x', '')",
    "open a warranty without an acceptance": WARRANTY + "{other}, {store}, {free}, {free}, current_date, current_date + 700, 'x', '')",
    "open a warranty that ends before it begins": WARRANTY + "{site}, {store}, {acceptance}, {free}, '{starts}', '{starts}', 'x', '')",
    "open a warranty of another store": WARRANTY + "{site}, {elsewhere}, {acceptance}, {free}, '{starts}', '{starts}'::date + 700, 'x', '')",
    "shorten a term": "UPDATE aftersales_warrantyterm SET months = 1",
    "end a term earlier": "UPDATE aftersales_warrantyterm SET until = until - 30",
    "delete a term": "DELETE FROM aftersales_warrantyterm",
    "add a term below the law": (
        "INSERT INTO aftersales_warrantyterm (warranty_id, seq, code, part, months, floor, basis) VALUES ({warranty}, 11, 'W11', 'x', 12, 24, '')"
    ),
    "add a part twice": "INSERT INTO aftersales_warrantyterm (warranty_id, seq, code, part, months, basis) VALUES ({warranty}, 11, 'W01', 'x', 60, '')",
    "make out a card before the money": CARD + "{warranty}, {store}, {free}, {person})",
    "record an evaluation before the money": (
        "INSERT INTO aftersales_evaluation (at, warranty_id, store_id, paper_id, by_id, answers, bad) "
        "VALUES (now(), {warranty}, {store}, {free}, {person}, '{{}}', false)"
    ),
    "make out a second card": CARD + "{paid}, {store}, {free}, {person})",
    "put a card under another warranty": "UPDATE aftersales_warrantycard SET warranty_id = {warranty}",
    "say that another person made the card out": "UPDATE aftersales_warrantycard SET by_id = {person} + 1",
    "delete a card": "DELETE FROM aftersales_warrantycard",
    "better an evaluation": "UPDATE aftersales_evaluation SET answers = '{{}}'",
    "hide a bad answer": "UPDATE aftersales_evaluation SET bad = false",
    "delete an evaluation": "DELETE FROM aftersales_evaluation",
    "better a return visit": "UPDATE aftersales_returnvisit SET satisfaction = 'satisfied'",
    "delete a return visit": "DELETE FROM aftersales_returnvisit",
    "number an attempt twice": VISIT.format(more="") + "{paid}, {store}, 'acceptance', 1, 'phone', false, false, '', '', '', '', '', {person})",
    "say that a customer was reached without a paper": (
        VISIT.format(more="") + "{paid}, {store}, 'month', 1, 'phone', true, false, 'satisfied', '', '', '', '', {person})"
    ),
    "note a dissatisfied customer without the reason": (
        VISIT.format(more=", paper_id") + "{paid}, {store}, 'month', 1, 'phone', true, false, 'dissatisfied', '', '', '', '', {person}, {free})"
    ),
    "book a visit in another store": VISIT.format(more="") + "{paid}, {elsewhere}, 'month', 1, 'phone', false, false, '', '', '', '', '', {person})",
    "set the time of recording": (
        VISIT.format(more=", recorded_at")
        + "{paid}, {store}, 'month', 1, 'phone', false, false, '', '', '', '', '', {person}, now() - interval '3 days')"
    ),
    "empty the table of visits": "TRUNCATE aftersales_returnvisit",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(standing, django_db_blocker):
    """A warranty that waits for the money, and in another file one with card, evaluation and visit; a paper that nobody uses."""
    with django_db_blocker.unblock(), translation.override("en"):
        people = Project.objects.at_hand()
        return rows(standing.cast, people.get(pk=standing.accepted), people.get(pk=standing.completed))


@pytest.fixture
def target(built, cast):
    return built


def rows(cast, accepted, completed):
    after.signed_acceptance(completed, people=cast, at=cast.at)
    projects.advance(completed, to=Stage.ACCEPTED, by=cast.project_manager, at=cast.at)
    services.follow(completed.dossier, at=cast.at)
    after.paid(completed, people=cast, at=cast.at)
    after.card(completed, people=cast, at=cast.at)
    after.evaluation(completed, people=cast, at=cast.at, Q05="1")
    after.visit(completed, by=cast.cs_officer, at=cast.at, satisfaction="so_so", with_what="地砖缝")
    waiting, paid = after.warranty_of(accepted), after.warranty_of(completed)
    bare = sites.signed_project(cast, phones=["13858003399"])
    return {
        "warranty": waiting.pk, "site": accepted.pk, "acceptance": waiting.acceptance_id, "starts": waiting.starts_on, "paid": paid.pk,
        "other": bare.pk, "free": bare.contract.paper_id, "store": cast.store.pk, "elsewhere": cast.other.store.pk, "person": cast.cs_officer.pk,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, target):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))

    assert caught.value.__cause__.pgcode in ("23505", "23514", "42501", "23502", "P0001"), caught.value


def test_what_is_allowed_is_allowed(target):
    """The same statements with true values go through, so that the refusals above are refusals of what is false."""
    with connection.cursor() as cursor:
        cursor.execute((VISIT.format(more="") + "{paid}, {store}, 'month', 1, 'phone', false, false, '', '', '', '', '', {person})").format(**target))
        cursor.execute("UPDATE aftersales_warranty SET withdrawn_at = now(), reason = 'x' WHERE id = {warranty}".format(**target))
        cursor.execute((WARRANTY + "{site}, {store}, {acceptance}, {free}, '{starts}', '{starts}'::date + 700, 'x', '')").format(**target))
