r"""Evaluate the normal distribution, in numpy alone: importing scipy.special takes longer than a fit."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from shellcount.maths.arrays import Array

_SQRT_HALF = math.sqrt(0.5)
_DENSITY_AT_0 = 1 / math.sqrt(2 * math.pi)
# Values at once: the steps of a formula then find each other's in the cache, in memory that is used again.
_BLOCK = 8192
_TINY = float(np.finfo(float).tiny)
# (1 + 2 z) exp(z^2) erfc(z) as a polynomial of t = (z - 3) / (z + 3): its Chebyshev series to degree 24,
# calculated with 50 digits. No term that is left out is above 1e-17.
_TAIL = (
    *(1.2530080582697296, -0.13562110612458117, -0.0475622943534492, 0.1296451587027594),
    *(-0.11927366341538638, 0.0683080273440099, -0.02377051491717134, 0.0025293918156939696),
    *(0.0018886903449991718, -0.0007798322696543306, -0.00010515971958448065, 0.0001250993424583729),
    *(4.949196649968345e-06, -2.0100542268525612e-05, -7.308281468783614e-07, 3.472370944977168e-06),
    *(3.5576086684080595e-07, -6.166011460398726e-07, -1.4047654315428462e-07, 1.0183620603842736e-07),
    *(4.1064013667940355e-08, -1.3312919661038687e-08, -8.217595058711455e-09, 9.862533510345587e-10),
    8.393734858690877e-10,
)
# Numerators and denominators of Wichura's rational functions: about the median, and in two parts of a tail.
_MIDDLE = (
    (
        *(3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3),
        *(1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4),
        *(3.3430575583588128105e4, 2.5090809287301226727e3),
    ),
    (
        *(1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3),
        *(2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4),
        5.2264952788528545610e3,
    ),
)
_NEAR = (
    (
        *(1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0),
        *(3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1),
        *(2.27238449892691845833e-2, 7.74545014278341407640e-4),
    ),
    (
        *(1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1),
        *(1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4),
        1.05075007164441684324e-9,
    ),
)
_FAR = (
    (
        *(6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0),
        *(2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3),
        *(2.71155556874348757815e-5, 2.01033439929228813265e-7),
    ),
    (
        *(1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2),
        *(7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7),
        2.04426310338993978564e-15,
    ),
)
# Nodes above 0 of Gauss and Legendre on the interval from -1 to 1, and their weights, for Owen's T.
_NODES = (
    (0.09501250983763744, 0.18945061045506864),
    (0.2816035507792589, 0.18260341504492364),
    (0.45801677765722737, 0.16915651939500265),
    (0.6178762444026438, 0.1495959888165767),
    (0.755404408355003, 0.12462897125553407),
    (0.8656312023878318, 0.0951585116824926),
    (0.9445750230732326, 0.062253523938647456),
    (0.9894009349916499, 0.027152459411754176),
)


def _in_blocks(function: Callable[[Array], Array], values: Array) -> Array:
    """Apply a function of single values to an array, block by block."""
    flat = np.asarray(values, dtype=float).ravel()
    if flat.size <= _BLOCK:
        return function(flat).reshape(np.shape(values))
    out = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        out[start : start + _BLOCK] = function(flat[start : start + _BLOCK])
    return out.reshape(np.shape(values))


def _polynomial(coefficients: tuple[float, ...], at: Array) -> Array:
    """Evaluate a polynomial, lowest power first, by Horner's rule."""
    total = np.full_like(at, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total *= at
        total += coefficient
    return total


def _scaled_tail(size: Array) -> Array:
    r"""Compute :math:`\Phi(-x) e^{x^2/2}` at :math:`x \ge 0`."""
    z = _SQRT_HALF * size
    tail = _polynomial(_TAIL, 1.0 - 6.0 / (z + 3.0))
    tail /= 2.0 + 4.0 * z
    return tail


def _bell(size: Array) -> Array:
    r"""Compute :math:`e^{-x^2/2}` with all digits also where the square is large."""
    # The square of a single is exact as a double, and its difference from that of x is small.
    short = np.minimum(size, 1e4).astype(np.float32).astype(float)
    rest: Array = np.exp(-0.5 * short * short)
    rest *= np.exp(0.5 * (short - size) * (short + size))
    return rest


def normal_cdf(x: Array) -> Array:
    r"""Compute the distribution function of the standard normal, :math:`\Phi(x)`.

    :math:`\Phi(-x) = \frac12 e^{-x^2/2} w(x/\sqrt2)` with the scaled complementary error function :math:`w`,
    a polynomial of :math:`(z - 3)/(z + 3)` over :math:`1 + 2z` (Shepherd and Laframboise 1981, *Math. Comp.*
    36:249).

    Parameters
    ----------
    x
        Any shape.

    Examples
    --------
    >>> normal_cdf(np.array([0.0, 1.96])).round(3).tolist()
    [0.5, 0.975]
    """
    return _in_blocks(_cdf, x)


def _cdf(x: Array) -> Array:
    size = np.abs(x)
    with np.errstate(over="ignore"):
        tail = _scaled_tail(size) * _bell(size)
    below: Array = np.where(x < 0, tail, 1.0 - tail)
    return below


def log_normal_cdf(x: Array) -> Array:
    r"""Compute the logarithm of :func:`normal_cdf`, with all digits in both tails.

    Parameters
    ----------
    x
        Any shape.

    Examples
    --------
    >>> log_normal_cdf(np.array([-40.0, 0.0])).round(4).tolist()
    [-804.6084, -0.6931]
    """
    return _in_blocks(_log_cdf, x)


def _log_cdf(x: Array) -> Array:
    tail = _scaled_tail(np.abs(x))
    with np.errstate(over="ignore", divide="ignore"):  # an infinite x has probability 0 or 1
        half_square = -0.5 * x * x
        low = np.log(tail) + half_square
        tail *= np.exp(half_square)
    logs: Array = np.where(x < 0, low, np.log1p(-tail))
    return logs


def normal_mills(x: Array) -> Array:
    r"""Compute the slope of :func:`log_normal_cdf`, :math:`\phi(x) / \Phi(x)`, with all digits in both tails.

    Parameters
    ----------
    x
        Any shape.

    Examples
    --------
    >>> normal_mills(np.array([-40.0, 0.0])).round(4).tolist()
    [40.025, 0.7979]
    """
    return _in_blocks(_mills, x)


def _mills(x: Array) -> Array:
    tail = _scaled_tail(np.abs(x))
    with np.errstate(over="ignore", divide="ignore"):
        bell = np.exp(-0.5 * x * x)
        ratio: Array = _DENSITY_AT_0 / np.where(x < 0, tail, (1.0 - bell * tail) / bell)
    return ratio


def normal_quantile(probability: Array) -> Array:
    r"""Compute quantiles of the standard normal, :math:`\Phi^{-1}(p)` (Wichura 1988, *Appl. Stat.* 37:477).

    Parameters
    ----------
    probability
        From 0 to 1, any shape.

    Examples
    --------
    >>> normal_quantile(np.array([0.0, 0.5, 0.975])).round(3).tolist()
    [-inf, 0.0, 1.96]
    """
    return _in_blocks(_quantile, probability)


def _quantile(probability: Array) -> Array:
    centred = probability - 0.5
    square = np.maximum(0.180625 - centred * centred, 0.0)
    quantiles: Array = centred * _polynomial(_MIDDLE[0], square) / _polynomial(_MIDDLE[1], square)
    outer = np.abs(centred) > 0.425
    if outer.any():
        low = probability[outer]
        quantiles[outer] = np.copysign(_tail_quantile(np.minimum(low, 1.0 - low)), low - 0.5)
    return quantiles


def _tail_quantile(probability: Array) -> Array:
    """Compute how far from 0 a tail of small probability begins."""
    r = np.sqrt(-np.log(np.maximum(probability, _TINY)))
    near, far = r - 1.6, r - 5.0
    inner = _polynomial(_NEAR[0], near) / _polynomial(_NEAR[1], near)
    if far.max(initial=0.0) > 0:
        inner = np.where(far > 0, _polynomial(_FAR[0], far) / _polynomial(_FAR[1], far), inner)
    begins: Array = np.where(probability > 0, inner, np.inf)
    return begins


def owens_t(h: Array, a: Array | float) -> Array:
    r"""Compute Owen's T, :math:`\frac1{2\pi}\int_0^a e^{-h^2(1+x^2)/2}\,\frac{dx}{1+x^2}` (Owen 1956).

    Beyond 1 a slope is turned into its reciprocal; up to 1 the integral is that of Gauss and Legendre
    (Patefield and Tandy 2000, *J. Stat. Software* 5(5)).

    Parameters
    ----------
    h
        Any shape.
    a
        Finite slopes, of the shape of ``h`` or one that numpy stretches to it.

    Examples
    --------
    >>> float(owens_t(np.array(0.0), 1.0).round(15))
    0.125
    """
    slope, size = np.abs(a), np.abs(h)
    steep = slope > 1
    with np.errstate(over="ignore", divide="ignore"):
        scaled = np.where(steep, slope, 1.0) * size  # a slope of 0 has no product with an infinite size
        within = _gentle(scaled, np.where(steep, 1 / slope, slope))
        if steep.any():
            one, other = normal_cdf(-size), normal_cdf(-scaled)
            within = np.where(steep, 0.5 * (one + other) - one * other - within, within)
    return np.copysign(within, a)


def _gentle(h: Array, a: Array) -> Array:
    """Compute Owen's T for slopes from 0 to 1."""
    half_square = -0.5 * h * h
    total, term = np.zeros_like(half_square), np.empty_like(half_square)
    for node, weight in (
        (0.5 + 0.5 * sign * node, 0.5 * weight) for sign in (-1, 1) for node, weight in _NODES
    ):
        grown = 1.0 + (a * node) ** 2
        np.multiply(half_square, grown, out=term)
        np.exp(term, out=term)
        term *= weight / grown
        total += term
    total *= a / (2 * math.pi)
    return total
