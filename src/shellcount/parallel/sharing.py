"""Share cores: a task that is one of many starts no threads of its own."""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable

from shellcount.frozen import frozen
from shellcount.limits import carried
from shellcount.parallel.process import one_blas_thread

_among_others = contextvars.ContextVar("among_others", default=False)


def shares_cores() -> bool:
    """Tell whether the work of this thread is one of many tasks, so that others use the other cores.

    Examples
    --------
    >>> shares_cores(), as_task(shares_cores)()
    (False, True)
    """
    return _among_others.get() or _is_of_a_pool()


def _is_of_a_pool() -> bool:
    """Tell whether multiprocessing started this process; it is then loaded, and else not loaded for this."""
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing is not None and multiprocessing.parent_process() is not None


def as_task[*Ts, R](work: Callable[[*Ts], R]) -> Callable[[*Ts], R]:
    """Make a function a task for a thread, a process or another machine: it starts no threads of its own.

    Parameters
    ----------
    work
        Function; to be sent to another process, it must be picklable. It takes the limits of here along.

    Examples
    --------
    >>> as_task(abs)(-3)
    3
    """
    return _Task(carried(work))


@frozen
class _Task[*Ts, R]:
    """Function that leaves the other cores to other tasks."""

    work: Callable[[*Ts], R]

    def __call__(self, *args: *Ts) -> R:
        token = _among_others.set(True)
        try:
            with one_blas_thread():
                return self.work(*args)
        finally:
            _among_others.reset(token)
