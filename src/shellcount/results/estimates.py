"""Hold estimates by name and in their order, with a table that a notebook shows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from shellcount.errors import require_library
from shellcount.named import Named
from shellcount.results.estimate import Estimate, estimates_table
from shellcount.results.mark import Mark, sentences
from shellcount.text import escape_html
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd


class Estimates(Named[Estimate]):
    """Estimates of a posterior: a tuple, whose entries are also found by name.

    Get them from :meth:`shellcount.Posterior.estimates`.

    Examples
    --------
    >>> import shellcount
    >>> estimates = shellcount.fit(shellcount.load_case(), seed=1).estimates()
    >>> estimates["load"].unit, "laod" in estimates
    ('share', False)
    >>> estimates.table().head
    ('estimate', 'median', '50% interval', '90% interval')
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Word for an entry."""
        return "estimate"

    def _name(self, entry: Estimate) -> str:
        return entry.name

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Caveats on all of the estimates."""
        shared = [set(estimate.marks) for estimate in self]
        return tuple(mark for mark in self[0].marks if all(mark in each for each in shared)) if self else ()

    def table(self) -> Table:
        """Tabulate the estimates: median with its unit, 50% and 90% interval."""
        return estimates_table(self)

    def to_dataframe(self) -> pd.DataFrame:
        """Put the estimates in a data frame of pandas, one to a row by name, with every digit.

        Raises
        ------
        UsageError
            When pandas is not installed.

        Examples
        --------
        >>> import shellcount
        >>> frame = shellcount.fit(shellcount.load_case(), seed=1).estimates().to_dataframe()
        >>> frame.loc["load", "unit"]
        'share'
        """
        require_library("pandas")
        import pandas as pd

        rows = [
            {**dataclasses.asdict(estimate), "marks": ", ".join(mark.short for mark in estimate.marks)}
            for estimate in self
        ]
        return pd.DataFrame(rows).set_index("name")

    def __repr__(self) -> str:
        """Write one estimate to a line."""
        return "\n".join(map(str, self))

    def html(self) -> str:
        """Write the caveats on all, how many have not converged, and the table, for a notebook cell."""
        failed = sum(estimate.not_quotable is not None for estimate in self)
        caveats = [f"<strong>{escape_html(sentences(self.marks))}</strong>"] if self.marks else []
        caveats += [f"not converged: {failed} of {len(self)} estimates"] if failed else []
        return "".join(f"<p>{line}</p>" for line in caveats) + self.table().html()

    def _repr_html_(self) -> str:
        return self.html()
