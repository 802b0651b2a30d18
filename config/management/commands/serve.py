"""`./run`: bring the database up to date, fill the demo on the first start, serve until Ctrl-C."""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, connections

from config import localpg
from config.roles import database_problem, refuse_to_run_as_owner
from config.supervisor import Child, answers, keep_running, port_is_free
from core.models import CompanyProfile


class Command(BaseCommand):
    help = "Prepare the database and the static files, then run the web server and the worker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--prepare-only", action="store_true", help="stop before the servers start")

    def handle(self, *args: Any, host: str, port: str, prepare_only: bool, **options: Any) -> None:
        if not port.isdigit() or not 0 < int(port) < 65536:
            sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}.")
        if not prepare_only and not port_is_free(host, int(port)):
            sys.exit(f"Port {port} is in use. Choose another: PORT={int(port) + 1} ./run")
        if problem := database_problem("owner") or database_problem("default"):
            sys.exit(problem)
        self._step("database", self._migrate)
        refuse_to_run_as_owner()
        self._step("static files", self._collect_static)
        if not prepare_only or settings.DEMO:
            self._first_start()
        connections.close_all()
        if not prepare_only:
            self._serve(host, int(port))

    def _step(self, name: str, work: Callable[[], None]) -> None:
        began = time.monotonic()
        work()
        if (took := time.monotonic() - began) > 1.5:
            self.stderr.write(f"==> {name}: {took:.1f} s")

    @staticmethod
    def _migrate() -> None:
        call_command("migrate", verbosity=0, interactive=False)

    @staticmethod
    def _collect_static() -> None:
        """Again only when a static file changed."""
        if settings.DEBUG:
            return
        digest = hashlib.sha256()
        for folder in settings.STATICFILES_DIRS:
            for path in sorted(folder.rglob("*")):
                digest.update(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}".encode())
        stamp = settings.STATIC_ROOT / ".collected"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest.hexdigest())

    def _first_start(self) -> None:
        """An empty database becomes the demo company. A first start that was interrupted begins again."""
        half_made = settings.LOCAL_DIR / "demo-is-being-made"
        if settings.EMBEDDED and half_made.exists():
            self.stderr.write("==> the demo company was left half-made; starting over")
            self._empty_database()
        elif get_user_model().objects.exists():
            return
        if not settings.DEMO:
            self.stderr.write("==> this database holds no company yet: ./run new sets one up")
            return
        self.stderr.write("==> making the demo company (once, two to three minutes)")
        half_made.touch()
        call_command("demo_company", size="small", seed=1, verbosity=0)
        half_made.unlink()

    @staticmethod
    def _empty_database() -> None:
        connections.close_all()
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")
        call_command("migrate", verbosity=0, interactive=False)

    def _serve(self, host: str, port: int) -> None:
        os.environ.setdefault("PUBLIC_URL", self._address(host, port))  # what the worker prints as QR
        os.environ.setdefault("DATABASE_PATIENCE", "20")  # seconds that a child waits when it begins
        manage = str(settings.BASE_DIR / "manage.py")
        threads, workers = os.environ.get("WEB_THREADS", "4"), os.environ.get("WEB_WORKERS", "2")
        web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--chdir", str(settings.BASE_DIR), "--preload"]
        web += ["--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", workers, "--threads", threads]
        web += ["--graceful-timeout", "8", "--timeout", "60", "--no-control-socket", "--log-level", "warning"]
        web += ["--max-requests", "10000", "--max-requests-jitter", "1000"]
        why = keep_running(
            [Child("web server", web), Child("worker", [sys.executable, manage, "worker"])],
            ready=lambda: answers(host, port),
            when_ready=lambda: self._announce(host, port),
            look_after=self._look_after_database,
        )
        self.stderr.write("==> stopped")
        if why:
            sys.exit(why)

    def _announce(self, host: str, port: int) -> None:
        self.stdout.write(f"\n匠程  {self._address(host, port)}/    (Ctrl-C stops it)\n")
        if settings.DEMO and CompanyProfile.objects.filter(simulated=True).exists():
            call_command("demo_people", stdout=self.stdout)
        connection.close()
        self.stdout.flush()

    @staticmethod
    def _address(host: str, port: int) -> str:
        return f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104

    @staticmethod
    def _look_after_database() -> None:
        """An embedded server that was killed is started again; its data survived."""
        if settings.EMBEDDED and not localpg.Cluster.at(settings.LOCAL_DIR, tests=settings.TESTING).answers():
            localpg.start(settings.LOCAL_DIR, tests=settings.TESTING)
