"""Tell what the check of a claim rests on besides draws: its side, its ceiling, and other claims."""

from __future__ import annotations

from shellcount.case.ceiling import ceiling_per_container, tonnes_per_container
from shellcount.case.schema import Case, Claim
from shellcount.results.given import replaced
from shellcount.results.quantity import QuantityKind
from shellcount.results.verdicts import Side
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

# Kinds of quantities that carriers hold.
PACKED: frozenset[QuantityKind] = frozenset({"capacity", "shipped", "rounds", "gross_mass"})
_COUNTED = frozenset({"containers", "trips"})


def tail_of(claim: Claim, predictive_cdf: float) -> tuple[float, Side]:
    """Choose the predictive tail that decides the verdict on a claim, and the side on which it is.

    It is the smaller one; for a comparator, which can only be too high, the upper one, and for a claim that
    none was seen the probability of that.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> tail_of(load_case().claim[0], 0.75)
    (0.25, 'high')
    """
    if claim.stated == 0:
        return predictive_cdf, "low"
    upper = 1 - predictive_cdf
    if claim.quantity == "comparator" or upper < predictive_cdf:
        return upper, "high"
    return predictive_cdf, "low"


def ceiling_of(case: Case, kind: QuantityKind, nature: str | None) -> float | None:
    """Compute what a carrier can physically hold, in the unit of a kind of quantity; ``None`` if unknown.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> ceiling_of(load_case(), "gross_mass", None)
    28.2
    """
    return tonnes_per_container(case) if kind == "gross_mass" else ceiling_per_container(case, nature)


def multiplier(case: Case, claim: Claim) -> float | None:
    """Compute the factor by which a claimant multiplied its own figure; ``None`` if it is unknown.

    A range or words that were computed from a figure say nothing exact of the factor.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> multiplier(case, case.claim[0]) is None
    True
    """
    if claim.derived_from is None or claim.interval is not None:
        return None
    base = next(entry for entry in case.claim if entry.id == claim.derived_from)
    return claim.stated / base.stated if base.stated > 0 else None


def origin(case: Case, claim: Claim) -> str | None:
    """Tell how a claimant came to a figure that is not evidence of its own; ``None`` for those that are.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> claim = next(claim for claim in case.claim if claim.id == "rok-mnd-2024-06-capacity")
    >>> origin(case, claim.model_copy(update={"derived_from": "rok-mnd-2024-06"}))
    'computed as 480 a container, times its own count of 10,000'
    """
    if claim.derived_from is None:
        return stale(case, claim)
    base = next(entry for entry in case.claim if entry.id == claim.derived_from)
    own = f"its own {'count' if base.quantity in _COUNTED else 'figure'} of {phrases.exact(base.stated)}"
    times = multiplier(case, claim)
    if times is None:
        return f"computed from {own}"
    each = ""
    if base.quantity in _COUNTED:
        carrier = phrases.singular(case.about.carrier) if base.quantity == "containers" else str(base.trip)
        each = f" a {one_line(carrier)},"
    return f"computed as {rounding.significant(times)}{each} times {own}"


def stale(case: Case, claim: Claim) -> str | None:
    """Tell why a claim is neither fit nor checked by default; ``None`` for all others.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> stale(case, case.claim[0].model_copy(update={"restates": "older"}))
    'a repetition of older'
    """
    if claim.withdrawn:
        return "withdrawn by its claimant"
    if claim.restates is not None:
        return f"a repetition of {claim.restates}"
    if claim.id in replaced(case):
        later = next(entry.id for entry in case.claim if entry.supersedes == claim.id)
        return f"replaced by {later}"
    return None


def set_aside(case: Case) -> tuple[str, ...]:
    """List the claims that are neither fit nor checked by default, a sentence for each.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> set_aside(load_case("black-sea-grain-2022"))
    ()
    """
    titles = {entry.id: entry.title for entry in case.claimant}
    reasons = ((claim, stale(case, claim)) for claim in case.claim)
    return tuple(
        one_line(f"Not checked: {claim.id} ({claim.words}, {titles[claim.claimant]}), {reason}.")
        for claim, reason in reasons
        if reason is not None
    )
