"""Hold named posterior ranges, and word them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import field, replace

from shellcount.frozen import frozen
from shellcount.maths.diagnostics import PROBABILITIES, Summary
from shellcount.results.mark import Mark, marked
from shellcount.text import escape_html, one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table


@frozen
class Estimate:
    """Named posterior range: median, 50% and 90% equal-tailed intervals, and their Monte Carlo errors.

    Parameters
    ----------
    name
        Name, such as ``rounds.mixed@2024-06-14``.
    unit
        Unit of all numbers but the diagnostics.
    p05, p25, p50, p75, p95, mean, sd
        Posterior quantiles, mean and standard deviation.
    mcse_p05, mcse_p25, mcse_p50, mcse_p75, mcse_p95, mcse_mean
        Monte Carlo standard errors of quantiles and mean.
    rhat
        Rank-normalised split R-hat of the draws: 1 where independent runs do not differ.
    ess_bulk, ess_tail
        Effective sample sizes: independent draws that would be as precise in the middle, and at the 5% and
        95% quantiles.
    not_quotable
        Reason why it must not be quoted, or ``None``.
    run_digest
        Digest of the run.
    marks
        Caveats on the number. Two estimates of the same numbers are equal whatever their marks.

    Examples
    --------
    >>> import shellcount
    >>> estimate = shellcount.fit(shellcount.load_case()).estimate("capacity.122mm-rocket")
    >>> estimate.p05 < estimate.p50 < estimate.p95
    True
    """

    name: str
    unit: str
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float
    sd: float
    mcse_p05: float
    mcse_p25: float
    mcse_p50: float
    mcse_p75: float
    mcse_p95: float
    mcse_mean: float
    rhat: float
    ess_bulk: float
    ess_tail: float
    not_quotable: str | None
    run_digest: str
    marks: tuple[Mark, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls, name: str, measure: str, summary: Summary, run_digest: str, marks: tuple[Mark, ...] = ()
    ) -> Estimate:
        """Make an estimate of a summary of draws."""
        labels = [f"p{round(100 * p):02d}" for p in PROBABILITIES]
        values = dict(zip(labels, summary.quantiles, strict=True))
        errors = dict(zip(labels, summary.mcse_quantiles, strict=True))
        return cls(
            name=name,
            unit=measure,
            p05=values["p05"],
            p25=values["p25"],
            p50=values["p50"],
            p75=values["p75"],
            p95=values["p95"],
            mean=summary.mean,
            sd=summary.sd,
            mcse_p05=errors["p05"],
            mcse_p25=errors["p25"],
            mcse_p50=errors["p50"],
            mcse_p75=errors["p75"],
            mcse_p95=errors["p95"],
            mcse_mean=summary.mcse_mean,
            rhat=summary.rhat,
            ess_bulk=summary.ess_bulk,
            ess_tail=summary.ess_tail,
            not_quotable=summary.not_quotable,
            run_digest=run_digest,
            marks=marks,
        )

    @property
    def range(self) -> rounding.Range:
        """Median and 90% interval, for rounding and wording."""
        return rounding.Range(self.p05, self.p50, self.p95, max(self.mcse_p05, self.mcse_p50, self.mcse_p95))

    @property
    def rounding_doubt(self) -> float:
        """Doubt about the rounded digits of the headline; at most 1 if other seeds print the same.

        At most 1 means that each of the five quantiles, rounded as the headline is, lies at least three of
        its own Monte Carlo standard errors from the nearest rounding boundary, and that the rounding unit is
        as stable.
        """
        unit = rounding.rounding_unit(self.range)
        quantiles = (
            (self.p05, self.mcse_p05),
            (self.p25, self.mcse_p25),
            (self.p50, self.mcse_p50),
            (self.p75, self.mcse_p75),
            (self.p95, self.mcse_p95),
        )
        return max(*(rounding.doubt(value, mcse, unit) for value, mcse in quantiles), self._unit_doubt())

    def _unit_doubt(self) -> float:
        """Compute the doubt about the unit that the headline is rounded to."""
        exact = replace(self.range, mcse=0.0)
        unit = rounding.rounding_unit(exact)
        # If the Monte Carlo error determines the unit, it is itself known only roughly.
        doubt = 6 * self.range.mcse / unit
        for errors in (2.9, 2.0, 1.0, 0.5):
            shifts = itertools.product((-errors, 0.0, errors), repeat=3)
            shifted = (
                rounding.Range(
                    exact.low + low * self.mcse_p05,
                    exact.middle + middle * self.mcse_p50,
                    exact.high + high * self.mcse_p95,
                )
                for low, middle, high in shifts
            )
            if any(rounding.rounding_unit(stated) != unit for stated in shifted):
                doubt = max(doubt, 3 / errors)
        return doubt

    @property
    def headline(self) -> str:
        """Estimate in a few words, rounded by rule."""
        return phrases.headline(self.range, self.measure)

    @property
    def measure(self) -> str:
        """Unit for a sentence; empty for a share."""
        return "" if self.unit == "share" else self.unit

    def words(self) -> tuple[str, str, str]:
        """Word the median, 50% and 90% interval, all rounded as the headline is."""
        unit = rounding.rounding_unit(self.range)
        return (
            rounding.amount(self.p50, unit, largest=self.p95),
            rounding.interval(self.p25, self.p75, unit, largest=self.p95),
            rounding.interval(self.p05, self.p95, unit),
        )

    @property
    def middle(self) -> str:
        """Median with its unit, for a cell of a table."""
        return one_line(f"{self.words()[0]} {self.measure}")

    @property
    def measured_cell(self) -> str:
        """Median with its unit, and 90% interval, on two lines for a cell of a table."""
        return f"{self.middle}\n{self.words()[2]}"

    @property
    def cell(self) -> str:
        """Median and 90% interval on two lines, for a cell of a table that says the unit."""
        middle, _, outer = self.words()
        return f"{middle}\n{outer}"

    @property
    def time_marks(self) -> tuple[Mark, ...]:
        """Caveats that belong to the date, so that tables show them beside it: a forecast."""
        return tuple(mark for mark in self.marks if mark.kind == "forecast")

    def __str__(self) -> str:
        """Return name and headline, with the marks."""
        caveat = "" if self.not_quotable is None else f" (not converged: {self.not_quotable})"
        return one_line(f"{self.name}: {marked(self.headline, self.marks)}{caveat}")

    def _repr_html_(self) -> str:
        return f"<code>{escape_html(str(self))}</code>"


def estimates_table(estimates: Iterable[Estimate], caption: str = "") -> Table:
    """Tabulate estimates by name: median with its unit, 50% and 90% interval.

    Examples
    --------
    >>> import shellcount
    >>> estimates_table(shellcount.fit(shellcount.load_case()).estimates()).head
    ('estimate', 'median', '50% interval', '90% interval')
    """
    rows = tuple(
        (marked(estimate.name, estimate.time_marks), estimate.middle, *estimate.words()[1:])
        for estimate in estimates
    )
    return Table(caption, ("estimate", "median", "50% interval", "90% interval"), rows, numeric=(1, 2, 3))
