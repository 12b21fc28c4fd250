"""Make priors from quantiles that an expert states, and work out what they imply."""

from __future__ import annotations

import numpy as np

from shellcount.case.assumptions import Assumption
from shellcount.case.changes import with_changes
from shellcount.case.implied import units_of
from shellcount.case.parameters import Fixed, Parameter, entries
from shellcount.case.parts import WellFormed
from shellcount.case.schema import Case
from shellcount.checks.lint import implied_draws, measure_of
from shellcount.errors import UnknownNameError
from shellcount.maths.priors import Prior
from shellcount.model.model import Model, build_model
from shellcount.results.elicited import Elicited, ImpliedRange


def elicit(
    case: Case, name: str, low: float, high: float, *, levels: tuple[float, float] = (0.05, 0.95)
) -> Elicited:
    r"""Make a prior of an assumption from two quantiles, and work out what it implies in other units.

    The prior is lognormal, or logit-normal for a share, as the case file has it: see
    :meth:`shellcount.maths.priors.Prior.through`. What it implies follows from it and the other priors,
    before any claim is fit: a load, for example, implies net tonnes and rounds a container, which a planner
    or a dock worker may know better than a share of a full load.

    Parameters
    ----------
    case
        Case with the other priors.
    name
        Name of the assumption, such as ``load``, as ``--set`` takes it.
    low, high
        Quantiles as stated, in the unit of the assumption.
    levels
        Levels of the two.

    Raises
    ------
    CaseError
        When the case cannot have the prior.
    UnknownNameError
        When the case has no such prior.
    UsageError
        When no prior has these quantiles.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> found = elicit(load_case(), "load", 0.40, 0.92)
    >>> found.implied[0].words, found.implied[0].measure, found.implied[0].cited_words
    ('15.1 (8.1 to 20.0)', 'net tonnes a container', '9 to 14')
    >>> elicit(load_case(), "load", 0.6, 0.8, levels=(0.25, 0.75)).change
    'load=0.425539:0.890107'
    """
    prior = Prior.through(_entry(case, name).kind, low, high, levels)
    changed = with_changes(case, {name: (prior.low, prior.high)})
    entry = _entry(changed, name)
    unit = entry.unit if isinstance(entry, Parameter) else "share"
    model = build_model(changed)
    units = units_of(entry.place, WellFormed.of(changed))
    implied = tuple(_implied(model, entry, each) for each in units)
    return Elicited(name, unit, prior, (low, high), levels, implied)


def _entry(case: Case, name: str) -> Parameter | Fixed:
    """Find the prior of an assumption."""
    found = {entry.name: entry for entry in entries(case) if isinstance(entry.assumption, Assumption)}
    if name not in found:
        raise UnknownNameError("prior", name, found)
    return found[name]


def _implied(model: Model, entry: Parameter | Fixed, unit: str) -> ImpliedRange:
    values = implied_draws(model, entry, unit)
    low, middle, high = (float(value) for value in np.quantile(values, (0.05, 0.5, 0.95)))
    cited = entry.assumption.implies if isinstance(entry.assumption, Assumption) else None
    ends = None if cited is None or cited.unit != unit else (cited.low, cited.high)
    return ImpliedRange(measure_of(model.case, unit), low, middle, high, ends)
