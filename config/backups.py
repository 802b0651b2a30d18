"""Database and files in one archive, and back again, proven table by table and file by file.

The archive is a tar: `database.dump` (pg_dump's custom format), `media/…`, and last `manifest.json` with the number of rows
and the digest of every table as they were in the dump's own snapshot, and the SHA-256 of every file. Restoring replaces
the database in one transaction, gives the web role its rights anew (roles are not in a dump), and compares everything.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections
from django.db.backends.utils import CursorWrapper

from config import localpg
from config.roles import give_rights

_DUMP, _MANIFEST, _MEDIA = "database.dump", "manifest.json", "media"
_FRESH_SCHEMA = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
# Settings that a newer pg_dump writes and an older server does not know.
_UNKNOWN_TO_OLD = re.compile(rb"^SET transaction_timeout = .*$", re.M)


class CannotBackUp(Exception):
    """The message is the sentence for the person who asked."""


@dataclass(frozen=True)
class Contents:
    """What an archive holds, or what stands in the database and on the disk."""

    tables: dict[str, tuple[int, str]]
    files: dict[str, str]

    @property
    def says(self) -> str:
        rows = sum(rows for rows, _ in self.tables.values())
        return f"{len(self.tables)} tables with {rows} rows, {len(self.files)} files"

    def differences(self, other: Contents) -> list[str]:
        wrong = [f"table {name}" for name in self.tables | other.tables if self.tables.get(name) != other.tables.get(name)]
        return wrong + [f"file {name}" for name in self.files | other.files if self.files.get(name) != other.files.get(name)]


def back_up(target: Path, *, at: datetime) -> Contents:
    """Write the archive; nothing half-made ever carries the target's name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            dump = Path(folder) / _DUMP
            tables = _dump(dump)
            with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
                with tarfile.open(fileobj=raw, mode="w") as archive:
                    archive.add(dump, _DUMP)
                    files = {}
                    for name, path in _media():
                        files[name] = _sha256(path)
                        archive.add(path, f"{_MEDIA}/{name}", recursive=False)
                    manifest = Path(folder) / _MANIFEST
                    about = {"made": at.isoformat(), "dump": _sha256(dump), "tables": tables, "files": files}
                    manifest.write_text(json.dumps(about, ensure_ascii=False, indent=1))
                    archive.add(manifest, _MANIFEST)
                raw.flush()
                os.fsync(raw.fileno())
        os.replace(making, target)
    except OSError as problem:
        raise CannotBackUp(f"{problem.filename or target}: {problem.strerror}.") from None
    finally:
        making.unlink(missing_ok=True)
    return Contents(tables, files)


def restore(source: Path, *, replace: bool, migrate: Any) -> Contents:
    """Put database and files back as they were; refuse before anything is touched when that cannot succeed."""
    media = Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.parent, prefix=".restore-") as name:
        folder = Path(name)
        about = _unpack(source, folder)
        expected = Contents({name: (rows, digest) for name, (rows, digest) in about["tables"].items()}, about["files"])
        _check_target(replace=replace)
        _load(folder / _DUMP, folder / "restore.sql")
        _swap(folder / _MEDIA, media)
        if wrong := expected.differences(now()):
            raise CannotBackUp(f"The restored state differs from the backup: {', '.join(wrong[:5])}.")
    migrate()
    give_rights()
    return expected


def now() -> Contents:
    """What stands in the database and on the disk at this moment."""
    with _reading() as cursor:
        tables = _digests(cursor)
    return Contents(tables, {name: _sha256(path) for name, path in _media()})


# --- the database ---


@contextmanager
def _reading() -> Iterator[CursorWrapper]:
    """The owner's cursor in one snapshot, with settings under which a row's text is always the same."""
    owner = connections["owner"]
    owner.close()
    with owner.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 3")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")
    owner.close()


def _digests(cursor: CursorWrapper) -> dict[str, tuple[int, str]]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = [name for (name,) in cursor.fetchall()]
    digests = {}
    for name in tables:
        cursor.execute(
            "SELECT count(*), md5(coalesce(string_agg(h, '' ORDER BY h), '')) "
            f'FROM (SELECT md5(t::text) AS h FROM "{name}" t) AS hashes'
        )
        rows, digest = cursor.fetchone()
        digests[name] = (rows, digest)
    return digests


