"""Give the values of a model's coordinates and parameters, each computed once, when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from shellcount.case.assumptions import Nature, Scenario, Spread, Stow
from shellcount.case.parameters import Parameter, mix_name, stow_name
from shellcount.case.schema import Case
from shellcount.maths.arrays import NUMPY, Array, Namespace, Vector
from shellcount.maths.priors import Prior, composition
from shellcount.model.design import NOWHERE
from shellcount.model.reports import Places


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
    def bias_sd(self) -> Mapping[str, float]:
        """Standard deviation of each claimant's bias, by claimant."""
        ...

    @property
    def correlations(self) -> Mapping[str, tuple[str, float]]:
        """Group and correlation of each claimant that is in one, by claimant."""
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
        self._shares: dict[str | None, dict[str, T]] = {}
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
        value = self._latest.get(key)
        if value is None:
            value = compute()
            for oldest in list(self._latest)[: max(0, len(self._latest) + 1 - self._kept)]:
                self._latest.pop(oldest, None)
            self._latest[key] = value
        return value

    @property
    def held(self) -> int:
        """Number of arrays that are kept."""
        shares = sum(len(shares) for shares in self._shares.values())
        steps = 0 if self._rates is None else self._rates[0]
        return len(self._memo) + len(self._latest) + steps + shares

    def coordinate(self, name: str) -> T:
        """Return the standard normal value of a coordinate."""
        return self._once(("coordinate", name), lambda: self._coordinate(name))

    def vector(self, names: Sequence[str]) -> T:
        """Join the values of coordinates along a new first axis."""
        return self._xp.stack([self.coordinate(name) for name in names])

    def stacked(self, values: Sequence[T | float]) -> T:
        """Join values along a new first axis."""
        return self._xp.stack([self.full(value) if isinstance(value, float) else value for value in values])

    def full(self, value: float) -> T:
        """Make a value of the shape of all others."""
        return self._xp.broadcast_to(np.float64(value), self._shape)

    def parameter(self, name: str) -> T:
        """Compute a scalar parameter, or one share of a composition."""
        return self._once(("parameter", name), lambda: self._parameter(name))

    def _parameter(self, name: str) -> T:
        if name in self._model.known:
            return self.full(self._model.known[name])
        parameter = self._model.parameters[name]
        if parameter.assumption is None:
            return self._composition(parameter.nature)[parameter.label]
        return self.scalar(name)

    def scalar(self, name: str) -> T:
        """Compute a parameter whose prior is stated by quantiles from its coordinate."""
        return self._model.priors[name].from_normal(self.coordinate(name), self._xp)

    def _composition(self, nature: str | None) -> dict[str, T]:
        """Compute the uncertain shares of a nature's stows, or without a nature those of the mix."""
        if nature not in self._shares:
            case = self._model.case
            parts: Sequence[Nature | Stow] = case.nature
            spread: Spread | None = case.priors.mix_spread
            names = [mix_name(part.id) for part in parts]
            if nature is not None:
                parts, spread = self._nature(nature).stow, self._nature(nature).stow_spread
                names = [stow_name(nature, part.id, "share") for part in parts]
            scores = [self.coordinate(name) for name in names]
            base = [part.base_share for part in parts]
            shares = composition(scores, base, spread.value if spread else 0.0, self._xp)
            self._shares[nature] = {part.id: share for part, share in zip(parts, shares, strict=True)}
        return self._shares[nature]

    def _nature(self, nature: str) -> Nature:
        return next(entry for entry in self._model.case.nature if entry.id == nature)

    def _column(self, numbers: Array) -> Any:  # noqa: ANN401  # an operand of either namespace
        """Give one number a row, so that it acts on all values of the row."""
        return numbers.reshape((-1, *(1 for _ in self._shape)))

    def _taken(self, values: T, at: Places) -> T:
        """Take rows by their place; where there is none, zero."""
        if (at == NOWHERE).any():
            return self._xp.concatenate([values, self._xp.stack([self.full(0.0)])])[at]
        return values[at]
