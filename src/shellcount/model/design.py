"""Lay the components of all fitted claims out as arrays, from which their locations are computed at once."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from shellcount.case.biases import bias_kind
from shellcount.case.flow import Span, days_in_steps
from shellcount.case.parameters import share_name, trip_name
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.model.components import Component, components
from shellcount.model.reports import Places, Reports, reports_of
from shellcount.results.given import Fitted, ReadClaim
from shellcount.results.quantity import Quantity

type Pair = tuple[str, str]

NOWHERE = -1  # place of a factor that a row does not have
_OF_NONE = 0.5  # scale on which the chance that none was seen falls with the log of what was sent


@dataclass(frozen=True, slots=True)
class Rows:
    """Components as rows, and where the factors of each row's quantity stand.

    Parameters
    ----------
    components
        One a row; those of a claim stand together.
    constants
        Log of the known factors, shape (row,).
    times
        Times that carriers are counted in, and each row's place among them.
    days
        Days of each time in each step of the flow, shape (time, step).
    scopes
        Scope whose carriers each row counts; empty where it counts none.
    loaded
        1 where the load of a carrier is a factor, otherwise 0; shape (row,).
    contents
        What the carriers hold, or a share; and each row's place among them.
    trips
        Parameters of carriers a trip, and each row's place among them.
    biases
        Claimants and kinds of quantity, and each row's place among them.
    """

    components: tuple[Component, ...]
    constants: Array
    times: tuple[Span, ...]
    time_at: Places
    days: Array
    scopes: tuple[str, ...]
    scope_at: Places
    loaded: Array
    contents: tuple[Quantity, ...]
    content_at: Places
    trips: tuple[str, ...]
    trip_at: Places
    biases: tuple[Pair, ...]
    bias_at: Places


def rows_of(case: Case, listed: Iterable[Component]) -> Rows:
    """Convert components to rows.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.given import as_fitted
    >>> case = load_case()
    >>> rows_of(case, components(case, as_fitted(case.claim[0]))).days.shape
    (1, 3)
    """
    rows = tuple(listed)
    times, time_at = _places(row.time for row in rows)
    scopes, scope_at = _places(_scope(case, row) for row in rows)
    contents, content_at = _places(_content(case, row) for row in rows)
    trips, trip_at = _places(
        trip_name(row.claim.trip) if row.claim.trip is not None else None for row in rows
    )
    biases, bias_at = _places((row.claim.claimant, bias_kind(row.claim)) for row in rows)
    return Rows(
        components=rows,
        constants=np.array([math.log((row.claim.containers or 1.0) / row.length) for row in rows]),
        times=times,
        time_at=time_at,
        days=days_matrix(case, times),
        scopes=scopes,
        scope_at=scope_at,
        loaded=np.array([float(_is_loaded(row)) for row in rows]),
        contents=contents,
        content_at=content_at,
        trips=trips,
        trip_at=trip_at,
        biases=biases,
        bias_at=bias_at,
    )


def days_matrix(case: Case, times: Iterable[Span]) -> Array:
    """Count the days of each time that lie in each step and in no pause; shape (time, step)."""
    counted = [days_in_steps(case, time) for time in times]
    matrix = np.zeros((len(counted), max(map(len, counted), default=1)))
    for row, days in zip(matrix, counted, strict=True):
        row[: len(days)] = days
    return matrix


def _places[K](keys: Iterable[K | None]) -> tuple[tuple[K, ...], Places]:
    """List different keys, and the place of each row's key among them."""
    listed = list(keys)
    places: dict[K, int] = {}
    for key in listed:
        if key is not None:
            places.setdefault(key, len(places))
    at = [NOWHERE if key is None else places[key] for key in listed]
    return tuple(places), np.array(at, dtype=np.intp)


def _scope(case: Case, row: Component) -> str | None:
    if row.time is None:
        return None
    counted = row.claim.quantity in {"containers", "trips"} or row.claim.of == "containers"
    return (row.claim.scope if counted else None) or case.scope[-1].id


def _content(case: Case, row: Component) -> Quantity | None:
    claim, cargo = row.claim, row.nature or case.scenario[0].id
    if claim.quantity in {"rounds", "comparator", "capacity", "carried"} or claim.of == "rounds":
        return Quantity("capacity", cargo)
    if claim.quantity == "mass":
        return Quantity("gross_mass", case.scenario[0].id)
    if claim.quantity != "share":
        return None
    if claim.of == "items":
        return Quantity("item_share", cargo)
    name = share_name(claim.scope or "") if row.nature is None else f"mix.{row.nature}"
    return Quantity("parameter", name)


def _is_loaded(row: Component) -> bool:
    return row.claim.quantity in {"rounds", "comparator", "carried", "mass"} or row.claim.of == "rounds"


@dataclass(frozen=True)
class Design:
    """Fitted claims as arrays.

    Parameters
    ----------
    fitted
        The claims.
    rows
        Their components.
    first
        Place of the first row of each claim, shape (claim,).
    claim_at
        Each row's claim, shape (row,).
    log_prior
        Log prior probability of each row among those of its claim.
    reporting
        Distribution of the report of each claim.
    """

    fitted: tuple[Fitted, ...]
    rows: Rows
    first: Places
    claim_at: Places
    log_prior: Array
    reporting: tuple[Reporting, ...]

    @functools.cached_property
    def reports(self) -> Reports:
        """Distributions of the reports, as arrays."""
        names = [fitted.claim.id for fitted in self.fitted]
        return reports_of(names, self.reporting, self.claim_at, self.log_prior)


def design_of(case: Case, fitted: tuple[Fitted, ...], reporting: Mapping[str, Reporting]) -> Design:
    """Convert the fitted claims to arrays."""
    split = [components(case, claim, _sigma(reporting[claim.claim.id])) for claim in fitted]
    sizes = [len(parts) for parts in split]
    rows = rows_of(case, (part for parts in split for part in parts))
    return Design(
        fitted,
        rows,
        np.cumsum([0, *sizes[:-1]], dtype=np.intp)[: len(sizes)],
        np.repeat(np.arange(len(sizes), dtype=np.intp), sizes),
        np.array([part.log_prior for part in rows.components]),
        tuple(reporting[claim.claim.id] for claim in fitted),
    )


def _sigma(reporting: Reporting) -> float:
    """Give the scale on which the density of a report varies, in log units: its steep side, of a margin."""
    return _OF_NONE if reporting.kernel is None else reporting.kernel.sigma


def one_row(case: Case, read: ReadClaim) -> Rows:
    """Convert a single reading of a claim to a row."""
    (part,) = components(case, Fitted(read.claim, (read.nature,), read.day))
    return rows_of(case, (part,))
