"""Keeps the web server and the worker alive together, and the embedded database under them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

_GRACE = 12.0  # seconds between asking a child to stop and making it
_CALM = 5.0  # a child that dies younger than this died of something that a restart does not mend


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    here = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104
    with contextlib.suppress(OSError), socket.create_connection((here, port), timeout=1):
        return True
    return False


def _die_with_parent() -> None:
    """On Linux the kernel stops the children even when the parent was killed without a chance to."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Child:
    """One process that should be running."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command, start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent
        )

    def ended(self) -> int | None:
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def make_stop(self, deadline: float) -> None:
        if not self.process:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def keep_running(
    children: Sequence[Child], *, ready: Callable[[], bool], when_ready: Callable[[], None], look_after: Callable[[], None]
) -> str:
    """Run the children until a signal says stop (answer ""), or until one cannot be kept alive (answer: why)."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    announced, why, looked = False, "", time.monotonic()
    try:
        for child in children:
            child.start()
        while not stopping and not why:
            time.sleep(0.1)
            if not announced and ready():
                announced = True
                when_ready()
            if time.monotonic() - looked > 2:
                looked = time.monotonic()
                look_after()
            for child in children:
                if (code := child.ended()) is not None and not stopping:
                    if code != 0 and time.monotonic() - child.started < _CALM:
                        why = f"The {child.name} stopped with code {code}; its last lines above say why."
                        break
                    child.start()
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + _GRACE
        for child in children:
            child.make_stop(deadline)
    return why
