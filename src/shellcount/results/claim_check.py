"""Hold the checks of stated figures against a posterior as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shellcount.results.estimate import Estimate
from shellcount.results.quantity import QuantityKind
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

type Verdict = Literal["consistent", "strained", "inconsistent", "impossible"]

CONSISTENT, STRAINED = 0.10, 0.01  # smallest predictive tail of either verdict
FAILING: tuple[Verdict, ...] = ("inconsistent", "impossible")


def verdict_of(tail: float, *, possible: bool | None) -> Verdict:
    """Choose the verdict on a stated figure.

    Parameters
    ----------
    tail
        Predictive tail of the figure.
    possible
        Whether the figure is physically possible; ``None`` if that does not apply.

    Examples
    --------
    >>> verdict_of(0.05, possible=True)
    'strained'
    """
    if possible is False:
        return "impossible"
    if tail >= CONSISTENT:
        return "consistent"
    return "strained" if tail >= STRAINED else "inconsistent"


@dataclass(frozen=True, slots=True)
class Check:
    """Check of one reading of a stated figure against the posterior.

    Parameters
    ----------
    claim, claimant, use
        Ids of claim and claimant, and use of the claim in the case.
    nature, day
        Nature and date in this reading; no nature is the whole mix.
    reading
        Reading in words if the claim is ambiguous, otherwise ``None``.
    reading_probability
        Posterior probability of this reading among the readings of the claim.
    stated, hedge
        Stated figure and its hedge.
    quantity
        Name of the quantity of the figure; for a capacity, the figure is for ``containers`` containers.
    kind
        Kind of that quantity: ``containers``, ``rounds`` or ``capacity``.
    unit
        Unit of ``stated`` and of the posterior range.
    containers
        Containers that the figure refers to: as stated, or the posterior median.
    implied_per_container, ceiling_per_container
        Stated figure per container, and its physical ceiling; ``None`` for claims of containers.
    estimate
        Posterior range of the quantity, in the unit of the figure.
    p_at_least
        Posterior probability that the quantity reaches the figure, which every text quotes.
    predictive_cdf
        Probability of a lower figure under the posterior predictive distribution, which includes
        hedge, bias and rounding.
    tail_probability
        Smaller of the two predictive tails, which decides the verdict; for a comparator, the upper tail.
    possible
        Whether the figure is physically possible; ``None`` if that does not apply.
    verdict
        ``consistent`` for a tail of at least 10%, ``strained`` for at least 1%, ``inconsistent`` for less,
        or ``impossible``.
    sentence
        Finding in words.

    Examples
    --------
    >>> import shellcount
    >>> check = shellcount.check(shellcount.fit(shellcount.load_case())).results[0]
    >>> check.claim, check.verdict
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
        """Stated figure per container, with the physical ceiling; empty if that does not apply."""
        if self.implied_per_container is None or self.ceiling_per_container is None:
            return ""
        implied = rounding.significant(self.implied_per_container)
        return f"{implied} ({rounding.significant(self.ceiling_per_container)})"

    def __str__(self) -> str:
        """Return the finding in words."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks of a posterior, the most probable reading of each claim first.

    Parameters
    ----------
    results
        One check for each reading.

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
        """Count the readings."""
        return len(self.results)

    @property
    def leading(self) -> tuple[Check, ...]:
        """Checks of the most probable reading of each claim."""
        first = {check.claim: check for check in reversed(self.results)}
        return tuple(check for check in self.results if first[check.claim] is check)

    @property
    def failed(self) -> bool:
        """True if the most probable reading of any claim is inconsistent or impossible."""
        return any(check.verdict in FAILING for check in self.leading)

    def table(self, carrier: str = "container") -> Table:
        """Tabulate the checks; a cell may have two lines.

        Parameters
        ----------
        carrier
            The case's word for one carrier.
        """
        head = (
            *("stated figure", "by", "of", f"per {carrier} (at most)", "posterior median, 90% interval"),
            *("P(at least)", "percentile", "verdict"),
        )
        rows = tuple(
            (
                one_line(f"{phrases.hedged(check.stated, check.hedge)} {check.unit}"),
                check.claimant,
                check.quantity + _reading(check),
                check.per_container,
                check.estimate.measured_cell,
                phrases.probability(check.p_at_least),
                phrases.probability(check.predictive_cdf),
                check.verdict,
            )
            for check in self.results
        )
        table = Table("Checks", head, rows, numeric=(3, 4, 5, 6))
        return table if any(check.per_container for check in self.results) else table.without(head[3])

    def __repr__(self) -> str:
        """Return one sentence per line."""
        return "\n".join(check.sentence for check in self.results)

    def _repr_html_(self) -> str:
        rows = tuple((check.claim, check.verdict, check.sentence) for check in self.results)
        return Table("", ("claim", "verdict", "finding"), rows).html()


def _reading(check: Check) -> str:
    return "" if check.reading is None else f"\n(reading: {phrases.probability(check.reading_probability)})"
