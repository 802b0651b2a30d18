"""The printing press: what the worker process does in the house, a thread does here (one thread: WeasyPrint is not for several)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from core.models import Paper, Rendition
from core.tasks import render_paper


def due() -> list[int]:
    """The papers that wait for a PDF: the one to be presented, or the sealed one."""
    presented = Rendition.objects.filter(paper=OuterRef("pk"), kind="presented")
    rows = Paper.objects.filter(Q(~Exists(presented)) | Q(state=Paper.State.SIGNED))
    return list(rows.order_by("pk").values_list("pk", flat=True))


class Press:
    """Renders until it is stopped; `error` is what stopped it early."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.made = 0
        self.seconds = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="press")

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                waiting = due()
                for pk in waiting:
                    self._render(pk)
                if not waiting:
                    self._stop.wait(0.05)
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def _render(self, pk: int) -> None:
        began = time.monotonic()
        self.made += render_paper.func(pk)
        self.seconds += time.monotonic() - began


@contextmanager
def running() -> Iterator[Press]:
    press = Press()
    press._thread.start()
    try:
        yield press
    finally:
        press._stop.set()
        press._thread.join(30)
    assert press.error is None, press.error
