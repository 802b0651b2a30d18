"""The printing press: what the worker process does in the house, a thread does here (one thread: WeasyPrint is not for several).

The worker prints everything, and first what somebody waits for; here that alone is printed.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from unittest import mock

from django.db import connection

from core.models import Paper
from core.tasks import render_paper


class Press:
    """Renders what it is asked for until it is stopped; `error` is what stopped it early."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.made = 0
        self.seconds = 0.0
        self._asked: queue.SimpleQueue[tuple[int, Future[None]] | None] = queue.SimpleQueue()
        self._waiting: dict[int, Future[None]] = {}
        self._thread = threading.Thread(target=self._run, daemon=True, name="press")

    def hurry(self, paper: Paper, *, anew: bool = True) -> Future[None]:
        """Somebody waits for this paper; who asks again while it waits changes nothing."""
        found = self._waiting.get(paper.pk)
        if found is None or found.done():
            found = self._waiting[paper.pk] = Future()
            self._asked.put((paper.pk, found))
        return found

    def _run(self) -> None:
        try:
            while asked := self._asked.get():
                self._print(*asked)
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def _print(self, pk: int, done: Future[None]) -> None:
        began = time.monotonic()
        try:
            self.made += render_paper.func(pk)
        except BaseException as error:
            done.set_exception(error)
            raise
        self.seconds += time.monotonic() - began
        done.set_result(None)


_running: list[Press] = []


@contextmanager
def running() -> Iterator[Press]:
    """As long as this lasts, a page that waits for a PDF gets it."""
    press = Press()
    press._thread.start()
    _running.append(press)
    try:
        with mock.patch("config.pages.papers.hurry", press.hurry):
            yield press
    finally:
        _running.remove(press)
        press._asked.put(None)
        press._thread.join(60)
    assert press.error is None, press.error


def printed(ref: str) -> None:
    """The PDF of this paper is there before anybody opens the page on which it is signed."""
    if not Paper.objects.get(ref=ref).renditions.filter(kind="presented").exists():
        wait(ref)


def wait(ref: str) -> None:
    """Until everything that is due of this paper is printed."""
    _running[-1].hurry(Paper.objects.get(ref=ref)).result(timeout=90)
