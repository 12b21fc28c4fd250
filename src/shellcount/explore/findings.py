"""Hold what was found for some edits, from which their view is composed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from shellcount.explore.drawn import Quantiles
from shellcount.frozen import frozen
from shellcount.results.density import Density
from shellcount.results.estimate import Estimate
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results


@frozen
class Found:
    """Findings of some edits.

    Parameters
    ----------
    results
        Results: the answer alone, or with checks, timelines and drivers.
    density
        Density of the answer.
    bands
        Quantiles of totals over time; none where they are not shown.
    """

    results: Results
    density: Density
    bands: Mapping[Quantity, Quantiles] = field(default_factory=dict)

    @property
    def answer(self) -> Estimate:
        """Estimate that answers the question."""
        return self.results.answer

    def has_answer_of(self, other: Found) -> bool:
        """Tell whether the answer is that of other findings, to the last digit of all that is drawn."""
        return self.density == other.density and quantiles(self.answer) == quantiles(other.answer)


def quantiles(estimate: Estimate) -> Quantiles:
    """Give the quantiles of an estimate, for drawing."""
    return estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95
