r"""Propose points near a posterior: a mixture in some directions, the prior in all others.

With an orthonormal basis, the coordinates along which are :math:`y = B^\top z`, the proposal is

.. math:: q(y) = \Big[\sum_k \pi_k\, t_\nu(y_1; m_k, S_k)\Big]\; N(y_2; a + A y_1 + B u(y_1), C)\; \phi(y_3)

for leading directions :math:`y_1`, in which the posterior may have any shape; directions :math:`y_2`, in
which it follows the leading ones, along a bend by their products :math:`u` in pairs; and all others
:math:`y_3`, which keep their prior (Zahm, Cui, Law, Spantini and Marzouk 2022, *Math. Comput.* 91:1789, bound
what that loses).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.sobol import CELLS, Scramblings, normal_table
from shellcount.maths.student_mixture import Mixture

_ENDS = 4.0  # standard deviations
_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


@frozen
class Bend:
    """Part of a regression that is quadratic, near its centre, and ends where points end.

    Parameters
    ----------
    centre, spread
        Mean and standard deviation of the leading directions, shape (leading,).
    factors
        Factors of the products of their standardised values in pairs, shape (further, pair); of the second
        and higher powers of the only one, shape (further, power); or of shape (0, 0), for a straight
        regression.
    """

    centre: Array
    spread: Array
    factors: Array

    def at(self, first: Array) -> Array:
        """Compute the bend at leading directions of shape (leading, point)."""
        bend: Array = self.factors @ self.products(first)
        return bend

    def products(self, first: Array) -> Array:
        """Compute products in pairs, shape (pair, point), or powers, shape (power, point)."""
        even = np.clip((first - self.centre[:, None]) / self.spread[:, None], -_ENDS, _ENDS)
        if self._powers > 1:
            return np.cumprod(np.repeat(even, self._powers + 1, axis=0), axis=0)[1:]
        one, other = np.triu_indices(len(even))
        products: Array = even[one] * even[other]
        return products

    def slopes(self, first: Array) -> Array:
        """Compute slopes of the bend along the only leading direction, shape (further, point)."""
        even = (first - self.centre[:, None]) / self.spread[:, None]
        inside = np.abs(even) < _ENDS
        powers = np.cumprod(np.repeat(even * inside, self.factors.shape[1], axis=0), axis=0)
        times = np.arange(2, self.factors.shape[1] + 2)[:, None]
        slopes: Array = self.factors @ (times * powers) / self.spread
        return slopes

    @property
    def _powers(self) -> int:
        """Number of powers of the only leading direction."""
        return self.factors.shape[1] if len(self.centre) == 1 else 0


@frozen
class Proposal:
    """Mixture in leading directions, a normal regression on them in further ones, and the prior elsewhere.

    Parameters
    ----------
    basis
        Orthonormal basis, leading directions first, then further ones; shape (coordinate, direction).
    mixture
        Mixture in the leading directions.
    slopes, offset, factor
        Regression of the further directions on the leading ones: shapes (further, leading) and (further,);
        and the lower triangular factor of the covariance of its error, shape (further, further).
    bend
        Part of the regression that is not straight.
    prior_share
        Share of the points that are from the prior itself.
    """

    basis: Array
    mixture: Mixture
    slopes: Array
    offset: Array
    factor: Array
    bend: Bend
    prior_share: float = 0.0

    @classmethod
    def leading(cls, basis: Array, mixture: Mixture) -> Proposal:
        """Make a proposal without further directions."""
        lead = mixture.means.shape[1]
        bend = Bend(np.zeros(lead), np.ones(lead), np.zeros((0, 0)))
        return cls(basis, mixture, np.zeros((0, lead)), np.zeros(0), np.zeros((0, 0)), bend)

    @property
    def lead(self) -> int:
        """Number of leading directions."""
        return int(self.slopes.shape[1])

    @property
    def directions(self) -> int:
        """Number of directions in which the proposal is not the prior."""
        return sum(self.slopes.shape)

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the mixture."""
        return self.mixture.degrees

    def arrays(self) -> dict[str, Array]:
        """List the arrays that make up the proposal, by name, each in the order in which a file holds it."""
        arrays = {
            "basis": self.basis,
            "shares": self.mixture.shares,
            "means": self.mixture.means,
            "factors": self.mixture.factors,
            "degrees": np.array(self.mixture.degrees),
            "slopes": self.slopes,
            "offset": self.offset,
            "factor": self.factor,
            "centre": self.bend.centre,
            "spread": self.bend.spread,
            "bend": self.bend.factors,
            "prior_share": np.array(self.prior_share),
        }
        return {name: np.asarray(values, order="C") for name, values in arrays.items()}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> Proposal:
        """Read what :meth:`arrays` lists."""
        mixture = Mixture(arrays["shares"], arrays["means"], arrays["factors"], float(arrays["degrees"]))
        bend = Bend(arrays["centre"], arrays["spread"], arrays["bend"])
        regression = arrays["slopes"], arrays["offset"], arrays["factor"]
        return cls(arrays["basis"], mixture, *regression, bend, float(arrays["prior_share"]))

    def carry(self, normals: Array, uniform: Array, radius: Array) -> tuple[Array, Array]:
        """Carry standard normals to points of the proposal.

        Parameters
        ----------
        normals
            Shape (coordinate, point); they are used up.
        uniform
            Uniform numbers in ascending order, which choose a component each, shape (point,).
        radius
            Square roots of degrees of freedom over chi squares, shape (point,).

        Returns
        -------
        tuple
            Coordinates, shape (coordinate, point), and the log of prior over proposal density at each.
        """
        mixture, lead = self.mixture, self.lead
        chances = np.cumsum((1 - self.prior_share) * mixture.shares)
        chances[-1] = 1 - self.prior_share
        ends = np.searchsorted(uniform, chances).tolist()
        begin, prior = 0, slice(ends[-1], None)
        first, second = normals[:lead], normals[lead : self.directions]
        moved = slice(0, ends[-1])
        scaled, sizes = first[:, moved] * radius[moved], np.diff(ends, prepend=0)
        for end, factor in zip(ends, mixture.factors, strict=True):
            first[:, begin:end] = factor @ scaled[:, begin:end]
            begin = end
        first[:, moved] += np.repeat(mixture.means.T, sizes, axis=1)
        error = np.empty_like(second)
        error[:, moved] = second[:, moved]
        second[:, moved] = self.factor @ error[:, moved] + self.expected(first[:, moved])
        error[:, prior] = self.error(first[:, prior], second[:, prior])
        return self.basis @ normals, self._log_ratio(first, second, error)

    def log_ratio(self, z: Array) -> Array:
        """Compute the log of prior over proposal density, at coordinates of shape (coordinate, point)."""
        y = self.basis[:, : self.directions].T @ z
        first, second = y[: self.lead], y[self.lead :]
        return self._log_ratio(first, second, self.error(first, second))

    def expected(self, first: Array) -> Array:
        """Compute the means of further directions, given the leading ones."""
        expected: Array = self.slopes @ first + self.offset[:, None]
        return expected + self.bend.at(first) if self.bend.factors.size else expected

    def error(self, first: Array, second: Array) -> Array:
        """Compute the errors of the regression, scaled to be standard normal."""
        return np.linalg.solve(self.factor, second - self.expected(first))

    def _log_ratio(self, first: Array, second: Array, error: Array) -> Array:
        ratio: Array = 0.5 * (squares(error) - squares(second) - squares(first))
        ratio += float(np.log(np.diag(self.factor)).sum()) - self.lead * _LOG_SQRT_2PI
        if self.lead:
            ratio -= self.mixture.log_density(first)
        if self.prior_share > 0:
            mixed, from_prior = math.log1p(-self.prior_share) - ratio, math.log(self.prior_share)
            # The log of a sum as numpy computes it, but several numbers at once.
            smaller = np.exp(-np.abs(mixed - from_prior))
            ratio = -(np.maximum(mixed, from_prior) + np.log1p(smaller))
        return ratio


