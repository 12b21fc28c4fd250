"""Parse and write the names of estimates.

A quantity has one of the two roles ``rounds`` (what is counted) and ``containers`` (what carries
it), or another kind. Its name is written with the case's own noun for the role:
``rounds.mixed@2024-06-14`` in one case, ``tonnes.mixed@2023-07-15`` in another.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from shellcount.case.parameters import parameters
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.results.quantity import DatedKind, Per, Quantity, QuantityKind
from shellcount.results.when import Period, When, check_when, parse_when, standard_dates
from shellcount.text import one_line, slug
from shellcount.wording import phrases

_ROLES: tuple[DatedKind, ...] = ("containers", "rounds")
_DATED: tuple[QuantityKind, ...] = (*_ROLES, "gross_mass", "trip_count")
_UNDATED: tuple[QuantityKind, ...] = ("capacity", "shipped", "item_share")
_PERS: tuple[Per, ...] = get_args(Per.__value__)


def noun(case: Case, kind: QuantityKind) -> str:
    """Return the word that the names of a kind begin with in a case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> grain = load_case("black-sea-grain-2022")
    >>> noun(grain, "rounds"), noun(grain, "containers"), noun(grain, "capacity")
    ('tonnes', 'ships', 'capacity')
    """
    nouns = {"rounds": case.about.item, "containers": case.about.carrier}
    return slug(nouns[kind]) if kind in nouns else kind


def name_of(case: Case, quantity: Quantity) -> str:
    """Write a quantity's name in the nouns of its case.

    A calendar month is written ``@2023-12``, every other period by its first and last day. A mean rate up to
    a date is one of the period that begins with the first shipment.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> grain = load_case("black-sea-grain-2022")
    >>> name_of(grain, Quantity("rounds", "mixed", dt.date(2023, 7, 15)))
    'tonnes.mixed@2023-07-15'
    >>> name_of(grain, Quantity("rounds", "mixed", dt.date(2022, 12, 31), dt.date(2022, 12, 1), "day"))
    'tonnes.mixed@2022-12/day'
    """
    if quantity.kind == "parameter":
        return quantity.subject
    stem = f"{noun(case, quantity.kind)}.{quantity.subject}"
    when = time_of(case, quantity)
    per = "" if quantity.per is None else f"/{quantity.per}"
    return stem if when is None else f"{stem}@{when}{per}"


def canonical(case: Case, name: str) -> str:
    """Write a name in its canonical form; one that the case does not have is returned unchanged.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> canonical(load_case(), "rounds.mixed@2023-10..2023-12/day")
    'rounds.mixed@2023-10-01..2023-12-31/day'
    """
    try:
        return name_of(case, parse_quantity(case, name))
    except (UnknownNameError, UsageError):
        return name


def time_of(case: Case, quantity: Quantity) -> When | None:
    """Give the date or the period of a quantity; ``None`` where time plays no part.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> str(time_of(case, Quantity("rounds", "mixed", dt.date(2024, 6, 14), per="day")))
    '2023-09-01..2024-06-13'
    """
    if quantity.day is None:
        return None
    if quantity.since is not None:
        return Period(quantity.since, quantity.day)
    if quantity.per is not None:
        return Period(case.containers.first_shipment, quantity.day - dt.timedelta(days=1))
    return quantity.day


def check_time(case: Case, quantity: Quantity) -> None:
    """Check that the flow is defined at the date or in the period of a quantity.

    Raises
    ------
    UsageError
        When nothing had moved by that date or in that period, or it lies beyond the period of the model.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> check_time(load_case(), Quantity("rounds", "mixed", dt.date(2024, 6, 14)))
    """
    when = time_of(case, quantity)
    if when is not None:
        check_when(case, when)


def translated(name: str, old: Case, new: Case) -> str:
    """Write an estimate's name in the nouns of another case, which may call the same thing differently.

    Raises
    ------
    UnknownNameError, UsageError
        When the old case has no such estimate.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> translated("rounds.mixed@2024-06-14", load_case(), load_case("black-sea-grain-2022"))
    'tonnes.mixed@2024-06-14'
    """
    return name_of(new, parse_quantity(old, name))


def subjects(case: Case, kind: QuantityKind) -> tuple[str, ...]:
    """List the subjects that a kind of quantity may have in a case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> subjects(load_case(), "containers")
    ('military', 'munitions', 'artillery')
    """
    if kind == "containers":
        return tuple(scope.id for scope in case.scope)
    if kind == "trip_count":
        return tuple(f"{scope.id}.{trip.id}" for scope in case.scope for trip in case.trip or ())
    if kind == "item_share":
        mix = case.scenario[0].mix
        carried = tuple(nature.id for nature in case.nature if mix is None or mix.get(nature.id, 0.0) > 0)
        return carried if len(carried) > 1 else ()
    if kind == "parameter":
        return parameter_names(case)
    return _cargoes(case, kind)


def _cargoes(case: Case, kind: QuantityKind) -> tuple[str, ...]:
    """List the natures and scenarios that a kind of quantity may have as its subject."""
    natures = tuple(nature.id for nature in case.nature)
    if kind in {"capacity", "shipped"}:
        open_mixes = (s.id for s in case.scenario if s.mix is None or max(s.mix.values()) < 1)
        return (*natures, *open_mixes)
    unpacked = {nature.id for nature in case.nature if nature.per_carrier is not None}
    chosen = []
    for scenario in case.scenario:
        mix = dict.fromkeys(natures, 1.0) if scenario.mix is None else scenario.mix
        if kind != "gross_mass" or not any(mix.get(nature, 0.0) > 0 for nature in unpacked):
            chosen.append(scenario.id)
    return tuple(chosen)


def parameter_names(case: Case) -> tuple[str, ...]:
    """List the scalar parameters that have an estimate: all but biases and monthly steps.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parameter_names(load_case())[:3]
    ('first_rate_per_day', 'munitions_share', 'artillery_share')
    """
    return tuple(parameter.name for parameter in parameters(case))


def parse_quantity(case: Case, name: str) -> Quantity:
    """Parse an estimate's name, which begins with the case's own noun.

    Besides the standard estimates, rounds and capacities of every nature and scenario have one.

    Raises
    ------
    UnknownNameError
        When the case knows no such estimate; close names are suggested, and for ``rounds`` or
        ``containers`` in a case of other nouns, the name with its noun.
    UsageError
        When a date is missing, malformed or impossible.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_quantity(load_case(), "rounds.mixed@2024-06-14").day
    datetime.date(2024, 6, 14)
    """
    stem, at, time = name.partition("@")
    word, _, subject = stem.partition(".")
    word = unicodedata.normalize("NFKC", word)
    for dated in _DATED:
        if word == noun(case, dated) and subject in _known(case, dated):
            return _dated(case, Quantity(dated, subject), stem, time if at else None)
    for undated in _UNDATED:
        if word == undated and subject in _known(case, undated) and not at:
            return Quantity(undated, subject)
    if name in parameter_names(case):
        return Quantity("parameter", name)
    names = tuple(name_of(case, quantity) for quantity in _examples(case))
    for dated in _ROLES:
        if word == dated and subject in _known(case, dated):  # the role, instead of the case's noun for it
            meant = f"{noun(case, dated)}.{subject}{at}{time}"
            raise UnknownNameError("estimate", name, names, meant=meant)
    raise UnknownNameError("estimate", name, names)


def _known(case: Case, kind: QuantityKind) -> tuple[str, ...]:
    """List the subjects that a name of a kind may have: of cargo, every nature and scenario."""
    if kind in {"rounds", "capacity", "shipped"}:
        return (*(nature.id for nature in case.nature), *(scenario.id for scenario in case.scenario))
    return subjects(case, kind)


def _dated(case: Case, undated: Quantity, stem: str, time: str | None) -> Quantity:
    """Give a quantity the date, or the period and unit of time, that follow in its name."""
    if time is None:
        raise UsageError(f"{stem} needs a date, as {stem}@{case.last_date.isoformat()}")
    text, slash, unit_of_time = time.partition("/")
    when = check_when(case, parse_when(text))
    per = next((each for each in _PERS if each == unit_of_time), None)
    if slash and per is None:
        raise UsageError(
            f"{one_line(unit_of_time, 40)!r} is not a unit of time; {suggestion(unit_of_time, _PERS)}"
        )
    if isinstance(when, Period):
        return replace(undated, day=when.as_of, since=when.since, per=per)
    if per is not None:
        since_the_first = name_of(case, replace(undated, day=when, per=per))
        raise UsageError(
            f"{stem}@{text} is a total up to a date, and a rate is of a period: write {since_the_first} "
            f"for the mean since the first shipment"
        )
    return replace(undated, day=when)


def _examples(case: Case) -> Iterator[Quantity]:
    """List quantities of every kind and subject, at the dates of the claims; their names are suggested."""
    kinds: tuple[QuantityKind, ...] = ("rounds", "containers", "gross_mass", "trip_count")
    for kind in kinds:
        for subject in subjects(case, kind):
            yield from (Quantity(kind, subject, day) for day in standard_dates(case))
    for kind in _UNDATED:
        yield from (Quantity(kind, subject) for subject in subjects(case, kind))
    yield from (Quantity("parameter", name) for name in parameter_names(case))


def unit(case: Case, quantity: Quantity) -> str:
    """Determine the unit of a quantity.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> unit(load_case(), Quantity("capacity", "122mm-rocket"))
    'rounds per container'
    """
    amount = _unit_of_amount(case, quantity)
    return amount if quantity.per is None else f"{amount} per {quantity.per}"


def _unit_of_amount(case: Case, quantity: Quantity) -> str:
    item, carrier = case.about.item, case.about.carrier
    if quantity.kind in {"capacity", "shipped"}:
        return f"{item} per {phrases.singular(carrier)}"
    if quantity.kind == "trip_count":
        return phrases.plural(quantity.subject.partition(".")[2].replace("-", " "))
    if quantity.kind == "parameter":
        # A claim may be of a share that is taken as known, which is no estimate.
        return next((entry.unit for entry in parameters(case) if entry.name == quantity.subject), "share")
    units = {"containers": carrier, "rounds": item, "gross_mass": "tonnes", "item_share": "share"}
    return units[quantity.kind]
