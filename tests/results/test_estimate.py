"""An estimate says its range in words that agree with each other, and no digit more than it bears."""

from __future__ import annotations

import dataclasses
import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.engines.settings import Settings
from shellcount.maths.diagnostics import Summary
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.standard import answering

SUMMARY = Summary(
    quantiles=(9_580.0, 10_970.0, 12_080.0, 13_390.0, 15_870.0),
    mcse_quantiles=(12.0, 10.0, 11.0, 14.0, 20.0),
    mean=12_300.0,
    sd=1_900.0,
    mcse_mean=9.0,
    rhat=1.0005,
    ess_bulk=20_000.0,
    ess_tail=18_000.0,
)
ESTIMATE = Estimate.of("containers.munitions@2024-06-14", "containers", SUMMARY, "sha256:0")


def test_an_estimate_is_a_named_summary() -> None:
    assert dataclasses.astuple(ESTIMATE) == (
        *("containers.munitions@2024-06-14", "containers"),
        *(9_580.0, 10_970.0, 12_080.0, 13_390.0, 15_870.0, 12_300.0, 1_900.0),
        *(12.0, 10.0, 11.0, 14.0, 20.0, 9.0),
        *(1.0005, 20_000.0, 18_000.0, None, "sha256:0", ()),
    )


def test_an_estimate_prints_as_name_and_headline() -> None:
    headline = "12,000 containers (90% interval 10,000 to 16,000)"
    assert ESTIMATE.headline == headline
    assert str(ESTIMATE) == f"containers.munitions@2024-06-14: {headline}"
    assert ESTIMATE._repr_html_() == f"<code>{ESTIMATE}</code>"


def test_the_largest_error_of_the_three_limits_the_digits() -> None:
    rough = dataclasses.replace(SUMMARY, mcse_quantiles=(1000.0, 1.0, 1.0, 1.0, 300.0))
    estimate = Estimate.of("any", "containers", rough, "sha256:0")
    assert estimate.range.mcse == 1000
    assert estimate.headline == "10,000 containers (90% interval 10,000 to 15,000)"


def test_tables_have_the_digits_of_the_headline() -> None:
    assert ESTIMATE.words() == ("12,000", "11,000 to 13,000", "10,000 to 16,000")
    assert ESTIMATE.cell == "12,000\n10,000 to 16,000"
    assert ESTIMATE.measured_cell == "12,000 containers\n10,000 to 16,000"


def test_all_numbers_of_an_estimate_count_in_the_same_words() -> None:
    summary = dataclasses.replace(
        SUMMARY,
        quantiles=(300_000.0, 600_000.0, 800_000.0, 990_000.0, 1_400_000.0),
        mcse_quantiles=(0.0,) * 5,
    )
    middle, inner, outer = Estimate.of("any", "rounds", summary, "sha256:0").words()
    assert (middle, inner, outer) == ("0.8 million", "0.6 to 1.0 million", "0.3 to 1.4 million")


def test_a_share_needs_no_unit_in_words() -> None:
    summary = dataclasses.replace(
        SUMMARY, quantiles=(0.40, 0.61, 0.73, 0.83, 0.92), mcse_quantiles=(0.0001,) * 5
    )
    assert Estimate.of("load", "share", summary, "sha256:0").headline == "0.73 (90% interval 0.40 to 0.92)"


# --- doubt about the rounded digits --------------------------------------------------------

ERRORS = ("mcse_p05", "mcse_p25", "mcse_p50", "mcse_p75", "mcse_p95")


def altered(made: Estimate, numbers: dict[str, Any], errors: float | None = None) -> Estimate:
    """An estimate with some of its numbers, and all of its errors, replaced."""
    shared = {} if errors is None else dict.fromkeys(ERRORS, errors)
    return replace(made, **{**shared, **numbers})


@pytest.fixture(scope="module")
def round_numbers(posterior: Posterior) -> Estimate:
    """An estimate to be given other numbers: all far from a tie, with small errors."""
    made = posterior.estimate("rounds.mixed@2024-06-14")
    numbers = {"p05": 900.0, "p25": 1500.0, "p50": 2000.0, "p75": 2600.0, "p95": 3700.0}
    return altered(made, numbers, 3.0)


def test_numbers_far_from_a_tie_are_settled(round_numbers: Estimate) -> None:
    assert round_numbers.rounding_doubt == pytest.approx(9 / 50)  # the way to a tie is half of 100


