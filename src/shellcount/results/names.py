"""Parse and write the names of estimates.

A quantity has one of the two roles ``rounds`` (what is counted) and ``containers`` (what carries
it), or another kind. Its name is written with the case's own noun for the role:
``rounds.mixed@2024-06-14`` in one case, ``tonnes.mixed@2023-07-15`` in another.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shellcount.case.dates import parse_date
from shellcount.case.parameters import parameters
from shellcount.case.schema import MAX_YEARS, Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.limits import require_within
from shellcount.text import slug
from shellcount.wording import phrases

type DatedKind = Literal["containers", "rounds"]
type QuantityKind = (
    DatedKind | Literal["capacity", "shipped", "parameter", "gross_mass", "trip_count", "item_share"]
)
type Per = Literal["day", "week", "month"]

_DATED: tuple[DatedKind, ...] = ("containers", "rounds")
_UNDATED: tuple[QuantityKind, ...] = ("capacity", "shipped")


@dataclass(frozen=True, slots=True)
class Quantity:
    """Quantity that the model gives a distribution to.

    Parameters
    ----------
    kind
        One of the roles ``containers`` and ``rounds``, sent up to a day; ``capacity`` at full load
        and ``shipped`` as loaded, in rounds per container; or a ``parameter``.
    subject
        A scope, a scenario, a nature or scenario, or the parameter's name.
    day
        The date for what was sent before it, or the last day of a period; ``None`` where time plays no part.
    since
        First day of the period; ``None`` for all that was sent before the date.
    per
        Unit of time of a mean rate over that time; ``None`` for a total.
    """

    kind: QuantityKind
    subject: str
    day: dt.date | None = None
    since: dt.date | None = None
    per: Per | None = None


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

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> quantity = Quantity("rounds", "mixed", dt.date(2023, 7, 15))
    >>> name_of(load_case("black-sea-grain-2022"), quantity)
    'tonnes.mixed@2023-07-15'
    """
    if quantity.kind == "parameter":
        return quantity.subject
    stem = f"{noun(case, quantity.kind)}.{quantity.subject}"
    return stem if quantity.day is None else f"{stem}@{quantity.day.isoformat()}"


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
    if kind == "rounds":
        return tuple(scenario.id for scenario in case.scenario)
    if kind in {"capacity", "shipped"}:
        open_mixes = (s.id for s in case.scenario if s.mix is None or max(s.mix.values()) < 1)
        return (*(nature.id for nature in case.nature), *open_mixes)
    return parameter_names(case)


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
    stem, at, date_text = name.partition("@")
    word, _, subject = stem.partition(".")
    word = unicodedata.normalize("NFKC", word)
    cargo = {nature.id for nature in case.nature} | {scenario.id for scenario in case.scenario}
    known = {"containers": set(subjects(case, "containers")), "rounds": cargo}
    for dated in _DATED:
        if word == noun(case, dated) and subject in known[dated]:
            if not at:
                raise UsageError(f"{stem} needs a date, as {stem}@{case.last_date.isoformat()}")
            return Quantity(dated, subject, check_date(case, parse_date(date_text)))
    for undated in _UNDATED:
        if word == undated and subject in cargo and not at:
            return Quantity(undated, subject)
    if name in parameter_names(case):
        return Quantity("parameter", name)
    names = tuple(name_of(case, quantity) for quantity in standard(case))
    for dated in _DATED:
        if word == dated and subject in known[dated]:  # the role, instead of the case's noun for it
            meant = f"{noun(case, dated)}.{subject}{at}{date_text}"
            raise UnknownNameError("estimate", name, names, meant=meant)
    raise UnknownNameError("estimate", name, names)


def check_date(case: Case, day: dt.date) -> dt.date:
    """Check that the flow is defined on a date, and return it.

    Raises
    ------
    UsageError
        When nothing had moved by that date, or it lies beyond the period of the model.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> check_date(load_case(), dt.date(2023, 1, 1))
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: 2023-01-01 is not after the first shipment (2023-09-01)
    """
    start = case.containers.first_shipment
    if day <= start:
        raise UsageError(f"{day.isoformat()} is not after the first shipment ({start.isoformat()})")
    if day.year - start.year > MAX_YEARS:
        raise UsageError(
            f"{day.isoformat()} is more than {MAX_YEARS} years after the first shipment ({start.isoformat()})"
        )
    return day


def standard_dates(case: Case) -> tuple[dt.date, ...]:
    """List the dates of the claims, in order."""
    return tuple(sorted({day for claim in case.claim for day in claim.dates}))


def standard(case: Case, days: Iterable[dt.date] | None = None) -> tuple[Quantity, ...]:
    """List the quantities that a case has estimates of by default.

    Parameters
    ----------
    case
        The case.
    days
        Dates for those that have one, instead of the dates of the claims.

    Raises
    ------
    LimitError
        When there are more than are allowed.
    UsageError
        For a date on which the flow is not defined.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> name_of(load_case(), standard(load_case())[0])
    'rounds.mixed@2023-10-13'
    """
    chosen = standard_dates(case) if days is None else sorted({check_date(case, day) for day in days})
    by_kind = {kind: subjects(case, kind) for kind in (*reversed(_DATED), *_UNDATED)}
    parameters = [Quantity("parameter", name) for name in parameter_names(case)]
    dates = {kind: len(chosen) if kind in _DATED else 1 for kind in by_kind}
    count = len(parameters) + sum(len(by_kind[kind]) * dates[kind] for kind in by_kind)
    whose = f"{len(case.scenario):,} scenarios, {len(case.scope):,} scopes and {len(chosen):,} dates"
    require_within("estimates", count, f"a case of {whose}")
    dated = [
        Quantity(kind, subject, day)
        for kind in reversed(_DATED)
        for subject in by_kind[kind]
        for day in chosen
    ]
    undated = [Quantity(kind, subject) for kind in _UNDATED for subject in by_kind[kind]]
    return (*dated, *undated, *parameters)


def answering(case: Case, days: Iterable[dt.date] = ()) -> Quantity:
    """Select the quantity that answers the case's question: all that was sent, in its first scenario.

    Parameters
    ----------
    case
        The case.
    days
        Dates that were asked for, of which the latest is taken instead of the last date of a claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> answering(load_case()).subject
    'mixed'
    """
    return Quantity("rounds", case.scenario[0].id, max(days, default=case.last_date))


def unit(case: Case, quantity: Quantity) -> str:
    """Determine the unit of a quantity.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> unit(load_case(), Quantity("capacity", "122mm-rocket"))
    'rounds per container'
    """
    item, carrier = case.about.item, case.about.carrier
    if quantity.kind == "containers":
        return carrier
    if quantity.kind == "rounds":
        return item
    if quantity.kind != "parameter":
        return f"{item} per {phrases.singular(carrier)}"
    return next(entry.unit for entry in parameters(case) if entry.name == quantity.subject)
