"""The clocks of repairs: whom they warn and when; every one of them stands in the table below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from aftersales import deadlines_repairs as deadlines
from aftersales import services
from config.reach import audience
from core import clocks
from core.clocks import Clock
from core.models import Deadline, Notice
from projects.models import Project
from tests.factories import repairs

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HEAD, TECHNICIAN, STORE, GENERAL = {"cx.aftersales_head"}, {"cx.technician"}, {"cx.store_manager"}, {"cx.general_manager", "cd.general_manager"}


def told(site: Project, cast: Any) -> None:
    repairs.told(site, people=cast, at=cast.at)


def done(site: Project, cast: Any) -> None:
    repairs.done(site, people=cast, at=cast.at, charge=Decimal(80), category="sanitary", exclusion="X02", evidence="照片")


def a_year_on(site: Project, cast: Any) -> None:
    services.follow(site.dossier, at=cast.at.replace(year=cast.at.year + 1) - 20 * DAY)


@dataclass(frozen=True)
class Case:
    """A clock: what starts it, and who hears when, measured from its due moment."""

    clock: Clock
    start: Any
    ladder: tuple[tuple[timedelta, set[str]], ...]


CASES = {
    "call_back": Case(deadlines.CALL_BACK, told, ((-15 * MINUTE, HEAD), (0 * DAY, HEAD), (4 * HOUR, STORE))),
    "on_site": Case(deadlines.ON_SITE, told, ((0 * DAY, HEAD), (4 * HOUR, STORE))),
    "mended": Case(deadlines.MENDED, told, ((-4 * HOUR, HEAD), (0 * DAY, HEAD), (DAY, STORE))),
    "legal": Case(deadlines.LEGAL, told, ((-5 * DAY, HEAD | STORE), (0 * DAY, STORE | GENERAL))),
    "call": Case(deadlines.SAME_DAY, done, ((-HOUR, {"cx.cs_officer"}), (0 * DAY, {"cx.cs_officer"} | HEAD), (DAY, STORE))),
    "paid": Case(deadlines.PAID, done, ((0 * DAY, {"cx.cashier"} | HEAD),)),
    "patrol": Case(deadlines.PATROL, a_year_on, ((-7 * DAY, HEAD), (0 * DAY, HEAD | STORE))),
}  # fmt: skip


def swept(clock: Clock, at: Any) -> set[str]:
    known = set(Notice.objects.values_list("pk", flat=True))
    clocks.sweep(at=at, audience=audience)
    return set(Notice.objects.filter(kind=clock.id).exclude(pk__in=known).values_list("user__username", flat=True))


ELSEWHERE = {"aftersales.repair_part_back", "aftersales.repair_again"}  # test_repair_rest


def test_every_clock_of_a_repair_stands_in_the_table():
    assert {f"aftersales.repair_{name}" for name in CASES} | ELSEWHERE == {name for name in clocks.CLOCKS if name.startswith("aftersales.repair_")}


@pytest.mark.parametrize("name", CASES)
def test_it_warns_level_by_level_each_person_once_and_leads_to_its_act(name, cast, accepted):
    case = CASES[name]
    case.start(accepted, cast)
    row = Deadline.objects.get(clock=case.clock.id, stopped_at=None)
    assert cast.client(row.owner).get(row.link).status_code == 200
    for offset, people in case.ladder:
        moment = row.due_at + offset
        before = DAY if offset <= -DAY else MINUTE  # a reminder before days off is given on the last working day
        assert swept(case.clock, moment - before) == set()
        assert swept(case.clock, moment) == people
    row.refresh_from_db()
    assert (row.level, row.breached_at) == (len(case.ladder), row.due_at)
