"""Exchange inputs of an estimate between two independent samples of a posterior."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from shellcount.case.families import Family, families, varies
from shellcount.maths import streams
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.factors import Factor, factors, log_factor
from shellcount.posterior.posterior import Posterior
from shellcount.results.quantity import Quantity

_STREAM = "drivers"


class Swaps:
    """Two independent samples of an estimate on the log scale, and mixtures of their inputs.

    The first sample, A, is that of the posterior. In the second, B, coordinates that keep their prior are
    drawn a second time, and those that the claims inform are those of another draw of the same run, so that
    runs stay independent.

    Parameters
    ----------
    posterior
        The posterior.
    quantity
        Quantity of the estimate.

    Attributes
    ----------
    factors
        Factors of the estimate.
    informed
        Coordinates behind the estimate that the claims inform.
    kept, still
        Assumptions behind it that keep their prior, and those whose prior has no spread.
    """

    def __init__(self, posterior: Posterior, quantity: Quantity) -> None:
        self._posterior = posterior
        self._quantity = quantity
        case, model = posterior.case, posterior.model
        self.factors = factors(case, quantity)
        self._used = [
            frozenset(coordinates_used(model, functools.partial(self._log, each))) for each in self.factors
        ]
        groups = families(case, frozenset[str]().union(*self._used))
        self.still: tuple[Family, ...] = tuple(group for group in groups if not varies(case, group.name))
        still = {name for group in self.still for name in group.coordinates}
        self._used = [used - still for used in self._used]
        every = frozenset[str]().union(*self._used)
        self.informed = every & frozenset(model.informed)
        self.kept: tuple[Family, ...] = families(case, every - self.informed)
        rng = streams.named_generator(posterior.run.seed, f"{_STREAM}.order")
        runs, draws = posterior.shape
        self._drawn: dict[str, Array] = {}
        self._order = rng.permuted(np.tile(np.arange(draws), (runs, 1)), axis=1)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self._order)

    @property
    def product(self) -> bool:
        """Presence of several factors, of which the estimate is the product."""
        return len(self.factors) > 1

    def _log(self, factor: Factor, evaluation: Evaluation[Array]) -> Array:
        return log_factor(evaluation, self._posterior.case, self._quantity, factor)

    def coordinate(self, name: str) -> Array:
        """Return the values of a coordinate in sample A, shape (run, draw)."""
        return self._posterior.evaluation.coordinate(name)

    def other(self, name: str) -> Array:
        """Return the values of a coordinate in sample B, shape (run, draw)."""
        if name not in self._drawn:
            if name in self.informed:
                self._drawn[name] = self._reordered(self.coordinate(name))
            else:
                seed, shape = self._posterior.run.seed, self._posterior.shape
                self._drawn[name] = streams.prior(seed, f"{_STREAM}.{name}", shape, None)
        return self._drawn[name]

    def _reordered(self, values: Array) -> Array:
        return np.take_along_axis(values, self._order, axis=1)

    @functools.cached_property
    def first(self) -> tuple[Array, ...]:
        """Log of each factor in sample A."""
        return tuple(self._full(self._log(each, self._posterior.evaluation)) for each in self.factors)

    @functools.cached_property
    def second(self) -> tuple[Array, ...]:
        """Log of each factor in sample B."""
        return tuple(self._mixed(place, frozenset()) for place in range(len(self.factors)))

    def differences(self, names: Iterable[str]) -> tuple[list[Array], list[Array]]:
        """Compute how much each factor changes when some inputs change from those of A to those of B.

        Parameters
        ----------
        names
            The inputs that change.

        Returns
        -------
        tuple
            The log of each factor in A less that with these inputs of B; and, among the other inputs of B,
            that with these inputs of A less that in B. A factor that uses none of them gives 0 twice.
        """
        changing = frozenset(names)
        first, second = [], []
        for place, used in enumerate(self._used):
            whole = self.first[place] - self.second[place] if used and used <= changing else None
            if used.isdisjoint(changing):
                whole = np.zeros(())
            if whole is not None:
                first.append(whole)
                second.append(whole)
            else:
                first.append(self.first[place] - self._mixed(place, used - changing))
                second.append(self._mixed(place, used & changing) - self.second[place])
        return first, second

    def _mixed(self, place: int, of_first: frozenset[str]) -> Array:
        """Compute the log of a factor from some inputs of A, and all others of B."""
        used = self._used[place]
        if used <= self.informed and not of_first:
            return self._reordered(self.first[place])

        def draw(name: str) -> Array:
            return self.coordinate(name) if name in of_first else self.other(name)

        evaluation = Evaluation(self._posterior.model, draw, self._posterior.shape)
        return self._full(self._log(self.factors[place], evaluation))

    def _full(self, values: Array) -> Array:
        return np.broadcast_to(values, self._posterior.shape)
