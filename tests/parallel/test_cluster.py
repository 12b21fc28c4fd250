"""A cluster of real processes: results arrive once, as in this process, whatever dies meanwhile."""

from __future__ import annotations

import functools
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from building import one_claim_case
from clusters import LocalCluster, local_cluster
from commands import COMMAND, run
from processes import unmeasured
from shellcount import limits
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines.settings import Settings
from shellcount.errors import ClusterError, EvidenceError, LimitError, UsageError
from shellcount.parallel import cluster as module
from shellcount.parallel.cluster import cluster
from shellcount.parallel.crew import ALONE, start_crew
from shellcount.parallel.executors import each
from shellcount.parallel.sharing import shares_cores
from shellcount.results.calibration import Calibration
from shellcount.results.claim_check import Checks
from shellcount.results.sweep import Sweep
from shellcount.studies import calibration
from shellcount.studies.calibration import calibrate
from shellcount.studies.sweep import sweep

LIBRARIES = ("shellcount", "numpy", "scipy")
REFITS = 12
SMALL = Settings("smc", runs=4, particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def two() -> Iterator[LocalCluster]:
    """Two workers, which no test ends."""
    with local_cluster(2) as started:
        yield started


@pytest.fixture(autouse=True)
def one_refit_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "_BATCH", 1)


@functools.cache
def serial() -> Calibration:
    return calibrate(one_claim_case(), refits=REFITS, seed=1)


def assert_same(found: Calibration) -> None:
    assert found.ranks.tobytes() == serial().ranks.tobytes()
    assert found.document() == serial().document()


def on_scheduler(address: str, ask: Callable[[Any], Any]) -> Any:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return client.run_on_scheduler(ask)


def tasks(dask_scheduler: Any) -> int:
    return len(dask_scheduler.tasks)


def assert_clean(address: str) -> None:
    """The scheduler forgets tasks when it reads that their client has gone."""
    while on_scheduler(address, tasks):
        time.sleep(0.01)


# --- the same results ----------------------------------------------------------------------


def test_a_calibration_is_the_same_to_the_last_bit(two: LocalCluster) -> None:
    seen: list[float] = []
    with cluster(two.address, LIBRARIES) as executor:
        found = calibrate(one_claim_case(), refits=REFITS, seed=1, executor=executor, progress=seen.append)
    assert_same(found)
    assert seen == [(count + 1) / REFITS for count in range(REFITS)]
    assert_clean(two.address)


def here(limit: str) -> tuple[int, bool, bool, float]:
    with start_crew() as crew:
        return os.getpid(), crew is ALONE, shares_cores(), limits.allowed(limit)


def test_a_task_runs_elsewhere_without_threads_of_its_own_within_the_limits_of_here(
    two: LocalCluster,
) -> None:
    with limits.raised({"memory": 7e9}), cluster(two.address, LIBRARIES) as executor:
        results = dict(each(here, ["memory", "memory"], executor))
    pids = {worker.process.pid for worker in two.workers}
    for pid, *rest in results.values():
        assert pid in pids
        assert rest == [True, True, 7e9]


def fail(kind: str) -> None:
    raise {"one": EvidenceError("no value fits"), "many": LimitError("too much")}[kind]


@pytest.mark.parametrize(("kind", "error"), [("one", EvidenceError), ("many", LimitError)])
def test_an_error_of_a_task_is_that_of_the_study(
    two: LocalCluster, kind: str, error: type[Exception]
) -> None:
    with cluster(two.address, LIBRARIES) as executor, pytest.raises(error, match=r"no value fits|too much"):
        list(each(fail, [kind], executor))


def product(one: int, *, other: int) -> int:
    return one * other


def test_a_task_takes_arguments_by_name(two: LocalCluster) -> None:
    with cluster(two.address, LIBRARIES) as executor:
        assert executor.submit(functools.partial(product, other=4), 3).result() == 12
        assert list(executor.map(abs, [-1, -2])) == [1, 2]


# --- what goes wrong before the work -------------------------------------------------------


