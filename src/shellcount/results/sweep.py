"""Hold the results of a sweep: estimates of many fits that differ in some settings, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

from shellcount.case.changes import Change, written_change
from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.results.sweep_effects import Effect, effects, moved
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.rounding import significant
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

type Cell = float | str | None

_HEAD = ("setting", "lowest median", "at", "highest median", "at", "share of variance")
_LISTED = 20  # fits that failed, in a document


class Summarised(NamedTuple):
    """Summary of one estimate of one fit: none of the numbers where it failed.

    Parameters
    ----------
    unit
        Unit of the numbers.
    p05, p25, p50, p75, p95, mean, sd
        Posterior quantiles, mean and standard deviation.
    mcse
        Monte Carlo standard error of the median.
    rhat, ess
        Diagnostics: rank-normalised R-hat, and the smaller of bulk and tail effective sample size.
    error
        Reason why it failed or must not be quoted.
    """

    unit: str | None = None
    p05: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p95: float | None = None
    mean: float | None = None
    sd: float | None = None
    mcse: float | None = None
    rhat: float | None = None
    ess: float | None = None
    error: str | None = None


class Outcome(NamedTuple):
    """Outcome of one fit.

    Parameters
    ----------
    estimates
        Summaries in the order of the names of the sweep; none where the fit failed.
    engine
        Engine that drew.
    log_evidence
        Log marginal likelihood in nats, where the engine gives one.
    conflicts
        Ids of fitted claims that contradict the others or the assumptions.
    error
        Reason why the fit failed.
    """

    estimates: tuple[Summarised, ...] = ()
    engine: str | None = None
    log_evidence: float | None = None
    conflicts: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """Estimates of many fits of one case, from :func:`shellcount.studies.sweep.sweep`.

    Parameters
    ----------
    record
        Provenance: everything that decides the digits.
    varied
        Names of the settings that vary.
    names
        Names of the estimates; the first is the headline.
    points
        Values of the settings of each fit; a setting that is absent is as in the case.
    outcomes
        Outcome of each fit.
    """

    record: Mapping[str, Json]
    varied: tuple[str, ...]
    names: tuple[str, ...]
    points: tuple[Mapping[str, Change], ...]
    outcomes: tuple[Outcome, ...]

    @property
    def headline(self) -> tuple[Summarised, ...]:
        """Summary of the first estimate in each fit; without numbers where it failed."""
        return tuple(outcome.estimates[0] if outcome.estimates else Summarised() for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[int, ...]:
        """Places of the fits in which an estimate is missing."""
        return tuple(
            place
            for place, outcome in enumerate(self.outcomes)
            if not outcome.estimates or any(each.p50 is None for each in outcome.estimates)
        )

    def cells(self, name: str) -> list[Cell]:
        """List the values of a setting, one a fit: all as numbers or all as text."""
        values = [point.get(name) for point in self.points]
        if all(value is None or isinstance(value, int | float) for value in values):
            return [value if value is None or isinstance(value, int | float) else None for value in values]
        return [None if value is None else written_change(value) for value in values]

    def columns(self) -> dict[str, list[Cell]]:
        """Give the table by columns, one row for each estimate of each fit, in the order of the fits."""
        count = len(self.names)
        summaries = [
            summary
            for outcome in self.outcomes
            for summary in outcome.estimates or (Summarised(error=outcome.error),) * count
        ]
        numbers = [name for name in Summarised._fields if name not in {"unit", "error"}]
        found: dict[str, list[Cell]] = {"fit": _repeated([*range(len(self.outcomes))], count)}
        found |= {name: _repeated(self.cells(name), count) for name in self.varied}
        found |= {"name": [*self.names] * len(self.outcomes), "unit": [each.unit for each in summaries]}
        found |= {name: [getattr(summary, name) for summary in summaries] for name in numbers}
        of_fits: dict[str, list[Cell]] = {
            "log_evidence": [outcome.log_evidence for outcome in self.outcomes],
            "engine": [outcome.engine for outcome in self.outcomes],
            "conflicts": [" ".join(outcome.conflicts) or None for outcome in self.outcomes],
        }
        found |= {name: _repeated(cells, count) for name, cells in of_fits.items()}
        return found | {"error": [each.error for each in summaries]}

    def to_dataframe(self) -> pd.DataFrame:
        """Put the table in a data frame of pandas.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        return pd.DataFrame(self.columns())

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Effect of each setting on the median of the headline, the largest first."""
        medians = [each.p50 for each in self.headline]
        return effects({name: self.cells(name) for name in self.varied}, medians)

    @property
    def sentence(self) -> str:
        """Range of the headline over the sweep, and the setting that moves it most."""
        fits, failed = len(self.outcomes), len(self.failed)
        medians = [each.p50 for each in self.headline if each.p50 is not None]
        first = next((each.error or "" for each in self.outcomes if each.error), "")
        lost = f" {phrases.counted(failed, 'fit')} failed." if failed else ""
        lost = f" {phrases.counted(failed, 'fit')} failed, the first since: {first}." if first else lost
        if not medians:
            return f"None of {phrases.counted(fits, 'fit')} has an estimate of {self.names[0]}.{lost}"
        unit = next((each.unit for each in self.headline if each.unit not in {None, "share"}), "")
        range_ = one_line(f"{moved(min(medians), max(medians))} {unit}")
        largest = self.effects[:1]
        most = f" {largest[0].sentence}" if largest else ""
        return f"{phrases.counted(fits, 'fit')}: the median of {self.names[0]} is {range_}.{most}{lost}"

    def table(self) -> Table:
        """Show the effect of each setting on the median of the headline as a row."""
        rows = tuple(
            (
                each.name,
                significant(each.low),
                each.low_at,
                significant(each.high),
                each.high_at,
                phrases.probability(each.share),
            )
            for each in self.effects
        )
        return Table(f"median of {self.names[0]}", _HEAD, rows, numeric=(1, 3, 5))

    def document(self) -> dict[str, Json]:
        """Write the summary and the provenance as plain values, without the table."""
        medians = [each.p50 for each in self.headline if each.p50 is not None]
        return {
            "schema": "shellcount/sweep-summary/1",
            "fits": len(self.outcomes),
            "failed": len(self.failed),
            "first_failed": list(self.failed[:_LISTED]),
            "headline": self.names[0],
            "lowest_median": min(medians, default=None),
            "highest_median": max(medians, default=None),
            "effects": [asdict(each) for each in self.effects],
            "sentence": self.sentence,
            "record": dict(self.record),
        }

    def __repr__(self) -> str:
        """Give the summary in words."""
        return self.sentence

    def _repr_html_(self) -> str:
        return self.table().html()


def _repeated(cells: list[Cell], count: int) -> list[Cell]:
    return [cell for cell in cells for _ in range(count)]
