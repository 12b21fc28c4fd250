"""Resampling is even, and a walk forgets where it began."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.engines.walk import Noise, Pace, Particles, Walk, systematic
from shellcount.maths.arrays import Array
from shellcount.parallel.crew import ALONE


@given(st.integers(0, 1000), st.lists(st.sampled_from([0.0, 1e-9, 0.3, 1.0, 7.0]), min_size=1, max_size=60))
def test_resampling_is_as_even_as_whole_numbers_allow_within_each_run(seed: int, raw: list[float]) -> None:
    weights = np.array([[*raw, 1.0], [1.0, *raw]])
    chosen = systematic(weights, np.random.default_rng(seed))
    counts = np.bincount(chosen, minlength=weights.size).reshape(weights.shape)
    size = weights.shape[1]
    assert (counts.sum(axis=1) == size).all()
    expected = size * weights / weights.sum(axis=1, keepdims=True)
    assert (np.abs(counts - expected) < 1 + 1e-9).all()
    assert (counts[weights == 0] == 0).all()


def test_a_walk_ends_where_no_coordinate_correlates_with_its_beginning() -> None:
    rng = np.random.default_rng(1)
    z = rng.standard_normal((3, 4 * 256))

    def flat(z: Array) -> Array:
        return np.zeros(z.shape[1])

    weights = np.ones((4, 256))
    noise = Noise(rng, 3, 4 * 256, ALONE)
    walk = Walk(flat, Particles(z, flat(z)), weights, systematic(weights, rng), 1.0, Pace(), noise, ALONE)
    assert walk.correlation() > 0.99
    moves = walk.forget()
    assert 1 <= moves < 50
    assert walk.correlation() < 0.1 + 3 / np.sqrt(weights.size)
    assert abs(float(walk.places.z.mean())) < 4 / np.sqrt(z.size)
    assert walk.stuck is None


@pytest.mark.parametrize(
    ("beta", "said"),
    [
        (1.0, r"at the last temperature .* by 1.00 with where they started, not below 0.19"),
        (0.25, r"at inverse temperature 0.25 .* by 1.00 with where they started, not below 0.34"),
    ],
)
def test_a_walk_that_ends_before_its_beginning_is_forgotten_says_so(beta: float, said: str) -> None:
    rng = np.random.default_rng(1)
    z = np.sign(rng.standard_normal((1, 4 * 256)))

    def split(z: Array) -> Array:
        """Two narrow modes far apart, which no move bridges."""
        far: Array = np.where(np.abs(np.abs(z[0]) - 1) < 1e-6, 0.0, -np.inf)
        return far

    weights = np.ones((4, 256))
    noise = Noise(rng, 1, 4 * 256, ALONE)
    walk = Walk(split, Particles(z, split(z)), weights, systematic(weights, rng), beta, Pace(), noise, ALONE)
    walk.forget()
    assert walk.stuck is not None
    assert re.fullmatch(said, walk.stuck)
