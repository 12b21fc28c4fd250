"""Check stated figures against the posterior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import batched

import numpy as np

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Claim
from shellcount.checks import sentences
from shellcount.checks.passing import condensed, passing_each
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check, Checks
from shellcount.results.claimed import claimed_unit, quantity_of
from shellcount.results.estimate import Estimate
from shellcount.results.given import ReadClaim, readings
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity
from shellcount.results.standing import PACKED, ceiling_of, origin, stale, tail_of
from shellcount.results.verdicts import CONSISTENT, Side, verdict_of
from shellcount.wording.scales import ICD203, Scale, load_scale
from shellcount.wording.times import when

_TOGETHER = 16  # claims that are checked at once, so that the draws of few are held


def check(posterior: Posterior, claims: tuple[str, ...] | None = None, *, scale: str = ICD203) -> Checks:
    r"""Check stated figures against the posterior.

    The percentile of a stated value :math:`y` is its place in the posterior predictive of a
    report, :math:`\Pr(\tilde y \le y) = \mathrm{E}[F(\log y - \log Q - b)]` over the posterior
    of the quantity :math:`Q` and bias :math:`b`, with the distribution function :math:`F` of the
    claim's errors (Gelman et al. 2013, *Bayesian Data Analysis*, section 6.3).

    Parameters
    ----------
    posterior
        Posterior given other claims than those checked.
    claims
        Ids of the claims to check; by default all that are not fit, but for those that the case marks
        ``context``, and those that were restated, replaced or withdrawn.
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
    >>> shellcount.check(posterior, ("rok-mnd-2024-02-152mm",))[0].verdict
    'high'
    """
    words = load_scale(scale)
    case = posterior.case
    claims_by_id = {claim.id: claim for claim in case.claim}
    fitted = {each.claim.id for each in posterior.model.fitted}
    if claims is None:
        claims = tuple(
            name for name, claim in claims_by_id.items() if name not in fitted and _checked(posterior, claim)
        )
    for name in claims:
        if name not in claims_by_id:
            raise UnknownNameError("claim", name, claims_by_id)
        if name in fitted:
            raise UsageError(
                f"{name} was fit, so it cannot be checked in the same run; hold it out with --without {name}"
            )
    return Checks(
        tuple(
            result
            for names in batched(claims, _TOGETHER)
            for result in _checks(posterior, [claims_by_id[name] for name in names], words)
        )
    )


def _checks(posterior: Posterior, claims: Sequence[Claim], scale: Scale) -> Iterator[Check]:
    """Check some claims, in their order: the bounds of all readings are searched for side by side."""
    reads = [readings(claim) for claim in claims]
    locations = [[_locations(posterior, read) for read in each] for each in reads]
    positive = [
        (posterior.model.reporting[claim.id], condensed(at))
        for claim, several in zip(claims, locations, strict=True)
        for at in several
        if claim.stated > 0
    ]
    bounds = iter(passing_each([each for each, _ in positive], [at for _, at in positive], CONSISTENT))
    for claim, each, several in zip(claims, reads, locations, strict=True):
        before = _prior_probabilities(each)
        after = _reading_probabilities(posterior, each, several, before)
        results = [
            _check(posterior, read, at, odds, next(bounds) if claim.stated > 0 else None, scale)
            for read, at, odds in zip(each, several, zip(before, after, strict=True), strict=True)
        ]
        yield from sorted(results, key=lambda result: -result.reading_probability)


def _checked(posterior: Posterior, claim: Claim) -> bool:
    """Tell whether a claim that is not fit is checked by default."""
    known = KINDS[claim.quantity].known and claim.use != "context"
    return known and stale(posterior.case, claim) is None


def _locations(posterior: Posterior, read: ReadClaim) -> Array:
    return np.broadcast_to(posterior.evaluation.location(read), posterior.shape)


def _prior_probabilities(reads: tuple[ReadClaim, ...]) -> list[float]:
    """Give the probability of each reading before the data: by the odds of its nature, dates alike."""
    odds = reads[0].claim.reading_odds or {}
    weights = [odds.get(read.nature, 1.0) if read.nature is not None else 1.0 for read in reads]
    return [weight / sum(weights) for weight in weights]


def _reading_probabilities(
    posterior: Posterior, reads: tuple[ReadClaim, ...], locations: list[Array], before: list[float]
) -> list[float]:
    """Compute the posterior probability of each reading, by its predictive density."""
    if len(reads) == 1:
        return [1.0]
    claim = reads[0].claim
    reporting = posterior.model.reporting[claim.id]
    logs = [reporting.log_density(claim.stated, at) for at in locations]
    largest = max(float(log.max()) for log in logs)
    densities = np.array([float(np.exp(log - largest).mean()) for log in logs]) * before
    return [float(share) for share in densities / densities.sum()]


def estimate_claimed(posterior: Posterior, read: ReadClaim) -> Estimate:
    """Estimate the quantity of a claim, in the unit of its value.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case, quantity = posterior.case, quantity_of(posterior.case, read)
    if read.claim.containers is None:
        return posterior.estimate_in(quantity, claimed_unit(case, read))
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    return posterior.gated_estimate(name_of(case, quantity), claimed_unit(case, read), draws)


