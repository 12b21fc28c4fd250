"""Thresholds: the statement that a quantity is at least, or at most, so much."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.case.schema import Case
from shellcount.results.names import Quantity, name_of


@dataclass(frozen=True, slots=True)
class Threshold:
    """A statement whose posterior probability can be asked for.

    Parameters
    ----------
    quantity
        What the statement is of.
    value
        The threshold, in the unit of the quantity.
    at_least
        Whether the quantity is at least, or else at most, the threshold.
    """

    quantity: Quantity
    value: float
    at_least: bool = True

    def name_in(self, case: Case) -> str:
        """Write the statement in the nouns of its case, as ``rounds.mixed@2024-06-14>=1500000``."""
        return f"{name_of(case, self.quantity)}{'>=' if self.at_least else '<='}{self.value:.12g}"
