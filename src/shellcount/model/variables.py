"""List the free parameters and derived quantities of a model as named arrays, for PyMC and ArviZ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shellcount.case.kinds import KINDS
from shellcount.case.parameters import MIX, Parameter, biases, rate_steps
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model
from shellcount.results.given import ReadClaim, readings
from shellcount.results.names import subjects
from shellcount.results.standard import standard
from shellcount.results.when import standard_dates

CLAIM = "claim"  # the dimension of a claim's one stated value: ArviZ's plots need one


@dataclass(frozen=True, slots=True)
class Variable:
    """Free parameter, or a row of free parameters of one kind.

    Parameters
    ----------
    name
        As in PyMC and ArviZ.
    dim
        Name of the dimension, or ``None`` for a scalar.
    labels
        Label of each element, along the dimension.
    coordinates
        The standard normal coordinate of each element.
    priors
        The prior of each element, all of one kind.
    """

    name: str
    dim: str | None
    labels: tuple[str, ...]
    coordinates: tuple[str, ...]
    priors: tuple[Prior, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """Quantity that the parameters determine, as an array.

    Parameters
    ----------
    name
        As in PyMC and ArviZ.
    dims
        Names of its dimensions.
    labels
        Labels along each dimension.
    value
        Gives one element, by the labels.
    """

    name: str
    dims: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    value: Callable[[Evaluation[Any], tuple[str, ...]], Any]


def claim_variable(read: ReadClaim) -> str:
    """Name the observed variable of a claim."""
    return f"claim.{read.claim.id}"


def free_variables(model: Model) -> tuple[Variable, ...]:
    """List the free parameters of a model as arrays, up to the last date that a claim refers to.

    Parameters without spread (steps of a walk that stands still, an unbiased claimant) have no variable.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [variable.name for variable in free_variables(build_model(load_case()))][:3]
    ['first_rate_per_day', 'rate_step', 'munitions_share']
    """
    rows: dict[str, list[Parameter]] = {}
    for parameter in _free_parameters(model):
        rows.setdefault(parameter.variable, []).append(parameter)
    return tuple(
        Variable(
            name,
            row[0].dim,
            tuple(parameter.label for parameter in row if parameter.dim is not None),
            tuple(parameter.name for parameter in row),
            tuple(parameter.prior for parameter in row),
        )
        for name, row in rows.items()
    )


def coordinate_names(model: Model) -> tuple[str, ...]:
    """List all coordinates that standard quantities and readings of claims depend on, sorted.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> "bias.ua-gur.rounds" in coordinate_names(build_model(load_case()))
    True
    """

    def ask(evaluation: Evaluation[Array]) -> None:
        # A date depends on nothing that a later one does not depend on.
        for quantity in standard(model.case, [model.case.last_date]):
            evaluation.quantity(quantity)
        for claim in model.case.claim:
            if KINDS[claim.quantity].of is not None:
                for read in readings(claim):
                    evaluation.location(read)

    return coordinates_used(model, ask)


def _free_parameters(model: Model) -> Iterator[Parameter]:
    first, *others = model.parameters.values()
    yield first
    yield from rate_steps(model.case)
    # The order of variables decides the digits of engine nuts: the mix comes after the stows.
    yield from (parameter for parameter in others if parameter.variable != MIX)
    yield from (parameter for parameter in others if parameter.variable == MIX)
    yield from biases(model.case, ((read.claim.claimant, read.claim.quantity) for read in model.fitted))


def derived_quantities(model: Model) -> tuple[Derived, ...]:
    """List the standard quantities of a case as arrays: containers and rounds by date, capacities, mixes.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [derived.name for derived in derived_quantities(build_model(load_case()))]
    ['containers', 'rounds', 'capacity', 'stow_mix', 'mix']
    """
    case = model.case
    days = tuple(day.isoformat() for day in standard_dates(case))
    stows = {f"{nature.id}.{stow.id}": (nature.id, stow.id) for nature in case.nature for stow in nature.stow}
    natures = tuple(nature.id for nature in case.nature)

    def containers(evaluation: Evaluation[Any], at: tuple[str, ...]) -> Any:  # noqa: ANN401
        return evaluation.containers(at[1], dt.date.fromisoformat(at[0]))

    def rounds(evaluation: Evaluation[Any], at: tuple[str, ...]) -> Any:  # noqa: ANN401
        return evaluation.rounds(at[1], dt.date.fromisoformat(at[0]))

    def stow_mix(evaluation: Evaluation[Any], at: tuple[str, ...]) -> Any:  # noqa: ANN401
        nature, stow = stows[at[0]]
        return evaluation.stow_mix(nature)[stow]

    # ArviZ's summary mixes labels up where two arrays have shared dimensions in different places.
    return (
        Derived("containers", ("date", "scope"), (days, subjects(case, "containers")), containers),
        Derived("rounds", ("date", "scenario"), (days, subjects(case, "rounds")), rounds),
        Derived("capacity", ("cargo",), (subjects(case, "capacity"),), lambda e, at: e.capacity(at[0])),
        Derived("stow_mix", ("stow",), (tuple(stows),), stow_mix),
        Derived("mix", ("nature",), (natures,), lambda e, at: e.mix()[at[0]]),
    )
