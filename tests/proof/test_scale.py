"""200,000 customers: search and lists read no large table from end to end, and ask the same number of questions as for a handful.

One customer, driven by the verbs, is multiplied in the database itself; every statement that a page sends is then explained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from leads.models import Lead
from leads.services import following, note_contact
from tests import pages, road
from tests.cast import Cast
from tests.proof.access import rows
from tests.world import World

pytestmark = pytest.mark.slow

CUSTOMERS, FEW = 200_000, 4_000
MOST_OFFERED = 12
LARGE = 5_000  # rows from which a table must not be read from end to end
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
ESTATES = ("翡翠湾", "江南里", "云栖谷", "滨江府", "桃源居", "文澜苑", "金地格林", "九龙仓")
# table → what differs from the row that is multiplied; `n` counts from 1, %(base)s is the row's own id.
COPIES = {
    "core_dossier": {
        "id": "{id} + n", "title": "{name}", "line": "{place}", "opened_at": "{moment}",
        "search": "ARRAY[left({name}, 1), {name}, right({number}, 4), right({number}, 5), {number}, {estate}, 'k-cx-2026-' || n]",
    },
    "leads_customer": {"id": "{id} + n", "name": "{name}", "pinyin": "'p' || n % 400", "at": "{moment}"},
    "leads_customerphone": {"id": "{id} + n", "customer_id": "{customer} + n", "number": "{number}", "sent": "{number}"},
    "leads_estate": {"id": "{id} + n", "name": "{estate} || n"},
    "leads_home": {
        "estate_id": "{estates} + (n / 50) * 50",
        "id": "{id} + n", "customer_id": "{customer} + n", "address": "{place}", "place_key": "'key' || n", "at": "{moment}",
        "area_m2": "70 + n % 150",
    },
    "leads_lead": {
        "id": "{id} + n", "ref": "'K-CX-2026-' || 1000000 + n", "dossier_id": "{dossier} + n", "customer_id": "{customer} + n",
        "home_id": "{home} + n", "registered_at": "{moment}", "recorded_at": "{moment}", "import_row_id": "NULL::int",
        "stage": "(ARRAY['registered','assigned','consulting','proposal_presented','deposit_paid','lost'])[1 + n % 6]",
        "designer_id": "CASE WHEN n % 6 = 0 THEN NULL ELSE (ARRAY[{people}])[1 + n % {many}] END",
    },
    "leads_followup": {"id": "{id} + n", "lead_id": "{lead} + n", "at": "{moment}", "recorded_at": "{moment}"},
    "core_deadline": {  # one of eighty is still open
        "owner_id": "(ARRAY[{people}])[1 + n % {many}]", "stopped_at": "CASE WHEN n % 80 > 0 THEN {moment} END",
        "stopped_by_id": "NULL::int", "id": "{id} + n", "dossier_id": "{dossier} + n", "key": "'lead:' || n",
        "started_at": "{moment}", "due_at": "{moment} + interval '2 days'",
    },
}
TYPED = ("5678", "王伟", "翡翠湾", "陈", "翡翠湾 12", "K-CX-2026-1000077", "cjl", "13600007919")
WIDE = ("store_manager", "general_manager", "designer", "front_desk")
EVERY = {"core_deadline": 2, "leads_estate": 50}  # a clock for every second customer, an estate for fifty


@dataclass(frozen=True)
class Opened:
    """What a page asked of the database, in the order in which it asked, and what it offers of itself."""

    asked: list[str]
    offered: list[str]


@dataclass
class Company:
    """城西店 with its customers, and how many questions each address asked while there were four thousand of them."""

    world: World
    lead: Lead
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    _opened: dict[tuple[str, str], Opened] = field(default_factory=dict)
    _browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, post: str) -> Client:
        """Of whoever holds the post; signed in once, and has been seen."""
        if post not in self._browsers:
            self._browsers[post] = self.world.client(self.world.person[post])
            self._browsers[post].get("/health/")
        return self._browsers[post]

    def opened(self, post: str, address: str) -> Opened:
        """The page as it answers to all customers; asked for once."""
        if (post, address) not in self._opened:
            self._opened[post, address] = opened(self, post, address)
        return self._opened[post, address]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any, databases: Any) -> Iterator[Company]:
    with django_db_blocker.unblock(), databases.fresh("large"), translation.override("zh-hans"):
        cast = Cast()
        manager = cast.hire("general_manager")
        lead = road.assigned_lead(cast)
        note_contact(lead, channel="phone", note="约了周六量房", by=cast.designer, at=cast.at)
        made = Company(World(cast, person=cast.everybody() | {"general_manager": manager}), lead)
        multiply(lead, cast, 1, FEW)
        made.asked = {key: len(opened(made, *key).asked) for key in addresses(made)}
        multiply(lead, cast, FEW + 1, CUSTOMERS)
        yield made


def addresses(company: Company) -> list[tuple[str, str]]:
    """(post, address) of every list of the house as it opens, of the box with what is typed into it, and of a file."""
    found = []
    lists = [name for name, pattern in pages.walk() if not pattern.pattern.regex.groupindex and (name, "GET") in rows()]
    for name, page in ((name, pages.PAGES[name]) for name in lists):
        if page.by in company.world.person:
            found += [(page.by, reverse(name) + (f"?{page.query}" if page.query else ""))]
            found += [(post, reverse(name)) for post in WIDE if post in rows()[name, "GET"].somehow]
    box = [("front_desk", f"{reverse('search')}?{urlencode({'q': typed})}") for typed in TYPED]
    return list(dict.fromkeys([*found, *box, ("designer", company.lead.get_absolute_url())]))


def opened(company: Company, post: str, address: str) -> Opened:
    client = company.browser(post)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 400, (post, address, answer.status_code)
    html = "" if answer.streaming else body.decode(errors="replace")
    return Opened([query["sql"] for query in asked.captured_queries if query["sql"].startswith(("SELECT", "WITH"))], offered(html, address))


def offered(html: str, address: str) -> list[str]:
    """Every filter, order and next page that a page offers of itself."""
    path = address.split("?")[0]
    return list(dict.fromkeys(unescape(found) for found in re.findall(rf'href="({re.escape(path)}\?[^"]+)"', html)))[:MOST_OFFERED]


def multiply(lead: Lead, cast: Cast, start: int, stop: int) -> None:
    """Copies number `start` to `stop` of the customer, each with other names, numbers and people."""
    owner: BaseDatabaseWrapper = connections["owner"]
    first = {
        "dossier": lead.dossier_id, "customer": lead.customer_id, "home": lead.home_id, "lead": lead.pk, "estates": lead.home.estate_id,
        "people": ",".join(str(person.pk) for person in cast.everybody().values()), "many": len(cast.everybody()),
        "name": f"substr('{SURNAMES}', 1 + n % {len(SURNAMES)}, 1) || substr('{GIVEN}', 1 + (n / 20) % {len(GIVEN)}, 1)",
        "number": "'136' || lpad(((n::bigint * 7919) %% 100000000)::text, 8, '0')".replace("%%", "%"),
        "estate": f"(ARRAY[{','.join(repr(e) for e in ESTATES)}])[1 + n % {len(ESTATES)}]",
        "moment": "timestamptz '2026-01-01' + n * interval '1 minute'",
    }  # fmt: skip
    first["place"] = f"{first['estate']} || n % 40 || '栋' || n % 3000 || '室'"
    where = {
        "core_dossier": f"id = {lead.dossier_id}", "leads_customer": f"id = {lead.customer_id}", "leads_home": f"id = {lead.home_id}",
        "leads_estate": f"id = {lead.home.estate_id}",
        "leads_customerphone": f"customer_id = {lead.customer_id}", "leads_lead": f"id = {lead.pk}", "leads_followup": f"lead_id = {lead.pk}",
        "core_deadline": f"dossier_id = {lead.dossier_id} AND stopped_at IS NOT NULL",
    }  # fmt: skip
    with owner.cursor() as cursor:
        for table, changes in COPIES.items():
            cursor.execute(f"SELECT id FROM {table} WHERE {where[table]} ORDER BY id LIMIT 1")
            own = {**first, "id": cursor.fetchone()[0]}
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table])
            columns = [name for (name,) in cursor.fetchall()]
            values = [changes[name].format(**own) if name in changes else f'r."{name}"' for name in columns]
            step = EVERY.get(table, 1)
            with _unchecked(cursor, table):
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                    f"FROM {table} r, generate_series({start}, {stop}) AS n WHERE n % {step} = 0 AND r.id = {own['id']}"
                )
        cursor.execute(
            "UPDATE core_dossier d SET next_due_at = k.due_at FROM core_deadline k WHERE k.dossier_id = d.id AND k.stopped_at IS NULL"
        )
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _unchecked(cursor: Any, table: str) -> Iterator[None]:
    """Rows go in without guards, and without looking up every foreign key; the keys are checked afterwards, all at once."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [table]
    )
    keys = cursor.fetchall()
    cursor.execute("; ".join([f"ALTER TABLE {table} DISABLE TRIGGER USER", *(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for name, _ in keys)]))
    yield
    adds = (f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in keys)
    cursor.execute("; ".join([*adds, f"ALTER TABLE {table} ENABLE TRIGGER USER"]))


