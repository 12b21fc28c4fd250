"""Describe what each engine reports about its own work, for diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary, summarise_runs
from shellcount.maths.run_errors import error_of_grid, errors_of_means
from shellcount.maths.streams import grid

type Document = dict[str, Json]
type Truth = NDArray[np.bool]  # of statements in every draw, shape (statement, run, draw)


class SamplerReport(Protocol):
    """Report of an engine on its own work."""

    @property
    def log_evidence(self) -> tuple[float, float] | None:
        """Log marginal likelihood in nats and its standard error, where the engine gives one."""

    @property
    def statistics(self) -> Mapping[str, Array]:
        """Statistics of single draws by name, each of shape (run, draw)."""

    @property
    def not_quotable(self) -> str | None:
        """Reason why no number of the run may be quoted; ``None`` if they may be."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a diagnostic and its value in words."""

    @property
    def again(self) -> Mapping[str, Array]:
        """Arrays from which the draws can be made again, where the engine keeps them."""

    def summarise(self, draws: Array) -> tuple[Summary, ...]:
        """Summarise draws of quantities, of shape (quantity, run, draw)."""

    def errors_of_shares(self, true: Truth) -> Array:
        """Compute the Monte Carlo errors of shares of draws, shape (statement,); of no spread, they are 0."""

    def document(self) -> Document:
        """Write the report as plain values, without the statistics of single draws."""


@frozen
class RunsReport:
    """Report of an engine whose runs each estimate the evidence: what such reports have in common.

    Parameters
    ----------
    run_log_evidence
        Log marginal likelihood by each run, in nats.

    Examples
    --------
    >>> RunsReport((-2.5, -2.5)).evidence_fact
    ('log evidence', '-2.50 ± 0.00 nats')
    """

    run_log_evidence: tuple[float, ...]

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log marginal likelihood in nats, and its standard error by the spread between runs.

        Evidences are averaged before the logarithm is taken.
        """
        logs = np.array(self.run_log_evidence)
        ratios = np.exp(logs - logs.max())
        error = float(ratios.std(ddof=1) / ratios.mean() / np.sqrt(ratios.size))
        return float(logs.max() + np.log(ratios.mean())), error

    @property
    def statistics(self) -> Mapping[str, Array]:
        """No statistics: these engines keep none of single draws."""
        return {}

    @property
    def evidence_fact(self) -> tuple[str, str]:
        """Log evidence and its error in words."""
        evidence, error = self.log_evidence
        return "log evidence", f"{evidence:.2f} ± {error:.2f} nats"

    def summarise(self, draws: Array) -> tuple[Summary, ...]:
        """Summarise draws of shape (quantity, run, draw), with errors from the spread between runs."""
        return summarise_runs(draws, cells=grid(draws.shape[2]))

    def errors_of_shares(self, true: Truth) -> Array:
        """Compute the Monte Carlo errors of shares of draws, shape (statement,); of no spread, they are 0."""
        shares = true.mean(axis=2)
        total = shares.mean(axis=1)
        certain = (total == 0) | (total == 1)
        return np.hypot(errors_of_means(shares), np.where(certain, 0.0, error_of_grid(grid(true.shape[2]))))


def require_of_runs(run_log_evidence: tuple[float, ...], statistics: Mapping[str, Array], runs: int) -> None:
    """Refuse a report that is not on so many runs, or that has statistics of single draws.

    Raises
    ------
    ValueError
        When it is one.

    Examples
    --------
    >>> require_of_runs((-2.5, -2.6), {}, 2)
    >>> require_of_runs((-2.5, -2.6), {}, 3)
    Traceback (most recent call last):
    ...
    ValueError: it does not have the log evidence of each run
    """
    if statistics:
        raise ValueError("it has statistics that its engine does not keep")
    if len(run_log_evidence) != runs:
        raise ValueError("it does not have the log evidence of each run")
