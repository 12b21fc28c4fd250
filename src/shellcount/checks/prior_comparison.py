"""Compare the prior of each parameter with its posterior."""

from __future__ import annotations

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile
from shellcount.model.evaluation import Evaluation
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parameter_names
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.quantity import Quantity


def compare_priors(posterior: Posterior) -> tuple[PriorComparison, ...]:
    r"""Place the posterior quantiles of each parameter under its prior.

    A parameter with a prior in closed form has the scores :math:`g^{-1}(q_p)`, with the monotone
    transform :math:`g` of a standard normal that defines the prior; a share of a composition has no
    closed form, and is placed among prior draws.

    Parameters
    ----------
    posterior
        The posterior.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> comparisons = compare_priors(shellcount.fit(shellcount.load_case(), seed=1))
    >>> [comparison.name for comparison in comparisons if comparison.informed]
    ['first_rate_per_day', 'munitions_share']
    """
    return tuple(_compare(posterior, name) for name in parameter_names(posterior.case))


def _compare(posterior: Posterior, name: str) -> PriorComparison:
    quantity = Quantity("parameter", name)
    estimate = posterior.estimate_of(quantity)
    values = np.array((estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95))
    stated = posterior.model.priors.get(name)
    scores = _scores_among_draws(posterior, name, values) if stated is None else stated.to_normal(values)
    p05, p25, p50, p75, p95 = (float(score) for score in scores)
    return PriorComparison(name, (p05, p25, p50, p75, p95), posterior.model.informs(quantity))


def _scores_among_draws(posterior: Posterior, name: str, values: Array) -> Array:
    """Place values of a share, whose prior has no closed form, among prior draws of it."""
    shape = posterior.shape
    model, seed = posterior.model, posterior.run.seed
    evaluation = Evaluation(model, lambda name: model.draw_prior(seed, name, shape), shape)
    draws = np.sort(evaluation.parameter(name), axis=None)
    below = np.searchsorted(draws, values, side="left") + np.searchsorted(draws, values, side="right")
    scores: Array = normal_quantile((below.astype(np.float64) + 1.0) / (2.0 * draws.size + 2.0))
    return scores
