"""Start worker processes for commands that fit many times."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor


@contextlib.contextmanager
def workers(count: int | None) -> Iterator[Executor | None]:
    """Start worker processes, by default one per core; yield ``None`` where this process suffices."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from shellcount.parallel.executors import cores

    wanted = count or cores()
    if wanted == 1:
        yield None
        return
    # Forking a process that has threads can leave the child waiting for a lock for ever.
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as executor:
        yield executor