def _dump(target: Path) -> dict[str, tuple[int, str]]:
    """pg_dump in the very snapshot in which the tables are digested."""
    with _reading() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", "--no-comments", "--schema=public",
             "--extension=*", f"--snapshot={snapshot}", f"--file={target}")  # fmt: skip
        return _digests(cursor)


def _check_target(*, replace: bool) -> None:
    """Nobody else may be in the database.  What kind a session of another role is, the owner is not told (backend_type is empty);
    that it has a user, it is: PostgreSQL's own workers have none."""
    owner = connections["owner"]
    connections.close_all()
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        (others,) = cursor.fetchone()
    if others:
        raise CannotBackUp(f"The database has {others} open connections; stop the server before restoring.")
    user = get_user_model()
    try:
        occupied = user.objects.using("owner").exists()
    except DatabaseError:  # an empty database has no tables yet
        occupied = False
    if occupied and not replace:
        raise CannotBackUp("The database already holds a company; add --replace to put the backup in its place.")
    connections.close_all()


def _load(dump: Path, script: Path) -> None:
    """Everything in one transaction: a restore that fails leaves what was there."""
    _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(dump), connect=False)
    text = script.read_bytes()
    text = re.sub(rb"^(CREATE SCHEMA public;|ALTER SCHEMA public OWNER .*)$", b"", text, flags=re.M)
    script.write_bytes(_FRESH_SCHEMA.encode() + _UNKNOWN_TO_OLD.sub(b"", text))
    _run("psql", "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(script))


def _run(program: str, *arguments: str, connect: bool = True) -> None:
    config = connections["owner"].settings_dict
    environment = {**os.environ, "PGPASSWORD": str(config["PASSWORD"]), "PGCLIENTENCODING": "UTF8"}
    if sslmode := config.get("OPTIONS", {}).get("sslmode"):
        environment["PGSSLMODE"] = str(sslmode)
    words = ["-h", config["HOST"], "-p", config["PORT"], "-U", config["USER"], "-d", config["NAME"]] if connect else []
    command = [str(localpg.programs(None) / program), *(str(word) for word in words if word), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise CannotBackUp(f"{program} failed: {said[0] if said else done.returncode}")


# --- the files ---


def _media() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.exists() else ():
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(root).as_posix(), path


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack what we know, nothing else, and hold it against the manifest."""
    (folder / _MEDIA).mkdir()
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                place = Path(member.name)
                ours = member.name in {_DUMP, _MANIFEST} or place.parts[0] == _MEDIA
                if not ours or not member.isfile() or ".." in place.parts or place.is_absolute():
                    raise CannotBackUp(f"{source} holds {member.name!r}, which no backup of ours holds.")
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member) or io.BytesIO()  # isfile() was asked
                with content, open(folder / place, "wb") as out:
                    shutil.copyfileobj(content, out)
        about: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError as missing:
        what = source if str(source) == str(missing.filename) else f"{Path(str(missing.filename)).name} in {source}"
        raise CannotBackUp(f"{what} does not exist; this is not a complete backup.") from None
    except (tarfile.TarError, EOFError, ValueError):
        raise CannotBackUp(f"{source} is not a backup, or it is damaged.") from None
    except OSError as problem:
        raise CannotBackUp(f"{problem.filename}: {problem.strerror}.") from None
    files = {path.relative_to(folder / _MEDIA).as_posix(): _sha256(path) for path in (folder / _MEDIA).rglob("*") if path.is_file()}
    if not (folder / _DUMP).exists() or _sha256(folder / _DUMP) != about["dump"] or files != about["files"]:
        raise CannotBackUp(f"{source} is damaged: its contents are not those of its manifest.")
    return about


def _swap(restored: Path, media: Path) -> None:
    """The restored files in the place of what was there."""
    aside = media.with_name(f"{media.name}.before-restore")
    shutil.rmtree(aside, ignore_errors=True)
    if media.exists():
        os.rename(media, aside)
    os.rename(restored, media)
    shutil.rmtree(aside, ignore_errors=True)


def _sha256(path: Path) -> str:
    file: IO[bytes]
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
