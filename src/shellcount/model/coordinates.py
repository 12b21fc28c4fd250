"""Hold the values of coordinates as rows of one array, and find them by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shellcount.maths.arrays import Vector
from shellcount.model.reports import Places


class Layout:
    """Names of coordinates, in the order of their rows.

    Parameters
    ----------
    names
        The names.

    Examples
    --------
    >>> Layout(["load", "rate_step.001", "rate_step.002"]).rows(("rate_step.001", "rate_step.002"))
    slice(1, 3, None)
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._row = {name: row for row, name in enumerate(self.names)}
        self._found: dict[tuple[str, ...], slice | Places] = {}

    def row(self, name: str) -> int:
        """Find the row of a coordinate."""
        return self._row[name]

    def rows(self, names: tuple[str, ...]) -> slice | Places:
        """Find the rows of coordinates: a slice, which needs no copy, where they follow each other."""
        found = self._found.get(names)
        if found is None:
            at = np.array([self._row[name] for name in names], dtype=np.intp)
            follow = len(at) > 0 and bool((np.diff(at) == 1).all())
            found = self._found[names] = slice(int(at[0]), int(at[-1]) + 1) if follow else at
        return found


class Coordinates[T: Vector]:
    """Values of coordinates, one a row.

    Parameters
    ----------
    layout
        Their names.
    values
        Standard normal values, shape (coordinate, ...).
    """

    def __init__(self, layout: Layout, values: T) -> None:
        self._layout = layout
        self.values = values

    def __call__(self, name: str) -> T:
        """Give the values of a coordinate."""
        return self.values[self._layout.row(name)]

    def rows(self, names: tuple[str, ...]) -> T:
        """Give the values of some coordinates, one a row."""
        return self.values[self._layout.rows(names)]
