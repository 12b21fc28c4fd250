"""Values are put in the order in which numpy puts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from shellcount.maths.ordering import in_order

RNG = np.random.default_rng(1)
DISTINCT = {
    "of both signs": RNG.standard_normal(10_000),
    "large and small": np.exp(50 * RNG.standard_normal(16_384)),
    "next to each other": 1.0 + RNG.permutation(16_384) * 2.0**-52,  # told apart by bits that give way
    "with infinities": np.append(RNG.standard_normal(100), [np.inf, -np.inf]),
    "denormal": RNG.permutation(1_000) * 5e-324,
    "one": np.array([3.0]),
    "none": np.array([]),
}


@pytest.mark.parametrize("name", DISTINCT)
def test_distinct_values_have_one_order(name: str) -> None:
    values = DISTINCT[name]
    before = values.copy()
    places, ordered = in_order(values)
    assert_array_equal(places, np.argsort(values))
    assert_array_equal(ordered, np.sort(values))
    assert_array_equal(values, before)


@given(
    arrays(np.float64, st.integers(0, 40), elements=st.floats(width=16) | st.sampled_from([0.0, -0.0, 1.0]))
)
def test_places_are_a_permutation_that_sorts(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    places, ordered = in_order(values)
    assert sorted(places.tolist()) == list(range(values.size))
    assert_array_equal(ordered, values[places])
    assert_array_equal(ordered, np.sort(values))  # with what is no number at the end
