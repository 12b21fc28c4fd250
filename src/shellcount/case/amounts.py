"""Define the stated values of claims: numbers, ranges, words, and none seen."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field, StringConstraints

from shellcount.case.fields import FileTable, NonNegative, Positive, Proportion
from shellcount.errors import suggestion
from shellcount.frozen import frozen
from shellcount.maths.priors import log_sigmoid
from shellcount.wording import phrases

LEVEL = 0.9


@frozen
class Interval:
    """Central range of a stated value, with the probability that the claimant gives it."""

    low: float
    high: float
    level: float


class StatedRange(FileTable):
    """Range as one statement."""

    low: Positive = Field(description="Lower end.")
    high: Positive = Field(description="Upper end.")
    level: Proportion = Field(default=LEVEL, description="Probability of the range.")


Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, strip_whitespace=True, to_lower=True),
    AfterValidator(lambda words: " ".join(words.split())),
]
Amount = NonNegative | StatedRange | Words


@functools.cache
def lexicon() -> Mapping[str, Interval]:
    """Read the lexicon of words for amounts, by word.

    Examples
    --------
    >>> lexicon()["dozens"].low
    24.0
    """
    content = (resources.files("shellcount") / "data" / "amounts.toml").read_text(encoding="utf-8")
    document = tomllib.loads(content)
    level = float(document["level"])
    return MappingProxyType(
        {
            word: Interval(float(entry["low"]), float(entry["high"]), level)
            for first, entry in document["words"].items()
            for word in (first, *entry.get("also", ()))
        }
    )


def words_hint(text: str) -> str:
    """Tell what to write for words that the lexicon lacks: the amount that they mean, or words like them.

    Examples
    --------
    >>> words_hint("6.7k"), words_hint("hundrets")
    ('write 6700, without quotes', 'did you mean hundreds?')
    """
    from shellcount.case.hints import amount_hint
    from shellcount.case.typed.refusals import no_number

    refusal = no_number(text)[1] if any(each.isdigit() for each in text) else None
    return amount_hint(text) or refusal or suggestion(text, lexicon())


def interval_of(amount: float | StatedRange | str) -> Interval | None:
    """Give the range of an amount; ``None`` for a number, and for words that the lexicon lacks.

    Examples
    --------
    >>> interval_of(StatedRange(low=100.0, high=400.0))
    Interval(low=100.0, high=400.0, level=0.9)
    """
    if isinstance(amount, StatedRange):
        return Interval(amount.low, amount.high, amount.level)
    return lexicon().get(amount) if isinstance(amount, str) else None


def middle(amount: float | StatedRange | str, *, logit: bool = False) -> float:
    """Compute the middle of an amount on the log or logit scale: its geometric mean.

    Examples
    --------
    >>> middle(StatedRange(low=100.0, high=400.0))
    200.0
    """
    if isinstance(amount, int | float):
        return float(amount)
    interval = interval_of(amount)
    if interval is None:
        return math.nan
    if logit:
        ends = [math.log(end) - math.log1p(-end) for end in (interval.low, interval.high)]
        return math.exp(float(log_sigmoid(np.float64(sum(ends) / 2))))
    return math.sqrt(interval.low * interval.high)


def worded(amount: float | StatedRange | str, hedge: str | None) -> str:
    """Write an amount in words, with its hedge.

    Examples
    --------
    >>> worded(6700.0, "about"), worded(0.0, None), worded("several thousand", None)
    ('about 6,700', 'none', 'several thousand')
    >>> worded(StatedRange(low=4_200_000.0, high=5_800_000.0), "between")
    '4.2 million to 5.8 million'
    """
    if isinstance(amount, str):
        return amount
    if isinstance(amount, StatedRange):
        return f"{phrases.exact(amount.low)} to {phrases.exact(amount.high)}"
    if amount == 0:
        return "none"
    return phrases.exact(amount) if hedge is None else phrases.hedged(amount, hedge)
