"""List the data and derived quantities of a model as named arrays, for PyMC and ArviZ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from shellcount.case.flow import Span, step_start, steps_until
from shellcount.case.hedges import hedge_error
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.model.rows import days_matrix
from shellcount.model.tables import Pair
from shellcount.model.variables import CLAIM, NO_UNIT, Labels, dated_spans, last_moment, period_spans
from shellcount.results.names import subjects
from shellcount.results.when import standard_dates


@frozen
class Data:
    """Numbers of the case that enter as data, which can be changed after the model is built.

    Parameters
    ----------
    name
        As in PyMC and ArviZ.
    dims
        Names of its dimensions.
    labels
        Labels along each dimension.
    values
        The numbers.
    units
        Unit of the numbers.
    long_name
        Name in words.
    """

    name: str
    dims: tuple[str, ...]
    labels: tuple[Labels, ...]
    values: Array
    units: str
    long_name: str


@frozen
class Derived:
    """Quantity that the parameters determine, as an array.

    Parameters
    ----------
    name
        As in PyMC and ArviZ.
    dims
        Names of its dimensions.
    labels
        Labels along each dimension.
    value
        Computes the array, its own dimensions first, from an evaluation, and from the data and those derived
        quantities that come before it by name.
    units
        Unit of its values.
    long_name
        Name in words.
    """

    name: str
    dims: tuple[str, ...]
    labels: tuple[Labels, ...]
    value: Callable[[Evaluation[Any], Mapping[str, Any]], Any]
    units: str
    long_name: str

    @property
    def size(self) -> int:
        """Number of its elements."""
        return int(np.prod([len(labels) for labels in self.labels]))


# --- times -------------------------------------------------------------------------------


def step_labels(model: Model) -> Labels:
    """Label each step of the flow by its first day."""
    start, count = model.case.containers.first_shipment, steps_until(model.case, last_moment(model))
    return tuple(
        (start + dt.timedelta(days=step_start(model.case, step))).isoformat() for step in range(count)
    )


def _period_label(case: Case, time: Span) -> str:
    """Label a time by its first and last day, as estimates do; where it ends within a day, by the moment."""
    start = dt.datetime.combine(case.containers.first_shipment, dt.time())
    first, end = (start + dt.timedelta(seconds=round(86_400 * day)) for day in (time.begin, time.end))
    if end.time() == dt.time():
        return f"{first.date()}..{end.date() - dt.timedelta(days=1)}"
    return f"{first.date()}..{end.isoformat()}"


def _days(model: Model, spans: Sequence[Span], steps: int) -> Array:
    days = days_matrix(model.case, spans)
    return np.pad(days, ((0, 0), (0, steps - days.shape[1])))


# --- data --------------------------------------------------------------------------------


def biased_pairs(model: Model) -> tuple[Pair, ...]:
    """List the claimants and kinds of quantity whose bias has a spread, among those of the fitted claims."""
    return tuple(pair for pair in model.design.rows.biases if model.bias_sd[pair[0]] > 0)


def data(model: Model) -> tuple[Data, ...]:
    """List the numbers of a model that enter as data.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [each.name for each in data(build_model(load_case()))][:3]
    ['days', 'bias_sd', 'stated']
    """
    steps, spans = step_labels(model), period_spans(model)
    dates = tuple(day.isoformat() for day in standard_dates(model.case))
    arrays = [
        Data(
            "days",
            ("date", "step"),
            (dates, steps),
            _days(model, dated_spans(model), len(steps)),
            "day",
            "days of each step before a date",
        )
    ]
    if spans:
        periods = tuple(_period_label(model.case, time) for time in spans)
        arrays.append(
            Data(
                "period_days",
                ("period", "step"),
                (periods, steps),
                _days(model, spans, len(steps)),
                "day",
                "days of each step in a period",
            )
        )
    pairs = biased_pairs(model)
    if pairs:
        sds = np.array([model.bias_sd[claimant] for claimant, _ in pairs])
        labels = tuple(f"{claimant}:{quantity}" for claimant, quantity in pairs)
        arrays.append(
            Data(
                "bias_sd",
                ("claimant_quantity",),
                (labels,),
                sds,
                NO_UNIT,
                "spread of a claimant's bias, in log units",
            )
        )
    return (*arrays, *_of_claims(model))


def _of_claims(model: Model) -> Iterator[Data]:
    claims = [fitted.claim for fitted in model.fitted]
    if not claims:
        return
    labels = (tuple(claim.id for claim in claims),)
    errors = [hedge_error(model.case, claim) for claim in claims]
    columns = {
        "stated": ([claim.stated for claim in claims], "unit of the claim", "stated value"),
        "hedge_sigma": (
            [sigma for sigma, _ in errors],
            NO_UNIT,
            "scale of the error of a hedge, in log units",
        ),
        "hedge_margin": (
            [margin for _, margin in errors],
            NO_UNIT,
            "one-sided margin of a hedge, in log units",
        ),
        "resolution": (
            [claim.resolution or 0.0 for claim in claims],
            "unit of the claim",
            "step to which a value is rounded",
        ),
    }
    for name, (values, units, words) in columns.items():
        yield Data(name, (CLAIM,), labels, np.array(values, dtype=float), units, words)
    robust = model.reporting[claims[0].id]
    yield Data(
        "outlier_share", (), (), np.array(robust.off_share), NO_UNIT, "prior chance that a claim is off"
    )
    yield Data(
        "outlier_scale",
        (),
        (),
        np.array(robust.off_scale),
        NO_UNIT,
        "scale of the log error of a claim that is off",
    )


# --- derived quantities ------------------------------------------------------------------


def derived_quantities(model: Model) -> tuple[Derived, ...]:
    """List what the parameters of a model determine, each after those that it is computed from.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> [derived.name for derived in derived_quantities(build_model(load_case()))][:4]
    ['rate', 'containers', 'stow_mix', 'mix']
    """
    return tuple(_derived(model))


def _derived(model: Model) -> Iterator[Derived]:
    case = model.case
    items, carriers = case.about.item, case.about.carrier
    steps, scopes = step_labels(model), subjects(case, "containers")
    days = tuple(day.isoformat() for day in standard_dates(case))
    yield Derived(
        "rate", ("step",), (steps,), lambda e, _: e.rates(len(steps)), f"{carriers} per day", "daily rate"
    )
    yield Derived(
        "containers",
        ("date", "scope"),
        (days, scopes),
        lambda e, of: e.by_scope(of["days"]),
        carriers,
        f"{carriers} {case.about.sent} before a date",
    )
    spans = period_spans(model)
    if spans:
        periods = tuple(_period_label(case, time) for time in spans)
        yield Derived(
            "period_containers",
            ("period", "scope"),
            (periods, scopes),
            lambda e, of: e.by_scope(of["period_days"]),
            carriers,
            f"{carriers} {case.about.sent} in a period",
        )
    yield from _of_cargo(case)
    scenarios, cargo = subjects(case, "rounds"), subjects(case, "capacity")
    held = np.array([cargo.index(_held(case, scenario)) for scenario in scenarios])

    def rounds(e: Evaluation[Any], of: Mapping[str, Any]) -> Any:  # noqa: ANN401
        loaded = of["containers"][:, -1] * e.parameter("load")
        return loaded[:, None] * of["capacity"][held][None]

    yield Derived(
        "rounds",
        ("date", "scenario"),
        (days, scenarios),
        rounds,
        items,
        f"{items} {case.about.sent} before a date",
    )
    pairs = biased_pairs(model)
    if pairs:
        yield _bias(model, pairs)


def _held(case: Case, scenario: str) -> str:
    """Name what the carriers of a scenario hold, as capacities do: a nature, where they hold one only."""
    mix = next(entry.mix for entry in case.scenario if entry.id == scenario) or {}
    return next((nature for nature, share in mix.items() if share >= 1), scenario)


def _of_cargo(case: Case) -> Iterator[Derived]:
    natures, cargo = tuple(nature.id for nature in case.nature), subjects(case, "capacity")
    stows = tuple(f"{nature.id}.{stow.id}" for nature in case.nature for stow in nature.stow)

    def stow_mix(e: Evaluation[Any], _: Mapping[str, Any]) -> Any:  # noqa: ANN401
        return e.stacked(
            [share for nature in case.nature if nature.stow for share in e.stow_mix(nature.id).values()]
        )

    def mix(e: Evaluation[Any], _: Mapping[str, Any]) -> Any:  # noqa: ANN401
        return e.stacked(list(e.mix().values()))

    def capacity(e: Evaluation[Any], _: Mapping[str, Any]) -> Any:  # noqa: ANN401
        return e.stacked([e.capacity(subject) for subject in cargo])

    if stows:
        yield Derived(
            "stow_mix", ("stow",), (stows,), stow_mix, NO_UNIT, "share of a nature that is packed so"
        )
    yield Derived(
        "mix", ("nature",), (natures,), mix, NO_UNIT, f"share of {case.about.carrier} that carry a nature"
    )
    yield Derived(
        "capacity",
        ("cargo",),
        (cargo,),
        capacity,
        f"{case.about.item} per carrier",
        "items in a full carrier",
    )


def _bias(model: Model, pairs: tuple[Pair, ...]) -> Derived:
    sds = np.array([model.bias_sd[claimant] for claimant, _ in pairs])

    def value(e: Evaluation[Any], of: Mapping[str, Any]) -> Any:  # noqa: ANN401
        found = e.biases(pairs)
        # Spreads are data: the formula's own scale is taken out, and that of the data put in.
        return found * (of["bias_sd"] / sds).reshape((-1, *(1 for _ in range(found.ndim - 1))))

    labels = tuple(f"{claimant}:{quantity}" for claimant, quantity in pairs)
    return Derived(
        "bias", ("claimant_quantity",), (labels,), value, NO_UNIT, "bias of a claimant, in log units"
    )
