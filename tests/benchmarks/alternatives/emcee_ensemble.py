"""Posterior range of the headline with emcee, on the log density of shellcount."""

import emcee
import figures as f
import numpy as np

import shellcount
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.results.names import parse_quantity

HEADLINE = "rounds.mixed@2024-06-14"
SIZE = 2000
WALKERS, BURN_IN = 64, 1000


def prepare():
    return build_model(shellcount.load_case())


def fit(model, seed, size, stated=None):
    values = None if stated is None else dict(zip(model.places, stated, strict=True))

    def log_density(z):
        return model.log_likelihood(z.T, values) - (z * z).sum(axis=1) / 2

    rng = np.random.default_rng(seed)
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    sampler = emcee.EnsembleSampler(WALKERS, len(model.informed), log_density, moves=moves, vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(rng.standard_normal((WALKERS, len(model.informed))), BURN_IN + size)
    draws = sampler.get_chain(discard=BURN_IN, thin=10, flat=True)
    sampled = dict(zip(model.informed, draws.T, strict=True))
    # What the claims do not inform keeps its prior.
    posterior = Evaluation(
        model,
        lambda name: sampled[name] if name in sampled else rng.standard_normal(len(draws)),
        (len(draws),),
    )
    return f.quantiles(posterior.quantity(parse_quantity(model.case, HEADLINE)))


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
