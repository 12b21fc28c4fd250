"""Group the free parameters of a case into assumptions as readers know them, and name these in words."""

from __future__ import annotations

from collections.abc import Iterable

from shellcount.case.parameters import (
    MIX,
    Fixed,
    Parameter,
    entries,
    per_carrier_name,
    share_name,
    trip_name,
    written,
)
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.text import one_line
from shellcount.wording import phrases

_TITLE = 48  # characters of a noun or a title
_WALK = "rate_walk_sd"
_STEP = "rate_step."


@frozen
class Family:
    """Free parameters that are one assumption to a reader, such as all shares of a mix.

    Parameters
    ----------
    name
        Name of the parameter, or of what the parameters have in common.
    title
        Name in words, in the singular, which a sentence can put "the" before.
    paths
        Places in the case file.
    coordinates
        Names of the standard normal coordinates.
    """

    name: str
    title: str
    paths: tuple[str, ...]
    coordinates: tuple[str, ...]


def families(case: Case, names: Iterable[str]) -> tuple[Family, ...]:
    """Group free parameters by the assumption that they belong to, in the order of the case.

    The shares of the mix are one assumption, and so are the packing of all kinds, their masses, their
    volumes, and the changes of the rate from step to step.

    Parameters
    ----------
    case
        The case.
    names
        Names of free parameters, those of the steps of the rate included.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> names = ["mix.122mm-rocket", "mix.152mm-howitzer", "load", "rate_step.001"]
    >>> [family.title for family in families(load_case(), names)]
    ['change of the daily rate', 'load of a container', 'mix of rounds']
    """
    wanted = set(names)
    members: dict[str, list[str]] = {}
    paths: dict[str, dict[str, None]] = {}
    for entry in entries(case):
        steps = sorted(name for name in wanted if name.startswith(_STEP)) if entry.name == _WALK else []
        own = [entry.name] if isinstance(entry, Parameter) and entry.name in wanted else steps
        if own:
            family = _family(entry)
            members.setdefault(family, []).extend(own)
            paths.setdefault(family, {})[_path(entry)] = None
    return tuple(
        Family(name, title_of(case, name), tuple(paths[name]), tuple(coordinates))
        for name, coordinates in members.items()
    )


def family_of(case: Case, name: str) -> str:
    """Name the family of a parameter, be it free or taken as known.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> family_of(load_case(), "122mm-rocket.one-row.mass_kg"), family_of(load_case(), "load")
    ('masses', 'load')
    """
    return next((_family(entry) for entry in entries(case) if entry.name == name), name)


def varies(case: Case, family: str) -> bool:
    """Tell whether the parameters of a family have any spread: that of a mix or of a walk may be zero.

    Examples
    --------
    >>> from shellcount.case.changes import with_changes
    >>> from shellcount.case.reading import load_case
    >>> varies(load_case(), "mix"), varies(with_changes(load_case(), {"mix_spread": 0}), "mix")
    (True, False)
    """
    if family == "mix":
        return case.priors.mix_spread.value > 0
    if family == "packing":
        return any(nature.stow_spread is not None and nature.stow_spread.value > 0 for nature in case.nature)
    return family != _WALK or case.priors.rate_walk_sd.value > 0


def _family(entry: Parameter | Fixed) -> str:
    if isinstance(entry, Parameter) and entry.variable == MIX:
        return "mix"
    if isinstance(entry, Parameter) and entry.nature is not None:
        return "packing"
    return {"mass_kg": "masses", "volume_m3": "volumes"}.get(str(entry.place[-1]), entry.name)


def _path(entry: Parameter | Fixed) -> str:
    """Write the place in the case file of the basis of an assumption."""
    if isinstance(entry, Parameter) and entry.variable == MIX:
        return "priors.mix_spread"
    if isinstance(entry, Parameter) and entry.nature is not None:
        return f"nature[{entry.place[1]}].stow_spread"
    return written(entry.place)


def title_of(case: Case, family: str) -> str:
    """Name an assumption in words, which a sentence can put "the" before.

    Parameters
    ----------
    case
        The case.
    family
        Name of a parameter or of a family.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> title_of(load_case(), "artillery_share")
    'share of artillery among munitions containers'
    """
    item, carrier = one_line(case.about.item, _TITLE), one_line(case.about.carrier, _TITLE)
    one = phrases.singular(carrier)
    titles = {
        "first_rate_per_day": f"first daily rate of {carrier}",
        _WALK: "change of the daily rate",
        "load": f"load of a {one}",
        "payload_share": "share of the rated payload that is used",
        "stowage": "share of the volume that is filled",
        "mix": f"mix of {item}",
        "packing": f"packing of the {item}",
        "masses": f"mass of the {item}",
        "volumes": f"volume of the {item}",
    }
    titles |= {
        share_name(scope.id): f"share of {scope.id} among {wider.id} {carrier}"
        for wider, scope in zip(case.scope, case.scope[1:], strict=False)
    }
    titles |= {trip_name(trip.id): f"number of {carrier} a {trip.id}" for trip in case.trip or ()}
    several = len(case.nature) > 1
    titles |= {
        per_carrier_name(nature.id): f"number of {item} that a full {one} holds"
        + (f" ({one_line(nature.title, _TITLE)})" if several else "")
        for nature in case.nature
    }
    return titles.get(family, family)
