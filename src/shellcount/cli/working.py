"""Start worker processes for commands that fit many times, and end them with the command."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor


@contextlib.contextmanager
def workers(count: int | None) -> Iterator[Executor | None]:
    """Start worker processes, by default one per core; yield ``None`` where this process suffices.

    They end with this process, however it ends, and at once when it is interrupted.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from shellcount.parallel.executors import cores
    from shellcount.parallel.unheeding import Context

    wanted = count or cores()
    if wanted == 1:
        yield None
        return
    others = multiprocessing.active_children()
    # Spawned: forking a process that has threads can leave the child waiting for a lock for ever.
    with ProcessPoolExecutor(wanted, mp_context=Context(), initializer=end_with_parent) as executor:
        try:
            yield executor
        except (KeyboardInterrupt, SystemExit):
            executor.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                if process not in others:
                    process.terminate()
            raise


def end_with_parent() -> None:
    """Make this worker end when the process that started it is gone, even killed: nobody else would."""
    import multiprocessing

    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
