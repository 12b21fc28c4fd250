"""Compute the model's quantities by formulae written once for any array namespace (numpy or pytensor).

An :class:`Evaluation` computes only what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shellcount.case.flow import Span, length, span
from shellcount.case.kinds import DAYS
from shellcount.case.parameters import trip_name
from shellcount.maths.arrays import NUMPY, Array, Vector
from shellcount.model.carriers import Carriers
from shellcount.model.contents import Contents
from shellcount.model.reports import Places
from shellcount.model.rows import Cargo, Rows, one_row
from shellcount.model.tables import NOWHERE, Pair
from shellcount.model.values import Inputs
from shellcount.results.claimed import quantity_of
from shellcount.results.given import ReadClaim
from shellcount.results.quantity import Quantity

type Term[T] = tuple[T, Places | None]

KEPT = 16  # dated quantities and capacities, where draws are many


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
        parts = [self.weighted(part) for part in self._model.tables.biases(tuple(pairs))]
        if not parts:
            return self._xp.broadcast_to(np.float64(0.0), (len(pairs), *self._shape))
        return sum(parts[1:], start=parts[0])

    def claimed(self, read: ReadClaim) -> T:
        """Compute the quantity of a claim, in the unit of its value: a capacity is that of its containers."""
        value = self.quantity(quantity_of(self._model.case, read))
        return value if read.claim.containers is None else read.claim.containers * value

    def location(self, read: ReadClaim) -> T:
        """Compute the location of a reading's report: log or logit of its quantity, plus bias."""
        return self.locations(one_row(self._model.case, read))[0]

    def locations(self, rows: Rows) -> T:
        """Compute the locations of reports, one component of a claim a row."""
        return self._added(rows, self.terms(rows))

    def fitted_locations(self, rows: Rows) -> T:
        """Compute the locations of the components of all fitted claims, once."""
        return self._once(("fitted",), lambda: self.locations(rows))

    def log_quantities(self, rows: Rows) -> T:
        """Compute the log of the quantity of each row, in the unit of its claim; of a share, the logit."""
        return self._added(rows, self._of_quantities(rows))

    def terms(self, rows: Rows) -> list[Term[T]]:
        """Compute tables whose entries add up, with the constants, to the locations of rows.

        Rows that share factors share an entry. Those that have none take the last, which is then 0.

        Returns
        -------
        list
            Tables, each with the place in it of each row; ``None`` where it has one entry a row.
        """
        return [*self._of_quantities(rows), self._with_none(self.biases(rows.biases), rows.bias_at)]

    def _of_quantities(self, rows: Rows) -> list[Term[T]]:
        tables: list[Term[T]] = []
        if rows.carriers.scopes:
            tables.append(self.carriers_of(rows))
        if rows.cargo.size:
            tables.append(self._with_none(self.log_cargo(rows.cargo), rows.cargo_at))
        return tables

    def _added(self, rows: Rows, terms: Sequence[Term[T]]) -> T:
        total = self._column(rows.constants)
        for table, at in terms:
            total = total + (table if at is None else table[at])
        located: T = total
        return located

    def carriers_of(self, rows: Rows) -> Term[T]:
        """Compute the log of carriers as a table, and each row's place in it."""
        return self._with_none(self.log_carriers(rows.carriers), rows.carrier_at)

    def _with_none(self, table: T, at: Places) -> Term[T]:
        """Add an entry of 0 to a table, where a row has none."""
        if (at == NOWHERE).any():
            table = self._xp.concatenate([table, self._xp.stack([self.full(0.0)])])
        return table, at

    def log_cargo(self, cargo: Cargo) -> T:
        """Compute the log of what each carrier of a kind stands for: its contents, as loaded, over trips."""
        total: T = self._xp.broadcast_to(np.float64(0.0), (cargo.size, *self._shape))
        if cargo.contents.size:
            total = total + self._taken(self.log_contents(cargo.contents), cargo.content_at)
        if cargo.loaded.any():
            total = total + self._column(cargo.loaded) * self.log_parameter("load")
        if cargo.trips:
            total = total - self._taken(self.logs(cargo.trips), cargo.trip_at)
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
