"""The verdict on ranks is as sure as it says, and says what it rests on."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from shellcount.digest import canonical_json
from shellcount.maths.arrays import Array
from shellcount.results.calibration import LEVEL, Calibration, Ranked, _coverage
from shellcount.results.run import Run

RUN = Run("made-up", "sha256:0", "counts", "smc", 1, {"runs": 2}, {})


@functools.cache
def band(refits: int) -> tuple[Array, Array, Array]:
    """The band depends on the number of refits alone, and takes seconds."""
    return made_up(np.full((refits, 1), 0.5)).band


def made_up(ranks: Array, failed: tuple[int, ...] = ()) -> Calibration:
    names = tuple(f"q{place}" for place in range(ranks.shape[1]))
    return Calibration(RUN, names, ranks, failed)


def judged(ranks: Array) -> Calibration:
    """A calibration of made-up ranks, with the band that others of its size have."""
    calibration = made_up(ranks)
    calibration.__dict__["band"] = band(len(ranks))
    return calibration


def ranks_of(refits: int, quantities: int, seed: int, *, spread: float = 1.0, shift: float = 0.0) -> Array:
    """Ranks where the posterior is normal, and its draws are spread or shifted in its standard deviations."""
    z = np.random.default_rng(seed).standard_normal((refits, quantities))
    ranks: Array = stats.norm.cdf((z - shift) / spread)
    return ranks


def even(refits: int) -> Array:
    """Ranks as even as can be."""
    return (np.arange(refits) + 0.5) / refits


# --- the verdict on made-up ranks --------------------------------------------------------


def test_uniform_ranks_pass() -> None:
    found = judged(ranks_of(1000, 5, seed=1))
    assert found.passed
    assert all(result.passed for result in found.results)
    assert [result.name for result in found.results] == list(found.names)


@pytest.mark.parametrize(("spread", "shift"), [(0.8, 0.0), (1.25, 0.0), (1.0, 0.2), (1.0, -0.2)], ids=repr)
def test_ranks_that_are_not_uniform_fail(spread: float, shift: float) -> None:
    ranks = ranks_of(1000, 5, seed=1)
    ranks[:, 3] = ranks_of(1000, 1, seed=2, spread=spread, shift=shift)[:, 0]
    found = judged(ranks)
    assert not found.passed
    assert [result.name for result in found.results if not result.passed] == ["q3"]
    assert not found.results[3].inside
    assert found.sentence.startswith("Not calibrated over 1,000 refits: q3 (")


def test_a_posterior_too_narrow_by_a_tenth_is_found() -> None:
    alone = [judged(ranks_of(1000, 1, seed, spread=0.9)).passed for seed in range(50)]
    together = [judged(ranks_of(1000, 5, seed, spread=0.9)).passed for seed in range(20)]
    assert sum(alone) <= 15
    assert sum(together) <= 1


def test_a_true_statement_is_rejected_about_once_in_a_hundred() -> None:
    verdicts = [judged(ranks_of(200, 3, seed)).passed for seed in range(300)]
    assert verdicts.count(False) <= 9


def test_a_quantity_leaves_its_own_band_about_once_in_a_hundred() -> None:
    found = [judged(ranks_of(100, 1, seed)).results[0] for seed in range(400)]
    assert sum(result.excess > 0 for result in found) <= 12
    assert all(judged(ranks_of(100, 1, seed, shift=1.0)).results[0].excess > 0 for seed in range(20))


def test_the_band_holds_the_diagonal() -> None:
    points, low, high = band(100)
    assert (low[1:-1] < points[1:-1]).all()
    assert (points[1:-1] < high[1:-1]).all()


def test_a_quantity_outside_its_own_band_is_named_where_all_pass() -> None:
    found = judged(np.column_stack([even(200)] * 3))
    outside = replace(found.results[1], excess=0.1)
    found.__dict__["results"] = (found.results[0], outside, found.results[2])
    assert found.passed
    assert found.sentence.endswith("1 of 3 quantities leave their own 99% band or bounds (q1).")


def test_inside_means_band_and_bounds() -> None:
    right = _coverage(ranks_of(1000, 1, seed=1)[:, 0], 0.9)
    wrong = _coverage(ranks_of(1000, 1, seed=1, spread=0.7)[:, 0], 0.9)
    assert Ranked("q", 0.0, 0.5, (right,)).inside
    assert not Ranked("q", 0.0, 0.5, (right, wrong)).inside
    assert not Ranked("q", 0.01, 0.5, (right,)).inside


# --- coverage ----------------------------------------------------------------------------


@pytest.mark.parametrize("refits", [10, 60, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.9])
def test_bounds_of_coverage_leave_half_a_percent_on_either_side(refits: int, probability: float) -> None:
    found = _coverage(np.linspace(0, 1, refits), probability)
    tail = (1 - LEVEL) / 2
    for bound, at in ((found.low, tail), (found.high, 1 - tail)):
        count = round(bound * refits)
        assert count == pytest.approx(bound * refits)
        counts = np.arange(refits + 1)
        cumulated = np.cumsum(stats.binom.pmf(counts, refits, probability))
        assert cumulated[count] >= at
        assert count == 0 or cumulated[count - 1] < at


def test_coverage_counts_ranks_in_the_middle() -> None:
    ranks = np.array([0.0, 0.04, 0.06, 0.26, 0.5, 0.74, 0.76, 0.94, 0.96, 1.0])
    assert _coverage(ranks, 0.5).share == 0.3
    assert _coverage(ranks, 0.9).share == 0.6


def test_the_p_value_of_coverage_is_the_binomial_tests() -> None:
    found = _coverage(np.full(20, 0.5), 0.9)
    exact = sum(
        stats.binom.pmf(k, 20, 0.9) for k in range(21) if stats.binom.pmf(k, 20, 0.9) <= 0.9**20 * 1.0001
    )
    assert found.p_value == pytest.approx(exact)


# --- what is written ---------------------------------------------------------------------


def test_the_document_is_json_and_says_all() -> None:
    calibration = judged(ranks_of(60, 5, seed=1))
    found = calibration.document()
    assert json.loads(canonical_json(found)) == found
    assert found["schema"] == "shellcount/calibration/1"
    assert found["run"] == RUN.document()
    assert (found["refits"], found["failed"], found["level"], found["passed"]) == (60, [], 0.99, True)
    quantities = found["quantities"]
    assert isinstance(quantities, dict)
    assert tuple(quantities) == calibration.names
    for result in calibration.results:
        entry = quantities[result.name]
        assert isinstance(entry, dict)
        assert entry["p_value"] == result.p_value
        coverage = entry["coverage"]
        assert isinstance(coverage, dict)
        assert list(coverage) == ["50%", "90%"]


def test_the_table_has_a_row_for_each_quantity() -> None:
    calibration = judged(ranks_of(60, 5, seed=1))
    table = calibration.table()
    assert [row[0] for row in table.rows] == list(calibration.names)
    assert {len(row) for row in table.rows} == {len(table.head)}
    broken = judged(np.column_stack([even(200), ranks_of(200, 1, 2, spread=0.5)])).table()
    assert [row[-2:] for row in broken.rows] == [("inside", "passed"), ("outside", "failed")]
