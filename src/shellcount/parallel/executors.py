"""Run tasks on an executor or in this process: fits reach other cores and machines only here."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from queue import SimpleQueue

from shellcount.parallel.process import one_blas_thread
from shellcount.parallel.sharing import as_task

_SUBMITTED = 1000  # tasks that an executor holds at once: enough for hundreds of workers


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def each[T, R](
    work: Callable[[T], R], tasks: Iterable[T], executor: Executor | None = None
) -> Iterator[tuple[int, R]]:
    """Run every task, and yield its position and result as soon as it finishes.

    Parameters
    ----------
    work
        Function of one task; for an executor of processes, it must be picklable.
    tasks
        Arguments of the function, one for each call, taken as they can be run.
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
    waiting = enumerate(tasks)
    places: dict[Future[R], int] = {}
    finished: SimpleQueue[Future[R]] = SimpleQueue()

    def submit(count: int) -> None:
        for place, task in itertools.islice(waiting, count):
            future = executor.submit(shared, task)
            places[future] = place
            future.add_done_callback(finished.put)

    try:
        submit(_SUBMITTED)
        while places:
            future = finished.get()
            yield places.pop(future), future.result()
            submit(1)
    finally:
        for future in places:
            future.cancel()
