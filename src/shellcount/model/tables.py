"""Lay the numbers that formulas need out as arrays, each computed once a case."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping

import numpy as np

from shellcount.case.assumptions import Nature
from shellcount.case.biases import bias_name, bias_spreads, correlations, group_bias_name
from shellcount.case.parameters import mix_name, per_carrier_name, step_name, stow_name
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior
from shellcount.model.reports import Places

type Pair = tuple[str, str]

NOWHERE = -1  # place of what there is none of


@frozen
class Weighted:
    """Coordinates, each scaled by a number; one a row.

    Parameters
    ----------
    names
        The coordinates, each once.
    at
        Each row's coordinate, or :data:`NOWHERE`; ``None`` where rows and coordinates are the same.
    weights
        Scale of each row.
    """

    names: tuple[str, ...]
    at: Places | None
    weights: Array

    @classmethod
    def of(cls, names: list[str | None], weights: Array) -> Weighted:
        """List each coordinate once; rows that have none are zero."""
        different = tuple(dict.fromkeys(name for name in names if name is not None))
        if different == tuple(names):
            return cls(different, None, weights)
        places = {name: place for place, name in enumerate(different)}
        at = [NOWHERE if name is None else places[name] for name in names]
        return cls(different, np.array(at, dtype=np.intp), weights)


@frozen
class Logs:
    """Logarithms of positive parameters: a constant and a scaled coordinate, one parameter a row."""

    constants: Array
    scaled: Weighted


@frozen
class Shares:
    """Compositions of equally many parts: part by part, of each part all compositions.

    Parameters
    ----------
    parts
        Number of parts.
    scores
        Coordinates of their scores, scaled by their spreads.
    log_base
        Logarithms of their base shares.
    """

    parts: int
    scores: Weighted
    log_base: Array


@frozen
class Stows:
    """Natures with equally many stows, whose measures stand stow by stow.

    Parameters
    ----------
    natures
        The natures.
    ids
        Stows of the first nature.
    masses, volumes
        Names of the measures of all first stows, then of all second ones, and so on.
    shares
        Their shares; ``None`` where there is one stow.
    """

    natures: tuple[str, ...]
    ids: tuple[str, ...]
    masses: tuple[str, ...]
    volumes: tuple[str, ...]
    shares: Shares | None


class Tables:
    """Numbers of a case as arrays.

    Parameters
    ----------
    case
        The case.
    priors, known
        Priors, and values taken as known, by parameter.
    """

    def __init__(self, case: Case, priors: Mapping[str, Prior], known: Mapping[str, float]) -> None:
        self._case = case
        self._priors = priors
        self._known = known
        self._place = {nature.id: place for place, nature in enumerate(case.nature)}
        self._natures = {nature.id: nature for nature in case.nature}
        self._steps: tuple[str, ...] = ()
        self._logs: dict[tuple[str, ...], Logs] = {}
        self._stows: dict[tuple[str, ...], tuple[Stows, ...]] = {}
        self._biases: dict[tuple[Pair, ...], tuple[Weighted, ...]] = {}

    def logs(self, names: tuple[str, ...]) -> Logs:
        """Describe the logarithms of parameters that are lognormal or known."""
        if names not in self._logs:
            known = [name in self._known for name in names]
            constants = [
                math.log(self._known[name]) if is_known else self._priors[name].mu
                for name, is_known in zip(names, known, strict=True)
            ]
            weights = [
                0.0 if is_known else self._priors[name].sigma
                for name, is_known in zip(names, known, strict=True)
            ]
            free = [None if is_known else name for name, is_known in zip(names, known, strict=True)]
            self._logs[names] = Logs(np.array(constants), Weighted.of(free, np.array(weights)))
        return self._logs[names]

    def steps(self, count: int) -> tuple[str, ...]:
        """Name the changes of the log daily rate into all steps but the first."""
        if len(self._steps) < count - 1:
            self._steps = tuple(step_name(step) for step in range(1, count))
        return self._steps if len(self._steps) == count - 1 else self._steps[: count - 1]

    def place(self, nature: str) -> int:
        """Find the place of a nature among all."""
        return self._place[nature]

    @functools.cached_property
    def mix(self) -> Shares:
        """Describe the shares of the natures in the mix."""
        natures, spread = self._case.nature, self._case.priors.mix_spread.value
        names: list[str | None] = [mix_name(nature.id) for nature in natures]
        weights = np.full(len(names), spread)
        base = np.log([nature.base_share for nature in natures])
        return Shares(len(names), Weighted.of(names, weights), base)

    def stows(self, natures: tuple[str, ...]) -> tuple[Stows, ...]:
        """Describe how natures are packed, those with equally many stows together."""
        if natures not in self._stows:
            listed = map(self._natures.__getitem__, natures)
            packed = [nature for nature in listed if nature.per_carrier is None]
            self._stows[natures] = tuple(_by_number_of_stows(packed))
        return self._stows[natures]

    def stated(self, natures: tuple[str, ...]) -> tuple[str, ...]:
        """List those natures whose items in a carrier are stated."""
        return tuple(name for name in natures if self._natures[name].per_carrier is not None)

    def biases(self, pairs: tuple[Pair, ...]) -> tuple[Weighted, ...]:
        """Describe the biases of claimants on kinds of quantity: what their group shares, and their own."""
        if pairs not in self._biases:
            spreads, groups = bias_spreads(self._case), correlations(self._case)
            grouped = [groups.get(claimant, ("", 0.0)) for claimant, _ in pairs]
            sds = np.array([spreads[claimant] for claimant, _ in pairs])
            rhos = np.array([rho for _, rho in grouped])
            own = [bias_name(*pair) if sd > 0 else None for pair, sd in zip(pairs, sds, strict=True)]
            common = [
                group_bias_name(group, quantity) if rho > 0 and sd > 0 else None
                for (group, rho), (_, quantity), sd in zip(grouped, pairs, sds, strict=True)
            ]
            parts = ((common, sds * np.sqrt(rhos)), (own, sds * np.sqrt(1 - rhos)))
            self._biases[pairs] = tuple(
                Weighted.of(names, weights) for names, weights in parts if any(name for name in names)
            )
        return self._biases[pairs]


def per_carrier_names(natures: tuple[str, ...]) -> tuple[str, ...]:
    """Name the stated items of natures in a carrier."""
    return tuple(per_carrier_name(nature) for nature in natures)


def _by_number_of_stows(natures: list[Nature]) -> Iterator[Stows]:
    for count in sorted({len(nature.stow) for nature in natures}):
        alike = [nature for nature in natures if len(nature.stow) == count]
        stows = [(nature.id, nature.stow[place]) for place in range(count) for nature in alike]
        shares = None
        if count > 1:
            names: list[str | None] = [stow_name(nature, stow.id, "share") for nature, stow in stows]
            spreads = [nature.stow_spread.value if nature.stow_spread else 0.0 for nature in alike]
            weights = np.array(list(itertools.chain.from_iterable([spreads] * count)))
            base = np.log([stow.base_share for _, stow in stows])
            shares = Shares(count, Weighted.of(names, weights), base)
        yield Stows(
            tuple(nature.id for nature in alike),
            tuple(stow.id for stow in alike[0].stow),
            tuple(stow_name(nature, stow.id, "mass_kg") for nature, stow in stows),
            tuple(stow_name(nature, stow.id, "volume_m3") for nature, stow in stows),
            shares,
        )
