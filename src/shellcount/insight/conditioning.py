r"""Condition a posterior on a statement: keep the draws that satisfy it, or sample within its bound.

Draws that satisfy a statement are draws from the posterior given it, and their share is its probability.
Where they are too few, an engine samples the likelihood within the bound
(:mod:`~shellcount.insight.constrained`), over the coordinates that the claims inform and those that the
quantity depends on; all others keep their prior in either case. The probability is then a ratio of evidences,

.. math:: \Pr(Q \ge t \mid y) = \frac{\int_{Q(z) \ge t} L(z)\, \phi(z)\, dz}{\int L(z)\, \phi(z)\, dz}.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shellcount.engines import importance
from shellcount.engines.engine import draw as draw_from
from shellcount.engines.forecast import most_moves, require_affordable, suited, unserved
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.settings import PARTICLES, SNAPSHOTS, Settings
from shellcount.errors import EvidenceError, UsageError
from shellcount.frozen import frozen
from shellcount.insight.constrained import Constrained, is_share, linked
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import ESS_LIMIT
from shellcount.maths.streams import named_generator
from shellcount.model.model import Model
from shellcount.parallel.crew import start_crew
from shellcount.parallel.process import one_blas_thread
from shellcount.posterior.posterior import Posterior
from shellcount.results.probability import Probability
from shellcount.results.threshold import Threshold

type Route = Literal["reweighted", "refitted"]

LEAST = 1e-12  # probability below which nothing is said to support a statement
ENOUGH = 2_000.0  # effective draws that satisfy a statement, from which on they are kept
_WIDTH = 0.6  # of the smooth bound, over how far draws beyond the bound typically lie from it
# A bound has an edge, which a proposal follows less well: as many points of each run, or so many times more.
_POINTS, _MORE = 8192, 4
_DRAWS = 4096  # of each run, of which no more are effective
_ATTEMPTS = 3  # with fresh points, before engine smc takes several times as long
_FAR = 6.0  # errors, by which a probability may differ from the share of the draws of the fit
_APART = 0.5  # relative error of a probability, above which runs do not agree on it


@frozen
class Conditioned:
    """Posterior given a statement, and the probability of the statement.

    Parameters
    ----------
    posterior
        Draws given the statement, of as many runs and draws as are made of it.
    names
        Coordinates that the statement can move; all others keep their prior.
    value, mcse
        Probability of the statement, and its Monte Carlo standard error.
    route
        Whether draws were kept, or sampled within the bound.
    effective
        Effective number of the draws given the statement.
    khat
        Pareto shape of the largest weights; ``None`` for engine smc.
    not_quotable
        Reason why its numbers must not be quoted, or ``None``.
    """

    posterior: Posterior
    names: tuple[str, ...]
    value: float
    mcse: float
    route: Route
    effective: float
    khat: float | None
    not_quotable: str | None


def condition(
    posterior: Posterior,
    threshold: Threshold,
    *,
    route: Route | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Conditioned:
    """Draw from a posterior given a statement, and compute the probability of the statement.

    Parameters
    ----------
    posterior
        The posterior.
    threshold
        The statement, of an amount above 0.
    route
        Whether to keep draws or to sample; by default draws are kept where :data:`ENOUGH` of them do.
    progress
        Called with the share of the work done, from 0 to 1, where it samples.

    Raises
    ------
    EvidenceError
        When nothing satisfies the statement.
    LimitError
        When sampling is forecast to need more memory or work than is allowed.
    UsageError
        When draws are to be kept, and a run has none to keep.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.results.threshold import parse_threshold
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> found = condition(posterior, parse_threshold(posterior.case, "load >= 0.92"))
    >>> found.route, round(found.value, 2)
    ('refitted', 0.05)
    """
    values = posterior.draws_of(threshold.quantity)
    kept: NDArray[np.bool_] = values >= threshold.value if threshold.at_least else values <= threshold.value
    found = posterior.probability(threshold)
    count = float(kept.sum())
    spread = found.value * (1.0 - found.value)
    effective = min(count, found.value * spread / found.mcse**2) if spread > 0 else count
    if route is None:
        route = "reweighted" if effective >= ENOUGH and kept.any(axis=1).all() else "refitted"
    target = Constrained(posterior.model, threshold, _width(posterior.model, values, threshold))
    if route == "reweighted":
        if not kept.any(axis=1).all():
            raise UsageError("not every run has a draw that satisfies the statement: leave the route open")
        return _reweighted(posterior, target, kept, found.mcse, effective)
    return _refitted(posterior, target, found, progress)


def _width(model: Model, values: Array, threshold: Threshold) -> float:
    """Choose the width of the smooth bound by how far beyond it a normal distribution would lie."""
    share = is_share(model, threshold)
    placed, bound = (linked(np.asarray(each), share=share) for each in (values, threshold.value))
    mean, sd = float(placed.mean()), float(placed.std())
    away = (float(bound) - mean) * (1.0 if threshold.at_least else -1.0)
    return _WIDTH * sd / max(1.0, away / sd) if sd > 0 else 1.0


def _reweighted(
    posterior: Posterior, target: Constrained, kept: NDArray[np.bool_], mcse: float, effective: float
) -> Conditioned:
    """Keep the draws that satisfy the statement, in each run as often as fills it."""
    draws = kept.shape[1]
    places = np.stack([np.flatnonzero(run)[(np.arange(draws) * run.sum()) // draws] for run in kept])
    shares = kept.mean(axis=1)
    report = ImportanceReport(
        run_log_evidence=tuple(np.log(shares).tolist()),
        effective_share=float(shares.mean()),
        khat=0.0,
        directions=0,
        rounds=0,
        evaluations=kept.size,
    )
    coordinates = {
        name: np.take_along_axis(posterior.evaluation.coordinate(name), places, axis=1)
        for name in target.names
    }
    given = Posterior(posterior.model, posterior.run, coordinates, report, allow_unconverged=True)
    few = _few(effective)
    value = float(shares.mean())
    return Conditioned(given, target.names, value, mcse, "reweighted", effective, 0.0, few)


@frozen
class _Sampled:
    """Draws within the smooth bound, shape (coordinate, run, draw), and how the sampling went."""

    draws: Array
    log_evidence: Array
    share: float
    khat: float | None
    refusal: str | None


def _refitted(
    posterior: Posterior, target: Constrained, kept: Probability, progress: Callable[[float], None]
) -> Conditioned:
    """Sample within the smooth bound, and weigh what was sampled to make it exact."""
    log_evidence, error = _log_evidence(posterior)
    # Below it nothing supports the statement; where a draw of the fit does, an engine has only not got there.
    least = log_evidence + math.log(LEAST) if kept.value == 0 else -math.inf
    sampled = _sampled(posterior, target, least, progress)
    runs, points = sampled.draws.shape[1:]
    weights = np.stack([target.weights(sampled.draws[:, run]) for run in range(runs)])
    if not weights.any(axis=1).all():
        raise EvidenceError("no place where the statement holds was reached")
    chances = np.exp(sampled.log_evidence - log_evidence) * weights.mean(axis=1)
    value = float(chances.mean())
    mcse = math.hypot(float(chances.std(ddof=1)) / math.sqrt(runs), value * error)
    effective = sampled.share * float(weights.sum() ** 2 / (weights**2).sum())
    draws = min(points, _DRAWS)
    places = np.stack([_resampled(run, draws) for run in weights])
    coordinates = {
        name: np.take_along_axis(rows, places, axis=1)
        for name, rows in zip(target.names, sampled.draws, strict=True)
    }
    report = ImportanceReport(
        run_log_evidence=tuple(np.log(chances).tolist()),
        effective_share=min(1.0, effective / weights.size),
        khat=sampled.khat or 0.0,
        directions=0,
        rounds=0,
        evaluations=weights.size,
        refusal=sampled.refusal,
    )
    run = dataclasses.replace(
        posterior.run, engine="is", settings={"runs": runs, "points": points, "draws": draws}
    )
    given = Posterior(posterior.model, run, coordinates, report, allow_unconverged=True)
    reason = sampled.refusal or _disagreement(posterior, value, mcse, kept) or _few(effective)
    return Conditioned(
        given, target.names, min(value, 1.0), mcse, "refitted", effective, sampled.khat, reason
    )


def _disagreement(posterior: Posterior, value: float, mcse: float, kept: Probability) -> str | None:
    """State that runs disagree on a probability, or with the draws of the fit, if so."""
    if mcse > _APART * value:
        return "the runs do not agree on the probability of the statement"
    independent = 2 * math.sqrt(value / math.prod(posterior.shape))  # of draws half as effective or less
    if abs(value - kept.value) > _FAR * math.hypot(mcse, max(kept.mcse, independent)):
        return "draws within the bound do not agree with those of the fit"
    return None


def _sampled(
    posterior: Posterior, target: Constrained, least: float, progress: Callable[[float], None]
) -> _Sampled:
    """Sample by engine is, or by smc where that does not serve."""
    model, seed, sizes = posterior.model, posterior.run.seed, _sizes(posterior)
    require_affordable(model, "is", sizes)
    for attempt in range(_ATTEMPTS if unserved(model) is None else 0):
        sampled = _by_importance(target, named_generator(seed, f"require.is.{attempt}"), sizes, progress)
        if float(sampled.log_evidence.max()) < least:
            raise EvidenceError("nothing supports the statement")
        if sampled.refusal is None:
            return sampled
    return _by_smc(model, target, seed, sizes, progress)


def _sizes(posterior: Posterior) -> dict[str, int]:
    """Give the sizes of a run of engine is: those of the fit or the default, with more points."""
    run = posterior.run
    if run.engine == "is":
        points = run.settings["points"]
    else:
        points = suited(posterior.model, Settings("is")).sizes()["points"]
    runs = None if run.engine == "nuts" else run.settings["runs"]
    return Settings("is", run.seed, runs, max(points, min(_POINTS, _MORE * points))).sizes()


def _by_importance(
    target: Constrained,
    rng: np.random.Generator,
    sizes: Mapping[str, int],
    progress: Callable[[float], None],
) -> _Sampled:
    """Sample by engine is."""
    with one_blas_thread(), start_crew() as threads:
        result = importance.sample(
            target.log_likelihood,
            len(target.names),
            runs=sizes["runs"],
            points=sizes["points"],
            draws=sizes["draws"],
            rng=rng,
            gradient=target.log_likelihood_and_gradient,
            on_progress=progress,
            crew=threads,
        )
    return _Sampled(result.draws, result.log_evidence, result.effective_share, result.khat, result.refusal)


def _by_smc(
    model: Model,
    target: Constrained,
    seed: int,
    sizes: Mapping[str, int],
    progress: Callable[[float], None],
) -> _Sampled:
    """Sample by engine smc, with particles in proportion to points."""
    from shellcount.engines import smc

    sizes = {"runs": sizes["runs"], "particles": max(64, sizes["points"] * PARTICLES // _POINTS)}
    with one_blas_thread(), start_crew() as threads:
        result = smc.sample(
            target.log_likelihood,
            len(target.names),
            runs=sizes["runs"],
            particles=sizes["particles"],
            rng=named_generator(seed, "require.smc"),
            on_temperature=progress,
            most_moves=most_moves(model, sizes),
            gradient=target.log_likelihood_and_gradient,
            crew=threads,
        )
    return _Sampled(result.draws, result.log_evidence, 1.0 / SNAPSHOTS, None, result.stuck)


def _log_evidence(posterior: Posterior) -> tuple[float, float]:
    """Give the log evidence of the claims; by engine is where the engine of the fit gives none."""
    known = posterior.log_evidence
    if known is None:
        settings = Settings("is", posterior.run.seed)
        _, (_, report) = draw_from(posterior.model, settings, lambda _: None)
        known = report.log_evidence
    if known is None:
        raise EvidenceError("no engine gives the evidence of the claims")
    return known


def _resampled(weights: Array, draws: int) -> NDArray[np.intp]:
    """Choose draws systematically by their weights, in their order."""
    cumulated = np.cumsum(weights)
    positions = (0.5 + np.arange(draws)) / draws * cumulated[-1]
    places: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions), len(weights) - 1)
    return places


def _few(effective: float) -> str | None:
    """State that too few draws are effective, if so."""
    if effective > ESS_LIMIT:
        return None
    return f"only {effective:.0f} draws given the statement are effective, not above {ESS_LIMIT:.0f}"
