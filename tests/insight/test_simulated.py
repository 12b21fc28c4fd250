"""What a candidate would find has the distribution of the model's own reports."""

from __future__ import annotations

import math

import numpy as np
import pytest

from building import one_claim_case
from shellcount.insight.asked import parse_candidates
from shellcount.insight.simulated import Simulated, simulate
from shellcount.posterior.fitting import fit

AT = "quantity=containers scope=everything as_of=2024-01-31"


def simulated(*texts: str) -> list[Simulated]:
    posterior = fit(one_claim_case(), points=512)
    return list(simulate(posterior, parse_candidates(posterior.case, texts, 0.1)))


def test_errors_are_those_of_hedge_and_bias() -> None:
    exact, margin, measured = simulated(
        f"{AT} hedge=exact bias_sd=0.3", f"{AT} hedge=at_least bias_sd=0", "first_rate_per_day:25%"
    )
    errors = [(each.linked - each.exact).reshape(-1) for each in (exact, margin, measured)]
    sds = [math.hypot(0.02, 0.3), math.sqrt(0.05**2 + 0.4**2 * (1 - 2 / math.pi)), 0.25]
    means = [0.0, -0.4 * math.sqrt(2 / math.pi), 0.0]
    for error, mean, sd in zip(errors, means, sds, strict=True):
        assert (error.mean(), error.std()) == pytest.approx((mean, sd), abs=0.02)


def test_the_quantity_is_that_of_the_claim() -> None:
    claim, measured = simulated(f"{AT} hedge=exact bias_sd=0", "containers.everything@2024-01-31")
    assert claim.exact == pytest.approx(measured.exact)
    assert claim.figure == pytest.approx(float(np.median(np.exp(measured.exact))))


def test_like_candidates_share_their_random_numbers() -> None:
    one, other = simulated("load:10%", "stowage:10%")
    assert one.linked - one.exact == pytest.approx(other.linked - other.exact, abs=1e-12)


def test_quantiles_of_a_share_stay_shares() -> None:
    posterior = fit(one_claim_case(), points=512)
    found = Simulated(
        parse_candidates(posterior.case, ["load"], 0.1)[0],
        "a share",
        np.array([[-50.0, 0.0, 50.0]]),
        np.zeros((1, 3)),
        0.5,
        logit=True,
    )
    assert found.figures(np.array([0.5]))[0] == 0.5
    assert (found.figures(np.array([0.0, 1.0])) <= 1).all()
