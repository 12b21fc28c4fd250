"""Describe what importance sampling reports about its own work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from shellcount.digest import Json
from shellcount.engines.sampler_report import Document, RunsReport, require_of_runs
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import KHAT_LIMIT
from shellcount.wording import phrases


@frozen
class ImportanceReport(RunsReport):
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
    more_points
        Number of points of each run, and why it is above the default, in words; ``None`` where it is not.
    again
        Arrays from which the draws can be made again: of the proposal, and places of the points drawn.
    """

    effective_share: float
    khat: float
    directions: int
    rounds: int
    evaluations: int
    refusal: str | None = None
    more_points: str | None = None
    again: Mapping[str, Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def not_quotable(self) -> str | None:
        """Fault of the proposal, if any: its points do not represent the posterior."""
        return self.refusal

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a diagnostic and its value in words."""
        more = () if self.more_points is None else (("points of each run", self.more_points),)
        return (
            *more,
            ("effective share of the points", phrases.probability(self.effective_share)),
            ("Pareto k-hat of the weights", f"{self.khat:.2f}; the gate is {KHAT_LIMIT}"),
            ("informed directions", str(self.directions)),
            ("rounds of fitting the proposal", str(self.rounds)),
            ("evaluations of the likelihood", f"{self.evaluations:,}"),
            self.evidence_fact,
        )

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
            "more_points": self.more_points,
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
        from shellcount.engines.written_reports import ImportanceTable
        from shellcount.results.strict_tables import read_table

        table = read_table(ImportanceTable, dict(document))
        require_of_runs(table.run_log_evidence, {}, runs)
        return cls(**table.model_dump(), again=statistics)
