"""Hold a prior that was made from two quantiles, with what it implies."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.maths.priors import Prior
from shellcount.text import escape_html
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_STANDARD = (0.05, 0.95)
_Z = {f"{100 * level:.0f}%": NormalDist().inv_cdf(level) for level in (0.05, 0.25, 0.5, 0.75, 0.95)}


@frozen
class ImpliedRange:
    """Range that a prior implies in another unit.

    Parameters
    ----------
    measure
        Unit in words, such as ``net tonnes a container``.
    p05, p50, p95
        Quantiles, before any claim is fit.
    cited
        Range in this unit that the basis of the prior cites, if it does.
    """

    measure: str
    p05: float
    p50: float
    p95: float
    cited: tuple[float, float] | None = None

    @property
    def rounded(self) -> tuple[str, str, str]:
        """The quantiles, rounded to the unit that keeps three digits of the median."""
        unit = 10.0 ** (math.floor(math.log10(self.p50)) - 2)
        low, middle, high = (rounding.rounded(value, unit) for value in (self.p05, self.p50, self.p95))
        return low, middle, high

    @property
    def words(self) -> str:
        """Median and 90% interval in words."""
        low, middle, high = self.rounded
        return f"{middle} ({low} to {high})"

    @property
    def cited_words(self) -> str:
        """Cited range in words; empty if there is none."""
        if self.cited is None:
            return ""
        low, high = map(phrases.exact, self.cited)
        return low if low == high else f"{low} to {high}"


def _cites(implied: ImpliedRange) -> str:
    return f" (its basis cites {implied.cited_words})" if implied.cited is not None else ""


@frozen
class Elicited:
    """Prior made from two quantiles, with what it implies.

    :func:`shellcount.checks.elicitation.elicit` returns it, and :func:`shellcount.plots.plot_prior` draws it.

    Parameters
    ----------
    name
        Name of the assumption.
    unit
        Its unit.
    prior
        Prior, by its 5% and 95% quantiles.
    stated, levels
        The two quantiles as stated, and their levels.
    implied
        What the prior implies in other units; empty for an assumption that implies nothing else.

    Examples
    --------
    >>> found = Elicited("load", "share", Prior("logitnormal", 0.4, 0.92), (0.4, 0.92), (0.05, 0.95), ())
    >>> found.change
    'load=0.4:0.92'
    >>> found.sentence
    'A load of 0.40 to 0.92 (5% and 95%) has the median 0.73.'
    """

    name: str
    unit: str
    prior: Prior
    stated: tuple[float, float]
    levels: tuple[float, float]
    implied: tuple[ImpliedRange, ...]

    @property
    def change(self) -> str:
        """What-if change that sets it, for ``--set``."""
        low, high = (f"{end:.6g}" for end in (self.prior.low, self.prior.high))
        return f"{self.name}={low}:{high}"

    def quantile(self, score: float) -> float:
        """Compute the quantile at a standard normal score."""
        return float(self.prior.from_normal(np.array(score)))

    def written(self, value: float) -> str:
        """Write a value of the assumption, to two digits of the width of its 90% interval."""
        return rounding.rounded(value, 10.0 ** (math.floor(math.log10(self.prior.high - self.prior.low)) - 1))

    @property
    def sentence(self) -> str:
        """Prior and what it implies, in words."""
        low, high = map(self.written, self.stated)
        at = " and ".join(f"{100 * level:.3g}%" for level in self.levels)
        measure = "" if self.unit == "share" else f" {self.unit}"
        median = self.written(self.quantile(0.0))
        prior = f"A {self.name} of {low} to {high}{measure} ({at}) has the median {median}"
        if self.levels != _STANDARD:
            ends = " to ".join(map(self.written, (self.prior.low, self.prior.high)))
            prior += f" and the 90% interval {ends}"
        if not self.implied:
            return f"{prior}."
        ranges = [f"{each.words} {each.measure}{_cites(each)}" for each in self.implied]
        return f"{prior}. It implies {phrases.listing(ranges)}."

    def table(self) -> Table:
        """Tabulate quantiles of the prior, and of what it implies."""
        own = tuple(self.written(self.quantile(score)) for score in _Z.values())
        rows = [(f"{self.name} ({self.unit})", *own, "")]
        for each in self.implied:
            low, middle, high = each.rounded
            rows.append((each.measure, low, "", middle, "", high, each.cited_words))
        return Table("", ("", *_Z, "its basis cites"), tuple(rows), numeric=tuple(range(1, 6)))

    def to_dataframe(self) -> pd.DataFrame:
        """Put the 5%, 50% and 95% quantiles in a data frame of pandas, a row for each unit.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        own = (self.unit, self.prior.low, self.quantile(0), self.prior.high)
        rows = [own, *((each.measure, each.p05, each.p50, each.p95) for each in self.implied)]
        return pd.DataFrame(rows, columns=["unit", "p05", "p50", "p95"]).set_index("unit")

    def __str__(self) -> str:
        """Return the sentence."""
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p>{escape_html(self.sentence)}</p>{self.table().html()}"
