"""Evidence that the numbers follow from the case: engines, calibration, leave-one-out, determinism."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from scipy.special import stdtr

from shellcount.case.schema import Case
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines import settings as defaults
from shellcount.files import CACHE_VARIABLE
from shellcount.maths.holm import rejected_up_to
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.run import Engine
from shellcount.studies.calibration import calibrate, check_request
from shellcount.wording import phrases
from shellcount.wording.tables import Table

_HEAD = ("estimate", "smc median", "nuts median", "largest difference in combined MCSE")
LEVEL = 0.99
FAR = 3.0
_COMPARED = ("p05", "p25", "p50", "p75", "p95", "mean")
_CONDITIONINGS = ("counts", "all")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One estimate by both engines.

    Parameters
    ----------
    name
        Of the estimate.
    smc, nuts
        The estimate by each.
    number
        Which of its numbers differs most.
    difference
        That difference, in combined Monte Carlo standard errors.
    p_value
        Of a difference so large where the engines agree; of all its numbers the smallest.
    """

    name: str
    smc: Estimate
    nuts: Estimate
    number: str
    difference: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of a verification.

    Parameters
    ----------
    name
        What was verified.
    passed
        Whether it holds.
    sentence
        What was found.
    table
        Every estimate by both engines, where they were compared.
    """

    name: str
    passed: bool
    sentence: str
    table: Table | None = None


def verify(
    case: Case,
    *,
    seed: int = defaults.SEED,
    refits: int = 1000,
    conditionings: tuple[str, ...] = _CONDITIONINGS,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Iterator[Finding]:
    """Verify what a case's numbers rest on, and give each finding as soon as it is there.

    Parameters
    ----------
    case
        Evidence and assumptions.
    seed
        Random seed: same seed, same digits.
    refits
        For calibration.
    conditionings
        Which of ``counts`` and ``all``.
    executor
        Where to refit, by default this process.
    progress
        Called with the share of the calibration at work done, from 0 to 1.

    Raises
    ------
    ShellcountError
        When an argument makes no sense, before anything is done, or the case cannot be fit at all.
    """
    for given in conditionings:
        check_request(case, given=given, refits=refits, seed=seed)
    for given in conditionings:
        yield engines_agree(case, given, seed)
    for given in conditionings:
        found = calibrate(case, given=given, refits=refits, seed=seed, executor=executor, progress=progress)
        yield Finding(f"calibration given {given}", found.passed, found.sentence)
    for given in conditionings:
        yield _left_out(case, given, seed, executor)
    for given in conditionings:
        yield _deterministic(case, given, seed)


def engines_agree(case: Case, given: str, seed: int) -> Finding:
    """Fit with both engines, and compare every standard estimate.

    Differences are in combined Monte Carlo standard errors, which are estimated themselves: their
    p-values are Student's, with the degrees of freedom of Welch (1947) and Satterthwaite (1946). The
    verdict is on all estimates together, by Holm's procedure.
    """
    smc, nuts = (
        fit(case, given=given, engine=engine, seed=seed, allow_unconverged=True) for engine in ("smc", "nuts")
    )
    pairs = zip(smc.estimates(), nuts.estimates(), strict=True)
    found = [_agreement(one, other, smc) for one, other in pairs]
    limit = rejected_up_to([agreement.p_value for agreement in found], 1 - LEVEL)
    apart = [agreement.name for agreement in found if agreement.p_value <= limit]
    faults = [
        e.name for agreement in found for e in (agreement.smc, agreement.nuts) if e.not_quotable is not None
    ]
    beyond = sum(abs(agreement.difference) > FAR for agreement in found)
    largest = max(found, key=lambda agreement: abs(agreement.difference))
    sentence = (
        f"largest difference {abs(largest.difference):.1f} combined MCSE ({largest.number} of "
        f"{largest.name}), beyond {FAR:.0f} for {beyond} of {len(found)} estimates"
    )
    if faults:
        sentence += f"; not converged: {', '.join(sorted(set(faults))[:5])}"
    if apart:
        sentence += f"; the engines differ on {', '.join(apart[:5])}"
    rows = tuple(
        (a.name, f"{a.smc.p50:,.4g}", f"{a.nuts.p50:,.4g}", f"{a.difference:+.1f} ({a.number})")
        for a in found
    )
    name = f"engines given {given}"
    return Finding(name, not faults and not apart, sentence, Table(name, _HEAD, rows, numeric=(1, 2, 3)))


def _agreement(one: Estimate, other: Estimate, smc: Posterior) -> Agreement:
    compared = [(_difference(one, other, number, smc.shape[0]), number) for number in _COMPARED]
    (difference, p_value), number = max(compared, key=lambda pair: abs(pair[0][0]))
    smallest = min(1.0, p_value * len(_COMPARED))
    return Agreement(one.name, one, other, number, difference, smallest)


def _difference(one: Estimate, other: Estimate, number: str, runs: int) -> tuple[float, float]:
    """A difference in combined standard errors, and its p-value."""
    errors = getattr(one, f"mcse_{number}"), getattr(other, f"mcse_{number}")
    distance = getattr(one, number) - getattr(other, number)
    combined = math.hypot(*errors)
    if combined == 0:
        return (0.0, 1.0) if math.isclose(distance, 0.0, abs_tol=1e-12) else (math.inf, 0.0)
    # The error of smc comes from the spread between its runs; that of nuts from thousands of draws.
    shares = [(error / combined) ** 2 for error in errors]
    degrees = 1 / (shares[0] ** 2 / (runs - 1) + shares[1] ** 2 / other.ess_tail)
    return distance / combined, 2 * float(stdtr(degrees, -abs(distance) / combined))


def _left_out(case: Case, given: str, seed: int, executor: Executor | None) -> Finding:
    settings = defaults.Settings(seed=seed, allow_unconverged=True)
    checks = leave_one_out(case, given=given, settings=settings, executor=executor)
    listed = [f"{check.claim} {phrases.probability(check.predictive_cdf)}" for check in checks.leading]
    unconverged = any(check.estimate.not_quotable is not None for check in checks)
    sentence = f"percentile of each claim given all others: {', '.join(listed)}"
    return Finding(f"leave-one-out given {given}", not checks.failed and not unconverged, sentence)


def _deterministic(case: Case, given: str, seed: int) -> Finding:
    """Fit in other processes, with a cold and a warm compile cache, with all cores and one."""
    with tempfile.TemporaryDirectory() as cache:
        trials: dict[str, tuple[Engine, bool]] = {
            "smc": ("smc", False),
            "smc, another process on one core": ("smc", True),
            "nuts, cold cache": ("nuts", False),
            "nuts, another process with a warm cache": ("nuts", False),
            "nuts, one core": ("nuts", True),
        }
        found: dict[str, dict[str, str]] = {"smc": {}, "nuts": {}}
        for trial, (engine, alone) in trials.items():
            found[engine][trial] = _elsewhere(case, given, engine, seed, cache, alone=alone)
    odd = [
        trial
        for trials_of_engine in found.values()
        for trial, print_ in trials_of_engine.items()
        if print_ != next(iter(trials_of_engine.values()))
    ]
    ended = [trial for prints in found.values() for trial, print_ in prints.items() if not print_]
    sentence = f"one seed, the same digits: {'; '.join(trials)}"
    if ended:
        sentence = f"ended by itself: {'; '.join(ended)}"
    elif odd:
        sentence = f"other digits: {'; '.join(odd)}"
    return Finding(f"determinism given {given}", not odd and not ended, sentence)


def _elsewhere(case: Case, given: str, engine: Engine, seed: int, cache: str, *, alone: bool) -> str:
    """Fingerprint of a fit in a process of its own; empty when that process breaks."""
    context = get_context("spawn")
    with (
        contextlib.suppress(BrokenProcessPool),
        ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(cache, alone)) as executor,
    ):
        return executor.submit(fingerprint, case, given, engine, seed).result()
    return ""


def _prepare(cache: str, alone: bool) -> None:  # noqa: FBT001  # called by position
    os.environ[CACHE_VARIABLE] = cache
    if alone and sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def fingerprint(case: Case, given: str, engine: Engine, seed: int) -> str:
    """SHA-256 of all draws of a fit."""
    posterior = fit(case, given=given, engine=engine, seed=seed, allow_unconverged=True)
    total = hashlib.sha256()
    for name, values in sorted(posterior.coordinates.items()):
        total.update(name.encode())
        total.update(values.tobytes())
    return total.hexdigest()
