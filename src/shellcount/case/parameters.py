"""List the free parameters of a case, from which names, priors, variables and settings are derived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shellcount.case.assumptions import Assumption, Constant, Nature, Spread
from shellcount.case.dates import month_of, month_start
from shellcount.case.parts import WellFormed
from shellcount.case.schema import Case
from shellcount.maths.priors import Z95, Kind, Prior

type Path = tuple[str | int, ...]

MIX = "mix_score"
BIAS = "bias"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Fixed:
    """Number of the case that is taken as known: a constant, or the spread of a prior.

    Parameters
    ----------
    name
        Name by which a what-if change sets it.
    place
        Keys and indices in the case file.
    assumption
        The number, with its basis.
    """

    name: str
    place: Path
    assumption: Constant | Spread


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


def step_name(month: int) -> str:
    """Name the step of the log daily rate into a month, counted from the first."""
    return f"rate_step.{month:03d}"


def mix_name(nature: str) -> str:
    """Name the share of a nature in the mix."""
    return f"mix.{nature}"


def stow_name(nature: str, stow: str, measure: str) -> str:
    """Name a measure of a stow: ``mass_kg``, ``volume_m3`` or ``share``."""
    return f"{nature}.{stow}.{measure}"


def bias_name(claimant: str, quantity: str) -> str:
    """Name the bias of a claimant on a kind of quantity."""
    return f"{BIAS}.{claimant}.{quantity}"


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
        yield from _of_nature(nature, ("nature", index))


def _shared(parts: WellFormed) -> Iterator[Parameter | Fixed]:
    priors, containers = parts.priors, parts.containers
    if priors is not None:
        rate = priors.first_rate_per_day
        carrier = parts.about.carrier if parts.about is not None else "containers"
        yield _scalar("first_rate_per_day", "lognormal", rate, unit=f"{carrier} per day")
        yield Fixed("rate_walk_sd", ("priors", "rate_walk_sd"), priors.rate_walk_sd)
    for index, scope in parts.scope.items():
        if scope.share is not None:
            name, place = share_name(scope.id), ("scope", index, "share")
            yield Parameter(name, place, name, kind="logitnormal", assumption=scope.share)
    if priors is not None:
        yield _scalar("load", "logitnormal", priors.load)
    if containers is not None:
        payload = containers.rated_payload_kg
        yield Fixed("rated_payload_kg", ("containers", "rated_payload_kg"), payload)
    if priors is not None:
        yield _scalar("payload_share", "logitnormal", priors.payload_share)
    if containers is not None:
        yield Fixed("cube_m3", ("containers", "cube_m3"), containers.cube_m3)
    if priors is not None:
        yield _scalar("stowage", "logitnormal", priors.stowage)
        yield Fixed("mix_spread", ("priors", "mix_spread"), priors.mix_spread)


def _scalar(name: str, kind: Kind, assumption: Assumption, unit: str = "share") -> Parameter:
    return Parameter(name, ("priors", name), name, kind=kind, assumption=assumption, unit=unit)


def _of_nature(nature: Nature, at: Path) -> Iterator[Parameter | Fixed]:
    if nature.stow_spread is not None:
        yield Fixed(f"{nature.id}.stow_spread", (*at, "stow_spread"), nature.stow_spread)
    for index, stow in enumerate(nature.stow):
        label, place = f"{nature.id}.{stow.id}", (*at, "stow", index)
        measures = (("mass_kg", "kg", stow.mass_kg), ("volume_m3", "m3", stow.volume_m3))
        for measure, unit, assumption in measures:
            name = stow_name(nature.id, stow.id, measure)
            yield Parameter(
                name, (*place, measure), measure, "stow", label, "lognormal", assumption, unit=unit
            )
        if nature.stow_spread is not None:
            name, place = stow_name(nature.id, stow.id, "share"), (*place, "base_share")
            row = f"stow_score.{nature.id}", f"stow_of.{nature.id}", stow.id
            yield Parameter(name, place, *row, nature=nature.id)


def rate_steps(case: Case) -> tuple[Parameter, ...]:
    """List the monthly steps of the log daily rate, up to the last date that a claim refers to."""
    start, spread = case.containers.first_shipment, case.priors.rate_walk_sd.value
    return tuple(
        Parameter(
            step_name(month),
            ("priors", "rate_walk_sd"),
            "rate_step",
            "month",
            f"{month_start(start, month):%Y-%m}",
            sd=spread,
        )
        for month in range(1, month_of(start, case.last_date) + 1)
        if spread > 0  # a walk that stands still has no steps
    )


def bias_spreads(case: Case) -> dict[str, float]:
    """Map each claimant to the standard deviation of its bias."""
    spread = {grade: rule.value for grade, rule in case.reliability.items()}
    return {claimant.id: spread[claimant.grade] for claimant in case.claimant}


def biases(case: Case, spoken: Iterable[tuple[str, str]]) -> tuple[Parameter, ...]:
    """List the biases of claimants on kinds of quantity, those without spread left out.

    Parameters
    ----------
    case
        The case.
    spoken
        Pairs of a claimant and a kind of quantity, which may come more than once.
    """
    spreads, grades = bias_spreads(case), {claimant.id: claimant.grade for claimant in case.claimant}
    return tuple(
        Parameter(
            bias_name(claimant, quantity),
            ("reliability", grades[claimant]),
            BIAS,
            "claimant",
            f"{claimant}.{quantity}",
            sd=spreads[claimant],
        )
        for claimant, quantity in dict.fromkeys(spoken)
        if spreads[claimant] > 0
    )
