"""Confirm the value of candidates by refits to figures that they may find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

import numpy as np

from shellcount.engines.announcing import require_study
from shellcount.engines.settings import Settings
from shellcount.frozen import frozen
from shellcount.insight.candidates import Candidate
from shellcount.insight.preposterior import Finding, rescaled, variances_left
from shellcount.insight.simulated import Simulated, simulate
from shellcount.maths.arrays import Array
from shellcount.maths.smoothing import scatter
from shellcount.maths.streams import named_generator
from shellcount.parallel.process import one_blas_thread
from shellcount.parallel.tasks import finish
from shellcount.posterior.posterior import Posterior
from shellcount.results.quantity import Quantity

NODES = 8  # refits of a candidate
# Of a refit, whose variance is then known to some 3%: few runs, so that each has enough effective points.
_RUNS, _POINTS, _PARTICLES = 8, 1024, 256
_MIDDLES = (np.arange(NODES) + 0.5) / NODES


@frozen
class Confirmation:
    """Value of a candidate by refits.

    Parameters
    ----------
    share, mcse
        Share of the variance that it would be expected to remove, and its Monte Carlo error; ``None`` where
        a refit failed.
    error
        Reason why a refit failed.
    """

    share: float | None = None
    mcse: float | None = None
    error: str | None = None


def confirm(
    posterior: Posterior,
    asked: Quantity,
    candidates: Sequence[Candidate],
    y: Array,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Confirmation]:
    """Refit to eight figures of each candidate, equally probable, and average the variances that are left.

    Parameters
    ----------
    posterior, asked
        Posterior, and the quantity whose variance is removed.
    candidates
        Claims and measurements.
    y
        Logarithms of the quantity at the posterior draws, shape (run, draw).
    executor, progress
        As for :func:`shellcount.value_of_information`.

    Raises
    ------
    LimitError
        When all refits together are forecast to need more work than is allowed.
    """
    with one_blas_thread():
        simulated = list(simulate(posterior, candidates))
    findings = {
        (place, node): finding
        for place, each in enumerate(simulated)
        for node, finding in enumerate(_findings(posterior, asked, each))
    }
    _require_affordable(posterior, [finding.settings for finding in findings.values()])
    left = finish(variances_left, findings, executor=executor, progress=progress)
    with one_blas_thread():
        return [
            _averaged([left[place, node] for node in range(NODES)], each.linked, y)
            for place, each in enumerate(simulated)
        ]


def _require_affordable(posterior: Posterior, refits: Sequence[Settings]) -> None:
    """Refuse refits that are too much work together, and tell of those that take long."""
    for settings in refits[:1]:  # all have the same sizes
        require_study(
            posterior.model,
            settings.engine,
            settings.sizes(),
            len(refits),
            f"confirming by {len(refits):,} refits",
            remedy="--confirm has fewer, and --confirm 0 none",
        )


def _findings(posterior: Posterior, asked: Quantity, simulated: Simulated) -> Iterator[Finding]:
    """List quantiles of the figures that a candidate would find, each with a seed of its own."""
    stream = named_generator(posterior.run.seed, f"voi.refits.{simulated.candidate.name}")
    seeds = stream.integers(2**32, size=NODES).tolist()
    for figure, seed in zip(simulated.figures(_MIDDLES).tolist(), seeds, strict=True):
        settings = Settings(seed=seed, runs=_RUNS, points=_POINTS)
        if posterior.run.engine == "smc":  # where is did not serve, it would not now
            settings = Settings("smc", seed, _RUNS, particles=_PARTICLES)
        yield Finding(
            posterior.case,
            posterior.model.given,
            asked,
            rescaled(simulated.candidate, figure / simulated.figure),
            figure,
            settings,
        )


def _averaged(left: Sequence[float | str], linked: Array, y: Array) -> Confirmation:
    r"""Average the variances that refits left.

    With the variances :math:`v_k` left at quantiles :math:`x_k` of the figures, and the variance
    :math:`\hat v(x)` about the line of a regression,

    .. math:: S = 1 - \frac{1}{V} \left(E[\hat v(X)] + \frac1K \sum_k (v_k - \hat v(x_k))\right)

    so that the regression tells only how the variance varies between the quantiles (a control variate).
    """
    variances = [each for each in left if not isinstance(each, str)]
    if len(variances) < len(left):
        return Confirmation(error=next(each for each in left if isinstance(each, str)))
    whole, spread = float(y.var()), scatter(y, linked)
    beyond = np.array(variances) - spread.at(np.quantile(linked, _MIDDLES))
    share = 1 - (spread.mean + float(beyond.mean())) / whole
    of_refits = float(beyond.std(ddof=1)) / np.sqrt(len(left)) / whole
    of_the_whole = float(y.var(axis=1).std(ddof=1)) / np.sqrt(len(y)) / whole
    return Confirmation(max(0.0, share), float(np.hypot(of_refits, of_the_whole * (1 - share))))
