"""Attacks of the web role in plain SQL on checks, patrols and faults; each is refused by the database itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from inspections import services
from inspections.models import Rectification
from inspections.services import Seen
from projects.models import Project
from tests.factories import inspections as site

NOT_MEANT = ("42601", "42703", "42P01", "23502")  # a slip in the statement itself: syntax, column, table, a value left out


def _result(
    check: str = "{open}", item: str = "{fresh}", store: str = "store_id", verdict: str = "pass", note: str = "", points: int = 0, good: int = 0
) -> str:
    return (
        "INSERT INTO inspections_checkresult (at, quality_check_id, item_id, project_id, store_id, by_id, verdict, values, points, good, gap, overrun, "
        f"short_of_promise, tolerable, note, carried, was_failed) SELECT now(), id, {item}, project_id, {store}, by_id, '{verdict}', '[]', {points}, {good}, "
        f"0, false, false, false, '{note}', false, false FROM inspections_qualitycheck WHERE id = {check}"
    )


ATTACKS = {
    "pass a check without anything": "UPDATE inspections_qualitycheck SET state = 'passed' WHERE id = {open}",
    "pass a check although a main item fails": (
        "UPDATE inspections_qualitycheck SET state = 'passed', concluded_at = now(), paper_id = {paper} WHERE id = {open}"
    ),
    "open a concluded check again": "UPDATE inspections_qualitycheck SET state = 'open', concluded_at = NULL WHERE id = {passed}",
    "turn a passed check into a failed one": "UPDATE inspections_qualitycheck SET state = 'failed' WHERE id = {passed}",
    "turn a failed check into a passed one": "UPDATE inspections_qualitycheck SET state = 'passed' WHERE id = {failed}",
    "date a conclusion back": "UPDATE inspections_qualitycheck SET concluded_at = concluded_at - interval '9 days' WHERE id = {passed}",
    "write other tools into a concluded check": "UPDATE inspections_qualitycheck SET tools = ARRAY['x'] WHERE id = {passed}",
    "rewrite what the customer said": "UPDATE inspections_qualitycheck SET customer_says = 'x' WHERE id = {passed}",
    "take the paper off a passed check": "UPDATE inspections_qualitycheck SET paper_id = NULL WHERE id = {passed}",
    "clear a check that has not passed": "UPDATE inspections_qualitycheck SET cleared_at = now() WHERE id = {failed}",
    "move a check to another attempt": "UPDATE inspections_qualitycheck SET attempt = 7 WHERE id = {open}",
    "move a check to another site": "UPDATE inspections_qualitycheck SET project_id = {elsewhere} WHERE id = {open}",
    "open a second check beside the first": (
        "INSERT INTO inspections_qualitycheck (at, project_id, store_id, by_id, code, attempt, template_id, state, reason, inspector_id, started_at, tools, "
        "remark, customer_verdict, customer_says) SELECT at, project_id, store_id, by_id, code, 9, template_id, state, '', inspector_id, started_at, "
        "tools, '', '', '' FROM inspections_qualitycheck WHERE id = {open}"
    ),
    "book a check in another store": "UPDATE inspections_qualitycheck SET store_id = {store} WHERE id = {open}",
    "delete a check": "DELETE FROM inspections_qualitycheck WHERE id = {open}",
    "change a result of a passed check": "UPDATE inspections_checkresult SET verdict = 'fail' WHERE quality_check_id = {passed}",
    "change a fault of a failed check": "UPDATE inspections_checkresult SET verdict = 'pass' WHERE quality_check_id = {failed}",
    "add a result to a failed check": _result("{failed}"),
    "record the same item twice": _result(item="{recorded}"),
    "leave an item out without a reason": _result(verdict="not_applicable"),
    "count more good points than there are": _result(points=1, good=2),
    "record a result in another store": _result(store="{store}"),
    "confirm as the second person what one left out oneself": (
        "UPDATE inspections_checkresult SET confirmed_by_id = by_id, confirmed_at = now() WHERE quality_check_id = {open}"
    ),
    "move a result to another item": "UPDATE inspections_checkresult SET item_id = {fresh} WHERE quality_check_id = {open}",
    "delete a result": "DELETE FROM inspections_checkresult WHERE quality_check_id = {open}",
    "soften the limit of an item": "UPDATE inspections_checkitem SET high = 999 WHERE high IS NOT NULL",
    "make a main item a general one": "UPDATE inspections_checkitem SET severity = 'general'",
    "delete an item": "DELETE FROM inspections_checkitem",
    "change a version of a check": "UPDATE inspections_checktemplate SET version = 9",
    "remove who was there": "DELETE FROM inspections_attendance",
    "put somebody there afterwards": "UPDATE inspections_attendance SET name = 'x'",
    "let somebody stand in without authorisation": (
        "INSERT INTO inspections_attendance (quality_check_id, party, name, stands_in) VALUES ({open}, 'customer', 'x', true)"
    ),
    "waive without a reason": "INSERT INTO inspections_itemwaiver (at, quality_check_id, item_id, reason, by_id) SELECT now(), {open}, {fresh}, '', {person}",
    "withdraw a photo": "DELETE FROM inspections_photo",
    "exchange a photo": "UPDATE inspections_photo SET attachment_id = attachment_id + 1",
    "hang a photo on nothing": "INSERT INTO inspections_photo (attachment_id, place) SELECT attachment_id, '' FROM inspections_photo LIMIT 1",
    "rewrite a patrol": "UPDATE inspections_patrol SET progress = 'x'",
    "date a patrol back": "UPDATE inspections_patrol SET at = at - interval '5 days'",
    "delete a patrol": "DELETE FROM inspections_patrol",
    "rewrite a fault": "UPDATE inspections_finding SET text = 'x'",
    "delete a fault": "DELETE FROM inspections_finding",
    "accept a fault that nobody has answered": (
        "UPDATE inspections_rectification SET state = 'accepted', accepted_at = now(), accepted_by_id = {person} WHERE id = {fault}"
    ),
    "call an answered fault accepted by whoever answered": (
        "UPDATE inspections_rectification SET state = 'accepted', accepted_at = now(), accepted_by_id = answered_by_id WHERE id = {answered}"
    ),
    "give a fault to somebody else": "UPDATE inspections_rectification SET responsible_id = {person} WHERE id = {fault}",
    "delete a rectification": "DELETE FROM inspections_rectification",
    "rewrite an answer": "UPDATE inspections_answer SET text = 'x'",
    "set the time of recording": "UPDATE inspections_qualitycheck SET recorded_at = now() - interval '3 days' WHERE id = {open}",
    "empty a table": "TRUNCATE inspections_checkresult CASCADE",
    "switch the guards off": "ALTER TABLE inspections_qualitycheck DISABLE TRIGGER ALL",
}


@pytest.fixture(scope="module")
def known(standing: Any, standing_checked: int, django_db_blocker: Any) -> dict[str, int]:
    with django_db_blocker.unblock():
        sites = Project.objects.at_hand()
        return _known(sites.get(pk=standing.filing), sites.get(pk=standing_checked), standing.cast)


@pytest.fixture
def target(known: dict[str, int], db: None) -> dict[str, int]:
    """A passed, a failed and an open check; a fault that waits and one that is answered."""
    return known


def _known(filing: Any, checked: Any, cast: Any) -> dict[str, int]:
    passed = site.passed(filing, "C1", people=cast, at=cast.at)
    site.patrolled(checked, people=cast, at=cast.days(4), seen=[Seen("垃圾未装袋"), Seen("临时用电无漏保", "main", [site.picture()])])
    waiting, answered = Rectification.objects.filter(project=checked).order_by("number")
    site.answered(answered, people=cast, at=cast.days(5))
    failed = site.failed(checked, "C2", people=cast, at=cast.days(5), failing=("C2-01",))
    opened = site.opened(checked, "C3", people=cast, at=cast.days(6))
    items = {item.code: item for item in opened.template.items.all()}
    services.record_result(check=opened, **site.bad(items["C3-01"]), by=cast.quality_inspector, at=cast.days(6))
    return {
        "open": opened.pk, "passed": passed.pk, "failed": failed.pk, "paper": waiting.paper_id, "fault": waiting.pk, "answered": answered.pk,
        "fresh": items["C3-04"].pk, "recorded": items["C3-01"].pk, "elsewhere": filing.pk, "store": cast.other.store.pk, "person": cast.engineering_manager.pk,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack: str, target: dict[str, int]) -> None:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))
    assert refusal.value.__cause__.pgcode not in NOT_MEANT  # type: ignore[union-attr]


def test_what_is_honest_is_not_refused(target: dict[str, int]) -> None:
    """The same statements pass when they say nothing forbidden: the attacks above fail for what they do, not for their form."""
    with connection.cursor() as cursor:
        cursor.execute(_result(verdict="not_applicable", note="无此项", points=2, good=2).format(**target))
        cursor.execute("UPDATE inspections_qualitycheck SET remark = 'x' WHERE id = {open}".format(**target))
        assert cursor.rowcount == 1
