"""A real PostgreSQL for every test, as it is in production: the owner migrates, the tests are the web role.

* `db` (pytest-django's own): the web role inside a transaction that is rolled back.
* `live_db`: a database of its own, copied from the migrated one and dropped afterwards; for threads and browsers.
* `live_site`: the site served from `live_db`; `.url` is its address.
* `browser`: one Chromium for the session ($CHROMIUM or the system's).

Migrating happens once per state of the migrations: the result is kept as a template database and copied.
TEST_DB=name gives a run its own database, so that several can run side by side.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

from tests import cpus
from tests.databases import Databases
from tests.served import served

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's sync API runs a loop in this thread


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    run, folder = f"test_{os.environ.get('TEST_DB', 'app')}", tmp_path_factory.getbasetemp()
    return Databases(f"{run}_{worker}" if worker else run, run, folder.parent if worker else folder)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, databases: Databases) -> Iterator[None]:
    """Replaces pytest-django's: its way would migrate as the web role and truncate as it."""
    from tests import cast as people

    with django_db_blocker.unblock():
        databases.prepare(fill=people.build)
    yield
    with django_db_blocker.unblock():
        databases.drop_all()


_live = itertools.count(1)


@pytest.fixture
def live_db(django_db_setup: None, django_db_blocker: Any, databases: Databases) -> Iterator[str]:
    """A fresh migrated database that really commits. Every connection of this process points to it."""
    with django_db_blocker.unblock(), databases.fresh(f"live{next(_live)}") as name:
        yield name


@pytest.fixture
def live_site(live_db: str) -> Iterator[SimpleNamespace]:
    """The site, served from `live_db`."""
    with served() as address:
        yield SimpleNamespace(url=address)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that the cores end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", {"workerid": "gw0", "workercount": 1})
    cpus.choose(int(worker["workerid"].removeprefix("gw")), worker["workercount"])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser has processes of its own, which inherit where they may run."""
    if "browser" in item.fixturenames:
        cpus.go_anywhere()
    else:
        cpus.keep_to_own()


# These read all pages of the world; in one process each page is read once for all of them (tests/proof/crawl.py).
TOGETHER = ("test_fuzz.py", "test_abuse.py", "test_language.py", "test_masking.py", "test_pages.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file at a time for each process, as with xdist's own `loadfile`, and the readers of all pages as one file."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder, _, file = super()._split_scope(nodeid).rpartition("/")
            return folder if folder.endswith("tests/proof") and file in TOGETHER else f"{folder}/{file}"

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Next to nothing of what is imported is garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """What was imported stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_sessionstart(session: pytest.Session) -> None:
    """While the processes of a run read the tests, the one that only listens to them has the database migrated."""
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        threading.Thread(target=_migrate, args=(session.config,), daemon=True).start()


def _migrate(config: pytest.Config) -> None:
    with config.stash[blocking_manager_key].unblock(), contextlib.suppress(Exception):  # whoever wants the database next says what is wrong
        Databases("", "", Path()).template()


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.freeze()  # pytest looks for garbage twice more, to warn of objects that could not be let go; here that is all there is
    if os.environ.get("STOP_DATABASE_AFTER"):
        from config import localpg

        localpg.release_all()


def chromium_path() -> str | None:
    """$CHROMIUM, or a Chromium of the system; the one without a screen first, which opens windows and pages in a third of the time."""
    candidates = [os.environ.get("CHROMIUM", ""), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser; make a context per person: `browser.new_context(**DESKTOP)`."""
    from playwright.sync_api import sync_playwright

    from config import localpg

    path = chromium_path()
    if path is None:
        pytest.fail("No Chromium was found: install the package `chromium-headless-shell`, or set CHROMIUM to a browser's path.")
    memory = localpg.MEMORY if os.access(localpg.MEMORY, os.W_OK) else None  # where the browser keeps what it remembers
    flags = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage", "--disable-gpu"]
    with tempfile.TemporaryDirectory(dir=memory, ignore_cleanup_errors=True) as folder:
        with mock.patch.dict(os.environ, TMPDIR=folder):
            playwright = sync_playwright().start()
        running = playwright.chromium.launch(executable_path=path, args=flags)
        yield running
        running.close()
        playwright.stop()


@pytest.fixture(scope="session")
def server_log() -> Path | None:
    """The embedded test server's log; None on a server of one's own."""
    from config import localpg

    if os.environ.get("DATABASE_URL"):
        return None
    return localpg.Cluster.at(settings.LOCAL_DIR, tests=True).log


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Verbs answer in the language of the source, so that tests can quote it; pages still speak Chinese by default."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder for every test; `mktemp` would look through all those before it each time."""
    within = tmp_path_factory.mktemp("media")
    return (within / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _media(settings: Any, media_folders: Iterator[Path]) -> None:
    """Files of a test go to a folder of its own."""
    settings.MEDIA_ROOT = next(media_folders)


try:
    from tests.cast import *  # noqa: F403  (the people of the tests)
except ModuleNotFoundError as missing:
    if missing.name != "tests.cast":
        raise

from tests.world import built_world, world, world_db, world_site  # noqa: E402, F401  (one company in the middle of its work)