def test_versions_of_workers_are_compared_before_any_work(
    two: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way round: it is this process that has other versions."""
    monkeypatch.setattr(module, "_installed", lambda _: {"python": "3.12.0", "numpy": "1.0", "scipy": "1.0"})
    with pytest.raises(ClusterError) as caught, cluster(two.address, LIBRARIES):
        pass
    for worker in two.workers:
        assert f"{worker.address} has python " in str(caught.value)
    assert f"numpy {np.__version__} (here 1.0)" in str(caught.value)
    assert str(caught.value).endswith("; install the same requirements on all machines")


def test_a_library_that_workers_lack_is_named(two: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_installed", lambda _: {"nutpie-of-tomorrow": "1.0"})
    with (
        pytest.raises(ClusterError, match="has no nutpie-of-tomorrow"),
        cluster(two.address, ["nutpie-of-tomorrow"]),
    ):
        pass


def test_a_worker_that_joins_later_is_compared_too() -> None:
    with pytest.raises(ClusterError, match=r"joined later has numpy \S+ \(here 1\.0\)"):
        module._refuse_other_versions((("numpy", "1.0"),))


@pytest.mark.parametrize(
    "address", ["", "here", "here:", "http://here:8786", "here:port", "a b:1", "here:123456"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with (
        pytest.raises(UsageError, match="is not the address of a scheduler; write HOST:PORT"),
        cluster(address, ()),
    ):
        pass


def test_an_address_where_nothing_listens_is_refused_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ClusterError) as caught, cluster(where, ()):
            pass
    assert str(caught.value) == (
        f"no Dask scheduler answers at tcp://{where} (Connection refused); check the address, or start one: "
        "dask scheduler"
    )


def test_the_address_of_a_worker_is_not_that_of_a_scheduler(two: LocalCluster) -> None:
    with pytest.raises(ClusterError, match="a worker listens there"), cluster(two.workers[0].address, ()):
        pass


def test_another_server_is_not_a_scheduler() -> None:
    def answer() -> None:
        for _ in range(2):  # whether it listens, and what it is
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.0 400 Bad request syntax\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=answer)
        answering.start()
        where = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(ClusterError, match="another server listens there"), cluster(where, ()):
            pass
        answering.join()


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"needs distributed: .*'shellcount\[dask\]'"), cluster("here:1", ()):
        pass


# --- what goes wrong in the middle ---------------------------------------------------------


def watching(count: int, what: Callable[[], None]) -> tuple[list[float], Callable[[float], None]]:
    """As :func:`at`, with a list of the shares that were reported."""
    seen: list[float] = []

    def progress(share: float) -> None:
        seen.append(share)
        if len(seen) == count:
            what()

    return seen, progress


def at(count: int, what: Callable[[], None]) -> Callable[[float], None]:
    """Do something as soon as so many results have arrived."""
    return watching(count, what)[1]


def interrupt() -> None:
    raise KeyboardInterrupt


def test_an_interrupt_leaves_the_cluster_clean_and_the_journal_whole(
    two: LocalCluster, tmp_path: Path
) -> None:
    path = tmp_path / "work.jsonl"
    with pytest.raises(KeyboardInterrupt), cluster(two.address, LIBRARIES) as executor:
        calibrate(
            one_claim_case(),
            refits=REFITS,
            seed=1,
            journal=path,
            executor=executor,
            progress=at(3, interrupt),
        )
    assert len(path.read_bytes().splitlines()) == 1 + 3
    assert_clean(two.address)
    assert_same(calibrate(one_claim_case(), refits=REFITS, seed=1, journal=path))


def swept(**how: Any) -> Sweep:
    return sweep(one_claim_case(), {"seed": range(REFITS)}, settings=SMALL, batch=1, **how)


def test_a_study_survives_a_worker_and_resumes_after_its_scheduler(tmp_path: Path) -> None:
    path = tmp_path / "work.jsonl"
    with local_cluster(2) as doomed:
        seen, watch = watching(3, doomed.workers[0].kill)
        with cluster(doomed.address, LIBRARIES) as executor:
            found = swept(executor=executor, progress=watch)
        assert found.columns() == swept().columns()
        assert seen == [(count + 1) / REFITS for count in range(REFITS)]  # each result once
        with pytest.raises(ClusterError) as caught, cluster(doomed.address, LIBRARIES) as executor:
            calibrate(
                one_claim_case(),
                refits=REFITS,
                seed=1,
                journal=path,
                executor=executor,
                progress=at(3, doomed.scheduler.kill),
            )
    assert str(caught.value) == (
        f"the scheduler at {doomed.address} has ended, or has dropped the work; start it and its workers, "
        "and repeat the command: finished tasks are in its journal, if it keeps one"
    )
    assert 1 + 3 <= len(path.read_bytes().splitlines()) < 1 + REFITS
    assert_same(calibrate(one_claim_case(), refits=REFITS, seed=1, journal=path))


def end_its_worker(tasks: list[int]) -> None:
    os._exit(sum(tasks))


def test_a_task_that_ends_its_worker_is_named() -> None:
    with (
        local_cluster(1, allowed_failures=0) as doomed,
        cluster(doomed.address, LIBRARIES) as executor,
        pytest.raises(ClusterError) as caught,
    ):
        list(each(end_its_worker, [[3, 4]], executor))
    assert str(caught.value) == (
        f"1 worker ended while it ran task [3, 4], the last {doomed.workers[0].address}; "
        "see its log, and give workers more memory"
    )


# --- any executor --------------------------------------------------------------------------


@pytest.fixture(params=["threads", "processes", "cluster"])
def executor(request: pytest.FixtureRequest, two: LocalCluster) -> Iterator[Executor]:
    if request.param == "cluster":
        with cluster(two.address, LIBRARIES) as found:
            yield found
        return
    pool = (
        ThreadPoolExecutor(2) if request.param == "threads" else ProcessPoolExecutor(2, get_context("spawn"))
    )
    with pool as found:
        yield found


def test_a_study_gives_the_same_bits_on_any_executor(executor: Executor, case: Case) -> None:
    assert_same(calibrate(one_claim_case(), refits=REFITS, seed=1, executor=executor))
    assert leave_one_out(case, settings=SMALL, executor=executor) == alone()


@functools.cache
def alone() -> Checks:
    return leave_one_out(load_case(), settings=SMALL)


@pytest.mark.slow
def test_two_tasks_in_threads_of_one_worker_give_the_same_bits(case: Case) -> None:
    with local_cluster(0) as threaded:
        threaded.add_worker(threads=2)
        with cluster(threaded.address, LIBRARIES) as executor:
            assert_same(calibrate(one_claim_case(), refits=REFITS, seed=1, executor=executor))
            assert leave_one_out(case, settings=SMALL, executor=executor) == alone()


# --- the command ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_command_that_is_interrupted_resumes(two: LocalCluster, folder: Path) -> None:
    words = ("calibrate", "--refits", "60", "--dask", two.address, "--json")
    journal = folder / "calibration" / "counts.jsonl"
    begun = subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=unmeasured()
    )
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 5):
        time.sleep(0.01)
    begun.send_signal(signal.SIGINT)
    out, err = begun.communicate()
    assert (begun.returncode, out, err) == (130, "", "shellcount: interrupted\n")
    assert journal.read_bytes().count(b"\n") < 1 + 60
    assert_clean(two.address)
    again, whole = run(*words), run("calibrate", "--refits", "60", "--jobs", "1", "--json", "-o", "whole")
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout == whole.stdout
