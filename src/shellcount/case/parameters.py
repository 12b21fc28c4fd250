"""List the free parameters of a case, from which names, priors, variables and settings are derived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from shellcount.case.assumptions import Assumption, Constant, Nature, Spread
from shellcount.case.flow import step_sd, step_start, steps_until
from shellcount.case.parts import WellFormed
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.priors import Z95, Kind, Prior
from shellcount.wording import phrases

type Path = tuple[str | int, ...]

MIX = "mix_score"


@frozen
class Parameter:
    """Free parameter: a standard normal coordinate, and the prior that it is transformed to.

    Parameters
    ----------
    name
        Name of its coordinate, which seeds its draws, and of its estimate.
    place
        Keys and indices in the case file of what its prior is made from.
    variable
        Name of the array in PyMC and ArviZ that holds it.
    dim, label
        Dimension of that array, and its place along it; ``None`` and empty for a scalar.
    kind
        Transform of its prior.
    assumption
        5% and 95% quantiles as stated; ``None`` where the prior is normal with mean 0.
    sd
        Standard deviation of such a normal prior.
    unit
        Unit of its estimate.
    nature
        For a share of the stows of a nature: that nature's id.
    """

    name: str
    place: Path
    variable: str
    dim: str | None = None
    label: str = ""
    kind: Kind = "normal"
    assumption: Assumption | None = None
    sd: float = 1.0
    unit: str = "share"
    nature: str | None = None

    @property
    def prior(self) -> Prior:
        """Prior on the parameter's own scale."""
        if self.assumption is not None:
            return self.assumption.prior(self.kind)
        return Prior("normal", -Z95 * self.sd, Z95 * self.sd)

    @property
    def path(self) -> str:
        """Place in the case file, as in messages: ``nature[0].stow[1].mass_kg``."""
        return written(self.place)


@frozen
class Fixed:
    """Number of the case that is taken as known: a constant, the spread of a prior, or a known value.

    Parameters
    ----------
    name
        Name by which a what-if change sets it.
    place
        Keys and indices in the case file.
    assumption
        The number, with its basis.
    kind
        Transform of the prior that a known value stands in place of.
    """

    name: str
    place: Path
    assumption: Constant | Spread | Assumption
    kind: Kind = "lognormal"


