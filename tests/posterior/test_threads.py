"""Fits in threads give the digits of fits in series, and leave the process as it was."""

from __future__ import annotations

import math
import os
import signal
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from building import one_claim_case
from processes import digest_of_draws
from quick import quick_posterior
from shellcount import limits
from shellcount.case.schema import Case
from shellcount.engines import nuts
from shellcount.maths.arrays import Array
from shellcount.model.model import Model
from shellcount.posterior.fitting import fit

SEEDS = range(20)


def blas_threads() -> set[int]:
    return {each.num_threads for each in ThreadpoolController().select(user_api="blas").lib_controllers}


@pytest.mark.parametrize("few", [{"engine": "is", "points": 64}, {"engine": "smc", "particles": 64}])
def test_twenty_fits_in_threads_give_the_digits_of_twenty_in_series(case: Case, few: dict[str, Any]) -> None:
    def digits(seed: int) -> str:
        return digest_of_draws(fit(case, seed=seed, runs=4, allow_unconverged=True, **few))

    with threadpool_limits(2, user_api="blas"):
        series = [digits(seed) for seed in SEEDS]
        with ThreadPoolExecutor(5) as pool:
            assert list(pool.map(digits, SEEDS)) == series
        assert len(set(series)) == len(SEEDS)
        assert blas_threads() == {2}


def test_every_evaluation_of_fits_that_overlap_sees_one_thread(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()
    evaluate = Model.log_likelihood

    def watched(model: Model, z: Array, stated: Mapping[str, float] | None = None) -> Array:
        seen.update(blas_threads())
        return evaluate(model, z, stated)

    monkeypatch.setattr(Model, "log_likelihood", watched)
    with threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda seed: quick_posterior(case, seed=seed), range(6)))
    assert seen == {1}


def test_threads_that_share_a_posterior_compute_what_one_does(case: Case) -> None:
    names = [f"containers.military@2024-{month:02d}-{day:02d}" for month in range(1, 7) for day in (1, 11)]
    alone, shared = quick_posterior(case), quick_posterior(case)
    expected = [alone.draws(name) for name in names]
    start = threading.Barrier(4)

    def draws(_: int) -> list[Array]:
        start.wait()
        return [shared.draws(name) for name in reversed(names)]

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(draws, range(4)):
            assert all(np.array_equal(*pair) for pair in zip(found[::-1], expected, strict=True))


def test_a_fit_leaves_what_belongs_to_the_process(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise AssertionError("changed by a fit")

    quick_posterior(case)  # libraries add filters of their own when they are imported
    before = list(warnings.filters), np.geterr(), dict(os.environ), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(os, "umask", fail)
    monkeypatch.setattr(signal, "signal", fail)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: quick_posterior(case, seed=seed).estimates(), range(8)))
    assert (list(warnings.filters), np.geterr(), dict(os.environ), signal.getsignal(signal.SIGINT)) == before


def test_fits_by_nuts_run_one_at_a_time_and_leave_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = [0], [0]
    before = list(warnings.filters)
    case = one_claim_case({"claim.only": 30 * math.sqrt(1000)})  # what coordinates of 0 give: no conflict

    def recorded(model: Model, *_: object) -> Any:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        warnings.simplefilter("ignore", RuntimeWarning)
        under_way[0] -= 1
        return SimpleNamespace(
            coordinates={name: np.zeros((4, 100)) for name in model.informed}, statistics={}
        )

    monkeypatch.setattr(nuts, "_sample", recorded)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: fit(case, engine="nuts", draws=100, seed=seed), range(8)))
    assert most == [1]
    assert list(warnings.filters) == before


def test_a_thread_of_an_executor_has_the_limits_of_its_caller() -> None:
    with limits.raised({"work": 1.0}), ThreadPoolExecutor(1) as pool:
        assert pool.submit(limits.allowed, "work").result() == limits.LIMITS["work"].most
        assert pool.submit(limits.carried(limits.allowed), "work").result() == 1.0
