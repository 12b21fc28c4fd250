"""Define statements that a quantity is at least, or at most, a threshold."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.case.schema import Case
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Threshold:
    """Statement that a quantity is at least, or at most, a threshold.

    Parameters
    ----------
    quantity
        Quantity of the statement.
    value
        Threshold, in the unit of the quantity.
    at_least
        Whether the statement is "at least" or "at most".
    """

    quantity: Quantity
    value: float
    at_least: bool = True

    def name_in(self, case: Case) -> str:
        """Write the statement in the nouns of its case, such as ``rounds.mixed@2024-06-14>=1500000``."""
        return f"{name_of(case, self.quantity)}{'>=' if self.at_least else '<='}{self.value:.12g}"
