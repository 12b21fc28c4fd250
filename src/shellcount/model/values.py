"""Give the values of a model's coordinates and parameters, each computed once, when first asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from shellcount.case.assumptions import Scenario
from shellcount.case.parameters import Parameter
from shellcount.case.schema import Case
from shellcount.maths.arrays import NUMPY, Array, Namespace, Vector
from shellcount.maths.priors import Prior, composition, log_sigmoid
from shellcount.model.coordinates import Coordinates
from shellcount.model.reports import Places
from shellcount.model.tables import NOWHERE, Shares, Stows, Tables, Weighted


class Inputs(Protocol):
    """Data that the formulae need; a :class:`~shellcount.model.model.Model` has it."""

    @property
    def case(self) -> Case:
        """The case."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters that have an estimate, by name."""
        ...

    @property
    def priors(self) -> Mapping[str, Prior]:
        """Priors of scalar parameters, by name."""
        ...

    @property
    def known(self) -> Mapping[str, float]:
        """Values of the parameters that are taken as known, by name."""
        ...

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Scenarios by id."""
        ...

    @property
    def tables(self) -> Tables:
        """Numbers of the case as arrays."""
        ...


class Values[T: Vector]:
    """Coordinates and parameters of a model, from which quantities are computed.

    Parameters
    ----------
    model, coordinate, shape, xp, kept
        As for :class:`~shellcount.model.evaluation.Evaluation`.
    """

    def __init__(
        self,
        model: Inputs,
        coordinate: Callable[[str], T],
        shape: tuple[int, ...],
        xp: Namespace[T] = NUMPY,
        kept: int | None = None,
    ) -> None:
        self._model = model
        self._coordinate = coordinate
        self._shape = shape
        self._xp = xp
        self._kept = kept
        self._memo: dict[tuple[object, ...], T] = {}
        self._latest: dict[tuple[object, ...], T] = {}
        self._rates: tuple[int, T] | None = None

    def _once(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        value = self._memo.get(key)
        if value is None:
            value = self._memo[key] = compute()
        return value

    def _lately(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        """Compute a value, unless it is among the latest ones."""
        if self._kept is None:
            return self._once(key, compute)
        value = self._latest.pop(key, None)
        if value is None:
            value = compute()
            for oldest in list(self._latest)[: max(0, len(self._latest) + 1 - self._kept)]:
                self._latest.pop(oldest, None)
        self._latest[key] = value
        return value

    @property
    def held(self) -> int:
        """Number of arrays that are kept."""
        values: list[Any] = [*self._memo.values(), *self._latest.values()]
        if self._rates is not None:
            values.append(self._rates[1])
        return sum(np.size(value) for value in values) // max(1, math.prod(self._shape))

    def coordinate(self, name: str) -> T:
        """Return the standard normal value of a coordinate."""
        return self._once(("coordinate", name), lambda: self._coordinate(name))

    def vector(self, names: Sequence[str]) -> T:
        """Join the values of coordinates along a new first axis."""
        if isinstance(self._coordinate, Coordinates):
            rows: T = self._coordinate.rows(tuple(names))
            return rows
        return self._xp.stack([self.coordinate(name) for name in names])

    def weighted(self, scaled: Weighted) -> T:
        """Scale coordinates, one a row; rows without a coordinate are zero."""
        rows = self.vector(scaled.names)
        weighed: T = self._column(scaled.weights) * (
            rows if scaled.at is None else self._taken(rows, scaled.at)
        )
        return weighed

    def stacked(self, values: Sequence[T | float]) -> T:
        """Join values along a new first axis."""
        return self._xp.stack([self.full(value) if isinstance(value, float) else value for value in values])

    def full(self, value: float) -> T:
        """Make a value of the shape of all others."""
        return self._xp.broadcast_to(np.float64(value), self._shape)

    def parameter(self, name: str) -> T:
        """Compute a scalar parameter, or one share of a composition."""
        return self._lately(("parameter", name), lambda: self._parameter(name))

    def _parameter(self, name: str) -> T:
        if name in self._model.known:
            return self.full(self._model.known[name])
        parameter = self._model.parameters[name]
        if parameter.assumption is not None:
            return self.scalar(name)
        if parameter.nature is None:
            return self.mix_share(parameter.label)
        share: T = self.stow_mix(parameter.nature)[parameter.label]  # an array, as it has a parameter
        return share

    def mix_share(self, nature: str) -> T:
        """Compute the share of the carriers that carry a nature."""
        return self.mix_shares()[self._model.tables.place(nature)]

    def stow_mix(self, nature: str) -> dict[str, Any]:
        """Compute the share of a nature's carriers packed each way, by stow."""
        (packed,) = self._model.tables.stows((nature,))
        if packed.shares is None:
            return {packed.ids[0]: 1.0}
        shares = self.stow_shares(packed, packed.shares)
        return {stow: shares[place, 0] for place, stow in enumerate(packed.ids)}

    def scalar(self, name: str) -> T:
        """Compute a parameter whose prior is stated by quantiles from its coordinate."""
        return self._model.priors[name].from_normal(self.coordinate(name), self._xp)

    def log_parameter(self, name: str) -> T:
        """Compute the logarithm of a parameter."""
        return self._once(("log", name), lambda: self._log_parameter(name))

    def _log_parameter(self, name: str) -> T:
        prior = self._model.priors.get(name)
        if name in self._model.known or prior is None:
            return self._xp.log(self.parameter(name))
        linked = prior.mu + prior.sigma * self.coordinate(name)
        return linked if prior.kind == "lognormal" else log_sigmoid(linked, self._xp)

    def logs(self, names: tuple[str, ...]) -> T:
        """Compute the logarithms of parameters that are lognormal or known, one a row."""
        logs = self._model.tables.logs(names)
        if not logs.scaled.names:
            return self._xp.broadcast_to(self._column(logs.constants), (len(names), *self._shape))
        rows: T = self._column(logs.constants) + self.weighted(logs.scaled)
        return rows

    def mix_shares(self) -> T:
        """Compute the shares of the carriers by nature, one nature a row."""
        shares = self._model.tables.mix
        return self._once(("mix",), lambda: self._shares(shares).reshape((shares.parts, *self._shape)))

    def stow_shares(self, packed: Stows, shares: Shares) -> T:
        """Compute the shares of the stows of natures, shape (stow, nature, ...)."""
        return self._lately(("stows", packed.natures), lambda: self._shares(shares))

    def _shares(self, shares: Shares) -> T:
        """Compute compositions, shape (part, composition, ...)."""
        scores, each = self.weighted(shares.scores), len(shares.log_base) // shares.parts
        log_base = shares.log_base.reshape((shares.parts, each, *(1 for _ in self._shape)))
        return composition(scores.reshape((shares.parts, each, *self._shape)), log_base, self._xp)

    def _column(self, numbers: Array) -> Any:  # noqa: ANN401  # an operand of either namespace
        """Give one number a row, so that it acts on all values of the row."""
        return numbers.reshape((-1, *(1 for _ in self._shape)))

    def _taken(self, values: T, at: Places) -> T:
        """Take rows by their place; where there is none, zero."""
        if (at == NOWHERE).any():
            return self._xp.concatenate([values, self._xp.stack([self.full(0.0)])])[at]
        return values[at]
