"""Describe quantities in words, for sentences, tables and figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from shellcount.case.schema import Case
from shellcount.results.names import time_of, unit
from shellcount.results.quantity import Quantity
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.times import when

_TITLE = 48  # characters of a noun, or of the title of a nature


def described(case: Case, quantity: Quantity) -> str:
    """Describe a quantity without its amount.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> described(case, parse_quantity(case, "containers.munitions@2024-06-14"))
    'containers (munitions) sent by 14 June 2024'
    >>> described(case, parse_quantity(case, "rounds.mixed@2023-12/day"))
    'rounds sent a day on average in December 2023'
    """
    if quantity.kind == "parameter":
        return quantity.subject
    item, carrier = one_line(case.about.item, _TITLE), one_line(case.about.carrier, _TITLE)
    subject = quantity.subject.partition(".")[0]
    cargo = "" if subject == case.scenario[0].id else f" ({subject})"
    if quantity.kind == "item_share":
        titles = {nature.id: nature.title for nature in case.nature}
        return f"share of {one_line(titles[subject], _TITLE)} among the {item}"
    if quantity.kind in {"capacity", "shipped"}:
        does = "a full {} holds" if quantity.kind == "capacity" else "a {} carries on average"
        return f"{item} that {does.format(phrases.singular(carrier))}{cargo}"
    what = {
        "containers": f"{carrier} ({subject})",
        "rounds": f"{item}{cargo}",
        "gross_mass": f"tonnes of cargo{cargo}",
        "trip_count": f"{unit(case, replace(quantity, per=None))} ({subject})",
    }[quantity.kind]
    done = "made" if quantity.kind == "trip_count" else case.about.sent
    return f"{what} {done} {timed(case, quantity)}"


def amounting(case: Case, quantity: Quantity, amount: str) -> str:
    """Describe a quantity of a given amount, as a noun phrase.

    Parameters
    ----------
    case, quantity
        Case, and one of its quantities.
    amount
        Amount in words, without its unit, such as "at least 3 million".

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> amounting(case, parse_quantity(case, "containers.munitions@2024-06-14"), "about 16,000")
    'about 16,000 containers (munitions) sent by 14 June 2024'
    >>> amounting(case, parse_quantity(case, "capacity.122mm-rocket"), "100")
    '100 rounds in a full container (122mm-rocket)'
    >>> amounting(case, parse_quantity(case, "load"), "88%")
    'a load of 88%'
    """
    measure = unit(case, quantity)
    if measure == "share" or quantity.kind == "parameter":
        return f"a {described(case, quantity)} of {amount}{'' if measure == 'share' else f' {measure}'}"
    if quantity.kind in {"capacity", "shipped"}:
        item, carrier = (
            one_line(case.about.item, _TITLE),
            phrases.singular(one_line(case.about.carrier, _TITLE)),
        )
        where = f"a full {carrier}" if quantity.kind == "capacity" else f"a {carrier} on average"
        cargo = "" if quantity.subject == case.scenario[0].id else f" ({quantity.subject})"
        return f"{amount} {item} in {where}{cargo}"
    return f"{amount} {described(case, quantity)}"


def timed(case: Case, quantity: Quantity, *, per: bool = True) -> str:
    """Write the date or the period of a quantity, and the unit of time of a mean rate.

    Parameters
    ----------
    case
        Case of the quantity.
    quantity
        Quantity; one that time plays no part in gives no text.
    per
        Whether to name the unit of time of a rate; otherwise only "on average", for a sentence whose figure
        has it in its unit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> timed(case, parse_quantity(case, "rounds.mixed@2024-06-14"))
    'by 14 June 2024'
    >>> timed(case, parse_quantity(case, "rounds.mixed@2023-12/day"), per=False)
    'on average in December 2023'
    """
    time = time_of(case, quantity)
    if time is None:
        return ""
    if isinstance(time, dt.date):
        return when(time)
    if per or quantity.per is None:
        return when(time.as_of, time.since, quantity.per)
    return f"on average {when(time.as_of, time.since)}"
