"""Posterior range of the headline with PyMC's sequential Monte Carlo."""

import logging

import figures as f
import pymc as pm
from pymc_model import build

SIZE = 2000
logging.getLogger("pymc").setLevel(logging.ERROR)


def prepare():
    return build()


def fit(model, seed, size, stated=None):
    with model:
        if stated is not None:
            pm.set_data({"stated": stated})
        trace = pm.sample_smc(
            size, chains=4, random_seed=seed, progressbar=False, compute_convergence_checks=False
        )
    return f.quantiles(trace.posterior["rounds"])


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
