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

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from shellcount.engines.settings import whole_number
from shellcount.errors import UsageError
from shellcount.insight.asked import parse_candidates, require_precision
from shellcount.insight.candidates import candidates_of
from shellcount.insight.confirmation import NODES
from shellcount.insight.confirmation import confirm as confirmed
from shellcount.insight.simulated import Simulated, simulate
from shellcount.maths.arrays import Array
from shellcount.maths.smoothing import explained
from shellcount.parallel.process import one_blas_thread
from shellcount.posterior.posterior import Posterior
from shellcount.progress import Progress, showing
from shellcount.results.information_value import ValueOfInformation, Worth
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering

_LEAST = 1e-9  # difference of logarithms that is none
_REGRESSED = 0.3  # share of the work that the regressions are


def value_of_information(
    posterior: Posterior,
    name: str | None = None,
    *,
    candidates: Iterable[str] | None = None,
    precision: float = 0.1,
    confirm: int = 3,
    executor: Executor | None = None,
    progress: Progress = False,
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
        True to show a bar, or what to call with the share of the work done, from 0 to 1.

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
    LimitError
        When all refits together are forecast to need more work than is allowed.

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
    with showing(progress, "valuing") as show:
        valued = []
        with one_blas_thread():  # whose number decides the last digit of a sum
            for each in simulate(posterior, chosen):
                valued.append((_worth(each, y), each.candidate))
                show(_REGRESSED * len(valued) / len(chosen))
        valued.sort(key=lambda pair: -pair[0].share)
        refits = confirmed(
            posterior,
            asked,
            [candidate for worth, candidate in valued[:confirm] if not worth.is_none],
            y,
            executor=executor,
            progress=lambda share: show(_REGRESSED + (1 - _REGRESSED) * share),
        )
        show(1.0)
    worths = [worth for worth, _ in valued]
    for place, found in enumerate(refits):
        worths[place] = replace(
            worths[place], refit=found.share, refit_mcse=found.mcse, refit_error=found.error
        )
    return ValueOfInformation(estimate, float(y.std()), tuple(worths), NODES)


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


def _worth(simulated: Simulated, y: Array) -> Worth:
    """Measure the value of a candidate by regressions on what it would find, and on its quantity."""
    share, limit = explained(y, simulated.linked), explained(y, simulated.exact)
    candidate = simulated.candidate
    return Worth(
        candidate.name,
        simulated.label,
        candidate.kind,
        share.value,
        share.mcse,
        max(limit.value, share.value),
        limit.mcse,
    )
