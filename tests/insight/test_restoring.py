"""The smallest sets without which the others hold together."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from shellcount import limits
from shellcount.engines import forecast
from shellcount.insight import restoring
from shellcount.insight.consistency import consistency
from together import counts, fitted, simulated


def sets(values: list[float], *, allow_off: bool = False) -> tuple[tuple[str, ...], ...]:
    removal = consistency(fitted(counts(values, allow_off=allow_off))).removal
    return () if removal is None else removal.sets


def test_a_planted_contradiction_among_ten_is_found() -> None:
    assert sets(simulated(10, {3: 3.0})) == (("claim-3",),)
    assert sets(simulated(10, {3: 3.0}), allow_off=True) == (("claim-3",),)


def test_two_planted_ones_are_found_together() -> None:
    ((*found,),) = sets(simulated(10, {3: 3.0, 7: 0.3}))
    assert sorted(found) == ["claim-3", "claim-7"]


def test_of_two_that_contradict_each_other_either_may_go() -> None:
    assert sorted(sets([900.0, 2700.0], allow_off=True)) == [("claim-0",), ("claim-1",)]


def test_where_all_holds_together_nothing_has_to_go() -> None:
    found = consistency(fitted(counts(simulated(10), allow_off=False)))
    assert found.removal is None
    assert found.hold_together


def test_processes_find_the_same() -> None:
    posterior = fitted(counts(simulated(6, {3: 3.0}), allow_off=False))
    shares: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = consistency(posterior, executor=executor, progress=shares.append)
    assert found.document() == consistency(posterior).document()
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_a_long_search_is_told_of_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    posterior = fitted(counts(simulated(4, {2: 5.0}), allow_off=False))
    monkeypatch.setattr(restoring, "MOST_FITS", 6)
    monkeypatch.setattr(forecast, "_PER_SECOND", 1e4)
    told: list[str] = []
    with limits.announced(told.append):
        consistency(posterior)
    assert told[0].startswith("the search by 6 fits for the claims without which the others hold ")


def test_the_work_is_bounded_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "MOST_FITS", 0)
    found = consistency(fitted(counts(simulated(4, {2: 5.0}), allow_off=False)))
    assert found.removal is not None
    assert (found.removal.sets, found.removal.tried, found.removal.complete) == ((), 0, False)
    assert found.sentences[-1] == (
        "No set of up to 1 claim was found without which the others hold together (0 fits, though not all "
        "such sets were tried)."
    )


def test_the_limit_on_a_study_bounds_it_too() -> None:
    posterior = fitted(counts(simulated(4, {2: 5.0}), allow_off=False))
    with limits.raised({"study": 1.0}):
        found = consistency(posterior)
    assert found.removal is not None
    assert found.removal.tried == 0
