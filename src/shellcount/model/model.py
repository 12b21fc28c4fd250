"""The model: parameters, the quantities they determine, and the likelihood of the claims.

Every formula is written once, for any array namespace (numpy or pytensor), in
:class:`Evaluation`; an evaluation computes only what it is asked for.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from shellcount.case.dates import month_of, month_start
from shellcount.case.schema import Case, Scenario
from shellcount.maths.arrays import Array, Namespace, Tensor
from shellcount.maths.kernel import Kernel
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.maths.priors import Prior, composition
from shellcount.results.given import Conditioning, ReadClaim, fitted_claims, parse_given
from shellcount.results.names import Quantity


@dataclass(frozen=True)
class Model:
    """A case together with what it is conditioned on.

    Build one with :func:`build_model`. It holds no draws and nothing that changes.
    """

    case: Case
    given: Conditioning
    fitted: tuple[ReadClaim, ...]

    @functools.cached_property
    def priors(self) -> dict[str, Prior]:
        """The priors of scalar parameters by name."""
        case = self.case
        found = {
            "first_rate_per_day": case.priors.first_rate_per_day.prior("lognormal"),
            "load": case.priors.load.prior("logitnormal"),
            "payload_share": case.priors.payload_share.prior("logitnormal"),
            "stowage": case.priors.stowage.prior("logitnormal"),
        }
        for scope in case.scope:
            if scope.share is not None:
                found[f"{scope.id}_share"] = scope.share.prior("logitnormal")
        for nature in case.nature:
            for stow in nature.stow:
                found[f"{nature.id}.{stow.id}.mass_kg"] = stow.mass_kg.prior("lognormal")
                found[f"{nature.id}.{stow.id}.volume_m3"] = stow.volume_m3.prior("lognormal")
        return found

    @functools.cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios by id."""
        return {scenario.id: scenario for scenario in self.case.scenario}

    @functools.cached_property
    def bias_sd(self) -> dict[str, float]:
        """Standard deviation of each claimant's bias, by claimant."""
        spread = {grade: rule.value for grade, rule in self.case.reliability.items()}
        return {claimant.id: spread[claimant.grade] for claimant in self.case.claimant}

    @functools.cached_property
    def informed(self) -> tuple[str, ...]:
        """Names of the coordinates that the likelihood depends on, sorted.

        All other coordinates keep their prior and are independent of these, so that they need
        no sampler. Found by watching what the claims' locations ask for.
        """
        return coordinates_used(self, lambda evaluation: [evaluation.location(read) for read in self.fitted])

    @functools.cached_property
    def kernels(self) -> dict[str, Kernel]:
        """The reporting kernel of each claim, by claim."""
        found = {}
        for claim in self.case.claim:
            rule = self.case.hedges[claim.hedge]
            found[claim.id] = Kernel.of(
                sigma=rule.sigma,
                margin=rule.margin,
                value=claim.value,
                resolution=claim.resolution,
            )
        return found

    def log_likelihood(self, coordinates: Array, stated: Mapping[str, float] | None = None) -> Array:
        r"""Log likelihood of all fitted claims together.

        .. math:: \log L(z) = \sum_c \log f_c(\log y_c - \log Q_c(z) - b_c(z))

        with the reporting kernel :math:`f_c` of each claim (:class:`~shellcount.maths.kernel.Kernel`).

        Parameters
        ----------
        coordinates
            Standard normal coordinates, shape (coordinate, particle), in the order of
            :attr:`informed`.
        stated
            Values by claim, instead of those that the case has.

        Returns
        -------
        numpy.ndarray
            Shape (particle,), in nats.
        """
        rows = dict(zip(self.informed, coordinates, strict=True))
        evaluation = Evaluation(self, rows.__getitem__)
        total = np.zeros(coordinates.shape[1])
        for read in self.fitted:
            value = read.claim.value if stated is None else stated[read.claim.id]
            total += evaluation.log_density(read, value)
        return total


def coordinates_used(model: Model, ask: Callable[[Evaluation], object]) -> tuple[str, ...]:
    """Find the coordinates that an evaluation asks for, by watching it; their names, sorted."""
    names: set[str] = set()

    def watch(name: str) -> Array:
        names.add(name)
        return np.zeros(1)

    ask(Evaluation(model, watch))
    return tuple(sorted(names))


