"""Hold what more weight of a prior or a claim does to an estimate: its power-scaling sensitivity."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from shellcount.frozen import frozen
from shellcount.maths.pareto import KHAT_LIMIT
from shellcount.results.move import MOST_ERRORS, signed
from shellcount.wording import rounding
from shellcount.wording.tables import Table

type PartKind = Literal["prior", "bias", "claim", "all"]
type Diagnosis = Literal["prior-data conflict", "weak likelihood"]

_MOST = 40  # parts in a table
_CAPTION = "per doubling of its weight, near the weight that it has"
_FINE = 0.003  # error of a move that is as good as none
_HEAD = ("weighed more", "sensitivity", "error", "moves it", "widens it", "diagnosis")


@frozen
class ScaledPart:
    """Estimate, as the power of a prior or of a claim grows, on the log scale.

    Parameters
    ----------
    name, title
        Name of the prior, ``claim.ID``, ``all priors`` or ``all claims``; and in words.
    kind
        What it is.
    distance, mcse_distance
        Sensitivity: cumulative Jensen-Shannon distance from the estimate as it is, per doubling of the power,
        near a power of 1; and its Monte Carlo standard error. From 0.05 on it is called sensitive.
    shift, mcse_shift
        Change of the mean of the log of the estimate per doubling, and its error.
    spread, mcse_spread
        Relative change of the standard deviation of that log per doubling, and its error.
    khat
        Largest Pareto shape of the weights: above 0.7 the sensitivity is unreliable.
    own, mcse_own, claims, mcse_claims
        Sensitivity of what an assumption is about to its prior, and to all claims, with their errors;
        ``None`` where no claim informs it.
    diagnosis
        ``prior-data conflict`` where both are sensitive, ``weak likelihood`` where the claims are not; none
        of the biases of claimants, of which claims tell little by their nature.
    """

    name: str
    title: str
    kind: PartKind
    distance: float
    mcse_distance: float
    shift: float
    mcse_shift: float
    spread: float
    mcse_spread: float
    khat: float
    own: float | None = None
    mcse_own: float | None = None
    claims: float | None = None
    mcse_claims: float | None = None
    diagnosis: Diagnosis | None = None

    @property
    def reliable(self) -> bool:
        """True if its weights can be trusted."""
        return self.khat <= KHAT_LIMIT


def scaling_table(parts: Iterable[ScaledPart]) -> Table:
    """Tabulate parts, the most sensitive first; of many, those alone.

    Examples
    --------
    >>> part = ScaledPart("load", "load", "prior", 0.1234, 0.001, -0.012, 0.001, -0.04, 0.001, 0.1)
    >>> scaling_table([part]).rows
    (('load', '0.123', '0.001', '-1.0%', '-4.0%'),)
    """
    ordered = sorted(parts, key=lambda each: -each.distance)
    rows = tuple(
        (
            each.name,
            f"{each.distance:.3f}" if each.reliable else "unreliable",
            f"{each.mcse_distance:.3f}",
            per_cent(each.shift, each.mcse_shift),
            per_cent(each.spread, each.mcse_spread),
            each.diagnosis or "",
        )
        for each in ordered[:_MOST]
    )
    some = f" ({_MOST} of {len(ordered):,})" if len(ordered) > _MOST else ""
    table = Table(f"{_CAPTION}{some}", _HEAD, rows, numeric=(1, 2, 3, 4))
    return table if any(each.diagnosis for each in ordered) else table.without(_HEAD[-1])


def per_cent(move: float, error: float) -> str:
    """Write the logarithm of a ratio as a change in per cent, to the digit that its error allows.

    Parameters
    ----------
    move, error
        The logarithm, and its Monte Carlo standard error.

    Examples
    --------
    >>> per_cent(0.2, 0.001), per_cent(-0.00001, 0.001), per_cent(0.04, 0.02), per_cent(0.0, 0.0)
    ('+22%', '0%', 'within error', '0%')
    """
    if abs(move) <= MOST_ERRORS * error or move == 0:
        return "0%" if error < _FINE else "within error"
    change, error_of_change = 100 * math.expm1(move), 100 * math.exp(move) * error
    return signed(change, rounding.rounding_unit(rounding.Range(change, change, change, error_of_change)))
