"""Stated figures held against the posterior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shellcount.case.schema import Case
from shellcount.checks import sentences
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.model.ceiling import ceiling_per_container
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.given import ReadClaim, readings
from shellcount.results.names import Quantity
from shellcount.text import html_table
from shellcount.wording import phrases, rounding
from shellcount.wording.scales import ICD203, Scale, load_scale

type Verdict = Literal["consistent", "strained", "inconsistent", "impossible"]

CONSISTENT, STRAINED = 0.10, 0.01
HEAD = (
    "stated figure",
    "by",
    "of",
    "per container (at most)",
    "posterior median, 90% interval",
    "P(at least)",
    "percentile",
    "verdict",
)
FAILING: tuple[Verdict, ...] = ("inconsistent", "impossible")


@dataclass(frozen=True, slots=True)
class Check:
    """One reading of one stated figure, held against the posterior.

    Parameters
    ----------
    claim, claimant, use
        Ids, and how the case uses the claim.
    nature, day
        The nature and date that the claim is read to speak of; no nature is the whole mix.
    reading
        How the claim is read where it leaves something open, otherwise ``None``.
    reading_probability
        Posterior probability of this reading among the claim's readings.
    stated, hedge
        The figure and its hedge.
    quantity
        Name of the quantity that the figure speaks of; times ``containers`` for a capacity.
    unit
        Unit of ``stated`` and of the posterior range.
    containers
        Containers that the figure is for: as stated, or the posterior median.
    implied_per_container, ceiling_per_container
        Stated figure per container, and the most that can physically be packed; ``None`` for
        claims of containers.
    estimate
        Posterior range of the quantity, in the unit of the figure.
    p_at_least
        Posterior probability that the quantity reaches the figure.
    predictive_cdf
        Probability of a lower figure in the posterior predictive of such a report: hedge,
        bias and rounding included.
    tail_probability
        The smaller of the two predictive tails; for a comparator, the probability that it is
        passed.
    possible
        Whether the figure is physically possible at all; ``None`` where that has no meaning.
    verdict
        ``consistent`` from 10% of tail, ``strained`` from 1%, ``inconsistent`` below, or
        ``impossible``.
    sentence
        The finding in words.

    Examples
    --------
    >>> import shellcount
    >>> found = shellcount.check(shellcount.fit(shellcount.load_case())).results[0]
    >>> found.claim, found.verdict
    ('rok-mnd-2024-02-152mm', 'strained')
    """

    claim: str
    claimant: str
    use: str
    nature: str | None
    day: dt.date
    reading: str | None
    reading_probability: float
    stated: float
    hedge: str
    quantity: str
    unit: str
    containers: float | None
    implied_per_container: float | None
    ceiling_per_container: float | None
    estimate: Estimate
    p_at_least: float
    predictive_cdf: float
    tail_probability: float
    possible: bool | None
    verdict: Verdict
    sentence: str

    def __str__(self) -> str:
        """The finding in words."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a posterior, the most probable reading of each claim first.

    Parameters
    ----------
    results
        One check a reading.

    Examples
    --------
    >>> import shellcount
    >>> shellcount.check(shellcount.fit(shellcount.load_case())).failed
    False
    """

    results: tuple[Check, ...]

    def __iter__(self) -> Iterator[Check]:
        """Iterate over the readings of every claim."""
        return iter(self.results)

    def __len__(self) -> int:
        """Number of readings checked."""
        return len(self.results)

    @property
    def leading(self) -> tuple[Check, ...]:
        """The most probable reading of each claim."""
        first = {check.claim: check for check in reversed(self.results)}
        return tuple(check for check in self.results if first[check.claim] is check)

    @property
    def failed(self) -> bool:
        """Whether the most probable reading of any claim is inconsistent or impossible."""
        return any(check.verdict in FAILING for check in self.leading)

    def __repr__(self) -> str:
        """One sentence a line."""
        return "\n".join(check.sentence for check in self.results)

    def _repr_html_(self) -> str:
        rows = [(result.claim, result.verdict, result.sentence) for result in self.results]
        return html_table(("claim", "verdict", "finding"), rows)


def check(posterior: Posterior, claims: tuple[str, ...] | None = None, *, scale: str = ICD203) -> Checks:
    r"""Hold stated figures against the posterior.

    The percentile of a stated value :math:`y` is its place in the posterior predictive of a
    report, :math:`\Pr(\tilde y \le y) = \mathrm{E}[F(\log y - \log Q - b)]` over the posterior
    of the quantity :math:`Q` and bias :math:`b`, with the reporting kernel's distribution
    function :math:`F` (Gelman et al. 2013, *Bayesian Data Analysis*, section 6.3).

    Parameters
    ----------
    posterior
        The posterior; claims that it was fit to cannot be checked against it.
    claims
        Ids of the claims to check; by default all that the case marks so, and one held out.
    scale
        Of probability words: ``icd203``, ``phia`` or ``ipcc``.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UnknownNameError
        When the case has no such claim, or there is no such scale.
    UsageError
        When a claim was fit, or has nothing to be checked against.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> shellcount.check(posterior, ("rok-mnd-2024-02-152mm",)).results[0].verdict
    'strained'
    """
    words = load_scale(scale)
    known = {claim.id: claim for claim in posterior.case.claim}
    fitted = {read.claim.id for read in posterior.model.fitted}
    if claims is None:
        held_out = posterior.model.given.held_out
        claims = tuple(
            name
            for name, claim in known.items()
            if name not in fitted and (claim.use == "check" or name == held_out)
        )
    results: list[Check] = []
    for name in claims:
        if name not in known:
            raise UnknownNameError("claim", name, known)
        if name in fitted:
            raise UsageError(
                f"{name} was fit, so it cannot be checked in the same run; "
                f"hold it out with given=all-but:{name}"
            )
        if known[name].quantity == "ratio":
            raise UsageError(f"{name} states a ratio, which has no posterior to check against")
        reads = readings(known[name])
        weights = _reading_probabilities(posterior, reads)
        results += sorted(
            (_check(posterior, read, weight, words) for read, weight in zip(reads, weights, strict=True)),
            key=lambda result: -result.reading_probability,
        )
    return Checks(tuple(results))


def rows(checks: Checks) -> list[tuple[str, ...]]:
    """The checks as a table under :data:`HEAD`; a cell may have two lines."""
    return [
        (
            phrases.hedged(result.stated, result.hedge),
            result.claimant,
            result.quantity + (f", {result.reading}" if result.reading else ""),
            _per_container(result),
            result.estimate.cell,
            phrases.probability(result.p_at_least),
            phrases.probability(result.predictive_cdf),
            result.verdict,
        )
        for result in checks
    ]


def _per_container(result: Check) -> str:
    if result.implied_per_container is None or result.ceiling_per_container is None:
        return ""
    implied = rounding.rounded(result.implied_per_container, 1.0)
    return f"{implied} ({rounding.rounded(result.ceiling_per_container, 10.0)})"


def _errors(posterior: Posterior, read: ReadClaim) -> Array:
    return np.broadcast_to(posterior.evaluation.error(read), posterior.shape)


def _reading_probabilities(posterior: Posterior, reads: tuple[ReadClaim, ...]) -> list[float]:
    """Posterior probability of each reading, equal a priori, by its predictive density."""
    kernel = posterior.model.kernels[reads[0].claim.id]
    logs = [kernel.log_density(_errors(posterior, read)) for read in reads]
    largest = max(float(log.max()) for log in logs)
    densities = np.array([float(np.exp(log - largest).mean()) for log in logs])
    return [float(share) for share in densities / densities.sum()]


def _quantity(case: Case, read: ReadClaim) -> Quantity:
    """The named quantity that a claim speaks of."""
    claim = read.claim
    subject = read.nature or case.scenario[0].id
    if claim.scope is not None:
        return Quantity("containers", claim.scope, read.day)
    if claim.quantity == "capacity":
        return Quantity("capacity", subject)
    return Quantity("rounds", subject, read.day)


def estimate_claimed(posterior: Posterior, read: ReadClaim) -> Estimate:
    """Posterior range of what a claim speaks of, in the unit of its value.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case = posterior.case
    measure = case.about.carrier if read.claim.scope is not None else case.about.item
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    return posterior.gated_estimate(_quantity(case, read).name, measure, draws)


