"""What stands for many tests, built once; each test rolls back to it.

* `built_once`: for the tests of a module, inside a transaction of the module.
* `kept_once`: for the tests of several modules, committed in a database of its own that is kept until the run ends. A module stands
  in it with `standing_in`, inside a transaction too; a test that really commits copies it with `copied`.

A test that needs a database of its own (`live_db`, `copied`) leaves every transaction and therefore stands in another module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests.cast import Cast
from tests.databases import Databases


def built_once(build: Callable[[Cast], dict[str, Any]]) -> Any:
    """A module's fixture: the cast as `.cast`, and by its name what `build` made."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        with django_db_blocker.unblock():
            kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("standing-media")
            with transaction.atomic():
                cast = Cast()
                yield SimpleNamespace(cast=cast, **build(cast))
                transaction.set_rollback(True)
            settings.MEDIA_ROOT = kept

    return standing


def kept_once(name: str, build: Callable[[Cast], dict[str, Any]]) -> Any:
    """A session's fixture: the name of the database as `.database`, and as `.made` what `build` made there (primary keys)."""

    @pytest.fixture(scope="session")
    def kept(
        django_db_setup: None, django_db_blocker: Any, databases: Databases, tmp_path_factory: Any
    ) -> SimpleNamespace:
        with django_db_blocker.unblock():
            return keep(name, build, databases, tmp_path_factory.mktemp(f"{name}-media"))

    return kept


def keep(name: str, build: Callable[[Cast], dict[str, Any]], databases: Databases, media: Path) -> SimpleNamespace:
    """What `kept_once` gives, for a fixture that knows only when it runs what is kept."""

    def fill() -> dict[str, Any]:
        with override_settings(MEDIA_ROOT=media), translation.override("en"), transaction.atomic():
            return build(Cast())

    database, made = databases.keep(name, fill)
    return SimpleNamespace(database=database, made=made)


def standing_in(kept: SimpleNamespace, databases: Databases) -> Iterator[SimpleNamespace]:
    """What a module's fixture yields: the cast as `.cast`, and by its name what was made; the module's own rows end with it."""
    with databases.at(kept.database), transaction.atomic():
        yield SimpleNamespace(cast=Cast(), **kept.made)
        transaction.set_rollback(True)


def copied(kept: SimpleNamespace, databases: Databases) -> Iterator[SimpleNamespace]:
    """The same for one test that really commits: in a copy that is dropped afterwards."""
    with databases.fresh("copied", of=kept.database):
        yield SimpleNamespace(cast=Cast(), **kept.made)
