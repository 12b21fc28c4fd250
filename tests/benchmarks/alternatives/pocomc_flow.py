"""Posterior range of the headline with pocoMC: preconditioned Monte Carlo on a density in plain NumPy."""

import figures as f
import numpy as np
import numpy_density as density
import pocomc
from scipy.stats import norm

SIZE = 4096


def prepare():
    return pocomc.Prior([norm(0, 1)] * density.COORDINATES)


def fit(prior, seed, size, stated=None):
    sampler = pocomc.Sampler(
        prior=prior,
        likelihood=density.log_likelihood,
        likelihood_kwargs={"stated": stated},
        vectorize=True,
        flow="maf3",  # several times as fast to train as the default
        random_state=seed,
    )
    sampler.run(n_total=size, n_evidence=0, progress=False)
    samples, _, _ = sampler.posterior(resample=True)
    return f.quantiles(density.headline(np.random.default_rng(seed), samples))


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
