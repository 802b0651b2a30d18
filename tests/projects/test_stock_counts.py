"""The monthly counting of blank contracts (Q41, P08): expected, found, missing with a word; a clock each month."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from core.refusals import Refused
from projects import services
from projects.models import StockCount
from tests.factories import projects as road


@pytest.fixture
def drawer(cast, db):
    """Five blanks: three in stock, one with the customer manager, one void."""
    rows = services.stock_contracts(store=cast.store, serials=[f"CXHT{n}" for n in range(1, 6)], by=cast.engineering_assistant, at=cast.at)
    services.take_blank(rows[3], by=cast.customer_manager, at=cast.at)
    services.take_blank(rows[4], by=cast.customer_manager, at=cast.at)
    services.return_blank(rows[4], state="void", reason="写错一页", by=cast.customer_manager, at=cast.at)
    return rows


def counted(cast, found, **more):
    told = {"store": cast.store, "found": found, "by": cast.customer_manager, "at": cast.at} | more
    return services.count_stock(**told)


def test_what_is_in_stock_or_taken_out_is_expected_and_what_is_missing_needs_a_word(drawer, cast):
    with pytest.raises(Refused, match="Missing without a word: CXHT2, CXHT4"):
        counted(cast, ["CXHT1", "CXHT3"], words={"CXHT2": " "})

    made = counted(cast, ["CXHT1", "CXHT3", "CXHT4"], words={"CXHT2": "抽屉里没有，问前台"})

    assert (made.expected, made.found, made.missing, made.month.isoformat()) == (4, 3, 1, "2026-11-01")
    line = made.lines.get(found=False)
    assert (line.blank.serial, line.word, line.state) == ("CXHT2", "抽屉里没有，问前台", "blank")
    services.return_blank(line.blank, state="lost", reason="盘点遗失", by=cast.store_manager, at=cast.at)
    assert counted(cast, ["CXHT1", "CXHT3", "CXHT4"]).missing == 0


def test_what_should_not_lie_here_is_named_with_a_word(drawer, cast):
    every = ["CXHT1", "CXHT2", "CXHT3", "CXHT4"]
    for told, says in (
        ({"found": [*every, "CXHT5"]}, "should not lie here: CXHT5"), ({"found": every, "surplus": {"CXHT5": ""}}, "needs a word"),
        ({"found": every, "surplus": {"CXHT1": "x"}}, "none of the blanks above"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            counted(cast, **told)

    assert counted(cast, every, surplus={"CXHT5": "作废的还在抽屉里"}).surplus == [{"serial": "CXHT5", "word": "作废的还在抽屉里"}]


def test_an_empty_drawer_is_not_counted(cast, db):
    with pytest.raises(Refused, match="nothing to count"):
        counted(cast, [])


def test_each_month_has_its_clock_until_it_was_counted(drawer, cast):
    assert services.follow(at=cast.at) == 1 and services.follow(at=cast.at) == 0
    clock = Deadline.objects.get(clock="projects.stock_count")
    assert clock.owner == cast.customer_manager and clock.due_at.astimezone(cast.at.tzinfo).strftime("%d %H:%M") == "30 18:00"

    counted(cast, ["CXHT1", "CXHT2", "CXHT3", "CXHT4"])

    clock.refresh_from_db()
    assert clock.stopped_at == cast.at and services.follow(at=cast.days(1)) == 0
    assert services.follow(at=datetime(2026, 12, 1, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))) == 1


def test_a_store_that_was_counted_before_the_sweep_gets_no_clock(drawer, cast):
    counted(cast, ["CXHT1", "CXHT2", "CXHT3", "CXHT4"])

    assert services.follow(at=cast.at) == 0


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE projects_stockcount SET missing = 0, found = expected", "DELETE FROM projects_stockcountline",
        "UPDATE projects_stockcountline SET found = true",
        "INSERT INTO projects_stockcount (store_id, month, expected, found, missing, surplus, by_id, at) "
        "SELECT store_id, month, 9, 9, 0, '[]', by_id, at FROM projects_stockcount",
        "INSERT INTO projects_stockcount (store_id, month, expected, found, missing, surplus, by_id, at) "
        "SELECT store_id, month + 3, 0, 0, 0, '[]', by_id, at FROM projects_stockcount",
        "INSERT INTO projects_stockcountline (count_id, blank_id, state, found, word) "
        "SELECT c.id, b.id, 'blank', true, '' FROM projects_stockcount c, projects_contractstock b WHERE b.state = 'void'",
    ],
)  # fmt: skip
def test_the_database_refuses(attack, drawer, cast):
    counted(cast, ["CXHT1", "CXHT3", "CXHT4"], words={"CXHT2": "没找到"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert StockCount.objects.get().missing == 1


def test_a_blank_used_for_a_contract_is_no_longer_counted(cast, db):
    project = road.opened_project(cast)

    with pytest.raises(Refused, match="nothing to count"):
        counted(cast, [project.contract.blank_serial])
