"""Compute the model's quantities by formulae written once for any array namespace (numpy or pytensor).

An :class:`Evaluation` computes only what is asked of it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from shellcount.case.assumptions import Nature, Scenario, Spread, Stow
from shellcount.case.dates import month_of, month_start
from shellcount.case.parameters import Parameter, bias_name, mix_name, share_name, step_name, stow_name
from shellcount.case.schema import Case
from shellcount.maths.arrays import NUMPY, Array, Namespace, Tensor
from shellcount.maths.kernel import Kernel
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.maths.priors import Prior, composition
from shellcount.results.given import ReadClaim, quantity_of
from shellcount.results.names import Quantity

KEPT = 64  # dated quantities and capacities, where draws are many


class Inputs(Protocol):
    """Data that the formulae need; a :class:`~shellcount.model.model.Model` has it."""

    @property
    def case(self) -> Case:
        """The case."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters that have an estimate, by name."""
        ...

    @property
    def priors(self) -> Mapping[str, Prior]:
        """Priors of scalar parameters, by name."""
        ...

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Scenarios by id."""
        ...

    @property
    def bias_sd(self) -> Mapping[str, float]:
        """Standard deviation of each claimant's bias, by claimant."""
        ...

    @property
    def kernels(self) -> Mapping[str, Kernel]:
        """The reporting kernel of each claim, by claim."""
        ...


