"""Hold the checks of stated figures against a posterior as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.named import Named
from shellcount.results.estimate import Estimate
from shellcount.results.mark import marked
from shellcount.results.quantity import QuantityKind
from shellcount.results.verdicts import (
    CONSISTENT,
    FAILING,
    NO_POWER,
    NO_POWER_SHARE,
    Side,
    Verdict,
    definitions_line,
)
from shellcount.text import escape_html, one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_MOST_DIGITS = 6


@frozen
class Check:
    """Check of one reading of a stated figure against the posterior.

    Parameters
    ----------
    claim, claimant, use
        Ids of claim and claimant, and use of the claim in the case.
    title
        Name of the claimant.
    nature, day
        Nature and date in this reading; no nature is the whole mix.
    reading
        Reading in words if the claim is ambiguous, otherwise ``None``.
    reading_prior, reading_probability
        Probability of this reading among the readings of the claim, before and after the data.
    stated
        Stated figure: of a range or words the middle, of "none seen" 0.
    words, hedge
        Stated figure in words, and its hedge, if it has one.
    origin
        How the claimant computed the figure from another one, or why it is not checked by default; ``None``
        for most figures.
    quantity
        Name of the quantity of the figure; for a capacity, the figure is for ``containers`` containers.
    kind
        Kind of that quantity: ``containers``, ``rounds``, ``capacity`` or another.
    unit
        Unit of ``stated`` and of the posterior range.
    containers
        Containers that the figure refers to: as stated, or the posterior median.
    implied_per_container, ceiling_per_container
        Stated figure per container, and its physical ceiling; ``None`` where that does not apply.
    estimate
        Posterior range of the quantity, in the unit of the figure.
    p_at_least
        Posterior probability that the quantity itself reaches the figure.
    predictive_cdf
        Probability of a lower figure under the posterior predictive distribution, which includes
        hedge, bias and rounding; for a figure of 0, the probability of seeing none.
    tail_probability
        Smaller of the two predictive tails, which decides the verdict and which every text quotes; for a
        comparator the upper tail, for a figure of 0 the probability of seeing none.
    side
        Side of the predictive distribution on which the figure lies: ``high`` or ``low``.
    passing_low, passing_high
        Figures between which this check would have been ``consistent``; ``None`` where there is no bound.
    possible
        Whether the figure is physically possible; ``None`` if that does not apply.
    verdict
        ``consistent``; ``high`` or ``low`` for a tail below 10%; ``very high`` or ``very low`` below 1%; or
        ``impossible``.
    sentence
        Finding in words.

    Examples
    --------
    >>> import shellcount
    >>> check = shellcount.check(shellcount.fit(shellcount.load_case()))[0]
    >>> check.claim, check.verdict
    ('rok-mnd-2024-02-152mm', 'high')
    """

    claim: str
    claimant: str
    title: str
    use: str
    nature: str | None
    day: dt.date
    reading: str | None
    reading_prior: float
    reading_probability: float
    stated: float
    words: str
    hedge: str | None
    origin: str | None
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
    side: Side
    passing_low: float | None
    passing_high: float | None
    possible: bool | None
    verdict: Verdict
    sentence: str

    @property
    def figure(self) -> str:
        """Stated figure in words, with its unit."""
        measure = self.unit if self.stated == 0 else self.estimate.measure
        return one_line(phrases.measured(self.words, measure))

    @property
    def per_container(self) -> str:
        """Stated figure per container, with the physical ceiling; empty if that does not apply."""
        if self.implied_per_container is None:
            return ""
        implied = rounding.significant(self.implied_per_container)
        if self.ceiling_per_container is None:
            return implied
        return f"{implied} ({rounding.significant(self.ceiling_per_container)})"

    @property
    def one_sided(self) -> bool:
        """True if the figure can only be too high, as that of a yardstick."""
        return self.passing_low is None and self.passing_high is not None

    @property
    def bayes_factor(self) -> float | None:
        """Bayes factor of this reading against the others; ``None`` where there are none."""
        before, after = self.reading_prior, self.reading_probability
        if self.reading is None or not (0 < before < 1 and after < 1):
            return None
        return after / (1 - after) * (1 - before) / before

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks in parentheses: the reading with its probability, and how the figure was computed."""
        remarks = []
        if self.reading is not None:
            factor = self.bayes_factor
            beside = "" if factor is None else f", Bayes factor {phrases.factor(factor)}"
            remarks.append(f"(reading: {phrases.probability(self.reading_probability)}{beside})")
        if self.origin is not None:
            remarks.append(f"({one_line(self.origin)})")
        return tuple(remarks)

    @property
    def chance(self) -> str:
        """Chance that decides the verdict, for a cell of a table: "2%, that high"."""
        what = "that high" if self.side == "high" else "that low"
        if self.stated == 0:
            what = "none seen"
        elif self.one_sided:
            what = "exceeded"
        return f"{phrases.probability(self.tail_probability)}\n({what})"

    @property
    def powerless(self) -> bool:
        """True if the check would pass figures so different that it says little."""
        low, high = self.passing_low, self.passing_high
        if low is None or high is None:
            return False
        return high - low > NO_POWER_SHARE if self.unit == "share" else high > NO_POWER * low

    @property
    def passing(self) -> str:
        """Figures that would have passed, in words; empty where that does not apply."""
        low, high = self.passing_low, self.passing_high
        if high is None:
            return ""
        scale, word = rounding.scale_of(high)
        below = None if low is None else self._shown(low, lambda bound: self.stated < bound)
        above = self._shown(high, lambda bound: self.stated > bound)
        most = f"{above / scale:,.12g}{word}"
        return f"up to {most}" if below is None else f"{below / scale:,.12g} to {most}"

    def _shown(self, bound: float, beyond: Callable[[float], bool]) -> float:
        """Round a bound to as few digits as leave the stated figure on its own side of it, at least two."""
        for digits in range(2, _MOST_DIGITS):
            shown = float(f"{bound:.{digits - 1}e}")
            if beyond(shown) == beyond(bound):
                return shown
        return bound

    def __str__(self) -> str:
        """Return the finding in words, with the marks of the run."""
        return marked(self.sentence, self.estimate.marks)


