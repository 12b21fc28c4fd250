"""Divide what the claims inform among the factors of an estimate, or the assumptions behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Literal

import numpy as np

from shellcount.case.families import Family, families, title_of
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.insight.swapping import Swaps
from shellcount.maths.arrays import Array
from shellcount.maths.variance_shares import MOST_PLAYERS, shapley_effects, weights_of
from shellcount.model.factors import Factor
from shellcount.results.described import described
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity
from shellcount.wording import phrases

_MOST_INPUTS = 100  # coordinates behind one factor; of more, the covariances take too long

type Divided = Literal["covariance", "shapley", "none"]


@frozen
class Part:
    """Part of what the claims inform.

    Parameters
    ----------
    name, title
        Name of a parameter, a group of parameters or an estimate, and its name in words.
    paths
        Places in the case file.
    coordinates
        Coordinates of the assumption, if it is one.
    """

    name: str
    title: str
    paths: tuple[str, ...] = ()
    coordinates: tuple[str, ...] = ()


@frozen
class Split:
    """Division of what the claims inform.

    Parameters
    ----------
    parts
        The parts; none where the claims inform nothing behind the estimate.
    per_run
        Moments that the division is computed from, shape (run, moment).
    divide
        Function of the means over runs of the moments, that returns the variance of each part.
    kind
        How it is divided.
    """

    parts: tuple[Part, ...]
    per_run: Array
    divide: Callable[[Array], Array]
    kind: Divided


@frozen
class _Inputs:
    """Changes of each input from sample A to B, and the inputs of each part.

    Inputs of a product add up to the log of the estimate; of others, the best weights are found.
    """

    parts: tuple[Part, ...]
    first: Sequence[Array]
    second: Sequence[Array]
    players: Sequence[Sequence[int]]
    adds_up: bool


def split_of(swaps: Swaps, case: Case, quantity: Quantity, *, shapley: bool) -> Split:
    """Divide what the claims inform among the factors of an estimate.

    Any estimate but a product is divided among the assumptions behind it, by its best linear prediction
    from their coordinates.

    Parameters
    ----------
    swaps
        Samples of the estimate.
    case, quantity
        The case and the quantity.
    shapley
        Whether by Shapley effects instead of by covariance.

    Raises
    ------
    UsageError
        When there are too many parts for Shapley effects.
    """
    first, second = swaps.differences(swaps.informed)
    if not swaps.informed:
        return Split((), np.zeros((swaps.runs, 0)), lambda _: np.zeros(0), "none")
    whole, other = sum(first, start=np.zeros(())), sum(second, start=np.zeros(()))
    if swaps.product:
        inputs = _factors(swaps, case, quantity, first, second)
    else:
        inputs = _assumptions(swaps, case, quantity)
    if len(inputs.parts) == 1:
        return Split(inputs.parts, (whole * other).mean(axis=1)[:, None] / 2, lambda mean: mean, "none")
    if shapley and len(inputs.parts) > MOST_PLAYERS:
        raise UsageError(
            f"the claims inform {len(inputs.parts)} parts of {name_of(case, quantity)}, and Shapley effects "
            f"are divided among {MOST_PLAYERS} at most: leave shapley out, for covariance shares"
        )
    size = len(inputs.first)

    def divide(mean: Array) -> Array:
        with_output, covariance = mean[:size], mean[size:].reshape(size, size)
        if shapley:
            return shapley_effects(covariance, with_output, inputs.players)
        own = with_output if inputs.adds_up else with_output * weights_of(covariance, with_output)
        return np.array([own[list(player)].sum() for player in inputs.players])

    return Split(
        inputs.parts, _covariances(inputs, whole, other), divide, "shapley" if shapley else "covariance"
    )


def _factors(
    swaps: Swaps, case: Case, quantity: Quantity, first: Sequence[Array], second: Sequence[Array]
) -> _Inputs:
    """List the factors that the claims inform: the log of the estimate is their sum."""
    places = [place for place, change in enumerate(first) if np.ndim(change)]
    return _Inputs(
        tuple(_part(case, quantity, swaps.factors[place]) for place in places),
        [first[place] for place in places],
        [second[place] for place in places],
        [[place] for place in range(len(places))],
        adds_up=True,
    )


def _assumptions(swaps: Swaps, case: Case, quantity: Quantity) -> _Inputs:
    """List the assumptions that the claims inform, with their coordinates."""
    groups = families(case, swaps.informed)
    names = [name for group in groups for name in group.coordinates]
    if len(names) > _MOST_INPUTS:
        return _Inputs((Part(name_of(case, quantity), in_words(case, quantity)),), (), (), (), adds_up=False)
    changes = [swaps.coordinate(name) - swaps.other(name) for name in names]
    ends = accumulate((len(group.coordinates) for group in groups), initial=0)
    players = [range(start, end) for start, end in pairwise(ends)]
    parts = tuple(map(_assumption, groups))
    return _Inputs(parts, changes, changes, players, adds_up=False)


def in_words(case: Case, quantity: Quantity) -> str:
    """Describe a quantity; a parameter by the title of its assumption, where it has one."""
    return title_of(case, quantity.subject) if quantity.kind == "parameter" else described(case, quantity)


def _assumption(family: Family) -> Part:
    return Part(family.name, family.title, family.paths, family.coordinates)


def _part(case: Case, quantity: Quantity, factor: Factor) -> Part:
    """Name a factor."""
    if factor.kind == "parameter":
        (family,) = families(case, [factor.subject])
        return _assumption(family)
    if factor.kind == "sent":
        sent = replace(quantity, kind="containers", subject=factor.subject, per=None)
        return Part(name_of(case, sent), f"number of {described(case, sent)}")
    if factor.kind == "capacity":
        capacity = Quantity("capacity", factor.subject)
        return Part(name_of(case, capacity), f"number of {described(case, capacity)}")
    return Part(f"gross_mass.{factor.subject}", f"mass in a full {phrases.singular(case.about.carrier)}")


def _covariances(inputs: _Inputs, whole: Array, other: Array) -> Array:
    r"""Compute the covariances of what the claims tell of inputs and estimate, run by run.

    With two independent samples of all else, :math:`\mathrm{Cov}(E[X | C], E[Y | C])` is half the mean
    product of the change of :math:`X` with all else from the one, and that of :math:`Y` with all else from
    the other.

    Returns
    -------
    numpy.ndarray
        Shape (run, moment): with the estimate, then among the inputs, row by row.
    """
    first, second = np.stack(inputs.first, axis=1), np.stack(inputs.second, axis=1)
    draws = first.shape[2]
    among = np.matmul(first, second.transpose(0, 2, 1))
    among = (among + among.transpose(0, 2, 1)) / (4 * draws)
    output = np.matmul(first, other[:, :, None]) + np.matmul(second, whole[:, :, None])
    output /= 4 * draws
    return np.concatenate((output[:, :, 0], among.reshape(len(first), -1)), axis=1)
