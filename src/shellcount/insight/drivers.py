"""Find what drives a range: the share of its variance that each assumption has, and that of the claims."""

from __future__ import annotations

import numpy as np

from shellcount.case.families import family_of, title_of, varies
from shellcount.errors import UsageError
from shellcount.insight.splitting import Part, Split, in_words, split_of
from shellcount.insight.swapping import Swaps
from shellcount.maths.arrays import Array
from shellcount.maths.variance_shares import jackknifed
from shellcount.model.factors import is_share, known_used
from shellcount.parallel.process import one_blas_thread
from shellcount.posterior.posterior import Posterior
from shellcount.results import marks
from shellcount.results.drivers import Driver, Drivers
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering


def drivers(posterior: Posterior, name: str | None = None, *, shapley: bool = False) -> Drivers:
    r"""Divide the variance of an estimate among the assumptions, and what the claims inform.

    The variance is that of the logarithm of the estimate, :math:`Y = \log Q`, or of the logit of a share.
    What the likelihood does not inform keeps its prior and is independent of all else, so that the inputs of
    :math:`Y` are independent: each assumption :math:`X_j` that keeps its prior, and one group of the claims
    and all that they inform. The share of one of them is its first-order index (Sobol 2001),

    .. math:: S_j = \frac{\mathrm{Var}(E[Y | X_j])}{\mathrm{Var}(Y)}
        = \frac{E[(Y_A - Y_{AB_j})(Y_{BA_j} - Y_B)]}{2 \mathrm{Var}(Y)}

    with two independent samples A and B of all inputs, :math:`AB_j` like A but with :math:`X_j` of B, and
    :math:`BA_j` the reverse (Saltelli et al. 2010; Owen 2013); with interactions it is
    :math:`E[(Y_A - Y_{AB_j})^2] / (2 \mathrm{Var}(Y))` (Jansen 1999). Nothing is fitted again.

    **Prior judgement** is the closed index of all assumptions that keep their prior: the share by which the
    variance would fall on average if all of these were known. What the claims inform is divided by
    covariance, :math:`\mathrm{Cov}(E[\log F_k | C], E[Y | C]) / \mathrm{Var}(Y)` for each factor :math:`F_k`
    of the estimate, with the group :math:`C`, or by Shapley effects.

    Parameters
    ----------
    posterior
        The posterior.
    name
        Name of the estimate; by default the one that answers the question of the case.
    shapley
        Whether to divide what the claims inform by Shapley effects, as if it were jointly normal (Owen and
        Prieur 2017), instead of by covariance. These are never negative.

    Returns
    -------
    Drivers
        Shares with their Monte Carlo errors, from the spread between runs.

    Raises
    ------
    ConvergenceError
        When the estimate must not be quoted.
    UnknownNameError, UsageError
        When the case has no such estimate, or it does not vary; when there are too many parts for Shapley
        effects.

    Examples
    --------
    >>> import shellcount
    >>> found = drivers(shellcount.fit(shellcount.load_case(), seed=1))
    >>> found.drivers[0].name, found.prior > 0.8
    ('load', True)
    """
    case = posterior.case
    quantity = answering(case) if name is None else parse_quantity(case, name)
    found = drivers_of(posterior, quantity, shapley=shapley)
    if found is None:
        raise UsageError(
            f"{name_of(case, quantity)} has the same value in every draw, or is 0 in some, so nothing drives "
            "its range; choose another estimate"
        )
    return found


def drivers_of(posterior: Posterior, quantity: Quantity, *, shapley: bool = False) -> Drivers | None:
    """Find the drivers of a quantity as :func:`drivers` does; ``None`` for one that does not vary or is 0.

    Raises
    ------
    ConvergenceError
        When its estimate must not be quoted.
    UsageError
        When there are too many parts for Shapley effects.
    """
    case = posterior.case
    estimate = posterior.estimate_of(quantity)
    values = posterior.draws_of(quantity)
    if values.min() <= 0 or np.ptp(values) <= 1e-12 * values.max():
        return None
    with one_blas_thread():  # of several, the number decides the last digits
        swaps = Swaps(posterior, quantity)
        split = split_of(swaps, case, quantity, shapley=shapley)
        moments = np.concatenate((_moments(swaps), split.per_run), axis=1)
        shares, errors = jackknifed(lambda mean: _shares(mean, len(swaps.kept), split), moments)
    found = _ordered(swaps, split, shares, errors)
    prior, claims, between, together = shares[:4].tolist()
    own = marks.of_quantity(case, quantity, case.changes)
    return Drivers(
        name=name_of(case, quantity),
        described=in_words(case, quantity),
        scale="logit" if is_share(case, quantity) else "log",
        sd=float(sum(swaps.first, start=np.zeros(())).std()),
        drivers=found,
        prior=prior,
        mcse_prior=float(errors[0]),
        claims=claims,
        mcse_claims=float(errors[1]),
        between=between,
        together=together,
        mcse_together=float(errors[3]),
        split=split.kind,
        known=_known(posterior, quantity, swaps),
        not_quotable=estimate.not_quotable,
        run_digest=posterior.digest,
        marks=(*posterior.marks, *own),
    )