def build_model(case: Case, given: str | Conditioning = "counts") -> Model:
    """Put a case together with what to condition on; a pure function of the two.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` is not something that the case can be conditioned on.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [read.claim.value for read in build_model(load_case()).fitted]
    [6700.0, 10000.0, 10000.0, 1000.0]
    """
    conditioning = parse_given(case, given) if isinstance(given, str) else given
    return Model(case, conditioning, fitted_claims(case, conditioning))


class Evaluation:
    """The model's quantities at given coordinates, each computed once, when first asked for.

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

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> median = Evaluation(build_model(load_case()), lambda name: np.zeros(1))
    >>> round(float(median.parameter("load")[0]), 3)
    0.735
    """

    def __init__(
        self,
        model: Model,
        coordinate: Callable[[str], Tensor],
        xp: Namespace = np,
        scalar: Callable[[str], Tensor] | None = None,
    ) -> None:
        self._model = model
        self._coordinate = coordinate
        self._xp = xp
        self._scalar = scalar or self._from_coordinate
        self._memo: dict[tuple[object, ...], Tensor] = {}
        self._log_rates: list[Tensor] = []
        self._shipped: list[Tensor] = []

    def _once(self, key: tuple[object, ...], compute: Callable[[], Tensor]) -> Tensor:
        if key not in self._memo:
            self._memo[key] = compute()
        return self._memo[key]

    def coordinate(self, name: str) -> Tensor:
        """Standard normal value of a coordinate."""
        return self._once(("coordinate", name), lambda: self._coordinate(name))

    def quantity(self, quantity: Quantity) -> Tensor:
        """Value of a quantity, in its unit."""
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

    def parameter(self, name: str) -> Tensor:
        """Value of a scalar parameter, or of one share of a composition."""
        return self._once(("parameter", name), lambda: self._parameter(name))

    def _parameter(self, name: str) -> Tensor:
        if name in self._model.priors:
            return self._scalar(name)
        if name.startswith("mix.") and name.count(".") == 1:
            return self._mix()[name.removeprefix("mix.")]
        nature, stow, _ = name.split(".")
        return self._stow_shares(nature)[stow]

    def _from_coordinate(self, name: str) -> Tensor:
        return self._model.priors[name].from_normal(self.coordinate(name), self._xp)

    def bias(self, claimant: str, quantity: str) -> Tensor:
        """Log bias of a claimant on a kind of quantity, N(0, grade^2)."""
        return self._model.bias_sd[claimant] * self.coordinate(f"bias.{claimant}.{quantity}")

    # --- containers ----------------------------------------------------------------------

    def _log_rate(self, month: int) -> Tensor:
        """Log daily rate in a month: a random walk from the first month's."""
        priors = self._model.case.priors
        while len(self._log_rates) <= month:
            place = len(self._log_rates)
            if place == 0:
                log_rate = self._xp.log(self.parameter("first_rate_per_day"))
            else:
                step = self.coordinate(f"rate_step.{place:03d}")
                log_rate = self._log_rates[-1] + priors.rate_walk_sd.value * step
            self._log_rates.append(log_rate)
        return self._log_rates[month]

    def _shipped_before(self, month: int) -> Tensor:
        """Containers sent before a month began; for months from the second on."""
        start = self._model.case.containers.first_shipment
        while len(self._shipped) < month:
            place = len(self._shipped)
            days = (month_start(start, place + 1) - month_start(start, place)).days
            in_month = days * self._xp.exp(self._log_rate(place))
            self._shipped.append(self._shipped[-1] + in_month if self._shipped else in_month)
        return self._shipped[month - 1]

    def containers(self, scope: str, day: dt.date) -> Tensor:
        r"""Containers of a scope sent by a day, :math:`\prod_j s_j \int_0^t r(u)\,du`.

        The daily rate :math:`r` is constant within a calendar month, and its logarithm a
        random walk from month to month; each scope is a share :math:`s_j` of the one before.
        """

        def compute() -> Tensor:
            case = self._model.case
            place = [entry.id for entry in case.scope].index(scope)
            if place > 0:
                return self.containers(case.scope[place - 1].id, day) * self.parameter(f"{scope}_share")
            start = case.containers.first_shipment
            month = month_of(start, day)
            since = (day - month_start(start, month)).days
            if since == 0:
                return self._shipped_before(month)
            partial = since * self._xp.exp(self._log_rate(month))
            return partial if month == 0 else self._shipped_before(month) + partial

        return self._once(("containers", scope, day), compute)

    # --- capacity ------------------------------------------------------------------------

    def _stow_shares(self, nature_id: str) -> dict[str, Tensor]:
        def compute() -> Tensor:
            nature = next(n for n in self._model.case.nature if n.id == nature_id)
            if nature.stow_spread is None:
                return {nature.stow[0].id: 1.0}
            names = [f"{nature_id}.{stow.id}.share" for stow in nature.stow]
            shares = composition(
                [self.coordinate(name) for name in names],
                [stow.base_share for stow in nature.stow],
                nature.stow_spread.value,
                self._xp,
            )
            return {stow.id: share for stow, share in zip(nature.stow, shares, strict=True)}

        shares: dict[str, Tensor] = self._once(("stow", nature_id), compute)
        return shares

    def _mix(self) -> dict[str, Tensor]:
        def compute() -> Tensor:
            case = self._model.case
            if len(case.nature) == 1:
                return {case.nature[0].id: 1.0}
            shares = composition(
                [self.coordinate(f"mix.{nature.id}") for nature in case.nature],
                [nature.base_share for nature in case.nature],
                case.priors.mix_spread.value,
                self._xp,
            )
            return {nature.id: share for nature, share in zip(case.nature, shares, strict=True)}

        mix: dict[str, Tensor] = self._once(("mix",), compute)
        return mix

    def capacity(self, subject: str) -> Tensor:
        """Rounds that a full container holds: of a nature, or on average over a scenario's mix."""
        return self._once(("capacity", subject), lambda: self._capacity(subject))

    def _capacity(self, subject: str) -> Tensor:
        scenario = self._model.scenarios.get(subject)
        if scenario is None:
            return self._nature_capacity(subject)
        if scenario.mix is None:
            mix = self._mix()
        else:
            mix = {name: share for name, share in scenario.mix.items() if share > 0}
        return mean_capacity(list(mix.values()), [self.capacity(name) for name in mix])

    def _nature_capacity(self, nature_id: str) -> Tensor:
        box = self._model.case.containers
        nature = next(n for n in self._model.case.nature if n.id == nature_id)
        shares = self._stow_shares(nature_id)
        capacities = [
            rounds_per_container(
                payload_kg=box.rated_payload_kg.value * self.parameter("payload_share"),
                mass_kg=self.parameter(f"{nature_id}.{stow.id}.mass_kg"),
                usable_m3=box.cube_m3.value * self.parameter("stowage"),
                volume_m3=self.parameter(f"{nature_id}.{stow.id}.volume_m3"),
                xp=self._xp,
            )
            for stow in nature.stow
        ]
        return mean_capacity([shares[stow.id] for stow in nature.stow], capacities)

    # --- rounds and claims ---------------------------------------------------------------

    def rounds(self, subject: str, day: dt.date) -> Tensor:
        """Rounds sent by a day: containers of the narrowest scope, as loaded, times capacity."""
        narrowest = self._model.case.scope[-1].id

        def compute() -> Tensor:
            return self.containers(narrowest, day) * self.parameter("load") * self.capacity(subject)

        return self._once(("rounds", subject, day), compute)

    def claimed(self, read: ReadClaim) -> Tensor:
        """The quantity that a claim speaks of, in the unit of the claim's value.

        A capacity claim speaks of its own number of containers at full load; a claim of rounds
        that names no nature, and a comparator, of the case's first scenario.
        """
        claim = read.claim
        if claim.scope is not None:
            return self.containers(claim.scope, read.day)
        subject = read.nature or self._model.case.scenario[0].id
        if claim.containers is not None:
            return claim.containers * self.capacity(subject)
        return self.rounds(subject, read.day)

    def location(self, read: ReadClaim) -> Tensor:
        """Where a claim's log value would lie without noise: log quantity plus bias."""
        bias = self.bias(read.claim.claimant, read.claim.quantity)
        return self._xp.log(self.claimed(read)) + bias

    def report(self, read: ReadClaim, rng: np.random.Generator) -> Array:
        """Draw a report of the claim's quantity at each point; numpy coordinates only."""
        location = self.location(read)
        noise = self._model.kernels[read.claim.id].draw(np.shape(location), rng)
        report: Array = np.exp(location + noise)
        return report

    def error(self, read: ReadClaim, stated: float | None = None) -> Array:
        """Log of the stated value, or of another, less its location; numpy coordinates only."""
        value = read.claim.value if stated is None else stated
        error: Array = math.log(value) - self.location(read)
        return error

    def log_density(self, read: ReadClaim, stated: float | None = None) -> Array:
        """Log density of the stated log value, or of another; numpy coordinates only."""
        return self._model.kernels[read.claim.id].log_density(self.error(read, stated))
