r"""Propose points along a bent ridge: adapted where the ridge is straight, and carried to where it is bent.

About the path of the highest points of a posterior (:mod:`shellcount.engines.straightening`) lie coordinates
:math:`u`, in which its normal approximation is standard. There the posterior is nearly a prior of standard
normals with a likelihood that says little,

.. math:: L'(u) = L(z(u))\, \frac{\phi(z(u))}{\phi(u)} \left|\frac{dz}{du}\right|,

and what the normal approximation lacks, tails and further modes, is adapted to as to any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from shellcount.engines.adaptation import Adapted, adapt
from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Proposal, require_proposal, squares
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target
from shellcount.errors import EvidenceError
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

_PRIOR_SHARE = 0.08  # no weight can be above 1 / 0.08 of the likelihood there
_OF_PATH = "path_"  # begins the names of the path's arrays


@frozen
class Path:
    """Coordinates about a path, in which its normal approximation is standard normal.

    Parameters
    ----------
    proposal
        One component in one leading direction, and all others on a polynomial of it.
    """

    proposal: Proposal

    @property
    def log_volume(self) -> float:
        """Log of the volume of a unit cube of straight coordinates."""
        diagonals = np.diag(self.proposal.mixture.factors[0]), np.diag(self.proposal.factor)
        return float(np.log(np.concatenate(diagonals)).sum())

    def bent(self, u: Array) -> Array:
        """Carry straight coordinates, shape (coordinate, point), to those whose prior is standard normal."""
        proposal = self.proposal
        first = self._first(u)
        second = proposal.factor @ u[1:] + proposal.expected(first)
        bent: Array = proposal.basis @ np.concatenate([first, second])
        return bent

    def straight(self, z: Array) -> Array:
        """Carry coordinates whose prior is standard normal to straight ones."""
        y = self.proposal.basis.T @ z
        mixture = self.proposal.mixture
        first = (y[:1] - mixture.means[0][:, None]) / mixture.factors[0]
        return np.concatenate([first, self.proposal.error(y[:1], y[1:])])

    def log_rest(self, z: Array, u: Array) -> Array:
        """Compute the log of the prior density at z over that at u, times the volume."""
        rest: Array = self.log_volume + 0.5 * (squares(u) - squares(z))
        return rest

    def target(self, target: Target) -> Target:
        """Make the target that is sampled in straight coordinates."""

        def log_likelihood(u: Array) -> Array:
            z = self.bent(u)
            log_l: Array = target.log_likelihood(z) + self.log_rest(z, u)
            return log_l

        known = target.gradient
        if known is None:
            return Target(log_likelihood, None, target.crew)

        def gradient(u: Array) -> tuple[Array, Array]:
            z = self.bent(u)
            log_l, slope = known(z)
            return log_l + self.log_rest(z, u), self._pulled(u, slope - z) + u

        return Target(log_likelihood, gradient, target.crew)

    def _first(self, u: Array) -> Array:
        mixture = self.proposal.mixture
        first: Array = mixture.factors[0] @ u[:1] + mixture.means[0][:, None]
        return first

    def _pulled(self, u: Array, slope: Array) -> Array:
        """Compute slopes with respect to straight coordinates from those with respect to bent ones."""
        proposal = self.proposal
        turned = proposal.basis.T @ slope
        along = proposal.slopes + proposal.bend.slopes(self._first(u))
        turned[0] += np.einsum("ij,ij->j", along, turned[1:])
        return np.concatenate([proposal.mixture.factors[0].T @ turned[:1], proposal.factor.T @ turned[1:]])


@frozen
class Curved:
    """Proposal of straight coordinates, carried to bent ones; and a share of points from the prior itself.

    Parameters
    ----------
    path
        Straight coordinates.
    inner
        Proposal there.
    """

    path: Path
    inner: Proposal

    @property
    def basis(self) -> Array:
        """Orthonormal basis, the direction of the path first."""
        return self.path.proposal.basis

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the mixture."""
        return self.inner.degrees

    @property
    def directions(self) -> int:
        """Number of directions in which the proposal is not the prior."""
        return self.path.proposal.directions

    def arrays(self) -> dict[str, Array]:
        """List the arrays that make up the proposal, by name."""
        of_path = self.path.proposal.arrays()
        return self.inner.arrays() | {_OF_PATH + name: values for name, values in of_path.items()}

    def carry(self, normals: Array, uniform: Array, radius: Array) -> tuple[Array, Array]:
        """Carry standard normals to points of the proposal, as :meth:`Proposal.carry` does."""
        ours = 1.0 - self.path.proposal.prior_share
        end = int(np.searchsorted(uniform, ours))
        u, log_ratio = self.inner.carry(normals[:, :end].copy(), uniform[:end] / ours, radius[:end])
        z = np.concatenate([self.path.bent(u), normals[:, end:]], axis=1)
        log_ratio += self.path.log_rest(z[:, :end], u)
        return z, self._beside_prior(np.concatenate([log_ratio, self._log_ratio(z[:, end:])]))

    def log_ratio(self, z: Array) -> Array:
        """Compute the log of prior over proposal density, at coordinates of shape (coordinate, point)."""
        return self._beside_prior(self._log_ratio(z))

    def _log_ratio(self, z: Array) -> Array:
        u = self.path.straight(z)
        return self.inner.log_ratio(u) + self.path.log_rest(z, u)

    def _beside_prior(self, log_ratio: Array) -> Array:
        share = self.path.proposal.prior_share
        beside: Array = -np.logaddexp(math.log1p(-share) - log_ratio, math.log(share))
        return beside


