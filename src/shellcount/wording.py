"""From numbers to text: the only place that rounds, and the only place that words a range."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from shellcount.scales import Scale, load_scale
from shellcount.text import one_line

_SMALLEST = 1e-300  # below it, powers of ten are no longer exact
# Endings of a plural and what a singular has instead, the first that fits.
_SINGULARS = (
    *(("buses", "bus"), ("ies", "y"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")),
    *(("ss", "ss"), ("s", "")),
)
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1.0, ""))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Range:
    """A median and an interval, with the Monte Carlo error that limits their digits.

    Parameters
    ----------
    low, middle, high
        Bounds and median, all in one unit.
    mcse
        The largest Monte Carlo standard error of the three.
    """

    low: float
    middle: float
    high: float
    mcse: float = 0.0


def rounding_unit(stated: Range, *, digits: int = 2) -> float:
    r"""The unit to which a range is rounded: :math:`10^k`, or :math:`5 \cdot 10^k`.

    The coarsest of three: the unit that keeps ``digits`` significant digits of the median; the
    unit that keeps two digits of the smaller side of the interval if its leading three are
    below 355, else one (Particle Data Group, *Review of Particle Physics*, section 5.3, after
    GUM 7.2.6); and the smallest unit of at least four Monte Carlo standard errors.

    Examples
    --------
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0))
    1000.0
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0), digits=3)
    100.0
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0, mcse=40.0), digits=3)
    500.0
    """
    units = []
    if stated.middle != 0:
        units.append(10.0 ** (math.floor(math.log10(abs(stated.middle))) - digits + 1))
    side = min(stated.middle - stated.low, stated.high - stated.middle)
    if side > 0:
        leading = math.floor(math.log10(side))
        units.append(10.0 ** (leading - 1 if side / 10.0**leading < 3.55 else leading))
    if stated.mcse > 0:
        decade = 10.0 ** math.floor(math.log10(4 * stated.mcse))
        units.append(next(decade * step for step in (1, 5, 10) if decade * step >= 4 * stated.mcse))
    return max(units, default=1.0)


def _decimals(unit: float) -> int:
    # 0.1 and 0.5 both need one decimal: go by the power of ten, with slack for its rounding.
    return max(0, -math.floor(math.log10(unit) + 1e-9))


def _scale(largest: float) -> tuple[float, str]:
    return next(scale for scale in _SCALES if abs(largest) >= scale[0] or scale[0] == 1.0)


def rounded(value: float, unit: float, scale: float = 1.0) -> str:
    """A number rounded to a multiple of a unit, ties to even, with thousands separators.

    A positive number that would round to zero keeps one significant digit instead.

    Parameters
    ----------
    value, unit
        The number and the unit.
    scale
        What the text counts in: a million where "million" follows.

    Examples
    --------
    >>> rounded(12083.4, 500.0)
    '12,000'
    >>> rounded(0.7346, 0.01), rounded(0.0213, 0.1)
    ('0.73', '0.02')
    """
    multiple = round(value / unit)
    if multiple == 0 and value > _SMALLEST:
        value = float(f"{value:.0e}")
        return f"{value / scale:,.{_decimals(10.0 ** math.floor(math.log10(value)) / scale)}f}"
    return f"{multiple * (unit / scale):,.{_decimals(unit / scale)}f}"


def amount(value: float, unit: float, largest: float | None = None) -> str:
    """As :func:`rounded`, in millions, billions or trillions where a person would say so.

    Parameters
    ----------
    value, unit
        The number and the unit it is rounded to.
    largest
        The number that decides between units and millions; by default the number itself.

    Examples
    --------
    >>> amount(2_004_000, 1e5), amount(874_000, 1e4), amount(874_000, 1e5, largest=2e6)
    ('2.0 million', '870,000', '0.9 million')
    """
    scale, word = _scale(value if largest is None else largest)
    return rounded(value, unit, scale) + word


def interval(low: float, high: float, unit: float, largest: float | None = None) -> str:
    """The two bounds of an interval, in one unit.

    Parameters
    ----------
    low, high, unit
        The bounds, and the unit they are rounded to.
    largest
        The number that decides between units and millions; by default the upper bound.

    Examples
    --------
    >>> interval(874_000, 3_680_000, 1e5)
    '0.9 to 3.7 million'
    >>> interval(600_000, 900_000, 1e5, largest=1_400_000)
    '0.6 to 0.9 million'
    """
    scale, word = _scale(high if largest is None else largest)
    return f"{rounded(low, unit, scale)} to {rounded(high, unit, scale)}{word}"


def doubt(value: float, mcse: float, unit: float) -> float:
    r"""How uncertain the rounding of a number is: three of its Monte Carlo errors over the way to a tie.

    At most 1 where another seed would print the same, since less than one draw in three hundred
    lies beyond three standard errors.

    Examples
    --------
    >>> doubt(2_004_000, 3_000, 1e5) < 1 < doubt(2_049_000, 3_000, 1e5)
    True
    """
    way = _way_to_a_tie(value, unit)
    if round(value / unit) == 0 and value > _SMALLEST:  # which is shown with one digit of its own
        way = min(way, _way_to_a_tie(value, 10.0 ** math.floor(math.log10(value))))
    return 3 * mcse / max(way, 1e-12 * unit)


def _way_to_a_tie(value: float, unit: float) -> float:
    return abs((value / unit) % 1.0 - 0.5) * unit


def headline(stated: Range, measure: str = "", *, digits: int = 2) -> str:
    """A range as a sentence has it: in short form, or with a digit more for the exact form.

    Examples
    --------
    >>> headline(Range(874_000, 2_004_000, 3_680_000), "rounds")
    '2.0 million rounds (90% interval 0.9 to 3.7 million)'
    >>> headline(Range(9_580, 12_080, 15_870), "containers", digits=3)
    '12,100 containers (90% interval 9,600 to 15,900)'
    """
    unit = rounding_unit(stated, digits=digits)
    middle = amount(stated.middle, unit, largest=stated.high)
    measured = f" {measure}" if measure else ""
    return f"{middle}{measured} (90% interval {interval(stated.low, stated.high, unit)})"


def exact(value: float) -> str:
    """A stated figure as it was stated: not rounded, with thousands separators or in millions.

    Examples
    --------
    >>> exact(4_800_000.0), exact(6700.0), exact(1.3)
    ('4.8 million', '6,700', '1.3')
    """
    scale, word = _scale(value)
    return f"{value / scale:,.12g}{word}"


def probability(value: float) -> str:
    """A probability in whole per cent, and never 0% or 100%.

    Examples
    --------
    >>> probability(0.634), probability(0.0002), probability(0.9999)
    ('63%', 'less than 1%', 'more than 99%')
    """
    if value < 0.01:
        return "less than 1%"
    if value > 0.99:
        return "more than 99%"
    return f"{100 * value:.0f}%"


def likelihood(value: float, scale: Scale | None = None) -> str:
    """A probability with its word beside it, on a named scale; by default that of ICD 203.

    Examples
    --------
    >>> likelihood(0.634), likelihood(0.0002)
    ('63% (likely)', 'less than 1% (almost no chance)')
    """
    return f"{probability(value)} ({probability_word(value, scale)})"


def probability_word(value: float, scale: Scale | None = None) -> str:
    """The word for a probability, chosen to suit the figure that :func:`probability` prints.

    Examples
    --------
    >>> probability_word(0.7996)
    'very likely'
    """
    # Not round(value, 2), which takes 0.445 for 0.45 where the figure is 44%; less than 1% is no 1%.
    shown = value if value < 0.01 else int(f"{100 * value:.0f}") / 100
    return (scale or load_scale()).word(shown)


def date(day: dt.date) -> str:
    """A date as it is said, whatever the locale.

    Examples
    --------
    >>> date(dt.date(2024, 6, 14))
    '14 June 2024'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def singular(plural: str) -> str:
    """The singular of a carrier, by the endings that carriers have.

    Examples
    --------
    >>> singular("containers"), singular("lorries"), singular("boxes")
    ('container', 'lorry', 'box')
    """
    for ending, instead in _SINGULARS:
        if plural.endswith(ending):
            return plural.removesuffix(ending) + instead
    return plural


