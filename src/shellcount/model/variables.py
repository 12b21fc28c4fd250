"""The model's free parameters and derived quantities as named arrays, as PyMC and ArviZ have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shellcount.case.dates import month_of, month_start
from shellcount.maths.arrays import Tensor
from shellcount.maths.priors import Z95, Prior
from shellcount.model.model import Evaluation, Model, coordinates_used
from shellcount.results.given import ReadClaim, readings
from shellcount.results.names import QuantityKind, standard, standard_dates, subjects

CLAIM = "claim"  # the dimension of a claim's one stated value: ArviZ's plots need one
STANDARD = Prior("normal", -Z95, Z95)


@dataclass(frozen=True, slots=True)
class Variable:
    """A free parameter, or a row of free parameters of one kind.

    Parameters
    ----------
    name
        As in PyMC and ArviZ.
    dim
        Name of the dimension, or ``None`` for a scalar.
    labels
        What each element is, along the dimension.
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
    """A quantity that the parameters determine, as an array.

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
    value: Callable[[Evaluation, tuple[str, ...]], Tensor]


def claim_variable(read: ReadClaim) -> str:
    """Name of the variable that a claim is observed as."""
    return f"claim.{read.claim.id}"


def free_variables(model: Model) -> tuple[Variable, ...]:
    """The free parameters of a model, up to the last date that a claim speaks of.

    What has no spread (a walk that stands still, an unbiased claimant) is none.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [variable.name for variable in free_variables(build_model(load_case()))][:3]
    ['first_rate_per_day', 'rate_step', 'munitions_share']
    """
    return tuple(variable for variable in _rows(model) if variable.coordinates)


def coordinate_names(model: Model) -> tuple[str, ...]:
    """Names of all coordinates that standard quantities and readings of claims depend on, sorted.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> "bias.ua-gur.rounds" in coordinate_names(build_model(load_case()))
    True
    """

    def ask(evaluation: Evaluation) -> None:
        for quantity in standard(model.case):
            evaluation.quantity(quantity)
        for claim in model.case.claim:
            if claim.quantity != "ratio":
                for read in readings(claim):
                    evaluation.location(read)

    return coordinates_used(model, ask)


def _rows(model: Model) -> Iterator[Variable]:
    case = model.case
    yield _scalar(model, "first_rate_per_day")
    yield _walk(model)
    for name in (*(f"{scope.id}_share" for scope in case.scope[1:]), "load", "payload_share", "stowage"):
        yield _scalar(model, name)
    for measure in ("mass_kg", "volume_m3"):
        stows = [f"{nature.id}.{stow.id}" for nature in case.nature for stow in nature.stow]
        names = [f"{stow}.{measure}" for stow in stows]
        yield Variable(measure, "stow", tuple(stows), tuple(names), tuple(model.priors[n] for n in names))
    for nature in case.nature:
        if nature.stow_spread is not None:
            stows = [stow.id for stow in nature.stow]
            names = [f"{nature.id}.{stow}.share" for stow in stows]
            yield _standard(f"stow_score.{nature.id}", f"stow_of.{nature.id}", stows, names)
    if len(case.nature) > 1:
        natures = [nature.id for nature in case.nature]
        yield _standard("mix_score", "nature", natures, [f"mix.{name}" for name in natures])
    yield _biases(model)


def _scalar(model: Model, name: str) -> Variable:
    return Variable(name, None, (), (name,), (model.priors[name],))


def _standard(name: str, dim: str, labels: list[str], coordinates: list[str]) -> Variable:
    return Variable(name, dim, tuple(labels), tuple(coordinates), (STANDARD,) * len(labels))


def _normal(name: str, dim: str, labels: list[str], coordinates: list[str], sds: list[float]) -> Variable:
    rows = [row for row in zip(labels, coordinates, sds, strict=True) if row[-1] > 0]
    return Variable(
        name,
        dim,
        tuple(label for label, _, _ in rows),
        tuple(coordinate for _, coordinate, _ in rows),
        tuple(Prior("normal", -Z95 * sd, Z95 * sd) for _, _, sd in rows),
    )


def _walk(model: Model) -> Variable:
    start, sd = model.case.containers.first_shipment, model.case.priors.rate_walk_sd.value
    months = range(1, month_of(start, model.case.last_date) + 1)
    labels = [f"{month_start(start, month):%Y-%m}" for month in months]
    return _normal(
        "rate_step", "month", labels, [f"rate_step.{month:03d}" for month in months], [sd] * len(months)
    )


def _biases(model: Model) -> Variable:
    spoken = dict.fromkeys((read.claim.claimant, read.claim.quantity) for read in model.fitted)
    labels = [f"{claimant}.{quantity}" for claimant, quantity in spoken]
    sds = [model.bias_sd[claimant] for claimant, _ in spoken]
    return _normal("bias", "claimant", labels, [f"bias.{label}" for label in labels], sds)


def derived_quantities(model: Model) -> tuple[Derived, ...]:
    """The standard quantities of a case: containers and rounds by date, and what a container holds.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [derived.name for derived in derived_quantities(build_model(load_case()))]
    ['containers', 'rounds', 'capacity', 'stow_mix', 'mix']
    """
    case = model.case
    days = tuple(day.isoformat() for day in standard_dates(case))
    stows = tuple(f"{nature.id}.{stow.id}" for nature in case.nature for stow in nature.stow)
    natures = tuple(nature.id for nature in case.nature)
    # ArviZ's summary mixes labels up where two arrays have shared dimensions in different places.
    found = [
        Derived("containers", ("date", "scope"), (days, subjects(case, "containers")), _dated("containers")),
        Derived("rounds", ("date", "scenario"), (days, subjects(case, "rounds")), _dated("rounds")),
        Derived("capacity", ("cargo",), (subjects(case, "capacity"),), lambda e, at: e.capacity(at[0])),
        Derived("stow_mix", ("stow",), (stows,), lambda e, at: e.parameter(f"{at[0]}.share")),
        Derived("mix", ("nature",), (natures,), lambda e, at: e.parameter(f"mix.{at[0]}")),
    ]
    return tuple(found)


def _dated(kind: QuantityKind) -> Callable[[Evaluation, tuple[str, ...]], Tensor]:
    def value(evaluation: Evaluation, at: tuple[str, ...]) -> Tensor:
        day = dt.date.fromisoformat(at[0])
        return evaluation.containers(at[1], day) if kind == "containers" else evaluation.rounds(at[1], day)

    return value
