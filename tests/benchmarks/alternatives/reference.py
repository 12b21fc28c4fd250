"""Long reference run in plain NumPy: weighed draws, without a sampler and without adaptation.

All coordinates are drawn from the prior but the first rate, in whose place the containers of the headline are
drawn from a wide log-normal: the rate is what gives them. Weights are the likelihood, times prior over
proposal. Given the counts, what a container holds is independent of how many there were, and keeps its prior:
the density of the logarithm of their product is the convolution of the two.
"""

import json
import multiprocessing
import sys

import figures as f
import numpy as np
import numpy_density as density
from numpy_forward import logit_normal, rounds_per_container

BATCH = 2**19
WIDTH = 1e-4  # of a bin, in log units
BINS = 2**18
CENTRE, SPREAD = np.log(12_000), 0.3  # of the proposal; the posterior is about half as wide
LEAST_CONTAINERS, LEAST_ROUNDS = 0.0, -4.0  # logarithms of the ends of the bins


def binned(log_values, least, weights=None):
    places = ((log_values - least) / WIDTH).astype(np.int64)
    return np.bincount(np.clip(places, 0, BINS - 1), weights, BINS).astype(float)


def batch(seed):
    """Histograms of one batch, its weights' sum and sum of squares."""
    rng = np.random.default_rng([20240614, seed])
    z = rng.standard_normal((BATCH, density.COORDINATES))
    proposed = z[:, 0].copy()
    log_containers = CENTRE + SPREAD * proposed
    z[:, 0] = 0.0
    sent, munitions_share = density.containers(z)
    sd = f.log_pinned(*f.FIRST_RATE)[1]
    z[:, 0] = (log_containers - np.log(sent[:, f.LAST] * munitions_share)) / sd
    prior_over_proposal = np.exp((proposed**2 - z[:, 0] ** 2) / 2) * SPREAD / sd
    weights = np.exp(density.log_likelihood(z)) * prior_over_proposal
    containers = binned(log_containers, LEAST_CONTAINERS, weights)
    artillery_share = logit_normal(rng, BATCH, *f.ARTILLERY_SHARE)
    rounds = binned(np.log(artillery_share * rounds_per_container(rng, BATCH)), LEAST_ROUNDS)
    return containers, rounds, weights.sum(), (weights**2).sum()


def convolved(containers, rounds):
    """Quantiles of the product, and the density of its logarithm there."""
    size = 2 * BINS
    both = np.fft.irfft(np.fft.rfft(containers, size) * np.fft.rfft(rounds, size), size)
    mass = np.maximum(both, 0.0)[: size - 1]
    below = np.cumsum(mass) / mass.sum()
    # Two values in the middles of their bins add up to the end between two bins.
    ends = LEAST_CONTAINERS + LEAST_ROUNDS + WIDTH * (np.arange(len(mass)) + 1.5)
    places = np.interp([0.05, 0.5, 0.95], below, ends)
    half = 0.01
    densities = (np.interp(places + half, ends, below) - np.interp(places - half, ends, below)) / (2 * half)
    return np.exp(places).tolist(), densities.tolist()


def main():
    batches, groups = int(sys.argv[1]), 10
    sums = [[0.0, 0.0, 0.0, 0.0] for _ in range(groups)]
    with multiprocessing.Pool(2) as pool:
        for place, found in enumerate(pool.imap(batch, range(batches))):
            group = sums[place % groups]
            for part, value in enumerate(found):
                group[part] = group[part] + value
            print(f"\rreference: {place + 1} of {batches} batches", end="", file=sys.stderr)
    print(file=sys.stderr)
    containers, rounds, weight, square = (sum(group[part] for group in sums) for part in range(4))
    quantiles, densities = convolved(containers, rounds)
    of_groups = np.log([convolved(group[0], group[1])[0] for group in sums])
    document = {
        "draws": batches * BATCH,
        "effective": weight**2 / square,
        "log_evidence": np.log(weight / (batches * BATCH)),
        "quantiles": quantiles,
        "log_density": densities,
        "relative_error": (of_groups.std(axis=0, ddof=1) / np.sqrt(groups)).tolist(),
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
