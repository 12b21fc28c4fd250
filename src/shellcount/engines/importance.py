r"""Sample by adaptive importance sampling on scrambled Sobol points, where the prior is standard normal.

A proposal :math:`q` is adapted to the posterior (:mod:`shellcount.engines.adaptation`). Then each run draws
fresh points of it, an independent scrambling, and weighs them:

.. math:: w(z) = L(z)\, \phi(z) / q(z), \qquad \hat p(y) = \frac1n \sum_i w(z_i).

Points are resampled by their weights to equally weighted draws, each run by itself, so that the spread
between runs is an error of all that is computed from them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.adaptation import adapt
from shellcount.engines.contradictions import explanation
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.proposal import Points, Proposal, require_proposal
from shellcount.engines.target import LogLikelihood, Target, WithGradient
from shellcount.engines.weights import effective
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import KHAT_LIMIT, fitted_pareto
from shellcount.maths.streams import named_generator, places
from shellcount.model.model import Model
from shellcount.parallel.crew import ALONE, Crew, start_crew
from shellcount.parallel.process import one_blas_thread

read_report = ImportanceReport.from_document

_LEAST_ROUND, _MOST_ROUND = 256, 2048  # points of a round
# Ratios of sums have a bias of the order of one over the effective points of a run, in standard deviations.
_LEAST_EFFECTIVE = 25.0
_LEAST_SHARE = 0.05  # a proposal that misses more than that has tails of which few points tell
_HOPELESS, _FEW = 10.0, 256  # effective points of the last round, below which runs are no longer than this
_MOST_APART = 0.5  # standard deviation of the runs' log evidence


def draw(
    model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], ImportanceReport]:
    """Draw the coordinates of a model that its likelihood informs, and report on the work."""
    with one_blas_thread(), start_crew() as threads:
        result = sample(
            model.log_likelihood,
            len(model.informed),
            runs=sizes["runs"],
            points=sizes["points"],
            draws=sizes["draws"],
            rng=named_generator(seed, "is"),
            gradient=model.log_likelihood_and_gradient,
            on_progress=progress,
            explain=functools.partial(explanation, model),
            crew=threads,
            row=model.claimed_direction,
            places=places(seed, (sizes["runs"], sizes["draws"])),
        )
    report = ImportanceReport(
        run_log_evidence=tuple(result.log_evidence.tolist()),
        effective_share=result.effective_share,
        khat=result.khat,
        directions=result.directions,
        rounds=result.rounds,
        evaluations=result.evaluations,
        refusal=result.refusal,
        again={**result.proposal, "chosen": result.chosen.astype(np.uint16)},
    )
    return dict(zip(model.informed, result.draws, strict=True)), report


def draw_again(
    model: Model, seed: int, sizes: Mapping[str, int], again: Mapping[str, Array]
) -> dict[str, Array]:
    """Draw again what :func:`draw` drew, from the arrays that its report keeps.

    Raises
    ------
    ValueError
        When they are not those of a fit of this model and these sizes.
    """
    proposal = {name: values for name, values in again.items() if name != "chosen"}
    require_proposal(proposal, len(model.informed))
    chosen = again.get("chosen", np.zeros(0))
    if chosen.shape != (sizes["runs"], sizes["draws"]) or chosen.dtype != np.uint16:
        raise ValueError("it does not have the place of each draw among the points")
    if not chosen.max() < sizes["points"]:
        raise ValueError("a draw has no place among the points")
    with one_blas_thread(), np.errstate(all="ignore"):
        drawn = redraw(proposal, chosen.astype(np.intp), named_generator(seed, "is"), points=sizes["points"])
    return dict(zip(model.informed, drawn, strict=True))


@dataclass(frozen=True, slots=True)
class ImportanceSample:
    """Equally weighted draws of several runs, and how the sampling went.

    Parameters
    ----------
    draws
        Shape (coordinate, run, draw).
    log_evidence
        Log marginal likelihood by each run, in nats; shape (run,).
    effective_share
        Effective number of all weighted points, as a share of their number.
    khat
        Pareto shape of the largest weights.
    directions
        Number of directions in which the proposal is not the prior.
    rounds
        Number of times that the proposal was fitted.
    evaluations
        Number of points at which the likelihood was evaluated; one with a gradient counts three times.
    proposal
        Arrays of the proposal, for :func:`redraw`.
    chosen
        Places of the draws among the points of their run, shape (run, draw).
    refusal
        Reason why the sample must not be used; ``None`` if it may be.
    """

    draws: Array
    log_evidence: Array
    effective_share: float
    khat: float
    directions: int
    rounds: int
    evaluations: int
    proposal: Mapping[str, Array]
    chosen: NDArray[np.intp]
    refusal: str | None


def sample(
    log_likelihood: LogLikelihood,
    dimension: int,
    *,
    runs: int,
    points: int,
    draws: int,
    rng: np.random.Generator,
    gradient: WithGradient | None = None,
    on_progress: Callable[[float], None] = lambda _: None,
    explain: Callable[[str, Array], str] = lambda reason, _: reason,
    crew: Crew = ALONE,
    row: Array | None = None,
    places: NDArray[np.intp] | None = None,
) -> ImportanceSample:
    """Draw from a posterior whose prior is standard normal in every coordinate.

    Parameters
    ----------
    log_likelihood
        From coordinates, shape (coordinate, point), to log likelihoods, shape (point,).
    dimension
        Number of coordinates.
    runs, points, draws
        Number of runs, of points in each, at most 16,384, and of draws from each.
    rng
        Decides every draw. It must be fresh, so that :func:`redraw` can begin with one alike.
    gradient
        From coordinates to log likelihoods and their gradients, shape (coordinate, point); by default central
        differences.
    on_progress
        Called with the share of the work done.
    explain
        Makes the message of an error from its reason, and from where the points are.
    crew
        Threads that evaluate runs side by side; digits do not depend on their number.
    row
        Direction, shape (coordinate,), along which the points of a run are put in a row before they are
        resampled; by default the direction that is informed most.
    places
        Place in that row of each draw, shape (run, draw); by default at random.

    Raises
    ------
    EvidenceError
        When the likelihood is finite at no point.

    Examples
    --------
    A unit normal prior and one observation of 2 with unit error have posterior mean 1:

    >>> sampled = sample(
    ...     lambda z: -0.5 * (2 - z[0]) ** 2,
    ...     1,
    ...     runs=4,
    ...     points=512,
    ...     draws=512,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> abs(float(sampled.draws.mean()) - 1) < 0.01
    True
    """
    for_points, for_rounds = rng.spawn(2)
    target = Target(log_likelihood, gradient, crew)
    size = min(_MOST_ROUND, max(_LEAST_ROUND, runs * points // 4))
    adapted = adapt(target, dimension, for_rounds, size, lambda share: on_progress(share / 2), explain)
    if adapted.shares and adapted.shares[-1] * size < _HOPELESS:
        points = min(points, _FEW)
    evenly, proposal = Points(for_points, runs, dimension), adapted.proposal
    shifts = for_points.random(runs)
    if places is None:
        places = for_points.permuted(np.tile(np.arange(draws), (runs, 1)), axis=1)
    along = proposal.basis[:, 0] if row is None and dimension else row

    def work(run: int) -> tuple[Array, Array, NDArray[np.intp]]:
        z, log_ratio = evenly.place(run, proposal, points)
        log_weights = target.log_l_of(z) + log_ratio
        order = np.arange(points) if along is None else np.argsort(along @ z, kind="stable")
        chosen = order[_resampled(log_weights[order], draws, shifts[run])][places[run]]
        return z[:, chosen], log_weights, chosen

    parts = crew.each(work, range(runs))
    on_progress(1.0)
    log_weights = np.stack([part[1] for part in parts])
    if not np.isfinite(log_weights.max()):
        raise EvidenceError(explain("no point near the modes has a finite likelihood", parts[0][0]))
    log_evidence, share, khat = _diagnosed(log_weights)
    return ImportanceSample(
        draws=np.stack([part[0] for part in parts], axis=1),
        log_evidence=log_evidence,
        effective_share=share,
        khat=khat,
        directions=proposal.directions,
        rounds=len(adapted.shares),
        evaluations=target.evaluations + runs * points,
        proposal=proposal.arrays(),
        chosen=np.stack([part[2] for part in parts]),
        refusal=_refusal(share, points, khat, log_evidence),
    )


def redraw(
    proposal: Mapping[str, Array], chosen: NDArray[np.intp], rng: np.random.Generator, *, points: int
) -> Array:
    """Draw again what :func:`sample` drew, from the arrays of its proposal and the places of the draws.

    Parameters
    ----------
    proposal, chosen
        Those of the :class:`ImportanceSample`.
    rng
        Generator like the one that :func:`sample` was given, fresh.
    points
        Number of points of each run.

    Returns
    -------
    numpy.ndarray
        Draws of the sample, shape (coordinate, run, draw), to the last digit.

    Examples
    --------
    >>> sizes = {"runs": 4, "points": 64, "draws": 32}
    >>> sampled = sample(lambda z: -z[0] ** 2, 2, rng=np.random.default_rng(1), **sizes)
    >>> again = redraw(sampled.proposal, sampled.chosen, np.random.default_rng(1), points=64)
    >>> bool((again == sampled.draws).all())
    True
    """
    for_points, _ = rng.spawn(2)
    carried = Proposal.of_arrays(proposal)
    evenly = Points(for_points, len(chosen), len(carried.basis))
    runs = [evenly.place(run, carried, points)[0][:, places] for run, places in enumerate(chosen)]
    return np.stack(runs, axis=1)


def _resampled(log_weights: Array, draws: int, shift: float) -> NDArray[np.intp]:
    """Choose points systematically by their weights."""
    largest = log_weights.max()
    cumulated = np.cumsum(
        np.exp(log_weights - largest) if np.isfinite(largest) else np.ones(len(log_weights))
    )
    positions = (shift + np.arange(draws)) / draws * cumulated[-1]
    places: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions), len(log_weights) - 1)
    return places


def _diagnosed(log_weights: Array) -> tuple[Array, float, float]:
    """Compute the log evidence of each run, the effective share of all points, and their Pareto k-hat."""
    largest = float(log_weights.max())
    weights = np.exp(log_weights - largest)
    with np.errstate(divide="ignore"):
        log_evidence: Array = largest + np.log(weights.mean(axis=1))
    return log_evidence, effective(weights.ravel()) / weights.size, _khat(weights.ravel())


def _khat(weights: Array) -> float:
    """Fit a generalised Pareto distribution to the largest weights, and return its shape."""
    count = math.ceil(min(0.2 * len(weights), 3 * math.sqrt(len(weights))))
    largest = np.sort(np.partition(weights, -count - 1)[-count - 1 :])
    excess = largest[1:] - largest[0]
    if not excess[-1] > 1e-9 * largest[-1]:
        return 0.0
    khat, _ = fitted_pareto(np.maximum(excess, np.finfo(float).tiny))
    return float(khat) if math.isfinite(khat) else math.inf


def _refusal(share: float, points: int, khat: float, log_evidence: Array) -> str | None:
    """State why a sample must not be used, if so."""
    if not khat <= KHAT_LIMIT:
        return f"the largest weights have Pareto k-hat {khat:.3f}, above {KHAT_LIMIT}"
    if not share * points >= _LEAST_EFFECTIVE:
        return (
            f"only {share * points:.0f} points of each run are effective, fewer than {_LEAST_EFFECTIVE:.0f}"
        )
    if not share >= _LEAST_SHARE:
        return f"the effective share of the points is {share:.3f}, below {_LEAST_SHARE}"
    apart = float(log_evidence.std(ddof=1)) if len(log_evidence) > 1 else 0.0
    if not apart <= _MOST_APART:
        return f"the log evidences of the runs scatter by {apart:.2f} nats, more than {_MOST_APART}"
    return None
