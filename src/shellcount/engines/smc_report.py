"""Describe what tempered sequential Monte Carlo reports about its own work."""

from __future__ import annotations

from collections.abc import Mapping

from shellcount.digest import Json
from shellcount.engines.sampler_report import Document, RunsReport, require_of_runs
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.results.run import INSTEAD
from shellcount.wording import phrases


@frozen
class SmcReport(RunsReport):
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

    temperatures: int
    moves: int
    acceptance: float
    correlation: float
    stuck: str | None = None
    instead: str | None = None

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
        instead = (
            () if self.instead is None else ((INSTEAD, f"smc, since is does not serve: {self.instead}"),)
        )
        return (
            *instead,
            ("tempering steps", str(self.temperatures)),
            ("moves", str(self.moves)),
            ("accepted proposals", phrases.probability(self.acceptance)),
            ("largest correlation with the start", f"{self.correlation:.2f}"),
            self.evidence_fact,
        )

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
        from shellcount.engines.written_reports import SmcTable
        from shellcount.results.strict_tables import read_table

        table = read_table(SmcTable, dict(document))
        require_of_runs(table.run_log_evidence, statistics, runs)
        return cls(**table.model_dump())
