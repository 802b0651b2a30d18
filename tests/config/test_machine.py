"""What the house stands on: the driver, the roles, the locked packages, the headers of every answer."""

import hashlib
import importlib.util
import json
import os
import re
from pathlib import Path

import psycopg2.extensions
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

LONG_WAY = Path(__file__).parent / "long_way.json"
LISTS = ("requirements.txt", "requirements-test.txt", "requirements-dev.txt", "tools/requirements-uv.txt")


def test_the_only_driver_is_psycopg2(db):
    assert importlib.util.find_spec("psycopg") is None
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg2.extensions.connection)


def test_the_tests_are_the_web_role_which_owns_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE core_auditentry",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE core_auditentry DISABLE TRIGGER ALL",
        "SET ROLE jiangcheng_owner",
        "DROP TABLE core_paper",
        "CREATE EXTENSION hstore",
    ],
)
def test_the_web_role_may_not(db, statement):
    from django.db import ProgrammingError, transaction

    refusal = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_web_role_never_waits_for_ever(db):
    with connection.cursor() as cursor:
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] not in {"0", ""}


def test_both_connections_are_one_database(db):
    assert connections["owner"].settings_dict["NAME"] == connection.settings_dict["NAME"]


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_hashes_and_no_address(name):
    text = (settings.BASE_DIR / name).read_text()
    packages = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.M).strip())
    assert packages
    assert all("==" in package and "--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|--index-url|--extra-index|--find-links|--trusted-host|^psycopg(\[|==)", text, re.M)


def test_every_answer_carries_the_policy_and_its_id(db):
    response = Client().get("/no-such-page/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert re.fullmatch(r"[0-9a-f]{12}", response["X-Request-Id"])


@pytest.mark.parametrize(("cookie", "language"), [("", "zh-hans"), ("en", "en"), ("xx", "zh-hans")])
def test_chinese_unless_this_browser_chose_otherwise(db, cookie, language):
    client = Client(headers={"accept-language": "en"})
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    assert client.get("/no-such-page/")["Content-Language"] == language


def test_a_live_database_is_its_own_and_committed(live_db):
    import threading

    seen = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            seen.append(cursor.fetchone())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(settings.DATABASES["default"]["USER"], live_db)]


@pytest.mark.slow
def test_the_short_cut_for_an_empty_database_leads_to_the_same_tables(django_db_setup, django_db_blocker, databases):
    """config/first_migration.py against Django's own way: the same tables, constraints, indexes and guards.

    Django's own way takes as long as a hundred other tests, so where it led is written down with all that it hangs on: migrations, short
    cut, packages, PostgreSQL.  Were one of them another, it is gone again; `RECORD=1 ./run test tests/config/test_machine.py` writes it down.
    """
    with django_db_blocker.unblock():
        hangs_on, short = databases.short_cut(), databases.schema_of_template()
        assert len(short) > 10_000
        written = json.loads(LONG_WAY.read_text())
        if written["hangs_on"] == hangs_on and not os.environ.get("RECORD"):
            assert hashlib.sha256(short.encode()).hexdigest() == written["schema"]
            return
        long = databases.schema_the_long_way()
    assert short == long
    if os.environ.get("RECORD"):
        LONG_WAY.write_text(json.dumps({"hangs_on": hangs_on, "schema": hashlib.sha256(long.encode()).hexdigest()}, indent=2) + "\n")