def require_proposal(arrays: Mapping[str, Array], dimension: int) -> None:
    """Refuse arrays that are not those of a proposal for so many coordinates.

    Raises
    ------
    ValueError
        When one is missing, has another shape than the others require, or holds what no proposal has.
    """
    components = arrays["shares"].size if "shares" in arrays else 0
    further, lead = arrays["slopes"].shape if "slopes" in arrays and arrays["slopes"].ndim == 2 else (0, 0)
    shapes = {
        "basis": (dimension, dimension),
        "shares": (components,),
        "means": (components, lead),
        "factors": (components, lead, lead),
        "degrees": (),
        "slopes": (further, lead),
        "offset": (further,),
        "factor": (further, further),
        "centre": (lead,),
        "spread": (lead,),
        "bend": arrays["bend"].shape if "bend" in arrays else (),
        "prior_share": (),
    }
    if {name: values.shape for name, values in arrays.items()} != shapes or further + lead > dimension:
        raise ValueError("the arrays of its proposal do not fit together")
    bends = shapes["bend"]
    pairs = lead * (lead + 1) // 2
    if bends != (0, 0) and not (len(bends) == 2 and bends[0] == further and (lead == 1 or bends[1] == pairs)):
        raise ValueError("the arrays of its proposal do not fit together")
    if not all(values.dtype == float and np.isfinite(values).all() for values in arrays.values()):
        raise ValueError("an array of its proposal holds a number that is not finite")
    positive = components and arrays["shares"].min() >= 0 and arrays["degrees"] > 0
    positive = positive and (arrays["spread"] > 0).all()
    if not (positive and 0 <= arrays["prior_share"] < 1):
        raise ValueError("its proposal has no component, or one of negative weight")


def squares(z: Array) -> Array:
    """Compute the squared length of each column."""
    squared: Array = np.einsum("ij,ij->j", z, z)
    return squared


class Carrier(Protocol):
    """Proposal that points are carried to."""

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the mixture."""

    def carry(self, normals: Array, uniform: Array, radius: Array) -> tuple[Array, Array]:
        """Carry standard normals to points, as :meth:`Proposal.carry` does."""


class Points:
    """Evenly spread points of several runs, to be carried to places by a proposal.

    Parameters
    ----------
    rng
        Decides the points.
    runs, dimension
        Number of runs, which are independent scramblings, and of coordinates.
    """

    def __init__(self, rng: np.random.Generator, runs: int, dimension: int) -> None:
        # The first coordinate, the most even one, chooses the component.
        self._scramblings = Scramblings(rng, runs, dimension + 1)
        self._table, self._offset = normal_table(rng.random()), rng.random()
        self._seeds = rng.integers(0, 1 << 63, runs)

    def place(self, run: int, proposal: Carrier, points: int) -> tuple[Array, Array]:
        """Place the first points of a run, as :meth:`Proposal.carry` does."""
        cells = self._scramblings.cells(run, points)
        in_turn = np.argsort(cells[0], kind="stable")  # so that those of a component are neighbours
        cells = cells.take(in_turn, axis=1)
        degrees = proposal.degrees
        rng = np.random.Generator(np.random.SFC64(int(self._seeds[run])))
        radius = np.sqrt(0.5 * degrees / rng.standard_gamma(0.5 * degrees, points))
        return proposal.carry(self._table.take(cells[1:]), (cells[0] + self._offset) / CELLS, radius)
