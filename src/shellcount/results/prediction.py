"""Hold the figures that the model predicts for fitted claims as plain values."""

from __future__ import annotations

from shellcount.frozen import frozen
from shellcount.wording import rounding


@frozen
class Predicted:
    """Predictive distribution of a stated figure.

    Parameters
    ----------
    p05, p50, p95
        Quantiles, in the unit of the claim.
    predictive_cdf
        Probability of a figure lower than the stated one.
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


@frozen
class PredictiveCheck:
    """Predictive check of a fitted claim.

    Parameters
    ----------
    claim
        Id of the claim.
    stated, words, unit
        Stated figure, as a number and in words with its hedge, and its unit.
    prior, posterior
        Predictive distributions before and after all fitted claims, this one included. A claim in the tail of
        the posterior one contradicts the other claims or the assumptions.
    """

    claim: str
    stated: float
    words: str
    unit: str
    prior: Predicted
    posterior: Predicted
