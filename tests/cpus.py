"""On which processors the tests run.

A question that wakes the database's server on another processor takes four times as long as one that does not: so each process of a run
keeps to a processor of its own, and so do the servers of its connections. Threads that meet in a race, and browsers, run anywhere.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from django.db.backends.signals import connection_created

EVERYWHERE: set[int] = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
_own = EVERYWHERE


def choose(number: int, processes: int) -> None:
    """The processor of process `number` of a run; any of them where there is not one for each process."""
    global _own
    if processes <= len(EVERYWHERE):
        place = number if processes > 1 else os.getpid()  # runs of one process stand side by side, too
        _own = {sorted(EVERYWHERE)[place % len(EVERYWHERE)]}  # who comes in the place of a crashed process has a higher number


def keep_to_own() -> None:
    """For this thread and all that it starts from now on."""
    if EVERYWHERE:
        os.sched_setaffinity(0, _own)


def go_anywhere() -> None:
    """For this thread and all that it starts from now on."""
    if EVERYWHERE:
        os.sched_setaffinity(0, EVERYWHERE)


def _server_follows(connection: Any, **_more: Any) -> None:
    """The server of a new connection runs where the thread runs that asks it."""
    if EVERYWHERE and str(connection.settings_dict["HOST"]).startswith("/"):  # on this machine
        with contextlib.suppress(OSError):
            os.sched_setaffinity(connection.connection.info.backend_pid, os.sched_getaffinity(0))


connection_created.connect(_server_follows)
