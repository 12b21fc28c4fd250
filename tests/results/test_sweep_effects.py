"""The effect of a setting is that of its values averaged over all others."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from shellcount.results.sweep_effects import effects, moved


def test_a_full_grid_has_the_shares_of_an_analysis_of_variance() -> None:
    """Of y = 2a + b the variance is 4 Var(a) + Var(b), and its parts are first-order indices."""
    grid = list(itertools.product([0.0, 1.0, 2.0], [0.0, 3.0]))
    settings = {"a": [a for a, _ in grid], "b": [b for _, b in grid]}
    found = effects(settings, [2 * a + b for a, b in grid])
    variances = {"a": 4 * 2 / 3, "b": 9 / 4}
    assert [each.name for each in found] == ["a", "b"]
    for each in found:
        assert each.share == pytest.approx(variances[each.name] / sum(variances.values()))
    assert (found[0].low, found[0].low_at, found[0].high, found[0].high_at) == (1.5, "0", 5.5, "2")


def test_settings_are_in_the_order_of_their_effect() -> None:
    found = effects({"small": [0.0, 0.0, 1.0, 1.0], "large": [0.0, 1.0, 0.0, 1.0]}, [1.0, 5.0, 2.0, 6.0])
    assert [each.name for each in found] == ["large", "small"]


def test_a_setting_of_many_numbers_is_put_into_groups() -> None:
    numbers = np.linspace(0.0, 1.0, 64).tolist()
    (found,) = effects({"load": numbers}, [10 + number for number in numbers])
    assert (found.low_at, found.high_at) == ("0..0.1111", "0.8889..1")
    assert found.low == pytest.approx(10 + np.mean(numbers[:8]))
    assert found.share == pytest.approx(
        1 - 63 / (64**2 - 1), abs=1e-9
    )  # between groups of 8 of 64 even steps


def test_fits_that_failed_are_left_out() -> None:
    (found,) = effects({"load": [0.5, 0.7, 0.9]}, [1.0, None, 2.0])
    assert (found.low_at, found.high_at) == ("0.5", "0.9")


def test_settings_with_one_value_and_values_that_are_all_alike_have_no_effect() -> None:
    assert effects({"load": [0.5, 0.5]}, [1.0, 2.0]) == ()
    assert effects({"load": [0.5, 0.7]}, [None, 2.0]) == ()
    (found,) = effects({"load": [0.5, 0.7]}, [2.0, 2.0])
    assert (found.low, found.high, found.share) == (2.0, 2.0, 0.0)


def test_text_and_absence_are_values() -> None:
    (found,) = effects({"grade": ["A", None]}, [1.0, 2.0])
    assert (found.low_at, found.high_at) == ("A", "as in the case")
    assert found.sentence == "grade moves it most: from 1.0 at A to 2.0 at as in the case."


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1_482_000, 2_611_000, "1.5 to 2.6 million"),
        (2_604_000, 2_611_000, "2.60 to 2.61 million"),
        (0.7346, 0.81, "0.73 to 0.81"),
        (0.5, 0.5, "0.5"),
        (-1.0, 0.0, "-1 to 0"),
    ],
)
def test_two_numbers_are_written_apart(low: float, high: float, text: str) -> None:
    assert moved(low, high) == text
    assert math.isfinite(low)
