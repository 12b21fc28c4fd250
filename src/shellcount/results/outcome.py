"""Tell whether the figures that settled a question lie within the posterior ranges."""

from __future__ import annotations

from shellcount.case.schema import Case
from shellcount.results.claim_check import Check, Checks
from shellcount.results.mark import marked
from shellcount.text import one_line


def outcomes(case: Case, checks: Checks) -> tuple[str, ...]:
    """Tell of each outcome of the case whether it lies in the 50% and 90% ranges of its quantity.

    The ranges are those of the quantity itself, not of what a claimant would report of it, and their ends
    count as within. An outcome that leaves its date open is placed for its most probable date.

    Parameters
    ----------
    case
        Case that was fitted.
    checks
        Checks of its claims; outcomes that were not checked give no sentence.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case("channel-2023")
    >>> posterior = shellcount.fit(case, runs=4, engine="smc", particles=64, allow_unconverged=True)
    >>> outcomes(case, shellcount.check(posterior, ["home-office-2023"]))[0].partition(", ")[0]
    'The outcome'
    """
    settled = {claim.id for claim in case.claim if claim.outcome}
    return tuple(_sentence(check) for check in checks.leading if check.claim in settled)


def _sentence(check: Check) -> str:
    estimate, stated = check.estimate, check.stated
    _, inner, outer = estimate.words()
    figure = f"The outcome, {one_line(check.figure)} ({one_line(check.title)})"
    if estimate.p25 <= stated <= estimate.p75:
        place = f"lies within the 50% range, {inner}, and so within the 90% range, {outer}"
    elif estimate.p05 <= stated <= estimate.p95:
        place = f"lies outside of the 50% range, {inner}, but within the 90% range, {outer}"
    else:
        place = f"lies outside of the 90% range, {outer}"
    return marked(f"{figure}, {place}.", estimate.marks)
