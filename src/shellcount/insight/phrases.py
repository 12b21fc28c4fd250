"""Word what a quantity would have to be, for sentences."""

from __future__ import annotations

from shellcount.case.parameters import share_name
from shellcount.case.schema import Case
from shellcount.results.estimate import Estimate
from shellcount.results.quantity import Quantity
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.rounding import amount, rounded, rounding_unit

_TITLE = 48  # characters of a title


def group_of(quantity: Quantity) -> str:
    """Name the group of a quantity: those of one group move together, and a sentence names one of them.

    Examples
    --------
    >>> group_of(Quantity("capacity", "mixed")), group_of(Quantity("parameter", "load"))
    ('capacity', 'load')
    """
    return quantity.subject if quantity.kind == "parameter" else quantity.kind


def phrase(case: Case, quantity: Quantity, before: Estimate, after: Estimate) -> str:
    """Word the required median of a quantity, with the one that it has now in brackets.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> load = posterior.estimate("load")
    >>> phrase(posterior.case, Quantity("parameter", "load"), load, load)
    'each container filled to 73% (now 73%)'
    """
    required, now = _middle(after), f"(now {_middle(before)})"
    carriers, item = one_line(case.about.carrier, _TITLE), one_line(case.about.item, _TITLE)
    carrier, subject = phrases.singular(carriers), quantity.subject
    if quantity.kind == "containers":
        scope = "" if len(case.scope) == 1 else f"{subject} "
        rate = "" if quantity.per is None else f" a {quantity.per}"
        return f"{required} {scope}{carriers}{rate} {now}"
    if quantity.kind == "capacity":
        cargo = "" if subject == case.scenario[0].id else f" of {subject}"
        return f"{required} {item} in a full {carrier}{cargo} {now}"
    if subject == "load":
        return f"each {carrier} filled to {required} {now}"
    if subject.startswith("mix."):
        return f"{subject.removeprefix('mix.')} in {required} of the {carriers} {now}"
    scopes = {share_name(scope.id): scope.id for scope in case.scope[1:]}
    if subject in scopes:
        wider = [scope.id for scope in case.scope]
        of = wider[wider.index(scopes[subject]) - 1]
        return f"{required} of the {of} {carriers} being {scopes[subject]} {now}"
    measure = "" if after.unit == "share" else f" {after.unit}"
    return f"{subject} at {required}{measure} {now}"


def _middle(estimate: Estimate) -> str:
    """Word a median, a share in per cent."""
    unit = rounding_unit(estimate.range)
    if estimate.unit == "share":
        return f"{rounded(100 * estimate.p50, 100 * unit)}%"
    return amount(estimate.p50, unit)
