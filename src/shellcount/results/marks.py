"""Mark numbers that readers must not take for plain findings: caveats that go wherever a number is quoted.

What-if changes, other conditionings, claims in conflict, forecasts and draws that have not converged are one
mechanism: a further kind is a function that gives its marks, called by :func:`of_run` where all numbers of a
run have it, and by :func:`of_quantity` where only some do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shellcount.case.schema import Case
from shellcount.results.conflict import Conflict, mark_of
from shellcount.results.estimate import Estimate
from shellcount.results.given import split_given
from shellcount.results.mark import Mark, make_mark
from shellcount.results.quantity import Quantity
from shellcount.text import one_line
from shellcount.wording import phrases

DEFAULT_GIVEN = "counts"


def of_run(
    case: Case, given: str, changes: Iterable[str], conflicts: Sequence[Conflict] = ()
) -> tuple[Mark, ...]:
    """Mark all numbers of a run: a changed case, a conditioning other than the default, claims in conflict.

    A scenario that was added changes only its own numbers, which :func:`of_quantity` marks.

    Parameters
    ----------
    case
        Case of the run, with its changes.
    given
        What was conditioned on.
    changes
        What-if changes, as ``NAME=VALUE``.
    conflicts
        Conflicts of the claims that were fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [mark.short for mark in of_run(load_case(), "all", ["load=0.9:0.99"])]
    ['what-if', 'given all']
    """
    base = _scenario_name(case.scenario[0].id)
    moving = [change for change in changes if _name(change) == base or not _adds_scenario(change)]
    return (*_of_changes(moving), *_of_given(given), *mark_of(case, conflicts))


def of_quantity(case: Case, quantity: Quantity, changes: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Mark a quantity of another cargo mix than that of the first scenario, or beyond the last evidence.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> (mark,) = of_quantity(case, parse_quantity(case, "rounds.all-122mm-rocket@2024-06-14"))
    >>> mark.kind, mark.short
    ('scenario', 'what-if')
    """
    return (*_of_scenario(case, quantity, changes), *of_time(case, quantity))


def is_forecast(case: Case, quantity: Quantity) -> bool:
    """Tell whether a quantity reaches beyond the last date that a claim of the case refers to.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> is_forecast(case, parse_quantity(case, "rounds.mixed@2024-06-14"))
    False
    """
    return quantity.day is not None and quantity.day > case.last_date


def of_time(case: Case, quantity: Quantity) -> tuple[Mark, ...]:
    """Mark a forecast: a quantity that reaches beyond the last date that a claim refers to.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> [mark.long for mark in of_time(case, parse_quantity(case, "rounds.mixed@2025-01-01"))]
    ['forecast, since no claim refers to a date after 14 June 2024']
    """
    if not is_forecast(case, quantity):
        return ()
    last = phrases.date(case.last_date)
    return (make_mark("forecast", "forecast", f"forecast, since no claim refers to a date after {last}"),)


def _of_scenario(case: Case, quantity: Quantity, changes: Iterable[str]) -> tuple[Mark, ...]:
    base = case.scenario[0].id
    natures = {nature.id for nature in case.nature}
    if quantity.subject == base or quantity.kind not in {"rounds", "gross_mass", "capacity", "shipped"}:
        return ()
    titles = {scenario.id: scenario.title for scenario in case.scenario}
    if quantity.kind == "rounds" and quantity.subject not in titles:
        what = f"as if every {one_line(case.about.carrier, 40)} carried {quantity.subject}"
    elif quantity.subject in natures:
        return ()  # of a container of that nature, whatever the mix
    else:
        what = f"scenario {quantity.subject} ({one_line(titles[quantity.subject], 100)})"
    own = [change for change in changes if _name(change) == _scenario_name(quantity.subject)]
    given = f", given as {', '.join(own)}" if own else ""
    return (make_mark("scenario", "what-if", f"what-if, {what}, not {base}{given}"),)


def of_estimate(estimate: Estimate | None) -> tuple[Mark, ...]:
    """Mark an estimate that has not converged."""
    if estimate is None or estimate.not_quotable is None:
        return ()
    return (make_mark("unconverged", "not converged", f"not converged: {estimate.not_quotable}"),)


def of_claim(claim: str, changes: Iterable[str]) -> tuple[Mark, ...]:
    """Mark a stated figure if the claim itself was changed.

    Examples
    --------
    >>> of_claim("a", ["load=0.9:0.99", "claim.ab=3"])
    ()
    >>> [mark.long for mark in of_claim("a", ["claim.a=3", "claim.a.hedge=exact"])]
    ['what-if, with claim.a=3, claim.a.hedge=exact']
    """
    own = f"claim.{claim}"
    return _of_changes([change for change in changes if f"{_name(change)}.".startswith(f"{own}.")])


def _of_changes(changes: list[str]) -> tuple[Mark, ...]:
    return (make_mark("what-if", "what-if", f"what-if, with {', '.join(changes)}"),) if changes else ()


def _of_given(given: str) -> tuple[Mark, ...]:
    if given == DEFAULT_GIVEN:
        return ()
    chosen = split_given(given)
    base = "" if chosen.base == DEFAULT_GIVEN else f"given {chosen.base}"
    short = ", ".join(filter(None, (base, chosen.words)))
    return (make_mark("given", short, f"given {chosen.brief}, not {DEFAULT_GIVEN}, which is the default"),)


def _name(change: str) -> str:
    return change.partition("=")[0].strip()


def _scenario_name(scenario: str) -> str:
    return f"scenario.{scenario}"


def _adds_scenario(change: str) -> bool:
    return _name(change).startswith(_scenario_name(""))
