"""A refit to a finding leaves the variance that the finding leaves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from building import one_claim_case
from shellcount.case.changes import with_changes
from shellcount.engines.settings import Settings
from shellcount.insight.asked import parse_candidate
from shellcount.insight.candidates import HypotheticalClaim
from shellcount.insight.preposterior import Finding, rescaled, variances_left
from shellcount.posterior.fitting import fit
from shellcount.results.given import Conditioning
from shellcount.results.names import parse_quantity

NAME = "containers.everything@2024-01-31"
PRIOR, REPORT = (math.log(10) / 3.2897072539029444) ** 2, 0.1**2 + 0.08**2
FEW = Settings(points=1024)


def finding(text: str, figure: float, name: str = NAME) -> Finding:
    case = one_claim_case()
    asked = parse_quantity(case, name)
    return Finding(case, Conditioning("counts"), asked, parse_candidate(case, text), figure, FEW)


@pytest.mark.parametrize(
    ("text", "figure", "error"),
    [
        ("quantity=containers scope=everything grade=B", 2500.0, REPORT),
        ("quantity=containers scope=everything bias_sd=0", 1500.0, 0.08**2),
        ("first_rate_per_day:10%", 70.0, 0.01),
    ],
)
def test_the_variance_left_is_that_of_precisions_added(text: str, figure: float, error: float) -> None:
    """Of normals it does not depend on the figure."""
    (left,) = variances_left([finding(text, figure)])
    assert left == pytest.approx(1 / (1 / PRIOR + 1 / REPORT + 1 / error), rel=0.05)


def test_a_measured_assumption_is_a_narrower_prior() -> None:
    """A lognormal prior that is measured is a lognormal prior: refitted as such, it leaves as much."""
    case = one_claim_case()
    mass = "shell.crate.mass_kg"
    sd = math.log(95 / 75) / 3.2897072539029444
    both = 1 / math.sqrt(1 / sd**2 + 1 / 0.05**2)
    middle = math.exp((math.log(75 * 95) / 2 / sd**2 + math.log(80) / 0.05**2) * both**2)
    ends = tuple(middle * math.exp(sign * 1.6448536269514722 * both) for sign in (-1, 1))
    narrowed = fit(with_changes(case, {mass: ends}), points=2048)  # type: ignore[dict-item]
    (left,) = variances_left([finding(f"{mass}:5%", 80.0, "capacity.shell")])
    expected = float(np.log(narrowed.draws("capacity.shell")).var())
    assert left == pytest.approx(expected, rel=0.05)


def test_a_refit_that_cannot_be_is_told() -> None:
    (left,) = variances_left([finding("quantity=containers scope=everything grade=B", 0.0001)])
    assert isinstance(left, float | str)
    (refused,) = variances_left([finding("quantity=containers scope=everything grade=B", 1e30)])
    assert isinstance(refused, str)
    assert "value" in refused


def test_rounding_stays_in_proportion() -> None:
    claim = parse_candidate(one_claim_case(), "quantity=containers scope=everything resolution=100 grade=B")
    twice = rescaled(claim, 2.0)
    assert isinstance(twice, HypotheticalClaim)
    assert dict(twice.fields)["resolution"] == 200.0
    assert rescaled(parse_candidate(one_claim_case(), "load"), 2.0).name == "load:10%"
