"""Hold what a page needs to recompute the answer with other assumptions: sliders, draws, and a program."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import quantiles
from shellcount.maths.priors import Kind, link
from shellcount.maths.program import Program
from shellcount.results.estimate import Estimate

# Characters that stand for themselves in HTML and in JSON, and in no address; each is a level of a column.
LEVELS = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"&'/<>\\`")
_LEVEL_OF = np.full(256, -1, dtype=np.int16)
_LEVEL_OF[[ord(character) for character in LEVELS]] = np.arange(len(LEVELS))
_MOST_CHARACTERS, _MOST_OPERATIONS = 200_000, 5e6  # of draws, and of values; in a move of a slider


@frozen
class Grid:
    """Values that a slider can take, in order.

    Parameters
    ----------
    kind
        Transform to the scale of the program.
    values
        Values as a change of the case is written, with blanks between them.
    """

    kind: Kind
    values: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Values, as a change of the case is written."""
        return tuple(self.values.split())

    @property
    def numbers(self) -> tuple[float, ...]:
        """Values on the scale of the program."""
        return tuple(link(self.kind, float(text)) for text in self.texts)


@frozen
class Slider:
    """Number that can be moved.

    Parameters
    ----------
    setting
        Name of the setting that it changes.
    label
        Name of the number beside others of the setting, or of the driver.
    grid
        Place of its values among the grids.
    now
        Place of its present value in the grid.
    """

    setting: str
    label: str
    grid: int
    now: int


@frozen
class Movable:
    """Driver that can be moved without a fit, since no claim informs it.

    Parameters
    ----------
    name
        Name of the driver.
    sliders
        Its sliders. Two of the same setting are the 5% and the 95% quantile of a prior.
    """

    name: str
    sliders: tuple[Slider, ...]


@frozen
class WhatIf:
    """Some draws of the answer, and the program that recomputes it from them.

    Parameters
    ----------
    movables
        Drivers that can be moved. The values of all their sliders, in order, are the parameters of the
        program.
    grids
        Values of sliders.
    program
        Computes the answer of each draw.
    draws
        Number of draws.
    scales
        Of each column of the program the lowest value, and the step from level to level.
    levels
        All columns, one after the other: a character a draw, whose place in :data:`LEVELS` is its level.
    """

    movables: tuple[Movable, ...]
    grids: tuple[Grid, ...]
    program: Program
    draws: int
    scales: tuple[tuple[float, float], ...]
    levels: str

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """Sliders of all drivers, in order."""
        return tuple(slider for movable in self.movables for slider in movable.sliders)

    @property
    def now(self) -> tuple[int, ...]:
        """Places of the present values of all sliders."""
        return tuple(slider.now for slider in self.sliders)

    @property
    def columns(self) -> Array:
        """Columns of the program, shape (column, draw)."""
        places = _LEVEL_OF[np.frombuffer(self.levels.encode("latin-1"), dtype=np.uint8)]
        lowest, steps = np.array(self.scales).T[:, :, None]
        columns: Array = lowest + steps * places.reshape(len(self.scales), self.draws)
        return columns

    def values(self, places: Sequence[int]) -> Array:
        """Compute the answer of each draw.

        Parameters
        ----------
        places
            Places of the values of all sliders in their grids.

        Returns
        -------
        numpy.ndarray
            Shape (draw,).
        """
        grids = (self.grids[slider.grid].numbers for slider in self.sliders)
        numbers = [grid[place] for grid, place in zip(grids, places, strict=True)]
        return self.program.evaluate(numbers, self.columns)

    def moved(self, places: Sequence[int], answer: Estimate) -> Estimate:
        """Compute the answer with sliders moved: its quantiles, with errors in proportion to their spread.

        Parameters
        ----------
        places
            Places of the values of all sliders in their grids.
        answer
            Answer of the run.
        """
        p05, p25, p50, p75, p95 = quantiles(self.values(places)).tolist()
        wider = math.log(p95 / p05) / math.log(answer.p95 / answer.p05)
        return dataclasses.replace(
            answer,
            p05=p05,
            p25=p25,
            p50=p50,
            p75=p75,
            p95=p95,
            mcse_p05=answer.mcse_p05 * wider * p05 / answer.p05,
            mcse_p50=answer.mcse_p50 * wider * p50 / answer.p50,
            mcse_p95=answer.mcse_p95 * wider * p95 / answer.p95,
        )

    def changes(self, places: Sequence[int]) -> tuple[str, ...]:
        """Write the changes of the case that sliders stand for, as ``NAME=VALUE``.

        Parameters
        ----------
        places
            Places of the values of all sliders in their grids.
        """
        texts: dict[str, list[str]] = {}
        moved = set()
        for slider, place in zip(self.sliders, places, strict=True):
            texts.setdefault(slider.setting, []).append(self.grids[slider.grid].texts[place])
            if place != slider.now:
                moved.add(slider.setting)
        return tuple(f"{name}={':'.join(values)}" for name, values in texts.items() if name in moved)

    def document(self) -> dict[str, Json]:
        """Convert to plain values."""
        program = self.program
        movables: list[Json] = [
            {"name": each.name, "sliders": [dataclasses.asdict(slider) for slider in each.sliders]}
            for each in self.movables
        ]
        return {
            "movables": movables,
            "grids": [dataclasses.asdict(grid) for grid in self.grids],
            "program": {
                "parameters": program.parameters,
                "columns": program.columns,
                "constants": [*program.constants],
                "steps": [[name, [*operands]] for name, operands in program.steps],
            },
            "draws": self.draws,
            "scales": [[*scale] for scale in self.scales],
            "levels": self.levels,
        }


