"""Find workers for commands that fit many times: processes that end with the command, or a Dask cluster."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.results.run import ENGINES, Engine, versions

if TYPE_CHECKING:
    from concurrent.futures import Executor


@frozen
class Workers:
    """Processes or cluster for a command that fits many times.

    Parameters
    ----------
    jobs
        Number of processes; ``None`` for one per core.
    dask
        Address of a Dask scheduler, instead of processes.
    """

    jobs: int | None
    dask: str | None

    @property
    def processes(self) -> int | None:
        """Number of processes; ``None`` on a cluster, which says how many workers it has when asked."""
        from shellcount.parallel.executors import cores

        return None if self.dask is not None else self.jobs or cores()

    def start(self, engine: Engine = ENGINES[0]) -> AbstractContextManager[Executor | None]:
        """Start processes, or connect to the cluster; give ``None`` where this process suffices.

        Parameters
        ----------
        engine
            Engine of the fits, whose libraries the workers of a cluster need.

        Raises
        ------
        ClusterError
            When the cluster cannot be used.
        UsageError
            When both are given, or Dask is not installed.
        """
        if self.dask is None:
            return _processes(self.jobs)
        if self.jobs is not None:
            raise UsageError("--jobs and --dask exclude each other: a cluster has its own workers")
        from shellcount.parallel.cluster import cluster

        return cluster(self.dask, [name for name in versions(engine) if name != "python"])


@contextlib.contextmanager
def _processes(count: int | None) -> Iterator[Executor | None]:
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
