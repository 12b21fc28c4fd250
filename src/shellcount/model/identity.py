"""Tell whether two models have the same likelihood, by what it is computed from."""

from __future__ import annotations

import dataclasses
from typing import Any

from shellcount.maths.arrays import Array
from shellcount.maths.transcript import WRITING, Written, digest_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.results.quantity import Quantity


class Writing(Evaluation[Any]):
    """Evaluation that writes down how quantities are computed, instead of computing them.

    Parameters
    ----------
    model
        The model.

    Examples
    --------
    >>> from shellcount.case.changes import with_changes
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> case, load = load_case(), Quantity("parameter", "load")
    >>> cases = [case, with_changes(case, {"stowage": 0.6}), with_changes(case, {"load": 0.6})]
    >>> one, same, other = (Writing(build_model(each)).key(load) for each in cases)
    >>> one == same, one == other
    (True, False)
    """

    def __init__(self, model: Model) -> None:
        super().__init__(model, lambda name: Written("coordinate", name), (), WRITING)

    def weighed(self, days: Array, rates: Any) -> Any:  # noqa: ANN401  # as what it stands for
        """Write down the sum of the rates of each time, weighed by its days."""
        return Written("weighed", days, rates)

    def key(self, *quantities: Quantity) -> bytes:
        """Hash how quantities are computed: those of the same key have the same draws."""
        return digest_of([self.quantity(each) for each in quantities])


def likelihood_key(model: Model) -> str:
    """Hash the likelihood of the fitted claims as a function of the coordinates that it depends on.

    It is written down instead of computed: each operation, each number to the last bit, and each coordinate
    by name, with the distributions of the reports and the stated values. Two models with the same key
    therefore compute the same digits. Nothing says which parts of a case matter: a number is in the key
    where the likelihood asks for it.

    Parameters
    ----------
    model
        The model.

    Examples
    --------
    Given counts, the load of a container plays no part, and that of their share does:

    >>> from shellcount.case.changes import with_changes
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> case = load_case()
    >>> known = [with_changes(case, {name: 0.7}) for name in ("load", "munitions_share")]
    >>> [likelihood_key(build_model(each)) == likelihood_key(build_model(case)) for each in known]
    [True, False]
    """
    if not model.fitted:
        return digest_of(["no claims"]).hex()
    evaluation = Writing(model)
    reports = model.design.reports
    distributions = [getattr(reports, part.name) for part in dataclasses.fields(reports)]
    stated = [fitted.claim.stated for fitted in model.fitted]
    return digest_of([evaluation.locations(model.design.rows), distributions, stated, model.informed]).hex()
