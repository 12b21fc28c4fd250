"""Lay all fitted claims out as arrays, from which their likelihood is computed at once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.model.components import components
from shellcount.model.reports import Places, Reports, reports_of
from shellcount.model.rows import Rows, rows_of
from shellcount.results.given import Fitted

_PART = 128  # rows, of whose arrays at 512 points half of a cache of 1 MB holds one
_OF_NONE = 0.5  # scale on which the chance that none was seen falls with the log of what was sent


@frozen
class Part:
    """Some of the fitted claims.

    Parameters
    ----------
    rows, claims
        Where they stand.
    reports
        Distributions of their reports.
    """

    rows: slice
    claims: slice
    reports: Reports


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

    @functools.cached_property
    def parts(self) -> tuple[Part, ...]:
        """Claims in turn, so many at once that arrays of their rows and some points stay small."""
        changes = np.flatnonzero(np.diff(self.first // _PART)) + 1
        edges = [0, *changes.tolist(), len(self.first)]
        starts = [*self.first.tolist(), len(self.claim_at)]
        found = []
        for begin, end in pairwise(edges):
            rows = slice(starts[begin], starts[end])
            names = [fitted.claim.id for fitted in self.fitted[begin:end]]
            at, log_prior = self.claim_at[rows] - begin, self.log_prior[rows]
            reports = reports_of(names, self.reporting[begin:end], at, log_prior)
            found.append(Part(rows, slice(begin, end), reports))
        return tuple(found)


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
