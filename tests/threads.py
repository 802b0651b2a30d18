"""Two people at the same moment: real threads, real connections, one barrier."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.utils import translation

ROUNDS = int(os.environ.get("ROUNDS", "200"))


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; each answer is what the act returned or the exception it raised."""
    answers: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout=20)
            with translation.override("en"):
                answers[index] = act()
        except Exception as error:
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def deadlocks(server_log: Any) -> int:
    """How many deadlocks the server has logged so far; 0 where its log cannot be read (a server of one's own)."""
    return server_log.read_text(errors="replace").count("deadlock detected") if server_log else 0
