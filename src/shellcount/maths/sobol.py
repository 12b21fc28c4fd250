r"""Generate scrambled Sobol points, as whole numbers that a table turns into normals.

The points are those of Sobol (1967) with the direction numbers of Joe and Kuo (2008), scrambled by random
lower triangular matrices and a digital shift (Matoušek 1998, *J. Complexity* 14:527): each single point is
uniform, and the first :math:`2^m` of a scrambling are spread as evenly as Sobol's are.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from shellcount.maths.arrays import Array
from shellcount.maths.directions import DIRECTIONS
from shellcount.maths.normal import normal_quantile

type Cells = NDArray[np.uint16]

BITS = 14  # of a coordinate
CELLS = 1 << BITS
EVEN = (
    1 + DIRECTIONS.count(";") + DIRECTIONS.strip().count("\n") + 1
)  # dimensions that have direction numbers
_LEADING_FIRST = np.arange(BITS - 1, -1, -1, dtype=np.uint16)


class Scramblings:
    r"""Independent scramblings of Sobol points, each coordinate of which is one of :data:`CELLS` cells.

    Parameters
    ----------
    rng
        Decides the scramblings.
    count
        Number of scramblings.
    dimension
        Number of coordinates. Those beyond :data:`EVEN` are plain random numbers.

    Examples
    --------
    One point in each sixteenth of every coordinate:

    >>> cells = Scramblings(np.random.default_rng(1), 1, 3).cells(0, 16)
    >>> [sorted(row.tolist()) == list(range(16)) for row in cells >> (BITS - 4)]
    [True, True, True]
    """

    def __init__(self, rng: np.random.Generator, count: int, dimension: int) -> None:
        self._even, self._dimension = min(dimension, EVEN), dimension
        self._vectors = _scrambled(rng, count, _generators(self._even))
        self._shifts = rng.integers(0, CELLS, (count, self._even), dtype=np.uint16)
        self._seeds = rng.integers(0, 1 << 63, count)

    def cells(self, scrambling: int, points: int) -> Cells:
        """Generate the first points of a scrambling, at most :data:`CELLS`; shape (coordinate, point)."""
        levels = (points - 1).bit_length()
        cells = np.empty((self._dimension, 1 << levels), dtype=np.uint16)
        even, rest = cells[: self._even], cells[self._even :]
        even[:, 0] = self._shifts[scrambling]
        for level in range(levels):
            half = 1 << level
            vector = self._vectors[scrambling, :, level, None]
            np.bitwise_xor(even[:, :half], vector, out=even[:, half : 2 * half])
        if len(rest):
            rng = np.random.Generator(np.random.SFC64(int(self._seeds[scrambling])))
            rest[:] = rng.integers(0, CELLS, rest.shape, dtype=np.uint16)
        return cells[:, :points]


def normal_table(offset: float) -> Array:
    r"""Tabulate the normal quantile at one place within each cell: :math:`\Phi^{-1}((i + u) / 2^{14})`.

    With a uniform offset :math:`u` the entry of a uniform cell is exactly standard normal.

    Examples
    --------
    >>> table = normal_table(0.5)
    >>> bool(np.allclose(table, -table[::-1]))
    True
    """
    edge = np.finfo(float).epsneg
    return normal_quantile(np.clip((np.arange(CELLS) + offset) / CELLS, edge, 1.0 - edge))


def _scrambled(rng: np.random.Generator, count: int, generators: Cells) -> Cells:
    """Transform generators by random lower triangular matrices over the field of two elements."""
    ones = np.uint16(1) << _LEADING_FIRST
    # Row i may use the digits before its own, which stand above it in the binary number.
    before = np.uint16(CELLS - 1) - (2 * ones - 1)
    rows = rng.integers(0, CELLS, (count, len(generators), BITS), dtype=np.uint16) & before | ones
    odd = np.bitwise_count(rows[:, :, None, :] & generators[None, :, :, None]) & 1
    digits = odd.astype(np.uint16) << _LEADING_FIRST
    scrambled: Cells = digits.sum(axis=-1, dtype=np.uint16)
    return scrambled


@functools.cache
def _generators(dimension: int) -> Cells:
    """Compute the generating numbers of each coordinate; shape (coordinate, BITS).

    Joe and Kuo's recurrence from a primitive polynomial of degree s over the field of two elements is
    :math:`v_j = a_1 v_{j-1} + ... + a_{s-1} v_{j-s+1} + v_{j-s} + v_{j-s} / 2^s`.
    """
    numbers = [[1 << (BITS - 1 - level) for level in range(BITS)]]
    for entry in DIRECTIONS.strip().replace("\n", ";").split(";")[: dimension - 1]:
        polynomial, *initial = map(int, entry.split())
        degree = len(initial)
        row = [number << (BITS - 1 - level) for level, number in enumerate(initial)]
        for level in range(degree, BITS):
            number = row[level - degree] ^ (row[level - degree] >> degree)
            for back in range(1, degree):
                number ^= row[level - back] * (polynomial >> (degree - back) & 1)
            row.append(number)
        numbers.append(row)
    return np.array(numbers[:dimension], dtype=np.uint16).reshape(dimension, BITS)
