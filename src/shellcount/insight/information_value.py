r"""Value claims and measurements by the variance that they would be expected to remove.

Let :math:`Y` be the logarithm of an estimate, and :math:`X` what a candidate would find: a figure, with all
the errors that the model gives it. The share of the variance that finding it out is expected to remove is

.. math:: S = 1 - \frac{E[\mathrm{Var}(Y \mid X)]}{\mathrm{Var}(Y)}
            = \frac{\mathrm{Var}(E[Y \mid X])}{\mathrm{Var}(Y)}

which is the expected value of sample information for estimation (Jackson, Presanis, Conti and De Angelis
2019, *JASA* 114:1436), the function ``evsivar`` of the R package voi. One :math:`X` is simulated at each
posterior draw, and :math:`E[Y \mid X]` is found by regression over the draws, without a refit (Strong,
Oakley, Brennan and Breeze 2015, *Medical Decision Making* 35:570). The best candidates are confirmed by
refits to figures at quantiles of :math:`X`, whose posterior variances are averaged (Heath, Manolopoulou and
Baio 2018, *Medical Decision Making* 38:163; Heath et al. 2020, 40:314). With :math:`X` the quantity itself,
:math:`S` is the expected value of perfect information on it, which no measurement of it can exceed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from shellcount.engines.settings import Settings, whole_number
from shellcount.errors import UsageError
from shellcount.insight.asked import parse_candidates, require_precision
from shellcount.insight.candidates import candidates_of
from shellcount.insight.preposterior import Finding, rescaled, variances_left
from shellcount.insight.simulated import Simulated, simulate
from shellcount.maths.arrays import Array
from shellcount.maths.smoothing import Share, explained, scatter
from shellcount.maths.streams import named_generator
from shellcount.parallel.process import one_blas_thread
from shellcount.parallel.tasks import finish
from shellcount.posterior.posterior import Posterior
from shellcount.results.information_value import ValueOfInformation, Worth
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering

NODES = 8  # refits of a candidate
_LEAST = 1e-9  # difference of logarithms that is none
_POINTS = 512  # of a run of a refit: its variance is known to 1.5%
_REGRESSED = 0.3  # share of the work that the regressions are


@dataclass(frozen=True, slots=True)
class _Valued:
    """Candidate with its simulated figures, and the shares that these and its quantity explain."""

    simulated: Simulated
    share: Share
    limit: Share

    def worth(self) -> Worth:
        share, limit, candidate = self.share, self.limit, self.simulated.candidate
        return Worth(
            candidate.name,
            self.simulated.label,
            candidate.kind,
            share.value,
            share.mcse,
            max(limit.value, share.value),
            limit.mcse,
        )


def value_of_information(
    posterior: Posterior,
    name: str | None = None,
    *,
    candidates: Iterable[str] | None = None,
    precision: float = 0.1,
    confirm: int = 3,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> ValueOfInformation:
    r"""Estimate which further claim or measurement would narrow an estimate most.

    The share of the variance of the logarithm that a candidate would be expected to remove is
    :math:`\mathrm{Var}(E[Y \mid X]) / \mathrm{Var}(Y)`, by regression over the draws, with the figure
    :math:`X` simulated from the model's own distribution of reports: hedge, rounding, what is known of the
    claimant's bias, and the chance that the claim is off (:mod:`shellcount.insight.information_value`).

    Parameters
    ----------
    posterior
        Posterior, from :func:`shellcount.fit`.
    name
        Name of the estimate; by default what was sent by the latest date of a claim.
    candidates
        Claims as ``quantity=rounds grade=C`` and measurements as ``load:10%``, as
        :func:`~shellcount.insight.asked.parse_candidate` reads them; by default those that follow from the
        case: a further total and a further count of each claimant and of new ones, and a measurement of
        every assumption.
    precision
        Relative error of measurements that state none.
    confirm
        Number of candidates, the best first, that are confirmed by refits, unless they are worth nothing.
    executor
        Where to refit: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the work done, from 0 to 1.

    Returns
    -------
    ValueOfInformation
        The candidates in order, with Monte Carlo errors. It is the same whatever does the work.

    Raises
    ------
    CaseError, UnknownNameError, UsageError
        When there is no such estimate, it has no spread, or a candidate cannot be used.
    ConvergenceError
        When the draws must not be quoted for the estimate.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), points=512, seed=1)
    >>> found = value_of_information(posterior, candidates=["load:10%", "munitions_share:10%"], confirm=0)
    >>> found.worths[0].name, round(found.worths[0].share, 1)
    ('load:10%', 0.3)
    """
    whole_number("confirm", confirm)
    case, given = posterior.case, str(posterior.model.given)
    asked = answering(case) if name is None else parse_quantity(case, name)
    estimate = posterior.estimate_of(asked)
    y = _log_draws(posterior, asked)
    chosen = (
        candidates_of(case, given, asked, require_precision(precision))
        if candidates is None
        else parse_candidates(case, candidates, precision)
    )
    valued = []
    with one_blas_thread():  # whose number decides the last digit of a sum
        for each in simulate(posterior, chosen):
            valued.append(_Valued(each, explained(y, each.linked), explained(y, each.exact)))
            progress(_REGRESSED * len(valued) / len(chosen))
    valued.sort(key=lambda each: -each.share.value)
    findings = _findings(posterior, asked, [each for each in valued[:confirm] if not each.share.is_none])
    left = finish(
        variances_left,
        findings,
        executor=executor,
        progress=lambda share: progress(_REGRESSED + (1 - _REGRESSED) * share),
    )
    worths = tuple(_worth(each, place, left, y) for place, each in enumerate(valued))
    return ValueOfInformation(estimate, float(y.std()), worths, NODES)


def _log_draws(posterior: Posterior, asked: Quantity) -> Array:
    with np.errstate(divide="ignore"):
        y: Array = np.log(posterior.draws_of(asked))
    if not np.isfinite(y).all():
        raise UsageError(
            f"{name_of(posterior.case, asked)} is 0 at some draws, and its logarithm has no variance"
        )
    if np.ptp(y) < _LEAST:
        raise UsageError(f"{name_of(posterior.case, asked)} has no spread: nothing is left to find out")
    return y


# --- refits ------------------------------------------------------------------------------

_MIDDLES = (np.arange(NODES) + 0.5) / NODES


def _findings(
    posterior: Posterior, asked: Quantity, valued: Sequence[_Valued]
) -> dict[tuple[int, int], Finding]:
    """List the figures to refit to: for each candidate quantiles of those that it would find."""
    seed, case, given = posterior.run.seed, posterior.case, posterior.model.given
    findings = {}
    for place, each in enumerate(valued):
        simulated = each.simulated
        seeds = named_generator(seed, f"voi.refits.{simulated.candidate.name}").integers(2**32, size=NODES)
        for node, (figure, own) in enumerate(
            zip(simulated.figures(_MIDDLES).tolist(), seeds.tolist(), strict=True)
        ):
            candidate = rescaled(simulated.candidate, figure / simulated.figure)
            settings = Settings(seed=own, points=_POINTS)
            findings[place, node] = Finding(case, given, asked, candidate, figure, settings)
    return findings


def _worth(valued: _Valued, place: int, left: dict[tuple[int, int], float | str], y: Array) -> Worth:
    r"""Summarise a candidate, and average the variances that its refits left.

    With the variances :math:`v_k` left at quantiles :math:`x_k` of what may be found, and those of the
    regression about its line, :math:`\hat v(x)`,

    .. math:: S = 1 - \frac{1}{V} \left(E[\hat v(X)] + \frac1K \sum_k (v_k - \hat v(x_k))\right)

    so that the regression says only how the variance varies between the quantiles (a control variate).
    """
    worth = valued.worth()
    found = [left[place, node] for node in range(NODES) if (place, node) in left]
    failed = next((each for each in found if isinstance(each, str)), None)
    variances = np.array([each for each in found if not isinstance(each, str)])
    if failed is not None or not found:
        return replace(worth, refit_error=failed)
    linked = valued.simulated.linked
    spread = scatter(y, linked)
    beyond = variances - spread.at(np.quantile(linked, _MIDDLES))
    whole = float(y.var())
    share = 1 - (spread.mean + float(beyond.mean())) / whole
    own = float(y.var(axis=1).std(ddof=1)) / np.sqrt(len(y)) / whole
    mcse = float(np.hypot(beyond.std(ddof=1) / np.sqrt(NODES) / whole, own * (1 - share)))
    return replace(worth, refit=max(0.0, share), refit_mcse=mcse)
