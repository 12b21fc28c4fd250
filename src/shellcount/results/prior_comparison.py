"""Prior against posterior of one parameter, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PriorComparison:
    """Where the posterior of a parameter lies under its prior.

    Parameters
    ----------
    name
        Name of the parameter, which has an estimate of the same name.
    scores
        Posterior quantiles at 5%, 25%, 50%, 75% and 95%, each as the standard normal score of its
        place under the prior: a parameter that keeps its prior has the scores of the normal
        distribution itself.
    informed
        Whether the likelihood of any fitted claim depends on the parameter.
    """

    name: str
    scores: tuple[float, float, float, float, float]
    informed: bool
