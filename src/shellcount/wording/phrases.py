"""Put numbers into words: ranges, stated figures with their hedge, probabilities, dates and lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shellcount.wording.rounding import Range, amount, interval, rounding_unit, scale_of, significant
from shellcount.wording.scales import Scale, load_scale

# Plural endings and the singular ending of each; the first that fits applies.
_SINGULARS = (
    *(("buses", "bus"), ("ies", "y"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")),
    *(("ss", "ss"), ("s", "")),
)
_MOST_NAMED = 3
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def headline(stated: Range, measure: str = "", *, digits: int = 2) -> str:
    """Put a range into words: in short form, or with one digit more for the exact form.

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
    """Write a stated figure unrounded, with thousands separators or in millions.

    Examples
    --------
    >>> exact(4_800_000.0), exact(6700.0), exact(1.3)
    ('4.8 million', '6,700', '1.3')
    """
    scale, word = scale_of(value)
    return f"{value / scale:,.12g}{word}"


def probability(value: float) -> str:
    """Write a probability in whole per cent, never as 0% or 100%.

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


def percent(value: float, error: float) -> str:
    """Write a share in per cent, with one decimal where its Monte Carlo error allows that.

    Parameters
    ----------
    value
        The share, which may be negative.
    error
        Its Monte Carlo standard error.

    Examples
    --------
    >>> percent(0.3687, 0.0018), percent(0.2315, 0.0102), percent(-0.0001, 0.001)
    ('36.9%', '23%', '0.0%')
    """
    places = 1 if error < 0.0025 else 0
    return f"{100 * value + 0.0:z.{places}f}%"


def likelihood(value: float, scale: Scale | None = None) -> str:
    """Write a probability with its word on a named scale, by default that of ICD 203.

    Examples
    --------
    >>> likelihood(0.634), likelihood(0.0002)
    ('63% (likely)', 'less than 1% (almost no chance)')
    """
    return f"{probability(value)} ({probability_word(value, scale)})"


def probability_word(value: float, scale: Scale | None = None) -> str:
    """Choose the word for a probability that suits the figure printed by :func:`probability`.

    Examples
    --------
    >>> probability_word(0.7996)
    'very likely'
    """
    # Not round(value, 2), which rounds 0.445 to 0.45 where 44% is printed; below 1% nothing is rounded.
    figure = value if value < 0.01 else int(f"{100 * value:.0f}") / 100
    return (scale or load_scale()).word(figure)


def date(day: dt.date) -> str:
    """Write a date in words, whatever the locale.

    Examples
    --------
    >>> date(dt.date(2024, 6, 14))
    '14 June 2024'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def singular(plural: str) -> str:
    """Form the singular of a carrier by its ending.

    Examples
    --------
    >>> singular("containers"), singular("lorries"), singular("boxes")
    ('container', 'lorry', 'box')
    """
    for ending, instead in _SINGULARS:
        if plural.endswith(ending):
            return plural.removesuffix(ending) + instead
    return plural


def number_of(count: float, plural: str) -> str:
    """Write a number of carriers in full, with their noun in the singular for one.

    Examples
    --------
    >>> number_of(1, "lorries"), number_of(4_000, "lorries")
    ('1 lorry', '4,000 lorries')
    """
    return f"{exact(count)} {singular(plural) if count == 1 else plural}"


def plural(singular: str) -> str:
    """Form the plural of a noun by its ending.

    Examples
    --------
    >>> plural("voyage"), plural("ferry"), plural("convoy")
    ('voyages', 'ferries', 'convoys')
    """
    if singular.endswith(("s", "x", "ch", "sh")):
        return f"{singular}es"
    if singular.endswith("y") and not singular.endswith(("ay", "ey", "oy", "uy")):
        return f"{singular.removesuffix('y')}ies"
    return f"{singular}s"


def counted(count: int, noun: str) -> str:
    """Write a number of things, with the plural of their noun where it is not one.

    Examples
    --------
    >>> counted(1, "number"), counted(2_000, "number")
    ('1 number', '2,000 numbers')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listing(words: list[str]) -> str:
    """Join words by commas and a final "and".

    Examples
    --------
    >>> listing(["one", "two", "three"])
    'one, two and three'
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def shortened(names: Sequence[str]) -> list[str]:
    """Shorten a list of names for readers.

    Examples
    --------
    >>> shortened(["a", "b", "c", "d", "e", "f"])
    ['a', 'b', 'c', '3 more']
    """
    if len(names) <= _MOST_NAMED + 1:
        return [*names]
    return [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]


def hedged(value: float, hedge: str) -> str:
    """Write a stated figure with its hedge.

    Examples
    --------
    >>> hedged(4_800_000, "up_to"), hedged(6700, "exact")
    ('up to 4.8 million', '6,700')
    """
    words = "" if hedge == "exact" else hedge.replace("_", " ") + " "
    return words + exact(value)


def measured(words: str, measure: str) -> str:
    """Join a stated figure in words to what it is a figure of.

    Examples
    --------
    >>> measured("about 6,700", "trucks"), measured("none", "trucks"), measured("dozens", "trucks")
    ('about 6,700 trucks', 'no trucks', 'dozens of trucks')
    """
    if words == "none":
        return f"no {measure}"
    # Of dozens and hundreds of thousands one says what they are of.
    of = " of" if words.endswith("s") and not any(letter.isdigit() for letter in words) else ""
    return f"{words}{of} {measure}"


def chance(value: float) -> str:
    """Write a probability as a chance, with its article.

    Just below 10%, where a verdict changes, it says so instead of rounding up.

    Examples
    --------
    >>> chance(0.023), chance(0.08), chance(0.0002), chance(0.0996)
    ('a 2% chance', 'an 8% chance', 'less than a 1% chance', 'less than a 10% chance')
    """
    figure = "less than 10%" if 0.095 <= value < 0.10 else probability(value)
    qualifier, _, number = figure.rpartition(" ")
    article = "an" if number.startswith("8") or number in {"11%", "18%"} else "a"
    return f"{qualifier} {article} {number} chance".strip()


def factor(value: float) -> str:
    """Write a Bayes factor in two digits, within what it is worth.

    Examples
    --------
    >>> factor(3.142), factor(0.00001), factor(2e9), factor(45.6)
    ('3.1', 'below 0.001', 'above 1,000', '46')
    """
    if value >= 1000:
        return "above 1,000"
    if value < 0.001:
        return "below 0.001"
    return significant(value, 2)
