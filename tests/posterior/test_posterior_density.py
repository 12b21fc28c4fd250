"""The density of a quantity, of draws that pass the gate."""

import dataclasses

import numpy as np
import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.errors import ConvergenceError
from shellcount.posterior.density import density_of
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity

TOTAL = "rounds.mixed@2024-06-14"


def test_shares_below_quantiles_are_those_of_the_estimate(posterior: Posterior) -> None:
    quantity = parse_quantity(posterior.case, TOTAL)
    found, estimate = density_of(posterior, quantity), posterior.estimate_of(quantity)
    at, height = np.array(found.points).T
    below = np.concatenate(([0.0], np.cumsum(np.diff(at) * (height[1:] + height[:-1]) / 2)))
    places = [estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95]
    assert np.interp(places, at, below) == pytest.approx([0.05, 0.25, 0.5, 0.75, 0.95], abs=0.01)
    assert (found.name, found.unit, found.highest) == (TOTAL, "rounds", height.max())


def test_a_known_value_has_no_density() -> None:
    case = with_changes(load_case(), {"load": 0.7})
    found = density_of(fit(case, runs=4, points=64), parse_quantity(load_case(), "load"))
    assert (found.points, found.highest) == ((), 0.0)


def test_draws_that_must_not_be_quoted_are_refused(posterior: Posterior) -> None:
    report = dataclasses.replace(posterior.sampler_report, refusal="they lie elsewhere")  # type: ignore[type-var]
    refused = Posterior(posterior.model, posterior.run, posterior.coordinates, report)
    with pytest.raises(ConvergenceError, match="they lie elsewhere"):
        density_of(refused, parse_quantity(posterior.case, TOTAL))
