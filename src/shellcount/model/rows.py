"""Lay components of claims out as rows, and where the factors of each row's quantity stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from shellcount.case.biases import bias_kind
from shellcount.case.flow import Span, days_in_steps
from shellcount.case.parameters import share_name, trip_name
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.model.components import Component, components
from shellcount.model.reports import Places
from shellcount.model.sums import Sums, sums_of
from shellcount.model.tables import NOWHERE, Pair
from shellcount.results.given import Fitted, ReadClaim
from shellcount.results.quantity import Quantity


@frozen
class Counted:
    """Pairs of a time and a scope, whose carriers are counted.

    Parameters
    ----------
    times
        The times, each once.
    sums
        The times as sums over the steps of the flow.
    scopes
        The scopes, each once.
    time_at, scope_at
        Time and scope of each pair.
    """

    times: tuple[Span, ...]
    sums: Sums
    scopes: tuple[str, ...]
    time_at: Places
    scope_at: Places


@frozen
class Contents:
    """Different contents of carriers: items in a full one, tonnes in a full one, and shares.

    Parameters
    ----------
    capacities
        Natures and scenarios whose items in a carrier are asked for.
    natures
        Those of them that are natures.
    masses
        Scenarios whose tonnes in a carrier are asked for.
    items
        Natures whose share of the items is asked for.
    shares
        Parameters that are shares.
    """

    capacities: tuple[str, ...]
    natures: tuple[str, ...]
    masses: tuple[str, ...]
    items: tuple[str, ...]
    shares: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of all contents."""
        return len(self.capacities) + len(self.masses) + len(self.items) + len(self.shares)


@frozen
class Cargo:
    """Kinds of cargo: what a carrier holds, whether as loaded, and carriers a trip.

    Parameters
    ----------
    contents
        The different contents.
    content_at
        Place of the contents of each kind.
    loaded
        1 where the load of a carrier is a factor, otherwise 0.
    trips
        Parameters of carriers a trip.
    trip_at
        Place of that of each kind.
    """

    contents: Contents
    content_at: Places
    loaded: Array
    trips: tuple[str, ...]
    trip_at: Places

    @property
    def size(self) -> int:
        """Number of kinds."""
        return len(self.loaded)


@frozen
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
    carriers
        Different pairs of a time and a scope, and each row's place among them.
    cargo
        Different combinations of contents, load and trips, and each row's place among them.
    """

    components: tuple[Component, ...]
    constants: Array
    times: tuple[Span, ...]
    time_at: Places
    scopes: tuple[str, ...]
    scope_at: Places
    loaded: Array
    contents: tuple[Quantity, ...]
    content_at: Places
    trips: tuple[str, ...]
    trip_at: Places
    biases: tuple[Pair, ...]
    bias_at: Places
    carriers: Counted
    carrier_at: Places
    cargo: Cargo
    cargo_at: Places


def rows_of(case: Case, listed: Iterable[Component]) -> Rows:
    """Convert components to rows.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.given import as_fitted
    >>> case = load_case()
    >>> rows_of(case, components(case, as_fitted(case.claim[0]))).scopes
    ('military',)
    """
    rows = tuple(listed)
    times, time_at = _places(row.time for row in rows)
    scopes, scope_at = _places(_scope(case, row) for row in rows)
    contents, content_at = _places(_content(case, row) for row in rows)
    trips, trip_at = _places(
        trip_name(row.claim.trip) if row.claim.trip is not None else None for row in rows
    )
    biases, bias_at = _places((row.claim.claimant, bias_kind(row.claim)) for row in rows)
    loaded = np.array([float(_is_loaded(row)) for row in rows])
    pairs, carrier_at = _combined(time_at, scope_at)
    carriers = Counted(times, sums_of(case, times), scopes, time_at[pairs], scope_at[pairs])
    kinds, cargo_at = _combined(content_at, trip_at, np.where(loaded > 0, 0, NOWHERE))
    sorted_contents, order = _contents(case, contents)
    cargo = Cargo(sorted_contents, _taken(order, content_at[kinds]), loaded[kinds], trips, trip_at[kinds])
    return Rows(
        components=rows,
        constants=np.array([math.log((row.claim.containers or 1.0) / row.length) for row in rows]),
        times=times,
        time_at=time_at,
        scopes=scopes,
        scope_at=scope_at,
        loaded=loaded,
        contents=contents,
        content_at=content_at,
        trips=trips,
        trip_at=trip_at,
        biases=biases,
        bias_at=bias_at,
        carriers=carriers,
        carrier_at=carrier_at,
        cargo=cargo,
        cargo_at=cargo_at,
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


def _combined(*columns: Places) -> tuple[Places, Places]:
    """Find a row of each different combination, and each row's place among these; none where all are."""
    key = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        key = key * (column.max(initial=NOWHERE) + 2) + (column + 1)
    different, rows, at = np.unique(key, return_index=True, return_inverse=True)
    none = int(len(different) > 0 and different[0] == 0)
    return rows[none:], at - none


def _contents(case: Case, contents: Sequence[Quantity]) -> tuple[Contents, Places]:
    """Sort contents by what they are, and find the place of each among the sorted."""
    kinds = ("capacity", "gross_mass", "item_share", "parameter")
    order = sorted(range(len(contents)), key=lambda place: kinds.index(contents[place].kind))
    subjects = {kind: tuple(contents[p].subject for p in order if contents[p].kind == kind) for kind in kinds}
    natures, scenarios = [nature.id for nature in case.nature], {entry.id for entry in case.scenario}
    named = {subject for subject in subjects["capacity"] if subject not in scenarios}
    place = np.empty(len(contents), dtype=np.intp)
    place[order] = np.arange(len(contents))
    listed = Contents(
        subjects["capacity"],
        tuple(nature for nature in natures if nature in named),
        subjects["gross_mass"],
        subjects["item_share"],
        subjects["parameter"],
    )
    return listed, place


def _taken(values: Places, at: Places) -> Places:
    """Take numbers by their place, and keep those that have none."""
    return np.where(at == NOWHERE, NOWHERE, values[at]) if len(values) else at


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


def one_row(case: Case, read: ReadClaim) -> Rows:
    """Convert a single reading of a claim to a row."""
    (part,) = components(case, Fitted(read.claim, (read.nature,), read.day))
    return rows_of(case, (part,))
