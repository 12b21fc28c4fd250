r"""Sample by importance: draw points from a Student t fitted to the posterior, weigh them, and resample.

The prior is standard normal. Rounds of points fit the mean and the covariance of the proposal to targets
:math:`\phi(z) L(z)^\beta`, each with the largest :math:`\beta` that leaves enough of them an effective sample
(Cappé et al. 2008, *Statistics and Computing* 18:447).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.contradictions import explanation
from shellcount.engines.sampler_report import ImportanceReport
from shellcount.engines.walk import systematic
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import KHAT_LIMIT, smoothed_weights
from shellcount.maths.streams import named_generator, stratified_normals
from shellcount.model.model import Model
from shellcount.parallel.crew import ALONE, Crew, start_crew
from shellcount.parallel.process import one_blas_thread

read_report = ImportanceReport.from_document

_DEGREES = 20.0
_KEPT = 0.3  # effective share of the points that fit a proposal
_MOST_ROUNDS = 30
_LEAST_SHARE = 0.02
_BLOCK = 4096


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
            on_progress=progress,
            explain=functools.partial(explanation, model),
            crew=threads,
        )
    report = ImportanceReport(
        run_log_evidence=tuple(result.log_evidence.tolist()),
        effective_share=result.effective_share,
        khat=result.khat,
        directions=result.directions,
        rounds=result.rounds,
        evaluations=result.evaluations,
    )
    return dict(zip(model.informed, result.draws, strict=True)), report


@dataclass(frozen=True, slots=True)
class ImportanceSample:
    """Equally weighted draws of several runs, and how the sampling went.

    Parameters
    ----------
    draws
        Shape (coordinate, run, draw).
    log_evidence
        Log marginal likelihood by each run, in nats; shape (run,).
    effective_share, khat
        Of the weights of the points.
    directions, rounds, evaluations
        Numbers of informed directions, of fits of the proposal, and of points in all.
    proposal
        Mean and Cholesky factor of the proposal.
    chosen
        Places of the points drawn, shape (run, draw).
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
    log_likelihood: Callable[[Array], Array],
    dimension: int,
    *,
    runs: int,
    points: int,
    draws: int,
    rng: np.random.Generator,
    gradient: Callable[[Array], tuple[Array, Array]] | None = None,  # noqa: ARG001
    on_progress: Callable[[float], None] = lambda _: None,
    explain: Callable[[str, Array], str] = lambda reason, _: reason,
    crew: Crew = ALONE,
) -> ImportanceSample:
    """Draw from a posterior whose prior is standard normal in every coordinate.

    Raises
    ------
    EvidenceError
        When the likelihood is finite at no point.

    Examples
    --------
    >>> sampled = sample(
    ...     lambda z: -0.5 * (2 - z[0]) ** 2,
    ...     1,
    ...     runs=4,
    ...     points=512,
    ...     draws=512,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> abs(float(sampled.draws.mean()) - 1) < 0.05
    True
    """
    size = runs * points
    mean, factor, beta, rounds = np.zeros(dimension), np.eye(dimension), 0.0, 0
    while True:
        rounds += 1
        z, log_q = _points(rng, mean, factor, runs, points)
        blocks = [slice(at, at + _BLOCK) for at in range(0, size, _BLOCK)]
        log_l = np.concatenate(crew.each(lambda block: log_likelihood(z[:, block]), blocks))  # noqa: B023
        log_l = np.where(np.isnan(log_l), -np.inf, log_l)
        if not np.isfinite(log_l).any():
            raise EvidenceError(explain("hardly a draw from the prior has a finite likelihood", z))
        prior = -0.5 * np.einsum("ij,ij->j", z, z) - log_q
        done, beta = beta == 1.0, _temperature(log_l, prior)
        on_progress(beta)
        if done or rounds == _MOST_ROUNDS:
            break
        weights = np.exp((logs := beta * log_l + prior) - logs.max())
        weights /= weights.sum()
        mean = z @ weights
        centred = z - mean[:, None]
        covariance = (centred * weights) @ centred.T
        factor = np.linalg.cholesky(covariance + np.diag(1e-3 * np.diag(covariance) + 1e-12))
    logs = (log_l + prior).reshape(runs, points)
    largest = logs.max()
    weights = np.exp(logs - largest)
    _, khat = smoothed_weights(logs.ravel())
    share = float(weights.sum() ** 2 / (weights**2).sum() / size)
    refusal = None
    if not (khat <= KHAT_LIMIT and share >= _LEAST_SHARE):
        refusal = f"Pareto k-hat {khat:.2f}, effective share {share:.3f}"
    chosen = systematic(np.repeat(weights, -(-draws // points), axis=1), rng)
    chosen = (chosen // -(-draws // points)).reshape(runs, -1)[:, :draws]
    return ImportanceSample(
        z[:, chosen],
        largest + np.log(weights.mean(axis=1)),
        share,
        float(khat),
        dimension,
        rounds,
        rounds * size,
        {"mean": mean, "factor": factor},
        chosen,
        refusal,
    )


def _points(
    rng: np.random.Generator, mean: Array, factor: Array, runs: int, points: int
) -> tuple[Array, Array]:
    """Draw points of the Student t, and its log density at them over that of a standard normal's constant."""
    dimension = mean.size
    normals = stratified_normals(rng, dimension * runs, points).reshape(dimension, runs * points)
    scale = np.sqrt(_DEGREES / (2 * rng.standard_gamma(_DEGREES / 2, runs * points)))
    t = normals * scale
    log_q = -0.5 * (_DEGREES + dimension) * np.log1p(np.einsum("ij,ij->j", t, t) / _DEGREES)
    constant = math.lgamma((_DEGREES + dimension) / 2) - math.lgamma(_DEGREES / 2)
    constant -= 0.5 * dimension * math.log(_DEGREES / 2) + float(np.log(np.diag(factor)).sum())
    return mean[:, None] + factor @ t, log_q + constant


def _temperature(log_l: Array, prior: Array) -> float:
    def enough(beta: float) -> bool:
        logs = beta * log_l + prior
        weights = np.exp(logs - logs.max())
        return bool(weights.sum() ** 2 >= _KEPT * weights.size * (weights**2).sum())

    if enough(1.0):
        return 1.0
    low, high = 1e-12, 1.0
    for _ in range(30):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low
