"""The probability of a statement is a share of draws, gated, with an error that holds over seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from building import one_claim_case
from quick import of_nuts, quick_posterior
from shellcount.case.reading import load_case
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.maths.diagnostics import summarise_runs
from shellcount.maths.run_errors import error_of_grid
from shellcount.maths.streams import grid
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior

TOTAL = "rounds.mixed@2024-06-14"
COUNT = "containers.everything@2024-01-31"


def test_it_is_the_share_of_draws_of_any_quantity_and_period(posterior: Posterior) -> None:
    for name, value in (
        (TOTAL, "3e6"),
        ("rounds.mixed@2023-12/day", "10k"),
        ("containers.munitions@2023-12", "900"),
    ):
        draws = posterior.draws(name)
        found = posterior.probability(f"{name} >= {value}")
        below = posterior.probability(f"{name} <= {value}")
        amount = float(found.name.partition(">=")[2])
        assert found.value == float((draws >= amount).mean())
        assert below.value == pytest.approx(1 - found.value, abs=1e-12)
        assert 0 < found.mcse < 0.005
        assert found.not_quotable is None


def test_known_answers_of_the_shipped_case(posterior: Posterior) -> None:
    assert posterior.probability(f"{TOTAL} >= 3 million").value == pytest.approx(0.14, abs=0.004)
    assert posterior.probability(f"{TOTAL} >= 4.8 million").value == pytest.approx(0.0057, abs=0.001)


def test_a_probability_and_its_error_agree_with_a_closed_form_over_seeds() -> None:
    # log M is normal a priori and the claim measures it: so is its posterior.
    case = one_claim_case()
    prior_sd = math.log(10) / (2 * norm.ppf(0.95))
    prior_mean, seen = math.log(30) + math.log(math.sqrt(1000)), math.log(2000)
    error = math.hypot(math.hypot(0.08, 0.10), 1 / math.sqrt(12) / 2000)
    weight = prior_sd**2 / (prior_sd**2 + error**2)
    mean, sd = prior_mean + weight * (seen - prior_mean), math.sqrt(weight) * error
    scores = []
    for seed in range(1, 21):
        found = fit(case, seed=seed, points=512).probability(f"{COUNT} >= 2200")
        exact = norm.sf(math.log(2200), mean, sd)
        scores.append((found.value - exact) / found.mcse)
    assert abs(np.mean(scores)) < 1.0
    assert 0.5 < np.sqrt(np.mean(np.square(scores))) < 2.0


def test_where_all_draws_agree_the_error_is_that_of_one_of_them(posterior: Posterior) -> None:
    none, every = posterior.probability(f"{TOTAL} >= 1 billion"), posterior.probability(f"{TOTAL} >= 1")
    assert (none.value, none.words) == (0.0, "less than 0.01%")
    assert (every.value, every.words) == (1.0, "more than 99.99%")
    assert none.mcse >= 1 / math.prod(posterior.shape)


def test_chains_have_the_error_of_their_autocorrelations() -> None:
    posterior = of_nuts()
    found = posterior.probability("load >= 0.7")
    assert found.value == float((posterior.draws("load") >= 0.7).mean())
    assert found.mcse == pytest.approx(math.sqrt(found.value * (1 - found.value) / 1000), rel=0.4)
    assert posterior.probability("load >= 0.99999").mcse > 0


def test_the_gate_refuses_draws_that_have_not_converged() -> None:
    rough = quick_posterior(load_case(), given="all")
    found = rough.probability(f"{TOTAL} >= 3 million")
    assert found.not_quotable is not None
    strict = Posterior(rough.model, rough.run, rough.coordinates, rough.sampler_report)
    with pytest.raises(ConvergenceError, match="has not converged"):
        strict.probability(f"{TOTAL} >= 3 million")


def test_marks_are_those_of_the_quantity() -> None:
    rough = quick_posterior(load_case(), given="all")
    assert next(mark.short for mark in rough.probability(f"{TOTAL} >= 3e6").marks) == "given all"


def test_bad_statements_are_refused(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match="did you mean load"):
        posterior.probability("laod >= 0.5")
    with pytest.raises(UsageError, match="no comparison sign"):
        posterior.probability("load")


def test_many_at_once_are_each_as_if_it_were_alone(posterior: Posterior) -> None:
    every = [f"{TOTAL} {sign} {amount}e5" for sign in (">=", "<=") for amount in range(1, 80, 2)]
    together = posterior.probabilities([*every, "load >= 0.7"])
    alone = [posterior.probability(statement) for statement in (*every, "load >= 0.7")]
    assert list(together) == alone
    assert [each.marks for each in together] == [each.marks for each in alone]


def test_the_error_is_that_of_a_summary_of_the_truth(posterior: Posterior) -> None:
    draws = posterior.draws(TOTAL) >= 2e6
    (spread,) = summarise_runs(draws.astype(float)[None])
    expected = math.hypot(spread.mcse_mean, error_of_grid(grid(draws.shape[1])))
    assert posterior.probability(f"{TOTAL} >= 2e6").mcse == pytest.approx(expected, rel=1e-14)
