"""`./run` on a shell: what it refuses in one sentence, what survives, what comes back from a backup."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from config import localpg, roles
from config.backups import CannotBackUp, back_up, now, restore
from staff import services
from staff.models import Store, User
from tests.databases import Databases

pytestmark = pytest.mark.slow  # servers start and stop

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = {"DATABASE_URL", "DATABASE_OWNER_URL", "DEBUG", "DEMO", "TESTING", "SECRET_KEY", "ALLOWED_HOSTS", "LOCAL_DIR", "MEDIA_ROOT"}
SECRET = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "example.org", "HTTPS": "0"}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the database's account can reach, too (pytest's own are closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="jiangcheng-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    for tests in (False, True):
        cluster = localpg.Cluster.at(folder, tests=tests)
        cluster.stop()
        shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in OWN and not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=clean | environment, capture_output=True, text=True, timeout=120, cwd="/", check=False,
    )  # fmt: skip


def refuses(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Non-zero, one sentence that says these words, no traceback."""
    said = done.stderr.strip()
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in said and "\n" not in said, said
    for word in words:
        assert word in said, said


# --- what is missing or wrong ---


def test_without_a_flag_nothing_embedded_starts(place: Path) -> None:
    folder = place / "nothing"
    refuses(manage("check", **SECRET, LOCAL_DIR=str(folder)), "DATABASE_URL", "DEMO=1")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("given", "absent"), [("DATABASE_URL", "DATABASE_OWNER_URL is not"), ("DATABASE_OWNER_URL", "DATABASE_URL is not")]
)
def test_one_address_without_the_other(given: str, absent: str) -> None:
    refuses(manage("check", DEMO="1", **{given: "postgres://u:p@127.0.0.1:1/x"}), absent)


def test_a_server_of_ones_own_needs_a_secret_and_host_names() -> None:
    refuses(manage("check", DATABASE_URL="postgres://u@h/x", DATABASE_OWNER_URL="postgres://o@h/x"), "SECRET_KEY")
    refuses(manage("check", DATABASE_URL="postgres://u@h/x", DATABASE_OWNER_URL="postgres://o@h/x", SECRET_KEY="s" * 60), "ALLOWED_HOSTS")


def test_an_unreachable_server() -> None:
    url = "postgres://u:p@127.0.0.1:1/x"
    refuses(manage("serve", "--port", "8999", DATABASE_URL=url, DATABASE_OWNER_URL=url, **SECRET), "DATABASE_OWNER_URL cannot be reached")
    refuses(manage("worker", DATABASE_URL=url, DATABASE_OWNER_URL=url, **SECRET), "DATABASE_URL cannot be reached")


def test_a_child_of_the_server_waits_for_a_database_that_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, web = iter(["cannot be reached", "cannot be reached", ""]), MagicMock()
    web.cursor().__enter__().fetchone.return_value = ("web", False, False)
    monkeypatch.setattr(roles, "connection", web)
    monkeypatch.setattr(roles, "database_problem", lambda _alias: next(answers))
    monkeypatch.setattr(roles.time, "sleep", lambda _seconds: None)

    with pytest.raises(SystemExit, match="cannot be reached"):
        roles.refuse_to_run_as_owner()
    monkeypatch.setenv("DATABASE_PATIENCE", "20")
    roles.refuse_to_run_as_owner()

    assert next(answers, "asked three times") == "asked three times"


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refuses(manage("serve", "--port", port, TESTING="1"), f"Port {port} is in use", "PORT=")


def test_a_port_that_is_none() -> None:
    refuses(manage("serve", "--port", "eighty", TESTING="1"), "PORT must be a number")


