r"""Regress a variable on another by broken lines, and measure what share of its variance that explains.

The expectation :math:`g(x) = E[Y \mid X = x]` is a line that bends at knots, which are quantiles of
:math:`X` with both ends (de Boor 2001, *A Practical Guide to Splines*, chapter 3). Draws come in independent
runs: each run is predicted by the line of all others, so that the share does not count what a line makes of
noise. It errs on the low side, by less than the number of knots over that of draws.
"""

from __future__ import annotations

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

KNOTS = 24
_TAIL = 0.001  # probability beyond the outermost knots but the ends
_PLACED = 8192  # draws whose quantiles are knots
_RIDGE = 1e-9  # of the largest count: a knot that no draw is near has no say
_ERRORS = 2.0  # errors from zero within which a share is none


@frozen
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


class _Tents:
    """Functions of one variable that are 1 at one of some knots and 0 at all others, and lines between.

    Parameters
    ----------
    x
        Values of the variable, shape (run, draw).
    """

    def __init__(self, x: Array) -> None:
        inner = (np.arange(KNOTS - 4) + 0.5) / (KNOTS - 4)
        some = x[:, :: max(1, x.size // _PLACED)]
        self.knots: Array = np.unique([x.min(), *np.quantile(some, [_TAIL, *inner, 1 - _TAIL]), x.max()])
        last = max(0, len(self.knots) - 2)
        within = np.clip(x, self.knots[0], self.knots[-1])
        self._left = np.minimum(np.searchsorted(self.knots[1:], within, side="right"), last)
        widths = np.append(np.diff(self.knots), 1.0)
        self._after = (within - self.knots[self._left]) / widths[self._left]
        self._before = 1.0 - self._after
        runs = np.arange(len(x))[:, None]
        self._at = self._left + runs * (len(self.knots) + 1)  # one place more, so that no tent is the last

    def grams(self) -> Array:
        """Sum the products of the tents with each other over the draws of each run."""
        count = len(self.knots)
        squares = self._summed(self._before * self._before, 0) + self._summed(self._after * self._after, 1)
        beside = self._summed(self._before * self._after, 0)
        grams = np.zeros((len(squares), count, count))
        places = np.arange(count)
        grams[:, places, places] = squares
        grams[:, places[:-1], places[1:]] = grams[:, places[1:], places[:-1]] = beside[:, :-1]
        return grams

    def products(self, y: Array) -> Array:
        """Sum the products of the tents with a variable over the draws of each run."""
        return self._summed(self._before * y, 0) + self._summed(self._after * y, 1)

    def line(self, values: Array) -> Array:
        """Compute the broken line through values at the knots, at each draw."""
        padded = np.append(values, values[-1])
        line: Array = self._before * padded[self._left] + self._after * padded[self._left + 1]
        return line

    def _summed(self, weights: Array, shift: int) -> Array:
        runs, width = len(weights), len(self.knots) + 1
        sums = np.bincount((self._at + shift).reshape(-1), weights.reshape(-1), runs * width)
        return sums.reshape(runs, width)[:, :-1]


def explained(y: Array, x: Array) -> Share:
    r"""Estimate the share of the variance of a variable that another explains.

    With :math:`\hat g_{-r}` fitted to all runs but :math:`r`,

    .. math:: S = 1 - \frac{\sum_r \sum_i (y_{ri} - \hat g_{-r}(x_{ri}))^2}{\sum_r \sum_i (y_{ri} - \bar y)^2}

    estimates :math:`\mathrm{Var}(E[Y \mid X]) / \mathrm{Var}(Y)` (Strong, Oakley and Brennan 2014, *Medical
    Decision Making* 34:311, with a spline). Its error is that of a ratio of means over runs (Cochran 1977,
    *Sampling Techniques*, section 6.4).

    Parameters
    ----------
    y, x
        Draws of the variables, shape (run, draw), of at least two runs; ``y`` must vary.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, noise = rng.standard_normal((2, 16, 1000))
    >>> abs(explained(x + 2 * noise, x).value - 0.2) < 0.02
    True
    """
    tents, centred = _Tents(x), y - y.mean()
    grams, products = tents.grams(), tents.products(centred)
    lines = _solved(grams.sum(axis=0) - grams, products.sum(axis=0) - products)
    found = 2 * np.vecdot(lines, products) - np.einsum("ri,rij,rj->r", lines, grams, lines)
    squares = (centred * centred).sum(axis=1)
    value = float(found.sum() / squares.sum())
    residuals = found - value * squares
    mcse = float(residuals.std(ddof=1) / (np.sqrt(len(y)) * squares.mean()))
    return Share(max(0.0, value), mcse)


def _solved(grams: Array, products: Array) -> Array:
    ridge = _RIDGE * grams.max(axis=(-2, -1), keepdims=True) * np.eye(grams.shape[-1])
    lines: Array = np.linalg.solve(grams + ridge, products[..., None])[..., 0]
    return lines


@frozen
class Scatter:
    """Variance of a variable about a broken line in another.

    Parameters
    ----------
    knots
        Places where the line bends, increasing, shape (knot,).
    variances
        Variance about the line at the knots.
    mean
        Mean of the variance over all draws.
    """

    knots: Array
    variances: Array
    mean: float

    def at(self, x: Array) -> Array:
        """Compute the variance at some values of the other variable."""
        variances: Array = np.interp(x, self.knots, self.variances)
        return variances


def scatter(y: Array, x: Array) -> Scatter:
    """Estimate how the variance of a variable that another leaves varies with that one.

    Parameters
    ----------
    y, x
        As for :func:`explained`.

    Examples
    --------
    >>> x, noise = np.random.default_rng(1).standard_normal((2, 16, 1000))
    >>> found = scatter(x + np.exp(x) * noise, x)
    >>> low, high = found.at(np.array([-1.0, 1.0])).tolist()
    >>> low < 0.5 < 3.0 < high
    True
    """
    tents = _Tents(x)
    gram = tents.grams().sum(axis=0)
    about = y - tents.line(_solved(gram, tents.products(y).sum(axis=0)))
    about *= about
    variances = _solved(gram, tents.products(about).sum(axis=0))
    return Scatter(tents.knots, np.maximum(variances, 0.0), float(about.mean()))
