"""Predictions: what reports of a fitted claim the model expects, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.wording import rounding


@dataclass(frozen=True, slots=True)
class Predicted:
    """The distribution of a report before it is made.

    Parameters
    ----------
    p05, p50, p95
        Its quantiles, in the unit of the claim.
    predictive_cdf
        Probability of a lower figure than the one stated.
    """

    p05: float
    p50: float
    p95: float
    predictive_cdf: float

    @property
    def words(self) -> str:
        """Median and 90% interval on two lines."""
        reports = rounding.Range(self.p05, self.p50, self.p95, 0.0)
        unit = rounding.rounding_unit(reports, digits=2)
        middle = rounding.amount(self.p50, unit, largest=self.p95)
        return f"{middle}\n{rounding.interval(self.p05, self.p95, unit)}"


@dataclass(frozen=True, slots=True)
class PredictiveCheck:
    """A fitted claim beside the reports that prior and posterior expect.

    Parameters
    ----------
    claim
        Its id.
    stated, hedge, unit
        The figure.
    prior, posterior
        What the model expects before and after all fitted claims, this one included: a claim that the
        posterior does not expect contradicts the others or the assumptions.
    """

    claim: str
    stated: float
    hedge: str
    unit: str
    prior: Predicted
    posterior: Predicted


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fitted claim that contradicts the others or the assumptions.

    Parameters
    ----------
    claim
        Its id.
    sentence
        The finding in words.
    """

    claim: str
    sentence: str

    def __str__(self) -> str:
        """Return the finding in words."""
        return self.sentence
