"""Put estimates with their diagnostics, and draws, in data frames of pandas, which this module imports."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from shellcount.limits import require_within
from shellcount.posterior.draws import Draws
from shellcount.results.estimate import Estimate
from shellcount.results.estimates import Estimates
from shellcount.results.names import name_of, unit
from shellcount.results.quantity import Quantity
from shellcount.wording.tables import Table

# Columns by the names of ArviZ, with the fields of an estimate that they hold.
_COLUMNS = {
    "mean": "mean",
    "sd": "sd",
    "median": "p50",
    "eti90_lb": "p05",
    "eti90_ub": "p95",
    "ess_bulk": "ess_bulk",
    "ess_tail": "ess_tail",
    "r_hat": "rhat",
    "mcse_mean": "mcse_mean",
    "mcse_median": "mcse_p50",
}
_HEAD = (*_COLUMNS, "unit", "remark")
_FINEST = 100  # parts of a standard deviation to which numbers are shown
_SMALL = 1e-4  # error that is shown by its exponent
_BYTES = 8  # of a number
_COPIES = 2  # pandas may copy what it is given


class SummaryFrame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types of its own
    """Data frame of a summary: with every digit, and shown to the place of the Monte Carlo errors.

    No number is shown more finely than a hundredth of its standard deviation.

    What is selected or computed from it is a plain data frame.
    """

    @property
    def _constructor(self) -> Any:  # noqa: ANN401  # as pandas has it
        return pd.DataFrame

    def table(self) -> Table | None:
        """Write the summary as cells; ``None`` where it has other columns by now."""
        if tuple(self.columns) != _HEAD:
            return None
        rows = tuple((str(name), *_cells(row)) for name, row in self.iterrows())
        return Table("", ("", *_HEAD), rows, numeric=tuple(range(1, len(_COLUMNS) + 1)))

    def __repr__(self) -> str:
        """Format the table as text in columns."""
        table = self.table()
        if table is None:
            return str(super().__repr__())
        frame = pd.DataFrame([row[1:] for row in table.rows], list(self.index), table.head[1:])
        return str(frame.to_string())

    def _repr_html_(self) -> str:
        table = self.table()
        return str(super()._repr_html_()) if table is None else table.html()


def summary(estimates: Estimates) -> SummaryFrame:
    """Tabulate estimates with their diagnostics, with the columns of ``arviz.summary``."""
    rows = [
        [*(getattr(each, field) for field in _COLUMNS.values()), each.unit, _remark(each)]
        for each in estimates
    ]
    return SummaryFrame(rows, pd.Index(estimates.keys(), name="name"), _HEAD)


def _cells(row: Any) -> Iterator[str]:  # noqa: ANN401  # a row of pandas
    """Write the values of a row, numbers to the place of their Monte Carlo error."""
    for name in _HEAD:
        if name in {"unit", "remark"}:
            yield str(row[name])
        elif name.startswith("ess"):
            yield f"{row[name]:,.0f}"
        elif name == "r_hat":
            yield f"{row[name]:.3f}"
        elif name.startswith("mcse"):
            yield to_place_of(row[name], row[name] / 10) if row[name] >= _SMALL else f"{row[name]:.2g}"
        else:
            error = row["mcse_mean" if name in {"mean", "sd"} else "mcse_median"]
            yield to_place_of(row[name], max(error, row["sd"] / _FINEST))


def _remark(estimate: Estimate) -> str:
    """Write the short marks of an estimate, and why it has not converged, if it has not."""
    caveats = list(dict.fromkeys(mark.short for mark in estimate.marks))
    if estimate.not_quotable is not None:
        caveats.append(f"not converged: {estimate.not_quotable}")
    return "; ".join(caveats)


def to_place_of(value: float, error: float) -> str:
    """Write a number to the place of the first digit of its error.

    Examples
    --------
    >>> to_place_of(1_986_412.0, 4321.0)
    '1,986,000'
    """
    if not (math.isfinite(value) and math.isfinite(error) and error > 0):
        return f"{value:,.6g}"
    places = -math.floor(math.log10(error))
    return f"{round(value, places):,.{max(places, 0)}f}"


def draws(source: Draws, quantities: Sequence[Quantity], thin: int) -> pd.DataFrame:
    """Put draws of quantities in a data frame, a column for each quantity.

    Raises
    ------
    LimitError
        When they need more memory than is allowed.
    """
    case, (chains, count) = source.case, source.shape
    of_each = len(range(0, count, thin))
    needed = _COPIES * _BYTES * chains * of_each * len(quantities)
    require_within(
        "memory", needed, f"a data frame of {chains * of_each:,} draws of {len(quantities):,} quantities"
    )
    values = np.empty((chains * of_each, len(quantities)), order="F")
    for place, quantity in enumerate(quantities):
        values[:, place] = source.draws_of(quantity)[:, ::thin].ravel()
    index = pd.MultiIndex.from_product([range(chains), range(0, count, thin)], names=["chain", "draw"])
    names = [name_of(case, quantity) for quantity in quantities]
    frame = pd.DataFrame(values, index, names)
    frame.attrs = {
        "units": {name: unit(case, each) for name, each in zip(names, quantities, strict=True)},
        "run": source.digest,
        "marks": [mark.long for mark in source.marks],
    }
    return frame
