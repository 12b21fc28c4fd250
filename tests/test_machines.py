"""The simulated cluster of the documentation takes the time that a closed form gives."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def machines() -> ModuleType:
    spec = importlib.util.spec_from_file_location("machines", DOCS / "machines.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["machines"] = module  # where dataclasses look for their module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("workers", "rounds"), [(1, 100), (7, 15), (100, 1), (1000, 1)])
def test_workers_without_overhead_take_whole_rounds(machines: ModuleType, workers: int, rounds: int) -> None:
    found = machines.simulate(machines.Farm(workers), 100, 1, [2.0])
    assert found.seconds == pytest.approx(2.0 * rounds)
    assert found.busy == pytest.approx(100 / (workers * rounds))


def test_one_worker_takes_the_sum_of_all_times(machines: ModuleType) -> None:
    times = [0.5, 1.0, 4.0]
    found = machines.simulate(machines.Farm(1), 1000, 7, times, seed=3)
    assert found.busy == pytest.approx(1.0)
    assert found.seconds / 1000 == pytest.approx(sum(times) / 3, rel=0.1)


def test_a_batch_waits_for_all_of_its_fits(machines: ModuleType) -> None:
    assert machines.simulate(machines.Farm(4), 10, 4, [1.0]).seconds == pytest.approx(4.0)


def test_the_scheduler_bounds_the_rate_however_many_workers(machines: ModuleType) -> None:
    farm = machines.Farm(5000, scheduler=(0.01, 0.0), window=5000)
    assert machines.simulate(farm, 2000, 1, [0.001]).seconds == pytest.approx(2000 * 0.01, rel=0.01)


def test_a_cost_of_each_fit_is_not_saved_by_batches(machines: ModuleType) -> None:
    farm = machines.Farm(5000, client=(0.0, 0.01), window=5000)
    assert machines.simulate(farm, 2000, 10, [0.001]).seconds == pytest.approx(2000 * 0.01, rel=0.02)


def test_no_more_workers_are_busy_than_tasks_are_sent(machines: ModuleType) -> None:
    farm = machines.Farm(100, window=10)
    assert machines.simulate(farm, 1000, 1, [2.0]).seconds == pytest.approx(200.0)


def test_slow_workers_are_waited_for(machines: ModuleType) -> None:
    farm = machines.Farm(10, slow=0.1, slowness=3.0)
    assert machines.simulate(farm, 10, 1, [2.0]).seconds == pytest.approx(6.0)


def test_workers_that_fail_begin_again(machines: ModuleType) -> None:
    """A task of length t takes (exp(t / L) - 1)(L + R), with failures at the rate 1 / L and R to replace."""
    length, lifetime, replacement, count = 4.0, 10.0, 3.0, 5000
    farm = machines.Farm(1, lifetime=lifetime, replacement=replacement)
    found = machines.simulate(farm, count, 1, [length])
    mean = math.expm1(length / lifetime)
    assert found.seconds / count == pytest.approx(mean * (lifetime + replacement), rel=0.05)
    assert found.failures / count == pytest.approx(mean, rel=0.05)


def test_the_same_seed_gives_the_same_study(machines: ModuleType) -> None:
    farm = machines.Farm(30, (0.001, 0.0001), (0.001, 0.0001), lifetime=100.0, replacement=5.0)
    one, again, other = (machines.simulate(farm, 5000, 8, [0.5, 0.7, 1.9], seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other