def adapt_along(
    target: Target,
    modes: tuple[Mode, ...],
    places: Array,
    rng: np.random.Generator,
    size: int,
) -> tuple[Curved, Adapted] | None:
    """Fit a proposal to a posterior along the path through its highest mode.

    Parameters
    ----------
    target
        Log likelihood.
    modes
        Modes, the highest first.
    places
        Further places from which modes may be reached, shape (coordinate, place).
    rng
        Decides the points.
    size
        Number of points of a round.

    Returns
    -------
    tuple
        The proposal, and how its adaptation went; or ``None`` where no path leads through the mode.
    """
    try:
        with np.errstate(all="ignore"):  # a path may lead where nothing is defined
            proposal = straightened(target.with_gradient, modes[0], rng, prior_share=_PRIOR_SHARE)
            path = Path(proposal)
            found = np.stack([mode.place for mode in modes], axis=1)
            starts = path.straight(np.concatenate([found, places], axis=1))
            inner = path.target(target)
            adapted = adapt(inner, len(starts), rng, size, places=starts[:, np.isfinite(starts).all(axis=0)])
    except (np.linalg.LinAlgError, EvidenceError):
        return None
    target.evaluations += inner.evaluations
    return Curved(path, adapted.proposal), adapted


def proposal_of(arrays: Mapping[str, Array]) -> Proposal | Curved:
    """Read what the proposal of a sample lists as its arrays."""
    of_path = _of_path(arrays)
    inner = Proposal.of_arrays(arrays)
    return Curved(Path(Proposal.of_arrays(of_path)), inner) if of_path else inner


def require_arrays(arrays: Mapping[str, Array], dimension: int) -> None:
    """Refuse arrays that are not those of a proposal, straight or curved, for so many coordinates.

    Raises
    ------
    ValueError
        When one is missing, has another shape than the others require, or holds what no proposal has.
    """
    of_path = _of_path(arrays)
    require_proposal({name: values for name, values in arrays.items() if name[5:] not in of_path}, dimension)
    if of_path:
        require_proposal(of_path, dimension)
        if of_path["means"].shape != (1, 1) or len(of_path["slopes"]) != dimension - 1:
            raise ValueError("the path of its proposal does not lead along one direction of all")
        if not of_path["prior_share"] > 0:
            raise ValueError("its proposal has no point of the prior")


def _of_path(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {
        name.removeprefix(_OF_PATH): values for name, values in arrays.items() if name.startswith(_OF_PATH)
    }
