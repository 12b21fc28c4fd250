"""A Dask cluster of real processes on this machine: a scheduler and workers that talk over TCP."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from processes import unmeasured

_QUIET = ("--no-dashboard", "--host", "127.0.0.1")
_ADDRESS = re.compile(r"(?:Scheduler at|Start worker at): +(tcp://127\.0\.0\.1:\d+)")
_READY = re.compile(
    r"(?:Scheduler at|Registered to): "
)  # a worker has its address before the scheduler knows it


@dataclass
class Server:
    """A process of Dask, and the address at which it serves."""

    process: subprocess.Popen[str]
    address: str
    log: threading.Thread

    def kill(self) -> None:
        """End it as a machine that fails, without a word to anybody."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.join()


@dataclass
class LocalCluster:
    """A scheduler, and workers of one thread unless more are asked for."""

    scheduler: Server
    workers: list[Server] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.scheduler.address

    def add_worker(self, *, threads: int = 1) -> Server:
        self.workers.append(_started(_worker(self.address, threads)))
        return self.workers[-1]

    def add_workers(self, count: int) -> None:
        """Start workers side by side: most of the time of a start is that of imports."""
        begun = [_worker(self.address, 1) for _ in range(count)]
        self.workers += map(_started, begun)


@contextlib.contextmanager
def local_cluster(workers: int, *, allowed_failures: int = 3) -> Iterator[LocalCluster]:
    """Start a cluster, and end all of its processes."""
    os.environ.pop("DASK_CONFIG", None)
    scheduler = _dask(
        "scheduler", "--port", "0", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=f"{allowed_failures}"
    )
    cluster = LocalCluster(_started(scheduler))
    try:
        cluster.add_workers(workers)
        yield cluster
    finally:
        for server in (*cluster.workers, cluster.scheduler):
            server.kill()


def _worker(address: str, threads: int) -> subprocess.Popen[str]:
    return _dask("worker", address, "--no-nanny", "--nthreads", str(threads), "--memory-limit", "0")


def _dask(what: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a process of Dask that can import what the tests can."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{what}", *words, *_QUIET],
        env=unmeasured(PYTHONPATH=os.pathsep.join(sys.path), **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _started(process: subprocess.Popen[str]) -> Server:
    """Wait until a process can be used, and go on reading its log, so that it can go on writing."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if _READY.search(line):
            address = _ADDRESS.search(said)
            assert address is not None
            log = threading.Thread(target=_read, args=(process.stderr,))
            log.start()
            return Server(process, address[1], log)
    raise AssertionError(said)


def _read(log: IO[str]) -> None:
    with log:
        log.read()
