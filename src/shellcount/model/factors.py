"""Take a quantity apart: the factors that it is a product of, and the known values that it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from shellcount.case.assumptions import Scenario
from shellcount.case.flow import span
from shellcount.case.parameters import Parameter, share_name, trip_name
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior
from shellcount.model.evaluation import Evaluation
from shellcount.model.tables import Tables
from shellcount.model.values import Inputs
from shellcount.results.names import unit
from shellcount.results.quantity import Quantity

_LEAST_REST = 2.0**-53  # of a share of all, whose logit is then that of the largest share below


@frozen
class Factor:
    """Factor of a quantity.

    Parameters
    ----------
    kind
        ``sent``: carriers of the widest scope; ``capacity`` or ``mass`` of a full carrier; a ``parameter``;
        or the ``whole`` of a quantity that cannot be taken apart.
    subject
        Scope, nature, scenario or name of the parameter.
    power
        Exponent, 1 or -1.
    """

    kind: Literal["sent", "capacity", "mass", "parameter", "whole"]
    subject: str
    power: int = 1


def factors(case: Case, quantity: Quantity) -> tuple[Factor, ...]:
    r"""List the factors of a quantity, but for constants.

    Rounds, for example, are :math:`C \prod_j s_j \cdot \mathrm{load} \cdot \mathrm{capacity}`, with the
    carriers of the widest scope and the shares of the narrower ones.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [each.subject for each in factors(load_case(), Quantity("shipped", "mixed"))]
    ['load', 'mixed']
    """
    load, subject = Factor("parameter", "load"), quantity.subject
    if quantity.kind == "containers":
        return _carriers(case, subject)
    if quantity.kind == "trip_count":
        scope, _, trip = subject.partition(".")
        return (*_carriers(case, scope), Factor("parameter", trip_name(trip), -1))
    narrowest = case.scope[-1].id
    if quantity.kind == "rounds":
        return (*_carriers(case, narrowest), load, Factor("capacity", subject))
    if quantity.kind == "gross_mass":
        return (*_carriers(case, narrowest), load, Factor("mass", subject))
    if quantity.kind == "shipped":
        return load, Factor("capacity", subject)
    return (Factor("whole", subject),)


def _carriers(case: Case, scope: str) -> tuple[Factor, ...]:
    scopes = [entry.id for entry in case.scope]
    shares = scopes[1 : scopes.index(scope) + 1]
    return (Factor("sent", scopes[0]), *(Factor("parameter", share_name(each)) for each in shares))


def log_factor(evaluation: Evaluation[Array], case: Case, quantity: Quantity, factor: Factor) -> Array:
    """Compute the log of a factor to its power; of a whole that is a share, the logit.

    Up to a constant, the logs of all factors add up to the log of the quantity, or the logit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> median = Evaluation(build_model(load_case()), lambda name: np.zeros(1), (1,))
    >>> load = Quantity("parameter", "load")
    >>> log_factor(median, load_case(), load, Factor("whole", "load")).round(3)
    array([1.018])
    """
    if factor.kind == "parameter":
        return factor.power * evaluation.log_parameter(factor.subject)
    if factor.kind == "whole":
        values = evaluation.quantity(quantity)
        if is_share(case, quantity):
            return np.log(values) - np.log(np.maximum(1.0 - values, _LEAST_REST))
    elif factor.kind == "sent":
        if quantity.day is None:
            raise ValueError("carriers are sent in a time")
        values = evaluation.containers(factor.subject, span(case, quantity.since, quantity.day))
    elif factor.kind == "capacity":
        values = evaluation.capacity(factor.subject)
    else:
        values = evaluation.gross_mass(factor.subject)
    return np.log(values)


def is_share(case: Case, quantity: Quantity) -> bool:
    """Tell whether a quantity is a share, whose scale is the logit."""
    return unit(case, quantity) == "share"


class _Watched(dict[str, float]):
    """Known values, which remember the names under which they were looked up."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.used.add(name)
        return super().__getitem__(name)


@frozen
class _Inputs:
    """Inputs of a model, with known values that are watched."""

    case: Case
    parameters: Mapping[str, Parameter]
    priors: Mapping[str, Prior]
    known: Mapping[str, float]
    scenarios: Mapping[str, Scenario]
    tables: Tables


def known_used(model: Inputs, ask: Callable[[Evaluation[Array]], object]) -> tuple[str, ...]:
    """Find the parameters taken as known that an evaluation uses, by recording its requests; sorted.

    Examples
    --------
    >>> from shellcount.case.changes import with_changes
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(with_changes(load_case(), {"load": 0.7}))
    >>> known_used(model, lambda evaluation: evaluation.quantity(Quantity("shipped", "mixed")))
    ('load',)
    """
    known = _Watched(model.known)
    tables = Tables(model.case, model.priors, known)
    watched = _Inputs(model.case, model.parameters, model.priors, known, model.scenarios, tables)
    ask(Evaluation(watched, lambda _: np.zeros(1), (1,)))
    return tuple(sorted(known.used))
