"""Thresholds: the statement that a quantity is at least, or at most, so much."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.results.names import Quantity


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

    @property
    def name(self) -> str:
        """Written form, as ``rounds.mixed@2024-06-14>=1500000``."""
        return f"{self.quantity.name}{'>=' if self.at_least else '<='}{self.value:.12g}"
