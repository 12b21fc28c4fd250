r"""Regress a variable on another by broken lines, and measure what share of its variance that explains.

The expectation :math:`g(x) = E[Y \mid X = x]` is a line that bends at knots, which are quantiles of
:math:`X`, and is constant beyond the outermost (de Boor 2001, *A Practical Guide to Splines*, chapter 3).
Draws come in independent runs: each run is predicted by the line of all others, so that the share does not
count what a line makes of noise. It errs on the low side, by less than the number of knots over that of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shellcount.maths.arrays import Array

KNOTS = 24
_TAIL = 0.001  # probability beyond the outermost knots
_RIDGE = 1e-9  # of the largest count: a knot that no draw is near has no say
_ERRORS = 2.0  # errors from zero within which a share is none


@dataclass(frozen=True, slots=True)
class Share:
    """Share of a variance, with its Monte Carlo standard error.

    Parameters
    ----------
    value
        The share, never negative.
    mcse
        Its Monte Carlo standard error, from the spread between runs.
    """

    value: float
    mcse: float

    @property
    def is_none(self) -> bool:
        """True where the share cannot be told from zero."""
        return self.value <= _ERRORS * self.mcse


@dataclass(frozen=True, slots=True)
class Regression:
    """Broken line through draws, and the share of variance that it explains.

    Parameters
    ----------
    knots
        Places where the lines bend, increasing, shape (knot,).
    means, variances
        Expectation of the variable, and its variance about that, at the knots.
    share
        Share of its variance that the line explains in runs that it was not fitted to.
    left
        Mean of its variance about the line.
    """

    knots: Array
    means: Array
    variances: Array
    share: Share
    left: float

    def variance(self, at: Array) -> Array:
        """Compute the variance about the line at some values of the other variable."""
        variance: Array = np.interp(at, self.knots, self.variances)
        return variance


def regress(y: Array, x: Array) -> Regression:
    r"""Regress draws of a variable on those of another.

    With :math:`\hat g_{-r}` fitted to all runs but :math:`r`,

    .. math:: S = 1 - \frac{\sum_r \sum_i (y_{ri} - \hat g_{-r}(x_{ri}))^2}{\sum_r \sum_i (y_{ri} - \bar y)^2}

    estimates :math:`\mathrm{Var}(E[Y \mid X]) / \mathrm{Var}(Y)` (Strong, Oakley and Brennan 2014, *Medical
    Decision Making* 34:311, with a spline). Its error is that of a ratio of means over runs (Cochran 1977,
    *Sampling Techniques*, section 6.4).

    Parameters
    ----------
    y, x
        Shape (run, draw), of at least two runs; ``y`` must vary.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, noise = rng.standard_normal((2, 16, 1000))
    >>> abs(regress(x + 2 * noise, x).share.value - 0.2) < 0.02
    True
    """
    knots = _knots(x)
    centred = y - y.mean()
    squares = (centred * centred).sum(axis=1)
    if len(knots) < 2:
        none = Share(0.0, 0.0)
        mean = float(squares.sum() / y.size)
        return Regression(knots, np.full(len(knots), y.mean()), np.full(len(knots), mean), none, mean)
    parts = [_moments(knots, values, own) for values, own in zip(x, centred, strict=True)]
    grams, products = (np.stack(each) for each in zip(*parts, strict=True))
    gram, product = grams.sum(axis=0), products.sum(axis=0)
    missed = np.empty(len(y))
    for run, (own, other) in enumerate(zip(grams, products, strict=True)):
        line = _solved(gram - own, product - other)
        missed[run] = squares[run] - 2 * line @ other + line @ own @ line
    line = _solved(gram, product)
    about = centred - np.interp(x, knots, line)
    about *= about
    spreads = [_moments(knots, values, own)[1] for values, own in zip(x, about, strict=True)]
    variances = np.maximum(_solved(gram, np.sum(spreads, axis=0)), 0.0)
    return Regression(knots, line + y.mean(), variances, _share(missed, squares), float(about.mean()))


def _knots(x: Array) -> Array:
    """Choose quantiles as knots, each once."""
    inner = (np.arange(KNOTS - 2) + 0.5) / (KNOTS - 2)
    return np.unique(np.quantile(x, [_TAIL, *inner, 1 - _TAIL]))


def _moments(knots: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Sum products of the tents over the knots, with each other and with a variable, over some draws."""
    count = len(knots)
    x = np.clip(x, knots[0], knots[-1])
    left = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, count - 2)
    after = (x - knots[left]) / (knots[left + 1] - knots[left])
    before = 1.0 - after

    def summed(values: Array, place: Array) -> Array:
        return np.bincount(place, values, count)

    diagonal = summed(before * before, left) + summed(after * after, left + 1)
    beside = summed(before * after, left)[:-1]
    gram = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    return gram, summed(before * y, left) + summed(after * y, left + 1)


def _solved(gram: Array, product: Array) -> Array:
    line: Array = np.linalg.solve(gram + np.diag(np.full(len(gram), _RIDGE * gram.max())), product)
    return line


def _share(missed: Array, squares: Array) -> Share:
    """Compute the share from the squares of each run that are missed, and all of them."""
    runs, explained = len(squares), squares - missed
    value = float(explained.sum() / squares.sum())
    residuals = explained - value * squares
    mcse = float(residuals.std(ddof=1) / (np.sqrt(runs) * squares.mean()))
    return Share(max(0.0, value), mcse)