def _check(
    posterior: Posterior,
    read: ReadClaim,
    locations: Array,
    odds: tuple[float, float],
    bounds: tuple[float, float] | None,
    scale: Scale,
) -> Check:
    case, claim = posterior.case, read.claim
    estimate = estimate_claimed(posterior, read)
    percentile = _percentile(posterior, read, locations)
    tail, side = tail_of(claim, percentile)
    containers, most = _containers(posterior, read)
    ceiling = None if containers is None else ceiling_of(case, quantity_of(case, read).kind, read.nature)
    limit = None if ceiling is None or most is None or claim.quantity == "comparator" else ceiling * most
    possible = None if limit is None else claim.stated <= limit
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    lowest, highest = _passing(claim, bounds, tail, side, limit)
    result = Check(
        claim=claim.id,
        claimant=claim.claimant,
        title=next(entry.title for entry in case.claimant if entry.id == claim.claimant),
        use=claim.use,
        nature=read.nature,
        day=read.day,
        reading=_reading(read),
        reading_prior=odds[0],
        reading_probability=odds[1],
        stated=claim.stated,
        words=claim.words,
        hedge=claim.hedge,
        origin=origin(case, claim),
        quantity=estimate.name,
        kind=quantity_of(case, read).kind,
        unit=estimate.unit,
        containers=containers,
        implied_per_container=None if containers is None else claim.stated / containers,
        ceiling_per_container=ceiling,
        estimate=estimate,
        p_at_least=float((draws >= claim.stated).mean()),
        predictive_cdf=percentile,
        tail_probability=tail,
        side=side,
        passing_low=lowest,
        passing_high=highest,
        possible=possible,
        verdict=verdict_of(tail, side, possible=possible),
        sentence="",
    )
    return replace(result, sentence=sentences.sentence(result, case, scale))


def _percentile(posterior: Posterior, read: ReadClaim, locations: Array) -> float:
    """Compute the predictive probability of a lower figure; of a claim that none was seen, if it is sound."""
    reporting = posterior.model.reporting[read.claim.id]
    if read.claim.stated == 0:  # off, a claimant would say so whatever was sent, and no check could fail
        reporting = replace(reporting, off_share=0.0)
    return float(reporting.cdf(read.claim.stated, locations).mean())


def _passing(
    claim: Claim, bounds: tuple[float, float] | None, tail: float, side: Side, limit: float | None
) -> tuple[float | None, float | None]:
    """Give the figures between which the check would have passed, in agreement with its tail and ceiling."""
    if bounds is None:
        return None, None
    low, high = bounds
    if tail >= CONSISTENT:  # the draws were condensed, which moves the bounds in their sixth digit
        low, high = min(low, claim.stated), max(high, claim.stated)
    elif side == "high":
        high = min(high, claim.stated)
    else:
        low = max(low, claim.stated)
    if limit is not None:
        high = min(high, limit)
    return (None if claim.quantity == "comparator" else low), high


def _containers(posterior: Posterior, read: ReadClaim) -> tuple[float | None, float | None]:
    """Give the containers that a figure refers to (stated, or the median), and the credible maximum."""
    claim, quantity = read.claim, quantity_of(posterior.case, read)
    if claim.stated == 0 or quantity.kind not in PACKED:
        return None, None
    if claim.containers is not None:
        return claim.containers, claim.containers
    narrowest = posterior.case.scope[-1].id
    estimate = posterior.estimate_of(
        Quantity("containers", narrowest, quantity.day, quantity.since, quantity.per)
    )
    return estimate.p50, estimate.p95


def _reading(read: ReadClaim) -> str | None:
    """Describe the reading of an ambiguous claim in words."""
    claim = read.claim
    parts = []
    if len(claim.natures) > 1 and read.nature is not None:
        parts.append(read.nature)
    if len(claim.dates) > 1 and KINDS[claim.quantity].dated:
        parts.append(when(read.day, claim.since))
    return ", ".join(parts) or None
