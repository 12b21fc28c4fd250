"""Holm's procedure against its textbook form, and its one promise."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shellcount.maths.holm import rejected_up_to

P_VALUES = st.lists(st.floats(0, 1) | st.sampled_from([0.001, 0.002, 0.005, 0.01]), max_size=12)


def textbook(p_values: list[float], level: float) -> list[float]:
    """Adjusted p-values, and which of the tests they reject."""
    adjusted, largest = [], 0.0
    for place, p_value in enumerate(sorted(p_values)):
        largest = max(largest, (len(p_values) - place) * p_value)
        adjusted.append((p_value, largest))
    return [p_value for p_value, value in adjusted if value <= level]


@given(P_VALUES, st.floats(0.001, 0.5))
def test_it_rejects_what_the_textbook_does(p_values: list[float], level: float) -> None:
    limit = rejected_up_to(p_values, level)
    rejected = textbook(p_values, level)
    assert limit == max(rejected, default=-1.0)


def test_nothing_is_rejected_of_nothing() -> None:
    assert rejected_up_to([], 0.01) == -1.0


def test_true_hypotheses_are_rejected_once_in_a_hundred_times() -> None:
    rng = np.random.default_rng(1)
    wrong = sum(rejected_up_to(rng.random(40).tolist(), 0.01) >= 0 for _ in range(4000))
    assert 20 < wrong < 65


def test_however_they_depend_on_each_other() -> None:
    rng = np.random.default_rng(2)
    wrong = sum(rejected_up_to([float(rng.random())] * 40, 0.01) >= 0 for _ in range(4000))
    assert wrong < 20
