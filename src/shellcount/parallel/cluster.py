"""Run tasks on a Dask cluster, whose workers are checked before they work."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.metadata
import itertools
import logging
import re
import socket
import sys
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from shellcount.errors import ClusterError, UsageError, require_library
from shellcount.frozen import frozen
from shellcount.text import one_line

_ADDRESS = re.compile(r"(?:(?P<kind>tcp|tls)://)?(?P<host>\[[\da-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})")
_PATIENCE = 10  # seconds for a scheduler to answer
_SHOWN = 3


@contextlib.contextmanager
def cluster(address: str, libraries: Iterable[str]) -> Iterator[Executor]:
    """Yield an executor that runs tasks on the workers of a Dask scheduler.

    A task whose worker ends is run again on another. When the block ends, also by an error or by Ctrl-C,
    the tasks that have not finished are cancelled.

    Parameters
    ----------
    address
        Address of the scheduler, such as ``tcp://10.0.0.5:8786`` or ``10.0.0.5:8786``.
    libraries
        Distributions that decide digits: each worker must have the versions of here, and the same Python.

    Raises
    ------
    ClusterError
        When no scheduler answers, or it has no workers, or a worker has other versions.
    UsageError
        When the address is not one, or Dask is not installed.

    Examples
    --------
    >>> with cluster("10.0.0.5", ["numpy"]):
    ...     pass
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: '10.0.0.5' is not the address of a scheduler; write HOST:PORT, \
such as tcp://10.0.0.5:8786
    """
    require_library("distributed", "dask")
    where = _checked(address)
    from distributed import Client

    with _quiet(), contextlib.ExitStack() as stack:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions, which are an error here
            client = stack.enter_context(Client(where, timeout=_PATIENCE, set_as_default=False))
        same = _versions_of_workers(client, where, tuple(libraries))
        yield _ClusterExecutor(client, where, same)


def _checked(address: str) -> str:
    """Refuse an address at which no scheduler answers, with the reason."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise UsageError(
            f"{one_line(address, 60)!r} is not the address of a scheduler; "
            "write HOST:PORT, such as tcp://10.0.0.5:8786"
        )
    where = f"{match['kind'] or 'tcp'}://{match['host']}:{match['port']}"
    try:
        # First without Dask, which would try again and again where nothing listens.
        socket.create_connection((match["host"].strip("[]"), int(match["port"])), _PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise _no_scheduler(where, getattr(error, "strerror", None) or str(error)) from None
    try:
        with ThreadPoolExecutor(1) as thread:  # this thread may be in a loop of its own, as in a notebook
            kind = thread.submit(asyncio.run, _kind_of_server(where)).result()
    except (OSError, ValueError, TypeError, MemoryError):  # of bytes that are read as lengths
        kind = "another server"
    if kind != "Scheduler":
        raise _no_scheduler(where, f"{kind.lower()} listens there")
    return where


async def _kind_of_server(where: str) -> str:
    """Tell what listens at an address; a client of Dask would wait for ever for what does not answer."""
    from distributed import Security, rpc

    async with rpc(where, connection_args=Security().get_connection_args("client")) as server:
        identity = await asyncio.wait_for(server.identity(), _PATIENCE)
    return f"a {identity['type']}" if identity["type"] != "Scheduler" else "Scheduler"


def _no_scheduler(where: str, reason: str) -> ClusterError:
    return ClusterError(
        f"no Dask scheduler answers at {where} ({one_line(reason, 100)}); check the address, "
        "or start one: dask scheduler"
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs from standard error: what matters to a user is raised."""
    from distributed import config  # noqa: F401  # sets the levels that are changed here

    names = [name for name in logging.root.manager.loggerDict if re.match(r"(distributed|tornado)\b", name)]
    before = {name: logging.getLogger(name).level for name in names}
    try:
        for name in names:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


# --- versions ------------------------------------------------------------------------------


def _versions_of_workers(client: Any, where: str, libraries: tuple[str, ...]) -> Mapping[str, str]:  # noqa: ANN401
    """Compare the versions of all workers with those of here, and return those of here."""
    workers: dict[str, dict[str, Any]] = client.get_versions(packages=list(libraries))["workers"]
    if not workers:
        raise ClusterError(
            f"the scheduler at {where} has no workers; start some: dask worker {where} --nthreads 1"
        )
    here = _installed(libraries)
    faults = [
        f"{worker} has {_differing(here, _of_worker(versions['packages']))}"
        for worker, versions in sorted(workers.items())
        if _differing(here, _of_worker(versions["packages"]))
    ]
    if faults:
        more = f", and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise ClusterError(f"{'; '.join(faults[:_SHOWN])}{more}; {_REMEDY}")
    return here


_REMEDY = "install the same requirements on all machines"


def _of_worker(packages: Mapping[str, str | None]) -> dict[str, str | None]:
    python = str(packages["python"]).split(".")[:3]
    return {**packages, "python": ".".join(python)}


def _installed(libraries: Iterable[str]) -> dict[str, str]:
    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python, **{name: importlib.metadata.version(name) for name in libraries}}


def _differing(here: Mapping[str, str], there: Mapping[str, str | None]) -> str:
    """Write what differs, such as ``numpy 2.2.0 (here 2.3.1)``; empty for nothing."""
    return ", ".join(
        f"{name} {there[name]} (here {version})" if there.get(name) else f"no {name}"
        for name, version in here.items()
        if there.get(name) != version
    )


@functools.cache
def _refuse_other_versions(here: tuple[tuple[str, str], ...]) -> None:
    """Refuse a task on a worker that has joined later with other versions."""
    wanted = dict(here)
    difference = _differing(wanted, _installed(name for name in wanted if name != "python"))
    if difference:
        raise ClusterError(f"a worker that joined later has {difference}; {_REMEDY}")


# --- tasks ---------------------------------------------------------------------------------


@frozen
class _Work[*Ts, R]:
    """Function of many tasks, and the versions that it needs: sent to a worker once."""

    call: Callable[[*Ts], R]
    versions: tuple[tuple[str, str], ...]


def _same[T](value: T) -> T:
    return value


def _run[*Ts, R](work: _Work[*Ts, R], args: tuple[*Ts]) -> R:
    _refuse_other_versions(work.versions)
    return work.call(*args)


class _ClusterExecutor(Executor):
    """Executor on a client of Dask, whose futures fail with an error of shellcount when the cluster does."""

    def __init__(self, client: Any, where: str, versions: Mapping[str, str]) -> None:  # noqa: ANN401
        self._client, self._where = client, where
        self._versions = tuple(versions.items())
        self._inner: Any = client.get_executor(pure=False)
        self._name = f"shellcount-{uuid.uuid4().hex}"
        self._numbers = itertools.count()
        self._last: tuple[object, Any] = (None, None)

    # Tasks have no keywords here, whereas those of other executors may have some.
    def submit[*Ts, R](self, fn: Callable[[*Ts], R], /, *args: *Ts) -> Future[R]:  # type: ignore[override]
        """Run a function on a worker; one that is submitted many times in a row is sent once."""
        number = next(self._numbers)
        running = self._inner.submit(_run, self._held(fn), args, key=(self._name, number))
        return _followed(running, self._where, args)

    def _held(self, call: Callable[..., object]) -> object:
        """Hold a function on the cluster as the result of a task: where it is lost, it is computed again."""
        if self._last[0] is not call:
            key = (f"{self._name}-work", next(self._numbers))
            self._last = call, self._client.submit(_same, _Work(call, self._versions), key=key)
        return self._last[1]


def _followed[R](inner: Future[R], where: str, args: tuple[object, ...]) -> Future[R]:
    """Make a future that has the result of one of Dask, and errors of shellcount where Dask has its own."""
    outer: Future[R] = Future()

    def pass_on(done: Future[R]) -> None:
        if not outer.set_running_or_notify_cancel():
            return
        error = ClusterError(_LOST.format(where)) if done.cancelled() else done.exception()
        if error is None:
            outer.set_result(done.result())
        else:
            outer.set_exception(_translated(error, args))

    inner.add_done_callback(pass_on)
    outer.add_done_callback(lambda done: inner.cancel() and None if done.cancelled() else None)
    return outer


_LOST = (
    "the scheduler at {} has ended, or has dropped the work; start it and its workers, and repeat the "
    "command: finished tasks are in its journal, if it keeps one"
)


def _translated(error: BaseException, args: tuple[object, ...]) -> BaseException:
    """Name the task that ended the workers that ran it; leave other errors."""
    from distributed import KilledWorker

    if not isinstance(error, KilledWorker):
        return error
    task, count = one_line(", ".join(map(repr, args)), 80), error.allowed_failures + 1
    whose = "1 worker ended while it ran" if count == 1 else f"{count} workers ended while they ran"
    last = error.last_worker.address
    return ClusterError(f"{whose} task {task}, the last {last}; see its log, and give workers more memory")