def large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
        return {name for (name,) in cursor.fetchall()}


def read_whole(sql: str, large: set[str]) -> set[str]:
    """The large tables that the plan of a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    found: set[str] = set()

    def walk(node: dict[str, Any]) -> None:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
            found.add(node["Relation Name"])
        for below in node.get("Plans", ()):
            walk(below)

    walk((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def test_no_list_and_no_search_reads_a_large_table_from_end_to_end(company):
    large, seen, wrong = large_tables(), set(), []
    todo = addresses(company)
    while todo:
        post, address = todo.pop()
        page = company.opened(post, address)
        for sql in page.asked:
            if sql not in seen and (found := read_whole(sql, large)):
                wrong.append(f"{post} {address}: {', '.join(sorted(found))}: {sql[:3000]}")
            seen.add(sql)
        if (post, address) in company.asked:
            todo += [(post, further) for further in page.offered]
    assert {"core_dossier", "leads_lead", "leads_customer", "leads_customerphone", "leads_home", "core_deadline"} <= large
    assert wrong == [], "\n\n".join(wrong)


def test_a_page_asks_the_same_number_of_questions_of_four_thousand_and_of_two_hundred_thousand_customers(company):
    now = {key: len(company.opened(*key).asked) for key in company.asked}
    assert {key: (company.asked[key], number) for key, number in now.items() if number > company.asked[key]} == {}


def test_the_workers_minute_reads_no_table_of_customers_from_end_to_end(company):
    """What time alone brings is asked every minute: of 33,000 assigned enquiries, all long untouched.

    Contacts may be read whole: with so many enquiries to judge that is the quicker way.
    """
    at, large = datetime(2026, 5, 25, 12, tzinfo=UTC), large_tables()
    questions = (
        lambda: following._silent(at), lambda: following._to_fall(at), lambda: following._to_warn(at), following._unvisited,
        following._left_with_customers, following._not_to_be_contacted,
    )  # fmt: skip
    wrong = []
    for ask in questions:
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) <= 5
        wrong += [f"{found}: {query['sql'][:2000]}" for query in asked if (found := read_whole(query["sql"], large) - {"leads_followup"})]
    assert len(following._to_fall(at)) == 2 * following.MOST  # of each kind: there is enough to read a table for
    assert wrong == [], "\n\n".join(wrong)


def test_a_plan_that_reads_a_whole_table_is_noticed(company):
    assert read_whole("SELECT * FROM leads_customer WHERE note = 'x'", large_tables()) == {"leads_customer"}
