"""Choose draws of the answer, and record how it follows from the assumptions that a page can move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shellcount.case.families import Family, families
from shellcount.insight.moving import Sliders
from shellcount.maths.arrays import Array
from shellcount.maths.program import RECORDING, Program, Recorded, boxed, recorded
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.reports import Places
from shellcount.posterior.posterior import Posterior
from shellcount.results.drivers import Drivers
from shellcount.results.estimate import Estimate
from shellcount.results.quantity import Quantity
from shellcount.results.what_if import WhatIf, packed

_MOST = 4  # drivers that can be moved
_LEAST = 0.05  # share of the variance of each
# Bytes in a page of sliders and draws: with program, script and style it grows by less than 120 kB.
_ROOM = 103_000
_PER_SLIDER, _PER_POSITION = 450, 16
_FEWEST = 2_000  # draws, without which a driver is left out
_STARTS = 32  # places of the first draw that are tried


def what_if_of(posterior: Posterior, quantity: Quantity, drivers: Drivers | None) -> WhatIf | None:
    """Choose draws of an estimate, and write the program that recomputes it from them.

    Drivers that no claim informs can be moved: the largest, as many as leave room for enough draws. A change
    of them leaves the likelihood, and so all draws of the coordinates, as they are.

    Parameters
    ----------
    posterior
        The posterior.
    quantity
        Quantity of the estimate.
    drivers
        Drivers of the estimate; ``None`` for one that does not vary.

    Returns
    -------
    WhatIf or None
        ``None`` where no driver qualifies, or the estimate must not be quoted.

    Raises
    ------
    ConvergenceError
        When the estimate must not be quoted.
    """
    estimate = posterior.estimate_of(quantity)
    if drivers is None or estimate.not_quotable is not None:
        return None
    recording = _Recording(posterior, quantity)
    movable = recording.movable(drivers)
    for count in range(len(movable), 0, -1):
        sliders, _, columns = recording.recorded(movable[:count], np.arange(2))
        if (draws := (_ROOM - _size(sliders)) // len(columns)) >= _FEWEST:
            return recording.what_if(movable[:count], draws, estimate)
    return None


def _size(sliders: Sliders) -> int:
    """Count the bytes of sliders in a page, about."""
    positions = sum(len(grid.texts) for grid in sliders.grids)
    return _PER_SLIDER * sliders.count + _PER_POSITION * positions


class _Recording:
    """Recording of an estimate from some draws of a posterior."""

    def __init__(self, posterior: Posterior, quantity: Quantity) -> None:
        self._posterior = posterior
        self._quantity = quantity

    def movable(self, drivers: Drivers) -> list[Family]:
        """List the drivers that can be moved, the largest first, as families of coordinates."""
        model = self._posterior.model
        used = coordinates_used(model, lambda evaluation: evaluation.quantity(self._quantity))
        groups = {group.name: group for group in families(model.case, set(used) - set(model.informed))}
        large = [each.name for each in drivers.drivers if each.kind == "prior" and each.share >= _LEAST]
        sliders = Sliders(model.case, model.parameters)
        return [groups[name] for name in large[:_MOST] if sliders.add(groups[name])]

    def recorded(self, families: Sequence[Family], places: Places) -> tuple[Sliders, Program, Array]:
        """Record the estimate at some draws, with sliders for some drivers."""
        model, full = self._posterior.model, self._posterior.evaluation.coordinate
        sliders = Sliders(model.case, model.parameters)
        for family in families:
            sliders.add(family)

        def coordinate(name: str) -> Any:  # noqa: ANN401  # an array of objects
            z = Recorded(full(name).ravel()[places])
            return boxed(sliders.remapped(name, z))

        evaluation: Evaluation[Any] = Evaluation(model, coordinate, (1,), RECORDING)
        return sliders, *recorded(evaluation.quantity(self._quantity)[0], sliders.count)

    def what_if(self, families: Sequence[Family], draws: int, estimate: Estimate) -> WhatIf:
        """Choose draws that give the estimate as the run does, and pack them.

        They are evenly spaced in the order of the estimate, so that its quantiles are those of all draws.
        """
        order = np.argsort(self._posterior.draws_of(self._quantity), axis=None)
        draws = min(draws, len(order))
        spacing, words = len(order) / draws, estimate.words()
        for start in range(_STARTS):
            places = order[((np.arange(draws) + (start + 0.5) / _STARTS) * spacing).astype(int)]
            sliders, program, columns = self.recorded(families, places)
            found = WhatIf(tuple(sliders.movables), tuple(sliders.grids), program, draws, *packed(columns))
            if found.moved(found.now, estimate).words() == words:
                break
        return found
