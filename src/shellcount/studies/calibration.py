r"""Calibrate the engine by simulation: intervals contain the truth as often as they state.

A truth is drawn from the prior, every fitted claim is simulated from it through its reporting
kernel, and the case is fit again to the simulated claims. Over many such refits the rank of the
truth among the posterior draws is uniform, for every quantity, if and only if the engine draws from
the posterior of the stated model (Talts et al. 2018, arXiv:1804.06788; Cook, Gelman and Rubin 2006).
The likelihood is ranked too, which reveals faults that no parameter shows (Modrák et al. 2023,
*Bayesian Analysis* 20:461).
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.engines import settings as defaults
from shellcount.errors import EvidenceError, OutputError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.holm import rejected_up_to
from shellcount.model.model import build_model
from shellcount.parallel.executors import each
from shellcount.parallel.journal import Journal
from shellcount.results.given import fitted_claims, parse_given
from shellcount.results.run import Run, versions
from shellcount.studies.refit import SETTINGS, refit, tested_quantities
from shellcount.text import one_line
from shellcount.wording.tables import Table

REFITS = 1000
LEVEL = 0.99
_HEAD = ("quantity", "in 50% interval", "in 90% interval", "p of ranks", "own band", "all together")
_BATCH = 5
_FEWEST, _MOST = 10, 100_000
_BAND_SIMULATIONS = 4000


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
        from arviz_stats.ecdf_utils import ecdf_pit

        points, _, low, high = ecdf_pit(self.ranks[:, 0], LEVEL, _BAND_SIMULATIONS)
        return points, low, high

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
        return Table(f"{self.run.case} given {self.run.given}", _HEAD, rows, numeric=(1, 2, 3))

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


def check_request(case: Case, *, given: str, refits: int, seed: int) -> None:
    """Refuse a request that :func:`calibrate` cannot meet, before any work.

    Raises
    ------
    UnknownNameError, UsageError
        When an argument is invalid, or ArviZ is not installed.
    """
    if importlib.util.find_spec("arviz_stats") is None:
        raise UsageError("calibration needs arviz: install it with pip install 'shellcount[nuts]'")
    if not _FEWEST <= refits <= _MOST:
        raise UsageError(f"refits must be from {_FEWEST} to {_MOST:,}, not {refits}")
    if seed < 0:
        raise UsageError(f"seed must be 0 or more, not {seed}")
    if not fitted_claims(case, parse_given(case, given)):
        raise UsageError(f"given {given}, no claim is fit, so there is nothing to calibrate")


def calibrate(
    case: Case,
    *,
    given: str = "counts",
    refits: int = REFITS,
    seed: int = defaults.SEED,
    journal: Path | None = None,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Calibration:
    """Calibrate the default engine on a case by simulation.

    Parameters
    ----------
    case
        Case whose stated values are replaced by simulated ones.
    given
        ``counts``, ``all`` or ``all-but:CLAIM``.
    refits
        Number of simulated truths.
    seed
        Random seed: same seed, same digits, whatever the number of workers.
    journal
        Checkpoint file of finished refits; a later call with the same file does only the rest.
    executor
        Where to run: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    OutputError
        When the checkpoint file cannot be written, or belongs to other work.
    UnknownNameError, UsageError
        When an argument is invalid, or ArviZ is not installed.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> calibrate(load_case(), refits=20).ranks.shape[0]
    20
    """
    check_request(case, given=given, refits=refits, seed=seed)
    model = build_model(case, given)
    run = Run(case.about.id, case.digest, str(model.given), "smc", seed, dict(SETTINGS), versions("smc"))
    checkpoint = None if journal is None else Journal(journal, run.document())
    finished: dict[int, Json] = {} if checkpoint is None else dict(checkpoint.finished)
    names = tuple(tested_quantities(model))
    for row in finished.values():
        if row is not None and not _is_row(row, len(names)):
            raise OutputError(
                f"{one_line(str(journal))} has been changed since it was written; remove it, or name another"
            )
    todo = [piece for piece in range(refits) if piece not in finished]
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    for _, pieces in each(functools.partial(refit, case, given, seed), batches, executor):
        finished |= pieces
        if checkpoint is not None:
            checkpoint.append(pieces)
        progress(min(1.0, len(finished) / refits))
    rows = {piece: finished[piece] for piece in range(refits)}
    ranks = np.array([row for row in rows.values() if isinstance(row, list)], dtype=float)
    failed = tuple(piece for piece, row in rows.items() if row is None)
    if len(ranks) < 2:
        raise EvidenceError("fewer than two refits gave a posterior: priors and hedges cannot be reconciled")
    return Calibration(run, names, ranks, failed)


def _is_row(row: Json, size: int) -> bool:
    """Tell whether a row of the checkpoint file holds a rank for each quantity."""
    return (
        isinstance(row, list)
        and len(row) == size
        and all(isinstance(rank, int | float) and 0 <= rank <= 1 for rank in row)
    )
