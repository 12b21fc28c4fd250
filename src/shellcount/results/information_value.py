"""Hold what it would be worth to find out: shares of variance that claims and measurements would remove."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.mark import marked
from shellcount.wording import phrases
from shellcount.wording.rounding import significant
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_HEAD = ("find out", "takes away", "by refits", "90% range then", "at most")
_LEAST = 0.05  # share from which a candidate has a row
_FEW = 10  # candidates that all have one
_ERRORS = 2.0  # Monte Carlo errors from zero, within which a share is none


@frozen
class Worth:
    """Worth of one claim or measurement that might be had.

    Parameters
    ----------
    name
        The candidate, as the command line and :func:`shellcount.value_of_information` take it.
    label
        The candidate in words.
    kind
        ``claim`` or ``measurement``.
    share, mcse
        Share of the variance of the log of the estimate that it would be expected to remove, and its Monte
        Carlo error.
    limit, limit_mcse
        The same of perfect information: its quantity, known exactly.
    refit, refit_mcse
        The same share by refits to figures that may be found; ``None`` where there were none.
    refit_error
        Reason why refits failed.
    """

    name: str
    label: str
    kind: Literal["claim", "measurement"]
    share: float
    mcse: float
    limit: float
    limit_mcse: float
    refit: float | None = None
    refit_mcse: float | None = None
    refit_error: str | None = None

    @property
    def is_none(self) -> bool:
        """True where the share cannot be told from zero."""
        return self.share <= _ERRORS * self.mcse

    @property
    def words(self) -> str:
        """The share in whole per cent."""
        return "nothing" if self.is_none else phrases.probability(self.share)


@dataclass(frozen=True, eq=False, repr=False)
class ValueOfInformation:
    """Expected value of claims and measurements, from :func:`shellcount.value_of_information`.

    Parameters
    ----------
    estimate
        The estimate whose variance they would remove.
    sd
        Standard deviation of its logarithm.
    worths
        Candidates, the one that would remove most first.
    nodes
        Number of refits for each candidate that has some.
    """

    estimate: Estimate
    sd: float
    worths: tuple[Worth, ...]
    nodes: int

    @property
    def factor(self) -> float:
        """Upper end of the 90% range over its lower end."""
        return self.estimate.p95 / self.estimate.p05

    def factor_after(self, worth: Worth) -> float:
        r"""Compute the factor that the 90% range would be expected to span after one of the candidates.

        .. math:: f^{\sqrt{1 - S}}

        of the factor :math:`f` that it spans now, with the share :math:`S`: its width on the log scale
        shrinks as its standard deviation does.
        """
        return float(self.factor ** math.sqrt(1 - worth.share))

    @property
    def sentence(self) -> str:
        """Candidate to find out first, and the gain that it would be expected to bring."""
        first, name = self.worths[0], self.estimate.name
        if first.is_none:
            text = f"Of {phrases.counted(len(self.worths), 'candidate')} none would narrow {name}."
            return marked(text, self.estimate.marks)
        confirmed = "" if first.refit is None else f" ({phrases.probability(first.refit)} by refits)"
        text = (
            f"Find out first: {first.label}. It would be expected to take away {first.words}{confirmed} of "
            f"the variance of {name}, and to bring its 90% range from a factor of "
            f"{_told_apart(self.factor, self.factor_after(first))}."
        )
        others = [worth for worth in self.worths if worth.kind != first.kind and not worth.is_none]
        if others:
            text += f" The best {others[0].kind} is {others[0].label}: {others[0].words}."
        return marked(text, self.estimate.marks)

    def table(self) -> Table:
        """Show the candidates that would remove at least a twentieth as rows, and those with refits."""
        rows = tuple(self._row(worth) for worth in self.shown)
        caption = f"{self.estimate.name}: share of its variance, and factor between the ends of its range"
        return Table(marked(caption, self.estimate.marks), _HEAD, rows, numeric=(1, 2, 3, 4))

    @property
    def shown(self) -> tuple[Worth, ...]:
        """Candidates that would remove at least a twentieth, or have refits; all, where these are few."""
        if len(self.worths) <= _FEW:
            return self.worths
        return tuple(each for each in self.worths if each.share >= _LEAST or each.refit is not None)

    @property
    def note(self) -> str:
        """Number of candidates that have no row, and the meaning of the columns."""
        less = len(self.worths) - len(self.shown)
        least = phrases.probability(_LEAST)
        rest = f"{phrases.counted(less, 'other candidate')} would take away less than {least} each. "
        return (
            f"{rest if less else ''}At most: if its quantity were known exactly. "
            f"The 90% range spans a factor of {_factor(self.factor)} now."
        )

    def _row(self, worth: Worth) -> tuple[str, ...]:
        refits = "" if worth.refit is None else _share(worth.refit, worth.refit_mcse or 0.0)
        if worth.refit_error is not None:
            refits = "failed"
        return (
            worth.label,
            "nothing" if worth.is_none else _share(worth.share, worth.mcse),
            refits,
            _factor(self.factor_after(worth)),
            f"{100 * worth.limit:.0f}%",
        )

    def columns(self) -> dict[str, list[str | float | None]]:
        """Give all candidates by columns, one a row, with every digit."""
        names = [field.name for field in dataclasses.fields(Worth)]
        columns: dict[str, list[str | float | None]] = {
            name: [getattr(worth, name) for worth in self.worths] for name in names
        }
        return columns | {"factor_after": [self.factor_after(worth) for worth in self.worths]}

    def to_dataframe(self) -> pd.DataFrame:
        """Put all candidates in a data frame of pandas, one to a row, with every digit.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        return pd.DataFrame(self.columns()).set_index("name")

    def document(self) -> dict[str, Json]:
        """Write it as plain values."""
        estimate = self.estimate
        return {
            "schema": "shellcount/voi/1",
            "estimate": estimate.name,
            "run_digest": estimate.run_digest,
            "not_quotable": estimate.not_quotable,
            "marks": [mark.values() for mark in estimate.marks],
            "sd_log": self.sd,
            "factor": self.factor,
            "refits_each": self.nodes,
            "candidates": [
                {**dataclasses.asdict(worth), "factor_after": self.factor_after(worth)}
                for worth in self.worths
            ],
            "sentence": self.sentence,
        }

    def __repr__(self) -> str:
        """Give the summary in words."""
        return self.sentence

    def _repr_html_(self) -> str:
        return f"{self.table().html()}<p>{self.sentence}</p>"


def _share(value: float, mcse: float) -> str:
    """Write a share with its Monte Carlo error, to a tenth of a per cent."""
    return f"{100 * value:.1f}±{100 * max(mcse, 0.001):.1f}%"


def _told_apart(before: float, after: float) -> str:
    """Write two factors with as many digits as it takes to tell them apart, at most four."""
    pairs = (tuple(significant(value, digits) for value in (before, after)) for digits in (2, 3, 4))
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (_factor(before), _factor(after)))
    return f"{one} to one of {other}"


def _factor(value: float) -> str:
    return significant(value, 2)
