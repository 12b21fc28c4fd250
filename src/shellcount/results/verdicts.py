"""Define the verdicts on stated figures, in the words in which people read them."""

from __future__ import annotations

from typing import Literal

from shellcount.wording import phrases

type Verdict = Literal["consistent", "high", "low", "very high", "very low", "impossible"]
type Side = Literal["high", "low"]

CONSISTENT, EXTREME = 0.10, 0.01  # smallest predictive tail of "consistent", and of a verdict without "very"
FAILING: tuple[Verdict, ...] = ("very high", "very low", "impossible")
VERDICTS: tuple[Verdict, ...] = ("consistent", "high", "low", *FAILING)

NO_POWER = 10.0  # a check that figures pass which differ by more than this factor says little
NO_POWER_SHARE = 0.5  # the same for shares, by their difference


def verdict_of(tail: float, side: Side, *, possible: bool | None) -> Verdict:
    """Choose the verdict on a stated figure.

    Parameters
    ----------
    tail
        Predictive tail of the figure.
    side
        Side of the predictive distribution on which the figure lies.
    possible
        Whether the figure is physically possible; ``None`` if that does not apply.

    Examples
    --------
    >>> verdict_of(0.05, "high", possible=True), verdict_of(0.005, "low", possible=None)
    ('high', 'very low')
    """
    if possible is False:
        return "impossible"
    if tail >= CONSISTENT:
        return "consistent"
    if tail >= EXTREME:
        return side
    return "very high" if side == "high" else "very low"


def definitions(carrier: str = "container") -> tuple[tuple[str, str], ...]:
    """Define each verdict in a sentence, with the case's word for one carrier.

    Examples
    --------
    >>> [word for word, _ in definitions()]
    ['consistent', 'high, low', 'very high, very low', 'impossible', 'chance']
    """
    limit, extreme = phrases.probability(CONSISTENT), phrases.probability(EXTREME)
    return (
        (
            "consistent",
            f"The model gives a chance of at least {limit} that the figure was that high, or that low.",
        ),
        ("high, low", f"Higher, or lower, than the model predicts: the chance is below {limit}."),
        ("very high, very low", f"The chance is below {extreme}."),
        ("impossible", f"More than a {carrier} can physically hold."),
        (
            "chance",
            "Probability, by the model, that this claimant would state a figure at least that high, or that "
            "low. It allows for the hedge, the rounding and the claimant's bias.",
        ),
    )


def definition(verdict: Verdict, carrier: str = "container") -> str:
    """Define one verdict in a sentence, with its direction and the case's word for one carrier.

    Examples
    --------
    >>> definition("low")
    'Lower than the model predicts: the chance is below 10%.'
    """
    if verdict in {"consistent", "impossible"}:
        return dict(definitions(carrier))[verdict]
    *far, side = verdict.split()
    limit = phrases.probability(EXTREME if far else CONSISTENT)
    return f"{side.capitalize()}er than the model predicts: the chance is below {limit}."


def definitions_line() -> str:
    """Define all verdicts in a few words, for the line under a table.

    Examples
    --------
    >>> definitions_line()[:30]
    'Verdicts: consistent, a chance'
    """
    limit, extreme = phrases.probability(CONSISTENT), phrases.probability(EXTREME)
    return (
        f"Verdicts: consistent, a chance of at least {limit} that the figure was that high or low, hedge, "
        f"rounding and bias included; high or low, less than {limit}; very high or very low, less than "
        f"{extreme}; impossible, beyond the physical ceiling."
    )
