"""Hold the conflicts of fitted claims with the other claims or the assumptions, and word them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.named import Named
from shellcount.results.claimed import claimed_unit
from shellcount.results.given import as_fitted
from shellcount.results.mark import Mark, make_mark
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

# A claim conflicts beyond any of these.
OFF = 0.3  # chance of being off; two claims that contradict each other share the blame
LEFT_OUT = 0.005  # predictive tail of the claim, given the other claims
FAMILY = 0.025  # such tails that any of all claims may have by chance, on either side
BIAS = 2.5  # posterior mean of the bias of its claimant, in prior standard deviations

_TITLE = 60  # characters of the title of a claimant
_NAMED = 2  # claims that a mark names; it counts the others


@frozen
class Conflict:
    """Conflict of a fitted claim with the other claims or the assumptions.

    Parameters
    ----------
    claim
        Id of the claim.
    sentence
        Finding in words.
    off
        Posterior chance that the claim is off; ``None`` if the model allows for none.
    left_out
        Smaller predictive tail of the claim, given the other claims; ``None`` if it is not known.
    bias
        Posterior mean of the bias of its claimant, in prior standard deviations; ``None`` without a bias.
    """

    claim: str
    sentence: str
    off: float | None = None
    left_out: float | None = None
    bias: float | None = None

    def __str__(self) -> str:
        """Return the finding in words."""
        return self.sentence


class Conflicts(Named[Conflict]):
    """Conflicts of fitted claims: a tuple, whose entries are also found by id of the claim.

    Examples
    --------
    >>> found = Conflicts([Conflict("us-state-2024-02", "It contradicts the others.", off=0.52)])
    >>> found["us-state-2024-02"].off
    0.52
    >>> found
    It contradicts the others.
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Word for what is looked up."""
        return "claim in conflict"

    def _name(self, entry: Conflict) -> str:
        return entry.claim

    def table(self) -> Table:
        """Tabulate the conflicts, with the chance of each claim of being off."""
        rows = tuple(
            (each.claim, each.sentence, "" if each.off is None else phrases.probability(each.off))
            for each in self
        )
        return Table("", ("claim", "finding", "chance that it is off"), rows, numeric=(2,))

    def __repr__(self) -> str:
        """Return one sentence per line."""
        return "\n".join(map(str, self)) or "no claims conflict"

    def _repr_html_(self) -> str:
        return self.table().html() if self else f"<p>{self!r}</p>"


def smallest_tail(among: int) -> float:
    """Compute the smallest tail without a conflict, by Bonferroni's bound beyond five claims.

    Parameters
    ----------
    among
        Number of fitted claims.

    Examples
    --------
    >>> smallest_tail(4), smallest_tail(50)
    (0.005, 0.0005)
    """
    return min(LEFT_OUT, FAMILY / max(1, among))


def contradicted(off: float | None, left_out: float | None, bias: float | None, among: int = 1) -> bool:
    """Tell whether a claim conflicts, by the numbers of :class:`Conflict`.

    Parameters
    ----------
    off, left_out, bias
        As in :class:`Conflict`.
    among
        Number of fitted claims.

    Examples
    --------
    >>> contradicted(0.31, 0.2, 0.1), contradicted(0.3, 0.005, -2.5), contradicted(None, None, -2.6)
    (True, False, True)
    """
    return (
        (off is not None and off > OFF)
        or (left_out is not None and left_out < smallest_tail(among))
        or (bias is not None and abs(bias) > BIAS)
    )


def describe(
    case: Case,
    claim: Claim,
    *,
    off: float | None,
    left_out: float | None,
    bias: float | None,
    among: int = 1,
) -> Conflict:
    """Describe the conflict of a claim, with the numbers that show it.

    Parameters
    ----------
    case, claim
        Case, and one of its claims.
    off, left_out, bias
        As in :class:`Conflict`.
    among
        Number of fitted claims.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> claim = next(claim for claim in case.claim if claim.id == "rok-mnd-2024-02")
    >>> describe(case, claim, off=0.52, left_out=0.2, bias=-0.3).sentence.partition(": ")[2]
    'the chance that it is off is 52%.'
    """
    reasons = []
    if off is not None and off > OFF:
        reasons.append(f"the chance that it is off is {phrases.probability(off)}")
    if left_out is not None and left_out < smallest_tail(among):
        reasons.append(
            f"given the others alone, the model gives a chance of {phrases.probability(left_out)} to a "
            "figure so far out"
        )
    if bias is not None and abs(bias) > BIAS:
        reasons.append(
            f"its claimant would have to be biased by {abs(bias):.1f} standard deviations of what was assumed"
        )
    why = f": {'; '.join(reasons)}" if reasons else ""
    sentence = f"The claim of {stated(case, claim)} contradicts the other claims or the assumptions{why}."
    return Conflict(claim.id, sentence, off, left_out, bias)


def with_tails(case: Case, conflicts: Iterable[Conflict], tails: Mapping[str, float]) -> Conflicts:
    """Put the tails of fits without a claim each in the place of those of the draws.

    Parameters
    ----------
    case
        The case.
    conflicts
        Conflicts by the draws.
    tails
        Smaller predictive tail of each claim, given the others, by claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> found = [Conflict("us-state-2024-02", "", off=0.1, left_out=0.001, bias=0.0)]
    >>> tails = {"us-state-2024-02": 0.2, "rok-mnd-2024-02": 0.004}
    >>> [(conflict.claim, conflict.left_out) for conflict in with_tails(load_case(), found, tails)]
    [('rok-mnd-2024-02', 0.004)]
    """
    known = {conflict.claim: conflict for conflict in conflicts}
    found = []
    for claim in sorted(case.claim, key=lambda claim: claim.id):
        old = known.get(claim.id)
        off, bias = (None, None) if old is None else (old.off, old.bias)
        left_out = tails.get(claim.id, None if old is None else old.left_out)
        if contradicted(off, left_out, bias, len(tails)):
            found.append(describe(case, claim, off=off, left_out=left_out, bias=bias, among=len(tails)))
    return Conflicts(found)


def stated(case: Case, claim: Claim) -> str:
    """Name a claim by its figure and the title of its claimant.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> stated(case, next(claim for claim in case.claim if claim.id == "rok-mnd-2024-02"))
    'about 6,700 containers (the South Korean Ministry of National Defense)'
    """
    title = next(entry.title for entry in case.claimant if entry.id == claim.claimant)
    unit = claimed_unit(case, as_fitted(claim).readings[0])
    measure = "as a share" if unit == "share" else unit
    return one_line(f"{phrases.measured(claim.words, measure)} ({one_line(title, _TITLE)})")


def mark_of(case: Case, conflicts: Sequence[Conflict]) -> tuple[Mark, ...]:
    """Mark the numbers of a run whose fitted claims conflict; name the claims in words.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> mark_of(load_case(), [])
    ()
    >>> [mark.short for mark in mark_of(load_case(), [Conflict("rok-mnd-2024-02", "It does.")])]
    ['claims conflict']
    """
    if not conflicts:
        return ()
    claims = {claim.id: claim for claim in case.claim}
    # First those that are off most probably.
    ranked = sorted(conflicts, key=lambda conflict: (-(conflict.off or 0.0), conflict.left_out or 0.0))
    named = [stated(case, claims[conflict.claim]) for conflict in ranked[:_NAMED]]
    more = len(conflicts) - len(named)
    words = phrases.listing([*named, *([f"{phrases.counted(more, 'other claim')}"] if more else [])])
    verb = "contradicts the other claims" if len(conflicts) == 1 else "contradict each other"
    return (make_mark("conflict", "claims conflict", f"claims conflict: {words} {verb} or the assumptions"),)
