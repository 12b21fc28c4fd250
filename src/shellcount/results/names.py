"""Parse and write the names of estimates.

A quantity has one of the two roles ``rounds`` (what is counted) and ``containers`` (what carries
it), or another kind. Its name is written with the case's own noun for the role:
``rounds.mixed@2024-06-14`` in one case, ``tonnes.mixed@2023-07-15`` in another.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import get_args

from shellcount.case.kinds import KINDS
from shellcount.case.parameters import parameters
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.limits import require_within
from shellcount.results.given import quantity_of, readings
from shellcount.results.quantity import DatedKind, Per, Quantity, QuantityKind
from shellcount.results.when import Period, When, check_date, check_when, parse_when
from shellcount.text import one_line, slug
from shellcount.wording import phrases

__all__ = ["DatedKind", "Per", "Quantity", "QuantityKind", "check_date"]

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
    cargo = (*(nature.id for nature in case.nature), *(scenario.id for scenario in case.scenario))
    known = {kind: subjects(case, kind) for kind in (*_DATED, *_UNDATED)}
    known |= dict.fromkeys(("rounds", "capacity", "shipped"), cargo)
    for dated in _DATED:
        if word == noun(case, dated) and subject in known[dated]:
            return _dated(case, Quantity(dated, subject), stem, time if at else None)
    for undated in _UNDATED:
        if word == undated and subject in known[undated] and not at:
            return Quantity(undated, subject)
    if name in parameter_names(case):
        return Quantity("parameter", name)
    names = tuple(name_of(case, quantity) for quantity in (*standard(case), *_further(case)))
    for dated in _ROLES:
        if word == dated and subject in known[dated]:  # the role, instead of the case's noun for it
            meant = f"{noun(case, dated)}.{subject}{at}{time}"
            raise UnknownNameError("estimate", name, names, meant=meant)
    raise UnknownNameError("estimate", name, names)


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


def _further(case: Case) -> Iterator[Quantity]:
    """List quantities that have a name, but no standard estimate."""
    day = case.last_date
    kinds: tuple[QuantityKind, ...] = ("gross_mass", "trip_count", "item_share")
    for kind in kinds:
        dated = kind in _DATED
        yield from (Quantity(kind, subject, day if dated else None) for subject in subjects(case, kind))


def standard_dates(case: Case) -> tuple[dt.date, ...]:
    """List the dates of the claims, and the last day of all, in order; claims of a period have no date."""
    dates = {day for claim in case.claim if claim.since is None for day in claim.dates}
    return tuple(sorted({*dates, case.last_date}))


def standard(case: Case, times: Iterable[When | str] | None = None) -> tuple[Quantity, ...]:
    """List the quantities that a case has estimates of by default.

    These are the rounds and containers sent by the date of each claim, what a container holds, the
    parameters, and all else that a claim states: amounts within a period, rates, tonnes, trips and shares.

    Parameters
    ----------
    case
        The case.
    times
        Dates, months and periods for those that have one, instead of the dates and periods of the claims.

    Raises
    ------
    LimitError
        When there are more than are allowed.
    UsageError
        For a date or a period in which the flow is not defined.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> name_of(load_case(), standard(load_case())[0])
    'rounds.mixed@2023-10-13'
    >>> name_of(load_case(), standard(load_case(), ["2023-12"])[0])
    'rounds.mixed@2023-12'
    """
    chosen = _distinct(case, standard_dates(case) if times is None else times)
    kinds: tuple[QuantityKind, ...] = (*reversed(_ROLES), "capacity", "shipped")
    by_kind = {kind: subjects(case, kind) for kind in kinds}
    parameters = [Quantity("parameter", name) for name in parameter_names(case)]
    claimed = _claimed(case) if times is None else ()
    dates = {kind: len(chosen) if kind in _ROLES else 1 for kind in by_kind}
    count = len(parameters) + len(claimed) + sum(len(by_kind[kind]) * dates[kind] for kind in by_kind)
    whose = f"{len(case.scenario):,} scenarios, {len(case.scope):,} scopes and {len(chosen):,} dates"
    require_within("estimates", count, f"a case of {whose}")
    dated = [
        Quantity(kind, subject, when)
        if isinstance(when, dt.date)
        else Quantity(kind, subject, when.as_of, when.since)
        for kind in reversed(_ROLES)
        for subject in by_kind[kind]
        for when in chosen
    ]
    undated = [Quantity(kind, subject) for kind in ("capacity", "shipped") for subject in by_kind[kind]]
    return tuple(dict.fromkeys((*dated, *claimed, *undated, *parameters)))


def _distinct(case: Case, times: Iterable[When | str]) -> list[When]:
    """Parse and check times, and order them by their last day: dates first."""
    parsed = (parse_when(time) if isinstance(time, str) else time for time in times)

    def order(when: When) -> tuple[dt.date, bool, dt.date]:
        return (when, False, when) if isinstance(when, dt.date) else (when.as_of, True, when.since)

    return sorted({check_when(case, when) for when in parsed}, key=order)


def _claimed(case: Case) -> tuple[Quantity, ...]:
    """List the quantities of claims other than totals by a date, each once."""
    quantities = [
        quantity_of(case, read)
        for claim in case.claim
        if KINDS[claim.quantity].known
        for read in readings(claim)
    ]
    return tuple(
        dict.fromkeys(
            each
            for each in quantities
            if each.since is not None
            or each.per is not None
            or each.kind in {"gross_mass", "trip_count", "item_share"}
        )
    )


def answering(case: Case) -> Quantity:
    """Select the quantity that answers the case's question: all that was sent, in its first scenario.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> answering(load_case()).subject
    'mixed'
    """
    return Quantity("rounds", case.scenario[0].id, case.last_date)


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
        return next(entry.unit for entry in parameters(case) if entry.name == quantity.subject)
    units = {"containers": carrier, "rounds": item, "gross_mass": "tonnes", "item_share": "share"}
    return units[quantity.kind]
