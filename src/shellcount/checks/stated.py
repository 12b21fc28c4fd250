"""Check stated figures against the posterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shellcount.case.ceiling import ceiling_per_container
from shellcount.case.kinds import KINDS
from shellcount.checks import sentences
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check, Checks, verdict_of
from shellcount.results.estimate import Estimate
from shellcount.results.given import ReadClaim, quantity_of, readings
from shellcount.results.names import name_of, unit
from shellcount.results.quantity import Quantity
from shellcount.wording import phrases
from shellcount.wording.scales import ICD203, Scale, load_scale


def check(posterior: Posterior, claims: tuple[str, ...] | None = None, *, scale: str = ICD203) -> Checks:
    r"""Check stated figures against the posterior.

    The percentile of a stated value :math:`y` is its place in the posterior predictive of a
    report, :math:`\Pr(\tilde y \le y) = \mathrm{E}[F(\log y - \log Q - b)]` over the posterior
    of the quantity :math:`Q` and bias :math:`b`, with the reporting kernel's distribution
    function :math:`F` (Gelman et al. 2013, *Bayesian Data Analysis*, section 6.3).

    Parameters
    ----------
    posterior
        Posterior given other claims than those checked.
    claims
        Ids of the claims to check; by default all that the case marks ``check``, and one held out.
    scale
        Scale of probability words: ``icd203``, ``phia`` or ``ipcc``.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UnknownNameError
        When the case has no such claim, or no scale has this name.
    UsageError
        When a claim was fit, or states a ratio, which has no posterior.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> shellcount.check(posterior, ("rok-mnd-2024-02-152mm",)).results[0].verdict
    'strained'
    """
    words = load_scale(scale)
    claims_by_id = {claim.id: claim for claim in posterior.case.claim}
    fitted = {read.claim.id for read in posterior.model.fitted}
    if claims is None:
        held_out = posterior.model.given.held_out
        claims = tuple(
            name
            for name, claim in claims_by_id.items()
            if name not in fitted and (claim.use == "check" or name == held_out)
        )
    results: list[Check] = []
    for name in claims:
        if name not in claims_by_id:
            raise UnknownNameError("claim", name, claims_by_id)
        if name in fitted:
            raise UsageError(
                f"{name} was fit, so it cannot be checked in the same run; "
                f"hold it out with given=all-but:{name}"
            )
        reads = readings(claims_by_id[name])
        weights = _reading_probabilities(posterior, reads)
        results += sorted(
            (_check(posterior, read, weight, words) for read, weight in zip(reads, weights, strict=True)),
            key=lambda result: -result.reading_probability,
        )
    return Checks(tuple(results))


def _errors(posterior: Posterior, read: ReadClaim) -> Array:
    return np.broadcast_to(posterior.evaluation.error(read), posterior.shape)


def _reading_probabilities(posterior: Posterior, reads: tuple[ReadClaim, ...]) -> list[float]:
    """Compute the posterior probability of each reading, equal a priori, by its predictive density."""
    kernel = posterior.model.kernels[reads[0].claim.id]
    logs = [kernel.log_density(_errors(posterior, read)) for read in reads]
    largest = max(float(log.max()) for log in logs)
    densities = np.array([float(np.exp(log - largest).mean()) for log in logs])
    return [float(share) for share in densities / densities.sum()]


def estimate_claimed(posterior: Posterior, read: ReadClaim) -> Estimate:
    """Estimate the quantity of a claim, in the unit of its value.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case, quantity = posterior.case, quantity_of(posterior.case, read)
    measure = case.about.item if quantity.kind == "capacity" else unit(case, quantity)
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    return posterior.gated_estimate(name_of(case, quantity), measure, draws)


def _check(posterior: Posterior, read: ReadClaim, weight: float, scale: Scale) -> Check:
    case, claim = posterior.case, read.claim
    stated = claim.value
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    estimate = estimate_claimed(posterior, read)
    percentile = float(posterior.model.kernels[claim.id].cdf(_errors(posterior, read)).mean())
    comparator = claim.quantity == "comparator"
    tail = 1 - percentile if comparator else min(percentile, 1 - percentile)
    containers, most = _containers(posterior, read)
    ceiling = None if containers is None else ceiling_per_container(case, read.nature)
    possible = None if ceiling is None or comparator or most is None else stated <= ceiling * most
    verdict = verdict_of(tail, possible=possible)
    p_at_least = float((draws >= stated).mean())
    implied = None if containers is None else stated / containers
    reading = _reading(read)
    result = Check(
        claim=claim.id,
        claimant=claim.claimant,
        use=claim.use,
        nature=read.nature,
        day=read.day,
        reading=reading,
        reading_probability=weight,
        stated=stated,
        hedge=claim.hedge,
        quantity=estimate.name,
        kind=quantity_of(case, read).kind,
        unit=estimate.unit,
        containers=containers,
        implied_per_container=implied,
        ceiling_per_container=ceiling,
        estimate=estimate,
        p_at_least=p_at_least,
        predictive_cdf=percentile,
        tail_probability=tail,
        possible=possible,
        verdict=verdict,
        sentence="",
    )
    return replace(result, sentence=sentences.sentence(result, case, scale))


def _containers(posterior: Posterior, read: ReadClaim) -> tuple[float | None, float | None]:
    """Give the containers that a figure refers to (stated, or the median), and the credible maximum."""
    claim = read.claim
    if quantity_of(posterior.case, read).kind not in {"capacity", "rounds"}:
        return None, None
    if claim.containers is not None:
        return claim.containers, claim.containers
    narrowest = posterior.case.scope[-1].id
    estimate = posterior.estimate_of(Quantity("containers", narrowest, read.day))
    return estimate.p50, estimate.p95


def _reading(read: ReadClaim) -> str | None:
    """Describe the reading of an ambiguous claim in words."""
    claim = read.claim
    parts = []
    if len(claim.natures) > 1 and read.nature is not None:
        parts.append(read.nature)
    if len(claim.dates) > 1 and KINDS[claim.quantity].dated:
        parts.append(f"by {phrases.date(read.day)}")
    return ", ".join(parts) or None