def test_the_servers_do_not_run_as_the_owner(live_db: str) -> None:
    owner = connections["owner"].settings_dict
    place = f":{owner['PORT']}/{owner['HOST']}" if owner["HOST"].startswith("/") else f"{owner['HOST']}:{owner['PORT'] or 5432}"
    url = f"postgres://{owner['USER']}:{quote(owner['PASSWORD'])}@{place}/{live_db}"
    given = {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, **SECRET}
    refuses(manage("worker", "--once", **given), "owns tables", "DATABASE_OWNER_URL")
    refuses(manage("shell", "-v0", "-c", "import config.wsgi", **given), "owns tables")


def test_missing_system_packages_without_root(place: Path) -> None:
    """No libraries are found, the caller is not root, sudo answers no: one sentence names the packages."""
    stubs = place / "stubs"
    stubs.mkdir()
    for name, does in {"ldconfig": "exit 0", "id": "echo 1000", "sudo": "exit 1", "apt-get": "exit 1", "uname": "echo Linux"}.items():
        (stubs / name).write_text(f"#!/bin/sh\n{does}\n")
        (stubs / name).chmod(0o755)
    environment = {"PATH": f"{stubs}:{os.environ['PATH']}", "HOME": str(place), "PYTHON": sys.executable}
    done = subprocess.run(
        [str(ROOT / "run"), "check"], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, check=False
    )
    refuses(done, "only root can install", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def test_the_shell_script_is_plain_sh() -> None:
    subprocess.run(["sh", "-n", str(ROOT / "run")], check=True)
    for script in (ROOT / "run", ROOT / ".ci" / "run"):
        assert script.stat().st_mode & stat.S_IXUSR


# --- the embedded server ---


@pytest.fixture(scope="module")
def cluster(place: Path) -> localpg.Cluster:
    """A server in a data folder that begins as a killed initdb left it."""
    cluster = localpg.Cluster.at(place)
    cluster._folders()
    (cluster.home / "data.making" / "base").mkdir(parents=True)
    cluster.start()
    assert not (cluster.home / "data.making").exists()
    return cluster


def _connect(url: str) -> psycopg2.extensions.connection:
    found = re.fullmatch(r"postgres://(\w+):(\w+)@:(\d+)/(/.*)/(\w+)", url)
    assert found
    user, password, port, host, name = found.groups()
    return psycopg2.connect(user=user, password=password, port=port, host=host, dbname=name)


def test_the_roles_of_the_embedded_server(cluster: localpg.Cluster) -> None:
    roles = dict(row.split("|", 1) for row in cluster.sql("SELECT rolname, rolsuper FROM pg_roles WHERE rolcanlogin").split("\n"))
    assert roles == {"postgres": "t", localpg.OWNER: "f", localpg.WEB: "f"}
    owner = cluster.sql(f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{localpg.DATABASE}'")
    assert owner == localpg.OWNER
    assert cluster.home.stat().st_mode & 0o077 == 0
    assert (cluster.home / "ready").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(host=str(cluster.sockets), port=5432, user=localpg.WEB, password="guessed", dbname=localpg.DATABASE)


def test_a_second_start_uses_the_running_server(cluster: localpg.Cluster) -> None:
    pid = (cluster.data / "postmaster.pid").read_text().split()[0]
    began = time.monotonic()
    again = localpg.Cluster.at(cluster.home.parent)
    assert again.start() == cluster.urls()
    assert time.monotonic() - began < 1
    assert (cluster.data / "postmaster.pid").read_text().split()[0] == pid


def test_a_server_in_use_is_not_stopped_by_somebody_elses_end(cluster: localpg.Cluster) -> None:
    subprocess.run(
        [sys.executable, "-m", "config.localpg", "release"],
        cwd=ROOT, env={**os.environ, "LOCAL_DIR": str(cluster.home.parent)}, check=True,
    )  # fmt: skip
    assert cluster.answers()


def test_data_survive_kill_9(cluster: localpg.Cluster) -> None:
    _web, owner = cluster.urls()
    with _connect(owner) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    connection.close()
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    while cluster.answers():
        time.sleep(0.05)
    with _connect(cluster.start()[1]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchone() == (1000,)
        cursor.execute("DROP TABLE kept")
    connection.close()


def test_a_damaged_data_folder_is_never_deleted(place: Path) -> None:
    data = place / "damaged" / "pg" / "data"
    (data / "base").mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    refuses(manage("check", DEMO="1", LOCAL_DIR=str(place / "damaged")), "incomplete", "global/pg_control", str(data))
    assert (data / "PG_VERSION").exists()


@pytest.fixture
def migrated(place: Path, live_db: str) -> localpg.Cluster:
    """A second server that holds a copy of the tests' database, people included."""
    cluster = localpg.Cluster.at(place, tests=True)
    script = f"{_program('pg_dump', connections['owner'].settings_dict)} --no-owner --no-acl --no-comments"
    into = re.fullmatch(r"postgres://(?P<USER>\w+):(?P<PASSWORD>\w+)@:(?P<PORT>\d+)/(?P<HOST>/.*)/(?P<NAME>\w+)", cluster.start()[1])
    assert into
    fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
    subprocess.run(f'{_program("psql", into.groupdict())} -qc "{fresh}"', shell=True, check=True, capture_output=True)
    load = f"{_program('psql', into.groupdict())} -q -v ON_ERROR_STOP=1 -o /dev/null"
    subprocess.run(f"{script} | sed '/^CREATE SCHEMA public;$/d' | {load}", shell=True, check=True, capture_output=True)
    return cluster


def _program(name: str, known: dict[str, object]) -> str:
    where = f"-w -h {known['HOST']} -p {known['PORT']} -U {known['USER']} -d {known['NAME']}"
    return f"PGPASSWORD={known['PASSWORD']} {localpg.programs(None) / name} {where}"


def test_serving_survives_the_databases_death_and_stops_with_its_children(migrated: localpg.Cluster, place: Path) -> None:
    cluster = migrated
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {key: value for key, value in os.environ.items() if key not in OWN and not key.startswith("PYTEST")}
    environment = clean | {"TESTING": "1", "LOCAL_DIR": str(place), "STATIC_ROOT": str(place / "static"), "WEB_WORKERS": "1"}
    log = place / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)], env=environment, stdout=out, stderr=out
        )
    try:
        _wait_until(lambda: f":{port}/" in log.read_text(), log)
        assert _status(port) in {200, 302, 404}
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        assert len(children) == 2
        os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        _wait_until(lambda: not cluster.answers(), log)
        _wait_until(cluster.answers, log)
        assert _status(port) in {200, 302, 404}
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0, log.read_text()
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert "Traceback" not in log.read_text()


