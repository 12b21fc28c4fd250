"""Verify that the numbers follow from the case: engines, calibration, leave-one-out, determinism."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from scipy.special import stdtr

from shellcount.case.schema import Case
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines import forecast
from shellcount.engines import settings as defaults
from shellcount.engines.announcing import taken
from shellcount.files.cache import CACHE_VARIABLE, FLAGS_VARIABLE
from shellcount.frozen import frozen
from shellcount.limits import announce, carried
from shellcount.maths.holm import rejected_up_to
from shellcount.model.model import build_model
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.given import split_given
from shellcount.results.run import ENGINES, INSTEAD, Engine
from shellcount.studies.calibration import calibrate, check_request
from shellcount.wording import phrases
from shellcount.wording.rounding import significant
from shellcount.wording.tables import Table

LEVEL = 0.99
FAR = 3.0
_COMPARED = ("p05", "p25", "p50", "p75", "p95", "mean")
_CONDITIONINGS = ("counts", "all")
# Fits whose digits are compared: the engine, and whether on one core.
_TRIALS: dict[str, tuple[Engine, bool]] = {
    "is": ("is", False),
    "is, another process on one core": ("is", True),
    "smc": ("smc", False),
    "smc, another process on one core": ("smc", True),
    "nuts, cold cache": ("nuts", False),
    "nuts, another process with a warm cache": ("nuts", False),
    "nuts, one core": ("nuts", True),
}


@frozen
class Agreement:
    """Estimate by every engine.

    Parameters
    ----------
    name
        Name of the estimate.
    estimates
        Estimate by each engine: `is`, `smc` and `nuts`.
    pair
        Two engines that differ most, in words.
    number
        Number of the estimate that differs most, such as ``p50``.
    difference
        Difference of that number, in combined Monte Carlo standard errors.
    p_value
        Probability of so large a difference if the engines agree, corrected for all that was compared.
    """

    name: str
    estimates: tuple[Estimate, ...]
    pair: str
    number: str
    difference: float
    p_value: float


@frozen
class Finding:
    """Result of one part of a verification.

    Parameters
    ----------
    name
        Part that was verified.
    passed
        True if it holds.
    sentence
        Result in words.
    table
        Every estimate by every engine, if they were compared.
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
    """Verify what the numbers of a case rest on, and yield each finding as soon as it is complete.

    Parameters
    ----------
    case
        Evidence and assumptions.
    seed
        Random seed: same seed, same digits.
    refits
        Number of refits for each calibration.
    conditionings
        Conditionings to verify, such as ``counts`` and ``all``.
    executor
        Where to refit, by default this process.
    progress
        Called with the finished share of the current calibration, from 0 to 1.

    Raises
    ------
    ShellcountError
        When an argument is invalid, before any work, or the case cannot be fit at all.
    """
    for given in conditionings:
        check_request(case, given=given, refits=refits, seed=seed)
    _announce(case, conditionings)
    for given in conditionings:
        yield engines_agree(case, given, seed)
    for given in conditionings:
        calibration = calibrate(
            case, given=given, refits=refits, seed=seed, executor=executor, progress=progress
        )
        yield Finding(_named("calibration", given), calibration.passed, calibration.sentence)
    for given in conditionings:
        yield _left_out(case, given, seed, executor)
    for given in conditionings:
        yield _deterministic(case, given, seed)


def _announce(case: Case, conditionings: tuple[str, ...]) -> None:
    """Tell how long the fits one after the other take together, if that is long, besides the calibrations."""
    seconds, memory = 0.0, 0.0
    for given in conditionings:
        model = build_model(case, given)
        for engine in ENGINES:
            sizes = forecast.suited(model, defaults.Settings(engine)).sizes()
            fits = 1 + sum(tried == engine for tried, _ in _TRIALS.values())
            seconds += fits * forecast.seconds(model, engine, sizes)
            memory = max(memory, forecast.memory(model, engine, sizes))
    announce(
        seconds,
        memory,
        lambda _: f"the fits by every engine take {taken(seconds, memory)}, besides the calibration",
    )


def _named(part: str, given: str) -> str:
    """Name a part of a verification."""
    return f"{part} given {split_given(given).brief}"


def engines_agree(case: Case, given: str, seed: int) -> Finding:
    """Fit with every engine, and compare every standard estimate of each two, as `fits_agree` does."""
    fits = {
        engine: fit(case, given=given, engine=engine, seed=seed, allow_unconverged=True) for engine in ENGINES
    }
    return fits_agree(fits, given)


def fits_agree(fits: Mapping[Engine, Posterior], given: str) -> Finding:
    """Compare every standard estimate of each two fits of one case, by the engine that was asked for.

    Differences are in combined Monte Carlo standard errors, which are themselves estimates, so that
    p-values are Student's, with the degrees of freedom of Welch (1947) and Satterthwaite (1946). The
    verdict is on all estimates together, by Holm's procedure.
    """
    agreements = [
        _agreement(estimates, fits)
        for estimates in zip(*(each.estimates() for each in fits.values()), strict=True)
    ]
    limit = rejected_up_to([agreement.p_value for agreement in agreements], 1 - LEVEL)
    apart = [agreement.name for agreement in agreements if agreement.p_value <= limit]
    unconverged = {
        agreement.name
        for agreement in agreements
        if any(estimate.not_quotable is not None for estimate in agreement.estimates)
    }
    beyond = sum(abs(agreement.difference) > FAR for agreement in agreements)
    largest = max(agreements, key=lambda agreement: abs(agreement.difference))
    sentence = (
        f"largest difference {abs(largest.difference):.1f} combined MCSE ({largest.number} of "
        f"{largest.name}, {largest.pair}), beyond {FAR:.0f} for {beyond} of {len(agreements)} estimates"
    )
    if unconverged:
        sentence += f"; not converged: {', '.join(sorted(unconverged)[:5])}"
    if apart:
        sentence += f"; the engines differ on {', '.join(apart[:5])}"
    sentence += "".join(f"; engine {told}" for told in map(_instead, fits.values()) if told is not None)
    rows = tuple(
        (
            a.name,
            *(significant(estimate.p50, digits=4) for estimate in a.estimates),
            f"{a.difference:+.1f} ({a.number}, {a.pair})",
        )
        for a in agreements
    )
    name = _named("engines", given)
    head = ("estimate", *(f"{engine} median" for engine in fits), "largest difference in combined MCSE")
    passed = not unconverged and not apart
    return Finding(name, passed, sentence, Table(name, head, rows, numeric=tuple(range(1, len(head)))))


