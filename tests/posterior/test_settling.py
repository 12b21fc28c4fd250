"""Another seed does not print another headline, and where it may, that is known beforehand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.engines import settings as defaults
from shellcount.engines.settings import Settings
from shellcount.errors import ConvergenceError
from shellcount.posterior import settling
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.settling import MOST_PARTICLES, fit_settled
from shellcount.results.estimate import Estimate
from shellcount.results.names import answering, parse_quantity

SETTINGS = Settings()


def altered(made: Estimate, numbers: dict[str, Any], errors: float | None = None) -> Estimate:
    """An estimate with some of its numbers, and all of its errors, replaced."""
    shared = {} if errors is None else dict.fromkeys(ERRORS, errors)
    return replace(made, **{**shared, **numbers})


ERRORS = ("mcse_p05", "mcse_p25", "mcse_p50", "mcse_p75", "mcse_p95")


@pytest.fixture(scope="module")
def estimate(posterior: Posterior) -> Estimate:
    """An estimate to be given other numbers: all far from a tie, with small errors."""
    made = posterior.estimate("rounds.mixed@2024-06-14")
    numbers = {"p05": 900.0, "p25": 1500.0, "p50": 2000.0, "p75": 2600.0, "p95": 3700.0}
    return altered(made, numbers, 3.0)


def one_answer(case: Case, seeds: range) -> dict[str, list[int]]:
    """The answers that seeds give, each with the seeds that give it."""
    found: dict[str, list[int]] = {}
    for seed in seeds:
        made = fit_settled(case, [answering(case)], given="counts", settings=Settings(seed=seed))
        found.setdefault(made.estimate_of(answering(case)).headline, []).append(seed)
    return found


def test_another_seed_prints_the_same_answer(case: Case) -> None:
    assert list(one_answer(case, range(1, 5)).values()) == [[1, 2, 3, 4]]


@pytest.mark.slow
def test_twenty_seeds_print_the_same_answer(case: Case) -> None:
    assert list(one_answer(case, range(1, 21)).values()) == [list(range(1, 21))]


# --- unsettled ---------------------------------------------------------------------------


def test_numbers_far_from_a_tie_are_settled(estimate: Estimate) -> None:
    assert estimate.rounding_doubt == pytest.approx(9 / 50)  # the way to a tie is half of 100


@pytest.mark.parametrize(
    "number", [{"p05": 949.0}, {"p25": 1551.0}, {"p50": 2049.0}, {"p75": 2550.5}, {"p95": 3650.0}]
)
def test_one_number_beside_a_tie_unsettles_the_headline(estimate: Estimate, number: dict[str, float]) -> None:
    assert altered(estimate, number).rounding_doubt > 1


@pytest.mark.parametrize("name", ERRORS)
def test_the_error_of_each_number_counts(estimate: Estimate, name: str) -> None:
    changes: dict[str, Any] = {name: 20.0}
    assert altered(estimate, changes).rounding_doubt > 1


def test_without_error_all_is_settled(estimate: Estimate) -> None:
    assert altered(estimate, {"p50": 2050.0}, 0.0).rounding_doubt == 0


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
def test_a_unit_in_doubt_unsettles_the_headline(estimate: Estimate, numbers: dict[str, float]) -> None:
    assert altered(estimate, numbers).rounding_doubt > 1


def test_a_unit_that_the_monte_carlo_error_decides_is_in_doubt(estimate: Estimate) -> None:
    coarse = altered(estimate, {}, 30.0)
    assert coarse.headline == altered(coarse, {}, 31.0).headline
    assert coarse.rounding_doubt > 1


def test_a_bound_that_keeps_a_digit_of_its_own_counts_by_that_digit(estimate: Estimate) -> None:
    # 34.9 would round to 0 hundreds, and is shown as 30; with a little more, as 40.
    vanishing = replace(estimate, p05=34.9)
    assert "30" in vanishing.headline
    assert "40" in replace(vanishing, p05=35.2).headline
    assert vanishing.rounding_doubt > 1


def test_what_is_settled_is_printed_the_same_within_three_errors(estimate: Estimate) -> None:
    rng = np.random.default_rng(0)
    settled = 0
    for _ in range(2_000):
        at = np.sort(rng.lognormal(7, 0.8, size=5))
        errors = rng.uniform(0, 0.01) * at
        numbers = dict(zip(("p05", "p25", "p50", "p75", "p95"), at.tolist(), strict=True))
        made = replace(estimate, **numbers, **dict(zip(ERRORS, errors.tolist(), strict=True)))
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


# --- fitting -----------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The particles of every fit."""
    sizes: list[int | None] = []

    def listening(case: Case, settings: Settings, **_: Any) -> Posterior:
        sizes.append(settings.particles)
        return fit(case, runs=4, particles=64, allow_unconverged=True)

    monkeypatch.setattr(settling, "fit_with", listening)
    return sizes