class Checks(Named[Check]):
    """Checks of a posterior, the most probable reading of each claim first: a tuple, also by id of the claim.

    Examples
    --------
    >>> import shellcount
    >>> checks = shellcount.check(shellcount.fit(shellcount.load_case()))
    >>> checks.failed
    False
    >>> checks["rok-mnd-2024-02-152mm"].verdict
    'high'
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Word for what is looked up."""
        return "checked claim"

    def _name(self, entry: Check) -> str:
        return entry.claim

    @property
    def leading(self) -> tuple[Check, ...]:
        """Checks of the most probable reading of each claim."""
        first = {check.claim: check for check in reversed(self)}
        return tuple(check for check in self if first[check.claim] is check)

    @property
    def failed(self) -> bool:
        """True if the most probable reading of any claim is very high, very low or impossible."""
        return any(check.verdict in FAILING for check in self.leading)

    @property
    def expectation(self) -> str:
        """Sentence on how many figures a right model finds high or low; empty without such checks.

        The predictive percentile of a right model is uniform, so that a tail below 10% on either side has a
        probability of 20%. Figures that can only be too high are not counted.
        """
        counted = [check for check in self.leading if not check.one_sided and check.stated > 0]
        if not counted:
            return ""
        found = sum(check.verdict != "consistent" for check in counted)
        expected = f"{2 * CONSISTENT * len(counted):.1f}".removesuffix(".0")
        return (
            f"Of {phrases.counted(len(counted), 'check')}, {found} found a figure high or low. If the model "
            f"is right, one check in five still does: here {expected} of {len(counted)} on average."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines under a table of checks: how many findings are expected, and what the words mean."""
        return tuple(filter(None, (self.expectation, definitions_line() if self else "")))

    def table(self, carrier: str = "container") -> Table:
        """Tabulate the checks; a cell may have two lines.

        Parameters
        ----------
        carrier
            The case's word for one carrier.
        """
        per = f"per {carrier} (at most)"
        head = (
            *("stated figure", "by", "verdict", "chance of such a figure", "would have passed", "of"),
            *("posterior median, 90% interval", "P(quantity at least that)", per),
        )
        rows = tuple(
            (
                check.figure,
                one_line(check.title),
                check.verdict,
                check.chance,
                check.passing + ("\n(says little)" if check.powerless else ""),
                "\n".join((check.quantity, *check.remarks)),
                check.estimate.measured_cell,
                phrases.probability(check.p_at_least) if check.stated > 0 else "",
                check.per_container,
            )
            for check in self
        )
        table = Table("Checks", head, rows, numeric=(3, 4, 6, 7, 8))
        return table if any(check.per_container for check in self) else table.without(per)

    def to_dataframe(self) -> pd.DataFrame:
        """Put the checks in a data frame of pandas, a row for each reading of a claim, with every digit.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        rows = [
            {
                **{name: value for name, value in asdict(check).items() if name != "estimate"},
                **{name: getattr(check.estimate, name) for name in ("p05", "p25", "p50", "p75", "p95")},
                "marks": ", ".join(mark.short for mark in check.estimate.marks),
            }
            for check in self
        ]
        return pd.DataFrame(rows).set_index("claim")

    def __repr__(self) -> str:
        """Return one sentence per line."""
        return "\n".join(str(check) for check in self)

    def _repr_html_(self) -> str:
        rows = tuple((one_line(check.title), check.verdict, str(check)) for check in self)
        table = Table("", ("by", "verdict", "finding"), rows).html()
        return table + "".join(f"<p>{escape_html(note)}</p>" for note in self.notes)
