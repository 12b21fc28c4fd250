"""Put probabilities with a Monte Carlo error into words, no finer than the error allows."""

from __future__ import annotations

import math

from shellcount.wording import phrases
from shellcount.wording.rounding import significant

_COARSEST = 0.01  # a whole per cent, finer than which a probability is printed only below it
_PER_CENT = 1e-4  # below which one says "1 in so many" instead of so many per cent
_SURE = 3.0  # errors that a bound lies beyond what was computed
_ALMOST = 0.995  # of a power of ten, from which on two digits round up to it
_DIGITS = 12  # of a share, behind which there is only rounding


def words(value: float, mcse: float) -> str:
    """Write a probability with as many digits as its Monte Carlo error allows, never as 0% or 100%.

    The unit is a power of ten of at least two errors: a whole per cent, or below that the second digit.
    Where nothing but zero would be left, the text is a bound three errors away.

    Parameters
    ----------
    value
        The probability.
    mcse
        Its Monte Carlo standard error.

    Examples
    --------
    >>> words(0.1412, 0.0012), words(0.00591, 0.00003), words(0.00543, 0.0003)
    ('14%', '0.59%', '0.5%')
    >>> words(0.0, 1.5e-5), words(0.99995, 1.5e-5), words(5.6e-7, 4e-9)
    ('less than 0.01%', 'more than 99.99%', 'about 1 in 1,800,000')
    """
    side, low = min(value, 1.0 - value), value <= 0.5
    unit = _unit(side, mcse)
    if round(side / unit) == 0 or 2 * mcse > side:
        bound = _bound(side + _SURE * mcse)
        return f"less than {_percent(bound)}" if low else f"more than {_percent(1.0 - bound)}"
    if side < _PER_CENT:
        return f"about 1 in {_odds(value, mcse)}" if low else f"more than {_percent(1.0 - _PER_CENT)}"
    rounded = round(side / unit) * unit
    return _percent(rounded if low else 1.0 - rounded, unit)


def printed(value: float, mcse: float) -> float:
    """Round a probability to what :func:`words` prints, for the word that stands beside it.

    Examples
    --------
    >>> printed(0.7996, 0.001)
    0.8
    """
    unit = _unit(min(value, 1.0 - value), mcse)
    return min(max(round(round(value / unit) * unit, _DIGITS), 0.0), 1.0) if value >= unit else value


def error(mcse: float) -> str:
    """Write a Monte Carlo error of a probability in per cent, with one digit.

    Examples
    --------
    >>> error(0.00123), error(4e-9)
    ('0.1%', '0.0000004%')
    """
    return f"{significant(100 * mcse, 1)}%"


def exact(value: float, measure: str) -> str:
    """Write a stated amount unrounded: a share in per cent, any other as a figure is written.

    Examples
    --------
    >>> exact(0.125, "share"), exact(4.8e6, "rounds")
    ('12.5%', '4.8 million')
    """
    return f"{100 * value:.12g}%" if measure == "share" else phrases.exact(value)


def _unit(side: float, mcse: float) -> float:
    """Choose the power of ten that a probability is rounded to."""
    fine = 0 < side < _ALMOST * _COARSEST
    finest = 10.0 ** (math.floor(math.log10(side / _ALMOST)) - 1) if fine else _COARSEST
    return max(finest, _power_above(2 * mcse)) if mcse > 0 else finest


def _power_above(value: float) -> float:
    """Find the smallest power of ten that is at least a number."""
    return 10.0 ** math.ceil(math.log10(value) - 1e-9)


def _bound(value: float) -> float:
    """Round a small probability up to a power of ten."""
    return min(_power_above(value), 1.0) if value > 0 else _PER_CENT


def _odds(value: float, mcse: float) -> str:
    """Write how many there are to one, in two digits or in one."""
    return significant(1.0 / value, 2 if mcse / value <= 0.025 else 1)


def _percent(value: float, unit: float | None = None) -> str:
    if unit is None:
        return f"{100 * value:.{_DIGITS}g}%"
    return f"{100 * value:.{max(0, -math.floor(math.log10(100 * unit) + 1e-9))}f}%"
