"""Check all fitted claims together."""

from __future__ import annotations

import math
from itertools import batched

import numpy as np

from shellcount.case.biases import bias_covariance
from shellcount.insight.prior_points import POINTS, PriorPoints
from shellcount.maths.arrays import Array
from shellcount.model.design import design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.likelihood import off_chances
from shellcount.model.model import Model
from shellcount.posterior.posterior import Posterior

_RIDGE = 1e-9  # share of a variance that keeps figures without an error of their own apart
_TERMS = 2**20  # components times draws at which the chance that all are sound is evaluated
_FEWEST = 64  # draws of each run
_CERTAIN = 1 - 1e-15  # chance of being off, that is not quite certain


class Spread:
    r"""Distance of figures from what is to be expected of them together if all are sound.

    .. math:: T(y) = (\log y - m)^\top S^{-1} (\log y - m)

    with the prior predictive mean :math:`m` and covariance :math:`S` of sound figures. Its p-value is that of
    figures drawn from the prior predictive distribution (Box 1980, *J. R. Statist. Soc. A* 143:383), so that
    it is exact however the quantities are distributed. Claims that nothing was seen are left out.

    Parameters
    ----------
    model
        Model of the case.
    points
        The claims at points from the prior.
    """

    def __init__(self, model: Model, points: PriorPoints) -> None:
        counted = [place for place, read in enumerate(points.fitted) if read.claim.stated > 0]
        claims = [points.fitted[place].claim for place in counted]
        self._names = [claim.id for claim in claims]
        kernels = [kernel for claim in claims if (kernel := model.reporting[claim.id].kernel) is not None]
        logs = points.logs[counted]
        spreads, groups = model.bias_sd, model.correlations
        shared = [[bias_covariance(spreads, groups, one, other) for other in claims] for one in claims]
        self._covariance = np.cov(logs).reshape(len(claims), -1) + np.array(shared).reshape(len(claims), -1)
        self._covariance += np.diag([(1 + _RIDGE) * kernel.variance for kernel in kernels])
        mean = logs.mean(axis=1) + [kernel.mean for kernel in kernels]
        stated = [float(model.reporting[claim.id].link(claim.stated)) for claim in claims]
        self._stated = np.array(stated) - mean
        self._drawn: Array = (logs + points.biases[counted] + points.errors[counted]) - mean[:, None]

    @property
    def size(self) -> int:
        """Number of claims that are checked together."""
        return len(self._names)

    def p_value(self, without: frozenset[str] = frozenset()) -> tuple[float, float]:
        """Compute the chance of figures so far from what is expected of them, and its Monte Carlo error.

        Parameters
        ----------
        without
            Claims that are left out.
        """
        kept = [place for place, name in enumerate(self._names) if name not in without]
        if not kept:
            return 1.0, 0.0
        factor = np.linalg.cholesky(self._covariance[np.ix_(kept, kept)])
        both = np.linalg.solve(factor, np.column_stack([self._stated[kept], self._drawn[kept]]))
        distances = (both**2).sum(axis=0)
        farther = int((distances[1:] >= distances[0]).sum())
        chance = (farther + 1) / (POINTS + 1)  # one more than were drawn, so that it is never 0
        return chance, math.sqrt(chance * (1 - chance) / POINTS)


def all_sound(posterior: Posterior) -> tuple[float, float, float] | None:
    r"""Compute the chance that all fitted claims are sound: before and after the data, with its error.

    .. math:: \Pr(\text{all sound} \mid y) = \mathrm{E}\Bigl[\prod_c (1 - \pi_c(z))\Bigr]

    over the posterior of the coordinates :math:`z`, given which claims are off independently.

    Returns
    -------
    tuple or None
        Prior probability, posterior probability and its Monte Carlo error; ``None`` if no claim can be off.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    model, (runs, draws) = posterior.model, posterior.shape
    share = model.design.reporting[0].off_share if model.fitted else 0.0
    if share == 0:
        return None
    rows = len(model.design.claim_at)
    used = min(draws, max(_FEWEST, _TERMS // (runs * rows)))
    evaluation = Evaluation(model, lambda name: posterior.coordinates[name][:, :used], (runs, used))
    log_sound = np.zeros((runs, used))
    for block in batched(model.fitted, max(1, _TERMS // log_sound.size)):
        design = design_of(model.case, block, model.reporting)
        locations = evaluation.locations(design.rows)
        _, off = off_chances(design, locations, model.stated)
        log_sound += np.log1p(-np.minimum(off, _CERTAIN)).sum(axis=0)
    estimate = posterior.gated_estimate("the chance that all claims are sound", "share", np.exp(log_sound))
    return (1 - share) ** len(model.fitted), estimate.mean, estimate.mcse_mean