@pytest.mark.parametrize(
    "number", [{"p05": 949.0}, {"p25": 1551.0}, {"p50": 2049.0}, {"p75": 2550.5}, {"p95": 3650.0}]
)
def test_a_number_beside_a_tie_unsettles_the_headline(
    round_numbers: Estimate, number: dict[str, float]
) -> None:
    assert altered(round_numbers, number).rounding_doubt > 1


@pytest.mark.parametrize("name", ERRORS)
def test_the_error_of_each_number_counts(round_numbers: Estimate, name: str) -> None:
    changes: dict[str, Any] = {name: 20.0}
    assert altered(round_numbers, changes).rounding_doubt > 1


def test_without_error_all_is_settled(round_numbers: Estimate) -> None:
    assert altered(round_numbers, {"p50": 2050.0}, 0.0).rounding_doubt == 0


@pytest.mark.parametrize(
    "numbers",
    [
        # A median beside a power of ten: two digits of 998 are tens, of 1002 hundreds.
        {"p05": 704.0, "p25": 903.0, "p50": 1001.0, "p75": 1104.0, "p95": 1303.0},
        # A smaller side beside 355: below, it keeps two digits, above, one.
        {"p05": 45.0, "p25": 200.0, "p50": 400.0, "p75": 700.0, "p95": 1300.0},
    ],
    ids=["median", "side"],
)
def test_a_unit_in_doubt_unsettles_the_headline(round_numbers: Estimate, numbers: dict[str, float]) -> None:
    assert altered(round_numbers, numbers).rounding_doubt > 1


def test_a_unit_that_the_monte_carlo_error_decides_is_in_doubt(round_numbers: Estimate) -> None:
    coarse = altered(round_numbers, {}, 30.0)
    assert coarse.headline == altered(coarse, {}, 31.0).headline
    assert coarse.rounding_doubt > 1


def test_a_bound_that_keeps_a_digit_of_its_own_counts_by_that_digit(round_numbers: Estimate) -> None:
    # 34.9 would round to 0 hundreds, and is shown as 30; with a little more, as 40.
    vanishing = replace(round_numbers, p05=34.9)
    assert "30" in vanishing.headline
    assert "40" in replace(vanishing, p05=35.2).headline
    assert vanishing.rounding_doubt > 1


def test_what_is_settled_is_printed_the_same_within_three_errors(round_numbers: Estimate) -> None:
    rng = np.random.default_rng(0)
    settled = 0
    for _ in range(2_000):
        at = np.sort(rng.lognormal(7, 0.8, size=5))
        errors = rng.uniform(0, 0.01) * at
        numbers = dict(zip(("p05", "p25", "p50", "p75", "p95"), at.tolist(), strict=True))
        made = replace(round_numbers, **numbers, **dict(zip(ERRORS, errors.tolist(), strict=True)))
        if made.rounding_doubt > 1:
            continue
        settled += 1
        shifts = rng.uniform(-2.8, 2.8, size=5) * errors
        moved = replace(
            made,
            **{name: value + shift for (name, value), shift in zip(numbers.items(), shifts, strict=True)},
        )
        assert moved.headline == made.headline
    assert settled > 200


def answers(name: str, seeds: range) -> list[Estimate]:
    """The answers that seeds give by default."""
    case = load_case(name)
    return [fit_with(case, Settings(seed=seed)).estimate_of(answering(case)) for seed in seeds]


def assert_alike(made: list[Estimate]) -> None:
    """Settled answers print the same; others differ by their Monte Carlo errors alone."""
    if all(estimate.rounding_doubt <= 1 for estimate in made):
        assert len({estimate.headline for estimate in made}) == 1
    for one, other in itertools.combinations(made, 2):
        for number in ("p05", "p50", "p95"):
            errors = math.hypot(*(getattr(each, f"mcse_{number}") for each in (one, other)))
            assert abs(getattr(one, number) - getattr(other, number)) < 5 * errors


@pytest.mark.parametrize(
    "name", ["dprk-russia-2024", pytest.param("black-sea-grain-2022", marks=pytest.mark.slow)]
)
def test_another_seed_prints_the_same_answer_where_it_is_settled(name: str) -> None:
    assert_alike(answers(name, range(2, 5)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dprk-russia-2024", "black-sea-grain-2022"])
def test_twenty_seeds_print_the_same_answer_where_it_is_settled(name: str) -> None:
    assert_alike(answers(name, range(1, 21)))
