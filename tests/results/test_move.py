"""A move is measured in its Monte Carlo errors, and worded so that its sides can be told apart."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from shellcount.case.reading import load_case
from shellcount.posterior.fitting import fit
from shellcount.results.estimate import Estimate
from shellcount.results.move import MOST_ERRORS, Move, signed

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")


@pytest.fixture(scope="module")
def load() -> Estimate:
    return fit(MINIMAL, points=64, runs=4, allow_unconverged=True).estimate("load")


def moved(old: Estimate, by: float, mcse: float) -> Move:
    one = dataclasses.replace(old, p50=100.0, mcse_p50=mcse)
    return Move(one, dataclasses.replace(one, p50=100.0 + by))


@pytest.mark.parametrize(
    ("by", "mcse", "errors", "within"),
    [
        (4.2, 1.0, 4.2 / math.sqrt(2), True),
        (4.3, 1.0, 4.3 / math.sqrt(2), False),
        (-4.3, 1.0, -4.3 / math.sqrt(2), False),
        (0.0, 0.0, None, True),
        (0.1, 0.0, None, False),
    ],
)
def test_a_move_of_three_combined_errors_may_be_chance(
    by: float, mcse: float, errors: float | None, *, within: bool, load: Estimate
) -> None:
    move = moved(load, by, mcse)
    assert move.errors == pytest.approx(errors)
    assert move.within_error is within
    assert MOST_ERRORS == 3.0


def test_sides_that_would_look_alike_are_told_apart_where_the_error_allows(load: Estimate) -> None:
    assert moved(load, 0.04, 1e-6).words == ("100.00", "100.04", "+0.040%")
    assert moved(load, 0.3, 1.0).words[:2] == ("100", "100")


def test_a_move_from_zero_has_no_share(load: Estimate) -> None:
    zero = dataclasses.replace(load, p50=0.0)
    move = Move(zero, load)
    assert move.relative is None
    assert move.words[2] == "from zero"


@pytest.mark.parametrize(
    ("per_cent", "unit", "text"),
    [
        (12.4, 1.0, "+12%"),
        (-12.4, 1.0, "-12%"),
        (0.0, 1.0, "0%"),
        (-0.2, 1.0, "-0.2%"),
        (1250.0, 10.0, "+1,250%"),
    ],
)
def test_per_cent_have_a_sign(per_cent: float, unit: float, text: str) -> None:
    assert signed(per_cent, unit) == text