class Evaluation[T: Tensor]:
    """Quantities of a model at given coordinates, each computed once, when first asked for.

    Parameters
    ----------
    model
        The model.
    coordinate
        Gives the standard normal value of a coordinate by name: numpy arrays of one shape, or
        pytensor expressions.
    xp
        The array namespace of those values.
    scalar
        Gives scalar parameters on their own scale by name, where they are not to be computed from
        their coordinates.
    kept
        Number of dated quantities and of capacities to keep, the latest ones; others are computed again.
        By default all are kept. What many quantities share always is.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> median = Evaluation(build_model(load_case()), lambda name: np.zeros(1))
    >>> round(float(median.parameter("load")[0]), 3)
    0.735
    """

    def __init__(
        self,
        model: Inputs,
        coordinate: Callable[[str], T],
        xp: Namespace[T] = NUMPY,
        scalar: Callable[[str], T] | None = None,
        kept: int | None = None,
    ) -> None:
        self._model = model
        self._coordinate = coordinate
        self._xp = xp
        self._scalar = scalar
        self._kept = kept
        self._memo: dict[tuple[object, ...], T] = {}
        self._latest: dict[tuple[object, ...], T] = {}
        self._shares: dict[str | None, dict[str, T]] = {}
        # By month. Threads may compute the same entries at once, never one in the place of another.
        self._log_rates: dict[int, T] = {}
        self._shipped: dict[int, T] = {}

    def __reduce__(self) -> tuple[Callable[..., Evaluation[Any]], tuple[object, ...]]:
        """Pickle and copy what the quantities are computed from; the copy computes its own."""
        if self._xp is not NUMPY:
            raise TypeError("an evaluation that builds expressions cannot be pickled")
        return _on_numpy, (self._model, self._coordinate, self._scalar, self._kept)

    def _once(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        value = self._memo.get(key)
        if value is None:
            value = self._memo[key] = compute()
        return value

    def _lately(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        """Compute a value, unless it is among the latest ones."""
        if self._kept is None:
            return self._once(key, compute)
        value = self._latest.get(key)
        if value is None:
            value = compute()
            for oldest in list(self._latest)[: max(0, len(self._latest) + 1 - self._kept)]:
                self._latest.pop(oldest, None)
            self._latest[key] = value
        return value

    @property
    def held(self) -> int:
        """Number of arrays that are kept."""
        shares = sum(len(shares) for shares in self._shares.values())
        return len(self._memo) + len(self._latest) + len(self._log_rates) + len(self._shipped) + shares

    def coordinate(self, name: str) -> T:
        """Return the standard normal value of a coordinate."""
        return self._once(("coordinate", name), lambda: self._coordinate(name))

    def quantity(self, quantity: Quantity) -> T:
        """Compute a quantity, in its unit."""
        subject, day = quantity.subject, quantity.day
        if quantity.kind == "containers" and day is not None:
            return self.containers(subject, day)
        if quantity.kind == "rounds" and day is not None:
            return self.rounds(subject, day)
        if quantity.kind == "capacity":
            return self.capacity(subject)
        if quantity.kind == "shipped":
            return self.capacity(subject) * self.parameter("load")
        return self.parameter(subject)

    def parameter(self, name: str) -> T:
        """Compute a scalar parameter, or one share of a composition."""
        return self._once(("parameter", name), lambda: self._parameter(self._model.parameters[name]))

    def _parameter(self, parameter: Parameter) -> T:
        if parameter.assumption is not None:
            # A bound method kept as an attribute would be a cycle, and arrays would wait for its collection.
            return (self._scalar or self._from_coordinate)(parameter.name)
        return self._composition(parameter.nature)[parameter.label]

    def _from_coordinate(self, name: str) -> T:
        return self._model.priors[name].from_normal(self.coordinate(name), self._xp)

    def bias(self, claimant: str, quantity: str) -> T:
        """Compute the log bias of a claimant on a kind of quantity, N(0, grade^2)."""
        return self._model.bias_sd[claimant] * self.coordinate(bias_name(claimant, quantity))

    # --- containers ----------------------------------------------------------------------

    def _log_rate(self, month: int) -> T:
        """Compute the log daily rate in a month: a random walk from the first month's."""
        spread = self._model.case.priors.rate_walk_sd.value
        for place in _missing(self._log_rates, month):
            if place == 0:
                self._log_rates[0] = self._xp.log(self.parameter("first_rate_per_day"))
            else:
                step = self.coordinate(step_name(place))
                self._log_rates[place] = self._log_rates[place - 1] + spread * step
        return self._log_rates[month]

    def _shipped_before(self, month: int) -> T:
        """Compute the containers sent before a month began; for months from the second on."""
        start = self._model.case.containers.first_shipment
        for place in _missing(self._shipped, month - 1):
            days = (month_start(start, place + 1) - month_start(start, place)).days
            in_month = days * self._xp.exp(self._log_rate(place))
            self._shipped[place] = self._shipped[place - 1] + in_month if place else in_month
        return self._shipped[month - 1]

    def containers(self, scope: str, day: dt.date) -> T:
        r"""Compute the containers of a scope sent by a day, :math:`\prod_j s_j \int_0^t r(u)\,du`.

        The daily rate :math:`r` is constant within a calendar month, and its logarithm a
        random walk from month to month; each scope is a share :math:`s_j` of the one before.
        """

        def compute() -> T:
            case = self._model.case
            place = [entry.id for entry in case.scope].index(scope)
            if place > 0:
                return self.containers(case.scope[place - 1].id, day) * self.parameter(share_name(scope))
            start = case.containers.first_shipment
            month = month_of(start, day)
            since = (day - month_start(start, month)).days
            if since == 0:
                return self._shipped_before(month)
            partial = since * self._xp.exp(self._log_rate(month))
            return partial if month == 0 else self._shipped_before(month) + partial

        return self._lately(("containers", scope, day), compute)

    # --- capacity ------------------------------------------------------------------------

    def _composition(self, nature: str | None) -> dict[str, T]:
        """Compute the uncertain shares of a nature's stows, or without a nature those of the mix."""
        if nature not in self._shares:
            case = self._model.case
            parts: Sequence[Nature | Stow] = case.nature
            spread: Spread | None = case.priors.mix_spread
            names = [mix_name(part.id) for part in parts]
            if nature is not None:
                parts, spread = self._nature(nature).stow, self._nature(nature).stow_spread
                names = [stow_name(nature, part.id, "share") for part in parts]
            scores = [self.coordinate(name) for name in names]
            base = [part.base_share for part in parts]
            shares = composition(scores, base, spread.value if spread else 0.0, self._xp)
            self._shares[nature] = {part.id: share for part, share in zip(parts, shares, strict=True)}
        return self._shares[nature]

    def _nature(self, nature: str) -> Nature:
        return next(entry for entry in self._model.case.nature if entry.id == nature)

    def mix(self) -> Mapping[str, T | float]:
        """Compute the share of the containers that carry each nature, by nature."""
        natures = self._model.case.nature
        return {natures[0].id: 1.0} if len(natures) == 1 else self._composition(None)

    def stow_mix(self, nature: str) -> Mapping[str, T | float]:
        """Compute the share of a nature's containers packed each way, by stow."""
        entry = self._nature(nature)
        return {entry.stow[0].id: 1.0} if entry.stow_spread is None else self._composition(nature)

    def capacity(self, subject: str) -> T:
        """Compute the rounds that a full container holds: of a nature, or averaged over a scenario's mix."""
        return self._lately(("capacity", subject), lambda: self._capacity(subject))

    def _capacity(self, subject: str) -> T:
        scenario = self._model.scenarios.get(subject)
        if scenario is None:
            return self._nature_capacity(self._nature(subject))
        mix = self.mix() if scenario.mix is None else scenario.mix
        # In the order of the natures, since the order of a sum decides its last digit. A share of exactly
        # zero asks for nothing: what it would depend on stays unneeded.
        named = ((nature.id, mix.get(nature.id, 0.0)) for nature in self._model.case.nature)
        shares = {name: share for name, share in named if not isinstance(share, float) or share > 0}
        return mean_capacity(list(shares.values()), [self.capacity(name) for name in shares])

    def _nature_capacity(self, nature: Nature) -> T:
        box = self._model.case.containers
        shares = self.stow_mix(nature.id)
        capacities = [
            rounds_per_container(
                payload_kg=box.rated_payload_kg.value * self.parameter("payload_share"),
                mass_kg=self.parameter(stow_name(nature.id, stow.id, "mass_kg")),
                usable_m3=box.cube_m3.value * self.parameter("stowage"),
                volume_m3=self.parameter(stow_name(nature.id, stow.id, "volume_m3")),
                xp=self._xp,
            )
            for stow in nature.stow
        ]
        return mean_capacity([shares[stow.id] for stow in nature.stow], capacities)

    # --- rounds and claims ---------------------------------------------------------------

    def rounds(self, subject: str, day: dt.date) -> T:
        """Compute the rounds sent by a day: containers of the narrowest scope, as loaded, times capacity."""
        narrowest = self._model.case.scope[-1].id

        def compute() -> T:
            return self.containers(narrowest, day) * self.parameter("load") * self.capacity(subject)

        return self._lately(("rounds", subject, day), compute)

    def claimed(self, read: ReadClaim) -> T:
        """Compute the quantity of a claim, in the unit of its value: a capacity is that of its containers."""
        value = self.quantity(quantity_of(self._model.case, read))
        return value if read.claim.containers is None else read.claim.containers * value

    def location(self, read: ReadClaim) -> T:
        """Compute the location of a claim's log value without noise: log quantity plus bias."""
        bias = self.bias(read.claim.claimant, read.claim.quantity)
        return self._xp.log(self.claimed(read)) + bias

    def report(self: Evaluation[Array], read: ReadClaim, rng: np.random.Generator) -> Array:
        """Draw a report of the claim's quantity at each point."""
        location = self.location(read)
        noise = self._model.kernels[read.claim.id].draw(np.shape(location), rng)
        return np.exp(location + noise)

    def error(self: Evaluation[Array], read: ReadClaim, stated: float | None = None) -> Array:
        """Compute the log of the stated value, or of another, less its location."""
        value = read.claim.value if stated is None else stated
        return math.log(value) - self.location(read)

    def log_density(self: Evaluation[Array], read: ReadClaim, stated: float | None = None) -> Array:
        """Compute the log density of the stated log value, or of another."""
        return self._model.kernels[read.claim.id].log_density(self.error(read, stated))


def _missing[T](by_month: Mapping[int, T], month: int) -> range:
    """List the months up to one that are not yet computed."""
    first = month + 1
    while first > 0 and first - 1 not in by_month:
        first -= 1
    return range(first, month + 1)


def coordinates_used(model: Inputs, ask: Callable[[Evaluation[Array]], object]) -> tuple[str, ...]:
    """Find the names of the coordinates that an evaluation asks for, by recording its requests; sorted."""
    names: set[str] = set()

    def watch(name: str) -> Array:
        names.add(name)
        return np.zeros(1)

    ask(Evaluation(model, watch))
    return tuple(sorted(names))


def _on_numpy(
    model: Inputs,
    coordinate: Callable[[str], Any],
    scalar: Callable[[str], Any] | None,
    kept: int | None,
) -> Evaluation[Any]:
    return Evaluation(model, coordinate, NUMPY, scalar, kept)