def packed(columns: Array) -> tuple[tuple[tuple[float, float], ...], str]:
    """Write columns of numbers as levels, one character each.

    Parameters
    ----------
    columns
        Shape (column, draw).

    Returns
    -------
    tuple
        The scale of each column, and the levels of all.

    Examples
    --------
    >>> packed(np.array([[0.0, 1.0, 85.0]]))
    (((0.0, 1.0),), '!#~')
    """
    lowest, highest = columns.min(axis=1), columns.max(axis=1)
    steps = (highest - lowest) / (len(LEVELS) - 1)
    places = np.rint((columns - lowest[:, None]) / np.where(steps > 0, steps, 1.0)[:, None]).astype(int)
    characters = np.frombuffer(LEVELS.encode("ascii"), dtype=np.uint8)
    return tuple(zip(lowest.tolist(), steps.tolist(), strict=True)), characters[places].tobytes().decode(
        "ascii"
    )


def verify_what_if(what_if: WhatIf) -> None:
    """Verify that a what-if from a file can be computed, in bounded time.

    Raises
    ------
    ValueError
        When a part contradicts another, or it is too large.
    """
    program, sliders, size = what_if.program, what_if.sliders, len(what_if.levels)
    program.verify()
    if size > _MOST_CHARACTERS or len(program.steps) * what_if.draws > _MOST_OPERATIONS:
        raise ValueError("its what-if has too many draws")
    if sum(len(grid.values) for grid in what_if.grids) > _MOST_CHARACTERS:
        raise ValueError("a slider of its what-if has too many positions")
    if (program.parameters, program.columns) != (len(sliders), len(what_if.scales)):
        raise ValueError("the program of its what-if does not go with its sliders and columns")
    if what_if.draws < 1 or size != what_if.draws * program.columns or not set(what_if.levels) <= set(LEVELS):
        raise ValueError("its what-if does not have the draws that it says")
    if not all(0 <= slider.grid < len(what_if.grids) for slider in sliders):
        raise ValueError("a slider of its what-if has no values")
    counts = [len(what_if.grids[slider.grid].texts) for slider in sliders]
    if not all(0 <= slider.now < count for slider, count in zip(sliders, counts, strict=True)):
        raise ValueError("a slider of its what-if has no present value")
    with np.errstate(all="ignore"):
        values = what_if.values(what_if.now)
    if not (np.isfinite(values).all() and values.min() > 0):
        raise ValueError("its what-if gives no answer")
