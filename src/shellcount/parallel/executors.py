"""Work spread over an executor, or done here: the one seam between fits and machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed


def each[T, R](
    work: Callable[[T], R], tasks: Sequence[T], executor: Executor | None = None
) -> Iterator[tuple[int, R]]:
    """Do every task, and give its place and result as soon as it is done.

    Parameters
    ----------
    work
        What to do; where there is an executor of processes, a function that can be pickled.
    tasks
        What to do it to.
    executor
        Where; by default in this process, in order. When the caller stops early, or a task
        fails, tasks that have not begun are cancelled.

    Examples
    --------
    >>> sorted(each(abs, [-3, 2]))
    [(0, 3), (1, 2)]
    """
    if executor is None:
        yield from ((place, work(task)) for place, task in enumerate(tasks))
        return
    places = {executor.submit(work, task): place for place, task in enumerate(tasks)}
    try:
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        for future in places:
            future.cancel()
