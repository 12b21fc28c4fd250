"""Start processes that Ctrl-C does not reach.

A terminal sends it to them too, but only the process that started them answers it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back from this thread until the end; a process that it starts never gets any."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Process(SpawnProcess):
    """Process that holds interrupts back from its first instruction."""

    def start(self) -> None:
        """Start the process."""
        if sys.platform != "win32":
            resource_tracker.ensure_running()  # which lets interrupts through once it has been started
        with _interrupts_held():
            super().start()


class Context(SpawnContext):
    """Context of multiprocessing whose processes Ctrl-C does not reach."""

    Process = Process
