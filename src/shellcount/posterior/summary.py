"""Tabulate estimates with their diagnostics, as users of ArviZ expect it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shellcount.errors import require_library
from shellcount.results.estimate import Estimate, estimates_table
from shellcount.results.mark import Mark, sentences
from shellcount.text import escape_html
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_HEAD = (
    "estimate",
    "unit",
    "median",
    "mean",
    "sd",
    "5%",
    "95%",
    "MCSE of median",
    "bulk ESS",
    "tail ESS",
    "R-hat",
    "remark",
)
_NUMERIC = tuple(range(2, 11))


@dataclass(frozen=True, slots=True)
class PosteriorSummary:
    """Estimates with their diagnostics, one per row, from :meth:`shellcount.Posterior.summary`.

    Parameters
    ----------
    estimates
        The estimates, in the order of the rows.

    Examples
    --------
    >>> import shellcount
    >>> summary = shellcount.fit(shellcount.load_case(), seed=1).summary()
    >>> summary.table().head[:3]
    ('estimate', 'unit', 'median')
    """

    estimates: tuple[Estimate, ...]

    def __iter__(self) -> Iterator[Estimate]:
        """Iterate over the estimates."""
        return iter(self.estimates)

    def __len__(self) -> int:
        """Count the estimates."""
        return len(self.estimates)

    def table(self) -> Table:
        """Write the estimates as cells; numbers to the place of their Monte Carlo error."""
        return Table("", _HEAD, tuple(map(_row, self.estimates)), numeric=_NUMERIC)

    def __str__(self) -> str:
        """Format the table as text in columns."""
        table = self.table()
        rows = (table.head, *table.rows)
        widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
        lines = (
            "  ".join(
                cell.rjust(width) if place in table.numeric else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.table().html()


def _row(estimate: Estimate) -> tuple[str, ...]:
    quantiles = (
        (estimate.p50, estimate.mcse_p50),
        (estimate.mean, estimate.mcse_mean),
        (estimate.sd, estimate.mcse_mean),
        (estimate.p05, estimate.mcse_p05),
        (estimate.p95, estimate.mcse_p95),
        (estimate.mcse_p50, estimate.mcse_p50 / 10),
    )
    return (
        estimate.name,
        estimate.measure,
        *(_to_place_of(value, error) for value, error in quantiles),
        f"{estimate.ess_bulk:,.0f}",
        f"{estimate.ess_tail:,.0f}",
        f"{estimate.rhat:.3f}",
        "; ".join(_remarks(estimate)),
    )


def _remarks(estimate: Estimate) -> Iterator[str]:
    """List the short marks of an estimate, and why it has not converged, if it has not."""
    yield from dict.fromkeys(mark.short for mark in estimate.marks)
    if estimate.not_quotable is not None:
        yield f"not converged: {estimate.not_quotable}"


def described(head: str, marks: Sequence[Mark], estimates: Sequence[Estimate]) -> str:
    """Write a posterior as HTML for a notebook: a line, its caveats in full, and its main estimates."""
    failed = [estimate for estimate in estimates if estimate.not_quotable is not None]
    caveats = [f"<strong>{escape_html(sentences(marks))}</strong>"] if marks else []
    caveats += [f"not converged: {len(failed)} of {len(estimates)} estimates"] if failed else []
    lines = "".join(f"<p>{line}</p>" for line in (escape_html(head), *caveats))
    return f"{lines}{estimates_table(estimates).html()}"


def _to_place_of(value: float, error: float) -> str:
    """Write a number to the place of the first digit of its error."""
    if not (math.isfinite(value) and math.isfinite(error) and error > 0):
        return f"{value:,.6g}"
    places = -math.floor(math.log10(error))
    return f"{round(value, places):,.{max(places, 0)}f}"


def to_dataframe(estimates: tuple[Estimate, ...]) -> pd.DataFrame:
    """Make a pandas data frame of estimates, one per row, by name.

    Raises
    ------
    UsageError
        When pandas is not installed.
    """
    require_library("pandas")
    import pandas as pd

    rows = [
        {**dataclasses.asdict(estimate), "marks": ", ".join(mark.short for mark in estimate.marks)}
        for estimate in estimates
    ]
    return pd.DataFrame(rows).set_index("name")