def doubts(monkeypatch: pytest.MonkeyPatch, *values: float) -> None:
    remaining = iter(values)
    monkeypatch.setattr(Estimate, "rounding_doubt", property(lambda _: next(remaining)))


CASE = one_claim_case()
WANTED = (parse_quantity(CASE, "load"),)


@pytest.mark.parametrize("found", [(1.1, 0.9), (1.6, 0.9), (1.1, 1.1, 0.9), (1.2,) * 9])
def test_particles_are_added_as_the_doubt_asks_for(
    found: tuple[float, ...], asked: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts(monkeypatch, *found)
    fit_settled(CASE, WANTED, given="counts", settings=SETTINGS)
    assert asked[0] is None
    sizes = [size or defaults.PARTICLES for size in asked]
    assert len(sizes) == len(found) or sizes[-1] > MOST_PARTICLES / 2
    assert sizes[-1] <= MOST_PARTICLES
    for doubt, size, larger in zip(found, sizes, sizes[1:], strict=False):
        assert larger >= doubt**2 * size  # errors fall with the root


@pytest.mark.parametrize("found", [(0.0,), (1.0,), (50.0,), (1e12,)])
def test_one_fit_does_where_more_draws_are_not_needed_or_would_not_do(
    found: tuple[float, ...], asked: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts(monkeypatch, *found)
    fit_settled(CASE, WANTED, given="counts", settings=SETTINGS)
    assert asked == [None]


def test_the_most_doubtful_of_several_quantities_decides(
    asked: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts(monkeypatch, 0.1, 1.2, 0.1, 0.9)
    fit_settled(CASE, WANTED * 2, given="counts", settings=SETTINGS)
    assert len(asked) == 2


def test_with_nothing_to_quote_one_fit_does(asked: list[int | None]) -> None:
    fit_settled(CASE, iter(()), given="counts", settings=SETTINGS)
    assert asked == [None]


@pytest.mark.parametrize("size", ["particles", "runs"])
def test_a_size_that_is_set_is_kept(
    size: str, asked: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts(monkeypatch)
    settings = Settings(**{size: 600})  # type: ignore[arg-type]  # a size, by name
    fit_settled(CASE, WANTED, given="counts", settings=settings)
    assert asked == [settings.particles]


def test_progress_and_settings_are_handed_on() -> None:
    shares: list[float] = []
    made = fit_settled(
        CASE,
        [],
        given="counts",
        settings=Settings(seed=7, particles=64, runs=4),
        progress=shares.append,
    )
    assert (made.run.seed, made.run.given) == (7, "counts")
    assert made.run.settings == {"runs": 4, "particles": 64, "draws": made.run.settings["draws"]}
    assert shares[-1] == 1


def test_draws_that_must_not_be_quoted_are_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        settling, "fit_with", lambda case, *_, **__: fit(case, given="all", seed=1, runs=4, particles=64)
    )
    with pytest.raises(ConvergenceError):
        fit_settled(case, [answering(case)], given="all", settings=SETTINGS)
