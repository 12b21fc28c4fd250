"""A target is the likelihood within a smooth bound, with an exact gradient, for every kind of quantity."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.insight.constrained import Constrained
from shellcount.maths.normal import log_normal_cdf
from shellcount.model.model import build_model
from shellcount.results.threshold import parse_threshold

CASE, GRAIN = load_case(), load_case("black-sea-grain-2022")
STATEMENTS = [
    "rounds.mixed@2024-06-14 >= 3e6",
    "rounds.mixed@2024-06-14 <= 3e6",
    "rounds.all-122mm-rocket@2023-12 >= 1e5",
    "rounds.mixed@2023-12/day >= 1e4",
    "containers.munitions@2024-06-14 >= 12000",
    "containers.military@2023-09-05 >= 100",
    "gross_mass.mixed@2024-06-14 >= 2e5",
    "capacity.mixed >= 300",
    "shipped.152mm-howitzer >= 200",
    "item_share.122mm-rocket >= 20%",
    "mix.122mm-rocket >= 20%",
    "152mm-howitzer.complete.share >= 50%",
    "load >= 70%",
    "first_rate_per_day >= 30",
]


@pytest.mark.parametrize("given", ["counts", "all"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_gradient_is_that_of_the_target(statement: str, given: str) -> None:
    target = Constrained(build_model(CASE, given), parse_threshold(CASE, statement), 0.2)
    z = 0.7 * np.random.default_rng(1).standard_normal((len(target.names), 3))
    log_l, slopes = target.log_likelihood_and_gradient(z)
    assert log_l == pytest.approx(target.log_likelihood(z), rel=1e-12)
    step = 1e-5
    for row in range(len(z)):
        above, below = z.copy(), z.copy()
        above[row] += step
        below[row] -= step
        found = (target.log_likelihood(above) - target.log_likelihood(below)) / (2 * step)
        assert slopes[row] == pytest.approx(found, rel=1e-4, abs=1e-4)


def test_weights_make_the_bound_exact() -> None:
    model = build_model(GRAIN)
    for statement, sign in (("load >= 90%", 1), ("load <= 90%", -1)):
        target = Constrained(model, parse_threshold(GRAIN, statement), 0.05)
        z = np.random.default_rng(1).standard_normal((len(target.names), 500))
        load = model.priors["load"].from_normal(z[target.names.index("load")])
        excess = sign * (np.log(load / 0.9) - np.log((1 - load) / 0.1)) / 0.05
        assert target.excess(z) == pytest.approx(excess, abs=1e-9)
        weights = target.weights(z)
        assert ((weights > 0) == (excess >= 0)).all()
        assert weights.max() <= 2
        inside = excess >= 0
        assert np.log(weights[inside]) + log_normal_cdf(excess[inside]) == pytest.approx(0, abs=1e-12)


def test_the_coordinates_are_those_of_the_claims_and_of_the_quantity() -> None:
    model = build_model(CASE)
    informed = Constrained(model, parse_threshold(CASE, "containers.munitions@2024-06-14 >= 9e3"), 0.1)
    assert informed.names == model.informed
    kept = Constrained(model, parse_threshold(CASE, "load >= 90%"), 0.1)
    assert kept.names == (*model.informed, "load")


def test_a_quantity_that_is_known_has_no_slope() -> None:
    def bound(value: str) -> Constrained:
        case = load_case("black-sea-grain-2022")
        return Constrained(build_model(case), parse_threshold(case, f"maize.bulk.volume_m3 >= {value}"), 0.1)

    target = bound("1.4")
    z = np.zeros((len(target.names), 2))
    assert np.isfinite(target.log_likelihood_and_gradient(z)[1]).all()
