"""Hold how a posterior reads its fitted claims: which are off, and what nature and date they mean."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from shellcount.case.flow import outlier_share
from shellcount.case.kinds import KINDS
from shellcount.case.overview import figure
from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.results.given import Fitted, as_fitted
from shellcount.text import escape_html, one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

_SAME = 1e-6  # that sums of probabilities may be apart
_OFF, _READINGS, _DATE = "chance of being off", "readings", "date left open"


@frozen
class ReadingProbability:
    """Probability that a claim refers to a nature.

    Parameters
    ----------
    nature
        Id of the nature.
    prior, posterior
        Its probability before and after all fitted claims.
    """

    nature: str
    prior: float
    posterior: float

    @property
    def bayes_factor(self) -> float | None:
        """Posterior odds over prior odds; ``None`` where there are none."""
        return _bayes_factor(self.prior, self.posterior)


@frozen
class OpenDate:
    """Date that a claim leaves open.

    Parameters
    ----------
    earliest, latest
        Ends of its range.
    median
        Posterior median.
    """

    earliest: dt.date
    latest: dt.date
    median: dt.date


@frozen
class ClaimComponents:
    """Readings of a fitted claim, with their probabilities.

    Parameters
    ----------
    claim
        Id of the claim.
    title, figure
        Name of its claimant, and its stated figure in words, with the unit.
    off_prior, off
        Prior and posterior chance that the claim is off.
    readings
        Probability of each nature that the claim may refer to; empty if it names one or none.
    date
        Date that the claim leaves open, or ``None``.
    """

    claim: str
    title: str
    figure: str
    off_prior: float
    off: float
    readings: tuple[ReadingProbability, ...]
    date: OpenDate | None

    @property
    def off_bayes_factor(self) -> float | None:
        """Posterior odds of being off over prior odds; ``None`` where there are none."""
        return _bayes_factor(self.off_prior, self.off)

    def cells(self) -> tuple[str, str, str, str]:
        """Word the claim, its chance of being off, its readings and its date, for a row of a table."""
        off = "" if self.off_prior == 0 else _with_factor(self.off, self.off_bayes_factor)
        readings = sorted(self.readings, key=lambda reading: -reading.posterior)
        date = self.date
        return (
            f"{one_line(self.figure)}\n({one_line(self.title)})",
            off,
            "\n".join(map(_reading, readings)),
            "" if date is None else f"{date.median}\n({date.earliest} to {date.latest})",
        )


@frozen
class Components:
    """Readings of all fitted claims, in the order of their ids.

    Parameters
    ----------
    results
        Those of each fitted claim.

    Examples
    --------
    >>> import shellcount
    >>> components = shellcount.analyse(shellcount.load_case()).components
    >>> [each.claim for each in components if each.off > each.off_prior]
    ['us-state-2024-02', 'us-white-house-2023-10']
    """

    results: tuple[ClaimComponents, ...]

    def __iter__(self) -> Iterator[ClaimComponents]:
        """Iterate over the fitted claims."""
        return iter(self.results)

    def __len__(self) -> int:
        """Count the fitted claims."""
        return len(self.results)

    def table(self) -> Table:
        """Tabulate the fitted claims, without what none of them leaves open; a cell may have several lines.

        There are no rows if no claim leaves anything open.
        """
        rows = tuple(each.cells() for each in self.results)
        table = Table(self._caption(), ("fitted claim", _OFF, _READINGS, _DATE), rows)
        for place, name in ((1, _OFF), (2, _READINGS), (3, _DATE)):
            if not any(row[place] for row in rows):
                table = table.without(name)
        return table if len(table.head) > 1 else Table("", table.head, ())

    def _caption(self) -> str:
        parts = []
        if any(each.off_prior > 0 for each in self.results):
            prior = phrases.probability(self.results[0].off_prior)
            parts.append(f"chance of being off ({prior} before any claim is fitted)")
        if any(each.readings for each in self.results):
            parts.append("probability of each nature left open")
        if any(each.date is not None for each in self.results):
            parts.append("posterior median of a date left open, with its ends")
        return f"Fitted claims: {phrases.listing(parts)}" if parts else ""

    def __repr__(self) -> str:
        """Return one line per claim, with its chance of being off."""
        return "\n".join(
            f"{each.claim}: {one_line(each.figure)}"
            + (f", off with a chance of {phrases.probability(each.off)}" if each.off_prior > 0 else "")
            for each in self.results
        )

    def _repr_html_(self) -> str:
        table = self.table()
        return table.html() if table.rows else f"<p>{escape_html(repr(self))}</p>"


def reading_priors(claim: Claim) -> dict[str, float]:
    """Compute the prior probability of each nature that a fitted claim leaves open; empty if there is one.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claims = {claim.id: claim for claim in load_case().claim}
    >>> reading_priors(claims["rok-mnd-2024-02-122mm"])
    {'122mm-howitzer': 0.5, '122mm-rocket': 0.5}
    """
    natures = [nature for nature in as_fitted(claim).natures if nature is not None]
    if len(natures) < 2:
        return {}
    odds = {nature: (claim.reading_odds or {}).get(nature, 1.0) for nature in natures}
    total = sum(odds.values())
    return {nature: weight / total for nature, weight in odds.items()}


def verify_components(case: Case, fitted: Sequence[Fitted], components: Components) -> None:
    """Verify that components are of the fitted claims, each once and in order, and are probabilities.

    Parameters
    ----------
    case, fitted
        The case, and its claims that are fit.
    components
        Their components.

    Raises
    ------
    ValueError
        When they are not.
    """
    if [each.claim for each in components] != [each.claim.id for each in fitted]:
        raise ValueError("its components are not those of the claims that it fits, each once and in order")
    for claim, found in zip(fitted, components, strict=True):
        _verify(case, claim, found)


def _verify(case: Case, fitted: Fitted, found: ClaimComponents) -> None:
    claim = fitted.claim
    title = next(entry.title for entry in case.claimant if entry.id == claim.claimant)
    if (found.title, found.figure) != (title, figure(case, claim)):
        raise ValueError(f"the components of {claim.id} do not match the claim in its case")
    if found.off_prior != outlier_share(case):
        raise ValueError(f"the prior chance that {claim.id} is off is not that of its case")
    chances = (found.off, *(reading.posterior for reading in found.readings))
    if not all(0 <= chance <= 1 for chance in chances):
        raise ValueError(f"a probability of {claim.id} is not between 0 and 1")
    if found.off_prior == 0 and found.off > 0:
        raise ValueError(f"{claim.id} cannot be off, and its chance of being off is not 0")
    _verify_readings(claim, found)
    _verify_date(fitted, found)


def _verify_readings(claim: Claim, found: ClaimComponents) -> None:
    priors = reading_priors(claim)
    if [reading.nature for reading in found.readings] != list(priors):
        raise ValueError(f"the readings of {claim.id} are not those that it leaves open")
    if not all(
        math.isclose(reading.prior, priors[reading.nature], rel_tol=_SAME) for reading in found.readings
    ):
        raise ValueError(f"the prior of a reading of {claim.id} is not that of its case")
    total = math.fsum(reading.posterior for reading in found.readings)
    if found.readings and not math.isclose(total, 1, rel_tol=_SAME):
        raise ValueError(f"the probabilities of the readings of {claim.id} do not add up to 1")


def _verify_date(fitted: Fitted, found: ClaimComponents) -> None:
    claim, date = fitted.claim, found.date
    left_open = KINDS[claim.quantity].dated and len(fitted.dates) > 1
    if (date is not None) != left_open or (date is not None and (date.earliest, date.latest) != fitted.dates):
        raise ValueError(f"the open date of {claim.id} does not match the claim in its case")
    if date is not None and not date.earliest <= date.median <= date.latest:
        raise ValueError(f"the median of the open date of {claim.id} is not between its ends")


def _reading(reading: ReadingProbability) -> str:
    before = f"prior {phrases.probability(reading.prior)}"
    factor = reading.bayes_factor
    beside = before if factor is None else f"{before}, Bayes factor {phrases.factor(factor)}"
    return f"{reading.nature}: {phrases.probability(reading.posterior)} ({beside})"


def _with_factor(probability: float, factor: float | None) -> str:
    shown = phrases.probability(probability)
    return shown if factor is None else f"{shown}\n(Bayes factor {phrases.factor(factor)})"


def _bayes_factor(prior: float, posterior: float) -> float | None:
    if not (0 < prior < 1 and posterior < 1):
        return None
    return posterior / (1 - posterior) * (1 - prior) / prior
