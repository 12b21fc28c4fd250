"""Posterior range of the headline with PyMC, sampled by nutpie."""

import figures as f
import nutpie
from pymc_model import build

SIZE = 1000


def prepare():
    return nutpie.compile_pymc_model(build(), var_names=["rounds"])


def fit(compiled, seed, size, stated=None):
    if stated is not None:
        compiled = compiled.with_data(stated=stated)
    trace = nutpie.sample(compiled, draws=size, tune=1000, chains=4, seed=seed, progress_bar=False)
    return f.quantiles(trace.posterior["rounds"])


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