def _status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/no-such-page/", timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as answer:
        return answer.code


def _wait_until(true: object, log: Path) -> None:
    deadline = time.monotonic() + 90
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


# --- backup and restore ---


def _files(media: Path) -> None:
    (media / "ab").mkdir(parents=True, exist_ok=True)
    (media / "ab" / "photo").write_bytes(os.urandom(70_000))
    (media / "empty").write_bytes(b"")


def _another_store() -> None:
    services.open_store(
        code="CN", name="城南店", city="杭州", address="中河路 1 号", phone="057188881003",
        opened_on=date(2026, 4, 1), by=User.objects.first(), at=timezone.now(),
    )  # fmt: skip


def _no_migration() -> None:
    """The backup is of this very state."""


@dataclass(frozen=True)
class BackedUp:
    """A company of a database and some files, and the archive of both; what a test changes, it changes in a copy."""

    database: str
    media: Path
    archive: Path


@pytest.fixture(scope="module")
def backed_up(django_db_setup: None, django_db_blocker: Any, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> BackedUp:
    folder, kept = tmp_path_factory.mktemp("backed-up"), settings.MEDIA_ROOT
    media, target = folder / "media", folder / "backups" / "company.tar"
    _files(media)
    with django_db_blocker.unblock():
        settings.MEDIA_ROOT = media
        database, _contents = databases.keep("backedup", lambda: back_up(target, at=timezone.now()))
        settings.MEDIA_ROOT = kept
    return BackedUp(database, media, target)


@pytest.fixture
def archive(backed_up: BackedUp, databases: Databases, django_db_blocker: Any, settings: Any) -> Iterator[Path]:
    """The archive, before the company that it was made of: what is refused or only read needs no copy of it."""
    settings.MEDIA_ROOT = backed_up.media
    with django_db_blocker.unblock(), databases.at(backed_up.database):
        yield backed_up.archive


@pytest.fixture
def another(backed_up: BackedUp, live_db: str) -> Path:
    """The archive, before a company of the test's own that is as the archive holds it."""
    shutil.copytree(backed_up.media, settings.MEDIA_ROOT, dirs_exist_ok=True)
    return backed_up.archive


def test_a_backup_comes_back_table_by_table_and_file_by_file(archive: Path, databases, tmp_path: Path, settings) -> None:
    before = now()
    assert before.tables["staff_user"][0] == User.objects.count() > 0 and len(before.files) == 2
    assert archive.stat().st_mode & 0o077 == 0
    with databases.fresh("restored", empty=True):
        settings.MEDIA_ROOT = tmp_path / "elsewhere"
        assert now() != before
        restored = restore(archive, replace=False, migrate=_no_migration)
        assert restored.differences(before) == [] and now().differences(before) == []
        assert User.objects.count() == before.tables["staff_user"][0]
        with connections["default"].cursor() as cursor:  # the guards and the web role's rights are there again
            cursor.execute("SELECT has_table_privilege('core_auditentry', 'INSERT'), has_table_privilege('core_auditentry', 'DELETE')")
            assert cursor.fetchone() == (True, False)
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'core_auditentry'::regclass AND NOT tgisinternal")
            assert cursor.fetchone()[0] > 0


def test_a_company_is_not_overwritten_by_accident(another: Path) -> None:
    _another_store()
    connections.close_all()
    with pytest.raises(CannotBackUp, match="--replace"):
        restore(another, replace=False, migrate=_no_migration)
    assert Store.objects.filter(code="CN").exists()
    connections.close_all()
    restore(another, replace=True, migrate=_no_migration)
    assert not Store.objects.filter(code="CN").exists()
    assert not list(Path(settings.MEDIA_ROOT).parent.glob("*.before-restore"))


def test_a_running_server_stops_a_restore(archive: Path) -> None:
    other = psycopg2.connect(**{**connections["default"].get_connection_params(), "cursor_factory": None})
    try:
        with pytest.raises(CannotBackUp, match="open connections"):
            restore(archive, replace=True, migrate=_no_migration)
    finally:
        other.close()


def _rewritten(archive: Path, target: Path, *, without: str = "", changed: str = "", added: str = "") -> Path:
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == without:
                continue
            if member.name == changed:
                content = content[:-1] + bytes([content[-1] ^ 1])
            new.addfile(member, io.BytesIO(content))
        if added:
            new.addfile(tarfile.TarInfo(added), io.BytesIO())
    return target


@pytest.mark.parametrize(
    "damage",
    [
        {"without": "database.dump"},
        {"without": "media/ab/photo"},
        {"without": "manifest.json"},
        {"changed": "database.dump"},
        {"changed": "media/ab/photo"},
        {"added": "../../etc/passwd"},
        {"added": "media/../../evil"},
        {"added": "media/more"},
    ],
)
def test_a_damaged_backup_touches_nothing(archive: Path, damage: dict[str, str], tmp_path: Path) -> None:
    before = now()
    connections.close_all()
    with pytest.raises(CannotBackUp):
        restore(_rewritten(archive, tmp_path / "rewritten.tar", **damage), replace=True, migrate=_no_migration)
    assert now() == before


def test_what_is_no_backup_is_said_so(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="does not exist"):
        restore(tmp_path / "nothing.tar", replace=True, migrate=_no_migration)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(CannotBackUp, match="not a backup"):
        restore(tmp_path / "letter.txt", replace=True, migrate=_no_migration)