def written(place: Path) -> str:
    """Write a place in the case file as in messages.

    Examples
    --------
    >>> written(("nature", 0, "stow", 1, "mass_kg"))
    'nature[0].stow[1].mass_kg'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


# --- names -------------------------------------------------------------------------------


def share_name(scope: str) -> str:
    """Name the share of a scope in the one before it."""
    return f"{scope}_share"


def step_name(step: int) -> str:
    """Name the change of the log daily rate into a step, counted from the first."""
    return f"rate_step.{step:03d}"


def mix_name(nature: str) -> str:
    """Name the share of a nature in the mix."""
    return f"mix.{nature}"


def stow_name(nature: str, stow: str, measure: str) -> str:
    """Name a measure of a stow: ``mass_kg``, ``volume_m3`` or ``share``."""
    return f"{nature}.{stow}.{measure}"


def per_carrier_name(nature: str) -> str:
    """Name the items of a nature in a full carrier, where they are stated instead of stows."""
    return f"{nature}.per_carrier"


def trip_name(trip: str) -> str:
    """Name the carriers that a trip takes on average."""
    return f"{trip}.carriers_per_trip"


# --- the list ----------------------------------------------------------------------------


def parameters(case: Case) -> tuple[Parameter, ...]:
    """List the free parameters that have an estimate, in the order of the estimates.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [parameter.name for parameter in parameters(load_case())][:4]
    ['first_rate_per_day', 'munitions_share', 'artillery_share', 'load']
    """
    return tuple(entry for entry in entries(case) if isinstance(entry, Parameter))


def entries(case: Case) -> tuple[Parameter | Fixed, ...]:
    """List the free parameters and, each beside those it belongs to, constants and spreads."""
    return tuple(entries_of_parts(WellFormed.of(case)))


def entries_of_parts(parts: WellFormed) -> Iterator[Parameter | Fixed]:
    """List what :func:`entries` does, for those parts of a file that have the right shape."""
    yield from _shared(parts)
    for index, nature in parts.nature.items():
        if len(parts.nature) > 1:
            place = ("nature", index, "base_share")
            yield Parameter(mix_name(nature.id), place, MIX, "nature", nature.id)
        yield from _of_nature(nature, ("nature", index), _per_carrier(parts))


def _per_carrier(parts: WellFormed) -> str:
    about = parts.about
    return "items per carrier" if about is None else f"{about.item} per {phrases.singular(about.carrier)}"


def _shared(parts: WellFormed) -> Iterator[Parameter | Fixed]:
    priors, containers = parts.priors, parts.containers
    if priors is not None:
        carrier = parts.about.carrier if parts.about is not None else "containers"
        yield from _scalar(
            "first_rate_per_day", "lognormal", priors.first_rate_per_day, unit=f"{carrier} per day"
        )
        yield Fixed("rate_walk_sd", ("priors", "rate_walk_sd"), priors.rate_walk_sd)
    for index, scope in parts.scope.items():
        if scope.share is not None:
            yield from _scalar(share_name(scope.id), "logitnormal", scope.share, ("scope", index, "share"))
    if priors is not None:
        yield from _scalar("load", "logitnormal", priors.load)
    if containers is not None and containers.rated_payload_kg is not None:
        box: Path = ("containers", "rated_payload_kg")
        yield Fixed("rated_payload_kg", box, containers.rated_payload_kg)
    if priors is not None:
        yield from _scalar("payload_share", "logitnormal", priors.payload_share)
    if containers is not None and containers.cube_m3 is not None:
        yield Fixed("cube_m3", ("containers", "cube_m3"), containers.cube_m3)
    if priors is not None:
        yield from _scalar("stowage", "logitnormal", priors.stowage)
        yield Fixed("mix_spread", ("priors", "mix_spread"), priors.mix_spread)
    for index, trip in parts.trip.items():
        yield from _known(
            Parameter(
                trip_name(trip.id),
                ("trip", index, "carriers"),
                "carriers_per_trip",
                "trip",
                trip.id,
                "lognormal",
                trip.carriers,
                unit=f"{parts.about.carrier if parts.about is not None else 'carriers'} a trip",
            )
        )


def _scalar(
    name: str, kind: Kind, assumption: Assumption | None, place: Path | None = None, unit: str = "share"
) -> Iterator[Parameter | Fixed]:
    if assumption is not None:
        at = ("priors", name) if place is None else place
        yield from _known(Parameter(name, at, name, kind=kind, assumption=assumption, unit=unit))


def _known(parameter: Parameter) -> Iterator[Parameter | Fixed]:
    """Give a parameter, or the value that is taken as known in its place."""
    assumption = parameter.assumption
    if assumption is not None and assumption.value is not None:
        yield Fixed(parameter.name, parameter.place, assumption, parameter.kind)
    else:
        yield parameter


def _of_nature(nature: Nature, at: Path, words: str) -> Iterator[Parameter | Fixed]:
    if nature.per_carrier is not None:
        yield from _known(
            Parameter(
                per_carrier_name(nature.id),
                (*at, "per_carrier"),
                "per_carrier",
                "counted_nature",
                nature.id,
                "lognormal",
                nature.per_carrier,
                unit=words,
            )
        )
    if nature.stow_spread is not None:
        yield Fixed(f"{nature.id}.stow_spread", (*at, "stow_spread"), nature.stow_spread)
    for index, stow in enumerate(nature.stow):
        label, place = f"{nature.id}.{stow.id}", (*at, "stow", index)
        measures = (("mass_kg", "kg", stow.mass_kg), ("volume_m3", "m3", stow.volume_m3))
        for measure, unit, assumption in measures:
            name = stow_name(nature.id, stow.id, measure)
            yield from _known(
                Parameter(name, (*place, measure), measure, "stow", label, "lognormal", assumption, unit=unit)
            )
        if nature.stow_spread is not None:
            name, place = stow_name(nature.id, stow.id, "share"), (*place, "base_share")
            row = f"stow_score_{nature.id}", f"stow_of_{nature.id}", stow.id
            yield Parameter(name, place, *row, nature=nature.id)


def known_values(case: Case) -> dict[str, float]:
    """Map each parameter that is taken as known to its value."""
    return {
        entry.name: entry.assumption.value
        for entry in entries(case)
        if isinstance(entry, Fixed)
        and isinstance(entry.assumption, Assumption)
        and entry.assumption.value is not None
    }


def rate_steps(case: Case, until: float) -> tuple[Parameter, ...]:
    """List the changes of the log daily rate, up to a moment in days from the first shipment."""
    start, spread = case.containers.first_shipment, step_sd(case)
    return tuple(
        Parameter(
            step_name(step),
            ("priors", "rate_walk_sd"),
            "rate_step",
            "change",
            f"{start + dt.timedelta(days=step_start(case, step)):%Y-%m-%d}",
            sd=spread,
        )
        for step in range(1, steps_until(case, until))
        if spread > 0  # a walk that stands still has no steps
    )
