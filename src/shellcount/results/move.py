"""Measure the move of an estimate between two runs."""

from __future__ import annotations

import math

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.text import one_line
from shellcount.wording import rounding

MOST_ERRORS = 3.0  # a move of at most as many combined Monte Carlo standard errors may be chance


@frozen
class Move:
    """Move of an estimate that both sides have.

    Parameters
    ----------
    old, new
        Estimate on either side.
    """

    old: Estimate
    new: Estimate

    @property
    def name(self) -> str:
        """Name of the estimate."""
        return self.new.name

    @property
    def relative(self) -> float | None:
        """Move of the median as a share of the old median, or ``None`` if that is zero."""
        return self.new.p50 / self.old.p50 - 1 if self.old.p50 > 0 else None

    @property
    def error(self) -> float:
        """Combined Monte Carlo standard error of the two medians."""
        return math.hypot(self.old.mcse_p50, self.new.mcse_p50)

    @property
    def errors(self) -> float | None:
        """Move of the median in combined standard errors, or ``None`` if there is no error."""
        return (self.new.p50 - self.old.p50) / self.error if self.error > 0 else None

    @property
    def within_error(self) -> bool:
        """True if the move may be chance: at most three combined standard errors."""
        return abs(self.new.p50 - self.old.p50) <= MOST_ERRORS * self.error

    @property
    def not_quotable(self) -> str | None:
        """Reason why either side must not be quoted, or ``None``."""
        return self.old.not_quotable or self.new.not_quotable

    @property
    def words(self) -> tuple[str, str, str]:
        """Both medians, with more digits where they would look alike, and the move in per cent."""
        sides = (self.old, self.new)
        alone = [rounding.Range(side.p50, side.p50, side.p50, side.mcse_p50) for side in sides]
        old, new = (side.words()[0] for side in sides)
        for digits in (3, 4, 5):
            if old != new or self.within_error:
                break
            unit = max(rounding.rounding_unit(stated, digits=digits) for stated in alone)
            largest = max(side.p50 for side in sides)
            old, new = (rounding.amount(side.p50, unit, largest=largest) for side in sides)
        if self.relative is None:
            return old, new, "from zero"
        scale = 100 / self.old.p50
        move = 100 * self.relative
        return (
            old,
            new,
            signed(move, rounding.rounding_unit(rounding.Range(move, move, move, scale * self.error))),
        )

    def sentence(self, reasons: str = "") -> str:
        """Word how far the estimate moved.

        Parameters
        ----------
        reasons
            Reasons for a move that is not chance, as a clause.
        """
        old, new, per_cent = self.words
        caveat = "" if self.not_quotable is None else f" (Not converged: {one_line(self.not_quotable)}.)"
        if self.old.p50 == self.new.p50:
            return f"{self.name} did not move from {old}.{caveat}"
        if self.within_error and old == new:
            return f"{self.name} is {old} on both sides, within Monte Carlo error.{caveat}"
        if self.within_error:
            return f"{self.name} moved from {old} to {new}, which is within Monte Carlo error.{caveat}"
        verb = "rose" if self.new.p50 > self.old.p50 else "fell"
        why = f": {reasons}" if reasons else ""
        return f"{self.name} {verb} from {old} to {new} ({per_cent}){why}.{caveat}"

    @property
    def error_words(self) -> str:
        """Size of the move in combined standard errors, as a cell of a table."""
        if self.errors is None:
            return "none"
        size = abs(self.errors)
        return rounding.rounded(size, 1.0 if size >= 10 else 0.1)

    def document(self) -> dict[str, Json]:
        """Write the move as plain values."""
        sides = {"old": self.old, "new": self.new}
        numbers = ("p05", "p50", "p95", "mcse_p50")
        values: dict[str, Json] = {
            side: {name: getattr(estimate, name) for name in numbers} for side, estimate in sides.items()
        }
        return {
            **values,
            "unit": self.new.unit,
            "relative": self.relative,
            "errors": self.errors,
            "within_error": self.within_error,
            "not_quotable": self.not_quotable,
        }


def signed(per_cent: float, unit: float = 1.0) -> str:
    """Write a change in per cent with its sign.

    Examples
    --------
    >>> signed(12.3), signed(-0.04, 0.1), signed(0.0)
    ('+12%', '-0.04%', '0%')
    """
    sign = "+" if per_cent > 0 else "-" if per_cent < 0 else ""
    return f"{sign}{rounding.rounded(abs(per_cent), unit)}%"
