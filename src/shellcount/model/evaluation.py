"""Compute the model's quantities by formulae written once for any array namespace (numpy or pytensor).

An :class:`Evaluation` computes only what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shellcount.case.biases import bias_name, group_bias_name
from shellcount.case.flow import Span, length, span
from shellcount.case.kinds import DAYS
from shellcount.case.parameters import trip_name
from shellcount.maths.arrays import NUMPY, Array, Vector
from shellcount.model.carriers import Carriers
from shellcount.model.contents import Contents
from shellcount.model.design import NOWHERE, Pair, Rows, one_row
from shellcount.model.values import Inputs
from shellcount.results.claimed import quantity_of
from shellcount.results.given import ReadClaim
from shellcount.results.quantity import Quantity

KEPT = 64  # dated quantities and capacities, where draws are many


class Evaluation[T: Vector](Carriers[T], Contents[T]):
    """Quantities of a model at given coordinates, each computed once, when first asked for.

    Parameters
    ----------
    model
        The model.
    coordinate
        Gives the standard normal value of a coordinate by name: numpy arrays of one shape, or
        pytensor expressions.
    shape
        Shape of those values.
    xp
        The array namespace of those values.
    kept
        Number of dated quantities and of capacities to keep, the latest ones; others are computed again.
        By default all are kept. What many quantities share always is.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> median = Evaluation(build_model(load_case()), lambda name: np.zeros(1), (1,))
    >>> round(float(median.parameter("load")[0]), 3)
    0.735
    """

    def __reduce__(self) -> tuple[Callable[..., Evaluation[Any]], tuple[object, ...]]:
        """Pickle and copy what the quantities are computed from; the copy computes its own."""
        if self._xp is not NUMPY:
            raise TypeError("an evaluation that builds expressions cannot be pickled")
        return _on_numpy, (self._model, self._coordinate, self._shape, self._kept)

    def quantity(self, quantity: Quantity) -> T:
        """Compute a quantity, in its unit."""
        case, subject, day = self._model.case, quantity.subject, quantity.day
        if quantity.kind == "capacity":
            return self.capacity(subject)
        if quantity.kind == "shipped":
            return self.capacity(subject) * self.parameter("load")
        if quantity.kind == "item_share":
            return self.item_share(subject)
        if day is None:
            return self.parameter(subject)
        time = span(case, quantity.since, day)
        total = self._sent(quantity, time)
        if quantity.per is None:
            return total
        return total / (length(case, quantity.since, day) / DAYS[quantity.per])

    def _sent(self, quantity: Quantity, time: Span) -> T:
        """Compute what was sent in a time, of a dated quantity."""
        subject, narrowest = quantity.subject, self._model.case.scope[-1].id
        if quantity.kind == "containers":
            return self.containers(subject, time)
        if quantity.kind == "rounds":
            return self.rounds(subject, time)
        if quantity.kind == "gross_mass":
            return self.containers(narrowest, time) * self.parameter("load") * self.gross_mass(subject)
        scope, _, trip = subject.partition(".")
        return self.containers(scope, time) / self.parameter(trip_name(trip))

    def rounds(self, subject: str, time: Span) -> T:
        """Compute the rounds sent in a time: containers of the narrowest scope, as loaded, times capacity."""
        narrowest = self._model.case.scope[-1].id

        def compute() -> T:
            return self.containers(narrowest, time) * self.parameter("load") * self.capacity(subject)

        return self._lately(("rounds", subject, time), compute)

    def biases(self, pairs: Sequence[Pair]) -> T:
        r"""Compute the biases of claimants on kinds of quantity, on the log scale; one a row.

        .. math:: b_{cq} = \sigma_c \left(\sqrt{\rho}\, g_q + \sqrt{1 - \rho}\, o_{cq}\right)

        with standard normal parts :math:`g` of the claimant's group and :math:`o` of its own.
        """
        model = self._model
        sds = np.array([model.bias_sd[claimant] for claimant, _ in pairs])
        rhos = np.array([model.correlations.get(claimant, ("", 0.0))[1] for claimant, _ in pairs])
        own = [bias_name(*pair) if sd > 0 else None for pair, sd in zip(pairs, sds, strict=True)]
        common = [
            group_bias_name(model.correlations[claimant][0], quantity) if rho > 0 and sd > 0 else None
            for (claimant, quantity), sd, rho in zip(pairs, sds, rhos, strict=True)
        ]
        return self._weighted(common, sds * np.sqrt(rhos)) + self._weighted(own, sds * np.sqrt(1 - rhos))

    def _weighted(self, names: Sequence[str | None], weights: Array) -> T:
        """Scale coordinates by weights, one a row; a row without one is zero."""
        different = tuple(dict.fromkeys(name for name in names if name is not None))
        if not different:
            nothing: T = self._column(np.zeros(len(names))) * self.full(0.0)
            return nothing
        places = {name: place for place, name in enumerate(different)}
        at = np.array([NOWHERE if name is None else places[name] for name in names], dtype=np.intp)
        weighed: T = self._column(weights) * self._taken(self.vector(different), at)
        return weighed

    def claimed(self, read: ReadClaim) -> T:
        """Compute the quantity of a claim, in the unit of its value: a capacity is that of its containers."""
        value = self.quantity(quantity_of(self._model.case, read))
        return value if read.claim.containers is None else read.claim.containers * value

    def location(self, read: ReadClaim) -> T:
        """Compute the location of a reading's report: log or logit of its quantity, plus bias."""
        return self.locations(one_row(self._model.case, read))[0]

    def locations(self, rows: Rows) -> T:
        """Compute the locations of reports, one component of a claim a row."""
        total = self.log_quantities(rows)
        return total + self._taken(self.biases(rows.biases), rows.bias_at)

    def fitted_locations(self, rows: Rows) -> T:
        """Compute the locations of the components of all fitted claims, once."""
        return self._once(("fitted",), lambda: self.locations(rows))

    def log_quantities(self, rows: Rows) -> T:
        """Compute the log of the quantity of each row, in the unit of its claim; of a share, the logit."""
        total: T = self._column(rows.constants) + self._taken(self.log_contents(rows), rows.content_at)
        if rows.times:
            total = total + self.log_carriers(rows)
        if rows.loaded.any():
            total = total + self._column(rows.loaded) * self._xp.log(self.parameter("load"))
        if rows.trips:
            trips = self._xp.stack([self._xp.log(self.parameter(name)) for name in rows.trips])
            total = total - self._taken(trips, rows.trip_at)
        return total


def coordinates_used(model: Inputs, ask: Callable[[Evaluation[Array]], object]) -> tuple[str, ...]:
    """Find the names of the coordinates that an evaluation asks for, by recording its requests; sorted."""
    names: set[str] = set()

    def watch(name: str) -> Array:
        names.add(name)
        return np.zeros(1)

    ask(Evaluation(model, watch, (1,)))
    return tuple(sorted(names))


def _on_numpy(
    model: Inputs, coordinate: Callable[[str], Any], shape: tuple[int, ...], kept: int | None
) -> Evaluation[Any]:
    return Evaluation(model, coordinate, shape, NUMPY, kept)
