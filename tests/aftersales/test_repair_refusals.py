"""Attacks of the web role in plain SQL on repairs; each is refused by the database itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from aftersales import services
from projects.models import Project
from tests.factories import repairs

HOUR = timedelta(hours=1)

ATTACKS = {
    "make a repair of another home": "UPDATE aftersales_repairrequest SET project_id = project_id + 1 WHERE id = {told}",
    "tell another fault": "UPDATE aftersales_repairrequest SET fault = 'x' WHERE id = {told}",
    "tell it later": "UPDATE aftersales_repairrequest SET at = at + interval '3 years' WHERE id = {told}",
    "say by hand that the owner pays": "UPDATE aftersales_repairrequest SET cover = 'paid', term_id = {term} WHERE id = {told}",
    "charge in the warranty": "UPDATE aftersales_repairrequest SET charge = 100 WHERE id = {free}",
    "file it without a call": "UPDATE aftersales_repairrequest SET state = 'archived', closed_at = now() WHERE id = {free}",
    "withdraw it without a reason": "UPDATE aftersales_repairrequest SET state = 'withdrawn', closed_at = now() WHERE id = {told}",
    "end it without a day": "UPDATE aftersales_repairrequest SET state = 'done' WHERE id = {free}",
    "delete a repair": "DELETE FROM aftersales_repairrequest WHERE id = {told}",
    "change a sorting": "UPDATE aftersales_sorting SET cover = 'paid'",
    "sort without a reason anew": (
        "INSERT INTO aftersales_sorting (at, repair_id, store_id, by_id, seq, term_id, until, exclusion, evidence, proposed, cover, reason, hold) "
        "SELECT now(), repair_id, store_id, by_id, seq + 1, term_id, until, '', '', proposed, cover, '', hold FROM aftersales_sorting WHERE repair_id = {free}"
    ),
    "refuse without evidence": (
        "INSERT INTO aftersales_sorting (at, repair_id, store_id, by_id, seq, term_id, until, exclusion, evidence, proposed, cover, reason, hold) "
        "SELECT now(), repair_id, store_id, by_id, seq + 1, term_id, until, 'X02', '', 'paid', 'paid', 'x', hold FROM aftersales_sorting "
        "WHERE repair_id = {free}"
    ),
    "confirm one's own refusal": (
        "INSERT INTO aftersales_sorting (at, repair_id, store_id, by_id, seq, term_id, until, exclusion, evidence, proposed, cover, reason, hold, confirms_id) "
        "SELECT now(), repair_id, store_id, by_id, seq + 1, term_id, until, exclusion, evidence, proposed, cover, 'x', hold, id FROM aftersales_sorting "
        "WHERE repair_id = {refused} AND confirms_id IS NULL"
    ),
    "take an unconfirmed refusal as said": (
        "UPDATE aftersales_repairrequest SET cover = 'paid', term_id = {refused_term}, state = 'sorted' WHERE id = {refused}"
    ),
    "better a talk": "UPDATE aftersales_diagnosis SET says = 'x'",
    "charge on an order in the warranty": "UPDATE aftersales_repairorder SET charge = 100 WHERE id = {free_order}",
    "raise a charge that was signed": "UPDATE aftersales_repairorder SET charge = charge + 1 WHERE id = {paid_order}",
    "skip the door": "UPDATE aftersales_repairorder SET state = 'done' WHERE id = {free_order}",
    "finish work without papers": "UPDATE aftersales_repairorder SET state = 'done', work = 'x', finished_at = now() WHERE id = {paid_order}",
    "go back to planned": "UPDATE aftersales_repairorder SET state = 'planned' WHERE id = {paid_order}",
    "make a second running order": (
        "INSERT INTO aftersales_repairorder (at, repair_id, store_id, by_id, seq, technician_id, appointment_id, told, expected_minutes, state, found, plan, "
        "parts, labour, charge, work, rest, discussed, reason) SELECT now(), repair_id, store_id, by_id, 9, technician_id, {other_visit}, '', 60, 'planned', "
        "'', '', '[]', 0, 0, '', '', '', '' FROM aftersales_repairorder WHERE id = {free_order}"
    ),
    "seat a technician twice": (
        "INSERT INTO leads_appointmentseat (appointment_id, person_id, start_at, end_at, planned) SELECT {other_visit}, person_id, start_at, end_at, true "
        "FROM leads_appointmentseat WHERE appointment_id = {visit}"
    ),
    "delete an order": "DELETE FROM aftersales_repairorder",
    "take a photo away": "DELETE FROM aftersales_repairphoto",
    "write a payment without an account": (
        "INSERT INTO aftersales_repairpayment (at, repair_id, store_id, by_id, amount, method, payer, receipt_id, key) "
        "SELECT now(), {paid}, store_id, by_id, 1, 'cash', 'x', paper_id, gen_random_uuid() FROM aftersales_repairorder WHERE id = {paid_order}"
    ),
    "lower a cost": "UPDATE aftersales_repaircost SET material = 0",
    "note a cost of nothing": (
        "INSERT INTO aftersales_repaircost (at, repair_id, store_id, by_id, seq, trade, crew, material, labour, note) "
        "SELECT now(), id, store_id, by_id, 9, 'tiles', '', 0, 0, '' FROM aftersales_repairrequest WHERE id = {free}"
    ),
    "say that a call reached somebody without saying what": (
        "INSERT INTO aftersales_repaircall (at, repair_id, store_id, by_id, seq, reached, outcome, says) "
        "SELECT now(), id, store_id, by_id, 9, true, '', '' FROM aftersales_repairrequest WHERE id = {free}"
    ),
    "note a problem that nobody answers": (
        "INSERT INTO aftersales_homepatrol (at, warranty_id, store_id, by_id, problem, correction) "
        "SELECT now(), warranty_id, store_id, by_id, 'x', '' FROM aftersales_repairrequest WHERE id = {free}"
    ),
    "set the time of recording": (
        "INSERT INTO aftersales_homepatrol (at, warranty_id, store_id, by_id, problem, correction, recorded_at) "
        "SELECT now(), warranty_id, store_id, by_id, '', '', now() - interval '3 days' FROM aftersales_repairrequest WHERE id = {free}"
    ),
    "empty the table of calls": "TRUNCATE aftersales_repaircall",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(standing, django_db_blocker):
    with django_db_blocker.unblock(), translation.override("en"):
        return rows(standing.cast, Project.objects.at_hand().get(pk=standing.accepted))


def rows(cast: Any, site: Project) -> dict[str, Any]:
    told = repairs.told(site, people=cast, at=cast.at)
    free_order = repairs.sent(site, people=cast, at=cast.at, category="tile", room="厨房")
    later = cast.at + timedelta(days=1)
    paid_order = repairs.on_site(site, people=cast, at=later, category="sanitary", exclusion="X02", evidence="照片")
    repairs.noted(paid_order, people=cast, at=later + 3 * HOUR, labour=120)
    refused = repairs.told(site, people=cast, at=cast.at, category="wall")
    services.sort_repair(refused, exclusion="X02", evidence="照片", by=cast.cs_officer, at=cast.at)
    services.note_repair_cost(free_order.repair, trade="tiles", labour=10, by=cast.aftersales_head, at=cast.at)
    paid_order.refresh_from_db()
    terms = {row.code: row.pk for row in told.warranty.terms.all()}
    return {
        "told": told.pk, "term": terms["W01"], "free": free_order.repair_id, "free_order": free_order.pk, "paid": paid_order.repair_id,
        "paid_order": paid_order.pk, "refused": refused.pk, "refused_term": terms["W02"], "visit": free_order.appointment_id,
        "other_visit": paid_order.appointment_id,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, built, cast):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**built))
        assert cursor.rowcount != 0, "the attack found no row: it proves nothing"

    assert caught.value.__cause__.pgcode in ("23505", "23514", "42501", "23502", "23P01", "P0001"), caught.value


def test_what_is_allowed_is_allowed(built, cast):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE aftersales_repairrequest SET promised_on = current_date WHERE id = {told}".format(**built))
        cursor.execute("UPDATE aftersales_repairorder SET left_at = now() WHERE id = {free_order}".format(**built))
        assert cursor.rowcount == 1
