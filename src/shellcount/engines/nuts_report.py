"""Describe what the No-U-Turn sampler reports about its own work."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import PositiveInt

from shellcount.digest import Json
from shellcount.engines.sampler_report import Document, Truth
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary, summarise_chains
from shellcount.results.strict_tables import StrictTable, read_table
from shellcount.wording import phrases

_KINDS_OF_STATISTICS = {
    "diverging": "b",
    "tree_depth": "i",
    "n_steps": "i",
    **dict.fromkeys(("energy", "lp", "step_size", "acceptance_rate"), "f"),
}
_LARGEST_STATISTIC = 1e15


class _NutsTable(StrictTable):
    """Report of engine nuts, as written, without its statistics."""

    deepest_tree: PositiveInt


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

    def errors_of_shares(self, true: Truth) -> Array:
        """Compute the Monte Carlo errors of shares of draws, shape (statement,); of no spread, they are 0."""
        return np.array([summary.mcse_mean for summary in self.summarise(true.astype(float))])

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