def _check(posterior: Posterior, read: ReadClaim, weight: float, scale: Scale) -> Check:
    case, claim = posterior.case, read.claim
    stated = claim.value
    draws = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
    estimate = estimate_claimed(posterior, read)
    percentile = float(posterior.model.kernels[claim.id].cdf(_errors(posterior, read)).mean())
    comparator = claim.quantity == "comparator"
    tail = 1 - percentile if comparator else min(percentile, 1 - percentile)
    containers, most = _containers(posterior, read)
    ceiling = None if claim.scope is not None else ceiling_per_container(case, read.nature)
    possible = None if ceiling is None or comparator or most is None else stated <= ceiling * most
    verdict = _verdict(tail, possible=possible)
    p_at_least = float((draws >= stated).mean())
    implied = None if containers is None else stated / containers
    reading = _reading(read)
    found = sentences.Finding(
        who=next(entry.title for entry in case.claimant if entry.id == claim.claimant),
        stated=stated,
        hedge=claim.hedge,
        measure=estimate.unit,
        subject=_subject(case, read),
        verdict=verdict,
        posterior=estimate.range,
        p_at_least=p_at_least,
        reading_probability=None if reading is None else weight,
        p_passed=tail if comparator else None,
        implied=implied or 0.0,
        ceiling=ceiling or 0.0,
        carrier=case.about.carrier,
        not_quotable=estimate.not_quotable,
    )
    return Check(
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
        sentence=sentences.finding(found, scale),
    )


