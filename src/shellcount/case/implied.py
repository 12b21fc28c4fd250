"""List the units in which a prior can be compared with a figure that its basis cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shellcount.case.assumptions import Assumption
from shellcount.case.parameters import Path, entries_of_parts, written
from shellcount.case.parts import WellFormed
from shellcount.errors import Fault
from shellcount.text import shown

_OF_LOADS = ("net_tonnes", "gross_tonnes", "items")
# By the last key of the place of a prior.
UNITS: Mapping[str | int, tuple[str, ...]] = {
    "first_rate_per_day": ("per_day",),
    "share": ("per_day",),
    "load": _OF_LOADS,
    "payload_share": _OF_LOADS,
    "stowage": ("gross_tonnes", "items"),
    "mass_kg": ("items",),
    "volume_m3": ("items",),
    "per_carrier": ("items",),
}


def units_of(place: Path, parts: WellFormed) -> tuple[str, ...]:
    """List the units in which the prior at a place implies something in this case.

    Tonnes need stows: a nature that states its items per carrier has no mass.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> units_of(("priors", "load"), WellFormed.of(load_case()))
    ('net_tonnes', 'gross_tonnes', 'items')
    """
    units = UNITS.get(place[-1], ())
    box, priors = parts.containers, parts.priors  # ill-formed ones may well have what is needed
    if (box is not None and box.rated_payload_kg is None) or (
        priors is not None and priors.payload_share is None
    ):
        units = tuple(unit for unit in units if unit != "net_tonnes")
    if any(nature.per_carrier is not None for nature in parts.nature.values()):
        units = tuple(unit for unit in units if unit != "gross_tonnes")
    return units


def implied_faults(parts: WellFormed) -> Iterator[Fault]:
    """Find cited figures in units that their priors imply nothing in."""
    for entry in entries_of_parts(parts):
        stated = entry.assumption
        if not isinstance(stated, Assumption) or stated.implies is None:
            continue
        cited = stated.implies
        units = units_of(entry.place, parts)
        if cited.unit not in units:
            hint = f"it can be {' or '.join(units)}" if units else "leave implies out"
            at = f"{written(entry.place)}.implies.unit"
            yield Fault(at, "this prior implies nothing in this unit", shown(cited.unit), hint)
