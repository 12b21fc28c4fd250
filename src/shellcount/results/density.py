"""Hold the density of an estimate as plain values, for figures."""

from __future__ import annotations

from shellcount.frozen import frozen


@frozen
class Density:
    """Posterior density of a quantity.

    Parameters
    ----------
    name, unit
        Name and unit of the estimate.
    points
        Amounts in that unit, ascending, and the density at each, per unit; none where the quantity has no
        spread or may be 0.

    Examples
    --------
    >>> Density("load", "share", ((0.5, 1.0), (0.7, 3.0))).highest
    3.0
    """

    name: str
    unit: str
    points: tuple[tuple[float, float], ...]

    @property
    def highest(self) -> float:
        """Highest density; 0 where there is none."""
        return max((height for _, height in self.points), default=0.0)