def _containers(posterior: Posterior, read: ReadClaim) -> tuple[float | None, float | None]:
    """Containers that a figure is for: as stated or the median, and the most that is credible."""
    claim = read.claim
    if claim.scope is not None:
        return None, None
    if claim.containers is not None:
        return claim.containers, claim.containers
    narrowest = posterior.case.scope[-1].id
    estimate = posterior.estimate_of(Quantity("containers", narrowest, read.day))
    return estimate.p50, estimate.p95


def _verdict(tail: float, *, possible: bool | None) -> Verdict:
    if possible is False:
        return "impossible"
    if tail >= CONSISTENT:
        return "consistent"
    return "strained" if tail >= STRAINED else "inconsistent"


def _reading(read: ReadClaim) -> str | None:
    """How an open claim is read, in words."""
    claim = read.claim
    parts = []
    if len(claim.natures) > 1 and read.nature is not None:
        parts.append(read.nature)
    if len(claim.dates) > 1 and claim.quantity != "capacity":
        parts.append(f"by {phrases.date(read.day)}")
    return ", ".join(parts) or None


def _subject(case: Case, read: ReadClaim) -> str:
    """What a figure speaks of, as a phrase for a sentence."""
    claim, words = read.claim, case.about
    titles = {nature.id: nature.title for nature in case.nature}
    what = titles[read.nature] if read.nature is not None else f"any mix of {words.item}"
    day = phrases.date(read.day)
    if claim.scope is not None:
        return f"{claim.scope}, by {day}"
    if claim.containers is not None:
        return f"{what} that {phrases.exact(claim.containers)} {words.carrier} could hold"
    sent = "sent" if read.nature is None else f"{what} sent"
    return f"{sent} by {day}"