def listing(words: list[str]) -> str:
    """Words joined by commas and a final "and".

    Examples
    --------
    >>> listing(["one", "two", "three"])
    'one, two and three'
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def hedged(value: float, hedge: str) -> str:
    """A stated figure with its hedge.

    Examples
    --------
    >>> hedged(4_800_000, "up_to"), hedged(6700, "exact")
    ('up to 4.8 million', '6,700')
    """
    words = "" if hedge == "exact" else hedge.replace("_", " ") + " "
    return words + exact(value)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as plain values, ready to be worded.

    Parameters
    ----------
    who
        Who stated the figure.
    stated, hedge, measure
        The figure, its hedge and its unit.
    subject
        What the figure speaks of, as a phrase.
    verdict
        The verdict.
    posterior
        Posterior range of what the figure speaks of.
    p_at_least
        Posterior probability that it reaches the figure.
    reading_probability
        Probability of this reading, or ``None`` where there is only one.
    p_passed
        For a yardstick: the probability that it is passed; otherwise ``None``.
    implied, ceiling, carrier
        Stated figure per container, the physical ceiling, and what the containers are called.
    fault
        Why the posterior range must not be quoted, or ``None``.
    """

    who: str
    stated: float
    hedge: str
    measure: str
    subject: str
    verdict: str
    posterior: Range
    p_at_least: float
    reading_probability: float | None = None
    p_passed: float | None = None
    implied: float = 0.0
    ceiling: float = 0.0
    carrier: str = "containers"
    fault: str | None = None