def _moments(swaps: Swaps) -> Array:
    r"""Compute the mean products of differences that variances are estimated from, run by run.

    With the four mixtures :math:`a = f(C, X)`, :math:`b = f(C', X)`, :math:`c = f(C, X')` and
    :math:`d = f(C', X')` of what claims inform, :math:`C`, and all else, :math:`X`, in two samples, the
    variance is :math:`E[(a - d)^2 + (b - c)^2] / 4`, of which :math:`E[(a - b)(c - d)] / 2` is that of
    :math:`E[Y | C]`, :math:`E[(a - c)(b - d)] / 2` that of :math:`E[Y | X]`, and the rest that of their
    interactions.

    Returns
    -------
    numpy.ndarray
        Shape (run, moment): variance, that of prior judgement, that of what the claims inform; then of each
        kept assumption what it has alone; then what it has with interactions.
    """
    claimed, claimed_again = _summed(swaps.differences(swaps.informed))
    apart = sum(swaps.first, start=-sum(swaps.second, start=np.zeros(())))
    across = apart - claimed - claimed_again
    columns = [
        (apart * apart + across * across) / 4,
        (apart - claimed_again) * (apart - claimed) / 2,
        claimed * claimed_again / 2,
    ]
    alone, whole = [], []
    for family in swaps.kept:
        first, second = _summed(swaps.differences(family.coordinates))
        alone.append(first * second / 2)
        whole.append((first * first + second * second) / 4)
    shape = (swaps.runs, -1)
    return np.stack(
        [
            np.broadcast_to(each, apart.shape).reshape(shape).mean(axis=1)
            for each in (*columns, *alone, *whole)
        ],
        axis=1,
    )


def _summed(differences: tuple[list[Array], list[Array]]) -> tuple[Array, Array]:
    """Add up the changes of all factors."""
    first, second = differences
    return sum(first, start=np.zeros(())), sum(second, start=np.zeros(()))


def _shares(mean: Array, kept: int, split: Split) -> Array:
    """Compute all shares from the means over runs of the moments.

    Returns
    -------
    numpy.ndarray
        Prior judgement, claims, interactions between the two, what no driver has alone; then the shares of
        the kept assumptions, those with interactions, and those of the parts of what the claims inform.
    """
    variance, prior, claims = mean[:3]
    alone, whole = mean[3 : 3 + kept], mean[3 + kept : 3 + 2 * kept]
    parts = split.divide(mean[3 + 2 * kept :])
    between, together = variance - prior - claims, variance - alone.sum() - parts.sum()
    shares: Array = np.concatenate(([prior, claims, between, together], alone, whole, parts)) / variance
    return shares


def _ordered(swaps: Swaps, split: Split, shares: Array, errors: Array) -> tuple[Driver, ...]:
    """List the drivers by their shares, the largest first."""
    count = len(swaps.kept)
    numbers = list(zip(shares[4:].tolist(), errors[4:].tolist(), strict=True))
    alone, totals, parts = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]
    found = [
        Driver(family.name, family.title, family.paths, "prior", share, mcse, total)
        for family, (share, mcse), (total, _) in zip(swaps.kept, alone, totals, strict=True)
    ]
    found += [
        Driver(part.name, part.title, part.paths, "claims", share, mcse, width=_width(swaps, part))
        for part, (share, mcse) in zip(split.parts, parts, strict=True)
    ]
    return tuple(sorted(found, key=lambda driver: -driver.share))


def _width(swaps: Swaps, part: Part) -> float | None:
    """Compute how wide a parameter is, beside its prior of standard deviation 1; for all else, ``None``."""
    return float(swaps.coordinate(part.coordinates[0]).std()) if len(part.coordinates) == 1 else None


def _known(posterior: Posterior, quantity: Quantity, swaps: Swaps) -> tuple[str, ...]:
    """Name the assumptions behind a quantity that are taken as known or have no spread, in words."""
    case = posterior.case
    names = known_used(posterior.model, lambda evaluation: evaluation.quantity(quantity))
    titles = [title_of(case, family_of(case, name)) for name in names]
    titles += [family.title for family in swaps.still]
    if quantity.day is not None and not varies(case, "rate_walk_sd"):
        titles.append(title_of(case, "rate_walk_sd"))
    return tuple(dict.fromkeys(titles))
