"""A prior from two quantiles implies what the model makes of it, in every unit that it has a meaning in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special, stats

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.elicitation import elicit
from shellcount.checks.lint import lint
from shellcount.errors import CaseError, UnknownNameError, UsageError


def test_the_prior_of_the_case_implies_what_lint_says(case: Case) -> None:
    cited = {each.name: each for each in lint(case)}["load"]
    found = elicit(case, "load", 0.40, 0.92)
    net = found.implied[0]
    assert (net.measure, net.cited) == (cited.measure, cited.cited) == ("net tonnes a container", (9.0, 14.0))
    assert (net.p05, net.p50, net.p95) == (cited.p05, cited.p50, cited.p95)
    assert [each.measure.split()[0] for each in found.implied] == ["net", "gross", "rounds"]
    assert [each.cited for each in found.implied[1:]] == [None, None]


def test_a_rate_implies_its_own_quantiles(case: Case) -> None:
    (rate,) = elicit(case, "first_rate_per_day", 10.0, 100.0).implied
    assert_allclose([rate.p05, rate.p50, rate.p95], [10.0, 1000.0**0.5, 100.0], rtol=2e-3)


def test_a_load_implies_tonnes_as_an_independent_computation_has_them(case: Case) -> None:
    # Of quartiles: the load times the usable share of the rated payload, both logit-normal, in tonnes.
    rng = np.random.default_rng(1)

    def share(low: float, high: float, level: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        ends = special.logit([low, high])
        spread = (ends[1] - ends[0]) / (2 * stats.norm.ppf(1 - level))
        drawn: np.ndarray[tuple[int], np.dtype[np.float64]] = special.expit(
            ends.mean() + spread * rng.standard_normal(400_000)
        )
        return drawn

    payload = case.priors.payload_share
    assert payload is not None
    assert payload.low is not None
    assert payload.high is not None
    tonnes = 28.2 * share(0.5, 0.7, 0.25) * share(payload.low, payload.high, 0.05)
    net = elicit(case, "load", 0.5, 0.7, levels=(0.25, 0.75)).implied[0]
    assert_allclose([net.p05, net.p50, net.p95], np.quantile(tonnes, [0.05, 0.5, 0.95]), rtol=5e-3)


def test_it_is_as_if_the_case_had_the_prior(case: Case) -> None:
    found = elicit(case, "load", 0.5, 0.7, levels=(0.25, 0.75))
    changed = with_changes(case, {"load": (found.prior.low, found.prior.high)})
    assert {each.name: each.p50 for each in lint(changed)}["load"] == found.implied[0].p50


def test_a_prior_that_implies_nothing_else_has_its_quantiles_alone(case: Case) -> None:
    found = elicit(case, "artillery_share", 0.5, 0.95)
    assert (found.unit, found.prior.kind) == ("share", "logitnormal")
    assert found.implied[0].measure == "containers a day"
    items = elicit(case, "152mm-howitzer.complete.mass_kg", 75, 95)
    assert [each.measure for each in items.implied] == ["rounds a container"]


def test_what_is_taken_as_known_can_be_given_a_prior() -> None:
    grain = load_case("black-sea-grain-2022")
    known = with_changes(grain, {"load": 0.8})
    assert elicit(known, "load", 0.6, 0.9).implied == elicit(grain, "load", 0.6, 0.9).implied


@pytest.mark.parametrize(
    ("name", "low", "high", "error", "message"),
    [
        ("laod", 0.4, 0.9, UnknownNameError, r"no prior is called 'laod'; did you mean load\?"),
        ("mix_spread", 0.4, 0.9, UnknownNameError, "no prior is called 'mix_spread'"),
        ("load", 0.9, 0.4, UsageError, "must be below the 95% quantile"),
        ("load", 0.4, 1.2, UsageError, "quantiles of a share must be below 1"),
    ],
)
def test_what_no_prior_can_be_is_refused(
    case: Case, name: str, low: float, high: float, error: type[Exception], message: str
) -> None:
    assert not issubclass(error, CaseError)
    with pytest.raises(error, match=message):
        elicit(case, name, low, high)