_AGAINST = {
    "consistent": "consistent with",
    "strained": "strained against",
    "inconsistent": "inconsistent with",
}


def finding(found: Finding, scale: Scale | None = None) -> str:
    """Word a check in one sentence, with probability words of a named scale.

    Examples
    --------
    >>> print(finding(Finding("the ministry", 3e6, "about", "rounds", "all that was sent",
    ...     "strained", Range(1.6e6, 2.1e6, 2.9e6), 0.04)))  # doctest: +NORMALIZE_WHITESPACE
    About 3 million rounds (all that was sent), stated by the ministry, is strained against the model's
    2.1 million rounds (90% interval 1.6 to 2.9 million); the probability of at least that many is 4%
    (almost no chance).
    """
    measure, carrier = one_line(found.measure), one_line(found.carrier)
    figure = f"{hedged(found.stated, found.hedge)} {measure}"
    figure = figure[0].upper() + figure[1:]
    subject, who = one_line(found.subject), one_line(found.who)
    model = headline(found.posterior, measure)
    if found.reading_probability is not None:
        subject += f"; a reading of probability {probability(found.reading_probability)}"
    caveat = "" if found.fault is None else f" (Not converged: {found.fault}.)"
    head = f"{figure} ({subject}), stated by {who}, is"
    if found.verdict == "impossible":
        per = f"{measure} per {singular(carrier)}"
        return (
            f"{head} physically impossible: it needs {rounded(found.implied, 1.0)} {per}, "
            f"and no more than {rounded(found.ceiling, 1.0)} can be packed.{caveat}"
        )
    if found.p_passed is not None:
        return (
            f"{figure} ({subject}), a yardstick given by {who}, is passed by the model's {model} "
            f"with a probability of {likelihood(found.p_passed, scale)}.{caveat}"
        )
    return (
        f"{head} {_AGAINST[found.verdict]} the model's {model}; "
        f"the probability of at least that many is {likelihood(found.p_at_least, scale)}.{caveat}"
    )
