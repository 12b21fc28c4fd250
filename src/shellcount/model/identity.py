"""Tell whether two models have the same likelihood, by what it is computed from."""

from __future__ import annotations

import dataclasses
from typing import Any

from shellcount.maths.transcript import WRITING, Written, digest_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model


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
    evaluation: Evaluation[Any] = Evaluation(model, lambda name: Written("coordinate", name), (), WRITING)
    reports = model.design.reports
    distributions = [getattr(reports, part.name) for part in dataclasses.fields(reports)]
    stated = [fitted.claim.stated for fitted in model.fitted]
    return digest_of([evaluation.locations(model.design.rows), distributions, stated, model.informed]).hex()
