"""Hold the comparison of prior and posterior of a parameter as plain values."""

from __future__ import annotations

from shellcount.frozen import frozen


@frozen
class PriorComparison:
    """Comparison of the posterior of a parameter with its prior.

    Parameters
    ----------
    name
        Name of the parameter and of its estimate.
    scores
        Standard normal scores, under the prior, of the posterior quantiles at 5%, 25%, 50%, 75% and 95%. A
        parameter that keeps its prior has the quantiles of the standard normal distribution.
    informed
        Whether the likelihood of any fitted claim depends on the parameter.
    """

    name: str
    scores: tuple[float, float, float, float, float]
    informed: bool