def _instead(posterior: Posterior) -> str | None:
    """Tell which engine drew in the place of the one that was asked for, and why."""
    return dict(posterior.sampler_report.facts).get(INSTEAD)


def _agreement(estimates: tuple[Estimate, ...], fits: Mapping[Engine, Posterior]) -> Agreement:
    by_engine = dict(zip(fits, estimates, strict=True))
    compared = [
        (*_difference(by_engine[one], by_engine[other], number, fits[one], fits[other]), number, one, other)
        for one, other in itertools.combinations(fits, 2)
        for number in _COMPARED
    ]
    difference, _, number, one, other = max(compared, key=lambda found: abs(found[0]))
    pair = f"{one} less {other}"
    smallest = min(1.0, min(found[1] for found in compared) * len(compared))
    return Agreement(estimates[0].name, estimates, pair, number, difference, smallest)


def _difference(
    one: Estimate, other: Estimate, number: str, by_one: Posterior, by_other: Posterior
) -> tuple[float, float]:
    """Compute a difference in combined standard errors, and its p-value."""
    errors = getattr(one, f"mcse_{number}"), getattr(other, f"mcse_{number}")
    distance = getattr(one, number) - getattr(other, number)
    combined = math.hypot(*errors)
    if combined == 0:
        return (0.0, 1.0) if math.isclose(distance, 0.0, abs_tol=1e-12) else (math.inf, 0.0)
    freedom = _freedom(one, by_one), _freedom(other, by_other)
    shares = [(error / combined) ** 2 for error in errors]
    degrees = 1 / sum(share**2 / free for share, free in zip(shares, freedom, strict=True))
    return distance / combined, 2 * float(stdtr(degrees, -abs(distance) / combined))


def _freedom(estimate: Estimate, posterior: Posterior) -> float:
    """Count the degrees of freedom of an error: by the spread of a few runs, or from thousands of draws."""
    return estimate.ess_tail if posterior.run.engine == "nuts" else posterior.shape[0] - 1


def _left_out(case: Case, given: str, seed: int, executor: Executor | None) -> Finding:
    settings = defaults.Settings(seed=seed, allow_unconverged=True)
    checks = leave_one_out(case, given=given, settings=settings, executor=executor)
    listed = [f"{check.claim} {phrases.probability(check.predictive_cdf)}" for check in checks.leading]
    unconverged = any(check.estimate.not_quotable is not None for check in checks)
    sentence = f"percentile of each claim given all others: {', '.join(listed)}"
    return Finding(_named("leave-one-out", given), not checks.failed and not unconverged, sentence)


def _deterministic(case: Case, given: str, seed: int) -> Finding:
    """Fit in other processes, with a cold and a warm compile cache, on all cores and on one."""
    with tempfile.TemporaryDirectory() as cache:
        prints: dict[str, dict[str, str]] = {engine: {} for engine in ENGINES}
        for trial, (engine, alone) in _TRIALS.items():
            prints[engine][trial] = _elsewhere(case, given, engine, seed, cache, alone=alone)
    different = [
        trial
        for of_engine in prints.values()
        for trial, digits in of_engine.items()
        if digits != next(iter(of_engine.values()))
    ]
    crashed = [trial for of_engine in prints.values() for trial, digits in of_engine.items() if not digits]
    sentence = f"same seed, same digits: {'; '.join(_TRIALS)}"
    if crashed:
        sentence = f"process ended unexpectedly: {'; '.join(crashed)}"
    elif different:
        sentence = f"different digits: {'; '.join(different)}"
    return Finding(_named("determinism", given), not different and not crashed, sentence)


def _elsewhere(case: Case, given: str, engine: Engine, seed: int, cache: str, *, alone: bool) -> str:
    """Fingerprint a fit in a separate process; empty when that process breaks."""
    context = get_context("spawn")
    with (
        contextlib.suppress(BrokenProcessPool),
        ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(cache, alone)) as executor,
    ):
        return executor.submit(carried(fingerprint), case, given, engine, seed).result()
    return ""


def _prepare(cache: str, alone: bool) -> None:  # noqa: FBT001  # called by position
    os.environ[CACHE_VARIABLE] = cache
    flags = (os.environ.get(FLAGS_VARIABLE), f"base_compiledir={cache}")  # of two the last is used
    os.environ[FLAGS_VARIABLE] = ",".join(filter(None, flags))
    if alone and sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def fingerprint(case: Case, given: str, engine: Engine, seed: int) -> str:
    """Hash all draws of a fit by SHA-256."""
    posterior = fit(case, given=given, engine=engine, seed=seed, allow_unconverged=True)
    total = hashlib.sha256()
    for name, values in sorted(posterior.coordinates.items()):
        total.update(name.encode())
        total.update(values.tobytes())
    return total.hexdigest()
