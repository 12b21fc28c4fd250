"""Compose figures over time: totals of each day with their ranges, and the figures stated for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from shellcount.case.schema import Case, Claim
from shellcount.explore.drawn import Axis, Band, Stated, StatedKind, Timeline, ticks
from shellcount.explore.findings import Found
from shellcount.plots.labels import remark_on
from shellcount.plots.panel import amount_ticks, calendar
from shellcount.plots.stated import number, place_in_time
from shellcount.results.described import described
from shellcount.results.quantity import DatedKind, Quantity, QuantityKind
from shellcount.results.results import Results
from shellcount.results.timeline import timeline_claims, timeline_quantities
from shellcount.text import one_line
from shellcount.wording.times import when


def totals(case: Case, asked: Quantity) -> tuple[tuple[Quantity, ...], ...]:
    """List the quantities of each timeline, by day: items, then carriers of each scope.

    Parameters
    ----------
    case
        The case.
    asked
        Quantity that answers the question.
    """
    listed: dict[tuple[QuantityKind, str], list[Quantity]] = {}
    for quantity in timeline_quantities(case, asked.day, asked.subject):
        listed.setdefault((quantity.kind, quantity.subject), []).append(quantity)
    return tuple(map(tuple, listed.values()))


def compose_timelines(now: Found, before: Found) -> tuple[Timeline, ...]:
    """List the totals over time: items, then carriers of each scope.

    Parameters
    ----------
    now, before
        Findings of the edits, and of the base case, with their bands.
    """
    case, listed = now.results.case, totals(now.results.case, now.results.answering)
    start, last = case.containers.first_shipment, listed[0][-1].day or case.last_date
    days = Axis(number(start), number(last), ticks(calendar(start, last)), "")
    return tuple(_timeline(now, before, quantities, days) for quantities in listed)


def _timeline(now: Found, before: Found, quantities: Sequence[Quantity], days: Axis) -> Timeline:
    results, last = now.results, quantities[-1]
    case, subject = results.case, last.subject
    kind: DatedKind = "rounds" if last.kind == "rounds" else "containers"
    bands = (Band(days.low, (0.0,) * 5, 0.0), *(_band(now, before, quantity) for quantity in quantities))
    if all(band.was in {None, band.quantiles[2]} for band in bands):
        bands = tuple(dataclasses.replace(band, was=None) for band in bands)
    claims = [
        claim
        for claim in timeline_claims(case, kind)
        if not remark_on(case, claim) and (kind == "rounds" or claim.scope == subject)
    ]
    stated = tuple(_stated(results, claim) for claim in claims)
    top = max([*(band.quantiles[-1] for band in bands), *(each.ends[1] for each in stated)])
    noun = one_line(case.about.item if kind == "rounds" else case.about.carrier, 36)
    return Timeline(
        title=described(case, dataclasses.replace(last, day=None)).strip(),
        text=f"{when(last.day or case.last_date)}: {results.estimate_of(last).headline}",
        days=days,
        amounts=Axis(0.0, 1.1 * top, ticks(amount_ticks(0.0, top, 1.1 * top)), noun),
        evidence=number(case.last_date),
        bands=bands,
        stated=stated,
    )


def _band(now: Found, before: Found, quantity: Quantity) -> Band:
    known = before.bands.get(quantity)
    at = number(quantity.day) if quantity.day else 0.0
    return Band(at, now.bands[quantity], None if known is None else known[2])


def _stated(results: Results, claim: Claim) -> Stated:
    placed = place_in_time(results, claim)
    drawn = placed.drawn
    kind: StatedKind = "yardstick" if drawn.yardstick else "checked"
    kind = "context" if drawn.context else kind
    return Stated(
        claim=claim.id,
        label=" ".join(placed.label.split()),
        at=placed.at,
        value=placed.value,
        days=(placed.days[0], placed.days[-1]),
        ends=placed.ends,
        lean=placed.lean,
        kind="fitted" if drawn.fitted else kind,
    )
