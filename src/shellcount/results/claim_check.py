"""Checks: stated figures held against a posterior, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shellcount.results.estimate import Estimate
from shellcount.results.names import QuantityKind
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

type Verdict = Literal["consistent", "strained", "inconsistent", "impossible"]

CONSISTENT, STRAINED = 0.10, 0.01  # least predictive tail of either verdict
_HEAD = (
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
    kind
        Kind of that quantity: ``containers``, ``rounds`` or ``capacity``.
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
    kind: QuantityKind
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

    @property
    def per_container(self) -> str:
        """Stated figure per container, with the physical ceiling; empty where that has no meaning."""
        if self.implied_per_container is None or self.ceiling_per_container is None:
            return ""
        implied = rounding.rounded(self.implied_per_container, 1.0)
        return f"{implied} ({rounding.rounded(self.ceiling_per_container, 10.0)})"

    def __str__(self) -> str:
        """Give the finding in words."""
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

    def table(self) -> Table:
        """Show every check as a row; a cell may have two lines."""
        rows = tuple(
            (
                phrases.hedged(check.stated, check.hedge),
                check.claimant,
                check.quantity + (f", {check.reading}" if check.reading else ""),
                check.per_container,
                check.estimate.cell,
                phrases.probability(check.p_at_least),
                phrases.probability(check.predictive_cdf),
                check.verdict,
            )
            for check in self.results
        )
        return Table("Checks", _HEAD, rows, numeric=(3, 4, 5))

    def __repr__(self) -> str:
        """Give one sentence a line."""
        return "\n".join(check.sentence for check in self.results)

    def _repr_html_(self) -> str:
        rows = tuple((check.claim, check.verdict, check.sentence) for check in self.results)
        return Table("", ("claim", "verdict", "finding"), rows).html()
