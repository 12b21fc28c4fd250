"""Engines recover posteriors whose means and mean squares others have published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from references import REFERENCES, Reference, data, distances
from shellcount.engines import importance, nuts, smc
from shellcount.maths.arrays import Array
from shellcount.maths.holm import rejected_up_to
from shellcount.parallel.process import alone

RUNS = 8
FAR = 4.0  # Monte Carlo errors, of both sides together
SEEDS = range(1, 7)
# Of SEEDS. What outweighs the other points is refused there, more often than not, and smc serves.
_SERVED_BY_IS = {"gp_pois_regr-gp_pois_regr": 2}
_SLOW_FOR_SMC = {"gp_pois_regr-gp_pois_regr"}  # whose scores, of a smooth process, correlate strongly


def parameters(slow: set[str]) -> list[Any]:
    return [
        pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.name in slow else [])
        for each in REFERENCES
    ]


each_reference = pytest.mark.parametrize("reference", parameters(set()))


def quantities(reference: Reference, draws: Array) -> Array:
    """Published quantities of draws of coordinates, both of shape (..., run, draw)."""
    runs, size = draws.shape[1:]
    return reference.values(draws.reshape(len(draws), -1)).reshape(-1, runs, size)


@each_reference
def test_is_recovers_a_published_posterior(reference: Reference) -> None:
    served: list[Any] = []
    for seed in SEEDS:
        sampled = importance.sample(
            reference.log_likelihood,
            reference.dimension,
            runs=RUNS,
            points=2048,
            draws=2048,
            rng=np.random.default_rng(seed),
        )
        if sampled.refusal is None:
            served.append(distances(reference, quantities(reference, sampled.draws)))
    # Errors of so few runs are Student's, and those of all seeds and quantities are judged together.
    chances = 2 * stats.t.sf(np.ravel(served), RUNS - 1)
    assert chances.min() > rejected_up_to(chances.tolist(), 0.01)
    assert len(served) >= _SERVED_BY_IS.get(reference.name, len(SEEDS))


@pytest.mark.parametrize("reference", parameters(_SLOW_FOR_SMC))
def test_smc_recovers_a_published_posterior(reference: Reference) -> None:
    sampled = smc.sample(
        reference.log_likelihood,
        reference.dimension,
        runs=RUNS,
        particles=512,
        rng=np.random.default_rng(1),
    )
    assert distances(reference, quantities(reference, sampled.draws)).max() < FAR


@each_reference
def test_a_posterior_a_tenth_of_a_deviation_away_is_noticed(reference: Reference) -> None:
    """The comparison can fail: reference draws moved by a tenth of their deviation are far off."""
    (mean, square), _ = reference.published
    sd = np.sqrt(square - mean**2)
    normals = np.random.default_rng(1).standard_normal((len(mean), RUNS, 4096))
    moved = (mean + 0.1 * sd)[:, None, None] + sd[:, None, None] * normals
    assert distances(reference, moved)[0].max() > FAR


def pymc_model(name: str) -> Any:
    """The model of a reference in PyMC, in the parameters that it is published in."""
    import pymc as pm
    import pytensor.tensor as pt

    given = data(name)
    with pm.Model() as model:
        if name.startswith("eight"):
            mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
            theta = mu + tau * pm.Normal("score", size=8)
            pm.Normal("y", theta, given["sigma"], observed=given["y"])
            pm.Deterministic("published", pt.concatenate([theta, [mu, tau]]))
        elif name == "arK-arK":
            alpha, beta = pm.Normal("alpha", 0, 10), pm.Normal("beta", 0, 10, size=5)
            sigma = pm.HalfCauchy("sigma", 2.5)
            y, order = given["y"], given["K"]
            before = np.stack([y[order - lag : -lag] for lag in range(1, order + 1)], axis=1)
            pm.Normal("y", alpha + before @ beta, sigma, observed=y[order:])
            pm.Deterministic("published", pt.concatenate([[alpha], beta, [sigma]]))
        else:
            rho, alpha = pm.Gamma("rho", 25, 4), pm.HalfNormal("alpha", 2)
            squares = np.subtract.outer(given["x"], given["x"]) ** 2
            smooth = alpha**2 * pt.exp(-0.5 * squares / rho**2)
            if name == "gp_pois_regr-gp_regr":
                sigma = pm.HalfNormal("sigma", 1)
                pm.MvNormal("y", np.zeros(11), cov=smooth + sigma * np.eye(11), observed=given["y"])
                pm.Deterministic("published", pt.stack([rho, alpha, sigma]))
            else:
                lower = pt.linalg.cholesky(smooth + 1e-10 * np.eye(11))
                logs = lower @ pm.Normal("score", size=11)
                pm.Poisson("k", pt.exp(logs), observed=given["k"])
                pm.Deterministic("published", pt.concatenate([[rho, alpha], logs]))
    return model


@pytest.mark.slow
@each_reference
def test_nuts_recovers_a_published_posterior(reference: Reference) -> None:
    with alone():
        tree = nuts.sampled(
            pymc_model(reference.name), ["published"], chains=8, tune=1000, draws=2500, seed=1
        )
    draws = np.moveaxis(tree["posterior"]["published"].to_numpy(), -1, 0)
    assert distances(reference, draws).max() < FAR
