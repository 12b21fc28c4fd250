"""Compute the model's quantities by formulae written once for any array namespace (numpy or pytensor).

An :class:`Evaluation` computes only what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from shellcount.case.assumptions import Nature, Scenario, Spread, Stow
from shellcount.case.flow import Span, length, span, step_sd
from shellcount.case.kinds import DAYS
from shellcount.case.parameters import (
    Parameter,
    bias_name,
    group_bias_name,
    mix_name,
    per_carrier_name,
    share_name,
    step_name,
    stow_name,
    trip_name,
)
from shellcount.case.schema import Case
from shellcount.maths.arrays import NUMPY, Array, Namespace, Tensor
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.maths.priors import Prior, composition
from shellcount.model.design import NOWHERE, Pair, Places, Rows, days_matrix, one_row
from shellcount.results.given import ReadClaim, quantity_of
from shellcount.results.quantity import Quantity

KEPT = 64  # dated quantities and capacities, where draws are many
_KG_PER_TONNE = 1000.0


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
    def known(self) -> Mapping[str, float]:
        """Values of the parameters that are taken as known, by name."""
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
    def correlations(self) -> Mapping[str, tuple[str, float]]:
        """Group and correlation of each claimant that is in one, by claimant."""
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

    def __init__(
        self,
        model: Inputs,
        coordinate: Callable[[str], T],
        shape: tuple[int, ...],
        xp: Namespace[T] = NUMPY,
        kept: int | None = None,
    ) -> None:
        self._model = model
        self._coordinate = coordinate
        self._shape = shape
        self._xp = xp
        self._kept = kept
        self._memo: dict[tuple[object, ...], T] = {}
        self._latest: dict[tuple[object, ...], T] = {}
        self._shares: dict[str | None, dict[str, T]] = {}
        self._rates: tuple[int, T] | None = None

    def __reduce__(self) -> tuple[Callable[..., Evaluation[Any]], tuple[object, ...]]:
        """Pickle and copy what the quantities are computed from; the copy computes its own."""
        if self._xp is not NUMPY:
            raise TypeError("an evaluation that builds expressions cannot be pickled")
        return _on_numpy, (self._model, self._coordinate, self._shape, self._kept)

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
        steps = 0 if self._rates is None else self._rates[0]
        return len(self._memo) + len(self._latest) + steps + shares

    def coordinate(self, name: str) -> T:
        """Return the standard normal value of a coordinate."""
        return self._once(("coordinate", name), lambda: self._coordinate(name))

    def vector(self, names: Sequence[str]) -> T:
        """Stack the values of coordinates along a new first axis."""
        return self._xp.stack([self._coordinate(name) for name in names])

    def full(self, value: float) -> T:
        """Make a value of the shape of all others."""
        return self._xp.broadcast_to(np.float64(value), self._shape)

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

    def parameter(self, name: str) -> T:
        """Compute a scalar parameter, or one share of a composition."""
        return self._once(("parameter", name), lambda: self._parameter(name))

    def _parameter(self, name: str) -> T:
        if name in self._model.known:
            return self.full(self._model.known[name])
        parameter = self._model.parameters[name]
        if parameter.assumption is None:
            return self._composition(parameter.nature)[parameter.label]
        return self.scalar(name)

    def scalar(self, name: str) -> T:
        """Compute a parameter whose prior is stated by quantiles from its coordinate."""
        return self._model.priors[name].from_normal(self.coordinate(name), self._xp)

    # --- bias ----------------------------------------------------------------------------

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
        """Weigh coordinates, one a row; a row without one is zero."""
        different = tuple(dict.fromkeys(name for name in names if name is not None))
        if not different:
            return self._column(np.zeros(len(names))) * self.full(0.0)
        places = {name: place for place, name in enumerate(different)}
        at = np.array([NOWHERE if name is None else places[name] for name in names], dtype=np.intp)
        return self._column(weights) * self._taken(self.vector(different), at)

    def _column(self, numbers: Array) -> Any:  # noqa: ANN401  # an operand of either namespace
        """Give one number a row, so that it acts on all values of the row."""
        return numbers.reshape((-1, *(1 for _ in self._shape)))

    def _taken(self, values: T, at: Places) -> T:
        """Take rows by their place; where there is none, zero."""
        if (at == NOWHERE).any():
            return self._xp.concatenate([values, self._xp.stack([self.full(0.0)])])[at]
        return values[at]

    # --- flow ----------------------------------------------------------------------------

    def rates(self, count: int) -> T:
        r"""Compute the daily rate in each of the first steps of the flow; one step a row.

        .. math:: \log r_k = \log r_0 + \tau \sum_{j \le k} z_j

        a random walk of the log rate, constant within a step.
        """
        if self._rates is None or self._rates[0] < count:
            self._rates = count, self.rate_steps(count)
        return self._rates[1][:count]

    def rate_steps(self, count: int) -> T:
        """Compute the rates of :meth:`rates` anew."""
        spread = step_sd(self._model.case)
        first = self._xp.stack([self._xp.log(self.parameter("first_rate_per_day"))])
        if count == 1:
            return self._xp.exp(first)
        if spread == 0:
            return self._xp.exp(first[np.zeros(count, dtype=np.intp)])
        changes = spread * self.vector([step_name(step) for step in range(1, count)])
        return self._xp.exp(self._xp.concatenate([first, first + self._xp.cumsum(changes, 0)]))

    def sent(self, days: Array) -> T:
        """Compute the carriers of the widest scope from the days of each time in each step; one time a row."""
        return self.weighed(days, self.rates(days.shape[1]))

    def weighed(self, days: Array, rates: T) -> Any:  # noqa: ANN401  # numpy here; see the model in PyMC
        """Sum the rates of each time, weighed by its days."""
        return np.einsum("ij,j...->i...", days, rates)

    def scope_share(self, scope: str) -> T | None:
        r"""Compute the share of a scope in the widest, :math:`\prod_j s_j`; ``None`` for the widest."""
        scopes = [entry.id for entry in self._model.case.scope]
        place = scopes.index(scope)
        if place == 0:
            return None
        wider, share = self.scope_share(scopes[place - 1]), self.parameter(share_name(scope))
        return share if wider is None else self._once(("scope", scope), lambda: wider * share)

    def containers(self, scope: str, time: Span) -> T:
        r"""Compute the carriers of a scope sent in a time, :math:`\prod_j s_j \sum_k d_k r_k`."""

        def compute() -> T:
            sent = self.sent(days_matrix(self._model.case, [time]))[0]
            share = self.scope_share(scope)
            return sent if share is None else sent * share

        return self._lately(("containers", scope, time), compute)

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
        if subject not in self._model.scenarios:
            return self._nature_capacity(self._nature(subject))
        shares = self._scenario_mix(subject)
        return mean_capacity(list(shares.values()), [self.capacity(name) for name in shares])

    def _scenario_mix(self, scenario: str) -> dict[str, T | float]:
        """Give the share of the containers that carry each nature in a scenario, without those that none do."""
        fixed = self._model.scenarios[scenario].mix
        mix = self.mix() if fixed is None else fixed
        # In the order of the natures, since the order of a sum decides its last digit. A share of exactly
        # zero asks for nothing: what it would depend on stays unneeded.
        named = ((nature.id, mix.get(nature.id, 0.0)) for nature in self._model.case.nature)
        return {name: share for name, share in named if not isinstance(share, float) or share > 0}

    def _nature_capacity(self, nature: Nature) -> T:
        if nature.per_carrier is not None:
            return self.parameter(per_carrier_name(nature.id))
        shares = self.stow_mix(nature.id)
        return mean_capacity(
            [shares[stow.id] for stow in nature.stow], [self._stow(nature, stow) for stow in nature.stow]
        )

    def _stow(self, nature: Nature, stow: Stow) -> T:
        """Compute the rounds of a nature in a full container packed one way."""
        box = self._model.case.containers
        payload, cube = box.rated_payload_kg, box.cube_m3
        return rounds_per_container(
            payload_kg=(payload.value if payload is not None else np.inf) * self.parameter("payload_share"),
            mass_kg=self.parameter(stow_name(nature.id, stow.id, "mass_kg")),
            usable_m3=(cube.value if cube is not None else np.inf) * self.parameter("stowage"),
            volume_m3=self.parameter(stow_name(nature.id, stow.id, "volume_m3")),
            xp=self._xp,
        )

    def gross_mass(self, scenario: str) -> T:
        r"""Compute the gross tonnes in a full container, averaged over a scenario's mix.

        .. math:: \sum_k s_k \sum_i w_{ki} c_{ki} m_{ki} / 1000

        over natures :math:`k` and stows :math:`i`.
        """

        def of_nature(name: str) -> T:
            nature, shares = self._nature(name), self.stow_mix(name)
            masses = [
                self._stow(nature, stow) * self.parameter(stow_name(name, stow.id, "mass_kg"))
                for stow in nature.stow
            ]
            return mean_capacity([shares[stow.id] for stow in nature.stow], masses)

        def compute() -> T:
            shares = self._scenario_mix(scenario)
            return mean_capacity(list(shares.values()), [of_nature(name) for name in shares]) / _KG_PER_TONNE

        return self._lately(("gross_mass", scenario), compute)

    def item_share(self, nature: str) -> T:
        """Compute the share of the items that are of a nature, in the case's first scenario."""
        scenario = self._model.case.scenario[0].id
        share = self._scenario_mix(scenario)[nature]
        return share * self.capacity(nature) / self.capacity(scenario)

    # --- rounds and claims ---------------------------------------------------------------

    def rounds(self, subject: str, time: Span) -> T:
        """Compute the rounds sent in a time: containers of the narrowest scope, as loaded, times capacity."""
        narrowest = self._model.case.scope[-1].id

        def compute() -> T:
            return self.containers(narrowest, time) * self.parameter("load") * self.capacity(subject)

        return self._lately(("rounds", subject, time), compute)

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
        total = self._column(rows.constants) + self._taken(self.log_contents(rows), rows.content_at)
        if rows.times:
            total = total + self.log_carriers(rows)
        if rows.loaded.any():
            total = total + self._column(rows.loaded) * self._xp.log(self.parameter("load"))
        if rows.trips:
            trips = self._xp.stack([self._xp.log(self.parameter(name)) for name in rows.trips])
            total = total - self._taken(trips, rows.trip_at)
        return total

    def log_carriers(self, rows: Rows) -> T:
        """Compute the log of the carriers of each row, 0 where it counts none."""
        shares = [self.scope_share(scope) for scope in rows.scopes]
        logs = [self.full(0.0) if share is None else self._xp.log(share) for share in shares]
        sent = self._xp.log(self.sent(rows.days))
        return self._taken(sent, rows.time_at) + self._taken(self._xp.stack(logs), rows.scope_at)

    def log_contents(self, rows: Rows) -> T:
        """Compute the log of what a carrier holds for each content of the rows; of a share, the logit."""
        if not rows.contents:
            return self._xp.stack([self.full(0.0)])
        return self._xp.stack([self._log_content(content) for content in rows.contents])

    def _log_content(self, content: Quantity) -> T:
        if content.kind == "capacity":
            return self._xp.log(self.capacity(content.subject))
        if content.kind == "gross_mass":
            return self._xp.log(self.gross_mass(content.subject))
        share = (
            self.item_share(content.subject)
            if content.kind == "item_share"
            else self.parameter(content.subject)
        )
        return self._xp.log(share) - self._xp.log(1.0 - share)


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
