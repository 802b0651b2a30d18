"""The site on a free port of 127.0.0.1, as `runserver` serves it, from whatever database the connections point at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.test.testcases import LiveServerThread


class Files(StaticFilesHandler):
    """Style sheets and scripts from the source, not from what was collected; kept by the browser as those of production are."""

    def serve(self, request: HttpRequest) -> Any:
        answer = super().serve(request)
        answer["Cache-Control"] = "max-age=3600, immutable"
        return answer


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Its address; it is served by threads of this process until the block ends."""
    server = LiveServerThread("127.0.0.1", Files, connections_override={}, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
