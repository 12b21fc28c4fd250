"""Describe what each engine reports about its own work, for diagnosis."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveInt

from shellcount.digest import Json
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary, summarise_chains, summarise_runs
from shellcount.maths.pareto import KHAT_LIMIT
from shellcount.results.run import INSTEAD
from shellcount.results.strict_tables import StrictTable, read_table
from shellcount.wording import phrases

type Document = dict[str, Json]

_KINDS_OF_STATISTICS = {
    "diverging": "b",
    "tree_depth": "i",
    "n_steps": "i",
    **dict.fromkeys(("energy", "lp", "step_size", "acceptance_rate"), "f"),
}
_LARGEST_STATISTIC = 1e15


type _LogEvidence = Annotated[float, Field(ge=-1e15, le=1e15)]


class _ImportanceTable(StrictTable):
    """Report of engine is, as written."""

    run_log_evidence: tuple[_LogEvidence, ...]
    effective_share: Annotated[float, Field(ge=0, le=1)]
    khat: Annotated[float, Field(ge=-1e3, le=1e3)]
    directions: NonNegativeInt
    rounds: NonNegativeInt
    evaluations: PositiveInt
    refusal: str | None


class _SmcTable(StrictTable):
    """Report of engine smc, as written."""

    run_log_evidence: tuple[_LogEvidence, ...]
    temperatures: NonNegativeInt
    moves: NonNegativeInt
    acceptance: Annotated[float, Field(ge=0, le=1)]
    correlation: Annotated[float, Field(ge=-1.001, le=1.001)]
    stuck: str | None
    instead: str | None


class _NutsTable(StrictTable):
    """Report of engine nuts, as written, without its statistics."""

    deepest_tree: PositiveInt


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

    def document(self) -> Document:
        """Write the report as plain values, without the statistics of single draws."""


@dataclass(frozen=True, slots=True)
class ImportanceReport:
    """Report of importance sampling on its work.

    Parameters
    ----------
    run_log_evidence
        Log marginal likelihood by each scrambling of the points, in nats.
    effective_share
        Effective sample size of the weighted points, as a share of their number.
    khat
        Pareto shape of the largest weights.
    directions
        Number of directions in which the proposal is not the prior.
    rounds
        Number of times that the proposal was fitted.
    evaluations
        Number of points at which the likelihood was evaluated, in all.
    refusal
        Reason why the draws must not be used, by the engine's own diagnostics; ``None`` if they may be.
    again
        Arrays from which the draws can be made again: of the proposal, and places of the points drawn.
    """

    run_log_evidence: tuple[float, ...]
    effective_share: float
    khat: float
    directions: int
    rounds: int
    evaluations: int
    refusal: str | None = None
    again: Mapping[str, Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log marginal likelihood in nats, and its standard error by the spread between scramblings."""
        return _averaged(self.run_log_evidence)

    @property
    def statistics(self) -> Mapping[str, Array]:
        """No statistics: this engine keeps none of single draws."""
        return {}

    @property
    def not_quotable(self) -> str | None:
        """Fault of the proposal, if any: its points do not represent the posterior."""
        return self.refusal

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a diagnostic and its value in words."""
        evidence, error = self.log_evidence
        return (
            ("effective share of the points", phrases.probability(self.effective_share)),
            ("Pareto k-hat of the weights", f"{self.khat:.2f}; the gate is {KHAT_LIMIT}"),
            ("informed directions", str(self.directions)),
            ("rounds of fitting the proposal", str(self.rounds)),
            ("evaluations of the likelihood", f"{self.evaluations:,}"),
            ("log evidence", f"{evidence:.2f} ± {error:.2f} nats"),
        )

    def summarise(self, draws: Array) -> tuple[Summary, ...]:
        """Summarise draws of shape (quantity, run, draw), with errors from the spread between scramblings."""
        return summarise_runs(draws)

    def document(self) -> Document:
        """Write the report as plain values, without the statistics of single draws."""
        return {
            "run_log_evidence": list(self.run_log_evidence),
            "effective_share": self.effective_share,
            "khat": self.khat,
            "directions": self.directions,
            "rounds": self.rounds,
            "evaluations": self.evaluations,
            "refusal": self.refusal,
        }

    @classmethod
    def from_document(
        cls, document: Mapping[str, Json], statistics: Mapping[str, Array], runs: int
    ) -> ImportanceReport:
        """Read the written form of :meth:`document`, and the arrays that were kept beside it.

        Raises
        ------
        ValueError
            When it is not one.
        """
        table = read_table(_ImportanceTable, dict(document))
        _require_of_runs(table.run_log_evidence, {}, runs)
        return cls(**table.model_dump(), again=statistics)


@dataclass(frozen=True, slots=True)
class SmcReport:
    """Report of tempered sequential Monte Carlo on its work.

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
    stuck
        Temperature at which particles did not forget where they started, and how far they did, in words;
        ``None`` if they forgot it at each.
    instead
        Reason why this engine draws instead of engine ``is``; ``None`` if it was asked for.
    """

    run_log_evidence: tuple[float, ...]
    temperatures: int
    moves: int
    acceptance: float
    correlation: float
    stuck: str | None = None
    instead: str | None = None

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log marginal likelihood in nats, and its standard error.

        Evidences are averaged before the logarithm is taken. What is left is a bias towards low
        values of the order of one over the number of particles.
        """
        return _averaged(self.run_log_evidence)

    @property
    def statistics(self) -> Mapping[str, Array]:
        """No statistics: this engine keeps none of single draws."""
        return {}

    @property
    def again(self) -> Mapping[str, Array]:
        """No arrays: the draws themselves are kept."""
        return {}

    @property
    def not_quotable(self) -> str | None:
        """Temperature at which particles did not forget where they started, if any."""
        return self.stuck

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a diagnostic and its value in words."""
        evidence, error = self.log_evidence
        instead = (
            () if self.instead is None else ((INSTEAD, f"smc, since is does not serve: {self.instead}"),)
        )
        return (
            *instead,
            ("tempering steps", str(self.temperatures)),
            ("moves", str(self.moves)),
            ("accepted proposals", phrases.probability(self.acceptance)),
            ("largest correlation with the start", f"{self.correlation:.2f}"),
            ("log evidence", f"{evidence:.2f} ± {error:.2f} nats"),
        )

    def summarise(self, draws: Array) -> tuple[Summary, ...]:
        """Summarise draws of shape (quantity, run, draw), with errors from the spread between runs."""
        return summarise_runs(draws)

    def document(self) -> Document:
        """Write the report as plain values, without the statistics of single draws."""
        return {
            "run_log_evidence": list(self.run_log_evidence),
            "temperatures": self.temperatures,
            "moves": self.moves,
            "acceptance": self.acceptance,
            "correlation": self.correlation,
            "stuck": self.stuck,
            "instead": self.instead,
        }

    @classmethod
    def from_document(
        cls, document: Mapping[str, Json], statistics: Mapping[str, Array], runs: int
    ) -> SmcReport:
        """Read the written form of :meth:`document`.

        Raises
        ------
        ValueError
            When it is not one.
        """
        table = read_table(_SmcTable, dict(document))
        _require_of_runs(table.run_log_evidence, statistics, runs)
        return cls(**table.model_dump())


def _averaged(run_log_evidence: tuple[float, ...]) -> tuple[float, float]:
    """Average the evidences of runs, and give the logarithm with its standard error."""
    logs = np.array(run_log_evidence)
    ratios = np.exp(logs - logs.max())
    error = float(ratios.std(ddof=1) / ratios.mean() / np.sqrt(ratios.size))
    return float(logs.max() + np.log(ratios.mean())), error


def _require_of_runs(run_log_evidence: tuple[float, ...], statistics: Mapping[str, Array], runs: int) -> None:
    """Refuse a report that is not on so many runs, or that has statistics of single draws."""
    if statistics:
        raise ValueError("it has statistics that its engine does not keep")
    if len(run_log_evidence) != runs:
        raise ValueError("it does not have the log evidence of each run")


@dataclass(frozen=True)
class NutsReport:
    """Report of the No-U-Turn sampler on its work.

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
        """None: this engine does not estimate it."""
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
    def again(self) -> Mapping[str, Array]:
        """No arrays: the draws themselves are kept."""
        return {}

    @property
    def not_quotable(self) -> str | None:
        """Divergences, if any: the sampler could not follow the posterior everywhere."""
        count = self.divergences
        return f"{count} divergent trajector{'y' if count == 1 else 'ies'}" if count else None

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a diagnostic and its value in words."""
        depths, steps = self.statistics["tree_depth"], self.statistics["n_steps"]
        return (
            ("divergent trajectories", f"{self.divergences} of {depths.size:,}; the gate is 0"),
            ("smallest BFMI of a chain", f"{self.bfmi:.2f}"),
            ("trajectories cut off", f"{int((depths >= self.deepest_tree).sum())} of {depths.size:,}"),
            ("mean leapfrog steps", f"{steps.mean():.0f}"),
            ("mean acceptance", phrases.probability(float(self.statistics["acceptance_rate"].mean()))),
        )

    def summarise(self, draws: Array) -> tuple[Summary, ...]:
        """Summarise draws of shape (quantity, chain, draw), with errors from their autocorrelations."""
        return tuple(map(summarise_chains, draws))

    def document(self) -> Document:
        """Write the report as plain values, without the statistics of single draws."""
        return {"deepest_tree": self.deepest_tree}

    @classmethod
    def from_document(
        cls, document: Mapping[str, Json], statistics: Mapping[str, Array], _: int
    ) -> NutsReport:
        """Read the written form of :meth:`document`, and the statistics that were kept beside it.

        Raises
        ------
        ValueError
            When it is not one, or the statistics are not those of a sampler.
        """
        kinds = {name: values.dtype.kind for name, values in statistics.items()}
        if {name: kind.replace("u", "i") for name, kind in kinds.items()} != _KINDS_OF_STATISTICS:
            raise ValueError("its statistics are not those that its engine keeps")
        for name, values in statistics.items():
            if not np.abs(values.astype(float)).max() <= _LARGEST_STATISTIC:
                raise ValueError(f"a value of its statistic {name} is not finite, or too large")
        if not np.ptp(statistics["energy"], axis=1).min() > 0:
            raise ValueError("the energies of a chain are all the same")
        return cls(statistics, read_table(_NutsTable, dict(document)).deepest_tree)
