"""Run tasks on an executor or in this process: fits reach other cores and machines only here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed

from shellcount.parallel.process import one_blas_thread
from shellcount.parallel.task import as_task


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def each[T, R](
    work: Callable[[T], R], tasks: Sequence[T], executor: Executor | None = None
) -> Iterator[tuple[int, R]]:
    """Run every task, and yield its position and result as soon as it finishes.

    Parameters
    ----------
    work
        Function of one task; for an executor of processes, it must be picklable.
    tasks
        Arguments of the function, one for each call.
    executor
        Where to run; by default in this process, in order. When the caller stops early or a task
        fails, tasks that have not started are cancelled.

    Examples
    --------
    >>> sorted(each(abs, [-3, 2]))
    [(0, 3), (1, 2)]
    """
    if executor is None:
        for place, task in enumerate(tasks):
            with one_blas_thread():
                result = work(task)
            yield place, result
        return
    shared = as_task(work)
    places = {executor.submit(shared, task): place for place, task in enumerate(tasks)}
    try:
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        for future in places:
            future.cancel()
