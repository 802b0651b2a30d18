"""Two people at the same moment: real threads, real connections, one barrier."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from functools import partial
from typing import Any

from django.db import connections
from django.utils import translation

from tests import cpus

ROUNDS = int(os.environ.get("ROUNDS", "200"))


class _Hand(threading.Thread):
    """A person at a desk: a thread that keeps its connection from act to act."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._acts: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self.start()

    def do(self, act: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        self._acts.put((done, act))
        return done

    def run(self) -> None:
        cpus.go_anywhere()
        while True:
            done, act = self._acts.get()
            try:
                done.set_result(act())
            except BaseException as error:  # the answer of an act may be any exception
                done.set_result(error)


_hands: list[_Hand] = []


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; each answer is what the act returned or the exception it raised."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        connection = connections["default"]
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
        barrier.wait(timeout=20)
        with translation.override("en"):
            return act()

    _hands.extend(_Hand() for _ in range(len(acts) - len(_hands)))
    waited = [hand.do(partial(run, act)) for hand, act in zip(_hands, acts, strict=False)]
    answers: list[Any] = [None] * len(acts)
    for index, done in enumerate(waited):
        try:
            answers[index] = done.result(timeout=60)
        except FutureTimeout:
            _hands.clear()  # somebody hangs: others come in their place
    return answers


def rest() -> None:
    """Everybody hangs up: before the database goes away."""
    for done in [hand.do(connections.close_all) for hand in _hands]:
        done.result(timeout=60)


def deadlocks(server_log: Any) -> int:
    """How many deadlocks the server has logged so far; 0 where its log cannot be read (a server of one's own)."""
    return server_log.read_text(errors="replace").count("deadlock detected") if server_log else 0
