"""The worker: does the jobs that were left for it, and looks at the clocks once a minute."""

import logging
import signal
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseProblem
from django.db import close_old_connections, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as OneBatch
from django_tasks_db.models import DBTaskResult

from config.printing import given_up
from config.roles import refuse_to_run_as_owner
from config.tick import tick

logger = logging.getLogger("config.worker")

ATTEMPTS = 4
TICK_EVERY = 60.0  # seconds
ABANDONED_AFTER = timedelta(minutes=15)
RECYCLE_AFTER = 400  # jobs; a process that prints PDFs all day grows


class Jobs(OneBatch):
    """The package's own loop, with a second try 1, 4 and 16 minutes later; a long queue does not keep the clocks waiting."""

    next_tick = 0.0

    def run_task(self, db_task_result: Any) -> None:
        super().run_task(db_task_result)
        self._try_again(db_task_result)
        self.tick_if_due()

    def tick_if_due(self) -> bool:
        """Do the periodic work when its minute has come."""
        if not self.running or time.monotonic() < self.next_tick:
            return False
        self.next_tick = time.monotonic() + TICK_EVERY
        _tick()
        return True

    @staticmethod
    def _try_again(db_task_result: Any) -> None:
        if db_task_result.status != TaskResultStatus.FAILED:
            return
        attempt = len(db_task_result.worker_ids)
        logger.error("%s failed, attempt %s: %s", db_task_result.task_path, attempt, db_task_result.traceback)
        if attempt >= ATTEMPTS:
            given_up(db_task_result, at=timezone.now())
            return
        again = timezone.now() + timedelta(minutes=4 ** (attempt - 1))
        DBTaskResult.objects.filter(pk=db_task_result.pk).update(status=TaskResultStatus.READY, run_after=again, finished_at=None)


def take_back_abandoned() -> int:
    """Jobs whose worker was killed while it had them."""
    return DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - ABANDONED_AFTER).update(
        status=TaskResultStatus.READY, run_after=timezone.now()
    )


def _tick() -> None:
    """Whatever the periodic work trips over is logged; the next minute tries again."""
    close_old_connections()
    take_back_abandoned()
    try:
        tick(timezone.now())
    except DatabaseProblem:
        raise
    except Exception:
        logger.exception("The periodic work stopped")
        if settings.TESTING:
            raise


class Command(BaseCommand):
    help = "Do background jobs and, every minute, the periodic work (config.tick)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and end")
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two looks at the queue")

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        refuse_to_run_as_owner()
        self._be_patient()
        jobs = Jobs(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=RECYCLE_AFTER,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self._stop_on_signals(jobs)
        while jobs.running and jobs._run_tasks < RECYCLE_AFTER:
            try:
                jobs.run()
                if jobs.tick_if_due():
                    jobs.run()
            except DatabaseProblem as problem:
                logger.error("The database does not answer: %s", str(problem).splitlines()[0])
                connections.close_all()
                self._sleep(jobs, 3.0)
            if once:
                return
            self._sleep(jobs, interval)

    @staticmethod
    def _be_patient() -> None:
        """The worker prints PDFs inside transactions; it may take longer than a page."""
        connections["default"].settings_dict["OPTIONS"]["options"] += (
            " -c lock_timeout=10s -c statement_timeout=120s -c idle_in_transaction_session_timeout=300s"
        )

    @staticmethod
    def _stop_on_signals(jobs: Jobs) -> None:
        def stop(signum: int, frame: FrameType | None) -> None:
            jobs.running = False  # the job in hand is finished first

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    @staticmethod
    def _sleep(jobs: Jobs, seconds: float) -> None:
        until = time.monotonic() + seconds
        while jobs.running and time.monotonic() < until:
            time.sleep(min(0.2, max(0.0, until - time.monotonic())))
