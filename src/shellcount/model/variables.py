"""List the free parameters of a model as named arrays, for PyMC and ArviZ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shellcount.case.biases import BIAS, GROUP, biases
from shellcount.case.flow import Span, span
from shellcount.case.kinds import KINDS
from shellcount.case.parameters import MIX, Parameter, rate_steps
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model
from shellcount.results.given import readings
from shellcount.results.standard import standard
from shellcount.results.when import standard_dates

REPORT, CLAIM = "report", "claim"  # the observed variable, and its dimension
NO_UNIT = "1"  # unit of what has none
_TIMES = frozenset({"date", "step", "change"})  # dimensions whose labels are dates

type Labels = tuple[str, ...]


@frozen
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
    units
        Unit of its values.
    """

    name: str
    dim: str | None
    labels: Labels
    coordinates: tuple[str, ...]
    priors: tuple[Prior, ...]
    units: str

    @property
    def long_name(self) -> str:
        """Name in words."""
        return _WORDS.get(self.name, self.name.replace("_", " "))


_WORDS = {
    "first_rate_per_day": "daily rate at first",
    "rate_step": "change of the log daily rate into a step",
    "load": "load of a carrier, as a share of a full one",
    "payload_share": "share of the rated payload that is used",
    "stowage": "share of the cube that can be filled",
    "mass_kg": "gross mass of an item",
    "volume_m3": "volume of an item",
    MIX: "score of a nature in the mix, standard normal",
    BIAS: "claimant's own part of its bias, standard normal",
    GROUP: "part of the bias that a group shares, standard normal",
}


def coordinate_values(dim: str, labels: Sequence[str]) -> NDArray[Any]:
    """Give the labels of a dimension as an array: dates as dates, all else as text.

    Examples
    --------
    >>> coordinate_values("date", ["2024-02-26"])
    array(['2024-02-26T00:00:00'], dtype='datetime64[s]')
    """
    return np.array(labels, dtype="datetime64[s]") if dim in _TIMES else np.array(labels, dtype=np.str_)


# --- free parameters ---------------------------------------------------------------------


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
            NO_UNIT if row[0].unit == "share" else row[0].unit,
        )
        for name, row in rows.items()
    )


def _free_parameters(model: Model) -> Iterator[Parameter]:
    # The order of variables decides the digits of engine nuts: steps come early, the mix after the stows.
    scalars = [parameter for parameter in model.parameters.values() if parameter.variable != MIX]
    yield from scalars[:1]
    yield from rate_steps(model.case, last_moment(model))
    yield from scalars[1:]
    yield from (parameter for parameter in model.parameters.values() if parameter.variable == MIX)
    yield from biases(model.case, model.design.rows.biases)


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
            if KINDS[claim.quantity].known:
                for read in readings(claim):
                    evaluation.location(read)

    return coordinates_used(model, ask)


# --- times ----------------------------------------------------------------------------------


def dated_spans(model: Model) -> tuple[Span, ...]:
    """List the times up to the standard dates, one a date."""
    return tuple(span(model.case, None, day) for day in standard_dates(model.case))


def period_spans(model: Model) -> tuple[Span, ...]:
    """List the times that fitted claims refer to, other than those up to a standard date."""
    dated = set(dated_spans(model))
    return tuple(time for time in model.design.rows.times if time not in dated)


def last_moment(model: Model) -> float:
    """Find the end of the last of all these times, in days from the first shipment."""
    return max(time.end for time in (*dated_spans(model), *period_spans(model)))
