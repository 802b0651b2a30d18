"""Test databases: migrated once per state of the migrations, filled once per run, then copied as PostgreSQL copies a template."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config import localpg
from config.roles import give_rights
from tests import threads

Filled = TypeVar("Filled")
_KEPT_TEMPLATES = 8
_LOCK = 20261124
_MIGRATED_FROM = ("*/migrations/*.py", "*/data/*", "core/guards.py")


def fingerprint() -> str:
    """Changes when anything that a migration reads changes."""
    digest = hashlib.sha256("".join(settings.INSTALLED_APPS).encode())
    files = {path for pattern in _MIGRATED_FROM for path in settings.BASE_DIR.glob(pattern) if path.is_file()}
    for path in sorted(path for path in files if "/." not in str(path.relative_to(settings.BASE_DIR))):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _key(text: str) -> int:
    return zlib.crc32(text.encode())


class Databases:
    """The databases of one process of a test run.

    `run` names the whole run and `notes` is its folder: what all processes need is made by the first that asks for it, and the others
    read in a note what was made there. The last process that ends drops it.
    """

    def __init__(self, name: str, run: str, notes: Path) -> None:
        self.name, self._run, self._notes = name, run, notes
        self.base = f"{run}_base"  # migrated and granted, nobody connects to it, copied by `fresh`
        self._own: dict[str, object] = {}
        self._server = psycopg2.connect(**self._as_owner("postgres"))
        self._server.autocommit = True
        self.sql(f"SELECT pg_advisory_lock_shared({_key(f'{notes}')})")

    @staticmethod
    def _as_owner(name: str) -> dict[str, object]:
        return {**connections["owner"].get_connection_params(), "dbname": name, "cursor_factory": None}

    def sql(self, statement: str) -> list[tuple[str, ...]]:
        with self._server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def prepare(self, fill: Callable[[], None] = lambda: None) -> None:
        """Make the base and the database of this run, and point every connection at the latter.

        `fill` writes, as the web role, what every test finds there (the people of the cast).
        """

        def filled() -> None:
            self._grant()
            fill()

        self._once(self.base, self.template(), filled)
        self._copy(self.base, self.name)
        self.point_at(self.name)

    def _once(self, name: str, source: str, fill: Callable[[], Filled]) -> Filled:
        """What `fill` returned when a process of this run made the database."""
        note = self._notes / f"{name}.made"
        with self._alone(_key(f"{note}")):
            if not note.exists():
                self._copy(source, name)
                with self.at(name):
                    made = fill()
                note.write_bytes(pickle.dumps(made))
            return pickle.loads(note.read_bytes())  # type: ignore[no-any-return]

    @contextlib.contextmanager
    def _alone(self, key: int) -> Iterator[None]:
        """One process after the other, whichever comes first."""
        self.sql(f"SELECT pg_advisory_lock({key})")
        try:
            yield
        finally:
            self.sql(f"SELECT pg_advisory_unlock({key})")

    @contextlib.contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Connections point to this database inside the block, and afterwards to where they pointed before."""
        before = str(connections["default"].settings_dict["NAME"])
        self.point_at(name)
        try:
            yield
        finally:
            self.point_at(before)

    @contextlib.contextmanager
    def fresh(self, suffix: str, *, empty: bool = False, of: str = "") -> Iterator[str]:
        """A copy of the base (or of another), or migrated and empty; connections point to it inside the block."""
        name, source = f"{self.name}_{suffix}", self.template() if empty else of or self.base
        try:
            with self.at(name):  # nobody is connected to what is copied
                self._copy(source, name)
                if empty:
                    self._grant()
                yield name
        finally:
            self._drop(name)

    def keep(self, suffix: str, fill: Callable[[], Filled]) -> tuple[str, Filled]:
        """A copy of the base with more in it, kept until the run ends, to be copied by `fresh(of=…)`; and what `fill` returned.

        `fill` is called once a run, whichever process asks; each process has a copy of its own, and of what was returned as well.
        """
        name = f"{self.name}_{suffix}"
        if name not in self._own:
            filled = f"{self._run}_{suffix}_kept"
            made = self._once(filled, self.base, fill)
            self._copy(filled, name)
            self._own[name] = made
        return name, self._own[name]  # type: ignore[return-value]

    @contextlib.contextmanager
    def bare(self, suffix: str) -> Iterator[str]:
        """A migrated database without the people of the cast; connections point to it inside the block."""
        name = f"{self.name}_{suffix}"
        self._copy(self.template(), name)
        self.point_at(name)
        self._grant()
        try:
            yield name
        finally:
            self.point_at(self.name)
            self._drop(name)

    def drop_all(self) -> None:
        connections.close_all()
        for name in (self.name, *self._own):
            self._drop(name)
        key = _key(f"{self._notes}")
        self.sql(f"SELECT pg_advisory_unlock_shared({key})")
        if self.sql(f"SELECT 1 WHERE pg_try_advisory_lock({key})"):  # nobody else of this run is there
            for note in self._notes.glob("*.made"):
                self._drop(note.stem)
                note.unlink()
        self._server.close()

    @staticmethod
    def point_at(name: str) -> None:
        """Every connection of this process, those of threads to come included."""
        threads.rest()
        connections.close_all()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = name
        with contextlib.suppress(LookupError):
            from django.contrib.contenttypes.models import ContentType

            ContentType.objects.clear_cache()

    def template(self) -> str:
        """The name of the migrated template; whoever comes first makes it, the others wait."""
        template = f"template_{fingerprint()}"
        with self._alone(_LOCK):
            if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
                making = f"{template}_making"
                self._copy("template1", making)
                self.point_at(making)
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                connections.close_all()
                self.sql(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
                self._forget_old_templates()
        return template

    def schema_of_template(self) -> str:
        return self._schema(self.template())

    def short_cut(self) -> str:
        """All that the two ways of migrating hang on: while it is the same, they lead where they led."""
        files = ("config/first_migration.py", "config/management/commands/migrate.py", "requirements.txt")
        of = (fingerprint(), [(settings.BASE_DIR / file).read_text() for file in files], self.sql("SHOW server_version"))
        return hashlib.sha256(repr(of).encode()).hexdigest()

    def schema_the_long_way(self) -> str:
        """As Django migrates without the short cut of config/first_migration.py."""
        name = f"{self.name}_long"
        self._copy("template1", name)
        try:
            self.point_at(name)
            call_command("migrate", database="owner", verbosity=0, interactive=False, the_long_way=True)
            return self._schema(name)
        finally:
            self.point_at(self.name)
            self._drop(name)

    def _schema(self, name: str) -> str:
        """pg_dump's text of a database, without what differs from one dump to the next."""
        connections.close_all()
        known = self._as_owner(name)
        command = [str(localpg.programs(None) / "pg_dump"), "--schema-only", "--no-acl"]
        environment = {**os.environ, "PGPASSWORD": str(known["password"])}
        for option in ("host", "port", "user", "dbname"):
            if known.get(option):
                command += [f"--{option}", str(known[option])]
        text = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        return re.sub(r"^\\(un)?restrict .*$", "", text, flags=re.M)

    def _forget_old_templates(self) -> None:
        old = self.sql(
            "SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{12}$' "
            f"ORDER BY oid DESC OFFSET {_KEPT_TEMPLATES}"
        )
        for (name,) in old:
            self._drop(name)

    @staticmethod
    def _grant() -> None:
        give_rights()
        connections.close_all()

    def _copy(self, source: str, name: str) -> None:
        self._drop(name)
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def _drop(self, name: str) -> None:
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
