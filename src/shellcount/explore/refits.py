"""Tell which settings the likelihood of the fitted claims depends on, so that a move of them needs a fit."""

from __future__ import annotations

from shellcount.case.inputs import LEXICON
from shellcount.case.parameters import share_name, trip_name
from shellcount.case.schema import Claim
from shellcount.results.given import COUNTED
from shellcount.results.results import Results

_FLOW = ("rate_walk_sd", "first_rate_per_day")
_OF_ALL = frozenset({"group", "flow", "robustness"})  # tables that the error of every claim depends on


class Refits:
    """Settings that need a fit when they move.

    A setting of which the results do not tell is taken to need one.

    Parameters
    ----------
    results
        Results of the case.

    Examples
    --------
    >>> import shellcount
    >>> refits = Refits(shellcount.analyse(shellcount.load_case()))
    >>> refits.needed("load"), refits.needed("munitions_share"), refits.needed("claim.ua-gur-2024")
    (False, True, False)
    """

    def __init__(self, results: Results) -> None:
        case = results.case
        self._fitted = {fitted.claim.id: fitted.claim for fitted in results.fitted}
        self._kept = {each.name for each in results.prior_comparisons if not each.informed}
        self._carriers = {
            *_FLOW,
            *(share_name(scope.id) for scope in case.scope),
            *(trip_name(trip.id) for trip in case.trip or ()),
        }
        self._contents = not all(map(_counts_carriers, self._fitted.values()))
        grades = {claimant.id: claimant.grade for claimant in case.claimant}
        claims = self._fitted.values()
        self._used: dict[str, set[str | None]] = {
            "claimant": {claim.claimant for claim in claims},
            "reliability": {grades[claim.claimant] for claim in claims},
            "hedges": {claim.hedge for claim in claims},
        }

    def needed(self, name: str) -> bool:
        """Tell whether a move of a setting needs a fit; where no claim is fitted, none does."""
        if not self._fitted:
            return False
        table, _, rest = name.partition(".")
        if table == "claim":
            return rest.partition(".")[0] in self._fitted
        if name == LEXICON or table in _OF_ALL:
            return True
        if table in self._used:
            return rest.partition(".")[0] in self._used[table]
        if name in self._kept:
            return False
        return name in self._carriers or self._contents


def _counts_carriers(claim: Claim) -> bool:
    """Tell whether a claim is about carriers alone, whatever they hold."""
    if claim.quantity in COUNTED or (claim.quantity == "rate" and claim.of == "containers"):
        return True
    return claim.quantity == "share" and claim.nature is None
