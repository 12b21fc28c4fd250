"""Describe what each engine reports about its own work, for diagnosis."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from shellcount.digest import Json
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary, summarise_chains, summarise_runs
from shellcount.wording import phrases

type Document = dict[str, Json]


class SamplerReport(Protocol):
    """What every engine reports about its own work."""

    @property
    def log_evidence(self) -> tuple[float, float] | None:
        """Log marginal likelihood in nats and its standard error, where the engine gives one."""

    @property
    def statistics(self) -> Mapping[str, Array]:
        """Statistics of single draws by name, each of shape (run, draw)."""

    @property
    def not_quotable(self) -> str | None:
        """Why nothing may be quoted from the whole run; ``None`` if it may."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The report in words, as pairs."""

    def summarise(self, draws: Array) -> Summary:
        """Summarise draws of shape (run, draw)."""

    def document(self) -> Document:
        """Give the report as plain values, without the statistics of single draws."""


@dataclass(frozen=True, slots=True)
class SmcReport:
    """What tempered sequential Monte Carlo says of its work.

    Parameters
    ----------
    run_log_evidence
        Log marginal likelihood of each run, in nats.
    temperatures, moves
        Number of tempering steps, and of moves in all.
    acceptance
        Share of the proposals accepted.
    correlation
        Largest start-to-end correlation at the last temperature.
    """

    run_log_evidence: tuple[float, ...]
    temperatures: int
    moves: int
    acceptance: float
    correlation: float

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log marginal likelihood in nats, and its standard error.

        Evidences are averaged before the logarithm is taken. What is left is a bias towards low
        values of the order of one over the number of particles.
        """
        logs = np.array(self.run_log_evidence)
        ratios = np.exp(logs - logs.max())
        error = float(ratios.std(ddof=1) / ratios.mean() / np.sqrt(ratios.size))
        return float(logs.max() + np.log(ratios.mean())), error

    @property
    def statistics(self) -> Mapping[str, Array]:
        """Nothing is told of single draws."""
        return {}

    @property
    def not_quotable(self) -> str | None:
        """Nothing in a whole run forbids quoting; single estimates have faults."""
        return None

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The account in words, as pairs."""
        evidence, error = self.log_evidence
        return (
            ("tempering steps", str(self.temperatures)),
            ("moves", str(self.moves)),
            ("accepted proposals", phrases.probability(self.acceptance)),
            ("largest correlation with the start", f"{self.correlation:.2f}"),
            ("log evidence", f"{evidence:.2f} ± {error:.2f} nats"),
        )

    def summarise(self, draws: Array) -> Summary:
        """Summarise draws of shape (run, draw), with errors from the spread between runs."""
        return summarise_runs(draws)

    def document(self) -> Document:
        """Give the report as plain values, without the statistics of single draws."""
        return {
            "run_log_evidence": list(self.run_log_evidence),
            "temperatures": self.temperatures,
            "moves": self.moves,
            "acceptance": self.acceptance,
            "correlation": self.correlation,
        }

    @classmethod
    def from_document(cls, document: Document, _: Mapping[str, Array]) -> SmcReport:
        """Read back what :meth:`document` gave."""
        fields: dict[str, Any] = dict(document)
        return cls(**{**fields, "run_log_evidence": tuple(fields["run_log_evidence"])})


@dataclass(frozen=True)
class NutsReport:
    """What the No-U-Turn sampler says of its work.

    Parameters
    ----------
    statistics
        ``diverging``, ``energy``, ``lp``, ``tree_depth``, ``n_steps``, ``step_size`` and
        ``acceptance_rate`` of each draw, each of shape (chain, draw).
    deepest_tree
        Depth at which trajectories are cut off.
    """

    statistics: Mapping[str, Array]
    deepest_tree: int

    @property
    def log_evidence(self) -> None:
        """Not known to this engine."""
        return

    @property
    def divergences(self) -> int:
        """Number of trajectories that diverged after tuning."""
        return int(self.statistics["diverging"].sum())

    @functools.cached_property
    def bfmi(self) -> float:
        """Smallest energy fraction of missing information of a chain (Betancourt 2016, arXiv:1604.00695)."""
        from arviz_stats.base import array_stats

        return float(array_stats.bfmi(self.statistics["energy"]).min())

    @property
    def not_quotable(self) -> str | None:
        """Divergences: the sampler could not follow the posterior everywhere."""
        count = self.divergences
        return f"{count} divergent trajector{'y' if count == 1 else 'ies'}" if count else None

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The account in words, as pairs."""
        depths, steps = self.statistics["tree_depth"], self.statistics["n_steps"]
        return (
            ("divergent trajectories", f"{self.divergences} of {depths.size:,}; the gate is 0"),
            ("smallest BFMI of a chain", f"{self.bfmi:.2f}"),
            ("trajectories cut off", f"{int((depths >= self.deepest_tree).sum())} of {depths.size:,}"),
            ("mean leapfrog steps", f"{steps.mean():.0f}"),
            ("mean acceptance", phrases.probability(float(self.statistics["acceptance_rate"].mean()))),
        )

    def summarise(self, draws: Array) -> Summary:
        """Summarise draws of shape (chain, draw), with errors from their autocorrelations."""
        return summarise_chains(draws)

    def document(self) -> Document:
        """Give the report as plain values, without the statistics of single draws."""
        return {"deepest_tree": self.deepest_tree}

    @classmethod
    def from_document(cls, document: Document, statistics: Mapping[str, Array]) -> NutsReport:
        """Read back what :meth:`document` gave, with the statistics that were kept beside it."""
        fields: dict[str, Any] = dict(document)
        return cls(statistics, fields["deepest_tree"])
