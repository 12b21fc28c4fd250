r"""Sample by adaptive importance sampling on scrambled Sobol points, where the prior is standard normal.

A proposal :math:`q` is adapted to the posterior (:mod:`shellcount.engines.adaptation`). Then each run draws
fresh points of it, an independent scrambling, and weighs them:

.. math:: w(z) = L(z)\, \phi(z) / q(z), \qquad \hat p(y) = \frac1n \sum_i w(z_i).

Points are resampled by their weights to equally weighted draws, each run by itself, so that the spread
between runs is an error of all that is computed from them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.adaptation import Adapted, adapt, adapt_in_rounds
from shellcount.engines.contradictions import explanation
from shellcount.engines.curved import adapt_along, proposal_of, require_arrays
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Points
from shellcount.engines.target import LogLikelihood, Target, WithGradient
from shellcount.engines.weighing import Drawing, Drawn
from shellcount.errors import EvidenceError
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, places
from shellcount.model.model import Model
from shellcount.parallel.crew import ALONE, Crew, start_crew
from shellcount.parallel.process import one_blas_thread

read_report = ImportanceReport.from_document

_LEAST_ROUND, _MOST_ROUND = 256, 2048  # points of a round
_ATTEMPTS, _ATTEMPTED = 4, 8192  # along a path, where a proposal is refused; points in all, or one attempt
_MOST_ATTEMPTED = 200  # coordinates; with more, an attempt takes longer than engine smc is worth
_PROMISING = 0.1  # effective share that a round of an attempt reaches, or there is no other
_ORDINARY = 2048  # points of a run
_TIMES = 4  # as many are what a proposal is fitted to, where a run has more and few of them are effective
_THOROUGH = 256.0  # effective points of an ordinary run, from which on they are not few
_HOPELESS, _FEW = 10.0, 256  # effective points of the last round, below which runs are no longer than this


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
    require_arrays(proposal, len(model.informed))
    chosen = again.get("chosen", np.zeros(0))
    if chosen.shape != (sizes["runs"], sizes["draws"]) or chosen.dtype != np.uint16:
        raise ValueError("it does not have the place of each draw among the points")
    if not chosen.max() < sizes["points"]:
        raise ValueError("a draw has no place among the points")
    with one_blas_thread(), np.errstate(all="ignore"):
        drawn = redraw(proposal, chosen.astype(np.intp), named_generator(seed, "is"), points=sizes["points"])
    return dict(zip(model.informed, drawn, strict=True))


@frozen
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
    try:
        with np.errstate(all="ignore"):
            adapted = adapt(
                target, dimension, for_rounds, size, lambda share: on_progress(share / 2), explain
            )
    except np.linalg.LinAlgError:  # slopes beyond all numbers
        reason = "the claims are too exact for any place that the priors allow"
        raise EvidenceError(explain(reason, np.zeros((dimension, 1)))) from None
    drawing = Drawing(target, for_points, runs, draws, dimension, explain, row, places)
    attempts = (_ATTEMPTS if runs * points >= _ATTEMPTED else 1) if 1 < dimension <= _MOST_ATTEMPTED else 0
    drawn, rounds = _drawn(target, adapted, drawing, (points, size, attempts), for_rounds)
    on_progress(1.0)
    return ImportanceSample(
        draws=drawn.draws,
        log_evidence=drawn.log_evidence,
        effective_share=drawn.share,
        khat=drawn.khat,
        directions=drawn.proposal.directions,
        rounds=rounds,
        evaluations=target.evaluations,
        proposal=drawn.proposal.arrays(),
        chosen=drawn.chosen,
        refusal=drawn.refusal,
    )


def _drawn(
    target: Target, adapted: Adapted, drawing: Drawing, sizes: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Drawn, int]:
    """Draw, along a bent ridge or from a mixture where that is refused; count the rounds of all proposals."""
    points, size, attempts = sizes
    drawn, rounds = drawing.of(adapted.proposal, _of_a_run(points, size, adapted)), len(adapted.shares)
    few = drawn.refusal is not None or drawn.share * _ORDINARY < _THOROUGH
    if points > _ORDINARY and few:
        with np.errstate(all="ignore"):
            again = adapt_in_rounds(target, adapted.modes, rng, size, times=_TIMES)
        rounds += len(again.shares)
        thorough = drawing.of(again.proposal, _of_a_run(points, size, again))
        better = drawn.refusal is not None or thorough.share > drawn.share
        drawn = thorough if better and thorough.refusal is None else drawn
    if drawn.refusal is not None and attempts:
        drawn, further = _attempted(target, adapted.modes, drawing, drawn, sizes, rng)
        rounds += further
    if drawn.refusal is not None and adapted.normal:
        # What few directions inform is not normal in all: then a mixture in those few serves.
        with np.errstate(all="ignore"):
            again = adapt_in_rounds(target, adapted.modes, rng, size)
        rounds += len(again.shares)
        mixed = drawing.of(again.proposal, _of_a_run(points, size, again))
        drawn = mixed if mixed.refusal is None else drawn
    return drawn, rounds


def _attempted(
    target: Target,
    modes: tuple[Mode, ...],
    drawing: Drawing,
    refused: Drawn,
    sizes: tuple[int, int, int],
    rng: np.random.Generator,
) -> tuple[Drawn, int]:
    """Draw along a path what was refused: the draws, or those refused, and the number of rounds made."""
    (points, size, attempts), rounds, places = sizes, 0, refused.heaviest
    for _ in range(attempts):
        along = adapt_along(target, modes, places, rng, size)
        if along is None:
            break
        curved, adapted = along
        rounds += len(adapted.shares)
        if max(adapted.shares) < _PROMISING:
            break
        drawn = drawing.of(curved, points)
        if drawn.refusal is None:
            return drawn, rounds
        # A point that outweighs the others lies near a mode that was missed.
        places = np.concatenate([places, drawn.heaviest], axis=1)
    return refused, rounds


def _of_a_run(points: int, size: int, adapted: Adapted) -> int:
    """Give the points of a run: few where the last round of so many points was hopeless."""
    hopeless = adapted.shares and adapted.shares[-1] * size < _HOPELESS
    return min(points, _FEW) if hopeless else points


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
    carried = proposal_of(proposal)
    evenly = Points(for_points, len(chosen), len(proposal["basis"]))
    runs = [evenly.place(run, carried, points)[0][:, places] for run, places in enumerate(chosen)]
    return np.stack(runs, axis=1)
