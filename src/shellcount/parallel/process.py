"""Guard settings that a process has only once: threads of linear algebra, and what other libraries keep."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
import warnings
from collections.abc import Iterator

from threadpoolctl import LibController, OpenBLASController, ThreadpoolController

_guard = threading.Lock()
_busy: list[int] = []  # one entry for each piece of work that is under way
_before: dict[str, tuple[LibController, int]] = {}
_alone = threading.RLock()


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep linear algebra on one thread, so that the digits of sums do not depend on the cores.

    The number of threads belongs to the process. Where pieces of work overlap in threads of Python, the
    first sets it, and the last to end restores what the first found, whichever that is.

    Examples
    --------
    >>> import numpy  # brings a library of linear algebra
    >>> with one_blas_thread():
    ...     {each.num_threads for each in ThreadpoolController().select(user_api="blas").lib_controllers}
    {1}
    """
    with _guard:
        _busy.append(1)
        libraries = _libraries()
        own = [(library, library.num_threads) for library in libraries if _is_of_a_thread(library)]
        for library in libraries:
            if not _is_of_a_thread(library):
                _before.setdefault(library.filepath, (library, library.num_threads))
            _set_threads(library, 1)
    try:
        yield
    finally:
        with _guard:
            _busy.pop()
            for library, threads in own:
                _set_threads(library, threads)
            if not _busy:
                for library, threads in _before.values():
                    _set_threads(library, threads)
                _before.clear()


def one_blas_thread_here() -> None:
    """Keep linear algebra of this thread on one thread, where each has a number of its own."""
    for library in _libraries():
        if _is_of_a_thread(library):
            _set_threads(library, 1)


def _libraries() -> list[LibController]:
    """Find the libraries of linear algebra: again where modules were imported since, which may load one."""
    return _found(len(sys.modules))


@functools.lru_cache(maxsize=1)
def _found(_modules: int) -> list[LibController]:
    libraries: list[LibController] = ThreadpoolController().select(user_api="blas").lib_controllers
    return libraries


def _is_of_a_thread(library: LibController) -> bool:
    """Tell whether each thread of Python has a number of its own, as with OpenMP."""
    return getattr(library, "threading_layer", None) == "openmp"


def _set_threads(library: LibController, threads: int) -> None:
    """Set a number of threads, whichever thread of Python set one before."""
    # From 3.8 on, threadpoolctl heeds only the thread that was first, until it is told to forget it.
    forget = getattr(OpenBLASController, "clear_controlling_thread", None)
    if forget is not None:
        forget(force=True)
    library.set_num_threads(threads)
    if forget is not None:
        forget(force=True)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Run one thread at a time where a library keeps flags and warning filters for the whole process.

    Filters that it adds, also when it is imported, are taken away again. Python restores them in the
    order in which threads end, so that two that overlap would leave one's behind.

    Examples
    --------
    >>> before = list(warnings.filters)
    >>> with alone():
    ...     warnings.simplefilter("ignore")
    >>> warnings.filters == before
    True
    """
    with _alone, warnings.catch_warnings():
        yield


if sys.platform != "win32":  # a child must not inherit a lock that a thread of its parent holds
    os.register_at_fork(before=_guard.acquire, after_in_parent=_guard.release, after_in_child=_guard.release)
