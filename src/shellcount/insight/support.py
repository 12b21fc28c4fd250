"""Refuse statements that cannot be, and tell why: a contradiction, or beyond the physical ceiling."""

from __future__ import annotations

import numpy as np

from shellcount.errors import UsageError
from shellcount.insight.conditioning import LEAST
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import unit
from shellcount.results.probability import stated
from shellcount.results.quantity import Quantity
from shellcount.results.standing import PACKED, ceiling_of
from shellcount.results.threshold import Threshold
from shellcount.wording import phrases, rounding


def require_possible(posterior: Posterior, threshold: Threshold) -> None:
    """Refuse a statement that contradicts itself, or exceeds what carriers can physically hold.

    Raises
    ------
    UsageError
        When it cannot be, or cannot be otherwise.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.results.threshold import parse_threshold
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> require_possible(posterior, parse_threshold(posterior.case, "capacity.152mm-howitzer >= 700"))
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: at least 700 rounds in a full container (152mm-howitzer) cannot be: beyond \
the physical ceiling of 647 rounds a container
    """
    case, quantity, value = posterior.case, threshold.quantity, threshold.value
    share = unit(case, quantity) == "share"
    subject = stated(case, threshold.name_in(case))
    if (share and value >= 1 and threshold.at_least) or (value <= 0 and not threshold.at_least):
        end = (
            "a share is always below 100%"
            if share and value >= 1
            else "the model has nothing that is 0 or less"
        )
        raise UsageError(f"{subject} cannot be: {end}")
    if (share and value >= 1) or value <= 0:
        raise UsageError(f"{subject} is always so, and requires nothing")
    if threshold.at_least:
        _require_below_ceiling(posterior, threshold, subject)


def _require_below_ceiling(posterior: Posterior, threshold: Threshold, subject: str) -> None:
    """Refuse more than the carriers can hold: those of the draw that has the most of them."""
    case, quantity = posterior.case, threshold.quantity
    if quantity.kind not in PACKED:
        return
    natures = {nature.id for nature in case.nature}
    ceiling = ceiling_of(case, quantity.kind, quantity.subject if quantity.subject in natures else None)
    if ceiling is None:
        return
    measure = "tonnes" if quantity.kind == "gross_mass" else case.about.item
    carrier = phrases.singular(case.about.carrier)
    limit = f"beyond the physical ceiling of {rounding.significant(ceiling)} {measure} a {carrier}"
    if quantity.day is None:
        if threshold.value > ceiling:
            raise UsageError(f"{subject} cannot be: {limit}")
        return
    narrowest = Quantity("containers", case.scope[-1].id, quantity.day, quantity.since, quantity.per)
    most = float(np.max(posterior.draws_of(narrowest)))
    if threshold.value > ceiling * most:
        number = rounding.significant(most)
        raise UsageError(
            f"{subject} cannot be: {limit}, even in {number} {case.about.carrier}, the most of all draws"
        )


def unsupported(posterior: Posterior, threshold: Threshold) -> UsageError:
    """Make the error of a statement that nothing supports.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.results.threshold import parse_threshold
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> str(unsupported(posterior, parse_threshold(posterior.case, "load <= 1e-9"))).partition(":")[0]
    'a load of at most 1e-07% cannot be'
    """
    subject = stated(posterior.case, threshold.name_in(posterior.case))
    odds = f"1 in {round(1 / LEAST):,}"
    return UsageError(f"{subject} cannot be: no assumption allows for it, and its chance is below {odds}")
