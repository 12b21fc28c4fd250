"""Hold the points of all rounds of adaptation, and weigh them by the mixture of their proposals.

The weights are those of Cornuet, Marin, Mira and Robert (2012, *Scand. J. Statist.* 39:798).
"""

from __future__ import annotations

import numpy as np

from shellcount.engines.proposal import Proposal
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import log_sum


class Rounds:
    """Points of all rounds, weighed by the mixture of the proposals that they are from.

    Parameters
    ----------
    first
        Proposal that the points of the first round are from.
    """

    def __init__(self, first: Proposal) -> None:
        self._proposals = [first]
        self._z: list[Array] = []
        self._log_l: list[Array] = []
        self._log_density: list[Array] = []  # sum of the proposals' densities over that of the prior

    @property
    def latest(self) -> Proposal:
        """Proposal that the next points are from."""
        return self._proposals[-1]

    def add(self, z: Array, log_l: Array, log_ratio: Array) -> None:
        """Add the points of a round from the latest proposal, with the log of prior over its density."""
        for before, log_density in zip(self._z, self._log_density, strict=True):
            np.logaddexp(log_density, -self.latest.log_ratio(before), out=log_density)
        self._z.append(z)
        self._log_l.append(log_l)
        ratios = [*(each.log_ratio(z) for each in self._proposals[:-1]), log_ratio]
        self._log_density.append(log_sum(-np.stack(ratios)))

    def propose(self, proposal: Proposal) -> None:
        """Add a proposal, which the next points are from."""
        self._proposals.append(proposal)

    def weighed(self) -> tuple[Array, Array, Array]:
        """Give all points, their log likelihoods, and their log weights."""
        log_l = np.concatenate(self._log_l)
        return np.concatenate(self._z, axis=1), log_l, log_l - np.concatenate(self._log_density)
