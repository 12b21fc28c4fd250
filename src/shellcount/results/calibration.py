"""Calibration: ranks of simulated truths among their posterior draws, and the verdict on them."""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass, replace

import numpy as np

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.holm import rejected_up_to
from shellcount.results.given import split_given
from shellcount.results.run import Run
from shellcount.wording.tables import Table

LEVEL = 0.99
_HEAD = ("quantity", "in 50% interval", "in 90% interval", "p of ranks", "own band", "all together")
_BAND_SIMULATIONS = 4000


@frozen
class Coverage:
    """Share of refits in which an interval contained the truth.

    Parameters
    ----------
    probability
        Nominal probability of the interval.
    share
        Share of the refits whose interval contained the truth.
    low, high
        Binomial bounds of that share, at :data:`LEVEL`, if the nominal probability is right.
    p_value
        P-value of the binomial test.
    """

    probability: float
    share: float
    low: float
    high: float
    p_value: float

    @property
    def inside(self) -> bool:
        """True if the share lies within its bounds."""
        return self.low <= self.share <= self.high


@frozen
class Ranked:
    """Calibration of one quantity.

    Parameters
    ----------
    name
        Name of the quantity, or of a coordinate of the model.
    excess
        Largest distance of the rank ECDF beyond its simultaneous band at :data:`LEVEL`; 0 inside it.
    p_value
        P-value of the Kolmogorov-Smirnov test of its ranks.
    coverages
        Coverage of its central intervals.
    passed
        True if none of its tests is rejected, among all tests of all quantities together.
    """

    name: str
    excess: float
    p_value: float
    coverages: tuple[Coverage, ...]
    passed: bool = True

    @property
    def inside(self) -> bool:
        """True if the ranks stay within the band and bounds of this quantity alone."""
        return self.excess == 0 and all(coverage.inside for coverage in self.coverages)


@functools.lru_cache(maxsize=2)
def band_of(refits: int) -> tuple[Array, Array, Array]:
    """Compute the evaluation points of the ECDF of so many ranks, and its simultaneous band.

    It depends on their number alone, and takes a second or two (Säilynoja et al. 2022).

    Parameters
    ----------
    refits
        Number of ranks.

    Examples
    --------
    >>> points, low, high = band_of(20)
    >>> bool(((low <= points) & (points <= high)).all())
    True
    """
    from arviz_stats.ecdf_utils import ecdf_pit

    points, _, low, high = ecdf_pit(np.full(refits, 0.5), LEVEL, _BAND_SIMULATIONS)
    for each in (points, low, high):
        each.setflags(write=False)
    return points, low, high


@dataclass(frozen=True, eq=False)
class Calibration:
    r"""Ranks of simulated truths among their posterior draws, and their verdict.

    Each quantity has its own simultaneous band and binomial bounds; by chance, one quantity in a
    hundred leaves each of them. The verdict is on all tests together, by Holm's procedure (1979,
    *Scand. J. Statist.* 6:65) on their p-values, and wrong once in a hundred times.

    Parameters
    ----------
    run
        Case, conditioning, seed and sizes of the refits.
    names
        Names of the ranked quantities.
    ranks
        Share of the posterior draws below the truth, shape (refit, quantity).
    failed
        Refits that gave no posterior.
    """

    run: Run
    names: tuple[str, ...]
    ranks: Array
    failed: tuple[int, ...]

    @functools.cached_property
    def band(self) -> tuple[Array, Array, Array]:
        """Evaluation points of the ECDF, and its simultaneous band (Säilynoja et al. 2022)."""
        return band_of(len(self.ranks))

    @functools.cached_property
    def results(self) -> tuple[Ranked, ...]:
        """Verdict on each quantity."""
        alone = [self._ranked(name, self.ranks[:, place]) for place, name in enumerate(self.names)]
        tests = [(result.p_value, *(c.p_value for c in result.coverages)) for result in alone]
        limit = rejected_up_to([p for group in tests for p in group], 1 - LEVEL)
        return tuple(
            replace(result, passed=min(group) > limit) for result, group in zip(alone, tests, strict=True)
        )

    def _ranked(self, name: str, ranks: Array) -> Ranked:
        from scipy.stats import kstest

        points, low, high = self.band
        inner = slice(1, -1)  # at 0 and 1 the ECDF is fixed
        ecdf = np.searchsorted(np.sort(ranks), points, side="right") / ranks.size
        excess = np.maximum(low[inner] - ecdf[inner], ecdf[inner] - high[inner]).max(initial=0.0)
        # Less than half a count is rounding error.
        excess = excess if excess * ranks.size > 0.5 else 0.0
        p_value = float(kstest(ranks, "uniform").pvalue)
        return Ranked(name, float(excess), p_value, tuple(_coverage(ranks, p) for p in (0.5, 0.9)))

    @property
    def passed(self) -> bool:
        """True if every refit gave a posterior and no test is rejected."""
        return not self.failed and all(result.passed for result in self.results)

    @property
    def sentence(self) -> str:
        """Verdict in words."""
        refits, level = len(self.ranks), f"{100 * LEVEL:.0f}%"
        if self.failed:
            return (
                f"Not calibrated: {len(self.failed)} of {refits + len(self.failed)} refits gave no posterior."
            )
        bad = [result.name for result in self.results if not result.passed]
        outside = [result.name for result in self.results if not result.inside]
        alone = f"{len(outside)} of {len(self.names)} quantities leave their own {level} band or bounds"
        if bad:
            return f"Not calibrated over {refits:,} refits: {', '.join(bad)} ({alone})."
        named = f" ({', '.join(outside)})" if outside else ""
        return f"Calibrated over {refits:,} refits, all quantities taken together at {level}; {alone}{named}."

    def table(self) -> Table:
        """Show the coverage, the test and the verdict of each quantity as a row."""
        rows = tuple(
            (
                result.name,
                *(
                    f"{100 * c.share:.1f}% ({100 * c.low:.1f} to {100 * c.high:.1f})"
                    for c in result.coverages
                ),
                f"{result.p_value:.3f}",
                "inside" if result.inside else "outside",
                "passed" if result.passed else "failed",
            )
            for result in self.results
        )
        return Table(
            f"{self.run.case} given {split_given(self.run.given).brief}", _HEAD, rows, numeric=(1, 2, 3)
        )

    def document(self) -> dict[str, Json]:
        """Write the calibration as plain values."""
        return {
            "schema": "shellcount/calibration/1",
            "run": self.run.document(),
            "refits": len(self.ranks),
            "failed": list(self.failed),
            "level": LEVEL,
            "passed": self.passed,
            "quantities": {
                result.name: {
                    "passed": result.passed,
                    "inside": result.inside,
                    "excess": result.excess,
                    "p_value": result.p_value,
                    "coverage": {f"{100 * c.probability:.0f}%": asdict(c) for c in result.coverages},
                }
                for result in self.results
            },
        }

    def __repr__(self) -> str:
        """Give the verdict in words."""
        return self.sentence


def _coverage(ranks: Array, probability: float) -> Coverage:
    from scipy.stats import binom, binomtest

    count = int((np.abs(ranks - 0.5) <= probability / 2).sum())
    low, high = binom.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], ranks.size, probability) / ranks.size
    p_value = float(binomtest(count, ranks.size, probability).pvalue)
    return Coverage(probability, count / ranks.size, float(low), float(high), p_value)
